//! Several indicators at once.

use growthpole_contracts::v1;
use growthpole_worker_kit::testing::{NAN, NATION, Table, Tables, codes, invalid, refusal, regions};

use super::{answer, close, request};

const YEARS: [&str; 2] = ["2014", "2015"];

fn tables() -> Tables {
    let growth: [(&str, &[f64]); 6] = [
        ("r1", &[NAN, 9.0]),
        ("r3", &[NAN, 7.0]),
        ("r2", &[NAN, 5.0]),
        ("r4", &[NAN, 3.0]),
        ("r5", &[NAN, 1.0]),
        (NATION, &[NAN, 5.0]),
    ];
    let jobs: [(&str, &[f64]); 4] =
        [("r1", &[100.0, 108.0]), ("r2", &[100.0, 104.0]), ("r3", &[100.0, 106.0]), ("r4", &[100.0, 110.0])];
    let idle: [(&str, &[f64]); 4] =
        [("r1", &[100.0, 90.0]), ("r2", &[100.0, 100.0]), ("r3", &[100.0, 95.0]), ("r4", &[100.0, 120.0])];
    let flat: [(&str, &[f64]); 4] = [("r1", &[1.0; 2]), ("r2", &[1.0; 2]), ("r3", &[1.0; 2]), ("r4", &[1.0; 2])];
    Tables(vec![
        Table::new("growth", &YEARS, &growth).rates(),
        Table::new("jobs", &YEARS, &jobs),
        Table::new("idle", &YEARS, &idle),
        Table::new("flat", &YEARS, &flat),
        Table::new("money", &YEARS, &jobs).current_prices("growth"),
    ])
}

fn further(indicator: &str) -> v1::FurtherIndicator {
    v1::FurtherIndicator { indicator: indicator.into(), ..Default::default() }
}

fn with(all: Vec<v1::FurtherIndicator>) -> v1::RankGrowthRequest {
    v1::RankGrowthRequest { further_indicators: all, ..request("growth", "2015") }
}

#[tokio::test]
async fn rankings_are_compared_where_all_have_growth() {
    let idle = v1::FurtherIndicator { rank_order: v1::RankOrder::LowestFirst.into(), ..further("idle") };
    let response = answer(&tables(), with(vec![further("jobs"), idle])).await.unwrap();
    assert_eq!(response.ranked.len(), 5, "the ranking itself is of all");
    assert_eq!(codes(&response.warnings), ["AGREEMENT_OF_SOME_REGIONS"]);
    assert_eq!(response.warnings[0].regions, ["r5"]);
    let found = response.agreement.unwrap();
    let names: Vec<(&str, v1::RankOrder)> =
        found.indicators.iter().map(|own| (own.indicator.as_str(), own.rank_order())).collect();
    let (highest, lowest) = (v1::RankOrder::HighestFirst, v1::RankOrder::LowestFirst);
    assert_eq!(names, [("growth", highest), ("jobs", highest), ("idle", lowest)]);
    // Ranks of r1 to r4: 1 3 2 4 by growth, 2 4 3 1 by jobs, 1 3 2 4 by idleness, which is bad.
    let rows: Vec<(&str, f64, f64, Vec<f64>)> = (found.regions.iter())
        .map(|own| {
            (own.region.as_ref().unwrap().code.as_str(), own.aggregate_rank, own.mean_rank * 3.0, own.ranks.clone())
        })
        .collect();
    let expected = [
        ("r1", 1.0, vec![1.0, 2.0, 1.0]),
        ("r3", 2.0, vec![2.0, 3.0, 2.0]),
        ("r4", 3.0, vec![4.0, 1.0, 4.0]),
        ("r2", 4.0, vec![3.0, 4.0, 3.0]),
    ];
    for ((code, rank, sum, ranks), own) in expected.iter().map(|(a, b, c)| (a, b, c.iter().sum::<f64>(), c)).zip(&rows)
    {
        assert_eq!((*code, *rank, ranks), (own.0, own.1, &own.3));
        assert!(close(sum, own.2));
    }
    // S = (4 - 7.5)² + (10 - 7.5)² + (7 - 7.5)² + (9 - 7.5)² = 21, of 9 · 60 / 12 = 45 at most.
    assert!(close(found.kendall_w, 21.0 / 45.0) && close(found.chi_squared, 9.0 * 21.0 / 45.0));
    assert_eq!((found.degrees_of_freedom, found.correlations.len()), (3, 3));
    let pair = &found.correlations[1];
    assert_eq!((pair.first, pair.second, pair.kendall_tau), (0, 2, 1.0));
    assert!(close(found.correlations[0].kendall_tau, 0.0) && close(found.correlations[0].spearman, -0.2));
    assert!(close(found.mean_spearman.unwrap(), (3.0 * 21.0 / 45.0 - 1.0) / 2.0));
    assert!(found.regions[0].growth.iter().zip([0.09, 0.08, -0.1]).all(|(own, expected)| close(*own, expected)));
    let inputs = response.provenance.unwrap().further_inputs;
    assert_eq!(inputs.iter().map(|own| own.role.as_str()).collect::<Vec<_>>(), ["further", "further"]);
}

