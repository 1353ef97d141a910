//! Assignment of industries to regions as a flow of least cost, in whole numbers.
//!
//! One unit of flow is one pair: hub -> region -> industry -> hub. A unit that a constraint requires (of a region's least
//! number of focuses, an industry's least number of homes, or a pin) is rewarded by more than all values together, so that
//! the best flow meets every requirement if any flow does.

use super::problem::{Bounds, Checked};

/// Reward of a required unit. Values are at most 2^80 each, so that 720 of them stay far below.
const REQUIRED: i128 = 1 << 100;

/// Cost of a way that is not there. Sums of two still fit.
const BLOCKED: i128 = i128::MAX / 4;

/// Bits of the largest value in whole numbers: all the bits of values down to 2^-28 of it are kept.
const BITS: i32 = 80;

/// Turns numbers into whole numbers and back, by a power of two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    power: i32,
}

impl Grid {
    /// The grid on which `largest` has [`BITS`] bits.
    pub(super) fn new(largest: f64) -> Self {
        let exponent = if largest > 0.0 { largest.log2().ceil() as i32 } else { 0 };
        Self { power: BITS - exponent }
    }

    /// The nearest whole number of steps.
    pub(super) fn steps(self, value: f64) -> i128 {
        times_power_of_two(value, self.power).round() as i128
    }

    /// The number that steps stand for.
    pub(super) fn value(self, steps: i128) -> f64 {
        times_power_of_two(steps as f64, -self.power)
    }
}

/// value * 2^power, in steps that the range of numbers has room for.
fn times_power_of_two(mut value: f64, mut power: i32) -> f64 {
    while power != 0 {
        let step = power.clamp(-1000, 1000);
        value *= 2.0_f64.powi(step);
        power -= step;
    }
    value
}

/// A node on a way through the residual graph.
type Node = usize;

/// Where a way comes from.
const NOWHERE: Node = usize::MAX;

/// The network and the flow on it. Nodes are regions, then industries, then the hub.
#[derive(Debug, Clone)]
pub(super) struct Network {
    n_regions: usize,
    n_industries: usize,
    focuses: Vec<Bounds>,
    homes: Vec<Bounds>,
    allowed: Vec<bool>,
    pinned: Vec<bool>,
    gains: Vec<i128>,
    focus_counts: Vec<usize>,
    home_counts: Vec<usize>,
    /// The flow: whether each pair is in the plan.
    pub(super) assigned: Vec<bool>,
    /// Pairs that are to stay as they are.
    pub(super) frozen: Vec<bool>,
}

impl Network {
    /// A network without flow. Gains are by pair.
    pub(super) fn new(checked: &Checked, gains: Vec<i128>) -> Self {
        Self::with_constraints(
            gains,
            checked.focuses.clone(),
            checked.homes.clone(),
            checked.allowed.clone(),
            checked.pinned.clone(),
        )
    }

    /// A network without flow under the constraints given.
    pub(super) fn with_constraints(
        gains: Vec<i128>,
        focuses: Vec<Bounds>,
        homes: Vec<Bounds>,
        allowed: Vec<bool>,
        pinned: Vec<bool>,
    ) -> Self {
        let (n_regions, n_industries, n_pairs) = (focuses.len(), homes.len(), gains.len());
        Self {
            n_regions,
            n_industries,
            focuses,
            homes,
            allowed,
            pinned,
            gains,
            focus_counts: vec![0; n_regions],
            home_counts: vec![0; n_industries],
            assigned: vec![false; n_pairs],
            frozen: vec![false; n_pairs],
        }
    }

    /// Requires or forbids a pair, before there is flow.
    pub(super) fn fix(&mut self, pair: usize, assigned: bool) {
        if assigned {
            self.pinned[pair] = true;
        } else {
            self.allowed[pair] = false;
        }
    }

