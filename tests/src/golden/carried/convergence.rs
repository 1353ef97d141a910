//! Convergence of the provinces in real GDP per head.

use growthpole_contracts::v1::{self, SigmaMeasure};

use super::{Case, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

/// A request for real GDP per head in prices of 2008.
fn request(case: &Case) -> v1::TestConvergenceRequest {
    let (first, last) = case.ends();
    let series = v1::SeriesOptions {
        growth_indicator: "gdp_real_growth".to_owned(),
        base_period: "2008".to_owned(),
        denominator_indicator: "population".to_owned(),
    };
    v1::TestConvergenceRequest {
        selection: Some(selection(case, &[first, last])),
        series: Some(series),
        ..Default::default()
    }
}

pub(super) fn least_squares(service: &Service, case: &Case) -> Figures {
    let beta = v1::BetaOptions::default();
    let answer = service.test_convergence(v1::TestConvergenceRequest { beta: Some(beta), ..request(case) });
    let mut figures = Figures::default();
    figures.put("result", &["tinterval"], answer.years);
    let model = answer.beta.unwrap().models.remove(0).least_squares.unwrap();
    put_model(&mut figures, "result/estimates", &["Alpha", "Beta"], "result/modelstat", &model);
    put_speed(&mut figures, "textbook_result", model.speed.as_ref());
    figures
}

pub(super) fn conditional(service: &Service, case: &Case) -> Figures {
    let codes = ["210000", "220000", "230000"].map(str::to_owned).to_vec();
    let northeast = v1::NamedRegions {
        name: "northeast".to_owned(),
        by: Some(v1::named_regions::By::Codes(v1::RegionCodes { codes })),
    };
    let beta = v1::BetaOptions { dummies: vec![northeast], ..Default::default() };
    let answer = service.test_convergence(v1::TestConvergenceRequest { beta: Some(beta), ..request(case) });
    let mut figures = Figures::default();
    figures.put("result", &["tinterval"], answer.years);
    for model in answer.beta.unwrap().models {
        let linear = model.least_squares.unwrap();
        if model.conditional {
            let rows = ["Alpha", "Beta", "northeast"];
            put_model(&mut figures, "result/conditional", &rows, "result/conditional_stat", &linear);
            put_speed(&mut figures, "textbook_result/conditional", linear.speed.as_ref());
        } else {
            put_model(&mut figures, "result/estimates", &["Alpha", "Beta"], "result/modelstat", &linear);
            put_speed(&mut figures, "textbook_result/absolute", linear.speed.as_ref());
        }
    }
    figures
}

pub(super) fn nonlinear(service: &Service, case: &Case) -> Figures {
    let beta = v1::BetaOptions::default();
    let answer = service.test_convergence(v1::TestConvergenceRequest { beta: Some(beta), ..request(case) });
    let model = answer.beta.unwrap().models.remove(0).nonlinear.unwrap();
    assert!(model.converged);
    let mut figures = Figures::default();
    put_estimates(&mut figures, "result/estimates", &["Alpha", "Beta"], "Pr (>|t|)", &model.estimates);
    put_speed(&mut figures, "textbook_result", model.speed.as_ref());
    figures
}

/// Estimates with their tests; `p` is how the reference spells the column of probabilities.
fn put_estimates(figures: &mut Figures, parts: &str, rows: &[&str], p: &str, estimates: &[v1::ConvergenceEstimate]) {
    assert_eq!(rows.len(), estimates.len(), "{parts}");
    for (row, own) in rows.iter().zip(estimates) {
        figures.put(parts, &[row, "Estimate"], own.value);
        figures.put(parts, &[row, "Std. Error"], own.standard_error);
        figures.put(parts, &[row, "t value"], own.statistic);
        figures.put(parts, &[row, p], own.p_value);
    }
}

fn put_model(figures: &mut Figures, parts: &str, rows: &[&str], fit: &str, model: &v1::BetaLeastSquares) {
    put_estimates(figures, parts, rows, "Pr (>|t|)", &model.estimates);
    put_fit(figures, fit, model.r_squared, model.f_test.as_ref());
}

fn put_fit(figures: &mut Figures, parts: &str, r_squared: Option<f64>, test: Option<&v1::ConvergenceFTest>) {
    let test = test.unwrap();
    figures.put(parts, &["R-Squared", "Estimate"], r_squared);
    figures.put(parts, &["R-Squared", "F value"], test.statistic);
    figures.put(parts, &["R-Squared", "df 1"], f64::from(test.numerator));
    figures.put(parts, &["R-Squared", "df 2"], f64::from(test.denominator));
    figures.put(parts, &["R-Squared", "Pr (>F)"], test.p_value);
}

fn put_speed(figures: &mut Figures, parts: &str, speed: Option<&v1::ConvergenceSpeed>) {
    match speed.and_then(|speed| speed.outcome.as_ref()) {
        Some(v1::convergence_speed::Outcome::Defined(speed)) => {
            figures.put(parts, &["lambda"], speed.rate);
            figures.put(parts, &["halflife"], speed.half_life);
        }
        other => panic!("{parts}: {other:?}"),
    }
}

pub(super) fn sigma(service: &Service, case: &Case) -> Figures {
    use SigmaMeasure::{CoefficientOfVariation as Cv, StandardDeviation as Sd, Variance as Var};
    let kinds = [
        ("sd", "SD", Sd, false, false, ""),
        ("var", "Var", Var, false, false, ""),
        ("cv", "CV", Cv, false, false, ""),
        ("cv_nolog", "CV", Cv, true, false, ""),
        ("sd_sample", "SD", Sd, false, true, ""),
        ("cv_weighted", "CV", Cv, false, false, "population"),
    ];
    let mut figures = Figures::default();
    for (name, label, measure, of_levels, sample, weight_indicator) in kinds {
        let weight_indicator = weight_indicator.to_owned();
        let sigma = v1::SigmaOptions { measure: measure.into(), of_levels, sample, weight_indicator };
        let answer = service.test_convergence(v1::TestConvergenceRequest { sigma: Some(sigma), ..request(case) });
        let own = answer.sigma.unwrap().comparison.unwrap();
        let parts = format!("result/{name}");
        let (first, last) = case.ends();
        for (year, sigma) in [(first, own.first), (last, own.last)] {
            let row = format!("{label} {year}");
            figures.put(&parts, &[&row, "Estimate"], sigma);
            for column in ["F value", "df1", "df2", "Pr (>F)"] {
                figures.put(&parts, &[&row, column], None);
            }
        }
        let test = own.variance_ratio.unwrap();
        figures.put(&parts, &["Quotient", "Estimate"], own.quotient);
        figures.put(&parts, &["Quotient", "F value"], test.statistic);
        figures.put(&parts, &["Quotient", "df1"], f64::from(test.numerator));
        figures.put(&parts, &["Quotient", "df2"], f64::from(test.denominator));
        figures.put(&parts, &["Quotient", "Pr (>F)"], test.p_value);
    }
    figures
}

pub(super) fn sigma_trend(service: &Service, case: &Case) -> Figures {
    let kinds =
        [("sd_ln", SigmaMeasure::StandardDeviation, false), ("cv_nolog", SigmaMeasure::CoefficientOfVariation, true)];
    let mut figures = Figures::default();
    for (name, measure, of_levels) in kinds {
        let sigma = v1::SigmaOptions { measure: measure.into(), of_levels, ..Default::default() };
        let answer = service.test_convergence(v1::TestConvergenceRequest { sigma: Some(sigma), ..request(case) });
        let own = answer.sigma.unwrap();
        for (at, period) in own.periods.iter().enumerate() {
            let at = at.to_string();
            let parts = format!("result/{name}/sigma.trend");
            figures.put(&parts, &["years", &at], period.period.parse::<f64>().unwrap());
            figures.put(&parts, &["sigma.years", &at], period.sigma);
        }
        let trend = own.trend.unwrap();
        let parts = format!("result/{name}/estimates");
        put_estimates(&mut figures, &parts, &["Intercept", "Time"], "Pr(>|t|)", &trend.estimates);
        put_fit(&mut figures, &format!("result/{name}/modelstat"), trend.r_squared, trend.f_test.as_ref());
    }
    figures
}
