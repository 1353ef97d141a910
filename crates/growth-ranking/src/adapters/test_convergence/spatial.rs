//! Spatial dependence of a model of growth.

use growthpole_contracts::v1;
use growthpole_methods::growth::convergence::Beta;
use growthpole_methods::stats::spatial_regression::{
    ResidualMoran, SpatialForm, SpatialRegression, SpatialRegressionError, spatial_diagnostics,
    spatial_maximum_likelihood,
};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message::count;

use super::beta::Model;
use super::estimates::{by_likelihood, score_test, terms};
use super::inputs::Neighbours;
use super::undefined::{NoPart, Undefined};

/// Tests of the regression among regions with neighbours; what they do not allow is listed as undefined.
pub(super) fn answer(
    model: &Model<'_>,
    linear: &Beta,
    neighbours: &Neighbours,
    progress: &Progress,
    undefined: &mut Vec<Undefined>,
) -> Result<Option<v1::BetaSpatial>, NoPart> {
    let Neighbours { kept, weights } = neighbours;
    let part = format!("{}.spatial", model.part);
    let growth: Vec<f64> = kept.iter().map(|&region| model.growth[region]).collect();
    let design = &linear.design;
    let design = Matrix::from_fn(kept.len(), design.n_columns(), |row, column| design.get(kept[row], column));
    let tests = match spatial_diagnostics(&growth, &design, weights) {
        Ok(tests) => tests,
        Err(error) => {
            undefined.push(no_test(model, part, error)?);
            return Ok(None);
        }
    };
    let mut estimated =
        |form: SpatialForm, name: &str| match spatial_maximum_likelihood(&growth, &design, weights, form, progress) {
            Ok(own) => Ok(Some(estimated(model, &own))),
            Err(error) => {
                undefined.push(no_test(model, format!("{part}.{name}"), error)?);
                Ok::<_, NoPart>(None)
            }
        };
    let (lag, error) = (estimated(SpatialForm::Lag, "lag")?, estimated(SpatialForm::Error, "error")?);
    Ok(Some(v1::BetaSpatial {
        regions: count(kept.len()),
        moran: Some(moran(tests.moran)),
        lm_error: Some(score_test(tests.lm_error)),
        lm_lag: Some(score_test(tests.lm_lag)),
        robust_lm_error: tests.robust_lm_error.map(score_test),
        robust_lm_lag: tests.robust_lm_lag.map(score_test),
        lm_joint: tests.lm_joint.map(score_test),
        lag,
        error,
    }))
}

fn no_test(model: &Model<'_>, part: String, error: SpatialRegressionError) -> Result<Undefined, NoPart> {
    let reason = match error {
        SpatialRegressionError::Stopped(stopped) => return Err(stopped.into()),
        SpatialRegressionError::Collinear { regressor } => {
            // Without islands a dummy may be of nobody.
            let name = regressor.checked_sub(2).and_then(|at| model.conditions.get(at)).map(|own| own.name.as_str());
            let name = name.unwrap_or("the initial level");
            let text = format!("among regions with neighbours {name} is a combination of the terms before it");
            return Ok(Undefined::new(part, "COLLINEAR", text));
        }
        SpatialRegressionError::TooFewRegions { .. } => "TOO_FEW_REGIONS",
        SpatialRegressionError::TooManyRegions { .. } | SpatialRegressionError::TooManyLinks { .. } => {
            "TOO_MANY_REGIONS"
        }
        SpatialRegressionError::PerfectFit => "NO_VARIATION",
        SpatialRegressionError::NoLinks | SpatialRegressionError::NoCycle => "NO_NEIGHBOURS",
        SpatialRegressionError::LengthDiffers { .. }
        | SpatialRegressionError::NotFinite { .. }
        | SpatialRegressionError::NoEigenvalues
        | SpatialRegressionError::NoMaximum { .. }
        | SpatialRegressionError::Filtered(_) => "UNDEFINED_ON_DATA",
    };
    Ok(Undefined::new(part, reason, error.to_string()))
}

fn moran(own: ResidualMoran) -> v1::ResidualMoranTest {
    v1::ResidualMoranTest { i: own.i, expected: own.expected, variance: own.variance, z: own.z, p_value: own.p_value }
}

fn estimated(model: &Model<'_>, own: &SpatialRegression) -> v1::BetaSpatialModel {
    let mut terms = terms(v1::ConvergenceTerm::InitialLevel, model.conditions);
    terms.push((v1::ConvergenceTerm::Neighbours, ""));
    let all = own.coefficients.iter().chain([&own.dependence]);
    v1::BetaSpatialModel {
        estimates: terms.into_iter().zip(all).map(|(term, own)| by_likelihood(term, own)).collect(),
        log_likelihood: own.log_likelihood,
        likelihood_ratio: Some(score_test(own.likelihood_ratio)),
        error_variance: own.error_variance,
    }
}