    /// Finds the flow of greatest gain. Says whether it meets every requirement.
    pub(super) fn maximise(&mut self) -> bool {
        let hub = self.hub();
        loop {
            let mut costs = vec![BLOCKED; hub + 1];
            let mut from = vec![NOWHERE; hub + 1];
            for region in 0..self.n_regions {
                costs[region] = raise(self.focus_counts[region], self.focuses[region]);
                from[region] = hub;
            }
            self.relax(&mut costs, &mut from, false);
            let closing = |industry: usize| {
                let cost = costs[self.n_regions + industry];
                plus(cost, raise(self.home_counts[industry], self.homes[industry]))
            };
            let best = (0..self.n_industries).map(|industry| (closing(industry), industry)).min();
            match best {
                Some((cost, industry)) if cost < 0 => {
                    from[hub] = self.n_regions + industry;
                    self.push(&from, hub, hub);
                }
                _ => break,
            }
        }
        self.meets_requirements()
    }

    /// What the gain loses when each pair is flipped and the rest is made the best of; `None` where no flow is left.
    ///
    /// The flow must be one of greatest gain.
    pub(super) fn losses(&self) -> Vec<Option<i128>> {
        let distances = self.all_distances();
        let n = self.hub() + 1;
        let loss = |pair: usize| {
            let (region, industry) = (pair / self.n_industries, self.n_regions + pair % self.n_industries);
            let (step, back) = match self.assigned[pair] {
                true => (self.drop_cost(pair), distances[region * n + industry]),
                false => (self.take_cost(pair), distances[industry * n + region]),
            };
            Some(plus(step, back)).filter(|&loss| loss < REQUIRED / 2)
        };
        (0..self.gains.len()).map(loss).collect()
    }

    /// Takes a pair into the flow and makes the best of the rest, if that loses no more than `limit`. Returns the loss.
    ///
    /// The flow must be the best of those that have the frozen pairs as they are.
    pub(super) fn take(&mut self, pair: usize, limit: i128) -> Option<i128> {
        let (region, industry) = (pair / self.n_industries, self.n_regions + pair % self.n_industries);
        let mut costs = vec![BLOCKED; self.hub() + 1];
        let mut from = vec![NOWHERE; self.hub() + 1];
        costs[industry] = 0;
        self.relax(&mut costs, &mut from, true);
        let loss = plus(self.take_cost(pair), costs[region]);
        if loss > limit {
            return None;
        }
        from[industry] = region;
        self.push(&from, region, region);
        Some(loss)
    }

