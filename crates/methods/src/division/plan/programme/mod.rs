//! The division plan as an integer programme, for engines that solve such programmes in general.
//!
//! An engine only maximises. What else is asked for comes from maximising again: margins with a pair flipped, further plans
//! and ties with the plans that are known left out.

mod build;
#[cfg(feature = "highs")]
mod highs;
mod microlp;

use rayon::prelude::*;

use super::checked::Checked;
use super::homes::{Mask, with_region};
use super::model::{Model, Plan};
use super::network::Look;
use super::problem::{MAX_INDUSTRIES, MAX_REGIONS};
use super::watch::{Halt, Work};
use super::{DivisionError, Engine, Margin, PlanOptions, Solved, Watch};
use build::Programme;

/// Most variables of a programme: beyond that, an engine's first linear programme alone takes minutes, during which it does
/// not look at the watch.
const MOST_VARIABLES: usize = 200_000;

/// Finds the best plan. Says nothing when the constraints contradict each other.
pub(super) fn solve(
    checked: &Checked<'_>,
    engine: Engine,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Option<Solved>, DivisionError> {
    if checked.n_regions > MAX_REGIONS || checked.n_industries > MAX_INDUSTRIES {
        return Err(DivisionError::TooLarge { regions: checked.n_regions, industries: checked.n_industries });
    }
    let model = Model::new(checked);
    let variables = build::count(&model);
    if variables > MOST_VARIABLES {
        return Err(DivisionError::ProgrammeTooLarge { engine, variables });
    }
    let masks: Vec<Mask> = model.units.iter().map(|unit| unit.mask).collect();
    let solver = Solver { model: &model, masks, engine, options, watch };
    let best = {
        // The search itself, and every look at the watch: some nodes each, nobody knows how many.
        let work = Work::new(watch.progress, usize::from(options.counts_work));
        let look = || {
            work.expect(usize::from(options.counts_work));
            work.step(watch)
        };
        solver.best(&solver.masks, &[], &look)?
    };
    match best {
        Best { plan: None, proven: true, .. } => Ok(None),
        Best { plan: None, proven: false, .. } => Err(DivisionError::NoPlanYet),
        Best { plan: Some(plan), proven: true, .. } => solver.complete(&plan).map(Some),
        Best { plan: Some(plan), proven: false, bound } => Ok(Some(solver.unproven(&plan, bound))),
    }
}

/// What an engine answers to a programme.
struct Answer {
    /// Whether each slot is in the best plan it has found.
    slots: Option<Vec<bool>>,
    /// No plan is worth more, in units of the programme.
    bound: f64,
    /// Whether the search was finished: the plan is the best one, or there is none.
    finished: bool,
}

/// What is known about the best plan of some.
struct Best {
    plan: Option<Plan>,
    /// No plan has a greater objective.
    bound: f64,
    proven: bool,
}

/// Asks an engine again and again.
struct Solver<'a> {
    model: &'a Model,
    masks: Vec<Mask>,
    engine: Engine,
    options: &'a PlanOptions,
    watch: &'a Watch<'a>,
}

