//! Generalised entropy: a family of measures, from those that look at the poorest to those that look at the richest.

use super::distribution::{Distribution, InequalityError, in_range};
use super::{mean_log_deviation, theil_t};

/// Computes the generalised entropy of an order.
///
/// With r = x/m the values over their mean and p the weights over their sum:
///
/// ```text
/// GE(a) = (sum over i of p[i] * r[i]^a - 1) / (a * (a - 1))
/// GE(0) = sum of p ln(1 / r), the mean log deviation    GE(1) = sum of p r ln r, Theil's T
/// ```
///
/// Since the mean of r is 1, the power is computed as r^a - 1 or r^a - r, whichever stays exact near the two limits. GE(2) is
/// half the squared coefficient of variation.
///
/// # Shapes and units
///
/// - `order`: any finite number. The lower, the more the poorest count.
/// - returns: 0 where all values are equal, positive otherwise.
///
/// # Errors
///
/// An order that is not finite; a negative value; a value of zero for orders of 0 and below; values that are all zero; a
/// result beyond the range of numbers, which extreme orders lead to.
///
/// # Source
///
/// Shorrocks (1980), Econometrica 48(3), 613-625; Cowell (1980), Review of Economic Studies 47(3), 521-531.
pub fn generalized_entropy(distribution: &Distribution<'_>, order: f64) -> Result<f64, InequalityError> {
    if !order.is_finite() {
        return Err(InequalityError::InvalidParameter { value: order });
    }
    if order == 0.0 {
        return mean_log_deviation(distribution);
    }
    if order == 1.0 {
        return theil_t(distribution);
    }
    if order < 0.0 {
        distribution.check_positive()?;
    } else {
        distribution.check_not_negative()?;
    }
    let excess = if order < 0.5 {
        distribution.mean_of_ratios(|ratio| (order * ratio.ln()).exp_m1())
    } else {
        let term = |ratio: f64| if ratio == 0.0 { 0.0 } else { ratio * ((order - 1.0) * ratio.ln()).exp_m1() };
        distribution.mean_of_ratios(term)
    };
    in_range((excess / (order * (order - 1.0))).max(0.0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const VALUES: [f64; 4] = [1.0, 2.0, 4.0, 9.0];

    fn of(values: &[f64], order: f64) -> Result<f64, InequalityError> {
        generalized_entropy(&Distribution::new(values).unwrap(), order)
    }

    #[test]
    fn is_the_power_mean_of_the_definition() {
        for order in [-2.0, -0.3, 0.4, 0.6, 1.7, 3.0] {
            let powers: f64 = VALUES.iter().map(|x| (x / 4.0).powf(order)).sum::<f64>() / 4.0;
            let expected = (powers - 1.0) / (order * (order - 1.0));
            assert!((of(&VALUES, order).unwrap() / expected - 1.0).abs() < 1e-13, "{order}");
        }
        // Half the squared coefficient of variation: deviations -3, -2, 0, 5 from 4.
        assert!((of(&VALUES, 2.0).unwrap() - 38.0 / 4.0 / 16.0 / 2.0).abs() < 1e-15);
    }

    #[test]
    fn is_continuous_at_its_two_limits() {
        let near = |own: f64, limit: f64| assert!((own / limit - 1.0).abs() < 1e-7, "{own} is far from {limit}");
        for step in [1e-9, -1e-9] {
            near(of(&VALUES, step).unwrap(), of(&VALUES, 0.0).unwrap());
            near(of(&VALUES, 1.0 + step).unwrap(), of(&VALUES, 1.0).unwrap());
        }
    }

    #[test]
    fn zeros_have_positive_orders_only() {
        // r is 0 and 2: (2^0.5 / 2 - 1) / (-1/4).
        assert!((of(&[0.0, 3.0], 0.5).unwrap() - (4.0 - 8_f64.sqrt())).abs() < 1e-15);
        assert!((of(&[0.0, 3.0], 0.25).unwrap() - (1.0 - 2_f64.powf(-0.75)) / 0.1875).abs() < 1e-15);
        let zero = InequalityError::NotPositive { region: 0, value: 0.0 };
        assert_eq!((of(&[0.0, 3.0], -1.0), of(&[0.0, 3.0], 0.0)), (Err(zero), Err(zero)));
    }

    #[test]
    fn refuses_orders_that_are_none_or_lead_too_far() {
        assert!(matches!(of(&VALUES, f64::NAN), Err(InequalityError::InvalidParameter { .. })));
        assert_eq!(of(&VALUES, 1e6), Err(InequalityError::OutOfRange));
    }
}
