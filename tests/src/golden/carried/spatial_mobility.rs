//! Mobility among neighbours: Markov chains by the class of the neighbours, and of quadrants.

use growthpole_contracts::v1;

use super::{Case, region, selection};
use crate::golden::figures::{Figures, Value};
use crate::golden::service::Service;

/// A request without draws, since figures of other packages hold none.
fn request(case: &Case) -> v1::TrackRanksRequest {
    let (first, last) = case.ends();
    v1::TrackRanksRequest {
        selection: Some(selection(case, &[first, last])),
        permutations: Some(0),
        ..Default::default()
    }
}

/// Quantiles over all regions and years together.
fn pooled(count: i32) -> v1::ClassOptions {
    let scope = v1::QuantileScope::Pooled.into();
    let quantiles = v1::QuantileClasses { count: Some(count), scope };
    v1::ClassOptions { by: Some(v1::class_options::By::Quantiles(quantiles)), ..Default::default() }
}

fn put_list<V: Into<Value>>(figures: &mut Figures, path: &str, values: impl IntoIterator<Item = V>) {
    for (at, value) in values.into_iter().enumerate() {
        figures.put(path, &[&at.to_string()], value);
    }
}

/// Transitions and probabilities of a chain; none from a state that nothing leaves.
fn put_states(figures: &mut Figures, states: &[v1::MarkovState], transitions: &str, probabilities: &str) {
    for (from, state) in states.iter().enumerate() {
        put_list(figures, &format!("{transitions}/{from}"), state.transitions.iter().map(|&count| count as f64));
        put_list(figures, &format!("{probabilities}/{from}"), state.probabilities.iter().copied());
    }
}

/// Ergodic distributions over all states, in a list of their own unless the only one is positive everywhere.
fn put_ergodic(figures: &mut Figures, ergodic: &[v1::ErgodicDistribution], states: usize, path: &str) {
    for (set, own) in ergodic.iter().enumerate() {
        let mut shares = vec![0.0; states];
        for (&class, &share) in own.classes.iter().zip(&own.probabilities) {
            shares[class as usize - 1] = share;
        }
        let path = if own.classes.len() == states { path.to_owned() } else { format!("{path}/{set}") };
        put_list(figures, &path, shares);
    }
}

pub(super) fn spatial_markov(service: &Service, case: &Case) -> Figures {
    let classes = if case.name.contains("k4_m4") { 4 } else { 3 };
    let keep_islands = case.name.contains("island_kept");
    let mut request = request(case);
    request.spatial_markov = Some(v1::SpatialMarkovOptions {
        weights: Some(v1::SpatialWeights { keep_islands, ..Default::default() }),
        classes: Some(pooled(classes)),
        ..Default::default()
    });
    let answer = service.track_ranks(request).spatial_markov.unwrap();
    let mut figures = Figures::default();
    put_list(&mut figures, "result/cutoffs", answer.cut_offs[0].values.iter().copied());
    put_list(&mut figures, "result/lag_cutoffs", answer.lag_cut_offs[0].values.iter().copied());
    let all = answer.all.unwrap();
    put_states(&mut figures, &all.states, "result/transitions", "result/p");
    put_ergodic(&mut figures, &all.ergodic, all.states.len(), "result/s");
    for (class, chain) in answer.by_lag.iter().enumerate() {
        put_states(&mut figures, &chain.states, &format!("result/T/{class}"), &format!("result/P/{class}"));
        put_ergodic(&mut figures, &chain.ergodic, chain.states.len(), &format!("result/S/{class}"));
        for (from, state) in chain.states.iter().enumerate() {
            let means = state.first_passage.iter().map(|own| own.mean);
            put_list(&mut figures, &format!("result/F/{class}/{from}"), means);
        }
    }
    let homogeneity = answer.homogeneity.unwrap();
    let (q, ratio) = (homogeneity.q.unwrap(), homogeneity.likelihood_ratio.unwrap());
    figures.put("result/Q", &[], q.statistic);
    figures.put("result/Q_p_value", &[], q.p);
    figures.put("result/LR", &[], ratio.statistic);
    figures.put("result/LR_p_value", &[], ratio.p);
    figures.put("result/dof_hom", &[], q.degrees_of_freedom as f64);
    let x2: f64 = answer.by_lag.iter().filter_map(|chain| Some(chain.against_all?.statistic)).sum();
    figures.put("result/x2", &[], x2);
    figures.put("result/x2_dof", &[], q.degrees_of_freedom as f64);
    figures.put("result/x2_pvalue", &[], q.p);
    figures
}

pub(super) fn lisa_markov(service: &Service, case: &Case) -> Figures {
    let mut request = request(case);
    request.lisa_markov = Some(v1::LisaMarkovOptions::default());
    let answer = service.track_ranks(request).lisa_markov.unwrap();
    let mut figures = Figures::default();
    for (at, path) in answer.regions.iter().enumerate() {
        assert_ne!(region(&path.region), "460000", "the island is left out");
        let quadrants = path.periods.iter().map(|own| f64::from(own.quadrant));
        put_list(&mut figures, &format!("result/q/{at}"), quadrants);
    }
    put_states(&mut figures, &answer.states, "result/transitions", "result/p");
    put_ergodic(&mut figures, &answer.ergodic, answer.states.len(), "result/steady_state");
    for (from, row) in answer.expected.iter().enumerate() {
        put_list(&mut figures, &format!("result/expected_t/{from}"), row.transitions.iter().copied());
    }
    let independence = answer.independence.unwrap();
    // Where the source is wrong: numpy 2.4 gives this from the definition, on the same figures.
    assert!((independence.statistic - 6.180_047_489_714_003).abs() < 1e-9, "{independence:?}");
    assert!((independence.p.unwrap() - 0.627_071_749_726_230_6).abs() < 1e-9, "{independence:?}");
    put_list(
        &mut figures,
        "result/chi_2",
        [
            Value::from(independence.statistic),
            Value::from(independence.p),
            Value::from(independence.degrees_of_freedom as f64),
        ],
    );
    figures
}
