//! DecomposeGrowth: the growth of regions in parts or factors, as predicted by their structure, and as a gap.

mod extras;
mod options;
mod parts;
mod reference;
mod rows;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Aggregation, BenchmarkChoice, MissingPolicy, Panel, Period, PeriodChoice, Selection, Warning};
use growthpole_methods::Progress;
use growthpole_methods::growth::{arcelus, dunn, esteban_marquillas, gerfin};
use growthpole_worker_kit::companions::read_other;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults, SourcedPanel, refuse};
use tonic::Status;

use extras::Extras;
use options::Options;
use reference::Reference;
use rows::{Rows, Source};
use tables::Tables;

use super::indicators::nominal_growth;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/DecomposeGrowth", revision: 1 };

/// Most rows of industries in one answer.
const MOST_ROWS: usize = 1_000_000;

/// A sentence names no more missing cells than this.
const MOST_CELLS_NAMED: usize = 20;

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::DecomposeGrowthRequest,
    job: &Job,
) -> Result<v1::DecomposeGrowthResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::SumOfMainLevel, missing: MissingPolicy::Fail };
    let mut parsed = selection::parse(request.selection.clone(), defaults)?;
    let options = Options::parse(&request, &parsed.selection.regions)?;
    parsed.selection.periods = options::periods(&parsed.selection.periods, options.dynamic)?;

    let source = panels.panel(&parsed.selection).await?;
    check_indicator(&source.panel)?;
    let (panel, dropped) = resolve(&by_code(&source.panel), parsed.missing)?;
    check_size(panel.axes.regions.len().saturating_mul(panel.axes.n_columns()), &options)?;
    if options.prediction == v1::GrowthPrediction::LeaveOneOut {
        reference::check_left_out(&panel, &parsed.selection.benchmark)?;
    }
    let ends = ends(&panel)?;
    let reference = Reference::read(&panel, &panel.axes.periods, ends)?;
    let statuses = statuses(panels, &source, &parsed.selection, &panel).await?;
    let (whole, holed): (Vec<usize>, Vec<usize>) =
        (0..panel.axes.regions.len()).partition(|&region| panel.missing_of_region(region).is_empty());
    let (shared, rate) = (Arc::clone(&panel), reference.annual_rate);
    let rows = job.compute(move |progress| decompose(&shared, &whole, &options, rate, progress)).await?;

    let mut warnings = source.panel.warnings.clone();
    warnings.extend(dropped);
    warnings.extend(statuses);
    warnings.extend(nominal_growth(&panel));
    warnings.extend(reference::not_comparable(&panel, parsed.missing));
    warnings.extend(rows.warnings);
    Ok(v1::DecomposeGrowthResponse {
        regions: rows.regions,
        undefined: holed.iter().map(|&region| undefined(&panel, region)).collect(),
        first_period: ends[0].to_string(),
        last_period: ends[1].to_string(),
        benchmark: Some(reference.message),
        form: options.form.into(),
        warnings: message::warnings(&warnings),
        provenance: Some(METHOD.provenance(&source, &[])),
        total: rows.total,
        dynamic: options.dynamic,
        prediction: options.prediction.into(),
        closing_benchmark_rate: rows.closing_benchmark_rate,
    })
}

/// The first and the last period of a panel of several.
fn ends(panel: &Panel) -> Result<[Period; 2], Refusal> {
    match panel.axes.periods.as_slice() {
        [first, .., last] => Ok([*first, *last]),
        _ => Err(Refusal::internal("a panel of fewer than two periods")),
    }
}

/// What the statuses of the cells warn of: of those that are decomposed, and of breaks of the series between them, which
/// the two ends alone do not show.
async fn statuses(
    panels: &dyn PanelSource,
    source: &SourcedPanel,
    selection: &Selection,
    panel: &Panel,
) -> Result<Vec<Warning>, Status> {
    let mut warnings = status_warnings(panel, None);
    let [first, last] = ends(panel)?;
    if panel.axes.periods.len() > 2 || first.next() == last {
        return Ok(warnings);
    }
    let all = read_other(panels, source, selection, &selection.indicator, PeriodChoice::Range(first, last)).await?;
    let regions = positions(&all.panel.axes.regions, &panel.axes.regions, |region| &region.code);
    let industries = positions(&all.panel.axes.industries, &panel.axes.industries, |industry| &industry.code);
    let is_break = |warning: &Warning| warning.code == "SERIES_BREAK";
    warnings.retain(|warning| !is_break(warning));
    warnings.extend(status_warnings(&all.panel.subset(&regions, &industries), None).into_iter().filter(is_break));
    Ok(warnings)
}

/// Positions in `all` of those that are in `some`.
fn positions<T>(all: &[T], some: &[T], code: fn(&T) -> &String) -> Vec<usize> {
    let codes: BTreeSet<&String> = some.iter().map(code).collect();
    (0..all.len()).filter(|&at| codes.contains(code(&all[at]))).collect()
}

/// Refuses answers that no client would take.
fn check_size(rows: usize, options: &Options) -> Result<(), Refusal> {
    if !options.with_regions() || !options.with_industries() || rows <= MOST_ROWS {
        return Ok(());
    }
    let allowed = format!("REGIONS or INDUSTRIES, or at most {MOST_ROWS} rows");
    Err(Refusal::invalid("view", format!("REGIONS_AND_INDUSTRIES of {rows} rows"), &allowed))
}

/// The rows of the regions at these positions; none where there is no region.
fn decompose(
    panel: &Panel,
    whole: &[usize],
    options: &Options,
    annual_rate: Option<f64>,
    progress: &Progress,
) -> Result<Rows, Refusal> {
    use v1::ShiftShareForm::{Arcelus, Dunn, EstebanMarquillas, Gerfin, Unspecified};
    if whole.is_empty() {
        return Ok(Rows::default());
    }
    let tables = &Tables::read(panel, whole, progress)?;
    let chain = &tables.chain()?;
    let extras = Extras::compute(tables, options, annual_rate, progress)?;
    let mut rows = match options.form {
        Unspecified | Dunn => {
            let shift = dunn(chain, progress).map_err(refuse::stopped)?;
            Source { tables, options, shift, factors: None, extras }.rows(progress)?
        }
        Gerfin => {
            let shift = dunn(chain, progress).map_err(refuse::stopped)?;
            let factors = Some(gerfin(chain, progress).map_err(refuse::stopped)?);
            Source { tables, options, shift, factors, extras }.rows(progress)?
        }
        EstebanMarquillas => {
            let shift = esteban_marquillas(chain, progress).map_err(refuse::stopped)?;
            Source { tables, options, shift, factors: None, extras }.rows(progress)?
        }
        Arcelus => {
            let shift = arcelus(chain, progress).map_err(refuse::stopped)?;
            Source { tables, options, shift, factors: None, extras }.rows(progress)?
        }
    };
    if matches!(options.form, EstebanMarquillas | Arcelus) {
        rows.warnings.extend(tables.zero_bases(chain, progress)?);
    }
    Ok(rows)
}

fn check_indicator(panel: &Panel) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if indicator.has_industries() && indicator.aggregation == Aggregation::Sum {
        return Ok(());
    }
    let sent = format!("\"{}\"", indicator.code);
    Err(Refusal::invalid("selection.indicator", sent, "an indicator with industries that adds up over regions"))
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
