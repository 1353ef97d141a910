//! Permutation tests of local Moran statistics: each region keeps its value and draws its neighbours' from the others'.

use rand::seq::index;
use rayon::prelude::*;

use super::SpatialWeights;
use super::moran::{MoranError, deviations};
use super::permutation::{Alternative, permutation_p_value};
use super::random::generator;
use crate::{Progress, Stopped};

/// Elementary steps above which regions are spread over threads.
const WORTH_A_THREAD: usize = 400_000;
/// Places that are drawn before regions are compared with them.
const PLACES_AT_ONCE: usize = 1_000_000;
/// Regions that a thread compares one after the other.
const TOGETHER: usize = 64;
/// Steps that a region takes whose neighbours count alike.
const STEPS_OF_A_SEARCH: usize = 32;
/// Part of the scale of lags that counts as rounding.
const ROUNDING: f64 = 1e-12;

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

/// Compares each local statistic with its values when the region keeps its own value and draws its neighbours' from those
/// of all others, without putting back.
///
/// A permutation draws places among the others once for all regions, so that tests of different regions are not
/// independent of each other; each on its own is what it would be with draws of its own. Regions whose neighbours count
/// alike share the sums of the draws too, and look themselves up among the sorted sums: their cost is that of a search, not
/// that of all draws.
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
    let observed: Vec<Observed> = (0..regions).map(|region| Observed::of(region, &deviations, weights)).collect();
    let most = observed.iter().map(|region| region.weights.len()).max().unwrap_or(0).max(1);
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
        progress.check()?;
        let draws = Draws::new(&places, most, &deviations, &observed);
        let compare = |(observed, counts): (&[Observed], &mut [(usize, usize)])| -> Result<(), Stopped> {
            let mut values = deviations.clone();
            for (region, counts) in observed.iter().zip(counts) {
                let (at_least, at_most) = region.compare(&draws, &mut values);
                *counts = (counts.0 + at_least, counts.1 + at_most);
                progress.check()?;
            }
            Ok(())
        };
        let steps: usize = observed.iter().map(|region| region.steps(block)).sum();
        if steps < WORTH_A_THREAD {
            compare((&observed, &mut counts))?;
        } else {
            observed.par_chunks(TOGETHER).zip(counts.par_chunks_mut(TOGETHER)).try_for_each(compare)?;
        }
        left -= block;
        progress.advance(block)?;
    }
    Ok(counts.into_iter().map(|(at_least, at_most)| LocalPermutations { permutations, at_least, at_most }).collect())
}

/// Draws of places among the regions other than one. These are all regions but the last, with the last in the place of the
/// one.
struct Draws<'a> {
    /// `most` places for each draw, in the order in which they were drawn.
    places: &'a [u32],
    most: usize,
    /// Sums over the first places of each draw, by their number, for the numbers that regions need.
    sums: Vec<Option<Sums>>,
    /// Where a place was drawn: as position in `places`, place by place.
    drawn: Vec<u32>,
    /// Those of place p are at `starts[p]..starts[p + 1]` of `drawn`.
    starts: Vec<u32>,
}

/// Sums over the first places of each draw, with all regions in their own places.
struct Sums {
    by_draw: Vec<f64>,
    ascending: Vec<f64>,
}

impl<'a> Draws<'a> {
    fn new(places: &'a [u32], most: usize, deviations: &[f64], observed: &[Observed]) -> Self {
        let mut needed = vec![false; most + 1];
        for region in observed.iter().filter(|region| region.alike.is_some() && !region.ties()) {
            needed[region.weights.len()] = true;
        }
        let mut running = vec![0.0; places.len() / most];
        let mut sums = Vec::with_capacity(most + 1);
        for (number, &needed) in needed.iter().enumerate() {
            if let Some(last) = number.checked_sub(1) {
                let drawn = places.iter().skip(last).step_by(most);
                running.iter_mut().zip(drawn).for_each(|(sum, &place)| *sum += deviations[place as usize]);
            }
            sums.push(needed.then(|| {
                let mut ascending = running.clone();
                ascending.sort_unstable_by(f64::total_cmp);
                Sums { by_draw: running.clone(), ascending }
            }));
        }
        let mut starts = vec![0; deviations.len() + 1];
        places.iter().for_each(|&place| starts[place as usize + 1] += 1);
        for place in 0..deviations.len() {
            starts[place + 1] += starts[place];
        }
        let (mut next, mut drawn) = (starts.clone(), vec![0; places.len()]);
        for (position, &place) in places.iter().enumerate() {
            let next = &mut next[place as usize];
            drawn[*next as usize] = position as u32;
            *next += 1;
        }
        Self { places, most, sums, drawn, starts }
    }

