//! Relative values: what regions have compared with the mean of the period.

use crate::Matrix;

/// Why relative values are undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RelativeError {
    /// A value is infinite.
    #[error("period {period}, region {region}: {value} is not a value")]
    NotFinite {
        /// Row of the period.
        period: usize,
        /// Column of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// No region has a value in the period, or their mean is not a positive number.
    #[error("the mean of period {period} is {mean}, and values are relative to a positive one")]
    NoPositiveMean {
        /// Row of the period.
        period: usize,
        /// The mean; NaN where there are no values.
        mean: f64,
    },
}

/// Divides values by the mean of their period.
///
/// ```text
/// relative[t, r] = y[t, r] / mean over regions of y[t, *]
/// ```
///
/// # Shapes and units
///
/// - `values`: periods x regions, NaN where missing; the mean is that of the regions that have a value, each counting alike.
/// - returns: the same shape, dimensionless: 1 at the mean, NaN where missing.
///
/// # Errors
///
/// The first value that is infinite, or the first period whose mean is not a positive number.
///
/// # Source
///
/// Quah (1993), European Economic Review 37(2-3), 426-434.
pub fn relative_values(values: &Matrix) -> Result<Matrix, RelativeError> {
    let mut means = Vec::with_capacity(values.n_rows());
    for (period, row) in values.rows().enumerate() {
        if let Some(region) = row.iter().position(|value| value.is_infinite()) {
            return Err(RelativeError::NotFinite { period, region, value: row[region] });
        }
        let present = row.iter().filter(|value| !value.is_nan());
        let (sum, n) = present.fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
        let mean = sum / n as f64;
        if !(mean.is_finite() && mean > 0.0) {
            return Err(RelativeError::NoPositiveMean { period, mean });
        }
        means.push(mean);
    }
    Ok(Matrix::from_fn(values.n_rows(), values.n_columns(), |period, region| {
        values.get(period, region) / means[period]
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_period_is_one() {
        let values = Matrix::try_new(vec![1.0, 3.0, f64::NAN, 2.0, 4.0, 6.0], 3).unwrap();
        let relative = relative_values(&values).unwrap();
        assert_eq!(relative.row(0)[..2], [0.5, 1.5]);
        assert!(relative.get(0, 2).is_nan());
        assert_eq!(relative.row(1), [0.5, 1.0, 1.5]);
    }

    #[test]
    fn refuses_what_has_no_positive_mean() {
        let of = |cells: &[f64]| relative_values(&Matrix::try_new(cells.to_vec(), 2).unwrap());
        assert_eq!(of(&[1.0, 1.0, -1.0, 1.0]), Err(RelativeError::NoPositiveMean { period: 1, mean: 0.0 }));
        assert!(matches!(of(&[f64::NAN; 2]), Err(RelativeError::NoPositiveMean { period: 0, .. })));
        assert!(matches!(of(&[f64::MAX; 2]), Err(RelativeError::NoPositiveMean { period: 0, .. })));
        let infinite = RelativeError::NotFinite { period: 0, region: 1, value: f64::INFINITY };
        assert_eq!(of(&[1.0, f64::INFINITY]), Err(infinite));
    }
}
