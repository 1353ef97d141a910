//! The Gini coefficient by groups of regions: between the groups, within each, and where groups overlap.

use super::distribution::{Distribution, InequalityError};
use super::groups::Groups;
use super::shuffles::of_shuffles;
use crate::stats::PermutationTest;
use crate::stats::random::shuffle;
use crate::{Matrix, Progress};

/// The Gini coefficient in parts: `gini = between + within + overlap`, none of them negative.
#[derive(Debug, Clone, PartialEq)]
pub struct GiniParts {
    /// The Gini coefficient over all regions.
    pub gini: f64,
    /// What there would be if all regions of a group had its mean (Dagum's net part between groups).
    pub between: f64,
    /// Pairs of regions of the same group.
    pub within: f64,
    /// What pairs of different groups add because regions of the group with the lower mean stand above regions of the other:
    /// the residual of the older decompositions, Dagum's transvariation. Zero where no two groups overlap.
    pub overlap: f64,
    /// The groups, in order.
    pub groups: Vec<GiniOfGroup>,
    /// Pairs of groups: 0 and 1, 0 and 2, ..., 1 and 2, and so on.
    pub pairs: Vec<GiniOfPair>,
}

/// The part of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GiniOfGroup {
    /// Its share of the regions, or of the weights.
    pub population_share: f64,
    /// Its share of the total.
    pub total_share: f64,
    /// Mean of its values, by weight.
    pub mean: f64,
    /// The Gini coefficient over its regions alone; none where they hold nothing.
    pub own: Option<f64>,
    /// What it adds to `within`: the product of both shares and its own coefficient.
    pub within: f64,
}

/// How two groups differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GiniOfPair {
    /// Position of one group.
    pub first: usize,
    /// Position of the other.
    pub second: usize,
    /// Mean difference between a region of the one and a region of the other, relative to the sum of both means. None where
    /// both hold nothing.
    pub gini: Option<f64>,
    /// Relative economic affluence: 0 where the groups have the same mean, 1 where they do not overlap. None where no two
    /// regions of the groups differ.
    pub affluence: Option<f64>,
}

/// Splits the Gini coefficient into parts between groups, within groups, and of overlap.
///
/// With P the groups' shares of the weights, S their shares of the total, M their means, D[g, h] the mean difference between
/// a region of g and one of h, and m the overall mean:
///
/// ```text
/// within  = sum over g of P[g] * S[g] * G[g]
/// between = sum over g < h of P[g] * P[h] * |M[g] - M[h]| / m
/// overlap = sum over g < h of P[g] * P[h] * (D[g, h] - |M[g] - M[h]|) / m
/// ```
///
/// which is exact. Of a pair, `D/(M[g] + M[h])` is Dagum's Gini coefficient between the two, `|M[g] - M[h]|/D` their relative
/// economic affluence.
///
/// # Shapes and units
///
/// - `groups`: as many regions as there are values.
///
/// # Errors
///
/// Groups of other regions, a negative value, or values that are all zero.
///
/// # Source
///
/// Dagum (1997), Empirical Economics 22, 515-531; the same three parts in Lambert and Aronson (1993), Economic Journal
/// 103(420), 1221-1227.
pub fn gini_by_groups(distribution: &Distribution<'_>, groups: &Groups) -> Result<GiniParts, InequalityError> {
    let (sorted, shares) = (Sorted::of(distribution, groups)?, Shares::of(distribution, groups));
    let (n, mean) = (groups.n_groups(), distribution.mean());
    let differences = sorted.differences(n);
    let of_group = |group: usize| {
        let (population_share, own_mean) = (shares.population[group], shares.means[group]);
        // Pairs count once in the sum and twice in the coefficient, which is relative to twice the mean.
        let pairs = differences.get(group, group);
        GiniOfGroup {
            population_share,
            total_share: population_share * own_mean / mean,
            mean: own_mean,
            own: (own_mean > 0.0).then(|| pairs / (population_share * population_share * own_mean)),
            within: pairs / mean,
        }
    };
    let own: Vec<GiniOfGroup> = (0..n).map(of_group).collect();
    let (mut pairs, mut between, mut overlap) = (Vec::with_capacity(n * (n - 1) / 2), 0.0, 0.0);
    for first in 0..n {
        for second in first + 1..n {
            let of_pair = shares.population[first] * shares.population[second];
            let difference = differences.get(first, second) + differences.get(second, first);
            let net = of_pair * (shares.means[first] - shares.means[second]).abs();
            between += net / mean;
            // Without overlap the two are equal but for rounding.
            overlap += (difference - net).max(0.0) / mean;
            let both = of_pair * (shares.means[first] + shares.means[second]);
            let gini = (both > 0.0).then(|| difference / both);
            let affluence = (difference > 0.0).then(|| (net / difference).min(1.0));
            pairs.push(GiniOfPair { first, second, gini, affluence });
        }
    }
    let within: f64 = own.iter().map(|group| group.within).sum();
    Ok(GiniParts { gini: between + within + overlap, between, within, overlap, groups: own, pairs })
}