    fn hub(&self) -> Node {
        self.n_regions + self.n_industries
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

    /// Calls `arc(from, to, cost)` for every arc of the residual graph, in a fixed order.
    fn each_arc(&self, with_hub: bool, mut arc: impl FnMut(Node, Node, i128)) {
        let hub = self.hub();
        for pair in 0..self.gains.len() {
            let (region, industry) = (pair / self.n_industries, self.n_regions + pair % self.n_industries);
            arc(region, industry, self.take_cost(pair));
            arc(industry, region, self.drop_cost(pair));
        }
        if !with_hub {
            return;
        }
        for region in 0..self.n_regions {
            let (count, bounds) = (self.focus_counts[region], self.focuses[region]);
            arc(hub, region, raise(count, bounds));
            arc(region, hub, lower(count, bounds));
        }
        for industry in 0..self.n_industries {
            let (count, bounds) = (self.home_counts[industry], self.homes[industry]);
            arc(self.n_regions + industry, hub, raise(count, bounds));
            arc(hub, self.n_regions + industry, lower(count, bounds));
        }
    }

    /// Bellman and Ford: shortest ways from where `costs` start. There is no circle of negative cost.
    fn relax(&self, costs: &mut [i128], from: &mut [Node], with_hub: bool) {
        let mut changed = true;
        while changed {
            changed = false;
            self.each_arc(with_hub, |start, end, cost| {
                if cost != BLOCKED && costs[start] != BLOCKED && costs[start] + cost < costs[end] {
                    costs[end] = costs[start] + cost;
                    from[end] = start;
                    changed = true;
                }
            });
        }
    }

    /// Floyd and Warshall: cost of the shortest way between every two nodes.
    fn all_distances(&self) -> Vec<i128> {
        let n = self.hub() + 1;
        let mut distances = vec![BLOCKED; n * n];
        self.each_arc(true, |start, end, cost| distances[start * n + end] = cost);
        for node in 0..n {
            distances[node * n + node] = 0;
        }
        for via in 0..n {
            let onward: Vec<i128> = distances[via * n..(via + 1) * n].to_vec();
            for start in 0..n {
                let first = distances[start * n + via];
                if first == BLOCKED {
                    continue;
                }
                let row = &mut distances[start * n..(start + 1) * n];
                for (distance, &second) in row.iter_mut().zip(&onward) {
                    if second != BLOCKED && first + second < *distance {
                        *distance = first + second;
                    }
                }
            }
        }
        distances
    }

    /// Moves one unit along a circle, backwards from `end` until `start` is reached again.
    fn push(&mut self, from: &[Node], start: Node, end: Node) {
        let mut node = end;
        loop {
            let before = from[node];
            self.step(before, node);
            node = before;
            if node == start {
                return;
            }
        }
    }

    /// Moves one unit along one arc of the residual graph.
    fn step(&mut self, start: Node, end: Node) {
        let hub = self.hub();
        let regions = 0..self.n_regions;
        if start == hub && regions.contains(&end) {
            self.focus_counts[end] += 1;
        } else if end == hub && regions.contains(&start) {
            self.focus_counts[start] -= 1;
        } else if end == hub {
            self.home_counts[start - self.n_regions] += 1;
        } else if start == hub {
            self.home_counts[end - self.n_regions] -= 1;
        } else if regions.contains(&start) {
            self.assigned[start * self.n_industries + end - self.n_regions] = true;
        } else {
            self.assigned[end * self.n_industries + start - self.n_regions] = false;
        }
    }

    fn meets_requirements(&self) -> bool {
        let enough =
            |counts: &[usize], bounds: &[Bounds]| counts.iter().zip(bounds).all(|(&count, bounds)| count >= bounds.min);
        enough(&self.focus_counts, &self.focuses)
            && enough(&self.home_counts, &self.homes)
            && self.pinned.iter().zip(&self.assigned).all(|(&pinned, &assigned)| assigned || !pinned)
    }
}

/// Cost of one unit more through a region or industry.
fn raise(count: usize, bounds: Bounds) -> i128 {
    match count {
        count if count < bounds.min => -REQUIRED,
        count if count < bounds.max => 0,
        _ => BLOCKED,
    }
}

/// Cost of one unit less through a region or industry.
fn lower(count: usize, bounds: Bounds) -> i128 {
    match count {
        0 => BLOCKED,
        count if count <= bounds.min => REQUIRED,
        _ => 0,
    }
}

/// Sum of two costs, blocked when one is.
fn plus(first: i128, second: i128) -> i128 {
    if first == BLOCKED || second == BLOCKED { BLOCKED } else { first + second }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn network(gains: &[i128], focuses: &[Bounds], homes: &[Bounds]) -> Network {
        let (allowed, pinned) = (vec![true; gains.len()], vec![false; gains.len()]);
        Network::with_constraints(gains.to_vec(), focuses.to_vec(), homes.to_vec(), allowed, pinned)
    }

    #[test]
    fn takes_the_best_and_knows_what_else_would_lose() {
        let one = Bounds::exactly(1);
        let mut network = network(&[5, 4, 4, 1], &[one; 2], &[one; 2]);
        assert!(network.maximise());
        // 4 + 4 beats 5 + 1.
        assert_eq!(network.assigned, [false, true, true, false]);
        assert_eq!(network.losses(), [Some(2); 4]);
    }

    #[test]
    fn meets_requirements_that_cost_and_says_when_it_cannot() {
        let (any, one) = (Bounds::between(0, 2), Bounds::exactly(1));
        let mut costly = network(&[-3, -5, 2, -1], &[any; 2], &[one; 2]);
        costly.fix(0, true);
        assert!(costly.maximise());
        assert_eq!(costly.assigned, [true, false, false, true]);
        assert_eq!(costly.losses(), [None, Some(4), None, Some(4)]);
        let mut impossible = network(&[1, 1], &[Bounds::exactly(2)], &[one, Bounds::exactly(0)]);
        assert!(!impossible.maximise());
    }

    #[test]
    fn the_grid_keeps_all_bits_of_ordinary_numbers() {
        for largest in [1.0, 0.3, 7e289, 3e-310] {
            let grid = Grid::new(largest);
            for value in [largest, -largest, largest / 3.0, 0.0] {
                assert_eq!(grid.value(grid.steps(value)), value);
            }
        }
    }
}
