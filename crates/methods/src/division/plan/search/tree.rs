//! Branch and bound: parts of all plans are bounded, thinned out and divided until the best plan is known.

mod bound;
mod divide;
mod guide;
mod narrow;

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::super::homes::{self, Mask, with_region};
use super::super::model::{Model, Plan, Range};
use super::super::watch::{Halt, Meter, Work};
use super::relaxation::{Choice, Relaxation, relax};

/// Rounding of bounds, as a part of the largest coefficient.
const ROUNDING: f64 = 1e-11;

/// Rounds of improving prices where a search starts.
const FIRST_ROUNDS: usize = 200;

/// Rounds of improving prices in every later part of it.
const LATER_ROUNDS: usize = 40;

/// At most as many sets of homes are listed; with more, units choose without a list.
pub(super) const MOST_SETS: usize = 400_000;

/// What a search is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// The best plan.
    Best,
    /// Plans that are at least as good as this, until there are as many.
    AtLeast(f64, usize),
    /// As many plans as this, all at least as good as that, the best there are.
    Several(usize, f64),
}

/// A part of all plans: what units may choose from, prices to start from, and a bound.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) choice: Choice,
    /// What the totals of balances may be.
    pub(super) totals: Vec<Range>,
    pub(super) prices: Vec<f64>,
    pub(super) bound: f64,
}

/// A part that waits. Of equal bounds, the one that was made last comes first.
struct Waiting {
    part: Part,
    number: u64,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.part.bound.total_cmp(&other.part.bound).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

/// Searches parts of all plans.
pub(super) struct Search<'m, 'w> {
    model: &'m Model,
    masks: Vec<Mask>,
    goal: Goal,
    meter: Meter<'w>,
    /// Whether rounds and parts are told as progress.
    tells: bool,
    work: Work<'w>,
    rounding: f64,
    /// Parts bounded so far.
    parts: u64,
    /// What small changes were last made to.
    polished: Vec<u128>,
    /// Plans found, the best first: one, or several where several are looked for.
    pub(super) found: Vec<Plan>,
    /// No plan of what is searched has a greater objective.
    pub(super) bound: f64,
    /// Prices of the first part's bound.
    pub(super) first_prices: Vec<f64>,
}

/// All plans that have units within masks: listed, if there are not too many sets of homes.
pub(super) fn whole(model: &Model, masks: &[Mask], prices: Vec<f64>, meter: &mut Meter<'_>) -> Result<Part, Halt> {
    let sets: f64 = model.units.iter().zip(masks).map(|(unit, &mask)| homes::count(unit, mask)).sum();
    let choice = match sets <= MOST_SETS as f64 {
        true => listed(model, masks, meter)?,
        false => Choice::Open(masks.to_vec()),
    };
    Ok(Part { choice, totals: model.ranges(), prices, bound: f64::INFINITY })
}

fn listed(model: &Model, masks: &[Mask], meter: &mut Meter<'_>) -> Result<Choice, Halt> {
    let nothing = vec![0.0; model.n_places];
    let list = |(unit, &mask)| {
        let sets = homes::list(unit, mask, &nothing, f64::NEG_INFINITY, MOST_SETS, meter)?;
        Ok(Arc::new(sets.unwrap_or_default()))
    };
    Ok(Choice::Listed(model.units.iter().zip(masks).map(list).collect::<Result<_, Halt>>()?))
}

/// The plans of a part that have a slot, or have it not.
pub(super) fn with_slot(model: &Model, part: &Part, slot: usize, assigned: bool) -> Part {
    let (unit, place) = (slot / model.n_places, slot % model.n_places);
    let mut part = part.clone();
    match &mut part.choice {
        Choice::Listed(sets) => {
            let kept = sets[unit].iter().copied().filter(|set| (set.homes >> place & 1 == 1) == assigned);
            sets[unit] = Arc::new(kept.collect());
        }
        Choice::Open(masks) => masks[unit] = with_region(masks[unit], place, assigned),
    }
    part
}

impl<'m, 'w> Search<'m, 'w> {
    pub(super) fn new(model: &'m Model, masks: Vec<Mask>, goal: Goal, meter: Meter<'w>) -> Self {
        let rounding = model.scale * ROUNDING;
        let first_prices = vec![0.0; model.rows.len()];
        Self {
            model,
            masks,
            goal,
            tells: false,
            work: Work::new(meter.watch().progress, 0),
            meter,
            rounding,
            parts: 0,
            polished: Vec::new(),
            found: Vec::new(),
            bound: f64::INFINITY,
            first_prices,
        }
    }

    /// Tells rounds and parts as progress: as many as are known to come. Parts that are divided add two.
    pub(super) fn telling(mut self, tells: bool) -> Self {
        self.tells = tells;
        self
    }

    fn expect(&self, steps: usize) {
        if self.tells {
            self.work.expect(steps);
        }
    }

    pub(super) fn best(&self) -> Option<&Plan> {
        self.found.first()
    }

