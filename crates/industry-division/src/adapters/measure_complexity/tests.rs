use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{Table, Tables, invalid, refusal, selection};
use v1::ComplexitySignRule;

use super::answer;

type Answer = Result<v1::MeasureComplexityResponse, tonic::Status>;

/// A chain: r1 has a, r2 a and b, r3 b and c, r4 c and d.
const ROWS: [(&str, &[f64]); 4] = [
    ("r2", &[4.0, 4.0, 0.0, 0.0]),
    ("r1", &[8.0, 0.0, 0.0, 0.0]),
    ("r3", &[0.0, 4.0, 4.0, 0.0]),
    ("r4", &[0.0, 0.0, 4.0, 4.0]),
];

fn table(rows: &[(&'static str, &[f64])]) -> Table {
    Table::new("jobs", &["2015"], rows).with_industries(&["a", "b", "c", "d"])
}

fn income() -> Table {
    Table::new("income", &["2015"], &[("r1", &[10.0]), ("r2", &[20.0]), ("r3", &[30.0]), ("r4", &[40.0])])
}

fn request(change: impl FnOnce(&mut v1::MeasureComplexityRequest)) -> v1::MeasureComplexityRequest {
    let mut request = v1::MeasureComplexityRequest {
        selection: Some(selection("jobs", "2015")),
        ..v1::MeasureComplexityRequest::default()
    };
    change(&mut request);
    request
}

async fn ask(table: Table, request: v1::MeasureComplexityRequest) -> Answer {
    let mut rates = table.clone().rates();
    rates.indicator.code = "rates".into();
    answer(&Tables(vec![table, income(), rates]), request, &Job::new()).await
}

fn codes(response: &v1::MeasureComplexityResponse) -> Vec<&str> {
    response.regions.iter().map(|region| region.region.as_ref().unwrap().code.as_str()).collect()
}

#[tokio::test]
async fn a_chain_is_ranked_along_itself() {
    let response = ask(table(&ROWS), request(|_| {})).await.unwrap();
    assert_eq!(codes(&response), ["r4", "r3", "r2", "r1"]);
    let ranks: Vec<i32> = response.regions.iter().map(|region| region.rank).collect();
    assert_eq!(ranks, [1, 2, 3, 4]);
    let spectrum = response.spectrum.unwrap();
    assert_eq!(spectrum.sign_rule(), ComplexitySignRule::Diversity);
    assert!(spectrum.residual < 1e-14 && spectrum.second_eigenvalue > spectrum.third_eigenvalue.unwrap());
    let last = &response.regions[3];
    assert_eq!((last.diversity, last.fitness, last.reflection, last.income_level), (1, None, None, None));
    // r1 lacks b, c and d; b is the only one it is near to.
    assert_eq!(last.best_gains.len(), 3);
    assert_eq!(last.best_gains[2].density, Some(0.0));
    let mean: f64 = response.regions.iter().map(|region| region.index).sum();
    assert!(mean.abs() < 1e-12 && response.gains.is_empty());
}

#[tokio::test]
async fn what_is_asked_for_beside_is_answered() {
    let asked = request(|request| {
        request.reflection_steps = Some(2);
        request.fitness = Some(v1::FitnessRule { iterations: Some(3), ..Default::default() });
        request.income_indicator = "income".into();
        request.external = vec![v1::ExternalComplexity { industry: "a".into(), complexity: 2.0 }];
        request.outlook = Some(v1::OutlookRule { with_gains: true, standardize: true, ..Default::default() });
    });
    let response = ask(table(&ROWS), asked).await.unwrap();
    let region = |code: &str| response.regions.iter().find(|of| of.region.as_ref().unwrap().code == code).unwrap();
    // r1 has a, whose regions have 1 and 2 industries: 1.5.
    assert_eq!(region("r1").reflection, Some(1.5));
    // a is all of r1 and half of r2: (10 + 20/2)/1.5.
    assert!((region("r1").income_level.unwrap() - 20.0 / 1.5).abs() < 1e-12);
    assert_eq!((region("r2").external, region("r2").external_coverage), (Some(2.0), Some(0.5)));
    assert_eq!((region("r4").external, region("r4").external_coverage), (None, Some(0.0)));
    assert_eq!((region("r2").external_by_amount, region("r4").external_by_amount), (Some(2.0), None));
    let a = response.industries.iter().find(|of| of.industry.as_ref().unwrap().code == "a").unwrap();
    let (in_r2, in_r1) = (ROWS[0].1[0], ROWS[1].1[0]);
    let income = (10.0 * in_r1 + 20.0 * in_r2) / (in_r1 + in_r2);
    assert!((a.income_by_amount.unwrap() - income).abs() < 1e-12);
    let report = response.fitness.as_ref().unwrap();
    assert_eq!((report.iterations, report.converged), (3, false));
    assert!(response.warnings.iter().any(|warning| warning.code == "FITNESS_NOT_CONVERGED"));
    assert_eq!((response.gains.len(), response.gain_industries.len()), (4, 4));
    let outlooks: f64 = response.regions.iter().map(|region| region.outlook).sum();
    assert!(outlooks.abs() < 1e-12, "standardised");
    assert_eq!(response.provenance.unwrap().further_inputs[0].role, "income");
}

/// economiccomplexity's `productivity_levels` takes the first income for that of the first region, whatever their names.
#[tokio::test]
async fn incomes_are_matched_by_code_and_not_by_position() {
    let asked = request(|request| request.income_indicator = "income".into());
    let levels = |response: v1::MeasureComplexityResponse| {
        response.regions.into_iter().map(|row| (row.region.unwrap().code, row.income_level)).collect::<Vec<_>>()
    };
    let mut reversed = income();
    reversed.rows.reverse();
    let tables = Tables(vec![table(&ROWS), reversed]);
    let other = levels(answer(&tables, asked.clone(), &Job::new()).await.unwrap());
    assert_eq!(levels(ask(table(&ROWS), asked).await.unwrap()), other);
    assert!(other.iter().all(|(_, level)| level.is_some()));
}

#[tokio::test]
async fn a_network_in_parts_is_refused_with_its_components_or_cut_to_the_largest() {
    let parts: [(&str, &[f64]); 4] = [
        ("r1", &[4.0, 1.0, 0.0, 0.0]),
        ("r2", &[4.0, 4.0, 0.0, 0.0]),
        ("r3", &[1.0, 4.0, 0.0, 0.0]),
        ("r4", &[0.0, 0.0, 4.0, 4.0]),
    ];
    let refused = ask(table(&parts), request(|_| {})).await.unwrap_err();
    assert!(refused.message().contains("2 components"), "{}", refused.message());
    let cut = ask(table(&parts), request(|request| request.largest_component = true)).await;
    // What is left is a chain that both ends of look alike: nothing tells which is complex.
    let left = cut.unwrap_err();
    assert!(left.message().contains("neither diversity nor ubiquity"), "{}", left.message());
}

#[tokio::test]
async fn amounts_per_head_make_present_as_well() {
    let rule = v1::PresenceRule { population_indicator: "income".into(), threshold: Some(0.5), ..Default::default() };
    let response = ask(table(&ROWS), request(|request| request.presence = Some(rule))).await.unwrap();
    let base = response.base.unwrap();
    assert_eq!((base.population_indicator.as_str(), base.threshold), ("income", 0.5));
    let wrong = v1::PresenceRule { population_indicator: "jobs".into(), ..Default::default() };
    let refused = ask(table(&ROWS), request(|request| request.presence = Some(wrong))).await;
    assert_eq!(refusal(refused), invalid("presence.population_indicator"));
}

/// What the options of ecomplexity 0.5.3 are compared on.
const COMPARED: [(&str, &[f64]); 5] = [
    ("r1", &[8.0, 5.0, 1.0, 1.0]),
    ("r2", &[4.0, 4.0, 2.0, 1.0]),
    ("r3", &[1.0, 4.0, 4.0, 2.0]),
    ("r4", &[1.0, 1.0, 4.0, 4.0]),
    ("r5", &[3.0, 1.0, 1.0, 6.0]),
];

fn pairs(pairs: &[(&str, &str, f64)]) -> Vec<v1::GivenRelatedness> {
    let pair = |&(first, second, relatedness): &(&str, &str, f64)| v1::GivenRelatedness {
        first: first.into(),
        second: second.into(),
        relatedness,
    };
    pairs.iter().map(pair).collect()
}

const GIVEN: [(&str, &str, f64); 6] =
    [("a", "b", 0.9), ("a", "c", 0.2), ("a", "d", 0.1), ("b", "c", 0.5), ("b", "d", 0.3), ("c", "d", 0.7)];

/// Outlooks of r1, r3 and r4, the gain of r1 by c and of r4 by a, and the density of c in r1: of `ecomplexity(continuous=True)`,
/// `(asymmetric=True)` and `(proximity_edgelist=…)` of the pairs above, both ways (with 1 of an industry to itself) and one way.
#[tokio::test]
async fn outlooks_by_other_relatedness_are_those_of_ecomplexity() {
    use v1::{DensityWeight, RelatednessMeasure as Measure};
    type Change = fn(&mut v1::OutlookRule);
    let cases: [(Change, Measure, [f64; 5]); 4] = [
        (
            |rule| (rule.measure, rule.density_weight) = (Measure::Correlation.into(), DensityWeight::Quotient.into()),
            Measure::Correlation,
            [-0.7926909635556414, -0.40506958455413866, 1.3306993588572817, -0.7501743509059525, 0.7534998714205369],
        ),
        (
            |rule| rule.measure = Measure::Conditional.into(),
            Measure::Conditional,
            [-0.773681366569355, 0.6552357089168784, 1.6658083907911863, -0.8120876286302786, 0.7672153463862182],
        ),
        (
            |rule| rule.given = pairs(&GIVEN),
            Measure::Given,
            [-0.9779804461078224, -0.1459434906094919, 1.705477964144417, -0.7626704098165239, 0.7194804559960483],
        ),
        (
            |rule| (rule.given, rule.given_one_way) = (pairs(&GIVEN), true),
            Measure::Given,
            [-0.7119696272641456, 1.3292146250112866, 1.0997169609316084, -0.3488274269206212, 0.47734890390169915],
        ),
    ];
    for (change, measure, expected) in cases {
        let mut rule = v1::OutlookRule {
            include_self: true,
            keep_lost: true,
            standardize: true,
            with_gains: true,
            ..Default::default()
        };
        change(&mut rule);
        let response = ask(table(&COMPARED), request(|request| request.outlook = Some(rule))).await.unwrap();
        assert_eq!(response.measure(), measure);
        let outlook = |code: &str| {
            let own = |row: &&v1::RegionComplexity| row.region.as_ref().unwrap().code == code;
            response.regions.iter().find(own).unwrap().outlook
        };
        let gains = [response.gains[0].values[2], response.gains[3].values[0]];
        let found = [outlook("r1"), outlook("r3"), outlook("r4"), gains[0], gains[1]];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{measure:?}: {found} instead of {expected}");
        }
    }
}

#[tokio::test]
async fn only_the_nearest_count_where_they_are_asked_for() {
    let asked = |nearest| {
        let rule = v1::OutlookRule { given: pairs(&GIVEN), nearest, best: Some(1), ..Default::default() };
        request(|request| request.outlook = Some(rule))
    };
    let density = |response: &v1::MeasureComplexityResponse, code: &str| {
        let row = response.regions.iter().find(|row| row.region.as_ref().unwrap().code == code).unwrap();
        row.best_gains[0].density.unwrap()
    };
    let one = ask(table(&COMPARED), asked(Some(1))).await.unwrap();
    // r5 has d alone; the nearest of a is b, of b a, and of c d.
    let row = one.regions.iter().find(|row| row.region.as_ref().unwrap().code == "r5").unwrap();
    assert!([0.0, 1.0].contains(&row.best_gains[0].density.unwrap()));
    let all = ask(table(&COMPARED), asked(None)).await.unwrap();
    assert!(density(&all, "r5") > 0.0 && density(&all, "r5") < 1.0);
    assert_eq!(ask(table(&COMPARED), asked(Some(3))).await.unwrap(), all);
}

/// Counted by hand-written loops over location quotients: 54 quadruples of unequal indices (r1 and r2 have the same
/// industries), of which 37 hold and 6 are equal.
#[tokio::test]
async fn log_supermodularity_is_counted_where_it_is_asked_for() {
    let rule = v1::SupermodularityRule { quadruples: None, seed: 3 };
    let response = ask(table(&COMPARED), request(|request| request.supermodularity = Some(rule))).await.unwrap();
    let found = response.supermodularity.unwrap();
    assert_eq!((found.compared, found.holds, found.equal), (54, Some(37.0 / 54.0), Some(6.0 / 54.0)));
    assert_eq!((found.standard_error, response.provenance.unwrap().seed), (None, Some(3)));
    let without = ask(table(&COMPARED), request(|_| {})).await.unwrap();
    assert_eq!((without.supermodularity, without.provenance.unwrap().seed), (None, None));
}

fn present(regions: &[(&str, &[&str])]) -> Vec<v1::GivenPresence> {
    let of = |(region, industries): &(&str, &[&str])| v1::GivenPresence {
        region: (*region).to_owned(),
        industries: industries.iter().map(|code| (*code).to_owned()).collect(),
    };
    regions.iter().map(of).collect()
}

#[tokio::test]
async fn presences_may_be_given_and_then_amounts_do_not_tell() {
    let chain: [(&str, &[&str]); 5] =
        [("r1", &["a", "b"]), ("r2", &["b", "a"]), ("r3", &["b", "c"]), ("r4", &["c", "d"]), ("r5", &["d"])];
    let by_quotients = ask(table(&COMPARED), request(|_| {})).await.unwrap();
    let rule = v1::PresenceRule { given: present(&chain), ..Default::default() };
    let given = ask(table(&COMPARED), request(|request| request.presence = Some(rule))).await.unwrap();
    assert_eq!((&given.regions, &given.industries), (&by_quotients.regions, &by_quotients.industries));
    let base = given.base.unwrap();
    assert_eq!((base.given, base.threshold, base.sum_of_level.as_str()), (true, 0.0, ""));
    // What is not named has nothing.
    let rule = v1::PresenceRule { given: present(&chain[..4]), ..Default::default() };
    let fewer = ask(table(&COMPARED), request(|request| request.presence = Some(rule))).await.unwrap();
    let left: Vec<(&str, &str)> =
        fewer.left_out.iter().map(|own| (own.region.as_ref().unwrap().code.as_str(), own.reason.as_str())).collect();
    assert_eq!(left, [("r5", "ABSENT")]);
}

/// By hand: per head r2 reaches c and r5 reaches a as well, whose location quotients are below 1; by both, neither is present.
#[tokio::test]
async fn amounts_per_head_and_quotients_may_both_have_to_be_reached() {
    let heads = Table::new(
        "heads",
        &["2015"],
        &[("r1", &[20.0][..]), ("r2", &[10.0]), ("r3", &[10.0]), ("r4", &[10.0]), ("r5", &[10.0])],
    );
    let asked = |quotient_threshold| {
        let rule = v1::PresenceRule { population_indicator: "heads".into(), quotient_threshold, ..Default::default() };
        request(|request| request.presence = Some(rule))
    };
    let tables = Tables(vec![table(&COMPARED), heads]);
    let diversity = |response: &v1::MeasureComplexityResponse| {
        let mut all: Vec<(String, i32)> =
            response.regions.iter().map(|row| (row.region.as_ref().unwrap().code.clone(), row.diversity)).collect();
        all.sort();
        all.into_iter().map(|(_, count)| count).collect::<Vec<_>>()
    };
    let heads_alone = answer(&tables, asked(None), &Job::new()).await.unwrap();
    assert_eq!(diversity(&heads_alone), [2, 3, 2, 2, 2]);
    let both = answer(&tables, asked(Some(1.0)), &Job::new()).await.unwrap();
    assert_eq!(diversity(&both), [2, 2, 2, 2, 1]);
    assert_eq!(both.base.unwrap().quotient_threshold, Some(1.0));
}

#[tokio::test]
async fn presences_that_are_none_are_refused_by_field() {
    let rule = |change: fn(&mut v1::PresenceRule)| {
        let mut rule = v1::PresenceRule::default();
        change(&mut rule);
        rule
    };
    let cases = [
        ("presence.quotient_threshold", rule(|rule| rule.quotient_threshold = Some(1.0))),
        (
            "presence.quotient_threshold",
            rule(|rule| (rule.quotient_threshold, rule.population_indicator) = (Some(f64::NAN), "income".into())),
        ),
        ("presence.given", rule(|rule| (rule.given, rule.threshold) = (present(&[("r1", &["a"])]), Some(1.0)))),
        ("presence.given", rule(|rule| rule.given = present(&[("r1", &["a"]), ("r1", &["b"])]))),
        ("presence.given[0].region", rule(|rule| rule.given = present(&[("r9", &["a"])]))),
        ("presence.given[0].industries[1]", rule(|rule| rule.given = present(&[("r1", &["a", "x"])]))),
        ("presence.given[1].industries[1]", rule(|rule| rule.given = present(&[("r1", &["a"]), ("r2", &["a", "a"])]))),
    ];
    for (field, rule) in cases {
        let refused = ask(table(&ROWS), request(|request| request.presence = Some(rule))).await;
        assert_eq!(refusal(refused), invalid(field), "{field}");
    }
}

#[tokio::test]
async fn bad_input_is_refused_by_field() {
    type Change = fn(&mut v1::MeasureComplexityRequest);
    let fitness = |change: fn(&mut v1::FitnessRule)| {
        let mut rule = v1::FitnessRule::default();
        change(&mut rule);
        Some(rule)
    };
    let cases: [(&str, Change); 13] = [
        ("selection.indicator", |r| r.selection.as_mut().unwrap().indicator = "rates".into()),
        ("presence.threshold", |r| r.presence = Some(v1::PresenceRule { threshold: Some(-1.0), ..Default::default() })),
        ("scale", |r| r.scale = 99),
        ("reflection_steps", |r| r.reflection_steps = Some(0)),
        ("outlook.best", |r| r.outlook = Some(v1::OutlookRule { best: Some(-1), ..Default::default() })),
        ("outlook.measure", |r| r.outlook = Some(v1::OutlookRule { measure: 99, ..Default::default() })),
        ("outlook.nearest", |r| r.outlook = Some(v1::OutlookRule { nearest: Some(0), ..Default::default() })),
        ("outlook.given", |r| {
            r.outlook = Some(v1::OutlookRule { given: pairs(&[("a", "x", 1.0)]), ..Default::default() });
        }),
        ("supermodularity.quadruples", |r| {
            r.supermodularity = Some(v1::SupermodularityRule { quadruples: Some(999), seed: 0 });
        }),
        ("income_indicator", |r| r.income_indicator = "jobs".into()),
        ("external[0].industry", |r| {
            r.external = vec![v1::ExternalComplexity { industry: "x".into(), complexity: 1.0 }];
        }),
        ("external[0].complexity", |r| {
            r.external = vec![v1::ExternalComplexity { industry: "a".into(), complexity: f64::NAN }];
        }),
        ("external[1].industry", |r| {
            r.external = vec![v1::ExternalComplexity { industry: "a".into(), complexity: 1.0 }; 2];
        }),
    ];
    for (field, change) in cases {
        assert_eq!(refusal(ask(table(&ROWS), request(change)).await), invalid(field), "{field}");
    }
    for (field, rule) in [
        ("fitness.iterations", fitness(|rule| rule.iterations = Some(0))),
        ("fitness.tolerance", fitness(|rule| rule.tolerance = Some(-1.0))),
        ("fitness.extremality", fitness(|rule| rule.extremality = Some(0.0))),
    ] {
        assert_eq!(refusal(ask(table(&ROWS), request(|r| r.fitness = rule)).await), invalid(field), "{field}");
    }
}