    fn n_draws(&self) -> usize {
        self.places.len() / self.most
    }

    /// The draws that have a place among their first ones.
    fn with(&self, place: usize, first: usize) -> impl Iterator<Item = usize> {
        let drawn = &self.drawn[self.starts[place] as usize..self.starts[place + 1] as usize];
        let places = drawn.iter().map(|&position| (position as usize / self.most, position as usize % self.most));
        places.filter(move |&(_, order)| order < first).map(|(draw, _)| draw)
    }
}

/// A region as it is compared with permutations.
struct Observed {
    region: usize,
    own: f64,
    weights: Vec<f64>,
    /// The weight that all neighbours have, if they have the same.
    alike: Option<f64>,
    lag: f64,
}

impl Observed {
    fn of(region: usize, deviations: &[f64], weights: &SpatialWeights) -> Self {
        let own: Vec<f64> = weights.links(region).map(|(_, weight)| weight).collect();
        Self {
            region,
            own: deviations[region],
            alike: own.first().copied().filter(|first| own.iter().all(|weight| weight == first)),
            weights: own,
            lag: weights.links(region).map(|(to, weight)| weight * deviations[to]).sum(),
        }
    }

    /// Whether the statistic is 0 whatever is drawn.
    fn ties(&self) -> bool {
        self.weights.is_empty() || self.own == 0.0
    }

    /// Elementary steps that a number of draws takes.
    fn steps(&self, draws: usize) -> usize {
        if self.alike.is_some() { STEPS_OF_A_SEARCH } else { draws * self.weights.len() }
    }

    /// How many draws give at least, and at most, the observed statistic. `values` are the deviations of all regions.
    fn compare(&self, draws: &Draws<'_>, values: &mut [f64]) -> (usize, usize) {
        if self.ties() {
            return (draws.n_draws(), draws.n_draws());
        }
        let sums = draws.sums[self.weights.len()].as_ref();
        let (at_least, at_most) = match (self.alike, sums) {
            (Some(weight), Some(sums)) => self.search(weight, draws, sums, values),
            _ => {
                values[self.region] = values[values.len() - 1];
                let counts = self.count(values, draws);
                values[self.region] = self.own;
                counts
            }
        };
        // The statistic rises with the lag where the region is above the mean, and falls with it where it is below.
        if self.own > 0.0 { (at_least, at_most) } else { (at_most, at_least) }
    }

    /// The lags that count as at least, and as at most, the observed one.
    fn bounds(&self) -> (f64, f64) {
        // Deviations are below 2 in size, so that lags that differ by less than this differ by rounding.
        let slack = ROUNDING * self.weights.iter().sum::<f64>();
        (self.lag - slack, self.lag + slack)
    }

    /// Counts draws whose lag is at least, and at most, the observed one, where all neighbours have the same weight.
    ///
    /// The sums with all regions in their own places are right but for the draws that have the region itself, in whose place
    /// the last region stands: those are counted one by one.
    fn search(&self, weight: f64, draws: &Draws<'_>, sums: &Sums, values: &[f64]) -> (usize, usize) {
        let (low, high) = self.bounds();
        let (low, high) = (low / weight, high / weight);
        let below = sums.ascending.partition_point(|&sum| sum < low);
        let (mut at_least, mut at_most) =
            (draws.n_draws() - below, below + sums.ascending[below..].partition_point(|&sum| sum <= high));
        let change = values[values.len() - 1] - self.own;
        for draw in draws.with(self.region, self.weights.len()) {
            let before = sums.by_draw[draw];
            let after = before + change;
            at_least = at_least + usize::from(after >= low) - usize::from(before >= low);
            at_most = at_most + usize::from(after <= high) - usize::from(before <= high);
        }
        (at_least, at_most)
    }

    /// The same for any weights, draw by draw. `values` has the last region in the place of the region itself.
    fn count(&self, values: &[f64], draws: &Draws<'_>) -> (usize, usize) {
        match self.weights.len() {
            1 => self.count_unrolled::<1>(values, draws),
            2 => self.count_unrolled::<2>(values, draws),
            3 => self.count_unrolled::<3>(values, draws),
            4 => self.count_unrolled::<4>(values, draws),
            5 => self.count_unrolled::<5>(values, draws),
            6 => self.count_unrolled::<6>(values, draws),
            7 => self.count_unrolled::<7>(values, draws),
            8 => self.count_unrolled::<8>(values, draws),
            _ => self.count_unrolled::<0>(values, draws),
        }
    }

