//! What answers say of their own certainty, on the bundled data, over real sockets: robust tests of breaks, sets of ranks that hold
//! for all regions at once, how far back a chain remembers, and what densities rest on.

use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, Shape};
use serde_json::{Value, json};

const NORTHEAST: [&str; 3] = ["210000", "220000", "230000"];

async fn ask(method: &str, request: Value) -> Value {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    client.json(method, &request).await.unwrap()
}

fn near(own: &Value, expected: f64) {
    let own = own.as_f64().unwrap_or_else(|| panic!("{own} is no number"));
    assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
}

fn selection(indicator: &str, first: &str, last: &str) -> Value {
    json!({
        "dataset": "china-provinces", "indicator": indicator, "vintage": {"number": 3},
        "periods": {"range": {"start": first, "end": last}}
    })
}

/// Statistics by numpy with full matrices of regressors and their covariance, autocovariances lag by lag. That growth in the
/// north-east broke in 2014 does not hang on errors that are independent and of one variance.
#[tokio::test(flavor = "multi_thread")]
async fn the_break_of_the_northeast_is_robust() {
    let expected = [
        ("BREAK_ERRORS_HETEROSKEDASTIC", [48.889_430_812_224_49, 44.700_747_706_660_9, 124.313_908_951_595_66]),
        ("BREAK_ERRORS_AUTOCORRELATED", [56.385_812_873_507_63, 23.295_568_711_719_397, 65.789_278_409_301_46]),
        (
            "BREAK_ERRORS_HETEROSKEDASTIC_AUTOCORRELATED",
            [34.845_510_061_554_69, 53.270_349_532_489_504, 113.988_445_684_707_54],
        ),
    ];
    for (errors, statistics) in expected {
        let mut selection = selection("gdp_real_growth", "2000", "2019");
        selection["regions"] = json!({"codes": {"codes": NORTHEAST}});
        let request = json!({"selection": selection, "breaks": {"errors": errors}});
        let answer = ask("GrowthRankingService/DetectTurningPoints", request).await;
        for (row, statistic) in answer["regions"].as_array().unwrap().iter().zip(statistics) {
            let first = &row["breaks"]["tests"][0];
            assert_eq!((&row["breaks"]["errors"], &first["kind"]), (&json!(errors), &json!("BREAK_TEST_KIND_SUP_F")));
            near(&first["statistic"], statistic);
            assert!(first["pValue"].as_f64().unwrap() <= 0.05, "{errors}: {row}");
            assert_eq!(row["breaks"]["numbers"][1]["firstAfter"], json!(["2014"]));
        }
    }
}

/// Contingency tables by scipy: the quintiles of GDP per head depend on the class before, and not on the one before that.
#[tokio::test(flavor = "multi_thread")]
async fn quintiles_of_gdp_per_head_remember_one_year() {
    let request = json!({"selection": selection("gdp_per_capita", "2000", "2019"), "markov": {"highestOrder": 3}});
    let answer = ask("GrowthRankingService/TrackRanks", request).await;
    let orders = answer["markov"]["orders"].as_array().unwrap();
    let expected = [
        (589, 1_864.577_485_380_117, 1_501.530_084_164_921, 16),
        (558, 7.231_366_026_166_366, 10.807_186_692_293_437, 14),
        (527, 5.794_997_930_033_767, 8.662_040_868_128_697, 16),
    ];
    assert_eq!(orders.len(), expected.len());
    for (own, (transitions, q, ratio, degrees)) in orders.iter().zip(expected) {
        assert_eq!((&own["transitions"], &own["q"]["degreesOfFreedom"]), (&json!(transitions), &json!(degrees)));
        near(&own["q"]["statistic"], q);
        near(&own["likelihoodRatio"]["statistic"], ratio);
    }
    near(&orders[1]["q"]["p"], 0.925_424_269_621_548_9);
    let state = &answer["markov"]["states"][0];
    let (p, n) = (state["probabilities"][0].as_f64().unwrap(), 19.0 * 7.0);
    near(&state["standardErrors"][0], (p * (1.0 - p) / n).sqrt());
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_of_all_ranks_hold_those_of_single_ones() {
    let request = json!({
        "selection": selection("gdp_real_growth", "2001", "2019"),
        "uncertainty": {"bootstrap": {}, "draws": 500, "seed": 1, "confidenceSets": true, "simultaneousSets": true}
    });
    let answer = ask("GrowthRankingService/RankGrowth", request).await;
    let ranked = answer["ranked"].as_array().unwrap();
    assert_eq!(ranked.len(), 31);
    let mut wider = 0;
    for row in ranked {
        let number = |key: &str| row["uncertainty"][key].as_i64().unwrap();
        let (lower, upper) = (number("simultaneousLower"), number("simultaneousUpper"));
        assert!(1 <= lower && lower <= number("setLower") && number("setUpper") <= upper && upper <= 31, "{row}");
        wider += i32::from(lower < number("setLower") || upper > number("setUpper"));
    }
    assert!(wider > 10, "of all regions at once less can be said: {wider}");
}

/// One pair of industries is related: each is as near as the other is present, and all else is near to nothing.
#[tokio::test(flavor = "multi_thread")]
async fn densities_rest_on_the_relatedness_that_is_given() {
    let request = json!({
        "selection": {
            "dataset": "china-provinces", "indicator": "employment_by_division", "missing": "MISSING_POLICY_AS_ZERO",
            "periods": {"list": {"periods": ["2015"]}}
        },
        "given": [{"first": "C14", "second": "C13", "relatedness": 0.6}], "withDensities": true, "nearest": 3
    });
    let answer = ask("IndustryDivisionService/MapRelatedness", request).await;
    assert_eq!(
        (&answer["measure"], answer["links"].as_array().unwrap().len()),
        (&json!("RELATEDNESS_MEASURE_GIVEN"), 1)
    );
    let industries = answer["industries"].as_array().unwrap();
    let place = |code: &str| industries.iter().position(|own| own["code"] == code).unwrap();
    for (row, region) in answer["densities"].as_array().unwrap().iter().zip(answer["regions"].as_array().unwrap()) {
        let has = |code: &str| f64::from(u8::from(region["present"].as_array().unwrap().contains(&json!(code))));
        assert_eq!(row["values"][place("C13")].as_f64(), Some(has("C14")), "{region}");
        assert_eq!(row["values"][place("C14")].as_f64(), Some(has("C13")), "{region}");
        assert_eq!(row["values"][place("C36")], json!("NaN"));
    }
}

/// All forms of a location quotient have an interval around them.
#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_quotient_has_its_interval() {
    let request = json!({
        "selection": {
            "dataset": "china-provinces", "indicator": "employment_by_division", "missing": "MISSING_POLICY_AS_ZERO",
            "periods": {"list": {"periods": ["2015"]}}, "industries": {"codes": {"codes": ["C36"]}}
        },
        "bootstrap": {"draws": 999}
    });
    let answer = ask("IndustryDivisionService/MeasureSpecialization", request).await;
    let cells = answer["cells"].as_array().unwrap();
    let cell = cells.iter().find(|cell| cell["region"]["code"] == "220000").unwrap();
    near(&cell["locationQuotient"], 4.151_221_899_304_887);
    for form in ["locationQuotient", "symmetric", "logarithmic", "standardized", "additive", "weighted"] {
        let (own, ends) = (cell[form].as_f64().unwrap(), &cell["intervals"][form]);
        assert!(ends["lower"].as_f64().unwrap() < own && own < ends["upper"].as_f64().unwrap(), "{form}: {cell}");
    }
}

