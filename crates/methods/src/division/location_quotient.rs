//! Location quotient: how strongly an industry is represented in a region.

use crate::amounts::check_amount;
use crate::stats::lanes::append_quotients;
use crate::{Amounts, Matrix};

/// Why totals cannot be the base of location quotients.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum QuotientBaseError {
    /// There is no region or no industry.
    #[error("a base of location quotients needs at least one region and one industry")]
    Empty,
    /// The total of a region is negative, NaN, infinite or beyond the scale of amounts.
    #[error("region {region}: {value} is not a total")]
    InvalidRegionTotal {
        /// Position of the region.
        region: usize,
        /// The total.
        value: f64,
    },
    /// The benchmark's total of an industry is negative, NaN, infinite or beyond the scale of amounts.
    #[error("industry {industry}: {value} is not a total")]
    InvalidReferenceTotal {
        /// Position of the industry.
        industry: usize,
        /// The total.
        value: f64,
    },
    /// The benchmark's overall total is not positive or beyond the scale of amounts.
    #[error("{value} is not an overall total")]
    InvalidOverallTotal {
        /// The total.
        value: f64,
    },
    /// The benchmark holds more of an industry than of everything.
    #[error("industry {industry}: {value} is more than the overall total {overall}")]
    IndustryBeyondOverall {
        /// Position of the industry.
        industry: usize,
        /// The benchmark's total of the industry.
        value: f64,
        /// The benchmark's overall total.
        overall: f64,
    },
}

/// What shares are taken of: the regions' totals and the benchmark's, both over all industries, also those that are not
/// looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotientBase {
    region_totals: Vec<f64>,
    reference_totals: Vec<f64>,
    reference_total: f64,
}

impl QuotientBase {
    /// Checks the totals: of each region, of each industry in the benchmark, and of the benchmark.
    ///
    /// # Errors
    ///
    /// The first total that is none, an overall total of zero, or an industry that is larger than the benchmark.
    pub fn try_new(
        region_totals: Vec<f64>,
        reference_totals: Vec<f64>,
        reference_total: f64,
    ) -> Result<Self, QuotientBaseError> {
        if region_totals.is_empty() || reference_totals.is_empty() {
            return Err(QuotientBaseError::Empty);
        }
        let invalid = |totals: &[f64]| totals.iter().position(|&total| check_amount(total).is_err());
        if let Some(region) = invalid(&region_totals) {
            return Err(QuotientBaseError::InvalidRegionTotal { region, value: region_totals[region] });
        }
        if let Some(industry) = invalid(&reference_totals) {
            return Err(QuotientBaseError::InvalidReferenceTotal { industry, value: reference_totals[industry] });
        }
        if reference_total == 0.0 || check_amount(reference_total).is_err() {
            return Err(QuotientBaseError::InvalidOverallTotal { value: reference_total });
        }
        // Published totals may be rounded, and sums are.
        let limit = reference_total * (1.0 + 1e-9);
        if let Some(industry) = reference_totals.iter().position(|&total| total > limit) {
            let (value, overall) = (reference_totals[industry], reference_total);
            return Err(QuotientBaseError::IndustryBeyondOverall { industry, value, overall });
        }
        Ok(Self { region_totals, reference_totals, reference_total })
    }

    /// Takes the regions together as the benchmark, over the industries of the table. `None` when all of it is zero.
    pub fn of_whole(amounts: &Amounts) -> Option<Self> {
        (amounts.total() > 0.0).then(|| Self {
            region_totals: amounts.region_totals().to_vec(),
            reference_totals: amounts.industry_totals().to_vec(),
            reference_total: amounts.total(),
        })
    }

    /// Total of each region, by position.
    pub fn region_totals(&self) -> &[f64] {
        &self.region_totals
    }

    /// The benchmark's total of each industry, by position.
    pub fn reference_totals(&self) -> &[f64] {
        &self.reference_totals
    }

    /// The benchmark's total over all industries, positive.
    pub fn reference_total(&self) -> f64 {
        self.reference_total
    }

    /// Refuses amounts of other regions or industries.
    pub(crate) fn check_shape(&self, amounts: &Amounts) -> Result<(), LocationQuotientError> {
        self.check_sizes(amounts.n_regions(), amounts.n_industries())
    }

