//! Times relatedness and complexity on tables that `tests/peers/complexity.py` has written, and prints a line for each.
//!
//! Usage: `peers_complexity DIRECTORY`. A line: table, median seconds of the whole pipeline and of proximity alone, megabytes taken
//! beyond the table, and the first region's index by which the script sees that both have computed the same.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_methods::division::{
    OutlookOptions, Presence, QuotientBase, Standardization, complexity_index, complexity_outlook, proximity,
    relatedness_density,
};
use growthpole_methods::{Amounts, Progress};

/// Each is timed for about this long, and at least thrice.
const TIME: Duration = Duration::from_secs(2);

fn main() {
    let directory = std::env::args().nth(1).expect("a directory of tables");
    let names = std::fs::read_to_string(Path::new(&directory).join("sizes")).expect("names of tables");
    for name in names.lines() {
        let amounts = read(&Path::new(&directory).join(format!("{name}.amounts")), name);
        let before = peak_megabytes();
        let first = pipeline(&amounts);
        let memory = peak_megabytes() - before;
        let whole = median(|| pipeline(black_box(&amounts)));
        let present = presence(&amounts);
        let near = median(|| proximity(black_box(&present), &Progress::new()).expect("proximity").get(0, 0));
        println!("{name} {whole} {near} {memory} {first}");
    }
}

fn read(path: &Path, name: &str) -> Amounts {
    let industries = name.split(['x', '-']).nth(1).and_then(|n| n.parse().ok()).expect("REGIONSxINDUSTRIES-EMPTY");
    let bytes = std::fs::read(path).expect("a table");
    let cells = bytes.as_chunks::<8>().0.iter().map(|cell| f64::from_le_bytes(*cell)).collect();
    Amounts::try_new(cells, industries).expect("amounts")
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

fn median(work: impl Fn() -> f64) -> f64 {
    let (mut times, started) = (Vec::new(), Instant::now());
    while times.len() < 3 || started.elapsed() < TIME {
        let start = Instant::now();
        black_box(work());
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The most memory this process has had, where the system tells it; 0 elsewhere.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(0.0, |kilobytes| kilobytes / 1024.0)
}
