//! Results: what the accumulators come to under the policies for cells without a value.

use super::axis::Axis;
use super::fold::{Accumulator, Block, Fold, bit};
use super::sum::Sum;
use crate::{ObservationStatus, Period};

/// How values combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combination {
    /// They add up.
    Sum,
    /// By the mean with their weights.
    Mean,
}

/// What to do about cells without a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CellPolicy {
    /// The result has no value.
    #[default]
    Refuse,
    /// The result has bounds.
    Bounds,
    /// The result is the published figure of the target, where there is one.
    Published,
    /// The result is made of what is known.
    KnownOnly,
}

/// How accumulators become results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How values combine.
    pub combination: Combination,
    /// What to do about suppressed cells.
    pub suppressed: CellPolicy,
    /// What to do about missing cells, and about cells without a weight.
    pub missing: CellPolicy,
}

/// How many cells a result was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cells that belong to it: its regions times its industries.
    pub cells: u64,
    /// Cells with a value that was taken.
    pub known: u64,
    /// Suppressed cells.
    pub suppressed: u64,
    /// Cells without a value that are not suppressed: those listed so, and those not listed at all.
    pub missing: u64,
    /// Those of the missing that the vintage does not list at all.
    pub absent: u64,
    /// Cells with a value and without a weight.
    pub without_weight: u64,
}

/// The published figure of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PublishedFigure {
    /// Its value, where it has one.
    pub value: Option<f64>,
    /// Its status.
    pub status: ObservationStatus,
}

/// What the value of a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// All of its cells.
    Complete,
    /// Those of its cells that are known.
    KnownOnly,
    /// The published figure of its target.
    Published,
    /// It has none.
    NoValue,
}

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Position of its target on the axis of regions.
    pub region: usize,
    /// Position of its target on the axis of industries.
    pub industry: usize,
    /// Its period.
    pub period: Period,
    /// Its value; none where the policies do not let it have one.
    pub value: Option<f64>,
    /// Its status: where it has no value, why.
    pub status: ObservationStatus,
    /// What the value is.
    pub basis: Basis,
    /// What it was made of.
    pub counts: Counts,
    /// Least value, where bounds were asked for and values are not negative.
    pub lower: Option<f64>,
    /// Greatest value, likewise, where a published figure bounds it.
    pub upper: Option<f64>,
    /// The published figure of its target, where the vintage has one.
    pub published: Option<PublishedFigure>,
}

/// A value with its status, and what it is.
type Value = (Option<f64>, ObservationStatus, Basis);

/// Statuses of known cells, those first that a reader must know of before any other.
const PRECEDENCE: [u8; 21] = *b"FEIUVPGDBJKWNSTAQOLMH";

impl Fold {
    /// The results by period, region and industry. A result of which no observation came is left out.
    pub fn finish(self, rules: Rules) -> Vec<Aggregate> {
        let (regions, industries) = (self.regions.as_ref(), self.industries.as_ref());
        let seen = |block: &Block| block.results.iter().filter(|result| result.is_seen()).count();
        let mut results = Vec::with_capacity(self.blocks.values().map(seen).sum());
        // A period's accumulators are gone before the results of the next are made.
        for (period, block) in self.blocks {
            let block = &block;
            let wants_bounds = [rules.suppressed, rules.missing].contains(&CellPolicy::Bounds);
            let ceilings = wants_bounds.then(|| Ceilings::new(block, regions, industries));
            let n_industries = industries.targets().len();
            for (at, accumulator) in block.results.iter().enumerate().filter(|(_, result)| result.is_seen()) {
                let (region, industry) = (at / n_industries, at % n_industries);
                let cells = regions.size(region).saturating_mul(industries.size(industry));
                let mut result = accumulator.aggregate(rules, (region, industry, period), cells);
                if let Some(ceilings) = ceilings.as_ref().filter(|_| result.wants_bounds(rules)) {
                    ceilings.bound(&mut result, accumulator);
                }
                results.push(result);
            }
        }
        results
    }
}

impl Accumulator {
    fn aggregate(&self, rules: Rules, (region, industry, period): (usize, usize, Period), cells: u64) -> Aggregate {
        let absent = cells.saturating_sub(self.known + self.suppressed + self.missing + self.without_weight);
        let counts = Counts {
            cells,
            known: self.known,
            suppressed: self.suppressed,
            missing: self.missing + absent,
            absent,
            without_weight: self.without_weight,
        };
        let published =
            self.published.map(|(value, status)| PublishedFigure { value: (!value.is_nan()).then_some(value), status });
        let (value, status, basis) = self.value(rules, counts, published);
        Aggregate { region, industry, period, value, status, basis, counts, lower: None, upper: None, published }
    }