    /// Refuses other numbers of regions or industries.
    pub(crate) fn check_sizes(&self, of_regions: usize, of_industries: usize) -> Result<(), LocationQuotientError> {
        let (regions, industries) = (self.region_totals.len(), self.reference_totals.len());
        if (regions, industries) == (of_regions, of_industries) {
            Ok(())
        } else {
            Err(LocationQuotientError::ShapesDiffer { regions, industries })
        }
    }
}

/// Why location quotients are undefined for some amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LocationQuotientError {
    /// The base is of other regions or industries.
    #[error("the base has {regions} regions and {industries} industries, unlike the amounts")]
    ShapesDiffer {
        /// Regions of the base.
        regions: usize,
        /// Industries of the base.
        industries: usize,
    },
    /// The region holds nothing, so no industry has a share of it.
    #[error("region {region} is empty")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// The benchmark does not have the industry, so its share of the benchmark is zero.
    #[error("industry {industry} is empty")]
    EmptyIndustry {
        /// Column of the industry.
        industry: usize,
    },
}

/// Computes the location quotient of every industry in every region.
///
/// Divides the industry's share of the region by its share of the benchmark:
///
/// ```text
/// LQ[r, i] = (E[r, i] / E[r]) / (N[i] / N)
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `base`: totals of the same regions and industries, in the same unit. They may count industries that `amounts` leaves
///   out; that the amounts of a region do not exceed its total is the caller's care.
/// - returns: regions x industries, dimensionless: 0 where absent, 1 at the benchmark's share. Always finite.
///
/// # Errors
///
/// A base of another shape, the first region, or else the first industry, whose total is zero.
///
/// # Source
///
/// Hoen and Oosterhaven (2006), Annals of Regional Science 40(3), 677-691. As a measure of trade it is the revealed
/// comparative advantage of Balassa (1965), The Manchester School 33(2), 99-123. EconGeo's `location.quotient` answers 0 for
/// an empty region or industry; this refuses.
pub fn location_quotient(amounts: &Amounts, base: &QuotientBase) -> Result<Matrix, LocationQuotientError> {
    base.check_shape(amounts)?;
    if let Some(region) = base.region_totals.iter().position(|&total| total == 0.0) {
        return Err(LocationQuotientError::EmptyRegion { region });
    }
    if let Some(industry) = base.reference_totals.iter().position(|&total| total == 0.0) {
        return Err(LocationQuotientError::EmptyIndustry { industry });
    }
    let reference: Vec<f64> = base.reference_totals.iter().map(|total| total / base.reference_total).collect();
    let row = |(row, total): (&[f64], &f64), quotients: &mut Vec<f64>| {
        append_quotients(row, *total, &reference, quotients);
    };
    Ok(Matrix::from_rows(amounts.regions().zip(&base.region_totals), amounts.n_industries(), row))
}

/// Computes location quotients against the regions together; see [`location_quotient`].
///
/// # Errors
///
/// The first region, or else the first industry, whose total is zero.
pub fn location_quotient_of_whole(amounts: &Amounts) -> Result<Matrix, LocationQuotientError> {
    match QuotientBase::of_whole(amounts) {
        Some(base) => location_quotient(amounts, &base),
        None => Err(LocationQuotientError::EmptyRegion { region: 0 }),
    }
}

/// Computes location quotients cell by cell, region by region; see [`location_quotient`].
///
/// Where that refuses, this answers `None` for the cells of the empty region or industry, and the others as usual.
///
/// # Errors
///
/// A base of another shape.
pub fn location_quotient_cells(
    amounts: &Amounts,
    base: &QuotientBase,
) -> Result<Vec<Option<f64>>, LocationQuotientError> {
    base.check_shape(amounts)?;
    let mut cells = Vec::with_capacity(amounts.n_regions() * amounts.n_industries());
    for (region, row) in amounts.regions().enumerate() {
        cells.extend(row.iter().enumerate().map(|(industry, &amount)| {
            let (region_total, reference) = (base.region_totals[region], base.reference_totals[industry]);
            location_quotient_cell(amount, region_total, reference, base.reference_total)
        }));
    }
    Ok(cells)
}

