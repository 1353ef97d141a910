//! Co-location: how often a plant of one industry and a plant of another are in the same region.

use rand::seq::SliceRandom as _;
use rayon::prelude::*;

use crate::stats::PermutationTest;
use crate::stats::random::generator;
use crate::{Progress, Stopped};

/// Plants times draws below which a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 50_000;

/// Why plants have no co-location.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ColocationError {
    /// There are not as many regions as industries of plants.
    #[error("{regions} regions and {industries} industries of plants")]
    LengthsDiffer {
        /// Regions of plants.
        regions: usize,
        /// Industries of plants.
        industries: usize,
    },
    /// The plant is in a region or of an industry that is not there.
    #[error("plant {plant} is in a region or of an industry that is not there")]
    InvalidPlant {
        /// Position of the plant.
        plant: usize,
    },
    /// There are fewer than two plants, or draws are asked for and none are to be made.
    #[error("there are too few plants or draws")]
    TooFew,
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Plants by region and industry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantRegions {
    regions: Vec<usize>,
    industries: Vec<usize>,
    n_regions: usize,
    n_industries: usize,
}

impl PlantRegions {
    /// Takes the region and the industry of each plant.
    ///
    /// # Errors
    ///
    /// Lists of different lengths, fewer than two plants, or the first plant beyond the regions or industries.
    pub fn try_new(
        regions: Vec<usize>,
        industries: Vec<usize>,
        n_regions: usize,
        n_industries: usize,
    ) -> Result<Self, ColocationError> {
        if regions.len() != industries.len() {
            return Err(ColocationError::LengthsDiffer { regions: regions.len(), industries: industries.len() });
        }
        if regions.len() < 2 {
            return Err(ColocationError::TooFew);
        }
        let mut plants = regions.iter().zip(&industries);
        if let Some(plant) = plants.position(|(&region, &industry)| region >= n_regions || industry >= n_industries) {
            return Err(ColocationError::InvalidPlant { plant });
        }
        Ok(Self { regions, industries, n_regions, n_industries })
    }

    /// Number of plants of each industry.
    fn of_industries(&self) -> Vec<u32> {
        let mut counts = vec![0; self.n_industries];
        self.industries.iter().for_each(|&industry| counts[industry] += 1);
        counts
    }

    /// Pairs of industries that both have plants, the smaller position first.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let counts = self.of_industries();
        let present: Vec<usize> = (0..self.n_industries).filter(|&industry| counts[industry] > 0).collect();
        let first = present.iter().enumerate();
        first.flat_map(|(at, &first)| present[at + 1..].iter().map(move |&second| (first, second))).collect()
    }

    /// How likely two plants drawn at random, without putting the first back, are in the same region.
    fn chance(&self) -> f64 {
        let mut counts = vec![0.0_f64; self.n_regions];
        self.regions.iter().for_each(|&region| counts[region] += 1.0);
        let plants = self.regions.len() as f64;
        counts.iter().map(|count| count / plants * ((count - 1.0) / (plants - 1.0))).sum()
    }
}

/// How two industries are co-located.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colocation {
    /// One industry.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// Share of the pairs of plants, one of each, that are in the same region: 0 to 1.
    pub observed: f64,
    /// What it is expected to be where industries are dealt out to the plants at random, exactly.
    pub expected: f64,
    /// How `observed` stands among such draws, where they were made.
    pub test: Option<PermutationTest>,
}

impl Colocation {
    /// Co-location beyond chance: observed less expected.
    pub fn excess(&self) -> f64 {
        self.observed - self.expected
    }
}

/// Computes the co-location of every pair of industries that both have plants.
///
/// With n\[r, i\] plants of industry i in region r, and N\[r\] plants of all industries:
///
/// ```text
/// CL[i, j] = sum over r of n[r, i] n[r, j] / (n[i] n[j])
/// E(CL)    = sum over r of N[r] (N[r] - 1) / (N (N - 1))
/// ```
///
/// # Source
///
/// Howard, Newman and Tarp (2016), Journal of Economic Geography 16(4), 835-863; REAT's `howard.cl`. They estimate the
/// expectation by draws; it is known.
pub fn colocation(plants: &PlantRegions) -> Vec<Colocation> {
    let expected = plants.chance();
    let mut counting = Counting::new(plants);
    let mut observed = Vec::new();
    counting.shares(&plants.industries, &mut observed);
    let pairs = counting.pairs.iter().zip(observed);
    pairs.map(|(&(first, second), observed)| Colocation { first, second, observed, expected, test: None }).collect()
}