/// Classes that an answer shows make the same chains when they are sent back, also among neighbours with their commonest class.
#[tokio::test(flavor = "multi_thread")]
async fn classes_that_are_sent_back_make_the_same_chains() {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    let track = |markov: Value, spatial: Value| {
        json!({
            "selection": selection("gdp_per_capita", "2000", "2019"), "permutations": 99, "seed": "7",
            "markov": markov, "spatialMarkov": spatial
        })
    };
    let ask = async |request: Value| client.json("GrowthRankingService/TrackRanks", &request).await.unwrap();
    let made = ask(track(json!({}), json!({"categoricalLag": {}}))).await;
    let paths = made["paths"].as_array().unwrap();
    let regions: Vec<Value> = (paths.iter())
        .map(|path| {
            let classes: Vec<&Value> = path["ranks"].as_array().unwrap().iter().map(|own| &own["class"]).collect();
            json!({"region": path["region"]["code"], "classes": classes})
        })
        .collect();
    let given = json!({"given": {"regions": regions}});
    let sent = ask(track(json!({"classes": given}), json!({"classes": given}))).await;
    for field in ["states", "ergodic", "mobility"] {
        assert_eq!(sent["markov"][field], made["markov"][field], "{field}");
    }
    let unsorted = (&json!("CLASS_BASIS_UNSPECIFIED"), &json!([]));
    assert_eq!((&sent["markov"]["basis"], &sent["markov"]["cutOffs"]), unsorted);
    let spatial = |answer: &Value, field: &str| answer["spatialMarkov"][field].clone();
    // Hainan has no neighbours, and quintiles are those of the regions that have: the classes differ where it stood between.
    assert_eq!(spatial(&sent, "regions"), spatial(&made, "regions"));
    assert_eq!(spatial(&sent, "categoricalLag")["ties"], json!("CATEGORICAL_LAG_TIES_OWN_CLASS_THEN_DRAWN"));
    // Every permutation moves classes: what it finds scatters.
    assert!(spatial(&sent, "test")["deviation"].as_f64().unwrap() > 1.0, "{}", spatial(&sent, "test"));
    assert_eq!(sent["provenance"]["seed"], json!(7));
}

/// The north-east is projected from ten to twenty years, from which smoothing constants are far from known: intervals of the formula
/// hold less of what came than they say, and those that know it hold more.
#[tokio::test(flavor = "multi_thread")]
async fn intervals_of_the_northeast_know_that_parameters_are_estimates() {
    let mut selection = selection("gdp", "2000", "2019");
    selection["regions"] = json!({"codes": {"codes": NORTHEAST}});
    let request = json!({
        "selection": selection, "horizon": 5, "method": "PROJECTION_METHOD_HOLT",
        "parameterUncertainty": {"draws": 400, "backtestDraws": 100, "seed": "3"}
    });
    let answer = ask("GrowthRankingService/ProjectGrowth", request).await;
    for region in answer["regions"].as_array().unwrap() {
        let last = &region["values"][4]["intervalsWithParameters"];
        let end = |level: usize, name: &str| last[level][name].as_f64().unwrap();
        assert!(end(1, "lower") <= end(0, "lower") && end(0, "upper") <= end(1, "upper"), "{region}");
        let errors = &region["backtest"]["errors"];
        let coverage = |name: &str, level: usize| errors[name][level].as_f64().unwrap();
        assert!(coverage("coverageWithParameters", 0) > coverage("coverage", 0), "{region}");
        assert!(coverage("coverageWithParameters", 1) > coverage("coverage", 1), "{region}");
        assert_eq!(region["backtest"]["naive"]["coverageWithParameters"], json!([]));
    }
}
