//! The same calls against both shapes: answers are equal byte for byte, refusals in every detail.

use bytes::Bytes;
use growthpole_tests::call::{Client, Refused};
use growthpole_tests::process::{Growthpole, Shape};
use serde_json::{Value, json};

/// Calls of every service that the two shapes share. What names processes (WorkerService) is left to another test.
fn calls() -> Vec<(&'static str, Value)> {
    let china = json!({"dataset": "china-provinces"});
    let growth = |periods: Value, vintage: Value| {
        json!({"selection": {
            "dataset": "china-provinces", "indicator": "gdp_real_growth", "periods": periods, "vintage": vintage
        }})
    };
    let year = |year: &str| json!({"list": {"periods": [year]}});
    let structure = |indicator: &str, period: &str, extra: Value| {
        let mut request = json!({"selection": {
            "dataset": "china-provinces", "indicator": indicator, "periods": {"list": {"periods": [period]}}
        }});
        merge(&mut request, extra);
        request
    };
    vec![
        ("DatasetService/ListDatasets", json!({})),
        ("DatasetService/GetDataset", china.clone()),
        ("DatasetService/ListVintages", china.clone()),
        ("DatasetService/GetVintage", json!({"dataset": "china-provinces", "vintage": {"asOf": "2016-03-03"}})),
        (
            "DatasetService/DiffVintages",
            json!({"dataset": "china-provinces", "older": 2, "newer": 3, "indicators": ["gdp"]}),
        ),
        ("CatalogService/ListRegions", china.clone()),
        ("CatalogService/GetRegion", json!({"dataset": "china-provinces", "region": "230000"})),
        ("CatalogService/ListRegionGroups", china.clone()),
        ("CatalogService/ListIndustries", china.clone()),
        ("CatalogService/ListIndicators", china.clone()),
        ("CatalogService/ListEvents", china.clone()),
        (
            "CatalogService/ResolveRegions",
            json!({"dataset": "china-provinces", "texts": ["黑龙江", "CN-JL", "Lioaning"]}),
        ),
        ("CatalogService/GetAvailability", json!({"dataset": "china-provinces", "indicator": "employment_by_section"})),
        (
            "ObservationService/QueryObservations",
            json!({
                "filter": {"dataset": "china-provinces", "indicators": ["gdp", "population"]}, "pageSize": 500
            }),
        ),
        ("ObservationService/ExportVintage", json!({"dataset": "harbin-changchun", "format": "EXPORT_FORMAT_PARQUET"})),
        (
            "ObservationService/StreamObservations",
            json!({
                "filter": {"dataset": "harbin-changchun", "indicators": ["gdp"]}
            }),
        ),
        (
            "PanelService/GetPanel",
            json!({"selection": {
                "dataset": "china-provinces", "indicator": "employment_by_division",
                "benchmark": {"sumOfLevel": "PROVINCE"}
            }}),
        ),
        ("GrowthRankingService/RankGrowth", growth(year("2015"), json!({"asOf": "2016-03-03"}))),
        (
            "GrowthRankingService/RankGrowth",
            growth(json!({"range": {"start": "2008", "end": "2015"}}), json!({"number": 3})),
        ),
        (
            "GrowthRankingService/RankGrowth",
            json!({
                "selection": {"dataset": "china-provinces", "indicator": "gdp", "periods": year("2015"),
                              "vintage": {"number": 3}},
                "growthIndicator": "gdp_real_growth"
            }),
        ),
        (
            "GrowthRankingService/DecomposeGrowth",
            json!({"selection": {
                "dataset": "china-provinces", "indicator": "employment_by_division", "missing": "MISSING_POLICY_AS_ZERO",
                "periods": {"range": {"start": "2008", "end": "2016"}}
            }}),
        ),
        (
            "GrowthRankingService/DecomposeGrowth",
            json!({
                "selection": {
                    "dataset": "china-provinces", "indicator": "employment_by_section",
                    "missing": "MISSING_POLICY_AS_ZERO", "periods": {"range": {"start": "2008", "end": "2016"}}
                },
                "form": "SHIFT_SHARE_FORM_ARCELUS", "dynamic": true, "includeTotal": true,
                "prediction": "GROWTH_PREDICTION_LEAVE_ONE_OUT", "gap": {"closingYears": 5}
            }),
        ),
        (
            "GrowthRankingService/MeasureInequality",
            json!({
                "selection": {
                    "dataset": "china-provinces", "indicator": "gdp",
                    "periods": {"range": {"start": "2000", "end": "2019"}}
                },
                "series": {
                    "growthIndicator": "gdp_real_growth", "basePeriod": "2008", "denominatorIndicator": "population"
                },
                "weightIndicator": "population", "lorenzCurves": true, "permutations": 199, "seed": 5, "neighbours": {},
                "groups": [
                    {"name": "East", "group": "east"}, {"name": "Central", "group": "central"},
                    {"name": "West", "group": "west"}, {"name": "Northeast", "group": "northeast-three-provinces"}
                ]
            }),
        ),
        ("IndustryDivisionService/MeasureSpecialization", structure("employment_by_section", "2015", json!({}))),
        (
            "IndustryDivisionService/MeasureConcentration",
            structure(
                "employment_by_section",
                "2015",
                json!({
                    "selection": {"missing": "MISSING_POLICY_AS_ZERO"}, "base": {"indicator": "population"},
                    "plants": {"cells": true}, "coagglomerationPairs": 4, "colocation": {"draws": 199, "seed": "3"}
                }),
            ),
        ),
        (
            "IndustryDivisionService/MeasureEconomicBase",
            structure(
                "employment_by_section",
                "2015",
                json!({
                    "selection": {"missing": "MISSING_POLICY_AS_ZERO"},
                    "inputOutput": {
                        "table": {
                            "sectors": [{"code": "B"}, {"code": "C"}, {"code": "D"}],
                            "flows": [5, 40, 20, 10, 200, 10, 5, 30, 5], "outputs": [90, 600, 110]
                        },
                        "regionalization": {}
                    },
                    "areaRates": [
                        {"industry": "C", "resettled": 0.02, "areaPerJob": 150, "curve": "AREA_CURVE_LOGISTIC"}
                    ],
                    "areaTrend": {"first": "2010", "years": 3}
                }),
            ),
        ),
        (
            "IndustryDivisionService/MeasureSpecialization",
            json!({
                "selection": {
                    "dataset": "china-provinces", "indicator": "employment_by_division",
                    "periods": {"range": {"start": "2013", "end": "2015"}}, "missing": "MISSING_POLICY_AS_ZERO"
                },
                "bootstrap": {"draws": 200, "seed": 9}, "portfolio": {}, "omitAbsent": true
            }),
        ),
        (
            "IndustryDivisionService/CompareStructures",
            json!({
                "selection": {
                    "dataset": "china-provinces", "indicator": "employment_by_section",
                    "periods": {"range": {"start": "2013", "end": "2016"}}, "missing": "MISSING_POLICY_KEEP"
                },
                "weights": {"equal": {}}, "clusters": {"linkage": "CLUSTER_LINKAGE_WARD", "clusters": 4}, "mostPairs": 40
            }),
        ),
        (
            "IndustryDivisionService/CompareStructures",
            structure("employment_by_section", "2015", json!({"scope": "PAIR_SCOPE_NEIGHBOURS"})),
        ),
        (
            "IndustryDivisionService/CompareStructures",
            structure(
                "employment_by_division",
                "2015",
                json!({"selection": {"missing": "MISSING_POLICY_KEEP"}, "tradableThreshold": 0.1}),
            ),
        ),
        ("IndustryDivisionService/ProposeDivision", six_industries()),
        (
            "IndustryDivisionService/FindGrowthEngines",
            structure(
                "employment_by_division",
                "2010",
                json!({"selection": {"missing": "MISSING_POLICY_AS_ZERO"}, "outcomePeriod": "2016"}),
            ),
        ),
        (
            "IndustryDivisionService/AssessTransition",
            json!({
                "selection": {
                    "dataset": "china-provinces", "indicator": "employment_by_division",
                    "missing": "MISSING_POLICY_AS_ZERO", "periods": {"range": {"start": "2010", "end": "2015"}}
                },
                "indicators": {
                    "output": "gdp", "outputGrowth": "gdp_real_growth", "investment": "gross_fixed_capital_formation",
                    "investmentPrices": "investment_price_index", "depreciationRate": 0.096,
                    "employment": "employment_urban_units", "stateOwnedShare": "soe_share_assets"
                },
                "composite": [{"measure": "TRANSITION_MEASURE_RESOURCE_SHARE", "weight": 1.0}],
                "given": [{
                    "measure": "TRANSITION_MEASURE_CAPACITY_UTILIZATION", "region": "230000", "period": "2015", "value": 0.7
                }]
            }),
        ),
        (
            "IndustryDivisionService/MeasureConcentration",
            structure(
                "employment_by_section",
                "2015",
                json!({
                    "selection": {"missing": "MISSING_POLICY_AS_ZERO"}, "plants": {"cells": true},
                    "distances": {"atRegions": true, "bySize": true, "draws": 50, "seed": 3}
                }),
            ),
        ),
        // Refusals, from the API and from the workers.
        (
            "GrowthRankingService/TestConvergence",
            json!({"selection": {
                "dataset": "china-provinces", "indicator": "gdp",
                "periods": {"range": {"start": "2000", "end": "2019"}}
            }, "series": {
                "growthIndicator": "gdp_real_growth", "basePeriod": "2008", "denominatorIndicator": "population"
            }, "sigma": {}, "clubs": {}, "beta": {
                "weights": {}, "covariance": "BETA_COVARIANCE_HC1",
                "dummies": [{"name": "northeast", "codes": {"codes": ["210000", "220000", "230000"]}}]
            }}),
        ),
        ("GrowthRankingService/RankGrowth", growth(year("1900"), json!({}))),
        ("GrowthRankingService/RankGrowth", json!({})),
        ("IndustryDivisionService/ProposeDivision", structure("employment_by_division", "2015", json!({}))),
        ("CatalogService/GetRegion", json!({"dataset": "china-provinces", "region": "23000"})),
    ]
}

