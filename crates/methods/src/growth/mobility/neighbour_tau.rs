//! Rank concordance among neighbours: of all of them together, of each region with its own, and within neighbourhoods.

use rand::seq::SliceRandom as _;
use rayon::prelude::*;

use super::parallel::tasks_a_thread;
use super::rank_pairs::RankPairs;
use crate::stats::random::{generator, shuffle};
use crate::stats::{PermutationTest, SpatialWeights};
use crate::{Progress, Stopped};

/// Why there is no concordance among neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NeighbourTauError {
    /// The weights are not those of the regions.
    #[error("the weights are of {weights} regions, the ranks of {regions}")]
    RegionsDiffer {
        /// Regions of the weights.
        weights: usize,
        /// Regions of the ranks.
        regions: usize,
    },
    /// No region has a neighbour of another rank, in one of the rankings.
    #[error("no two neighbours differ in rank in one of the periods")]
    NoDifferentNeighbours,
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Kendall's rank correlation over pairs of neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct SpatialTau {
    /// Pairs of neighbours; each counts once, whichever of the two names the other.
    pub pairs: usize,
    /// Those in the same order both times.
    pub concordant: usize,
    /// Those in the opposite order.
    pub discordant: usize,
    /// (concordant - discordant) over the geometric mean of the pairs that are not equal in the first and in the second.
    pub tau: f64,
    /// Against places exchanged at random; none without permutations.
    pub test: Option<PermutationTest>,
}

/// Concordance of one region with its neighbours, or within its neighbourhood.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalConcordance {
    /// Number of neighbours.
    pub neighbours: usize,
    /// From -1 to 1; none for a region without neighbours.
    pub tau: Option<f64>,
    /// Against other regions in the places of the neighbours; none without neighbours or permutations.
    pub test: Option<PermutationTest>,
}

/// Draws for inference: how many, and from which seed. None are drawn where `permutations` is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// Number of permutations.
    pub permutations: usize,
    /// Seed.
    pub seed: u64,
}

/// Computes Kendall's rank correlation over pairs of neighbours only.
///
/// ```text
/// tau = (C - D) / sqrt((pairs that differ in the first)(pairs that differ in the second)),  over pairs of neighbours
/// ```
///
/// The test exchanges the places of the regions, each with both its ranks: low p in the lower tail means that neighbours
/// exchange ranks more than any regions do.
///
/// # Shapes and units
///
/// - `weights`: who is whose neighbour; how much they weigh plays no part.
/// - returns: a correlation from -1 to 1.
///
/// # Errors
///
/// Weights of other regions, no neighbours that differ, or [`Stopped`]; each permutation counts one unit.
///
/// # Source
///
/// Rey (2004), Spatial Analysis of Regional Income Inequality, in Goodchild and Janelle, Spatially Integrated Social
/// Science, 280-299; Rey (2014), in Fischer and Nijkamp, Handbook of Regional Science. giddy leaves out a pair that only its
/// later region names.
pub fn spatial_tau(
    ranks: &RankPairs,
    weights: &SpatialWeights,
    draws: Draws,
    progress: &Progress,
) -> Result<SpatialTau, NeighbourTauError> {
    check_regions(ranks, weights)?;
    let mut pairs: Vec<(usize, usize)> = (0..ranks.n_regions())
        .flat_map(|region| weights.links(region).map(move |(to, _)| (region.min(to), region.max(to))))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let observed = PairCounts::of(ranks, &pairs, |region| region);
    let tau = observed.tau().ok_or(NeighbourTauError::NoDifferentNeighbours)?;

    progress.expect(draws.permutations);
    let drawn = (0..draws.permutations)
        .into_par_iter()
        .with_min_len(tasks_a_thread(4 * (pairs.len() + ranks.n_regions())))
        .map(|task| {
            let mut places: Vec<u32> = (0..ranks.n_regions() as u32).collect();
            shuffle(&mut places, &mut generator(draws.seed, task as u64));
            let counts = PairCounts::of(ranks, &pairs, |region| places[region] as usize);
            progress.advance(1)?;
            // A draw in which no neighbours differ is no evidence: it counts on both sides.
            Ok(counts.tau().unwrap_or(tau))
        })
        .collect::<Result<Vec<f64>, Stopped>>()?;
    Ok(SpatialTau {
        pairs: pairs.len(),
        concordant: observed.concordant,
        discordant: observed.discordant,
        tau,
        test: (draws.permutations > 0).then(|| PermutationTest::of(tau, &drawn)),
    })
}

