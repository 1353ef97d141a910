//! Theil's T and the mean log deviation by groups of regions: how much lies between the groups, and how much within each.

use super::distribution::{Distribution, InequalityError, Members};
use super::groups::Groups;
use super::shuffles::of_shuffles;
use super::{mean_log_deviation, theil};
use crate::Progress;
use crate::stats::random::shuffle;
use crate::stats::{PermutationTest, lanes};

/// Which of the two measures is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntropyKind {
    /// Theil's T: groups count by their share of the total.
    TheilT,
    /// The mean log deviation: groups count by their share of the regions, or of the weights.
    MeanLogDeviation,
}

/// A measure in parts: `total = between + within`, and `within` is the sum of the groups' parts.
#[derive(Debug, Clone, PartialEq)]
pub struct EntropyParts {
    /// The measure over all regions.
    pub total: f64,
    /// What there would be if all regions of a group had its mean.
    pub between: f64,
    /// What there is inside of the groups.
    pub within: f64,
    /// The groups, in order.
    pub groups: Vec<EntropyOfGroup>,
}

/// The part of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EntropyOfGroup {
    /// Its share of the regions, or of the weights.
    pub population_share: f64,
    /// Its share of the total.
    pub total_share: f64,
    /// Mean of its values, by weight.
    pub mean: f64,
    /// The measure over its regions alone; none where they hold nothing.
    pub own: Option<f64>,
    /// What it adds to `within`.
    pub within: f64,
    /// What it adds to `between`; negative for a group below the mean (T) or above it (the mean log deviation).
    pub between: f64,
}

/// Splits Theil's T or the mean log deviation into what lies between groups and what lies within them.
///
/// With P the groups' shares of the weights, S their shares of the total, and `T[g]`, `L[g]` the measures over each group alone:
///
/// ```text
/// T = sum over g of S[g] * ln(S[g] / P[g]) + sum over g of S[g] * T[g]
/// L = sum over g of P[g] * ln(P[g] / S[g]) + sum over g of P[g] * L[g]
/// ```
///
/// Both are exact: nothing is left over.
///
/// # Shapes and units
///
/// - `groups`: as many regions as there are values.
///
/// # Errors
///
/// Groups of other regions; a negative value (a value of zero for the mean log deviation); values that are all zero.
///
/// # Source
///
/// Theil (1967), Economics and Information Theory, North-Holland; Bourguignon (1979), Econometrica 47(4), 901-920; Shorrocks
/// (1980), Econometrica 48(3), 613-625.
pub fn entropy_by_groups(
    distribution: &Distribution<'_>,
    groups: &Groups,
    kind: EntropyKind,
) -> Result<EntropyParts, InequalityError> {
    check(distribution, groups, kind)?;
    let values = groups.gathered(distribution.values());
    let shares = distribution.shares().map(|shares| groups.gathered(shares));
    let of_group = |members: std::ops::Range<usize>| {
        let weights = shares.as_ref().map(|shares| &shares[members.clone()]);
        Members::new(&values[members], weights, distribution.least())
    };
    let members: Vec<Members<'_>> = groups.ranges().map(of_group).collect();
    let part = |(own, measure): (&Members<'_>, f64)| {
        let population_share = if shares.is_some() { own.weight } else { own.weight / values.len() as f64 };
        group_part(own, measure, population_share, distribution.mean(), kind)
    };
    let groups: Vec<EntropyOfGroup> = members.iter().zip(own_measures(&members, kind)).map(part).collect();
    let between = groups.iter().map(|group| group.between).sum::<f64>().max(0.0);
    let within = groups.iter().map(|group| group.within).sum::<f64>();
    Ok(EntropyParts { total: between + within, between, within, groups })
}

/// From so many regions a group on, the terms of each group are added up by themselves.
const LARGE: usize = 32;

