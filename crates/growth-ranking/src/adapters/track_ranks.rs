//! TrackRanks: rank paths, and the sections that the request asks for.
//!
//! A section has a file of its own with two steps: what the request says of it is read and checked before anything is
//! computed (`read`), and then it is computed on the threads for computations (`compute`).

mod classes;
mod correlation;
mod given_chains;
mod given_classes;
#[cfg(test)]
mod given_tests;
mod groups;
mod inference;
mod lisa;
mod markov;
mod moran;
mod neighbours;
mod paths;
mod rank_markov;
mod rose;
mod sequences;
mod spatial_markov;
#[cfg(test)]
mod spatial_tests;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy, Period, Warning};
use growthpole_methods::growth::mobility::Draws;
use growthpole_methods::stats::{RankMethod, RankOrder};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults, refuse};
use tonic::Status;

use super::ranks;
use super::series::Series;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/TrackRanks", revision: 1 };

/// Most values that are tracked, and most whose ranks are shown one by one.
const MOST_VALUES: usize = 1_000_000;
const MOST_VALUES_SHOWN: usize = 100_000;

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::TrackRanksRequest,
    job: &Job,
) -> Result<v1::TrackRanksResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Fail };
    let method = ranks::read_method(request.rank_method)?;
    let order = ranks::read_order(request.rank_order)?;
    let draws = inference::read_draws(&request)?;
    let series = Series::read(panels, request.selection.take(), request.series.as_ref(), defaults).await?;
    check_size(&series, request.summaries_only)?;
    let (sections, section_warnings) = Sections::read(panels, &series, &request, draws, job).await?;
    let drawn = (draws.permutations > 0 && sections.draw()) || sections.draw_ties();

    let tracked = Tracked::of(&series, order);
    let shown = (method, !request.summaries_only);
    let (answer, computed_warnings) = job.compute(move |progress| sections.compute(&tracked, shown, progress)).await?;
    let warnings = series.warnings.iter().chain(&section_warnings).chain(&computed_warnings);
    Ok(v1::TrackRanksResponse {
        periods: series.periods.iter().map(Period::to_string).collect(),
        series: Some(series.description.clone()),
        rank_method: ranks::write_method(method).into(),
        rank_order: ranks::write_order(order).into(),
        warnings: message::warnings(warnings),
        provenance: Some(series.provenance(METHOD, &[], drawn.then_some(draws.seed))),
        ..answer
    })
}

/// Refuses too few periods, and too many values.
fn check_size(series: &Series, summaries_only: bool) -> Result<(), Refusal> {
    if series.periods.len() < 2 {
        let sent = format!("{} period", series.periods.len());
        return Err(Refusal::invalid("selection.periods", sent, "two periods at least"));
    }
    let values = series.values.cells().len();
    if values > MOST_VALUES {
        let sent = format!("{} regions in {} periods", series.regions.len(), series.periods.len());
        return Err(Refusal::invalid("selection", sent, &format!("at most {MOST_VALUES} values")));
    }
    if values > MOST_VALUES_SHOWN && !summaries_only {
        let sent = format!("false for {values} values");
        return Err(Refusal::invalid("summaries_only", sent, &format!("true above {MOST_VALUES_SHOWN} values")));
    }
    Ok(())
}

/// What sections are computed from.
pub(crate) struct Tracked {
    pub(crate) periods: Vec<String>,
    pub(crate) regions: Vec<v1::RegionLabel>,
    /// Periods x regions; NaN where missing.
    pub(crate) values: Matrix,
    pub(crate) order: RankOrder,
}

impl Tracked {
    fn of(series: &Series, order: RankOrder) -> Self {
        Self {
            periods: series.periods.iter().map(Period::to_string).collect(),
            regions: series.regions.iter().map(message::region_label).collect(),
            values: series.values.clone(),
            order,
        }
    }

    pub(crate) fn period(&self, position: usize) -> String {
        self.periods.get(position).cloned().unwrap_or_default()
    }

    pub(crate) fn region(&self, position: usize) -> Option<v1::RegionLabel> {
        self.regions.get(position).cloned()
    }

    /// The values with the best rank for the highest.
    fn highest_first(&self) -> Matrix {
        match self.order {
            RankOrder::HighestFirst => self.values.clone(),
            RankOrder::LowestFirst => self.values.map(|value| -value),
        }
    }

    /// Refuses a value that cannot be ranked or compared.
    pub(crate) fn refuse_value(&self, period: usize, region: usize, value: f64) -> Refusal {
        let (period, region) = (self.period(period), self.region(region).unwrap_or_default().code);
        let message = format!("{region} in {period}: {value} is not a value");
        refuse::undefined(message, "region", &region).with_metadata("period", period)
    }
}

/// Refuses missing values where a section needs all of them in some periods.
pub(crate) fn check_complete(
    series: &Series,
    periods: impl Iterator<Item = usize>,
    section: &str,
) -> Result<(), Refusal> {
    for period in periods {
        let Some(region) = series.values.row(period).iter().position(|value| value.is_nan()) else { continue };
        let code = series.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default();
        let period = series.periods.get(period).map(Period::to_string).unwrap_or_default();
        let message = format!(
            "{section} needs all values, and {code} has none in {period}; selection.missing may be DROP_REGION"
        );
        return Err(refuse::undefined(message, "region", code).with_metadata("period", period));
    }
    Ok(())
}

