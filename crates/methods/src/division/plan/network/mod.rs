//! Assignment of industries to regions as a flow of least cost, in whole numbers.
//!
//! One unit of flow is one pair: hub -> region -> industry -> hub. A unit that a constraint requires (of a region's least
//! number of focuses, an industry's least number of homes, or a pin) is rewarded by more than all values together, so that
//! the best flow meets every requirement if any flow does.
//!
//! Ways are looked for among the hub and the nodes of the shorter side only (34 industries, say, of 3 000 counties): a step
//! from one of them to another is the cheapest exchange that any node of the longer side offers. Exchanges wait in heaps;
//! those that are no longer on offer are thrown away when they come up.

mod grid;
mod ways;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::problem::Bounds;
use super::watch::Halt;
use ways::{BLOCKED, DIRECT, NO_STEP, Node, REQUIRED, Step, Ways, lower, plus, raise, shortest};

pub(super) use grid::Grid;

/// What the flow must keep to.
#[derive(Debug, Clone)]
pub(super) struct Demands {
    pub(super) focuses: Vec<Bounds>,
    pub(super) homes: Vec<Bounds>,
    /// Whether each pair may be in the flow, region by region.
    pub(super) allowed: Vec<bool>,
    /// Whether each pair must be in it.
    pub(super) pinned: Vec<bool>,
}

/// The network and the flow on it.
#[derive(Debug, Clone)]
pub(super) struct Network {
    n_industries: usize,
    /// Whether industries are the shorter side.
    industries_are_short: bool,
    n_long: usize,
    n_short: usize,
    long_bounds: Vec<Bounds>,
    short_bounds: Vec<Bounds>,
    long_counts: Vec<usize>,
    short_counts: Vec<usize>,
    allowed: Vec<bool>,
    pinned: Vec<bool>,
    gains: Vec<i128>,
    /// Exchanges by start and end; empty until the flow starts.
    offers: Vec<BinaryHeap<Reverse<Step>>>,
    /// The flow: whether each pair is in the plan, region by region.
    pub(super) assigned: Vec<bool>,
    /// Pairs that are to stay as they are.
    pub(super) frozen: Vec<bool>,
    /// What the next unit of a flow that was cut short would gain; no later one gains more.
    next_gain: Option<i128>,
}

/// A flow and what is frozen of it.
#[derive(Debug, Clone)]
pub(super) struct State {
    assigned: Vec<bool>,
    frozen: Vec<bool>,
}

impl State {
    /// Whether each pair is in the flow, region by region.
    pub(super) fn assigned(&self) -> &[bool] {
        &self.assigned
    }

    /// Lets a pair stay as it is.
    pub(super) fn freeze(&mut self, pair: usize) {
        self.frozen[pair] = true;
    }
}

/// Called before every step of the work; an error ends it.
pub(super) type Look<'a> = dyn Fn() -> Result<(), Halt> + 'a;

impl Network {
    /// A network without flow. Gains are by pair, region by region.
    pub(super) fn new(demands: Demands, gains: Vec<i128>) -> Self {
        let Demands { focuses, homes, allowed, pinned } = demands;
        let (n_industries, n_pairs) = (homes.len(), gains.len());
        let industries_are_short = homes.len() <= focuses.len();
        let (long_bounds, short_bounds) = if industries_are_short { (focuses, homes) } else { (homes, focuses) };
        let (n_long, n_short) = (long_bounds.len(), short_bounds.len());
        Self {
            n_industries,
            industries_are_short,
            n_long,
            n_short,
            long_counts: vec![0; n_long],
            short_counts: vec![0; n_short],
            long_bounds,
            short_bounds,
            allowed,
            pinned,
            gains,
            offers: Vec::new(),
            assigned: vec![false; n_pairs],
            frozen: vec![false; n_pairs],
            next_gain: None,
        }
    }

    /// The flow and what is frozen, without what can be made from it.
    pub(super) fn state(&self) -> State {
        State { assigned: self.assigned.clone(), frozen: self.frozen.clone() }
    }

