//! Industries of regions over periods, and of what the regions are measured against.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{Aggregation, Panel, Period, Warning};
use growthpole_methods::{Amounts, Matrix};
use growthpole_worker_kit::amounts::amounts;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::industry_code;
use growthpole_worker_kit::refuse;

/// Tables of regions that have all their cells, and their reference.
pub(super) struct Tables {
    /// Positions of the regions in the panel.
    pub(super) whole: Vec<usize>,
    /// Positions of the regions that lack a cell.
    pub(super) holed: Vec<usize>,
    /// Regions x industries for each period.
    pub(super) periods: Vec<Amounts>,
    /// Periods x industries.
    pub(super) reference: Matrix,
    /// What the reference is.
    pub(super) source: v1::ProjectionBenchmark,
}

impl Tables {
    pub(super) fn read(panel: &Panel) -> Result<Self, Refusal> {
        let (whole, holed): (Vec<usize>, Vec<usize>) =
            (0..panel.axes.regions.len()).partition(|&region| panel.missing_of_region(region).is_empty());
        let (reference, source) = reference(panel)?;
        let periods = if whole.is_empty() {
            Vec::new()
        } else {
            let positions = 0..panel.axes.periods.len();
            positions.map(|period| amounts(panel, period, &whole)).collect::<Result<_, _>>()?
        };
        Ok(Self { whole, holed, periods, reference, source })
    }
}

/// Refuses what shift-share cannot split, before the policy for missing cells looks at it.
pub(super) fn check_indicator(panel: &Panel) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if indicator.has_industries() && indicator.aggregation == Aggregation::Sum {
        return Ok(());
    }
    let sent = format!("\"{}\"", indicator.code);
    Err(Refusal::invalid("selection.indicator", sent, "an indicator with industries that adds up over regions"))
}

/// The reference by period and industry, all cells of which are needed.
fn reference(panel: &Panel) -> Result<(Matrix, v1::ProjectionBenchmark), Refusal> {
    let Some(benchmark) = &panel.benchmark else {
        let allowed = "a benchmark that has the indicator: a sum, or the published row of a region";
        return Err(Refusal::invalid("selection.benchmark", "no benchmark", allowed));
    };
    let columns = panel.axes.n_columns();
    if let Some(at) = benchmark.values.iter().position(|value| value.is_nan()) {
        let code = industry_code(panel, at % columns);
        let period = panel.axes.periods.get(at / columns).map(Period::to_string).unwrap_or_default();
        let message = format!("the benchmark has no value for industry {code} in {period}");
        return Err(refuse::undefined(message, "industry", code).with_metadata("period", period));
    }
    let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
    let cells = Matrix::try_new(benchmark.values.clone(), columns)
        .map_err(|_| Refusal::new(Reason::UndefinedOnData, "the benchmark is empty"))?;
    Ok((cells, v1::ProjectionBenchmark { region, sum_of_level }))
}

/// Sums that leave out cells may be of other regions in one period than in another.
pub(super) fn not_comparable(panel: &Panel) -> Option<Warning> {
    let benchmark = panel.benchmark.as_ref()?;
    let columns = panel.axes.n_columns();
    let is_partial = |column: &usize| benchmark.absent.iter().skip(*column).step_by(columns).any(|&absent| absent > 0);
    let codes: Vec<String> =
        (0..columns).filter(is_partial).map(|column| industry_code(panel, column).to_owned()).collect();
    let text = format!(
        "the benchmark's sums leave out cells without a value, so that those of different periods may be of different \
         regions, in industries: {}",
        codes.join(", ")
    );
    (!codes.is_empty()).then(|| Warning::new("BENCHMARK_NOT_COMPARABLE", text).with_industries(codes))
}

/// A region that lacks a cell, under the policy KEEP.
pub(super) fn without_cells(panel: &Panel, region: usize) -> v1::UnprojectedRegion {
    let missing = panel.missing_of_region(region);
    let mut periods: Vec<String> = missing.iter().map(|issue| issue.period.to_string()).collect();
    periods.dedup();
    let text = match missing.first() {
        Some(issue) => {
            format!("{} cells have no value, the first is {} in {}.", missing.len(), issue.industry, issue.period)
        }
        None => String::new(),
    };
    v1::UnprojectedRegion {
        region: panel.axes.regions.get(region).map(message::region_label),
        reason: "MISSING_VALUE".to_owned(),
        text,
        periods,
    }
}
