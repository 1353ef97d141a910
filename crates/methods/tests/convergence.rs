//! Laws of regressions and of convergence.

use growthpole_methods::growth::convergence::{
    BetaSample, ClubOptions, Clubs, Dispersion, GrowthForm, Merging, Preparation, Sieve, SigmaMeasure, TransitionPanel,
    beta_convergence, beta_convergence_nls, convergence_clubs, dispersion, mean_log_growth, merge_clubs,
};
use growthpole_methods::stats::{
    Covariance, HodrickPrescott, LongRunVariance, Regression, RegressionError, Spread, paired_variances,
    variance_ratio, with_constant,
};
use growthpole_methods::{Matrix, Progress};
use proptest::prelude::*;

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-8 * scale.abs().max(1e-300)
}

/// Outcomes and two regressors of as many rows, neither of which is nearly a combination of the others.
fn samples() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
    let column = |n: usize| prop::collection::vec(-10.0..10.0_f64, n);
    (6..25_usize).prop_flat_map(move |n| (column(n), column(n), column(n))).prop_filter(
        "regressors of their own",
        |(_, x, z)| {
            let squares = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
            let design = with_constant(x.len(), &[x]);
            Regression::fit(&design, z).is_ok_and(|fit| fit.residual_sum_of_squares > 1e-3 * squares(z))
        },
    )
}

/// Another order of n positions.
fn order(n: usize) -> impl Strategy<Value = Vec<usize>> {
    Just((0..n).collect::<Vec<_>>()).prop_shuffle()
}

fn permuted(values: &[f64], order: &[usize]) -> Vec<f64> {
    order.iter().map(|&at| values[at]).collect()
}

/// Positive levels, periods x regions, with regions of their own.
fn levels(periods: std::ops::Range<usize>, regions: std::ops::Range<usize>) -> impl Strategy<Value = Matrix> {
    (periods, regions).prop_flat_map(|(periods, regions)| {
        prop::collection::vec(1.0..1000.0_f64, periods * regions)
            .prop_map(move |cells| Matrix::try_new(cells, regions).unwrap())
    })
}

/// Regions that approach one of up to three targets, with noise: periods x regions.
fn drifting() -> impl Strategy<Value = Matrix> {
    (12..22_usize, 4..14_usize, 1..4_usize).prop_flat_map(|(periods, regions, groups)| {
        let starts = prop::collection::vec((8.0..12.0_f64, 0.02..0.2_f64), regions);
        let noise = prop::collection::vec(-0.02..0.02_f64, periods * regions);
        (starts, noise).prop_map(move |(starts, noise)| {
            Matrix::from_fn(periods, regions, |period, region| {
                let (start, speed) = starts[region];
                let target = 9.0 + 0.7 * (region % groups) as f64;
                let decay = (-speed * period as f64).exp();
                target + (start - target) * decay + noise[period * regions + region]
            })
        })
    })
}

const RAW: Preparation = Preparation { logs: false, smoothing: None };

fn clubs(values: &Matrix, options: ClubOptions) -> (TransitionPanel, Clubs) {
    let panel = TransitionPanel::try_new(values, RAW).unwrap();
    let clubs = convergence_clubs(&panel, options, &Progress::new()).unwrap();
    (panel, clubs)
}

/// Members of each club in order of position, and the divergent.
fn sets(clubs: &Clubs) -> (Vec<Vec<usize>>, Vec<usize>) {
    let sorted = |members: &[usize]| {
        let mut members = members.to_vec();
        members.sort_unstable();
        members
    };
    (clubs.clubs.iter().map(|club| sorted(&club.members)).collect(), sorted(&clubs.divergent))
}

