use super::*;

/// Annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres: Durbin and Koopman (2001), Time Series Analysis by State
/// Space Methods; the data set `Nile` of R.
const NILE: [f64; 100] = [
    1120.0, 1160.0, 963.0, 1210.0, 1160.0, 1160.0, 813.0, 1230.0, 1370.0, 1140.0, 995.0, 935.0, 1110.0, 994.0, 1020.0,
    960.0, 1180.0, 799.0, 958.0, 1140.0, 1100.0, 1210.0, 1150.0, 1250.0, 1260.0, 1220.0, 1030.0, 1100.0, 774.0, 840.0,
    874.0, 694.0, 940.0, 833.0, 701.0, 916.0, 692.0, 1020.0, 1050.0, 969.0, 831.0, 726.0, 456.0, 824.0, 702.0, 1120.0,
    1100.0, 832.0, 764.0, 821.0, 768.0, 845.0, 864.0, 862.0, 698.0, 845.0, 744.0, 796.0, 1040.0, 759.0, 781.0, 865.0,
    845.0, 944.0, 984.0, 897.0, 822.0, 1010.0, 771.0, 676.0, 649.0, 846.0, 812.0, 742.0, 801.0, 1040.0, 860.0, 874.0,
    848.0, 890.0, 744.0, 749.0, 838.0, 1050.0, 918.0, 986.0, 797.0, 923.0, 975.0, 815.0, 1020.0, 906.0, 901.0, 1170.0,
    912.0, 746.0, 919.0, 718.0, 714.0, 740.0,
];

fn detect(values: &[f64], options: &BreakOptions) -> Result<SeriesBreaks, NoBreaks> {
    detect_breaks(&[values], options, &Progress::new()).unwrap().remove(0)
}

fn close(own: f64, expected: f64, tolerance: f64) {
    assert!((own - expected).abs() <= tolerance * expected.abs(), "{own} is not {expected}");
}

fn test(breaks: &SeriesBreaks, test: BreakTest) -> TestedBreaks {
    *breaks.tests.iter().find(|tested| tested.test == test).unwrap()
}

/// R's strucchange prints for `summary(breakpoints(Nile ~ 1))` these sums of squares, these dates and BIC 1318, 1270, 1276, 1285,
/// 1292, 1311; its BIC is T times ours and a constant. Digits by numpy, over all partitions.
#[test]
fn the_nile_fell_in_1898() {
    let breaks = detect(&NILE, &BreakOptions::default()).unwrap();
    let years = |number: &BreakNumber| number.breaks.iter().map(|first| 1870 + first).collect::<Vec<_>>();
    let expected: [(&[usize], f64, f64); 6] = [
        (&[], 2_835_156.75, 1_318.241_806_876_180_6),
        (&[1898], 1_597_457.194_444_447_8, 1_270.083_735_739_566_2),
        (&[1898, 1953], 1_552_923.615_775_400_8, 1_276.466_700_755_351_4),
        (&[1898, 1938, 1953], 1_538_096.512_745_097_3, 1_284.717_667_448_914_4),
        (&[1898, 1915, 1938, 1953], 1_507_888.475_916_452_7, 1_291.944_476_887_273_6),
        (&[1885, 1900, 1915, 1938, 1953], 1_659_993.500_426_257, 1_310.765_154_765_901_6),
    ];
    assert_eq!((breaks.min_segment, breaks.numbers.len()), (15, 6));
    for (number, (dates, squares, bic)) in breaks.numbers.iter().zip(expected) {
        assert_eq!(years(number), dates);
        close(number.squares, squares, 1e-12);
        let constant = 100.0 * ((2.0 * std::f64::consts::PI).ln() + 1.0) + 100_f64.ln();
        close(100.0 * number.criteria.unwrap().bic + constant, bic, 1e-12);
    }
    assert_eq!(breaks.chosen_by, ChosenNumbers { bic: 1, lwz: 1, aic: 1, sequential: 1 });
    let means: Vec<f64> = breaks.segments.iter().map(|segment| segment.mean).collect();
    assert_eq!(means, [1097.75, 849.972_222_222_222_2]);
    close(breaks.breaks[0].jump, -247.777_777_777_777_8, 1e-12);
}

