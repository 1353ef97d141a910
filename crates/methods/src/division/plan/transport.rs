//! The division plan as a transportation problem: solved exactly with all its margins and the next best plans.

use super::checked::Checked;
use super::network::{Grid, Network, State};
use super::watch::{Halt, Work};
use super::{DivisionError, Margin, PlanOptions, Solved, TIE_TOLERANCE, Watch};

/// Finds the best plan. Says nothing when the constraints contradict each other.
///
/// When time is up while the flow grows, the answer is the flow so far, if it is a plan, with the bound that shortest paths
/// give; when it is up later, the best plan, of which ties are not settled and margins not known.
pub(super) fn solve(
    checked: &Checked<'_>,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Option<Solved>, DivisionError> {
    let grid = Grid::new(checked.scale);
    let gains: Vec<i128> = checked.gains.iter().map(|&gain| grid.steps(gain)).collect();
    let tolerance = grid.steps(checked.scale * TIE_TOLERANCE);

    let mut best = Network::new(checked.demands(), gains.clone());
    let work = Work::new(watch.progress, if options.counts_work { 2 * best.most_steps() } else { 0 });
    let look = || work.step(watch);
    let margins_unknown = || if options.margins { vec![Margin::AtLeast(0.0); gains.len()] } else { Vec::new() };
    let cut = |assigned: Vec<bool>, bound: Option<f64>| Solved {
        assigned,
        bound,
        margins: margins_unknown(),
        alternatives: Vec::new(),
        alternatives_proven: options.alternatives == 0,
    };
    match best.maximise(&look) {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
        Err(Halt::Up) => {
            let left = best.left().ok_or(DivisionError::NoPlanYet)?;
            let bound = grid.value(gain_of(&gains, &best.assigned) + left);
            return Ok(Some(cut(best.assigned, Some(bound))));
        }
    }
    let losses = match best.losses(&look) {
        Ok(losses) => losses,
        Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
        Err(Halt::Up) => return Ok(Some(cut(best.assigned, None))),
    };
    drop(work);
    let plan = settle_ties(best.clone(), &losses, tolerance, watch)?;
    let margins = if options.margins { margins(&losses, &best.assigned, &plan, grid) } else { Vec::new() };
    let next = NextBest { gains: &gains, grid, options, watch };
    let (alternatives, alternatives_proven) = next.plans(best, &plan)?;
    Ok(Some(Solved { assigned: plan, bound: None, margins, alternatives, alternatives_proven }))
}

/// Whether a plan meets the constraints on pairs and on counts.
pub(super) fn is_feasible(checked: &Checked<'_>, watch: &Watch<'_>) -> Result<bool, Halt> {
    Network::new(checked.demands(), vec![0; checked.gains.len()]).maximise(&|| watch.look())
}

fn gain_of(gains: &[i128], assigned: &[bool]) -> i128 {
    gains.iter().zip(assigned).filter(|(_, assigned)| **assigned).map(|(gain, _)| gain).sum()
}

/// Walks from a best plan to the lexicographically smallest of those that lose no more than `tolerance`, or as far as there
/// is time: every plan on the way is as good.
fn settle_ties(
    mut network: Network,
    losses: &[Option<i128>],
    tolerance: i128,
    watch: &Watch<'_>,
) -> Result<Vec<bool>, DivisionError> {
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
            match watch.look() {
                Ok(()) => left -= network.flip(pair, left).unwrap_or(0),
                Err(Halt::Up) => break,
                Err(Halt::Stopped(stopped)) => return Err(stopped.into()),
            }
        }
        network.frozen[pair] = true;
    }
    Ok(network.assigned)
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

/// Plans in the order of their gains: every part of all plans knows its best and its second best one; dividing it by a
/// pair in which these differ makes two parts whose best plans are known.
struct NextBest<'a> {
    gains: &'a [i128],
    grid: Grid,
    options: &'a PlanOptions,
    watch: &'a Watch<'a>,
}

/// All plans that have the frozen pairs as they are: what their networks are made from again. Whole networks of thousands of
/// regions would fill the memory.
struct Part {
    best: State,
    second: Option<Second>,
}

/// The second best plan of a part.
struct Second {
    plan: State,
    gain: i128,
    /// A pair in which it differs from the best one.
    pair: usize,
}

impl NextBest<'_> {
    /// Up to as many plans as are asked for, none of them `plan`, and whether no better one is missing.
    fn plans(&self, best: Network, plan: &[bool]) -> Result<(Vec<Vec<bool>>, bool), DivisionError> {
        let mut found = Vec::new();
        if self.options.alternatives == 0 {
            return Ok((found, true));
        }
        let floor = gain_of(self.gains, &best.assigned).saturating_sub(self.grid.steps(self.options.distance));
        if best.assigned != plan {
            found.push(best.assigned.clone());
        }
        match self.search(best, plan, floor, &mut found) {
            Ok(()) => Ok((found, true)),
            Err(Halt::Up) => Ok((found, false)),
            Err(Halt::Stopped(stopped)) => Err(stopped.into()),
        }
    }

    /// Finds further plans until there are enough, or no more.
    fn search(&self, mut network: Network, plan: &[bool], floor: i128, found: &mut Vec<Vec<bool>>) -> Result<(), Halt> {
        // Each plan is two parts, each of which looks at every pair.
        let steps = if self.options.counts_work { self.options.alternatives } else { 0 };
        let work = Work::new(self.watch.progress, steps);
        let mut parts = vec![self.part(&mut network)?];
        while found.len() < self.options.alternatives {
            let seconds = parts.iter().enumerate().filter_map(|(at, part)| Some((part.second.as_ref()?.gain, at)));
            // The greatest gain, of the part that was made first.
            let Some((gain, at)) = seconds.min_by_key(|&(gain, at)| (std::cmp::Reverse(gain), at)) else { break };
            if gain < floor {
                break;
            }
            let Part { best: mut first, second } = parts.swap_remove(at);
            let Some(Second { plan: mut second, pair, .. }) = second else { break };
            if second.assigned() != plan {
                found.push(second.assigned().to_vec());
            }
            for state in [&mut first, &mut second] {
                state.freeze(pair);
                network.restore(state, &|| self.watch.look())?;
                parts.push(self.part(&mut network)?);
            }
            work.done(1)?;
        }
        Ok(())
    }

    /// The part of the frozen pairs of a network with its best flow.
    fn part(&self, network: &mut Network) -> Result<Part, Halt> {
        let losses = network.losses(&|| self.watch.look())?;
        let cheapest = losses.iter().enumerate().filter_map(|(pair, loss)| loss.map(|loss| (loss, pair))).min();
        let best = network.state();
        let second = cheapest.and_then(|(loss, pair)| {
            network.flip(pair, loss)?;
            Some(Second { gain: gain_of(self.gains, &network.assigned), plan: network.state(), pair })
        });
        Ok(Part { best, second })
    }
}
