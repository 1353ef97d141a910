//! Real levels: the level of one year, carried on by real growth.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Frequency, IndicatorKind, Panel, Period, PeriodChoice, PriceBasis, Selection};
use growthpole_worker_kit::companions::read_other;
use growthpole_worker_kit::reading::{by_code, region_code, status_warnings};
use growthpole_worker_kit::{PanelSource, refuse};
use tonic::Status;

use super::{Cells, Series};
use crate::adapters::indicators::{anothers, one_column};

const FIELD: &str = "series.growth_indicator";

/// Reads the level of the base year, and chains it by the growth indicator over the selection's periods.
pub(super) async fn read(
    panels: &dyn PanelSource,
    selection: &Selection,
    options: &v1::SeriesOptions,
) -> Result<Series, Status> {
    let periods = years(&selection.periods)?;
    let (Some(&first), Some(&last)) = (periods.first(), periods.last()) else {
        return Err(Refusal::invalid("selection.periods", "nothing", "years").into());
    };
    let base = base(&options.base_period, first)?;
    let of_base = PeriodChoice::List(vec![base]);
    let mut main = panels.panel(&Selection { periods: of_base, ..selection.clone() }).await?;
    main.panel = by_code(&main.panel);
    one_column(&main.panel, "selection.industries")?;
    check_levels(&main.panel, &options.growth_indicator)?;
    let (from, to) = (first.min(base), last.max(base));
    // A single year in its own prices needs no growth.
    let span = PeriodChoice::Range(if from < to { from.next() } else { from }, to);
    let mut chain = read_other(panels, &main, selection, &options.growth_indicator, span).await?;
    chain.panel = by_code(&chain.panel);
    one_column(&chain.panel, FIELD)?;
    if !chain.panel.indicator.is_percent_rate() {
        let sent = format!("\"{}\"", options.growth_indicator);
        return Err(Refusal::invalid(FIELD, sent, "an indicator of kind RATE in per cent").into());
    }

    let n_regions = main.panel.axes.regions.len();
    let all: Vec<Period> = Period::range(from, to);
    let growth = |period: Period, region: usize| {
        chain.panel.period_position(period).and_then(|at| chain.panel.value(at, region, 0))
    };
    let mut regions = Vec::with_capacity(n_regions);
    for region in 0..n_regions {
        let level = main.panel.value(0, region, 0);
        let chained = chained(&all, base, level, |period| growth(period, region));
        regions.push(chained.map_err(|period| impossible(&chain.panel, region_code(&chain.panel, region), period))?);
    }
    let level = main.panel.benchmark_cells(0).and_then(|cells| cells.first().copied());
    let of_benchmark = |period: Period| {
        let cells = chain.panel.benchmark_cells(chain.panel.period_position(period)?)?;
        cells.first().copied().filter(|value| !value.is_nan())
    };
    let benchmark = level.and_then(|level| chained(&all, base, Some(level), of_benchmark).ok());
    let at = |period: &Period| all.iter().position(|known| known == period).unwrap_or_default();
    let cells = Cells {
        values: periods.iter().flat_map(|period| regions.iter().map(move |row| row[at(period)])).collect(),
        benchmark: benchmark.map(|row| periods.iter().map(|period| row[at(period)]).collect()),
    };
    let mut series = Series::labelled(selection, main, periods.clone(), cells)?;
    series.description.base_period = base.to_string();
    series.warnings.extend(status_warnings(&chain.panel, None));
    series.warnings.extend(anothers(&series.main.panel, &options.growth_indicator));
    series.further.push(("chain", chain));
    Ok(series)
}

/// The years of the selection, in order.
fn years(periods: &PeriodChoice) -> Result<Vec<Period>, Refusal> {
    let allowed = "years, because levels are chained by yearly growth";
    let years = match periods {
        PeriodChoice::All => return Err(Refusal::invalid("selection.periods", "nothing", allowed)),
        PeriodChoice::Range(first, last) if first.frequency() != last.frequency() || last < first => {
            let allowed = format!("a period of the same frequency as {first}, not before it");
            return Err(Refusal::invalid("selection.periods.range.end", last, &allowed));
        }
        PeriodChoice::Range(first, last) => Period::range(*first, *last),
        PeriodChoice::List(list) => {
            let mut sorted = list.clone();
            sorted.sort_unstable();
            if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Refusal::invalid("selection.periods.list.periods", twice[0], "each period once"));
            }
            sorted
        }
    };
    match years.iter().find(|period| period.frequency() != Frequency::Year) {
        Some(other) => Err(Refusal::invalid("selection.periods", other, allowed)),
        None => Ok(years),
    }
}

fn base(text: &str, first: Period) -> Result<Period, Refusal> {
    if text.is_empty() {
        return Ok(first);
    }
    let sent = || format!("\"{text}\"");
    match text.parse::<Period>() {
        Ok(period) if period.frequency() == Frequency::Year => Ok(period),
        _ => Err(Refusal::invalid("series.base_period", sent(), "a year, for example 2008")),
    }
}

/// Refuses what no growth can carry on.
fn check_levels(panel: &Panel, growth_indicator: &str) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if matches!(indicator.kind, IndicatorKind::Level | IndicatorKind::Flow)
        && indicator.price_basis == PriceBasis::Current
    {
        return Ok(());
    }
    let sent = format!("\"{growth_indicator}\" for {}", indicator.code);
    Err(Refusal::invalid(FIELD, sent, "nothing: only a level or flow in current prices is carried on by real growth"))
}

/// The level of each year, before and after the base; NaN beyond a year whose growth is missing. The error is a year whose
/// growth leaves nothing, so that no level leads there or back.
fn chained(
    years: &[Period],
    base: Period,
    level: Option<f64>,
    growth: impl Fn(Period) -> Option<f64>,
) -> Result<Vec<f64>, Period> {
    let mut levels = vec![f64::NAN; years.len()];
    let Some(start) = years.iter().position(|year| *year == base) else { return Ok(levels) };
    let factor = |year: Period| match growth(year).map(|percent| 1.0 + percent / 100.0) {
        Some(factor) if factor > 0.0 => Ok(factor),
        Some(_) => Err(year),
        None => Ok(f64::NAN),
    };
    levels[start] = level.unwrap_or(f64::NAN);
    for at in start + 1..years.len() {
        levels[at] = levels[at - 1] * factor(years[at])?;
    }
    for at in (0..start).rev() {
        levels[at] = levels[at + 1] / factor(years[at + 1])?;
    }
    Ok(levels)
}

fn impossible(panel: &Panel, region: &str, period: Period) -> Refusal {
    let message = format!("{} of {region} in {period} leaves nothing to carry on", panel.indicator.code);
    refuse::undefined(message, "region", region).with_metadata("period", period.to_string())
}
