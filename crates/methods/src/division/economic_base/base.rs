//! The economic base: which part of a region's activity serves others, and the multiplier that follows.

use crate::division::{LocationQuotientError, QuotientBase, absolute_excess};
use crate::{Amounts, Matrix};

/// Why there is no economic base.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BaseError {
    /// The base of the quotients is of other regions or industries.
    #[error(transparent)]
    Quotients(#[from] LocationQuotientError),
    /// The region holds nothing, so that no industry has a share of it.
    #[error("region {region} is empty")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// A minimum needs two regions.
    #[error("a single region has no minimum of others")]
    SingleRegion,
    /// There is not one part for every industry, or the part is not between 0 and 1.
    #[error("industry {industry}: {value} is not a part from 0 to 1")]
    InvalidPart {
        /// Column of the industry, or the number of parts where it differs from that of industries.
        industry: usize,
        /// The part.
        value: f64,
    },
}

/// What of each region's activity is basic.
#[derive(Debug, Clone, PartialEq)]
pub struct EconomicBase {
    /// Basic activity, regions x industries, in the unit of the amounts.
    pub basic: Matrix,
    /// Basic activity of each region.
    pub totals: Vec<f64>,
    /// Total over basic activity; `None` where nothing is basic.
    pub multipliers: Vec<Option<f64>>,
}

impl EconomicBase {
    fn new(basic: Matrix, region_totals: &[f64]) -> Self {
        let totals: Vec<f64> = basic.rows().map(|row| row.iter().sum()).collect();
        let multipliers = region_totals.iter().zip(&totals).map(|(all, basic)| (*basic > 0.0).then(|| all / basic));
        Self { multipliers: multipliers.collect(), totals, basic }
    }
}

/// Takes what exceeds the benchmark's share for basic.
///
/// ```text
/// basic[r, i] = max(0, E[r, i] - E[r] N[i] / N)        multiplier[r] = E[r] / sum over i of basic[r, i]
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries, all of them: what is left out is taken for non-basic.
/// - `base`: totals of the regions and of the benchmark.
///
/// # Errors
///
/// A base of other regions or industries.
///
/// # Source
///
/// Mattila and Thompson (1955), Land Economics 31(3), 215-228; Isserman (1977), Journal of the American Institute of
/// Planners 43(1), 33-41. It counts an industry that exports and imports at once by its balance, and so too little.
pub fn base_by_location_quotients(amounts: &Amounts, base: &QuotientBase) -> Result<EconomicBase, BaseError> {
    let basic = absolute_excess(amounts, base)?.map(|excess| excess.max(0.0));
    Ok(EconomicBase::new(basic, base.region_totals()))
}

/// Takes what exceeds the smallest share of all regions for basic.
///
/// ```text
/// basic[r, i] = E[r, i] - min over q of s[q, i] * E[r],  s[q, i] = E[q, i] / E[q]
/// ```
///
/// # Errors
///
/// An empty region, or a single one.
///
/// # Source
///
/// Ullman and Dacey (1960), Papers and Proceedings of the Regional Science Association 6(1), 175-194. The smallest share
/// falls with the number of regions, so that it finds more basic activity than the other methods.
pub fn base_by_minimum_requirements(amounts: &Amounts) -> Result<EconomicBase, BaseError> {
    let totals = amounts.region_totals();
    if let Some(region) = totals.iter().position(|&total| total == 0.0) {
        return Err(BaseError::EmptyRegion { region });
    }
    if totals.len() < 2 {
        return Err(BaseError::SingleRegion);
    }
    let share = |region: usize, industry: usize| amounts.region(region)[industry] / totals[region];
    let smallest =
        |industry: usize| (0..totals.len()).map(|region| share(region, industry)).fold(f64::INFINITY, f64::min);
    let smallest: Vec<f64> = (0..amounts.n_industries()).map(smallest).collect();
    let basic = |region: usize, industry: usize| {
        (amounts.region(region)[industry] - smallest[industry] * totals[region]).max(0.0)
    };
    let basic = Matrix::from_fn(totals.len(), amounts.n_industries(), basic);
    Ok(EconomicBase::new(basic, totals))
}

/// Takes a stated part of each industry for basic.
///
/// ```text
/// basic[r, i] = part[i] * E[r, i]
/// ```
///
/// # Shapes and units
///
/// - `parts`: from 0 (serves its own place) to 1 (serves others), one for every industry.
///
/// # Errors
///
/// Parts that are not as many as industries or not from 0 to 1.
///
/// # Source
///
/// Hoyt's assumption approach, after Andrews (1953), Land Economics 29(2), 161-168; also called assignment.
pub fn base_by_assumption(amounts: &Amounts, parts: &[f64]) -> Result<EconomicBase, BaseError> {
    if parts.len() != amounts.n_industries() {
        return Err(BaseError::InvalidPart { industry: parts.len(), value: f64::NAN });
    }
    if let Some(industry) = parts.iter().position(|part| !(0.0..=1.0).contains(part)) {
        return Err(BaseError::InvalidPart { industry, value: parts[industry] });
    }
    let basic = |region: usize, industry: usize| amounts.region(region)[industry] * parts[industry];
    let basic = Matrix::from_fn(amounts.n_regions(), amounts.n_industries(), basic);
    Ok(EconomicBase::new(basic, amounts.region_totals()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn amounts() -> Amounts {
        Amounts::try_new(vec![30.0, 10.0, 10.0, 30.0], 2).unwrap()
    }

    #[test]
    fn methods_differ_in_what_is_basic() {
        let quotients = base_by_location_quotients(&amounts(), &QuotientBase::of_whole(&amounts()).unwrap()).unwrap();
        assert_eq!((quotients.basic.row(0), quotients.multipliers[0]), (&[10.0, 0.0][..], Some(4.0)));
        // The smallest shares are a quarter of each.
        let minimum = base_by_minimum_requirements(&amounts()).unwrap();
        assert_eq!((minimum.basic.row(0), minimum.multipliers[0]), (&[20.0, 0.0][..], Some(2.0)));
        let assumed = base_by_assumption(&amounts(), &[1.0, 0.5]).unwrap();
        assert_eq!((assumed.totals.as_slice(), assumed.multipliers[0]), (&[35.0, 25.0][..], Some(40.0 / 35.0)));
    }

    #[test]
    fn where_nothing_is_basic_there_is_no_multiplier() {
        let alike = Amounts::try_new(vec![1.0, 1.0, 2.0, 2.0], 2).unwrap();
        let base = base_by_location_quotients(&alike, &QuotientBase::of_whole(&alike).unwrap()).unwrap();
        assert_eq!(base.multipliers, [None, None]);
    }

    #[test]
    fn refuses_what_has_no_shares_or_parts() {
        let empty = Amounts::try_new(vec![1.0, 1.0, 0.0, 0.0], 2).unwrap();
        assert_eq!(base_by_minimum_requirements(&empty), Err(BaseError::EmptyRegion { region: 1 }));
        let one = Amounts::try_new(vec![1.0], 1).unwrap();
        assert_eq!(base_by_minimum_requirements(&one), Err(BaseError::SingleRegion));
        let beyond = BaseError::InvalidPart { industry: 1, value: 1.5 };
        assert_eq!(base_by_assumption(&amounts(), &[1.0, 1.5]), Err(beyond));
        assert!(matches!(base_by_assumption(&amounts(), &[1.0]), Err(BaseError::InvalidPart { industry: 1, .. })));
    }
}
