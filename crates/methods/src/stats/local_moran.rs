//! Local Moran: which regions are like their neighbours, and which are unlike them.

use rand::seq::index;
use rayon::prelude::*;

use super::SpatialWeights;
use super::moran::{MoranError, deviations};
use super::permutation::{Alternative, permutation_p_value};
use super::random::generator;
use crate::{Progress, Stopped};

/// Draws above which regions are spread over threads.
const WORTH_A_THREAD: usize = 100_000;
/// Places that are drawn before regions are compared with them.
const PLACES_AT_ONCE: usize = 1_000_000;
/// Regions that a thread compares one after the other.
const TOGETHER: usize = 16;
/// Part of the scale of lags that counts as rounding.
const ROUNDING: f64 = 1e-12;

/// Where a region stands in the Moran scatterplot: itself first, its neighbours second. What lies at the mean counts as low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quadrant {
    /// Above the mean among neighbours above it.
    HighHigh,
    /// Not above the mean among neighbours above it.
    LowHigh,
    /// Not above the mean among neighbours not above it.
    LowLow,
    /// Above the mean among neighbours not above it.
    HighLow,
}

impl Quadrant {
    /// All quadrants, in the order in which they are counted.
    pub const ALL: [Self; 4] = [Self::HighHigh, Self::LowHigh, Self::LowLow, Self::HighLow];

    /// The quadrant of a region and its neighbours.
    pub fn of(own_is_high: bool, lag_is_high: bool) -> Self {
        match (own_is_high, lag_is_high) {
            (true, true) => Self::HighHigh,
            (false, true) => Self::LowHigh,
            (false, false) => Self::LowLow,
            (true, false) => Self::HighLow,
        }
    }

    /// Its position in [`Quadrant::ALL`].
    pub fn position(self) -> usize {
        self as usize
    }
}

/// Local Moran statistics of all regions.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalMoran {
    /// Each region, by position.
    pub regions: Vec<LocalAssociation>,
}

/// How a region goes together with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalAssociation {
    /// The local statistic.
    pub i: f64,
    /// Its place in the scatterplot.
    pub quadrant: Quadrant,
    /// When all values are shuffled over all regions.
    pub total: LocalMoments,
    /// When the others' values are shuffled and the region keeps its own.
    pub conditional: LocalMoments,
}

/// Expectation and variance of a local statistic without spatial dependence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalMoments {
    /// Expectation.
    pub expected: f64,
    /// Variance.
    pub variance: f64,
}

/// How often shuffled neighbours gave a local statistic as large, or as small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalPermutations {
    /// Permutations that were drawn.
    pub permutations: usize,
    /// Those with at least the observed statistic.
    pub at_least: usize,
    /// Those with at most the observed statistic.
    pub at_most: usize,
}

impl LocalPermutations {
    /// The p-value of an alternative; `Greater` is that the region is like its neighbours.
    pub fn p_value(&self, alternative: Alternative) -> f64 {
        permutation_p_value(self.at_least, self.at_most, self.permutations, alternative)
    }

    /// The smaller of both tails: half of the two-sided p-value, and no p-value of a direction that was chosen beforehand.
    pub fn smaller_tail(&self) -> f64 {
        let smaller = self.at_least.min(self.at_most);
        permutation_p_value(smaller, smaller, self.permutations, Alternative::Greater)
    }
}

