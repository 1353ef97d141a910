//! Prints what each method of growth analysis costs by the size of its problem, and what a second thread saves.
//!
//! Usage: `cargo run --release -p growthpole-methods --example costs [RPC ...]`; all where none is named. Each time is the
//! least of as many runs as fit into a fifth of a second, one at least. The exponents say how the cost grows: a cost that
//! doubles with the number of regions has an exponent of 1. They are those of the last step by regions and of the step by
//! periods; of tables, periods are industries.

#![allow(clippy::print_stdout, clippy::expect_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use growthpole_methods::growth::convergence::{
    BetaSample, ClubOptions, Dispersion, GrowthForm, LogTOptions, Merging, Preparation, Sieve, TransitionPanel,
    beta_convergence, beta_convergence_nls, convergence_clubs, dispersion, log_t, mean_log_growth, merge_clubs,
    sigma_trend,
};
use growthpole_methods::growth::mobility::{
    Chain, Draws, Groups, QuantileScope, RankPairs, count_transitions, ergodic_distributions, first_passage,
    full_rank_chain, kendall, local_tau, mobility_indices, neighbour_set_tau, neighbourhood_tau, quantile_classes,
    rank_paths, regional_tau, spatial_tau, spearman, theta,
};
use growthpole_methods::growth::projection::{
    BacktestOptions, FitOptions, Future, IntervalMethod, LocationalFactor, Model, ProjectionMethod, ProjectionOptions,
    ShiftShareOptions, project, project_shift_share,
};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, lisa_markov, lisa_permutations, rose_permutations, sequence_distances, spatial_markov,
    spatial_markov_permutations,
};
use growthpole_methods::growth::turning_points::{
    BreakModel, BreakOptions, CycleOptions, comovement, detect_breaks, phases, threshold_history, turning_points,
};
use growthpole_methods::growth::{
    BartikReference, Chain as Steps, Comparison, GrowthMeasure, arcelus, dunn, esteban_marquillas, from_levels, gerfin,
    growth_gap, predicted_growth,
};
use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, Groups as Parts, atkinson, entropy_by_groups, entropy_permutations, gini,
    gini_by_groups, gini_permutations, hoover, mean_log_deviation, spatial_gini, spatial_gini_permutations, theil_t,
    wolfson,
};
use growthpole_methods::stats::random::generator;
use growthpole_methods::stats::spatial_regression::{SpatialForm, spatial_diagnostics, spatial_maximum_likelihood};
use growthpole_methods::stats::{
    BlockBootstrap, Covariance, DifferenceErrors, RankMethod, RankOrder, SpatialWeights, bootstrap_means, kendall_w,
    local_moran_permutations, logarithms, moran_permutations, rank_confidence_sets, rank_descending, rank_draws,
};
use growthpole_methods::{Amounts, Matrix, Progress};
use rand::RngExt as _;

/// Regions and periods: provinces, cities, counties; and counties over fifty years.
const USUAL: [(usize, usize); 4] = [(31, 20), (300, 20), (3_000, 20), (3_000, 50)];
/// Of methods that compare all pairs of regions.
const PAIRS: [(usize, usize); 4] = [(31, 20), (100, 20), (300, 20), (300, 50)];
/// Of methods that solve as many equations as there are regions.
const EQUATIONS: [(usize, usize); 4] = [(31, 20), (300, 20), (1_000, 20), (1_000, 50)];
/// Regions and industries.
const TABLES: [(usize, usize); 4] = [(31, 20), (300, 20), (3_000, 20), (3_000, 1_000)];

