//! Measures of inequality.

use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, Groups, InequalityError, atkinson, coefficient_of_variation, coulter, dalton,
    entropy_by_groups, geometric_mean, gini, gini_of_sample, herfindahl, hoover, lorenz, mean_log_deviation,
    normalized_coefficient_of_variation, schutz, spatial_gini, theil_t, variance, williamson, wolfson,
};
use growthpole_methods::stats::{SpatialWeights, Spread};

use super::Runner;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Records;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "disp_table_automotive_quantities" => quantities_of_makers,
        "disp_table_automotive_with_missing" => turnover_of_makers,
        "gini_weighted_unsorted" | "gini_weighted_unsorted_2000" => weighted_gini,
        "ineq_battery_counties_2014" => counties,
        "ineq_edges" | "ineq_edges_2" => edges,
        "pysal_inequality_edges" => edges_of_pysal,
        "pysal_atkinson_wolfson_schutz_us_2000" => states_in_2000,
        "pysal_gini_theil_usjoin_all_years" => states_in_all_years,
        "pysal_spatial_gini_mexico_hanson98" => spatial_of_blocks,
        "pysal_spatial_gini_us_contiguity_1969" => spatial_of_borders,
        "pysal_theil_decomposition_mexico_esquivel99" | "pysal_theil_decomposition_mexico_hanson98" => theil_by_groups,
        _ => return None,
    })
}

