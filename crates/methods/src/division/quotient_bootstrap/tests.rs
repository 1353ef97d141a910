//! Tests of the bootstrap of location quotients.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Amounts;

fn how(draws: usize) -> QuotientBootstrap {
    QuotientBootstrap { draws, level: 0.9, seed: 3 }
}

fn run(drawn: &Amounts, measured: &Amounts, how: QuotientBootstrap) -> BootstrappedQuotients {
    bootstrap_quotients(&AmountRows::of(drawn), &AmountRows::of(measured), how, &Progress::new()).unwrap()
}

/// Regions of one size whose share of the first industry is 0.1 or 0.3.
fn two_kinds() -> Amounts {
    let cells = (0..40).flat_map(|region| if region % 2 == 0 { [1.0, 9.0] } else { [3.0, 7.0] });
    Amounts::try_new(cells.collect(), 2).unwrap()
}

#[test]
fn intervals_are_as_wide_as_theory_says() {
    // A share of 40 drawn regions has the mean 0.2 and the standard error 0.1/sqrt(40).
    let bootstrapped = run(&two_kinds(), &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(4000));
    let error = 0.1 / 40.0_f64.sqrt();
    let (low, high) = (0.2 - 1.645 * error, 0.2 + 1.645 * error);
    let cell = bootstrapped.cells[0];
    let near = |interval: Interval, lower: f64, upper: f64| {
        assert!((interval.lower / lower - 1.0).abs() < 0.05, "{interval:?} {lower}");
        assert!((interval.upper / upper - 1.0).abs() < 0.05, "{interval:?} {upper}");
    };
    near(cell.quotient.unwrap(), 0.4 / high, 0.4 / low);
    near(cell.additive, 0.4 - high, 0.4 - low);
    // Standardised: 2 deviations from the mean, which moves by 1/sqrt(40) of a deviation.
    near(cell.standardized.unwrap(), 2.0 - 1.645 / 40.0_f64.sqrt(), 2.0 + 1.645 / 40.0_f64.sqrt());
    // Regions of one size: the benchmark is 40 of them in every draw.
    near(cell.normalized, (0.4 - high) / 40.0, (0.4 - low) / 40.0);
    near(cell.additive_of_industry.unwrap(), (0.4 / high - 1.0) / 40.0, (0.4 / low - 1.0) / 40.0);
    // Nine tenths of the regions do not exceed the larger of the two shares.
    let cut_off = bootstrapped.cut_offs[0].unwrap();
    assert!((cut_off.mean - 1.5).abs() < 0.02);
    near(cut_off.interval, 0.3 / high, 0.3 / low);
}

#[test]
fn regions_alike_leave_nothing_open() {
    let alike = Amounts::try_new([1.0, 3.0, 0.0].repeat(5), 3).unwrap();
    let bootstrapped = run(&alike, &Amounts::try_new(vec![1.0, 1.0, 0.0, 1.0, 1.0, 2.0], 3).unwrap(), how(50));
    let cell = bootstrapped.cells[0];
    assert_eq!(cell.quotient, Some(Interval { lower: 2.0, upper: 2.0 }));
    assert_eq!((cell.additive, cell.standardized), (Interval { lower: 0.25, upper: 0.25 }, None));
    // Quotients of 2 and 2/3, with a mean of 4/3.
    assert_eq!((cell.weighted, bootstrapped.cells[2].weighted), (Some(Interval { lower: 1.5, upper: 1.5 }), None));
    assert_eq!((bootstrapped.cells[2].quotient, bootstrapped.cells[5].quotient), (None, None));
    assert_eq!((cell.additive_of_industry.unwrap().lower, bootstrapped.cells[2].additive_of_industry), (0.1, None));
    assert_eq!((bootstrapped.cut_offs[0].unwrap().mean, bootstrapped.cut_offs[2]), (1.0, None));
}

/// Shares of 0.1 and 0.3 in equal numbers: their logarithms have the mean (ln 0.1 + ln 0.3)/2 and, of a population, half
/// their distance as deviation.
#[test]
fn standardised_logarithms_have_intervals_as_wide_as_theory_says() {
    let bootstrapped = run(&two_kinds(), &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(4000));
    let (mean, deviation) = ((0.1_f64.ln() + 0.3_f64.ln()) / 2.0, (0.3_f64.ln() - 0.1_f64.ln()) / 2.0);
    let score = (0.4_f64.ln() - mean) / deviation;
    // The mean moves by deviation/sqrt(40); the deviation hardly does, since both kinds are about as many.
    let Interval { lower, upper } = bootstrapped.cells[0].standardized_logarithm.unwrap();
    let error = 1.645 / 40.0_f64.sqrt();
    assert!((lower - (score - error)).abs() < 0.05 && (upper - (score + error)).abs() < 0.05, "{lower} {upper}");
    let absent = run(&two_kinds(), &Amounts::try_new(vec![0.0, 6.0], 2).unwrap(), how(100));
    assert_eq!(absent.cells[0].standardized_logarithm, None);
}

