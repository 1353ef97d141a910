//! Whether the rest of a least-squares regression is spatially dependent: Moran's I of residuals and score tests.

use super::SpatialRegressionError;
use super::projection::{Projection, dot};
use crate::Matrix;
use crate::stats::SpatialWeights;
use crate::stats::distributions::{chi_squared_above, normal_two_sided};

/// What share of the squared response the squared rest must exceed, so that it is more than rounding.
const ROUNDING: f64 = 1e-24;

/// Tests of a least-squares regression for spatial dependence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpatialDiagnostics {
    /// Moran's I of the residuals.
    pub moran: ResidualMoran,
    /// Score test for spatially dependent errors, assuming no spatial lag.
    pub lm_error: ScoreTest,
    /// Score test for a spatial lag of the response, assuming independent errors.
    pub lm_lag: ScoreTest,
    /// The former, robust to a spatial lag. None when the lag of the fit lies among the regressors.
    pub robust_lm_error: Option<ScoreTest>,
    /// The latter, robust to dependent errors. None in the same case.
    pub robust_lm_lag: Option<ScoreTest>,
    /// Both at once, with two degrees of freedom. None in the same case.
    pub lm_joint: Option<ScoreTest>,
}

/// Moran's I of residuals with its moments for normal independent errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResidualMoran {
    /// Moran's I.
    pub i: f64,
    /// Its expectation.
    pub expected: f64,
    /// Its variance.
    pub variance: f64,
    /// Deviation from the expectation in standard deviations.
    pub z: f64,
    /// Two-sided, from the normal distribution.
    pub p_value: f64,
}

/// A score (Lagrange multiplier) test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreTest {
    /// The statistic, chi-squared without spatial dependence.
    pub statistic: f64,
    /// Degrees of freedom.
    pub degrees: usize,
    /// Probability of a larger statistic without spatial dependence.
    pub p_value: f64,
}

/// Tests whether the residuals of a least-squares regression depend on those of neighbours.
///
/// With e the residuals, M what projects on them, s2 = e'e/n, T = tr(W'W + WW) and D = (WXb)'M(WXb)/s2:
///
/// ```text
/// I        = n/S0 * e'We / e'e
/// E[I]     = n/S0 * tr(MW) / (n - k)
/// Var[I]   = (n/S0)^2 * (tr(MWMW') + tr(MWMW) + tr(MW)^2) / ((n - k)(n - k + 2)) - E[I]^2
/// LM_error = (e'We/s2)^2 / T
/// LM_lag   = (e'Wy/s2)^2 / (D + T)
/// robust LM_error = (e'We/s2 - T/(D + T) * e'Wy/s2)^2 / (T - T^2/(D + T))
/// robust LM_lag   = (e'Wy/s2 - e'We/s2)^2 / D
/// joint    = robust LM_lag + LM_error
/// ```
///
/// # Shapes and units
///
/// - `response`: one value a region.
/// - `design`: regions x regressors, the column of ones for a constant among them.
/// - `weights`: of the same regions, row-standardised as a rule; an island's lag is 0.
/// - returns: dimensionless. The robust and joint tests are undefined when D = 0, as with no regressor but a constant.
///
/// # Errors
///
/// Other lengths, values that are not finite, no more regions than regressors, regressors that depend on each other, a
/// response that they explain without a rest, or weights without links.
///
/// # Source
///
/// Cliff and Ord (1981), Spatial Processes, Pion; Anselin (1988), Geographical Analysis 20(1), 1-17; Anselin, Bera, Florax
/// and Yoon (1996), Regional Science and Urban Economics 26(1), 77-104.
pub fn spatial_diagnostics(
    response: &[f64],
    design: &Matrix,
    weights: &SpatialWeights,
) -> Result<SpatialDiagnostics, SpatialRegressionError> {
    let projection = fit(response, design, weights)?;
    let rest = projection.residuals(response);
    if is_rounding(&rest, response) {
        return Err(SpatialRegressionError::PerfectFit);
    }
    let squared_rest = dot(&rest, &rest);
    let fitted: Vec<f64> = response.iter().zip(&rest).map(|(value, rest)| value - rest).collect();
    let lag_of_fit = weights.lag(&fitted);
    let outside = projection.residuals(&lag_of_fit);

    let variance = squared_rest / rest.len() as f64;
    let sums = weights.sums();
    let trace = sums.squares + sums.mutual;
    let error_score = dot(&rest, &weights.lag(&rest)) / variance;
    let lag_score = dot(&rest, &weights.lag(response)) / variance;
    // Rounding must not become a denominator.
    let spread = if is_rounding(&outside, &lag_of_fit) { 0.0 } else { dot(&outside, &outside) / variance };

    let lm_error = score_test(error_score * error_score / trace, 1);
    let robust = (spread > 0.0).then(|| robust_tests(error_score, lag_score, trace, spread, lm_error.statistic));
    Ok(SpatialDiagnostics {
        moran: residual_moran(&projection, &rest, weights, error_score * variance / squared_rest),
        lm_error,
        lm_lag: score_test(lag_score * lag_score / (spread + trace), 1),
        robust_lm_error: robust.map(|tests| tests[0]),
        robust_lm_lag: robust.map(|tests| tests[1]),
        lm_joint: robust.map(|tests| tests[2]),
    })
}

