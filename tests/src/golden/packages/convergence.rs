//! Convergence of regions, and standardised coefficients.

use growthpole_methods::growth::convergence::{
    Beta, BetaSample, Dispersion, GrowthForm, SigmaComparison, SigmaMeasure, beta_convergence, beta_convergence_nls,
    compare_dispersion, dispersion, mean_log_growth, sigma_trend, speed_of_convergence,
};
use growthpole_methods::stats::{
    Covariance, Dummies, Estimate, FTest, Regression, Spread, dummy, standardized_coefficients, with_constant,
};
use growthpole_methods::{Matrix, Progress};

use super::Runner;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Records;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "beta_nls_counties_2010_2014" => beta_nls,
        "beta_ols_annual_log_mean_2005_2014" => beta_of_steps,
        "beta_ols_conditional_east_2010_2014" => beta_conditional,
        "beta_ols_counties_2010_2014" => beta_absolute,
        "beta_speed_grid" => speeds,
        "lm_beta_standardised" => standardised,
        "sigma_anova_counties_2010_2014" => sigma_anova,
        "sigma_trend_counties_2010_2014" => sigma_over_years,
        _ => return None,
    })
}

/// Levels of all counties, years by counties.
fn counties(folder: &Folder, years: std::ops::RangeInclusive<u16>) -> (Vec<f64>, Matrix) {
    let records = counties_table(folder);
    let columns: Vec<Vec<f64>> = years.clone().map(|year| records.numbers(&format!("gdppc{year}"))).collect();
    let levels = Matrix::from_fn(columns.len(), columns[0].len(), |year, county| columns[year][county]);
    (years.map(f64::from).collect(), levels)
}

fn counties_table(folder: &Folder) -> Records {
    folder.data("reat_g_counties_gdp.csv")
}

/// 1 for a county that is not in the west.
fn east(folder: &Folder) -> Vec<f64> {
    counties_table(folder).rows().map(|row| f64::from(u8::from(row.text("regional") != "West"))).collect()
}

fn logs(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| value.ln()).collect()
}

/// The regression of growth on the first level, with one condition or none.
fn beta(times: &[f64], levels: &Matrix, form: GrowthForm, condition: Option<&[f64]>) -> Beta {
    let growth = mean_log_growth(levels, times, form).unwrap();
    let (initial, time) = (logs(levels.row(0)), times[times.len() - 1] - times[0]);
    let conditions: Vec<&[f64]> = condition.into_iter().collect();
    let sample = BetaSample { growth: &growth, initial: &initial, conditions: &conditions, time };
    beta_convergence(sample, Covariance::Classical).unwrap()
}

/// Estimates with their tests; `p` is how the reference spells the column of probabilities.
fn put_estimates(figures: &mut Figures, parts: &str, rows: &[&str], p: &str, estimates: &[Estimate]) {
    for (row, estimate) in rows.iter().zip(estimates) {
        figures.put(parts, &[row, "Estimate"], estimate.value);
        figures.put(parts, &[row, "Std. Error"], estimate.standard_error);
        figures.put(parts, &[row, "t value"], estimate.t);
        figures.put(parts, &[row, p], estimate.p);
    }
}

fn put_fit(figures: &mut Figures, parts: &str, r_squared: Option<f64>, test: Option<FTest>) {
    let test = test.unwrap();
    figures.put(parts, &["R-Squared", "Estimate"], r_squared);
    figures.put(parts, &["R-Squared", "F value"], test.f);
    figures.put(parts, &["R-Squared", "df 1"], test.numerator as f64);
    figures.put(parts, &["R-Squared", "df 2"], test.denominator as f64);
    figures.put(parts, &["R-Squared", "Pr (>F)"], test.p);
}

fn put_beta(figures: &mut Figures, name: &str, rows: &[&str], beta: &Beta) {
    put_estimates(figures, &format!("result/{name}/estimates"), rows, "Pr (>|t|)", &beta.inference.estimates);
    put_fit(figures, &format!("result/{name}/modelstat"), beta.regression.r_squared, beta.inference.f);
}

fn beta_absolute(folder: &Folder, case: &Reference) -> Figures {
    let (times, levels) = counties(folder, 2010..=2014);
    let own = beta(&times, &levels, GrowthForm::EndPoints, None);
    let mut figures = Figures::default();
    put_beta(&mut figures, "abeta", &["Alpha", "Beta"], &own);
    figures.put("result", &["tinterval"], times[4] - times[0]);
    if case.name == "beta_ols_counties_2010_2014" {
        let speed = own.speed.unwrap();
        figures.put("textbook_result", &["lambda"], speed.rate);
        figures.put("textbook_result", &["halflife"], speed.half_life);
    }
    figures
}

fn beta_conditional(folder: &Folder, case: &Reference) -> Figures {
    let (times, levels) = counties(folder, 2010..=2014);
    let own = beta(&times, &levels, GrowthForm::EndPoints, Some(&east(folder)));
    let mut figures = beta_absolute(folder, case);
    put_beta(&mut figures, "cbeta", &["Alpha", "Beta", "east"], &own);
    figures
}

fn beta_of_steps(folder: &Folder, _: &Reference) -> Figures {
    let (times, levels) = counties(folder, 2005..=2014);
    let mut figures = Figures::default();
    put_beta(&mut figures, "abeta", &["Alpha", "Beta"], &beta(&times, &levels, GrowthForm::MeanOfSteps, None));
    figures.put("result", &["tinterval"], times[9] - times[0]);
    figures
}