    /// N is the number of neighbours where that is small, so that the loop over them is unrolled; 0 for any number.
    fn count_unrolled<const N: usize>(&self, values: &[f64], draws: &Draws<'_>) -> (usize, usize) {
        let (low, high) = self.bounds();
        let unrolled = self.weights.first_chunk::<N>();
        let (mut at_least, mut at_most) = (0, 0);
        for draw in draws.places.chunks_exact(draws.most) {
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
    use crate::samples::path;
    use crate::stats::local_moran;

    /// One or two neighbours on a path, and a third for some.
    fn wavy(regions: usize) -> (Vec<f64>, SpatialWeights) {
        let values = (0..regions).map(|region| (region as f64).sin() + region as f64 / 20.0).collect();
        let mut pairs: Vec<_> = (1..regions).map(|region| (region - 1, region)).collect();
        pairs.extend((0..regions - 7).step_by(5).map(|region| (region, region + 7)));
        (values, SpatialWeights::from_pairs(regions, &pairs).unwrap().row_standardized())
    }

    #[test]
    fn searching_counts_what_comparing_draw_by_draw_counts() {
        for regions in [4, 5, 12, 60] {
            let (mut values, weights) = if regions < 12 {
                ((0..regions).map(|region| ((region * region) % 7) as f64).collect(), path(regions))
            } else {
                wavy(regions)
            };
            // Equal values make ties.
            values[regions - 1] = values[1];
            let deviations = deviations(&values, &weights).unwrap();
            let mut observed: Vec<Observed> =
                (0..regions).map(|region| Observed::of(region, &deviations, &weights)).collect();
            let most = observed.iter().map(|region| region.weights.len()).max().unwrap();
            let mut generator = generator(3, 0);
            let places: Vec<u32> = (0..500)
                .flat_map(|_| index::sample(&mut generator, regions - 1, most).into_iter().map(|place| place as u32))
                .collect();
            let draws = Draws::new(&places, most, &deviations, &observed);
            let mut values = deviations.clone();
            for region in &mut observed {
                assert!(region.alike.is_some());
                let searched = region.compare(&draws, &mut values);
                region.alike = None;
                assert_eq!(searched, region.compare(&draws, &mut values), "{regions} {}", region.region);
            }
        }
    }

    #[test]
    fn neighbours_of_different_weights_are_compared_draw_by_draw() {
        let links: Vec<_> = (0..40_usize)
            .flat_map(|region| (1..=9).map(move |step| (region, (region + step) % 40, 1.0 / step as f64)))
            .collect();
        let weights = SpatialWeights::from_links(40, &links).unwrap().row_standardized();
        let values: Vec<f64> = (0..40).map(|region| (f64::from(region) / 6.0).sin()).collect();
        let counts = local_moran_permutations(&values, &weights, 999, 2, 0, &Progress::new()).unwrap();
        near_the_normal_distribution(&values, &weights, &counts, 0..40);
    }

    #[test]
    fn permutations_follow_the_seed_and_the_distribution() {
        let values: Vec<f64> = (0..60).map(|region| f64::from(region).sin() + f64::from(region) / 20.0).collect();
        let weights = path(60).row_standardized();
        let counts =
            |seed, task| local_moran_permutations(&values, &weights, 1999, seed, task, &Progress::new()).unwrap();
        assert_eq!(counts(1, 0), counts(1, 0));
        assert_ne!(counts(1, 0), counts(1, 1));
        near_the_normal_distribution(&values, &weights, &counts(1, 0), 1..59);
    }

    /// The share of permutations below is near that of the normal distribution with the conditional moments.
    fn near_the_normal_distribution(
        values: &[f64],
        weights: &SpatialWeights,
        counts: &[LocalPermutations],
        regions: std::ops::Range<usize>,
    ) {
        let local = local_moran(values, weights).unwrap();
        for region in regions {
            let (counts, association) = (counts[region], local.regions[region]);
            let z = (association.i - association.conditional.expected) / association.conditional.variance.sqrt();
            let below = crate::stats::distributions::normal_below(z).unwrap();
            assert!((counts.at_most as f64 / counts.permutations as f64 - below).abs() < 0.12, "{counts:?} {below}");
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
