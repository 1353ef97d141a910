//! Perpetual inventory: the stock of capital that investment has left.

use crate::growth::compound_growth;

/// Why there is no stock of capital.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PerpetualInventoryError {
    /// The first stock is inferred from the growth of investment, which one year does not have.
    #[error("a stock of capital needs the investment of at least two years")]
    TooFewYears,
    /// The investment is NaN or infinite, or not positive in the first or the last year.
    #[error("year {year}: {value} is not an investment")]
    NotAnInvestment {
        /// Position of the year.
        year: usize,
        /// The value.
        value: f64,
    },
    /// The rate is not between 0 and 1.
    #[error("{rate} is not a rate of depreciation")]
    InvalidDepreciation {
        /// The rate.
        rate: f64,
    },
    /// Investment falls as fast as capital wears off, or faster, so that no first stock explains it.
    #[error("investment grows by {growth} a year, which no first stock explains")]
    NoFirstStock {
        /// The growth.
        growth: f64,
    },
    /// More capital was disposed of than there was.
    #[error("year {year}: nothing is left of the stock of capital")]
    NothingLeft {
        /// Position of the year.
        year: usize,
    },
}

/// Computes the stock of capital at the end of each year by perpetual inventory.
///
/// ```text
/// K[0] = I[0] * (1 + g) / (g + d)        K[t] = (1 - d) * K[t - 1] + I[t]
/// ```
///
/// where g is the compound growth of investment over all years: the first stock is the one that grows at the rate of its
/// investment. What is inferred wears off: after twenty years at d = 0.1 an eighth of it is left.
///
/// # Shapes and units
///
/// - `investment`: one a year and none left out, at constant prices; positive in the first and in the last year, and negative
///   where more was disposed of than was added.
/// - `depreciation`: the share of capital that wears off in a year, above 0 and below 1.
/// - returns: as many, positive, at the same prices.
///
/// # Errors
///
/// Too few years, a rate that is none, the first investment that is none, growth that leaves no first stock, and the first
/// year at whose end nothing is left.
///
/// # Source
///
/// Goldsmith (1951), Studies in Income and Wealth 14; the first stock after Harberger (1978), in Grieson (ed.), Public and
/// Urban Economics, with the growth of all years, since that of the first may be a slump.
pub fn perpetual_inventory(investment: &[f64], depreciation: f64) -> Result<Vec<f64>, PerpetualInventoryError> {
    if !(depreciation > 0.0 && depreciation < 1.0) {
        return Err(PerpetualInventoryError::InvalidDepreciation { rate: depreciation });
    }
    if investment.len() < 2 {
        return Err(PerpetualInventoryError::TooFewYears);
    }
    let last = investment.len() - 1;
    for (year, &value) in investment.iter().enumerate() {
        if !value.is_finite() || ((year == 0 || year == last) && value <= 0.0) {
            return Err(PerpetualInventoryError::NotAnInvestment { year, value });
        }
    }
    let growth = compound_growth(investment[0], investment[last], last as f64).unwrap_or(f64::NAN);
    if growth.is_nan() || growth + depreciation <= 0.0 {
        return Err(PerpetualInventoryError::NoFirstStock { growth });
    }
    let mut stock = investment[0] * (1.0 + growth) / (growth + depreciation);
    let mut stocks = vec![stock];
    for (year, added) in investment.iter().enumerate().skip(1) {
        stock = (1.0 - depreciation) * stock + added;
        if !(stock > 0.0 && stock.is_finite()) {
            return Err(PerpetualInventoryError::NothingLeft { year });
        }
        stocks.push(stock);
    }
    Ok(stocks)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn investment_that_grows_steadily_makes_a_stock_that_grows_alike() {
        let investment: Vec<f64> = (0..30).map(|year| 10.0 * 1.05_f64.powi(year)).collect();
        let stocks = perpetual_inventory(&investment, 0.1).unwrap();
        assert!((stocks[0] - 70.0).abs() < 1e-9);
        for pair in stocks.windows(2) {
            assert!((pair[1] / pair[0] - 1.05).abs() < 1e-12);
        }
    }

    #[test]
    fn adds_what_is_invested_and_takes_off_what_wears_off() {
        let stocks = perpetual_inventory(&[10.0, 10.0, 0.0, 30.0, 10.0], 0.2).unwrap();
        let expected = [50.0, 50.0, 40.0, 62.0, 59.6];
        assert!(stocks.iter().zip(expected).all(|(stock, wanted)| (stock - wanted).abs() < 1e-9), "{stocks:?}");
    }

    #[test]
    fn refuses_what_leaves_no_stock() {
        use PerpetualInventoryError as Error;
        assert_eq!(perpetual_inventory(&[1.0], 0.1), Err(Error::TooFewYears));
        assert_eq!(perpetual_inventory(&[1.0, 1.0], 0.0), Err(Error::InvalidDepreciation { rate: 0.0 }));
        assert!(perpetual_inventory(&[1.0, 1.0], f64::NAN).is_err());
        assert_eq!(perpetual_inventory(&[0.0, 1.0], 0.1), Err(Error::NotAnInvestment { year: 0, value: 0.0 }));
        assert_eq!(perpetual_inventory(&[1.0, 2.0, -1.0], 0.1), Err(Error::NotAnInvestment { year: 2, value: -1.0 }));
        assert_eq!(perpetual_inventory(&[1.0, -20.0, 1.0], 0.1), Err(Error::NothingLeft { year: 1 }));
        assert!(matches!(perpetual_inventory(&[2.0, 1.0], 0.1), Err(Error::NoFirstStock { .. })));
    }
}
