//! How uncertain ranks are.

use growthpole_contracts::v1;
use growthpole_worker_kit::testing::{NAN, NATION, Table, Tables, codes, invalid, refusal, regions};
use v1::rank_uncertainty_options::From;

use super::{Answer, answer, ask, ask_with, close, ranks, reasons, request};

const YEARS: [&str; 6] = ["2010", "2011", "2012", "2013", "2014", "2015"];

/// Five years of growth: r1 always first, r4 always last, r2 and r3 change places; r5 lacks a year.
fn tables() -> Tables {
    let rates: [(&str, &[f64]); 6] = [
        ("r1", &[NAN, 9.0, 9.5, 9.0, 10.0, 9.0]),
        ("r3", &[NAN, 5.0, 3.0, 5.5, 3.0, 4.0]),
        ("r2", &[NAN, 4.0, 4.5, 4.0, 5.0, 4.5]),
        ("r4", &[NAN, 1.0, 1.5, 2.0, 0.5, 1.0]),
        ("r5", &[NAN, 1.0, NAN, 2.0, 0.5, 1.0]),
        (NATION, &[NAN, 4.0, 4.0, 4.0, 4.0, 4.0]),
    ];
    let levels: [(&str, &[f64]); 4] = [
        ("r1", &[100.0, 110.0, 118.0, 130.0, 145.0, 160.0]),
        ("r2", &[100.0, 104.0, 109.0, 112.0, 118.0, 124.0]),
        ("r3", &[100.0, 101.0, 0.0, 103.0, 104.0, 105.0]),
        ("r4", &[100.0, 101.0, NAN, 103.0, 104.0, 105.0]),
    ];
    Tables(vec![Table::new("growth", &YEARS, &rates).rates(), Table::new("jobs", &YEARS, &levels)])
}

fn bootstrap() -> v1::RankUncertaintyOptions {
    v1::RankUncertaintyOptions {
        from: Some(From::Bootstrap(v1::PeriodBootstrap { block_length: None })),
        draws: Some(400),
        seed: 7,
        ..Default::default()
    }
}

fn errors(all: &[(&str, f64)], benchmark: f64) -> v1::RankUncertaintyOptions {
    let regions =
        all.iter().map(|&(region, standard_error)| v1::RegionStandardError { region: region.into(), standard_error });
    let from = From::StandardErrors(v1::GivenStandardErrors { regions: regions.collect(), benchmark });
    v1::RankUncertaintyOptions { from: Some(from), draws: Some(400), ..Default::default() }
}

async fn drawn(indicator: &str, periods: &str, options: v1::RankUncertaintyOptions) -> Answer {
    answer(&tables(), v1::RankGrowthRequest { uncertainty: Some(options), ..request(indicator, periods) }).await
}

fn of<'a>(response: &'a v1::RankGrowthResponse, code: &str) -> &'a v1::RankUncertainty {
    let own = response.ranked.iter().find(|own| own.region.as_ref().unwrap().code == code);
    own.unwrap().uncertainty.as_ref().unwrap()
}

