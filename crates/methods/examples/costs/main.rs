//! Prints what each method of growth analysis, and each that draws from structures, costs by the size of its problem, and what a
//! second thread saves.
//!
//! Usage: `cargo run --release -p growthpole-methods --example costs [RPC ...]`; all where none is named. Each time is the
//! least of as many runs as fit into a fifth of a second, one at least. The exponents say how the cost grows: a cost that
//! doubles with the number of regions has an exponent of 1. They are those of the last step by regions and of the step by
//! periods; of tables, periods are industries. A size is left out where it would take more than a minute, should the cost
//! grow with the square of the number of cells.

#![allow(clippy::print_stdout, clippy::expect_used)]

mod change;
mod course;
mod division;
mod input;
mod ranks;

use std::hint::black_box;
use std::time::{Duration, Instant};

use growthpole_methods::growth::mobility::Draws;
use rayon::ThreadPool;

use input::Input;

/// Regions and periods: provinces, cities, counties; and counties over fifty years.
const USUAL: Sizes = [(31, 20), (300, 20), (3_000, 20), (3_000, 50)];
/// Of methods that compare all pairs of regions.
const PAIRS: Sizes = [(31, 20), (100, 20), (300, 20), (300, 50)];
/// Of methods that solve as many equations as there are regions.
const EQUATIONS: Sizes = [(31, 20), (300, 20), (1_000, 20), (1_000, 50)];
/// Regions and industries.
const TABLES: Sizes = [(31, 20), (300, 20), (3_000, 20), (3_000, 1_000)];

const TIME: Duration = Duration::from_millis(200);
const MOST_SECONDS: f64 = 60.0;
const DRAWS: Draws = Draws { permutations: 999, seed: 1 };

type Sizes = [(usize, usize); 4];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let pools = [1, 2].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads"));
    println!(
        "Least time of several runs, one thread; the last column is that over the time of two, at the last size measured.\n"
    );
    println!("| rpc | method | sizes | | | | | by regions | by periods | two threads |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (rpc, methods) in methods() {
        if !(asked.is_empty() || asked.iter().any(|asked| asked == rpc)) {
            continue;
        }
        methods.iter().for_each(|method| method.print(rpc, &pools));
    }
}

/// Something that is timed at four sizes.
struct Method {
    name: &'static str,
    sizes: Sizes,
    run: fn(&Input) -> f64,
}

fn method(name: &'static str, sizes: Sizes, run: fn(&Input) -> f64) -> Method {
    Method { name, sizes, run }
}

impl Method {
    fn print(&self, rpc: &str, [one, two]: &[ThreadPool; 2]) {
        let Self { name, sizes, run } = self;
        let (mut seconds, mut saved) = ([None; 4], f64::NAN);
        for (at, &(regions, periods)) in sizes.iter().enumerate() {
            if at > 0 {
                let (before_regions, before_periods) = sizes[at - 1];
                let growth = (regions * periods) as f64 / (before_regions * before_periods) as f64;
                if seconds[at - 1].is_none_or(|before: f64| before * growth.powf(1.5) > MOST_SECONDS) {
                    break;
                }
            }
            let input = Input::new(regions, periods);
            let alone = one.install(|| least(*run, &input));
            seconds[at] = Some(alone);
            if at + 1 == sizes.len() || alone > 0.5 {
                saved = alone / two.install(|| least(*run, &input));
            }
        }
        let power = |from: usize, to: usize, size: fn((usize, usize)) -> usize| {
            let larger = (size(sizes[to]) as f64 / size(sizes[from]) as f64).ln();
            seconds[from].zip(seconds[to]).map(|(from, to)| (to / from).ln() / larger)
        };
        let figure = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.1}"));
        let named: Vec<String> = sizes.iter().map(|(regions, periods)| format!("{regions}x{periods}")).collect();
        let [a, b, c, d] = seconds.map(|seconds| seconds.map_or("-".to_owned(), shown));
        println!(
            "| {rpc} | {name} | {} | {a} | {b} | {c} | {d} | {} | {} | {} |",
            named.join(", "),
            figure(power(1, 2, |size| size.0)),
            figure(power(2, 3, |size| size.1)),
            figure(saved.is_finite().then_some(saved)),
        );
    }
}

fn least(run: fn(&Input) -> f64, input: &Input) -> f64 {
    let (mut least, start) = (f64::INFINITY, Instant::now());
    while least.is_infinite() || start.elapsed() < TIME {
        let start = Instant::now();
        black_box(run(black_box(input)));
        least = least.min(start.elapsed().as_secs_f64());
    }
    least
}

fn shown(seconds: f64) -> String {
    match seconds {
        0.0..1e-3 => format!("{:.3} µs", Rounded(seconds * 1e6)),
        1e-3..1.0 => format!("{:.3} ms", Rounded(seconds * 1e3)),
        _ => format!("{:.3} s", Rounded(seconds)),
    }
}

/// A number with three digits.
struct Rounded(f64);

impl std::fmt::Display for Rounded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = (2.0 - self.0.abs().max(1e-9).log10().floor()).clamp(0.0, 2.0) as usize;
        write!(f, "{:.decimals$}", self.0)
    }
}

fn methods() -> [(&'static str, Vec<Method>); 9] {
    [
        ("RankGrowth", ranks::rank_growth()),
        ("TrackRanks", [ranks::track_ranks(), ranks::among_neighbours()].into_iter().flatten().collect()),
        ("DecomposeGrowth", change::decompose_growth()),
        ("TestConvergence", change::test_convergence()),
        ("MeasureInequality", change::measure_inequality()),
        ("DetectTurningPoints", course::detect_turning_points()),
        ("ProjectGrowth", course::project_growth()),
        ("MeasureSpecialization", division::measure_specialization()),
        ("MeasureConcentration", division::measure_concentration()),
    ]
}