/// The measure over each group alone; some number where a group holds nothing. Terms of small groups are taken in one go,
/// because those of a small group cost as much as eight.
fn own_measures(groups: &[Members<'_>], kind: EntropyKind) -> Vec<f64> {
    let has_logs = |own: &Members<'_>| own.least * own.mean.recip() >= f64::MIN_POSITIVE;
    if kind == EntropyKind::MeanLogDeviation && !groups.iter().all(has_logs) {
        return groups.iter().map(mean_log_deviation::of_members).collect();
    }
    let n_regions: usize = groups.iter().map(|own| own.values.len()).sum();
    if n_regions >= LARGE * groups.len() {
        return match kind {
            EntropyKind::TheilT => groups.iter().map(theil::of_members).collect(),
            EntropyKind::MeanLogDeviation => groups.iter().map(mean_log_deviation::of_members).collect(),
        };
    }
    let mut terms = Vec::with_capacity(n_regions);
    for own in groups {
        let scale = own.mean.recip();
        terms.extend(own.values.iter().map(|value| value * scale));
    }
    match kind {
        EntropyKind::TheilT => lanes::replace(&mut terms, lanes::TimesLog { scale: 1.0 }),
        EntropyKind::MeanLogDeviation => lanes::replace(&mut terms, lanes::Log { scale: 1.0 }),
    }
    let mut rest = terms.as_slice();
    let measure = |own: &Members<'_>| {
        let (terms, others) = rest.split_at(own.values.len());
        rest = others;
        let sum = own.weights.map_or_else(|| lanes::total(terms), |weights| lanes::product_sum(terms, weights));
        // What rounding leaves of equal values may lie on the wrong side of zero.
        (if kind == EntropyKind::TheilT { sum / own.weight } else { -(sum / own.weight) }).max(0.0)
    };
    groups.iter().map(measure).collect()
}

/// The part of a group with its own values, over which the measure is known.
fn group_part(
    own: &Members<'_>,
    measure: f64,
    population_share: f64,
    overall_mean: f64,
    kind: EntropyKind,
) -> EntropyOfGroup {
    let (mean, total_share) = (own.mean, population_share * (own.mean / overall_mean));
    let (measure, counts) = match kind {
        // A group that holds nothing counts for nothing.
        EntropyKind::TheilT if mean == 0.0 => (None, 0.0),
        EntropyKind::TheilT => (Some(measure), total_share),
        EntropyKind::MeanLogDeviation => (Some(measure), population_share),
    };
    EntropyOfGroup {
        population_share,
        total_share,
        mean,
        own: measure,
        within: counts * measure.unwrap_or(0.0),
        between: between_part(kind, population_share, total_share),
    }
}

/// What a group adds to the measure between groups.
fn between_part(kind: EntropyKind, population_share: f64, total_share: f64) -> f64 {
    match kind {
        EntropyKind::TheilT if total_share == 0.0 => 0.0,
        EntropyKind::TheilT => total_share * (total_share / population_share).ln(),
        EntropyKind::MeanLogDeviation => population_share * (population_share / total_share).ln(),
    }
}

/// Refuses what the measure is not defined for.
fn check(distribution: &Distribution<'_>, groups: &Groups, kind: EntropyKind) -> Result<(), InequalityError> {
    let (values, others) = (distribution.n_regions(), groups.n_regions());
    if values != others {
        return Err(InequalityError::RegionsDiffer { values, others });
    }
    match kind {
        EntropyKind::TheilT => distribution.check_not_negative(),
        EntropyKind::MeanLogDeviation => distribution.check_positive(),
    }
}

