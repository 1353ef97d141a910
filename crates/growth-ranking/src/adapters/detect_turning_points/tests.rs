use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, invalid, refusal, regions, selection,
};
use tonic::Status;
use v1::benchmark::By;

const YEARS: [&str; 12] =
    ["2001", "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012"];

/// Growth that falls by 6 points after 2006 in a, hardly moves in b, has a gap in c, and no value in d; jobs in e lose all.
fn tables() -> Tables {
    let growth: [(&str, &[f64]); 5] = [
        ("b", &[8.0, 8.2, 7.9, 8.1, 8.0, 8.1, 7.9, 8.0, 8.2, 7.9, 8.1, 8.0]),
        ("a", &[12.0, 12.3, 11.8, 12.1, 12.2, 11.9, 6.1, 5.8, 6.2, 6.0, 5.9, 6.1]),
        ("c", &[12.0, 11.0, 10.0, NAN, NAN, 9.0, 7.0, 8.0, 6.0, 7.0, 9.0, 8.0]),
        ("d", &[NAN; 12]),
        (NATION, &[9.0, 9.5, 10.0, 9.7, 9.2, 9.0, 7.5, 7.2, 7.4, 7.8, 7.6, 7.3]),
    ];
    let levels: [(&str, &[f64]); 4] = [
        ("a", &[100.0, 112.0, 125.44, 140.0, 150.0, 160.0, 165.0, 170.0, 176.0, 181.0, 187.0, 193.0]),
        ("e", &[100.0, 90.0, 0.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0]),
        ("f", &[5.0, 6.0, 7.0, 6.5, 6.0, 6.5, 7.5, 8.5, 8.0, 7.0, 7.5, 8.5]),
        (NATION, &[10.0, 11.0, 12.0, 11.5, 11.0, 11.5, 12.5, 13.5, 13.0, 12.5, 13.0, 14.0]),
    ];
    Tables(vec![Table::new("growth", &YEARS, &growth).rates(), Table::new("jobs", &YEARS, &levels)])
}

type Request = v1::DetectTurningPointsRequest;

fn request(indicator: &str, codes: &[&str]) -> Request {
    let chosen = v1::Selection { regions: regions(codes), ..selection(indicator, "2001..2012") };
    Request { selection: Some(chosen), ..Request::default() }
}

async fn ask(request: Request) -> Result<v1::DetectTurningPointsResponse, Status> {
    super::answer(&tables(), request, &Job::new()).await
}

fn region<'a>(answer: &'a v1::DetectTurningPointsResponse, code: &str) -> &'a v1::RegionTurningPoints {
    answer.regions.iter().find(|row| row.region.as_ref().unwrap().code == code).unwrap()
}

fn reasons(answer: &v1::DetectTurningPointsResponse) -> Vec<(&str, v1::TurningPointAnalysis, &str)> {
    let shown = answer.undefined.iter().map(|row| {
        let code = row.region.as_ref().map_or(NATION, |region| region.code.as_str());
        (code, row.analysis(), row.reason.as_str())
    });
    shown.collect()
}