impl Solver<'_> {
    /// The best plan within masks that is none of those left out.
    fn best(&self, masks: &[Mask], without: &[Vec<u128>], look: &Look<'_>) -> Result<Best, DivisionError> {
        let mut without = without.to_vec();
        loop {
            // An engine that has begun does not look at once.
            if let Err(halt) = look() {
                unless_stopped(halt)?;
                return Ok(Best { plan: None, bound: f64::INFINITY, proven: false });
            }
            let nothing = Best { plan: None, bound: f64::NEG_INFINITY, proven: true };
            let Some(programme) = Programme::build(self.model, masks, &without) else { return Ok(nothing) };
            let unit = programme.unit;
            let answer = match self.engine {
                Engine::Microlp => microlp::maximise(programme, look)?,
                _ => by_highs(programme, look, (self.watch.seconds_left)())?,
            };
            let bound = answer.bound * unit;
            let Some(slots) = answer.slots else {
                return Ok(Best { plan: None, bound, proven: answer.finished });
            };
            let homes = self.homes(&slots);
            if self.is_plan(masks, &homes) {
                let objective = self.model.objective(&homes);
                let bound = if answer.finished { objective } else { bound.max(objective) };
                return Ok(Best { plan: Some(Plan { objective, homes }), bound, proven: answer.finished });
            }
            // It meets the rows within the engine's tolerance, but not within ours.
            if !answer.finished {
                return Ok(Best { plan: None, bound, proven: false });
            }
            without.push(homes);
        }
    }

    fn homes(&self, slots: &[bool]) -> Vec<u128> {
        let by_unit = slots.chunks(self.model.n_places);
        let bits = |unit: &[bool]| unit.iter().enumerate().fold(0, |bits, (at, &has)| bits | u128::from(has) << at);
        by_unit.map(bits).collect()
    }

    fn is_plan(&self, masks: &[Mask], homes: &[u128]) -> bool {
        let allowed = self.model.units.iter().zip(masks).zip(homes).all(|((unit, &mask), &own)| unit.allows(mask, own));
        allowed && self.model.is_met(&self.model.sums(homes))
    }

    /// What is to be known about the best plan besides it.
    fn complete(&self, best: &Plan) -> Result<Solved, DivisionError> {
        let margins = if self.options.margins { self.margins(best)? } else { Vec::new() };
        let plan = self.settle_ties(best, &margins)?;
        // The best plan that was found first is as good, and has flipped what differs.
        let margin = |slot: usize, margin: &Margin| match self.model.has(&plan, slot) == self.model.has(best, slot) {
            true => *margin,
            false => Margin::Loss(0.0),
        };
        let margins: Vec<Margin> = margins.iter().enumerate().map(|(slot, own)| margin(slot, own)).collect();
        let (alternatives, alternatives_proven) = self.alternatives(&plan)?;
        Ok(Solved {
            assigned: self.model.assigned(&plan.homes),
            bound: None,
            margins: self.model.by_pair(&margins),
            alternatives,
            alternatives_proven,
        })
    }

    /// What is known when time is up.
    fn unproven(&self, best: &Plan, bound: f64) -> Solved {
        let wanted = if self.options.margins { self.model.entries.len() } else { 0 };
        Solved {
            assigned: self.model.assigned(&best.homes),
            bound: Some(bound),
            margins: self.model.by_pair(&vec![Margin::AtLeast(0.0); wanted]),
            alternatives: Vec::new(),
            alternatives_proven: self.options.alternatives == 0,
        }
    }

    /// What the best plan loses with every slot flipped.
    fn margins(&self, best: &Plan) -> Result<Vec<Margin>, DivisionError> {
        let n_slots = self.model.entries.len();
        self.watch.progress.expect(n_slots);
        let margins = (0..n_slots).into_par_iter().map(|slot| {
            let (unit, region) = (slot / self.model.n_places, slot % self.model.n_places);
            let mut masks = self.masks.clone();
            masks[unit] = with_region(masks[unit], region, !self.model.has(best, slot));
            let flipped = self.best(&masks, &[], &|| self.watch.look())?;
            self.watch.progress.advance(1)?;
            Ok(match flipped {
                Best { plan: None, proven: true, .. } => Margin::Forced,
                Best { proven: true, bound, .. } => Margin::Loss((best.objective - bound).max(0.0)),
                Best { bound, .. } => Margin::AtLeast((best.objective - bound).max(0.0)),
            })
        });
        margins.collect()
    }

    /// Walks from the best plan to the lexicographically smallest of those that are as good, unless it is the only one.
    fn settle_ties(&self, best: &Plan, margins: &[Margin]) -> Result<Plan, DivisionError> {
        let tolerance = self.model.scale * self.engine.tolerance();
        let floor = best.objective - tolerance;
        let is_near = |other: &Best| other.plan.as_ref().is_some_and(|plan| plan.objective >= floor);
        let look = || self.watch.look();
        let second = self.best(&self.masks, std::slice::from_ref(&best.homes), &look)?;
        if !is_near(&second) {
            return Ok(best.clone());
        }
        let (mut plan, mut masks) = (best.clone(), self.masks.clone());
        for slot in self.model.slots_in_order() {
            let (unit, region) = (slot / self.model.n_places, slot % self.model.n_places);
            let is_settled = margins.get(slot).is_some_and(|margin| match margin {
                Margin::Loss(loss) | Margin::AtLeast(loss) => *loss > tolerance,
                Margin::Forced => true,
            });
            if !is_settled && !self.model.has(&plan, slot) {
                let mut with = masks.clone();
                with[unit] = with_region(with[unit], region, true);
                let other = self.best(&with, &[], &look)?;
                if is_near(&other)
                    && let Some(other) = other.plan
                {
                    plan = other;
                }
            }
            masks[unit] = with_region(masks[unit], region, self.model.has(&plan, slot));
        }
        Ok(plan)
    }

    /// The best plans besides the plan, and whether no better one is missing.
    fn alternatives(&self, plan: &Plan) -> Result<(Vec<Vec<bool>>, bool), DivisionError> {
        let floor = plan.objective - self.options.distance;
        let mut known = vec![plan.homes.clone()];
        let (mut found, mut proven) = (Vec::new(), true);
        while found.len() < self.options.alternatives && proven {
            let next = self.best(&self.masks, &known, &|| self.watch.look())?;
            proven = next.proven;
            let Some(next) = next.plan.filter(|next| next.objective >= floor) else { break };
            found.push(self.model.assigned(&next.homes));
            known.push(next.homes);
        }
        Ok((found, proven))
    }
}

#[cfg(feature = "highs")]
use highs::maximise as by_highs;

#[cfg(not(feature = "highs"))]
fn by_highs(_: Programme, _: &Look<'_>, _: f64) -> Result<Answer, DivisionError> {
    Err(DivisionError::NotBuilt { engine: Engine::Highs, feature: "highs" })
}

/// What a halt means to an engine that is asked to answer with what it has.
fn unless_stopped(halt: Halt) -> Result<(), DivisionError> {
    match halt {
        Halt::Stopped(stopped) => Err(stopped.into()),
        Halt::Up => Ok(()),
    }
}
