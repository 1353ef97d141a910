//! What is measured: tables by period, from the data set or from the request's plants.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use growthpole_contracts::{Refusal, SOFTWARE_VERSION, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy, Panel, Warning};
use growthpole_methods::AmountRows;
use growthpole_worker_kit::companions::Companions;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::refuse;
use growthpole_worker_kit::{PanelSource, SelectionDefaults, SourcedPanel};
use tonic::Status;
use v1::plant_source::By as Plants;
use v1::region_figures::By as Figures;

use super::METHOD;
use super::figures::{self, Reader};
use super::listed::{self, Listed};
use super::tables::{Counts, Table};
use crate::reading::{amount_rows, check_indicator, columns_of, single_period, whole_of};

/// Pairs of a region and an industry that listed plants may make.
const MOST_CELLS: usize = 5_000_000;

/// What is measured, with labels by position.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) regions: Vec<v1::RegionLabel>,
    /// Coordinates of the regions, where the data set has them; none without a selection.
    pub(super) places: Vec<Option<(f64, f64)>>,
    pub(super) industries: Vec<v1::IndustryLabel>,
    /// Positions of the industries that are shown.
    pub(super) shown: Vec<usize>,
    pub(super) periods: Vec<PeriodInput>,
    /// Plants one by one.
    pub(super) plants: Option<Listed>,
    /// Whether every cell counts as a plant, so that no two are in the same region.
    pub(super) cells_as_plants: bool,
    pub(super) base: &'static str,
    pub(super) warnings: Vec<Warning>,
    pub(super) provenance: v1::Provenance,
}

/// Figures of one period.
#[derive(Debug)]
pub(super) struct PeriodInput {
    pub(super) period: String,
    /// Positions of the regions that have a base, to which base and sizes refer.
    pub(super) regions: Vec<usize>,
    /// Of all regions.
    pub(super) amounts: Table,
    pub(super) base: Vec<f64>,
    /// Number of plants in each cell, of all regions.
    pub(super) counts: Option<Counts>,
    /// Areas and population.
    pub(super) sizes: Option<(Vec<f64>, Vec<f64>)>,
}

/// Figures of one period, of all regions.
struct Raw {
    period: String,
    amounts: Table,
    /// What each region has of what industries are compared with.
    base: Vec<f64>,
    counts: Option<Counts>,
    sizes: Option<(Vec<f64>, Vec<f64>)>,
}

impl Raw {
    /// Leaves out regions that have nothing to be relative to, whose positions come along.
    fn input(self) -> Result<(PeriodInput, Vec<usize>), Refusal> {
        let base = self.base;
        let (regions, without): (Vec<usize>, Vec<usize>) = (0..base.len()).partition(|&region| base[region] > 0.0);
        if regions.is_empty() {
            return Err(refuse::undefined("no region has anything", "period", &self.period));
        }
        let of = |figures: &[f64]| regions.iter().map(|&region| figures[region]).collect::<Vec<f64>>();
        let input = PeriodInput {
            period: self.period,
            amounts: self.amounts,
            base: of(&base),
            counts: self.counts,
            sizes: self.sizes.map(|(area, population)| (of(&area), of(&population))),
            regions,
        };
        Ok((input, without))
    }
}

