//! Shift-share analysis in the index form of Gerfin: the growth factor of regions against that of a reference, in factors.

use super::{Chain, Comparison};
use crate::{Amounts, Progress, Stopped};

/// Structural and locational factor, and their product. Each is 1 where the region is like the reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors {
    /// Growth factor that the structure at the start leads to, over that of the reference.
    pub structural: f64,
    /// Growth factor over the one that the structure at the start leads to.
    pub locational: f64,
    /// Growth factor over that of the reference.
    pub regional: f64,
}

/// Why there are no factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFactors {
    /// What starts from zero has no growth factor.
    #[error("nothing is there at the start")]
    ZeroBase,
    /// The reference, or all of it that the structure leads to, is nothing at the end: it cannot be divided by.
    #[error("the reference has nothing left at the end")]
    NothingLeft,
    /// A factor is beyond the range of numbers.
    #[error("a factor is beyond the range of numbers")]
    OutOfRange,
}

impl Factors {
    /// From the amount at the start and at the end, what it would be at the end with the growth of each industry in the
    /// reference, and the growth factor of the whole reference.
    fn new(start: f64, end: f64, expected: f64, reference: f64) -> Result<Self, NoFactors> {
        if start == 0.0 {
            return Err(NoFactors::ZeroBase);
        }
        if reference <= 0.0 || expected <= 0.0 {
            return Err(NoFactors::NothingLeft);
        }
        Self { structural: expected / start / reference, locational: end / expected, regional: end / start / reference }
            .checked()
    }

    /// From totals at the start and at the end, and the amounts at the start by industry.
    fn of(step: &Comparison<'_>, [start, end]: [f64; 2], industries: &[f64]) -> Result<Self, NoFactors> {
        let grown = |(industry, amount): (usize, &f64)| amount * step.industry_factor(industry);
        let expected = industries.iter().enumerate().map(grown).sum();
        Self::new(start, end, expected, step.reference_factor())
    }

    fn checked(self) -> Result<Self, NoFactors> {
        let finite = [self.structural, self.locational, self.regional].iter().all(|factor| factor.is_finite());
        if finite { Ok(self) } else { Err(NoFactors::OutOfRange) }
    }

    fn times(self, other: Self) -> Result<Self, NoFactors> {
        Self {
            structural: self.structural * other.structural,
            locational: self.locational * other.locational,
            regional: self.regional * other.regional,
        }
        .checked()
    }
}

/// The factors of regions over a chain. Those of industries are computed when they are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Gerfin<'c> {
    chain: &'c Chain<'c>,
    /// By step, then by region.
    steps: Vec<Vec<Result<Factors, NoFactors>>>,
}

impl Gerfin<'_> {
    /// The factors of one region, multiplied over the steps; like indexing, `region` must be one of the regions.
    pub fn region(&self, region: usize) -> Result<Factors, NoFactors> {
        product(self.steps.iter().map(|regions| regions[region]))
    }

    /// The factors of each region in one step; like indexing, `step` must be below the number of steps of the chain.
    pub fn step(&self, step: usize) -> &[Result<Factors, NoFactors>] {
        &self.steps[step]
    }

    /// The factors of one region by industry, multiplied over the steps; like indexing, `region` must be one of the regions.
    ///
    /// The structural factor of an industry is its own growth factor in the reference over that of the whole reference.
    pub fn industries(&self, region: usize) -> Vec<Result<Factors, NoFactors>> {
        self.by_industry(|amounts| amounts.region(region))
    }

    /// The factors of all regions together, taken as one region.
    pub fn total(&self) -> Result<Factors, NoFactors> {
        product((0..self.steps.len()).map(|step| self.total_step(step)))
    }

    /// The factors of all regions together in one step; like indexing, `step` must be below the number of steps.
    pub fn total_step(&self, step: usize) -> Result<Factors, NoFactors> {
        let step = &self.chain.steps()[step];
        let totals = [step.start().total(), step.end().total()];
        Factors::of(step, totals, step.start().industry_totals())
    }

    /// The factors of all regions together, by industry.
    pub fn total_industries(&self) -> Vec<Result<Factors, NoFactors>> {
        self.by_industry(Amounts::industry_totals)
    }

    fn by_industry<'s>(&'s self, of: impl Fn(&'s Amounts) -> &'s [f64]) -> Vec<Result<Factors, NoFactors>> {
        let of_step = |step: &'s Comparison<'_>, industry: usize| {
            let (start, end) = (of(step.start())[industry], of(step.end())[industry]);
            Factors::new(start, end, start * step.industry_factor(industry), step.reference_factor())
        };
        let industries = 0..self.chain.start().n_industries();
        industries.map(|industry| product(self.chain.steps().iter().map(|step| of_step(step, industry)))).collect()
    }
}

/// Multiplies the factors of steps in their order; the first that are undefined make the product undefined.
fn product(mut steps: impl Iterator<Item = Result<Factors, NoFactors>>) -> Result<Factors, NoFactors> {
    let one = Factors { structural: 1.0, locational: 1.0, regional: 1.0 };
    steps.try_fold(one, |product, factors| product.times(factors?))
}

