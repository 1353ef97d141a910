#![allow(clippy::unwrap_used)]

use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, industries, invalid, refusal, selection};
use tonic::Status;
use v1::plant_source::By as Plants;
use v1::region_figures::By as Figures;

use super::*;

type Answer = Result<v1::MeasureConcentrationResponse, Status>;

/// Jobs of two equal regions and of one without any; firms, people and land of the first two.
fn tables() -> Tables {
    let jobs: [(&str, &[f64]); 2] = [("r2", &[1.0, 1.0, 0.0]), ("r1", &[3.0, 1.0, 0.0])];
    let table =
        |code, rows: &[(&'static str, &[f64])]| Table::new(code, &["2015"], rows).with_industries(&["a", "b", "c"]);
    Tables(vec![
        table("jobs", &jobs),
        table("firms", &[("r1", &[2.0, 1.0, 0.0]), ("r2", &[2.0, 1.0, 0.0])]),
        table("broken", &[("r1", &[2.5, 1.0, 0.0]), ("r2", &[2.0, 1.0, 0.0])]),
        table("holed", &[("r1", &[NAN, 1.0, 0.0]), ("r2", &[2.0, 1.0, 0.0])]),
        table("with_empty", &[("r1", &[3.0, 1.0, 0.0]), ("r2", &[0.0, 0.0, 0.0]), ("r3", &[1.0, 1.0, 0.0])]),
        Table::new("people", &["2015"], &[("r1", &[1.0]), ("r2", &[3.0])]),
        Table::new("land", &["2015"], &[("r1", &[1.0]), ("r2", &[1.0])]),
        Table::new("nobody", &["2015"], &[("r1", &[0.0]), ("r2", &[1.0])]),
        table("two_years", &jobs),
    ])
}

fn request(indicator: &str) -> v1::MeasureConcentrationRequest {
    v1::MeasureConcentrationRequest { selection: Some(selection(indicator, "2015")), ..Default::default() }
}

async fn ask(request: v1::MeasureConcentrationRequest) -> Answer {
    answer(&tables(), request, &Job::new()).await
}

fn by(indicator: &str) -> Option<v1::RegionFigures> {
    Some(v1::RegionFigures { by: Some(Figures::Indicator(indicator.into())) })
}

fn amounts(amounts: &[(&str, f64)]) -> Option<v1::RegionFigures> {
    let amount = |(region, amount): &(&str, f64)| v1::RegionAmount { region: (*region).into(), amount: *amount };
    let amounts = amounts.iter().map(amount).collect();
    Some(v1::RegionFigures { by: Some(Figures::Amounts(v1::RegionAmounts { amounts })) })
}

fn plants(by: Plants) -> Option<v1::PlantSource> {
    Some(v1::PlantSource { by: Some(by) })
}

/// Plants given as region, industry, size and latitude.
fn listed(plants: &[(&str, &str, f64, f64)]) -> Option<v1::PlantSource> {
    let plant = |&(region, industry, size, latitude): &(&str, &str, f64, f64)| v1::Plant {
        region: region.into(),
        industry: industry.into(),
        size: Some(size),
        latitude: Some(latitude),
        longitude: Some(120.0),
    };
    self::plants(Plants::List(v1::PlantList { plants: plants.iter().map(plant).collect() }))
}

fn close(actual: Option<f64>, expected: f64) -> bool {
    actual.is_some_and(|actual| (actual - expected).abs() < 1e-12)
}

#[tokio::test]
async fn measures_with_every_field() {
    let mut request = request("jobs");
    request.curves = true;
    request.coagglomeration_pairs = 5;
    request.coagglomeration_groups =
        vec![v1::IndustryGroup { name: "both".into(), industries: vec!["b".into(), "a".into()] }];
    let response = ask(request).await.unwrap();
    let [a, b, c] = response.industries.as_slice() else { panic!("{:?}", response.industries) };
    // Shares over r1 and r2: a (3/4, 1/4), b (1/2, 1/2), everything (2/3, 1/3).
    assert_eq!((a.period.as_str(), a.amount, a.regions, a.reason.as_str()), ("2015", 4.0, 2, ""));
    assert!(close(a.hoover, 1.0 / 12.0) && close(a.krugman_whole, 1.0 / 6.0));
    assert!(close(a.krugman_rest, 0.5) && close(a.krugman_mean_of_others, 0.5));
    assert!(close(a.herfindahl, 0.625) && close(a.herfindahl_normalized, 0.25) && close(a.equivalent_regions, 1.6));
    // 1/2 less (1/3)(1/4)/2 and (2/3)(1/4 + 1)/2.
    assert!(close(a.locational_gini, 0.5 - 1.0 / 24.0 - 5.0 / 12.0) && close(a.hoover_gini, 1.0 / 12.0));
    assert!(close(a.geographic_concentration, 2.0 / 144.0) && close(a.gamma_without_plants, 2.0 / 144.0 / (4.0 / 9.0)));
    assert!(close(a.maurel_sedillot_without_plants, (0.625 - 5.0 / 9.0) / (4.0 / 9.0)));
    assert_eq!((a.plants, b.amount), (None, 2.0));
    let curve = a.hoover_curve.as_ref().unwrap();
    assert_eq!(
        (curve.regions.as_slice(), curve.industry.as_slice()),
        (&["r2".into(), "r1".into()][..], &[0.0, 0.25, 1.0][..])
    );
    assert_eq!(a.lorenz_curve.as_ref().unwrap().base, [0.0, 0.5, 1.0]);
    assert_eq!((c.reason.as_str(), c.hoover, c.regions, c.lorenz_curve.as_ref()), ("EMPTY_INDUSTRY", None, 0, None));
    // (1/12)(-1/6) + (-1/12)(1/6) over 4/9, for the group and for its only pair.
    let [group, pair] = response.coagglomerations.as_slice() else { panic!("{:?}", response.coagglomerations) };
    assert!(close(group.gamma, -1.0 / 16.0) && close(pair.gamma, -1.0 / 16.0));
    assert_eq!((group.name.as_str(), group.industries[0].code.as_str()), ("both", "b"));
    assert_eq!((response.base.as_str(), response.warnings), ("REGION_TOTALS", vec![]));
    let provenance = response.provenance.unwrap();
    assert_eq!((provenance.method.as_str(), provenance.seed), (METHOD.name, None));
}

#[tokio::test]
async fn totals_are_over_all_industries_whatever_is_shown() {
    let mut chosen = request("jobs");
    chosen.selection.as_mut().unwrap().industries = industries(&["a"]);
    let response = ask(chosen).await.unwrap();
    assert_eq!(response.industries.len(), 1);
    assert!(close(response.industries[0].hoover, 1.0 / 12.0));
}

#[tokio::test]
async fn compares_with_what_it_is_told_to() {
    for (base, name) in [(by("people"), "INDICATOR"), (amounts(&[("r2", 3.0), ("r1", 1.0)]), "AMOUNTS")] {
        let response = ask(v1::MeasureConcentrationRequest { base, ..request("jobs") }).await.unwrap();
        assert!(close(response.industries[0].hoover, 0.5) && close(response.industries[0].krugman_whole, 1.0 / 6.0));
        assert_eq!(response.base, name);
    }
    let read = ask(v1::MeasureConcentrationRequest { base: by("people"), ..request("jobs") }).await.unwrap();
    let inputs = read.provenance.unwrap().further_inputs;
    assert_eq!((inputs[0].role.as_str(), inputs[0].indicator.as_str()), ("base", "people"));
}

#[tokio::test]
async fn plants_take_lumpiness_out() {
    let of = |plants| async move { ask(v1::MeasureConcentrationRequest { plants, ..request("jobs") }).await.unwrap() };
    let counted = of(plants(Plants::CountIndicator("firms".into()))).await;
    let own = counted.industries[0].plants.as_ref().unwrap();
    // Two plants of 3/8 and two of 1/8.
    assert_eq!((own.plants, own.plant_herfindahl), (4.0, 0.3125));
    assert!(own.gamma < counted.industries[0].gamma_without_plants && own.z.is_some());
    let cells = of(plants(Plants::Cells(true))).await;
    let own = cells.industries[0].plants.as_ref().unwrap();
    assert_eq!((own.plant_herfindahl, own.maurel_sedillot), (0.625, None));
    assert!(counted.industries[0].plants.as_ref().unwrap().maurel_sedillot.is_some());
    assert_eq!((codes(&cells.warnings), cells.industries[2].plants.as_ref()), (vec!["CELLS_AS_PLANTS"], None));
    let listed = of(listed(&[("r1", "a", 1.0, 45.0), ("r2", "a", 1.0, 45.0)])).await;
    assert_eq!(listed.industries[0].plants.as_ref().unwrap().plant_herfindahl, 0.5);
    assert_eq!(listed.industries[1].plants, None);
}

#[tokio::test]
async fn plants_alone_make_regions_and_industries() {
    let plants = listed(&[("x", "a", 3.0, 45.0), ("y", "a", 1.0, 46.0), ("x", "b", 1.0, 45.0), ("y", "b", 1.0, 46.0)]);
    let response = ask(v1::MeasureConcentrationRequest { plants, ..Default::default() }).await.unwrap();
    assert_eq!(response.industries.len(), 2);
    assert!(close(response.industries[0].hoover, 1.0 / 12.0));
    let provenance = response.provenance.unwrap();
    assert_eq!((provenance.dataset.as_str(), provenance.method.as_str()), ("", METHOD.name));
}

#[tokio::test]
async fn clusters_are_dense_specialised_and_many() {
    let cluster_index =
        Some(v1::ClusterIndexOptions { area: by("land"), population: amounts(&[("r1", 1.0), ("r2", 1.0)]) });
    let plants = plants(Plants::CountIndicator("firms".into()));
    let response = ask(v1::MeasureConcentrationRequest { plants, cluster_index, ..request("jobs") }).await.unwrap();
    let cell = &response.cluster_indices[0];
    // (3/4) (2/4) 2 2.
    assert_eq!((cell.region.as_ref().unwrap().code.as_str(), cell.index), ("r1", Some(1.5)));
    let empty = &response.cluster_indices[2];
    assert_eq!((empty.index, empty.reason.as_str(), response.cluster_indices.len()), (None, "EMPTY_INDUSTRY", 6));
}

#[tokio::test]
async fn colocation_stands_beside_its_draws() {
    let plants = plants(Plants::CountIndicator("firms".into()));
    let colocation = Some(v1::ColocationOptions { draws: 99, seed: 5 });
    let asked = v1::MeasureConcentrationRequest { plants, colocation, ..request("jobs") };
    let response = ask(asked.clone()).await.unwrap();
    let [pair] = response.colocations.as_slice() else { panic!("{:?}", response.colocations) };
    // (2 * 1 + 2 * 1)/(4 * 2); of six plants, three in each region: 2 * 3 * 2/(6 * 5).
    assert_eq!((pair.colocation, pair.expected), (0.5, 0.4));
    assert!(pair.p_greater.unwrap() > 0.01 && pair.drawn_deviation.is_some());
    assert_eq!(response.provenance.as_ref().unwrap().seed, Some(5));
    assert_eq!(ask(asked.clone()).await.unwrap(), response);
    // A pair is listed where both industries are shown; all plants are dealt out all the same.
    let mut one = asked;
    one.selection.as_mut().unwrap().industries = industries(&["a"]);
    assert_eq!(ask(one).await.unwrap().colocations, []);
}

#[tokio::test]
async fn distances_have_bands() {
    let mut all = Vec::new();
    for at in 0..10 {
        all.push(("r1", "a", 2.0, 45.0 + 0.01 * f64::from(at)));
        all.push(("r2", "b", 0.0, 40.0 + f64::from(at)));
    }
    all.push(("r2", "c", 1.0, 50.0));
    let distances = |by_size| Some(v1::DistanceDensityOptions { by_size, steps: Some(10), ..Default::default() });
    let asked =
        v1::MeasureConcentrationRequest { plants: listed(&all), distances: distances(false), ..request("jobs") };
    let response = ask(asked.clone()).await.unwrap();
    let [a, b, c] = response.distance_densities.as_slice() else { panic!("{:?}", response.distance_densities) };
    assert_eq!((a.plants, a.steps.len(), a.dispersion), (10, 11, 0.0));
    assert!(a.localization > 0.1 && a.localization > b.localization);
    assert_eq!((c.reason.as_str(), c.steps.len()), ("TOO_FEW_PLANTS", 0));
    assert_eq!(response.provenance.unwrap().seed, Some(0));
    let by_size = ask(v1::MeasureConcentrationRequest { distances: distances(true), ..asked }).await.unwrap();
    assert_eq!(
        (codes(&by_size.warnings), by_size.distance_densities[1].reason.as_str()),
        (vec!["SITES_WITHOUT_SIZE"], "TOO_FEW_PLANTS")
    );
}

/// Jobs of two industries in five regions along the equator, which lie where their coordinates are.
fn along_the_equator() -> Table {
    let rows: [(&str, &[f64]); 5] =
        [("r1", &[3.0, 1.0]), ("r2", &[2.0, 1.0]), ("r3", &[1.0, 1.0]), ("r4", &[0.0, 1.0]), ("r5", &[0.0, 2.0])];
    let mut table = Table::new("jobs", &["2015"], &rows).with_industries(&["a", "b"]);
    let places = [0.0, 0.5, 1.5, 20.0, 30.0].map(|longitude| (0.0, longitude));
    table.coordinates = ["r1", "r2", "r3", "r4", "r5"].into_iter().zip(places).collect();
    table
}

#[tokio::test]
async fn what_has_no_place_of_its_own_is_at_its_region() {
    let options = |at_regions| v1::DistanceDensityOptions {
        at_regions,
        by_size: true,
        max_km: Some(500.0),
        ..Default::default()
    };
    let of = |table: Table, plants, at_regions| async move {
        let request =
            v1::MeasureConcentrationRequest { plants, distances: Some(options(at_regions)), ..request("jobs") };
        answer(&Tables(vec![table]), request, &Job::new()).await
    };
    let table = along_the_equator();
    let plant = |region: &str, industry: &str, size: f64, longitude: Option<f64>| v1::Plant {
        region: region.into(),
        industry: industry.into(),
        size: Some(size),
        latitude: longitude.map(|_| 0.0),
        longitude,
    };
    let list = |with: bool| {
        let cells = table.rows.iter().flat_map(|(region, cells)| {
            let place = table.coordinates[region].1;
            let plants = ["a", "b"].into_iter().zip(cells).filter(|(_, size)| **size > 0.0);
            plants.map(move |(industry, size)| plant(region, industry, *size, with.then_some(place)))
        });
        plants(Plants::List(v1::PlantList { plants: cells.collect() }))
    };
    let listed = of(along_the_equator(), list(true), false).await.unwrap();
    let [a, b] = listed.distance_densities.as_slice() else { panic!("{:?}", listed.distance_densities) };
    // All of a lies within 170 km, and most of b farther apart than 500.
    let within = |own: &v1::DistanceDensity| own.steps.iter().map(|step| step.density).sum::<f64>();
    assert!(within(a) > 2.0 * within(b) && (a.plants, b.plants) == (3, 5), "{a:?} {b:?}");
    for plants in [plants(Plants::Cells(true)), list(false), list(true)] {
        let placed = of(along_the_equator(), plants, true).await.unwrap();
        assert_eq!(placed.distance_densities, listed.distance_densities);
    }
    assert_eq!(refusal(of(along_the_equator(), list(false), false).await), invalid("distances"), "they have no place");
    assert_eq!(refusal(of(along_the_equator(), plants(Plants::Cells(true)), false).await), invalid("distances"));
    let mut nowhere = along_the_equator();
    nowhere.coordinates.remove("r3");
    assert_eq!(refusal(of(nowhere, plants(Plants::Cells(true)), true).await).0, "UNDEFINED_ON_DATA");
    let alone =
        v1::MeasureConcentrationRequest { plants: list(true), distances: Some(options(true)), ..Default::default() };
    assert_eq!(refusal(ask(alone).await), invalid("distances.at_regions"));
}

#[tokio::test]
async fn regions_without_anything_are_left_out_and_named() {
    let response = ask(request("with_empty")).await.unwrap();
    assert_eq!(codes(&response.warnings), ["REGIONS_WITHOUT_BASE"]);
    assert_eq!(response.warnings[0].regions, ["r2"]);
    assert_eq!(refusal(ask(request("holed")).await).0, "MISSING_CELLS");
    let mut kept = request("holed");
    kept.selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into();
    assert_eq!(refusal(ask(kept).await).0, "MISSING_CELLS");
    let mut dropped = request("holed");
    dropped.selection.as_mut().unwrap().missing = v1::MissingPolicy::DropIndustry.into();
    assert_eq!(codes(&ask(dropped).await.unwrap().warnings), ["INDUSTRIES_DROPPED"]);
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let base = request("jobs");
    let with = |change: &dyn Fn(&mut v1::MeasureConcentrationRequest)| {
        let mut changed = base.clone();
        change(&mut changed);
        changed
    };
    let two = [("r1", "a", 1.0, 45.0), ("r2", "b", 1.0, 46.0)];
    let cases: Vec<(&str, v1::MeasureConcentrationRequest)> = vec![
        ("base", with(&|own| own.base = Some(v1::RegionFigures::default()))),
        ("base.indicator", with(&|own| own.base = by("jobs"))),
        ("base.amounts.amounts", with(&|own| own.base = amounts(&[("r1", 1.0)]))),
        ("base.amounts.amounts[1].region", with(&|own| own.base = amounts(&[("r1", 1.0), ("r1", 1.0)]))),
        ("base.amounts.amounts[0].amount", with(&|own| own.base = amounts(&[("r1", 0.0)]))),
        ("plants", with(&|own| own.plants = Some(v1::PlantSource::default()))),
        ("plants.cells", with(&|own| own.plants = plants(Plants::Cells(false)))),
        ("plants.list.plants", with(&|own| own.plants = listed(&[]))),
        ("plants.list.plants[0].region", with(&|own| own.plants = listed(&[("r9", "a", 1.0, 1.0)]))),
        ("plants.list.plants[0].industry", with(&|own| own.plants = listed(&[("r1", "z", 1.0, 1.0)]))),
        ("plants.list.plants[0].size", with(&|own| own.plants = listed(&[("r1", "a", -1.0, 1.0)]))),
        ("plants.list.plants[0].latitude", with(&|own| own.plants = listed(&[("r1", "a", 1.0, NAN)]))),
        ("coagglomeration_pairs", with(&|own| own.coagglomeration_pairs = -1)),
        ("colocation", with(&|own| own.colocation = Some(v1::ColocationOptions::default()))),
        ("distances", with(&|own| own.distances = Some(v1::DistanceDensityOptions::default()))),
        ("cluster_index", with(&|own| own.cluster_index = Some(v1::ClusterIndexOptions::default()))),
        (
            "cluster_index.area",
            with(&|own| {
                own.plants = listed(&two);
                own.cluster_index = Some(v1::ClusterIndexOptions::default());
            }),
        ),
        (
            "coagglomeration_groups[0].industries",
            with(&|own| {
                own.coagglomeration_groups = vec![v1::IndustryGroup { name: "g".into(), industries: vec!["a".into()] }];
            }),
        ),
        (
            "coagglomeration_groups[0].industries[1]",
            with(&|own| {
                let industries = vec!["a".into(), "a".into()];
                own.coagglomeration_groups = vec![v1::IndustryGroup { name: "g".into(), industries }];
            }),
        ),
        ("selection", v1::MeasureConcentrationRequest::default()),
        (
            "base.indicator",
            v1::MeasureConcentrationRequest { plants: listed(&two), base: by("people"), ..Default::default() },
        ),
    ];
    for (field, request) in cases {
        assert_eq!(refusal(ask(request).await), invalid(field), "{field}");
    }
    let draws = |draws: i32| v1::MeasureConcentrationRequest {
        plants: listed(&two),
        colocation: Some(v1::ColocationOptions { draws, seed: 0 }),
        ..request("jobs")
    };
    for sent in [-1, 100_001] {
        assert_eq!(refusal(ask(draws(sent)).await), invalid("colocation.draws"));
    }
    let distances = |change: &dyn Fn(&mut v1::DistanceDensityOptions)| {
        let mut options = v1::DistanceDensityOptions::default();
        change(&mut options);
        v1::MeasureConcentrationRequest { plants: listed(&two), distances: Some(options), ..request("jobs") }
    };
    for (field, changed) in [
        ("max_km", distances(&|own| own.max_km = Some(f64::INFINITY))),
        ("steps", distances(&|own| own.steps = Some(0))),
        ("draws", distances(&|own| own.draws = Some(18))),
        ("level", distances(&|own| own.level = Some(NAN))),
    ] {
        assert_eq!(refusal(ask(changed).await), invalid(&format!("distances.{field}")));
    }
}

#[tokio::test]
async fn refuses_further_indicators_that_do_not_fit() {
    let base = |code: &str| ask(v1::MeasureConcentrationRequest { base: by(code), ..request("jobs") });
    assert_eq!(refusal(base("nothing").await), ("UNKNOWN_INDICATOR".into(), vec!["base.indicator".into()]));
    assert_eq!(refusal(base("nobody").await).0, "UNDEFINED_ON_DATA");
    let counts = |code: &str| {
        let plants = plants(Plants::CountIndicator(code.into()));
        ask(v1::MeasureConcentrationRequest { plants, ..request("jobs") })
    };
    assert_eq!(refusal(counts("broken").await).0, "UNDEFINED_ON_DATA");
    let (reason, fields) = refusal(counts("holed").await);
    assert_eq!((reason.as_str(), fields), ("MISSING_CELLS", vec!["plants.count_indicator".to_owned()]));
}
