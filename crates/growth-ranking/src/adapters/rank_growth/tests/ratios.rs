//! Growth per head and of shares.

use growthpole_contracts::v1;
use growthpole_worker_kit::testing::{NAN, NATION, Table, Tables, benchmark, codes, invalid, refusal, regions};
use v1::benchmark::By;

use super::{Answer, answer, close, ranks, reasons, request};

const YEARS: [&str; 4] = ["2012", "2013", "2014", "2015"];

/// Real output and its growth, nominal output, and heads.
fn tables() -> Tables {
    let output: [(&str, &[f64]); 5] = [
        ("r1", &[100.0, 110.0, 121.0, 133.1]),
        ("r2", &[200.0, 210.0, 220.5, 231.525]),
        ("r3", &[100.0, 100.0, NAN, 100.0]),
        ("r4", &[100.0, 120.0, 140.0, 160.0]),
        (NATION, &[500.0, 530.0, 560.0, 600.0]),
    ];
    let growth: [(&str, &[f64]); 4] = [
        ("r1", &[NAN, 10.0, 10.0, 10.0]),
        ("r2", &[NAN, 5.0, 5.0, 5.0]),
        ("r3", &[NAN, 1.0, NAN, 1.0]),
        (NATION, &[NAN, 6.0, 6.0, 6.0]),
    ];
    let heads: [(&str, &[f64]); 4] = [
        ("r1", &[10.0, 10.2, 10.4, 11.0]),
        ("r2", &[20.0, 20.0, 20.0, 18.0]),
        ("r3", &[10.0, 10.0, 10.0, 10.0]),
        ("r4", &[10.0, NAN, 0.0, 10.0]),
    ];
    let mut rate = Table::new("rate", &YEARS, &heads);
    rate.indicator.kind = growthpole_domain::IndicatorKind::Index;
    Tables(vec![
        Table::new("output", &YEARS, &output),
        Table::new("growth", &YEARS, &growth).rates(),
        Table::new("money", &YEARS, &output).current_prices("growth"),
        Table::new("heads", &YEARS, &heads),
        rate,
    ])
}

fn per_heads(indicator: &str, periods: &str) -> v1::RankGrowthRequest {
    v1::RankGrowthRequest { denominator_indicator: "heads".into(), ..request(indicator, periods) }
}

async fn share(indicator: &str, periods: &str, of: v1::ShareOf, change: fn(&mut v1::RankGrowthRequest)) -> Answer {
    let mut request = v1::RankGrowthRequest { share_of: of.into(), ..request(indicator, periods) };
    change(&mut request);
    answer(&tables(), request).await
}

#[tokio::test]
async fn levels_are_divided_by_heads() {
    let response = answer(&tables(), per_heads("output", "2012..2015")).await.unwrap();
    assert_eq!(ranks(&response), [("r4", 1.0), ("r2", 2.0), ("r1", 3.0), ("r3", 4.0)]);
    assert!(close(response.ranked[1].growth, (231.525 / 200.0 / (18.0 / 20.0_f64)).cbrt() - 1.0));
    assert!(close(response.ranked[2].growth, (1.331 / 1.1_f64).cbrt() - 1.0));
    assert_eq!((response.ranked[2].contribution, response.contribution_sum), (None, None));
    assert_eq!(response.denominator_indicator, "heads");
    // The nation has no heads.
    assert_eq!(response.benchmark.unwrap().growth, None);
    assert_eq!(codes(&response.warnings), ["BENCHMARK_WITHOUT_VALUE"]);
    let further = response.provenance.unwrap().further_inputs;
    assert_eq!((further.len(), further[0].role.as_str(), further[0].indicator.as_str()), (1, "denominator", "heads"));
}

#[tokio::test]
async fn rates_lose_the_growth_of_heads() {
    for indicator in ["growth", "money"] {
        let mut request = per_heads(indicator, "2013..2015");
        if indicator == "money" {
            request.growth_indicator = "growth".into();
        }
        let response = answer(&tables(), request.clone()).await.unwrap();
        assert_eq!(ranks(&response)[0], ("r2", 1.0));
        assert!(close(response.ranked[0].growth, (1.157625 / (18.0 / 20.0_f64)).cbrt() - 1.0));
        // In logarithms it is the one growth less the other.
        request.measure = v1::GrowthMeasure::LogDifference.into();
        let response = answer(&tables(), request).await.unwrap();
        let expected = (1.331_f64.ln() - 1.1_f64.ln()) / 3.0;
        assert!(close(response.ranked[1].growth, expected), "{}", response.ranked[1].growth);
    }
}

