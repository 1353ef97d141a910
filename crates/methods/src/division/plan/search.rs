//! The division plan with friction: branch and bound on pairs, bounded by Lagrangian prices of the focuses.
//!
//! With a price for every region's focuses, each industry chooses its set of homes on its own, and what all choose together
//! bounds every plan from above. Prices that bring the bound down, and what each pair would lose against the bound when
//! flipped, settle most pairs; the rest are branched on.

mod relaxation;

use self::relaxation::{HomeSet, Relaxation, Relaxer};
use super::network::{Grid, Network};
use super::problem::{Checked, CheckedFriction};
use super::{DivisionError, Margin, Solved, TIE_TOLERANCE};

/// Rounding of bounds, as a part of the largest coefficient.
const ROUNDING: f64 = 1e-11;

/// Rounds of improving prices where a search starts.
const FIRST_ROUNDS: usize = 200;

/// Rounds of improving prices in every later part of it.
const LATER_ROUNDS: usize = 40;

/// A part of all plans: the sets of homes that each industry still has, and prices to start from.
#[derive(Debug, Clone)]
struct Part {
    sets: Vec<Vec<HomeSet>>,
    prices: Vec<f64>,
}

/// A plan and its objective. Homes are bits, by industry.
#[derive(Debug, Clone)]
struct Plan {
    objective: f64,
    homes: Vec<u16>,
}

/// What a search is for.
#[derive(Debug, Clone, Copy)]
enum Goal {
    /// The best plan.
    Best,
    /// Any plan that is at least as good as this.
    AtLeast(f64),
}

/// Searches parts of all plans.
struct Search<'a> {
    checked: &'a Checked,
    relaxer: Relaxer<'a>,
    rounding: f64,
    /// Prices that the last search found for all it was to search.
    first_prices: Vec<f64>,
}

/// Finds the best plan. The constraints must not contradict each other.
pub(super) fn solve(checked: &Checked, friction: &CheckedFriction) -> Result<Solved, DivisionError> {
    let limit = checked.work_limit;
    let mut search = Search::new(checked, friction);
    let mut root = search.root(friction);
    search.relaxer.allow(limit);
    let exceeded = DivisionError::WorkLimit { limit };
    let Some(best) = search.run(root.clone(), Goal::Best).map_err(|OutOfWork| exceeded.clone())? else {
        return Err(exceeded);
    };
    root.prices = search.first_prices.clone();

    let (mut margins, second) = search.margins(&root, &best);
    search.relaxer.allow(limit);
    let plan = search.settle_ties(&root, &best, &margins).map_err(|OutOfWork| exceeded)?;
    let (best, plan) = (search.assigned(&best), search.assigned(&plan));
    if best != plan {
        // The best plan that was found first is as good, and has these pairs flipped.
        for pair in (0..plan.len()).filter(|&pair| best[pair] != plan[pair]) {
            margins[pair] = Margin::Loss(0.0);
        }
        return Ok(Solved { assigned: plan, margins, alternative: Some(best) });
    }
    let least_known = margins.iter().filter_map(|margin| margin.loss()).fold(f64::INFINITY, f64::min);
    let proven = !margins.iter().any(|margin| matches!(margin, Margin::AtLeast(least) if *least < least_known));
    let alternative = second.filter(|_| proven).map(|second| search.assigned(&second));
    Ok(Solved { assigned: plan, margins, alternative })
}

/// The limit of work was reached.
#[derive(Debug, Clone, Copy)]
struct OutOfWork;

impl<'a> Search<'a> {
    fn new(checked: &'a Checked, friction: &'a CheckedFriction) -> Self {
        let rounding = checked.scale * ROUNDING;
        Self { checked, relaxer: Relaxer::new(checked, friction), rounding, first_prices: Vec::new() }
    }

    /// All plans.
    fn root(&self, friction: &CheckedFriction) -> Part {
        let sets = relaxation::home_sets(self.checked, friction);
        Part { sets, prices: vec![0.0; self.checked.n_regions] }
    }

