//! The division plan in general: branch and bound on sets of homes, bounded by Lagrangian prices of what holds units
//! together (numbers of focuses, balances, industries apart, stages beside centres).
//!
//! With a price for every such row, each unit chooses its set of homes on its own, friction included, and what all choose
//! together bounds every plan from above. Prices that bring the bound down, and what each set would lose against the bound,
//! settle most of the plan; the rest is branched on.

mod polish;
mod relaxation;
mod ties;
mod tree;

use rayon::prelude::*;

use self::relaxation::{Choice, PriceSums, Relaxation, relax};
use self::tree::{Goal, MOST_SETS, Part, Search, whole, with_slot};
use super::checked::Checked;
use super::homes::{self, Mask, with_region};
use super::model::{Model, Plan, admissible};
use super::network::Network;
use super::watch::{Halt, Meter};
use super::{DivisionError, Margin, PlanOptions, Solved, TIE_TOLERANCE, Watch};

/// Work for what margins are at least when time is up: a fraction of a second's worth.
const LEAST_MARGINS_WORK: u64 = 1 << 26;

/// The problem by regions where that is of use, and by industries elsewhere. Nothing where no total of a balance is possible.
fn model(checked: &Checked<'_>, meter: &mut Meter<'_>) -> Result<Option<Model>, Halt> {
    let admissible = admissible(checked, MOST_SETS, meter)?;
    if admissible.iter().any(Vec::is_empty) {
        return Ok(None);
    }
    let mut model = Model::by_regions(checked, MOST_SETS).unwrap_or_else(|| Model::new(checked));
    model.admissible = admissible;
    Ok(Some(model))
}

/// Whether some total of each balance is possible, by what is seen at once.
pub(super) fn may_be_balanced(checked: &Checked<'_>, work_limit: u64, watch: &Watch<'_>) -> Result<bool, Halt> {
    let admissible = admissible(checked, MOST_SETS, &mut Meter::new(*watch, work_limit))?;
    Ok(!admissible.iter().any(Vec::is_empty))
}

/// Finds the best plan. Says nothing when the constraints contradict each other.
pub(super) fn solve(
    checked: &Checked<'_>,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Option<Solved>, DivisionError> {
    match model(checked, &mut Meter::new(*watch, options.work_limit)) {
        Ok(Some(model)) => solve_model(&model, checked, options, watch),
        Ok(None) => Ok(None),
        Err(halt) => Err(halt.into()),
    }
}

/// Finds the best plan of a problem that is seen in one way or the other.
fn solve_model(
    model: &Model,
    checked: &Checked<'_>,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Option<Solved>, DivisionError> {
    let masks: Vec<Mask> = model.units.iter().map(|unit| unit.mask).collect();
    let mut meter = Meter::new(*watch, options.work_limit);
    let root = whole(model, &masks, vec![0.0; model.rows.len()], &mut meter)?;
    let mut search = Search::new(model, masks.clone(), Goal::Best, meter.clone()).telling(options.counts_work);
    let ended = search.run(root.clone());
    let best = search.best().cloned();
    let root = Part { prices: search.first_prices.clone(), ..root };
    let solver = Solver { checked, model, masks, root, meter, options, watch };
    match (ended, best) {
        (Ok(()), None) => Ok(None),
        (Ok(()), Some(best)) => solver.complete(best).map(Some),
        (Err(Halt::Stopped(stopped)), _) => Err(stopped.into()),
        (Err(Halt::Up), None) => Err(DivisionError::NoPlanYet),
        (Err(Halt::Up), Some(best)) => solver.unproven(&best, search.bound).map(Some),
    }
}