/// Pairs of neighbours by how they are ordered.
struct PairCounts {
    concordant: usize,
    discordant: usize,
    differ_in_first: usize,
    differ_in_second: usize,
}

impl PairCounts {
    fn of(ranks: &RankPairs, pairs: &[(usize, usize)], place: impl Fn(usize) -> usize) -> Self {
        let mut counts = Self { concordant: 0, discordant: 0, differ_in_first: 0, differ_in_second: 0 };
        for &(a, b) in pairs {
            let (a, b) = (place(a), place(b));
            let concordance = ranks.concordance(a, b);
            counts.concordant += usize::from(concordance > 0);
            counts.discordant += usize::from(concordance < 0);
            counts.differ_in_first += usize::from(ranks.first()[a] != ranks.first()[b]);
            counts.differ_in_second += usize::from(ranks.second()[a] != ranks.second()[b]);
        }
        counts
    }

    fn tau(&self) -> Option<f64> {
        let pairs = (self.differ_in_first as f64 * self.differ_in_second as f64).sqrt();
        (pairs > 0.0).then(|| (self.concordant as f64 - self.discordant as f64) / pairs)
    }
}

/// Computes the concordance of each region with its neighbours.
///
/// ```text
/// tau[r] = sum over neighbours s of r of c[r, s] / number of neighbours,   c as in local tau
/// ```
///
/// The test keeps the region and draws other regions for its neighbours, without putting back.
///
/// # Shapes and units
///
/// - `weights`: who is whose neighbour; how much they weigh plays no part.
/// - returns: by region. Weighted by the number of neighbours, their mean is the spatial tau where no ranks are equal and
///   neighbours name each other.
///
/// # Errors
///
/// Weights of other regions, or [`Stopped`]; each region counts one unit.
///
/// # Source
///
/// Rey (2016), Geographical Analysis 48(4), 438-462, equation 16.
pub fn neighbour_set_tau(
    ranks: &RankPairs,
    weights: &SpatialWeights,
    draws: Draws,
    progress: &Progress,
) -> Result<Vec<LocalConcordance>, NeighbourTauError> {
    let with_neighbours =
        |region: usize, set: &[u32]| set.iter().map(|&to| ranks.concordance(region, to as usize)).sum::<i64>();
    local_concordance(ranks, weights, draws, progress, &with_neighbours, |neighbours| neighbours as f64)
}

/// Computes the concordance among each region and its neighbours, every pair of them.
///
/// ```text
/// tau[r] = sum over pairs of c / number of pairs,   over the m(m + 1)/2 pairs of the region and its m neighbours
/// ```
///
/// The test keeps the region and draws other regions for its neighbours, without putting back.
///
/// # Shapes and units
///
/// - `weights`: who is whose neighbour; how much they weigh plays no part.
/// - returns: by region.
///
/// # Errors
///
/// Weights of other regions, or [`Stopped`]; each region counts one unit.
///
/// # Source
///
/// Rey (2016), Geographical Analysis 48(4), 438-462, equation 22.
pub fn neighbourhood_tau(
    ranks: &RankPairs,
    weights: &SpatialWeights,
    draws: Draws,
    progress: &Progress,
) -> Result<Vec<LocalConcordance>, NeighbourTauError> {
    let within = |region: usize, set: &[u32]| {
        let mut sum = 0;
        for (at, &to) in set.iter().enumerate() {
            sum += ranks.concordance(region, to as usize);
            sum += set[..at].iter().map(|&other| ranks.concordance(other as usize, to as usize)).sum::<i64>();
        }
        sum
    };
    local_concordance(ranks, weights, draws, progress, &within, |neighbours| (neighbours * (neighbours + 1) / 2) as f64)
}

