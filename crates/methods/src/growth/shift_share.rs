//! Shift-share analysis in the classic form of Dunn: the growth of regions, in parts.

use crate::amounts::check_amount;
use crate::{Amounts, Matrix};

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

/// The growth of regions, in parts.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftShare {
    /// Growth rate of the reference over all industries, as a fraction.
    pub reference_growth: f64,
    /// Each region, by position.
    pub regions: Vec<RegionShift>,
    /// Each industry of each region.
    pub industries: IndustryShifts,
}

/// The growth of one region, in parts: `growth = national_share + industry_mix + regional_share`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegionShift {
    /// Amount at the start.
    pub start_total: f64,
    /// Amount at the end.
    pub end_total: f64,
    /// Change of the amount.
    pub growth: f64,
    /// Growth had the region grown like the reference.
    pub national_share: f64,
    /// Growth more than that because its industries grow more than the average industry in the reference.
    pub industry_mix: f64,
    /// What its industries grew more than the same industries of the reference.
    pub regional_share: f64,
    /// Industry mix and regional share together: growth beyond that of the reference.
    pub net_total_shift: f64,
    /// Growth as a fraction of the amount at the start; none for a region that starts from zero.
    pub growth_rate: Option<f64>,
}

/// The parts by region and industry, in amounts.
#[derive(Debug, Clone, PartialEq)]
pub struct IndustryShifts {
    /// National shares.
    pub national_share: Matrix,
    /// Industry mixes.
    pub industry_mix: Matrix,
    /// Regional shares.
    pub regional_share: Matrix,
}

/// Splits the growth of regions into national share, industry mix and regional share.
///
/// With E and E' the amounts at the start and at the end, N and N' those of the reference, G = sum(N')/sum(N) - 1:
///
/// ```text
/// national_share[r, i] = E[r, i] * G
/// industry_mix[r, i]   = E[r, i] * N'[i] / N[i] - E[r, i] * (1 + G)
/// regional_share[r, i] = E'[r, i] - E[r, i] * N'[i] / N[i]
/// ```
///
/// and regions are sums over their industries. Nothing is divided by an amount of a region, so an industry that starts from
/// zero in a region stays finite: all it grows by is regional share. That also holds for an industry that starts from zero
/// in the reference.
///
/// # Shapes and units
///
/// - `start`, `end`: regions x industries, in one unit.
/// - `reference_start`, `reference_end`: amounts of the reference by industry, in the same unit. A reference that is the sum
///   of the regions leaves industry mix and regional share that add up to zero over regions.
/// - returns: amounts in the same unit, finite. The parts of a region add up to its growth within rounding.
///
/// # Errors
///
/// Other shapes, a reference that is not made of amounts or that starts from zero, or the first region with an industry at
/// the start that the reference does not have.
///
/// # Source
///
/// Dunn (1960), Papers in Regional Science 6(1), 97-112. REAT's `shift` divides by the amounts of regions and answers NaN
/// where one is zero; this does not.
pub fn dunn(
    start: &Amounts,
    end: &Amounts,
    reference_start: &[f64],
    reference_end: &[f64],
) -> Result<ShiftShare, ShiftShareError> {
    check_shapes(start, end, reference_start, reference_end)?;
    let reference_total: f64 = reference_start.iter().sum();
    if reference_total == 0.0 {
        return Err(ShiftShareError::EmptyReference);
    }
    check_industries(start, reference_start)?;

    let reference_growth = (reference_end.iter().sum::<f64>() - reference_total) / reference_total;
    // An industry outside of the reference is nowhere at the start, so that its growth there counts for nothing.
    let industry_growth: Vec<f64> = (reference_start.iter().zip(reference_end))
        .map(|(&from, &to)| if from == 0.0 { reference_growth } else { (to - from) / from })
        .collect();

    let by_cell = |part: &dyn Fn(usize, usize) -> f64| Matrix::from_fn(start.n_regions(), start.n_industries(), part);
    let industries = IndustryShifts {
        national_share: by_cell(&|region, industry| start.region(region)[industry] * reference_growth),
        industry_mix: by_cell(&|region, industry| {
            start.region(region)[industry] * (industry_growth[industry] - reference_growth)
        }),
        regional_share: by_cell(&|region, industry| {
            let from = start.region(region)[industry];
            (end.region(region)[industry] - from) - from * industry_growth[industry]
        }),
    };
    let regions = (0..start.n_regions()).map(|region| region_shift(start, end, &industries, region)).collect();
    Ok(ShiftShare { reference_growth, regions, industries })
}