/// Reads the panel of a selection, and whatever else the request names.
pub(super) async fn of_selection(
    panels: &dyn PanelSource,
    request: v1::MeasureConcentrationRequest,
) -> Result<Input, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Fail };
    let mut parsed = selection::parse(request.selection.clone(), defaults)?.filled();
    parsed.selection.benchmark = BenchmarkChoice::None;
    let list = match request.plants.as_ref().and_then(|source| source.by.as_ref()) {
        Some(Plants::List(list)) => Some(list),
        _ => None,
    };
    if let Some(list) = list {
        single_period(&parsed.selection.periods)?;
        listed::check_number(list)?;
    }
    let companions = Companions::new(named(&request));
    let selection = companions.with(&parsed.selection);
    let asked = panels.panel(&selection).await.map_err(|status| companions.rename(status))?;
    check_indicator(&asked.panel)?;
    let whole = whole_of(panels, &selection, &asked).await?;
    let policy = if parsed.missing == MissingPolicy::Keep { MissingPolicy::Fail } else { parsed.missing };
    let (panel, dropped) = resolve(&by_code(&whole.panel), policy)?;

    let shown = columns_of(&panel, &asked.panel);
    let mut reader = Reader { panels, main: &whole, selection: &parsed.selection, panel: &panel, further: Vec::new() };
    let raw = read_periods(&mut reader, &panel, &request).await?;
    let further: Vec<(&str, &SourcedPanel)> = reader.further.iter().map(|(role, source)| (*role, source)).collect();
    let provenance = METHOD.provenance(&whole, &further);
    let regions: Vec<v1::RegionLabel> = panel.axes.regions.iter().map(message::region_label).collect();
    let industries: Vec<v1::IndustryLabel> = panel.axes.industries.iter().map(message::industry_label).collect();
    let plants = list.map(|list| Listed::read(&list.plants, &by_region(&regions), &by_industry(&industries)));
    let plants = plants.transpose()?;
    let (periods, without_base) = inputs(raw, &regions)?;

    let mut warnings = whole.panel.warnings.clone();
    warnings.extend(dropped.into_iter().chain(status_warnings(&panel, None)).chain(without_base));
    let alone = cells_as_plants(&request);
    let cells_as_plants = alone.is_some();
    warnings.extend(alone);
    let base = base_name(&request);
    let places = panel.axes.regions.iter().map(|region| region.coordinates).collect();
    Ok(Input { regions, places, industries, shown, periods, plants, cells_as_plants, base, warnings, provenance })
}

/// The listed plants alone, in the regions and industries that they name.
pub(super) fn of_plants(request: v1::MeasureConcentrationRequest) -> Result<Input, Refusal> {
    let list = match request.plants.as_ref().and_then(|source| source.by.as_ref()) {
        Some(Plants::List(list)) => list,
        _ => return Err(Refusal::invalid("selection", "nothing", "a selection, or plants one by one in plants.list")),
    };
    listed::check_number(list)?;
    let codes = |code: fn(&v1::Plant) -> &str| list.plants.iter().map(code).collect::<BTreeSet<&str>>();
    let (region_codes, industry_codes) = (codes(|plant| &plant.region), codes(|plant| &plant.industry));
    let label = |code: &&str| (*code).to_owned();
    let regions: Vec<v1::RegionLabel> =
        region_codes.iter().map(|code| v1::RegionLabel { code: label(code), ..Default::default() }).collect();
    let industries: Vec<v1::IndustryLabel> =
        industry_codes.iter().map(|code| v1::IndustryLabel { code: label(code), ..Default::default() }).collect();
    check_cells(regions.len(), industries.len())?;
    let plants = Listed::read(&list.plants, &by_region(&regions), &by_industry(&industries))?;
    for (codes, name) in [(&region_codes, "region"), (&industry_codes, "industry")] {
        if codes.contains("") {
            return Err(Refusal::invalid("plants.list.plants", format!("a plant without {name}"), "a code"));
        }
    }
    let sizes = plants.cells(regions.len(), industries.len(), |plant| plants.sizes[plant]);
    let totals = AmountRows::try_new(sizes.chunks(industries.len()).collect()).map_err(|error| {
        Refusal::invalid("plants.list.plants", error, "sizes from 1e-100 to 1e100, also in total, or 0")
    })?;
    let totals = totals.region_totals().to_vec();
    let own = |cells: Vec<f64>| Table::Own { cells: Arc::new(cells), columns: industries.len() };
    let codes: Vec<&str> = region_codes.into_iter().collect();
    let figures = |own: &Option<v1::RegionFigures>, field: &str| {
        own.as_ref().map(|own| figures::listed(own, &codes, field)).transpose()
    };
    let cluster = request.cluster_index.as_ref();
    let raw = Raw {
        period: String::new(),
        base: figures(&request.base, "base")?.unwrap_or(totals),
        counts: cluster.is_some().then(|| Counts::Counted(own(plants.cells(regions.len(), industries.len(), |_| 1.0)))),
        sizes: match cluster {
            None => None,
            Some(own) => {
                let area = figures(&own.area, "cluster_index.area")?;
                Some((
                    needed(area, "area")?,
                    needed(figures(&own.population, "cluster_index.population")?, "population")?,
                ))
            }
        },
        amounts: own(sizes),
    };
    let (periods, warnings) = inputs(vec![raw], &regions)?;
    let provenance = v1::Provenance {
        method: METHOD.name.to_owned(),
        method_revision: METHOD.revision,
        software_version: SOFTWARE_VERSION.to_owned(),
        ..Default::default()
    };
    let (shown, base) = ((0..industries.len()).collect(), base_name(&request));
    let (plants, places) = (Some(plants), Vec::new());
    Ok(Input {
        regions,
        places,
        industries,
        shown,
        periods,
        plants,
        cells_as_plants: false,
        base,
        warnings,
        provenance,
    })
}

