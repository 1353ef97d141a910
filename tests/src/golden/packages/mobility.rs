//! Mobility through classes and ranks.

use growthpole_methods::growth::mobility::{
    Chain, ClassPaths, Draws, Groups, QuantileScope, RankChain, RankPairs, TransitionCounts, count_steps,
    count_transitions, cut_off_classes, ergodic_distributions, first_passage, full_rank_chain, geographic_rank_chain,
    homogeneity, kendall, local_tau, mobility_indices, neighbour_set_tau, neighbourhood_tau, prais, quantile_classes,
    regional_tau, relative_values, sojourn_times, spatial_tau, theta,
};
use growthpole_methods::stats::SpatialWeights;
use growthpole_methods::{Matrix, Progress};

use super::Runner;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Records;

const WITHOUT_DRAWS: Draws = Draws { permutations: 0, seed: 0 };

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "ergodic_land_of_oz" => oz,
        "full_rank_markov_mexico" => full_rank_mexico,
        "full_rank_markov_us" => full_rank_us,
        "geo_rank_markov_us" => geographic_rank_us,
        "markov_absorbing_and_missing_class_edge" => absorbing_and_missing,
        "markov_fixed_relative_income_us" => fixed_cut_offs_us,
        "markov_homogeneity_us_periods" => homogeneity_us,
        "markov_quartiles_mexico" => quartiles_mexico,
        "markov_quintiles_us_1929_2009" => quintiles_us,
        "rank_tau_family_mexico_1940_2000" => tau_family_mexico,
        "tau_ties_edge" => tau_ties,
        "tau_ties_edge_2" => tau_deciles,
        "theta_mexico_esquivel99" => theta_mexico,
        _ => return None,
    })
}

/// Incomes of the states of the US, years by states.
fn us(folder: &Folder) -> Matrix {
    let records = folder.data("pysal_usjoin.csv");
    by_period(&records, (1929..=2009).map(|year| year.to_string()))
}

/// Incomes of the states of Mexico, decades by states.
fn mexico(folder: &Folder) -> (Records, Matrix) {
    let records = folder.data("pysal_mexico.csv");
    let incomes = by_period(&records, (1940..=2000).step_by(10).map(|year| format!("pcgdp{year}")));
    (records, incomes)
}

fn by_period(records: &Records, columns: impl Iterator<Item = String>) -> Matrix {
    let cells: Vec<f64> = columns.flat_map(|column| records.numbers(&column)).collect();
    Matrix::try_new(cells, records.rows().count()).unwrap()
}

/// Groups by the numbers of a column, in their order.
fn groups(records: &Records, column: &str) -> Groups {
    let codes: Vec<i64> = records.numbers(column).into_iter().map(|code| code as i64).collect();
    let mut distinct = codes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let of_regions = codes.iter().map(|code| distinct.binary_search(code).unwrap()).collect();
    Groups::try_new(of_regions, distinct.len()).unwrap()
}

fn put_vector<V>(figures: &mut Figures, path: &str, values: impl IntoIterator<Item = V>)
where
    V: Into<crate::golden::figures::Value>,
{
    for (at, value) in values.into_iter().enumerate() {
        figures.put(path, &[&at.to_string()], value);
    }
}

fn put_matrix(figures: &mut Figures, path: &str, matrix: &Matrix) {
    for (at, row) in matrix.rows().enumerate() {
        put_vector(figures, &format!("{path}/{at}"), row.iter().copied());
    }
}

fn put_counts(figures: &mut Figures, counts: &TransitionCounts) {
    for (at, row) in counts.rows().enumerate() {
        put_vector(figures, &format!("result/transitions/{at}"), row.iter().map(|&count| count as f64));
    }
}

