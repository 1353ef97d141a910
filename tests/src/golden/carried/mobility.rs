//! Mobility of provinces through classes and ranks.

use growthpole_contracts::v1;

use super::{Case, selection};
use crate::golden::figures::{Figures, Value};
use crate::golden::service::Service;

/// The four regions of the statistics in the order of their names, by the data set's groups.
const GROUPS: [&str; 4] = ["central", "east", "northeast-three-provinces", "west"];

/// A request for the periods of a case, one by one, without draws.
fn request(case: &Case) -> v1::TrackRanksRequest {
    let list = v1::PeriodList { periods: case.input.periods.clone() };
    let periods = Some(v1::PeriodSelection { by: Some(v1::period_selection::By::List(list)) });
    v1::TrackRanksRequest {
        selection: Some(v1::Selection { periods, ..selection(case, &[case.ends().0]) }),
        permutations: Some(0),
        ..Default::default()
    }
}

fn groups() -> Vec<v1::NamedRegions> {
    let named = |name: &str| v1::NamedRegions {
        name: name.to_owned(),
        by: Some(v1::named_regions::By::Group(name.to_owned())),
    };
    GROUPS.iter().map(|name| named(name)).collect()
}

fn put_list<V: Into<Value>>(figures: &mut Figures, path: &str, values: impl IntoIterator<Item = V>) {
    for (at, value) in values.into_iter().enumerate() {
        figures.put(path, &[&at.to_string()], value);
    }
}

/// The chain of a case by the classes asked for.
fn chain(service: &Service, case: &Case, classes: Option<v1::ClassOptions>) -> (Figures, v1::TrackRanksResponse) {
    let mut request = request(case);
    request.markov = Some(v1::MarkovOptions { classes, ..Default::default() });
    let answer = service.track_ranks(request);
    let chain = answer.markov.as_ref().expect("the answer has the chain");
    let mut figures = Figures::default();
    for (at, state) in chain.states.iter().enumerate() {
        put_list(&mut figures, &format!("result/transitions/{at}"), state.transitions.iter().map(|&own| own as f64));
        put_list(&mut figures, &format!("result/p/{at}"), state.probabilities.iter().copied());
        put_list(&mut figures, &format!("result/mfpt/{at}"), state.first_passage.iter().map(|own| own.mean));
    }
    put_list(&mut figures, "result/prais", chain.states.iter().map(|state| state.leaving));
    put_list(&mut figures, "result/sojourn_time", chain.states.iter().map(|state| state.sojourn));
    assert_eq!(chain.ergodic.len(), 1);
    put_list(&mut figures, "result/steady_state", chain.ergodic[0].probabilities.iter().copied());
    let alike = chain.mobility.expect("mobility is defined");
    let at_ergodic = chain.mobility_at_ergodic.expect("mobility is defined in the long run");
    figures.put_all(
        "result",
        [
            ("mobility_P", alike.shorrocks),
            ("mobility_D", alike.determinant),
            ("mobility_L2", alike.second_eigenvalue),
            ("mobility_B1", alike.bartholomew_leaving),
            ("mobility_B2", alike.bartholomew_crossed),
            ("mobility_B1_ergodic", at_ergodic.bartholomew_leaving),
            ("mobility_B2_ergodic", at_ergodic.bartholomew_crossed),
        ],
    );
    (figures, answer)
}

pub(super) fn quintiles(service: &Service, case: &Case) -> Figures {
    let (mut figures, answer) = chain(service, case, None);
    // The classes of regions stand in one of the two cases.
    if case.expected.names_below("result").contains(&"class_ids_first_and_last_year") {
        for (at, path) in answer.paths.iter().enumerate() {
            let ends = [path.ranks.first(), path.ranks.last()];
            let classes = ends.map(|own| own.and_then(|own| own.class).map(|class| f64::from(class - 1)));
            put_list(&mut figures, &format!("result/class_ids_first_and_last_year/{at}"), classes);
        }
    }
    figures
}

pub(super) fn fixed_cut_offs(service: &Service, case: &Case) -> Figures {
    let cut_offs = v1::CutOffClasses { values: vec![0.6, 0.8, 1.0, 1.4] };
    let by = Some(v1::class_options::By::CutOffs(cut_offs));
    chain(service, case, Some(v1::ClassOptions { by, ..Default::default() })).0
}

pub(super) fn homogeneity(service: &Service, case: &Case) -> Figures {
    let range = |start: &str, end: &str| v1::PeriodRange { start: start.to_owned(), end: end.to_owned() };
    let mut request = request(case);
    let sub_periods = vec![range("2000", "2008"), range("2008", "2019")];
    request.markov = Some(v1::MarkovOptions { sub_periods, ..Default::default() });
    let test = service.track_ranks(request).markov.expect("the answer has the chain").homogeneity.remove(0);
    let mut figures = Figures::default();
    let mut put = |names: [&str; 3], test: Option<v1::ChiSquaredTest>| {
        let test = test.expect("the answer has the test");
        figures.put("result", &[names[0]], test.statistic);
        figures.put("result", &[names[1]], test.p);
        test.degrees_of_freedom as f64
    };
    let degrees = [put(["Q", "Q_p", ""], test.q), put(["LR", "LR_p", ""], test.likelihood_ratio)];
    assert_eq!(degrees[0], degrees[1]);
    let kullback = test.kullback.expect("the answer has the test");
    figures.put("result/dof", &[], degrees[0]);
    figures.put("result/kullback", &["Conditional homogeneity"], kullback.statistic);
    figures.put("result/kullback", &["Conditional homogeneity dof"], kullback.degrees_of_freedom as f64);
    figures.put("result/kullback", &["Conditional homogeneity pvalue"], kullback.p);
    figures
}