proptest! {
    #[test]
    fn residuals_are_orthogonal_to_regressors((y, x, z) in samples()) {
        let design = with_constant(y.len(), &[&x, &z]);
        let fit = Regression::fit(&design, &y).unwrap();
        for column in 0..3 {
            let product: f64 = design.column(column).zip(&fit.residuals).map(|(x, e)| x * e).sum();
            prop_assert!(product.abs() < 1e-9 * (1.0 + y.len() as f64 * 100.0), "{product}");
        }
        let inference = fit.inference(Covariance::Classical).unwrap();
        let r_squared = fit.r_squared.unwrap();
        prop_assert!((-1e-12..=1.0).contains(&r_squared));
        // F by the covariance is F by the sums of squares.
        let single = Regression::fit(&with_constant(y.len(), &[&x]), &y).unwrap().inference(Covariance::Classical).unwrap();
        if let (Some(f), Some(t)) = (single.f, single.estimates[1].t) {
            prop_assert!(close(f.f, t * t, 1.0 + t * t));
            prop_assert!(close(f.p, single.estimates[1].p.unwrap(), 1.0));
        }
        prop_assert!(inference.covariance.get(0, 1) == inference.covariance.get(1, 0)
            || close(inference.covariance.get(0, 1), inference.covariance.get(1, 0), inference.covariance.get(0, 0)));
    }

    /// With the constant in front a line is solved in closed form, otherwise by a decomposition.
    #[test]
    fn a_line_is_the_same_wherever_its_constant_stands((y, x, _) in samples(), constant in 0.1..5.0_f64, far in -1e4..1e4_f64) {
        let x: Vec<f64> = x.iter().map(|x| x + far).collect();
        let cell = |is_constant: bool, row: usize| if is_constant { constant } else { x[row] };
        let fit = |first: usize| {
            let design = Matrix::from_fn(y.len(), 2, |row, column| cell(column == first, row));
            let fit = Regression::fit(&design, &y).unwrap();
            let errors = fit.inference(Covariance::Hc1).unwrap().estimates;
            (fit, errors)
        };
        let ((line, errors), (other, same)) = (fit(0), fit(1));
        for (own, to) in [(0, 1), (1, 0)] {
            let slack = 1.0 + (far / 10.0).abs();
            prop_assert!(close(line.coefficients[own], other.coefficients[to], slack * (1.0 + other.coefficients[to].abs())));
            prop_assert!(close(errors[own].standard_error, same[to].standard_error, same[to].standard_error));
        }
        prop_assert!(close(line.residual_sum_of_squares, other.residual_sum_of_squares, other.total_sum_of_squares));
        for design in [vec![1.0; y.len()], x.clone()] {
            let product: f64 = design.iter().zip(&line.residuals).map(|(x, e)| x * e).sum();
            prop_assert!(product.abs() < 1e-10 * (1.0 + far.abs()) * 1e3, "{product}");
        }
    }

    #[test]
    fn rows_have_no_order_and_clusters_no_names(
        ((y, x, z), order) in samples().prop_flat_map(|sample| { let n = sample.0.len(); (Just(sample), order(n)) })
    ) {
        let labels: Vec<usize> = (0..y.len()).map(|row| row % 3).collect();
        let renamed: Vec<usize> = order.iter().map(|&row| [7, 1, 4][labels[row]]).collect();
        let fit = Regression::fit(&with_constant(y.len(), &[&x, &z]), &y).unwrap();
        let (x, z) = (permuted(&x, &order), permuted(&z, &order));
        let other = Regression::fit(&with_constant(y.len(), &[&x, &z]), &permuted(&y, &order)).unwrap();
        for (a, b) in fit.coefficients.iter().zip(&other.coefficients) {
            prop_assert!(close(*a, *b, 10.0), "{a} {b}");
        }
        for (one, another) in [
            (Covariance::Classical, Covariance::Classical),
            (Covariance::Hc1, Covariance::Hc1),
            (Covariance::Clustered(&labels), Covariance::Clustered(&renamed)),
        ] {
            let (one, another) = (fit.covariance(one).unwrap(), other.covariance(another).unwrap());
            let scale = one.cells().iter().fold(0.0_f64, |largest, cell| largest.max(cell.abs()));
            for (a, b) in one.cells().iter().zip(another.cells()) {
                prop_assert!(close(*a, *b, scale), "{a} {b}");
            }
        }
    }

    #[test]
    fn a_combination_is_refused_by_its_column((y, x, z) in samples(), a in -5.0..5.0_f64, b in 0.1..5.0_f64) {
        let both: Vec<f64> = x.iter().zip(&z).map(|(x, z)| 1.0 + a * x + b * z).collect();
        let fit = Regression::fit(&with_constant(y.len(), &[&x, &z, &both]), &y);
        prop_assert_eq!(fit.unwrap_err(), RegressionError::Collinear { column: 3 });
    }

    #[test]
    fn units_change_no_slope_on_logs(values in levels(2..6, 5..15), unit in 0.01..100.0_f64) {
        let times: Vec<f64> = (0..values.n_rows()).map(|t| 2000.0 + 2.0 * t as f64).collect();
        let time = times[times.len() - 1] - times[0];
        let beta = |values: &Matrix| {
            let growth = mean_log_growth(values, &times, GrowthForm::EndPoints).unwrap();
            let initial: Vec<f64> = values.row(0).iter().map(|level| level.ln()).collect();
            let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time };
            (beta_convergence(sample, Covariance::Hc1).unwrap(), beta_convergence_nls(sample, Covariance::Hc1, &Progress::new()).unwrap())
        };
        let ((own, nls), (other, _)) = (beta(&values), beta(&values.map(|level| unit * level)));
        let (a, b) = (own.inference.estimates[1], other.inference.estimates[1]);
        prop_assert!(close(a.value, b.value, 1.0) && close(a.standard_error, b.standard_error, 1.0));
        // Where least squares has a speed, non-linear least squares finds the same.
        if let Ok(speed) = own.speed && 1.0 + a.value * time > 1e-3 {
            prop_assert!(nls.convergence.converged, "{:?}", nls.convergence);
            let found = nls.speed.unwrap();
            // The nearer convergence is to complete within the time, the less growth says of its speed.
            let told = 1.0 + a.value * time;
            prop_assert!(close(found.rate, speed.rate, 1.0 + 1.0 / told), "{} {}", found.rate, speed.rate);
            prop_assert!(close(found.rate_error / speed.rate_error, 1.0, 100.0));
        }
    }

    #[test]
    fn evenly_spaced_steps_average_to_the_ends(values in levels(2..8, 1..6)) {
        let times: Vec<f64> = (0..values.n_rows()).map(|t| 1990.0 + 5.0 * t as f64).collect();
        let growth = |form| mean_log_growth(&values, &times, form).unwrap();
        for (a, b) in growth(GrowthForm::EndPoints).iter().zip(growth(GrowthForm::MeanOfSteps)) {
            prop_assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn dispersion_has_no_unit_and_no_order(values in prop::collection::vec(1.0..1e5_f64, 2..30), unit in 0.01..100.0_f64) {
        let scaled: Vec<f64> = values.iter().rev().map(|value| unit * value).collect();
        for (measure, logs) in [
            (SigmaMeasure::StandardDeviation, true),
            (SigmaMeasure::Variance, true),
            (SigmaMeasure::CoefficientOfVariation, false),
        ] {
            for spread in [Spread::Sample, Spread::Population] {
                let kind = Dispersion { measure, logs, spread };
                let (a, b) = (dispersion(&values, kind, None).unwrap(), dispersion(&scaled, kind, None).unwrap());
                prop_assert!((a - b).abs() < 1e-9 * (1.0 + a), "{a} {b}");
            }
            let kind = Dispersion { measure, logs, spread: Spread::Population };
            let weights = vec![unit; values.len()];
            let weighted = dispersion(&values, kind, Some(&weights)).unwrap();
            prop_assert!((weighted - dispersion(&values, kind, None).unwrap()).abs() < 1e-9);
        }
    }

    #[test]
    fn tests_of_variances_turn_round((x, y, _) in samples(), factor in 0.1..10.0_f64) {
        let (there, back) = (variance_ratio(&x, &y).unwrap(), variance_ratio(&y, &x).unwrap());
        prop_assert!(close(there.f * back.f, 1.0, 1.0) && close(there.p, back.p, 1.0));
        let scaled = |values: &[f64]| values.iter().map(|value| factor * value + 3.0).collect::<Vec<_>>();
        let (own, other) = (paired_variances(&x, &y).unwrap(), paired_variances(&scaled(&x), &scaled(&y)).unwrap());
        prop_assert!((own.t - other.t).abs() < 1e-6 * (1.0 + own.t.abs()));
        let back = paired_variances(&y, &x).unwrap();
        prop_assert!((own.t + back.t).abs() < 1e-9 * (1.0 + own.t.abs()));
    }

    #[test]
    fn trends_add_up_and_keep_lines(x in prop::collection::vec(-100.0..100.0_f64, 3..40), a in -5.0..5.0_f64, b in -5.0..5.0_f64) {
        let filter = HodrickPrescott::try_new(x.len(), 400.0).unwrap();
        let trend = |mut series: Vec<f64>| { filter.filter(&mut series); series };
        let tilted: Vec<f64> = x.iter().enumerate().map(|(t, x)| x + a + b * t as f64).collect();
        let own = trend(x.clone());
        for (t, (own, tilted)) in own.iter().zip(trend(tilted)).enumerate() {
            prop_assert!((own + a + b * t as f64 - tilted).abs() < 1e-9);
        }
        // A trend keeps sum and first moment.
        let moment = |series: &[f64]| series.iter().enumerate().map(|(t, x)| t as f64 * x).sum::<f64>();
        prop_assert!((own.iter().sum::<f64>() - x.iter().sum::<f64>()).abs() < 1e-7);
        prop_assert!((moment(&own) - moment(&x)).abs() < 1e-6);
    }

    #[test]
    fn long_run_variance_is_not_negative_and_scales(x in prop::collection::vec(-1.0..1.0_f64, 2..40), factor in 0.1..10.0_f64) {
        let scaled: Vec<f64> = x.iter().map(|x| factor * x).collect();
        for method in [LongRunVariance::PhillipsSul, LongRunVariance::Andrews, LongRunVariance::NeweyWest] {
            let own = method.estimate(&x);
            prop_assert!(own >= -1e-12, "{method:?} {own}");
            prop_assert!((method.estimate(&scaled) - factor * factor * own).abs() < 1e-9 * (1.0 + factor * factor));
        }
    }

    #[test]
    fn every_region_is_in_one_club_that_converges_or_divergent(values in drifting()) {
        for sieve in [Sieve::RaiseCritical, Sieve::OneByOne] {
            let options = ClubOptions { sieve, ..ClubOptions::default() };
            let (panel, own) = clubs(&values, options);
            let mut regions: Vec<usize> = own.clubs.iter().flat_map(|club| club.members.clone()).collect();
            regions.extend(&own.divergent);
            regions.sort_unstable();
            prop_assert_eq!(&regions, &(0..values.n_columns()).collect::<Vec<_>>());
            prop_assert!(own.clubs.iter().all(|club| club.test.converges && club.members.len() > 1));
            prop_assert!(own.clubs.iter().all(|club| club.core.iter().all(|region| club.members.contains(region))));
            prop_assert_eq!(own.all.converges, own.clubs.len() == 1 && own.divergent.is_empty());
            for merging in [Merging::PhillipsSul, Merging::VonLynckerThoennessen] {
                let merged = merge_clubs(&panel, &own, options, merging, true, &Progress::new()).unwrap();
                let mut all: Vec<usize> = merged.clubs.iter().flat_map(|club| club.members.clone()).collect();
                all.extend(&merged.divergent);
                all.sort_unstable();
                prop_assert_eq!(&all, &regions);
                prop_assert!(merged.clubs.iter().all(|club| club.test.converges));
                let from: Vec<usize> = merged.clubs.iter().flat_map(|club| club.from.clone()).collect();
                prop_assert_eq!(from, (0..own.clubs.len()).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn clubs_have_no_order_and_no_unit(
        (values, order) in drifting().prop_flat_map(|values| { let n = values.n_columns(); (Just(values), order(n)) }),
        unit in 0.5..2.0_f64,
    ) {
        let other = Matrix::from_fn(values.n_rows(), values.n_columns(), |period, region| {
            unit * values.get(period, order[region])
        });
        let ((_, own), (_, other)) = (clubs(&values, ClubOptions::default()), clubs(&other, ClubOptions::default()));
        let back = |regions: &[usize]| {
            let mut regions: Vec<usize> = regions.iter().map(|&region| order[region]).collect();
            regions.sort_unstable();
            regions
        };
        let (found, divergent) = sets(&own);
        let others: Vec<Vec<usize>> = other.clubs.iter().map(|club| back(&club.members)).collect();
        prop_assert_eq!((found, divergent), (others, back(&other.divergent)));
    }
}
