//! Absolute excess: the amount by which an industry exceeds the benchmark's share.

use super::{LocationQuotientError, QuotientBase};
use crate::amounts::check_amount;
use crate::{Amounts, Matrix};

/// Computes the amount of every industry in every region beyond what the benchmark's share would give it.
///
/// ```text
/// excess[r, i] = E[r, i] - E[r] * N[i] / N
/// ```
///
/// # Shapes and units
///
/// - `amounts`, `base`: as for [`super::location_quotient`].
/// - returns: regions x industries in the unit of the amounts: positive where LQ exceeds 1. Always finite, and defined for
///   empty regions and industries.
///
/// # Errors
///
/// A base of another shape.
///
/// # Source
///
/// The surplus workers of Mattila and Thompson (1955), Land Economics 31(3), 215-228; its positive part is the outward
/// function of urban-flow studies.
pub fn absolute_excess(amounts: &Amounts, base: &QuotientBase) -> Result<Matrix, LocationQuotientError> {
    base.check_shape(amounts)?;
    let excess = |region: usize, industry: usize| {
        let reference_share = base.reference_totals()[industry] / base.reference_total();
        amounts.region(region)[industry] - base.region_totals()[region] * reference_share
    };
    Ok(Matrix::from_fn(amounts.n_regions(), amounts.n_industries(), excess))
}

/// Computes one absolute excess; see [`absolute_excess`].
///
/// `None` where the benchmark is empty, and where a number is not an amount.
pub fn absolute_excess_cell(
    amount: f64,
    region_total: f64,
    reference_industry_total: f64,
    reference_total: f64,
) -> Option<f64> {
    let numbers = [amount, region_total, reference_industry_total, reference_total];
    if numbers.iter().any(|&number| check_amount(number).is_err()) || reference_total == 0.0 {
        return None;
    }
    Some(amount - region_total * (reference_industry_total / reference_total))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn is_what_exceeds_the_share_of_the_benchmark() {
        let amounts = Amounts::try_new(vec![30.0, 10.0, 10.0, 30.0], 2).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        assert_eq!(absolute_excess(&amounts, &base).unwrap().cells(), [10.0, -10.0, -10.0, 10.0]);
        assert_eq!(absolute_excess_cell(30.0, 40.0, 40.0, 80.0), Some(10.0));
        assert_eq!(absolute_excess_cell(30.0, 40.0, 0.0, 0.0), None);
    }
}
