use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use v1::benchmark::By;

use super::answer;

type Answer = Result<v1::CompareStructuresResponse, tonic::Status>;

const R1: &[f64] = &[50.0, 30.0, 20.0];
const R2: &[f64] = &[20.0, 60.0, 20.0];
const R3: &[f64] = &[10.0, 6.0, 4.0];
const ROWS: [(&str, &[f64]); 3] = [("r2", R2), ("r1", R1), ("r3", R3)];

fn table(rows: &[(&'static str, &[f64])]) -> Table {
    let mut table = Table::new("jobs", &["2015"], rows).with_industries(&["a", "b", "c"]);
    table.borders = Some(vec![("r2", "r1"), ("r2", "r3")]);
    table.coordinates = [("r1", (0.0, 0.0)), ("r2", (0.0, 1.0)), ("r3", (0.0, 3.0))].into();
    table
}

fn request() -> v1::CompareStructuresRequest {
    v1::CompareStructuresRequest {
        selection: Some(selection("jobs", "2015")),
        ..v1::CompareStructuresRequest::default()
    }
}

fn changed(change: impl FnOnce(&mut v1::CompareStructuresRequest)) -> v1::CompareStructuresRequest {
    let mut request = request();
    change(&mut request);
    request
}

fn selecting(change: impl FnOnce(&mut v1::Selection)) -> v1::CompareStructuresRequest {
    changed(|request| change(request.selection.as_mut().unwrap()))
}

fn weights(by: v1::pair_weights::By) -> Option<v1::PairWeights> {
    Some(v1::PairWeights { by: Some(by) })
}

async fn ask(table: Table, request: v1::CompareStructuresRequest) -> Answer {
    let mut rates = table.clone().rates();
    rates.indicator.code = "rates".into();
    answer(&Tables(vec![table, rates]), request, &Job::new()).await
}

fn pairs(response: &v1::CompareStructuresResponse) -> Vec<(i32, &str, &str)> {
    let shown = response.pairs.iter().map(|pair| {
        (pair.rank, pair.first.as_ref().unwrap().code.as_str(), pair.second.as_ref().unwrap().code.as_str())
    });
    shown.collect()
}

fn close(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() < 1e-12
}

#[tokio::test]
async fn compares_with_every_field() {
    let response = ask(table(&ROWS), request()).await.unwrap();
    assert_eq!(pairs(&response), [(1, "r1", "r3"), (2, "r1", "r2"), (2, "r2", "r3")]);
    let alike = &response.pairs[0];
    assert!(close(alike.krugman, 0.0) && close(alike.cosine, 1.0) && close(alike.overlap, 1.0));
    assert!(close(alike.bray_curtis, 80.0 / 120.0), "alike, but not in size");
    assert_eq!(alike.neighbours, Some(false));
    let pair = &response.pairs[1];
    assert!(close(pair.krugman, 0.6) && close(pair.overlap, 0.7) && close(pair.bray_curtis, 0.3));
    assert!(close(pair.cosine, (0.1 + 0.18 + 0.04) / (0.38_f64 * 0.44).sqrt()));
    assert_eq!(pair.neighbours, Some(true));
    assert!((pair.distance_km.unwrap() - 111.195).abs() < 1e-3);
    assert_eq!(pair.first.as_ref().unwrap().name, "Region r1");
    // Both are specialised in c exactly at the benchmark's share; r1 in a, r2 in b.
    assert!(close(pair.complementarity.unwrap(), 0.3));
    let contributions: Vec<(&str, f64)> =
        pair.contributions.iter().map(|c| (c.industry.as_ref().unwrap().code.as_str(), c.contribution)).collect();
    assert_eq!(contributions[0].0, "a");
    assert!(close(contributions[0].1, 0.3) && close(contributions[1].1, 0.3) && contributions[2].1 == 0.0);
    assert_eq!((pair.contributions[0].first_share, pair.contributions[0].second_share), (0.5, 0.2));

    // The whole is 80, 96 and 44 of 220.
    let whole: [f64; 3] = [80.0 / 220.0, 96.0 / 220.0, 44.0 / 220.0];
    let expected = (whole[0] - 0.5).abs() + (whole[1] - 0.3).abs() + (whole[2] - 0.2).abs();
    assert!(close(response.regions[0].krugman, expected));
    assert_eq!(response.regions[2].region.as_ref().unwrap().code, "r3");
    assert_eq!(response.krugman_reference, v1::KrugmanReference::Whole as i32);

    // Of the two neighbouring pairs, r1 r2 and r2 r3, both overlap by 0.7.
    let friction = response.friction.unwrap();
    assert!(close(friction.index, 0.7));
    assert_eq!((friction.weights.as_str(), friction.weight_sum), ("NEIGHBOURS", 2.0));
    let parts: Vec<f64> = friction.industries.iter().map(|part| part.part).collect();
    assert!(close(parts[0], 0.2) && close(parts[1], 0.3) && close(parts[2], 0.2));
    assert_eq!(friction.industries[0].industry.as_ref().unwrap().name, "Industry a");
    assert_eq!((response.non_tradable, response.undefined, response.warnings), (vec![], vec![], vec![]));
    assert_eq!(response.period, "2015");
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.IndustryDivisionService/CompareStructures");
    assert_eq!((provenance.method_revision, provenance.further_inputs.len()), (2, 0));
}

#[tokio::test]
async fn compares_neighbours_only_when_asked() {
    let neighbours = changed(|request| request.scope = v1::PairScope::Neighbours.into());
    let response = ask(table(&ROWS), neighbours.clone()).await.unwrap();
    assert_eq!(pairs(&response), [(1, "r1", "r2"), (1, "r2", "r3")]);
    let mut landless = table(&ROWS);
    landless.borders = None;
    assert_eq!(refusal(ask(landless.clone(), neighbours).await), invalid("scope"));
    let response = ask(landless.clone(), request()).await.unwrap();
    assert_eq!((response.pairs.len(), response.friction), (3, None));
    assert_eq!(codes(&response.warnings), ["NO_PAIR_WEIGHTS"]);
    let named = changed(|request| request.weights = weights(v1::pair_weights::By::Neighbours(v1::NeighbourWeights {})));
    assert_eq!(refusal(ask(landless.clone(), named).await), invalid("weights"));
    let equal = changed(|request| request.weights = weights(v1::pair_weights::By::Equal(v1::EqualWeights {})));
    let response = ask(landless, equal).await.unwrap();
    assert_eq!(response.pairs[0].neighbours, None);
    assert!(close(response.friction.unwrap().index, (1.0 + 0.7 + 0.7) / 3.0));
}

#[tokio::test]
async fn weighs_pairs_by_distance_and_size() {
    let exponential = v1::pair_weights::By::Exponential(v1::ExponentialWeights { distance_km: 111.0 });
    let response = ask(table(&ROWS), changed(|request| request.weights = weights(exponential))).await.unwrap();
    let friction = response.friction.unwrap();
    let [near, middle, far] = [111.19508, 222.39016, 333.58524].map(|distance: f64| (-distance / 111.0).exp());
    assert_eq!(friction.weights, "EXPONENTIAL");
    assert!((friction.weight_sum - (near + middle + far)).abs() < 1e-6);
    assert!((friction.index - (0.7 * near + 0.7 * middle + far) / (near + middle + far)).abs() < 1e-6);

    let gravity = || changed(|request| request.weights = weights(v1::pair_weights::By::Gravity(v1::GravityWeights {})));
    let friction = ask(table(&ROWS), gravity()).await.unwrap().friction.unwrap();
    assert_eq!(friction.weights, "GRAVITY");
    assert!(friction.index > 0.7 && friction.index < 0.8);

    let mut unplaced = table(&ROWS);
    unplaced.coordinates.remove("r2");
    let refused = ask(unplaced.clone(), gravity()).await;
    assert!(refused.as_ref().unwrap_err().message().contains("r2"));
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
    let response = ask(unplaced, request()).await.unwrap();
    assert_eq!((response.pairs[0].distance_km.is_some(), response.pairs[1].distance_km), (true, None));
    let mut same_place = table(&ROWS);
    same_place.coordinates.insert("r2", (0.0, 0.0));
    assert_eq!(refusal(ask(same_place, gravity()).await).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn no_weight_is_no_friction() {
    let mut far_apart = table(&ROWS);
    far_apart.borders = Some(vec![]);
    assert_eq!(ask(far_apart, request()).await.unwrap().friction, None);
}

#[tokio::test]
async fn refers_to_what_is_asked_for() {
    let rest = changed(|request| request.krugman_reference = v1::KrugmanReference::Rest.into());
    let response = ask(table(&ROWS), rest.clone()).await.unwrap();
    // The rest of r2 has the structure of r1.
    assert!(close(response.regions[1].krugman, 0.6));
    assert_eq!(response.krugman_reference, v1::KrugmanReference::Rest as i32);
    let mean = changed(|request| request.krugman_reference = v1::KrugmanReference::MeanOfOthers.into());
    let response = ask(table(&ROWS), mean).await.unwrap();
    assert!(close(response.regions[0].krugman, 0.3));

    let nothing = selecting(|selection| selection.benchmark = benchmark(By::None(true)));
    assert_eq!(refusal(ask(table(&ROWS), nothing.clone()).await), invalid("selection.benchmark"));
    let mut without = rest;
    without.selection.as_mut().unwrap().benchmark = benchmark(By::None(true));
    let response = ask(table(&ROWS), without).await.unwrap();
    assert!(response.pairs.iter().all(|pair| pair.complementarity.is_none()));
}

#[tokio::test]
async fn lists_as_many_contributions_as_asked_for() {
    let response = ask(table(&ROWS), changed(|request| request.contributions = 1)).await.unwrap();
    assert!(response.pairs.iter().all(|pair| pair.contributions.len() == 1));
}

#[tokio::test]
async fn leaves_out_what_is_not_tradable() {
    // Industry c has the same share everywhere; the others do not.
    let masked = |threshold: f64| changed(|request| request.tradable_threshold = Some(threshold));
    let response = ask(table(&ROWS), masked(0.05)).await.unwrap();
    assert_eq!(response.non_tradable.len(), 1);
    assert_eq!(response.non_tradable[0].code, "c");
    let pair = &response.pairs[1];
    assert_eq!(pair.contributions.len(), 2);
    assert!(close(pair.krugman, (0.625 - 0.25) * 2.0), "shares are of what remains");
    let further = &response.provenance.unwrap().further_inputs[0];
    assert_eq!((further.role.as_str(), further.indicator.as_str()), ("tradable", "jobs"));
    let (reason, fields) = refusal(ask(table(&ROWS), masked(0.5)).await);
    assert_eq!((reason.as_str(), fields), ("UNDEFINED_ON_DATA", vec!["tradable_threshold".to_owned()]));

    // A hole elsewhere does not stop those who did not choose it; a hole in what is left out stops nobody.
    let holed: &[f64] = &[1.0, 1.0, NAN];
    let rows: [(&str, &[f64]); 4] = [("r1", R1), ("r2", R2), ("r3", R3), ("r4", holed)];
    let mut two = masked(0.05);
    two.selection.as_mut().unwrap().regions = regions(&["r1", "r2"]);
    let response = ask(table(&rows), two).await.unwrap();
    assert_eq!(codes(&response.warnings), ["TRADABLE_WITH_MISSING_CELLS"]);
    assert_eq!(response.warnings[0].regions, ["r4"]);
    assert_eq!(ask(table(&rows), masked(0.05)).await.unwrap().pairs.len(), 6);
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    let holed: &[f64] = &[1.0, NAN, 1.0];
    let empty: &[f64] = &[0.0, 0.0, 0.0];
    let rows: [(&str, &[f64]); 4] = [("r1", R1), ("r2", R2), ("r3", holed), ("r4", empty)];
    let policy = |policy: v1::MissingPolicy| selecting(|selection| selection.missing = policy.into());
    assert_eq!(refusal(ask(table(&rows), request()).await).0, "MISSING_CELLS");
    let response = ask(table(&rows), policy(v1::MissingPolicy::Keep)).await.unwrap();
    assert_eq!(pairs(&response), [(1, "r1", "r2")]);
    let undefined: Vec<(&str, &str, &[String])> = response
        .undefined
        .iter()
        .map(|undefined| {
            let code = undefined.region.as_ref().unwrap().code.as_str();
            (code, undefined.reason.as_str(), undefined.industries.as_slice())
        })
        .collect();
    assert_eq!(
        undefined,
        [("r3", "MISSING_VALUE", ["b".to_owned()].as_slice()), ("r4", "EMPTY_REGION", [].as_slice())]
    );
    assert_eq!(response.regions.len(), 2);

    let refused = ask(table(&rows), policy(v1::MissingPolicy::DropRegion)).await;
    assert!(refused.as_ref().unwrap_err().message().contains("r4 is empty"));
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
    let response = ask(table(&rows[..3]), policy(v1::MissingPolicy::DropIndustry)).await.unwrap();
    assert_eq!((response.pairs[0].contributions.len(), codes(&response.warnings)), (2, vec!["INDUSTRIES_DROPPED"]));
    let response = ask(table(&rows[..3]), policy(v1::MissingPolicy::AsZero)).await.unwrap();
    assert_eq!((response.pairs.len(), codes(&response.warnings)), (3, vec!["MISSING_AS_ZERO"]));

    let mut none = policy(v1::MissingPolicy::Keep);
    none.selection.as_mut().unwrap().regions = regions(&["r3", "r4"]);
    let response = ask(table(&rows), none).await.unwrap();
    assert_eq!((response.pairs.len(), response.undefined.len(), response.friction), (0, 2, None));
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for (order, chosen) in [(["r1", "r2", "r3"], ["a", "b", "c"]), (["r3", "r2", "r1"], ["c", "a", "b"])] {
        let request = selecting(|selection| {
            selection.regions = regions(&order);
            selection.industries = industries(&chosen);
        });
        let response = ask(table(&ROWS), request).await.unwrap();
        results.push((response.pairs, response.regions, response.friction));
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    type Change = fn(&mut v1::CompareStructuresRequest);
    let cases: [(Change, &str); 20] = [
        (|r| r.scope = 99, "scope"),
        (|r| r.krugman_reference = 99, "krugman_reference"),
        (|r| r.contributions = -1, "contributions"),
        (|r| r.tradable_threshold = Some(NAN), "tradable_threshold"),
        (|r| r.tradable_threshold = Some(-0.1), "tradable_threshold"),
        (|r| r.tradable_threshold = Some(0.6), "tradable_threshold"),
        (|r| distance(r, 0.0), "weights.exponential.distance_km"),
        (|r| distance(r, NAN), "weights.exponential.distance_km"),
        (|r| distance(r, f64::INFINITY), "weights.exponential.distance_km"),
        (|r| r.most_pairs = Some(-1), "most_pairs"),
        (|r| r.most_pairs = Some(100_001), "most_pairs"),
        (|r| r.clusters = Some(v1::ClusterOptions { measure: 9, ..Default::default() }), "clusters.measure"),
        (|r| r.clusters = Some(v1::ClusterOptions { linkage: 9, ..Default::default() }), "clusters.linkage"),
        (|r| r.clusters = Some(v1::ClusterOptions { clusters: -1, ..Default::default() }), "clusters.clusters"),
        (|r| r.clusters = Some(v1::ClusterOptions { clusters: 4, ..Default::default() }), "clusters.clusters"),
        (|r| r.distance_bands_km = vec![0.0], "distance_bands_km[0]"),
        (|r| r.distance_bands_km = vec![50.0, NAN], "distance_bands_km[1]"),
        (|r| r.distance_bands_km = (1..=51).map(f64::from).collect(), "distance_bands_km"),
        (|r| r.selection = Some(selection("rates", "2015")), "selection.indicator"),
        (|r| r.selection.as_mut().unwrap().regions = regions(&["r1"]), "selection.regions"),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(table(&ROWS), changed(change)).await), invalid(field), "{field}");
    }
    let none = v1::period_selection::By::List(v1::PeriodList { periods: vec![] });
    let nothing = selecting(|selection| selection.periods = Some(v1::PeriodSelection { by: Some(none) }));
    let (reason, fields) = refusal(ask(table(&ROWS), nothing).await);
    assert_eq!((reason.as_str(), fields), ("EMPTY_SELECTION", vec!["selection.periods.list.periods".to_owned()]));
    let holed: &[f64] = &[80.0, NAN, 44.0];
    let rows: [(&str, &[f64]); 3] = [("r1", R1), ("r2", R2), (NATION, holed)];
    let published = selecting(|selection| selection.benchmark = benchmark(By::DatasetRegion(true)));
    assert_eq!(refusal(ask(table(&rows), published).await).0, "UNDEFINED_ON_DATA");
}

fn distance(request: &mut v1::CompareStructuresRequest, distance_km: f64) {
    request.weights = weights(v1::pair_weights::By::Exponential(v1::ExponentialWeights { distance_km }));
}

#[tokio::test]
async fn measures_likeness_in_every_way() {
    let response = ask(table(&ROWS), request()).await.unwrap();
    let pair = &response.pairs[1];
    // Shares (0.5, 0.3, 0.2) and (0.2, 0.6, 0.2).
    let deviations = [(0.5, 0.2), (0.3, 0.6), (0.2, 0.2)].map(|(a, b): (f64, f64)| (a - 1.0 / 3.0, b - 1.0 / 3.0));
    let sum = |of: fn((f64, f64)) -> f64| deviations.into_iter().map(of).sum::<f64>();
    let expected = sum(|(a, b)| a * b) / (sum(|(a, _)| a * a) * sum(|(_, b)| b * b)).sqrt();
    assert!(close(pair.correlation.unwrap(), expected));
    assert!(close(pair.euclidean, 0.18_f64.sqrt()));
    let roots = (0.5_f64.sqrt() - 0.2_f64.sqrt()).powi(2) + (0.3_f64.sqrt() - 0.6_f64.sqrt()).powi(2);
    assert!(close(pair.hellinger, (roots / 2.0).sqrt()));
    let part = |a: f64, b: f64| a * (2.0 * a / (a + b)).log2() + b * (2.0 * b / (a + b)).log2();
    assert!(close(pair.jensen_shannon, ((part(0.5, 0.2) + part(0.3, 0.6)) / 2.0).sqrt()));
    // r1 is specialised in a and c, r2 in b and c.
    assert!(close(pair.jaccard.unwrap(), 1.0 / 3.0));
    assert_eq!((response.pair_count, response.convergence, response.clusters), (3, None, None));
    // Both borders weigh 1 and overlap by 0.7.
    let parts: Vec<(Option<f64>, f64)> =
        response.pairs.iter().map(|pair| (pair.friction_weight, pair.friction_part.unwrap())).collect();
    assert_eq!(parts[0], (Some(0.0), 0.0));
    assert!(parts[1].0 == Some(1.0) && close(parts[1].1, 0.35));
    let friction = response.friction.unwrap();
    assert!(close(friction.industries[1].share, 0.3 / 0.7) && friction.bands.is_empty());
}

#[tokio::test]
async fn splits_friction_by_distance() {
    let asked = changed(|request| {
        request.weights = weights(v1::pair_weights::By::Equal(v1::EqualWeights {}));
        request.distance_bands_km = vec![150.0, 300.0, 1000.0];
        request.most_pairs = Some(1);
    });
    let response = ask(table(&ROWS), asked.clone()).await.unwrap();
    assert_eq!((response.pairs.len(), response.pair_count), (1, 3));
    // r1 r2 are 111 km apart, r2 r3 222 km, r1 r3 334 km.
    let friction = response.friction.unwrap();
    let bands: Vec<(f64, Option<f64>, i64, Option<f64>)> =
        friction.bands.iter().map(|band| (band.from_km, band.to_km, band.pairs, band.index)).collect();
    let index = |at: usize| bands[at].3.unwrap();
    assert!(close(index(0), 0.7) && close(index(1), 0.7) && close(index(2), 1.0));
    assert_eq!(bands.iter().map(|band| band.2).collect::<Vec<_>>(), [1, 1, 1, 0]);
    assert_eq!((bands[1].0, bands[1].1, bands[3].1, bands[3].3), (150.0, Some(300.0), None, None));
    assert!(close(friction.bands.iter().map(|band| band.part).sum(), friction.index));
    let mut unplaced = table(&ROWS);
    unplaced.coordinates.clear();
    assert_eq!(refusal(ask(unplaced, asked).await).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn clusters_regions_of_like_structures() {
    let asked = |clusters: i32| {
        let options = v1::ClusterOptions { clusters, ..Default::default() };
        changed(|request| request.clusters = Some(options))
    };
    let clusters = ask(table(&ROWS), asked(2)).await.unwrap().clusters.unwrap();
    let order: Vec<(&str, Option<i32>)> =
        clusters.order.iter().map(|own| (own.region.as_ref().unwrap().code.as_str(), own.cluster)).collect();
    assert_eq!(order, [("r1", Some(1)), ("r3", Some(1)), ("r2", Some(2))]);
    let merges: Vec<(i32, i32, i32)> =
        clusters.merges.iter().map(|merge| (merge.first, merge.second, merge.size)).collect();
    assert_eq!(merges, [(0, 1, 2), (3, 2, 3)]);
    assert!(clusters.merges[0].height < 1e-12 && close(clusters.merges[1].height, 0.6));
    assert!(close(clusters.cophenetic_correlation.unwrap(), 1.0));
    assert_eq!((clusters.measure(), clusters.linkage()), (v1::StructureMeasure::Krugman, v1::ClusterLinkage::Average));
    assert_eq!(ask(table(&ROWS), asked(0)).await.unwrap().clusters.unwrap().order[0].cluster, None);
    for measure in 1..=6 {
        for linkage in 1..=5 {
            let options = v1::ClusterOptions { measure, linkage, clusters: 1 };
            let response = ask(table(&ROWS), changed(|request| request.clusters = Some(options))).await.unwrap();
            let clusters = response.clusters.unwrap();
            assert_eq!((clusters.measure, clusters.linkage, clusters.order.len()), (measure, linkage, 3));
        }
    }
}

/// Three years of two industries: r1 stays at a half, r2 comes near it, r3 goes away.
fn three_years() -> Table {
    let years: [(&str, &[f64]); 3] = [
        ("r1", &[5.0, 5.0, 5.0, 5.0, 5.0, 5.0]),
        ("r2", &[9.0, 1.0, 8.0, 2.0, 7.0, 3.0]),
        ("r3", &[5.0, 5.0, 4.0, 6.0, 4.0, 6.0]),
    ];
    let mut table = Table::new("jobs", &["2013", "2014", "2015"], &years).with_industries(&["a", "b"]);
    table.borders = Some(vec![("r1", "r2")]);
    table
}

fn over(periods: &str) -> v1::CompareStructuresRequest {
    changed(|request| request.selection = Some(selection("jobs", periods)))
}

#[tokio::test]
async fn says_whether_structures_converge() {
    let response = ask(three_years(), over("2013..2015")).await.unwrap();
    assert_eq!(response.period, "2015");
    let own = response.convergence.unwrap();
    assert_eq!((own.regions, own.pairs, own.converging_pairs, own.diverging_pairs), (3, 3, 2, 1));
    let means: Vec<f64> = own.periods.iter().map(|period| period.mean_krugman).collect();
    // Indices are 0.8, 0 and 0.8; then 0.6, 0.2 and 0.8; then 0.4, 0.2 and 0.6.
    assert!(close(means[0], 1.6 / 3.0) && close(means[1], 1.6 / 3.0) && close(means[2], 0.4));
    assert_eq!(own.periods[1].period, "2014");
    assert!(close(own.periods[0].friction.unwrap(), 0.6) && close(own.periods[2].friction.unwrap(), 0.8));
    assert!(close(own.change, -0.4 / 3.0) && close(own.trend.unwrap().slope, -0.2 / 3.0));
    assert!(own.trend.unwrap().p.unwrap() < 0.5 && own.catching_up.unwrap().slope < 0.0);
    assert!(close(own.periods[0].krugman_deviation.unwrap(), (0.64_f64 / 3.0).sqrt()));
    let parts: f64 = own.industries.iter().map(|part| part.part).sum();
    assert!(own.industries.len() == 2 && close(parts, own.change));
    let pair = response.pairs.iter().find(|pair| pair.neighbours == Some(true)).unwrap();
    let change = pair.change.as_ref().unwrap();
    assert!(close(change.first_krugman, 0.8) && close(change.change, -0.4));
    assert!(close(change.trend.unwrap().slope, -0.2) && close(change.industries[0].part, -0.2));

    let two = ask(three_years(), over("2013,2015")).await.unwrap().convergence.unwrap();
    assert_eq!((two.periods.len(), two.trend, two.catching_up.is_some()), (2, None, true));
    let mut near = over("2013..2015");
    near.scope = v1::PairScope::Neighbours.into();
    let near = ask(three_years(), near).await.unwrap().convergence.unwrap();
    assert_eq!((near.pairs, near.catching_up, near.periods[0].krugman_deviation), (1, None, None));
    let all = ask(three_years(), over("")).await.unwrap();
    assert_eq!(all.convergence.unwrap().periods.len(), 3);
}

#[tokio::test]
async fn regions_that_lack_a_period_do_not_count_for_convergence() {
    let mut holed = three_years();
    holed.rows[2].1[0] = NAN;
    let mut kept = over("2013..2015");
    kept.selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into();
    let response = ask(holed, kept).await.unwrap();
    assert_eq!(response.pair_count, 3);
    let own = response.convergence.unwrap();
    assert_eq!((own.regions, own.pairs), (2, 1));
    let with_change = response.pairs.iter().filter(|pair| pair.change.is_some()).count();
    assert_eq!(with_change, 1);
    let undefined: Vec<(&str, &str)> =
        response.undefined.iter().map(|own| (own.reason.as_str(), own.period.as_str())).collect();
    assert_eq!(undefined, [("MISSING_VALUE", "2013")]);
}