/// Sums a concordance over each region and its set of neighbours, and over drawn sets of as many others.
fn local_concordance(
    ranks: &RankPairs,
    weights: &SpatialWeights,
    draws: Draws,
    progress: &Progress,
    sum_over: &(impl Fn(usize, &[u32]) -> i64 + Sync),
    pairs_of: impl Fn(usize) -> f64 + Sync,
) -> Result<Vec<LocalConcordance>, NeighbourTauError> {
    check_regions(ranks, weights)?;
    let n = ranks.n_regions();
    progress.expect(n);
    let of_region = |region: usize| {
        let mut set: Vec<u32> = weights.links(region).map(|(to, _)| to as u32).collect();
        let neighbours = set.len();
        if neighbours == 0 {
            progress.advance(1)?;
            return Ok(LocalConcordance { neighbours, tau: None, test: None });
        }
        let pairs = pairs_of(neighbours);
        let tau = sum_over(region, &set) as f64 / pairs;
        let mut random = generator(draws.seed, region as u64);
        let mut others: Vec<u32> = (0..n as u32).filter(|&other| other as usize != region).collect();
        let mut drawn = Vec::with_capacity(draws.permutations);
        for draw in 0..draws.permutations {
            // A long list of draws is looked at in between, so that it can be stopped.
            if draw % 1000 == 999 {
                progress.check()?;
            }
            set.copy_from_slice(others.partial_shuffle(&mut random, neighbours).0);
            drawn.push(sum_over(region, &set) as f64 / pairs);
        }
        progress.advance(1)?;
        let test = (draws.permutations > 0).then(|| PermutationTest::of(tau, &drawn));
        Ok(LocalConcordance { neighbours, tau: Some(tau), test })
    };
    let links_a_region = weights.n_links() / n + 1;
    let cost = n + (draws.permutations + 1) * links_a_region * links_a_region;
    (0..n)
        .into_par_iter()
        .with_min_len(tasks_a_thread(cost))
        .map(of_region)
        .collect::<Result<Vec<_>, Stopped>>()
        .map_err(NeighbourTauError::from)
}

