//! Growth engines: scores, Pareto sets, ROC areas, spillover.

use growthpole_methods::division::Presence;
use growthpole_methods::division::engines::{
    Criterion, CriterionValues, industry_outlook, pareto_set, resource_burden, score_engines, spillover_potential,
    test_entries,
};
use growthpole_methods::stats::{RocArea, SpatialWeights, roc_area, roc_difference};
use growthpole_methods::{AmountRows, Amounts, Matrix, Progress};
use proptest::prelude::*;

const REGIONS: usize = 5;
const INDUSTRIES: usize = 6;
const PAIRS: usize = REGIONS * INDUSTRIES;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

/// Presences of which one at least is absent.
fn presence() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), PAIRS).prop_filter("a candidate", |cells| cells.contains(&false))
}

fn matrix() -> impl Strategy<Value = Matrix> {
    prop::collection::vec(-10.0..10.0_f64, PAIRS).prop_map(|cells| Matrix::try_new(cells, INDUSTRIES).unwrap())
}

fn area(scores: &[f64], happened: &[bool]) -> RocArea {
    roc_area(scores.iter().copied().zip(happened.iter().copied())).unwrap()
}

/// Scores with ties, and outcomes of both kinds.
fn cases() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    prop::collection::vec((0..8_i32, any::<bool>()), 3..40)
        .prop_filter("both outcomes", |cases| cases.iter().any(|case| case.1) && cases.iter().any(|case| !case.1))
        .prop_map(|cases| cases.into_iter().map(|(score, happened)| (f64::from(score), happened)).unzip())
}

fn criteria<'a>(first: &'a Matrix, second: &'a Matrix, weight: f64) -> [Criterion<'a>; 2] {
    [
        Criterion { values: CriterionValues::ByPair(first), weight: 1.0, is_burden: false },
        Criterion { values: CriterionValues::ByPair(second), weight, is_burden: true },
    ]
}

/// The same cells with regions in reverse order.
fn turned(matrix: &Matrix) -> Matrix {
    Matrix::from_fn(matrix.n_rows(), matrix.n_columns(), |row, column| matrix.get(matrix.n_rows() - 1 - row, column))
}

fn turned_presence(cells: &[bool]) -> Presence {
    let rows: Vec<bool> = cells.chunks(INDUSTRIES).rev().flatten().copied().collect();
    Presence::try_new(&rows, INDUSTRIES).unwrap()
}

