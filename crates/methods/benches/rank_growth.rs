//! Benchmarks of growth itself: rates, ranks, shares of growth, acceleration, and what a benchmark is compared with.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::Matrix;
use growthpole_methods::growth::{
    GrowthMeasure, acceleration_from_levels, contribution_to_benchmark, contributions_from_levels, from_levels,
    growth_of_mean_step, rate_steps, ratio_rate, yearly_rates,
};
use growthpole_methods::stats::{
    RankMethod, RankOrder, mean_ranks, percentile, rank, weighted_mean, weighted_percentile,
};

fn main() {
    divan::main();
}

/// Regions and years: the provinces of a country, and the smallest regions of a continent.
const SIZES: [(usize, usize); 2] = [(31, 20), (3_000, 50)];

const MEASURES: [GrowthMeasure; 5] = [
    GrowthMeasure::CompoundAnnual,
    GrowthMeasure::MeanOfRates,
    GrowthMeasure::MeanLogDifference,
    GrowthMeasure::SimpleAnnual,
    GrowthMeasure::Change,
];

/// Levels that grow, regions x years, the same every time (a linear congruential generator).
fn levels((regions, years): (usize, usize)) -> Matrix {
    let mut state = 11_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut cells = Vec::with_capacity(regions * years);
    for _ in 0..regions {
        let mut level = 100.0 * (3.0 * next()).exp();
        for _ in 0..years {
            level *= 1.1 - 0.12 * next();
            cells.push(level);
        }
    }
    Matrix::try_new(cells, years).expect("a rectangle")
}

fn growth(levels: &Matrix) -> Vec<f64> {
    levels.rows().map(|row| from_levels(row, GrowthMeasure::CompoundAnnual).expect("levels above zero")).collect()
}

fn ends(levels: &Matrix) -> (Vec<f64>, Vec<f64>) {
    (levels.column(0).collect(), levels.column(levels.n_columns() - 1).collect())
}

#[divan::bench(args = SIZES)]
fn growth_by_every_measure(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let levels = levels(size);
    let of = |row: &[f64]| MEASURES.iter().filter_map(|&measure| from_levels(row, measure).ok()).sum::<f64>();
    bencher.bench(|| black_box(&levels).rows().map(of).sum::<f64>());
}

#[divan::bench(args = SIZES)]
fn growth_and_ranks(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let levels = levels(size);
    bencher.bench(|| {
        let growth: Vec<Option<f64>> = growth(black_box(&levels)).into_iter().map(Some).collect();
        (rank(&growth, RankMethod::Competition, RankOrder::HighestFirst), percentile(&growth))
    });
}

#[divan::bench(args = SIZES)]
fn growth_per_head(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let rates = growth(&levels(size));
    bencher.bench(|| {
        let of_heads = |pair: &[f64]| ratio_rate(pair[0], pair[1]).expect("rates above -1");
        black_box(&rates).windows(2).map(of_heads).sum::<f64>()
    });
}

#[divan::bench(args = SIZES)]
fn contributions(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (start, end) = ends(&levels(size));
    bencher.bench(|| contributions_from_levels(black_box(&start), &end));
}

#[divan::bench(args = SIZES)]
fn contributions_to_a_published_benchmark(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let levels = levels(size);
    let ((start, _), rates) = (ends(&levels), growth(&levels));
    let whole: f64 = start.iter().sum();
    bencher.bench(|| {
        let pairs = black_box(&start).iter().zip(&rates);
        pairs.filter_map(|(&level, &rate)| contribution_to_benchmark(level, whole, rate)).sum::<f64>()
    });
}

#[divan::bench(args = SIZES)]
fn weighted_mean_and_percentiles(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let levels = levels(size);
    let ((weights, _), rates) = (ends(&levels), growth(&levels));
    bencher.bench(|| (weighted_mean(black_box(&rates), &weights), weighted_percentile(&rates, &weights)));
}

#[divan::bench(args = SIZES)]
fn acceleration(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let levels = levels(size);
    bencher.bench(|| {
        let of = |row| acceleration_from_levels(row, size.1 / 2, GrowthMeasure::CompoundAnnual).ok();
        black_box(&levels).rows().filter_map(of).map(|own| own.difference).sum::<f64>()
    });
}

/// What a bootstrap of periods draws from.
#[divan::bench(args = SIZES)]
fn steps_of_growth(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (levels, measure) = (levels(size), GrowthMeasure::CompoundAnnual);
    bencher.bench(|| {
        let of = |row: &[f64]| {
            let steps = rate_steps(&yearly_rates(row).ok()?, measure).ok()?;
            Some(growth_of_mean_step(steps.iter().sum::<f64>() / steps.len() as f64, steps.len(), measure))
        };
        black_box(&levels).rows().filter_map(of).sum::<f64>()
    });
}

/// Of five indicators.
#[divan::bench(args = [31, 3_000])]
fn mean_rank_of_five_rankings(bencher: Bencher<'_, '_>, regions: usize) {
    let table = levels((5, regions));
    let rankings: Vec<&[f64]> = table.rows().collect();
    bencher.bench(|| mean_ranks(black_box(&rankings)));
}
