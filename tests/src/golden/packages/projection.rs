//! Trend curves, and projections by shift-share.

use growthpole_methods::growth::projection::{Coefficient, Curve, CurveFit, fit_curve, follow_reference};
use growthpole_methods::growth::{Chain, Comparison, gerfin};
use growthpole_methods::{Amounts, Progress};

use super::Runner;
use super::shift_share::{freiburg_columns, goettingen};
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "curvefit_goettingen_manufacturing" => curves,
        "shift_prognosis_freiburg" => freiburg,
        "shift_prognosis_goettingen" => of_goettingen,
        _ => return None,
    })
}

/// Names of the curves, and of their columns of fitted values.
const CURVES: [(&str, &str, Curve); 4] = [
    ("Linear", "ypred_lin", Curve::Linear),
    ("Power", "ypred_pow", Curve::Power),
    ("Exponential", "ypred_exp", Curve::Exponential),
    ("Logistic", "ypred_logi", Curve::Logistic { saturation: None }),
];

fn curves(folder: &Folder, _: &Reference) -> Figures {
    let (codes, column) = goettingen(folder);
    let at = codes.iter().position(|code| code == "C").unwrap();
    let series: Vec<f64> = (2008..=2017).map(|year| column(&format!("Goettingen{year}"))[at]).collect();
    let fits = CURVES.map(|(_, _, curve)| fit_curve(&series, curve, 2008.0).unwrap());
    let mut figures = Figures::default();
    for ((name, _, curve), fit) in CURVES.iter().zip(&fits) {
        put_model(&mut figures, name, *curve, fit);
    }
    for (at, name) in ["x", "y"].into_iter().chain(CURVES.map(|(_, name, _)| name)).enumerate() {
        figures.put("result/fitted/cols", &[&at.to_string()], name);
    }
    for period in 0..15 {
        let mut put = |column: usize, value: Option<f64>| {
            figures.put("result/fitted/values", &[&period.to_string(), &column.to_string()], value);
        };
        put(0, Some(2008.0 + period as f64));
        put(1, series.get(period).copied());
        fits.iter().enumerate().for_each(|(at, fit)| put(2 + at, Some(fit.value(period))));
    }
    figures
}

/// The power curve of the reference takes logarithms to the base of 10: the standard error of its intercept is in them. Both
/// curves of logarithms show the intercept as a factor, and its t and p before it was taken back.
fn put_model(figures: &mut Figures, name: &str, curve: Curve, fit: &CurveFit) {
    let statistics = fit.statistics();
    let (a, unit) = match curve {
        Curve::Linear | Curve::Logistic { .. } => (fit.intercept, 1.0),
        Curve::Power => (fit.intercept.exp(), 10.0_f64.ln()),
        Curve::Exponential => (fit.intercept.exp(), 1.0),
    };
    let mut put = |column: &str, value: Option<f64>| figures.put("result/models", &[name, column], value);
    put("a", Some(a));
    put("b", Some(fit.slope));
    let coefficients = [("a", statistics.intercept, unit), ("b", statistics.slope, 1.0)];
    for (letter, Coefficient { standard_error, t, p, .. }, unit) in coefficients {
        put(&format!("Std. Error {letter}"), Some(standard_error / unit));
        put(&format!("t value {letter}"), t);
        put(&format!("Pr(>|t|) {letter}"), p);
    }
    put("R squared", statistics.r_squared);
    put("Adj. R squared", statistics.adjusted_r_squared);
    put("F value", statistics.f);
    put("Pr(>F)", statistics.f_p);
}

fn freiburg(folder: &Folder, _: &Reference) -> Figures {
    let (industries, [first, last, nation_first, nation_last]) = freiburg_columns(folder);
    let coming: Vec<f64> = nation_last.iter().map(|total| 1.03 * total).collect();
    prognosis("2020", &industries, [&first, &last], [&nation_first, &nation_last, &coming])
}

fn of_goettingen(folder: &Folder, _: &Reference) -> Figures {
    let (codes, column) = goettingen(folder);
    let [first, last] = ["Goettingen2008", "Goettingen2014"].map(&column);
    let nation = ["BRD2008", "BRD2014", "BRD2017"].map(&column);
    prognosis("2017", &codes, [&first, &last], nation.each_ref().map(Vec::as_slice))
}

/// One region, and its nation with the coming year.
fn prognosis(year: &str, industries: &[String], region: [&[f64]; 2], nation: [&[f64]; 3]) -> Figures {
    let [first, last] = region.map(|cells| Amounts::try_new(cells.to_vec(), cells.len()).unwrap());
    let chain = Chain::from(Comparison::try_new(&first, &last, nation[0], nation[1]).unwrap());
    let factors = gerfin(&chain, &Progress::new()).unwrap().region(0).unwrap();
    let mut figures = Figures::default();
    let components = [
        ("Industrial mix", factors.structural),
        ("Regional share", factors.locational),
        ("Net total shift", factors.regional),
    ];
    figures.put_all("result/components", components);
    let followed = follow_reference(region[1], nation[1], nation[2], factors.locational);
    for (industry, value) in industries.iter().zip(followed) {
        figures.put("result/prog", &[year, industry], value);
    }
    figures
}
