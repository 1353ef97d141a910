//! HiGHS under watch: a programme is solved until it is finished or its caller wants no more.
//!
//! **The one crate with unsafe code, and empty without the feature `highs`.** The library `highs` solves a model in one call
//! that nothing can end; HiGHS itself asks a callback, many times a second, whether to go on. This sets that callback.
#![cfg(feature = "highs")]

mod callback;

use std::ffi::CStr;

use highs::{HighsModelStatus, HighsSolutionStatus, HighsStatus, Model, SolvedModel};

use callback::with_callback;

/// How far HiGHS is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Nodes of its tree so far.
    pub nodes: u64,
    /// Objective of the best solution so far; infinite where there is none.
    pub objective: f64,
    /// What no solution exceeds.
    pub bound: f64,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The solution is the best one, or there is none.
    Finished,
    /// The caller wanted no more, or the seconds were over.
    Interrupted,
}

/// What HiGHS has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Values of the columns of the best solution, where there is one.
    pub columns: Option<Vec<f64>>,
    /// No solution has a greater objective: infinite where nothing is known, and minus infinite where there is no solution.
    pub bound: f64,
    /// How it ended.
    pub ended: Ended,
}

/// Why HiGHS has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HighsError {
    /// It refuses a setting.
    #[error("HiGHS refuses the setting {0}")]
    Setting(&'static str),
    /// It refuses the model, or fails.
    #[error("HiGHS answers with the status {0:?}")]
    Status(HighsStatus),
    /// It ends in a way that is no answer.
    #[error("HiGHS ends with the model status {0:?}")]
    Ended(HighsModelStatus),
}

/// A search is finished when its bound is no further from the objective. Rows and integers keep the tolerances that HiGHS has
/// by default (1e-7 and 1e-6): with smaller ones its presolve may go round in circles.
const TOLERANCE: f64 = 1e-9;

/// Maximises a mixed-integer model until it is finished, `go_on` says no, or `seconds` are over (which may be infinite).
///
/// One thread and a fixed seed, so that the same model has the same answer. `go_on` is asked between steps of the search, and
/// neither in presolve nor while a linear programme is solved; these look at the seconds.
///
/// # Errors
///
/// What HiGHS does not take, or fails at.
///
/// # Source
///
/// Huangfu and Hall (2018), Mathematical Programming Computation 10(1), 119-142.
pub fn maximise(mut model: Model, seconds: f64, go_on: &mut dyn FnMut(Seen) -> bool) -> Result<Found, HighsError> {
    let mut number =
        |name: &'static str, value: f64| model.try_set_option(name, value).map_err(|_| HighsError::Setting(name));
    number("mip_rel_gap", 0.0)?;
    number("mip_abs_gap", TOLERANCE)?;
    number("time_limit", seconds.max(0.0))?;
    for (name, value) in [("threads", 1), ("random_seed", 0)] {
        model.try_set_option(name, value).map_err(|_| HighsError::Setting(name))?;
    }
    // Both make problems of their own, whose presolve strengthens rows that are shorter than its limit, and there looks at no
    // clock: HiGHS 1.16 went on for minutes after its time on rows of some hundred columns.
    for name in ["mip_heuristic_run_rens", "mip_heuristic_run_rins"] {
        model.try_set_option(name, false).map_err(|_| HighsError::Setting(name))?;
    }
    model.set_sense(highs::Sense::Maximise);
    let solved = with_callback(model, go_on)?;
    found(&solved)
}

fn found(solved: &SolvedModel) -> Result<Found, HighsError> {
    let ended = match solved.status() {
        HighsModelStatus::Optimal => Ended::Finished,
        // All columns have bounds, so that no model is unbounded.
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
            return Ok(Found { columns: None, bound: f64::NEG_INFINITY, ended: Ended::Finished });
        }
        HighsModelStatus::ReachedInterrupt | HighsModelStatus::ReachedTimeLimit => Ended::Interrupted,
        other => return Err(HighsError::Ended(other)),
    };
    let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let columns = feasible.then(|| solved.get_solution().columns().to_vec());
    Ok(Found { columns, bound: number(solved, c"mip_dual_bound")?, ended })
}

