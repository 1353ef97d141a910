//! The division plan without friction: a transportation problem, solved exactly with all its margins.

use super::network::{Grid, Network};
use super::problem::Checked;
use super::{Margin, Solved, TIE_TOLERANCE};

/// Finds the best plan. The constraints must not contradict each other.
pub(super) fn solve(checked: &Checked) -> Solved {
    let grid = Grid::new(checked.scale);
    let gains: Vec<i128> = checked.gains.iter().map(|&gain| grid.steps(gain)).collect();
    let tolerance = grid.steps(checked.scale * TIE_TOLERANCE);

    let mut best = Network::new(checked, gains.clone());
    best.maximise();
    let losses = best.losses();
    let plan = settle_ties(best.clone(), &losses, tolerance);
    let margins = margins(&losses, &best.assigned, &plan, grid);
    let alternative = cheapest_flip(&margins).map(|pair| {
        let mut other = Network::new(checked, gains);
        other.fix(pair, !plan[pair]);
        other.maximise();
        let losses = other.losses();
        settle_ties(other, &losses, tolerance)
    });
    Solved { assigned: plan, margins, alternative }
}

/// Walks from a best plan to the lexicographically smallest of those that lose no more than `tolerance`.
fn settle_ties(mut network: Network, losses: &[Option<i128>], tolerance: i128) -> Vec<bool> {
    // What would lose more when flipped is the same in all of them.
    for (frozen, loss) in network.frozen.iter_mut().zip(losses) {
        *frozen = loss.is_none_or(|loss| loss > tolerance);
    }
    let mut left = tolerance;
    for pair in 0..losses.len() {
        if network.frozen[pair] {
            continue;
        }
        if !network.assigned[pair] {
            left -= network.take(pair, left).unwrap_or(0);
        }
        network.frozen[pair] = true;
    }
    network.assigned
}

/// Margins of a plan from the losses of a best one. Where the two differ, the best one has the pair flipped: no loss.
fn margins(losses: &[Option<i128>], best: &[bool], plan: &[bool], grid: Grid) -> Vec<Margin> {
    let margin = |pair: usize| match losses[pair] {
        None => Margin::Forced,
        Some(_) if best[pair] != plan[pair] => Margin::Loss(0.0),
        Some(loss) => Margin::Loss(grid.value(loss)),
    };
    (0..losses.len()).map(margin).collect()
}

/// The first pair whose flipping loses least.
fn cheapest_flip(margins: &[Margin]) -> Option<usize> {
    let losses = margins.iter().enumerate().filter_map(|(pair, margin)| margin.loss().map(|loss| (pair, loss)));
    losses.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(pair, _)| pair)
}