/// The normalised quotients of all industries of a region add up to 0 in every draw: those of two are mirrored.
#[test]
fn normalised_quotients_add_up_to_nothing() {
    let sizes: Vec<f64> = two_kinds().cells().cells().iter().enumerate().map(|(at, own)| own * at as f64).collect();
    let drawn = Amounts::try_new(sizes[2..].to_vec(), 2).unwrap();
    let bootstrapped = run(&drawn, &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(999));
    let [first, second] = [0, 1].map(|cell| bootstrapped.cells[cell].normalized);
    assert!((first.lower + second.upper).abs() < 1e-15 && (first.upper + second.lower).abs() < 1e-15);
    assert!(first.lower < first.upper);
}

/// The weighted quotients of two industries add up to 2 in every draw: their intervals are mirrored.
#[test]
fn weighted_quotients_keep_a_mean_of_one() {
    let bootstrapped = run(&two_kinds(), &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(999));
    let [first, second] = [0, 1].map(|cell| bootstrapped.cells[cell].weighted.unwrap());
    assert!((first.lower + second.upper - 2.0).abs() < 1e-12 && (first.upper + second.lower - 2.0).abs() < 1e-12);
    // LQs of 0.4/q and 0.6/(1 - q): the first falls with q, so that its ends are those of q.
    let quotient = bootstrapped.cells[0].quotient.unwrap();
    let weighted = |quotient: f64| {
        let share = 0.4 / quotient;
        quotient / ((quotient + 0.6 / (1.0 - share)) / 2.0)
    };
    assert!((first.lower - weighted(quotient.lower)).abs() < 1e-3);
    assert!((first.upper - weighted(quotient.upper)).abs() < 1e-3);
}

#[test]
fn an_industry_of_one_region_may_not_be_drawn() {
    let mut cells = [0.0, 1.0].repeat(5);
    cells[0] = 1.0;
    let drawn = Amounts::try_new(cells, 2).unwrap();
    let cell = run(&drawn, &drawn, how(500)).cells[0];
    assert_eq!(cell.quotient.unwrap().upper, f64::INFINITY);
    assert!(cell.weighted.unwrap().upper.is_finite(), "of the draws that have it");
}

#[test]
fn draws_are_seeded() {
    let (drawn, measured) = (two_kinds(), Amounts::try_new(vec![4.0, 6.0], 2).unwrap());
    assert_eq!(run(&drawn, &measured, how(20)), run(&drawn, &measured, how(20)));
    let other = QuotientBootstrap { seed: 4, ..how(20) };
    assert_ne!(run(&drawn, &measured, how(20)), run(&drawn, &measured, other));
}

#[test]
fn refuses_what_cannot_be_drawn() {
    let refused = |drawn: Vec<f64>, measured: Vec<f64>, how: QuotientBootstrap, progress: &Progress| {
        let (drawn, measured) = (Amounts::try_new(drawn, 2).unwrap(), Amounts::try_new(measured, 2).unwrap());
        bootstrap_quotients(&AmountRows::of(&drawn), &AmountRows::of(&measured), how, progress).unwrap_err()
    };
    let (two, one, going) = (vec![1.0; 4], vec![1.0; 2], Progress::new());
    let nothing = |draws, regions| QuotientBootstrapError::Nothing { draws, regions };
    assert_eq!(refused(two.clone(), one.clone(), how(0), &going), nothing(0, 2));
    assert_eq!(refused(one.clone(), one.clone(), how(9), &going), nothing(9, 1));
    let level = QuotientBootstrap { level: 1.0, ..how(9) };
    assert_eq!(refused(two.clone(), one.clone(), level, &going), QuotientBootstrapError::InvalidLevel { value: 1.0 });
    let half_empty = vec![1.0, 1.0, 0.0, 0.0];
    let empty = QuotientBootstrapError::EmptyRegion { region: 1 };
    assert_eq!(refused(half_empty.clone(), one.clone(), how(9), &going), empty);
    let measured = QuotientBootstrapError::EmptyMeasured { region: 1 };
    assert_eq!(refused(two.clone(), half_empty, how(9), &going), measured);
    let stopped = Progress::new();
    stopped.stop();
    assert_eq!(refused(two, one, how(9), &stopped), QuotientBootstrapError::Stopped(Stopped));
}

/// Some regions at a time have the intervals of all at once.
#[test]
fn regions_have_intervals_by_themselves() {
    let (drawn, measured) = (two_kinds(), Amounts::try_new(vec![4.0, 6.0, 1.0, 5.0, 0.0, 2.0], 2).unwrap());
    let whole = run(&drawn, &measured, how(60));
    let (rows, progress) = (AmountRows::of(&measured), Progress::new());
    let draws = QuotientDraws::of(&AmountRows::of(&drawn), how(60), &progress).unwrap();
    assert_eq!(draws.cut_offs(), whole.cut_offs);
    for regions in [0..0, 0..1, 1..3] {
        let own = draws.intervals(&rows, regions.clone(), &progress).unwrap();
        assert_eq!(own, whole.cells[2 * regions.start..2 * regions.end]);
    }
}