    fn value(&self, rules: Rules, counts: Counts, published: Option<PublishedFigure>) -> Value {
        let nothing = (None, counts.why_none(), Basis::NoValue);
        let combined = |status: ObservationStatus, basis: Basis| {
            self.combined(rules.combination).map_or(nothing, |value| (Some(value), status, basis))
        };
        let policies = counts.policies(rules);
        let has = |policy: CellPolicy| policies.iter().flatten().any(|found| *found == policy);
        if policies == [None, None] {
            return combined(self.status(), Basis::Complete);
        }
        if has(CellPolicy::Refuse) {
            return nothing;
        }
        if has(CellPolicy::Published) {
            let figure = published.and_then(|figure| Some((Some(figure.value?), figure.status, Basis::Published)));
            return figure.unwrap_or(nothing);
        }
        if has(CellPolicy::Bounds) {
            return nothing;
        }
        // A part of what belongs to it: its definition differs from that of the target.
        combined(ObservationStatus::DEFINITION_DIFFERS, Basis::KnownOnly)
    }

    /// The sum or mean of what is known; none of nothing, and no mean where the weights are zero together.
    fn combined(&self, combination: Combination) -> Option<f64> {
        if self.known == 0 {
            return None;
        }
        match combination {
            Combination::Sum => Some(self.sum.value()),
            Combination::Mean => {
                Some(self.weights.value()).filter(|weights| *weights > 0.0).map(|weights| self.sum.value() / weights)
            }
        }
    }

    fn status(&self) -> ObservationStatus {
        let mut found = PRECEDENCE.iter().filter_map(|code| ObservationStatus::from_code(*code));
        found.find(|status| self.statuses & bit(*status) != 0).unwrap_or(ObservationStatus::NORMAL)
    }
}

impl Counts {
    /// The policies that its cells without a value call for: of suppressed ones and of missing ones.
    fn policies(&self, rules: Rules) -> [Option<CellPolicy>; 2] {
        let lacks = self.missing + self.without_weight > 0;
        [(self.suppressed > 0).then_some(rules.suppressed), lacks.then_some(rules.missing)]
    }

    /// Status of a result without a value.
    fn why_none(&self) -> ObservationStatus {
        if self.suppressed > 0 { ObservationStatus::SUPPRESSED } else { ObservationStatus::MISSING }
    }
}

impl Aggregate {
    /// Whether it lacks cells, bounds were asked for because of them, and nothing forbids them.
    fn wants_bounds(&self, rules: Rules) -> bool {
        let policies = self.counts.policies(rules);
        let has = |policy: CellPolicy| policies.iter().flatten().any(|found| *found == policy);
        self.value.is_none() && has(CellPolicy::Bounds) && !has(CellPolicy::Refuse) && !has(CellPolicy::Published)
    }
}

/// What published figures above the targets leave for them.
struct Ceilings<'a> {
    block: &'a Block,
    regions: &'a Axis,
    industries: &'a Axis,
    /// Least sums of all targets below a parent, laid out as the parents' figures; none where a value is negative.
    below_regions: Vec<Option<Sum>>,
    below_industries: Vec<Option<Sum>>,
}

impl<'a> Ceilings<'a> {
    fn new(block: &'a Block, regions: &'a Axis, industries: &'a Axis) -> Self {
        let n_industries = industries.targets().len();
        let mut below_regions = vec![Some(Sum::default()); block.above_regions.len()];
        let mut below_industries = vec![Some(Sum::default()); block.above_industries.len()];
        for (at, result) in block.results.iter().enumerate() {
            let (region, industry) = (at / n_industries, at % n_industries);
            if let Some(above) = regions.parent(region) {
                note(below_regions.get_mut(above * n_industries + industry), result);
            }
            if let Some(above) = industries.parent(industry) {
                note(below_industries.get_mut(region * industries.n_above() + above), result);
            }
        }
        Self { block, regions, industries, below_regions, below_industries }
    }

    /// Bounds a sum from below by what is known, and from above by its own published figure and by what the published
    /// figures of its parents leave beside its siblings.
    fn bound(&self, result: &mut Aggregate, accumulator: &Accumulator) {
        if accumulator.has_negative {
            return;
        }
        let lower = accumulator.sum.value();
        let n_industries = self.industries.targets().len();
        let own = result.published.and_then(|figure| figure.value);
        let by_region = self.regions.parent(result.region).and_then(|above| {
            let at = above * n_industries + result.industry;
            left(&self.block.above_regions, &self.below_regions, at, lower)
        });
        let by_industry = self.industries.parent(result.industry).and_then(|above| {
            let at = result.region * self.industries.n_above() + above;
            left(&self.block.above_industries, &self.below_industries, at, lower)
        });
        result.lower = Some(lower);
        result.upper = [own, by_region, by_industry].into_iter().flatten().min_by(f64::total_cmp);
    }
}

fn note(sum: Option<&mut Option<Sum>>, result: &Accumulator) {
    if let Some(sum) = sum {
        match (result.has_negative, sum.as_mut()) {
            (true, _) => *sum = None,
            (false, Some(sum)) => sum.add(result.sum.value()),
            (false, None) => {}
        }
    }
}

/// What the figure at a position leaves beside the other targets below it.
fn left(figures: &[f64], below: &[Option<Sum>], at: usize, lower: f64) -> Option<f64> {
    let figure = figures.get(at).copied().filter(|figure| !figure.is_nan())?;
    let mut rest = below.get(at).copied().flatten()?;
    rest.add(-lower);
    Some(figure - rest.value())
}
