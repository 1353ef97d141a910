//! What adapters do with a panel before the mathematics: what may be asked of it, and amounts.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    Aggregation, Benchmark, BenchmarkChoice, IndustryChoice, MissingPolicy, Panel, Period, PeriodChoice, QueryError,
    Selection,
};
use growthpole_methods::{Amounts, AmountsError};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::industry_code;
use growthpole_worker_kit::{PanelSource, SelectionDefaults, SourcedPanel, refuse};
use tonic::Status;

/// What all methods here mean where the caller leaves something out.
pub(crate) const DEFAULTS: SelectionDefaults =
    SelectionDefaults { benchmark: BenchmarkChoice::SumOfMainLevel, missing: MissingPolicy::Fail };

/// The only period of a selection.
pub(crate) fn single_period(periods: &PeriodChoice) -> Result<Period, Refusal> {
    let sent = match periods {
        PeriodChoice::All => "nothing".to_owned(),
        PeriodChoice::Range(first, last) if first == last => return Ok(*first),
        PeriodChoice::Range(first, last) => format!("{first} to {last}"),
        PeriodChoice::List(list) => match list.as_slice() {
            [] => return Err(refuse::query(QueryError::EmptySelection { field: "periods".to_owned() }, "selection")),
            [period] => return Ok(*period),
            several => format!("{} periods", several.len()),
        },
    };
    Err(Refusal::invalid("selection.periods", sent, "exactly one period"))
}

/// Refuses indicators that have no structure: those without industries, and those that do not add up.
pub(crate) fn check_indicator(panel: &Panel) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if indicator.has_industries() && indicator.aggregation == Aggregation::Sum {
        return Ok(());
    }
    let sent = format!("\"{}\"", indicator.code);
    Err(Refusal::invalid("selection.indicator", sent, "an indicator with industries that adds up"))
}

/// The benchmark, which the method needs.
pub(crate) fn benchmark(panel: &Panel) -> Result<&Benchmark, Refusal> {
    let allowed = "a benchmark that has the indicator: a sum, or the published row of a region";
    panel.benchmark.as_ref().ok_or_else(|| Refusal::invalid("selection.benchmark", "no benchmark", allowed))
}

/// A benchmark as answers show it.
pub(crate) fn benchmark_message(benchmark: &Benchmark) -> v1::StructureBenchmark {
    let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
    v1::StructureBenchmark { region, sum_of_level }
}

/// The benchmark's amounts in a period, by industry; all of them are needed.
pub(crate) fn benchmark_amounts(panel: &Panel, period: usize) -> Result<Vec<f64>, Refusal> {
    benchmark(panel)?;
    let cells = panel.benchmark_cells(period).unwrap_or_default();
    let unusable = |message: String, column: usize| {
        let code = industry_code(panel, column);
        refuse::undefined(format!("the benchmark {message} for industry {code}"), "industry", code)
    };
    if let Some(column) = cells.iter().position(|cell| cell.is_nan()) {
        return Err(unusable("has no value".to_owned(), column));
    }
    match Amounts::try_new(cells.to_vec(), cells.len()) {
        Ok(amounts) if amounts.total() > 0.0 => Ok(cells.to_vec()),
        Ok(_) => Err(Refusal::new(Reason::UndefinedOnData, "the benchmark is empty")),
        Err(AmountsError::NotAnAmount { industry, value, .. } | AmountsError::OutOfScale { industry, value, .. }) => {
            Err(unusable(format!("holds {value}, which is not an amount,"), industry))
        }
        Err(error) => Err(Refusal::new(Reason::UndefinedOnData, format!("the benchmark: {error}"))),
    }
}

/// The panel of all industries that totals are over: all of the indicator, or those of the level that was asked for.
///
/// Whoever calls this has read the panel that was asked for, so that an unknown industry has been refused as everywhere.
pub(crate) async fn whole_of(
    panels: &dyn PanelSource,
    selection: &Selection,
    asked: &SourcedPanel,
) -> Result<SourcedPanel, Status> {
    let industries = match selection.industries {
        // Industries of a level add up to the whole; those of several levels would be counted twice.
        IndustryChoice::All | IndustryChoice::Level(_) => return Ok(asked.clone()),
        IndustryChoice::Codes(_) => {
            let mut levels = asked.panel.axes.industries.iter().map(|industry| &industry.level);
            match levels.next() {
                Some(first) if levels.all(|level| level == first) => IndustryChoice::Level(first.clone()),
                _ => IndustryChoice::All,
            }
        }
    };
    panels.panel(&Selection { industries, ..selection.clone() }).await
}

/// Positions in `panel` of the industries of `shown`.
pub(crate) fn columns_of(panel: &Panel, shown: &Panel) -> Vec<usize> {
    let is_shown = |code: &str| shown.axes.industries.iter().any(|industry| industry.code == code);
    let industries = panel.axes.industries.iter().enumerate();
    industries.filter(|(_, industry)| is_shown(&industry.code)).map(|(column, _)| column).collect()
}

/// Amounts of some regions in a period, all industries.
pub(crate) fn amounts(panel: &Panel, period: usize, regions: &[usize]) -> Result<Amounts, Refusal> {
    let columns = panel.axes.n_columns();
    let cells = panel.period_cells(period);
    let rows = regions.iter().filter_map(|&region| cells.get(region * columns..(region + 1) * columns));
    Amounts::try_new(rows.flatten().copied().collect(), columns).map_err(|error| no_amounts(panel, regions, error))
}

/// The refusal of regions in these rows that do not hold amounts.
fn no_amounts(panel: &Panel, regions: &[usize], error: AmountsError) -> Refusal {
    match error {
        AmountsError::NotAnAmount { region, industry, value }
        | AmountsError::OutOfScale { region, industry, value } => {
            refuse::not_an_amount(panel, regions[region], industry, value)
        }
        AmountsError::Empty | AmountsError::NotRectangular { .. } | AmountsError::TotalOutOfScale { .. } => {
            refuse::undefined(error.to_string(), "indicator", &panel.indicator.code)
        }
    }
}
