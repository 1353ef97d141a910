//! Shift-share analysis in the form of Arcelus: every effect without and with specialisation, in eight parts.

use std::ops::Add;

use super::esteban::effects;
use super::{AdditiveParts, Cell, Chain, ShiftShare};
use crate::{Progress, Stopped};

/// One effect on the homothetic amounts, and on what the region has more or less than those.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Split {
    /// With the structure of the reference.
    pub expected: f64,
    /// Because the region is specialised.
    pub differential: f64,
}

impl Split {
    /// Both together.
    pub fn total(&self) -> f64 {
        self.expected + self.differential
    }
}

impl Add for Split {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { expected: self.expected + other.expected, differential: self.differential + other.differential }
    }
}

/// The eight parts of a change.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Arcelus {
    /// Growth of the reference over all industries; together the national share of the classic form.
    pub national_growth: Split,
    /// What industries grow more than all industries in the reference; together the industry mix of the classic form.
    pub industry_mix: Split,
    /// What the region grows more than the reference, over all industries.
    pub regional_growth: Split,
    /// What industries grow more than the region, beyond what they grow more than the reference there. With the regional
    /// growth it makes up the regional share of the classic form.
    pub regional_mix: Split,
}

impl Arcelus {
    /// Regional growth and regional mix together: the regional share of the classic form.
    pub fn regional_share(&self) -> f64 {
        let both = self.regional_growth + self.regional_mix;
        both.total()
    }
}

impl Add for Arcelus {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            national_growth: self.national_growth + other.national_growth,
            industry_mix: self.industry_mix + other.industry_mix,
            regional_growth: self.regional_growth + other.regional_growth,
            regional_mix: self.regional_mix + other.regional_mix,
        }
    }
}

impl AdditiveParts for Arcelus {
    fn of_cell(cell: &Cell) -> Self {
        let differential = cell.start - cell.homothetic;
        let split = |rate: f64| Split { expected: cell.homothetic * rate, differential: differential * rate };
        let regional_growth = split(cell.region_growth - cell.reference_growth);
        // The effects of Esteban-Marquillas less what the growth of the whole region explains of them.
        let (competitive, allocation) = effects(cell);
        let regional_mix = Split {
            expected: competitive - regional_growth.expected,
            differential: allocation - regional_growth.differential,
        };
        Self {
            national_growth: split(cell.reference_growth),
            industry_mix: split(cell.industry_growth - cell.reference_growth),
            regional_growth,
            regional_mix,
        }
    }

    fn change(&self) -> f64 {
        self.national_growth.total() + self.industry_mix.total() + self.regional_share()
    }
}

/// Splits the growth of regions into eight parts: four effects, each expected and differential.
///
/// With `H` the homothetic amounts, `g[r, i]` and `g[r]` the growth of the industry in the region and of the region, `G[i]`
/// and `G` the same in the reference, each effect is a difference of rates, times `H` where it is expected, and times
/// `E - H` where it is differential:
///
/// ```text
/// national_growth   G
/// industry_mix      G[i] - G
/// regional_growth   g[r] - G
/// regional_mix      (g[r, i] - g[r]) - (G[i] - G)
/// ```
///
/// and regions are sums over their industries; over a chain of several steps, the parts of the steps are added. Over all
/// industries of a region some parts are zero by definition (the differential national growth, the expected industry mix,
/// the differential regional growth): they tell something by industry. An industry that starts from zero in a region has no
/// `g[r, i]`; as in [`esteban_marquillas`](super::esteban_marquillas), all it grows by counts as expected.
///
/// # Shapes and units
///
/// - `chain`: regions x industries and a reference, in one unit.
/// - returns: amounts in the same unit, finite. The eight parts add up to the change within the rounding of the largest.
///
/// # Errors
///
/// [`Stopped`].
///
/// # Source
///
/// Arcelus (1984), Growth and Change 15(1), 3-8; in the notation of Loveridge and Selting (1998), International Regional
/// Science Review 21(1), 37-58.
pub fn arcelus<'c>(chain: &'c Chain<'c>, progress: &Progress) -> Result<ShiftShare<'c, Arcelus>, Stopped> {
    ShiftShare::of(chain, progress)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, chain, worked};
    use super::*;

    fn numbers(parts: Arcelus) -> [f64; 8] {
        let Arcelus { national_growth: national, industry_mix: mix, regional_growth: growth, regional_mix: own } =
            parts;
        let splits = [national, mix, growth, own].map(|split| [split.expected, split.differential]);
        [splits[0], splits[1], splits[2], splits[3]].concat().try_into().unwrap()
    }

    fn close(parts: Arcelus, expected: [f64; 8]) {
        let own = numbers(parts);
        assert!(own.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{own:?} {expected:?}");
    }

    #[test]
    fn matches_a_worked_example() {
        let (start, end) = worked();
        let chain = chain(&start, &end, &REFERENCE);
        let shift = arcelus(&chain, &Progress::new()).unwrap();
        // H is 16 and 24, E - H is 4 and -4; G 0.2, G[i] 0.5 and 0, g[r] 0.35, g[r, i] 0.4 and 0.3.
        close(shift.industries(0)[0], [3.2, 0.8, 4.8, 1.2, 2.4, 0.6, -4.0, -1.0]);
        close(shift.industries(0)[1], [4.8, -0.8, -4.8, 0.8, 3.6, -0.6, 3.6, -0.6]);
        close(shift.regions()[0].parts, [8.0, 0.0, 0.0, 2.0, 6.0, 0.0, -0.4, -1.6]);
    }

    #[test]
    fn what_enters_from_zero_keeps_the_parts_finite() {
        let (start, end) = (amounts(&[0.0, 10.0, 0.0, 0.0]), amounts(&[5.0, 12.0, 3.0, 0.0]));
        let chain = chain(&start, &end, &[[100.0, 100.0], [110.0, 120.0]]);
        let shift = arcelus(&chain, &Progress::new()).unwrap();
        let entered = shift.industries(0)[0];
        assert!((entered.change() - 5.0).abs() < 1e-12);
        assert!((entered.regional_growth.expected + entered.regional_mix.expected - 5.0).abs() < 1e-12);
        assert_eq!(numbers(shift.industries(1)[0]), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0]);
    }
}