/// Whether a plan meets the constraints, whatever it is worth.
pub(super) fn is_feasible(checked: &Checked<'_>, work_limit: u64, watch: &Watch<'_>) -> Result<bool, Halt> {
    let mut meter = Meter::new(*watch, work_limit);
    let Some(mut model) = model(checked, &mut meter)? else { return Ok(false) };
    // Every plan is worth nothing, so that a bound below that proves that there is none.
    (model.scale, model.floor) = (1.0, -1.0);
    let masks: Vec<Mask> = model.units.iter().map(|unit| unit.mask).collect();
    let root = whole(&model, &masks, vec![0.0; model.rows.len()], &mut meter)?;
    let mut search = Search::new(&model, masks, Goal::AtLeast(-0.5, 1), meter);
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
        let (first, is_first) = self.first_of_few(&best)?;
        let flips = if self.options.margins { self.flips(&first)? } else { Vec::new() };
        let plan = if is_first { first.clone() } else { self.first_of_many(&first, &best, &flips)? };
        let margin = |slot: usize, flip: &Flip| match &flip.margin {
            // The plan of which the margins are is as good, and has this flipped.
            Margin::Loss(_) if self.model.has(&plan, slot) != self.model.has(&first, slot) => Margin::Loss(0.0),
            margin => *margin,
        };
        let margins: Vec<Margin> = flips.iter().enumerate().map(|(slot, flip)| margin(slot, flip)).collect();
        let (alternatives, alternatives_proven) = self.alternatives(&best, &plan, &flips)?;
        Ok(Solved {
            assigned: self.model.assigned(&plan.homes),
            bound: None,
            margins: self.model.by_pair(&margins),
            alternatives,
            alternatives_proven,
        })
    }

    /// What is known when time is up.
    fn unproven(&self, best: &Plan, bound: f64) -> Result<Solved, DivisionError> {
        let margins = if self.options.margins { self.least_margins(best)? } else { Vec::new() };
        Ok(Solved {
            assigned: self.model.assigned(&best.homes),
            bound: Some(bound),
            margins: self.model.by_pair(&margins),
            alternatives: Vec::new(),
            alternatives_proven: self.options.alternatives == 0,
        })
    }

    /// What every slot's margin is at least, by the prices at hand: no plan that has the slot flipped is worth more than the
    /// bound less what the unit gives up. The best plan is worth no less than the one that was found.
    fn least_margins(&self, best: &Plan) -> Result<Vec<Margin>, DivisionError> {
        // Little work, for which there is always time.
        let in_time = Watch::new(self.watch.progress);
        let mut meter = Meter::new(in_time, LEAST_MARGINS_WORK);
        let n_places = self.model.n_places;
        let mut margins = vec![Margin::AtLeast(0.0); self.model.entries.len()];
        let mut find = || {
            let root = relax(self.model, &self.root, &self.root.prices, &mut meter)?;
            let Some(root) = root else { return Ok(()) };
            let rounding = self.model.scale * TIE_TOLERANCE;
            for (slot, margin) in margins.iter_mut().enumerate() {
                let at = (slot / n_places, slot % n_places);
                let flipped = !self.model.has(best, slot);
                *margin = match best_flipped(self.model, &self.root, &root, at, flipped, &mut meter)? {
                    None => Margin::Forced,
                    Some(worth) => {
                        let most = root.bound - root.most[at.0] + worth + rounding;
                        Margin::AtLeast((best.objective - most).max(0.0))
                    }
                };
            }
            Ok(())
        };
        match find() {
            Ok(()) | Err(Halt::Up) => Ok(margins),
            Err(Halt::Stopped(stopped)) => Err(stopped.into()),
        }
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
        let mut flips: Vec<Flip> = flips.collect::<Result<_, DivisionError>>()?;
        if flips.iter().any(|flip| matches!(flip.margin, Margin::AtLeast(_))) {
            for (flip, least) in flips.iter_mut().zip(self.least_margins(best)?) {
                if let (Margin::AtLeast(loss), Margin::AtLeast(least)) = (flip.margin, least) {
                    flip.margin = Margin::AtLeast(loss.max(least));
                }
            }
        }
        Ok(flips)
    }

    /// Slots that constraints force, as far as counting tells: all of them where nothing else constrains.
    fn forced(&self) -> Result<Vec<bool>, DivisionError> {
        let n_slots = self.model.entries.len();
        let mut forced = vec![false; n_slots];
        if !self.model.has_groups() {
            let mut network = Network::new(self.checked.demands(), vec![0; n_slots]);
            // It is soon done, so that only who has gone is looked at.
            let look = || Ok(self.watch.progress.check()?);
            network.maximise(&look)?;
            for (pair, loss) in network.losses(&look)?.into_iter().enumerate() {
                let (region, industry) = (pair / self.checked.n_industries, pair % self.checked.n_industries);
                forced[self.model.slot_of(region, industry)] = loss.is_none();
            }
        }
        Ok(forced)
    }

    fn flip(&self, best: &Plan, slot: usize, limit: u64) -> Result<Flip, DivisionError> {
        let assigned = self.model.has(best, slot);
        let mut masks = self.masks.clone();
        let (unit, region) = (slot / self.model.n_places, slot % self.model.n_places);
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

    /// The best plans besides the plan, and whether no better one is missing.
    fn alternatives(&self, best: &Plan, plan: &Plan, flips: &[Flip]) -> Result<(Vec<Vec<bool>>, bool), DivisionError> {
        let wanted = self.options.alternatives;
        if wanted == 0 {
            return Ok((Vec::new(), true));
        }
        let goal = Goal::Several(wanted.saturating_add(1), best.objective - self.options.distance);
        let tells = self.options.counts_work;
        let mut search = Search::new(self.model, self.masks.clone(), goal, self.meter.clone()).telling(tells);
        [best, plan].into_iter().chain(flips.iter().filter_map(|flip| flip.plan.as_ref())).for_each(|plan| {
            search.offer(&plan.homes);
        });
        let proven = match search.run(self.root.clone()) {
            Ok(()) => true,
            Err(Halt::Up) => false,
            Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
        };
        let others = search.found.iter().filter(|other| other.homes != plan.homes).take(wanted);
        let mut others: Vec<(f64, Vec<bool>)> =
            others.map(|other| (other.objective, self.model.assigned(&other.homes))).collect();
        put_equals_in_order(&mut others, self.model.scale * TIE_TOLERANCE);
        Ok((others.into_iter().map(|(_, assigned)| assigned).collect(), proven))
    }
}

