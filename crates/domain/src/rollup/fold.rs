//! The fold: observations go in, in any order; what is held is one accumulator a result.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::axis::Axis;
use super::sum::Sum;
use crate::{ObservationStatus, Period};

/// An observation by its positions on the axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Position of its region on the axis of regions.
    pub region: u32,
    /// Position of its industry on the axis of industries.
    pub industry: u32,
    /// Its period.
    pub period: Period,
    /// Its value; NaN where there is none.
    pub value: f64,
    /// Its status.
    pub status: ObservationStatus,
    /// What it is weighted by; NaN where there is no weight. 1 for sums.
    pub weight: f64,
}

/// What is known of one result so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Accumulator {
    /// Of weight x share x value.
    pub(crate) sum: Sum,
    /// Of weight x share.
    pub(crate) weights: Sum,
    pub(crate) known: u64,
    pub(crate) suppressed: u64,
    pub(crate) missing: u64,
    pub(crate) without_weight: u64,
    /// Statuses of known cells, a bit a letter.
    pub(crate) statuses: u32,
    pub(crate) has_negative: bool,
    pub(crate) published: Option<(f64, ObservationStatus)>,
}

/// Accumulators of a period, and published figures above its targets.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// By region target and industry target.
    pub(crate) results: Vec<Accumulator>,
    /// By parent of region targets and industry target; NaN where nothing is published.
    pub(crate) above_regions: Vec<f64>,
    /// By region target and parent of industry targets; NaN where nothing is published.
    pub(crate) above_industries: Vec<f64>,
}

/// Adds observations up to the targets of two axes, by period.
#[derive(Debug, Clone)]
pub struct Fold {
    pub(crate) regions: Arc<Axis>,
    pub(crate) industries: Arc<Axis>,
    pub(crate) blocks: BTreeMap<Period, Block>,
}

impl Fold {
    /// Nothing yet.
    pub fn new(regions: &Arc<Axis>, industries: &Arc<Axis>) -> Self {
        Self { regions: Arc::clone(regions), industries: Arc::clone(industries), blocks: BTreeMap::new() }
    }

    /// Takes an observation, if it goes anywhere. Each observation is to come once.
    pub fn add(&mut self, cell: &Cell) {
        let (Some(region), Some(industry)) = (self.regions.at(cell.region), self.industries.at(cell.industry)) else {
            return;
        };
        let (n_regions, n_industries) = (self.regions.targets().len(), self.industries.targets().len());
        let (n_above, n_industries_above) = (self.regions.n_above(), self.industries.n_above());
        let block = self.blocks.entry(cell.period).or_insert_with(|| Block {
            results: vec![Accumulator::default(); n_regions * n_industries],
            above_regions: vec![f64::NAN; n_above * n_industries],
            above_industries: vec![f64::NAN; n_regions * n_industries_above],
        });
        for (to_region, region_share) in &region.parts {
            for (to_industry, industry_share) in &industry.parts {
                let at = *to_region as usize * n_industries + *to_industry as usize;
                if let Some(result) = block.results.get_mut(at) {
                    result.take(cell, region_share * industry_share);
                }
            }
        }
        if let Some((to_region, to_industry)) = region.published.zip(industry.published) {
            // Where one dimension is kept its codes are parts and targets at once: what is added is not also published.
            if region.parts.is_empty() || industry.parts.is_empty() {
                let at = to_region as usize * n_industries + to_industry as usize;
                if let Some(result) = block.results.get_mut(at) {
                    result.published = Some((cell.value, cell.status));
                }
            }
        }
        if let Some((above, to_industry)) = region.above.zip(industry.published) {
            let at = above as usize * n_industries + to_industry as usize;
            block.above_regions.get_mut(at).into_iter().for_each(|figure| *figure = cell.value);
        }
        if let Some((to_region, above)) = region.published.zip(industry.above) {
            let at = to_region as usize * n_industries_above + above as usize;
            block.above_industries.get_mut(at).into_iter().for_each(|figure| *figure = cell.value);
        }
    }
}

impl Accumulator {
    fn take(&mut self, cell: &Cell, share: f64) {
        if cell.value.is_nan() {
            match cell.status == ObservationStatus::SUPPRESSED {
                true => self.suppressed += 1,
                false => self.missing += 1,
            }
            return;
        }
        if cell.weight.is_nan() {
            self.without_weight += 1;
            return;
        }
        let weight = cell.weight * share;
        self.sum.add(weight * cell.value);
        self.weights.add(weight);
        self.known += 1;
        self.statuses |= bit(cell.status);
        self.has_negative |= cell.value < 0.0;
    }

    /// Whether any observation came.
    pub(crate) fn is_seen(&self) -> bool {
        self.known + self.suppressed + self.missing + self.without_weight > 0 || self.published.is_some()
    }
}

/// The bit of a status among others.
pub(crate) fn bit(status: ObservationStatus) -> u32 {
    1 << status.code().saturating_sub(b'A').min(31)
}
