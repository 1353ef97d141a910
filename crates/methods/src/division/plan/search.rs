//! The division plan in general: branch and bound on sets of homes, bounded by Lagrangian prices of what holds units
//! together (numbers of focuses, balances, industries apart, stages beside centres).
//!
//! With a price for every such row, each unit chooses its set of homes on its own, friction included, and what all choose
//! together bounds every plan from above. Prices that bring the bound down, and what each set would lose against the bound,
//! settle most of the plan; the rest is branched on.

mod homes;
mod model;
mod polish;
mod relaxation;
mod tree;

use rayon::prelude::*;

use self::homes::Mask;
use self::model::Model;
use self::relaxation::{Choice, PriceSums, relax};
use self::tree::{Goal, Part, Plan, Search, whole, with_region, with_slot};
use super::checked::Checked;
use super::network::Network;
use super::watch::{Halt, Meter};
use super::{DivisionError, Margin, PlanOptions, Solved, TIE_TOLERANCE, Watch};

/// Finds the best plan. Says nothing when the constraints contradict each other.
pub(super) fn solve(
    checked: &Checked<'_>,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Option<Solved>, DivisionError> {
    let model = Model::new(checked);
    let masks: Vec<Mask> = model.units.iter().map(|unit| unit.mask).collect();
    let meter = Meter::new(*watch, options.work_limit);
    let root = whole(&model, &masks, vec![0.0; model.rows.len()]);
    let mut search = Search::new(&model, masks.clone(), Goal::Best, meter.clone());
    watch.progress.expect(1);
    let ended = search.run(root.clone());
    watch.progress.advance(1)?;
    let best = search.best().cloned();
    let root = Part { prices: search.first_prices.clone(), ..root };
    let solver = Solver { checked, model: &model, masks, root, meter, options, watch };
    match (ended, best) {
        (Ok(()), None) => Ok(None),
        (Ok(()), Some(best)) => solver.complete(best).map(Some),
        (Err(Halt::Stopped(stopped)), _) => Err(stopped.into()),
        (Err(Halt::Up), None) => Err(DivisionError::NoPlanYet),
        (Err(Halt::Up), Some(best)) => Ok(Some(solver.unproven(&best, search.bound))),
    }
}

/// Whether a plan meets the constraints, whatever it is worth.
pub(super) fn is_feasible(checked: &Checked<'_>, work_limit: u64, watch: &Watch<'_>) -> Result<bool, Halt> {
    let mut model = Model::new(checked);
    // Every plan is worth nothing, so that a bound below that proves that there is none.
    (model.scale, model.floor) = (1.0, -1.0);
    let masks: Vec<Mask> = model.units.iter().map(|unit| unit.mask).collect();
    let root = whole(&model, &masks, vec![0.0; model.rows.len()]);
    let mut search = Search::new(&model, masks, Goal::AtLeast(-0.5), Meter::new(*watch, work_limit));
    search.run(root)?;
    Ok(!search.found.is_empty())
}

/// Finds what is to be known about the best plan besides it.
struct Solver<'a> {
    checked: &'a Checked<'a>,
    model: &'a Model,
    masks: Vec<Mask>,
    /// All plans, with prices that bound them well.
    root: Part,
    meter: Meter<'a>,
    options: &'a PlanOptions,
    watch: &'a Watch<'a>,
}

