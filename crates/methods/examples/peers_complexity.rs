//! Times relatedness and complexity on tables that `tests/peers/complexity.py` has written, and prints a line for each method.
//!
//! Usage: `peers_complexity DIRECTORY`. A line: table, method, least seconds on one thread and on two, and a figure by which the
//! script sees that both have computed the same (of `memory`, the megabytes that the pipeline took beyond the table). `product`,
//! `weighted_product` and `vectors` are no methods, but work that a machine cannot do without for one.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use faer::Mat;
use growthpole_methods::division::complexity::{FitnessOptions, fitness, reflections};
use growthpole_methods::division::relatedness::{Margins, Normalization, co_occurrence, normalized};
use growthpole_methods::division::{
    OutlookOptions, Presence, QuotientBase, Standardization, complexity_index, complexity_outlook, proximity,
    relatedness_density,
};
use growthpole_methods::{Amounts, Matrix, Progress};
use rayon::ThreadPool;

/// Each is timed for about this long on each number of threads, and at least thrice.
const TIME: Duration = Duration::from_millis(250);

/// Steps of what is iterated.
const STEPS: u32 = 20;

fn main() {
    let directory = std::env::args().nth(1).expect("a directory of tables");
    let names = std::fs::read_to_string(Path::new(&directory).join("sizes")).expect("names of tables");
    let pools = [1, 2].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads"));
    for name in names.lines() {
        let amounts = read(&Path::new(&directory).join(format!("{name}.amounts")), name);
        let before = peak_megabytes();
        pools[1].install(|| pipeline(&amounts));
        println!("{name} memory 0 0 {}", peak_megabytes() - before);
        time_all(name, &pools, &amounts);
    }
}

fn read(path: &Path, name: &str) -> Amounts {
    let industries = name.split(['x', '-']).nth(1).and_then(|n| n.parse().ok()).expect("REGIONSxINDUSTRIES-EMPTY");
    let bytes = std::fs::read(path).expect("a table");
    let cells = bytes.as_chunks::<8>().0.iter().map(|cell| f64::from_le_bytes(*cell)).collect();
    Amounts::try_new(cells, industries).expect("amounts")
}

fn time_all(name: &str, pools: &[ThreadPool; 2], amounts: &Amounts) {
    let time = |method: &str, run: &(dyn Fn() -> f64 + Sync)| {
        let [one, two] = pools.each_ref().map(|pool| pool.install(|| least(run)));
        println!("{name} {method} {one:e} {two:e} {:e}", run());
    };
    let progress = Progress::new();
    let present = presence(amounts);
    let near = proximity(&present, &progress).expect("proximity");
    time("pipeline", &|| pipeline(black_box(amounts)));
    time("presence", &|| f64::from(presence(black_box(amounts)).diversity()[0]));
    time("proximity_of_amounts", &|| proximity(&presence(black_box(amounts)), &progress).expect("proximity").get(0, 0));
    time("proximity", &|| proximity(black_box(&present), &progress).expect("proximity").get(0, 0));
    time("relatedness", &|| {
        let counts = co_occurrence(black_box(&present), &progress).expect("nobody stops it");
        normalized(&counts, Normalization::Probability, Margins::Others).get(0, 1)
    });
    time("index", &|| {
        complexity_index(black_box(&present), Standardization::OfRegions, &progress).expect("complexity").regions[0]
    });
    time("reflections", &|| reflections(black_box(&present), STEPS).regions.values()[0]);
    let options = FitnessOptions { iterations: STEPS, tolerance: 0.0, extremality: 1.0 };
    time("fitness", &|| fitness(black_box(&present), options, &progress).expect("fitness").regions[0]);
    time("density", &|| relatedness_density(black_box(&present), &near, true, &progress).expect("density").get(0, 0));
    limits(&time, &present, &near);
}

/// Work that methods cannot do without.
fn limits(time: &impl Fn(&str, &(dyn Fn() -> f64 + Sync)), present: &Presence, near: &Matrix) {
    let (regions, industries) = (present.n_regions(), present.n_industries());
    let table = Mat::from_fn(regions, industries, |r, i| f64::from(u8::from(present.is_present(r, i))));
    let related = Mat::from_fn(industries, industries, |i, j| near.get(i, j));
    time("product", &|| (black_box(&table).transpose() * black_box(&table))[(0, 0)]);
    time("weighted_product", &|| (black_box(&table) * black_box(&related))[(0, 0)]);
    let column = Mat::from_fn(industries, 1, |at, _| at as f64);
    let steps = || (0..2 * STEPS).map(|_| (black_box(&table) * black_box(&column))[(0, 0)]).sum();
    time("vectors", &steps);
}

fn presence(amounts: &Amounts) -> Presence {
    Presence::revealed(amounts, &QuotientBase::of_whole(amounts).expect("amounts"), 1.0).expect("presence")
}

/// Everything that ecomplexity answers; the complexity of the first region.
fn pipeline(amounts: &Amounts) -> f64 {
    let progress = Progress::new();
    let presence = presence(amounts);
    let index = complexity_index(&presence, Standardization::OfRegions, &progress).expect("complexity");
    let near = proximity(&presence, &progress).expect("proximity");
    let options = OutlookOptions { include_self: true, subtract_lost: false };
    let density = relatedness_density(&presence, &near, true, &progress).expect("density");
    let outlook = complexity_outlook(&presence, &near, &density, &index.industries, options, &progress);
    black_box((density, outlook.expect("outlook")));
    index.regions[0]
}

fn least(work: &(dyn Fn() -> f64 + Sync)) -> f64 {
    let (mut least, mut runs, started) = (f64::INFINITY, 0, Instant::now());
    while runs < 3 || started.elapsed() < TIME {
        let start = Instant::now();
        black_box(work());
        least = least.min(start.elapsed().as_secs_f64());
        runs += 1;
    }
    least
}

/// The most memory this process has had, where the system tells it; 0 elsewhere.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(0.0, |kilobytes| kilobytes / 1024.0)
}
