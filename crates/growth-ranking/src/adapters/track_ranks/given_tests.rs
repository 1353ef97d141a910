//! Classes and chains that requests give.

use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{Table, Tables, invalid, refusal, selection};
use v1::class_options::By;

type Answer = Result<v1::TrackRanksResponse, tonic::Status>;

/// Four regions in a circle.
fn tables() -> Tables {
    let rows: [(&str, &[f64]); 4] =
        [("a", &[4.0, 3.0, 3.0]), ("b", &[3.0, 4.0, 4.0]), ("c", &[2.0, 1.0, 1.0]), ("d", &[1.0, 2.0, 2.0])];
    let mut jobs = Table::new("jobs", &["2014", "2015", "2016"], &rows);
    jobs.borders = Some(vec![("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")]);
    Tables(vec![jobs])
}

async fn ask(change: impl FnOnce(&mut v1::TrackRanksRequest)) -> Answer {
    let selection = Some(selection("jobs", "2014..2016"));
    let mut request = v1::TrackRanksRequest { selection, permutations: Some(0), seed: 5, ..Default::default() };
    change(&mut request);
    super::answer(&tables(), request, &Job::new()).await
}

/// That a request is refused for a field.
fn refused(answer: Answer, field: &str) {
    assert_eq!(refusal(answer), invalid(field));
}

fn given(rows: &[(&str, [i32; 3])]) -> v1::ClassOptions {
    let regions = rows
        .iter()
        .map(|(region, classes)| v1::RegionClasses { region: (*region).to_owned(), classes: classes.to_vec() });
    let given = v1::GivenClasses { count: Some(3), regions: regions.collect() };
    v1::ClassOptions { by: Some(By::Given(given)), ..Default::default() }
}

/// Class 3 is visited by nobody, and that of d in 2016 is unknown.
fn classes() -> v1::ClassOptions {
    given(&[("d", [2, 2, 0]), ("a", [1, 2, 2]), ("b", [1, 1, 1]), ("c", [2, 1, 2])])
}

fn chain(name: &str, rows: &[[i64; 3]], probabilities: &[[f64; 3]]) -> v1::GivenChain {
    let of = rows.iter().map(|row| v1::GivenChainRow { transitions: row.to_vec(), probabilities: Vec::new() });
    let by = probabilities.iter().map(|row| v1::GivenChainRow { transitions: Vec::new(), probabilities: row.to_vec() });
    v1::GivenChain { name: name.to_owned(), rows: of.chain(by).collect() }
}

fn transitions(states: &[v1::MarkovState]) -> Vec<Vec<i64>> {
    states.iter().map(|state| state.transitions.clone()).collect()
}

#[tokio::test]
async fn given_classes_are_taken_as_they_are() {
    let answer = ask(|request| {
        request.markov = Some(v1::MarkovOptions {
            classes: Some(classes()),
            empty_classes_stay: true,
            mobility_weights: vec![3.0, 1.0, 0.0],
            ..Default::default()
        });
    })
    .await
    .unwrap();
    let own = answer.markov.unwrap();
    assert_eq!((own.basis(), own.cut_offs.len()), (v1::ClassBasis::Unspecified, 0));
    assert_eq!(transitions(&own.states), [[2, 2, 0], [1, 2, 0], [0, 0, 0]].map(|row| row.to_vec()).to_vec());
    assert_eq!(answer.paths[3].ranks.iter().map(|own| own.class).collect::<Vec<_>>(), [Some(2), Some(2), None]);
    // The third class, which nobody came to, is now one that is never left.
    assert_eq!((own.classes_that_stay.as_slice(), own.states[2].never_left), ([3].as_slice(), true));
    assert!(own.states[2].standard_errors.is_empty() && own.ergodic.len() == 2);
    let given = own.mobility_at_given.unwrap();
    // Weights 3/4 and 1/4 of classes that are left with 1/2 and 1/3, of three classes.
    assert!((given.bartholomew_leaving - 0.6875).abs() < 1e-15, "{given:?}");
    assert!((given.bartholomew_crossed - 11.0 / 48.0).abs() < 1e-15, "{given:?}");
}