pub(super) fn full_rank(service: &Service, case: &Case) -> Figures {
    let mut request = request(case);
    request.full_rank_markov = Some(v1::FullRankMarkovOptions { first_passage: true, from_ranks: vec![1] });
    let chain = service.track_ranks(request).full_rank_markov.expect("the answer has the chain");
    let n = chain.states.len();
    let place = |number: i32| usize::try_from(number).expect("a number of a state") - 1;
    let mut figures = Figures::default();
    for (at, state) in chain.states.iter().enumerate() {
        let mut counts = vec![0.0; n];
        state.transitions.iter().for_each(|own| counts[place(own.to)] = f64::from(own.count));
        put_list(&mut figures, &format!("result/transitions/{at}"), counts);
    }
    put_list(&mut figures, "result/sojourn_time", chain.states.iter().map(|state| state.sojourn));
    for (at, set) in chain.recurrent.iter().enumerate() {
        let mut shares = vec![0.0; n];
        set.states.iter().for_each(|&number| shares[place(number)] = set.ergodic_probability);
        put_list(&mut figures, &format!("result/steady_state/{at}"), shares);
    }
    let mut times = vec![None; n];
    chain.first_passage[0].times.iter().for_each(|time| times[place(time.to)] = Some(time.mean));
    put_list(&mut figures, "result/mfpt", times);
    figures
}

fn correlation(service: &Service, case: &Case) -> v1::RankCorrelation {
    let mut request = request(case);
    request.rank_correlation = Some(v1::RankCorrelationOptions {});
    service.track_ranks(request).rank_correlations.remove(0)
}

fn put_pairs(figures: &mut Figures, own: &v1::RankCorrelation) {
    let counts = [
        ("concordant", own.concordant),
        ("discordant", own.discordant),
        ("extraX", own.equal_in_second),
        ("extraY", own.equal_in_first),
    ];
    figures.put_all("result", counts.map(|(name, count)| (name, count as f64)));
}

pub(super) fn tau_family(service: &Service, case: &Case) -> Figures {
    let own = correlation(service, case);
    let mut figures = Figures::default();
    figures.put_all("result", [("tau", own.kendall_tau_b), ("tau_p", own.kendall_p), ("tau_a", own.kendall_tau_a)]);
    put_pairs(&mut figures, &own);
    put_list(&mut figures, "result/tau_local", own.local.iter().map(|own| own.tau));

    let mut request = request(case);
    request.neighbour_concordance = Some(v1::NeighbourConcordanceOptions::default());
    request.group_mobility = Some(v1::GroupMobilityOptions { groups: groups() });
    let answer = service.track_ranks(request);
    let neighbours = answer.neighbour_concordance.expect("the answer has the neighbours");
    figures.put("result/tau_spatial", &[], neighbours.tau);
    put_list(&mut figures, "result/tau_local_neighbor", neighbours.regions.iter().map(|own| own.neighbour_tau));
    let hoods = neighbours.regions.iter().map(|own| own.neighbourhood_tau);
    put_list(&mut figures, "result/tau_local_neighborhood", hoods);
    let place = |name: &str| GROUPS.iter().position(|own| *own == name).expect("a name of a group").to_string();
    for own in answer.group_mobility.expect("the answer has the groups").concordance {
        let (first, second) = (place(&own.first_group), place(&own.second_group));
        figures.put("result/tau_regional", &[&first, &second], own.tau);
        if first != second {
            figures.put("result/tau_regional", &[&second, &first], own.tau);
        }
    }
    figures
}

pub(super) fn tau_with_ties(service: &Service, case: &Case) -> Figures {
    let own = correlation(service, case);
    let mut figures = Figures::default();
    figures.put_all("result", [("tau_b", own.kendall_tau_b), ("tau_p", own.kendall_p)]);
    put_pairs(&mut figures, &own);
    figures.put_all("textbook_result", [("tau_b", own.kendall_tau_b), ("p_tie_corrected_normal", own.kendall_p)]);
    figures
}

pub(super) fn theta(service: &Service, case: &Case) -> Figures {
    let mut request = request(case);
    request.group_mobility = Some(v1::GroupMobilityOptions { groups: groups() });
    let own = service.track_ranks(request).group_mobility.expect("the answer has the groups");
    let mut figures = Figures::default();
    put_list(&mut figures, "result/theta", own.steps.iter().map(|step| step.theta));
    put_list(&mut figures, "result/total", own.steps.iter().map(|step| step.rank_changes));
    figures.put("result/max_total", &[], own.most_rank_changes as f64);
    figures
}