/// sup F(1) is (S0 - S1)/(S1/98); 8.58 and the other figures for long series are those of Bai and Perron (2003).
#[test]
fn tests_of_the_nile_reject_once() {
    let breaks = detect(&NILE, &BreakOptions::default()).unwrap();
    let one = test(&breaks, BreakTest::Number(1));
    close(one.statistic.unwrap(), (2_835_156.75 - 1_597_457.194_444_447_8) / (1_597_457.194_444_447_8 / 98.0), 1e-11);
    assert_eq!((one.p_value, one.asymptotic_critical_value), (0.001, Some(8.58)));
    let simulated = one.critical_value.unwrap();
    assert!((7.5..9.5).contains(&simulated), "{simulated}");
    let (any, weighted) = (test(&breaks, BreakTest::AnyNumber), test(&breaks, BreakTest::AnyNumberWeighted));
    assert_eq!((any.statistic, any.p_value, any.asymptotic_critical_value), (one.statistic, 0.001, Some(8.88)));
    assert!(weighted.statistic >= any.statistic && weighted.p_value == 0.001);
    // One more break is looked for with both segments in sight: that of 1953 gains the most.
    let more = test(&breaks, BreakTest::OneMore(1));
    close(
        more.statistic.unwrap(),
        (1_597_457.194_444_447_8 - 1_552_923.615_775_400_8) / (1_552_923.615_775_400_8 / 97.0),
        1e-8,
    );
    assert!(more.p_value > 0.3, "{}", more.p_value);
}

/// strucchange's `confint(breakpoints(Nile ~ 1))`, which lets error variances differ, is 1895 to 1902 around 1898.
#[test]
fn the_interval_of_the_nile_is_the_published_one() {
    let by_segment = BreakOptions { variances: ErrorVariances::BySegment, ..BreakOptions::default() };
    // Positions of the first year after: one more than those of the last year before.
    assert_eq!(detect(&NILE, &by_segment).unwrap().breaks[0].interval, [25, 32]);
    let common = detect(&NILE, &BreakOptions::default()).unwrap();
    let found = common.breaks[0];
    // 11.033 (S1/98)/247.78^2 = 2.93 years to either side, and one more.
    assert_eq!((found.first_after, found.interval, found.cut), (28, [25, 31], [false, false]));
}

#[test]
fn intervals_end_where_the_series_ends() {
    let values = [1.0, 3.0, 2.0, 3.0, 2.0, 1.0, 3.5, 2.5, 4.5, 3.5, 2.5, 4.5];
    let options = BreakOptions { criterion: BreakCriterion::Aic, max_breaks: 1, ..BreakOptions::default() };
    // Jump 1.5, variance 8/10: 11.033 x 0.8/2.25 = 3.92 periods.
    let near = detect(&values, &options).unwrap().breaks[0];
    assert_eq!((near.first_after, near.interval, near.cut), (6, [2, 10], [false, false]));
    let sure = BreakOptions { confidence: 0.999_999, ..options };
    let wide = detect(&values, &sure).unwrap().breaks[0];
    assert_eq!((wide.interval, wide.cut), ([1, 11], [true, true]));
}

#[test]
fn trends_break_in_level_and_slope() {
    let options =
        BreakOptions { model: BreakModel::Trend, shortest: ShortestSegment::Values(4), ..BreakOptions::default() };
    let noise = [0.05, -0.1, 0.08, 0.02, -0.07, 0.1, -0.03, 0.04, -0.06, 0.05, 0.02, -0.09];
    let value = |t: usize| if t < 6 { t as f64 } else { 10.0 - 0.5 * (t - 6) as f64 } + noise[t];
    let values: Vec<f64> = (0..12).map(value).collect();
    let breaks = detect(&values, &options).unwrap();
    assert_eq!((breaks.chosen, breaks.breaks[0].first_after), (1, 6));
    // The first line leads to 6 at the sixth position, the second starts at 10.
    assert!((breaks.breaks[0].jump - 4.0).abs() < 0.3, "{:?}", breaks.breaks);
    assert!((breaks.breaks[0].slope_change.unwrap() + 1.5).abs() < 0.1);
    assert_eq!(test(&breaks, BreakTest::Number(1)).asymptotic_critical_value, None);
    assert!(test(&breaks, BreakTest::Number(1)).p_value <= 0.01);
}