/// Computes co-location with its place among draws in which industries are dealt out to the plants anew.
///
/// Every region keeps its number of plants, and every industry too. Each draw has a stream of its own, so that the result
/// depends on the seed alone.
///
/// # Errors
///
/// No draws, or a caller who wants no more.
///
/// # Source
///
/// As [`colocation`]; p-values as [`crate::stats::permutation_p_value`].
pub fn excess_colocation(
    plants: &PlantRegions,
    draws: usize,
    seed: u64,
    progress: &Progress,
) -> Result<Vec<Colocation>, ColocationError> {
    if draws == 0 {
        return Err(ColocationError::TooFew);
    }
    progress.expect(draws);
    let draw = |(counting, labels): &mut (Counting<'_>, Vec<usize>), task: usize| -> Result<Vec<f64>, Stopped> {
        progress.advance(1)?;
        labels.copy_from_slice(&plants.industries);
        labels.shuffle(&mut generator(seed, task as u64));
        let mut shares = Vec::with_capacity(counting.pairs.len());
        counting.shares(labels, &mut shares);
        Ok(shares)
    };
    let workspace = || (Counting::new(plants), plants.industries.clone());
    let drawn: Vec<Vec<f64>> = if plants.regions.len().saturating_mul(draws) < WORTH_A_THREAD {
        let mut own = workspace();
        (0..draws).map(|task| draw(&mut own, task)).collect::<Result<_, _>>()?
    } else {
        (0..draws).into_par_iter().map_init(workspace, draw).collect::<Result<_, _>>()?
    };
    let mut pairs = colocation(plants);
    for (at, pair) in pairs.iter_mut().enumerate() {
        let of_pair: Vec<f64> = drawn.iter().map(|shares| shares[at]).collect();
        pair.test = Some(PermutationTest::of(pair.observed, &of_pair));
    }
    Ok(pairs)
}

/// A workspace in which plants are counted.
struct Counting<'a> {
    plants: &'a PlantRegions,
    pairs: Vec<(usize, usize)>,
    of_industries: Vec<u32>,
    /// Regions x industries.
    counts: Vec<u32>,
}

impl<'a> Counting<'a> {
    fn new(plants: &'a PlantRegions) -> Self {
        let counts = vec![0; plants.n_regions * plants.n_industries];
        Self { plants, pairs: plants.pairs(), of_industries: plants.of_industries(), counts }
    }

    /// Adds the co-location of every pair to `shares`, with the industries of plants as given.
    fn shares(&mut self, industries: &[usize], shares: &mut Vec<f64>) {
        let n = self.plants.n_industries;
        self.counts.fill(0);
        for (&region, &industry) in self.plants.regions.iter().zip(industries) {
            self.counts[region * n + industry] += 1;
        }
        shares.extend(self.pairs.iter().map(|&(first, second)| {
            let together = self.counts.chunks_exact(n).map(|own| u64::from(own[first]) * u64::from(own[second]));
            let possible = u64::from(self.of_industries[first]) * u64::from(self.of_industries[second]);
            together.sum::<u64>() as f64 / possible as f64
        }));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::Alternative;

    /// Industry 0 has plants in regions 0 and 0, industry 1 in 0 and 1, industry 2 none, industry 3 in 1 and 2.
    fn plants() -> PlantRegions {
        PlantRegions::try_new(vec![0, 0, 0, 1, 1, 2], vec![0, 0, 1, 1, 3, 3], 3, 4).unwrap()
    }

    #[test]
    fn counts_pairs_in_the_same_region() {
        let pairs = colocation(&plants());
        let observed: Vec<_> = pairs.iter().map(|pair| (pair.first, pair.second, pair.observed)).collect();
        assert_eq!(observed, [(0, 1, 0.5), (0, 3, 0.0), (1, 3, 0.25)]);
        // 3, 2 and 1 plants: (3 * 2 + 2 * 1)/(6 * 5).
        assert!((pairs[0].expected - 8.0 / 30.0).abs() < 1e-15);
    }

    #[test]
    fn draws_agree_with_the_expectation_and_depend_on_the_seed_alone() {
        let of = |seed| excess_colocation(&plants(), 4000, seed, &Progress::new()).unwrap();
        for pair in of(1) {
            let test = pair.test.unwrap();
            let error = test.deviation / (test.permutations as f64).sqrt();
            assert!((test.mean - pair.expected).abs() < 4.0 * error, "{pair:?}");
        }
        assert_eq!(of(2), of(2));
        assert_ne!(of(1), of(2));
        // 24 000 plants times draws run on one thread, 120 000 on all: the first draws are the same.
        let test = excess_colocation(&plants(), 20_000, 1, &Progress::new()).unwrap()[0].test.unwrap();
        assert!(
            (test.p_value(Alternative::Greater) - of(1)[0].test.unwrap().p_value(Alternative::Greater)).abs() < 0.03
        );
    }

    #[test]
    fn refuses_what_are_no_plants_and_stops() {
        let of = |regions: &[usize], industries: &[usize]| {
            PlantRegions::try_new(regions.to_vec(), industries.to_vec(), 2, 2).unwrap_err()
        };
        assert_eq!(of(&[0], &[0, 1]), ColocationError::LengthsDiffer { regions: 1, industries: 2 });
        assert_eq!(of(&[0], &[0]), ColocationError::TooFew);
        assert_eq!(of(&[0, 2], &[0, 1]), ColocationError::InvalidPlant { plant: 1 });
        let progress = Progress::new();
        assert_eq!(excess_colocation(&plants(), 0, 1, &progress), Err(ColocationError::TooFew));
        progress.stop();
        assert_eq!(excess_colocation(&plants(), 9, 1, &progress), Err(Stopped.into()));
    }
}
