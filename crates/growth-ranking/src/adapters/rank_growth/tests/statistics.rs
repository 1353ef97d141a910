//! Weighted statistics and volatility.

use growthpole_contracts::v1;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, invalid, refusal};

use super::{answer, close, request};

const YEARS: [&str; 4] = ["2012", "2013", "2014", "2015"];

fn tables() -> Tables {
    let jobs: [(&str, &[f64]); 3] = [
        ("r1", &[100.0, 110.0, 110.0, 132.0]),
        ("r2", &[300.0, 300.0, 300.0, 330.0]),
        ("r3", &[50.0, 60.0, NAN, 60.0]),
    ];
    let growth: [(&str, &[f64]); 2] = [("r1", &[NAN, 1.0, 2.0, 4.0]), ("r2", &[NAN, 3.0, 3.0, 3.0])];
    let heads: [(&str, &[f64]); 2] = [("r1", &[30.0; 4]), ("r2", &[10.0; 4])];
    let nobody: [(&str, &[f64]); 2] = [("r1", &[0.0; 4]), ("r2", &[0.0; 4])];
    Tables(vec![
        Table::new("jobs", &YEARS, &jobs),
        Table::new("growth", &YEARS, &growth).rates(),
        Table::new("heads", &YEARS, &heads),
        Table::new("nobody", &YEARS, &nobody),
        Table::new("recent", &["2015"], &[("r1", &[1.0])]),
    ])
}

fn weighted(indicator: &str, periods: &str, by: &str) -> v1::RankGrowthRequest {
    v1::RankGrowthRequest { weighted_statistics: true, weight_indicator: by.into(), ..request(indicator, periods) }
}

#[tokio::test]
async fn levels_weight_their_own_growth() {
    let response = answer(&tables(), weighted("jobs", "2014..2015", "")).await.unwrap();
    let found = response.weighted.unwrap();
    assert!(close(found.mean, (110.0 * 0.2 + 300.0 * 0.1) / 410.0));
    assert_eq!((found.weight_indicator.as_str(), found.period.as_str(), found.regions), ("jobs", "2014", 2));
    let first = &response.ranked[0];
    assert_eq!(first.weight, Some(110.0));
    assert!(close(first.weighted_percentile.unwrap(), 355.0 / 410.0));
}

#[tokio::test]
async fn another_indicator_may_weight() {
    let response = answer(&tables(), weighted("jobs", "2012..2015", "heads")).await.unwrap();
    let found = response.weighted.unwrap();
    let expected = (30.0 * (1.32_f64.cbrt() - 1.0) + 10.0 * (1.1_f64.cbrt() - 1.0)) / 40.0;
    assert!(close(found.mean, expected) && found.regions == 2);
    assert_eq!(codes(&response.warnings), ["NO_WEIGHTS", "WEIGHTED_WITHOUT_SOME_REGIONS"]);
    assert_eq!(response.warnings[1].regions, ["r3"]);
    assert_eq!(response.ranked.iter().filter(|own| own.weight.is_none()).count(), 1);
    // Per head, and weighted by heads.
    let per = v1::RankGrowthRequest { denominator_indicator: "heads".into(), ..weighted("growth", "2013", "heads") };
    let response = answer(&tables(), per).await.unwrap();
    assert!(close(response.weighted.unwrap().mean, 0.75 * 0.01 + 0.25 * 0.03));
}

#[tokio::test]
async fn without_weights_there_are_no_weighted_statistics() {
    assert_eq!(refusal(answer(&tables(), weighted("growth", "2015", "")).await), invalid("weighted_statistics"));
    let response = answer(&tables(), weighted("growth", "2015", "nobody")).await.unwrap();
    assert_eq!((response.weighted, response.ranked[0].weight), (None, None));
    assert_eq!(codes(&response.warnings).last(), Some(&"NO_WEIGHTS"));
    let response = answer(&tables(), weighted("growth", "2014", "recent")).await.unwrap();
    assert_eq!((response.weighted, codes(&response.warnings)), (None, vec!["NO_WEIGHTS"]));
    let plain = answer(&tables(), request("jobs", "2014..2015")).await.unwrap();
    assert_eq!((plain.weighted, plain.ranked[0].weight, plain.ranked[0].weighted_percentile), (None, None, None));
}

#[tokio::test]
async fn volatility_needs_every_year() {
    let with =
        |indicator: &str, periods: &str| v1::RankGrowthRequest { volatility: true, ..request(indicator, periods) };
    let response = answer(&tables(), with("growth", "2013..2015")).await.unwrap();
    let own = |response: &v1::RankGrowthResponse, code: &str| {
        let found = response.ranked.iter().find(|own| own.region.as_ref().unwrap().code == code);
        found.unwrap().volatility
    };
    let (first, flat) = (own(&response, "r1").unwrap(), own(&response, "r2").unwrap());
    assert_eq!(first.years, 3);
    assert!(close(first.mean, 0.07 / 3.0) && close(first.mean_squared_successive_difference, 0.00025));
    assert!(close(first.standard_deviation, (7.0 / 3.0_f64).sqrt() / 100.0));
    assert!(close(first.von_neumann_ratio.unwrap(), 2.5 / (7.0 / 3.0)));
    assert_eq!((flat.standard_deviation, flat.von_neumann_ratio), (0.0, None));

    let response = answer(&tables(), with("jobs", "2012..2015")).await.unwrap();
    // Growth itself needs the ends only.
    assert_eq!((response.ranked.len(), own(&response, "r3")), (3, None));
    assert!(close(own(&response, "r1").unwrap().mean, 0.1));
    assert_eq!(codes(&response.warnings), ["NO_VOLATILITY"]);
    assert_eq!(response.warnings[0].regions, ["r3"]);
    assert_eq!(refusal(answer(&tables(), with("growth", "2015")).await), invalid("volatility"));
    assert_eq!(refusal(answer(&tables(), with("jobs", "2014..2015")).await), invalid("volatility"));
}
