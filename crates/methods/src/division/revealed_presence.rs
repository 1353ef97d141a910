//! Revealed presence: whether an industry counts as present in a region.

use super::{LocationQuotientError, QuotientBase};
use crate::Amounts;
use crate::amounts::check_amount;

/// Decides for every industry of every region whether its location quotient reaches a threshold.
///
/// Compares cross-multiplied, so that exactly equal shares count as present whatever division would round to:
///
/// ```text
/// M[r, i] = E[r, i] * N >= t * E[r] * N[i] * (1 - 1e-12)
/// ```
///
/// # Shapes and units
///
/// - `amounts`, `base`: as for [`super::location_quotient`].
/// - `threshold`: location quotient from which an industry is present, positive; 1 for a revealed comparative advantage.
/// - returns: regions x industries, region by region; `None` where the location quotient is undefined, and everywhere for a
///   threshold that is not a positive number.
///
/// # Errors
///
/// A base of another shape.
///
/// # Source
///
/// Balassa (1965), The Manchester School 33(2), 99-123, with the threshold of 1.
pub fn revealed_presence(
    amounts: &Amounts,
    base: &QuotientBase,
    threshold: f64,
) -> Result<Vec<Option<bool>>, LocationQuotientError> {
    base.check_shape(amounts)?;
    let mut cells = Vec::with_capacity(amounts.n_regions() * amounts.n_industries());
    for (region, row) in amounts.regions().enumerate() {
        cells.extend(row.iter().enumerate().map(|(industry, &amount)| {
            let (region_total, reference) = (base.region_totals()[region], base.reference_totals()[industry]);
            revealed_presence_cell(amount, region_total, reference, base.reference_total(), threshold)
        }));
    }
    Ok(cells)
}

/// Decides whether one location quotient reaches a threshold; see [`revealed_presence`].
///
/// `None` where the location quotient is undefined, and for a threshold that is not a positive number.
pub fn revealed_presence_cell(
    amount: f64,
    region_total: f64,
    reference_industry_total: f64,
    reference_total: f64,
    threshold: f64,
) -> Option<bool> {
    let numbers = [amount, region_total, reference_industry_total, reference_total];
    if numbers.iter().any(|&number| check_amount(number).is_err()) || numbers[1..].contains(&0.0) {
        return None;
    }
    if !(threshold.is_finite() && threshold > 0.0) {
        return None;
    }
    // Amounts are at most 1e100, so their products are finite; a threshold that makes one infinite is never reached.
    let needed = threshold * (region_total * reference_industry_total);
    Some(amount * reference_total >= needed * (1.0 - 1e-12))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn equal_shares_are_present_whatever_division_rounds_to() {
        // 1/49 and 3/147 are equal, but (1/49)/(3/147) need not come out as 1.
        for n in 1..200 {
            let n = f64::from(n);
            assert_eq!(revealed_presence_cell(1.0, n, 3.0, 3.0 * n, 1.0), Some(true));
            assert_eq!(revealed_presence_cell(0.1, 0.1 * n, 0.3, 0.3 * n, 1.0), Some(true));
        }
    }

    #[test]
    fn undefined_quotients_are_neither_present_nor_absent() {
        let amounts = Amounts::try_new(vec![3.0, 1.0, 0.0, 0.0, 1.0, 3.0], 2).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        let presence = revealed_presence(&amounts, &base, 1.0).unwrap();
        assert_eq!(presence, [Some(true), Some(false), None, None, Some(false), Some(true)]);
        let demanding = revealed_presence(&amounts, &base, 2.0).unwrap();
        assert_eq!(demanding[0], Some(false));
        assert_eq!(revealed_presence_cell(1.0, 1.0, 1.0, 1.0, f64::NAN), None);
        assert_eq!(revealed_presence_cell(1.0, 1.0, 1.0, 1.0, f64::MAX), Some(false));
    }
}
