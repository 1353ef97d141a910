//! What adapters do with a panel before the mathematics: what may be asked of it, and amounts.

use std::collections::BTreeSet;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    Aggregation, Benchmark, BenchmarkChoice, BenchmarkSource, IndustryChoice, MissingPolicy, Panel, Period,
    PeriodChoice, QueryError, RegionChoice, Selection, Warning,
};
use growthpole_methods::{Amounts, AmountsError};
pub(crate) use growthpole_worker_kit::amounts::{amount_rows, amounts};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::industry_code;
use growthpole_worker_kit::{PanelSource, SelectionDefaults, SourcedPanel, refuse};
use tonic::Status;

/// What all methods here mean where the caller leaves something out.
pub(crate) const DEFAULTS: SelectionDefaults =
    SelectionDefaults { benchmark: BenchmarkChoice::SumOfMainLevel, missing: MissingPolicy::Fail };

/// Refuses a list of periods without any.
pub(crate) fn some_periods(periods: &PeriodChoice) -> Result<(), Refusal> {
    match periods {
        PeriodChoice::List(list) if list.is_empty() => {
            let field = "periods.list.periods".to_owned();
            Err(refuse::query(QueryError::EmptySelection { field }, "selection"))
        }
        PeriodChoice::All | PeriodChoice::Range(..) | PeriodChoice::List(_) => Ok(()),
    }
}

/// The only period of a selection.
pub(crate) fn single_period(periods: &PeriodChoice) -> Result<Period, Refusal> {
    some_periods(periods)?;
    let sent = match periods {
        PeriodChoice::All => "nothing".to_owned(),
        PeriodChoice::Range(first, last) if first == last => return Ok(*first),
        PeriodChoice::Range(first, last) => format!("{first} to {last}"),
        PeriodChoice::List(list) => match list.as_slice() {
            [period] => return Ok(*period),
            several => format!("a list of {} periods", several.len()),
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
    let when = panel.axes.periods.get(period).map(Period::to_string).unwrap_or_default();
    let unusable = |message: String, column: usize| {
        let code = industry_code(panel, column);
        let message = format!("the benchmark {message} for industry {code} in {when}");
        refuse::undefined(message, "industry", code).with_metadata("period", &when)
    };
    let empty = |message: String| Refusal::new(Reason::UndefinedOnData, message).with_metadata("period", &when);
    if let Some(column) = cells.iter().position(|cell| cell.is_nan()) {
        return Err(unusable("has no value".to_owned(), column));
    }
    match Amounts::try_new(cells.to_vec(), cells.len()) {
        Ok(amounts) if amounts.total() > 0.0 => Ok(cells.to_vec()),
        Ok(_) => Err(empty(format!("the benchmark is empty in {when}"))),
        Err(AmountsError::NotAnAmount { industry, value, .. } | AmountsError::OutOfScale { industry, value, .. }) => {
            Err(unusable(format!("holds {value}, which is not an amount,"), industry))
        }
        Err(error) => Err(empty(format!("the benchmark in {when}: {error}"))),
    }
}

/// All regions of the benchmark's level, or of the data set's main level where the benchmark is a region.
pub(crate) fn level_of_benchmark(panel: &Panel) -> RegionChoice {
    match panel.benchmark.as_ref().map(|benchmark| &benchmark.source) {
        Some(BenchmarkSource::SumOfLevel(level)) => RegionChoice::Level(level.clone()),
        Some(BenchmarkSource::Region { .. }) | None => RegionChoice::Default,
    }
}

/// The warning with this code that says what missing cells of a panel were counted as zero for. Who reads such a panel asks for
/// zeros whatever the policy, because a region of a level may lack cells that nobody chose.
pub(crate) fn counted_as_zero(panel: &Panel, code: &'static str, what_for: &str) -> Option<Warning> {
    let count = panel.n_filled();
    let text = format!("{count} missing cells were counted as zero {what_for}");
    (count > 0).then(|| Warning::new(code, text).with_regions(panel.labels_of_filled().0))
}

/// The panel of all industries that totals are over: those that were asked for as all or by level, or, where they were
/// named by codes, all of their level that occur in the indicator.
///
/// Whoever calls this has read the panel that was asked for, so that an unknown industry has been refused as everywhere.
pub(crate) async fn whole_of(
    panels: &dyn PanelSource,
    selection: &Selection,
    asked: &SourcedPanel,
) -> Result<SourcedPanel, Status> {
    let Some(level) = level_of_codes(&selection.industries, &asked.panel)? else { return Ok(asked.clone()) };
    let all = panels.panel(&Selection { industries: IndustryChoice::All, ..selection.clone() }).await?;
    let asked_codes = asked.panel.axes.industries.iter();
    let of_level = all.panel.axes.industries.iter().filter(|industry| industry.level == level);
    // What was asked for and does not occur stays in, so that the policy for missing cells sees it.
    let codes: BTreeSet<&String> = of_level.chain(asked_codes).map(|industry| &industry.code).collect();
    let is_held = |panel: &Panel| {
        let industries = &panel.axes.industries;
        industries.len() == codes.len() && industries.iter().all(|industry| codes.contains(&industry.code))
    };
    if let Some(whole) = [&all, asked].into_iter().find(|source| is_held(&source.panel)) {
        return Ok(whole.clone());
    }
    let industries = IndustryChoice::Codes(codes.into_iter().cloned().collect());
    panels.panel(&Selection { industries, ..selection.clone() }).await
}

/// The level of industries that are named by codes, which must be one; nothing where they are not named by codes.
pub(crate) fn level_of_codes(industries: &IndustryChoice, asked: &Panel) -> Result<Option<String>, Refusal> {
    let IndustryChoice::Codes(codes) = industries else { return Ok(None) };
    let level = |code: &String| {
        let found = asked.axes.industries.iter().find(|industry| industry.code == *code);
        found.map(|industry| industry.level.as_str())
    };
    let Some(first) = codes.first().and_then(level) else { return Ok(None) };
    match codes.iter().enumerate().find(|(_, code)| level(code).is_some_and(|level| level != first)) {
        None => Ok(Some(first.to_owned())),
        Some((at, code)) => {
            let sent = format!("\"{code}\", of the level {} beside {first},", level(code).unwrap_or_default());
            let allowed = "industries of one level: totals would count others twice";
            Err(Refusal::invalid(&format!("selection.industries.codes.codes[{at}]"), sent, allowed))
        }
    }
}

/// Positions in `panel` of the industries of `shown`.
pub(crate) fn columns_of(panel: &Panel, shown: &Panel) -> Vec<usize> {
    let is_shown = |code: &str| shown.axes.industries.iter().any(|industry| industry.code == code);
    let industries = panel.axes.industries.iter().enumerate();
    industries.filter(|(_, industry)| is_shown(&industry.code)).map(|(column, _)| column).collect()
}

#[cfg(test)]
mod tests;
