//! Shift-share analysis in the classic form of Dunn: the growth of regions, in parts.

use std::ops::Add;

use super::{AdditiveParts, Cell, Chain, ShiftShare};
use crate::{Progress, Stopped};

/// National share, industry mix and regional share of a change.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dunn {
    /// Change had everything grown like the reference over all industries.
    pub national_share: f64,
    /// Change more than that because industries grow more than the average industry in the reference.
    pub industry_mix: f64,
    /// What the industries grew more than the same industries of the reference.
    pub regional_share: f64,
}

impl Dunn {
    /// Industry mix and regional share together: growth beyond that of the reference.
    pub fn net_total_shift(&self) -> f64 {
        self.industry_mix + self.regional_share
    }
}

impl Add for Dunn {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            national_share: self.national_share + other.national_share,
            industry_mix: self.industry_mix + other.industry_mix,
            regional_share: self.regional_share + other.regional_share,
        }
    }
}

impl AdditiveParts for Dunn {
    fn of_cell(cell: &Cell) -> Self {
        Self {
            national_share: cell.start * cell.reference_growth,
            industry_mix: cell.start * (cell.industry_growth - cell.reference_growth),
            regional_share: cell.excess(),
        }
    }

    fn change(&self) -> f64 {
        self.national_share + self.industry_mix + self.regional_share
    }
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
/// and regions are sums over their industries; over a chain of several steps, the parts of the steps are added. Nothing is
/// divided by an amount of a region, so an industry that starts from zero in a region stays finite: all it grows by is
/// regional share. That also holds for an industry that starts from zero in the reference.
///
/// # Shapes and units
///
/// - `chain`: regions x industries and a reference, in one unit. A reference that is the sum of the regions leaves industry
///   mix and regional share that add up to zero over regions.
/// - returns: amounts in the same unit, finite. The parts of a region add up to its change within rounding, and the parts of
///   regions add up to those of their sum.
///
/// # Errors
///
/// [`Stopped`].
///
/// # Source
///
/// Dunn (1960), Papers in Regional Science 6(1), 97-112. REAT's `shift` divides by the amounts of regions and answers NaN
/// where one is zero; this does not.
pub fn dunn<'c>(chain: &'c Chain<'c>, progress: &Progress) -> Result<ShiftShare<'c, Dunn>, Stopped> {
    ShiftShare::of(chain, progress)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, chain, worked};
    use super::*;

    #[test]
    fn matches_a_worked_example() {
        let (start, end) = worked();
        let chain = chain(&start, &end, &REFERENCE);
        let shift = dunn(&chain, &Progress::new()).unwrap();
        let region = shift.regions()[0];
        assert_eq!((region.start_total, region.end_total, region.change), (40.0, 54.0, 14.0));
        assert_eq!(region.parts, Dunn { national_share: 8.0, industry_mix: 2.0, regional_share: 4.0 });
        assert_eq!((region.parts.net_total_shift(), region.growth_rate), (6.0, Some(0.35)));
        let industries = [
            Dunn { national_share: 4.0, industry_mix: 6.0, regional_share: -2.0 },
            Dunn { national_share: 4.0, industry_mix: -4.0, regional_share: 6.0 },
        ];
        assert_eq!(shift.industries(0), industries);
        assert_eq!((shift.by_industry(&Progress::new()).unwrap(), shift.total()), (industries.to_vec(), region));
    }

    #[test]
    fn an_industry_that_starts_from_zero_is_regional_share() {
        let (start, end) = (amounts(&[0.0, 10.0, 0.0, 0.0]), amounts(&[5.0, 10.0, 1.0, 2.0]));
        let chain = chain(&start, &end, &[[0.0, 20.0], [5.0, 20.0]]);
        let shift = dunn(&chain, &Progress::new()).unwrap();
        let entered = Dunn { national_share: 0.0, industry_mix: 0.0, regional_share: 5.0 };
        assert_eq!(shift.industries(0)[0], entered);
        let empty = shift.regions()[1];
        assert_eq!((empty.parts.regional_share, empty.growth_rate), (3.0, None));
    }

    #[test]
    fn steps_are_added() {
        let tables = [amounts(&[10.0, 10.0]), amounts(&[20.0, 10.0]), amounts(&[20.0, 20.0])];
        let references: [&[f64]; 3] = [&[50.0, 50.0], &[100.0, 50.0], &[100.0, 100.0]];
        let chain = Chain::try_new(&tables.each_ref(), &references).unwrap();
        let shift = dunn(&chain, &Progress::new()).unwrap();
        // The region is a fifth of the reference throughout: 20 grow by a half, then 30 by a third.
        assert_eq!((shift.step(0)[0].national_share, shift.step(1)[0].national_share), (10.0, 10.0));
        let region = shift.regions()[0];
        assert_eq!((region.change, region.parts.change()), (20.0, 20.0));
        assert_eq!(region.parts.national_share, 20.0);
        assert_eq!(shift.industries(0)[0].change() + shift.industries(0)[1].change(), 20.0);
    }

    #[test]
    fn stops_when_it_is_told_to() {
        let (start, end) = worked();
        let chain = chain(&start, &end, &REFERENCE);
        let progress = Progress::new();
        progress.stop();
        assert_eq!(dunn(&chain, &progress), Err(Stopped));
    }
}
