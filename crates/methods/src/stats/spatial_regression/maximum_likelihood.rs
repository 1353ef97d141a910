//! Spatial lag and spatial error regressions by maximum likelihood.

use faer::Mat;
use faer::linalg::solvers::Solve as _;

use super::SpatialRegressionError;
use super::diagnostics::{ScoreTest, fit, is_rounding, score_test};
use super::likelihood::{Likelihood, SpatialForm};
use crate::stats::SpatialWeights;
use crate::stats::distributions::normal_two_sided;
use crate::{Matrix, Progress};

/// The most regions: a plan of elimination for more would take longer than a stop can wait for.
pub const MOST_REGIONS: usize = 10_000;

/// A regression in which neighbours depend on each other.
#[derive(Debug, Clone, PartialEq)]
pub struct SpatialRegression {
    /// Coefficients, by regressor.
    pub coefficients: Vec<SpatialEstimate>,
    /// How much of the neighbours' mean response (lag) or error (error) a region takes over.
    pub dependence: SpatialEstimate,
    /// Variance of the independent errors: their squares over n.
    pub error_variance: f64,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Against least squares: twice the gain of the logarithm of the likelihood, one degree of freedom.
    pub likelihood_ratio: ScoreTest,
}

/// A number estimated by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpatialEstimate {
    /// The estimate.
    pub value: f64,
    /// Its asymptotic standard error.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub z: f64,
    /// Two-sided, from the normal distribution.
    pub p_value: f64,
}

/// Estimates a linear regression with a spatial lag of the response, or with spatially dependent errors.
///
/// ```text
/// lag:   y = rho Wy + Xb + u            error: y = Xb + e,  e = lambda We + u
/// log L = -n/2 (ln(2 pi u'u/n) + 1) + ln|I - rho W|
/// ```
///
/// Up to 300 regions, the determinant is that of the eigenvalues of W, and all dependences are searched at which I - rho W keeps
/// its rank. Of more regions it is that of triangular factors, exact as well, which are sparse where there are more than 1 000,
/// and dependences are searched whose size is below one over the largest eigenvalue: from -1 to 1 for row-standardised weights.
/// The likelihood is looked at on a grid, and the root of its derivative beside the best point is found to the last digits.
/// Standard errors are those of the inverse of the expected information, whose traces are exact, too.
///
/// Each point of the grid, each step towards the root, and then each region counts one unit of progress.
///
/// # Shapes and units
///
/// - `response`, `design`, `weights`: as for [`super::spatial_diagnostics`].
/// - returns: coefficients in units of the response per unit of the regressor; the dependence is dimensionless, and below
///   1 for row-standardised weights. In the lag form a coefficient is the effect before neighbours pass it on.
///
/// # Errors
///
/// As [`super::spatial_diagnostics`]; more than [`MOST_REGIONS`] regions, or so many links that the factors are hardly sparse;
/// links that never lead back to where they start; a likelihood that still rises at the end of the range; the caller's wish
/// to stop.
///
/// # Source
///
/// Ord (1975), Journal of the American Statistical Association 70(349), 120-126; Anselin (1988), Spatial Econometrics,
/// Kluwer, chapter 6; with sparse factors: Pace and Barry (1997), Geographical Analysis 29(3), 232-247.
pub fn spatial_maximum_likelihood(
    response: &[f64],
    design: &Matrix,
    weights: &SpatialWeights,
    form: SpatialForm,
    progress: &Progress,
) -> Result<SpatialRegression, SpatialRegressionError> {
    let regions = weights.n_regions();
    if regions > MOST_REGIONS {
        return Err(SpatialRegressionError::TooManyRegions { regions, most: MOST_REGIONS });
    }
    let rest = fit(response, design, weights)?.residuals(response);
    if is_rounding(&rest, response) {
        return Err(SpatialRegressionError::PerfectFit);
    }
    progress.check()?;
    let likelihood = Likelihood::new(response, design, weights, form, progress)?;
    progress.check()?;
    estimated(&likelihood, progress)
}

