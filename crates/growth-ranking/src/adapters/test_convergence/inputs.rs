//! What the analyses rest on: the series, and what a request names beside it.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy, Period, PeriodChoice, Warning};
use growthpole_methods::stats::SpatialWeights;
use growthpole_worker_kit::reading::status_warnings;
use growthpole_worker_kit::{Job, PanelSource, SelectionDefaults, SourcedPanel};
use tonic::Status;

use super::conditions::{self, Conditions};
use crate::adapters::named_regions::{self, partition};
use crate::adapters::series::Series;
use crate::adapters::spatial::with_weights;

/// Clusters below which standard errors that are clustered come out too small.
const FEW_CLUSTERS: usize = 20;

/// Regions that are compared; a request for more is refused.
const MOST_REGIONS: usize = 50_000;

/// Cells that are compared; a request for more is refused.
const MOST_CELLS: usize = 2_000_000;

/// Everything that was read.
#[derive(Debug)]
pub(super) struct Inputs {
    /// Values, complete.
    pub(super) series: Series,
    /// Each period as a number of years.
    pub(super) times: Vec<f64>,
    /// Weight of each region, with its indicator.
    pub(super) weights: Option<(String, Vec<f64>)>,
    /// What growth is conditional on.
    pub(super) conditions: Conditions,
    /// Cluster of each region.
    pub(super) clusters: Option<Vec<usize>>,
    /// Neighbours, for spatial dependence.
    pub(super) neighbours: Option<Neighbours>,
    /// Warnings beside those of the series.
    pub(super) warnings: Vec<Warning>,
    weight_panel: Option<SourcedPanel>,
}

/// Who is a neighbour of whom, among those who have neighbours.
#[derive(Debug)]
pub(super) struct Neighbours {
    /// Positions of the regions in the series.
    pub(super) kept: Vec<usize>,
    /// Weights among them.
    pub(super) weights: SpatialWeights,
}

impl Inputs {
    pub(super) async fn read(
        panels: &dyn PanelSource,
        mut request: v1::TestConvergenceRequest,
        job: &Job,
    ) -> Result<Self, Status> {
        let missing = request.selection.as_ref().map(|selection| selection.missing());
        if missing == Some(v1::MissingPolicy::Keep) {
            let allowed = "FAIL, DROP_REGION or AS_ZERO: regions are compared over all periods";
            return Err(Refusal::invalid("selection.missing", "KEEP", allowed).into());
        }
        if let Some(selection) = &mut request.selection {
            selection.benchmark = Some(v1::Benchmark { by: Some(v1::benchmark::By::None(true)) });
        }
        let sigma = request.sigma.take().unwrap_or_default();
        let beta = request.beta.take().unwrap_or_default();
        let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Fail };
        let named = conditions::named(&beta.conditions).chain([(WEIGHT.to_owned(), sigma.weight_indicator.as_str())]);
        let series = Series::read_with(panels, request.selection, request.series.as_ref(), defaults, named).await?;
        check(&series)?;