/// Splits the growth factor of regions against that of the reference into a structural and a locational factor.
///
/// With `X[r]` the sum over i of `E[r, i] * N'[i] / N[i]`, and `G` the growth of the reference over all industries:
///
/// ```text
/// structural[r] = X[r] / E[r, *] / (1 + G)
/// locational[r] = E'[r, *] / X[r]
/// regional[r]   = E'[r, *] / E[r, *] / (1 + G) = structural[r] * locational[r]
/// ```
///
/// Over a chain of several steps, the factors of the steps are multiplied. The regional factor is then the same as that of
/// the whole time in one step; what moves is where it comes from.
///
/// # Shapes and units
///
/// - `chain`: regions x industries and a reference, in one unit.
/// - returns: ratios, finite. Industries that start from zero are no hindrance for their region.
///
/// # Errors
///
/// [`Stopped`] when the caller wants no more. A region or industry without factors says why ([`NoFactors`]).
///
/// # Source
///
/// Gerfin (1964), Kyklos 17(4), 565-593. REAT's `shiftd` adds yearly factors or takes their mean; their product is the
/// factor of the whole time, their sum is not.
pub fn gerfin<'c>(chain: &'c Chain<'c>, progress: &Progress) -> Result<Gerfin<'c>, Stopped> {
    let of_step = |step: &Comparison<'_>| {
        let of_region = |region: usize| {
            progress.check()?;
            let totals = [step.start(), step.end()].map(|amounts| amounts.region_totals()[region]);
            Ok(Factors::of(step, totals, step.start().region(region)))
        };
        (0..step.start().n_regions()).map(of_region).collect()
    };
    Ok(Gerfin { chain, steps: chain.steps().iter().map(of_step).collect::<Result<_, _>>()? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, chain, worked};
    use super::*;

    fn close(factors: Result<Factors, NoFactors>, expected: [f64; 3]) {
        let Factors { structural, locational, regional } = factors.unwrap();
        let own = [structural, locational, regional];
        assert!(own.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{own:?} {expected:?}");
    }

    #[test]
    fn matches_a_worked_example() {
        let (start, end) = worked();
        let chain = chain(&start, &end, &REFERENCE);
        let factors = gerfin(&chain, &Progress::new()).unwrap();
        // With the growth of the industries in the reference, 40 become 50, by 1.25; they become 54, the reference grows by 1.2.
        close(factors.region(0), [1.25 / 1.2, 1.08, 1.125]);
        close(factors.total(), [1.25 / 1.2, 1.08, 1.125]);
        close(factors.industries(0)[0], [1.25, 28.0 / 30.0, 1.4 / 1.2]);
        close(factors.industries(0)[1], [1.0 / 1.2, 1.3, 1.3 / 1.2]);
        assert_eq!(factors.total_industries(), factors.industries(0));
    }

    #[test]
    fn says_why_there_are_none() {
        let (start, end) = (amounts(&[0.0, 10.0, 0.0, 0.0]), amounts(&[5.0, 12.0, 3.0, 0.0]));
        let growing = [[100.0, 100.0], [110.0, 120.0]];
        let chain = super::super::testing::chain(&start, &end, &growing);
        let factors = gerfin(&chain, &Progress::new()).unwrap();
        close(factors.region(0), [1.2 / 1.15, 17.0 / 12.0, 1.7 / 1.15]);
        assert_eq!(factors.industries(0)[0], Err(NoFactors::ZeroBase));
        assert_eq!(factors.region(1), Err(NoFactors::ZeroBase));
        let vanishing = [[100.0, 100.0], [110.0, 0.0]];
        let chain = super::super::testing::chain(&start, &end, &vanishing);
        assert_eq!(gerfin(&chain, &Progress::new()).unwrap().region(0), Err(NoFactors::NothingLeft));
        let gone = [[100.0, 100.0], [0.0, 0.0]];
        let chain = super::super::testing::chain(&start, &end, &gone);
        assert_eq!(gerfin(&chain, &Progress::new()).unwrap().total(), Err(NoFactors::NothingLeft));
    }

    #[test]
    fn steps_are_multiplied() {
        let tables = [amounts(&[10.0, 10.0]), amounts(&[20.0, 10.0]), amounts(&[20.0, 40.0])];
        let references: [&[f64]; 3] = [&[50.0, 50.0], &[50.0, 100.0], &[100.0, 100.0]];
        let chain = Chain::try_new(&tables.each_ref(), &references).unwrap();
        let factors = gerfin(&chain, &Progress::new()).unwrap();
        // 20 would have become 30, and then 30 would have become 50; they became 30 and 60.
        close(factors.step(0)[0], [1.0, 1.0, 1.0]);
        close(factors.step(1)[0], [5.0 / 3.0 / (4.0 / 3.0), 1.2, 1.5]);
        close(factors.region(0), [1.25, 1.2, 1.5]);
    }
}
