//! Times the growth methods on inputs that `tests/peers/growth.py` has written, and prints a line for each.
//!
//! Usage: `peers DIRECTORY`. Threads as `RAYON_NUM_THREADS` says. A line: method, regions, periods, median seconds, and a
//! figure by which the script sees that both have computed the same.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_methods::growth::convergence::{BetaSample, beta_convergence};
use growthpole_methods::growth::mobility::{
    Chain, QuantileScope, RankPairs, count_transitions, ergodic_distributions, full_rank_chain, kendall,
    quantile_classes,
};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, directional_rose, lisa_markov, lisa_permutations, rose_permutations, sequence_distances,
    spatial_markov, spatial_markov_permutations,
};
use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, Groups, entropy_by_groups, gini, spatial_gini, theil_t,
};
use growthpole_methods::stats::{
    Covariance, SpatialWeights, local_moran, local_moran_permutations, moran, moran_permutations,
};
use growthpole_methods::{Matrix, Progress};

/// A method is timed for about this long, and at least thrice.
const TIME: Duration = Duration::from_millis(500);
const SEED: u64 = 1;
const GROUPS: usize = 10;

fn main() {
    let directory = std::env::args().nth(1).expect("a directory of inputs");
    let sizes = std::fs::read_to_string(Path::new(&directory).join("sizes")).expect("sizes");
    for size in sizes.lines() {
        Input::read(Path::new(&directory), size).time_all();
    }
}

/// One size: values by period and region, and the neighbours of regions.
struct Input {
    values: Matrix,
    weights: SpatialWeights,
}

impl Input {
    /// Reads `SIZE.values` (64-bit floats, period by period) and `SIZE.links` (pairs of 32-bit positions).
    fn read(directory: &Path, size: &str) -> Self {
        let regions = size.split('x').next().and_then(|regions| regions.parse().ok()).expect("regions x periods");
        let bytes = |kind: &str| std::fs::read(directory.join(format!("{size}.{kind}"))).expect("an input");
        let values = bytes("values");
        let (cells, _) = values.as_chunks::<8>();
        let values = Matrix::try_new(cells.iter().map(|cell| f64::from_le_bytes(*cell)).collect(), regions);
        let links = bytes("links");
        let (ends, _) = links.as_chunks::<4>();
        let ends: Vec<usize> = ends.iter().map(|end| u32::from_le_bytes(*end) as usize).collect();
        let links: Vec<_> = ends.chunks_exact(2).map(|ends| (ends[0], ends[1], 1.0)).collect();
        let weights = SpatialWeights::from_links(regions, &links).expect("links").row_standardized();
        Self { values: values.expect("values"), weights }
    }

    fn time_all(&self) {
        self.time_chains();
        self.time_rankings();
        self.time_inequality();
        self.time_association();
        self.time_regression();
    }

    fn regions(&self) -> usize {
        self.values.n_columns()
    }

    /// Times a method, and prints its line.
    fn time(&self, method: &str, run: impl Fn() -> f64) {
        let figure = run();
        let (mut seconds, start) = (Vec::new(), Instant::now());
        while seconds.len() < 3 || start.elapsed() < TIME {
            let start = Instant::now();
            black_box(run());
            seconds.push(start.elapsed().as_secs_f64());
        }
        seconds.sort_by(f64::total_cmp);
        let median = seconds[seconds.len() / 2];
        println!("{method}\t{}\t{}\t{median:e}\t{figure:e}", self.regions(), self.values.n_rows());
    }

    fn time_chains(&self) {
        let (values, weights) = (&self.values, &self.weights);
        self.time("markov", || {
            let classes = quantile_classes(black_box(values), 5, QuantileScope::EachPeriod).expect("classes");
            let chain = Chain::from_counts(&count_transitions(&classes.paths));
            ergodic_distributions(&chain)[0][0]
        });
        let quartiles = ClassRule::Quantiles { classes: 4, scope: QuantileScope::Pooled };
        self.time("spatial_markov", || {
            let chain = spatial_markov(black_box(values), weights, &quartiles, &quartiles).expect("a chain");
            chain.homogeneity.q.statistic
        });
        self.time("spatial_markov_99", || {
            let (own, progress) = (&quartiles, Progress::new());
            spatial_markov_permutations(black_box(values), weights, own, own, 99, SEED, &progress).expect("draws").mean
        });
        self.time("lisa_markov", || {
            let chain = lisa_markov(black_box(values), weights).expect("a chain");
            (0..4).map(|quadrant| chain.transitions.row(quadrant)[quadrant] as f64).sum()
        });
        self.time("lisa_markov_99", || {
            let drawn = lisa_permutations(black_box(values), weights, 99, SEED, &Progress::new()).expect("draws");
            drawn[0][0].at_least as f64
        });
    }

