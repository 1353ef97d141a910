//! Times the growth methods on inputs that `tests/peers/growth.py` has written, one question at a time, so that the script
//! can time the Python packages in between.
//!
//! Usage: `peers DIRECTORY`. A question is a line `METHOD SIZE THREADS SECONDS`; the answer is a line with the least seconds
//! of as many runs as the given time holds, and a figure by which the script sees that both have computed the same. What
//! begins with `limit_` is no method, but work that a machine cannot do without for one.

#![allow(clippy::print_stdout, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_methods::growth::convergence::{BetaSample, GrowthForm, beta_convergence, mean_log_growth};
use growthpole_methods::growth::mobility::{
    Chain, QuantileScope, RankPairs, count_transitions, ergodic_distributions, full_rank_chain, kendall,
    quantile_classes,
};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, directional_rose, lisa_markov, lisa_permutations, rose_permutations, sequence_distances,
    spatial_markov, spatial_markov_permutations,
};
use growthpole_methods::growth::{Chain as Steps, Comparison, dunn};
use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, Groups, InequalityError, atkinson, entropy_by_groups, entropy_permutations, gini,
    spatial_gini, spatial_gini_permutations, theil_t, wolfson,
};
use growthpole_methods::stats::random::generator;
use growthpole_methods::stats::{
    Covariance, SpatialWeights, local_moran, local_moran_permutations, logarithms, moran, moran_permutations,
};
use growthpole_methods::{Amounts, Matrix, Progress};
use rand::Rng as _;

const SEED: u64 = 1;
const GROUPS: usize = 10;

fn main() {
    let directory = std::env::args().nth(1).expect("a directory of inputs");
    let pool = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let (mut inputs, mut pools) = (BTreeMap::new(), BTreeMap::new());
    for question in std::io::stdin().lines() {
        let question = question.expect("a line");
        let mut words = question.split_whitespace();
        let mut word = || words.next().expect("METHOD SIZE THREADS SECONDS");
        let (method, size, threads, seconds) = (word(), word().to_owned(), word(), word());
        let input = inputs.entry(size.clone()).or_insert_with(|| Input::read(Path::new(&directory), &size));
        let threads: usize = threads.parse().expect("a number of threads");
        let time = Duration::from_secs_f64(seconds.parse().expect("seconds"));
        let pool = pools.entry(threads).or_insert_with(|| pool(threads));
        let (least, figure) = pool.install(|| input.time(method, time));
        println!("{least:e}\t{figure:e}");
        std::io::stdout().flush().expect("somebody listens");
    }
}

/// One size: values by period and region, and the neighbours of regions.
struct Input {
    values: Matrix,
    weights: SpatialWeights,
    /// Regions x industries, as many as there are periods, at the start and at the end.
    amounts: [Amounts; 2],
    groups: Groups,
    /// Classes of regions, where they are few enough for all pairs to be compared.
    paths: Vec<Vec<u16>>,
    /// A position at or before each region, for exchanges.
    positions: Vec<u32>,
}

impl Input {
    /// Reads `SIZE.values` (64-bit floats, period by period) and `SIZE.links` (pairs of 32-bit positions).
    fn read(directory: &Path, size: &str) -> Self {
        let regions = size.split('x').next().and_then(|regions| regions.parse().ok()).expect("regions x periods");
        let bytes = |kind: &str| std::fs::read(directory.join(format!("{size}.{kind}"))).expect("an input");
        let values = bytes("values");
        let (cells, _) = values.as_chunks::<8>();
        let values = Matrix::try_new(cells.iter().map(|cell| f64::from_le_bytes(*cell)).collect(), regions);
        let values = values.expect("values");
        let links = bytes("links");
        let (ends, _) = links.as_chunks::<4>();
        let ends: Vec<usize> = ends.iter().map(|end| u32::from_le_bytes(*end) as usize).collect();
        let links: Vec<_> = ends.chunks_exact(2).map(|ends| (ends[0], ends[1], 1.0)).collect();
        let weights = SpatialWeights::from_links(regions, &links).expect("links").row_standardized();
        let industries = values.n_rows();
        let amounts = [0, 1].map(|shift| {
            let amount = |cell: usize| 100.0 * values.get((cell + shift) % industries, cell / industries);
            Amounts::try_new((0..regions * industries).map(amount).collect(), industries).expect("amounts")
        });
        let of: Vec<usize> = (0..regions).map(|region| region % GROUPS).collect();
        let classes = quantile_classes(&values, 5, QuantileScope::EachPeriod).expect("classes").paths;
        let path = |region: usize| classes.periods().map(|period| period[region].unwrap_or(0)).collect();
        let paths = (0..regions.min(300)).map(path).collect();
        let mut random = generator(SEED, 0);
        let positions = (0..regions).map(|region| random.next_u32() % (region as u32 + 1)).collect();
        Self { weights, amounts, groups: Groups::new(&of, GROUPS).expect("groups"), paths, positions, values }
    }