fn number(solved: &SolvedModel, name: &CStr) -> Result<f64, HighsError> {
    solved.double_info_value(name).map_err(HighsError::Status)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use highs::{RowProblem, Sense};

    use super::*;

    fn weight(object: i32) -> f64 {
        f64::from(object * 37 % 23 + 5)
    }

    fn value(object: i32) -> f64 {
        weight(object) + f64::from(object % 3)
    }

    /// Objects of which those with a total weight of a third fit.
    fn knapsack(objects: i32) -> Model {
        let mut problem = RowProblem::default();
        let columns: Vec<_> =
            (0..objects).map(|at| (problem.add_integer_column(value(at), 0..=1), weight(at))).collect();
        problem.add_row(..=room(objects), columns);
        problem.optimise(Sense::Maximise)
    }

    fn room(objects: i32) -> f64 {
        ((0..objects).map(weight).sum::<f64>() / 3.0).floor() - 0.5
    }

    #[test]
    fn finds_the_best_solution_the_same_every_time() {
        let sum = |set: u32, of: fn(i32) -> f64| (0..16).filter(|at| set >> at & 1 == 1).map(of).sum::<f64>();
        let fitting = (0..1_u32 << 16).filter(|&set| sum(set, weight) <= room(16));
        let best = fitting.map(|set| sum(set, value)).fold(0.0, f64::max);
        let found = || maximise(knapsack(16), f64::INFINITY, &mut |_| true).unwrap();
        let first = found();
        let columns = first.columns.clone().unwrap();
        let worth: f64 = (0..16).zip(&columns).map(|(at, column)| value(at) * column).sum();
        assert_eq!(first.ended, Ended::Finished);
        assert!((worth - best).abs() < 1e-6 && (first.bound - best).abs() < 1e-6, "{first:?} is not {best}");
        assert_eq!(first, found());
    }

    #[test]
    fn ends_when_nobody_wants_more() {
        let mut seen = Vec::new();
        let found = maximise(knapsack(200), f64::INFINITY, &mut |so_far| {
            seen.push(so_far);
            false
        });
        let found = found.unwrap();
        assert!(!seen.is_empty() && found.ended == Ended::Interrupted, "{found:?}");
        assert!(seen.iter().all(|so_far| found.bound <= so_far.bound + 1e-6), "{seen:?} {found:?}");
    }

    /// Assigning as many objects as places with costs that tell nothing apart takes HiGHS far longer than a second.
    #[test]
    fn ends_when_the_seconds_are_over() {
        let mut problem = RowProblem::default();
        let worth = |object: i32, place: i32| f64::from((object * 37 + place * 61 + object * object * place) % 101);
        let mut cells = Vec::new();
        for object in 0..40 {
            cells
                .push((0..40).map(|place| problem.add_integer_column(worth(object, place), 0..=1)).collect::<Vec<_>>());
        }
        for row in &cells {
            problem.add_row(1.0..=3.0, row.iter().map(|&cell| (cell, 1.0)));
        }
        for (first, second) in (0..40).flat_map(|first| (0..first).map(move |second| (first, second))) {
            for (one, other) in cells[first].iter().zip(&cells[second]) {
                let both = problem.add_column(-40.0, 0..=1);
                problem.add_row(-1.0.., [(both, 1.0), (*one, -1.0), (*other, -1.0)]);
            }
        }
        let (start, mut asked) = (std::time::Instant::now(), 0);
        let found = maximise(problem.optimise(Sense::Maximise), 0.5, &mut |_| {
            asked += 1;
            true
        });
        let (found, took) = (found.unwrap(), start.elapsed());
        assert_eq!(found.ended, Ended::Interrupted);
        assert!(took < std::time::Duration::from_secs(10), "it took {took:?} and asked {asked} times");
    }

    #[test]
    fn says_that_there_is_no_solution() {
        let mut problem = RowProblem::default();
        let column = problem.add_integer_column(1.0, 0..=1);
        problem.add_row(2.0..=3.0, [(column, 1.0)]);
        let found = maximise(problem.optimise(Sense::Maximise), f64::INFINITY, &mut |_| true).unwrap();
        assert_eq!(found, Found { columns: None, bound: f64::NEG_INFINITY, ended: Ended::Finished });
    }
}