#[tokio::test]
async fn what_divides_nothing_leaves_a_region_unranked() {
    let mean = v1::RankGrowthRequest { measure: v1::GrowthMeasure::Mean.into(), ..per_heads("output", "2012..2013") };
    let response = answer(&tables(), mean).await.unwrap();
    assert_eq!(reasons(&response), [("r4", "MISSING_DENOMINATOR", vec!["2013"])]);
    assert_eq!(response.unranked[0].text, "No value of heads for 2013.");
    let response = answer(&tables(), per_heads("output", "2012..2014")).await.unwrap();
    let expected = [("r3", "MISSING_VALUE", vec!["2014"]), ("r4", "INVALID_DENOMINATOR", vec!["2014"])];
    assert_eq!(reasons(&response), expected);
    for (policy, ranked) in [(v1::MissingPolicy::DropRegion, 2), (v1::MissingPolicy::Keep, 2)] {
        let mut request = per_heads("output", "2012..2013");
        request.selection.as_mut().unwrap().missing = policy.into();
        request.selection.as_mut().unwrap().regions = regions(&["r1", "r2", "r4"]);
        let response = answer(&tables(), request).await.unwrap();
        assert_eq!(response.ranked.len(), ranked);
        assert_eq!(response.unranked.is_empty(), policy == v1::MissingPolicy::DropRegion);
    }
    let mut request = per_heads("output", "2012..2013");
    request.selection.as_mut().unwrap().missing = v1::MissingPolicy::Fail.into();
    assert_eq!(refusal(answer(&tables(), request).await).0, "MISSING_CELLS");
}

#[tokio::test]
async fn shares_of_the_benchmark_grow_by_the_difference() {
    let response = share("output", "2012..2015", v1::ShareOf::Benchmark, |_| {}).await.unwrap();
    let first = &response.ranked[0];
    assert_eq!(ranks(&response)[0], ("r4", 1.0));
    assert!(close(first.growth, (1.6 / 1.2_f64).cbrt() - 1.0));
    assert!(close(first.share_before.unwrap(), 0.2) && close(first.share_last.unwrap(), 160.0 / 600.0));
    assert!(close(response.benchmark.unwrap().growth.unwrap(), 0.0) && close(first.gap.unwrap(), first.growth));
    assert_eq!((response.share_of, response.contribution_sum), (v1::ShareOf::Benchmark as i32, None));

    // By rates, and from the level before where there is one.
    let by_rates = share("growth", "2013..2015", v1::ShareOf::Benchmark, |_| {}).await.unwrap();
    let chained = |request: &mut v1::RankGrowthRequest| request.growth_indicator = "growth".into();
    let chained = share("money", "2013..2015", v1::ShareOf::Benchmark, chained).await.unwrap();
    for (response, before) in [(by_rates, None), (chained, Some(0.2))] {
        let first = &response.ranked[0];
        assert!(close(first.growth, 1.1 / 1.06 - 1.0));
        assert_eq!(first.share_before, before);
        assert!(first.share_last.is_none_or(|last| close(last, 0.2 * (1.1 / 1.06_f64).powi(3))));
    }
}

#[tokio::test]
async fn shares_of_the_selected_regions_add_up() {
    let response = share("output", "2012..2015", v1::ShareOf::Selected, |_| {}).await.unwrap();
    let sum = |share: fn(&v1::RankedRegion) -> f64| response.ranked.iter().map(share).sum::<f64>();
    assert!(close(sum(|own| own.share_before.unwrap()), 1.0) && close(sum(|own| own.share_last.unwrap()), 1.0));
    assert_eq!((response.benchmark, response.ranked[0].gap), (None, None));

    // Chained levels: 100 and 200 of 2012, carried on by 10 and 5 per cent.
    let chained = |request: &mut v1::RankGrowthRequest| request.growth_indicator = "growth".into();
    let response = share("money", "2013..2015", v1::ShareOf::Selected, chained).await.unwrap();
    assert_eq!(ranks(&response), [("r1", 1.0), ("r2", 2.0)]);
    let last = 133.1 / (133.1 + 231.525);
    assert!(close(response.ranked[0].share_before.unwrap(), 1.0 / 3.0));
    assert!(close(response.ranked[0].share_last.unwrap(), last));
    assert!(close(response.ranked[0].growth, (last * 3.0).cbrt() - 1.0));
    assert_eq!(reasons(&response), [("r3", "MISSING_VALUE", vec!["2014"])]);
    assert_eq!(codes(&response.warnings), ["SHARES_OF_SOME_REGIONS"]);
    assert_eq!(response.warnings[0].regions, ["r3"]);
}

