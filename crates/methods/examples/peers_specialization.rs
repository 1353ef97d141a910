//! Times specialisation and likeness of structures on inputs that `tests/peers/specialization.py` has written, and prints a line
//! for each.
//!
//! Usage: `peers_specialization DIRECTORY`. Threads as `RAYON_NUM_THREADS` says. A line: method, size, least seconds, and a
//! figure by which the script sees that both have computed the same.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_methods::division::specialization::{
    ReferenceStructure, RegionStructure, gini_of_quotients, hoover_specialization, krugman_of_others,
    specialization_profiles,
};
use growthpole_methods::division::{
    KrugmanReference, Linkage, StructureMeasure, cluster, dissimilarities, equal_weights, friction_of_rows,
    krugman_against_rows, location_quotient_of_whole,
};
use growthpole_methods::{AmountRows, Amounts, Progress};

/// A method is timed for about this long, and at least thrice.
const TIME: Duration = Duration::from_millis(500);

fn main() {
    let directory = std::env::args().nth(1).expect("a directory of inputs");
    let sizes = std::fs::read_to_string(Path::new(&directory).join("sizes")).expect("sizes");
    for size in sizes.lines() {
        let industries =
            size.split(['x', ' ']).nth(1).and_then(|text| text.parse().ok()).expect("regions x industries");
        let bytes = std::fs::read(Path::new(&directory).join(format!("{size}.amounts"))).expect("amounts");
        let (cells, _) = bytes.as_chunks::<8>();
        let cells = cells.iter().map(|cell| f64::from_le_bytes(*cell)).collect();
        time_all(size, &Amounts::try_new(cells, industries).expect("amounts"));
    }
}

/// Times a method, and prints its line.
fn time(size: &str, method: &str, run: impl Fn() -> f64) {
    let figure = run();
    let (mut seconds, start) = (Vec::new(), Instant::now());
    while seconds.len() < 3 || start.elapsed() < TIME {
        let start = Instant::now();
        black_box(run());
        seconds.push(start.elapsed().as_secs_f64());
    }
    println!("{method}\t{size}\t{:e}\t{figure:e}", seconds.into_iter().fold(f64::INFINITY, f64::min));
}

fn time_all(size: &str, amounts: &Amounts) {
    let (rows, n) = (AmountRows::of(amounts), amounts.n_regions());
    let last = |cells: &[f64]| cells.last().copied().unwrap_or_default();
    time(size, "copy", || last(&black_box(black_box(amounts).cells().cells().to_vec())));
    time(size, "quotient", || last(location_quotient_of_whole(black_box(amounts)).expect("quotients").cells()));
    time(size, "spec", || {
        let reference = ReferenceStructure::try_new(amounts.industry_totals()).expect("a reference");
        let of_region = |row: &[f64]| {
            let structure = RegionStructure::try_new(row, &reference).expect("a structure");
            hoover_specialization(&structure) + gini_of_quotients(&structure).expect("a coefficient")
        };
        let others = krugman_against_rows(black_box(&rows), KrugmanReference::MeanOfOthers).expect("others");
        rows.regions().map(of_region).sum::<f64>() + others.iter().sum::<f64>()
    });
    time(size, "table", || {
        let reference = ReferenceStructure::try_new(amounts.industry_totals()).expect("a reference");
        let progress = Progress::new();
        let own = specialization_profiles(black_box(&rows), &reference, None, &progress).expect("profiles");
        let others = krugman_of_others(&rows, &progress).expect("others");
        let sum = |own: f64, other: f64| own + other;
        let profiles = own.iter().map(|own| own.hoover + own.gini.expect("a coefficient")).fold(0.0, sum);
        profiles + others.mean_of_others.iter().sum::<f64>()
    });
    let krugman = || dissimilarities(black_box(&rows), StructureMeasure::Krugman, &Progress::new()).expect("pairs");
    time(size, "pairs", || krugman().pairs().iter().sum());
    let shannon =
        || dissimilarities(black_box(&rows), StructureMeasure::JensenShannon, &Progress::new()).expect("pairs");
    if n <= 300 {
        time(size, "shannon", || shannon().pairs().iter().sum());
    }
    let unlike = krugman();
    time(size, "clusters", || cluster(black_box(&unlike), Linkage::Average).merges.iter().map(|own| own.height).sum());
    let weights = equal_weights(n);
    time(size, "friction", || friction_of_rows(black_box(&rows), &weights, &Progress::new()).expect("friction").index);
}