/// How two parts stand among those of random groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GiniPermutations {
    /// The part between groups: large where the groups' means are farther apart than chance makes them.
    pub between: PermutationTest,
    /// The part of overlap: small where groups are more apart than chance makes them.
    pub overlap: PermutationTest,
}

/// Tests the parts between groups and of overlap against groups drawn at random: regions are dealt out to groups of the same
/// numbers of regions, each with its value and its weight.
///
/// # Shapes and units
///
/// - `permutations`: how many; `seed`: of their draws. The same seed gives the same permutations on any number of threads.
///
/// # Errors
///
/// As [`gini_by_groups`]; no permutations; or the caller's wish to stop.
///
/// # Source
///
/// The permutation scheme of Rey (2004) for Theil's T, applied to these parts.
pub fn gini_permutations(
    distribution: &Distribution<'_>,
    groups: &Groups,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<GiniPermutations, InequalityError> {
    let (sorted, mean) = (Sorted::of(distribution, groups)?, distribution.mean());
    let parts = |of: &[u32], sums: &mut Sums| {
        let (all, within) = sorted.within(of, sums);
        let between = between(sums);
        // The whole is the same for every permutation; what is neither between nor within is overlap.
        [between / mean, (all - within - between) / mean]
    };
    let workspace = || (Vec::new(), Sums::default());
    let n = groups.n_groups();
    let shuffled = of_shuffles(groups.n_regions(), permutations, seed, progress, workspace, |(of, sums), draw| {
        sorted.groups.clone_into(of);
        shuffle(of, draw);
        sums.reset(n);
        parts(of, sums)
    })?;
    let mut sums = Sums::default();
    sums.reset(n);
    let observed = parts(&sorted.groups, &mut sums);
    let test = |part: usize| {
        let shuffled: Vec<f64> = shuffled.iter().map(|parts| parts[part]).collect();
        PermutationTest::of(observed[part], &shuffled)
    };
    Ok(GiniPermutations { between: test(0), overlap: test(1) })
}

/// Regions in ascending order of their values.
struct Sorted {
    /// Excess of each value over the least one, so that sums of differences lose no digits.
    excess: Vec<f64>,
    shares: Vec<f64>,
    groups: Vec<u32>,
}

impl Sorted {
    fn of(distribution: &Distribution<'_>, groups: &Groups) -> Result<Self, InequalityError> {
        let (values, others) = (distribution.n_regions(), groups.n_regions());
        if values != others {
            return Err(InequalityError::RegionsDiffer { values, others });
        }
        distribution.check_not_negative()?;
        let mut regions: Vec<(f64, f64, u32)> = (distribution.values().iter().zip(groups.of()).enumerate())
            .map(|(region, (value, &group))| (value + 0.0, distribution.share(region), group))
            .collect();
        distribution.sort(&mut regions, |region| region.0);
        let least = regions.first().map_or(0.0, |region| region.0);
        Ok(Self {
            excess: regions.iter().map(|region| region.0 - least).collect(),
            shares: regions.iter().map(|region| region.1).collect(),
            groups: regions.iter().map(|region| region.2).collect(),
        })
    }

    /// Of two groups g and h: the sum over pairs of a region of g and a region of h at or below it of the product of their
    /// shares and their difference.
    fn differences(&self, n_groups: usize) -> Matrix {
        let mut sums = vec![0.0; n_groups * n_groups];
        let mut below = vec![(0.0, 0.0); n_groups];
        for ((&excess, &share), &group) in self.excess.iter().zip(&self.shares).zip(&self.groups) {
            let row = &mut sums[group as usize * n_groups..][..n_groups];
            for (sum, (weight, product)) in row.iter_mut().zip(&below) {
                *sum += share * (excess * weight - product);
            }
            let own = &mut below[group as usize];
            *own = (own.0 + share, own.1 + share * excess);
        }
        Matrix::from_fn(n_groups, n_groups, |row, column| sums[row * n_groups + column])
    }

    /// The same sum over all pairs, and over pairs of the same group, for groups dealt out to the sorted regions; leaves the
    /// sums of the groups behind.
    fn within(&self, groups: &[u32], sums: &mut Sums) -> (f64, f64) {
        let (mut all, mut within) = (0.0, 0.0);
        let (mut weight, mut product) = (0.0, 0.0);
        for ((&excess, &share), &group) in self.excess.iter().zip(&self.shares).zip(groups) {
            let own = &mut sums.groups[group as usize];
            all += share * (excess * weight - product);
            within += share * (excess * own.0 - own.1);
            *own = (own.0 + share, own.1 + share * excess);
            weight += share;
            product += share * excess;
        }
        (all, within)
    }
}

/// Sums of the shares, and of the shares times the excess, by group.
#[derive(Default)]
struct Sums {
    groups: Vec<(f64, f64)>,
}

impl Sums {
    fn reset(&mut self, n_groups: usize) {
        self.groups.clear();
        self.groups.resize(n_groups, (0.0, 0.0));
    }
}

/// `sum over g < h of P[g] * P[h] * |M[g] - M[h]|`, which is that of regions that have the groups' means.
fn between(sums: &mut Sums) -> f64 {
    sums.groups.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
    let (mut weight, mut product, mut between) = (0.0, 0.0, 0.0);
    for &(share, sum) in &sums.groups {
        between += sum * weight - share * product;
        weight += share;
        product += sum;
    }
    between
}

/// Shares and means of groups.
struct Shares {
    population: Vec<f64>,
    means: Vec<f64>,
}

impl Shares {
    fn of(distribution: &Distribution<'_>, groups: &Groups) -> Self {
        let mut population = vec![0.0; groups.n_groups()];
        let mut sums = population.clone();
        for (region, (&value, &group)) in distribution.values().iter().zip(groups.of()).enumerate() {
            let share = distribution.share(region);
            population[group as usize] += share;
            sums[group as usize] += share * value;
        }
        let means = sums.iter().zip(&population).map(|(sum, share)| sum / share).collect();
        Self { population, means }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::Alternative;
    use crate::stats::inequality::gini;

    const VALUES: [f64; 5] = [1.0, 7.0, 10.0, 30.0, 2.0];

    fn groups() -> Groups {
        Groups::new(&[0, 0, 1, 1, 1], 2).unwrap()
    }

    #[test]
    fn matches_a_worked_example() {
        let parts = gini_by_groups(&Distribution::new(&VALUES).unwrap(), &groups()).unwrap();
        // Means 4 and 14, overall 10. Differences within: 6; 8, 28 and 20. Between: 9, 29, 1, 3, 23 and 5.
        let near = |own: f64, expected: f64| assert!((own - expected).abs() < 1e-15, "{own} is not {expected}");
        near(parts.within, (6.0 + 56.0) / 250.0);
        near(parts.between, 0.4 * 0.6 * 10.0 / 10.0);
        near(parts.overlap, (70.0 - 60.0) / 250.0);
        near(parts.groups[0].own.unwrap(), 6.0 / 4.0 / 4.0);
        near(parts.groups[0].within, 0.4 * 0.16 * 0.375);
        near(parts.pairs[0].gini.unwrap(), 70.0 / 6.0 / 18.0);
        near(parts.pairs[0].affluence.unwrap(), 6.0 / 7.0);
    }

    #[test]
    fn the_parts_are_the_whole_with_and_without_weights() {
        let weights = [1.0, 4.0, 2.0, 0.5, 3.0];
        let distributions = [Distribution::new(&VALUES).unwrap(), Distribution::weighted(&VALUES, &weights).unwrap()];
        for distribution in distributions {
            let parts = gini_by_groups(&distribution, &groups()).unwrap();
            assert!((parts.gini - gini(&distribution).unwrap()).abs() < 1e-15);
            let test = gini_permutations(&distribution, &groups(), 99, 1, &Progress::new()).unwrap();
            assert!(test.between.mean > 0.0 && test.overlap.mean > 0.0);
        }
    }

    #[test]
    fn groups_that_do_not_overlap_leave_nothing_over() {
        let distribution = Distribution::new(&[1.0, 2.0, 10.0, 30.0, 5.0]).unwrap();
        let parts = gini_by_groups(&distribution, &groups()).unwrap();
        assert!(parts.overlap < 1e-16);
        assert!((parts.pairs[0].affluence.unwrap() - 1.0).abs() < 1e-15);
        let nothing = gini_by_groups(&Distribution::new(&[0.0, 0.0, 1.0, 1.0, 1.0]).unwrap(), &groups()).unwrap();
        assert_eq!((nothing.groups[0].own, nothing.groups[0].within, nothing.groups[1].own), (None, 0.0, Some(0.0)));
    }

    #[test]
    fn groups_that_are_apart_are_found_so() {
        let values: Vec<f64> = (0..20).map(|k| f64::from(k + 1)).collect();
        let distribution = Distribution::new(&values).unwrap();
        let apart = Groups::new(&(0..20).map(|k| k / 10).collect::<Vec<_>>(), 2).unwrap();
        let test = |seed| gini_permutations(&distribution, &apart, 999, seed, &Progress::new()).unwrap();
        assert!(test(1).between.p_value(Alternative::Greater) <= 0.002);
        assert!(test(1).overlap.p_value(Alternative::Less) <= 0.002);
        assert_eq!(test(1), test(1));
        let none = gini_permutations(&distribution, &apart, 0, 1, &Progress::new());
        assert_eq!(none, Err(InequalityError::NoPermutations));
    }
}
