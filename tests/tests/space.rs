//! The industry space of the 31 provinces, the engines found in the north-east in 2010 and what had come of them by 2016, and
//! what rests on how far apart regions are: what the README says, and figures of other programs on the bundled data.

use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, Shape};
use serde_json::{Value, json};

const NORTHEAST: [&str; 3] = ["210000", "220000", "230000"];

/// Friction by exp(-d/500 km), and of each band its pairs and their index.
const EXPONENTIAL: (f64, [(i64, f64); 4]) = (
    0.616_168_518_910_961_5,
    [
        (46, 0.655_385_763_267_235_2),
        (112, 0.621_974_755_897_437_8),
        (221, 0.548_006_073_633_981_6),
        (86, 0.475_486_287_823_227_6),
    ],
);

/// Friction by sizes over squared distances.
const GRAVITY: f64 = 0.674_579_586_077_222_6;

/// Industry, regions that have it, bandwidth in kilometres, and densities at 0, 500, 1000 and 2000 km.
const DENSITIES: [(&str, i32, f64, [f64; 4]); 2] = [
    ("B06", 30, 193.700_225_274_384_37, [2.540_013_719e-4, 7.400_841_904e-4, 5.455_325_005e-4, 1.160_876_091e-4]),
    ("C39", 29, 183.350_543_550_899_94, [1.410_927_498e-4, 4.752_009_248e-4, 8.698_638_699e-4, 8.171_518_040e-5]),
];

async fn ask(method: &str, request: &Value) -> Value {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    client.json(&format!("IndustryDivisionService/{method}"), request).await.unwrap()
}

fn divisions(periods: &[&str], extra: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_division", "missing": "MISSING_POLICY_AS_ZERO",
        "periods": {"list": {"periods": periods}}
    }});
    let Value::Object(extra) = extra else { panic!("fields of a request") };
    request.as_object_mut().unwrap().extend(extra);
    request
}

fn near(own: &Value, expected: f64, tolerance: f64) {
    assert!((own.as_f64().unwrap() - expected).abs() < tolerance, "{own} is not {expected}");
}

fn of<'a>(answer: &'a Value, region: &str) -> &'a Value {
    answer["regions"].as_array().unwrap().iter().find(|own| own["region"]["code"] == region).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_industry_space_is_what_the_readme_says() {
    let later = ask("MapRelatedness", &divisions(&["2015"], json!({}))).await;
    assert_eq!((later["links"].as_array().unwrap().len(), &later["communities"]), (69, &json!(6)));
    let both = ask("MapRelatedness", &divisions(&["2010", "2015"], json!({}))).await;
    let densities = [("210000", 0.463, 0.569), ("220000", 0.547, 0.584), ("230000", 0.381, 0.497)];
    for (region, before, after) in densities {
        near(&of(&both, region)["internalDensity"], before, 5e-4);
        near(&of(&later, region)["internalDensity"], after, 5e-4);
    }
    let changes = NORTHEAST.map(|region| {
        let count = |field: &str| of(&both, region)[field].as_i64().unwrap_or(0);
        (count("entries"), count("exits"))
    });
    assert_eq!(changes, [(4, 1), (1, 0), (3, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engines_of_2010_and_what_came_of_them_are_what_the_readme_says() {
    let northeast = json!({"codes": {"codes": NORTHEAST}});
    let mut request = divisions(&["2010"], json!({"outcomePeriod": "2016", "limit": 3}));
    request["selection"]["regions"] = northeast;
    let answer = ask("FindGrowthEngines", &request).await;
    let found = NORTHEAST.map(|region| {
        let engines = of(&answer, region)["engines"].as_array().unwrap().clone();
        let one = |own: &Value| (own["industry"]["code"].as_str().unwrap().to_owned(), own["entered"] == true);
        engines.iter().map(one).collect::<Vec<_>>()
    });
    let expected = [
        [("C42", false), ("C15", false), ("C36", true)],
        [("C37", true), ("C23", false), ("C35", false)],
        [("C42", false), ("C15", true), ("C36", false)],
    ];
    assert_eq!(found, expected.map(|engines| engines.map(|(code, entered)| (code.to_owned(), entered)).to_vec()));
    let outcome = &answer["outcome"];
    assert_eq!((&outcome["candidates"], &outcome["entries"]), (&json!(716), &json!(86)));
    near(&outcome["score"]["area"], 0.618, 5e-4);
    let alone = outcome["alone"].as_array().unwrap();
    let density = alone.iter().find(|own| own["criterion"] == "ENGINE_CRITERION_DENSITY").unwrap();
    near(&density["area"], 0.676, 5e-4);
    let warnings = answer["warnings"].as_array().unwrap();
    assert!(warnings.iter().any(|warning| warning["code"] == "WEIGHTS_UNPROVEN"), "{warnings:?}");
}

/// Friction by distances between the capitals, in bands: by loops over the bundled files in Python.
#[tokio::test(flavor = "multi_thread")]
async fn friction_falls_with_the_distance_of_capitals() {
    let asked = |weights: Value| {
        divisions(&["2015"], json!({"weights": weights, "mostPairs": 0, "distanceBandsKm": [500.0, 1000.0, 2000.0]}))
    };
    let exponential = ask("CompareStructures", &asked(json!({"exponential": {"distanceKm": 500.0}}))).await;
    near(&exponential["friction"]["index"], EXPONENTIAL.0, 1e-12);
    for (band, (pairs, index)) in exponential["friction"]["bands"].as_array().unwrap().iter().zip(EXPONENTIAL.1) {
        assert_eq!(band["pairs"], json!(pairs));
        near(&band["index"], index, 1e-12);
    }
    let gravity = ask("CompareStructures", &asked(json!({"gravity": {}}))).await;
    near(&gravity["friction"]["index"], GRAVITY, 1e-12);
}

/// Coal and electronics by the capitals of the regions that have them, weighed by jobs: densities by loops in Python.
#[tokio::test(flavor = "multi_thread")]
async fn industries_are_as_far_apart_as_their_regions() {
    let fields = json!({
        "plants": {"cells": true},
        "distances": {"atRegions": true, "bySize": true, "maxKm": 2000.0, "steps": 4, "draws": 99, "seed": 1}
    });
    let mut request = divisions(&["2015"], fields);
    request["selection"]["industries"] = json!({"codes": {"codes": ["B06", "C39"]}});
    let answer = ask("MeasureConcentration", &request).await;
    for (own, (code, plants, bandwidth, densities)) in
        answer["distanceDensities"].as_array().unwrap().iter().zip(DENSITIES)
    {
        assert_eq!((&own["industry"]["code"], &own["plants"]), (&json!(code), &json!(plants)));
        near(&own["bandwidthKm"], bandwidth, 1e-9 * bandwidth);
        let steps = own["steps"].as_array().unwrap();
        for (at, density) in [(0, densities[0]), (1, densities[1]), (2, densities[2]), (4, densities[3])] {
            // Distances are rounded, and densities interpolated.
            near(&steps[at]["density"], density, 1e-3 * density);
        }
    }
}
