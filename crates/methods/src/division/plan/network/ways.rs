//! Steps between the nodes of the shorter side and the hub, and the shortest ways that they make.

use super::super::problem::Bounds;

/// Reward of a required unit. Values are at most 2^72 each (see `grid`), so that 2^19 of them stay far below.
pub(super) const REQUIRED: i128 = 1 << 100;

/// Cost of a way that is not there. Sums of two still fit.
pub(super) const BLOCKED: i128 = i128::MAX / 4;

/// A node of the shorter side, or the hub, which comes after them.
pub(super) type Node = usize;

/// Of a step that needs no node of the longer side: a count of the shorter side's node goes up or down.
pub(super) const DIRECT: u32 = u32::MAX;

/// A step between two nodes of the shorter side or the hub, by the node of the longer side that offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) cost: i128,
    pub(super) via: u32,
}

pub(super) const NO_STEP: Step = Step { cost: BLOCKED, via: DIRECT };

/// Shortest ways from a start: their costs, and the node before each.
pub(super) struct Ways {
    pub(super) costs: Vec<i128>,
    pub(super) before: Vec<Option<Node>>,
}

/// Bellman and Ford: shortest ways from where `costs` start. There is no circle of negative cost.
pub(super) fn relax(steps: &[Step], costs: Vec<i128>, without: Option<Node>) -> Ways {
    let n = costs.len();
    let mut ways = Ways { costs, before: vec![None; n] };
    let mut changed = true;
    while changed {
        changed = false;
        for start in (0..n).filter(|&start| Some(start) != without) {
            let first = ways.costs[start];
            if first == BLOCKED {
                continue;
            }
            for end in (0..n).filter(|&end| Some(end) != without) {
                let cost = plus(first, steps[start * n + end].cost);
                if cost < ways.costs[end] {
                    (ways.costs[end], ways.before[end]) = (cost, Some(start));
                    changed = true;
                }
            }
        }
    }
    ways
}

/// Floyd and Warshall: cost of the shortest way between every two nodes.
pub(super) fn all_distances(steps: &[Step], n: usize) -> Vec<i128> {
    let mut distances: Vec<i128> = steps.iter().map(|step| step.cost).collect();
    for node in 0..n {
        distances[node * n + node] = 0;
    }
    for via in 0..n {
        let onward: Vec<i128> = distances[via * n..(via + 1) * n].to_vec();
        for start in 0..n {
            let first = distances[start * n + via];
            let row = &mut distances[start * n..(start + 1) * n];
            for (distance, &second) in row.iter_mut().zip(&onward) {
                *distance = (*distance).min(plus(first, second));
            }
        }
    }
    distances
}

/// Cost of one unit more through a region or industry.
pub(super) fn raise(count: usize, bounds: Bounds) -> i128 {
    match count {
        count if count < bounds.min => -REQUIRED,
        count if count < bounds.max => 0,
        _ => BLOCKED,
    }
}

/// Cost of one unit less through a region or industry.
pub(super) fn lower(count: usize, bounds: Bounds) -> i128 {
    match count {
        0 => BLOCKED,
        count if count <= bounds.min => REQUIRED,
        _ => 0,
    }
}

/// Sum of two costs, blocked when one is.
pub(super) fn plus(first: i128, second: i128) -> i128 {
    if first == BLOCKED || second == BLOCKED { BLOCKED } else { first + second }
}

/// The shortest of some ways with what comes before or after each.
pub(super) fn shortest(ways: &[(Node, i128)], rest: impl Fn(Node) -> i128) -> i128 {
    ways.iter().map(|&(node, cost)| plus(cost, rest(node))).min().unwrap_or(BLOCKED)
}
