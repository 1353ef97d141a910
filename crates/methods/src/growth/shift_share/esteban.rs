//! Shift-share analysis in the form of Esteban-Marquillas: the regional share without and with specialisation.

use std::ops::Add;

use super::{AdditiveParts, Cell, Chain, ShiftShare};
use crate::{Progress, Stopped};

/// National share, industry mix, competitive effect and allocation effect of a change.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Esteban {
    /// Change had everything grown like the reference over all industries.
    pub national_share: f64,
    /// Change more than that because industries grow more than the average industry in the reference.
    pub industry_mix: f64,
    /// What the differences of growth would bring to a region with the structure of the reference.
    pub competitive: f64,
    /// What they bring because the region is specialised: more where it has both more of an industry and faster growth.
    pub allocation: f64,
}

impl Esteban {
    /// Competitive and allocation effect together: the regional share of the classic form.
    pub fn regional_share(&self) -> f64 {
        self.competitive + self.allocation
    }
}

impl Add for Esteban {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            national_share: self.national_share + other.national_share,
            industry_mix: self.industry_mix + other.industry_mix,
            competitive: self.competitive + other.competitive,
            allocation: self.allocation + other.allocation,
        }
    }
}

impl AdditiveParts for Esteban {
    fn of_cell(cell: &Cell) -> Self {
        let (competitive, allocation) = effects(cell);
        Self {
            national_share: cell.start * cell.reference_growth,
            industry_mix: cell.start * (cell.industry_growth - cell.reference_growth),
            competitive,
            allocation,
        }
    }

    fn change(&self) -> f64 {
        self.national_share + self.industry_mix + self.competitive + self.allocation
    }
}

/// Competitive and allocation effect of one cell.
///
/// What enters from zero has no growth rate, so that nothing tells the two apart: it counts as competitive, which keeps both
/// finite and their sum what it is in the classic form.
pub(super) fn effects(cell: &Cell) -> (f64, f64) {
    let excess = cell.excess();
    if cell.start == 0.0 {
        return (excess, 0.0);
    }
    let competitive = cell.homothetic / cell.start * excess;
    (competitive, excess - competitive)
}

/// Splits the growth of regions into national share, industry mix, competitive effect and allocation effect.
///
/// With `g[r, i]` the growth of the industry in the region, `G[i]` that in the reference, `G` that of the whole reference,
/// and `H` the homothetic amounts, which the region would have with the structure of the reference:
///
/// ```text
/// H[r, i]              = E[r, *] * N[i] / N[*]
/// national_share[r, i] = E[r, i] * G
/// industry_mix[r, i]   = E[r, i] * (G[i] - G)
/// competitive[r, i]    = H[r, i] * (g[r, i] - G[i])
/// allocation[r, i]     = (E[r, i] - H[r, i]) * (g[r, i] - G[i])
/// ```
///
/// and regions are sums over their industries; over a chain of several steps, the parts of the steps are added. An industry
/// that starts from zero in a region has no `g`: all it grows by is competitive.
///
/// # Shapes and units
///
/// - `chain`: regions x industries and a reference, in one unit.
/// - returns: amounts in the same unit, finite. The parts of a region add up to its change within the rounding of the
///   largest part. Competitive and allocation effect depend on the structure of each region, so that only their sum is the
///   same for a parent as for its regions together.
///
/// # Errors
///
/// [`Stopped`].
///
/// # Source
///
/// Esteban-Marquillas (1972), Regional and Urban Economics 2(3), 249-261. REAT's `shift` answers infinite effects of both
/// signs where an industry starts from zero; this does not.
pub fn esteban_marquillas<'c>(chain: &'c Chain<'c>, progress: &Progress) -> Result<ShiftShare<'c, Esteban>, Stopped> {
    ShiftShare::of(chain, progress)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, chain, worked};
    use super::*;

    fn close(parts: Esteban, expected: [f64; 4]) {
        let own = [parts.national_share, parts.industry_mix, parts.competitive, parts.allocation];
        assert!(own.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{own:?} {expected:?}");
    }

    #[test]
    fn matches_a_worked_example() {
        let (start, end) = worked();
        let chain = chain(&start, &end, &REFERENCE);
        let shift = esteban_marquillas(&chain, &Progress::new()).unwrap();
        // 40 in the structure of the reference are 16 and 24; the industries grow 0.1 less and 0.3 more than there.
        close(shift.industries(0)[0], [4.0, 6.0, -1.6, -0.4]);
        close(shift.industries(0)[1], [4.0, -4.0, 7.2, -1.2]);
        close(shift.regions()[0].parts, [8.0, 2.0, 5.6, -1.6]);
        assert!((shift.regions()[0].parts.regional_share() - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_region_with_the_structure_of_the_reference_has_no_allocation_effect() {
        let (start, end) = (amounts(&[4.0, 6.0]), amounts(&[9.0, 5.0]));
        let chain = chain(&start, &end, &REFERENCE);
        let shift = esteban_marquillas(&chain, &Progress::new()).unwrap();
        assert!(shift.industries(0).iter().all(|parts| parts.allocation == 0.0));
    }

    #[test]
    fn what_enters_from_zero_is_competitive() {
        let (start, end) = (amounts(&[0.0, 10.0]), amounts(&[5.0, 12.0]));
        let chain = chain(&start, &end, &[[100.0, 100.0], [110.0, 120.0]]);
        let shift = esteban_marquillas(&chain, &Progress::new()).unwrap();
        close(shift.industries(0)[0], [0.0, 0.0, 5.0, 0.0]);
    }

    #[test]
    fn the_largest_differences_of_scale_stay_finite() {
        let (start, end) = (amounts(&[1e-100, 1e99]), amounts(&[1e99, 1e99]));
        for reference in [[[1e-100, 1e-100], [1e99, 1e99]], [[1e99, 1e-100], [1e-100, 1e-100]]] {
            let chain = chain(&start, &end, &reference);
            let shift = esteban_marquillas(&chain, &Progress::new()).unwrap();
            assert!(shift.industries(0).iter().all(|parts| parts.change().is_finite()), "{shift:?}");
            assert!(shift.total().parts.change().is_finite());
        }
    }
}