/// Estimates and their standard errors where the likelihood is largest.
fn estimated(likelihood: &Likelihood<'_>, progress: &Progress) -> Result<SpatialRegression, SpatialRegressionError> {
    let dependence = likelihood.maximum(progress)?;
    let at = likelihood.at(dependence)?;
    let information = information(likelihood, &at.coefficients, at.error_variance, dependence, progress)?;

    let errors = standard_errors(&information);
    let regressors = likelihood.design.n_columns();
    let log_likelihood = likelihood.log(dependence, progress)?;
    let ratio = 2.0 * (log_likelihood - likelihood.log(0.0, progress)?);
    Ok(SpatialRegression {
        coefficients: at.coefficients.iter().zip(&errors).map(|(&value, &error)| estimate(value, error)).collect(),
        dependence: estimate(dependence, errors[regressors]),
        error_variance: at.error_variance,
        log_likelihood,
        likelihood_ratio: score_test(ratio.max(0.0), 1),
    })
}

fn estimate(value: f64, standard_error: f64) -> SpatialEstimate {
    let z = value / standard_error;
    SpatialEstimate { value, standard_error, z, p_value: normal_two_sided(z).unwrap_or(f64::NAN) }
}

/// The expected information of the coefficients, the dependence and the variance, in that order.
fn information(
    likelihood: &Likelihood<'_>,
    coefficients: &[f64],
    variance: f64,
    dependence: f64,
    progress: &Progress,
) -> Result<Mat<f64>, SpatialRegressionError> {
    let (weights, design) = (likelihood.weights, likelihood.design);
    let k = design.n_columns();
    let fitted: Vec<f64> = design.rows().map(|row| row.iter().zip(coefficients).map(|(x, b)| x * b).sum()).collect();
    let multiplier = likelihood.determinant.multiplier(weights, dependence, &fitted, progress)?;

    let mut information = Mat::zeros(k + 2, k + 2);
    let regressors = likelihood.filtered_design(dependence);
    for a in 0..k {
        for b in 0..k {
            let product: f64 = regressors.rows().map(|row| row[a] * row[b]).sum();
            information[(a, b)] = product / variance;
        }
    }
    information[(k, k)] = multiplier.trace_of_square + multiplier.squares;
    if likelihood.form == SpatialForm::Lag {
        let passed_on = &multiplier.passed_on;
        for a in 0..k {
            let product: f64 = design.column(a).zip(passed_on).map(|(x, lag)| x * lag).sum();
            information[(a, k)] = product / variance;
            information[(k, a)] = product / variance;
        }
        information[(k, k)] += passed_on.iter().map(|lag| lag * lag).sum::<f64>() / variance;
    }
    information[(k, k + 1)] = multiplier.trace / variance;
    information[(k + 1, k)] = multiplier.trace / variance;
    information[(k + 1, k + 1)] = weights.n_regions() as f64 / (2.0 * variance * variance);
    Ok(information)
}