/// A measure of values that count alike; undefined where there are none or the method refuses them.
fn alike(values: &[f64], measure: impl Fn(&Distribution<'_>) -> Result<f64, InequalityError>) -> Option<f64> {
    Distribution::new(values).and_then(|values| measure(&values)).ok()
}

/// A measure of values by weight.
fn weighted(
    values: &[f64],
    weights: &[f64],
    measure: impl Fn(&Distribution<'_>) -> Result<f64, InequalityError>,
) -> Option<f64> {
    Distribution::weighted(values, weights).and_then(|values| measure(&values)).ok()
}

/// A measure of shares with the shares of a reference: that of ratios weighted by the reference.
fn relative(
    values: &[f64],
    reference: &[f64],
    measure: impl Fn(&Distribution<'_>) -> Result<f64, InequalityError>,
) -> Option<f64> {
    let ratios: Vec<f64> = values.iter().zip(reference).map(|(value, reference)| value / reference).collect();
    weighted(&ratios, reference, measure)
}

fn deviation(values: &Distribution<'_>, spread: Spread) -> Result<f64, InequalityError> {
    variance(values, spread).map(f64::sqrt)
}

fn index(values: &Distribution<'_>, aversion: f64) -> Result<f64, InequalityError> {
    atkinson(values, aversion).map(|own| own.index)
}

/// The three forms of the Herfindahl index.
fn concentration(values: &[f64]) -> [Option<f64>; 3] {
    let own = Distribution::new(values).and_then(|values| herfindahl(&values)).ok();
    [own.map(|own| own.index), own.and_then(|own| own.normalized), own.map(|own| own.equivalent_number)]
}

/// Rows of REAT's table of measures that need no weights.
fn dispersion(figures: &mut Figures, column: &str, values: &[f64], hoover_row: &str, coulter_row: &str) {
    let [index_of_concentration, normalized, equivalent] = concentration(values);
    let rows = [
        ("Gini", alike(values, gini)),
        ("Gini n", alike(values, gini_of_sample)),
        ("HHI", index_of_concentration),
        ("HHI n", normalized),
        ("HHI eq", equivalent),
        (hoover_row, alike(values, hoover)),
        ("Theil", alike(values, mean_log_deviation)),
        (coulter_row, alike(values, coulter)),
        ("Atkinson", alike(values, |values| index(values, 0.5))),
        ("Dalton", alike(values, dalton)),
        ("SD", alike(values, |values| deviation(values, Spread::Sample))),
        ("CV", alike(values, |values| coefficient_of_variation(values, Spread::Sample))),
        ("CV n", alike(values, |values| normalized_coefficient_of_variation(values, Spread::Sample))),
    ];
    rows.into_iter().for_each(|(row, value)| figures.put("result", &[row, column], value));
}

fn quantities_of_makers(folder: &Folder, _: &Reference) -> Figures {
    let makers = folder.data("reat_automotive.csv");
    let weights = makers.numbers("Quantity2014");
    let mut figures = Figures::default();
    for column in ["Quantity2014", "Quantity2014_car"] {
        let values = makers.numbers(column);
        // With weights the table's Coulter coefficient is that of shares against the shares of the weights.
        let mut alone = Figures::default();
        dispersion(&mut alone, column, &values, "Hoover", "Coulter of equal shares");
        let row = |path: &crate::golden::figures::Path| path.matches("result/Coulter of equal shares");
        figures.extend(alone.into_iter().filter(|(path, _)| !row(path)));
        let sample = values.len() as f64 / (values.len() - 1) as f64;
        let by_weight = weighted(&values, &weights, gini);
        let rows = [
            ("Gini w", by_weight),
            ("Gini w n", by_weight.map(|gini| gini * sample)),
            ("Coulter", relative(&values, &weights, coulter)),
            ("Hoover w", relative(&values, &weights, hoover)),
            ("Williamson", weighted(&values, &weights, williamson)),
            ("SD w", weighted(&values, &weights, |values| deviation(values, Spread::Population))),
            ("Theil w", weighted(&values, &weights, mean_log_deviation)),
        ];
        rows.into_iter().for_each(|(row, value)| figures.put("result", &[row, column], value));
    }
    figures
}

fn turnover_of_makers(folder: &Folder, _: &Reference) -> Figures {
    let makers = folder.data("reat_automotive.csv");
    let mut figures = Figures::default();
    for column in ["Turnover2008", "Turnover2012", "Turnover2013"] {
        let values: Vec<f64> = makers.numbers(column).into_iter().filter(|value| !value.is_nan()).collect();
        dispersion(&mut figures, column, &values, "Hoover non-w", "Coulter non-w");
    }
    figures
}

fn weighted_gini(folder: &Folder, case: &Reference) -> Figures {
    let counties = folder.data("reat_g_counties_gdp.csv");
    let column = |name: &str| counties.numbers(case.params[name].as_str().expect("the name of a column"));
    // "first 40", or "101:160" counted from 1.
    let rows = match case.params["rows"].as_str().and_then(|rows| rows.split_once(':')) {
        Some((first, last)) => first.parse::<usize>().unwrap() - 1..last.parse().unwrap(),
        None => 0..40,
    };
    let mut figures = Figures::default();
    figures.put("result/gini2", &[], weighted(&column("x")[rows.clone()], &column("w")[rows], gini));
    figures
}

fn counties(folder: &Folder, _: &Reference) -> Figures {
    let records = folder.data("reat_g_counties_gdp.csv");
    let (values, heads) = (records.numbers("gdppc2014"), records.numbers("pop2014"));
    let [concentrated, normalized, equivalent] = concentration(&values);
    let results = [
        ("gini", alike(&values, gini)),
        ("gini2", alike(&values, gini)),
        ("gini_norm", alike(&values, gini_of_sample)),
        ("gini2_w", weighted(&values, &heads, gini)),
        ("gini2_w_norm", weighted(&values, &heads, gini_of_sample)),
        ("herf", concentrated),
        ("herf_norm", normalized),
        ("equivalent_number", equivalent),
        ("hoover", alike(&values, hoover)),
        ("hoover_ref", relative(&values, &heads, hoover)),
        ("theil_REAT", alike(&values, mean_log_deviation)),
        ("atkinson_0.5", alike(&values, |values| index(values, 0.5))),
        ("atkinson_1", alike(&values, |values| index(values, 1.0))),
        ("atkinson_2", alike(&values, |values| index(values, 2.0))),
        ("dalton", alike(&values, dalton)),
        ("coulter", alike(&values, coulter)),
        ("coulter_w", relative(&values, &heads, coulter)),
        ("var", alike(&values, |values| variance(values, Spread::Sample))),
        ("sd", alike(&values, |values| deviation(values, Spread::Sample))),
        ("sd_pop", alike(&values, |values| deviation(values, Spread::Population))),
        ("sd_w_wmean", weighted(&values, &heads, |values| deviation(values, Spread::Population))),
        ("cv", alike(&values, |values| coefficient_of_variation(values, Spread::Sample))),
        ("cv_pop", alike(&values, |values| coefficient_of_variation(values, Spread::Population))),
        ("cv_norm", alike(&values, |values| normalized_coefficient_of_variation(values, Spread::Sample))),
        ("williamson_wmean", weighted(&values, &heads, williamson)),
        ("mean", alike(&values, |values| Ok(values.mean()))),
        ("mean_w", weighted(&values, &heads, |values| Ok(values.mean()))),
        ("mean_geom", alike(&values, geometric_mean)),
    ];
    let textbook = [
        ("theil_T", alike(&values, theil_t)),
        ("mld", alike(&values, mean_log_deviation)),
        ("theil_T_weighted", weighted(&values, &heads, theil_t)),
        ("mld_weighted", weighted(&values, &heads, mean_log_deviation)),
        ("williamson", weighted(&values, &heads, williamson)),
    ];
    let mut figures = Figures::default();
    figures.put_all("result", results);
    figures.put_all("textbook_result", textbook);
    figures
}

/// The values of an edge case, with nothing for what is not available.
fn edge(case: &Reference, name: &str) -> Vec<f64> {
    match case.params[name].as_f64() {
        Some(value) => vec![value],
        None => case.numbers(name).into_iter().filter(|value| !value.is_nan()).collect(),
    }
}

fn edges(_: &Folder, case: &Reference) -> Figures {
    let mut figures = Figures::default();
    for name in case.params.as_object().expect("parameters").keys() {
        let values = edge(case, name);
        let rows = [
            ("gini", alike(&values, gini)),
            ("gini2", alike(&values, gini)),
            ("gini2_norm", alike(&values, gini_of_sample)),
            ("EconGeo_Gini", alike(&values, gini)),
            ("herf_norm", concentration(&values)[1]),
            ("hoover", alike(&values, hoover)),
            ("theil", alike(&values, mean_log_deviation)),
            ("atkinson", alike(&values, |values| index(values, 0.5))),
            ("atkinson_1", alike(&values, |values| index(values, 1.0))),
            ("dalton", alike(&values, dalton)),
            ("cv", alike(&values, |values| coefficient_of_variation(values, Spread::Sample))),
            ("coulter", alike(&values, coulter)),
        ];
        figures.put_all(&format!("result/{name}"), rows);
    }
    figures
}

fn edges_of_pysal(_: &Folder, case: &Reference) -> Figures {
    let mut figures = Figures::default();
    for name in case.params.as_object().expect("parameters").keys() {
        let values = if name == "nan" { vec![1.0, f64::NAN, 3.0] } else { case.numbers(name) };
        let rows = [
            ("gini", alike(&values, gini)),
            ("theil", alike(&values, theil_t)),
            ("atkinson_0.5", alike(&values, |values| index(values, 0.5))),
            ("atkinson_1", alike(&values, |values| index(values, 1.0))),
        ];
        figures.put_all(&format!("result/{name}"), rows);
    }
    figures
}

fn states_in_2000(folder: &Folder, _: &Reference) -> Figures {
    let values = folder.data("pysal_usjoin.csv").numbers("2000");
    let values = Distribution::new(&values).unwrap();
    let mut figures = Figures::default();
    for (name, aversion) in [("0", 0.0), ("0.5", 0.5), ("1", 1.0), ("2", 2.0)] {
        let own = atkinson(&values, aversion).unwrap();
        figures.put("result/atkinson", &[name], own.index);
        if aversion > 0.0 {
            figures.put("result/EDE", &[name], own.equally_distributed_equivalent);
        }
    }
    figures.put("result/wolfson", &[], wolfson(&values).unwrap() / 2.0);
    let (schutz, curve) = (schutz(&values).unwrap(), lorenz(&values).unwrap());
    figures.put("result/schutz_distance", &[], schutz.distance);
    figures.put("result/schutz_intersection", &[], schutz.below_mean);
    for (name, shares) in [("lorenz_pop", curve.population), ("lorenz_income", curve.total)] {
        shares.iter().enumerate().for_each(|(at, share)| figures.put("result", &[name, &at.to_string()], *share));
    }
    figures
}

fn states_in_all_years(folder: &Folder, _: &Reference) -> Figures {
    let states = folder.data("pysal_usjoin.csv");
    let mut figures = Figures::default();
    for year in 1929..=2009 {
        let (year, values) = (year.to_string(), states.numbers(&year.to_string()));
        figures.put("result/gini", &[&year], alike(&values, gini));
        figures.put("result/theil_T", &[&year], alike(&values, theil_t));
    }
    figures
}

/// The names of a list of columns among the parameters.
fn columns(case: &Reference) -> Vec<&str> {
    let columns = case.params["cols"].as_array().expect("a list of columns");
    columns.iter().map(|column| column.as_str().expect("the name of a column")).collect()
}

/// The partition of the Mexican states by a column of it, in the order in which its groups first appear.
fn partition(states: &Records, column: &str) -> (Vec<usize>, usize) {
    let mut names: Vec<&str> = Vec::new();
    let mut of = Vec::new();
    for row in states.rows() {
        let name = row.text(column);
        let group = names.iter().position(|own| *own == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        of.push(group);
    }
    (of, names.len())
}

fn theil_by_groups(folder: &Folder, case: &Reference) -> Figures {
    let states = folder.data("pysal_mexico.csv");
    let (of, n_groups) = partition(&states, case.params["partition"].as_str().expect("the name of a column"));
    let groups = Groups::new(&of, n_groups).unwrap();
    let mut figures = Figures::default();
    for column in columns(case) {
        let values = states.numbers(column);
        let parts = entropy_by_groups(&Distribution::new(&values).unwrap(), &groups, EntropyKind::TheilT).unwrap();
        figures.put("result/T", &[column], parts.total);
        figures.put("result/between", &[column], parts.between);
        figures.put("result/within", &[column], parts.within);
    }
    figures
}

/// The sums of differences that the reference gives, from the parts of the coefficient.
fn put_spatial(figures: &mut Figures, parts: &str, values: &[f64], neighbours: &SpatialWeights) {
    let values = Distribution::new(values).unwrap();
    let own = spatial_gini(&values, neighbours).unwrap();
    let whole = 2.0 * values.mean() * (values.n_regions() * values.n_regions()) as f64;
    let figures_of = [
        ("g", Some(own.gini)),
        ("wg", Some(own.near * whole)),
        ("wcg", Some(own.far * whole)),
        ("dtotal", Some(own.gini * whole)),
        ("den", Some(whole)),
        ("polarization", own.polarization),
        ("wcg_share", own.far_share),
    ];
    figures.put_all(parts, figures_of);
}

fn spatial_of_blocks(folder: &Folder, case: &Reference) -> Figures {
    let states = folder.data("pysal_mexico.csv");
    let (of, _) = partition(&states, "hanson98");
    let pairs: Vec<(usize, usize)> =
        (0..of.len()).flat_map(|a| (a + 1..of.len()).map(move |b| (a, b))).filter(|&(a, b)| of[a] == of[b]).collect();
    let neighbours = SpatialWeights::from_pairs(of.len(), &pairs).unwrap();
    let mut figures = Figures::default();
    for column in columns(case) {
        put_spatial(&mut figures, &format!("result/{column}"), &states.numbers(column), &neighbours);
    }
    figures
}

fn spatial_of_borders(folder: &Folder, _: &Reference) -> Figures {
    let values = folder.data("pysal_usjoin.csv").numbers("1969");
    let records = folder.data("pysal_states48_w.csv");
    let position = |row: crate::golden::table::Row<'_>, column: &str| row.number(column) as usize;
    let links: Vec<(usize, usize, f64)> = records
        .rows()
        .map(|row| (position(row, "focal_row"), position(row, "neighbor_row"), row.number("weight")))
        .collect();
    let mut figures = Figures::default();
    put_spatial(&mut figures, "result", &values, &SpatialWeights::from_links(values.len(), &links).unwrap());
    figures
}
