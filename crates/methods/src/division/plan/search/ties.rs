//! Which of equally good plans is the plan: the lexicographically smallest.

use super::super::homes::{Mask, with_region};
use super::super::model::Plan;
use super::super::watch::{Halt, Meter};
use super::super::{DivisionError, Margin, TIE_TOLERANCE};
use super::relaxation::{Choice, PriceSums, relax};
use super::tree::{Goal, Part, Search, retain, with_slot};
use super::{Flip, Solver, is_open};

/// With as many equally good plans, the first one is not looked for among them, but slot by slot.
const MANY: usize = 32;

/// All plans that have some slots as they are.
#[derive(Clone)]
struct Among {
    part: Part,
    masks: Vec<Mask>,
}

impl Solver<'_> {
    /// The lexicographically smallest of the plans that are as good as the best, and whether it is certain that it is: there
    /// are not many, and there was time to list them.
    pub(super) fn first_of_few(&self, best: &Plan) -> Result<(Plan, bool), DivisionError> {
        let goal = Goal::AtLeast(self.floor(best), MANY);
        let tells = self.options.counts_work;
        let mut search = Search::new(self.model, self.masks.clone(), goal, self.meter.clone()).telling(tells);
        search.offer(&best.homes);
        let ended = search.run(self.root.clone());
        let mut first = best;
        for other in &search.found {
            let differs = |&slot: &usize| self.model.has(first, slot) != self.model.has(other, slot);
            if self.model.slots_in_order().find(differs).is_some_and(|slot| self.model.has(other, slot)) {
                first = other;
            }
        }
        match ended {
            Ok(()) => Ok((first.clone(), search.found.len() < MANY)),
            Err(Halt::Up) => Ok((first.clone(), false)),
            Err(Halt::Stopped(stopped)) => Err(stopped.into()),
        }
    }

    /// The lexicographically smallest of the plans that are as good as the best, or, when time is up, the one that was
    /// reached from `plan`.
    pub(super) fn first_of_many(&self, plan: &Plan, best: &Plan, flips: &[Flip]) -> Result<Plan, DivisionError> {
        let tolerance = self.model.scale * TIE_TOLERANCE;
        let is_settled = |slot: usize| {
            flips.get(slot).is_some_and(|flip| match flip.margin {
                Margin::Loss(loss) | Margin::AtLeast(loss) => loss > tolerance,
                Margin::Forced => true,
            })
        };
        let mut among = Among { part: self.root.clone(), masks: self.masks.clone() };
        let (mut plan, mut meter) = (plan.clone(), self.meter.clone());
        for slot in (0..self.model.entries.len()).filter(|&slot| is_settled(slot)) {
            self.fix(&mut among, slot, self.model.has(&plan, slot));
        }
        let floor = self.floor(best);
        let near = self.near(&mut among.part, floor, &mut meter);
        match near.and_then(|()| self.walk(&mut plan, among, floor, &meter)) {
            Ok(()) | Err(Halt::Up) => Ok(plan),
            Err(Halt::Stopped(stopped)) => Err(stopped.into()),
        }
    }

    /// What plans that are as good as the best are worth at least.
    fn floor(&self, best: &Plan) -> f64 {
        best.objective - self.model.scale * TIE_TOLERANCE
    }

    /// Walks to the first of the plans that are as good: every slot, in order, is had if one of them has it.
    fn walk(&self, plan: &mut Plan, mut among: Among, floor: f64, meter: &Meter<'_>) -> Result<(), Halt> {
        for slot in self.model.slots_in_order() {
            if !is_open(self.model, &among.part, slot) {
                continue;
            }
            if !self.model.has(plan, slot) {
                let mut with = among.clone();
                self.fix(&mut with, slot, true);
                let mut search = Search::new(self.model, with.masks, Goal::AtLeast(floor, 1), meter.clone());
                search.run(with.part)?;
                if let Some(other) = search.best() {
                    plan.clone_from(other);
                }
            }
            self.fix(&mut among, slot, self.model.has(plan, slot));
        }
        Ok(())
    }

    fn fix(&self, among: &mut Among, slot: usize, assigned: bool) {
        let unit = slot / self.model.n_places;
        among.masks[unit] = with_region(among.masks[unit], slot % self.model.n_places, assigned);
        among.part = with_slot(self.model, &among.part, slot, assigned);
    }

    /// Leaves those sets of homes of a part with which a plan may be worth `floor`.
    fn near(&self, part: &mut Part, floor: f64, meter: &mut Meter<'_>) -> Result<(), Halt> {
        let Some(relaxation) = relax(self.model, part, &part.prices, meter)? else { return Ok(()) };
        let Choice::Listed(sets) = &mut part.choice else { return Ok(()) };
        let n_places = self.model.n_places;
        let rounding = self.model.scale * TIE_TOLERANCE / 100.0;
        for (unit, sets) in sets.iter_mut().enumerate() {
            let sums = PriceSums::new(&relaxation.prices_by_slot[unit * n_places..(unit + 1) * n_places], sets.len());
            let slack = relaxation.bound - relaxation.most[unit];
            retain(sets, |set| slack + (set.value - sums.of(set.homes)) > floor - rounding);
        }
        Ok(())
    }
}