/// Computes one location quotient; see [`location_quotient`].
///
/// `None` where a total is zero, where a number is not an amount, and where the quotient is not finite.
pub fn location_quotient_cell(
    amount: f64,
    region_total: f64,
    reference_industry_total: f64,
    reference_total: f64,
) -> Option<f64> {
    let numbers = [amount, region_total, reference_industry_total, reference_total];
    if numbers.iter().any(|&number| check_amount(number).is_err()) || numbers[1..].contains(&0.0) {
        return None;
    }
    let quotient = amount / region_total / (reference_industry_total / reference_total);
    quotient.is_finite().then_some(quotient)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn amounts(cells: &[f64]) -> Amounts {
        Amounts::try_new(cells.to_vec(), 2).unwrap()
    }

    #[test]
    fn matches_a_worked_example() {
        let quotients = location_quotient_of_whole(&amounts(&[30.0, 10.0, 10.0, 50.0])).unwrap();
        // Shares of region 0 are 0.75 and 0.25; shares overall are 0.4 and 0.6.
        assert_eq!(quotients.row(0), [0.75 / 0.4, 0.25 / 0.6]);
    }

    #[test]
    fn matches_the_printed_example_of_a_textbook() {
        // Farhauer and Kroell (2013), as printed in REAT 3.0.3, man/locq.Rd: 0.3847623.
        let base = QuotientBase::try_new(vec![79006.0], vec![879213.0, 14714011.0], 15593224.0).unwrap();
        let quotients = location_quotient(&amounts(&[1714.0, 77292.0]), &base).unwrap();
        assert!((quotients.get(0, 0) - 0.3847623).abs() < 5e-8);
    }

    #[test]
    fn is_one_everywhere_when_regions_are_alike() {
        let quotients = location_quotient_of_whole(&amounts(&[1.0, 3.0, 2.0, 6.0])).unwrap();
        assert_eq!(quotients.cells(), [1.0; 4]);
    }

    #[test]
    fn totals_may_count_industries_that_are_left_out() {
        let base = QuotientBase::try_new(vec![100.0], vec![20.0, 30.0], 200.0).unwrap();
        let quotients = location_quotient(&amounts(&[20.0, 30.0]), &base).unwrap();
        assert_eq!(quotients.cells(), [2.0, 2.0]);
    }

    #[test]
    fn refuses_an_empty_region_or_industry_or_leaves_it_out() {
        let empty_region = LocationQuotientError::EmptyRegion { region: 1 };
        assert_eq!(location_quotient_of_whole(&amounts(&[1.0, 2.0, 0.0, 0.0])), Err(empty_region));
        let empty_industry = LocationQuotientError::EmptyIndustry { industry: 0 };
        let second_only = amounts(&[0.0, 2.0, 0.0, 1.0]);
        assert_eq!(location_quotient_of_whole(&second_only), Err(empty_industry));
        let base = QuotientBase::of_whole(&second_only).unwrap();
        let cells = location_quotient_cells(&second_only, &base).unwrap();
        assert_eq!(cells, [None, Some(1.0), None, Some(1.0)]);
    }

    #[test]
    fn refuses_totals_that_cannot_be() {
        let zero = QuotientBaseError::InvalidOverallTotal { value: 0.0 };
        assert_eq!(QuotientBase::try_new(vec![1.0], vec![0.0], 0.0), Err(zero));
        let beyond = QuotientBaseError::IndustryBeyondOverall { industry: 1, value: 3.0, overall: 2.0 };
        assert_eq!(QuotientBase::try_new(vec![1.0], vec![1.0, 3.0], 2.0), Err(beyond));
        let negative = QuotientBaseError::InvalidRegionTotal { region: 0, value: -1.0 };
        assert_eq!(QuotientBase::try_new(vec![-1.0], vec![1.0], 2.0), Err(negative));
        let base = QuotientBase::try_new(vec![1.0], vec![1.0], 2.0).unwrap();
        let shape = LocationQuotientError::ShapesDiffer { regions: 1, industries: 1 };
        assert_eq!(location_quotient(&amounts(&[1.0, 2.0]), &base), Err(shape));
    }
}
