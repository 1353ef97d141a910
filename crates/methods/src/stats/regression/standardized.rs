//! Coefficients that can be compared with each other.

use crate::Matrix;
use crate::stats::lanes::{self, SquareAbout};

/// What to do with columns that hold nothing but 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dummies {
    /// They have no standardised coefficient, because a standard deviation more of a yes or no means nothing.
    #[default]
    LeftOut,
    /// They are standardised as any other column.
    Standardized,
}

/// Computes standardised coefficients: by how many standard deviations the outcome changes with one of the column.
///
/// ```text
/// beta[j] = b[j] * sd(x[j]) / sd(y)
/// ```
///
/// # Shapes and units
///
/// - `design`, `outcomes`: as they were fitted; `coefficients`: one a column.
/// - returns: one a column, dimensionless; `None` for a column that does not vary, for dummies unless asked for, and for all
///   when the outcomes do not vary.
///
/// # Source
///
/// Bring (1994), The American Statistician 48(3), 209-213; R's `lm.beta` and REAT's, whose `dummy.na` is [`Dummies`].
pub fn standardized_coefficients(
    design: &Matrix,
    outcomes: &[f64],
    coefficients: &[f64],
    dummies: Dummies,
) -> Vec<Option<f64>> {
    // The divisor of the variances is the same for all, and leaves their ratios alone.
    let spread = |values: &[f64]| {
        let mean = lanes::sum(values, None, lanes::Itself) / values.len() as f64;
        let deviation = lanes::sum(values, None, SquareAbout { centre: mean }).sqrt();
        (deviation > 0.0 && deviation.is_finite()).then_some(deviation)
    };
    let of_outcomes = spread(outcomes);
    let standardized = |(column, coefficient): (usize, &f64)| {
        let values: Vec<f64> = design.column(column).collect();
        let is_dummy = values.iter().all(|&x| x == 0.0 || x == 1.0);
        if is_dummy && dummies == Dummies::LeftOut {
            return None;
        }
        Some(coefficient * spread(&values)? / of_outcomes?)
    };
    coefficients.iter().enumerate().take(design.n_columns()).map(standardized).collect()
}

#[cfg(test)]
mod tests {
    use super::super::with_constant;
    use super::*;

    #[test]
    fn scales_by_standard_deviations() {
        let design = with_constant(3, &[&[1.0, 2.0, 3.0], &[0.0, 0.0, 1.0]]);
        let scaled = |dummies| standardized_coefficients(&design, &[10.0, 20.0, 30.0], &[5.0, 4.0, 6.0], dummies);
        assert_eq!(scaled(Dummies::LeftOut), [None, Some(0.4), None]);
        let with_dummy = scaled(Dummies::Standardized);
        assert_eq!(with_dummy[..2], [None, Some(0.4)]);
        let expected = 6.0 * (1.0_f64 / 3.0).sqrt() / 10.0;
        assert!(with_dummy[2].is_some_and(|own| (own - expected).abs() < 1e-15));
        assert_eq!(standardized_coefficients(&design, &[1.0; 3], &[1.0; 3], Dummies::Standardized), [None; 3]);
    }
}
