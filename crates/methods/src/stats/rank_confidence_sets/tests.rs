use super::*;
use crate::Matrix;
use crate::stats::random::generator;
use crate::stats::{BlockBootstrap, RankMethod, bootstrap_means, normal_draws, rank_draws};
use rand::RngExt as _;
use rand_distr::StandardNormal;

const DEVIATIONS: [f64; 9] = [0.1, 0.4, 0.2, 0.3, 0.25, 0.6, 0.15, 0.3, 0.5];
const ESTIMATES: [f64; 9] = [0.0, 0.3, 0.35, 1.0, 1.1, 1.5, 2.2, 2.25, 4.0];

/// Numbers between 0 and 1 of a linear congruential generator, which the independent computation has as well.
fn numbers(n: usize, mut state: u64) -> Vec<f64> {
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(|_| next()).collect()
}

/// 400 draws around the estimates; each region takes part in a common factor, the last one most.
fn draws(factor: f64) -> Draws {
    let (own, common) = (numbers(9 * 400, 42), numbers(400, 7));
    let cell = |draw: usize, region: usize| {
        let noise = (own[9 * draw + region] - 0.5) * DEVIATIONS[region] * 12_f64.sqrt();
        ESTIMATES[region] + noise + factor * (common[draw] - 0.5) * region as f64 / 8.0
    };
    Draws::try_new(Matrix::from_fn(400, 9, cell), false).unwrap()
}

fn sets(draws: &Draws, errors: DifferenceErrors<'_>, level: f64) -> Vec<(usize, usize)> {
    let sets = rank_confidence_sets(&ESTIMATES, draws, errors, level, RankOrder::HighestFirst, &Progress::new());
    sets.unwrap().into_iter().map(|set| (set.lower, set.upper)).collect()
}

/// The expected sets were computed apart from this in numpy, hypothesis by hypothesis, from the same draws.
#[test]
fn agrees_with_an_independent_computation() {
    let expected = [(7, 9), (4, 9), (5, 9), (4, 8), (4, 7), (2, 8), (2, 4), (2, 4), (1, 1)];
    let errors = DifferenceErrors::Independent(&DEVIATIONS);
    assert_eq!(sets(&draws(0.0), errors, 0.95), expected);
    assert_eq!(sets(&draws(3.0), DifferenceErrors::FromDraws, 0.8), expected);
    // Two regions lose a hypothesis only in the second step.
    let expected = [(6, 9), (4, 9), (4, 9), (3, 9), (3, 9), (2, 9), (2, 4), (2, 6), (1, 1)];
    assert_eq!(sets(&draws(3.0), DifferenceErrors::FromDraws, 0.95), expected);
}

#[test]
fn the_lowest_first_turns_the_sets_round() {
    let draws = draws(0.0);
    let turned = rank_confidence_sets(
        &ESTIMATES,
        &draws,
        DifferenceErrors::Independent(&DEVIATIONS),
        0.95,
        RankOrder::LowestFirst,
        &Progress::new(),
    );
    let turned: Vec<(usize, usize)> = turned.unwrap().iter().map(|set| (10 - set.upper, 10 - set.lower)).collect();
    assert_eq!(turned, sets(&draws, DifferenceErrors::Independent(&DEVIATIONS), 0.95));
}

#[test]
fn without_error_only_ties_are_uncertain() {
    let (estimates, errors) = ([3.0, 1.0, 2.0, 2.0], [0.0; 4]);
    let draws = normal_draws(&estimates, &errors, None, 100, 1, &Progress::new()).unwrap();
    for how in [DifferenceErrors::Independent(&errors), DifferenceErrors::FromDraws] {
        let sets =
            rank_confidence_sets(&estimates, &draws, how, 0.95, RankOrder::HighestFirst, &Progress::new()).unwrap();
        let expected = [(1, 1), (4, 4), (2, 3), (2, 3)].map(|(lower, upper)| RankSet { lower, upper });
        assert_eq!(sets, expected);
    }
}

#[test]
fn refuses_what_has_no_sets() {
    let draws = draws(0.0);
    let of = |estimates: &[f64], errors: &[f64], level| {
        let errors = DifferenceErrors::Independent(errors);
        rank_confidence_sets(estimates, &draws, errors, level, RankOrder::HighestFirst, &Progress::new())
    };
    let lengths = |figures| Err(RankConfidenceError::LengthsDiffer { figures, regions: 9 });
    assert_eq!(of(&ESTIMATES, &DEVIATIONS, 1.0), Err(RankConfidenceError::InvalidLevel { level: 1.0 }));
    assert_eq!(of(&ESTIMATES, &DEVIATIONS, 0.999), Err(RankConfidenceError::TooFewDraws { draws: 400, level: 0.999 }));
    assert_eq!(
        (of(&ESTIMATES[1..], &DEVIATIONS, 0.9), of(&ESTIMATES, &DEVIATIONS[1..], 0.9)),
        (lengths(8), lengths(8))
    );
    assert!(matches!(of(&[f64::NAN; 9], &DEVIATIONS, 0.9), Err(RankConfidenceError::InvalidFigure { region: 0, .. })));
    assert!(matches!(of(&ESTIMATES, &[-1.0; 9], 0.9), Err(RankConfidenceError::InvalidFigure { value: -1.0, .. })));
    let progress = Progress::new();
    progress.stop();
    let stopped =
        rank_confidence_sets(&ESTIMATES, &draws, DifferenceErrors::FromDraws, 0.9, RankOrder::HighestFirst, &progress);
    assert_eq!(stopped, Err(RankConfidenceError::Stopped(Stopped)));
}