impl Solver<'_> {
    fn complete(&self, best: Plan) -> Result<Solved, DivisionError> {
        let flips = if self.options.margins { self.flips(&best)? } else { Vec::new() };
        let (plan, _) = self.settle_ties(&best, &flips)?;
        let margin = |slot: usize, flip: &Flip| match &flip.margin {
            // The best plan that was found first is as good, and has this flipped.
            Margin::Loss(_) if has(&plan, self.model, slot) != has(&best, self.model, slot) => Margin::Loss(0.0),
            margin => *margin,
        };
        let margins: Vec<Margin> = flips.iter().enumerate().map(|(slot, flip)| margin(slot, flip)).collect();
        let (alternatives, alternatives_proven) = self.alternatives(&best, &plan, &flips)?;
        Ok(Solved {
            assigned: self.model.assigned(&plan.homes),
            bound: None,
            margins: self.by_pair(&margins),
            alternatives,
            alternatives_proven,
        })
    }

    /// What is known when time is up.
    fn unproven(&self, best: &Plan, bound: f64) -> Solved {
        let margins =
            if self.options.margins { vec![Margin::AtLeast(0.0); self.model.entries.len()] } else { Vec::new() };
        Solved {
            assigned: self.model.assigned(&best.homes),
            bound: Some(bound),
            margins: self.by_pair(&margins),
            alternatives: Vec::new(),
            alternatives_proven: self.options.alternatives == 0,
        }
    }

    /// Margins by pair, from those by slot.
    fn by_pair(&self, margins: &[Margin]) -> Vec<Margin> {
        if margins.is_empty() {
            return Vec::new();
        }
        let units = &self.model.unit_of;
        (0..self.model.n_regions)
            .flat_map(|region| units.iter().map(move |&unit| margins[self.model.slot(unit, region)]))
            .collect()
    }

    /// The best plan with every slot flipped.
    fn flips(&self, best: &Plan) -> Result<Vec<Flip>, DivisionError> {
        let n_slots = self.model.entries.len();
        self.watch.progress.expect(n_slots);
        let forced = self.forced()?;
        let limit = (self.options.work_limit / n_slots as u64).max(1);
        let flips = (0..n_slots).into_par_iter().map(|slot| {
            let flip = if forced[slot] { Flip::FORCED } else { self.flip(best, slot, limit)? };
            self.watch.progress.advance(1)?;
            Ok(flip)
        });
        flips.collect()
    }

    /// Slots that constraints force, as far as counting tells: all of them where nothing else constrains.
    fn forced(&self) -> Result<Vec<bool>, DivisionError> {
        let n_slots = self.model.entries.len();
        let mut forced = vec![false; n_slots];
        if self.model.units.len() == self.checked.n_industries {
            let mut network = Network::new(self.checked.demands(), vec![0; n_slots]);
            network.maximise(self.watch.progress)?;
            for (pair, loss) in network.losses().into_iter().enumerate() {
                let (region, industry) = (pair / self.checked.n_industries, pair % self.checked.n_industries);
                forced[self.model.slot(self.model.unit_of[industry], region)] = loss.is_none();
            }
        }
        Ok(forced)
    }

    fn flip(&self, best: &Plan, slot: usize, limit: u64) -> Result<Flip, DivisionError> {
        let assigned = has(best, self.model, slot);
        let mut masks = self.masks.clone();
        let (unit, region) = (slot / self.model.n_regions, slot % self.model.n_regions);
        masks[unit] = with_region(masks[unit], region, !assigned);
        let part = with_slot(self.model, &self.root, slot, !assigned);
        let mut search = Search::new(self.model, masks, Goal::Best, Meter::new(*self.watch, limit));
        let ended = search.run(part);
        let flipped = search.best().cloned();
        Ok(match (ended, flipped) {
            (Err(Halt::Stopped(stopped)), _) => return Err(stopped.into()),
            (Ok(()), Some(plan)) => {
                Flip { margin: Margin::Loss((best.objective - plan.objective).max(0.0)), plan: Some(plan) }
            }
            (Ok(()), None) => Flip::FORCED,
            (Err(Halt::Up), plan) => Flip { margin: Margin::AtLeast((best.objective - search.bound).max(0.0)), plan },
        })
    }

    /// Walks from the best plan to the lexicographically smallest of those that are as good. Also says whether there was
    /// time for it.
    fn settle_ties(&self, best: &Plan, flips: &[Flip]) -> Result<(Plan, bool), DivisionError> {
        let tolerance = self.model.scale * TIE_TOLERANCE;
        let floor = best.objective - tolerance;
        let is_settled = |slot: usize| {
            flips.get(slot).is_some_and(|flip| match flip.margin {
                Margin::Loss(loss) | Margin::AtLeast(loss) => loss > tolerance,
                Margin::Forced => true,
            })
        };
        let (mut part, mut masks) = (self.root.clone(), self.masks.clone());
        let mut meter = self.meter.clone();
        let fix = |part: &mut Part, masks: &mut Vec<Mask>, slot: usize, assigned: bool| {
            let unit = slot / self.model.n_regions;
            masks[unit] = with_region(masks[unit], slot % self.model.n_regions, assigned);
            *part = with_slot(self.model, part, slot, assigned);
        };
        for slot in (0..self.model.entries.len()).filter(|&slot| is_settled(slot)) {
            fix(&mut part, &mut masks, slot, has(best, self.model, slot));
        }
        match self.near(&mut part, floor, &mut meter) {
            Ok(()) => {}
            Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
            Err(Halt::Up) => return Ok((best.clone(), false)),
        }
        let mut plan = best.clone();
        for slot in self.slots_in_order() {
            if !is_open(self.model, &part, slot) {
                continue;
            }
            if !has(&plan, self.model, slot) {
                let (mut with, mut own) = (part.clone(), masks.clone());
                fix(&mut with, &mut own, slot, true);
                let mut search = Search::new(self.model, own, Goal::AtLeast(floor), meter.clone());
                match search.run(with) {
                    Ok(()) => plan = search.best().cloned().unwrap_or(plan),
                    Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
                    Err(Halt::Up) => return Ok((plan, false)),
                }
            }
            let assigned = has(&plan, self.model, slot);
            fix(&mut part, &mut masks, slot, assigned);
        }
        Ok((plan, true))
    }

    /// Leaves those sets of homes of a part with which a plan may be worth `floor`.
    fn near(&self, part: &mut Part, floor: f64, meter: &mut Meter<'_>) -> Result<(), Halt> {
        let Some(relaxation) = relax(self.model, &part.choice, &part.prices, meter)? else { return Ok(()) };
        let Choice::Listed(sets) = &mut part.choice else { return Ok(()) };
        let n_regions = self.model.n_regions;
        let rounding = self.model.scale * TIE_TOLERANCE / 100.0;
        for (unit, sets) in sets.iter_mut().enumerate() {
            let sums = PriceSums::new(&relaxation.prices_by_slot[unit * n_regions..(unit + 1) * n_regions], sets.len());
            let slack = relaxation.bound - relaxation.most[unit];
            tree::retain(sets, |set| slack + (set.value - sums.of(set.homes)) > floor - rounding);
        }
        Ok(())
    }

    /// Slots by region, and then by the first industry of the unit.
    fn slots_in_order(&self) -> impl Iterator<Item = usize> {
        let units = 0..self.model.units.len();
        (0..self.model.n_regions).flat_map(move |region| units.clone().map(move |unit| self.model.slot(unit, region)))
    }

    /// The best plans besides the plan, and whether no better one is missing.
    fn alternatives(&self, best: &Plan, plan: &Plan, flips: &[Flip]) -> Result<(Vec<Vec<bool>>, bool), DivisionError> {
        let wanted = self.options.alternatives;
        if wanted == 0 {
            return Ok((Vec::new(), true));
        }
        let goal = Goal::Several(wanted.saturating_add(1), best.objective - self.options.distance);
        let mut search = Search::new(self.model, self.masks.clone(), goal, self.meter.clone());
        [best, plan].into_iter().chain(flips.iter().filter_map(|flip| flip.plan.as_ref())).for_each(|plan| {
            search.offer(&plan.homes);
        });
        let proven = match search.run(self.root.clone()) {
            Ok(()) => true,
            Err(Halt::Up) => false,
            Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
        };
        let others = search.found.iter().filter(|other| other.homes != plan.homes).take(wanted);
        Ok((others.map(|other| self.model.assigned(&other.homes)).collect(), proven))
    }
}

/// What becomes of the plan when a slot is flipped.
struct Flip {
    margin: Margin,
    /// The best plan found that has it flipped.
    plan: Option<Plan>,
}

impl Flip {
    const FORCED: Self = Self { margin: Margin::Forced, plan: None };
}

/// Whether a plan has a unit in a region.
fn has(plan: &Plan, model: &Model, slot: usize) -> bool {
    plan.homes[slot / model.n_regions] >> (slot % model.n_regions) & 1 == 1
}

/// Whether a part has plans with a slot and plans without.
fn is_open(model: &Model, part: &Part, slot: usize) -> bool {
    let (unit, bit) = (slot / model.n_regions, 1_u128 << (slot % model.n_regions));
    match &part.choice {
        Choice::Listed(sets) => {
            let mut have = sets[unit].iter().map(|set| set.homes & bit);
            let first = have.next();
            have.any(|homes| Some(homes) != first)
        }
        Choice::Open(masks) => masks[unit].allowed & !masks[unit].pinned & bit != 0,
    }
}