/// Tests whether more lies between the groups than between groups drawn at random: regions are dealt out to groups of the
/// same numbers of regions, each with its value and its weight.
///
/// # Shapes and units
///
/// - `permutations`: how many; `seed`: of their draws. The same seed gives the same permutations on any number of threads.
/// - returns: how the part between the groups stands among those of permutations. Since the total stays the same, the part
///   within stands the other way round.
///
/// # Errors
///
/// As [`entropy_by_groups`]; no permutations; or the caller's wish to stop.
///
/// # Source
///
/// Rey (2004), in Goodchild and Janelle, Spatially Integrated Social Science, Oxford University Press, 280-299.
pub fn entropy_permutations(
    distribution: &Distribution<'_>,
    groups: &Groups,
    kind: EntropyKind,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<PermutationTest, InequalityError> {
    check(distribution, groups, kind)?;
    let parts: Vec<(f64, f64)> =
        distribution.total_shares().enumerate().map(|(region, total)| (distribution.share(region), total)).collect();
    let between = |of: &[u32]| {
        let mut sums = vec![(0.0, 0.0); groups.n_groups()];
        for (&group, (population, total)) in of.iter().zip(&parts) {
            let sum = &mut sums[group as usize];
            *sum = (sum.0 + population, sum.1 + total);
        }
        sums.iter().map(|&(population, total)| between_part(kind, population, total)).sum::<f64>()
    };
    let shuffled =
        of_shuffles(groups.n_regions(), permutations, seed, progress, Vec::new, |of: &mut Vec<u32>, draw| {
            groups.of().clone_into(of);
            shuffle(of, draw);
            between(of)
        })?;
    Ok(PermutationTest::of(between(groups.of()), &shuffled))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::Alternative;
    use crate::stats::inequality::{mean_log_deviation, theil_t};

    const VALUES: [f64; 5] = [1.0, 3.0, 10.0, 30.0, 6.0];

    fn groups() -> Groups {
        Groups::new(&[0, 0, 1, 1, 1], 2).unwrap()
    }

    #[test]
    fn matches_a_worked_example() {
        let distribution = Distribution::new(&VALUES).unwrap();
        let parts = entropy_by_groups(&distribution, &groups(), EntropyKind::TheilT).unwrap();
        // Group 0 has 2 of 5 regions and 4 of 50.
        let expected = 0.08 * (0.08_f64 / 0.4).ln() + 0.92 * (0.92_f64 / 0.6).ln();
        assert!((parts.between - expected).abs() < 1e-15);
        let first = parts.groups[0];
        assert!((first.population_share, first.mean) == (0.4, 2.0) && (first.total_share - 0.08).abs() < 1e-15);
        let own = theil_t(&Distribution::new(&[1.0, 3.0]).unwrap()).unwrap();
        assert_eq!((first.own, first.within), (Some(own), first.total_share * own));
    }

    #[test]
    fn the_parts_are_the_whole_with_and_without_weights() {
        let weights = [1.0, 4.0, 2.0, 0.5, 3.0];
        let distributions = [Distribution::new(&VALUES).unwrap(), Distribution::weighted(&VALUES, &weights).unwrap()];
        for distribution in distributions {
            let t = entropy_by_groups(&distribution, &groups(), EntropyKind::TheilT).unwrap();
            assert!((t.between + t.within - theil_t(&distribution).unwrap()).abs() < 1e-15);
            let l = entropy_by_groups(&distribution, &groups(), EntropyKind::MeanLogDeviation).unwrap();
            assert!((l.between + l.within - mean_log_deviation(&distribution).unwrap()).abs() < 1e-15);
        }
    }

    #[test]
    fn a_group_that_holds_nothing_counts_for_nothing() {
        let distribution = Distribution::new(&[0.0, 0.0, 1.0, 1.0, 1.0]).unwrap();
        let parts = entropy_by_groups(&distribution, &groups(), EntropyKind::TheilT).unwrap();
        assert_eq!((parts.groups[0].own, parts.groups[0].within, parts.groups[0].between), (None, 0.0, 0.0));
        assert!((parts.total - (5.0_f64 / 3.0).ln()).abs() < 1e-15);
        let l = entropy_by_groups(&distribution, &groups(), EntropyKind::MeanLogDeviation);
        assert_eq!(l, Err(InequalityError::NotPositive { region: 0, value: 0.0 }));
        let few = Distribution::new(&[1.0]).unwrap();
        let differ = InequalityError::RegionsDiffer { values: 1, others: 5 };
        assert_eq!(entropy_by_groups(&few, &groups(), EntropyKind::TheilT), Err(differ));
    }

    #[test]
    fn groups_that_are_apart_are_found_so() {
        let values: Vec<f64> = (0..20).map(|k| f64::from(k + 1)).collect();
        let distribution = Distribution::new(&values).unwrap();
        let apart = Groups::new(&(0..20).map(|k| k / 10).collect::<Vec<_>>(), 2).unwrap();
        let mixed = Groups::new(&(0..20).map(|k| k % 2).collect::<Vec<_>>(), 2).unwrap();
        for kind in [EntropyKind::TheilT, EntropyKind::MeanLogDeviation] {
            let test = |groups: &Groups, seed| {
                entropy_permutations(&distribution, groups, kind, 999, seed, &Progress::new()).unwrap()
            };
            assert!(test(&apart, 1).p_value(Alternative::Greater) <= 0.002);
            assert!(test(&mixed, 1).p_value(Alternative::Greater) > 0.2);
            assert_eq!(test(&apart, 1), test(&apart, 1));
            assert_ne!(test(&apart, 1).mean, test(&apart, 2).mean);
        }
        let stopped = Progress::new();
        stopped.stop();
        assert!(matches!(
            entropy_permutations(&distribution, &apart, EntropyKind::TheilT, 9, 1, &stopped),
            Err(InequalityError::Stopped(_))
        ));
        let none = entropy_permutations(&distribution, &apart, EntropyKind::TheilT, 0, 1, &Progress::new());
        assert_eq!(none, Err(InequalityError::NoPermutations));
    }
}
