//! Who is ranked and who is not.

use std::collections::BTreeMap;

use growthpole_contracts::v1;
use growthpole_domain::Panel;
use growthpole_methods::stats::{percentile, rank};
use growthpole_worker_kit::convert::message;

use super::growth::{Growth, NoGrowth};
use super::options::Options;
use super::weights::Weights;

/// A region with growth.
struct Ranked {
    /// Its position in the panel.
    position: usize,
    region: v1::RegionLabel,
    rank: f64,
    growth: f64,
    percentile: f64,
    contribution: Option<f64>,
}

/// Who is ranked, and who is not.
pub(crate) struct Ranking {
    ranked: Vec<Ranked>,
    pub(crate) unranked: Vec<v1::UnrankedRegion>,
    pub(crate) contribution_sum: Option<f64>,
    /// Codes of regions, ranked or not, that contribute nothing that is known.
    pub(crate) without_contribution: Vec<String>,
}

/// What a request may ask of each ranked region beside its rank, by the position of the region in the panel.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub(crate) uncertainty: BTreeMap<usize, v1::RankUncertainty>,
    pub(crate) volatility: BTreeMap<usize, v1::GrowthVolatility>,
    /// Weight and weighted percentile.
    pub(crate) weights: BTreeMap<usize, (f64, f64)>,
    /// Share before the first period and in the last.
    pub(crate) shares: Vec<Option<(f64, f64)>>,
}

impl Ranking {
    /// The ranking of a panel whose regions are in the order of codes.
    pub(crate) fn of(
        panel: &Panel,
        growth: &[Result<Growth, NoGrowth>],
        options: Options,
        weights: &Weights<'_>,
    ) -> Self {
        // Ordinal ranks follow positions among equals: the order of codes.
        let keys: Vec<Option<f64>> =
            growth.iter().map(|growth| growth.as_ref().ok().map(|growth| tie_key(growth.measured))).collect();
        let ranks = rank(&keys, options.method, options.order);
        let percentiles = percentile(&keys);
        let mut ranking =
            Self { ranked: Vec::new(), unranked: Vec::new(), contribution_sum: None, without_contribution: Vec::new() };
        for (position, region) in panel.axes.regions.iter().enumerate() {
            let region = message::region_label(region);
            match (&growth[position], ranks[position], percentiles[position]) {
                (Ok(growth), Some(rank), Some(percentile)) => {
                    let contribution = weights.contribution(&region.code, *growth);
                    ranking.count(&region.code, contribution);
                    let growth = growth.measured;
                    ranking.ranked.push(Ranked { position, region, rank, growth, percentile, contribution });
                }
                (outcome, ..) => {
                    ranking.count(&region.code, None);
                    ranking.unranked.push(unranked(region, outcome.as_ref().err()));
                }
            }
        }
        ranking.ranked.sort_by(|a, b| a.rank.total_cmp(&b.rank));
        ranking
    }

    fn count(&mut self, region: &str, contribution: Option<f64>) {
        match contribution {
            Some(contribution) => *self.contribution_sum.get_or_insert(0.0) += contribution,
            None => self.without_contribution.push(region.to_owned()),
        }
    }

    /// The ranked regions as the answer shows them, by rank and then by code.
    pub(crate) fn ranked(&self, benchmark: Option<Growth>, mut extras: Extras) -> Vec<v1::RankedRegion> {
        let groups = self.ranked.chunk_by(|a, b| a.rank == b.rank);
        let shown = groups.flat_map(|group| group.iter().map(move |ranked| (group, ranked)));
        shown
            .map(|(group, ranked)| {
                let others = group.iter().filter(|other| other.region.code != ranked.region.code);
                let weight = extras.weights.get(&ranked.position);
                let share = extras.shares.get(ranked.position).copied().flatten();
                v1::RankedRegion {
                    region: Some(ranked.region.clone()),
                    rank: ranked.rank,
                    growth: ranked.growth,
                    gap: benchmark.map(|benchmark| ranked.growth - benchmark.measured),
                    percentile: ranked.percentile,
                    contribution: ranked.contribution,
                    tied_with: others.map(|other| other.region.code.clone()).collect(),
                    weight: weight.map(|weight| weight.0),
                    weighted_percentile: weight.map(|weight| weight.1),
                    share_before: share.map(|share| share.0),
                    share_last: share.map(|share| share.1),
                    uncertainty: extras.uncertainty.remove(&ranked.position),
                    volatility: extras.volatility.remove(&ranked.position),
                }
            })
            .collect()
    }
}

/// Growth to twelve decimals: a difference that only rounding makes is a tie. Published rates differ in the third at
/// the latest, so that single years tie exactly where the published figures do.
pub(crate) fn tie_key(growth: f64) -> f64 {
    if growth.abs() < 1e3 { (growth * 1e12).round() / 1e12 } else { growth }
}

/// A region without a rank, and why.
pub(crate) fn unranked(region: v1::RegionLabel, why: Option<&NoGrowth>) -> v1::UnrankedRegion {
    v1::UnrankedRegion {
        region: Some(region),
        reason: why.map(|why| why.reason.to_owned()).unwrap_or_default(),
        text: why.map(|why| why.text.clone()).unwrap_or_default(),
        periods: why.map(|why| why.periods.clone()).unwrap_or_default(),
    }
}
