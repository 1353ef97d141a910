//! Times input-output analysis on tables that `tests/peers/economic_base.py` has written, and prints a line for each.
//!
//! Usage: `peers_economic_base DIRECTORY`. A line: method, sectors, median seconds, and a figure by which the script sees that
//! both have computed the same.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_methods::Matrix;
use growthpole_methods::division::economic_base::{InputOutput, ghosh_inverse, leontief_inverse, multipliers};

/// A method is timed for about this long, and at least thrice.
const TIME: Duration = Duration::from_millis(500);

fn main() {
    let directory = std::env::args().nth(1).expect("a directory of inputs");
    let sizes = std::fs::read_to_string(Path::new(&directory).join("sizes")).expect("sizes");
    for size in sizes.lines() {
        let n: usize = size.parse().expect("a number of sectors");
        let numbers = |kind: &str| {
            let bytes = std::fs::read(Path::new(&directory).join(format!("{size}.{kind}"))).expect("an input");
            let (cells, _) = bytes.as_chunks::<8>();
            cells.iter().map(|cell| f64::from_le_bytes(*cell)).collect::<Vec<f64>>()
        };
        let flows = Matrix::try_new(numbers("flows"), n).expect("flows");
        let table = InputOutput::with_final_demand(flows, &numbers("demand")).expect("a table");
        let jobs = numbers("jobs");
        let leontief = || {
            let inverse = leontief_inverse(black_box(&table)).expect("productive");
            multipliers(&table, &inverse, &jobs).expect("multipliers").total.iter().sum::<f64>()
        };
        time("leontief_and_multipliers", n, leontief);
        time("ghosh", n, || ghosh_inverse(black_box(&table)).expect("productive").cells().iter().sum::<f64>());
    }
}

fn time(method: &str, n: usize, run: impl Fn() -> f64) {
    let figure = run();
    let (begin, mut times) = (Instant::now(), Vec::new());
    while times.len() < 3 || (begin.elapsed() < TIME && times.len() < 1001) {
        let start = Instant::now();
        black_box(run());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    println!("{method} {n} {:e} {figure:.17e}", times[times.len() / 2].as_secs_f64());
}