    /// Looks for plans in a part.
    pub(super) fn run(&mut self, part: Part) -> Result<(), Halt> {
        let mut rounds = FIRST_ROUNDS;
        self.first_prices.clone_from(&part.prices);
        let mut waiting: BinaryHeap<Waiting> = BinaryHeap::new();
        let (mut current, mut number) = (Some(part), 0);
        self.expect(1 + FIRST_ROUNDS);
        while let Some(mut part) = current.take().or_else(|| waiting.pop().map(|waiting| waiting.part)) {
            if self.is_done() {
                break;
            }
            if part.bound <= self.cutoff() {
                self.work.done(1)?;
                continue;
            }
            let divided = self.explore(&mut part, rounds);
            self.work.done(1)?;
            if rounds == FIRST_ROUNDS {
                self.first_prices.clone_from(&part.prices);
                rounds = LATER_ROUNDS;
            }
            let divided = match divided {
                Ok(divided) => divided,
                Err(halt) => {
                    let bounds = waiting.iter().map(|waiting| waiting.part.bound).chain([part.bound]);
                    let known = self.best().map_or(self.model.floor, |best| best.objective);
                    self.bound = bounds.fold(known, f64::max).min(self.bound);
                    return Err(halt);
                }
            };
            if let Some([first, second]) = divided {
                number += 1;
                self.expect(2);
                waiting.push(Waiting { part: second, number });
                current = Some(first);
            }
        }
        self.bound = self.best().map_or(f64::NEG_INFINITY, |best| best.objective);
        Ok(())
    }

    fn is_done(&self) -> bool {
        matches!(self.goal, Goal::AtLeast(_, enough) if self.found.len() >= enough)
    }

    /// Bounds one part and divides it, the more promising half first. Nothing is left of a part that is settled.
    fn explore(&mut self, part: &mut Part, rounds: usize) -> Result<Option<[Part; 2]>, Halt> {
        // What cannot be in a better plan than one that is easily found need not be looked at again and again.
        let Some(relaxation) = relax(self.model, part, &part.prices, &mut self.meter)? else {
            return Ok(None);
        };
        if self.found.is_empty() {
            self.offer_guided(part, &relaxation)?;
            if self.is_done() {
                return Ok(None);
            }
        }
        self.drop_hopeless(part, &relaxation)?;
        if !self.propagate(part)? {
            return Ok(None);
        }
        let Some(relaxation) = self.tighten(part, rounds)? else { return Ok(None) };
        if part.bound <= self.cutoff() || self.is_done() {
            return Ok(None);
        }
        if self.is_attained(&relaxation) && matches!(self.goal, Goal::Best | Goal::AtLeast(_, 1)) {
            return Ok(None);
        }
        self.parts += 1;
        if guide::is_due(self.parts) {
            self.offer_guided(part, &relaxation)?;
        }
        if self.is_done() {
            return Ok(None);
        }
        self.list(part, &relaxation)?;
        self.drop_hopeless(part, &relaxation)?;
        if let Choice::Listed(sets) = &part.choice {
            if sets.iter().any(|sets| sets.is_empty()) {
                return Ok(None);
            }
            if Model::is_settled(sets) {
                let homes: Vec<u128> = sets.iter().map(|sets| sets[0].homes).collect();
                self.offer(&homes);
                return Ok(None);
            }
        }
        self.divide(part, &relaxation)
    }

    /// Whether the choices are a plan whose objective is the bound.
    fn is_attained(&self, relaxation: &Relaxation) -> bool {
        self.model.is_met(&relaxation.sums)
            && relaxation.bound - self.model.objective(&relaxation.chosen) <= self.rounding
    }

    /// Parts whose bound is not above this hold nothing that is wanted.
    fn cutoff(&self) -> f64 {
        match self.goal {
            Goal::AtLeast(floor, _) => (floor - self.rounding).max(self.model.floor),
            Goal::Best => self.best().map_or(self.model.floor, |best| best.objective + self.rounding),
            Goal::Several(count, floor) => match self.found.get(count.saturating_sub(1)) {
                Some(last) => last.objective + self.rounding,
                None => (floor - self.rounding).max(self.model.floor),
            },
        }
    }

    /// Keeps a plan if it meets the rows and is better than what there is.
    pub(super) fn offer(&mut self, homes: &[u128]) {
        let objective = self.model.objective(homes);
        let most = match self.goal {
            Goal::Best => 1,
            Goal::AtLeast(_, count) | Goal::Several(count, _) => count,
        };
        let wanted = match self.goal {
            Goal::AtLeast(floor, _) | Goal::Several(_, floor) => objective >= floor,
            Goal::Best => true,
        };
        let better = self.found.len() < most || self.found.last().is_some_and(|last| objective > last.objective);
        let is_new = |found: &[Plan]| !found.iter().any(|plan| plan.homes == homes);
        if wanted && better && is_new(&self.found) && self.model.is_met(&self.model.sums(homes)) {
            let at = self.found.partition_point(|plan| plan.objective >= objective);
            self.found.insert(at, Plan { objective, homes: homes.to_vec() });
            self.found.truncate(most);
        }
    }
}

/// Keeps some sets of a list that others may hold as well.
pub(super) fn retain(sets: &mut Arc<Vec<homes::HomeSet>>, keep: impl Fn(&homes::HomeSet) -> bool) {
    if let Some(first) = sets.iter().position(|set| !keep(set)) {
        let kept = sets[..first].iter().chain(sets[first + 1..].iter().filter(|set| keep(set)));
        *sets = Arc::new(kept.copied().collect());
    }
}
