//! The economic base: which part of a region's activity serves others, and the multiplier that follows.

use crate::division::{LocationQuotientError, QuotientBase};
use crate::row_source::for_each_row;
use crate::{AmountRows, RowSource};

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

/// What of each region's activity is basic: regions x industries, in the unit of the amounts, worked out a row at a time.
#[derive(Debug, Clone)]
pub struct EconomicBase<'a> {
    amounts: &'a AmountRows<'a>,
    rule: Rule,
    /// Basic activity of each region.
    pub totals: Vec<f64>,
    /// Total over basic activity; `None` where nothing is basic.
    pub multipliers: Vec<Option<f64>>,
}

/// How the basic part of a cell is told.
#[derive(Debug, Clone)]
enum Rule {
    /// What exceeds this share of each industry in the total of its region, which comes with it.
    Above { shares: Vec<f64>, region_totals: Vec<f64> },
    /// This part of each industry.
    Part(Vec<f64>),
}

impl<'a> EconomicBase<'a> {
    fn new(amounts: &'a AmountRows<'a>, rule: Rule, region_totals: &[f64]) -> Self {
        let mut own = Self { amounts, rule, totals: Vec::new(), multipliers: Vec::new() };
        let mut totals = Vec::with_capacity(amounts.n_regions());
        for_each_row(&own, |_, row| totals.push(row.iter().sum()));
        let multiplier = |(all, basic): (&f64, &f64)| (*basic > 0.0).then(|| all / basic);
        own.multipliers = region_totals.iter().zip(&totals).map(multiplier).collect();
        own.totals = totals;
        own
    }

    /// Basic activity of a region by industry; like indexing, it must be there.
    pub fn of_region(&self, region: usize) -> Vec<f64> {
        let mut cells = vec![0.0; self.n_columns()];
        self.fill(region, &mut cells);
        cells
    }
}

impl RowSource for EconomicBase<'_> {
    fn n_rows(&self) -> usize {
        self.amounts.n_regions()
    }

    fn n_columns(&self) -> usize {
        self.amounts.n_industries()
    }

    fn fill(&self, row: usize, cells: &mut [f64]) {
        let amounts = self.amounts.region(row).iter();
        match &self.rule {
            Rule::Above { shares, region_totals } => {
                let basic = |(amount, share): (&f64, &f64)| (amount - region_totals[row] * share).max(0.0);
                cells.iter_mut().zip(amounts.zip(shares)).for_each(|(cell, of)| *cell = basic(of));
            }
            Rule::Part(parts) => {
                cells.iter_mut().zip(amounts.zip(parts)).for_each(|(cell, (amount, part))| *cell = amount * part);
            }
        }
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
pub fn base_by_location_quotients<'a>(
    amounts: &'a AmountRows<'a>,
    base: &QuotientBase,
) -> Result<EconomicBase<'a>, BaseError> {
    base.check_sizes(amounts.n_regions(), amounts.n_industries())?;
    let shares = base.reference_totals().iter().map(|reference| reference / base.reference_total()).collect();
    let region_totals = base.region_totals().to_vec();
    Ok(EconomicBase::new(amounts, Rule::Above { shares, region_totals }, base.region_totals()))
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
pub fn base_by_minimum_requirements<'a>(amounts: &'a AmountRows<'a>) -> Result<EconomicBase<'a>, BaseError> {
    let totals = amounts.region_totals();
    if let Some(region) = amounts.first_empty() {
        return Err(BaseError::EmptyRegion { region });
    }
    if totals.len() < 2 {
        return Err(BaseError::SingleRegion);
    }
    let mut shares = vec![f64::INFINITY; amounts.n_industries()];
    for (row, total) in amounts.regions().zip(totals) {
        shares.iter_mut().zip(row).for_each(|(least, amount)| *least = least.min(amount / total));
    }
    Ok(EconomicBase::new(amounts, Rule::Above { shares, region_totals: totals.to_vec() }, totals))
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
pub fn base_by_assumption<'a>(amounts: &'a AmountRows<'a>, parts: &[f64]) -> Result<EconomicBase<'a>, BaseError> {
    if parts.len() != amounts.n_industries() {
        return Err(BaseError::InvalidPart { industry: parts.len(), value: f64::NAN });
    }
    if let Some(industry) = parts.iter().position(|part| !(0.0..=1.0).contains(part)) {
        return Err(BaseError::InvalidPart { industry, value: parts[industry] });
    }
    Ok(EconomicBase::new(amounts, Rule::Part(parts.to_vec()), amounts.region_totals()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;

    const CELLS: [&[f64]; 2] = [&[30.0, 10.0], &[10.0, 30.0]];

    fn rows<'a>(cells: &[&'a [f64]]) -> AmountRows<'a> {
        AmountRows::try_new(cells.to_vec()).unwrap()
    }

    fn whole(cells: &[&[f64]]) -> QuotientBase {
        QuotientBase::of_whole(&Amounts::try_new(cells.concat(), cells[0].len()).unwrap()).unwrap()
    }

    #[test]
    fn methods_differ_in_what_is_basic() {
        let amounts = rows(&CELLS);
        let quotients = base_by_location_quotients(&amounts, &whole(&CELLS)).unwrap();
        assert_eq!((quotients.of_region(0), quotients.multipliers[0]), (vec![10.0, 0.0], Some(4.0)));
        // The smallest shares are a quarter of each.
        let minimum = base_by_minimum_requirements(&amounts).unwrap();
        assert_eq!((minimum.of_region(0), minimum.multipliers[0]), (vec![20.0, 0.0], Some(2.0)));
        let assumed = base_by_assumption(&amounts, &[1.0, 0.5]).unwrap();
        assert_eq!((assumed.totals.as_slice(), assumed.multipliers[0]), (&[35.0, 25.0][..], Some(40.0 / 35.0)));
        assert_eq!((assumed.n_rows(), assumed.n_columns()), (2, 2));
    }

    #[test]
    fn where_nothing_is_basic_there_is_no_multiplier() {
        let alike: [&[f64]; 2] = [&[1.0, 1.0], &[2.0, 2.0]];
        let amounts = rows(&alike);
        let base = base_by_location_quotients(&amounts, &whole(&alike)).unwrap();
        assert_eq!(base.multipliers, [None, None]);
    }

    #[test]
    fn refuses_what_has_no_shares_or_parts() {
        let minimum = |cells: &[&[f64]]| base_by_minimum_requirements(&rows(cells)).err();
        assert_eq!(minimum(&[&[1.0, 1.0], &[0.0, 0.0]]), Some(BaseError::EmptyRegion { region: 1 }));
        assert_eq!(minimum(&[&[1.0]]), Some(BaseError::SingleRegion));
        let amounts = rows(&CELLS);
        let beyond = BaseError::InvalidPart { industry: 1, value: 1.5 };
        assert_eq!(base_by_assumption(&amounts, &[1.0, 1.5]).err(), Some(beyond));
        assert!(matches!(base_by_assumption(&amounts, &[1.0]).err(), Some(BaseError::InvalidPart { industry: 1, .. })));
        assert!(matches!(
            base_by_location_quotients(&rows(&CELLS[..1]), &whole(&CELLS)).err(),
            Some(BaseError::Quotients(_))
        ));
    }
}