#[tokio::test]
async fn regions_outside_the_whole_are_not_ranked() {
    // Acceleration reads 2014 too, which r3 lacks.
    let faster = |request: &mut v1::RankGrowthRequest| request.acceleration = Some(v1::AccelerationOptions::default());
    let response = share("output", "2013..2015", v1::ShareOf::Selected, faster).await.unwrap();
    assert_eq!(reasons(&response), [("r3", "NOT_IN_WHOLE", vec!["2013", "2015"])]);
    assert_eq!(codes(&response.warnings), ["SHARES_OF_SOME_REGIONS"]);
}

#[tokio::test]
async fn ratios_relative_to_the_benchmark() {
    let mut tables = tables();
    tables.0[3] = Table::new("heads", &YEARS, &[("r1", &[10.0; 4]), ("r2", &[20.0; 4]), (NATION, &[50.0; 4])]);
    let request =
        v1::RankGrowthRequest { share_of: v1::ShareOf::Benchmark.into(), ..per_heads("output", "2012..2015") };
    let response = answer(&tables, request).await.unwrap();
    let first = &response.ranked[0];
    assert_eq!(ranks(&response)[0], ("r1", 1.0));
    assert!(close(first.share_before.unwrap(), 1.0) && close(first.share_last.unwrap(), 13.31 / 12.0));
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    type Change = fn(&mut v1::RankGrowthRequest);
    let cases: [(&str, Change, &str); 8] = [
        ("output", |r| r.share_of = 9, "share_of"),
        ("growth", |r| r.share_of = v1::ShareOf::Selected.into(), "share_of"),
        (
            "output",
            |r| (r.share_of, r.denominator_indicator) = (v1::ShareOf::Selected.into(), "heads".into()),
            "share_of",
        ),
        ("heads", |r| r.share_of = v1::ShareOf::Benchmark.into(), "share_of"),
        ("output", |r| r.denominator_indicator = "growth".into(), "denominator_indicator"),
        ("output", |r| r.denominator_indicator = "rate".into(), "denominator_indicator"),
        (
            "output",
            |r| {
                r.denominator_indicator = "heads".into();
                r.selection.as_mut().unwrap().missing = v1::MissingPolicy::AsZero.into();
            },
            "selection.missing",
        ),
        (
            "growth",
            |r| {
                r.denominator_indicator = "heads".into();
                r.selection.as_mut().unwrap().benchmark = benchmark(By::SumOfMainLevel(true));
            },
            "selection.benchmark",
        ),
    ];
    for (indicator, change, field) in cases {
        let mut asked = request(indicator, "2013..2015");
        change(&mut asked);
        assert_eq!(refusal(answer(&tables(), asked).await), invalid(field), "{indicator} {field}");
    }
    let unknown = v1::RankGrowthRequest { denominator_indicator: "hads".into(), ..request("output", "2013..2015") };
    let expected = ("UNKNOWN_INDICATOR".to_owned(), vec!["denominator_indicator".to_owned()]);
    assert_eq!(refusal(answer(&tables(), unknown).await), expected);
    // A whole that is not known, and a sum that lacks regions.
    let mut tables = tables();
    tables.0[0] = Table::new("output", &YEARS, &[("r1", &[1.0; 4]), (NATION, &[1.0, NAN, NAN, NAN])]);
    let asked = v1::RankGrowthRequest { share_of: v1::ShareOf::Benchmark.into(), ..request("output", "2012..2015") };
    assert_eq!(refusal(answer(&tables, asked).await).0, "UNDEFINED_ON_DATA");
    let sum = |request: &mut v1::RankGrowthRequest| {
        request.selection.as_mut().unwrap().benchmark = benchmark(By::SumOfMainLevel(true));
    };
    let refused = refusal(share("output", "2013..2014", v1::ShareOf::Benchmark, sum).await);
    assert_eq!(refused.0, "UNDEFINED_ON_DATA");
    let none = |request: &mut v1::RankGrowthRequest| request.selection.as_mut().unwrap().regions = regions(&["r3"]);
    assert_eq!(refusal(share("output", "2013..2014", v1::ShareOf::Selected, none).await).0, "UNDEFINED_ON_DATA");
}