const TIME: Duration = Duration::from_millis(200);
const DRAWS: Draws = Draws { permutations: 999, seed: 1 };

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let pool = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let (one, two) = (pool(1), pool(2));
    println!("One thread; the last column is one thread's time over that of two, at the last size.\n");
    println!("| rpc | method | sizes | | | | | by regions | by periods | two threads |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (rpc, methods) in methods() {
        if !(asked.is_empty() || asked.iter().any(|asked| asked == rpc)) {
            continue;
        }
        for Method { name, sizes, run } in methods {
            let inputs = sizes.map(|(regions, periods)| Input::new(regions, periods));
            let seconds = inputs.each_ref().map(|input| one.install(|| least(run, input)));
            let together = two.install(|| least(run, &inputs[3]));
            let power = |from: usize, to: usize, size: fn((usize, usize)) -> usize| {
                (seconds[to] / seconds[from]).ln() / (size(sizes[to]) as f64 / size(sizes[from]) as f64).ln()
            };
            let named: Vec<String> = sizes.iter().map(|(regions, periods)| format!("{regions}x{periods}")).collect();
            let [a, b, c, d] = seconds.map(shown);
            println!(
                "| {rpc} | {name} | {} | {a} | {b} | {c} | {d} | {:.1} | {:.1} | {:.1} |",
                named.join(", "),
                power(1, 2, |size| size.0),
                power(2, 3, |size| size.1),
                seconds[3] / together
            );
        }
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

/// Something that is timed at four sizes.
struct Method {
    name: &'static str,
    sizes: [(usize, usize); 4],
    run: fn(&Input) -> f64,
}

fn method(name: &'static str, sizes: [(usize, usize); 4], run: fn(&Input) -> f64) -> Method {
    Method { name, sizes, run }
}

fn methods() -> [(&'static str, Vec<Method>); 7] {
    [
        ("RankGrowth", rank_growth()),
        ("TrackRanks", [track_ranks(), among_neighbours()].into_iter().flatten().collect()),
        ("DecomposeGrowth", decompose_growth()),
        ("TestConvergence", test_convergence()),
        ("MeasureInequality", measure_inequality()),
        ("DetectTurningPoints", detect_turning_points()),
        ("ProjectGrowth", project_growth()),
    ]
}

/// Regions and periods, with what else methods need.
struct Input {
    /// Incomes that drift apart and mix, periods x regions.
    values: Matrix,
    /// The same by region.
    series: Matrix,
    /// Growth of each region, by period.
    growth: Matrix,
    /// Each region with the three before and the three after it.
    weights: SpatialWeights,
    /// Four groups for mobility, ten for inequality.
    groups: Groups,
    parts: Parts,
    /// Regions x industries, as many as there are periods, at the start and at the end.
    amounts: [Amounts; 2],
}

impl Input {
    fn new(regions: usize, periods: usize) -> Self {
        let mut random = generator(1, 0);
        let mut next = || random.random::<f64>();
        let mut logs: Vec<f64> = (0..regions).map(|_| 9.0 + next() + next()).collect();
        let values = Matrix::from_fn(periods, regions, |_, region| {
            logs[region] += 0.03 + 0.2 * (next() - 0.5);
            logs[region].exp()
        });
        let growth = |region: usize, period: usize| values.get(period + 1, region) / values.get(period, region) - 1.0;
        let amounts = [0, 1].map(|_| {
            let cells = (0..regions * periods).map(|_| 1.0 + 1e5 * next().powi(2)).collect();
            Amounts::try_new(cells, periods).expect("positive amounts")
        });
        let pairs: Vec<_> = (0..regions).flat_map(|a| (1..4).map(move |step| (a, (a + step) % regions))).collect();
        let of = |groups: usize| (0..regions).map(|region| region % groups).collect::<Vec<_>>();
        Self {
            series: Matrix::from_fn(regions, periods, |region, period| values.get(period, region)),
            growth: Matrix::from_fn(regions, periods - 1, growth),
            weights: SpatialWeights::from_pairs(regions, &pairs).expect("pairs").row_standardized(),
            groups: Groups::try_new(of(4), 4).expect("four groups"),
            parts: Parts::new(&of(10), 10).expect("ten groups"),
            amounts,
            values,
        }
    }

    fn first(&self) -> &[f64] {
        self.values.row(0)
    }

    fn last(&self) -> &[f64] {
        self.values.row(self.values.n_rows() - 1)
    }

    fn ranks(&self) -> RankPairs {
        RankPairs::try_new(self.first(), self.last()).expect("incomes differ")
    }

    fn distribution(&self) -> Distribution<'_> {
        Distribution::new(self.first()).expect("finite values")
    }

    /// Adds a measure up over periods.
    fn each(&self, measure: impl Fn(&Distribution<'_>) -> f64) -> f64 {
        self.values.rows().map(|row| measure(&Distribution::new(row).expect("finite values"))).sum()
    }

    fn times(&self) -> Vec<f64> {
        (0..self.values.n_rows()).map(|period| 1970.0 + period as f64).collect()
    }

    fn bootstrap(&self) -> growthpole_methods::stats::Draws {
        let how = BlockBootstrap { draws: 1_000, block_length: 3, seed: 7 };
        bootstrap_means(&self.growth, None, how, &Progress::new()).expect("a series")
    }

    /// Growth and logarithm of the first level.
    fn sample(&self) -> (Vec<f64>, Vec<f64>) {
        let growth = mean_log_growth(&self.values, &self.times(), GrowthForm::EndPoints).expect("positive incomes");
        (growth, logarithms(self.first()))
    }

    fn panel(&self) -> TransitionPanel {
        TransitionPanel::try_new(&self.values, Preparation::default()).expect("incomes above 1")
    }

    fn comparison(&self) -> Comparison<'_> {
        let [start, end] = &self.amounts;
        Comparison::try_new(start, end, start.industry_totals(), end.industry_totals()).expect("one shape")
    }

    /// Growth on a constant and the logarithm of the first level, with neighbours.
    fn design(&self) -> (Vec<f64>, Matrix) {
        let (growth, initial) = self.sample();
        (growth, Matrix::from_fn(initial.len(), 2, |region, column| if column == 0 { 1.0 } else { initial[region] }))
    }
}

fn rank_growth() -> Vec<Method> {
    vec![
        method("compound growth and ranks", USUAL, |own| {
            let of = |row| from_levels(row, GrowthMeasure::CompoundAnnual).ok();
            rank_descending(&own.series.rows().map(of).collect::<Vec<_>>(), RankMethod::Competition).len() as f64
        }),
        method("rank intervals, 1 000 draws of periods", USUAL, |own| {
            let (progress, order) = (Progress::new(), RankOrder::HighestFirst);
            let ranks = rank_draws(&own.bootstrap(), RankMethod::Competition, order, &progress).expect("not stopped");
            ranks.distributions(0.95, &progress).expect("a level").len() as f64
        }),
        method("confidence sets of ranks, 1 000 draws", PAIRS, |own| {
            let mean = |row: &[f64]| row.iter().sum::<f64>() / row.len() as f64;
            let (means, draws) = (own.growth.rows().map(mean).collect::<Vec<_>>(), own.bootstrap());
            let (errors, order) = (DifferenceErrors::FromDraws, RankOrder::HighestFirst);
            let sets = rank_confidence_sets(&means, &draws, errors, 0.95, order, &Progress::new());
            sets.expect("figures").len() as f64
        }),
        method("agreement of as many rankings as periods", USUAL, |own| {
            kendall_w(&own.values.rows().collect::<Vec<_>>()).expect("rankings").w
        }),
    ]
}

fn track_ranks() -> Vec<Method> {
    vec![
        method("rank paths", USUAL, |own| {
            rank_paths(&own.values, RankMethod::Competition, RankOrder::HighestFirst).len() as f64
        }),
        method("Kendall and Spearman, first and last period", USUAL, |own| {
            let ranks = own.ranks();
            kendall(&ranks).tau_b + spearman(&ranks).rho
        }),
        method("local tau", USUAL, |own| local_tau(&own.ranks())[0]),
        method("spatial tau, 999 permutations", USUAL, |own| {
            spatial_tau(&own.ranks(), &own.weights, DRAWS, &Progress::new()).is_ok().into()
        }),
        method("tau of neighbour sets, 999 permutations", USUAL, |own| {
            neighbour_set_tau(&own.ranks(), &own.weights, DRAWS, &Progress::new()).expect("neighbours").len() as f64
        }),
        method("tau of neighbourhoods, 999 permutations", USUAL, |own| {
            neighbourhood_tau(&own.ranks(), &own.weights, DRAWS, &Progress::new()).expect("neighbours").len() as f64
        }),
        method("tau of four groups, 999 permutations", USUAL, |own| {
            regional_tau(&own.ranks(), &own.groups, DRAWS, &Progress::new()).is_ok().into()
        }),
        method("theta of four groups, 999 permutations", USUAL, |own| {
            theta(&own.values, &own.groups, DRAWS, &Progress::new()).expect("groups").len() as f64
        }),
        method("Markov chain of quintiles with everything", USUAL, |own| {
            let classes = quantile_classes(&own.values, 5, QuantileScope::EachPeriod).expect("values");
            let chain = Chain::from_counts(&count_transitions(&classes.paths));
            let times = first_passage(&chain, &Progress::new()).is_ok();
            black_box((times, mobility_indices(&chain, None).is_ok()));
            ergodic_distributions(&chain)[0][0]
        }),
        method("Markov chain of ranks", USUAL, |own| full_rank_chain(&own.values).expect("incomes").stays(0) as f64),
        method("first passage times between ranks", EQUATIONS, |own| {
            let chain = full_rank_chain(&own.values).expect("incomes");
            f64::from(chain.mean_first_passage(&Progress::new()).is_ok())
        }),
    ]
}

fn among_neighbours() -> Vec<Method> {
    fn quartiles() -> ClassRule {
        ClassRule::Quantiles { classes: 4, scope: QuantileScope::Pooled }
    }
    vec![
        method("spatial Markov chain 4 x 4", USUAL, |own| {
            let chain = spatial_markov(&own.values, &own.weights, &quartiles(), &quartiles()).expect("a chain");
            chain.homogeneity.q.statistic
        }),
        method("the same with 99 permutations", USUAL, |own| {
            let (rule, progress) = (quartiles(), Progress::new());
            let test = spatial_markov_permutations(&own.values, &own.weights, &rule, &rule, 99, 1, &progress);
            test.expect("a chain").mean
        }),
        method("LISA Markov chain", USUAL, |own| {
            lisa_markov(&own.values, &own.weights).expect("a chain").independence.statistic
        }),
        method("local significance for it, 999 permutations", USUAL, |own| {
            lisa_permutations(&own.values, &own.weights, 999, 1, &Progress::new()).expect("values").len() as f64
        }),
        method("Moran's I of a period, 999 permutations", USUAL, |own| {
            moran_permutations(own.first(), &own.weights, 999, 1, &Progress::new()).expect("values").mean
        }),
        method("local Moran of a period, 999 permutations", USUAL, |own| {
            let drawn = local_moran_permutations(own.first(), &own.weights, 999, 1, 0, &Progress::new());
            drawn.expect("values").len() as f64
        }),
        method("directional rose, 999 permutations", USUAL, |own| {
            let (start, end) = (own.first(), own.last());
            rose_permutations(start, end, &own.weights, 8, 999, 1, &Progress::new()).expect("values")[0].mean
        }),
        method("optimal matching of all paths", PAIRS, |own| {
            let classes = quantile_classes(&own.values, 5, QuantileScope::EachPeriod).expect("values").paths;
            let path = |region: usize| classes.periods().map(|period| period[region].unwrap_or(0)).collect();
            let paths: Vec<Vec<u16>> = (0..own.values.n_columns()).map(path).collect();
            let distances = sequence_distances(&paths, 5, &SequenceCosts::Interval, &Progress::new());
            distances.expect("paths").cells()[1]
        }),
    ]
}

fn decompose_growth() -> Vec<Method> {
    vec![
        method("Dunn", TABLES, |own| {
            dunn(&Steps::from(own.comparison()), &Progress::new()).expect("not stopped").total().change
        }),
        method("Esteban-Marquillas", TABLES, |own| {
            let steps = Steps::from(own.comparison());
            esteban_marquillas(&steps, &Progress::new()).expect("not stopped").total().change
        }),
        method("Arcelus", TABLES, |own| {
            arcelus(&Steps::from(own.comparison()), &Progress::new()).expect("not stopped").total().change
        }),
        method("Gerfin", TABLES, |own| f64::from(gerfin(&Steps::from(own.comparison())).total().is_ok())),
        method("Bartik, leaving one out", TABLES, |own| {
            predicted_growth(&own.comparison(), BartikReference::LeaveOneOut).len() as f64
        }),
        method("gaps by industry", TABLES, |own| growth_gap(&own.comparison()).by_region.len() as f64),
    ]
}

fn test_convergence() -> Vec<Method> {
    vec![
        method("sigma with trend", USUAL, |own| {
            let of = |row| dispersion(row, Dispersion::default(), None).expect("positive incomes");
            let sigmas: Vec<f64> = own.values.rows().map(of).collect();
            sigma_trend(&own.times(), &sigmas).is_ok().into()
        }),
        method("beta, least squares, HC1", USUAL, |own| {
            let (growth, initial) = own.sample();
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: 20.0 };
            beta_convergence(sample, Covariance::Hc1).expect("a fit").regression.coefficients[1]
        }),
        method("beta, non-linear", USUAL, |own| {
            let (growth, initial) = own.sample();
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: 20.0 };
            beta_convergence_nls(sample, Covariance::Classical, &Progress::new()).is_ok().into()
        }),
        method("log t of all", USUAL, |own| {
            let all: Vec<usize> = (0..own.values.n_columns()).collect();
            log_t(&own.panel(), &all, LogTOptions::default()).is_ok().into()
        }),
        method("clubs", USUAL, |own| {
            convergence_clubs(&own.panel(), ClubOptions::default(), &Progress::new()).is_ok().into()
        }),
        method("clubs one by one, merged", USUAL, |own| {
            let (panel, progress) = (own.panel(), Progress::new());
            let options = ClubOptions { sieve: Sieve::OneByOne, ..ClubOptions::default() };
            let found = convergence_clubs(&panel, options, &progress).expect("nobody stops it");
            merge_clubs(&panel, &found, options, Merging::VonLynckerThoennessen, true, &progress).is_ok().into()
        }),
        method("tests for spatial dependence", USUAL, |own| {
            let (growth, design) = own.design();
            spatial_diagnostics(&growth, &design, &own.weights).is_ok().into()
        }),
        method("spatial lag, maximum likelihood", EQUATIONS, |own| {
            let (growth, design) = own.design();
            let form = SpatialForm::Lag;
            spatial_maximum_likelihood(&growth, &design, &own.weights, form, &Progress::new()).is_ok().into()
        }),
        method("spatial error, maximum likelihood", EQUATIONS, |own| {
            let (growth, design) = own.design();
            let form = SpatialForm::Error;
            spatial_maximum_likelihood(&growth, &design, &own.weights, form, &Progress::new()).is_ok().into()
        }),
    ]
}