    /// Goes on from a state of a network of the same demands and gains.
    pub(super) fn restore(&mut self, state: &State, look: &Look<'_>) -> Result<(), Halt> {
        self.assigned.clone_from(&state.assigned);
        self.frozen.clone_from(&state.frozen);
        self.long_counts.fill(0);
        self.short_counts.fill(0);
        for pair in (0..self.assigned.len()).filter(|&pair| state.assigned[pair]) {
            let (long, short) = self.ends(pair);
            self.long_counts[long] += 1;
            self.short_counts[short] += 1;
        }
        self.make_offers(look)
    }

    /// At most as many steps as [`Network::maximise`] takes.
    pub(super) fn most_steps(&self) -> usize {
        self.n_long + self.most_units() + 1
    }

    fn most_units(&self) -> usize {
        let sum = |bounds: &[Bounds], most: usize| bounds.iter().map(|bounds| bounds.max.min(most)).sum::<usize>();
        sum(&self.long_bounds, self.n_short).min(sum(&self.short_bounds, self.n_long))
    }

    /// Finds the flow of greatest gain. Says whether it meets every requirement.
    ///
    /// # Errors
    ///
    /// What `look` says. [`Network::left`] then bounds what the flow so far is short of.
    pub(super) fn maximise(&mut self, look: &Look<'_>) -> Result<bool, Halt> {
        self.make_offers(look)?;
        let hub = self.n_short;
        loop {
            let steps = self.steps();
            let mut costs: Vec<i128> = (0..hub).map(|end| steps[hub * (hub + 1) + end].cost).collect();
            // A unit that starts at the hub does not pass it again before it ends there.
            costs.push(BLOCKED);
            let ways = ways::relax(&steps, costs, Some(hub));
            let closing = |node: Node| plus(ways.costs[node], raise(self.short_counts[node], self.short_bounds[node]));
            match (0..hub).map(|node| (closing(node), node)).min() {
                Some((cost, node)) if cost < 0 => {
                    self.next_gain = Some(-cost);
                    look()?;
                    let start = self.follow(&steps, &ways, node);
                    self.step(hub, start, steps[hub * (hub + 1) + start].via);
                    self.step(node, hub, DIRECT);
                }
                _ => break,
            }
        }
        Ok(self.meets_requirements())
    }

    /// What the flow so far gains at most when it is continued, once it meets every requirement; nothing before.
    ///
    /// Shortest augmenting paths never become shorter, so that no unit gains more than the next one.
    pub(super) fn left(&self) -> Option<i128> {
        let units: usize = self.long_counts.iter().sum();
        let next = self.next_gain.filter(|_| self.meets_requirements())?;
        Some(next * self.most_units().saturating_sub(units) as i128)
    }

    /// What the gain loses when each pair is flipped and the rest is made the best of; `None` where no flow is left.
    ///
    /// The flow must be one of greatest gain. `look` is called once for every node of the longer side.
    pub(super) fn losses(&mut self, look: &Look<'_>) -> Result<Vec<Option<i128>>, Halt> {
        let steps = self.steps();
        let distances = ways::all_distances(&steps, self.n_short + 1);
        let (hub, n) = (self.n_short, self.n_short + 1);
        let mut losses = vec![None; self.gains.len()];
        for long in 0..self.n_long {
            look()?;
            let (into, out_of) = (self.ways_into(long), self.ways_out_of(long));
            for short in 0..hub {
                let pair = self.pair(long, short);
                let (step, back) = match self.assigned[pair] {
                    true => (self.drop_cost(pair), shortest(&out_of, |end| distances[end * n + short])),
                    false => (self.take_cost(pair), shortest(&into, |start| distances[short * n + start])),
                };
                losses[pair] = Some(plus(step, back)).filter(|&loss| loss < REQUIRED / 2);
            }
        }
        Ok(losses)
    }