/// giddy 2.3.8: `steady_state`, `mfpt`, `sojourn_time`, `markov_mobility(p, measure, ini=[0.5, 0.3, 0.2])` of the chain with the
/// transitions 40 20 10, 12 50 9, 5 25 60.
#[tokio::test]
async fn chains_from_elsewhere_get_what_the_own_one_gets() {
    let rows = [[40, 20, 10], [12, 50, 9], [5, 25, 60]];
    let shares = rows.map(|row| row.map(|count| count as f64 / row.iter().sum::<i64>() as f64));
    let answer = ask(|request| {
        request.markov = Some(v1::MarkovOptions {
            classes: Some(classes()),
            mobility_weights: vec![0.5, 0.3, 0.2],
            given_chains: vec![chain("counted", &rows, &[]), chain("shares", &[], &shares)],
            ..Default::default()
        });
    })
    .await
    .unwrap();
    let own = answer.markov.unwrap();
    let [counted, shares] = own.given_chains.as_slice() else { panic!("two chains") };
    let close = |own: f64, expected: f64| assert!((own / expected - 1.0).abs() < 1e-9, "{own} is not {expected}");
    for chain in [counted, shares] {
        let expected = [0.228_998_384_491_114_73, 0.487_479_806_138_933_77, 0.283_521_809_369_951_5];
        chain.ergodic[0].probabilities.iter().zip(expected).for_each(|(own, expected)| close(*own, expected));
        close(chain.states[0].first_passage[2].mean.unwrap(), 7.410_256_410_256_402);
        close(chain.states[1].sojourn.unwrap(), 3.380_952_380_952_380_5);
        let mobility = chain.mobility_at_given.unwrap();
        close(mobility.shorrocks, 0.528_839_704_896_042_9);
        close(mobility.determinant, 0.780_907_668_231_612);
        close(mobility.second_eigenvalue, 0.474_990_917_406_817_1);
        close(mobility.bartholomew_leaving, 0.554_527_162_977_867_4);
        close(mobility.bartholomew_crossed, 0.226_112_228_929_130_33);
    }
    assert_eq!((counted.states[0].standard_errors.len(), shares.states[0].standard_errors.len()), (3, 0));
    assert_eq!((own.homogeneity.len(), own.homogeneity[0].transitions.as_slice()), (1, [7, 231].as_slice()));
    assert_eq!(own.homogeneity[0].strata, ["selection", "counted"]);
}

#[tokio::test]
async fn neighbours_have_their_commonest_class() {
    let answer = ask(|request| {
        request.spatial_markov = Some(v1::SpatialMarkovOptions { classes: Some(classes()), ..Default::default() });
    })
    .await
    .unwrap();
    let own = answer.spatial_markov.unwrap();
    let lag = own.categorical_lag.unwrap();
    assert_eq!((own.basis(), lag.ties()), (v1::ClassBasis::Unspecified, v1::CategoricalLagTies::OwnClassThenDrawn));
    // In 2014 and 2015 all have neighbours of both classes, and their own tells. In 2016 that of d is unknown, and with it those
    // of its neighbours a and c.
    assert_eq!((lag.known, lag.tied, lag.drawn), (10, 8, 0));
    assert_eq!(answer.provenance.unwrap().seed, Some(5));
    let by_lag: Vec<_> = own.by_lag.iter().map(|chain| transitions(&chain.states)).collect();
    assert_eq!(by_lag[0], [[2, 2, 0], [0, 0, 0], [0, 0, 0]].map(|row| row.to_vec()).to_vec());

    let lowest = ask(|request| {
        let ties = v1::CategoricalLagTies::Lowest.into();
        request.spatial_markov = Some(v1::SpatialMarkovOptions {
            classes: Some(classes()),
            categorical_lag: Some(v1::CategoricalLagOptions { ties }),
            ..Default::default()
        });
    })
    .await
    .unwrap();
    assert_eq!(lowest.provenance.unwrap().seed, None);
    // Given classes of neighbours, and the basis of values beside given classes.
    let mixed = ask(|request| {
        let own = v1::ClassOptions { basis: v1::ClassBasis::Values.into(), ..classes() };
        let cut = By::CutOffs(v1::CutOffClasses { values: vec![2.5] });
        let lag = v1::ClassOptions { by: Some(cut), ..Default::default() };
        request.spatial_markov =
            Some(v1::SpatialMarkovOptions { classes: Some(own), lag_classes: Some(lag), ..Default::default() });
    })
    .await
    .unwrap();
    let mixed = mixed.spatial_markov.unwrap();
    assert_eq!((mixed.basis(), mixed.by_lag.len(), mixed.cut_offs.len()), (v1::ClassBasis::Values, 2, 0));
    assert!(mixed.categorical_lag.is_none());
}

