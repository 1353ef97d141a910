//! `specialization`: location quotients and their variants.

use clap::Args;
use growthpole_contracts::v1::{
    MeasureSpecializationRequest, MeasureSpecializationResponse, SpecializationCell, StructureBenchmark,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, percent, points, region, yes};
use crate::output::table::Table;

/// Measures how strongly industries are represented in regions.
#[derive(Debug, Args)]
pub(super) struct SpecializationArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    /// Location quotient from which an industry counts as present; 1 when left out
    #[arg(long, value_name = "LQ", allow_negative_numbers = true)]
    presence_threshold: Option<f64>,
}

impl SpecializationArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let request = MeasureSpecializationRequest {
            selection: Some(self.selection.message()),
            presence_threshold: self.presence_threshold,
        };
        let title = self.selection.title();
        let view = |answer: &MeasureSpecializationResponse| view(&title, answer);
        self.ask.analyze(common, request, view).await
    }
}

fn view(what: &str, answer: &MeasureSpecializationResponse) -> View {
    let against = reference(answer.benchmark.as_ref());
    let mut table = Table::new(format!("Specialisation, {what}{against}"))
        .texts(["Period", "Code", "Region", "Industry"])
        .numbers(["Amount", "Share", "LQ", "Symmetric", "Standardised", "Additive (pp)", "Excess"])
        .texts(["Present", "Why not"]);
    let mut records = Records::new([
        "period",
        "region",
        "region_name",
        "industry",
        "industry_name",
        "amount",
        "share",
        "location_quotient",
        "symmetric",
        "logarithmic",
        "standardized",
        "additive",
        "excess",
        "present",
        "reason",
    ]);
    for cell in &answer.cells {
        add_row(&mut table, cell);
        add_record(&mut records, cell);
    }
    View { tables: vec![table], records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn add_row(table: &mut Table, cell: &SpecializationCell) {
    let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
    table.row([
        cell.period.clone(),
        code,
        name,
        format!("{industry} {industry_name}"),
        or_nothing(cell.amount, amount),
        or_nothing(cell.share, percent),
        or_nothing(cell.location_quotient, |number| fixed(number, 3)),
        or_nothing(cell.symmetric, |number| fixed(number, 3)),
        or_nothing(cell.standardized, |number| fixed(number, 3)),
        or_nothing(cell.additive, points),
        or_nothing(cell.excess, amount),
        yes(cell.present.unwrap_or(false)).to_owned(),
        cell.reason.clone(),
    ]);
}

fn add_record(records: &mut Records, cell: &SpecializationCell) {
    let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
    records.row([
        cell.period.clone(),
        code,
        name,
        industry,
        industry_name,
        exact(cell.amount),
        exact(cell.share),
        exact(cell.location_quotient),
        exact(cell.symmetric),
        exact(cell.logarithmic),
        exact(cell.standardized),
        exact(cell.additive),
        exact(cell.excess),
        cell.present.map_or_else(String::new, |present| present.to_string()),
        cell.reason.clone(),
    ]);
}

/// The end of a title: what regions are measured against.
pub(super) fn reference(benchmark: Option<&StructureBenchmark>) -> String {
    match benchmark {
        Some(StructureBenchmark { region: label @ Some(_), .. }) => {
            let (code, name) = region(label);
            format!("; against {}", if name.is_empty() { code } else { name })
        }
        Some(benchmark) if !benchmark.sum_of_level.is_empty() => {
            format!("; against the sum of {}", benchmark.sum_of_level)
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_results_stay_absent() {
        let cell = SpecializationCell {
            period: "2015".into(),
            location_quotient: Some(0.0),
            reason: "X".into(),
            ..Default::default()
        };
        let answer = MeasureSpecializationResponse { cells: vec![cell], ..Default::default() };
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", &answer).records, None).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.ends_with("\n2015,,,,,,,0,,,,,,,X\n"), "{written}");
    }
}
