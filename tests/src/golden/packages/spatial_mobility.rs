//! Mobility among neighbours: spatial and LISA Markov chains, roses and distances between sequences.

use growthpole_methods::growth::mobility::{
    Chain, ChiSquaredTest, QuantileScope, TransitionCounts, ergodic_distributions, first_passage, quantile_classes,
    relative_values,
};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, SpatialMarkov, directional_rose, ergodic_difference, lisa_markov, sequence_distances,
    spatial_markov,
};
use growthpole_methods::stats::SpatialWeights;
use growthpole_methods::{Matrix, Progress};

use super::Runner;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "directional_lisa_rose_mexico" => |folder, case| rose(folder, case, "mexico", 4),
        "directional_lisa_rose_us_1969_2009" => |folder, case| rose(folder, case, "usjoin", 8),
        "lisa_markov_us" => lisa,
        "sequence_distances_mexico" => sequences,
        "spatial_markov_mexico_k2_m2" => |folder, case| spatial(folder, case, "mexico", quantiles(2), quantiles(2)),
        "spatial_markov_us_fixed_cutoffs" => |folder, case| {
            let rule = |name| ClassRule::CutOffs(case.numbers(name));
            spatial(folder, case, "usjoin", rule("cutoffs"), rule("lag_cutoffs"))
        },
        "spatial_markov_us_k4_m3_dof" => |folder, case| spatial(folder, case, "usjoin", quantiles(4), quantiles(3)),
        "spatial_markov_us_k4_m4" => |folder, case| spatial(folder, case, "usjoin", quantiles(4), quantiles(4)),
        _ => return None,
    })
}

fn quantiles(classes: usize) -> ClassRule {
    ClassRule::Quantiles { classes, scope: QuantileScope::Pooled }
}

/// Periods x regions, from the columns of a case, or of all years of the states of the US.
pub(super) fn values(folder: &Folder, case: &Reference, data: &str) -> Matrix {
    let columns: Vec<String> = match case.params["cols"].as_array() {
        Some(columns) => columns.iter().map(|column| column.as_str().unwrap().to_owned()).collect(),
        None => (1929..=2009).map(|year: u32| year.to_string()).collect(),
    };
    let records = folder.data(&format!("pysal_{data}.csv"));
    let rows: Vec<Vec<f64>> = columns.iter().map(|column| records.numbers(column)).collect();
    Matrix::try_new(rows.concat(), rows[0].len()).unwrap()
}

/// The contiguity of a data set, every link with the weight 1.
pub(super) fn contiguity(folder: &Folder, data: &str) -> SpatialWeights {
    let file = if data == "usjoin" { "pysal_states48_w.csv" } else { "pysal_mexico_w.csv" };
    let records = folder.data(file);
    let links: Vec<(usize, usize, f64)> = records
        .rows()
        .map(|row| {
            let position = |column| row.text(column).parse().unwrap();
            (position("focal_row"), position("neighbor_row"), row.number("weight"))
        })
        .collect();
    let regions = links.iter().map(|link| link.0.max(link.1)).max().unwrap() + 1;
    SpatialWeights::from_links(regions, &links).unwrap()
}

fn spatial(folder: &Folder, case: &Reference, data: &str, own: ClassRule, lag: ClassRule) -> Figures {
    let relative = relative_values(&values(folder, case, data)).unwrap();
    let weights = contiguity(folder, data).row_standardized();
    let markov = spatial_markov(&relative, &weights, &own, &lag.into(), &Progress::new()).unwrap();
    let mut figures = Figures::default();
    put_list(&mut figures, "result/cutoffs", markov.own.cut_offs.cells());
    put_list(&mut figures, "result/lag_cutoffs", markov.lag.cut_offs.cells());
    put_chain(&mut figures, &markov.all, ["result/transitions", "result/p", "result/s", "result/f"]);
    for (class, counts) in markov.by_lag.iter().enumerate() {
        let names = ["T", "P", "S", "F"].map(|name| format!("result/{name}/{class}"));
        put_chain(&mut figures, counts, names.each_ref().map(String::as_str));
    }
    put_tests(&mut figures, &markov);
    figures
}

fn put_tests(figures: &mut Figures, markov: &SpatialMarkov) {
    let test = markov.homogeneity;
    figures.put("result/Q", &[], test.q.statistic);
    figures.put("result/Q_p_value", &[], test.q.p);
    figures.put("result/LR", &[], test.likelihood_ratio.statistic);
    figures.put("result/LR_p_value", &[], test.likelihood_ratio.p);
    figures.put("result/dof_hom", &[], test.q.degrees as f64);
    let x2: f64 = markov.against_all.iter().flatten().map(|test| test.statistic).sum();
    figures.put("result/x2", &[], x2);
    figures.put("result/x2_dof", &[], test.q.degrees as f64);
    figures.put("result/x2_pvalue", &[], test.q.p);
    let all = ergodic_distributions(&Chain::from_counts(&markov.all));
    for (class, counts) in markov.by_lag.iter().enumerate() {
        put_test(figures, &format!("result/chi2/{class}"), markov.against_all[class]);
        let own = ergodic_distributions(&Chain::from_counts(counts));
        if let ([all], [own]) = (all.as_slice(), own.as_slice()) {
            put_test(figures, &format!("result/shtest/{class}"), ergodic_difference(all, own, counts.total()));
        }
    }
}