fn simultaneous(draws: &Draws, errors: DifferenceErrors<'_>, level: f64, order: RankOrder) -> Vec<(usize, usize)> {
    let sets = simultaneous_rank_sets(&ESTIMATES, draws, errors, level, order, &Progress::new());
    sets.unwrap().into_iter().map(|set| (set.lower, set.upper)).collect()
}

/// The expected sets were computed apart from this in numpy, over all pairs at once, from the same draws.
#[test]
fn simultaneous_sets_agree_with_an_independent_computation() {
    let (errors, highest) = (DifferenceErrors::Independent(&DEVIATIONS), RankOrder::HighestFirst);
    assert_eq!(
        simultaneous(&draws(0.0), errors, 0.95, highest),
        [(7, 9), (4, 9), (5, 9), (4, 8), (4, 7), (2, 8), (2, 4), (2, 4), (1, 1)]
    );
    assert_eq!(
        simultaneous(&draws(3.0), DifferenceErrors::FromDraws, 0.8, highest),
        [(6, 9), (4, 9), (4, 9), (3, 8), (4, 8), (2, 9), (2, 4), (2, 5), (1, 1)]
    );
    assert_eq!(
        simultaneous(&draws(3.0), DifferenceErrors::FromDraws, 0.95, highest),
        [(4, 9), (3, 9), (4, 9), (3, 9), (3, 9), (2, 9), (2, 4), (2, 7), (1, 1)]
    );
    let turned = simultaneous(&draws(0.0), errors, 0.95, RankOrder::LowestFirst);
    let turned: Vec<(usize, usize)> = turned.iter().map(|(lower, upper)| (10 - upper, 10 - lower)).collect();
    assert_eq!(turned, simultaneous(&draws(0.0), errors, 0.95, highest));
}

/// A set for all regions holds the one for a single region, whatever draws and level are.
#[test]
fn simultaneous_sets_hold_the_marginal_ones() {
    for factor in [0.0, 0.5, 3.0] {
        for level in [0.5, 0.8, 0.95] {
            let draws = draws(factor);
            for errors in [DifferenceErrors::Independent(&DEVIATIONS), DifferenceErrors::FromDraws] {
                let wide = simultaneous(&draws, errors, level, RankOrder::HighestFirst);
                for (wide, own) in wide.iter().zip(sets(&draws, errors, level)) {
                    assert!(wide.0 <= own.0 && own.1 <= wide.1, "{factor} {level}: {wide:?} {own:?}");
                }
            }
        }
    }
}

#[test]
fn simultaneous_sets_know_ties_and_refuse_what_has_no_sets() {
    let (estimates, errors, highest) = ([3.0, 1.0, 2.0, 2.0], [0.0; 4], RankOrder::HighestFirst);
    let sure = normal_draws(&estimates, &errors, None, 100, 1, &Progress::new()).unwrap();
    for how in [DifferenceErrors::Independent(&errors), DifferenceErrors::FromDraws] {
        let sets = simultaneous_rank_sets(&estimates, &sure, how, 0.95, highest, &Progress::new()).unwrap();
        let expected = [(1, 1), (4, 4), (2, 3), (2, 3)].map(|(lower, upper)| RankSet { lower, upper });
        assert_eq!(sets, expected);
    }
    let of = |level, progress: &Progress| {
        simultaneous_rank_sets(&ESTIMATES, &draws(0.0), DifferenceErrors::FromDraws, level, highest, progress)
    };
    assert_eq!(of(0.0, &Progress::new()), Err(RankConfidenceError::InvalidLevel { level: 0.0 }));
    assert_eq!(of(0.999, &Progress::new()), Err(RankConfidenceError::TooFewDraws { draws: 400, level: 0.999 }));
    let progress = Progress::new();
    progress.stop();
    assert_eq!(of(0.9, &progress), Err(RankConfidenceError::Stopped(Stopped)));
}

/// True figures of which some are equal and others close together, measured with errors.
const TRUTH: [f64; 8] = [0.0, 0.0, 0.0, 0.15, 0.3, 1.0, 1.05, 3.0];
const ERRORS: [f64; 8] = [0.2, 0.1, 0.3, 0.15, 0.2, 0.1, 0.25, 0.2];
const SAMPLES: u64 = 600;

/// The ranks that a region truly has, from the best to the worst of its ties.
fn true_ranks(region: usize) -> (usize, usize) {
    let above = TRUTH.iter().filter(|other| **other > TRUTH[region]).count();
    let equal = TRUTH.iter().filter(|other| **other == TRUTH[region]).count();
    (above + 1, above + equal)
}