/// Adds the parts of one region up.
fn region_shift(start: &Amounts, end: &Amounts, industries: &IndustryShifts, region: usize) -> RegionShift {
    let (start_total, end_total) = (start.region_totals()[region], end.region_totals()[region]);
    let growth = end_total - start_total;
    let industry_mix: f64 = industries.industry_mix.row(region).iter().sum();
    let regional_share: f64 = industries.regional_share.row(region).iter().sum();
    RegionShift {
        start_total,
        end_total,
        growth,
        national_share: industries.national_share.row(region).iter().sum(),
        industry_mix,
        regional_share,
        net_total_shift: industry_mix + regional_share,
        growth_rate: (start_total > 0.0).then(|| growth / start_total),
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
    for (region, amounts) in start.regions().enumerate() {
        let outside = (amounts.iter().zip(reference_start)).position(|(&own, &all)| own > 0.0 && all == 0.0);
        if let Some(industry) = outside {
            return Err(ShiftShareError::IndustryOutsideReference { region, industry });
        }
    }
    Ok(())
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
        // The reference grows by a fifth: industry 0 by a half, industry 1 not at all.
        let shift = dunn(&amounts(&[20.0, 20.0]), &amounts(&[28.0, 26.0]), &[40.0, 60.0], &[60.0, 60.0]).unwrap();
        assert_eq!(shift.reference_growth, 0.2);
        let region = shift.regions[0];
        assert_eq!((region.start_total, region.end_total, region.growth), (40.0, 54.0, 14.0));
        assert_eq!((region.national_share, region.industry_mix, region.regional_share), (8.0, 2.0, 4.0));
        assert_eq!((region.net_total_shift, region.growth_rate), (6.0, Some(0.35)));
        assert_eq!(shift.industries.national_share.cells(), [4.0, 4.0]);
        assert_eq!(shift.industries.industry_mix.cells(), [6.0, -4.0]);
        assert_eq!(shift.industries.regional_share.cells(), [-2.0, 6.0]);
    }

    #[test]
    fn an_industry_that_starts_from_zero_is_regional_share() {
        let shift = dunn(&amounts(&[0.0, 10.0]), &amounts(&[5.0, 10.0]), &[0.0, 20.0], &[5.0, 20.0]).unwrap();
        assert_eq!(shift.industries.regional_share.get(0, 0), 5.0);
        assert_eq!(shift.industries.national_share.get(0, 0), 0.0);
        assert_eq!(shift.industries.industry_mix.get(0, 0), 0.0);
        let empty = dunn(&amounts(&[0.0, 0.0]), &amounts(&[1.0, 2.0]), &[4.0, 6.0], &[4.0, 6.0]).unwrap();
        assert_eq!((empty.regions[0].regional_share, empty.regions[0].growth_rate), (3.0, None));
    }

    #[test]
    fn refuses_what_does_not_go_together() {
        let one = amounts(&[1.0, 1.0]);
        let two = amounts(&[1.0; 4]);
        let shapes = ShiftShareError::ShapesDiffer { end_regions: 2, end_industries: 2 };
        assert_eq!(dunn(&one, &two, &[1.0; 2], &[1.0; 2]), Err(shapes));
        let length = ShiftShareError::ReferenceLengthDiffers { industries: 3 };
        assert_eq!(dunn(&one, &one, &[1.0; 3], &[1.0; 2]), Err(length));
        let invalid = ShiftShareError::InvalidReference { industry: 1, value: -1.0 };
        assert_eq!(dunn(&one, &one, &[1.0; 2], &[1.0, -1.0]), Err(invalid));
        assert_eq!(dunn(&one, &one, &[0.0; 2], &[1.0; 2]), Err(ShiftShareError::EmptyReference));
        let outside = ShiftShareError::IndustryOutsideReference { region: 0, industry: 1 };
        assert_eq!(dunn(&one, &one, &[1.0, 0.0], &[1.0; 2]), Err(outside));
    }
}