/// Of plans by descending objectives, puts those that are equally good in the order of the best plan's rule: the
/// lexicographically smallest first, whatever rounding made of their objectives.
fn put_equals_in_order(plans: &mut [(f64, Vec<bool>)], tolerance: f64) {
    let mut rest = plans;
    while let Some((best, _)) = rest.first() {
        let floor = best - tolerance;
        let equal = rest.partition_point(|(objective, _)| *objective >= floor).max(1);
        let (equal, behind) = rest.split_at_mut(equal);
        equal.sort_by(|(_, one), (_, other)| other.cmp(one));
        rest = behind;
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

/// What a unit gets at most after prices when it has a region, or has it not.
fn best_flipped(
    model: &Model,
    part: &Part,
    relaxation: &Relaxation,
    (unit, region): (usize, usize),
    assigned: bool,
    meter: &mut Meter<'_>,
) -> Result<Option<f64>, Halt> {
    let own = &relaxation.prices_by_slot[unit * model.n_places..(unit + 1) * model.n_places];
    match &part.choice {
        Choice::Listed(sets) => {
            meter.spend(sets[unit].len() as u64)?;
            let sums = PriceSums::new(own, sets[unit].len());
            let flipped = sets[unit].iter().filter(|set| (set.homes >> region & 1 == 1) == assigned);
            Ok(flipped.map(|set| set.value - sums.of(set.homes)).reduce(f64::max))
        }
        Choice::Open(masks) => {
            let content = &model.units[unit];
            let reduced: Vec<f64> = content.gains.iter().zip(own).map(|(gain, price)| gain - price).collect();
            let best = homes::best(content, with_region(masks[unit], region, assigned), &reduced, meter)?;
            Ok(best.map(|(_, worth)| worth))
        }
    }
}

/// Whether a part has plans with a slot and plans without.
fn is_open(model: &Model, part: &Part, slot: usize) -> bool {
    let (unit, bit) = (slot / model.n_places, 1_u128 << (slot % model.n_places));
    match &part.choice {
        Choice::Listed(sets) => {
            let mut have = sets[unit].iter().map(|set| set.homes & bit);
            let first = have.next();
            have.any(|homes| Some(homes) != first)
        }
        Choice::Open(masks) => masks[unit].allowed & !masks[unit].pinned & bit != 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::problem::{Balance, Bounds, DivisionProblem};
    use super::*;
    use crate::{Matrix, Progress};

    /// Numbers that repeat on every machine and are rarely equal.
    fn cell(r: usize, i: usize) -> f64 {
        ((r * 37 + i * 61 + r * r * i) % 101) as f64 / 20.0
    }

    #[test]
    fn rounding_does_not_order_equally_good_plans() {
        let plan = |objective: f64, first: bool| (objective, vec![first, !first]);
        let mut plans = vec![plan(3.0 + 1e-14, false), plan(3.0, true), plan(2.0, false), plan(1.0, true)];
        put_equals_in_order(&mut plans, 1e-9);
        let firsts: Vec<bool> = plans.iter().map(|(_, assigned)| assigned[0]).collect();
        assert_eq!(firsts, [true, false, false, true]);
        put_equals_in_order(&mut plans[..0], 1e-9);
    }

    #[test]
    fn both_ways_to_see_a_balance_find_the_same() {
        for shift in 0..6 {
            let mut problem = DivisionProblem::new(Matrix::from_fn(5, 9, |r, i| cell(r + shift, i) - 2.0));
            problem.homes = vec![Bounds::between(1, 2); 9];
            problem.focuses = vec![Bounds::balanced(&problem.homes, 5); 5];
            problem.balances = vec![Balance::even(Matrix::from_fn(5, 9, |r, i| cell(i + shift, r) + 0.2), 0.3)];
            let checked = Checked::try_new(&problem).unwrap();
            let by_regions = Model::by_regions(&checked, MOST_SETS).expect("it is a matter of single regions");
            let progress = Progress::new();
            let (options, watch) = (PlanOptions { alternatives: 2, ..PlanOptions::default() }, Watch::new(&progress));
            let solve = |model: &Model| solve_model(model, &checked, &options, &watch).unwrap().expect("a plan");
            let (one, other) = (solve(&by_regions), solve(&Model::new(&checked)));
            assert_eq!((&one.assigned, &one.alternatives), (&other.assigned, &other.alternatives));
            for (one, other) in one.margins.iter().zip(&other.margins) {
                let (Some(one), Some(other)) = (one.loss(), other.loss()) else {
                    assert_eq!(one, other);
                    continue;
                };
                assert!((one - other).abs() < 1e-9, "{one} {other}");
            }
        }
    }

    #[test]
    fn what_is_no_matter_of_single_regions_is_seen_by_industries() {
        let problem = DivisionProblem::new(Matrix::from_fn(3, 4, cell));
        assert!(Model::by_regions(&Checked::try_new(&problem).unwrap(), MOST_SETS).is_none());
        let mut balanced = problem.clone();
        balanced.balances = vec![Balance::even(Matrix::from_fn(3, 4, |_, _| 1.0), 0.5)];
        let checked = Checked::try_new(&balanced).unwrap();
        assert!(Model::by_regions(&checked, MOST_SETS).is_some());
        assert!(Model::by_regions(&checked, 20).is_none(), "three regions have sixteen sets each");
        balanced.together = vec![vec![0, 1]];
        assert!(Model::by_regions(&Checked::try_new(&balanced).unwrap(), MOST_SETS).is_none());
    }
}
