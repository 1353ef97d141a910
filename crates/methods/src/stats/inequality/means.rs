//! Geometric mean.

use super::distribution::{Distribution, InequalityError, in_range};

impl Distribution<'_> {
    /// Mean of the logarithms of positive values, by weight.
    pub(super) fn mean_of_logs(&self) -> f64 {
        match self.shares() {
            None => self.values().iter().map(|value| value.ln()).sum::<f64>() / self.n_regions() as f64,
            Some(shares) => self.values().iter().zip(shares).map(|(value, share)| share * value.ln()).sum(),
        }
    }
}

/// Computes the geometric mean, by weight where there are weights.
///
/// ```text
/// exp(sum over i of p[i] * ln x[i])
/// ```
///
/// # Shapes and units
///
/// - returns: in the values' unit, at most their mean.
///
/// # Errors
///
/// A value of zero or below.
///
/// # Source
///
/// Textbook.
pub fn geometric_mean(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    distribution.check_positive()?;
    in_range(distribution.mean_of_logs().exp())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_where_the_mean_adds() {
        let mean = geometric_mean(&Distribution::new(&[1.0, 9.0]).unwrap()).unwrap();
        assert!((mean - 3.0).abs() < 1e-15);
        let weighted = geometric_mean(&Distribution::weighted(&[1.0, 16.0], &[3.0, 1.0]).unwrap()).unwrap();
        assert!((weighted - 2.0).abs() < 1e-15);
        assert!(geometric_mean(&Distribution::new(&[1.0, 0.0]).unwrap()).is_err());
    }
}
