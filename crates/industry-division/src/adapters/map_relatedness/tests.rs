use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, invalid, refusal, selection};
use v1::RelatednessMeasure as Measure;
use v1::link_rule::By;

use super::answer;

type Answer = Result<v1::MapRelatednessResponse, tonic::Status>;

/// Location quotients of 1 and more where amounts are 4, of less where they are 1.
const ROWS: [(&str, &[f64]); 4] = [
    ("r2", &[4.0, 1.0, 1.0, 4.0]),
    ("r1", &[4.0, 4.0, 1.0, 1.0]),
    ("r3", &[1.0, 4.0, 4.0, 1.0]),
    ("r4", &[1.0, 1.0, 4.0, 4.0]),
];

fn table(rows: &[(&'static str, &[f64])]) -> Table {
    Table::new("jobs", &["2015"], rows).with_industries(&["a", "b", "c", "d"])
}

fn request(change: impl FnOnce(&mut v1::MapRelatednessRequest)) -> v1::MapRelatednessRequest {
    let mut request = v1::MapRelatednessRequest {
        selection: Some(selection("jobs", "2015")),
        with_matrix: true,
        with_densities: true,
        ..v1::MapRelatednessRequest::default()
    };
    change(&mut request);
    request
}

async fn ask(table: Table, request: v1::MapRelatednessRequest) -> Answer {
    let mut rates = table.clone().rates();
    rates.indicator.code = "rates".into();
    answer(&Tables(vec![table, rates]), request, &Job::new()).await
}

#[tokio::test]
async fn maps_a_ring_of_industries() {
    let response = ask(table(&ROWS), request(|_| {})).await.unwrap();
    let codes: Vec<&str> = response.industries.iter().map(|industry| industry.code.as_str()).collect();
    assert_eq!(codes, ["a", "b", "c", "d"]);
    // Each industry is in two regions, and shares one with each neighbour.
    assert_eq!(response.relatedness[0].values, [1.0, 0.5, 0.0, 0.5]);
    let first = &response.regions[0];
    assert_eq!((first.region.as_ref().unwrap().code.as_str(), &*first.present), ("r1", &["a".into(), "b".into()][..]));
    // Of the industries beside a, d is absent and b present.
    assert_eq!(response.densities[0].values, [0.5; 4]);
    assert_eq!((first.internal_density, first.external_density, first.entries), (Some(0.5), Some(0.5), None));
    assert_eq!((response.links.len(), response.nodes[0].degree, response.nodes[0].size), (4, 2, 2));
    assert_eq!(response.links.iter().filter(|link| link.in_tree).count(), 3);
    let base = response.base.unwrap();
    assert_eq!((base.threshold, base.sum_of_level.is_empty(), base.period.as_str()), (1.0, false, "2015"));
    assert_eq!((response.provenance.unwrap().seed, response.left_out.len()), (Some(0), 0));
}

#[tokio::test]
async fn every_measure_is_answered_with_its_diagonal() {
    for (measure, diagonal, beside) in [
        (Measure::MinimumConditional, 1.0, 0.5),
        (Measure::Conditional, 1.0, 0.5),
        (Measure::Association, 0.0, 2.0),
        (Measure::Cosine, 0.0, 0.5),
        (Measure::Jaccard, 0.0, 1.0 / 3.0),
        (Measure::CoOccurrence, 2.0, 1.0),
    ] {
        let response = ask(table(&ROWS), request(|request| request.measure = measure.into())).await.unwrap();
        let row = &response.relatedness[0].values;
        assert_eq!((response.measure(), row[0], row[1]), (measure, diagonal, beside));
    }
    let probability = ask(table(&ROWS), request(|request| request.measure = Measure::Probability.into())).await;
    assert!((probability.unwrap().relatedness[0].values[1] - 1.5).abs() < 1e-12);
    let z_score = ask(table(&ROWS), request(|request| request.measure = Measure::ZScore.into())).await.unwrap();
    assert!(z_score.relatedness[0].values[0].is_nan() && z_score.relatedness[0].values[1] == 0.0);
    let correlation =
        ask(table(&ROWS), request(|request| request.measure = Measure::Correlation.into())).await.unwrap();
    assert!((correlation.relatedness[0].values[2]).abs() < 1e-12 && correlation.relatedness[0].values[0] == 1.0);
}

#[tokio::test]
async fn densities_follow_the_options() {
    let include = ask(table(&ROWS), request(|request| request.include_self = true)).await.unwrap();
    assert_eq!(include.densities[0].values, [0.75, 0.75, 0.25, 0.25]);
    let share = ask(table(&ROWS), request(|request| request.density_weight = v1::DensityWeight::Share.into()));
    // b has 0.4 and d 0.1 of r1, and both are as near to a.
    assert!((share.await.unwrap().densities[0].values[0] - 0.25).abs() < 1e-15);
    let quotient = ask(table(&ROWS), request(|request| request.density_weight = v1::DensityWeight::Quotient.into()));
    assert!((quotient.await.unwrap().densities[0].values[0] - 1.0).abs() < 1e-15);
    let from = ask(table(&ROWS), request(|request| request.related_from = Some(0.6))).await.unwrap();
    assert!(from.densities[0].values.iter().all(|density| density.is_nan()));
}

fn given(pairs: &[(&str, &str, f64)]) -> Vec<v1::GivenRelatedness> {
    let pair = |&(first, second, relatedness): &(&str, &str, f64)| v1::GivenRelatedness {
        first: first.into(),
        second: second.into(),
        relatedness,
    };
    pairs.iter().map(pair).collect()
}

#[tokio::test]
async fn relatedness_may_be_brought_along() {
    // r1 has a and b. Of what is related to c, b makes 3 of 4; d is related to c alone.
    let pairs = [("c", "b", 3.0), ("c", "d", 1.0), ("a", "b", 2.0)];
    let response = ask(table(&ROWS), request(|request| request.given = given(&pairs))).await.unwrap();
    assert_eq!((response.measure(), &*response.relatedness[2].values), (Measure::Given, &[0.0, 3.0, 0.0, 1.0][..]));
    assert_eq!(response.densities[0].values, [1.0, 0.4, 0.75, 0.0]);
    let links: Vec<(&str, &str)> =
        response.links.iter().map(|link| (link.first.as_str(), link.second.as_str())).collect();
    assert_eq!(links, [("a", "b"), ("b", "c"), ("c", "d")]);
    let by_name = request(|request| {
        request.given = given(&pairs);
        request.measure = Measure::Given.into();
    });
    assert_eq!(ask(table(&ROWS), by_name).await.unwrap().densities, response.densities);
}

#[tokio::test]
async fn relatedness_that_is_given_may_go_one_way() {
    let pairs = [("c", "b", 3.0), ("b", "c", 1.0), ("c", "d", 1.0)];
    let asked = request(|request| (request.given, request.given_one_way) = (given(&pairs), true));
    let response = ask(table(&ROWS), asked).await.unwrap();
    let rows: Vec<&[f64]> = response.relatedness.iter().map(|row| row.values.as_slice()).collect();
    assert_eq!(rows, [[0.0; 4], [0.0, 0.0, 1.0, 0.0], [0.0, 3.0, 0.0, 1.0], [0.0; 4]]);
    let twice = request(|request| (request.given, request.given_one_way) = (given(&[pairs[0], pairs[0]]), true));
    assert_eq!(refusal(ask(table(&ROWS), twice).await), invalid("given[1]"));
    let alone = request(|request| request.given_one_way = true);
    assert_eq!(refusal(ask(table(&ROWS), alone).await), invalid("given_one_way"));
}

#[tokio::test]
async fn densities_may_be_of_the_nearest_alone() {
    let pairs = [("c", "b", 3.0), ("c", "d", 1.0), ("a", "b", 2.0), ("a", "c", 1.0)];
    let asked = |nearest| request(|request| (request.given, request.nearest) = (given(&pairs), nearest));
    let one = ask(table(&ROWS), asked(Some(1))).await.unwrap();
    // The nearest of a is b, of b is c, of c is b, of d is c; r1 has a and b.
    assert_eq!(one.densities[0].values, [1.0, 0.0, 1.0, 0.0]);
    let all = ask(table(&ROWS), asked(None)).await.unwrap();
    assert_eq!(ask(table(&ROWS), asked(Some(3))).await.unwrap().densities, all.densities);
    assert_eq!(one.relatedness, all.relatedness, "only densities are of the nearest");
}

#[tokio::test]
async fn networks_of_regions_and_by_every_rule() {
    let regions =
        ask(table(&ROWS), request(|request| request.side = v1::RelatednessSide::Regions.into())).await.unwrap();
    assert_eq!((regions.nodes[0].code.as_str(), regions.nodes.len()), ("r1", 4));
    let ruled = |by: By| request(|request| request.links = Some(v1::LinkRule { by: Some(by) }));
    let tree = ask(table(&ROWS), ruled(By::Tree(v1::TreeLinks {}))).await.unwrap();
    assert_eq!((tree.links.len(), tree.threshold), (3, None));
    let least = ask(table(&ROWS), ruled(By::AtLeast(0.5))).await.unwrap();
    assert_eq!((least.links.len(), least.threshold), (4, Some(0.5)));
    let degree = ask(table(&ROWS), ruled(By::MeanDegree(v1::MeanDegree { most: 1.9, step: None }))).await.unwrap();
    assert_eq!((degree.links.len(), degree.threshold), (3, Some(0.5)));
}

#[tokio::test]
async fn what_is_empty_is_left_out_and_listed() {
    let rows: [(&str, &[f64]); 3] = [("r1", &[4.0, 1.0, 0.0, 1.0]), ("r2", &[1.0, 4.0, 0.0, 1.0]), ("r3", &[0.0; 4])];
    let response = ask(table(&rows), request(|_| {})).await.unwrap();
    let left: Vec<(&str, &str)> = response
        .left_out
        .iter()
        .map(|left| {
            let code = left.region.as_ref().map(|region| &region.code).or(left.industry.as_ref().map(|i| &i.code));
            (code.unwrap().as_str(), left.reason.as_str())
        })
        .collect();
    assert_eq!(left, [("r3", "EMPTY"), ("c", "EMPTY")]);
    assert!(response.warnings.iter().any(|warning| warning.code == "LEFT_OUT"));
    // Region and industry are left out, so that no row holds zeros for them.
    assert_eq!((response.relatedness.len(), response.densities.len()), (3, 2));
    let holed: [(&str, &[f64]); 3] = [ROWS[0], ROWS[1], ("r3", &[1.0, NAN, 4.0, 1.0])];
    let keep = ask(table(&holed), request(|r| r.selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into()));
    // The benchmark, which is the sum of what there is, holds the cells that are there.
    let keep = keep.await.unwrap();
    assert_eq!(keep.left_out[0].reason, "MISSING_VALUE");
}

#[tokio::test]
async fn entries_and_exits_are_told_between_two_periods() {
    let rows: [(&str, &[f64]); 2] = [("r1", &[4.0, 1.0, 1.0, 4.0]), ("r2", &[1.0, 4.0, 4.0, 1.0])];
    let table = Table::new("jobs", &["2010", "2015"], &rows).with_industries(&["a", "b"]);
    let asked = request(|request| {
        let list = v1::PeriodList { periods: vec!["2010".into(), "2015".into()] };
        let by = v1::period_selection::By::List(list);
        request.selection.as_mut().unwrap().periods = Some(v1::PeriodSelection { by: Some(by) });
    });
    let response = ask(table, asked).await.unwrap();
    assert_eq!((response.base.unwrap().period.as_str(), response.later_period.as_str()), ("2010", "2015"));
    let changes: Vec<(&str, &str, bool)> = response
        .changes
        .iter()
        .map(|c| (c.region.as_ref().unwrap().code.as_str(), c.industry.as_ref().unwrap().code.as_str(), c.entered))
        .collect();
    assert_eq!(changes, [("r1", "a", false), ("r1", "b", true), ("r2", "a", true), ("r2", "b", false)]);
    assert_eq!((response.regions[0].entries, response.regions[0].exits), (Some(1), Some(1)));
}

/// EconGeo's `exit.mat` has a region that the later matrix lacks give up all that it had.
#[tokio::test]
async fn a_region_that_the_later_period_lacks_has_given_nothing_up() {
    let rows: [(&str, &[f64]); 3] =
        [("r1", &[4.0, 1.0, 1.0, 4.0]), ("r2", &[1.0, 4.0, 4.0, 1.0]), ("r3", &[3.0, 2.0, 0.0, 0.0])];
    let asked = |missing: v1::MissingPolicy| {
        request(|request| {
            let selection = request.selection.as_mut().unwrap();
            let list = v1::PeriodList { periods: vec!["2010".into(), "2015".into()] };
            selection.periods = Some(v1::PeriodSelection { by: Some(v1::period_selection::By::List(list)) });
            selection.missing = missing.into();
        })
    };
    let table =
        |rows: &[(&'static str, &[f64])]| Table::new("jobs", &["2010", "2015"], rows).with_industries(&["a", "b"]);
    let holed: [(&str, &[f64]); 3] = [rows[0], rows[1], ("r3", &[3.0, 2.0, NAN, 1.0])];
    for (rows, missing, reason) in
        [(&rows, v1::MissingPolicy::Fail, "EMPTY"), (&holed, v1::MissingPolicy::Keep, "MISSING_VALUE")]
    {
        let response = ask(table(rows), asked(missing)).await.unwrap();
        let third = &response.regions[2];
        assert_eq!((third.present.join(","), third.entries, third.exits), ("a".to_owned(), None, None));
        assert_eq!((response.regions[0].entries, response.changes.len()), (Some(1), 4));
        let [left] = response.left_out.as_slice() else { panic!("{:?}", response.left_out) };
        assert_eq!((left.reason.as_str(), left.period.as_str()), (reason, "2015"));
        let warned = response.warnings.iter().find(|warning| warning.code == "LEFT_OUT").unwrap();
        assert_eq!(warned.regions, ["r3"]);
    }
}

#[tokio::test]
async fn bad_input_is_refused_by_field() {
    type Change = fn(&mut v1::MapRelatednessRequest);
    let cases: [(&str, Change); 21] = [
        ("selection.indicator", |r| r.selection.as_mut().unwrap().indicator = "rates".into()),
        ("presence.threshold", |r| r.presence = Some(v1::PresenceRule { threshold: Some(0.0), ..Default::default() })),
        ("presence.threshold", |r| {
            r.presence = Some(v1::PresenceRule { threshold: Some(f64::NAN), ..Default::default() });
        }),
        ("measure", |r| r.measure = 99),
        ("margins", |r| r.margins = 99),
        ("density_weight", |r| r.density_weight = 99),
        ("side", |r| r.side = 99),
        ("related_from", |r| r.related_from = Some(f64::INFINITY)),
        ("nearest", |r| r.nearest = Some(0)),
        ("given", |r| r.measure = Measure::Given.into()),
        ("measure", |r| (r.given, r.measure) = (given(&[("a", "b", 1.0)]), Measure::Cosine.into())),
        ("side", |r| (r.given, r.side) = (given(&[("a", "b", 1.0)]), v1::RelatednessSide::Regions.into())),
        ("given[0].relatedness", |r| r.given = given(&[("a", "b", f64::NAN)])),
        ("given[0].relatedness", |r| r.given = given(&[("a", "b", -1.0)])),
        ("given[0].second", |r| r.given = given(&[("a", "a", 1.0)])),
        ("given[1]", |r| r.given = given(&[("a", "b", 1.0), ("b", "a", 1.0)])),
        ("given", |r| r.given = given(&[("a", "x", 1.0)])),
        ("links.at_least", |r| r.links = Some(v1::LinkRule { by: Some(By::AtLeast(-1.0)) })),
        ("links.mean_degree.step", |r| {
            let by = By::MeanDegree(v1::MeanDegree { most: 4.0, step: Some(0.0) });
            r.links = Some(v1::LinkRule { by: Some(by) });
        }),
        ("communities.runs", |r| {
            r.communities = Some(v1::CommunityOptions { runs: Some(0), ..Default::default() });
        }),
        ("communities.resolution", |r| {
            r.communities = Some(v1::CommunityOptions { resolution: Some(0.0), ..Default::default() });
        }),
    ];
    for (field, change) in cases {
        let refused = ask(table(&ROWS), request(change)).await;
        assert_eq!(refusal(refused), invalid(field), "{field}");
    }
}
