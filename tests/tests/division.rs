//! The division plan on real data where brute force knows the answer, and clusters where scipy does.

use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, Shape};
use serde_json::{Value, json};

/// Four cities and three sectors, up to three homes each: with any friction that counts, sharing does not pay, and the best
/// of all 2744 plans is worth 1.2982.
#[tokio::test(flavor = "multi_thread")]
async fn friction_by_any_weights_leaves_the_best_plan_of_single_homes() {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    for weights in [json!({"equal": {}}), json!({"gravity": {}}), json!({"exponential": {"distanceKm": 200.0}})] {
        for friction in [2.0, 100.0] {
            let request = json!({
                "selection": {
                    "dataset": "harbin-changchun", "indicator": "gdp_by_sector",
                    "periods": {"list": {"periods": ["2017"]}},
                    "regions": {"codes": {"codes": ["220100", "230100", "230600", "230200"]}}
                },
                "homes": {"min": 1, "max": 3}, "frictionWeight": friction, "pairWeights": weights
            });
            let answer = client.json("IndustryDivisionService/ProposeDivision", &request).await.unwrap();
            let objective = answer["objective"].as_f64().unwrap();
            if friction > 2.0 || weights.get("equal").is_some() {
                assert!((objective - 1.2982).abs() < 5e-5, "{weights} {friction}: {objective}");
            }
            assert_sums(&answer);
        }
    }
}

/// The objective is what its parts say, and the margin what the cells say.
fn assert_sums(answer: &Value) {
    let number = |key: &str| answer[key].as_f64().unwrap();
    assert!((number("valueSum") - number("frictionSum") - number("objective")).abs() < 1e-9, "{answer}");
    let cells = answer["cells"].as_array().unwrap();
    let margins = cells.iter().filter_map(|cell| cell["margin"].as_f64());
    let smallest = margins.fold(f64::INFINITY, f64::min);
    assert_eq!(answer["margin"].as_f64().unwrap_or(f64::INFINITY), smallest);
}

/// Clusters of the provinces by their structures, as scipy's `linkage` has them.
#[tokio::test(flavor = "multi_thread")]
async fn provinces_cluster_as_in_another_program() {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    let request = |options: Value| {
        json!({
            "selection": {
                "dataset": "china-provinces", "indicator": "employment_by_division",
                "periods": {"list": {"periods": ["2015"]}}, "missing": "MISSING_POLICY_AS_ZERO"
            },
            "mostPairs": 0, "clusters": options
        })
    };
    let clusters = |answer: &Value| answer["clusters"].clone();
    let near = |own: &Value, expected: f64| {
        assert!((own.as_f64().unwrap() - expected).abs() < 5e-9, "{own} is not {expected}");
    };
    let options = json!({"clusters": 6});
    let answer = client.json("IndustryDivisionService/CompareStructures", &request(options)).await.unwrap();
    let average = clusters(&answer);
    assert_eq!((answer["pairCount"].as_i64(), answer["pairs"].as_array().map(Vec::len)), (Some(465), Some(0)));
    for (at, height) in [0.333_277_46, 0.369_154_8, 0.372_504_11].into_iter().enumerate() {
        near(&average["merges"][at]["height"], height);
    }
    near(&average["merges"][29]["height"], 1.357_958_17);
    near(&average["copheneticCorrelation"], 0.785_016_857_6);
    let of = |code: &str| {
        let order = average["order"].as_array().unwrap();
        order.iter().find(|own| own["region"]["code"] == code).unwrap()["cluster"].as_i64().unwrap()
    };
    // Jilin stands alone, Heilongjiang with the west, Liaoning with the large group.
    let alone: Vec<&Value> =
        average["order"].as_array().unwrap().iter().filter(|own| own["cluster"] == of("220000")).collect();
    assert_eq!((alone.len(), of("230000") == of("150000"), of("210000") == of("110000")), (1, true, true));

    let options = json!({"measure": "STRUCTURE_MEASURE_JENSEN_SHANNON", "linkage": "CLUSTER_LINKAGE_WARD"});
    let answer = client.json("IndustryDivisionService/CompareStructures", &request(options)).await.unwrap();
    for (at, height) in [(27, 0.803_481_78), (28, 0.937_953_62), (29, 1.359_610_66)] {
        near(&clusters(&answer)["merges"][at]["height"], height);
    }
}