        let drop = missing == Some(v1::MissingPolicy::DropRegion);
        let (series, conditions) = Conditions::read(panels, series, &beta, drop).await?;
        let weight_panel = weights(panels, &series, &sigma.weight_indicator).await?;
        let weights = weight_panel.as_ref().map(|panel| (sigma.weight_indicator.clone(), panel.panel.values.clone()));
        let sets = named_regions::read(panels, &series, &beta.clusters, "beta.clusters").await?;
        let clusters = match sets.len() {
            0 => None,
            1 => return Err(Refusal::invalid("beta.clusters", "one cluster", "at least two").into()),
            _ => Some(partition(&series, &sets, "beta.clusters")?),
        };
        let mut warnings = conditions.warnings.clone();
        warnings.extend(weight_panel.iter().flat_map(|panel| status_warnings(&panel.panel, None)));
        warnings.extend(few(sets.len()));
        let neighbours = match &beta.weights {
            None => None,
            Some(message) => Some(neighbours(&series, message, &mut warnings, job).await?),
        };
        let times = series.periods.iter().map(|period| period.in_years()).collect();
        Ok(Self { series, times, weights, conditions, clusters, neighbours, warnings, weight_panel })
    }

    /// Years from the first period to the last.
    pub(super) fn years(&self) -> f64 {
        self.times.last().copied().unwrap_or_default() - self.times.first().copied().unwrap_or_default()
    }

    /// Further panels, with what they were read for.
    pub(super) fn further(&self) -> Vec<(&str, &SourcedPanel)> {
        let weights = self.weight_panel.iter().map(|panel| ("weight", panel));
        weights.chain(self.conditions.panels.iter().map(|panel| ("condition", panel))).collect()
    }

    /// Code of the region at a position.
    pub(super) fn region(&self, position: usize) -> &str {
        self.series.regions.get(position).map(|region| region.code.as_str()).unwrap_or_default()
    }

    /// The period at a position.
    pub(super) fn period(&self, position: usize) -> String {
        self.series.periods.get(position).map(Period::to_string).unwrap_or_default()
    }
}

const WEIGHT: &str = "sigma.weight_indicator";

/// Refuses what cannot converge.
fn check(series: &Series) -> Result<(), Refusal> {
    if series.description.is_rate {
        let sent = format!("{}, whose values are growth rates,", series.main.panel.indicator.code);
        return Err(Refusal::invalid("selection.indicator", sent, "a level: of real values per head, say"));
    }
    let cells = series.values.cells().len();
    if cells > MOST_CELLS || series.regions.len() > MOST_REGIONS {
        let sent = format!("{} regions over {} periods", series.regions.len(), series.periods.len());
        return Err(Refusal::invalid(
            "selection",
            sent,
            &format!("at most {MOST_REGIONS} regions and {MOST_CELLS} cells"),
        ));
    }
    match series.periods.len() {
        0 | 1 => Err(Refusal::invalid("selection.periods", "one period", "at least two periods")),
        _ if series.regions.len() < 2 => {
            Err(Refusal::invalid("selection.regions", "one region", "at least two regions"))
        }
        _ => Ok(()),
    }
}

/// The weights of the last period, which every region needs.
async fn weights(panels: &dyn PanelSource, series: &Series, indicator: &str) -> Result<Option<SourcedPanel>, Status> {
    let Some(last) = series.periods.last().filter(|_| !indicator.is_empty()) else { return Ok(None) };
    let read = series.read_further(panels, indicator, WEIGHT, PeriodChoice::List(vec![*last])).await?;
    conditions::check_level(&read.panel, WEIGHT)?;
    let invalid = read.panel.values.iter().position(|weight| !(*weight >= 0.0 && weight.is_finite()));
    match invalid {
        None => Ok(Some(read)),
        Some(region) => Err(conditions::no_value(&read.panel, region, indicator, "a weight").into()),
    }
}

fn few(clusters: usize) -> Option<Warning> {
    let text = format!("{clusters} clusters are few: below {FEW_CLUSTERS}, clustered standard errors are too small");
    (clusters > 0 && clusters < FEW_CLUSTERS).then(|| Warning::new("FEW_CLUSTERS", text))
}

/// Neighbours among the regions of a series; what with_weights warns of is added.
async fn neighbours(
    series: &Series,
    message: &v1::SpatialWeights,
    warnings: &mut Vec<Warning>,
    job: &Job,
) -> Result<Neighbours, Status> {
    let known = series.warnings.len();
    let (kept, weights) = with_weights(series.clone(), Some(message), "beta.weights", job).await?;
    warnings.extend(kept.warnings.iter().skip(known).cloned());
    let kept = kept.regions.iter().filter_map(|region| series.position(&region.code)).collect();
    Ok(Neighbours { kept, weights })
}
