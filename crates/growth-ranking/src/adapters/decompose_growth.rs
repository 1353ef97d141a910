//! DecomposeGrowth: national share, industry mix and regional share.

#[cfg(test)]
mod tests;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    Aggregation, BenchmarkChoice, MissingPolicy, Panel, Period, PeriodChoice, PriceBasis, QueryError, Warning,
};
use growthpole_methods::growth::{
    Chain, Comparison, Dunn, GrowthMeasure, ShiftShare, ShiftShareError, dunn, from_levels,
};
use growthpole_methods::{Amounts, AmountsError, Progress};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, industry_code, region_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults, refuse};
use tonic::Status;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/DecomposeGrowth", revision: 1 };

/// A sentence names no more missing cells than this.
const MOST_CELLS_NAMED: usize = 20;

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::DecomposeGrowthRequest,
    _job: &Job,
) -> Result<v1::DecomposeGrowthResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::SumOfMainLevel, missing: MissingPolicy::Fail };
    let mut parsed = selection::parse(request.selection, defaults)?;
    check_form(request.form)?;
    let (first, last) = ends(&parsed.selection.periods)?;
    parsed.selection.periods = PeriodChoice::List(vec![first, last]);

    let source = panels.panel(&parsed.selection).await?;
    check_indicator(&source.panel)?;
    let (panel, dropped) = resolve(&by_code(&source.panel), parsed.missing)?;
    let reference = Reference::read(&panel, [first, last])?;
    let (whole, holed): (Vec<usize>, Vec<usize>) =
        (0..panel.axes.regions.len()).partition(|&region| panel.missing_of_region(region).is_empty());
    let shown = decompose(&panel, [first, last], &whole, &reference)?;

    let mut warnings = source.panel.warnings.clone();
    warnings.extend(dropped);
    warnings.extend(status_warnings(&panel, None));
    warnings.extend(nominal(&panel));
    warnings.extend(not_comparable(&panel, parsed.missing));
    Ok(v1::DecomposeGrowthResponse {
        regions: shown,
        undefined: holed.iter().map(|&region| undefined(&panel, region)).collect(),
        first_period: first.to_string(),
        last_period: last.to_string(),
        benchmark: Some(reference.message),
        form: v1::ShiftShareForm::Dunn.into(),
        warnings: message::warnings(&warnings),
        provenance: Some(METHOD.provenance(&source, &[])),
    })
}

fn check_form(form: i32) -> Result<(), Refusal> {
    match v1::ShiftShareForm::try_from(form) {
        Ok(v1::ShiftShareForm::Unspecified | v1::ShiftShareForm::Dunn) => Ok(()),
        Err(_) => Err(Refusal::invalid("form", form, "DUNN, or nothing")),
    }
}

/// The first and the last of the periods, which must differ.
fn ends(periods: &PeriodChoice) -> Result<(Period, Period), Refusal> {
    let allowed = "a range with a first and a later last period";
    let (first, last, field) = match periods {
        PeriodChoice::All => return Err(Refusal::invalid("selection.periods", "nothing", allowed)),
        PeriodChoice::Range(first, last) => (*first, *last, "selection.periods.range.end"),
        PeriodChoice::List(list) => match list.as_slice() {
            [] => {
                let field = "periods.list.periods".to_owned();
                return Err(refuse::query(QueryError::EmptySelection { field }, "selection"));
            }
            [one] => {
                let sent = format!("the one period {one}");
                return Err(Refusal::invalid("selection.periods.list", sent, "two periods, or a range"));
            }
            [one, other] => (*one.min(other), *one.max(other), "selection.periods.list"),
            several => {
                let sent = format!("a list of {} periods", several.len());
                return Err(Refusal::invalid("selection.periods.list", sent, "two periods, or a range"));
            }
        },
    };
    if first.frequency() != last.frequency() || last <= first {
        return Err(Refusal::invalid(field, last, &format!("a period of the same frequency as {first}, after it")));
    }
    Ok((first, last))
}

fn check_indicator(panel: &Panel) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if indicator.has_industries() && indicator.aggregation == Aggregation::Sum {
        return Ok(());
    }
    let sent = format!("\"{}\"", indicator.code);
    Err(Refusal::invalid("selection.indicator", sent, "an indicator with industries that adds up over regions"))
}

fn nominal(panel: &Panel) -> Option<Warning> {
    let text = format!("{} is in current prices: its growth contains the change of prices", panel.indicator.code);
    (panel.indicator.price_basis == PriceBasis::Current).then(|| Warning::new("NOMINAL_GROWTH", text))
}

