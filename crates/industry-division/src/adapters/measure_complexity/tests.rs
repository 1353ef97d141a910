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
    let report = response.fitness.as_ref().unwrap();
    assert_eq!((report.iterations, report.converged), (3, false));
    assert!(response.warnings.iter().any(|warning| warning.code == "FITNESS_NOT_CONVERGED"));
    assert_eq!((response.gains.len(), response.gain_industries.len()), (4, 4));
    let outlooks: f64 = response.regions.iter().map(|region| region.outlook).sum();
    assert!(outlooks.abs() < 1e-12, "standardised");
    assert_eq!(response.provenance.unwrap().further_inputs[0].role, "income");
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
    let rule = v1::PresenceRule { population_indicator: "income".into(), threshold: Some(0.5) };
    let response = ask(table(&ROWS), request(|request| request.presence = Some(rule))).await.unwrap();
    let base = response.base.unwrap();
    assert_eq!((base.population_indicator.as_str(), base.threshold), ("income", 0.5));
    let wrong = v1::PresenceRule { population_indicator: "jobs".into(), threshold: None };
    let refused = ask(table(&ROWS), request(|request| request.presence = Some(wrong))).await;
    assert_eq!(refusal(refused), invalid("presence.population_indicator"));
}

#[tokio::test]
async fn bad_input_is_refused_by_field() {
    type Change = fn(&mut v1::MeasureComplexityRequest);
    let fitness = |change: fn(&mut v1::FitnessRule)| {
        let mut rule = v1::FitnessRule::default();
        change(&mut rule);
        Some(rule)
    };
    let cases: [(&str, Change); 9] = [
        ("selection.indicator", |r| r.selection.as_mut().unwrap().indicator = "rates".into()),
        ("presence.threshold", |r| r.presence = Some(v1::PresenceRule { threshold: Some(-1.0), ..Default::default() })),
        ("scale", |r| r.scale = 99),
        ("reflection_steps", |r| r.reflection_steps = Some(0)),
        ("outlook.best", |r| r.outlook = Some(v1::OutlookRule { best: Some(-1), ..Default::default() })),
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
