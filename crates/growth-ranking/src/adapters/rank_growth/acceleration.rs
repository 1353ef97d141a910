//! The ranking by acceleration: growth in a later time less growth in an earlier one.

use growthpole_contracts::v1;
use growthpole_domain::Panel;
use growthpole_methods::growth::Acceleration;
use growthpole_methods::stats::rank;
use growthpole_worker_kit::convert::message;

use super::figures::Figures;
use super::growth::{Growth, NoGrowth};
use super::options::Options;
use super::ranking::{tie_key, unranked};
use super::times::TwoTimes;

type Outcome = Result<Growth, NoGrowth>;

/// The ranking of a panel whose regions are in the order of codes. `comparable` says whether the benchmark is one.
pub(crate) fn ranking(
    panel: &Panel,
    figures: &Figures,
    times: TwoTimes,
    options: Options,
    comparable: bool,
) -> v1::AccelerationRanking {
    let (earlier, later) = (times.earlier.growth_of_regions(figures), times.later.growth_of_regions(figures));
    let found: Vec<Result<Acceleration, NoGrowth>> =
        earlier.into_iter().zip(later).map(|(earlier, later)| between(earlier, later)).collect();
    let keys: Vec<Option<f64>> =
        found.iter().map(|found| found.as_ref().ok().map(|found| tie_key(found.difference))).collect();
    let ranks = rank(&keys, options.method, options.order);
    let (mut ranked, mut without) = (Vec::new(), Vec::new());
    for ((region, found), rank) in panel.axes.regions.iter().zip(&found).zip(ranks) {
        let region = message::region_label(region);
        match (found, rank) {
            (Ok(found), Some(rank)) => ranked.push(v1::RegionAcceleration {
                region: Some(region),
                rank,
                earlier_growth: found.earlier,
                later_growth: found.later,
                acceleration: found.difference,
            }),
            (found, _) => without.push(unranked(region, found.as_ref().err())),
        }
    }
    ranked.sort_by(|a, b| a.rank.total_cmp(&b.rank));
    let of_benchmark = || {
        let (earlier, later) = (times.earlier.growth_of_benchmark(figures)?, times.later.growth_of_benchmark(figures)?);
        between(earlier, later).ok().map(|found| found.difference)
    };
    let (basis, earlier, later) = (figures.basis, times.earlier.span, times.later.span);
    v1::AccelerationRanking {
        earlier_first_period: earlier.first_of_growth(basis).to_string(),
        earlier_last_period: earlier.last.to_string(),
        later_first_period: later.first_of_growth(basis).to_string(),
        later_last_period: later.last.to_string(),
        ranked,
        unranked: without,
        benchmark: comparable.then(of_benchmark).flatten(),
    }
}

fn between(earlier: Outcome, later: Outcome) -> Result<Acceleration, NoGrowth> {
    let (earlier, later) = (earlier?, later?);
    Acceleration::between(earlier.measured, later.measured).map_err(|error| NoGrowth {
        reason: "OUT_OF_RANGE",
        text: format!("No acceleration can be computed: {error}."),
        periods: Vec::new(),
    })
}
