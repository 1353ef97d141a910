//! What the additive forms share: parts of cells, their sums by region, by industry and over steps.

use std::ops::Add;

use super::{Chain, Comparison};
use crate::{Progress, Stopped};

/// One industry of one region in one step, as a form sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Amount at the start.
    pub start: f64,
    /// Amount at the end.
    pub end: f64,
    /// What the region would have of the industry at the start, had it the structure of the reference.
    pub homothetic: f64,
    /// Growth rate of the reference over all industries.
    pub reference_growth: f64,
    /// Growth rate of the industry in the reference.
    pub industry_growth: f64,
    /// Growth rate of the region over all industries; 0 for a region that starts from zero, whose amounts it multiplies.
    pub region_growth: f64,
}

impl Cell {
    /// What the industry gained in the region beyond its growth in the reference. Nothing is divided by the region's amount.
    pub fn excess(&self) -> f64 {
        (self.end - self.start) - self.start * self.industry_growth
    }
}

/// The parts that a form splits a change into. They add up to the change, and sums of parts are parts of the sum.
pub trait AdditiveParts: Copy + Default + Add<Output = Self> {
    /// The parts of one cell.
    fn of_cell(cell: &Cell) -> Self;

    /// All parts together: the change.
    fn change(&self) -> f64;
}

/// The change of one region, or of all together, in parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegionShift<P> {
    /// Amount at the start.
    pub start_total: f64,
    /// Amount at the end.
    pub end_total: f64,
    /// Change of the amount.
    pub change: f64,
    /// Change as a fraction of the amount at the start; none for a region that starts from zero.
    pub growth_rate: Option<f64>,
    /// The parts of the change.
    pub parts: P,
}

impl<P> RegionShift<P> {
    fn new(start_total: f64, end_total: f64, parts: P) -> Self {
        let change = end_total - start_total;
        let growth_rate = (start_total > 0.0).then(|| change / start_total);
        Self { start_total, end_total, change, growth_rate, parts }
    }
}

/// The growth of regions over a chain, in parts.
///
/// Regions are summed once. Parts by industry are computed from the amounts when they are asked for, so that nothing as
/// large as the amounts is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftShare<'c, P> {
    chain: &'c Chain<'c>,
    /// By step, then by region.
    steps: Vec<Vec<P>>,
    regions: Vec<RegionShift<P>>,
}

impl<'c, P: AdditiveParts> ShiftShare<'c, P> {
    /// Sums the parts of every region over its industries and the steps of the chain.
    ///
    /// Everything stays finite: amounts and their totals lie between 1e-100 and 1e100, so that a ratio of two amounts times a
    /// third is at most 1e300.
    pub(super) fn of(chain: &'c Chain<'c>, progress: &Progress) -> Result<Self, Stopped> {
        let (start, end) = (chain.start(), chain.end());
        progress.expect(chain.steps().len() * start.n_regions());
        let mut steps = Vec::with_capacity(chain.steps().len());
        for step in chain.steps() {
            let mut regions: Vec<P> = Vec::with_capacity(start.n_regions());
            for region in 0..start.n_regions() {
                regions.push(sum(cells(step, region).map(|cell| P::of_cell(&cell))));
                progress.advance(1)?;
            }
            steps.push(regions);
        }
        let whole = |region: usize| {
            let parts = sum(steps.iter().map(|regions: &Vec<P>| regions[region]));
            RegionShift::new(start.region_totals()[region], end.region_totals()[region], parts)
        };
        let regions = (0..start.n_regions()).map(whole).collect();
        Ok(Self { chain, steps, regions })
    }

    /// Each region, by position.
    pub fn regions(&self) -> &[RegionShift<P>] {
        &self.regions
    }

    /// The parts of each region in one step; like indexing, `step` must be below the number of steps of the chain.
    pub fn step(&self, step: usize) -> &[P] {
        &self.steps[step]
    }

    /// The parts of all regions together in one step; like indexing, `step` must be below the number of steps.
    pub fn total_step(&self, step: usize) -> P {
        sum(self.steps[step].iter().copied())
    }

    /// The parts of one region by industry; like indexing, `region` must be one of the regions.
    pub fn industries(&self, region: usize) -> Vec<P> {
        let mut parts = vec![P::default(); self.chain.start().n_industries()];
        for (at, step) in self.chain.steps().iter().enumerate() {
            for (part, cell) in parts.iter_mut().zip(cells(step, region)) {
                let own = P::of_cell(&cell);
                *part = if at == 0 { own } else { *part + own };
            }
        }
        parts
    }

    /// The parts by industry, summed over regions.
    ///
    /// # Errors
    ///
    /// [`Stopped`] when the caller wants no more.
    pub fn by_industry(&self, progress: &Progress) -> Result<Vec<P>, Stopped> {
        let mut parts = vec![P::default(); self.chain.start().n_industries()];
        for step in self.chain.steps() {
            for region in 0..step.start().n_regions() {
                progress.check()?;
                for (part, cell) in parts.iter_mut().zip(cells(step, region)) {
                    *part = *part + P::of_cell(&cell);
                }
            }
        }
        Ok(parts)
    }

    /// All regions together: sums of their amounts and of their parts.
    ///
    /// For [`dunn`](super::dunn) these are also the parts of the sum of the regions, taken as one region. For forms with
    /// homothetic amounts they are not, because those depend on the structure of each region.
    pub fn total(&self) -> RegionShift<P> {
        let (start, end) = (self.chain.start(), self.chain.end());
        RegionShift::new(start.total(), end.total(), sum(self.regions.iter().map(|region| region.parts)))
    }
}

/// Adds parts in their order.
fn sum<P: AdditiveParts>(parts: impl Iterator<Item = P>) -> P {
    parts.reduce(P::add).unwrap_or_default()
}

/// The cells of one region in one step, by industry.
fn cells<'s>(step: &'s Comparison<'_>, region: usize) -> impl Iterator<Item = Cell> + 's {
    let (start_total, end_total) = (step.start().region_totals()[region], step.end().region_totals()[region]);
    let region_growth = if start_total > 0.0 { (end_total - start_total) / start_total } else { 0.0 };
    let reference_growth = step.reference_growth();
    let amounts = step.start().region(region).iter().zip(step.end().region(region));
    let reference = step.industry_growth().iter().zip(step.reference_shares());
    amounts.zip(reference).map(move |((&start, &end), (&industry_growth, &share))| Cell {
        start,
        end,
        homothetic: start_total * share,
        reference_growth,
        industry_growth,
        region_growth,
    })
}