#[tokio::test]
async fn years_are_drawn_for_all_regions_together() {
    let options = v1::RankUncertaintyOptions { confidence_sets: true, rank_probabilities: true, ..bootstrap() };
    let response = drawn("growth", "2011..2015", options.clone()).await.unwrap();
    assert_eq!(ranks(&response), [("r1", 1.0), ("r2", 2.0), ("r3", 3.0), ("r4", 4.0)]);
    assert_eq!(reasons(&response), [("r5", "MISSING_VALUE", vec!["2012"])]);
    let (first, second, last) = (of(&response, "r1"), of(&response, "r2"), of(&response, "r4"));
    assert_eq!(
        (first.rank_lower, first.rank_upper, first.expected_rank, first.probability_first),
        (1.0, 1.0, 1.0, 1.0)
    );
    assert_eq!((last.rank_lower, last.rank_upper, last.probability_last), (4.0, 4.0, 1.0));
    assert_eq!((first.probability_above_benchmark, last.probability_above_benchmark), (Some(1.0), Some(0.0)));
    assert_eq!((second.rank_lower, second.rank_upper), (2.0, 3.0));
    assert_eq!(second.rank_probabilities.len(), 2);
    let (ahead, behind) = (&second.rank_probabilities[0], &second.rank_probabilities[1]);
    assert!(ahead.probability > 0.5 && close(ahead.probability + behind.probability, 1.0), "{ahead:?}");
    assert!(close(second.expected_rank, 2.0 * ahead.probability + 3.0 * behind.probability));
    assert_eq!((first.set_lower, first.set_upper), (Some(1), Some(1)));
    assert_eq!((second.set_lower, second.set_upper), (Some(2), Some(3)));
    assert_eq!((first.simultaneous_lower, first.simultaneous_upper), (None, None));
    assert!(second.standard_error > 0.0005 && second.standard_error < 0.005, "{}", second.standard_error);
    let method = response.uncertainty.unwrap();
    let expected =
        v1::RankUncertaintyMethod { draws: 400, seed: 7, level: 0.95, block_length: 2, periods: 5, regions: 4 };
    assert_eq!(method, expected);
    assert_eq!(response.provenance.unwrap().seed, Some(7));
    assert_eq!(codes(&response.warnings), ["FEW_PERIODS"]);
    let again = drawn("growth", "2011..2015", options).await.unwrap();
    assert_eq!(again.ranked, response.ranked);
    let other = drawn("growth", "2011..2015", v1::RankUncertaintyOptions { seed: 8, ..bootstrap() }).await.unwrap();
    assert_ne!(of(&other, "r2").expected_rank, of(&again, "r2").expected_rank);
}

#[tokio::test]
async fn the_measure_is_that_of_the_ranking() {
    use v1::GrowthMeasure as Measure;
    // A single block of all years is the growth itself in every draw.
    for measure in
        [Measure::CompoundAnnual, Measure::Mean, Measure::LogDifference, Measure::SimpleAnnual, Measure::Change]
    {
        let whole = From::Bootstrap(v1::PeriodBootstrap { block_length: Some(5) });
        let mut request = request("jobs", "2010..2015");
        request.measure = measure.into();
        request.selection.as_mut().unwrap().regions = regions(&["r1", "r2"]);
        request.uncertainty = Some(v1::RankUncertaintyOptions { from: Some(whole), ..bootstrap() });
        let response = answer(&tables(), request).await.unwrap();
        for own in &response.ranked {
            let drawn = own.uncertainty.as_ref().unwrap();
            assert!(drawn.standard_error < 1e-12, "{measure:?} {}", drawn.standard_error);
            assert_eq!((drawn.rank_lower, drawn.rank_upper), (own.rank, own.rank));
            assert_eq!(drawn.probability_above_benchmark, None);
        }
    }
}

#[tokio::test]
async fn every_year_of_levels_is_needed_where_years_are_drawn() {
    let plain = answer(&tables(), request("jobs", "2010..2015")).await.unwrap();
    assert_eq!((plain.ranked.len(), plain.uncertainty, plain.ranked[0].uncertainty.clone()), (4, None, None));
    assert_eq!(plain.provenance.unwrap().seed, None);
    let response = drawn("jobs", "2010..2015", bootstrap()).await.unwrap();
    assert_eq!(ranks(&response), [("r1", 1.0), ("r2", 2.0)]);
    assert_eq!(reasons(&response), [("r3", "ZERO_BASE", vec!["2012"]), ("r4", "MISSING_VALUE", vec!["2012"])]);
    assert_eq!(response.uncertainty.unwrap().periods, 5);
}