/// Indicators that the request names beside the selection's, with their fields.
fn named(request: &v1::MeasureConcentrationRequest) -> Vec<(&'static str, &str)> {
    let counts = match request.plants.as_ref().and_then(|source| source.by.as_ref()) {
        Some(Plants::CountIndicator(indicator)) => indicator.as_str(),
        _ => "",
    };
    let cluster = request.cluster_index.as_ref();
    vec![
        ("base.indicator", indicator(request.base.as_ref())),
        ("plants.count_indicator", counts),
        ("cluster_index.area.indicator", indicator(cluster.and_then(|own| own.area.as_ref()))),
        ("cluster_index.population.indicator", indicator(cluster.and_then(|own| own.population.as_ref()))),
    ]
}

/// The indicator that figures are read from; empty where there is none.
fn indicator(figures: Option<&v1::RegionFigures>) -> &str {
    match figures.and_then(|own| own.by.as_ref()) {
        Some(Figures::Indicator(indicator)) => indicator,
        _ => "",
    }
}

/// Reads everything but listed plants, period by period.
async fn read_periods(
    reader: &mut Reader<'_>,
    panel: &Arc<Panel>,
    request: &v1::MeasureConcentrationRequest,
) -> Result<Vec<Raw>, Status> {
    let of_panel = |panel: &Arc<Panel>, period| Table::OfPanel { panel: Arc::clone(panel), period };
    let periods = 0..panel.axes.periods.len();
    let base = match &request.base {
        None => None,
        Some(figures) => Some(reader.figures(figures, "base", "base").await?),
    };
    let counts = match request.plants.as_ref().and_then(|source| source.by.as_ref()) {
        Some(Plants::CountIndicator(indicator)) => {
            let counted = reader.counts(indicator, "plants.count_indicator").await?;
            periods.map(|period| Some(Counts::Counted(of_panel(&counted, period)))).collect()
        }
        Some(Plants::Cells(_)) => vec![Some(Counts::OnePerAmount); periods.len()],
        Some(Plants::List(list)) if request.cluster_index.is_some() => {
            let (cells, columns) = (Arc::new(count_plants(panel, list)?), panel.axes.n_columns());
            vec![Some(Counts::Counted(Table::Own { cells, columns }))]
        }
        _ => vec![None; periods.len()],
    };
    let sizes = match &request.cluster_index {
        None => None,
        Some(own) => {
            let area = needed(own.area.as_ref(), "area")?;
            let population = needed(own.population.as_ref(), "population")?;
            let area = reader.figures(area, "cluster_index.area", "area").await?;
            Some((area, reader.figures(population, "cluster_index.population", "population").await?))
        }
    };
    let all: Vec<usize> = (0..panel.axes.regions.len()).collect();
    let raw = panel.axes.periods.iter().zip(counts).enumerate().map(|(at, (period, counts))| {
        let totals = amount_rows(panel, at, &all)?.region_totals().to_vec();
        Ok(Raw {
            period: period.to_string(),
            amounts: of_panel(panel, at),
            base: base.as_ref().map_or(totals, |own| own[at].clone()),
            counts,
            sizes: sizes.as_ref().map(|(area, population)| (area[at].clone(), population[at].clone())),
        })
    });
    Ok(raw.collect::<Result<_, Refusal>>()?)
}