/// Computes local Moran statistics, quadrants and moments.
///
/// With z the deviations from the mean, m2 = sum(z^2)/n, b = n sum(z^4)/sum(z^2)^2, w the sum of a region's weights and v
/// that of their squares:
///
/// ```text
/// I[r] = (n - 1) z[r] lag[r] / sum(z^2)            sum(I)/(n - 1) = global I for row-standardised weights
/// total:       E = -w/n     Var = ((n - 1)/n)^2 (v (n - b)/(n - 1) + (w^2 - v)(2b - n)/((n - 1)(n - 2)) - (w/(n - 1))^2)
/// conditional: E = -z^2 w/(n m2)
///              Var = ((n - 1)/n)^2 (z/m2)^2 n/(n - 2) (v - w^2/(n - 1)) (m2 - z^2/(n - 1))
/// ```
///
/// # Shapes and units
///
/// - `values`, `weights`: as for [`super::moran`].
/// - returns: dimensionless. An island has the statistic 0.
///
/// # Errors
///
/// As [`super::moran`].
///
/// # Source
///
/// Anselin (1995), Geographical Analysis 27(2), 93-115; Sokal, Oden and Thomson (1998), Geographical Analysis 30(4),
/// 331-354, equations A3, A4, A7 and A8. esda gives the same statistic with the moments of another, n/(n - 1) times it.
pub fn local_moran(values: &[f64], weights: &SpatialWeights) -> Result<LocalMoran, MoranError> {
    let deviations = deviations(values, weights)?;
    let n = deviations.len() as f64;
    let m2 = deviations.iter().map(|z| z * z).sum::<f64>() / n;
    let b = deviations.iter().map(|z| z.powi(4)).sum::<f64>() / n / (m2 * m2);
    let lags = weights.lag(&deviations);
    let rescale = (n - 1.0) / n;
    let association = |region: usize| {
        let (own, lag) = (deviations[region], lags[region]);
        let (w, v) = weights.links(region).fold((0.0, 0.0), |(w, v), (_, weight)| (w + weight, v + weight * weight));
        let total = v * (n - b) / (n - 1.0) + (w * w - v) * (2.0 * b - n) / ((n - 1.0) * (n - 2.0));
        let total = total - (w / (n - 1.0)).powi(2);
        let conditional = (own / m2).powi(2) * n / (n - 2.0) * (v - w * w / (n - 1.0)) * (m2 - own * own / (n - 1.0));
        LocalAssociation {
            i: rescale * own * lag / m2,
            quadrant: Quadrant::of(own > 0.0, lag > 0.0),
            total: LocalMoments { expected: -w / n, variance: rescale * rescale * total },
            conditional: LocalMoments {
                expected: -own * own * w / (n * m2),
                variance: rescale * rescale * conditional,
            },
        }
    };
    Ok(LocalMoran { regions: (0..deviations.len()).map(association).collect() })
}

/// The quadrants of regions alone, as [`local_moran`] gives them.
///
/// # Errors
///
/// As [`super::moran`].
///
/// # Source
///
/// Anselin (1995), Geographical Analysis 27(2), 93-115.
pub fn quadrants(values: &[f64], weights: &SpatialWeights) -> Result<Vec<Quadrant>, MoranError> {
    let deviations = deviations(values, weights)?;
    let lags = weights.lag(&deviations);
    Ok(deviations.iter().zip(lags).map(|(own, lag)| Quadrant::of(*own > 0.0, lag > 0.0)).collect())
}

/// Compares each local statistic with its values when the region keeps its own value and draws its neighbours' from those
/// of all others, without putting back.
///
/// A permutation draws places among the others once for all regions, so that tests of different regions are not
/// independent of each other; each on its own is what it would be with draws of its own.
///
/// # Shapes and units
///
/// - `values`, `weights`: as for [`super::moran`].
/// - `permutations`: how many; `seed`: of their draws; `task`: which stream of the seed, so that several calls differ.
/// - returns: counts by region. An island, or a region at the mean, ties with all permutations.
///
/// # Errors
///
/// As [`super::moran`]; no permutations; or the caller's wish to stop. Each permutation counts one unit of progress.
///
/// # Source
///
/// Anselin (1995), Geographical Analysis 27(2), 93-115, conditional permutation.
pub fn local_moran_permutations(
    values: &[f64],
    weights: &SpatialWeights,
    permutations: usize,
    seed: u64,
    task: u64,
    progress: &Progress,
) -> Result<Vec<LocalPermutations>, MoranError> {
    progress.expect(permutations);
    expected_permutations(values, weights, permutations, seed, task, progress)
}

