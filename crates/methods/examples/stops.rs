//! Prints how long methods of growth analysis go on after they were asked to stop, at sizes near the largest that calls take.
//!
//! Usage: `cargo run --release -p growthpole-methods --example stops [WORD ...]`; methods whose name holds one of the words, or
//! all. Each is run to its end once, and then stopped at points spread over that time; what is printed is the longest time
//! that it went on. The machine should have two idle cores: one computes, and one asks.

#![allow(clippy::print_stdout, clippy::expect_used)]

// The inputs of `costs`, of which it needs more.
#[allow(dead_code)]
#[path = "costs/input.rs"]
mod input;

use std::hint::black_box;
use std::time::{Duration, Instant};

use growthpole_methods::Progress;
use growthpole_methods::growth::convergence::{ClubOptions, convergence_clubs};
use growthpole_methods::growth::mobility::{
    Draws, QuantileScope, full_rank_chain, neighbour_set_tau, neighbourhood_tau, quantile_classes, rank_paths,
    spatial_tau, theta,
};
use growthpole_methods::growth::projection::{
    BacktestOptions, FitOptions, IntervalMethod, Model, ParameterUncertainty, ProjectionMethod, ProjectionOptions,
    project,
};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, lisa_permutations, rose_permutations, sequence_distances, spatial_markov_permutations,
};
use growthpole_methods::growth::turning_points::{BreakModel, BreakOptions, detect_breaks};
use growthpole_methods::growth::{
    BartikReference, Chain as Steps, arcelus, esteban_marquillas, gerfin, growth_gap, predicted_growth,
};
use growthpole_methods::stats::inequality::{
    EntropyKind, entropy_permutations, gini_permutations, spatial_gini_permutations,
};
use growthpole_methods::stats::spatial_regression::{SpatialForm, spatial_maximum_likelihood};
use growthpole_methods::stats::{
    DifferenceErrors, RankMethod, RankOrder, SpatialWeights, local_moran_permutations, moran_permutations,
    rank_confidence_sets, rank_draws, simultaneous_rank_sets,
};
use input::Input;

/// Points at which a run is stopped.
const STOPS: u32 = 16;
const DRAWS: Draws = Draws { permutations: 9_999, seed: 1 };

struct Method {
    name: &'static str,
    regions: usize,
    /// Periods, or industries.
    others: usize,
    run: fn(&Input, &Progress) -> bool,
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    println!("| method | size | whole run | goes on for |\n|---|---|---|---|");
    for method in methods() {
        if asked.is_empty() || asked.iter().any(|word| method.name.contains(word.as_str())) {
            method.print();
        }
    }
}

impl Method {
    fn print(&self) {
        let input = Input::new(self.regions, self.others);
        let start = Instant::now();
        assert!(black_box((self.run)(&input, &Progress::new())), "{} fails", self.name);
        let whole = start.elapsed();
        // What takes a minute is stopped in its first ten seconds, and in its last steps by nobody.
        let longest = (1..=STOPS).map(|at| self.goes_on(&input, whole.min(Duration::from_secs(10)) * at / (STOPS + 1)));
        let longest = longest.max().unwrap_or_default();
        println!(
            "| {} | {}x{} | {:.2} s | {:.1} ms |",
            self.name,
            self.regions,
            self.others,
            whole.as_secs_f64(),
            longest.as_secs_f64() * 1e3
        );
    }

    /// How long a run goes on when it is stopped after some time; not at all when it has ended.
    fn goes_on(&self, input: &Input, after: Duration) -> Duration {
        let progress = Progress::new();
        std::thread::scope(|scope| {
            let run = scope.spawn(|| {
                black_box((self.run)(input, &progress));
                Instant::now()
            });
            std::thread::sleep(after);
            let asked = Instant::now();
            progress.stop();
            run.join().expect("no method panics").saturating_duration_since(asked)
        })
    }
}

fn method(name: &'static str, regions: usize, others: usize, run: fn(&Input, &Progress) -> bool) -> Method {
    Method { name, regions, others, run }
}

fn methods() -> Vec<Method> {
    [ranks(), neighbours(), tables(), regressions(), distributions(), series()].into_iter().flatten().collect()
}

fn means(own: &Input) -> Vec<f64> {
    own.growth.rows().map(|row| row.iter().sum::<f64>() / row.len() as f64).collect()
}