/// Sums that leave out cells may be of other regions in the last period than in the first.
fn not_comparable(panel: &Panel, policy: MissingPolicy) -> Option<Warning> {
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

/// What regions are measured against.
struct Reference {
    start: Vec<f64>,
    end: Vec<f64>,
    message: v1::GrowthBenchmark,
}

impl Reference {
    fn read(panel: &Panel, [first, last]: [Period; 2]) -> Result<Self, Refusal> {
        let Some(benchmark) = &panel.benchmark else {
            let allowed = "a benchmark that has the indicator: a sum, or the published row of a region";
            return Err(Refusal::invalid("selection.benchmark", "no benchmark", allowed));
        };
        let start = benchmark_cells(panel, first)?;
        let end = benchmark_cells(panel, last)?;
        let totals = [start.iter().sum(), end.iter().sum()];
        let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
        let growth = from_levels(&totals, GrowthMeasure::YearOnYear).map_err(|_| empty_benchmark(first))?;
        Ok(Self { start, end, message: v1::GrowthBenchmark { region, sum_of_level, growth: Some(growth) } })
    }
}

/// The benchmark's amounts in a period, all of which are needed.
fn benchmark_cells(panel: &Panel, period: Period) -> Result<Vec<f64>, Refusal> {
    let cells = panel.period_position(period).and_then(|position| panel.benchmark_cells(position)).unwrap_or_default();
    if let Some(column) = cells.iter().position(|cell| cell.is_nan()) {
        let code = industry_code(panel, column);
        let message = format!("the benchmark has no value for industry {code} in {period}");
        return Err(refuse::undefined(message, "industry", code).with_metadata("period", period.to_string()));
    }
    if cells.is_empty() {
        return Err(empty_benchmark(period));
    }
    Ok(cells.to_vec())
}

fn empty_benchmark(period: Period) -> Refusal {
    Refusal::new(Reason::UndefinedOnData, format!("the benchmark is empty in {period}"))
        .with_metadata("period", period.to_string())
}

/// The parts of the regions at these positions; nothing where there is no region.
fn decompose(
    panel: &Panel,
    [first, last]: [Period; 2],
    whole: &[usize],
    reference: &Reference,
) -> Result<Vec<v1::RegionShift>, Refusal> {
    if whole.is_empty() {
        return Ok(Vec::new());
    }
    let start = amounts(panel, first, whole)?;
    let end = amounts(panel, last, whole)?;
    let comparison = Comparison::try_new(&start, &end, &reference.start, &reference.end);
    let chain = Chain::from(comparison.map_err(|error| not_decomposed(panel, whole, first, error))?);
    let shifts = dunn(&chain, &Progress::new()).map_err(Refusal::internal)?;
    Ok(regions(panel, [first, last], whole, &shifts))
}

fn amounts(panel: &Panel, period: Period, regions: &[usize]) -> Result<Amounts, Refusal> {
    let columns = panel.axes.n_columns();
    let cells = panel.period_position(period).map(|position| panel.period_cells(position)).unwrap_or_default();
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

fn not_decomposed(panel: &Panel, regions: &[usize], first: Period, error: ShiftShareError) -> Refusal {
    match error {
        ShiftShareError::EmptyReference => empty_benchmark(first),
        ShiftShareError::InvalidReference { industry, value } => {
            let code = industry_code(panel, industry);
            refuse::undefined(format!("industry {code} of the benchmark: {value} is not an amount"), "industry", code)
        }
        ShiftShareError::IndustryOutsideReference { region, industry } => {
            let code = industry_code(panel, industry);
            let region = region_code(panel, regions[region]);
            let message = format!("region {region} has industry {code} in {first}, which the benchmark does not have");
            refuse::undefined(message, "region", region).with_metadata("industry", code)
        }
        ShiftShareError::ShapesDiffer { .. } | ShiftShareError::ReferenceLengthDiffers { .. } => {
            Refusal::internal(error)
        }
    }
}

/// The regions as the answer shows them.
fn regions(panel: &Panel, ends: [Period; 2], whole: &[usize], shifts: &ShiftShare<'_, Dunn>) -> Vec<v1::RegionShift> {
    let rows = whole.iter().zip(shifts.regions()).enumerate();
    let shown = rows.map(|(row, (&region, shift))| v1::RegionShift {
        region: panel.axes.regions.get(region).map(message::region_label),
        start: shift.start_total,
        end: shift.end_total,
        change: shift.change,
        national_share: shift.parts.national_share,
        industry_mix: shift.parts.industry_mix,
        regional_share: shift.parts.regional_share,
        net_total_shift: shift.parts.net_total_shift(),
        industries: industries(panel, ends, region, row, shifts),
    });
    shown.collect()
}

fn industries(
    panel: &Panel,
    [first, last]: [Period; 2],
    region: usize,
    row: usize,
    shifts: &ShiftShare<'_, Dunn>,
) -> Vec<v1::IndustryShift> {
    let value = |period: Period, column: usize| {
        panel.period_position(period).and_then(|period| panel.value(period, region, column)).unwrap_or_default()
    };
    let shown =
        panel.axes.industries.iter().zip(shifts.industries(row)).enumerate().map(|(column, (industry, parts))| {
            let (start, end) = (value(first, column), value(last, column));
            v1::IndustryShift {
                industry: Some(message::industry_label(industry)),
                start,
                end,
                change: end - start,
                national_share: parts.national_share,
                industry_mix: parts.industry_mix,
                regional_share: parts.regional_share,
            }
        });
    shown.collect()
}

/// A region that lacks a cell, under the policy KEEP.
fn undefined(panel: &Panel, region: usize) -> v1::UnrankedRegion {
    let missing = panel.missing_of_region(region);
    let mut periods: Vec<String> = missing.iter().map(|issue| issue.period.to_string()).collect();
    periods.dedup();
    let cells = missing.iter().map(|issue| format!("{} {}", issue.industry, issue.period));
    let listed: Vec<String> = cells.take(MOST_CELLS_NAMED).collect();
    let more = if missing.len() > listed.len() { ", …" } else { "" };
    v1::UnrankedRegion {
        region: panel.axes.regions.get(region).map(message::region_label),
        reason: "MISSING_VALUE".to_owned(),
        text: format!("No value for {}{more}.", listed.join(", ")),
        periods,
    }
}