fn measure_inequality() -> Vec<Method> {
    vec![
        method("Gini of each period", USUAL, |own| own.each(|period| gini(period).expect("shares"))),
        method("Theil T and L of each period", USUAL, |own| {
            own.each(|period| theil_t(period).expect("shares") + mean_log_deviation(period).expect("shares"))
        }),
        method("Atkinson, Hoover, Wolfson of each period", USUAL, |own| {
            own.each(|period| {
                let index = atkinson(period, 0.5).expect("shares").index;
                index + hoover(period).expect("shares") + wolfson(period).expect("shares")
            })
        }),
        method("Theil by ten groups, each period", USUAL, |own| {
            own.each(|period| entropy_by_groups(period, &own.parts, EntropyKind::TheilT).expect("groups").between)
        }),
        method("the same of one, 999 permutations", USUAL, |own| {
            let (period, kind) = (own.distribution(), EntropyKind::TheilT);
            entropy_permutations(&period, &own.parts, kind, 999, 1, &Progress::new()).expect("groups").mean
        }),
        method("Gini by ten groups, each period", USUAL, |own| {
            own.each(|period| gini_by_groups(period, &own.parts).expect("groups").between)
        }),
        method("the same of one, 999 permutations", USUAL, |own| {
            gini_permutations(&own.distribution(), &own.parts, 999, 1, &Progress::new()).expect("groups").between.mean
        }),
        method("spatial Gini, each period", USUAL, |own| {
            own.each(|period| spatial_gini(period, &own.weights).expect("neighbours").near)
        }),
        method("the same of one, 999 permutations", USUAL, |own| {
            let test = spatial_gini_permutations(&own.distribution(), &own.weights, 999, 1, &Progress::new());
            test.expect("neighbours").mean
        }),
    ]
}