fn ranks() -> Vec<Method> {
    vec![
        method("rank paths", 100_000, 10, |own, progress| {
            rank_paths(&own.values, RankMethod::Average, RankOrder::HighestFirst, progress).is_ok()
        }),
        method("rank chain", 100_000, 10, |own, progress| full_rank_chain(&own.values, progress).is_ok()),
        method("first passage times between ranks", 3_000, 20, |own, progress| {
            full_rank_chain(&own.values, progress).is_ok_and(|chain| chain.mean_first_passage(progress).is_ok())
        }),
        method("rank intervals of 1 000 draws", 3_000, 20, |own, progress| {
            rank_draws(&own.bootstrap(), RankMethod::Average, RankOrder::HighestFirst, progress)
                .is_ok_and(|ranks| ranks.distributions(0.95, progress).is_ok())
        }),
        method("confidence sets of ranks", 2_000, 20, |own, progress| {
            let (errors, order) = (DifferenceErrors::FromDraws, RankOrder::HighestFirst);
            rank_confidence_sets(&means(own), &own.bootstrap(), errors, 0.95, order, progress).is_ok()
        }),
        method("confidence sets of all ranks at once", 2_000, 20, |own, progress| {
            let (errors, order) = (DifferenceErrors::FromDraws, RankOrder::HighestFirst);
            simultaneous_rank_sets(&means(own), &own.bootstrap(), errors, 0.95, order, progress).is_ok()
        }),
        method("theta of groups", 50_000, 20, |own, progress| theta(&own.values, &own.groups, DRAWS, progress).is_ok()),
    ]
}

fn neighbours() -> Vec<Method> {
    fn quartiles() -> ClassRule {
        ClassRule::Quantiles { classes: 4, scope: QuantileScope::Pooled }
    }
    vec![
        method("spatial tau", 50_000, 2, |own, progress| {
            spatial_tau(&own.ranks(), &own.weights, DRAWS, progress).is_ok()
        }),
        method("tau of neighbour sets", 50_000, 2, |own, progress| {
            neighbour_set_tau(&own.ranks(), &own.weights, DRAWS, progress).is_ok()
        }),
        method("tau of neighbourhoods", 5_000, 2, |own, progress| {
            neighbourhood_tau(&own.ranks(), &own.weights, DRAWS, progress).is_ok()
        }),
        method("spatial Markov chain", 50_000, 20, |own, progress| {
            let (rule, lag) = (quartiles(), quartiles().into());
            spatial_markov_permutations(&own.values, &own.weights, &rule, &lag, 99, 1, progress).is_ok()
        }),
        method("LISA Markov chain", 50_000, 20, |own, progress| {
            lisa_permutations(&own.values, &own.weights, 999, 1, progress).is_ok()
        }),
        method("directional rose", 50_000, 2, |own, progress| {
            rose_permutations(own.first(), own.last(), &own.weights, 8, 9_999, 1, progress).is_ok()
        }),
        method("Moran's I", 50_000, 2, |own, progress| {
            moran_permutations(own.first(), &own.weights, 9_999, 1, progress).is_ok()
        }),
        method("local Moran", 50_000, 2, |own, progress| {
            local_moran_permutations(own.first(), &own.weights, 9_999, 1, 0, progress).is_ok()
        }),
        method("optimal matching of paths", 316, 50, |own, progress| {
            let classes = quantile_classes(&own.values, 5, QuantileScope::EachPeriod).expect("values").paths;
            let path = |region: usize| classes.periods().map(|period| period[region].unwrap_or(0)).collect();
            let paths: Vec<Vec<u16>> = (0..own.values.n_columns()).map(path).collect();
            sequence_distances(&paths, 5, &SequenceCosts::Interval, progress).is_ok()
        }),
    ]
}

