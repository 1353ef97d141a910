//! Regions and a reference at two points in time: what every form of shift-share starts from, checked once.

use crate::Amounts;
use crate::amounts::check_amount;

/// Why shift-share parts are undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ShiftShareError {
    /// Start and end do not have the same regions or industries.
    #[error("the end has {end_regions} regions and {end_industries} industries, unlike the start")]
    ShapesDiffer {
        /// Regions at the end.
        end_regions: usize,
        /// Industries at the end.
        end_industries: usize,
    },
    /// A reference has another number of industries than the regions.
    #[error("a reference has {industries} industries, unlike the regions")]
    ReferenceLengthDiffers {
        /// Industries of the reference.
        industries: usize,
    },
    /// An amount of a reference is negative, NaN, infinite or beyond the scale of amounts.
    #[error("industry {industry} of a reference: {value} is not an amount")]
    InvalidReference {
        /// Column of the industry.
        industry: usize,
        /// The amount.
        value: f64,
    },
    /// The reference starts from nothing.
    #[error("the reference is empty at the start")]
    EmptyReference,
    /// The region has an industry at the start that the reference does not have, so that it cannot hold the region.
    #[error("region {region} has industry {industry} at the start, the reference does not")]
    IndustryOutsideReference {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
}

/// Regions at the start and at the end, and a reference by industry that they are measured against.
///
/// Growth of an industry that the reference does not have at the start counts as that of the whole reference: no region has
/// it at the start either, so that it is multiplied by zero wherever it appears.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison<'a> {
    start: &'a Amounts,
    end: &'a Amounts,
    reference_start: &'a [f64],
    reference_end: &'a [f64],
    reference_totals: [f64; 2],
    reference_growth: f64,
    industry_growth: Vec<f64>,
    reference_shares: Vec<f64>,
}

impl<'a> Comparison<'a> {
    /// Checks what belongs together.
    ///
    /// # Shapes and units
    ///
    /// - `start`, `end`: regions x industries, in one unit. They are borrowed, never copied.
    /// - `reference_start`, `reference_end`: amounts of the reference by industry, in the same unit.
    ///
    /// # Errors
    ///
    /// Other shapes, a reference that is not made of amounts or that starts from zero, or the first region with an industry
    /// at the start that the reference does not have.
    pub fn try_new(
        start: &'a Amounts,
        end: &'a Amounts,
        reference_start: &'a [f64],
        reference_end: &'a [f64],
    ) -> Result<Self, ShiftShareError> {
        check_shapes(start, end, reference_start, reference_end)?;
        let total: f64 = reference_start.iter().sum();
        let end_total: f64 = reference_end.iter().sum();
        if total == 0.0 {
            return Err(ShiftShareError::EmptyReference);
        }
        check_industries(start, reference_start)?;
        let reference_growth = (end_total - total) / total;
        let growth = |(&from, &to): (&f64, &f64)| if from == 0.0 { reference_growth } else { (to - from) / from };
        Ok(Self {
            start,
            end,
            reference_start,
            reference_end,
            reference_totals: [total, end_total],
            reference_growth,
            industry_growth: reference_start.iter().zip(reference_end).map(growth).collect(),
            reference_shares: reference_start.iter().map(|&amount| amount / total).collect(),
        })
    }

