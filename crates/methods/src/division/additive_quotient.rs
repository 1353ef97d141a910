//! Additive location quotient: share in the region less share in the benchmark.

use super::{LocationQuotientError, QuotientBase};
use crate::amounts::check_amount;
use crate::{Amounts, Matrix};

/// Computes by how much the industry's share of the region exceeds its share of the benchmark.
///
/// ```text
/// ALQ[r, i] = E[r, i] / E[r] - N[i] / N
/// ```
///
/// # Shapes and units
///
/// - `amounts`, `base`: as for [`super::location_quotient`].
/// - returns: regions x industries, a difference of shares, 0 at the benchmark's share. Always finite. An industry that the
///   benchmark does not have is allowed.
///
/// # Errors
///
/// A base of another shape, or the first region whose total is zero.
///
/// # Source
///
/// Hoen and Oosterhaven (2006), Annals of Regional Science 40(3), 677-691. REAT's `locq(LQ.method = "a")` subtracts shares of
/// the industry instead.
pub fn additive_quotient(amounts: &Amounts, base: &QuotientBase) -> Result<Matrix, LocationQuotientError> {
    base.check_shape(amounts)?;
    if let Some(region) = base.region_totals().iter().position(|&total| total == 0.0) {
        return Err(LocationQuotientError::EmptyRegion { region });
    }
    let difference = |region: usize, industry: usize| {
        let share = amounts.region(region)[industry] / base.region_totals()[region];
        share - base.reference_totals()[industry] / base.reference_total()
    };
    Ok(Matrix::from_fn(amounts.n_regions(), amounts.n_industries(), difference))
}

/// Computes one additive location quotient; see [`additive_quotient`].
///
/// `None` where a total that is divided by is zero, and where a number is not an amount.
pub fn additive_quotient_cell(
    amount: f64,
    region_total: f64,
    reference_industry_total: f64,
    reference_total: f64,
) -> Option<f64> {
    let numbers = [amount, region_total, reference_industry_total, reference_total];
    if numbers.iter().any(|&number| check_amount(number).is_err()) || region_total == 0.0 || reference_total == 0.0 {
        return None;
    }
    Some(amount / region_total - reference_industry_total / reference_total)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn subtracts_shares() {
        let amounts = Amounts::try_new(vec![3.0, 1.0, 1.0, 3.0], 2).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        assert_eq!(additive_quotient(&amounts, &base).unwrap().cells(), [0.25, -0.25, -0.25, 0.25]);
        assert_eq!(additive_quotient_cell(3.0, 4.0, 4.0, 8.0), Some(0.25));
    }

    #[test]
    fn an_empty_region_has_no_shares() {
        let amounts = Amounts::try_new(vec![0.0, 0.0, 1.0, 3.0], 2).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        let empty = LocationQuotientError::EmptyRegion { region: 0 };
        assert_eq!(additive_quotient(&amounts, &base), Err(empty));
        assert_eq!(additive_quotient_cell(0.0, 0.0, 4.0, 8.0), None);
    }
}
