//! Branch and bound: parts of all plans are bounded, thinned out and divided until the best plan is known.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::super::homes::{self, Mask, with_region};
use super::super::model::{Model, Plan};
use super::super::network::{Demands, Grid, Network};
use super::super::problem::Bounds;
use super::super::watch::{Halt, Meter, Work};
use super::polish::polish;
use super::relaxation::{Choice, PriceSums, Relaxation, relax, step, worths};

/// Rounding of bounds, as a part of the largest coefficient.
const ROUNDING: f64 = 1e-11;

/// Rounds of improving prices where a search starts.
const FIRST_ROUNDS: usize = 200;

/// Rounds of improving prices in every later part of it.
const LATER_ROUNDS: usize = 40;

/// At most as many sets of homes are listed; with more, units choose without a list.
const MOST_SETS: usize = 400_000;

/// As many parts are guided to a plan at first, and later every so many: it takes longer than bounding them.
const GUIDED_PARTS: u64 = 40;
const GUIDED_EVERY: u64 = 16;

/// What a search is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// The best plan.
    Best,
    /// Any plan that is at least as good as this.
    AtLeast(f64),
    /// As many plans as this, all at least as good as that, the best there are.
    Several(usize, f64),
}

/// A part of all plans: what units may choose from, prices to start from, and a bound.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) choice: Choice,
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
    Ok(Part { choice, prices, bound: f64::INFINITY })
}

fn listed(model: &Model, masks: &[Mask], meter: &mut Meter<'_>) -> Result<Choice, Halt> {
    let nothing = vec![0.0; model.n_regions];
    let list = |(unit, &mask)| {
        let sets = homes::list(unit, mask, &nothing, f64::NEG_INFINITY, MOST_SETS, meter)?;
        Ok(Arc::new(sets.unwrap_or_default()))
    };
    Ok(Choice::Listed(model.units.iter().zip(masks).map(list).collect::<Result<_, Halt>>()?))
}