/// The division of the article: six industries between Heilongjiang and Jilin.
fn six_industries() -> Value {
    json!({
        "selection": {
            "dataset": "china-provinces", "indicator": "employment_by_division",
            "periods": {"list": {"periods": ["2015"]}},
            "regions": {"codes": {"codes": ["230000", "220000"]}},
            "industries": {"codes": {"codes": ["C13", "C14", "C34", "C35", "C36", "C37"]}}
        },
        "focuses": {"min": 3, "max": 3}
    })
}

fn merge(into: &mut Value, extra: Value) {
    match (into, extra) {
        (Value::Object(into), Value::Object(extra)) => {
            for (key, value) in extra {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, extra) => *into = extra,
    }
}

type Answers = Vec<Result<Vec<Bytes>, Refused>>;

async fn answers(endpoint: &str) -> Answers {
    let client = Client::connect(endpoint).await;
    let mut answers = Vec::new();
    for (path, request) in calls() {
        answers.push(client.raw(path, &request).await.map_err(Refused::from));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn both_shapes_answer_the_same_bytes() {
    let one = Growthpole::start(Shape::OneProcess);
    let many = Growthpole::start(Shape::SeparateWorkers);
    let first = answers(&one.endpoint).await;
    let second = answers(&many.endpoint).await;
    let again = answers(&many.endpoint).await;
    let refused = first.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(refused, 4, "the last four are refusals, and only they: {first:#?}");
    for (position, (path, request)) in calls().into_iter().enumerate() {
        assert_eq!(first[position], second[position], "{path} {request}");
        assert_eq!(second[position], again[position], "{path} {request}, asked again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_are_listed_with_where_they_run() {
    for (shape, in_process) in [(Shape::OneProcess, true), (Shape::SeparateWorkers, false)] {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let workers = client.json("WorkerService/ListWorkers", &json!({})).await.unwrap();
        let workers = workers["workers"].as_array().unwrap();
        let names: Vec<&str> = workers.iter().map(|worker| worker["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["growth-ranking", "industry-division"]);
        for worker in workers {
            assert_eq!(worker["state"], "WORKER_STATE_READY", "{worker}");
            assert_eq!(worker["endpoint"] == "in-process", in_process, "{worker}");
        }
        let methods = client.json("WorkerService/ListMethods", &json!({})).await.unwrap();
        let rank = methods["methods"].as_array().unwrap().iter().find(|method| method["name"] == "RankGrowth").unwrap();
        assert_eq!(rank["worker"], "growth-ranking");
        assert!(rank["documentation"].as_str().unwrap().starts_with("Ranks regions by growth"), "{rank}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_worker_is_said_to_be_lost_and_the_rest_goes_on() {
    let mut growthpole = Growthpole::start(Shape::SeparateWorkers);
    let client = Client::connect(&growthpole.endpoint).await;
    growthpole.kill("industry-division");
    let refused =
        Refused::from(client.raw("IndustryDivisionService/ProposeDivision", &six_industries()).await.unwrap_err());
    assert_eq!((refused.code, refused.reason.as_str()), (tonic::Code::Unavailable, "WORKER_UNAVAILABLE"));
    client.raw("DatasetService/ListDatasets", &json!({})).await.unwrap();
    let rank = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_real_growth", "periods": {"list": {"periods": ["2015"]}}
    }});
    client.raw("GrowthRankingService/RankGrowth", &rank).await.unwrap();
}
