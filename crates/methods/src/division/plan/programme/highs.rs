//! Programmes by HiGHS.

use good_lp::SolverModel as _;
use good_lp::solvers::highs::HighsProblem;
use growthpole_highs::{Ended, Seen, maximise as run};

use super::super::network::Look;
use super::super::watch::Halt;
use super::super::{DivisionError, Engine};
use super::build::Programme;
use super::{Answer, unless_stopped};

/// How much longer than the watch HiGHS has, in seconds: where it asks, the watch is to end it.
const GRACE: f64 = 0.1;

/// Maximises a programme, on one thread and from a fixed seed.
pub(super) fn maximise(programme: Programme, look: &Look<'_>, seconds: f64) -> Result<Answer, DivisionError> {
    let Programme { variables, objective, constraints, n_slots, .. } = programme;
    let model: HighsProblem = variables.maximise(objective).using(good_lp::highs).with_all(constraints);
    let mut halted: Option<Halt> = None;
    let mut go_on = |_: Seen| {
        halted = halted.or(look().err());
        halted.is_none()
    };
    let failed = |message: String| DivisionError::EngineFailed { engine: Engine::Highs, message };
    let model = model.try_into_inner().map_err(|error| failed(error.to_string()))?;
    let found = run(model, seconds + GRACE, &mut go_on).map_err(|error| failed(error.to_string()))?;
    halted.map_or(Ok(()), unless_stopped)?;
    Ok(Answer {
        slots: found.columns.map(|columns| columns.iter().take(n_slots).map(|value| *value > 0.5).collect()),
        bound: found.bound,
        finished: found.ended == Ended::Finished,
    })
}