#[tokio::test]
async fn given_errors_scatter_around_growth() {
    let all = [("r1", 0.0), ("r2", 0.01), ("r3", 0.01), ("r4", 0.0), ("r5", 0.003)];
    let options = v1::RankUncertaintyOptions { confidence_sets: true, level: Some(0.9), ..errors(&all, 0.0) };
    let response = drawn("growth", "2015", options).await.unwrap();
    assert_eq!(ranks(&response)[0], ("r1", 1.0));
    let (r1, r2, r3) = (of(&response, "r1"), of(&response, "r2"), of(&response, "r3"));
    assert_eq!((r1.standard_error, r2.standard_error), (0.0, 0.01));
    assert!(r1.expected_rank < 1.001 && r1.set_upper == Some(1), "{r1:?}");
    assert!(r2.expected_rank < r3.expected_rank && r2.probability_above_benchmark.unwrap() > 0.5);
    assert_eq!((r2.set_lower, r3.set_lower), (Some(2), Some(2)));
    let method = response.uncertainty.unwrap();
    assert_eq!((method.level, method.block_length, method.periods, method.regions), (0.9, 0, 0, 5));
    assert_eq!(codes(&response.warnings), Vec::<&str>::new());
    // Of a region without growth nobody needs an error.
    let response = drawn("growth", "2012", errors(&all[..4], 0.01)).await.unwrap();
    assert_eq!((response.ranked.len(), response.unranked.len()), (4, 1));
}

#[tokio::test]
async fn without_error_the_intervals_are_the_ranks() {
    let none = [("r1", 0.0), ("r2", 0.0), ("r3", 0.0), ("r4", 0.0)];
    for (method, order) in [
        (v1::RankMethod::Competition, v1::RankOrder::HighestFirst),
        (v1::RankMethod::Average, v1::RankOrder::LowestFirst),
        (v1::RankMethod::Ordinal, v1::RankOrder::HighestFirst),
    ] {
        let mut asked = request("growth", "2015");
        (asked.rank_method, asked.rank_order) = (method.into(), order.into());
        asked.uncertainty = Some(errors(&none, 0.0));
        // These two are equal in 2015.
        let response = super::ask(asked).await.unwrap();
        for own in &response.ranked {
            let drawn = own.uncertainty.as_ref().unwrap();
            assert_eq!((drawn.rank_lower, drawn.rank_upper, drawn.expected_rank), (own.rank, own.rank, own.rank));
        }
    }
}

#[tokio::test]
async fn nobody_ranked_draws_nothing() {
    let mut asked = request("growth", "2012");
    asked.selection.as_mut().unwrap().regions = regions(&["r5"]);
    asked.uncertainty = Some(errors(&[], 0.0));
    let response = answer(&tables(), asked).await.unwrap();
    assert_eq!((response.ranked.len(), response.uncertainty.unwrap().regions), (0, 0));
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let with = |change: fn(&mut v1::RankUncertaintyOptions)| {
        let mut options = bootstrap();
        change(&mut options);
        options
    };
    let cases: [(v1::RankUncertaintyOptions, &str); 15] = [
        (with(|o| o.from = None), "uncertainty.from"),
        (with(|o| o.draws = Some(99)), "uncertainty.draws"),
        (with(|o| o.draws = Some(0)), "uncertainty.draws"),
        (with(|o| o.draws = Some(-5)), "uncertainty.draws"),
        (with(|o| o.draws = Some(100_001)), "uncertainty.draws"),
        (with(|o| o.level = Some(0.0)), "uncertainty.level"),
        (with(|o| o.level = Some(1.0)), "uncertainty.level"),
        (with(|o| o.level = Some(f64::NAN)), "uncertainty.level"),
        (with(|o| (o.level, o.confidence_sets) = (Some(0.999), true)), "uncertainty.draws"),
        (with(|o| (o.level, o.simultaneous_sets) = (Some(0.999), true)), "uncertainty.draws"),
        (
            with(|o| o.from = Some(From::Bootstrap(v1::PeriodBootstrap { block_length: Some(0) }))),
            "uncertainty.bootstrap.block_length",
        ),
        (
            with(|o| o.from = Some(From::Bootstrap(v1::PeriodBootstrap { block_length: Some(6) }))),
            "uncertainty.bootstrap.block_length",
        ),
        (errors(&[("r1", -0.1)], 0.0), "uncertainty.standard_errors.regions[0].standard_error"),
        (errors(&[("r1", 0.1), ("r1", 0.1)], 0.0), "uncertainty.standard_errors.regions[1].region"),
        (errors(&[], f64::INFINITY), "uncertainty.standard_errors.benchmark"),
    ];
    for (options, field) in cases {
        assert_eq!(refusal(drawn("growth", "2011..2015", options).await), invalid(field), "{field}");
    }
    for given in [&[("r1", 0.1)][..], &[("r1", 0.1), ("r2", 0.1), ("r3", 0.1), ("r4", 0.1), ("r9", 0.1)]] {
        let refused = refusal(drawn("growth", "2012", errors(given, 0.0)).await);
        assert_eq!(refused, invalid("uncertainty.standard_errors.regions"));
    }
    let huge = [("r1", f64::MAX), ("r2", 0.1), ("r3", 0.1), ("r4", 0.1)];
    assert_eq!(refusal(drawn("growth", "2012", errors(&huge, 0.0)).await), invalid("uncertainty.standard_errors"));
    for periods in ["2015", "2014..2015"] {
        assert_eq!(refusal(drawn("growth", periods, bootstrap()).await), invalid("uncertainty.bootstrap"), "{periods}");
    }
    assert_eq!(refusal(ask_with("half", "2015-S1", |_| {}).await).0, "UNKNOWN_INDICATOR");
    assert!(ask(request("growth", "2015")).await.unwrap().uncertainty.is_none());
}

