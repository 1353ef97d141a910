//! How one-sided regions are, as it is shown.

use growthpole_contracts::v1::{MeasureSpecializationResponse, RegionSpecialization};

use super::reference;
use crate::output::csv::Records;
use crate::output::format::{exact, fixed, or_nothing, region};
use crate::output::table::Table;

/// The measures in the order of the records.
fn measures(own: &RegionSpecialization) -> [Option<f64>; 17] {
    [
        own.krugman,
        own.krugman_rest,
        own.krugman_mean_of_others,
        own.krugman_mean_of_pairs,
        own.hoover,
        own.relative_diversity,
        own.gini,
        own.herfindahl,
        own.normalized_herfindahl,
        own.equivalent_number,
        own.entropy,
        own.relative_entropy,
        own.average_quotient,
        own.hachman,
        own.theil,
        own.related_variety,
        own.unrelated_variety,
    ]
}

pub(super) fn shown(what: &str, answer: &MeasureSpecializationResponse) -> (Vec<Table>, Records) {
    let against = reference(answer.benchmark.as_ref());
    let mut table = Table::new(format!("Specialisation of regions, {what}{against}"))
        .texts(["Period", "Code", "Region"])
        .numbers([
            "Krugman",
            "Hoover",
            "Gini",
            "Herfindahl",
            "1/H",
            "Entropy",
            "Hachman",
            "Theil",
            "Related",
            "Unrelated",
            "Present",
        ])
        .texts(["Why not"]);
    let mut records = Records::new([
        "period",
        "region",
        "region_name",
        "krugman",
        "krugman_rest",
        "krugman_mean_of_others",
        "krugman_mean_of_pairs",
        "hoover",
        "relative_diversity",
        "gini",
        "herfindahl",
        "normalized_herfindahl",
        "equivalent_number",
        "entropy",
        "relative_entropy",
        "average_quotient",
        "hachman",
        "theil",
        "related_variety",
        "unrelated_variety",
        "present_industries",
        "reason",
    ]);
    for own in &answer.regions {
        let (code, name) = region(&own.region);
        let labels = [own.period.clone(), code, name];
        let ends = [own.present_industries.to_string(), own.reason.clone()];
        let figures = [
            own.krugman,
            own.hoover,
            own.gini,
            own.herfindahl,
            own.equivalent_number,
            own.entropy,
            own.hachman,
            own.theil,
            own.related_variety,
            own.unrelated_variety,
        ];
        let figures = figures.map(|figure| or_nothing(figure, |figure| fixed(figure, 3)));
        table.cells(labels.iter().cloned().chain(figures).chain(ends.iter().cloned()).collect());
        records.cells(labels.into_iter().chain(measures(own).map(exact)).chain(ends).collect());
    }
    (vec![table], records)
}