#[test]
fn an_exact_fit_is_not_a_division_by_zero() {
    let steps = [2.0, 2.0, 2.0, 2.0, 7.0, 7.0, 7.0, 7.0, 7.0, 3.0, 3.0, 3.0];
    let breaks = detect(&steps, &BreakOptions::default()).unwrap();
    // A step up and another down: one break alone explains too little, so that the sequential tests never get to two.
    assert_eq!(breaks.chosen_by, ChosenNumbers { bic: 2, lwz: 2, aic: 2, sequential: 0 });
    assert!(test(&breaks, BreakTest::OneMore(0)).p_value > 0.05);
    assert_eq!((breaks.numbers[2].squares, breaks.numbers[2].criteria), (0.0, None));
    assert_eq!(test(&breaks, BreakTest::Number(2)).statistic, None);
    assert_eq!(test(&breaks, BreakTest::Number(2)).p_value, 0.001);
    assert_eq!((breaks.breaks[0].interval, breaks.residual_autocorrelation), ([3, 5], None));
    assert_eq!(detect(&[0.1; 12], &BreakOptions::default()), Err(NoBreaks::NoVariation));
}

#[test]
fn the_p_value_of_noise_is_uniform() {
    // Of 200 series without a break about a tenth are below 0.1, and half below one half.
    use rand_distr::{Distribution as _, StandardNormal};
    let mut generator = crate::stats::random::generator(5, 0);
    let noise: Vec<Vec<f64>> =
        (0..200).map(|_| (0..20).map(|_| StandardNormal.sample(&mut generator)).collect()).collect();
    let series: Vec<&[f64]> = noise.iter().map(Vec::as_slice).collect();
    for model in [BreakModel::Mean, BreakModel::Trend] {
        let options = BreakOptions { model, draws: 499, ..BreakOptions::default() };
        let answers = detect_breaks(&series, &options, &Progress::new()).unwrap();
        for tested in [BreakTest::Number(2), BreakTest::AnyNumberWeighted, BreakTest::OneMore(0)] {
            let below = |p: f64| {
                answers.iter().filter(|answer| test(answer.as_ref().unwrap(), tested).p_value <= p).count() as f64
                    / 200.0
            };
            assert!((below(0.1) - 0.1).abs() < 0.07, "{model:?} {tested:?} {}", below(0.1));
            assert!((below(0.5) - 0.5).abs() < 0.12, "{model:?} {tested:?} {}", below(0.5));
        }
    }
}

#[test]
fn series_too_short_or_with_gaps_say_so() {
    let short = NoBreaks::TooShort { values: 3, shortest: 2, needed: 4 };
    assert_eq!(detect(&[1.0, 2.0, 3.0], &BreakOptions::default()), Err(short));
    let trend = BreakOptions { model: BreakModel::Trend, ..BreakOptions::default() };
    let needs_six = NoBreaks::TooShort { values: 5, shortest: 3, needed: 6 };
    assert_eq!(detect(&[1.0, 2.0, 3.0, 7.0, 5.0], &trend), Err(needs_six));
    assert!(matches!(
        detect(&[1.0, f64::NAN, 3.0, 4.0], &BreakOptions::default()),
        Err(NoBreaks::InvalidValue { position: 1, .. })
    ));
    let long = BreakOptions { shortest: ShortestSegment::Values(usize::MAX), ..BreakOptions::default() };
    assert!(matches!(detect(&NILE, &long), Err(NoBreaks::TooShort { .. })));
}

#[test]
fn refuses_options_without_a_meaning() {
    let refused = |options: BreakOptions| detect_breaks(&[], &options, &Progress::new()).unwrap_err();
    let defaults = BreakOptions::default;
    for value in [0.0, 1.0, f64::NAN] {
        let share = BreakOptions { shortest: ShortestSegment::Share(value), ..defaults() };
        assert!(matches!(refused(share), BreaksError::NotAShare { .. }));
        assert!(matches!(refused(BreakOptions { significance: value, ..defaults() }), BreaksError::NotAShare { .. }));
        assert!(matches!(refused(BreakOptions { confidence: value, ..defaults() }), BreaksError::NotAShare { .. }));
    }
    assert_eq!(refused(BreakOptions { max_breaks: 0, ..defaults() }), BreaksError::Nothing);
    assert_eq!(refused(BreakOptions { draws: 0, ..defaults() }), BreaksError::Nothing);
    let progress = Progress::new();
    progress.stop();
    let stopped = detect_breaks(&[&NILE], &defaults(), &progress).unwrap_err();
    assert_eq!(stopped, BreaksError::Stopped(Stopped));
}