fn detect_turning_points() -> Vec<Method> {
    fn breaks(own: &Input, model: BreakModel) -> f64 {
        let series: Vec<&[f64]> = own.growth.rows().collect();
        let options = BreakOptions { model, ..BreakOptions::default() };
        f64::from(detect_breaks(&series, &options, &Progress::new()).is_ok())
    }
    vec![
        method("breaks in mean, all tests, 999 draws", USUAL, |own| breaks(own, BreakModel::Mean)),
        method("breaks in trend, all tests, 999 draws", USUAL, |own| breaks(own, BreakModel::Trend)),
        method("peaks, troughs and phases", USUAL, |own| {
            let of = |values: &[f64]| {
                let turns = turning_points(values, CycleOptions::default()).expect("long enough");
                phases(values, &turns).len()
            };
            own.growth.rows().map(of).sum::<usize>() as f64
        }),
        method("last period above a threshold", USUAL, |own| {
            own.growth.rows().filter_map(|row| threshold_history(row, 0.1).last_at_or_above).sum::<usize>() as f64
        }),
        method("co-movement with the benchmark", USUAL, |own| {
            let benchmark = own.growth.row(0);
            let of = |row: &[f64]| comovement(row, benchmark, 3, None).map_or(0.0, |moved| moved.correlation);
            own.growth.rows().map(of).sum()
        }),
    ]
}

