//! Sections among neighbours.

use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, invalid, refusal, selection};
use v1::class_options::By;

type Answer = Result<v1::TrackRanksResponse, tonic::Status>;

const YEARS: [&str; 3] = ["2014", "2015", "2016"];

/// Six regions in a row, the first three rich and the others poor; the third falls behind.
fn tables() -> Tables {
    let rows: [(&str, &[f64]); 6] = [
        ("a", &[9.0, 9.0, 9.0]),
        ("b", &[8.0, 8.0, 8.0]),
        ("c", &[7.0, 3.0, 3.0]),
        ("d", &[2.0, 2.0, 2.0]),
        ("e", &[1.0, 1.0, 1.0]),
        ("f", &[1.5, 1.5, 1.5]),
    ];
    let mut jobs = Table::new("jobs", &YEARS, &rows);
    jobs.borders = Some(vec![("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f")]);
    let mut island = jobs.clone();
    island.indicator.code = "island".into();
    island.borders = Some(vec![("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]);
    let mut holed = jobs.clone();
    holed.indicator.code = "holed".into();
    holed.rows[3].1[1] = NAN;
    let mut flat = jobs.clone();
    flat.indicator.code = "flat".into();
    flat.rows.iter_mut().for_each(|(_, cells)| cells[2] = 5.0);
    let mut few = Table::new("few", &YEARS, &rows[..3]);
    few.borders = Some(vec![("a", "b"), ("b", "c")]);
    Tables(vec![jobs, island, holed, flat, few])
}

async fn ask_with(indicator: &str, change: impl FnOnce(&mut v1::TrackRanksRequest)) -> Answer {
    let mut request =
        v1::TrackRanksRequest { selection: Some(selection(indicator, "2014..2016")), ..Default::default() };
    change(&mut request);
    super::answer(&tables(), request, &Job::new()).await
}

async fn ask(change: impl FnOnce(&mut v1::TrackRanksRequest)) -> v1::TrackRanksResponse {
    ask_with("jobs", change).await.unwrap()
}

fn halves() -> v1::ClassOptions {
    let cut_offs = By::CutOffs(v1::CutOffClasses { values: vec![1.0] });
    v1::ClassOptions { by: Some(cut_offs), ..Default::default() }
}

#[tokio::test]
async fn chains_come_by_the_class_of_the_neighbours() {
    let answer = ask(|request| {
        request.permutations = Some(99);
        request.seed = 3;
        request.spatial_markov = Some(v1::SpatialMarkovOptions { classes: Some(halves()), ..Default::default() });
    })
    .await;
    assert_eq!(answer.provenance.unwrap().seed, Some(3));
    let own = answer.spatial_markov.unwrap();
    assert_eq!((own.basis(), own.regions, own.by_lag.len()), (v1::ClassBasis::RelativeToMean, 6, 2));
    assert_eq!(
        (own.cut_offs[0].values.as_slice(), own.lag_cut_offs[0].values.as_slice()),
        ([1.0].as_slice(), [1.0].as_slice())
    );
    let counts = |chain: &v1::ConditionalMarkovChain| {
        chain.states.iter().map(|state| state.transitions.clone()).collect::<Vec<_>>()
    };
    // The mean is 4.75 and then 49/12. Neighbours of c are at 5, those of d at 4 and then 2; c falls.
    assert_eq!(counts(own.all.as_ref().unwrap()), [[7, 0], [1, 4]]);
    assert_eq!(counts(&own.by_lag[0]), [[6, 0], [0, 0]]);
    assert_eq!(counts(&own.by_lag[1]), [[1, 0], [1, 4]]);
    assert_eq!((own.by_lag[1].lag_class, own.all.as_ref().unwrap().lag_class), (2, 0));
    assert_eq!(own.by_lag[0].states[1].probabilities, Vec::<f64>::new());
    assert_eq!(own.by_lag[0].against_all.unwrap().degrees_of_freedom, 0);
    let test = own.homogeneity.unwrap();
    assert_eq!((test.strata, test.transitions), (vec!["1".to_owned(), "2".to_owned()], vec![6, 6]));
    assert_eq!(own.test.unwrap().permutations, 99);
}

#[tokio::test]
async fn islands_are_left_out_once_for_all_sections() {
    let answer = ask_with("island", |request| {
        request.permutations = Some(0);
        request.spatial_markov = Some(v1::SpatialMarkovOptions { classes: Some(halves()), ..Default::default() });
        request.lisa_markov = Some(Default::default());
        request.directional_lisa = Some(Default::default());
    })
    .await
    .unwrap();
    assert_eq!(codes(&answer.warnings), ["ISLANDS_LEFT_OUT"]);
    assert_eq!((answer.paths.len(), answer.provenance.unwrap().seed), (6, None));
    assert_eq!(answer.spatial_markov.as_ref().unwrap().regions, 5);
    assert_eq!(answer.spatial_markov.unwrap().test, None);
    let kept = ask_with("island", |request| {
        let weights = Some(v1::SpatialWeights { keep_islands: true, ..Default::default() });
        request.lisa_markov = Some(v1::LisaMarkovOptions { weights, ..Default::default() });
    })
    .await
    .unwrap();
    assert_eq!(codes(&kept.warnings), ["ISLANDS_KEPT"]);
    let path = &kept.lisa_markov.unwrap().regions[5];
    assert_eq!((path.periods[0].quadrant(), path.periods[0].p), (v1::Quadrant::LowLow, Some(1.0)));
}

#[tokio::test]
async fn quadrants_are_followed_and_tested() {
    let answer = ask(|request| {
        request.lisa_markov = Some(v1::LisaMarkovOptions { significance_level: Some(0.5), ..Default::default() });
    })
    .await;
    let own = answer.lisa_markov.unwrap();
    let quadrants = |at: usize| own.regions[at].periods.iter().map(|own| own.quadrant()).collect::<Vec<_>>();
    assert_eq!(quadrants(0), [v1::Quadrant::HighHigh; 3]);
    assert_eq!(quadrants(2), [v1::Quadrant::HighHigh, v1::Quadrant::LowHigh, v1::Quadrant::LowHigh]);
    assert_eq!(own.states[0].transitions, [4, 1, 0, 0]);
    assert_eq!((own.tail(), own.significance_level), (v1::LocalTail::TwoSided, 0.5));
    let expected: f64 = own.expected.iter().flat_map(|row| &row.transitions).sum();
    assert!((expected - 12.0).abs() < 1e-12);
    let significant: i64 = own.significant.iter().flat_map(|own| &own.rows).flat_map(|row| &row.transitions).sum();
    assert_eq!((significant, own.significant.len()), (12, 4));
    assert_eq!((own.significant[1].at_start, own.significant[1].at_end), (true, false));
    assert_eq!((own.spillover.len(), own.cluster_quadrant()), (2, v1::Quadrant::HighHigh));
    // Deviations of the first year are 4.25, 3.25, 2.25, -2.75, -3.75 and -3.25; weights of each region add up to 1.
    let first = &own.moran[0];
    let lags = [3.25, 3.25, 0.25, -0.75, -3.0, -3.75];
    let products: f64 = [4.25, 3.25, 2.25, -2.75, -3.75, -3.25].iter().zip(lags).map(|(own, lag)| own * lag).sum();
    let squares = 4.25 * 4.25 + 3.25 * 3.25 + 2.25 * 2.25 + 2.75 * 2.75 + 3.75 * 3.75 + 3.25 * 3.25;
    assert!((first.i - products / squares).abs() < 1e-12 && (first.expected + 0.2).abs() < 1e-15);
    let local: f64 = own.regions.iter().map(|path| path.periods[0].local_moran).sum();
    assert!((local / 5.0 - first.i).abs() < 1e-12);
    assert_eq!((own.moran.len(), first.period.as_str(), first.test.unwrap().permutations), (3, "2014", 999));
    assert!(first.normality.unwrap().z > 0.0 && first.randomization.unwrap().p_value < 0.2);
    for path in &own.regions {
        for place in &path.periods {
            assert_eq!(place.significant, place.p.unwrap() <= 0.5);
        }
    }

    let smaller = ask(|request| {
        request.summaries_only = true;
        request.lisa_markov = Some(v1::LisaMarkovOptions { tail: v1::LocalTail::Smaller.into(), ..Default::default() });
    })
    .await;
    let smaller = smaller.lisa_markov.unwrap();
    assert_eq!((smaller.regions.len(), smaller.tail(), smaller.significance_level), (0, v1::LocalTail::Smaller, 0.05));
    let without = ask(|request| {
        request.permutations = Some(0);
        request.lisa_markov = Some(Default::default());
    })
    .await;
    let without = without.lisa_markov.unwrap();
    assert_eq!((without.significant.len(), without.spillover.len(), without.moran[2].test), (0, 0, None));
    assert_eq!(without.regions[0].periods[0].p, None);
}

#[tokio::test]
async fn clusters_reach_to_neighbours_of_neighbours_when_asked() {
    let inside = async |neighbours_of_neighbours: bool| {
        let options = v1::LisaMarkovOptions {
            // By the smaller tail nearly everything is significant at this level.
            significance_level: Some(0.99),
            tail: v1::LocalTail::Smaller.into(),
            neighbours_of_neighbours,
            ..Default::default()
        };
        ask(|request| request.lisa_markov = Some(options)).await.lisa_markov.unwrap().spillover[0].regions_before
    };
    // a, b and c are HIGH_HIGH at first, d borders c, and e borders d.
    assert_eq!((inside(false).await, inside(true).await), (4, 5));
}

#[tokio::test]
async fn directions_are_counted_and_tested() {
    let answer = ask(|request| {
        let basis = v1::ClassBasis::Values.into();
        request.directional_lisa = Some(v1::DirectionalLisaOptions { basis, sectors: Some(4), ..Default::default() });
    })
    .await;
    let own = answer.directional_lisa.unwrap();
    assert_eq!((own.first_period.as_str(), own.second_period.as_str()), ("2014", "2016"));
    // c falls alone; its neighbours' neighbours fall, and they do not move themselves.
    let angles: Vec<_> = own.moves.iter().map(|own| own.angle.map(|angle| angle.to_degrees().round())).collect();
    assert_eq!(angles, [None, Some(-90.0), Some(180.0), Some(-90.0), None, None]);
    assert_eq!(own.sectors.iter().map(|sector| sector.count).collect::<Vec<_>>(), [0, 0, 1, 2]);
    assert_eq!((own.unmoved, own.moves[2].sector), (3, Some(3)));
    let first = &own.sectors[0];
    assert_eq!((first.start, first.end), (0.0, std::f64::consts::FRAC_PI_2));
    assert_eq!(first.p, first.test.map(|test| test.p_two_sided));
}

#[tokio::test]
async fn paths_are_compared() {
    let ask = |measure: v1::SequenceMeasure| {
        ask(move |request| {
            let measure = measure.into();
            request.sequences = Some(v1::SequenceOptions { classes: Some(halves()), measure, costs: None });
        })
    };
    let own = ask(v1::SequenceMeasure::Unspecified).await.sequences.unwrap();
    assert_eq!((own.measure(), own.classes), (v1::SequenceMeasure::Hamming, 2));
    // a is above the mean in all years, c in the first only, d never.
    assert_eq!(own.rows[0].distances, [0.0, 0.0, 2.0, 3.0, 3.0, 3.0]);
    let own = ask(v1::SequenceMeasure::Arbitrary).await.sequences.unwrap();
    assert_eq!(own.rows[2].distances, [1.0, 1.0, 0.0, 0.5, 0.5, 0.5]);
}

fn spatial(change: impl FnOnce(&mut v1::SpatialMarkovOptions)) -> v1::TrackRanksRequest {
    let mut options = v1::SpatialMarkovOptions::default();
    change(&mut options);
    v1::TrackRanksRequest { spatial_markov: Some(options), ..Default::default() }
}

fn lisa(change: impl FnOnce(&mut v1::LisaMarkovOptions)) -> v1::TrackRanksRequest {
    let mut options = v1::LisaMarkovOptions::default();
    change(&mut options);
    v1::TrackRanksRequest { lisa_markov: Some(options), ..Default::default() }
}

fn rose(change: impl FnOnce(&mut v1::DirectionalLisaOptions)) -> v1::TrackRanksRequest {
    let mut options = v1::DirectionalLisaOptions::default();
    change(&mut options);
    v1::TrackRanksRequest { directional_lisa: Some(options), ..Default::default() }
}

fn sequences(change: impl FnOnce(&mut v1::SequenceOptions)) -> v1::TrackRanksRequest {
    let mut options = v1::SequenceOptions { classes: Some(halves()), ..Default::default() };
    change(&mut options);
    v1::TrackRanksRequest { sequences: Some(options), ..Default::default() }
}

fn costs(rows: &[&[f64]], insertion: f64) -> v1::TrackRanksRequest {
    let substitution = rows.iter().map(|costs| v1::CostRow { costs: costs.to_vec() }).collect();
    sequences(|own| own.costs = Some(v1::SequenceCosts { substitution, insertion }))
}

#[tokio::test]
async fn what_makes_no_section_is_refused_by_its_field() {
    let by = |by: By| v1::ClassOptions { by: Some(by), ..Default::default() };
    let one = By::Quantiles(v1::QuantileClasses { count: Some(1), ..Default::default() });
    for (request, field) in [
        (spatial(|own| own.classes = Some(by(one))), "spatial_markov.classes.quantiles.count"),
        (
            spatial(|own| own.lag_classes = Some(by(By::CutOffs(v1::CutOffClasses { values: vec![f64::NAN] })))),
            "spatial_markov.lag_classes.cut_offs.values[0]",
        ),
        (
            spatial(|own| own.lag_classes = Some(v1::ClassOptions { basis: 2, by: None })),
            "spatial_markov.lag_classes.basis",
        ),
        (
            spatial(|own| {
                let links = v1::spatial_weights::By::Links(v1::ExplicitLinks::default());
                own.weights = Some(v1::SpatialWeights { by: Some(links), ..Default::default() });
            }),
            "spatial_markov.weights",
        ),
        (
            lisa(|own| {
                let links = v1::spatial_weights::By::Links(v1::ExplicitLinks::default());
                own.weights = Some(v1::SpatialWeights { by: Some(links), keep_islands: true, ..Default::default() });
            }),
            "lisa_markov.weights",
        ),
        (lisa(|own| own.significance_level = Some(0.0)), "lisa_markov.significance_level"),
        (lisa(|own| own.significance_level = Some(f64::NAN)), "lisa_markov.significance_level"),
        (lisa(|own| own.tail = 9), "lisa_markov.tail"),
        (lisa(|own| own.cluster_quadrant = -1), "lisa_markov.cluster_quadrant"),
        (rose(|own| own.sectors = Some(1)), "directional_lisa.sectors"),
        (rose(|own| own.sectors = Some(361)), "directional_lisa.sectors"),
        (rose(|own| own.alternative = 7), "directional_lisa.alternative"),
        (rose(|own| own.basis = 7), "directional_lisa.basis"),
        (
            rose(|own| {
                own.sectors = Some(6);
                own.alternative = v1::RoseAlternative::Common.into();
            }),
            "directional_lisa.sectors",
        ),
        (sequences(|own| own.measure = 9), "sequences.measure"),
        (costs(&[], 1.0), "sequences.costs.substitution"),
        (costs(&[&[0.0]], 1.0), "sequences.costs.substitution"),
        (costs(&[&[0.0, 1.0], &[1.0]], 1.0), "sequences.costs.substitution[1].costs"),
        (costs(&[&[0.0, 1.0], &[2.0, 0.0]], 1.0), "sequences.costs.substitution[0].costs[1]"),
        (costs(&[&[0.0, -1.0], &[-1.0, 0.0]], 1.0), "sequences.costs.substitution[0].costs[1]"),
        (costs(&[&[0.0, 1.0], &[1.0, 0.0]], f64::INFINITY), "sequences.costs.insertion"),
        (
            sequences(|own| {
                own.measure = v1::SequenceMeasure::Hamming.into();
                own.costs = Some(v1::SequenceCosts::default());
            }),
            "sequences.measure",
        ),
    ] {
        let answer = ask_with("jobs", |own| {
            let selection = own.selection.take();
            *own = v1::TrackRanksRequest { selection, ..request };
        });
        assert_eq!(refusal(answer.await), invalid(field), "{field}");
    }
}

#[tokio::test]
async fn what_is_undefined_on_the_data_is_refused() {
    for (indicator, request) in [
        ("holed", lisa(|_| ())),
        ("holed", spatial(|_| ())),
        ("holed", sequences(|_| ())),
        ("flat", lisa(|_| ())),
        ("few", lisa(|_| ())),
    ] {
        let answer = ask_with(indicator, |own| {
            let mut selection = own.selection.take();
            selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into();
            *own = v1::TrackRanksRequest { selection, ..request };
        });
        assert_eq!(refusal(answer.await).0, "UNDEFINED_ON_DATA", "{indicator}");
    }
    let known = ask_with("holed", |own| {
        let mut selection = own.selection.take();
        selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into();
        *own =
            v1::TrackRanksRequest { selection, permutations: Some(0), ..spatial(|own| own.classes = Some(halves())) };
    });
    // Of the steps from 2014, that of d is unknown; of those from 2015, those of d and of its neighbours c and e.
    let all = known.await.unwrap().spatial_markov.unwrap().all.unwrap();
    assert_eq!(all.states.iter().flat_map(|state| &state.transitions).sum::<i64>(), 5 + 3);
}