/// Sums of squares and criteria of the Nile are what they were, and so is its break; its robust statistics by numpy.
#[test]
fn the_nile_fell_whatever_the_errors_are() {
    let plain = detect(&NILE, &BreakOptions::default()).unwrap();
    let expected = [
        (BreakErrors::Heteroskedastic, 71.55404684121433, [25, 31]),
        (BreakErrors::Autocorrelated, 60.47726777598927, [24, 32]),
        (BreakErrors::HeteroskedasticAutocorrelated, 59.6333705899895, [24, 32]),
    ];
    for (errors, statistic, interval) in expected {
        let robust = detect(&NILE, &BreakOptions { errors, ..BreakOptions::default() }).unwrap();
        assert_eq!((&robust.numbers, robust.chosen_by.bic), (&plain.numbers, 1));
        let one = test(&robust, BreakTest::Number(1));
        close(one.statistic.unwrap(), statistic, 1e-9);
        assert_eq!((one.statistic, one.p_value), (test(&robust, BreakTest::OneMore(0)).statistic, 0.001));
        assert_eq!((robust.breaks[0].first_after, robust.breaks[0].interval), (28, interval), "{errors:?}");
    }
}

/// Of series without a break, how many of sup F(1) are significant at 5 per cent.
fn rejected(series: &[Vec<f64>], errors: BreakErrors) -> f64 {
    let series: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
    let options = BreakOptions { errors, max_breaks: 1, draws: 999, ..BreakOptions::default() };
    let answers = detect_breaks(&series, &options, &Progress::new()).unwrap();
    let is_below =
        |answer: &Result<SeriesBreaks, NoBreaks>| test(answer.as_ref().unwrap(), BreakTest::Number(1)).p_value <= 0.05;
    answers.iter().filter(|answer| is_below(answer)).count() as f64 / series.len() as f64
}

/// Normal errors, of which `lasting` stays until the next period, and whose second half has `spread` times the deviation.
fn without_a_break(n: usize, lasting: f64, spread: f64) -> Vec<Vec<f64>> {
    use rand_distr::{Distribution as _, StandardNormal};
    let mut generator = crate::stats::random::generator(8, 0);
    let mut one = || {
        let mut last: f64 = 0.0;
        let mut next = |t: usize| {
            let noise: f64 = StandardNormal.sample(&mut generator);
            last = lasting * last + noise;
            if t < n / 2 { last } else { spread * last }
        };
        (0..n + 20).map(|t| next(t.saturating_sub(20))).skip(20).collect()
    };
    (0..1000).map(|_| one()).collect()
}

/// Robust tests keep their level with independent errors, and come nearer to it with others.
#[test]
fn robust_tests_reject_less_without_a_break() {
    let independent = without_a_break(30, 0.0, 1.0);
    for errors in
        [BreakErrors::Heteroskedastic, BreakErrors::Autocorrelated, BreakErrors::HeteroskedasticAutocorrelated]
    {
        // Three Monte-Carlo standard errors of 1 000 series, and of the 999 draws behind every one of them.
        assert!((rejected(&independent, errors) - 0.05).abs() < 0.03, "{errors:?}");
    }
    let lasting = without_a_break(50, 0.5, 1.0);
    let (plain, robust) =
        (rejected(&lasting, BreakErrors::Independent), rejected(&lasting, BreakErrors::Autocorrelated));
    assert!(robust < 0.6 * plain, "{plain} {robust}");
    let spreading = without_a_break(50, 0.0, 4.0);
    let (plain, robust) =
        (rejected(&spreading, BreakErrors::Independent), rejected(&spreading, BreakErrors::Heteroskedastic));
    assert!(robust < 0.6 * plain, "{plain} {robust}");
}
