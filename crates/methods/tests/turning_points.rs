//! Breaks, thresholds, peaks and troughs, co-movement.

use std::ops::Range;

use growthpole_methods::Progress;
use growthpole_methods::growth::turning_points::{
    BreakErrors, BreakModel, BreakOptions, CycleOptions, NoBreaks, SeriesBreaks, ShortestSegment, Turn, chow_test,
    comovement, concordance, detect_breaks, expansion_states, longest_stretch, phases, threshold_history,
    turning_points,
};
use proptest::prelude::*;

fn series(lengths: Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-10.0..10.0_f64, lengths)
}

fn options(model: BreakModel, shortest: usize) -> BreakOptions {
    BreakOptions { model, shortest: ShortestSegment::Values(shortest), draws: 19, ..BreakOptions::default() }
}

fn detect(series: &[Vec<f64>], options: &BreakOptions) -> Vec<Result<SeriesBreaks, NoBreaks>> {
    let series: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
    detect_breaks(&series, options, &Progress::new()).unwrap()
}

/// Sum of squared residuals of a segment by the normal equations, written down anew.
fn squares(values: &[f64], model: BreakModel) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let total: f64 = values.iter().map(|y| (y - mean).powi(2)).sum();
    if model == BreakModel::Mean {
        return total;
    }
    let times: Vec<f64> = (0..values.len()).map(|t| t as f64 - (n - 1.0) / 2.0).collect();
    let products: f64 = times.iter().zip(values).map(|(t, y)| t * (y - mean)).sum();
    total - products * products / times.iter().map(|t| t * t).sum::<f64>()
}

/// The least sum of squares with this many more breaks from `start` on, over all partitions.
fn brute(values: &[f64], start: usize, breaks: usize, shortest: usize, model: BreakModel) -> Option<f64> {
    if breaks == 0 {
        return (values.len() - start >= shortest).then(|| squares(&values[start..], model));
    }
    let after = |end: usize| {
        let rest = brute(values, end, breaks - 1, shortest, model)?;
        Some(squares(&values[start..end], model) + rest)
    };
    (start + shortest..values.len()).filter_map(after).min_by(f64::total_cmp)
}

fn model() -> impl Strategy<Value = BreakModel> {
    prop::sample::select(vec![BreakModel::Mean, BreakModel::Trend])
}