fn check_regions(ranks: &RankPairs, weights: &SpatialWeights) -> Result<(), NeighbourTauError> {
    let (weights, regions) = (weights.n_regions(), ranks.n_regions());
    if weights == regions { Ok(()) } else { Err(NeighbourTauError::RegionsDiffer { weights, regions }) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NONE: Draws = Draws { permutations: 0, seed: 0 };

    fn ranks() -> RankPairs {
        // 0 and 1 change places, 2 and 3 keep theirs.
        RankPairs::try_new(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 3.0, 4.0, 5.0]).unwrap()
    }

    /// A line of four, and an island.
    fn weights() -> SpatialWeights {
        SpatialWeights::from_pairs(5, &[(0, 1), (1, 2), (2, 3)]).unwrap()
    }

    fn taus(local: &[LocalConcordance]) -> Vec<Option<f64>> {
        local.iter().map(|own| own.tau).collect()
    }

    #[test]
    fn matches_a_worked_example() {
        let progress = Progress::new();
        let global = spatial_tau(&ranks(), &weights(), NONE, &progress).unwrap();
        assert_eq!((global.pairs, global.concordant, global.discordant, global.tau), (3, 2, 1, 1.0 / 3.0));
        assert_eq!(global.test, None);
        let set = neighbour_set_tau(&ranks(), &weights(), NONE, &progress).unwrap();
        assert_eq!(taus(&set), [Some(-1.0), Some(0.0), Some(1.0), Some(1.0), None]);
        let hood = neighbourhood_tau(&ranks(), &weights(), NONE, &progress).unwrap();
        assert_eq!(taus(&hood), [Some(-1.0), Some(1.0 / 3.0), Some(1.0), Some(1.0), None]);
    }

    #[test]
    fn a_pair_counts_once_whoever_names_it() {
        let one_way = SpatialWeights::from_links(5, &[(1, 0, 1.0), (1, 2, 2.0), (3, 2, 0.5)]).unwrap();
        let tau = |weights: &SpatialWeights| spatial_tau(&ranks(), weights, NONE, &Progress::new()).unwrap();
        assert_eq!(tau(&one_way), tau(&weights()));
    }

    /// Of a region with c concordant and d discordant others, the sum over m drawn ones is 2 k - m, where k of them are
    /// concordant: a hypergeometric number.
    #[test]
    fn draws_follow_the_exact_distribution() {
        let n = 12;
        let first: Vec<f64> = (0..n).map(f64::from).collect();
        let second: Vec<f64> = (0..n).map(|r| f64::from(r * 5 % 12)).collect();
        let ranks = RankPairs::try_new(&first, &second).unwrap();
        let pairs: Vec<(usize, usize)> = (0..11).map(|r| (r, r + 1)).chain([(3, 8), (4, 9), (3, 9)]).collect();
        let weights = SpatialWeights::from_pairs(12, &pairs).unwrap();
        let draws = Draws { permutations: 20_000, seed: 5 };
        let local = neighbour_set_tau(&ranks, &weights, draws, &Progress::new()).unwrap();
        let choose = |n: i64, k: i64| (0..k).map(|i| (n - i) as f64 / (k - i) as f64).product::<f64>();
        for (region, own) in local.iter().enumerate() {
            let concordant = (0..12).filter(|&other| ranks.concordance(region, other) > 0).count() as i64;
            let (m, hits) = (own.neighbours as i64, own.tau.unwrap());
            let hits = ((hits * m as f64 + m as f64) / 2.0).round() as i64;
            let upper: f64 = (hits..=m)
                .filter(|&k| k <= concordant && m - k <= 11 - concordant)
                .map(|k| choose(concordant, k) * choose(11 - concordant, m - k) / choose(11, m))
                .sum();
            let error = 4.0 * (upper * (1.0 - upper) / 20_000.0).max(0.0).sqrt() + 1e-12;
            let drawn = own.test.unwrap().at_least as f64 / 20_000.0;
            assert!((drawn - upper).abs() < error, "region {region}: {drawn} is not {upper}");
        }
    }

    #[test]
    fn the_seed_decides() {
        let of = |seed| {
            let draws = Draws { permutations: 50, seed };
            let progress = Progress::new();
            let global = spatial_tau(&ranks(), &weights(), draws, &progress).unwrap();
            let hood = neighbourhood_tau(&ranks(), &weights(), draws, &progress).unwrap();
            assert_eq!(progress.counted(), (55, 55));
            (global, hood)
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn refuses_what_has_no_neighbours_and_stops_when_asked() {
        let progress = Progress::new();
        let other = SpatialWeights::from_pairs(4, &[(0, 1)]).unwrap();
        let differ = NeighbourTauError::RegionsDiffer { weights: 4, regions: 5 };
        assert_eq!(spatial_tau(&ranks(), &other, NONE, &progress), Err(differ));
        let nobody = SpatialWeights::from_pairs(5, &[]).unwrap();
        assert_eq!(spatial_tau(&ranks(), &nobody, NONE, &progress), Err(NeighbourTauError::NoDifferentNeighbours));
        progress.stop();
        let draws = Draws { permutations: 9, seed: 1 };
        let stopped = NeighbourTauError::Stopped(Stopped);
        assert_eq!(spatial_tau(&ranks(), &weights(), draws, &progress), Err(stopped));
        assert_eq!(neighbour_set_tau(&ranks(), &weights(), draws, &progress), Err(stopped));
    }
}
