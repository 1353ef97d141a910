//! Contribution of each region to the growth of the whole, or of a benchmark that is known apart from the regions.

/// Why contributions are undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ContributionError {
    /// There is no region.
    #[error("contributions need at least one region")]
    NoRegion,
    /// The two lists are not of one length.
    #[error("{first} regions in the first list, {second} in the second")]
    LengthsDiffer {
        /// Length of the first list.
        first: usize,
        /// Length of the second list.
        second: usize,
    },
    /// The level or weight is negative, NaN or infinite.
    #[error("region {region}: {value} is not a level")]
    InvalidLevel {
        /// Position of the region.
        region: usize,
        /// The level or weight.
        value: f64,
    },
    /// The rate is NaN or infinite.
    #[error("region {region}: {value} is not a rate")]
    InvalidRate {
        /// Position of the region.
        region: usize,
        /// The rate.
        value: f64,
    },
    /// The whole starts from nothing.
    #[error("the levels at the start add up to zero")]
    ZeroTotal,
    /// A result is beyond the range of numbers.
    #[error("the contributions are beyond the range of numbers")]
    OutOfRange,
}

/// Contributions of regions to the growth of the whole, as fractions of the whole's level at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// Contribution of each region, by position.
    pub by_region: Vec<f64>,
    /// Their sum: the growth of the whole when the regions make up the whole.
    pub total: f64,
}

/// Computes contributions from levels at the start and at the end.
///
/// ```text
/// contribution[r] = (E'[r] - E[r]) / sum(E)
/// ```
///
/// # Shapes and units
///
/// - `start`, `end`: levels of each region in one unit, not negative.
/// - returns: fractions of the whole's level at the start. Always finite. A region that starts from zero contributes all it
///   has at the end.
///
/// # Errors
///
/// No region, lists of different lengths, the first level that is none, a whole that starts from zero, or a result out of
/// range.
///
/// # Source
///
/// The usual contribution to growth of national accounts, e.g. European Union (2013), ESA 2010.
pub fn contributions_from_levels(start: &[f64], end: &[f64]) -> Result<Contributions, ContributionError> {
    check_lengths(start, end)?;
    check_levels(start)?;
    check_levels(end)?;
    let whole = whole(start)?;
    collect(start.iter().zip(end).map(|(from, to)| (to - from) / whole))
}

/// Computes contributions from levels at the start and the growth over the periods.
///
/// ```text
/// contribution[r] = E[r] / sum(E) * g[r]
/// ```
///
/// # Shapes and units
///
/// - `weights`: level of each region at the start, or its share, not negative; they are divided by their sum.
/// - `rates`: growth of each region over the whole time, as fractions.
/// - returns: fractions of the whole's level at the start. Always finite.
///
/// # Errors
///
/// As [`contributions_from_levels`], and the first rate that is not a number.
///
/// # Source
///
/// As [`contributions_from_levels`].
pub fn contributions_from_rates(weights: &[f64], rates: &[f64]) -> Result<Contributions, ContributionError> {
    check_lengths(weights, rates)?;
    check_levels(weights)?;
    if let Some(region) = rates.iter().position(|rate| !rate.is_finite()) {
        return Err(ContributionError::InvalidRate { region, value: rates[region] });
    }
    let whole = whole(weights)?;
    collect(weights.iter().zip(rates).map(|(weight, rate)| weight / whole * rate))
}

/// Computes the contribution of one region to the growth of a benchmark whose level is known by itself.
///
/// ```text
/// contribution = E / N * g
/// ```
///
/// Where the benchmark is a published figure, the regions need not make it up, so that their contributions need not add up
/// to its growth.
///
/// # Shapes and units
///
/// - `level`, `benchmark`: levels of region and benchmark at the start, in one unit, not negative.
/// - `rate`: growth of the region over the whole time, as a fraction: the growth factor less 1.
/// - returns: a fraction of the benchmark's level at the start, always finite. `None` where the benchmark starts from zero,
///   where a number is no level or no rate, and where the result is out of range.
///
/// # Source
///
/// As [`contributions_from_levels`].
pub fn contribution_to_benchmark(level: f64, benchmark: f64, rate: f64) -> Option<f64> {
    check_levels(&[level, benchmark]).ok()?;
    let contribution = level / benchmark * rate;
    // Nothing is divided by a benchmark of zero but to infinity or NaN.
    contribution.is_finite().then_some(contribution)
}

/// Refuses empty lists and lists of different lengths.
fn check_lengths(first: &[f64], second: &[f64]) -> Result<(), ContributionError> {
    match (first.len(), second.len()) {
        (0, 0) => Err(ContributionError::NoRegion),
        (first, second) if first != second => Err(ContributionError::LengthsDiffer { first, second }),
        _ => Ok(()),
    }
}