#[tokio::test]
async fn an_indicator_that_ranks_nobody_correlates_with_none() {
    let response = answer(&tables(), with(vec![further("flat")])).await.unwrap();
    let found = response.agreement.unwrap();
    assert_eq!((found.mean_spearman, found.correlations.len()), (None, 0));
    let mut request = with(vec![further("jobs")]);
    request.selection.as_mut().unwrap().regions = regions(&["r1"]);
    let response = answer(&tables(), request).await.unwrap();
    assert_eq!((response.agreement, codes(&response.warnings)), (None, vec!["NO_AGREEMENT"]));
}

#[tokio::test]
async fn chains_and_heads_are_of_each_indicator() {
    let money = v1::FurtherIndicator { growth_indicator: "growth".into(), ..further("money") };
    let per = v1::FurtherIndicator { denominator_indicator: "idle".into(), ..further("jobs") };
    let response = answer(&tables(), with(vec![money, per])).await.unwrap();
    let found = response.agreement.unwrap();
    let first = &found.regions[0];
    assert_eq!(first.region.as_ref().unwrap().code, "r1");
    assert!(close(first.growth[1], 0.09) && close(first.growth[2], 1.08 / 0.9 - 1.0), "{first:?}");
    assert_eq!(
        (found.indicators[1].growth_indicator.as_str(), found.indicators[2].denominator_indicator.as_str()),
        ("growth", "idle")
    );
    let inputs = response.provenance.unwrap().further_inputs;
    let roles: Vec<&str> = inputs.iter().map(|own| own.role.as_str()).collect();
    assert_eq!(roles, ["further", "further_chain", "further", "further_denominator"]);
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let nominal = further("money");
    let chained = v1::FurtherIndicator { growth_indicator: "jobs".into(), ..further("money") };
    let per = v1::FurtherIndicator { denominator_indicator: "growth".into(), ..further("jobs") };
    let unneeded = v1::FurtherIndicator { growth_indicator: "growth".into(), ..further("jobs") };
    let sideways = v1::FurtherIndicator { rank_order: 9, ..further("jobs") };
    for (own, field) in [
        (sideways, "rank_order"),
        (further(""), "indicator"),
        (chained, "growth_indicator"),
        (per, "denominator_indicator"),
        (unneeded, "growth_indicator"),
    ] {
        let refused = refusal(answer(&tables(), with(vec![further("jobs"), own])).await);
        assert_eq!(refused, invalid(&format!("further_indicators[1].{field}")));
    }
    let (_, fields) = refusal(answer(&tables(), with(vec![nominal.clone()])).await);
    assert_eq!(fields, ["further_indicators[0].growth_indicator", "further_indicators[0].allow_current_prices"]);
    let allowed = v1::FurtherIndicator { allow_current_prices: true, ..nominal };
    let response = answer(&tables(), with(vec![allowed])).await.unwrap();
    assert_eq!(codes(&response.warnings), ["NOMINAL_GROWTH", "AGREEMENT_OF_SOME_REGIONS"]);
    let (reason, fields) = refusal(answer(&tables(), with(vec![further("jbos")])).await);
    assert_eq!((reason.as_str(), fields), ("UNKNOWN_INDICATOR", vec!["further_indicators[0].indicator".to_owned()]));
    let many = vec![further("jobs"); 21];
    assert_eq!(refusal(answer(&tables(), with(many)).await), invalid("further_indicators"));
}