/// The sections that the request asks for, read and checked.
struct Sections {
    correlation: bool,
    neighbours: Option<neighbours::Neighbours>,
    groups: Option<groups::GroupMobility>,
    markov: Option<markov::Markov>,
    full_rank: Option<rank_markov::RankMarkov>,
    geographic_rank: Option<rank_markov::RankMarkov>,
    spatial_markov: Option<spatial_markov::Section>,
    lisa: Option<lisa::Section>,
    rose: Option<rose::Section>,
    sequences: Option<sequences::Section>,
}

impl Sections {
    async fn read(
        panels: &dyn PanelSource,
        series: &Series,
        request: &v1::TrackRanksRequest,
        draws: Draws,
        job: &Job,
    ) -> Result<(Self, Vec<Warning>), Status> {
        let mut warnings = Vec::new();
        let neighbours = match &request.neighbour_concordance {
            Some(options) => Some(neighbours::Neighbours::read(series, options, draws, &mut warnings, job).await?),
            None => None,
        };
        let groups = match &request.group_mobility {
            Some(options) => Some(groups::GroupMobility::read(panels, series, options, draws).await?),
            None => None,
        };
        let markov = match &request.markov {
            Some(options) => Some(markov::Markov::read(panels, series, options).await?),
            None => None,
        };
        let full_rank = request.full_rank_markov.as_ref().map(|own| rank_markov::full(series, own)).transpose()?;
        let geographic_rank =
            request.geographic_rank_markov.as_ref().map(|own| rank_markov::geographic(series, own)).transpose()?;
        let with_regions = !request.summaries_only;
        let spatial_markov = match &request.spatial_markov {
            Some(options) => Some(spatial_markov::Section::read(series, options, draws, &mut warnings, job).await?),
            None => None,
        };
        let lisa = match &request.lisa_markov {
            Some(options) => Some(lisa::Section::read(series, options, draws, with_regions, &mut warnings, job).await?),
            None => None,
        };
        let rose = match &request.directional_lisa {
            Some(options) => Some(rose::Section::read(series, options, draws, with_regions, &mut warnings, job).await?),
            None => None,
        };
        let sequences = request.sequences.as_ref().map(|own| sequences::Section::read(series, own)).transpose()?;
        let correlation = request.rank_correlation.is_some();
        let sections = Self {
            correlation,
            neighbours,
            groups,
            markov,
            full_rank,
            geographic_rank,
            spatial_markov,
            lisa,
            rose,
            sequences,
        };
        Ok((sections, warnings))
    }

    /// Whether any of them draws.
    fn draw(&self) -> bool {
        let among_neighbours = self.spatial_markov.is_some() || self.lisa.is_some() || self.rose.is_some();
        self.neighbours.is_some() || self.groups.is_some() || among_neighbours
    }

    /// Whether ties among neighbours may be drawn.
    fn draw_ties(&self) -> bool {
        self.spatial_markov.as_ref().is_some_and(spatial_markov::Section::draws_ties)
    }

    /// The answer as far as it is computed.
    fn compute(
        &self,
        tracked: &Tracked,
        (method, with_ranks): (RankMethod, bool),
        progress: &Progress,
    ) -> Result<(v1::TrackRanksResponse, Vec<Warning>), Refusal> {
        let mut warnings = Vec::new();
        let markov = self.markov.as_ref().map(|own| own.compute(tracked, progress, &mut warnings)).transpose()?;
        let classes = markov.as_ref().map(|(_, classes)| classes);
        let rank_correlations = if self.correlation { correlation::compute(tracked, progress)? } else { Vec::new() };
        let answer = v1::TrackRanksResponse {
            paths: paths::compute(tracked, method, with_ranks, classes, progress)?,
            rank_correlations,
            neighbour_concordance: self.neighbours.as_ref().map(|own| own.compute(progress)).transpose()?,
            group_mobility: self.groups.as_ref().map(|own| own.compute(tracked, progress)).transpose()?,
            full_rank_markov: self.full_rank.as_ref().map(|own| own.compute(tracked, progress)).transpose()?,
            geographic_rank_markov: self
                .geographic_rank
                .as_ref()
                .map(|own| own.compute(tracked, progress))
                .transpose()?,
            markov: markov.map(|(chain, _)| chain),
            spatial_markov: self.spatial_markov.as_ref().map(|own| own.compute(progress)).transpose()?,
            lisa_markov: self.lisa.as_ref().map(|own| own.compute(progress)).transpose()?,
            directional_lisa: self.rose.as_ref().map(|own| own.compute(progress)).transpose()?,
            sequences: self.sequences.as_ref().map(|own| own.compute(tracked, progress)).transpose()?,
            ..Default::default()
        };
        Ok((answer, warnings))
    }
}