/// Whether a rest is no more than the rounding of the values that it is left of.
pub(super) fn is_rounding(rest: &[f64], values: &[f64]) -> bool {
    dot(rest, rest) <= ROUNDING * dot(values, values)
}

/// Checks the input and takes the design apart.
pub(super) fn fit(
    response: &[f64],
    design: &Matrix,
    weights: &SpatialWeights,
) -> Result<Projection, SpatialRegressionError> {
    let (regions, regressors) = (weights.n_regions(), design.n_columns());
    if response.len() != regions || design.n_rows() != regions {
        let (response, design) = (response.len(), design.n_rows());
        return Err(SpatialRegressionError::LengthDiffers { response, design, regions });
    }
    let finite = |region: usize| response[region].is_finite() && design.row(region).iter().all(|x| x.is_finite());
    if let Some(region) = (0..regions).find(|&region| !finite(region)) {
        return Err(SpatialRegressionError::NotFinite { region });
    }
    if regions <= regressors {
        return Err(SpatialRegressionError::TooFewRegions { regions, regressors });
    }
    if weights.n_links() == 0 {
        return Err(SpatialRegressionError::NoLinks);
    }
    Projection::of_design(design)
}

/// The robust tests for dependent errors and for a lag, and the joint one.
fn robust_tests(error_score: f64, lag_score: f64, trace: f64, spread: f64, lm_error: f64) -> [ScoreTest; 3] {
    let share = trace / (spread + trace);
    let own_error = error_score - share * lag_score;
    let own_lag = lag_score - error_score;
    let robust_lag = own_lag * own_lag / spread;
    [
        // T - T^2/(D + T), without a difference that loses digits where D is small.
        score_test(own_error * own_error / (share * spread), 1),
        score_test(robust_lag, 1),
        score_test(robust_lag + lm_error, 2),
    ]
}

pub(super) fn score_test(statistic: f64, degrees: usize) -> ScoreTest {
    let p_value = chi_squared_above(statistic, degrees as f64).unwrap_or(f64::NAN);
    ScoreTest { statistic, degrees, p_value }
}

