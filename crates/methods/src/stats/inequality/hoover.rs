//! Hoover index: the share of the total that would have to move for all to be equal.

use super::distribution::{Distribution, InequalityError};

/// Computes the Hoover index, which is half the relative mean deviation.
///
/// ```text
/// H = sum over i of p[i] * |x[i] / m - 1| / 2
/// ```
///
/// with p the weights over their sum and m the mean. For amounts with a reference (incomes and heads), pass their ratios
/// weighted by the reference: H is then half the sum of the absolute differences between the two's shares.
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, to 1 - 1/n (1 - p of the one that holds everything, with weights).
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Hoover (1936), Review of Economics and Statistics 18(4), 162-171.
pub fn hoover(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    distribution.check_not_negative()?;
    Ok(distribution.mean_of_ratios(|ratio| (ratio - 1.0).abs()) / 2.0)
}

/// The longest vertical between the Lorenz curve and the line of equality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schutz {
    /// Its length, which is the Hoover index.
    pub distance: f64,
    /// The share of the regions, or of the weights, that lies to its left: those below the mean.
    pub below_mean: f64,
}

/// Computes the Schutz distance and where it lies.
///
/// ```text
/// distance = max over k of population[k] - total[k]    along the Lorenz curve
/// ```
///
/// The curve is farthest from the line of equality where it is parallel to it, which is where values pass the mean, so that
/// the distance equals [`hoover`]. The `Schutz.coefficient` of the Python package is 10 n times that, since it
/// counts in deciles whatever the number of values; it is not offered.
///
/// # Errors
///
/// As [`hoover`].
///
/// # Source
///
/// Schutz (1951), American Economic Review 41(1), 107-122.
pub fn schutz(distribution: &Distribution<'_>) -> Result<Schutz, InequalityError> {
    let distance = hoover(distribution)?;
    let below = |region: &usize| distribution.values()[*region] < distribution.mean();
    let below: Vec<usize> = (0..distribution.n_regions()).filter(below).collect();
    let below_mean = match distribution.shares() {
        None => below.len() as f64 / distribution.n_regions() as f64,
        Some(shares) => below.iter().map(|&region| shares[region]).sum(),
    };
    Ok(Schutz { distance, below_mean })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::inequality::lorenz;

    #[test]
    fn is_what_would_have_to_move() {
        // The mean is 3: the last would give 3 of 9 away.
        let distribution = Distribution::new(&[1.0, 2.0, 6.0]).unwrap();
        assert!((hoover(&distribution).unwrap() - 1.0 / 3.0).abs() < 1e-15);
        let schutz = schutz(&distribution).unwrap();
        assert_eq!((schutz.distance, schutz.below_mean), (hoover(&distribution).unwrap(), 2.0 / 3.0));
        let curve = lorenz(&distribution).unwrap();
        assert!((schutz.below_mean - curve.at(schutz.below_mean) - schutz.distance).abs() < 1e-15);
    }

    #[test]
    fn weights_are_a_reference() {
        // Shares of income 0.5 and 0.5, of heads 0.2 and 0.8.
        let distribution = Distribution::weighted(&[4.0, 1.0], &[1.0, 4.0]).unwrap();
        assert!((hoover(&distribution).unwrap() - 0.3).abs() < 1e-15);
        assert!((schutz(&distribution).unwrap().below_mean - 0.8).abs() < 1e-15);
        let negative = Distribution::new(&[-1.0, 2.0]).unwrap();
        assert_eq!(hoover(&negative), Err(InequalityError::Negative { region: 0, value: -1.0 }));
    }
}