    /// Flips a pair and makes the best of the rest, if that loses no more than `limit`. Returns the loss.
    ///
    /// The flow must be the best of those that have the frozen pairs as they are.
    pub(super) fn flip(&mut self, pair: usize, limit: i128) -> Option<i128> {
        if self.assigned[pair] { self.give_up(pair, limit) } else { self.take(pair, limit) }
    }

    /// Takes a pair into the flow: a way from its short node back to its long one.
    fn take(&mut self, pair: usize, limit: i128) -> Option<i128> {
        let (long, short) = self.ends(pair);
        let steps = self.steps();
        let mut costs = vec![BLOCKED; self.n_short + 1];
        costs[short] = 0;
        let ways = ways::relax(&steps, costs, None);
        let into = self.ways_into(long);
        let (back, end) = into.iter().map(|&(node, cost)| (plus(ways.costs[node], cost), node)).min()?;
        let loss = plus(self.take_cost(pair), back);
        if loss > limit || loss >= REQUIRED / 2 {
            return None;
        }
        self.follow(&steps, &ways, end);
        self.change_long(long, Some(short), (end != self.n_short).then_some(end));
        Some(loss)
    }

    /// Gives a pair up: a way from its long node back to its short one.
    fn give_up(&mut self, pair: usize, limit: i128) -> Option<i128> {
        let (long, short) = self.ends(pair);
        let steps = self.steps();
        let mut costs = vec![BLOCKED; self.n_short + 1];
        for (node, cost) in self.ways_out_of(long) {
            costs[node] = cost;
        }
        let ways = ways::relax(&steps, costs, None);
        let loss = plus(self.drop_cost(pair), ways.costs[short]);
        if loss > limit || loss >= REQUIRED / 2 {
            return None;
        }
        let start = self.follow(&steps, &ways, short);
        self.change_long(long, (start != self.n_short).then_some(start), Some(short));
        Some(loss)
    }

    fn pair(&self, long: usize, short: usize) -> usize {
        if self.industries_are_short { long * self.n_industries + short } else { short * self.n_industries + long }
    }

    fn ends(&self, pair: usize) -> (usize, usize) {
        let (region, industry) = (pair / self.n_industries, pair % self.n_industries);
        if self.industries_are_short { (region, industry) } else { (industry, region) }
    }

    /// Cost of taking a pair into the flow.
    fn take_cost(&self, pair: usize) -> i128 {
        match self.assigned[pair] || !self.allowed[pair] || self.frozen[pair] {
            true => BLOCKED,
            false => -self.gains[pair] - if self.pinned[pair] { REQUIRED } else { 0 },
        }
    }

    /// Cost of dropping a pair from the flow.
    fn drop_cost(&self, pair: usize) -> i128 {
        match !self.assigned[pair] || self.frozen[pair] {
            true => BLOCKED,
            false => self.gains[pair] + if self.pinned[pair] { REQUIRED } else { 0 },
        }
    }

    /// Ways from a long node to short nodes and the hub.
    fn ways_out_of(&self, long: usize) -> Vec<(Node, i128)> {
        let takes = (0..self.n_short).map(|short| (short, self.take_cost(self.pair(long, short))));
        let lower = (self.n_short, lower(self.long_counts[long], self.long_bounds[long]));
        takes.chain([lower]).filter(|(_, cost)| *cost != BLOCKED).collect()
    }

    /// Ways from short nodes and the hub into a long node.
    fn ways_into(&self, long: usize) -> Vec<(Node, i128)> {
        let drops = (0..self.n_short).map(|short| (short, self.drop_cost(self.pair(long, short))));
        let raise = (self.n_short, raise(self.long_counts[long], self.long_bounds[long]));
        drops.chain([raise]).filter(|(_, cost)| *cost != BLOCKED).collect()
    }

    /// Puts every exchange that a long node offers into `put(start, end, step)`.
    fn each_offer(&self, long: usize, mut put: impl FnMut(Node, Node, Step)) {
        let out_of = self.ways_out_of(long);
        for (start, first) in self.ways_into(long) {
            for &(end, second) in out_of.iter().filter(|(end, _)| *end != start) {
                put(start, end, Step { cost: plus(first, second), via: long as u32 });
            }
        }
    }

