//! Ranks and how they move.

use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{
    Chain, QuantileScope, count_transitions, ergodic_distributions, first_passage, full_rank_chain, kendall, local_tau,
    mobility_indices, neighbour_set_tau, neighbourhood_tau, order_test, quantile_classes, rank_paths, regional_tau,
    spatial_tau, spearman, theta,
};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, lisa_markov, lisa_permutations, rose_permutations, sequence_distances, spatial_markov,
    spatial_markov_permutations,
};
use growthpole_methods::growth::{GrowthMeasure, from_levels};
use growthpole_methods::stats::{
    DifferenceErrors, RankMethod, RankOrder, kendall_w, local_moran_permutations, moran_permutations,
    rank_confidence_sets, rank_descending, rank_draws, simultaneous_rank_sets,
};
use std::hint::black_box;

use crate::{DRAWS, EQUATIONS, Method, PAIRS, USUAL, method};

pub(crate) fn rank_growth() -> Vec<Method> {
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
        method("the same for all regions at once", PAIRS, |own| {
            let mean = |row: &[f64]| row.iter().sum::<f64>() / row.len() as f64;
            let (means, draws) = (own.growth.rows().map(mean).collect::<Vec<_>>(), own.bootstrap());
            let (errors, order) = (DifferenceErrors::FromDraws, RankOrder::HighestFirst);
            let sets = simultaneous_rank_sets(&means, &draws, errors, 0.95, order, &Progress::new());
            sets.expect("figures").len() as f64
        }),
        method("agreement of as many rankings as periods", USUAL, |own| {
            kendall_w(&own.values.rows().collect::<Vec<_>>()).expect("rankings").w
        }),
    ]
}

pub(crate) fn track_ranks() -> Vec<Method> {
    vec![
        method("rank paths", USUAL, |own| {
            let (method, order) = (RankMethod::Competition, RankOrder::HighestFirst);
            rank_paths(&own.values, method, order, &Progress::new()).expect("not stopped").len() as f64
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
        method("orders of that chain up to 3", USUAL, |own| {
            let classes = quantile_classes(&own.values, 5, QuantileScope::EachPeriod).expect("values");
            (1..=3).filter_map(|order| order_test(&classes.paths, order)).map(|test| test.q.statistic).sum()
        }),
        method("Markov chain of ranks", USUAL, |own| {
            full_rank_chain(&own.values, &Progress::new()).expect("incomes").stays(0) as f64
        }),
        method("first passage times between ranks", EQUATIONS, |own| {
            let chain = full_rank_chain(&own.values, &Progress::new()).expect("incomes");
            f64::from(chain.mean_first_passage(&Progress::new()).is_ok())
        }),
    ]
}

pub(crate) fn among_neighbours() -> Vec<Method> {
    fn quartiles() -> ClassRule {
        ClassRule::Quantiles { classes: 4, scope: QuantileScope::Pooled }
    }
    vec![
        method("spatial Markov chain 4 x 4", USUAL, |own| {
            let chain = spatial_markov(&own.values, &own.weights, &quartiles(), &quartiles().into(), &Progress::new())
                .expect("a chain");
            chain.homogeneity.q.statistic
        }),
        method("the same with 99 permutations", USUAL, |own| {
            let (rule, lag, progress) = (quartiles(), quartiles().into(), Progress::new());
            let test = spatial_markov_permutations(&own.values, &own.weights, &rule, &lag, 99, 1, &progress);
            test.expect("a chain").mean
        }),
        method("LISA Markov chain", USUAL, |own| {
            lisa_markov(&own.values, &own.weights, &Progress::new()).expect("a chain").independence.statistic
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