#[tokio::test]
async fn sequences_of_given_classes_are_compared() {
    let rows = [("a", [1, 2, 2]), ("b", [1, 2, 3]), ("c", [1, 2, 2]), ("d", [3, 3, 3])];
    let answer = ask(|request| {
        request.sequences = Some(v1::SequenceOptions { classes: Some(given(&rows)), ..Default::default() });
    });
    let own = answer.await.unwrap().sequences.unwrap();
    assert_eq!(
        (own.basis(), own.rows[0].distances.as_slice()),
        (v1::ClassBasis::Unspecified, [0.0, 1.0, 0.0, 3.0].as_slice())
    );
    let unknown = ask(|request| {
        request.sequences = Some(v1::SequenceOptions { classes: Some(classes()), ..Default::default() });
    });
    let (reason, _) = refusal(unknown.await);
    assert_eq!(reason, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn refuses_classes_and_chains_that_do_not_fit() {
    let markov = |change: fn(&mut v1::MarkovOptions)| {
        ask(move |request| {
            let mut options = v1::MarkovOptions { classes: Some(classes()), ..Default::default() };
            change(&mut options);
            request.markov = Some(options);
        })
    };
    let classes_are = |rows: &[(&str, [i32; 3])]| {
        let classes = given(rows);
        ask(move |request| request.markov = Some(v1::MarkovOptions { classes: Some(classes), ..Default::default() }))
    };
    let full = [("a", [1, 2, 2]), ("b", [1, 1, 1]), ("c", [2, 1, 2]), ("d", [2, 2, 1])];
    refused(classes_are(&full[..3]).await, "markov.classes.given.regions");
    let twice = [full[0], full[1], full[2], full[3], full[0]];
    refused(classes_are(&twice).await, "markov.classes.given.regions[4].region");
    let negative = [("a", [1, -1, 2]), full[1], full[2], full[3]];
    refused(classes_are(&negative).await, "markov.classes.given.regions[0].classes[1]");
    let above = [("a", [1, 4, 2]), full[1], full[2], full[3]];
    refused(classes_are(&above).await, "markov.classes.given.count");
    let (reason, fields) = refusal(classes_are(&[("x", [1, 1, 1])]).await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("UNKNOWN_REGION", "markov.classes.given.regions[0].region"));

    let basis = markov(|own| own.classes.as_mut().unwrap().basis = v1::ClassBasis::Values.into());
    refused(basis.await, "markov.classes.basis");
    refused(markov(|own| own.mobility_weights = vec![1.0]).await, "markov.mobility_weights");
    refused(markov(|own| own.mobility_weights = vec![1.0, f64::NAN, 0.0]).await, "markov.mobility_weights[1]");
    refused(markov(|own| own.mobility_weights = vec![0.0; 3]).await, "markov.mobility_weights");
    refused(markov(|own| own.given_chains = vec![chain("selection", &[], &[])]).await, "markov.given_chains[0].name");
    refused(markov(|own| own.given_chains = vec![chain("x", &[[1, 1, 1]], &[])]).await, "markov.given_chains[0].rows");
    let negative = markov(|own| own.given_chains = vec![chain("x", &[[1, 1, -1], [0; 3], [0; 3]], &[])]);
    refused(negative.await, "markov.given_chains[0].rows[0].transitions[2]");
    let short = markov(|own| own.given_chains = vec![chain("x", &[], &[[0.5, 0.25, 0.0], [0.0; 3], [0.0; 3]])]);
    refused(short.await, "markov.given_chains[0].rows[0].probabilities");
    let both = markov(|own| own.given_chains = vec![chain("x", &[[1, 1, 1]; 2], &[[0.0; 3]])]);
    refused(both.await, "markov.given_chains[0].rows[2]");

    let spatial = |change: fn(&mut v1::SpatialMarkovOptions)| {
        ask(move |request| {
            let mut options = v1::SpatialMarkovOptions { classes: Some(classes()), ..Default::default() };
            change(&mut options);
            request.spatial_markov = Some(options);
        })
    };
    let ties = spatial(|own| own.categorical_lag = Some(v1::CategoricalLagOptions { ties: 9 }));
    refused(ties.await, "spatial_markov.categorical_lag.ties");
    let both = spatial(|own| {
        own.categorical_lag = Some(Default::default());
        own.lag_classes = Some(Default::default());
    });
    refused(both.await, "spatial_markov.categorical_lag");
    let basis = spatial(|own| own.classes.as_mut().unwrap().basis = v1::ClassBasis::Values.into());
    refused(basis.await, "spatial_markov.classes.basis");
    let drawn = ask(|request| {
        request.permutations = Some(9);
        request.spatial_markov = Some(v1::SpatialMarkovOptions { classes: Some(classes()), ..Default::default() });
    });
    assert_eq!(refusal(drawn.await).0, "UNDEFINED_ON_DATA");
}