fn beta_nls(folder: &Folder, _: &Reference) -> Figures {
    let (times, levels) = counties(folder, 2010..=2014);
    let growth = mean_log_growth(&levels, &times, GrowthForm::EndPoints).unwrap();
    let sample = BetaSample { growth: &growth, initial: &logs(levels.row(0)), conditions: &[], time: 4.0 };
    let own = beta_convergence_nls(sample, Covariance::Classical, &Progress::new()).unwrap();
    assert!(own.convergence.converged, "{:?}", own.convergence);
    let mut figures = Figures::default();
    put_estimates(&mut figures, "result/estimates", &["Alpha", "Beta"], "Pr (>|t|)", &own.estimates);
    let speed = own.speed.unwrap();
    figures.put("textbook_result", &["lambda"], speed.rate);
    figures.put("textbook_result", &["halflife"], speed.half_life);
    figures
}

/// The reference's slopes are those of the growth over the whole time, so each is divided by it first.
fn speeds(_: &Folder, case: &Reference) -> Figures {
    let mut figures = Figures::default();
    for (row, time) in case.numbers("tinterval").into_iter().enumerate() {
        for (column, slope) in case.numbers("beta").into_iter().enumerate() {
            let speed = speed_of_convergence(slope / time, 0.0, time).ok();
            figures.put("result", &[&row.to_string(), &column.to_string()], speed.map(|speed| speed.rate));
        }
    }
    figures
}

fn standardised(folder: &Folder, _: &Reference) -> Figures {
    let records = counties_table(folder);
    let (start, end) = (logs(&records.numbers("gdppc2000")), logs(&records.numbers("gdppc2014")));
    let design = with_constant(start.len(), &[&start, &east(folder)]);
    let fit = Regression::fit(&design, &end).unwrap();
    let mut figures = Figures::default();
    for (name, dummies) in [("with_dummy_na", Dummies::LeftOut), ("all", Dummies::Standardized)] {
        let own = standardized_coefficients(&design, &end, &fit.coefficients, dummies);
        figures.put("result", &[name, "log(gdppc2000)"], own[1]);
        figures.put("result", &[name, "east"], own[2]);
    }
    let labels = ["a", "b", "a", "c"];
    for name in ["a", "b", "c"] {
        let members: Vec<usize> = (0..labels.len()).filter(|&at| labels[at] == name).collect();
        for (at, value) in dummy(labels.len(), &members).into_iter().enumerate() {
            figures.put("result/dummies", &[&format!("{name}_DUMMY"), &at.to_string()], value);
        }
    }
    figures
}

fn sigma_anova(folder: &Folder, _: &Reference) -> Figures {
    let (_, levels) = counties(folder, 2010..=2014);
    let (start, end) = (levels.row(0), levels.row(4));
    use SigmaMeasure::{CoefficientOfVariation as Cv, StandardDeviation as Sd, Variance as Var};
    let kinds = [
        ("sd", "SD", Sd, true, Spread::Population),
        ("var", "Var", Var, true, Spread::Population),
        ("cv", "CV", Cv, true, Spread::Population),
        ("cv_nolog", "CV", Cv, false, Spread::Population),
        ("sd_sample", "SD", Sd, true, Spread::Sample),
        ("cv_weighted", "CV", Cv, true, Spread::Population),
    ];
    let mut figures = Figures::default();
    for (name, label, measure, logs, spread) in kinds {
        let own = compare_dispersion(start, end, Dispersion { measure, logs, spread }, None).unwrap();
        put_sigma(&mut figures, name, label, &own, name != "cv_weighted");
    }
    figures
}

/// Both dispersions and their test; the dispersions only where they are the reference's.
fn put_sigma(figures: &mut Figures, name: &str, label: &str, own: &SigmaComparison, dispersions: bool) {
    let parts = format!("result/{name}");
    let rows = [(format!("{label} 2010"), Some(own.start)), (format!("{label} 2014"), Some(own.end))];
    for (row, value) in &rows {
        for column in ["F value", "df1", "df2", "Pr (>F)"] {
            figures.put(&parts, &[row, column], None);
        }
        if dispersions {
            figures.put(&parts, &[row, "Estimate"], *value);
        }
    }
    if dispersions {
        figures.put(&parts, &["Quotient", "Estimate"], own.quotient);
    }
    let test = own.ratio.unwrap();
    figures.put(&parts, &["Quotient", "F value"], test.f);
    figures.put(&parts, &["Quotient", "df1"], test.numerator as f64);
    figures.put(&parts, &["Quotient", "df2"], test.denominator as f64);
    figures.put(&parts, &["Quotient", "Pr (>F)"], test.p);
}

fn sigma_over_years(folder: &Folder, _: &Reference) -> Figures {
    let (times, levels) = counties(folder, 2010..=2014);
    let kind = Dispersion { measure: SigmaMeasure::CoefficientOfVariation, logs: false, spread: Spread::Population };
    let sigmas: Vec<f64> = levels.rows().map(|row| dispersion(row, kind, None).unwrap()).collect();
    let mut figures = Figures::default();
    for (at, (time, sigma)) in times.iter().zip(&sigmas).enumerate() {
        figures.put("result/sigma.trend/years", &[&at.to_string()], *time);
        figures.put("result/sigma.trend/sigma.years", &[&at.to_string()], *sigma);
    }
    let trend = sigma_trend(&times, &sigmas).unwrap();
    put_estimates(&mut figures, "result/estimates", &["Intercept", "Time"], "Pr(>|t|)", &trend.inference.estimates);
    put_fit(&mut figures, "result/modelstat", trend.regression.r_squared, trend.inference.f);
    figures
}