proptest! {
    #[test]
    fn dynamic_programming_is_as_good_as_all_partitions(values in series(6..15), model in model(), longer in 0..2_usize) {
        let shortest = model.coefficients() + 1 + longer;
        let found = detect(std::slice::from_ref(&values), &options(model, shortest)).remove(0);
        if values.len() < 2 * shortest {
            prop_assert!(matches!(found, Err(NoBreaks::TooShort { .. })), "too short");
            return Ok(());
        }
        let found = found.unwrap();
        prop_assert_eq!(found.numbers.len(), 1 + 5.min(values.len() / shortest - 1));
        for (breaks, number) in found.numbers.iter().enumerate() {
            let least = brute(&values, 0, breaks, shortest, model).unwrap();
            prop_assert!((number.squares - least).abs() <= 1e-9 * (1.0 + least), "{} is not {least}", number.squares);
            // The dates are those of the sum.
            let mut bounds = vec![0];
            bounds.extend(&number.breaks);
            bounds.push(values.len());
            let own: f64 = bounds.windows(2).map(|ends| squares(&values[ends[0]..ends[1]], model)).sum();
            prop_assert!((number.squares - own).abs() <= 1e-9 * (1.0 + own));
            prop_assert!(bounds.windows(2).all(|ends| ends[1] - ends[0] >= shortest));
        }
        // More breaks never fit worse while segments stay long enough to nest; one break always fits better than none.
        prop_assert!(found.numbers[1].squares <= found.numbers[0].squares * (1.0 + 1e-12));
        prop_assert_eq!(found.breaks.len(), found.chosen);
        for at in &found.breaks {
            prop_assert!(at.interval[0] <= at.first_after && at.first_after <= at.interval[1]);
        }
    }

    /// Whatever errors are taken to be, the unit of values does not matter, and neither do dates, criteria and choices by them.
    #[test]
    fn robust_tests_know_no_units(
        values in series(12..30),
        model in model(),
        scale in 0.1..50.0_f64,
        errors in prop::sample::select(vec![
            BreakErrors::Heteroskedastic,
            BreakErrors::Autocorrelated,
            BreakErrors::HeteroskedasticAutocorrelated,
        ]),
    ) {
        let other: Vec<f64> = values.iter().map(|value| 3.0 - scale * value).collect();
        let robust = BreakOptions { errors, ..options(model, 4) };
        let plain = detect(std::slice::from_ref(&values), &options(model, 4)).remove(0).unwrap();
        let found = detect(&[values, other], &robust);
        let (one, other) = (found[0].as_ref().unwrap(), found[1].as_ref().unwrap());
        prop_assert_eq!(&one.numbers, &plain.numbers);
        prop_assert_eq!(one.chosen_by.bic, plain.chosen_by.bic);
        prop_assert_eq!(one.tests.len(), plain.tests.len());
        for (a, b) in one.tests.iter().zip(&other.tests) {
            let (a, b) = (a.statistic.unwrap(), b.statistic.unwrap());
            prop_assert!(a >= 0.0 && (a - b).abs() <= 1e-6 * (1.0 + a), "{a} is not {b}");
        }
    }

    #[test]
    fn units_do_not_move_breaks(values in series(12..30), model in model(), scale in 0.1..50.0_f64, shift in -100.0..100.0_f64) {
        let other: Vec<f64> = values.iter().map(|value| shift - scale * value).collect();
        let found = detect(&[values, other], &options(model, 4));
        let (one, other) = (found[0].as_ref().unwrap(), found[1].as_ref().unwrap());
        for (a, b) in one.numbers.iter().zip(&other.numbers) {
            prop_assert_eq!(&a.breaks, &b.breaks);
        }
        for (a, b) in one.tests.iter().zip(&other.tests) {
            let (a, b) = (a.statistic.unwrap(), b.statistic.unwrap());
            prop_assert!((a - b).abs() <= 1e-8 * (1.0 + a), "{a} is not {b}");
        }
        for (a, b) in one.breaks.iter().zip(&other.breaks) {
            prop_assert!((b.jump + scale * a.jump).abs() <= 1e-8 * (1.0 + b.jump.abs()));
        }
    }

    #[test]
    fn a_trend_model_does_not_see_a_trend(values in series(12..30), slope in -5.0..5.0_f64) {
        let other: Vec<f64> = values.iter().enumerate().map(|(t, value)| value + slope * t as f64).collect();
        let found = detect(&[values, other], &options(BreakModel::Trend, 4));
        let (one, other) = (found[0].as_ref().unwrap(), found[1].as_ref().unwrap());
        for (a, b) in one.numbers.iter().zip(&other.numbers) {
            prop_assert_eq!(&a.breaks, &b.breaks);
            prop_assert!((a.squares - b.squares).abs() <= 1e-8 * (1.0 + a.squares));
        }
    }

    #[test]
    fn a_region_has_the_same_breaks_in_any_company(
        first in series(12..20), second in series(12..20), third in series(2..20), model in model(),
    ) {
        let options = options(model, 3);
        let together = detect(&[first.clone(), second.clone(), third.clone()], &options);
        let turned = detect(&[third.clone(), first, second], &options);
        let alone = detect(&[third], &options);
        prop_assert_eq!(&together[0], &turned[1]);
        prop_assert_eq!(&together[1], &turned[2]);
        prop_assert_eq!(&together[2], &turned[0]);
        prop_assert_eq!(&together[2], &alone[0]);
    }

    #[test]
    fn one_break_is_where_the_chow_test_is_largest(values in series(10..30), model in model()) {
        let shortest = 3;
        let found = detect(std::slice::from_ref(&values), &options(model, shortest)).remove(0).unwrap();
        let chow = |at: usize| chow_test(&values, at, model).unwrap().f;
        let largest = (shortest..=values.len() - shortest).map(chow).max_by(f64::total_cmp).unwrap();
        let sup = found.tests[0].statistic.unwrap();
        prop_assert!((sup - largest).abs() <= 1e-7 * (1.0 + largest), "{sup} is not {largest}");
        let at = chow(found.numbers[1].breaks[0]);
        prop_assert!((at - largest).abs() <= 1e-7 * (1.0 + largest));
    }

    #[test]
    fn turning_points_keep_their_rules(
        values in series(5..40), window in 1..3_usize, min_phase in 1..4_usize, min_cycle in 1..8_usize,
    ) {
        let options = CycleOptions { window, min_phase, min_cycle };
        let Ok(turns) = turning_points(&values, options) else {
            prop_assert!(values.len() < 2 * window.max(min_phase) + 1);
            return Ok(());
        };
        for pair in turns.windows(2) {
            prop_assert!(pair[0].turn != pair[1].turn, "peaks and troughs alternate");
            prop_assert!(pair[1].position - pair[0].position >= min_phase);
            let rises = pair[1].value > pair[0].value;
            prop_assert_eq!(rises, pair[1].turn == Turn::Peak, "peaks are higher");
        }
        prop_assert!(turns.windows(3).all(|cycle| cycle[2].position - cycle[0].position >= min_cycle));
        for turn in &turns {
            prop_assert!(turn.position >= min_phase && values.len() - 1 - turn.position >= min_phase);
            let near = &values[turn.position - window..=turn.position + window];
            let sign = if turn.turn == Turn::Peak { 1.0 } else { -1.0 };
            prop_assert!(near.iter().all(|&value| sign * value <= sign * turn.value));
        }
        let phases = phases(&values, &turns);
        prop_assert_eq!(phases.len(), if turns.is_empty() { 0 } else { turns.len() + 1 });
        prop_assert!(phases.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].direction != pair[1].direction));
        if let Some(states) = expansion_states(values.len(), &phases) {
            prop_assert_eq!(states.len(), values.len());
            let changes: Vec<usize> = (1..states.len()).filter(|&t| states[t] != states[t - 1]).collect();
            let after: Vec<usize> = turns.iter().map(|turn| turn.position + 1).collect();
            prop_assert_eq!(changes, after);
        }
    }

    #[test]
    fn upside_down_peaks_are_troughs(values in series(8..40), scale in 0.1..9.0_f64, shift in -9.0..9.0_f64) {
        let one = turning_points(&values, CycleOptions::default()).unwrap();
        let turned: Vec<f64> = values.iter().map(|value| shift - scale * value).collect();
        let other = turning_points(&turned, CycleOptions::default()).unwrap();
        prop_assert_eq!(one.len(), other.len());
        for (a, b) in one.iter().zip(&other) {
            prop_assert!(a.position == b.position && a.turn != b.turn);
        }
    }

    #[test]
    fn runs_cover_every_value_once(values in prop::collection::vec(prop_oneof![4 => -1.0..1.0_f64, 1 => Just(f64::NAN)], 0..30)) {
        let history = threshold_history(&values, 0.2);
        let mut seen = history.missing.clone();
        for run in &history.runs {
            prop_assert!(!run.positions.is_empty());
            prop_assert!(run.positions.clone().all(|position| (values[position] >= 0.2) == run.is_above));
            seen.extend(run.positions.clone());
        }
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..values.len()).collect::<Vec<_>>());
        prop_assert!(history.runs.windows(2).all(|pair| pair[0].positions.end < pair[1].positions.start
            || pair[0].is_above != pair[1].is_above));
        prop_assert_eq!(history.last_at_or_above, values.iter().rposition(|&value| value >= 0.2));
        prop_assert_eq!(history.first_below, values.iter().position(|&value| value < 0.2));
        let stretch = longest_stretch(&values);
        prop_assert!(values[stretch.clone()].iter().all(|value| value.is_finite()));
        let runs = values.split(|value| value.is_nan()).map(<[f64]>::len).max().unwrap_or(0);
        prop_assert_eq!(stretch.len(), runs);
    }

    #[test]
    fn comovement_is_symmetric_where_it_should_be(values in series(8..30), other in series(30..31)) {
        let other = &other[..values.len()];
        let forth = comovement(&values, other, 3, None).unwrap();
        let back = comovement(other, &values, 3, None).unwrap();
        prop_assert!((forth.correlation - back.correlation).abs() <= 1e-12);
        prop_assert!((forth.beta.slope * back.beta.slope - forth.correlation.powi(2)).abs() <= 1e-10);
        prop_assert!((forth.beta.r_squared - forth.correlation.powi(2)).abs() <= 1e-10);
        for (a, b) in forth.lags.iter().zip(back.lags.iter().rev()) {
            prop_assert!(a.lag == -b.lag && a.n == b.n);
            prop_assert!((a.correlation.unwrap() - b.correlation.unwrap()).abs() <= 1e-12);
        }
        let own = comovement(&values, &values, 0, None).unwrap();
        prop_assert!((own.correlation - 1.0).abs() <= 1e-12 && (own.beta.slope - 1.0).abs() <= 1e-12);
    }

    #[test]
    fn phases_agree_or_disagree(states in prop::collection::vec(prop::bool::ANY, 1..30)) {
        let opposite: Vec<bool> = states.iter().map(|state| !state).collect();
        prop_assert_eq!(concordance(&states, &states, None).unwrap().index, 1.0);
        let against = concordance(&states, &opposite, None).unwrap();
        prop_assert_eq!(against.index, 0.0);
        if let Some(correlation) = against.correlation {
            prop_assert!((correlation + 1.0).abs() <= 1e-12);
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let values: Vec<Vec<f64>> =
        (0..40_u32).map(|region| (0..25_u32).map(|t| f64::from((region * 31 + t * t * 17) % 23)).collect()).collect();
    let options = BreakOptions::default();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| detect(&values, &options))
    };
    assert_eq!(run(1), run(3));
}