fn project_growth() -> Vec<Method> {
    const BACKTEST: BacktestOptions = BacktestOptions { most_origins: 10, horizon: 5, first_length: None };
    fn projected(own: &Input, method: ProjectionMethod, intervals: IntervalMethod) -> f64 {
        let (fit, levels) = (FitOptions::default(), vec![0.8, 0.95]);
        let options = ProjectionOptions { method, horizon: 5, fit, levels, intervals, backtest: BACKTEST };
        f64::from(project(&own.series, &options, &Progress::new()).is_ok())
    }
    vec![
        method("drift with backtest", USUAL, |own| {
            projected(own, ProjectionMethod::One(Model::Drift), IntervalMethod::Formula)
        }),
        method("damped trend with backtest", USUAL, |own| {
            projected(own, ProjectionMethod::One(Model::Damped), IntervalMethod::Formula)
        }),
        method("best of seven models by backtest", USUAL, |own| {
            let models = [Model::Naive, Model::Drift, Model::Linear, Model::Exponential, Model::Simple];
            let models = models.into_iter().chain([Model::Holt, Model::Damped]).collect();
            projected(own, ProjectionMethod::Best(models), IntervalMethod::Formula)
        }),
        method("drift, intervals of 1 000 drawn futures", PAIRS, |own| {
            let intervals = IntervalMethod::Bootstrap { draws: 1_000, seed: 1 };
            projected(own, ProjectionMethod::One(Model::Drift), intervals)
        }),
        method("shift-share with backtest, 12 periods", PAIRS, |own| {
            let [start, _] = &own.amounts;
            let (regions, industries) = (start.n_regions(), start.n_industries());
            let period = |period: usize| {
                let cell = |cell: usize| {
                    let (region, industry) = (cell / industries, cell % industries);
                    start.region(region)[industry] * (1.0 + 0.01 * ((region + industry) % 7) as f64).powi(period as i32)
                };
                Amounts::try_new((0..regions * industries).map(cell).collect(), industries).expect("amounts")
            };
            let periods: Vec<Amounts> = (0..12).map(period).collect();
            let totals = periods.iter().flat_map(|period| period.industry_totals().to_vec()).collect();
            let reference = Matrix::try_new(totals, industries).expect("whole rows");
            let (factor, levels) = (LocationalFactor::AsMeasured, vec![0.8, 0.95]);
            let options = ShiftShareOptions { base: 5, factor, levels, backtest: BACKTEST };
            let future = Future::Projected { model: Model::Drift, fit: FitOptions::default(), horizon: 5 };
            project_shift_share(&periods, &reference, &future, &options, &Progress::new()).is_ok().into()
        }),
    ]
}