/// Number of listed plants in each cell of a panel.
fn count_plants(panel: &Panel, list: &v1::PlantList) -> Result<Vec<f64>, Refusal> {
    let regions: Vec<v1::RegionLabel> = panel.axes.regions.iter().map(message::region_label).collect();
    let industries: Vec<v1::IndustryLabel> = panel.axes.industries.iter().map(message::industry_label).collect();
    let plants = Listed::read(&list.plants, &by_region(&regions), &by_industry(&industries))?;
    Ok(plants.cells(regions.len(), industries.len(), |_| 1.0))
}

/// Refuses plants whose regions and industries would make a table of more cells than a panel may have.
fn check_cells(regions: usize, industries: usize) -> Result<(), Refusal> {
    if regions.saturating_mul(industries) <= MOST_CELLS {
        return Ok(());
    }
    let sent = format!("plants in {regions} regions and {industries} industries");
    Err(Refusal::invalid("plants.list.plants", sent, &format!("up to {MOST_CELLS} pairs of a region and an industry")))
}

fn needed<T>(figures: Option<T>, name: &str) -> Result<T, Refusal> {
    figures.ok_or_else(|| {
        Refusal::invalid(&format!("cluster_index.{name}"), "nothing", "an indicator, or amounts of every region")
    })
}

fn by_region(labels: &[v1::RegionLabel]) -> BTreeMap<&str, usize> {
    labels.iter().enumerate().map(|(at, label)| (label.code.as_str(), at)).collect()
}

fn by_industry(labels: &[v1::IndustryLabel]) -> BTreeMap<&str, usize> {
    labels.iter().enumerate().map(|(at, label)| (label.code.as_str(), at)).collect()
}

/// The periods without regions that have no base, and a warning of these.
fn inputs(raw: Vec<Raw>, regions: &[v1::RegionLabel]) -> Result<(Vec<PeriodInput>, Vec<Warning>), Refusal> {
    let mut without: BTreeSet<usize> = BTreeSet::new();
    let mut periods = Vec::with_capacity(raw.len());
    for raw in raw {
        let (input, left_out) = raw.input()?;
        without.extend(left_out);
        periods.push(input);
    }
    if without.is_empty() {
        return Ok((periods, Vec::new()));
    }
    let codes: Vec<String> = without.iter().map(|&region| regions[region].code.clone()).collect();
    let text = format!("{} regions have no amount to compare industries with in some period", codes.len());
    Ok((periods, vec![Warning::new("REGIONS_WITHOUT_BASE", text).with_regions(codes)]))
}

fn base_name(request: &v1::MeasureConcentrationRequest) -> &'static str {
    match request.base.as_ref().and_then(|figures| figures.by.as_ref()) {
        None => "REGION_TOTALS",
        Some(Figures::Indicator(_)) => "INDICATOR",
        Some(Figures::Amounts(_)) => "AMOUNTS",
    }
}

fn cells_as_plants(request: &v1::MeasureConcentrationRequest) -> Option<Warning> {
    let by = request.plants.as_ref().and_then(|source| source.by.as_ref());
    let text = "every cell with an amount counts as one plant, which makes gamma a lower bound";
    matches!(by, Some(Plants::Cells(_))).then(|| Warning::new("CELLS_AS_PLANTS", text))
}