    fn time_rankings(&self) {
        let (values, weights, last) = (&self.values, &self.weights, self.values.n_rows() - 1);
        self.time("tau", || {
            let ranks = RankPairs::try_new(black_box(values).row(0), values.row(last)).expect("ranks");
            kendall(&ranks).tau_b
        });
        self.time("full_rank_markov", || {
            let chain = full_rank_chain(black_box(values)).expect("a chain");
            (0..chain.n_states()).map(|state| chain.stays(state) as f64).sum()
        });
        self.time("rose", || {
            let rose = directional_rose(black_box(values).row(0), values.row(last), weights, 8).expect("a rose");
            rose.counts[0] as f64
        });
        self.time("rose_99", || {
            let (start, end) = (black_box(values).row(0), values.row(last));
            rose_permutations(start, end, weights, 8, 99, SEED, &Progress::new()).expect("draws")[0].mean
        });
        if self.regions() <= 300 {
            let classes = quantile_classes(values, 5, QuantileScope::EachPeriod).expect("classes").paths;
            let path = |region: usize| classes.periods().map(|period| period[region].unwrap_or(0)).collect();
            let paths: Vec<Vec<u16>> = (0..self.regions()).map(path).collect();
            self.time("sequences", || {
                let costs = SequenceCosts::Interval;
                let distances = sequence_distances(black_box(&paths), 5, &costs, &Progress::new()).expect("distances");
                distances.cells().iter().sum()
            });
        }
    }

    fn time_inequality(&self) {
        let values = &self.values;
        let each = |measure: &dyn Fn(&Distribution<'_>) -> f64| -> f64 {
            black_box(values).rows().map(|row| measure(&Distribution::new(row).expect("a distribution"))).sum()
        };
        self.time("gini", || each(&|own| gini(own).expect("a coefficient")));
        self.time("theil", || each(&|own| theil_t(own).expect("a coefficient")));
        let of: Vec<usize> = (0..self.regions()).map(|region| region % GROUPS).collect();
        let groups = Groups::new(&of, GROUPS).expect("groups");
        self.time("theil_groups", || {
            each(&|own| entropy_by_groups(own, &groups, EntropyKind::TheilT).expect("parts").between)
        });
        self.time("spatial_gini", || {
            let own = Distribution::new(black_box(values).row(0)).expect("a distribution");
            spatial_gini(&own, &self.weights).expect("parts").gini
        });
    }

    fn time_association(&self) {
        let (row, weights) = (self.values.row(0), &self.weights);
        self.time("moran", || moran(black_box(row), weights).expect("a statistic").i);
        self.time("moran_999", || {
            moran_permutations(black_box(row), weights, 999, SEED, &Progress::new()).expect("draws").mean
        });
        self.time("local_moran_999", || {
            let drawn = local_moran_permutations(black_box(row), weights, 999, SEED, 0, &Progress::new());
            black_box(drawn.expect("draws"));
            local_moran(row, weights).expect("statistics").regions[0].i
        });
    }

    fn time_regression(&self) {
        let (first, last) = (self.values.row(0), self.values.row(self.values.n_rows() - 1));
        let time = self.values.n_rows() as f64 - 1.0;
        self.time("beta", || {
            let initial: Vec<f64> = black_box(first).iter().map(|value| value.ln()).collect();
            let growth: Vec<f64> = first.iter().zip(last).map(|(from, to)| (to / from).ln() / time).collect();
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time };
            beta_convergence(sample, Covariance::Classical).expect("a fit").regression.coefficients[1]
        });
    }
}