proptest! {
    #[test]
    fn scores_have_the_mean_zero_and_do_not_depend_on_units(
        cells in presence(), first in matrix(), second in matrix(), scale in 0.1..9.0_f64, shift in -5.0..5.0_f64,
    ) {
        let presence = Presence::try_new(&cells, INDUSTRIES).unwrap();
        let found = score_engines(&presence, &criteria(&first, &second, 0.7), &Progress::new()).unwrap();
        let scores: Vec<f64> = found.scores.cells().iter().copied().filter(|score| !score.is_nan()).collect();
        prop_assert_eq!(scores.len(), found.candidates);
        prop_assert!(scores.iter().sum::<f64>().abs() < 1e-9 * scores.len() as f64);
        let other_unit = first.map(|value| scale * value + shift);
        let again = score_engines(&presence, &criteria(&other_unit, &second, 0.7), &Progress::new()).unwrap();
        for (a, b) in found.scores.cells().iter().zip(again.scores.cells()) {
            prop_assert!((a.is_nan() && b.is_nan()) || close(*a, *b), "{} {}", a, b);
        }
    }

    #[test]
    fn turning_regions_turns_scores(cells in presence(), first in matrix(), second in matrix()) {
        let presence = Presence::try_new(&cells, INDUSTRIES).unwrap();
        let found = score_engines(&presence, &criteria(&first, &second, 2.0), &Progress::new()).unwrap();
        let (a, b) = (turned(&first), turned(&second));
        let other = score_engines(&turned_presence(&cells), &criteria(&a, &b, 2.0), &Progress::new()).unwrap();
        for (a, b) in turned(&found.scores).cells().iter().zip(other.scores.cells()) {
            prop_assert!((a.is_nan() && b.is_nan()) || close(*a, *b));
        }
    }

    #[test]
    fn the_pareto_set_is_what_nothing_beats_and_holds_the_best_by_any_weights(
        cells in presence(), first in matrix(), second in matrix(), weight in 0.01..20.0_f64,
    ) {
        let presence = Presence::try_new(&cells, INDUSTRIES).unwrap();
        let criteria = criteria(&first, &second, weight);
        let found = score_engines(&presence, &criteria, &Progress::new()).unwrap();
        for region in 0..REGIONS {
            let ranked = found.ranked(region);
            let is_in = found.pareto(&criteria, region, &ranked);
            prop_assert!(is_in.first().is_none_or(|best| *best));
            let point = |industry: usize| (first.get(region, industry), -second.get(region, industry));
            for (at, &industry) in ranked.iter().enumerate() {
                let own = point(industry);
                let beaten = ranked.iter().map(|&other| point(other)).any(|other| {
                    other.0 >= own.0 && other.1 >= own.1 && other != own
                });
                prop_assert_eq!(is_in[at], !beaten);
            }
        }
    }

    #[test]
    fn the_pareto_set_does_not_depend_on_the_order(rows in prop::collection::vec([0..4_i32, 0..4, 0..4], 1..30)) {
        let cells: Vec<f64> = rows.iter().flatten().map(|value| f64::from(*value)).collect();
        let set = pareto_set(&Matrix::try_new(cells.clone(), 3).unwrap()).unwrap();
        let reversed = Matrix::from_fn(rows.len(), 3, |row, column| cells[(rows.len() - 1 - row) * 3 + column]);
        let mut again = pareto_set(&reversed).unwrap();
        again.reverse();
        prop_assert_eq!(&set, &again);
        prop_assert!(set.contains(&true));
    }

    #[test]
    fn areas_turn_with_scores_and_with_outcomes((scores, happened) in cases()) {
        let roc = area(&scores, &happened);
        let turned: Vec<f64> = scores.iter().map(|score| -score).collect();
        let not: Vec<bool> = happened.iter().map(|happened| !happened).collect();
        let (by_scores, by_outcomes) = (area(&turned, &happened), area(&scores, &not));
        prop_assert!(close(roc.area + by_scores.area, 1.0) && close(roc.area + by_outcomes.area, 1.0));
        prop_assert!((0.0..=1.0).contains(&roc.area));
        if let (Some(own), Some(other)) = (roc.standard_error, by_scores.standard_error) {
            prop_assert!(close(own, other));
        }
        let stretched: Vec<f64> = scores.iter().map(|score| score.exp() - 3.0).collect();
        prop_assert_eq!(area(&stretched, &happened), roc);
        let both = scores.iter().zip(&turned).map(|(score, turned)| [*score, *turned]);
        let difference = roc_difference(both.zip(happened.iter().copied())).unwrap();
        prop_assert!(close(difference.difference, 2.0 * roc.area - 1.0));
    }

    #[test]
    fn a_score_that_knows_entries_foretells_all(cells in presence(), later in prop::collection::vec(any::<bool>(), PAIRS)) {
        let (now, later_presence) =
            (Presence::try_new(&cells, INDUSTRIES).unwrap(), Presence::try_new(&later, INDUSTRIES).unwrap());
        let known = Matrix::from_fn(REGIONS, INDUSTRIES, |r, i| f64::from(u8::from(later[r * INDUSTRIES + i])));
        let criteria = [Criterion { values: CriterionValues::ByPair(&known), weight: 1.0, is_burden: false }];
        let found = score_engines(&now, &criteria, &Progress::new()).unwrap();
        if let Ok(test) = test_entries(&found, &criteria, &later_presence, 0, &Progress::new()) {
            prop_assert_eq!(test.score.area, 1.0);
            let entered = cells.iter().zip(&later).filter(|(now, later)| !**now && **later).count();
            prop_assert_eq!(test.entries, entered);
        }
    }

    #[test]
    fn spillover_lies_among_the_neighbours(density in matrix()) {
        let pairs: Vec<_> = (0..REGIONS - 1).map(|region| (region, region + 1)).collect();
        let weights = SpatialWeights::from_pairs(REGIONS, &pairs).unwrap().row_standardized();
        let lags = spillover_potential(&density, &weights).unwrap();
        for region in 0..REGIONS {
            for industry in 0..INDUSTRIES {
                let near: Vec<f64> = weights.links(region).map(|(other, _)| density.get(other, industry)).collect();
                let (least, most) = near.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (x.min(a), x.max(b)));
                let lag = lags.get(region, industry);
                prop_assert!(least - 1e-9 <= lag && lag <= most + 1e-9);
            }
        }
    }

    #[test]
    fn burdens_are_shares_and_outlooks_compound(cells in prop::collection::vec(0.1..100.0_f64, PAIRS), years in 1.0..9.0_f64) {
        let amounts = Amounts::try_new(cells, INDUSTRIES).unwrap();
        let all: Vec<usize> = (0..INDUSTRIES).collect();
        let burden = resource_burden(&AmountRows::of(&amounts), &all).unwrap();
        prop_assert!((0..PAIRS).all(|at| close(burden.get(at / INDUSTRIES, at % INDUSTRIES), 1.0)));
        let (before, now) = (amounts.region(0), amounts.region(1));
        for (growth, (before, now)) in industry_outlook(before, now, years).unwrap().iter().zip(before.iter().zip(now)) {
            prop_assert!(close(before * (1.0 + growth).powf(years), *now));
        }
    }
}
