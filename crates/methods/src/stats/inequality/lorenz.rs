//! Lorenz curve: what share of the total the poorest hold.

use super::distribution::{Distribution, InequalityError};

/// A Lorenz curve, by its corners from (0, 0) to (1, 1).
#[derive(Debug, Clone, PartialEq)]
pub struct Lorenz {
    /// Share of the regions, or of the weights, up to each corner.
    pub population: Vec<f64>,
    /// Share of the total that they hold.
    pub total: Vec<f64>,
}

impl Lorenz {
    /// Share of the total that the poorest `share` hold, by linear interpolation between corners. `share` is cut to 0..1.
    pub fn at(&self, share: f64) -> f64 {
        let upper = self.population.partition_point(|&population| population < share).min(self.population.len() - 1);
        if upper == 0 {
            return 0.0;
        }
        let (left, right) = (self.population[upper - 1], self.population[upper]);
        let (below, above) = (self.total[upper - 1], self.total[upper]);
        below + (above - below) * ((share - left) / (right - left)).min(1.0)
    }
}

/// Computes the Lorenz curve.
///
/// ```text
/// population[k] = sum over i <= k of p[i]    total[k] = sum over i <= k of p[i] * x[i] / m
/// ```
///
/// for values in ascending order, with p the weights over their sum and m the mean.
///
/// # Shapes and units
///
/// - returns: one corner more than there are values, as shares; both end at exactly 1.
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Lorenz (1905), Publications of the American Statistical Association 9(70), 209-219.
pub fn lorenz(distribution: &Distribution<'_>) -> Result<Lorenz, InequalityError> {
    let ascending = distribution.ascending()?;
    let n = ascending.values.len();
    let shares = || (0..n).map(|k| ascending.shares.as_ref().map_or(1.0, |shares| shares[k]));
    let population = running_shares(shares());
    let total = running_shares(shares().zip(&ascending.values).map(|(share, value)| share * value));
    Ok(Lorenz { population, total })
}

/// Running sums from 0 on, over the last of them.
fn running_shares(amounts: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums = vec![0.0];
    sums.extend(amounts.map(|amount| {
        sum += amount;
        sum
    }));
    sums.iter_mut().for_each(|running| *running /= sum);
    sums
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_poorest_come_first() {
        let curve = lorenz(&Distribution::new(&[5.0, 1.0, 2.0]).unwrap()).unwrap();
        assert_eq!(curve.population, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0]);
        assert_eq!(curve.total, [0.0, 0.125, 0.375, 1.0]);
        assert_eq!((curve.at(0.0), curve.at(0.5), curve.at(1.0)), (0.0, 0.25, 1.0));
        assert_eq!((curve.at(-1.0), curve.at(2.0)), (0.0, 1.0));
    }

    #[test]
    fn weights_are_widths() {
        let curve = lorenz(&Distribution::weighted(&[4.0, 1.0], &[1.0, 4.0]).unwrap()).unwrap();
        assert_eq!((curve.population, curve.total), (vec![0.0, 0.8, 1.0], vec![0.0, 0.5, 1.0]));
    }
}