/// Whether a share of `SAMPLES` is at least `level`, but for three Monte-Carlo standard errors.
fn holds(covered: u32, level: f64) -> bool {
    f64::from(covered) / SAMPLES as f64 >= level - 3.0 * (level * (1.0 - level) / SAMPLES as f64).sqrt()
}

/// The sets hold their level for every region, where the intervals of the draws do not: regions that are equal in truth
/// are drawn apart by chance, and the draws repeat that chance.
#[test]
fn sets_from_standard_errors_cover_the_true_ranks() {
    let (mut of_sets, mut of_intervals) = ([0; 8], [0; 8]);
    let (mut of_all, mut of_each) = (0, 0);
    for sample in 0..SAMPLES {
        let mut noise = generator(11, sample);
        let mut measured = TRUTH;
        for (value, error) in measured.iter_mut().zip(ERRORS) {
            let z: f64 = noise.sample(StandardNormal);
            *value += error * z;
        }
        let progress = Progress::new();
        let draws = normal_draws(&measured, &ERRORS, None, 399, sample, &progress).unwrap();
        let errors = DifferenceErrors::Independent(&ERRORS);
        let sets = rank_confidence_sets(&measured, &draws, errors, 0.9, RankOrder::HighestFirst, &progress).unwrap();
        let all = simultaneous_rank_sets(&measured, &draws, errors, 0.9, RankOrder::HighestFirst, &progress).unwrap();
        let covers = |set: &RankSet, (best, worst): (usize, usize)| set.lower <= best && worst <= set.upper;
        of_all += u32::from((0..8).all(|region| covers(&all[region], true_ranks(region))));
        of_each += u32::from((0..8).all(|region| covers(&sets[region], true_ranks(region))));
        let ranks = rank_draws(&draws, RankMethod::Competition, RankOrder::HighestFirst, &progress).unwrap();
        let intervals = ranks.distributions(0.9, &progress).unwrap();
        for region in 0..8 {
            let (best, worst) = true_ranks(region);
            of_sets[region] += u32::from(sets[region].lower <= best && worst <= sets[region].upper);
            let interval = intervals[region];
            of_intervals[region] += u32::from(interval.lower <= best as f64 && worst as f64 <= interval.upper);
        }
    }
    assert!(of_sets.iter().all(|&covered| holds(covered, 0.9)), "{of_sets:?}");
    assert!(!holds(of_intervals[1], 0.9), "{of_intervals:?}");
    // Of all regions at once the simultaneous sets say it, and those of single regions are wrong about some region more often.
    assert!(holds(of_all, 0.9) && of_all > of_each, "{of_all} {of_each}");
    // The one that is far ahead is always ranked first.
    assert_eq!((of_sets[7], of_intervals[7]), (600, 600));
}

/// In how many of the samples the sets hold the true ranks of each region, from the bootstrap of yearly growth with a
/// common cycle, of which `lasting` is left after a year.
fn covered_by_bootstrap(years: usize, lasting: f64, block_length: usize) -> [u32; 8] {
    let mut covered = [0; 8];
    for sample in 0..SAMPLES {
        let mut noise = generator(12, sample);
        let mut cycles = [0.0; 8];
        let mut cells = vec![0.0; 8 * years];
        for year in 0..years {
            let common: f64 = noise.sample(StandardNormal);
            for region in 0..8 {
                let own: f64 = noise.sample(StandardNormal);
                cycles[region] = lasting * cycles[region] + own + common;
                cells[region * years + year] = TRUTH[region] + cycles[region];
            }
        }
        let progress = Progress::new();
        let how = BlockBootstrap { draws: 399, block_length, seed: sample };
        let series = Matrix::try_new(cells, years).unwrap();
        let draws = bootstrap_means(&series, None, how, &progress).unwrap();
        let means: Vec<f64> = series.rows().map(|row| row.iter().sum::<f64>() / years as f64).collect();
        let errors = DifferenceErrors::FromDraws;
        let sets = rank_confidence_sets(&means, &draws, errors, 0.9, RankOrder::HighestFirst, &progress).unwrap();
        for region in 0..8 {
            let (best, worst) = true_ranks(region);
            covered[region] += u32::from(sets[region].lower <= best && worst <= sets[region].upper);
        }
    }
    covered
}

#[test]
fn sets_from_the_bootstrap_of_periods_cover_the_true_ranks() {
    for (years, lasting, block_length) in [(40, 0.0, 1), (40, 0.0, 3), (200, 0.5, 6)] {
        let covered = covered_by_bootstrap(years, lasting, block_length);
        assert!(covered.iter().all(|&covered| holds(covered, 0.9)), "{years} years: {covered:?}");
    }
    // Short series with a cycle that lasts: blocks cannot hold it, and the documentation says how far they fall short.
    let short = covered_by_bootstrap(20, 0.3, 3);
    assert!(short.iter().all(|&covered| holds(covered, 0.84)) && !holds(short[2], 0.9), "{short:?}");
}
