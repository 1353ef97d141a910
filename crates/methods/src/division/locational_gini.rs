//! Locational Gini coefficient: how unlike everything else an industry is spread over regions.

use super::concentration::{Location, LocationError, concentration_curve};
use crate::{AmountRows, Amounts};

/// Why locational Gini coefficients are undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LocationalGiniError {
    /// There are not as many totals as regions.
    #[error("{totals} totals for {regions} regions")]
    LengthsDiffer {
        /// Number of totals.
        totals: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The total is negative, NaN, infinite or beyond the scale of amounts, or zero.
    #[error("region {region}: {value} is not a total")]
    InvalidTotal {
        /// Position of the region.
        region: usize,
        /// The total.
        value: f64,
    },
    /// The industry is nowhere.
    #[error("industry {industry} is empty")]
    EmptyIndustry {
        /// Column of the industry.
        industry: usize,
    },
}

/// Computes the locational Gini coefficient of every industry, the area between its Lorenz curve and the diagonal.
///
/// Regions in ascending order of c/x, which is that of the location quotient, with X and C the sums of x and c so far:
///
/// ```text
/// x[r] = E[r] / E,  c[r] = E[r, i] / E[i],  G = 1/2 - sum over r of x[r] * (C[r - 1] + C[r]) / 2
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `region_totals`: total of each region over all industries, also those that `amounts` leaves out, positive.
/// - returns: by industry, 0 (spread like everything else) to 0.5 (in one small region). Half of the Gini coefficient that
///   Hoover's curve has.
///
/// # Errors
///
/// Totals of another number of regions, the first that is none or zero, or the first industry that is nowhere.
///
/// # Source
///
/// Krugman (1991), Geography and Trade, MIT Press; EconGeo's `locational.Gini` is the same.
pub fn locational_gini(amounts: &Amounts, region_totals: &[f64]) -> Result<Vec<f64>, LocationalGiniError> {
    let all: Vec<usize> = (0..amounts.n_industries()).collect();
    locational_gini_of_rows(&AmountRows::of(amounts), &all, region_totals)
}

/// Computes the same of some industries, of amounts as they lie in a table; like indexing, they must be there.
///
/// # Errors
///
/// As [`locational_gini`].
pub fn locational_gini_of_rows(
    amounts: &AmountRows<'_>,
    industries: &[usize],
    region_totals: &[f64],
) -> Result<Vec<f64>, LocationalGiniError> {
    let of = |&industry: &usize| {
        let own: Vec<f64> = amounts.column(industry).collect();
        let location = Location::try_new(&own, region_totals).map_err(|error| at_industry(error, industry))?;
        Ok(concentration_curve(&location).area())
    };
    industries.iter().map(of).collect()
}

fn at_industry(error: LocationError, industry: usize) -> LocationalGiniError {
    match error {
        LocationError::LengthsDiffer { amounts, base } => {
            LocationalGiniError::LengthsDiffer { totals: base, regions: amounts }
        }
        LocationError::InvalidBase { region, value } | LocationError::InvalidAmount { region, value } => {
            LocationalGiniError::InvalidTotal { region, value }
        }
        LocationError::Empty => LocationalGiniError::EmptyIndustry { industry },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn is_the_area_beside_the_diagonal() {
        // Three quarters of everything hold half of industry 0: 1/2 - (3/4 * 1/4 + 1/4 * 3/4).
        let amounts = Amounts::try_new(vec![5.0, 25.0, 5.0, 5.0], 2).unwrap();
        let gini = locational_gini(&amounts, &[30.0, 10.0]).unwrap();
        assert_eq!(gini[0], 0.125);
    }

    #[test]
    fn is_zero_for_what_is_spread_like_everything() {
        let amounts = Amounts::try_new(vec![1.0, 3.0, 2.0, 6.0], 2).unwrap();
        assert_eq!(locational_gini(&amounts, amounts.region_totals()).unwrap(), [0.0, 0.0]);
    }

    #[test]
    fn is_near_a_half_for_what_is_in_one_small_region() {
        let amounts = Amounts::try_new(vec![0.0, 1.0], 1).unwrap();
        assert_eq!(locational_gini(&amounts, &[999.0, 1.0]).unwrap(), [0.4995]);
    }

    #[test]
    fn refuses_what_has_no_curve() {
        let amounts = Amounts::try_new(vec![0.0, 1.0, 0.0, 1.0], 2).unwrap();
        let empty = LocationalGiniError::EmptyIndustry { industry: 0 };
        assert_eq!(locational_gini(&amounts, &[1.0, 1.0]), Err(empty));
        let zero = LocationalGiniError::InvalidTotal { region: 1, value: 0.0 };
        assert_eq!(locational_gini(&amounts, &[1.0, 0.0]), Err(zero));
        let lengths = LocationalGiniError::LengthsDiffer { totals: 1, regions: 2 };
        assert_eq!(locational_gini(&amounts, &[1.0]), Err(lengths));
    }
}