/// [`local_moran_permutations`] of a caller who has told the progress how many permutations to expect.
pub(crate) fn expected_permutations(
    values: &[f64],
    weights: &SpatialWeights,
    permutations: usize,
    seed: u64,
    task: u64,
    progress: &Progress,
) -> Result<Vec<LocalPermutations>, MoranError> {
    let deviations = deviations(values, weights)?;
    if permutations == 0 {
        return Err(MoranError::NoPermutations);
    }
    let regions = deviations.len();
    let most = (0..regions).map(|region| weights.n_neighbours(region)).max().unwrap_or(0).max(1);
    let observed: Vec<Observed> = (0..regions).map(|region| Observed::of(region, &deviations, weights)).collect();
    let mut counts = vec![(0, 0); regions];
    let mut generator = generator(seed, task);
    let mut places = Vec::new();
    let mut left = permutations;
    while left > 0 {
        let block = left.min((PLACES_AT_ONCE / most).max(1));
        places.clear();
        for _ in 0..block {
            places.extend(index::sample(&mut generator, regions - 1, most).into_iter().map(|place| place as u32));
        }
        let count = |(chunk, counts): (usize, &mut [(usize, usize)])| -> Result<(), Stopped> {
            let mut values = deviations.clone();
            for (at, counts) in counts.iter_mut().enumerate() {
                let (at_least, at_most) = observed[chunk * TOGETHER + at].compare(&mut values, &places, most);
                *counts = (counts.0 + at_least, counts.1 + at_most);
                progress.check()?;
            }
            Ok(())
        };
        if block * weights.n_links() < WORTH_A_THREAD {
            counts.chunks_mut(TOGETHER).enumerate().try_for_each(count)?;
        } else {
            counts.par_chunks_mut(TOGETHER).enumerate().try_for_each(count)?;
        }
        left -= block;
        progress.advance(block)?;
    }
    Ok(counts.into_iter().map(|(at_least, at_most)| LocalPermutations { permutations, at_least, at_most }).collect())
}

/// A region as it is compared with permutations.
struct Observed {
    region: usize,
    own: f64,
    weights: Vec<f64>,
    lag: f64,
}

impl Observed {
    fn of(region: usize, deviations: &[f64], weights: &SpatialWeights) -> Self {
        Self {
            region,
            own: deviations[region],
            weights: weights.links(region).map(|(_, weight)| weight).collect(),
            lag: weights.links(region).map(|(to, weight)| weight * deviations[to]).sum(),
        }
    }

    /// How many draws give at least, and at most, the observed statistic. A draw is `most` places among the others, which
    /// are all regions but the last, with the last in the place of the region itself.
    fn compare(&self, values: &mut [f64], places: &[u32], most: usize) -> (usize, usize) {
        if self.weights.is_empty() || self.own == 0.0 {
            let draws = places.len() / most;
            return (draws, draws);
        }
        values[self.region] = values[values.len() - 1];
        let (at_least, at_most) = match self.weights.len() {
            1 => self.count::<1>(values, places, most),
            2 => self.count::<2>(values, places, most),
            3 => self.count::<3>(values, places, most),
            4 => self.count::<4>(values, places, most),
            5 => self.count::<5>(values, places, most),
            6 => self.count::<6>(values, places, most),
            7 => self.count::<7>(values, places, most),
            8 => self.count::<8>(values, places, most),
            _ => self.count::<0>(values, places, most),
        };
        values[self.region] = self.own;
        // The statistic rises with the lag where the region is above the mean, and falls with it where it is below.
        if self.own > 0.0 { (at_least, at_most) } else { (at_most, at_least) }
    }