    /// The least time of several runs, and the figure.
    fn time(&self, method: &str, time: Duration) -> (f64, f64) {
        let run = of_name(method);
        let (mut least, start) = (f64::INFINITY, Instant::now());
        let mut figure = f64::NAN;
        while least.is_infinite() || start.elapsed() < time {
            let start = Instant::now();
            figure = black_box(run(black_box(self)));
            least = least.min(start.elapsed().as_secs_f64());
        }
        (least, figure)
    }

    fn first(&self) -> &[f64] {
        self.values.row(0)
    }

    fn last(&self) -> &[f64] {
        self.values.row(self.values.n_rows() - 1)
    }

    /// Adds a measure of inequality up over periods.
    fn each(&self, measure: impl Fn(&Distribution<'_>) -> Result<f64, InequalityError>) -> f64 {
        let of = |row| measure(&Distribution::new(row).expect("a distribution")).expect("a coefficient");
        self.values.rows().map(of).sum()
    }

    fn distribution(&self) -> Distribution<'_> {
        Distribution::new(self.first()).expect("a distribution")
    }
}

type Run = fn(&Input) -> f64;

fn of_name(method: &str) -> Run {
    let lists: [fn(&str) -> Option<Run>; 5] = [of_mobility, of_neighbours, of_inequality, of_association, of_limits];
    lists.iter().find_map(|list| list(method)).unwrap_or_else(|| panic!("there is no method {method}"))
}

fn of_mobility(method: &str) -> Option<Run> {
    Some(match method {
        "markov" => |own| {
            let classes = quantile_classes(&own.values, 5, QuantileScope::EachPeriod).expect("classes");
            let chain = Chain::from_counts(&count_transitions(&classes.paths));
            ergodic_distributions(&chain)[0][0]
        },
        "tau" => |own| kendall(&RankPairs::try_new(own.first(), own.last()).expect("ranks")).tau_b,
        "full_rank_markov" => |own| {
            let chain = full_rank_chain(&own.values, &Progress::new()).expect("a chain");
            (0..chain.n_states()).map(|state| chain.stays(state) as f64).sum()
        },
        "sequences" => |own| {
            let costs = SequenceCosts::Interval;
            let distances = sequence_distances(&own.paths, 5, &costs, &Progress::new()).expect("distances");
            distances.cells().iter().sum()
        },
        "shift_share" => |own| {
            let [start, end] = &own.amounts;
            let steps = Comparison::try_new(start, end, start.industry_totals(), end.industry_totals());
            dunn(&Steps::from(steps.expect("one shape")), &Progress::new()).expect("nobody stops it").total().change
        },
        _ => return None,
    })
}

fn quartiles() -> ClassRule {
    ClassRule::Quantiles { classes: 4, scope: QuantileScope::Pooled }
}

fn of_neighbours(method: &str) -> Option<Run> {
    Some(match method {
        "spatial_markov" => |own| {
            let chain = spatial_markov(&own.values, &own.weights, &quartiles(), &quartiles().into(), &Progress::new())
                .expect("a chain");
            chain.homogeneity.q.statistic
        },
        "spatial_markov_99" => |own| {
            let (rule, lag, progress) = (quartiles(), quartiles().into(), Progress::new());
            let test = spatial_markov_permutations(&own.values, &own.weights, &rule, &lag, 99, SEED, &progress);
            test.expect("draws").mean
        },
        "lisa_markov" => |own| {
            let chain = lisa_markov(&own.values, &own.weights, &Progress::new()).expect("a chain");
            (0..4).map(|quadrant| chain.transitions.row(quadrant)[quadrant] as f64).sum()
        },
        "lisa_markov_99" => |own| {
            let drawn = lisa_permutations(&own.values, &own.weights, 99, SEED, &Progress::new()).expect("draws");
            drawn[0][0].at_least as f64
        },
        "rose" => |own| {
            let rose = directional_rose(own.first(), own.last(), &own.weights, 8).expect("a rose");
            rose.counts[0] as f64
        },
        "rose_99" => |own| {
            let (start, end) = (own.first(), own.last());
            rose_permutations(start, end, &own.weights, 8, 99, SEED, &Progress::new()).expect("draws")[0].mean
        },
        _ => return None,
    })
}

