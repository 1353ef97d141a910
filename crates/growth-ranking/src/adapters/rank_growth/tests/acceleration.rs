//! Growth in a later time less growth in an earlier one.

use growthpole_contracts::v1;
use growthpole_worker_kit::testing::{NAN, NATION, Table, Tables, benchmark, invalid, refusal};
use v1::benchmark::By;

use super::{answer, close, request};

const YEARS: [&str; 6] = ["2010", "2011", "2012", "2013", "2014", "2015"];

fn tables() -> Tables {
    let rates: [(&str, &[f64]); 4] = [
        ("r2", &[NAN, 4.0, 4.0, 6.0, 6.0, 6.0]),
        ("r1", &[NAN, 9.0, 9.0, 3.0, 3.0, 3.0]),
        ("r3", &[NAN, 5.0, 5.0, NAN, 5.0, 5.0]),
        (NATION, &[NAN, 5.0, 5.0, 4.0, 4.0, 4.0]),
    ];
    let levels: [(&str, &[f64]); 3] = [
        ("r1", &[100.0, 110.0, 121.0, 121.0, 121.0, 121.0]),
        ("r2", &[100.0, 100.0, 100.0, NAN, 121.0, 133.1]),
        ("r3", &[100.0, 100.0, NAN, 100.0, 100.0, 100.0]),
    ];
    let half: [(&str, &[f64]); 1] = [("r1", &[1.0, 2.0])];
    Tables(vec![
        Table::new("growth", &YEARS, &rates).rates(),
        Table::new("jobs", &YEARS, &levels),
        Table::new("half", &["2014-S1", "2015-S1"], &half),
    ])
}

fn halves(indicator: &str, periods: &str) -> v1::RankGrowthRequest {
    v1::RankGrowthRequest { acceleration: Some(v1::AccelerationOptions::default()), ..request(indicator, periods) }
}

fn since(indicator: &str, periods: &str, start: &str, end: &str) -> v1::RankGrowthRequest {
    let earlier = Some(v1::PeriodRange { start: start.into(), end: end.into() });
    v1::RankGrowthRequest { acceleration: Some(v1::AccelerationOptions { earlier }), ..request(indicator, periods) }
}

async fn ranking(request: v1::RankGrowthRequest) -> v1::AccelerationRanking {
    answer(&tables(), request).await.unwrap().acceleration.unwrap()
}

fn times(found: &v1::AccelerationRanking) -> [&str; 4] {
    [&found.earlier_first_period, &found.earlier_last_period, &found.later_first_period, &found.later_last_period]
}

fn first(found: &v1::AccelerationRanking) -> (&str, f64, f64) {
    let own = &found.ranked[0];
    (own.region.as_ref().unwrap().code.as_str(), own.rank, own.acceleration)
}

#[tokio::test]
async fn halves_of_the_years_are_compared() {
    let found = ranking(halves("growth", "2011..2015")).await;
    assert_eq!(times(&found), ["2011", "2012", "2013", "2015"]);
    let (code, rank, acceleration) = first(&found);
    assert_eq!((code, rank), ("r2", 1.0));
    assert!(close(acceleration, 0.02) && close(found.ranked[1].acceleration, -0.06));
    assert!(close(found.ranked[1].earlier_growth, 0.09) && close(found.ranked[1].later_growth, 0.03));
    assert!(close(found.benchmark.unwrap(), -0.01));
    let unranked = &found.unranked[0];
    assert_eq!((unranked.region.as_ref().unwrap().code.as_str(), unranked.reason.as_str()), ("r3", "MISSING_VALUE"));

    let found = ranking(halves("jobs", "2010..2014")).await;
    assert_eq!(times(&found), ["2011", "2012", "2013", "2014"]);
    let (code, _, acceleration) = first(&found);
    assert!(code == "r2" && close(acceleration, 0.1), "{found:?}");
    assert!(close(found.ranked[1].acceleration, -0.1));
    assert_eq!(found.unranked[0].periods, ["2012"]);
}

#[tokio::test]
async fn a_single_year_may_be_compared_with_the_one_before() {
    let found = ranking(since("growth", "2013", "2012", "2012")).await;
    assert_eq!(times(&found), ["2012", "2012", "2013", "2013"]);
    assert!(first(&found).0 == "r2" && close(first(&found).2, 0.02));
    let found = ranking(since("jobs", "2012", "2011", "2011")).await;
    assert_eq!(times(&found), ["2011", "2011", "2012", "2012"]);
    assert_eq!(found.ranked.len(), 2);
    let found = ranking(halves("growth", "2012..2013")).await;
    assert_eq!(times(&found), ["2012", "2012", "2013", "2013"]);
}

#[tokio::test]
async fn the_earlier_time_may_be_apart() {
    // From levels the first year of each time is its base.
    let found = ranking(since("jobs", "2014..2015", "2010", "2012")).await;
    assert_eq!(times(&found), ["2011", "2012", "2015", "2015"]);
    let response = answer(&tables(), since("growth", "2014..2015", "2011", "2012")).await.unwrap();
    // The ranking itself is of the selection's periods only.
    assert_eq!((response.first_period.as_str(), response.ranked.len()), ("2014", 3));
    let found = response.acceleration.unwrap();
    assert_eq!((times(&found), found.ranked.len()), (["2011", "2012", "2014", "2015"], 3));
    // The later time may begin with the base that the earlier one ends with.
    let found = ranking(since("jobs", "2012..2015", "2010", "2012")).await;
    assert_eq!(times(&found), ["2011", "2012", "2013", "2015"]);
}

#[tokio::test]
async fn a_sum_without_all_regions_is_no_benchmark() {
    let mut asked = halves("jobs", "2010..2014");
    asked.selection.as_mut().unwrap().benchmark = benchmark(By::SumOfMainLevel(true));
    let response = answer(&tables(), asked).await.unwrap();
    // The ends have all regions, the middle lacks one.
    assert!(response.benchmark.unwrap().growth.is_some());
    assert_eq!(response.acceleration.unwrap().benchmark, None);
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let mut amounts = halves("jobs", "2010..2014");
    amounts.measure = v1::GrowthMeasure::Change.into();
    let mut yearly = since("growth", "2015", "2011", "2012");
    yearly.measure = v1::GrowthMeasure::YearOnYear.into();
    let cases = [
        (halves("growth", "2013"), "selection.periods"),
        (halves("jobs", "2012..2013"), "selection.periods"),
        (halves("half", "2015-S1"), "selection.periods"),
        (since("half", "2015-S1", "2011", "2011"), "selection.periods"),
        (since("growth", "2013..2015", "2012", "2011"), "acceleration.earlier.end"),
        (since("growth", "2013..2015", "2011", "2013"), "acceleration.earlier"),
        (since("growth", "2013..2015", "2014", "2015"), "acceleration.earlier"),
        (since("jobs", "2012..2015", "2010", "2013"), "acceleration.earlier"),
        (since("growth", "2013..2015", "", "2012"), "acceleration.earlier.start"),
        (since("growth", "2013..2015", "2011-S1", "2012"), "acceleration.earlier.start"),
        (since("growth", "2013..2015", "2011", "x"), "acceleration.earlier.end"),
        (since("growth", "2013..2015", "0001", "0002"), "acceleration.earlier.start"),
        (amounts, "measure"),
        (yearly, "acceleration.earlier"),
    ];
    for (request, field) in cases {
        let shown = format!("{request:?}");
        assert_eq!(refusal(answer(&tables(), request).await), invalid(field), "{shown}");
    }
}