fn put_test(figures: &mut Figures, path: &str, test: Option<ChiSquaredTest>) {
    figures.put(path, &["0"], test.map(|test| test.statistic));
    figures.put(path, &["1"], test.and_then(|test| test.p));
    figures.put(path, &["2"], test.map(|test| test.degrees as f64));
}

/// Counts, probabilities, ergodic distributions and first passage times of a chain.
fn put_chain(figures: &mut Figures, counts: &TransitionCounts, names: [&str; 4]) {
    let chain = Chain::from_counts(counts);
    put_counts(figures, names[0], counts);
    put_probabilities(figures, names[1], &chain);
    put_ergodic(figures, names[2], &chain);
    put_matrix(figures, names[3], &first_passage(&chain, &Progress::new()).unwrap().means);
}

fn put_counts(figures: &mut Figures, path: &str, counts: &TransitionCounts) {
    let n = counts.n_classes();
    put_matrix(figures, path, &Matrix::from_fn(n, n, |from, to| counts.row(from)[to] as f64));
}

fn put_probabilities(figures: &mut Figures, path: &str, chain: &Chain) {
    let n = chain.n_states();
    put_matrix(figures, path, &Matrix::from_fn(n, n, |from, to| chain.row(from).map_or(f64::NAN, |row| row[to])));
}

/// A chain that falls apart has a list for each set of states that is never left.
fn put_ergodic(figures: &mut Figures, path: &str, chain: &Chain) {
    let is_whole = chain.structure().recurrent.iter().any(|set| set.len() == chain.n_states());
    for (set, distribution) in ergodic_distributions(chain).iter().enumerate() {
        let path = if is_whole { path.to_owned() } else { format!("{path}/{set}") };
        put_list(figures, &path, distribution);
    }
}

fn put_list(figures: &mut Figures, path: &str, values: &[f64]) {
    for (at, &value) in values.iter().enumerate() {
        figures.put(path, &[&at.to_string()], value);
    }
}

fn put_matrix(figures: &mut Figures, path: &str, matrix: &Matrix) {
    for (row, cells) in matrix.rows().enumerate() {
        put_list(figures, &format!("{path}/{row}"), cells);
    }
}

fn lisa(folder: &Folder, case: &Reference) -> Figures {
    let markov = lisa_markov(
        &values(folder, case, "usjoin"),
        &contiguity(folder, "usjoin").row_standardized(),
        &Progress::new(),
    )
    .unwrap();
    let mut figures = Figures::default();
    let quadrant = |period: usize, region: usize| usize::from(markov.quadrants.period(period)[region].unwrap());
    for region in 0..markov.quadrants.n_regions() {
        for period in 0..markov.quadrants.n_periods() {
            let number = quadrant(period, region) as f64 + 1.0;
            figures.put("result/q", &[&region.to_string(), &period.to_string()], number);
        }
        let joint = quadrant(0, region) * 4 + quadrant(1, region) + 1;
        figures.put("result/move_types_first", &[&region.to_string()], joint as f64);
    }
    let (counts, chain) = (&markov.transitions, Chain::from_counts(&markov.transitions));
    put_counts(&mut figures, "result/transitions", counts);
    put_probabilities(&mut figures, "result/p", &chain);
    put_ergodic(&mut figures, "result/steady_state", &chain);
    put_matrix(&mut figures, "result/expected_t", &markov.expected);
    // Where the source is wrong: numpy 2.4 gives this from the definition.
    assert!((markov.independence.statistic - 60.326_901_238_887_05).abs() < 1e-8, "{:?}", markov.independence);
    put_test(&mut figures, "result/chi_2", Some(markov.independence));
    figures
}

fn rose(folder: &Folder, case: &Reference, data: &str, sectors: usize) -> Figures {
    let relative = relative_values(&values(folder, case, data)).unwrap();
    let weights = contiguity(folder, data).row_standardized();
    let rose = directional_rose(relative.row(0), relative.row(1), &weights, sectors).unwrap();
    let mut figures = Figures::default();
    let cuts: Vec<f64> = (0..=sectors).map(|at| std::f64::consts::TAU * at as f64 / sectors as f64).collect();
    put_list(&mut figures, "result/cuts", &cuts);
    put_list(&mut figures, "result/counts", &rose.counts.iter().map(|&count| count as f64).collect::<Vec<_>>());
    put_list(&mut figures, "result/theta", &rose.moves.iter().map(|own| own.angle().unwrap()).collect::<Vec<_>>());
    put_list(&mut figures, "result/r", &rose.moves.iter().map(|own| own.length()).collect::<Vec<_>>());
    figures
}

fn sequences(folder: &Folder, case: &Reference) -> Figures {
    let classes = quantile_classes(&values(folder, case, "mexico"), 5, QuantileScope::EachPeriod).unwrap().paths;
    let path = |region: usize| (0..classes.n_periods()).map(|period| classes.period(period)[region].unwrap()).collect();
    let paths: Vec<Vec<u16>> = (0..12).map(path).collect();
    let costs = [
        ("hamming", SequenceCosts::Hamming),
        ("interval", SequenceCosts::Interval),
        ("arbitrary", SequenceCosts::Arbitrary),
        ("markov", SequenceCosts::Markov),
    ];
    let mut figures = Figures::default();
    for (name, costs) in costs {
        let distances = sequence_distances(&paths, 5, &costs, &Progress::new()).unwrap();
        put_matrix(&mut figures, &format!("result/{name}"), &distances);
    }
    figures
}