fn tables() -> Vec<Method> {
    vec![
        method("Esteban-Marquillas", 25_000, 1_000, |own, progress| {
            let steps = Steps::from(own.comparison());
            esteban_marquillas(&steps, progress).is_ok_and(|shift| shift.by_industry(progress).is_ok())
        }),
        method("Arcelus", 25_000, 1_000, |own, progress| {
            let steps = Steps::from(own.comparison());
            arcelus(&steps, progress).is_ok_and(|shift| shift.by_industry(progress).is_ok())
        }),
        method("Gerfin", 25_000, 1_000, |own, progress| {
            gerfin(&Steps::from(own.comparison()), progress).is_ok_and(|factors| factors.total().is_ok())
        }),
        method("predicted growth", 25_000, 1_000, |own, progress| {
            predicted_growth(&own.comparison(), BartikReference::LeaveOneOut, progress).is_ok()
        }),
        method("growth gaps", 25_000, 1_000, |own, progress| growth_gap(&own.comparison(), progress).is_ok()),
    ]
}

fn lag(own: &Input, weights: &SpatialWeights, progress: &Progress) -> bool {
    let (growth, design) = own.design();
    spatial_maximum_likelihood(&growth, &design, weights, SpatialForm::Lag, progress).is_ok()
}

/// Each region with `reach` before and after it, and with one of a list in which they are dealt out anew.
fn linked(own: &Input, reach: usize, far: usize) -> SpatialWeights {
    let regions = own.values.n_columns();
    let near = (0..regions).flat_map(|a| (1..=reach).map(move |step| (a, (a + step) % regions)));
    let far = (0..far).map(|a| (a, (a * 7_919 + regions / 2) % regions));
    let mut pairs: Vec<_> = near.chain(far).filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    SpatialWeights::from_pairs(regions, &pairs).expect("pairs").row_standardized()
}

fn regressions() -> Vec<Method> {
    vec![
        method("spatial lag, few regions", 300, 20, |own, progress| lag(own, &own.weights, progress)),
        method("spatial lag, dense", 1_000, 20, |own, progress| lag(own, &linked(own, 100, 0), progress)),
        method("spatial lag, hardly sparse", 1_000, 20, |own, progress| lag(own, &linked(own, 3, 1_000), progress)),
        method("spatial lag, sparse", 10_000, 20, |own, progress| lag(own, &linked(own, 5, 250), progress)),
        method("convergence clubs", 10_000, 40, |own, progress| {
            convergence_clubs(&own.panel(), ClubOptions::default(), progress).is_ok()
        }),
    ]
}

fn distributions() -> Vec<Method> {
    vec![
        method("Theil by groups", 50_000, 2, |own, progress| {
            let (period, kind) = (own.distribution(), EntropyKind::TheilT);
            entropy_permutations(&period, &own.parts, kind, 9_999, 1, progress).is_ok()
        }),
        method("Gini by groups", 50_000, 2, |own, progress| {
            gini_permutations(&own.distribution(), &own.parts, 9_999, 1, progress).is_ok()
        }),
        method("spatial Gini", 50_000, 2, |own, progress| {
            spatial_gini_permutations(&own.distribution(), &own.weights, 9_999, 1, progress).is_ok()
        }),
    ]
}

fn series() -> Vec<Method> {
    fn projected(own: &Input, model: Model, intervals: IntervalMethod, draws: usize, progress: &Progress) -> bool {
        let backtest = BacktestOptions { most_origins: 10, horizon: 5, first_length: None };
        let parameters = (draws > 0).then_some(ParameterUncertainty { draws, backtest_draws: 200, seed: 1 });
        let (method, fit, levels) = (ProjectionMethod::One(model), FitOptions::default(), vec![0.8, 0.95]);
        let options = ProjectionOptions { method, horizon: 5, fit, levels, intervals, parameters, backtest };
        project(&own.series, &options, progress).is_ok()
    }
    vec![
        method("breaks in trend, 9 999 draws", 3, 1_000, |own, progress| {
            let series: Vec<&[f64]> = own.growth.rows().collect();
            let options = BreakOptions { model: BreakModel::Trend, draws: 9_999, ..BreakOptions::default() };
            detect_breaks(&series, &options, progress).is_ok()
        }),
        method("damped trend with backtest", 300, 200, |own, progress| {
            projected(own, Model::Damped, IntervalMethod::Formula, 0, progress)
        }),
        method("drawn futures", 300, 50, |own, progress| {
            projected(own, Model::Drift, IntervalMethod::Bootstrap { draws: 1_000, seed: 1 }, 0, progress)
        }),
        method("drawn parameters", 31, 50, |own, progress| {
            projected(own, Model::Holt, IntervalMethod::Formula, 400, progress)
        }),
    ]
}