fn of_inequality(method: &str) -> Option<Run> {
    Some(match method {
        "gini" => |own| own.each(gini),
        "gini_of_one" => |own| gini(&own.distribution()).expect("a coefficient"),
        "theil" => |own| own.each(theil_t),
        "atkinson" => |own| own.each(|period| Ok(atkinson(period, 0.5)?.index)),
        "wolfson" => |own| own.each(wolfson),
        "theil_groups" => {
            |own| own.each(|period| Ok(entropy_by_groups(period, &own.groups, EntropyKind::TheilT)?.between))
        }
        "theil_groups_99" => |own| {
            let (period, kind) = (own.distribution(), EntropyKind::TheilT);
            entropy_permutations(&period, &own.groups, kind, 99, SEED, &Progress::new()).expect("draws").mean
        },
        "spatial_gini" => |own| spatial_gini(&own.distribution(), &own.weights).expect("parts").gini,
        "spatial_gini_99" => |own| {
            let test = spatial_gini_permutations(&own.distribution(), &own.weights, 99, SEED, &Progress::new());
            test.expect("draws").mean
        },
        _ => return None,
    })
}

fn of_association(method: &str) -> Option<Run> {
    Some(match method {
        "moran" => |own| moran(own.first(), &own.weights).expect("a statistic").i,
        "moran_999" => {
            |own| moran_permutations(own.first(), &own.weights, 999, SEED, &Progress::new()).expect("draws").mean
        }
        "local_moran_999" => |own| {
            let drawn = local_moran_permutations(own.first(), &own.weights, 999, SEED, 0, &Progress::new());
            black_box(drawn.expect("draws"));
            local_moran(own.first(), &own.weights).expect("statistics").regions[0].i
        },
        "beta" => |own| {
            let times: Vec<f64> = (0..own.values.n_rows()).map(|period| period as f64).collect();
            let growth = mean_log_growth(&own.values, &times, GrowthForm::EndPoints).expect("positive values");
            let (initial, time) = (logarithms(own.first()), times[times.len() - 1]);
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time };
            beta_convergence(sample, Covariance::Classical).expect("a fit").regression.coefficients[1]
        },
        _ => return None,
    })
}

/// Work that methods cannot do without, each by itself and by the plainest loop there is.
fn of_limits(method: &str) -> Option<Run> {
    Some(match method {
        // The position, the weight and the value of each neighbour are read once.
        "limit_rose" => |own| own.weights.lag(own.first())[0] + counts(own, 1),
        "limit_rose_99" => |own| shuffles(own, 99) + counts(own, 99),
        // Every amount is read and written once.
        "limit_copy" => |own| own.amounts.each_ref().map(|amounts| amounts.clone().region(0)[0])[1],
        "limit_shuffles_99" => |own| shuffles(own, 99),
        "limit_shuffles_999" => |own| shuffles(own, 999),
        _ => return None,
    })
}

/// Exchanges of all regions at positions that are known beforehand, a random word for every four of them, and a product and a
/// sum for each link: what permutations take at the least.
fn shuffles(own: &Input, permutations: usize) -> f64 {
    let (mut list, mut random) = (own.first().to_vec(), generator(SEED, 0));
    let links: Vec<f64> = vec![1.0; own.weights.n_links()];
    let (mut words, mut sums) = (0_u64, [0.0_f64; 8]);
    for _ in 0..permutations {
        for (region, &position) in own.positions.iter().enumerate().rev() {
            list.swap(region, position as usize);
        }
        for _ in 0..list.len().div_ceil(4) {
            words ^= random.next_u64();
        }
        for eight in black_box(&links).chunks_exact(8) {
            for (sum, link) in sums.iter_mut().zip(eight) {
                *sum += link * 1.5;
            }
        }
    }
    list[0] + (words % 2) as f64 + sums.iter().sum::<f64>()
}

/// A division for each region, and a count in one of eight places.
fn counts(own: &Input, times: usize) -> f64 {
    let mut counts = [0_u32; 8];
    for _ in 0..times {
        for (one, other) in black_box(own.first()).iter().zip(own.last()) {
            counts[(one / (one + other) * 8.0) as usize % 8] += 1;
        }
    }
    f64::from(counts[0])
}