/// Square roots of the diagonal of the inverse. Rows are scaled to one first, as units may be far apart.
fn standard_errors(information: &Mat<f64>) -> Vec<f64> {
    let n = information.nrows();
    let scale: Vec<f64> = (0..n).map(|at| information[(at, at)].sqrt()).collect();
    let scaled = Mat::from_fn(n, n, |row, column| information[(row, column)] / (scale[row] * scale[column]));
    let inverse = scaled.partial_piv_lu().solve(&Mat::<f64>::identity(n, n));
    (0..n).map(|at| inverse[(at, at)].sqrt() / scale[at]).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rand::RngExt as _;

    use super::super::determinant::Determinant;
    use super::super::diagnostics::tests::{RESPONSE, design, ring};
    use super::*;
    use crate::stats::random::generator;

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
    }

    /// The maximum of the full likelihood in 40 digits (mpmath 1.3), and the inverse information there (numpy). spreg
    /// 1.9 finds the same maxima to the six digits that its search stops at.
    #[test]
    fn a_lag_is_where_the_likelihood_is_largest() {
        let lag =
            spatial_maximum_likelihood(&RESPONSE, &design(), &ring(), SpatialForm::Lag, &Progress::new()).unwrap();
        close(lag.dependence.value, 0.207_034_470_884_482_36);
        close(lag.coefficients[0].value, 0.093_375_436_369_935_02);
        close(lag.coefficients[1].value, 1.021_803_917_212_927_6);
        close(lag.error_variance, 0.609_340_735_138_598_1);
        close(lag.log_likelihood, -14.166_129_864_278_188);
        close(lag.coefficients[0].standard_error, 0.502_191_096_072_080_1);
        close(lag.coefficients[1].standard_error, 0.231_447_793_901_093_05);
        close(lag.dependence.standard_error, 0.214_041_560_403_312_54);
    }

    /// As above.
    #[test]
    fn dependent_errors_are_where_the_likelihood_is_largest() {
        let error =
            spatial_maximum_likelihood(&RESPONSE, &design(), &ring(), SpatialForm::Error, &Progress::new()).unwrap();
        close(error.dependence.value, -0.622_090_592_471_093_6);
        close(error.coefficients[0].value, 0.121_670_090_737_060_25);
        close(error.coefficients[1].value, 1.330_647_559_591_126_2);
        close(error.error_variance, 0.406_577_845_090_245_8);
        close(error.log_likelihood, -12.778_421_765_930_904);
        close(error.coefficients[0].standard_error, 0.239_753_653_832_932_84);
        close(error.coefficients[1].standard_error, 0.124_198_150_801_230_49);
        close(error.dependence.standard_error, 0.209_034_902_109_144_77);
        close(error.likelihood_ratio.statistic, 2.0 * (-12.778_421_765_930_904 + 14.473_720_458_421_45));
    }

    #[test]
    fn refuses_what_it_cannot_estimate() {
        let error = |weights: &SpatialWeights| {
            let progress = Progress::new();
            spatial_maximum_likelihood(&RESPONSE, &design(), weights, SpatialForm::Lag, &progress).unwrap_err()
        };
        let downwards: Vec<_> = (1..12).map(|region| (region - 1, region, 1.0)).collect();
        let acyclic = SpatialWeights::from_links(12, &downwards).unwrap();
        assert_eq!(error(&acyclic), SpatialRegressionError::NoCycle);
        let many = SpatialWeights::from_pairs(10_001, &[(0, 1)]).unwrap();
        assert_eq!(error(&many), SpatialRegressionError::TooManyRegions { regions: 10_001, most: 10_000 });
    }

    /// A county and its neighbours in a lattice of so many columns, with a second regressor and a response without a pattern.
    fn lattice(rows: usize, columns: usize) -> (Vec<f64>, Matrix, SpatialWeights) {
        let regions = rows * columns;
        let right = (0..regions).filter(|at| at % columns + 1 < columns).map(|at| (at, at + 1));
        let down = (0..regions - columns).map(|at| (at, at + columns));
        let weights = SpatialWeights::from_pairs(regions, &right.chain(down).collect::<Vec<_>>()).unwrap();
        let design = Matrix::from_fn(regions, 2, |at, column| [1.0, ((at * 7919) % 101) as f64 / 50.0][column]);
        let mut draws = generator(4, 0);
        let response = (0..regions).map(|at| design.get(at, 1) + draws.random_range(-1.0..1.0)).collect();
        (response, design, weights.row_standardized())
    }

    /// Above and below the number of regions from which on factors are used, everything must be as from the other way.
    #[test]
    fn factors_and_eigenvalues_lead_to_the_same_estimates() {
        let (response, design, weights) = lattice(18, 17);
        for form in [SpatialForm::Lag, SpatialForm::Error] {
            let sparse = spatial_maximum_likelihood(&response, &design, &weights, form, &Progress::new()).unwrap();
            let mut likelihood = Likelihood::new(&response, &design, &weights, form, &Progress::new()).unwrap();
            likelihood.determinant = Determinant::by_eigenvalues(&weights).unwrap();
            let dense = estimated(&likelihood, &Progress::new()).unwrap();
            let numbers = |own: &SpatialRegression| {
                let estimates = own.coefficients.iter().chain([&own.dependence]);
                let mut numbers: Vec<f64> = estimates.flat_map(|own| [own.value, own.standard_error]).collect();
                numbers.extend([own.error_variance, own.log_likelihood, own.likelihood_ratio.statistic]);
                numbers
            };
            numbers(&sparse).iter().zip(numbers(&dense)).for_each(|(own, expected)| close(*own, expected));
        }
    }

    #[test]
    fn three_thousand_counties_are_few() {
        let (response, design, weights) = lattice(60, 50);
        let fit = spatial_maximum_likelihood(&response, &design, &weights, SpatialForm::Lag, &Progress::new()).unwrap();
        // The response follows the second regressor, and no neighbours.
        assert!((fit.coefficients[1].value - 1.0).abs() < 4.0 * fit.coefficients[1].standard_error);
        assert!(fit.dependence.value.abs() < 4.0 * fit.dependence.standard_error);
    }

    #[test]
    fn stops_when_asked() {
        let (response, design, weights) = lattice(20, 20);
        let stopped = Progress::new();
        stopped.stop();
        let error = spatial_maximum_likelihood(&response, &design, &weights, SpatialForm::Lag, &stopped).unwrap_err();
        assert_eq!(error, SpatialRegressionError::Stopped(crate::Stopped));
    }
}