/// Refuses the first number that is no level.
fn check_levels(levels: &[f64]) -> Result<(), ContributionError> {
    match levels.iter().position(|level| !level.is_finite() || *level < 0.0) {
        Some(region) => Err(ContributionError::InvalidLevel { region, value: levels[region] }),
        None => Ok(()),
    }
}

/// Sum of the levels at the start, if it can be divided by.
fn whole(levels: &[f64]) -> Result<f64, ContributionError> {
    match levels.iter().sum::<f64>() {
        0.0 => Err(ContributionError::ZeroTotal),
        sum if sum.is_finite() => Ok(sum),
        _ => Err(ContributionError::OutOfRange),
    }
}

/// Adds contributions up, if they are finite.
fn collect(contributions: impl Iterator<Item = f64>) -> Result<Contributions, ContributionError> {
    let by_region: Vec<f64> = contributions.collect();
    let total: f64 = by_region.iter().sum();
    // A part that is not finite leaves a sum that is not finite.
    if total.is_finite() { Ok(Contributions { by_region, total }) } else { Err(ContributionError::OutOfRange) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_rates_give_the_same() {
        // 50 of 200 grow by a tenth, 150 shrink by a fiftieth: 5 and -3 of 200.
        let levels = contributions_from_levels(&[50.0, 150.0], &[55.0, 147.0]).unwrap();
        assert_eq!(levels, Contributions { by_region: vec![0.025, -0.015], total: 0.025 - 0.015 });
        let rates = contributions_from_rates(&[50.0, 150.0], &[0.1, -0.02]).unwrap();
        assert_eq!(rates, levels);
    }

    #[test]
    fn a_region_that_starts_from_zero_contributes_what_it_has() {
        let contributions = contributions_from_levels(&[10.0, 0.0], &[10.0, 5.0]).unwrap();
        assert_eq!(contributions.by_region, [0.0, 0.5]);
    }

    #[test]
    fn a_benchmark_need_not_be_the_sum_of_the_regions() {
        // 120 of 350 grow by a tenth.
        assert_eq!(contribution_to_benchmark(120.0, 350.0, 0.1), Some(120.0 / 350.0 * 0.1));
        assert_eq!(contribution_to_benchmark(50.0, 40.0, -0.5), Some(-0.625));
        assert_eq!(contribution_to_benchmark(0.0, 40.0, 0.5), Some(0.0));
        let of_whole = contributions_from_rates(&[50.0, 150.0], &[0.1, -0.02]).unwrap();
        assert_eq!(contribution_to_benchmark(150.0, 200.0, -0.02), Some(of_whole.by_region[1]));
    }

    #[test]
    fn what_is_no_level_or_rate_contributes_nothing_that_is_known() {
        let no_levels = [(-1.0, 2.0), (1.0, -2.0), (f64::NAN, 2.0), (1.0, f64::INFINITY), (1.0, 0.0), (0.0, 0.0)];
        for (level, benchmark) in no_levels {
            assert_eq!(contribution_to_benchmark(level, benchmark, 0.1), None, "{level} of {benchmark}");
            assert_eq!(contribution_to_benchmark(level, benchmark, 0.0), None, "{level} of {benchmark}");
        }
        for rate in [f64::NAN, f64::INFINITY] {
            assert_eq!(contribution_to_benchmark(1.0, 2.0, rate), None);
            assert_eq!(contribution_to_benchmark(0.0, 2.0, rate), None);
        }
        assert_eq!(contribution_to_benchmark(1e300, 1e-300, 1.0), None);
    }

    #[test]
    fn refuses_what_is_undefined() {
        assert_eq!(contributions_from_levels(&[], &[]), Err(ContributionError::NoRegion));
        let lengths = ContributionError::LengthsDiffer { first: 1, second: 2 };
        assert_eq!(contributions_from_levels(&[1.0], &[1.0, 2.0]), Err(lengths));
        assert_eq!(contributions_from_levels(&[0.0], &[1.0]), Err(ContributionError::ZeroTotal));
        let negative = ContributionError::InvalidLevel { region: 1, value: -1.0 };
        assert_eq!(contributions_from_rates(&[1.0, -1.0], &[0.0, 0.0]), Err(negative));
        assert!(matches!(
            contributions_from_rates(&[1.0], &[f64::NAN]),
            Err(ContributionError::InvalidRate { region: 0, .. })
        ));
        assert_eq!(contributions_from_levels(&[1e308, 1e308], &[0.0, 0.0]), Err(ContributionError::OutOfRange));
        assert_eq!(contributions_from_levels(&[1e-300], &[1e300]), Err(ContributionError::OutOfRange));
    }
}