    /// Looks for a plan in a part, and keeps the prices of the part's bound.
    fn run(&mut self, part: Part, goal: Goal) -> Result<Option<Plan>, OutOfWork> {
        let mut best: Option<Plan> = None;
        let mut rounds = FIRST_ROUNDS;
        self.first_prices.clone_from(&part.prices);
        let mut open = vec![part];
        while let Some(mut current) = open.pop() {
            let children = self.explore(&mut current, goal, rounds, &mut best)?;
            if rounds == FIRST_ROUNDS {
                self.first_prices = current.prices;
                rounds = LATER_ROUNDS;
            }
            if let (Goal::AtLeast(_), Some(_)) = (goal, &best) {
                break;
            }
            open.extend(children);
        }
        Ok(best)
    }

    /// Bounds one part and divides it, the more promising half last. Nothing is left of a part that is settled.
    fn explore(
        &mut self,
        part: &mut Part,
        goal: Goal,
        rounds: usize,
        best: &mut Option<Plan>,
    ) -> Result<Vec<Part>, OutOfWork> {
        if part.sets.iter().any(Vec::is_empty) {
            return Ok(Vec::new());
        }
        // What cannot be in a better plan than one that is easily found need not be looked at again and again.
        let relaxation = self.relaxer.relax(&part.sets, &part.prices)?;
        if best.is_none() && matches!(goal, Goal::Best) {
            let worths = self.relaxer.worths(part)?;
            self.offer_guided(&worths, goal, best);
        }
        self.drop_hopeless(part, &relaxation, self.cutoff(goal, best));
        if part.sets.iter().any(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let relaxation = self.tighten(part, goal, rounds, best)?;
        if relaxation.bound <= self.cutoff(goal, best) || relaxation.is_attained {
            return Ok(Vec::new());
        }
        let worths = self.relaxer.worths(part)?;
        self.offer_guided(&worths, goal, best);
        let cutoff = self.cutoff(goal, best);
        self.drop_hopeless(part, &relaxation, cutoff);
        if part.sets.iter().all(|sets| sets.len() == 1) {
            let homes: Vec<u16> = part.sets.iter().map(|sets| sets[0].homes).collect();
            self.offer(&homes, goal, best);
            return Ok(Vec::new());
        }
        if part.sets.iter().any(Vec::is_empty) {
            return Ok(Vec::new());
        }
        Ok(self.divide(part, &relaxation, &worths))
    }

    /// Lowers the bound of a part by better prices, and offers every plan met on the way.
    fn tighten(
        &mut self,
        part: &mut Part,
        goal: Goal,
        rounds: usize,
        best: &mut Option<Plan>,
    ) -> Result<Relaxation, OutOfWork> {
        let mut prices = part.prices.clone();
        let mut current = self.relaxer.relax(&part.sets, &prices)?;
        let mut tightest = current.clone();
        let (mut pace, mut stalled) = (1.0, 0);
        for _ in 0..rounds {
            self.offer(&current.chosen, goal, best);
            let cutoff = self.cutoff(goal, best);
            if tightest.bound <= cutoff || current.is_attained {
                break;
            }
            // Polyak's step towards the best plan known.
            let target = if cutoff.is_finite() { cutoff } else { tightest.bound - self.checked.scale };
            self.relaxer.step(&mut prices, &current, pace * (current.bound - target));
            current = self.relaxer.relax(&part.sets, &prices)?;
            if current.bound < tightest.bound {
                tightest = current.clone();
                part.prices.clone_from(&prices);
                stalled = 0;
            } else {
                stalled += 1;
            }
            if stalled == 6 {
                (pace, stalled) = (pace / 2.0, 0);
                prices.clone_from(&part.prices);
                current = tightest.clone();
            }
        }
        self.offer(&current.chosen, goal, best);
        if current.is_attained {
            // The choices are the best plan of the part.
            part.prices = prices;
            return Ok(current);
        }
        Ok(tightest)
    }

    /// Parts whose bound is not above this hold nothing that is wanted.
    fn cutoff(&self, goal: Goal, best: &Option<Plan>) -> f64 {
        match (goal, best) {
            (Goal::AtLeast(floor), _) => floor - self.rounding,
            (Goal::Best, Some(best)) => best.objective + self.rounding,
            (Goal::Best, None) => f64::NEG_INFINITY,
        }
    }

    /// Keeps a plan if it meets the focuses and is better than what there is.
    fn offer(&self, homes: &[u16], goal: Goal, best: &mut Option<Plan>) {
        if !self.relaxer.meets_focuses(homes) {
            return;
        }
        let objective = self.relaxer.objective(homes);
        let wanted = match goal {
            Goal::AtLeast(floor) => objective >= floor,
            Goal::Best => best.as_ref().is_none_or(|best| objective > best.objective),
        };
        if wanted {
            *best = Some(Plan { objective, homes: homes.to_vec() });
        }
    }

    /// Offers the plan that is nearest to what industries choose, by what each pair is worth to them.
    fn offer_guided(&self, worths: &[f64], goal: Goal, best: &mut Option<Plan>) {
        let n_industries = self.checked.n_industries;
        let finite = worths.iter().filter(|worth| worth.is_finite());
        let grid = Grid::new(finite.fold(0.0_f64, |largest, worth| largest.max(worth.abs())));
        let gains = worths.iter().map(|&worth| if worth.is_finite() { grid.steps(worth) } else { 0 }).collect();
        let mut network = Network::new(self.checked, gains);
        for (pair, worth) in worths.iter().enumerate().filter(|(_, worth)| !worth.is_finite()) {
            network.fix(pair, *worth > 0.0);
        }
        if network.maximise() {
            let mut homes = vec![0_u16; n_industries];
            for (pair, _) in network.assigned.iter().enumerate().filter(|(_, assigned)| **assigned) {
                homes[pair % n_industries] |= 1 << (pair / n_industries);
            }
            self.offer(&homes, goal, best);
        }
    }

    /// Drops the sets of homes with which no plan reaches the cutoff.
    fn drop_hopeless(&self, part: &mut Part, relaxation: &Relaxation, cutoff: f64) {
        let sums = self.relaxer.price_sums(&part.prices, &part.sets);
        for (sets, &most) in part.sets.iter_mut().zip(&relaxation.most) {
            sets.retain(|set| relaxation.bound - most + (set.value - sums.of(set.homes)) > cutoff);
        }
    }

    /// Divides a part by a pair: of the region whose focuses are furthest off, the industry that cares least.
    fn divide(&self, part: &Part, relaxation: &Relaxation, worths: &[f64]) -> Vec<Part> {
        let n_industries = self.checked.n_industries;
        let is_open = |pair: usize| {
            let bit = 1 << (pair / n_industries);
            let mut sets = part.sets[pair % n_industries].iter().map(|set| set.homes & bit);
            let first = sets.next();
            sets.any(|homes| Some(homes) != first)
        };
        let key = |&pair: &usize| {
            let region = pair / n_industries;
            let excess = self.relaxer.excess(region, relaxation.counts[region], part.prices[region]);
            let chosen = relaxation.chosen[pair % n_industries] >> region & 1 == 1;
            let helps = (excess > 0 && chosen) || (excess < 0 && !chosen);
            let care = (worths[pair] - part.prices[region]).abs();
            (if helps { -(excess.abs() as f64) } else { 0.0 }, if care.is_finite() { care } else { f64::MAX })
        };
        let compare = |a: &usize, b: &usize| {
            let (a, b) = (key(a), key(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        };
        let Some(pair) = (0..worths.len()).filter(|&pair| is_open(pair)).min_by(compare) else {
            return Vec::new();
        };
        let chosen = relaxation.chosen[pair % n_industries] >> (pair / n_industries) & 1 == 1;
        [chosen, !chosen].into_iter().map(|assigned| self.with_pair(part, pair, assigned)).collect()
    }

    /// The plans of a part that have a pair as given.
    fn with_pair(&self, part: &Part, pair: usize, assigned: bool) -> Part {
        let (region, industry) = (pair / self.checked.n_industries, pair % self.checked.n_industries);
        let mut part = part.clone();
        part.sets[industry].retain(|set| (set.homes >> region & 1 == 1) == assigned);
        part
    }

    /// Margins of all pairs of the best plan, and the best plan among those that have one flipped.
    fn margins(&mut self, root: &Part, best: &Plan) -> (Vec<Margin>, Option<Plan>) {
        let n_pairs = self.checked.gains.len();
        let mut margins = Vec::with_capacity(n_pairs);
        let mut second: Option<Plan> = None;
        let mut any_plan = Network::new(self.checked, vec![0; n_pairs]);
        any_plan.maximise();
        for (pair, loss) in any_plan.losses().into_iter().enumerate() {
            // Some plan has the pair in and some has it out, or the constraints force it.
            if loss.is_none() {
                margins.push(Margin::Forced);
                continue;
            }
            self.relaxer.allow(self.checked.work_limit / n_pairs as u64);
            let (margin, flipped) = self.margin(root, best, pair);
            margins.push(margin);
            if let Some(flipped) = flipped
                && second.as_ref().is_none_or(|second| flipped.objective > second.objective)
            {
                second = Some(flipped);
            }
        }
        (margins, second)
    }

    /// What is lost when a pair of the best plan is flipped, and the best plan that has it flipped.
    fn margin(&mut self, root: &Part, best: &Plan, pair: usize) -> (Margin, Option<Plan>) {
        let assigned = self.is_assigned(best, pair);
        let part = self.with_pair(root, pair, !assigned);
        match self.run(part, Goal::Best) {
            Ok(Some(flipped)) => (Margin::Loss((best.objective - flipped.objective).max(0.0)), Some(flipped)),
            // There is such a plan, so that a search that ends finds one.
            Ok(None) => (Margin::Forced, None),
            Err(OutOfWork) => {
                let part = Part { prices: self.first_prices.clone(), ..self.with_pair(root, pair, !assigned) };
                (Margin::AtLeast((best.objective - self.relaxer.bound(&part)).max(0.0)), None)
            }
        }
    }

    /// Walks from the best plan to the lexicographically smallest of those that are as good.
    fn settle_ties(&mut self, root: &Part, best: &Plan, margins: &[Margin]) -> Result<Plan, OutOfWork> {
        let tolerance = self.checked.scale * TIE_TOLERANCE;
        let floor = best.objective - tolerance;
        let is_tied = |margin: &Margin| match margin {
            Margin::Loss(loss) | Margin::AtLeast(loss) => *loss <= tolerance,
            Margin::Forced => false,
        };
        let mut plan = best.clone();
        let mut part = root.clone();
        for pair in (0..margins.len()).filter(|&pair| !is_tied(&margins[pair])) {
            part = self.with_pair(&part, pair, self.is_assigned(best, pair));
        }
        for pair in (0..margins.len()).filter(|&pair| is_tied(&margins[pair])) {
            if !self.is_assigned(&plan, pair) {
                let with = self.with_pair(&part, pair, true);
                if let Some(found) = self.run(with, Goal::AtLeast(floor))? {
                    plan = found;
                }
            }
            part = self.with_pair(&part, pair, self.is_assigned(&plan, pair));
        }
        Ok(plan)
    }

    fn is_assigned(&self, plan: &Plan, pair: usize) -> bool {
        let (region, industry) = (pair / self.checked.n_industries, pair % self.checked.n_industries);
        plan.homes[industry] >> region & 1 == 1
    }

    fn assigned(&self, plan: &Plan) -> Vec<bool> {
        (0..self.checked.gains.len()).map(|pair| self.is_assigned(plan, pair)).collect()
    }
}