#[tokio::test]
async fn a_fall_of_growth_is_dated() {
    let answer = ask(request("growth", &["b", "a"])).await.unwrap();
    assert_eq!((answer.first_period.as_str(), answer.last_period.as_str()), ("2001", "2012"));
    assert_eq!((answer.form(), answer.series.as_ref().unwrap().is_rate), (v1::TurningPointForm::Values, true));
    let found = region(&answer, "a").breaks.as_ref().unwrap();
    assert_eq!(found.breaks.len(), 1);
    let at = &found.breaks[0];
    assert_eq!((at.last_before.as_str(), at.first_after.as_str()), ("2006", "2007"));
    assert_eq!(
        (at.earliest.as_str(), at.latest.as_str(), at.earliest_is_cut, at.latest_is_cut),
        ("2006", "2008", false, false)
    );
    // Means of 12.05 and of 6.01666… per cent, as fractions.
    assert!((at.jump + 0.060_333_333_333_333_3).abs() < 1e-12 && at.slope_change.is_none());
    let segments: Vec<(&str, &str, i32)> =
        found.segments.iter().map(|row| (row.first_period.as_str(), row.last_period.as_str(), row.n)).collect();
    assert_eq!(segments, [("2001", "2006", 6), ("2007", "2012", 6)]);
    assert_eq!((found.chosen_by_bic, found.chosen_by_sequential_tests, found.min_segment), (1, 1, 2));
    let kinds: Vec<(v1::BreakTestKind, i32)> = found.tests.iter().map(|test| (test.kind(), test.breaks)).collect();
    assert_eq!(kinds[0], (v1::BreakTestKind::SupF, 1));
    assert!(kinds.contains(&(v1::BreakTestKind::UdMax, 5)) && kinds.contains(&(v1::BreakTestKind::Sequential, 0)));
    assert_eq!(found.tests[0].p_value, 0.001);
    assert!(found.numbers[0].first_after.is_empty() && found.numbers[1].first_after == ["2007"]);
    assert_eq!(region(&answer, "b").breaks.as_ref().unwrap().breaks, []);
    let provenance = answer.provenance.unwrap();
    assert_eq!((provenance.seed, provenance.method_revision), (Some(0), 1));
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_answered() {
    let all = ask(request("growth", &["a"])).await.unwrap();
    let found = region(&all, "a");
    assert!(found.breaks.is_some() && found.cycle.is_some() && found.comovement.is_some() && found.threshold.is_none());
    assert!(all.of_benchmark.as_ref().is_some_and(|own| own.breaks.is_some() && own.comovement.is_none()));
    let threshold = Some(v1::ThresholdAnalysis { threshold: 0.1 });
    let one = ask(Request { threshold, ..request("growth", &["a"]) }).await.unwrap();
    let found = region(&one, "a");
    assert!(found.breaks.is_none() && found.cycle.is_none() && found.comovement.is_none());
    assert_eq!(found.threshold.as_ref().unwrap().last_at_or_above, "2006");
    assert_eq!(one.provenance.unwrap().seed, None, "nothing was drawn");
}

#[tokio::test]
async fn gaps_are_named_and_leave_the_longest_stretch() {
    let threshold = Some(v1::ThresholdAnalysis { threshold: 0.1 });
    let asked = Request { threshold, breaks: Some(Default::default()), ..request("growth", &["c", "d"]) };
    let answer = ask(asked.clone()).await.unwrap();
    let found = region(&answer, "c");
    let threshold = found.threshold.as_ref().unwrap();
    assert_eq!((threshold.last_at_or_above.as_str(), threshold.first_below_after_last.as_str()), ("2003", "2006"));
    assert_eq!((&threshold.unknown_after_last, threshold.runs.len()), (&vec!["2004".to_owned(), "2005".to_owned()], 2));
    assert_eq!((found.first_period.as_str(), found.last_period.as_str()), ("2006", "2012"));
    let nothing = region(&answer, "d");
    assert!(nothing.breaks.is_none() && nothing.threshold.is_none() && nothing.first_period.is_empty());
    use v1::TurningPointAnalysis::{Breaks, Threshold};
    assert_eq!(reasons(&answer), [("d", Breaks, "NO_VALUE"), ("d", Threshold, "NO_VALUE")]);
    assert_eq!((codes(&answer.warnings), answer.warnings[0].regions.len()), (vec!["SERIES_SHORTENED"], 2));
    let mut strict = asked.clone();
    strict.selection.as_mut().unwrap().missing = v1::MissingPolicy::Fail.into();
    assert_eq!(refusal(ask(strict).await).0, "MISSING_CELLS");
    let mut dropping = asked;
    dropping.selection.as_mut().unwrap().regions = regions(&["a", "c"]);
    dropping.selection.as_mut().unwrap().missing = v1::MissingPolicy::DropRegion.into();
    let dropped = ask(dropping).await.unwrap();
    assert_eq!((dropped.regions.len(), codes(&dropped.warnings)), (1, vec!["REGIONS_DROPPED"]));
}

#[tokio::test]
async fn levels_grow_and_have_cycles() {
    let answer = ask(request("jobs", &["a", "e", "f"])).await.unwrap();
    assert_eq!((answer.form(), answer.first_period.as_str()), (v1::TurningPointForm::Growth, "2002"));
    assert_eq!(reasons(&answer).len(), 3);
    assert!(answer.undefined.iter().all(|row| row.reason == "LEVEL_NOT_POSITIVE" && row.periods == ["2003"]));
    let logs = Request { form: v1::TurningPointForm::LogValues.into(), ..request("jobs", &["f"]) };
    let answer = ask(logs).await.unwrap();
    let cycle = region(&answer, "f").cycle.as_ref().unwrap();
    let turns: Vec<(&str, v1::TurnKind)> =
        cycle.turning_points.iter().map(|turn| (turn.period.as_str(), turn.kind())).collect();
    use v1::TurnKind::{Peak, Trough};
    assert_eq!(turns, [("2003", Peak), ("2005", Trough), ("2008", Peak), ("2010", Trough)]);
    assert!((cycle.phases[1].amplitude - (6.0_f64 / 7.0).ln()).abs() < 1e-12);
    assert_eq!((cycle.phases[1].duration, cycle.phases[1].is_complete, cycle.phases[0].is_complete), (2, true, false));
    let moved = region(&answer, "f").comovement.as_ref().unwrap();
    // The nation turns in the same years.
    assert_eq!(moved.concordance.as_ref().unwrap().index, 1.0);
    assert_eq!((moved.n, moved.lags.len(), moved.lags[0].lag, moved.strongest_lag), (12, 7, -3, 0));
}

#[tokio::test]
async fn deviations_from_the_benchmark_are_growth_cycles() {
    let threshold = Some(v1::ThresholdAnalysis { threshold: 0.0 });
    let all = Request {
        breaks: Some(Default::default()),
        comovement: Some(Default::default()),
        threshold,
        ..request("growth", &["a"])
    };
    let answer = ask(Request { less_benchmark: true, ..all }).await.unwrap();
    assert!(answer.less_benchmark && answer.of_benchmark.is_none());
    let found = region(&answer, "a");
    assert_eq!(found.breaks.as_ref().unwrap().numbers[1].first_after, ["2007"]);
    // 12 per cent against 9 in 2001, 11.9 against 9 in 2006, 6.1 against 7.5 in 2007.
    let runs = &found.threshold.as_ref().unwrap().runs;
    assert_eq!((runs.len(), runs[0].last_period.as_str(), runs[0].at_or_above), (2, "2006", true));
    let plain = ask(request("growth", &["a"])).await.unwrap();
    assert_eq!(found.comovement, region(&plain, "a").comovement);
    assert_eq!(answer.benchmark_region.unwrap().code, NATION);
}

#[tokio::test]
async fn known_dates_are_tested_alone() {
    let breaks =
        v1::BreakAnalysis { known_breaks: vec!["2007".into(), "2012".into(), "2002".into()], ..Default::default() };
    let answer = ask(Request { breaks: Some(breaks), ..request("growth", &["a", "c"]) }).await.unwrap();
    let known = &region(&answer, "a").known_breaks;
    assert_eq!((known.len(), known[0].first_after.as_str(), known[0].form()), (2, "2007", v1::ChowForm::Break));
    assert!(known[0].p_value.unwrap() < 1e-8 && known[1].p_value.unwrap() > 0.1);
    assert_eq!((known[0].numerator_degrees, known[0].denominator_degrees), (1, 10));
    use v1::TurningPointAnalysis::KnownBreak;
    // c has values from 2006 on: one before 2007, and none in 2002.
    let expected =
        [("a", KnownBreak, "TOO_SHORT"), ("c", KnownBreak, "TOO_SHORT"), ("c", KnownBreak, "OUTSIDE_OF_STRETCH")];
    assert_eq!(reasons(&answer)[..3], expected);
}

/// The error of one series lasts: its tests are warned of while errors are taken as independent, and not beyond.
#[tokio::test]
async fn errors_may_be_correlated_over_time() {
    let lasting = [9.0, 9.4, 9.9, 10.1, 9.8, 9.2, 8.7, 8.4, 8.6, 9.1, 9.6, 10.0];
    let growth: [(&str, &[f64]); 2] = [("a", &lasting), (NATION, &[8.0; 12])];
    let tables = Tables(vec![Table::new("growth", &YEARS, &growth).rates()]);
    let of = |errors: v1::BreakErrors| {
        let breaks = v1::BreakAnalysis { errors: errors.into(), max_breaks: Some(1), ..Default::default() };
        let asked = Request { breaks: Some(breaks), ..request("growth", &["a"]) };
        let tables = &tables;
        async move { super::answer(tables, asked, &Job::new()).await.unwrap() }
    };
    let plain = of(v1::BreakErrors::Unspecified).await;
    let robust = of(v1::BreakErrors::Autocorrelated).await;
    assert_eq!((codes(&plain.warnings), codes(&robust.warnings)), (vec!["ERRORS_AUTOCORRELATED"], vec![]));
    let found = |answer: &v1::DetectTurningPointsResponse| region(answer, "a").breaks.clone().unwrap();
    let (plain, robust) = (found(&plain), found(&robust));
    assert_eq!((plain.errors(), robust.errors()), (v1::BreakErrors::Independent, v1::BreakErrors::Autocorrelated));
    assert_eq!(plain.numbers, robust.numbers, "dates and criteria stay");
    assert_ne!(robust.tests[0].statistic, plain.tests[0].statistic);
    assert_ne!(robust.tests[0].critical_value, plain.tests[0].critical_value, "simulated for each statistic");
    let by_segment = found(&of(v1::BreakErrors::Heteroskedastic).await);
    assert_ne!(by_segment.tests[0].statistic, plain.tests[0].statistic);
}

#[tokio::test]
async fn without_a_benchmark_there_is_no_comovement() {
    let mut alone = request("growth", &["a"]);
    alone.selection.as_mut().unwrap().benchmark = benchmark(By::None(true));
    let answer = ask(alone.clone()).await.unwrap();
    assert!(region(&answer, "a").comovement.is_none() && answer.of_benchmark.is_none());
    assert_eq!((reasons(&answer), answer.benchmark_region.clone()), (vec![], None));
    let asked = Request { comovement: Some(Default::default()), ..alone.clone() };
    assert_eq!(refusal(ask(asked).await), invalid("comovement"));
    assert_eq!(refusal(ask(Request { less_benchmark: true, ..alone }).await), invalid("less_benchmark"));
    let mut sum = request("jobs", &["a"]);
    sum.selection.as_mut().unwrap().benchmark = benchmark(By::SumOfMainLevel(true));
    assert_eq!(ask(sum).await.unwrap().benchmark_sum_of_level, "PROVINCE");
}

#[tokio::test]
async fn the_order_of_the_request_and_the_company_do_not_matter() {
    let there = ask(request("growth", &["a", "b", "c"])).await.unwrap();
    let back = ask(request("growth", &["c", "a", "b"])).await.unwrap();
    assert_eq!(there.regions, back.regions);
    let alone = ask(request("growth", &["b"])).await.unwrap();
    assert_eq!(alone.regions[0], there.regions[1]);
    let seeded = v1::BreakAnalysis { seed: 7, ..Default::default() };
    let other = ask(Request { breaks: Some(seeded), ..request("growth", &["b"]) }).await.unwrap();
    let p = |answer: &v1::DetectTurningPointsResponse, at: usize| {
        let tests = &answer.regions[at].breaks.as_ref().unwrap().tests;
        tests.iter().map(|test| test.p_value).collect::<Vec<f64>>()
    };
    assert_ne!(p(&there, 1), p(&other, 0), "another seed draws other series");
}

#[tokio::test]
async fn short_series_say_so() {
    let mut short = request("growth", &["a"]);
    short.selection = Some(v1::Selection { regions: regions(&["a"]), ..selection("growth", "2001..2003") });
    let answer = ask(short).await.unwrap();
    use v1::TurningPointAnalysis::{Breaks, Cycle};
    let expected = [
        ("a", Breaks, "TOO_SHORT"),
        ("a", Cycle, "TOO_SHORT"),
        (NATION, Breaks, "TOO_SHORT"),
        (NATION, Cycle, "TOO_SHORT"),
    ];
    assert_eq!(reasons(&answer), expected);
    assert!(answer.undefined[0].text.starts_with("3 values are too few"), "{}", answer.undefined[0].text);
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let with = |breaks: v1::BreakAnalysis| Request { breaks: Some(breaks), ..request("growth", &["a"]) };
    let breaks = v1::BreakAnalysis::default;
    let cases = [
        (with(v1::BreakAnalysis { model: 9, ..breaks() }), "breaks.model"),
        (with(v1::BreakAnalysis { criterion: -1, ..breaks() }), "breaks.criterion"),
        (with(v1::BreakAnalysis { variances: 7, ..breaks() }), "breaks.variances"),
        (with(v1::BreakAnalysis { errors: 5, ..breaks() }), "breaks.errors"),
        (with(v1::BreakAnalysis { min_segment_share: Some(0.6), ..breaks() }), "breaks.min_segment_share"),
        (with(v1::BreakAnalysis { min_segment_share: Some(NAN), ..breaks() }), "breaks.min_segment_share"),
        (with(v1::BreakAnalysis { min_segment_share: Some(0.0), ..breaks() }), "breaks.min_segment_share"),
        (with(v1::BreakAnalysis { min_segment_periods: Some(0), ..breaks() }), "breaks.min_segment_periods"),
        (
            with(v1::BreakAnalysis { min_segment_periods: Some(3), min_segment_share: Some(0.2), ..breaks() }),
            "breaks.min_segment_periods",
        ),
        (with(v1::BreakAnalysis { max_breaks: Some(0), ..breaks() }), "breaks.max_breaks"),
        (with(v1::BreakAnalysis { max_breaks: Some(21), ..breaks() }), "breaks.max_breaks"),
        (with(v1::BreakAnalysis { significance: Some(1.0), ..breaks() }), "breaks.significance"),
        (with(v1::BreakAnalysis { confidence: Some(-0.5), ..breaks() }), "breaks.confidence"),
        (with(v1::BreakAnalysis { draws: Some(98), ..breaks() }), "breaks.draws"),
        (with(v1::BreakAnalysis { draws: Some(i32::MAX), ..breaks() }), "breaks.draws"),
        (with(v1::BreakAnalysis { known_breaks: vec!["soon".into()], ..breaks() }), "breaks.known_breaks[0]"),
        (
            with(v1::BreakAnalysis { known_breaks: vec!["2007".into(), "1999".into()], ..breaks() }),
            "breaks.known_breaks[1]",
        ),
        (with(v1::BreakAnalysis { known_breaks: vec!["2007".into(); 21], ..breaks() }), "breaks.known_breaks"),
        (Request { form: 99, ..request("growth", &["a"]) }, "form"),
        (Request { form: v1::TurningPointForm::LogValues.into(), ..request("growth", &["a"]) }, "form"),
        (
            Request {
                threshold: Some(v1::ThresholdAnalysis { threshold: f64::INFINITY }),
                ..request("growth", &["a"])
            },
            "threshold.threshold",
        ),
        (
            Request {
                cycle: Some(v1::CycleAnalysis { window: Some(0), ..Default::default() }),
                ..request("growth", &["a"])
            },
            "cycle.window",
        ),
        (
            Request {
                cycle: Some(v1::CycleAnalysis { min_cycle: Some(101), ..Default::default() }),
                ..request("growth", &["a"])
            },
            "cycle.min_cycle",
        ),
        (
            Request {
                comovement: Some(v1::ComovementAnalysis { max_lag: Some(21), hac_lags: None }),
                ..request("growth", &["a"])
            },
            "comovement.max_lag",
        ),
        (
            Request {
                comovement: Some(v1::ComovementAnalysis { max_lag: None, hac_lags: Some(-1) }),
                ..request("growth", &["a"])
            },
            "comovement.hac_lags",
        ),
        (Request { selection: Some(selection("growth", "2001,2003")), ..Request::default() }, "selection.periods"),
        (Request { selection: Some(selection("jobs", "2001")), ..Request::default() }, "selection.periods"),
        (Request::default(), "selection"),
    ];
    for (request, field) in cases {
        assert_eq!(refusal(ask(request).await), invalid(field), "{field}");
    }
}

#[tokio::test]
async fn work_without_end_is_refused() {
    let years: Vec<&'static str> =
        (1001..=1600).map(|year: i32| &*Box::leak(year.to_string().into_boxed_str())).collect();
    let row: Vec<f64> = (0..600).map(|at| f64::from(at % 7)).collect();
    let tables = Tables(vec![Table::new("growth", &years, &[("a", &row)]).rates()]);
    let breaks = v1::BreakAnalysis { draws: Some(99_999), ..Default::default() };
    let asked =
        Request { selection: Some(selection("growth", "1001..1600")), breaks: Some(breaks), ..Request::default() };
    assert_eq!(refusal(super::answer(&tables, asked, &Job::new()).await), invalid("breaks.draws"));
    let breaks =
        v1::BreakAnalysis { draws: Some(9_999), errors: v1::BreakErrors::Autocorrelated.into(), ..Default::default() };
    let asked =
        Request { selection: Some(selection("growth", "1001..1600")), breaks: Some(breaks), ..Request::default() };
    assert_eq!(refusal(super::answer(&tables, asked, &Job::new()).await), invalid("breaks.draws"));
}
