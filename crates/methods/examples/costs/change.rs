//! Decomposition, convergence and inequality.

use growthpole_methods::Progress;
use growthpole_methods::growth::convergence::{
    BetaSample, ClubOptions, Dispersion, LogTOptions, Merging, Sieve, beta_convergence, beta_convergence_nls,
    convergence_clubs, dispersion, log_t, merge_clubs, sigma_trend,
};
use growthpole_methods::growth::{
    BartikReference, Chain as Steps, arcelus, dunn, esteban_marquillas, gerfin, growth_gap, predicted_growth,
};
use growthpole_methods::stats::Covariance;
use growthpole_methods::stats::inequality::{
    EntropyKind, atkinson, entropy_by_groups, entropy_permutations, gini, gini_by_groups, gini_permutations, hoover,
    mean_log_deviation, spatial_gini, spatial_gini_permutations, theil_t, wolfson,
};
use growthpole_methods::stats::spatial_regression::{SpatialForm, spatial_diagnostics, spatial_maximum_likelihood};

use crate::{Method, TABLES, USUAL, method};

pub(crate) fn decompose_growth() -> Vec<Method> {
    vec![
        method("Dunn", TABLES, |own| {
            dunn(&Steps::from(own.comparison()), &Progress::new()).expect("not stopped").total().change
        }),
        method("Esteban-Marquillas", TABLES, |own| {
            let steps = Steps::from(own.comparison());
            esteban_marquillas(&steps, &Progress::new()).expect("not stopped").total().change
        }),
        method("Arcelus", TABLES, |own| {
            arcelus(&Steps::from(own.comparison()), &Progress::new()).expect("not stopped").total().change
        }),
        method("Gerfin", TABLES, |own| {
            let steps = Steps::from(own.comparison());
            f64::from(gerfin(&steps, &Progress::new()).expect("not stopped").total().is_ok())
        }),
        method("Bartik, leaving one out", TABLES, |own| {
            let predicted = predicted_growth(&own.comparison(), BartikReference::LeaveOneOut, &Progress::new());
            predicted.expect("not stopped").len() as f64
        }),
        method("gaps by industry", TABLES, |own| {
            growth_gap(&own.comparison(), &Progress::new()).expect("not stopped").by_region.len() as f64
        }),
    ]
}

pub(crate) fn test_convergence() -> Vec<Method> {
    vec![
        method("sigma with trend", USUAL, |own| {
            let of = |row| dispersion(row, Dispersion::default(), None).expect("positive incomes");
            let sigmas: Vec<f64> = own.values.rows().map(of).collect();
            sigma_trend(&own.times(), &sigmas).is_ok().into()
        }),
        method("beta, least squares, HC1", USUAL, |own| {
            let (growth, initial) = own.sample();
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: 20.0 };
            beta_convergence(sample, Covariance::Hc1).expect("a fit").regression.coefficients[1]
        }),
        method("beta, non-linear", USUAL, |own| {
            let (growth, initial) = own.sample();
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: 20.0 };
            beta_convergence_nls(sample, Covariance::Classical, &Progress::new()).is_ok().into()
        }),
        method("log t of all", USUAL, |own| {
            let all: Vec<usize> = (0..own.values.n_columns()).collect();
            log_t(&own.panel(), &all, LogTOptions::default()).is_ok().into()
        }),
        method("clubs", USUAL, |own| {
            convergence_clubs(&own.panel(), ClubOptions::default(), &Progress::new()).is_ok().into()
        }),
        method("clubs one by one, merged", USUAL, |own| {
            let (panel, progress) = (own.panel(), Progress::new());
            let options = ClubOptions { sieve: Sieve::OneByOne, ..ClubOptions::default() };
            let found = convergence_clubs(&panel, options, &progress).expect("nobody stops it");
            merge_clubs(&panel, &found, options, Merging::VonLynckerThoennessen, true, &progress).is_ok().into()
        }),
        method("tests for spatial dependence", USUAL, |own| {
            let (growth, design) = own.design();
            spatial_diagnostics(&growth, &design, &own.weights).is_ok().into()
        }),
        method("spatial lag, maximum likelihood", USUAL, |own| {
            let (growth, design) = own.design();
            let form = SpatialForm::Lag;
            spatial_maximum_likelihood(&growth, &design, &own.weights, form, &Progress::new()).is_ok().into()
        }),
        method("spatial error, maximum likelihood", USUAL, |own| {
            let (growth, design) = own.design();
            let form = SpatialForm::Error;
            spatial_maximum_likelihood(&growth, &design, &own.weights, form, &Progress::new()).is_ok().into()
        }),
    ]
}

pub(crate) fn measure_inequality() -> Vec<Method> {
    vec![
        method("Gini of each period", USUAL, |own| own.each(|period| gini(period).expect("shares"))),
        method("Theil T and L of each period", USUAL, |own| {
            own.each(|period| theil_t(period).expect("shares") + mean_log_deviation(period).expect("shares"))
        }),
        method("Atkinson, Hoover, Wolfson of each period", USUAL, |own| {
            own.each(|period| {
                let index = atkinson(period, 0.5).expect("shares").index;
                index + hoover(period).expect("shares") + wolfson(period).expect("shares")
            })
        }),
        method("Theil by ten groups, each period", USUAL, |own| {
            own.each(|period| entropy_by_groups(period, &own.parts, EntropyKind::TheilT).expect("groups").between)
        }),
        method("the same of one, 999 permutations", USUAL, |own| {
            let (period, kind) = (own.distribution(), EntropyKind::TheilT);
            entropy_permutations(&period, &own.parts, kind, 999, 1, &Progress::new()).expect("groups").mean
        }),
        method("Gini by ten groups, each period", USUAL, |own| {
            own.each(|period| gini_by_groups(period, &own.parts).expect("groups").between)
        }),
        method("the same of one, 999 permutations", USUAL, |own| {
            gini_permutations(&own.distribution(), &own.parts, 999, 1, &Progress::new()).expect("groups").between.mean
        }),
        method("spatial Gini, each period", USUAL, |own| {
            own.each(|period| spatial_gini(period, &own.weights).expect("neighbours").near)
        }),
        method("the same of one, 999 permutations", USUAL, |own| {
            let test = spatial_gini_permutations(&own.distribution(), &own.weights, 999, 1, &Progress::new());
            test.expect("neighbours").mean
        }),
    ]
}