    fn make_offers(&mut self, look: &Look<'_>) -> Result<(), Halt> {
        let n = self.n_short + 1;
        let mut offers = vec![Vec::new(); n * n];
        for long in 0..self.n_long {
            look()?;
            self.each_offer(long, |start, end, step| offers[start * n + end].push(Reverse(step)));
        }
        self.offers = offers.into_iter().map(BinaryHeap::from).collect();
        Ok(())
    }

    fn renew_offers(&mut self, long: usize) {
        let n = self.n_short + 1;
        let mut offers = std::mem::take(&mut self.offers);
        self.each_offer(long, |start, end, step| offers[start * n + end].push(Reverse(step)));
        self.offers = offers;
    }

    /// What an exchange costs now.
    fn offer_cost(&self, start: Node, end: Node, long: usize) -> i128 {
        let hub = self.n_short;
        let first = match start == hub {
            true => raise(self.long_counts[long], self.long_bounds[long]),
            false => self.drop_cost(self.pair(long, start)),
        };
        let second = match end == hub {
            true => lower(self.long_counts[long], self.long_bounds[long]),
            false => self.take_cost(self.pair(long, end)),
        };
        plus(first, second)
    }

    /// The cheapest step from every node to every other, by start and end.
    fn steps(&mut self) -> Vec<Step> {
        let (hub, n) = (self.n_short, self.n_short + 1);
        let mut steps = vec![NO_STEP; n * n];
        for start in 0..n {
            for end in (0..n).filter(|&end| end != start) {
                let slot = start * n + end;
                while let Some(&Reverse(step)) = self.offers.get(slot).and_then(BinaryHeap::peek) {
                    if self.offer_cost(start, end, step.via as usize) == step.cost {
                        steps[slot] = step;
                        break;
                    }
                    self.offers[slot].pop();
                }
                let direct = match (start == hub, end == hub) {
                    (true, _) => lower(self.short_counts[end], self.short_bounds[end]),
                    (_, true) => raise(self.short_counts[start], self.short_bounds[start]),
                    _ => BLOCKED,
                };
                steps[slot] = steps[slot].min(Step { cost: direct, via: DIRECT });
            }
        }
        steps
    }

    /// Moves one unit along the way to `end`. Returns where the way started.
    fn follow(&mut self, steps: &[Step], ways: &Ways, end: Node) -> Node {
        let mut node = end;
        while let Some(before) = ways.before[node] {
            self.step(before, node, steps[before * (self.n_short + 1) + node].via);
            node = before;
        }
        node
    }

    /// Moves one unit along one step.
    fn step(&mut self, start: Node, end: Node, via: u32) {
        let hub = self.n_short;
        if via != DIRECT {
            let short = |node: Node| (node != hub).then_some(node);
            self.change_long(via as usize, short(end), short(start));
        } else if start == hub {
            self.short_counts[end] -= 1;
        } else {
            self.short_counts[start] += 1;
        }
    }

    /// Lets a long node take one short node and drop another, or have one more or less where there is none.
    fn change_long(&mut self, long: usize, taken: Option<usize>, dropped: Option<usize>) {
        if let Some(short) = taken {
            let pair = self.pair(long, short);
            self.assigned[pair] = true;
        }
        if let Some(short) = dropped {
            let pair = self.pair(long, short);
            self.assigned[pair] = false;
        }
        let count = self.long_counts[long] + usize::from(taken.is_some());
        self.long_counts[long] = count - usize::from(dropped.is_some());
        self.renew_offers(long);
    }

    fn meets_requirements(&self) -> bool {
        let enough =
            |counts: &[usize], bounds: &[Bounds]| counts.iter().zip(bounds).all(|(&count, bounds)| count >= bounds.min);
        enough(&self.long_counts, &self.long_bounds)
            && enough(&self.short_counts, &self.short_bounds)
            && self.pinned.iter().zip(&self.assigned).all(|(&pinned, &assigned)| assigned || !pinned)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