/// Moran's I of residuals; `ratio` is e'We/e'e. The traces follow from M = I - QQ' without a matrix of regions by regions.
fn residual_moran(projection: &Projection, rest: &[f64], weights: &SpatialWeights, ratio: f64) -> ResidualMoran {
    let (sums, transposed) = (weights.sums(), weights.transposed());
    let lags: Vec<Vec<f64>> = projection.basis.iter().map(|unit| weights.lag(unit)).collect();
    let leads: Vec<Vec<f64>> = projection.basis.iter().map(|unit| transposed.lag(unit)).collect();
    let (mut inner, mut inner_squared, mut inner_mutual) = (0.0, 0.0, 0.0);
    let (mut lag_squares, mut lead_squares, mut lead_lags) = (0.0, 0.0, 0.0);
    for (a, unit) in projection.basis.iter().enumerate() {
        inner += dot(unit, &lags[a]);
        lag_squares += dot(&lags[a], &lags[a]);
        lead_squares += dot(&leads[a], &leads[a]);
        lead_lags += dot(&leads[a], &lags[a]);
        for (b, other) in projection.basis.iter().enumerate() {
            let cross = dot(unit, &lags[b]);
            inner_squared += cross * cross;
            inner_mutual += cross * dot(other, &lags[a]);
        }
    }
    let trace_mw = -inner;
    let trace_mwmw = sums.mutual - 2.0 * lead_lags + inner_mutual;
    let trace_mwmwt = sums.squares - lag_squares - lead_squares + inner_squared;

    let degrees = (rest.len() - projection.n_regressors()) as f64;
    let scale = rest.len() as f64 / sums.s0;
    let expected = scale * trace_mw / degrees;
    let second = scale * scale * (trace_mwmwt + trace_mwmw + trace_mw * trace_mw) / (degrees * (degrees + 2.0));
    let variance = second - expected * expected;
    let i = scale * ratio;
    let z = (i - expected) / variance.sqrt();
    ResidualMoran { i, expected, variance, z, p_value: normal_two_sided(z).unwrap_or(f64::NAN) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const RESPONSE: [f64; 12] = [1.2, 0.7, 2.9, 3.1, 2.2, 4.8, 5.1, 3.9, 2.0, 1.1, 0.4, 0.9];
    const REGRESSOR: [f64; 12] = [0.5, 1.5, 1.0, 2.5, 2.0, 3.5, 4.0, 2.0, 1.8, 0.2, 1.1, 0.6];

    pub(in super::super) fn design() -> Matrix {
        Matrix::from_fn(12, 2, |region, column| [1.0, REGRESSOR[region]][column])
    }

    /// A ring of twelve regions with two more borders across it.
    pub(in super::super) fn ring() -> SpatialWeights {
        let mut pairs: Vec<(usize, usize)> = (0..12).map(|region| (region, (region + 1) % 12)).collect();
        pairs.extend([(0, 5), (2, 9)]);
        SpatialWeights::from_pairs(12, &pairs).unwrap().row_standardized()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
    }

    /// Figures of spreg 1.9 (`OLS(spat_diag=True, moran=True)`, `MoranRes`) on the same numbers.
    #[test]
    fn agrees_with_another_package() {
        let tests = spatial_diagnostics(&RESPONSE, &design(), &ring()).unwrap();
        close(tests.moran.i, -0.336_334_152_653_027);
        close(tests.moran.expected, -0.142_045_016_784_986_96);
        close(tests.moran.variance, 0.053_638_707_809_474_68);
        close(tests.moran.z, -0.838_898_394_522_807_6);
        close(tests.moran.p_value, 0.401_526_328_811_290_5);
        close(tests.lm_error.statistic, 1.559_621_045_362_928_7);
        close(tests.lm_error.p_value, 0.211_720_715_136_797_88);
        close(tests.lm_lag.statistic, 0.369_476_204_135_219_14);
        close(tests.robust_lm_error.unwrap().statistic, 5.130_230_777_230_084);
        close(tests.robust_lm_lag.unwrap().statistic, 3.940_085_936_002_374_6);
        let joint = tests.lm_joint.unwrap();
        close(joint.statistic, 5.499_706_981_365_303_4);
        close(joint.p_value, 0.063_937_227_920_151_15);
    }

    #[test]
    fn with_only_a_constant_errors_and_lag_cannot_be_told_apart() {
        let constant = Matrix::from_fn(12, 1, |_, _| 1.0);
        let tests = spatial_diagnostics(&RESPONSE, &constant, &ring()).unwrap();
        assert_eq!((tests.robust_lm_error, tests.robust_lm_lag, tests.lm_joint), (None, None, None));
        close(tests.lm_error.statistic, tests.lm_lag.statistic);
    }

    #[test]
    fn refuses_what_has_no_residuals() {
        let error = |response: &[f64], design: &Matrix, weights: &SpatialWeights| {
            spatial_diagnostics(response, design, weights).unwrap_err()
        };
        let line: Vec<f64> = REGRESSOR.iter().map(|x| 1.0 + 2.0 * x).collect();
        assert_eq!(error(&line, &design(), &ring()), SpatialRegressionError::PerfectFit);
        let none = SpatialWeights::from_links(12, &[]).unwrap();
        assert_eq!(error(&RESPONSE, &design(), &none), SpatialRegressionError::NoLinks);
        let lengths = SpatialRegressionError::LengthDiffers { response: 11, design: 12, regions: 12 };
        assert_eq!(error(&RESPONSE[1..], &design(), &ring()), lengths);
        let mut hole = RESPONSE;
        hole[3] = f64::NAN;
        assert_eq!(error(&hole, &design(), &ring()), SpatialRegressionError::NotFinite { region: 3 });
        let wide = Matrix::from_fn(12, 12, |row, column| if row == column { 1.0 } else { 0.0 });
        let few = SpatialRegressionError::TooFewRegions { regions: 12, regressors: 12 };
        assert_eq!(error(&RESPONSE, &wide, &ring()), few);
    }

    #[test]
    fn both_ways_lead_to_the_joint_test_where_the_lag_nearly_lies_among_the_regressors() {
        let (error_score, lag_score, trace, spread) = (0.3, 0.300_000_1, 5.0, 1e-12);
        let [robust_error, _, joint] =
            robust_tests(error_score, lag_score, trace, spread, error_score * error_score / trace);
        let other_way = lag_score * lag_score / (spread + trace) + robust_error.statistic;
        assert!((joint.statistic - other_way).abs() < 1e-9, "{} {other_way}", joint.statistic);
    }
}
