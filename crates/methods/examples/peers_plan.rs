//! Times division plans on inputs that `tests/peers/plan.py` has written, and prints a line for each.
//!
//! Usage: `peers_plan DIRECTORY SECONDS ENGINE`, the engine `own`, `microlp` or, where the program is built with it, `highs`.
//! A line: the problem's name, seconds, objective, bound, for how many pairs a margin was found, and the peak of memory in
//! kilobytes; NaN for what there is none of. Threads as `RAYON_NUM_THREADS` says.

#![allow(clippy::print_stdout, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_methods::division::plan::{
    Balance, Bounds, DivisionError, Engine, FrictionTerm, Margin, PlanOptions, Watch,
};
use growthpole_methods::division::{DivisionProblem, solve};
use growthpole_methods::{Matrix, Progress};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let directory = Path::new(arguments.get(1).expect("a directory of inputs"));
    let seconds: f64 = arguments.get(2).and_then(|seconds| seconds.parse().ok()).expect("seconds");
    let engine = match arguments.get(3).map(String::as_str) {
        Some("microlp") => Engine::Microlp,
        Some("highs") => Engine::Highs,
        _ => Engine::Own,
    };
    for name in std::fs::read_to_string(directory.join("problems")).expect("problems").lines() {
        let words: Vec<&str> = name.split(' ').collect();
        let number = |at: usize| words[at].parse::<f64>().expect("a number");
        let (problem, margins) = (read(directory, &words), words[8] == "margins");
        let options = PlanOptions { margins, alternatives: 0, work_limit: u64::MAX, engine, ..PlanOptions::default() };
        let progress = Progress::new();
        let start = Instant::now();
        let deadline = start + Duration::from_secs_f64(seconds.max(number(7)));
        let time_is_up = || Instant::now() >= deadline;
        let seconds_left = || deadline.saturating_duration_since(Instant::now()).as_secs_f64();
        let watch = Watch { progress: &progress, time_is_up: &time_is_up, seconds_left: &seconds_left };
        let solved = solve(&problem, &options, &watch);
        let took = start.elapsed().as_secs_f64();
        let (objective, bound, known) = match solved {
            Ok(plan) => {
                let known = plan.margins.iter().filter(|margin| !matches!(margin, Margin::AtLeast(_))).count();
                (plan.objective, plan.bound, known)
            }
            Err(
                DivisionError::NoPlanYet | DivisionError::ProgrammeTooLarge { .. } | DivisionError::TooLarge { .. },
            ) => (f64::NAN, f64::NAN, 0),
            Err(error) => panic!("{}: {error}", words[0]),
        };
        println!("{} {took} {objective} {bound} {known} {}", words[0], peak_kilobytes());
    }
}

/// The most memory this process has had, where the system tells it.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// A line of the list: name, regions, industries, least homes, most homes, weight of friction, tolerance of the balance (or
/// less than 0 for none), seconds, and whether margins are wanted.
fn read(directory: &Path, words: &[&str]) -> DivisionProblem {
    let whole = |at: usize| words[at].parse::<usize>().expect("a whole number");
    let number = |at: usize| words[at].parse::<f64>().expect("a number");
    let (regions, industries) = (whole(1), whole(2));
    let matrix = |kind: &str, columns: usize| {
        let bytes = std::fs::read(directory.join(format!("{}x{}.{kind}", words[1], words[2]))).expect("an input");
        let (cells, _) = bytes.as_chunks::<8>();
        Matrix::try_new(cells.iter().map(|cell| f64::from_le_bytes(*cell)).collect(), columns).expect("a matrix")
    };
    let mut problem = DivisionProblem::new(matrix("values", industries));
    problem.homes = vec![Bounds::between(whole(3), whole(4)); industries];
    problem.focuses = vec![Bounds::balanced(&problem.homes, regions); regions];
    if number(5) > 0.0 {
        let (pair_weights, shares) = (matrix("weights", regions), matrix("shares", industries));
        problem.friction = Some(FrictionTerm { lambda: number(5), pair_weights, shares });
    }
    if number(6) >= 0.0 {
        problem.balances = vec![Balance::even(matrix("sizes", industries), number(6))];
    }
    problem
}