fn oz(_: &Folder, case: &Reference) -> Figures {
    let rows = Figures::from_json("P", &case.params["P"]);
    let chain = Chain::try_new((0..3).map(|row| Some(rows.below("P", &[&row.to_string()]))).collect()).unwrap();
    let times = first_passage(&chain, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    put_vector(&mut figures, "result/steady", ergodic_distributions(&chain).remove(0));
    put_matrix(&mut figures, "result/mfpt", &times.means);
    put_matrix(&mut figures, "result/var_mfpt", &times.variances);
    figures
}

/// All that is computed from the classes of regions.
fn chain_of(paths: &ClassPaths) -> Figures {
    let counts = count_transitions(paths);
    let chain = Chain::from_counts(&counts);
    let mut figures = Figures::default();
    put_counts(&mut figures, &counts);
    for state in 0..chain.n_states() {
        let row = chain.row(state).unwrap_or_default();
        put_vector(&mut figures, &format!("result/p/{state}"), row.iter().copied());
    }
    put_vector(&mut figures, "result/prais", prais(&chain));
    put_vector(&mut figures, "result/sojourn_time", sojourn_times(&chain));
    put_ergodic(&mut figures, ergodic_distributions(&chain));
    let indices = mobility_indices(&chain, None).unwrap();
    // The weights with which the reference shows that weights count: 1, 2, 3 and so on.
    let ascending: Vec<f64> = (1..=chain.n_states()).map(|weight| weight as f64).collect();
    let weighted = mobility_indices(&chain, Some(&ascending)).unwrap();
    let named = [
        ("mobility_P", indices.shorrocks),
        ("mobility_D", indices.determinant),
        ("mobility_L2", indices.second_eigenvalue),
        ("mobility_B1", indices.bartholomew_leaving),
        ("mobility_B2", indices.bartholomew_crossed),
        ("mobility_B1_ini", weighted.bartholomew_leaving),
        ("mobility_B2_ini", weighted.bartholomew_crossed),
    ];
    figures.put_all("result", named);
    let structure = chain.structure();
    for (name, sets) in [("communicating", &structure.communicating), ("recurrent", &structure.recurrent)] {
        for (at, set) in sets.iter().enumerate() {
            put_vector(&mut figures, &format!("result/classes/{name}/{at}"), set.iter().map(|&state| state as f64));
        }
    }
    let transient = structure.communicating.len() - structure.recurrent.len();
    figures.put("result/classes/num_transient", &[], transient as f64);
    put_vector(&mut figures, "result/classes/absorbing", structure.absorbing.iter().map(|&state| state as f64));
    figures
}

fn put_ergodic(figures: &mut Figures, mut distributions: Vec<Vec<f64>>) {
    if distributions.len() == 1 {
        put_vector(figures, "result/steady_state", distributions.remove(0));
    } else {
        for (at, distribution) in distributions.into_iter().enumerate() {
            put_vector(figures, &format!("result/steady_state/{at}"), distribution);
        }
    }
}

fn with_passage(paths: &ClassPaths) -> Figures {
    let mut figures = chain_of(paths);
    let chain = Chain::from_counts(&count_transitions(paths));
    put_matrix(&mut figures, "result/mfpt", &first_passage(&chain, &Progress::new()).unwrap().means);
    figures
}

fn absorbing_and_missing(_: &Folder, case: &Reference) -> Figures {
    let by_region = Figures::from_json("c", &case.params["class_ids"]);
    let class =
        |region: usize, period: usize| by_region.number("c", &[&region.to_string(), &period.to_string()]) as u16;
    let cells = (0..9).map(|at| Some(class(at % 3, at / 3))).collect();
    chain_of(&ClassPaths::try_new(cells, 3, 4).unwrap())
}

fn quintiles_us(folder: &Folder, _: &Reference) -> Figures {
    let classes = quantile_classes(&us(folder), 5, QuantileScope::EachPeriod).unwrap();
    let mut figures = with_passage(&classes.paths);
    let first = classes.paths.period(0).iter().map(|class| class.map(f64::from));
    put_vector(&mut figures, "result/class_ids_first_year", first);
    figures
}

fn quartiles_mexico(folder: &Folder, _: &Reference) -> Figures {
    with_passage(&quantile_classes(&mexico(folder).1, 4, QuantileScope::EachPeriod).unwrap().paths)
}

fn fixed_cut_offs_us(folder: &Folder, case: &Reference) -> Figures {
    let relative = relative_values(&us(folder)).unwrap();
    with_passage(&cut_off_classes(&relative, &case.numbers("cutoffs")).unwrap().paths)
}

fn homogeneity_us(folder: &Folder, _: &Reference) -> Figures {
    let paths = quantile_classes(&us(folder), 5, QuantileScope::EachPeriod).unwrap().paths;
    let test = homogeneity(&[0..20, 20..40, 40..80].map(|steps| count_steps(&paths, steps))).unwrap();
    let mut figures = Figures::default();
    figures.put("result/Q", &[], test.q.statistic);
    figures.put("result/Q_p", &[], test.q.p);
    figures.put("result/LR", &[], test.likelihood_ratio.statistic);
    figures.put("result/LR_p", &[], test.likelihood_ratio.p);
    figures.put("result/dof", &[], test.q.degrees as f64);
    figures.put("result/kullback", &["Conditional homogeneity dof"], test.kullback.degrees as f64);
    figures.put("result/kullback", &["Conditional homogeneity"], test.kullback.statistic);
    figures.put("result/kullback", &["Conditional homogeneity pvalue"], test.kullback.p);
    figures
}

/// The regions from the last to the first: among equals the reference gives the first the worst rank, we the best.
fn reversed(values: &Matrix) -> Matrix {
    let last = values.n_columns() - 1;
    Matrix::from_fn(values.n_rows(), values.n_columns(), |period, region| values.get(period, last - region))
}

/// A rank chain, with the states named by `name`.
fn rank_chain(chain: &RankChain, name: impl Fn(usize) -> usize) -> Figures {
    let n = chain.n_states();
    let mut counts = vec![vec![0.0; n]; n];
    for state in 0..n {
        chain.transitions(state).for_each(|(to, count)| counts[name(state)][name(to)] = count as f64);
    }
    let sojourn = chain.sojourn_times();
    let mut figures = Figures::default();
    for (at, row) in counts.into_iter().enumerate() {
        put_vector(&mut figures, &format!("result/transitions/{at}"), row);
    }
    put_vector(&mut figures, "result/sojourn_time", (0..n).map(|state| sojourn[name(state)]));
    figures
}

fn put_long_run(figures: &mut Figures, chain: &RankChain, name: impl Fn(usize) -> usize) {
    let times = chain.mean_first_passage(&Progress::new()).unwrap();
    let n = chain.n_states();
    put_vector(figures, "result/mfpt_first_row", (0..n).map(|to| times.get(name(0), name(to))));
    assert_eq!(chain.classes().len(), 1);
    put_vector(figures, "result/steady_state", vec![chain.ergodic_probabilities()[0]; n]);
}

fn full_rank_mexico(folder: &Folder, _: &Reference) -> Figures {
    rank_chain(&full_rank_chain(&reversed(&mexico(folder).1), &Progress::new()).unwrap(), |rank| rank)
}

fn full_rank_us(folder: &Folder, _: &Reference) -> Figures {
    let chain = full_rank_chain(&reversed(&us(folder)), &Progress::new()).unwrap();
    let mut figures = rank_chain(&chain, |rank| rank);
    put_long_run(&mut figures, &chain, |rank| rank);
    figures
}

fn geographic_rank_us(folder: &Folder, _: &Reference) -> Figures {
    let chain = geographic_rank_chain(&reversed(&us(folder)), &Progress::new()).unwrap();
    let last = chain.n_states() - 1;
    let mut figures = rank_chain(&chain, |region| last - region);
    put_long_run(&mut figures, &chain, |region| last - region);
    figures
}

fn tau_family_mexico(folder: &Folder, case: &Reference) -> Figures {
    let (records, incomes) = mexico(folder);
    let ranks = RankPairs::try_new(incomes.row(0), incomes.row(incomes.n_rows() - 1)).unwrap();
    let links: Vec<_> = (folder.data("pysal_mexico_w.csv").rows())
        .map(|row| (row.number("focal_row") as usize, row.number("neighbor_row") as usize, row.number("weight")))
        .collect();
    let weights = SpatialWeights::from_links(ranks.n_regions(), &links).unwrap();
    let progress = Progress::new();
    let own = kendall(&ranks);
    let spatial = spatial_tau(&ranks, &weights, WITHOUT_DRAWS, &progress).unwrap();
    let neighbours = neighbour_set_tau(&ranks, &weights, WITHOUT_DRAWS, &progress).unwrap();
    let neighbourhoods = neighbourhood_tau(&ranks, &weights, WITHOUT_DRAWS, &progress).unwrap();

    let mut figures = Figures::default();
    let numbers = [
        ("tau", own.tau_b),
        ("tau_p", own.p),
        ("tau_a", own.tau_a),
        ("concordant", own.concordant as f64),
        ("discordant", own.discordant as f64),
        ("extraX", own.equal_in_second as f64),
        ("extraY", own.equal_in_first as f64),
        ("tau_spatial", spatial.tau),
        ("spatial_concordant", spatial.concordant as f64),
        ("spatial_discordant", spatial.discordant as f64),
    ];
    figures.put_all("result", numbers);
    put_vector(&mut figures, "result/tau_local", local_tau(&ranks));
    put_vector(&mut figures, "result/tau_local_neighbor", neighbours.iter().map(|own| own.tau));
    let shares = neighbours.iter().map(|own| own.neighbours as f64 / weights.n_links() as f64);
    put_vector(&mut figures, "result/weights", shares);
    put_vector(&mut figures, "result/tau_local_neighborhood", neighbourhoods.iter().map(|own| own.tau));
    let regimes = groups(&records, case.params["regime"].as_str().unwrap());
    for own in regional_tau(&ranks, &regimes, WITHOUT_DRAWS, &progress).unwrap() {
        let (first, second) = (own.first.to_string(), own.second.to_string());
        figures.put("result/tau_regional", &[&first, &second], own.tau);
        if first != second {
            figures.put("result/tau_regional", &[&second, &first], own.tau);
        }
    }
    figures
}

fn put_tau(first: &[f64], second: &[f64]) -> Figures {
    let own = kendall(&RankPairs::try_new(first, second).unwrap());
    let mut figures = Figures::default();
    figures.put_all("result", [("tau_b", own.tau_b), ("tau_p", own.p), ("tau_a", own.tau_a)]);
    figures
}

fn tau_ties(_: &Folder, case: &Reference) -> Figures {
    put_tau(&case.numbers("x"), &case.numbers("y"))
}

fn tau_deciles(folder: &Folder, _: &Reference) -> Figures {
    let classes = quantile_classes(&us(folder), 10, QuantileScope::EachPeriod).unwrap().paths;
    let of_year = |year: usize| -> Vec<f64> {
        classes.period(year - 1929).iter().map(|class| f64::from(class.unwrap())).collect()
    };
    put_tau(&of_year(1969), &of_year(1999))
}

fn theta_mexico(folder: &Folder, _: &Reference) -> Figures {
    let (records, incomes) = mexico(folder);
    let regimes = groups(&records, "esquivel99");
    let thetas = theta(&incomes, &regimes, WITHOUT_DRAWS, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    put_vector(&mut figures, "result/theta", thetas.iter().map(|own| own.theta));
    put_vector(&mut figures, "result/total", thetas.iter().map(|own| own.rank_changes));
    let n = incomes.n_columns();
    figures.put("result/max_total", &[], (n * n / 2) as f64);
    figures
}
