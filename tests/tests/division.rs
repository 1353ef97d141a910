//! The division plan on real data where brute force knows the answer.

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