    /// The regions at the start.
    pub fn start(&self) -> &'a Amounts {
        self.start
    }

    /// The regions at the end.
    pub fn end(&self) -> &'a Amounts {
        self.end
    }

    /// The reference at the start and at the end, by industry.
    pub fn reference(&self) -> [&'a [f64]; 2] {
        [self.reference_start, self.reference_end]
    }

    /// The reference at the start and at the end, over all industries; the first is positive.
    pub fn reference_totals(&self) -> [f64; 2] {
        self.reference_totals
    }

    /// Growth rate of the reference over all industries, as a fraction.
    pub fn reference_growth(&self) -> f64 {
        self.reference_growth
    }

    /// Growth factor of the reference over all industries.
    pub fn reference_factor(&self) -> f64 {
        self.reference_totals[1] / self.reference_totals[0]
    }

    /// Growth factor of one industry in the reference; like indexing, it must be one of the industries.
    pub fn industry_factor(&self, industry: usize) -> f64 {
        let (from, to) = (self.reference_start[industry], self.reference_end[industry]);
        if from == 0.0 { self.reference_factor() } else { to / from }
    }

    /// Growth rate of the reference by industry, as a fraction.
    pub fn industry_growth(&self) -> &[f64] {
        &self.industry_growth
    }

    /// The reference at the start by industry, as fractions of its total.
    pub fn reference_shares(&self) -> &[f64] {
        &self.reference_shares
    }
}

/// Refuses tables and references that do not go together.
fn check_shapes(start: &Amounts, end: &Amounts, from: &[f64], to: &[f64]) -> Result<(), ShiftShareError> {
    let (end_regions, end_industries) = (end.n_regions(), end.n_industries());
    if (end_regions, end_industries) != (start.n_regions(), start.n_industries()) {
        return Err(ShiftShareError::ShapesDiffer { end_regions, end_industries });
    }
    for reference in [from, to] {
        if reference.len() != start.n_industries() {
            return Err(ShiftShareError::ReferenceLengthDiffers { industries: reference.len() });
        }
        if let Some(industry) = reference.iter().position(|&value| check_amount(value).is_err()) {
            return Err(ShiftShareError::InvalidReference { industry, value: reference[industry] });
        }
    }
    Ok(())
}

/// Refuses the first industry that a region has and the reference has not.
fn check_industries(start: &Amounts, reference_start: &[f64]) -> Result<(), ShiftShareError> {
    // Nearly always the reference has every industry, and the regions need not be looked through.
    if reference_start.iter().all(|&all| all > 0.0) {
        return Ok(());
    }
    for (region, amounts) in start.regions().enumerate() {
        let outside = (amounts.iter().zip(reference_start)).position(|(&own, &all)| own > 0.0 && all == 0.0);
        if let Some(industry) = outside {
            return Err(ShiftShareError::IndustryOutsideReference { region, industry });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, worked};
    use super::*;

    #[test]
    fn knows_growth_and_shares_of_the_reference() {
        let (start, end) = worked();
        let comparison = Comparison::try_new(&start, &end, &REFERENCE[0], &REFERENCE[1]).unwrap();
        assert_eq!((comparison.reference_growth(), comparison.reference_totals()), (0.2, [100.0, 120.0]));
        assert_eq!(comparison.industry_growth(), [0.5, 0.0]);
        assert_eq!(comparison.reference_shares(), [0.4, 0.6]);
    }

    #[test]
    fn refuses_what_does_not_go_together() {
        let one = amounts(&[1.0, 1.0]);
        let two = amounts(&[1.0; 4]);
        let refused = |end, from: &[f64], to: &[f64]| Comparison::try_new(&one, end, from, to).unwrap_err();
        let shapes = ShiftShareError::ShapesDiffer { end_regions: 2, end_industries: 2 };
        assert_eq!(refused(&two, &[1.0; 2], &[1.0; 2]), shapes);
        let length = ShiftShareError::ReferenceLengthDiffers { industries: 3 };
        assert_eq!(refused(&one, &[1.0; 3], &[1.0; 2]), length);
        let invalid = ShiftShareError::InvalidReference { industry: 1, value: -1.0 };
        assert_eq!(refused(&one, &[1.0; 2], &[1.0, -1.0]), invalid);
        assert_eq!(refused(&one, &[0.0; 2], &[1.0; 2]), ShiftShareError::EmptyReference);
        let outside = ShiftShareError::IndustryOutsideReference { region: 0, industry: 1 };
        assert_eq!(refused(&one, &[1.0, 0.0], &[1.0; 2]), outside);
    }
}
