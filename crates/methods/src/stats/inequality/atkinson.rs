//! Atkinson index: the share of the total that could be given up for equality without a loss of welfare.

use super::distribution::{Distribution, InequalityError};
use super::mean_log_deviation::mean_log_ratio;
use crate::stats::lanes::{ReciprocalLessOne, RootLessOne};

/// The Atkinson index and the income it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atkinson {
    /// The index, 0 to 1.
    pub index: f64,
    /// The value that, if all had it, would be as good as the distribution there is: mean times one less the index.
    pub equally_distributed_equivalent: f64,
}

/// Computes the Atkinson index and the equally distributed equivalent.
///
/// With r = x/m the values over their mean and p the weights over their sum:
///
/// ```text
/// A(e) = 1 - (sum over i of p[i] * r[i]^(1 - e))^(1 / (1 - e))        e other than 1
/// A(1) = 1 - exp(sum over i of p[i] * ln r[i])
/// ```
///
/// # Shapes and units
///
/// - `aversion`: e, aversion to inequality, 0 (none) or above.
/// - returns: the index, 0 where all values are equal or e is 0, below 1; and the equivalent in the values' unit.
///
/// # Errors
///
/// An aversion that is negative or not finite; a negative value; a value of zero for e of 1 and above; values that are all
/// zero.
///
/// # Source
///
/// Atkinson (1970), Journal of Economic Theory 2(3), 244-263.
pub fn atkinson(distribution: &Distribution<'_>, aversion: f64) -> Result<Atkinson, InequalityError> {
    if !(aversion.is_finite() && aversion >= 0.0) {
        return Err(InequalityError::InvalidParameter { value: aversion });
    }
    if aversion >= 1.0 {
        distribution.check_positive()?;
    } else {
        distribution.check_not_negative()?;
    }
    let log_equivalent = if aversion == 0.0 { 0.0 } else { log_power_mean(distribution, 1.0 - aversion) };
    // The power mean of an order below 1 is at most the mean; rounding may lift it a little above.
    let log_equivalent = log_equivalent.min(0.0);
    Ok(Atkinson {
        index: 0.0 - log_equivalent.exp_m1(),
        equally_distributed_equivalent: distribution.mean() * log_equivalent.exp(),
    })
}

/// Logarithm of the power mean of the values over their mean.
fn log_power_mean(distribution: &Distribution<'_>, power: f64) -> f64 {
    let (members, scale) = (distribution.members(), distribution.mean().recip());
    // The excess of powers over 1 keeps its digits where they are all near 1.
    let excess = if power == 0.0 {
        return mean_log_ratio(&members);
    } else if power == 0.5 {
        members.mean_of(RootLessOne { scale })
    } else if power == -1.0 {
        members.mean_of(ReciprocalLessOne { scale })
    } else {
        distribution.mean_of_ratios(|ratio| (power * ratio.ln()).exp_m1())
    };
    if excess.is_finite() {
        return excess.ln_1p() / power;
    }
    // Powers that are too large, which are those of negative orders, are taken relative to the one of the least value.
    let largest = power * (distribution.least() * scale).ln();
    (distribution.mean_of_ratios(|ratio| (power * ratio.ln() - largest).exp()).ln() + largest) / power
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64], aversion: f64) -> Result<f64, InequalityError> {
        atkinson(&Distribution::new(values).unwrap(), aversion).map(|own| own.index)
    }

    #[test]
    fn matches_worked_examples() {
        // Mean 5, mean root 2, squared 4; geometric mean 3; harmonic mean 1.8.
        let values = [1.0, 9.0];
        for (aversion, equivalent) in [(0.0, 5.0), (0.5, 4.0), (1.0, 3.0), (2.0, 1.8)] {
            let own = atkinson(&Distribution::new(&values).unwrap(), aversion).unwrap();
            assert!((own.equally_distributed_equivalent - equivalent).abs() < 1e-14, "{aversion}");
            assert!((own.index - (1.0 - equivalent / 5.0)).abs() < 1e-15, "{aversion}");
        }
        let weighted = atkinson(&Distribution::weighted(&[1.0, 9.0], &[3.0, 1.0]).unwrap(), 2.0).unwrap().index;
        assert!((weighted - of(&[1.0, 1.0, 1.0, 9.0], 2.0).unwrap()).abs() < 1e-15);
    }

    #[test]
    fn is_continuous_at_one_and_ends_at_the_poorest() {
        for step in [1e-9, -1e-9] {
            assert!((of(&[1.0, 9.0], 1.0 + step).unwrap() - 0.4).abs() < 1e-8);
        }
        // Infinite aversion looks at the poorest alone, which has a fifth of the mean.
        assert!((of(&[1.0, 9.0], 1e6).unwrap() - 0.8).abs() < 1e-5);
    }

    #[test]
    fn zeros_are_allowed_where_their_power_is() {
        assert!((of(&[0.0, 9.0], 0.5).unwrap() - 0.5).abs() < 1e-15);
        assert_eq!(of(&[0.0, 9.0], 1.0), Err(InequalityError::NotPositive { region: 0, value: 0.0 }));
        assert_eq!(of(&[4.0; 3], 0.5), Ok(0.0));
        for aversion in [-0.1, f64::NAN, f64::INFINITY] {
            assert!(matches!(of(&[1.0, 9.0], aversion), Err(InequalityError::InvalidParameter { .. })));
        }
    }
}