/// The plans of a part that have a unit in a region, or have it not.
pub(super) fn with_slot(model: &Model, part: &Part, slot: usize, assigned: bool) -> Part {
    let (unit, region) = (slot / model.n_regions, slot % model.n_regions);
    let mut part = part.clone();
    match &mut part.choice {
        Choice::Listed(sets) => {
            let kept = sets[unit].iter().copied().filter(|set| (set.homes >> region & 1 == 1) == assigned);
            sets[unit] = Arc::new(kept.collect());
        }
        Choice::Open(masks) => masks[unit] = with_region(masks[unit], region, assigned),
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
        matches!(self.goal, Goal::AtLeast(_)) && !self.found.is_empty()
    }

    /// Bounds one part and divides it, the more promising half first. Nothing is left of a part that is settled.
    fn explore(&mut self, part: &mut Part, rounds: usize) -> Result<Option<[Part; 2]>, Halt> {
        // What cannot be in a better plan than one that is easily found need not be looked at again and again.
        let Some(relaxation) = relax(self.model, &part.choice, &part.prices, &mut self.meter)? else {
            return Ok(None);
        };
        if self.found.is_empty() {
            self.offer_guided(&part.choice, &relaxation)?;
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
        if self.is_attained(&relaxation) && !matches!(self.goal, Goal::Several(..)) {
            return Ok(None);
        }
        self.parts += 1;
        if self.parts <= GUIDED_PARTS || self.parts.is_multiple_of(GUIDED_EVERY) {
            self.offer_guided(&part.choice, &relaxation)?;
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

    /// Lowers the bound of a part by better prices, and offers every plan met on the way. Nothing is left of an empty part.
    fn tighten(&mut self, part: &mut Part, rounds: usize) -> Result<Option<Relaxation>, Halt> {
        let mut prices = part.prices.clone();
        let Some(mut current) = relax(self.model, &part.choice, &prices, &mut self.meter)? else { return Ok(None) };
        let mut tightest = current.clone();
        let (mut pace, mut stalled) = (1.0, 0);
        for round in 0..rounds {
            if rounds == FIRST_ROUNDS && round > 0 {
                self.work.done(1)?;
            }
            self.offer(&current.chosen);
            part.bound = part.bound.min(tightest.bound);
            let cutoff = self.cutoff();
            if tightest.bound <= cutoff || self.is_attained(&current) || self.is_done() {
                break;
            }
            // Polyak's step towards the best plan known.
            let target = match self.found.is_empty() && !matches!(self.goal, Goal::AtLeast(_)) {
                true => tightest.bound - self.model.scale.max((tightest.bound - self.model.floor) / 50.0),
                false => cutoff.max(tightest.bound - (tightest.bound - self.model.floor) / 10.0),
            };
            if !step(self.model, &mut prices, &current.sums, pace * (current.bound - target)) {
                break;
            }
            let Some(next) = relax(self.model, &part.choice, &prices, &mut self.meter)? else { return Ok(None) };
            current = next;
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
        self.offer(&current.chosen);
        if self.is_attained(&current) && current.bound <= tightest.bound + self.rounding {
            // The choices are the best plan of the part.
            part.prices = prices;
            tightest = current;
        }
        part.bound = part.bound.min(tightest.bound);
        Ok(Some(tightest))
    }

    /// Whether the choices are a plan whose objective is the bound.
    fn is_attained(&self, relaxation: &Relaxation) -> bool {
        self.model.is_met(&relaxation.sums)
            && relaxation.bound - self.model.objective(&relaxation.chosen) <= self.rounding
    }

    /// Parts whose bound is not above this hold nothing that is wanted.
    fn cutoff(&self) -> f64 {
        match self.goal {
            Goal::AtLeast(floor) => (floor - self.rounding).max(self.model.floor),
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
            Goal::AtLeast(_) | Goal::Best => 1,
            Goal::Several(count, _) => count,
        };
        let wanted = match self.goal {
            Goal::AtLeast(floor) | Goal::Several(_, floor) => objective >= floor,
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

    /// Offers the plan that is nearest to what units choose, by what each slot is worth to them, and what small changes
    /// make of it.
    fn offer_guided(&mut self, choice: &Choice, relaxation: &Relaxation) -> Result<(), Halt> {
        self.meter.look()?;
        let worths = worths(self.model, choice, relaxation, &mut self.meter)?;
        let mut network = self.guide(&worths);
        let meets = network.maximise(&|| self.meter.look_for_stop())?;
        let n_units = self.model.units.len();
        let mut homes = vec![0_u128; n_units];
        for (pair, _) in network.assigned.iter().enumerate().filter(|(_, assigned)| **assigned) {
            homes[pair % n_units] |= 1 << (pair / n_units);
        }
        // The network knows neither caps nor that there may be none or several, but not one.
        let mut meets = meets;
        for (unit, homes) in homes.iter_mut().enumerate() {
            if !self.model.units[unit].allows(self.masks[unit], *homes) {
                (meets, *homes) = (false, relaxation.chosen[unit]);
            }
        }
        let before = self.best().map(|best| best.objective);
        if meets {
            self.offer(&homes);
        }
        let is_new = before.is_none() || self.best().map(|best| best.objective) > before;
        if is_new && let Some(polished) = polish(self.model, &self.masks, homes, &mut self.meter)? {
            self.offer(&polished);
        }
        Ok(())
    }

    /// Units and regions as a transportation problem. Other rows than numbers of focuses, and units that count for
    /// several industries, are left to small changes afterwards.
    fn guide(&self, worths: &[f64]) -> Network {
        let (n_units, n_regions) = (self.model.units.len(), self.model.n_regions);
        let finite = worths.iter().filter(|worth| worth.is_finite());
        let grid = Grid::new(finite.fold(0.0_f64, |largest, worth| largest.max(worth.abs())));
        let pairs = || (0..n_regions).flat_map(|region| (0..n_units).map(move |unit| (region, unit)));
        let worth = |(region, unit): (usize, usize)| worths[unit * n_regions + region];
        let steps = |pair| if worth(pair).is_finite() { grid.steps(worth(pair)) } else { 0 };
        let homes = self
            .model
            .units
            .iter()
            .map(|unit| Bounds { min: if unit.rule.none { 0 } else { unit.rule.min }, max: unit.rule.max });
        let demands = Demands {
            focuses: self.model.focuses.clone(),
            homes: homes.collect(),
            allowed: pairs().map(|pair| worth(pair) > f64::NEG_INFINITY).collect(),
            pinned: pairs().map(|pair| worth(pair) == f64::INFINITY).collect(),
        };
        Network::new(demands, pairs().map(steps).collect())
    }

    /// Lists the sets of homes with which a plan may reach the cutoff, if they are not too many.
    fn list(&mut self, part: &mut Part, relaxation: &Relaxation) -> Result<(), Halt> {
        let Choice::Open(masks) = &part.choice else { return Ok(()) };
        let slack = relaxation.bound - self.cutoff();
        let n_regions = self.model.n_regions;
        let mut left = MOST_SETS;
        let mut listed = Vec::with_capacity(masks.len());
        for (unit, content) in self.model.units.iter().enumerate() {
            let own = &relaxation.prices_by_slot[unit * n_regions..(unit + 1) * n_regions];
            let reduced: Vec<f64> = content.gains.iter().zip(own).map(|(gain, price)| gain - price).collect();
            let threshold = relaxation.most[unit] - slack;
            let sets = homes::list(content, masks[unit], &reduced, threshold, left, &mut self.meter)?;
            let Ok(sets) = sets else { return Ok(()) };
            left -= sets.len();
            listed.push(Arc::new(sets));
        }
        part.choice = Choice::Listed(listed);
        Ok(())
    }

    /// Drops the sets of homes with which no plan reaches the cutoff.
    fn drop_hopeless(&mut self, part: &mut Part, relaxation: &Relaxation) -> Result<(), Halt> {
        let Choice::Listed(sets) = &mut part.choice else { return Ok(()) };
        let cutoff = self.cutoff();
        let n_regions = self.model.n_regions;
        for (unit, sets) in sets.iter_mut().enumerate() {
            self.meter.spend(sets.len() as u64)?;
            let sums = PriceSums::new(&relaxation.prices_by_slot[unit * n_regions..(unit + 1) * n_regions], sets.len());
            let slack = relaxation.bound - relaxation.most[unit];
            retain(sets, |set| slack + (set.value - sums.of(set.homes)) > cutoff);
        }
        Ok(())
    }

    /// Drops the sets of homes with which some row could not be met. Says whether every unit has some left.
    fn propagate(&mut self, part: &mut Part) -> Result<bool, Halt> {
        let Choice::Listed(sets) = &mut part.choice else { return Ok(true) };
        for row in &self.model.rows {
            let by_unit: Vec<&[(usize, f64)]> =
                row.terms.chunk_by(|a, b| a.0 / self.model.n_regions == b.0 / self.model.n_regions).collect();
            let sum = |terms: &[(usize, f64)], homes: u128| {
                let has = |slot: usize| homes >> (slot % self.model.n_regions) & 1 == 1;
                terms.iter().filter(|(slot, _)| has(*slot)).map(|(_, coefficient)| coefficient).sum::<f64>()
            };
            let mut ranges = Vec::with_capacity(by_unit.len());
            let (mut least, mut most) = (0.0, 0.0);
            for terms in &by_unit {
                let own = &sets[terms[0].0 / self.model.n_regions];
                self.meter.spend(own.len() as u64)?;
                let sums = own.iter().map(|set| sum(terms, set.homes));
                let range = sums.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), sum| (a.min(sum), b.max(sum)));
                (least, most) = (least + range.0, most + range.1);
                ranges.push(range);
            }
            if !(least <= row.most + row.tolerance && most >= row.least - row.tolerance) {
                return Ok(false);
            }
            for (terms, range) in by_unit.iter().zip(ranges) {
                let (up_to, from) = (row.most - (least - range.0), row.least - (most - range.1));
                if range.1 > up_to + row.tolerance || range.0 < from - row.tolerance {
                    retain(&mut sets[terms[0].0 / self.model.n_regions], |set| {
                        let sum = sum(terms, set.homes);
                        sum <= up_to + row.tolerance && sum >= from - row.tolerance
                    });
                }
            }
        }
        Ok(sets.iter().all(|sets| !sets.is_empty()))
    }

    /// Divides a part by a slot of the row that is furthest off, of which the unit cares least.
    fn divide(&mut self, part: &Part, relaxation: &Relaxation) -> Result<Option<[Part; 2]>, Halt> {
        let worths = worths(self.model, &part.choice, relaxation, &mut self.meter)?;
        let care = |slot: usize| match (worths[slot] - relaxation.prices_by_slot[slot]).abs() {
            care if care.is_finite() => care,
            _ => f64::MAX,
        };
        let is_chosen =
            |slot: usize| relaxation.chosen[slot / self.model.n_regions] >> (slot % self.model.n_regions) & 1 == 1;
        let open: Vec<bool> = (0..worths.len()).map(|slot| super::is_open(self.model, part, slot)).collect();
        let off = |(row, sum): (usize, &f64)| (self.model.rows[row].excess(*sum), row);
        let furthest = relaxation
            .sums
            .iter()
            .enumerate()
            .map(off)
            .max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()).then(b.1.cmp(&a.1)));
        let least_care = |slots: &mut dyn Iterator<Item = usize>| {
            slots.filter(|&slot| open[slot]).min_by(|&a, &b| care(a).total_cmp(&care(b)).then(a.cmp(&b)))
        };
        let mut slot = None;
        if let Some((excess, row)) = furthest.filter(|(excess, _)| *excess != 0.0) {
            let helps = |&&(slot, coefficient): &&(usize, f64)| {
                let change = if is_chosen(slot) { -coefficient } else { coefficient };
                change * excess < 0.0
            };
            slot = least_care(&mut self.model.rows[row].terms.iter().filter(helps).map(|(slot, _)| *slot));
        }
        let slot = slot.or_else(|| least_care(&mut (0..open.len())));
        Ok(slot.map(|slot| {
            let chosen = is_chosen(slot);
            [with_slot(self.model, part, slot, chosen), with_slot(self.model, part, slot, !chosen)]
        }))
    }
}

/// Keeps some sets of a list that others may hold as well.
pub(super) fn retain(sets: &mut Arc<Vec<homes::HomeSet>>, keep: impl Fn(&homes::HomeSet) -> bool) {
    if let Some(first) = sets.iter().position(|set| !keep(set)) {
        let kept = sets[..first].iter().chain(sets[first + 1..].iter().filter(|set| keep(set)));
        *sets = Arc::new(kept.copied().collect());
    }
}
