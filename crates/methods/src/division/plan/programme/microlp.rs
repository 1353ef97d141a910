//! Programmes by microlp.

use std::time::Duration;

use good_lp::SolverModel as _;
use microlp::{Error, ResumeOptions, SolveOptions, SolveOutcome, TerminationReason};

use super::super::network::Look;
use super::super::{DivisionError, Engine};
use super::build::Programme;
use super::{Answer, unless_stopped};

/// Nodes between two looks at the watch. The search goes on where it was, so that their number changes nothing.
const NODES: u64 = 4;

/// Time between two looks while the first linear programme is solved. Pivots go on where they were.
const FIRST: Duration = Duration::from_millis(20);

/// Maximises a programme.
pub(super) fn maximise(programme: Programme, look: &Look<'_>) -> Result<Answer, DivisionError> {
    let Programme { variables, objective, constraints, n_slots, .. } = programme;
    let model = variables.maximise(objective).using(good_lp::microlp).with_all(constraints);
    let mut options = SolveOptions::default();
    (options.time_limit, options.node_limit) = (Some(FIRST), Some(0));
    let mut outcome = match model.as_inner().solve_with(options) {
        Ok(outcome) => outcome,
        Err(error) => return infeasible(error),
    };
    loop {
        let first = outcome.termination_reason() == TerminationReason::TimeLimit;
        if outcome.is_optimal() {
            return Ok(answer(&outcome, n_slots, true));
        }
        if let Err(halt) = look() {
            unless_stopped(halt)?;
            return Ok(answer(&outcome, n_slots, false));
        }
        let mut further = ResumeOptions::default();
        (further.time_limit, further.node_limit) = if first { (Some(FIRST), Some(0)) } else { (None, Some(NODES)) };
        outcome = match outcome.resume_with(further) {
            Ok(outcome) => outcome,
            Err(error) => return infeasible(error),
        };
    }
}

fn answer(outcome: &SolveOutcome, n_slots: usize, finished: bool) -> Answer {
    let slots = |solution: &microlp::Solution| solution.iter().take(n_slots).map(|(_, value)| value > 0.5).collect();
    Answer {
        slots: outcome.solution().map(slots),
        bound: outcome.stats().best_bound.unwrap_or(f64::INFINITY),
        finished,
    }
}

fn infeasible(error: Error) -> Result<Answer, DivisionError> {
    match error {
        Error::Infeasible => Ok(Answer { slots: None, bound: f64::NEG_INFINITY, finished: true }),
        other => Err(DivisionError::EngineFailed { engine: Engine::Microlp, message: other.to_string() }),
    }
}
