//! `decompose`: growth in parts.

use clap::Args;
use growthpole_contracts::v1::{DecomposeGrowthRequest, DecomposeGrowthResponse, RegionShift, ShiftShareForm};

use super::Common;
use super::ask::Ask;
use super::rank::measured_against;
use super::selection::SelectionArgs;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, industry, region};
use crate::output::table::Table;

/// Splits growth between two periods (`--period 2008:2015`) into its parts.
#[derive(Debug, Args)]
pub(super) struct DecomposeArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    /// Shows the parts by industry in tables and CSV; JSON always holds them
    #[arg(long)]
    by_industry: bool,
}

impl DecomposeArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let request =
            DecomposeGrowthRequest { selection: Some(self.selection.message()), form: ShiftShareForm::Dunn.into() };
        let title = self.selection.title();
        let view = |answer: &DecomposeGrowthResponse| view(&title, answer, self.by_industry);
        self.ask.analyze(common, request, view).await
    }
}

/// A region as a whole, or one of its industries.
struct Part {
    region: (String, String),
    industry: (String, String),
    /// Start, end, change, national share, industry mix, regional share.
    amounts: [f64; 6],
}

fn parts(shift: &RegionShift, by_industry: bool) -> Vec<Part> {
    let region = region(&shift.region);
    let RegionShift { start, end, change, national_share, industry_mix, regional_share, .. } = *shift;
    let whole = Part {
        region: region.clone(),
        industry: Default::default(),
        amounts: [start, end, change, national_share, industry_mix, regional_share],
    };
    let of_industries = shift.industries.iter().filter(|_| by_industry).map(|part| Part {
        region: region.clone(),
        industry: industry(&part.industry),
        amounts: [part.start, part.end, part.change, part.national_share, part.industry_mix, part.regional_share],
    });
    std::iter::once(whole).chain(of_industries).collect()
}

fn view(what: &str, answer: &DecomposeGrowthResponse, by_industry: bool) -> View {
    let DecomposeGrowthResponse { first_period, last_period, .. } = answer;
    let against = measured_against(answer.benchmark.as_ref());
    let mut table = Table::new(format!("Growth in parts, {what}, {first_period} to {last_period}{against}"))
        .texts(["Code", "Region", "Industry"])
        .numbers(["Start", "End", "Change", "National share", "Industry mix", "Regional share"]);
    let mut records = Records::new([
        "region",
        "region_name",
        "industry",
        "industry_name",
        "start",
        "end",
        "change",
        "national_share",
        "industry_mix",
        "regional_share",
        "undefined_reason",
        "first_period",
        "last_period",
    ]);
    for part in answer.regions.iter().flat_map(|shift| parts(shift, by_industry)) {
        let Part { region: (region, region_name), industry: (industry, industry_name), amounts } = part;
        let [start, end, change, national, mix, regional] = amounts.map(amount);
        let label = if industry.is_empty() { "all".to_owned() } else { format!("{industry} {industry_name}") };
        table.row([region.clone(), region_name.clone(), label, start, end, change, national, mix, regional]);
        let [start, end, change, national, mix, regional] = amounts.map(exact);
        let (first, last, reason) = (first_period.clone(), last_period.clone(), String::new());
        records.row([
            region,
            region_name,
            industry,
            industry_name,
            start,
            end,
            change,
            national,
            mix,
            regional,
            reason,
            first,
            last,
        ]);
    }
    let mut tables = vec![table];
    tables.extend(undefined(answer, &mut records));
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

/// Regions without a result, in a table of their own and at the end of the records.
fn undefined(answer: &DecomposeGrowthResponse, records: &mut Records) -> Option<Table> {
    let mut table = Table::new("Without a result").texts(["Code", "Region", "Why"]);
    for row in &answer.undefined {
        let (code, name) = region(&row.region);
        table.row([code.clone(), name.clone(), row.text.clone()]);
        let mut record: [String; 13] = Default::default();
        [record[0], record[1], record[10]] = [code, name, row.reason.clone()];
        [record[11], record[12]] = [answer.first_period.clone(), answer.last_period.clone()];
        records.row(record);
    }
    (!answer.undefined.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::{IndustryShift, UnrankedRegion};

    #[test]
    fn industries_come_when_they_are_asked_for() {
        let shift = RegionShift {
            start: 1000.0,
            end: 1500.0,
            change: 500.0,
            industries: vec![IndustryShift { start: 1000.0, ..Default::default() }],
            ..Default::default()
        };
        let answer = DecomposeGrowthResponse {
            regions: vec![shift],
            undefined: vec![UnrankedRegion { reason: "MISSING_VALUE".into(), ..Default::default() }],
            ..Default::default()
        };
        let lines = |by_industry| {
            let mut written = Vec::new();
            crate::output::csv::write(&mut written, &view("", &answer, by_industry).records, None).unwrap();
            String::from_utf8(written).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!((lines(false).len(), lines(true).len()), (3, 4));
        assert_eq!(lines(false)[1], ",,,,1000,1500,500,0,0,0,,,");
        assert_eq!(lines(false)[2], ",,,,,,,,,,MISSING_VALUE,,");
    }
}
