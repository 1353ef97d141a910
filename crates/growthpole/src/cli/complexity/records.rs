//! What programs read of an answer.

use growthpole_contracts::v1::{IndustryComplexity, MeasureComplexityResponse};

use super::Shown;
use super::people::gain_cells;
use crate::output::csv::Records;
use crate::output::format::{exact, industry, region};

/// The records of what is listed; of regions where nothing is named.
pub(super) fn records(answer: &MeasureComplexityResponse, shown: &Shown) -> Records {
    match shown.list.as_deref() {
        Some("industries") => industry_records(answer),
        Some("gains") => gain_records(answer, shown),
        _ => region_records(answer, shown),
    }
}

fn gain_records(answer: &MeasureComplexityResponse, shown: &Shown) -> Records {
    let mut records = Records::new(["region", "industry", "gain"]);
    for (code, industry, gain) in gain_cells(answer, shown) {
        records.row([code, industry.clone(), exact(gain)]);
    }
    records
}

fn region_records(answer: &MeasureComplexityResponse, shown: &Shown) -> Records {
    let mut records = Records::new([
        "rank",
        "region",
        "region_name",
        "diversity",
        "index",
        "outlook",
        "fitness",
        "reflection",
        "income_level",
        "external",
        "external_coverage",
        "modular",
        "external_by_amount",
        "best_gains",
    ]);
    for row in answer.regions.iter().filter(|row| shown.regions.is_shown(&region(&row.region).0)) {
        let (code, name) = region(&row.region);
        let best = row.best_gains.iter().map(|gain| format!("{}={}", industry(&gain.industry).0, gain.gain));
        records.row([
            row.rank.to_string(),
            code,
            name,
            row.diversity.to_string(),
            exact(row.index),
            exact(row.outlook),
            exact(row.fitness),
            exact(row.reflection),
            exact(row.income_level),
            exact(row.external),
            exact(row.external_coverage),
            exact(row.modular),
            exact(row.external_by_amount),
            best.collect::<Vec<_>>().join(";"),
        ]);
    }
    records
}

fn industry_records(answer: &MeasureComplexityResponse) -> Records {
    let mut records = Records::new([
        "rank",
        "industry",
        "industry_name",
        "ubiquity",
        "index",
        "fitness_complexity",
        "reflection",
        "income_level",
        "normalized_ubiquity",
        "inverse_ubiquity",
        "ease",
        "modular",
        "income_by_amount",
    ]);
    let row = |row: &IndustryComplexity| {
        let (code, name) = industry(&row.industry);
        [
            row.rank.to_string(),
            code,
            name,
            row.ubiquity.to_string(),
            exact(row.index),
            exact(row.fitness_complexity),
            exact(row.reflection),
            exact(row.income_level),
            exact(row.normalized_ubiquity),
            exact(row.inverse_ubiquity),
            exact(row.ease),
            exact(row.modular),
            exact(row.income_by_amount),
        ]
    };
    answer.industries.iter().for_each(|of| records.row(row(of)));
    records
}