#[tokio::test]
async fn sets_may_hold_the_ranks_of_all_regions_at_once() {
    let options = v1::RankUncertaintyOptions { confidence_sets: true, simultaneous_sets: true, ..bootstrap() };
    let response = drawn("growth", "2011..2015", options).await.unwrap();
    for region in ["r1", "r2", "r3", "r4"] {
        let own = of(&response, region);
        let (lower, upper) = (own.simultaneous_lower.unwrap(), own.simultaneous_upper.unwrap());
        assert!(lower <= own.set_lower.unwrap() && own.set_upper.unwrap() <= upper, "{region}: {own:?}");
        assert!((1..=4).contains(&lower) && lower <= upper && upper <= 4);
    }
    let (first, last) = (of(&response, "r1"), of(&response, "r4"));
    assert_eq!((first.simultaneous_upper, last.simultaneous_lower), (Some(1), Some(4)), "far from the others");
    let alone = v1::RankUncertaintyOptions { simultaneous_sets: true, ..bootstrap() };
    let alone = drawn("growth", "2011..2015", alone).await.unwrap();
    assert_eq!((of(&alone, "r2").set_lower, of(&alone, "r2").simultaneous_lower.is_some()), (None, true));
}

#[tokio::test]
async fn too_many_ranks_are_refused() {
    let names: Vec<&'static str> = (0..501).map(|at| &*Box::leak(format!("q{at:04}").into_boxed_str())).collect();
    let cells = [5.0, 6.0, 7.0, 8.0];
    let rows: Vec<(&'static str, &[f64])> = names.iter().map(|name| (*name, cells.as_slice())).collect();
    let tables = Tables(vec![Table::new("growth", &["2012", "2013", "2014", "2015"], &rows).rates()]);
    let with = |draws: i32, confidence_sets: bool| {
        let options = v1::RankUncertaintyOptions { draws: Some(draws), confidence_sets, ..bootstrap() };
        v1::RankGrowthRequest { uncertainty: Some(options), ..request("growth", "2012..2015") }
    };
    assert_eq!(refusal(answer(&tables, with(20_000, false)).await), invalid("uncertainty.draws"));
    assert_eq!(answer(&tables, with(100, true)).await.unwrap().ranked.len(), 501);
}
