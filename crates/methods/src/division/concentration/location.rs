//! How an industry, and what it is compared with, are spread over the same regions.

use crate::amounts::check_amount;

/// Why an industry has no location.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LocationError {
    /// There are not as many amounts of the base as of the industry, or none at all.
    #[error("{amounts} amounts beside a base of {base} regions")]
    LengthsDiffer {
        /// Amounts of the industry.
        amounts: usize,
        /// Amounts of the base.
        base: usize,
    },
    /// The industry's amount is negative, NaN, infinite or beyond the scale of amounts.
    #[error("region {region}: {value} is not an amount")]
    InvalidAmount {
        /// Position of the region.
        region: usize,
        /// The amount.
        value: f64,
    },
    /// The base's amount is not an amount, or zero, so that nothing can be relative to it.
    #[error("region {region}: {value} is not an amount that others can be compared with")]
    InvalidBase {
        /// Position of the region.
        region: usize,
        /// The amount.
        value: f64,
    },
    /// The industry is nowhere.
    #[error("the industry is nowhere")]
    Empty,
}

/// Shares of regions in an industry and in what it is compared with (all industries, population, area).
///
/// Every share of the base is positive; both lists add up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    own: Vec<f64>,
    base: Vec<f64>,
    base_squares: f64,
    /// Regions by ascending location quotient; equal quotients in the order of positions.
    order: Vec<usize>,
}

impl Location {
    /// Takes the shares of an industry's amounts and of the base's.
    ///
    /// # Errors
    ///
    /// Lists of different lengths, the first number that is no amount, a base of zero, or an industry that is nowhere.
    pub fn try_new(amounts: &[f64], base: &[f64]) -> Result<Self, LocationError> {
        if amounts.len() != base.len() || amounts.is_empty() {
            return Err(LocationError::LengthsDiffer { amounts: amounts.len(), base: base.len() });
        }
        if let Some(region) = amounts.iter().position(|&amount| check_amount(amount).is_err()) {
            return Err(LocationError::InvalidAmount { region, value: amounts[region] });
        }
        if let Some(region) = base.iter().position(|&amount| amount == 0.0 || check_amount(amount).is_err()) {
            return Err(LocationError::InvalidBase { region, value: base[region] });
        }
        let (own_total, base_total): (f64, f64) = (amounts.iter().sum(), base.iter().sum());
        if own_total == 0.0 {
            return Err(LocationError::Empty);
        }
        let own: Vec<f64> = amounts.iter().map(|amount| amount / own_total).collect();
        let base: Vec<f64> = base.iter().map(|amount| amount / base_total).collect();
        let quotients: Vec<f64> = own.iter().zip(&base).map(|(own, base)| own / base).collect();
        let mut order: Vec<usize> = (0..own.len()).collect();
        order.sort_unstable_by(|&a, &b| quotients[a].total_cmp(&quotients[b]).then(a.cmp(&b)));
        let base_squares = base.iter().map(|share| share * share).sum();
        Ok(Self { own, base, base_squares, order })
    }

    /// Share of each region in the industry: c.
    pub fn own(&self) -> &[f64] {
        &self.own
    }

    /// Share of each region in the base: x.
    pub fn base(&self) -> &[f64] {
        &self.base
    }

    /// Sum of the squared shares of the base: X.
    pub fn base_squares(&self) -> f64 {
        self.base_squares
    }

    /// Location quotient of each region, c/x.
    pub fn quotients(&self) -> impl Iterator<Item = f64> {
        self.own.iter().zip(&self.base).map(|(own, base)| own / base)
    }

    /// Regions by ascending location quotient.
    pub fn order(&self) -> &[usize] {
        &self.order
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn takes_shares_and_orders_by_quotient() {
        let location = Location::try_new(&[6.0, 0.0, 2.0], &[10.0, 5.0, 5.0]).unwrap();
        assert_eq!((location.own(), location.base()), (&[0.75, 0.0, 0.25][..], &[0.5, 0.25, 0.25][..]));
        assert_eq!((location.order(), location.base_squares()), (&[1, 2, 0][..], 0.375));
        assert_eq!(location.quotients().collect::<Vec<_>>(), [1.5, 0.0, 1.0]);
    }

    #[test]
    fn refuses_what_has_no_shares() {
        let of = |amounts: &[f64], base: &[f64]| Location::try_new(amounts, base).unwrap_err();
        assert_eq!(of(&[1.0], &[1.0, 2.0]), LocationError::LengthsDiffer { amounts: 1, base: 2 });
        assert_eq!(of(&[], &[]), LocationError::LengthsDiffer { amounts: 0, base: 0 });
        assert_eq!(of(&[1.0, -1.0], &[1.0, 2.0]), LocationError::InvalidAmount { region: 1, value: -1.0 });
        assert_eq!(of(&[1.0, 1.0], &[1.0, 0.0]), LocationError::InvalidBase { region: 1, value: 0.0 });
        assert_eq!(of(&[0.0, 0.0], &[1.0, 1.0]), LocationError::Empty);
    }
}
