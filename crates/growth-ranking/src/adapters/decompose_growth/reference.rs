//! What regions are measured against, in every period.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{BenchmarkChoice, Frequency, MissingPolicy, Panel, Period, Warning};
use growthpole_methods::growth::{GrowthMeasure, from_levels};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::industry_code;
use growthpole_worker_kit::refuse;

/// The benchmark: checked to have every industry in every period, and to start from something.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) message: v1::GrowthBenchmark,
    /// Its compound rate a year; none where nothing is left of it.
    pub(super) annual_rate: Option<f64>,
}

impl Reference {
    pub(super) fn read(panel: &Panel, periods: &[Period], [first, last]: [Period; 2]) -> Result<Self, Refusal> {
        let Some(benchmark) = &panel.benchmark else {
            let allowed = "a benchmark that has the indicator: a sum, or the published row of a region";
            return Err(Refusal::invalid("selection.benchmark", "no benchmark", allowed));
        };
        for &period in periods {
            check(panel, period)?;
        }
        let total = |period: Period| cells(panel, period).iter().sum::<f64>();
        let totals = [total(first), total(last)];
        let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
        let growth = from_levels(&totals, GrowthMeasure::YearOnYear).map_err(|_| empty(first))?;
        let annual_rate =
            Some((totals[1] / totals[0]).powf(1.0 / years(first, last)) - 1.0).filter(|rate| *rate > -1.0);
        Ok(Self { message: v1::GrowthBenchmark { region, sum_of_level, growth: Some(growth) }, annual_rate })
    }
}

/// The benchmark's amounts in a period; none where it has none.
pub(super) fn cells(panel: &Panel, period: Period) -> &[f64] {
    panel.period_position(period).and_then(|position| panel.benchmark_cells(position)).unwrap_or_default()
}

/// All of the benchmark's amounts are needed.
fn check(panel: &Panel, period: Period) -> Result<(), Refusal> {
    let cells = cells(panel, period);
    if let Some(column) = cells.iter().position(|cell| cell.is_nan()) {
        let code = industry_code(panel, column);
        let message = format!("the benchmark has no value for industry {code} in {period}");
        return Err(refuse::undefined(message, "industry", code).with_metadata("period", period.to_string()));
    }
    if cells.is_empty() { Err(empty(period)) } else { Ok(()) }
}

/// The refusal of a benchmark that starts from nothing.
pub(super) fn empty(period: Period) -> Refusal {
    Refusal::new(Reason::UndefinedOnData, format!("the benchmark is empty in {period}"))
        .with_metadata("period", period.to_string())
}

/// Years between two periods of one frequency.
fn years(first: Period, last: Period) -> f64 {
    let steps = Period::range(first, last).len().saturating_sub(1).max(1) as f64;
    match first.frequency() {
        Frequency::Year => steps,
        Frequency::HalfYear => steps / 2.0,
        Frequency::Quarter => steps / 4.0,
        Frequency::Month => steps / 12.0,
        // A Gregorian year has 365.2425 days.
        Frequency::Week => steps * 7.0 / 365.2425,
    }
}

/// Refuses to leave regions out of a benchmark that does not hold them.
///
/// A sum of regions and the data set's own region are taken to hold every region; any other region holds its children.
pub(super) fn check_left_out(panel: &Panel, choice: &BenchmarkChoice) -> Result<(), Refusal> {
    let BenchmarkChoice::Region(code) = choice else { return Ok(()) };
    match panel.axes.regions.iter().find(|region| region.parent != *code) {
        None => Ok(()),
        Some(region) => Err(Refusal::invalid(
            "prediction",
            format!("LEAVE_ONE_OUT against {code}, which is not the parent of {}", region.code),
            "a benchmark that holds the regions: a sum, the data set's region, or their parent",
        )),
    }
}

/// Sums that leave out cells may be of other regions in one period than in another.
pub(super) fn not_comparable(panel: &Panel, policy: MissingPolicy) -> Option<Warning> {
    let benchmark = panel.benchmark.as_ref()?;
    // Who counts missing cells as zero compares sums of all regions.
    if policy == MissingPolicy::AsZero || benchmark.absent.iter().all(|&absent| absent == 0) {
        return None;
    }
    let columns = panel.axes.n_columns();
    let is_partial = |column: &usize| benchmark.absent.iter().skip(*column).step_by(columns).any(|&absent| absent > 0);
    let codes: Vec<String> =
        (0..columns).filter(is_partial).map(|column| industry_code(panel, column).to_owned()).collect();
    let text = format!(
        "the benchmark's sums leave out cells without a value, so that those of the first and the last period may be of \
         different regions, in industries: {}",
        codes.join(", ")
    );
    Some(Warning::new("BENCHMARK_NOT_COMPARABLE", text).with_industries(codes))
}