    /// Counts draws whose lag is at least, and at most, the observed one. N is the number of neighbours where that is
    /// small, so that the loop over them is unrolled; 0 for any number.
    fn count<const N: usize>(&self, values: &[f64], places: &[u32], most: usize) -> (usize, usize) {
        // Deviations are below 2 in size, so that lags that differ by less than this differ by rounding.
        let slack = ROUNDING * self.weights.iter().sum::<f64>();
        let (low, high) = (self.lag - slack, self.lag + slack);
        let unrolled = self.weights.first_chunk::<N>();
        let (mut at_least, mut at_most) = (0, 0);
        for draw in places.chunks_exact(most) {
            let lag: f64 = match (unrolled, draw.first_chunk::<N>()) {
                (Some(weights), Some(draw)) if N > 0 => (0..N).map(|at| weights[at] * values[draw[at] as usize]).sum(),
                _ => draw.iter().zip(&self.weights).map(|(&place, weight)| weight * values[place as usize]).sum(),
            };
            at_least += usize::from(lag >= low);
            at_most += usize::from(lag <= high);
        }
        (at_least, at_most)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::moran;

    /// A path of regions.
    fn path(regions: usize) -> SpatialWeights {
        let pairs: Vec<_> = (1..regions).map(|region| (region - 1, region)).collect();
        SpatialWeights::from_pairs(regions, &pairs).unwrap()
    }

    #[test]
    fn local_statistics_add_up_to_the_global_one() {
        let (values, weights) = ([1.0, 4.0, 2.0, 8.0, 5.0], path(5).row_standardized());
        let local = local_moran(&values, &weights).unwrap();
        let sum: f64 = local.regions.iter().map(|region| region.i).sum();
        assert!((sum / 4.0 - moran(&values, &weights).unwrap().i).abs() < 1e-15);
        let quadrants: Vec<Quadrant> = local.regions.iter().map(|region| region.quadrant).collect();
        // The mean is 4, which the second region does not exceed, and no more do the neighbours of the fourth, at 3.5.
        let expected = [Quadrant::LowLow, Quadrant::LowLow, Quadrant::LowHigh, Quadrant::HighLow, Quadrant::HighHigh];
        assert_eq!(quadrants, expected);
    }

    #[test]
    fn moments_are_those_over_all_orders() {
        let (values, weights) = ([2.0, 3.0, 5.0, 11.0, 4.0], path(5));
        let own = local_moran(&values, &weights).unwrap().regions[1];
        let (mut all, mut kept) = (Vec::new(), Vec::new());
        for number in 0..120_usize {
            let mut left = values.to_vec();
            let mut rest = number;
            let order: Vec<f64> = (1..=5)
                .rev()
                .map(|n| {
                    let at = rest % n;
                    rest /= n;
                    left.remove(at)
                })
                .collect();
            let i = local_moran(&order, &weights).unwrap().regions[1].i;
            all.push(i);
            if order[1] == values[1] {
                kept.push(i);
            }
        }
        for (moments, statistics, n) in [(own.total, all, 120.0), (own.conditional, kept, 24.0)] {
            let mean = statistics.iter().sum::<f64>() / n;
            let variance = statistics.iter().map(|i| (i - mean) * (i - mean)).sum::<f64>() / n;
            assert!((mean - moments.expected).abs() < 1e-14, "{mean} {moments:?}");
            assert!((variance - moments.variance).abs() < 1e-13, "{variance} {moments:?}");
        }
    }

    #[test]
    fn permutations_follow_the_seed_and_the_distribution() {
        let values: Vec<f64> = (0..60).map(|region| f64::from(region).sin() + f64::from(region) / 20.0).collect();
        let weights = path(60).row_standardized();
        let counts =
            |seed, task| local_moran_permutations(&values, &weights, 1999, seed, task, &Progress::new()).unwrap();
        assert_eq!(counts(1, 0), counts(1, 0));
        assert_ne!(counts(1, 0), counts(1, 1));
        // The share of permutations below is near that of the normal distribution with the conditional moments.
        let local = local_moran(&values, &weights).unwrap();
        for (counts, association) in counts(1, 0).iter().zip(&local.regions).skip(1).take(58) {
            let z = (association.i - association.conditional.expected) / association.conditional.variance.sqrt();
            let below = crate::stats::distributions::normal_below(z).unwrap();
            assert!((counts.at_most as f64 / 1999.0 - below).abs() < 0.12, "{counts:?} {below}");
        }
    }

    #[test]
    fn a_region_that_cannot_vary_is_never_significant() {
        let weights = SpatialWeights::from_pairs(5, &[(0, 1), (1, 2), (2, 3)]).unwrap();
        let counts =
            local_moran_permutations(&[1.0, 2.0, 3.0, 5.0, 9.0], &weights, 99, 1, 0, &Progress::new()).unwrap();
        assert_eq!(counts[4].p_value(Alternative::TwoSided), 1.0);
        let tails = LocalPermutations { permutations: 99, at_least: 98, at_most: 1 };
        assert_eq!((tails.smaller_tail(), tails.p_value(Alternative::TwoSided)), (0.02, 0.04));
        let stopped = Progress::new();
        stopped.stop();
        let error = local_moran_permutations(&[1.0, 2.0, 3.0, 5.0, 9.0], &weights, 99, 1, 0, &stopped).unwrap_err();
        assert_eq!(error, MoranError::Stopped(Stopped));
    }
}
