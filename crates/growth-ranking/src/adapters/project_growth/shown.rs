//! Projections as answers show them.

use growthpole_contracts::v1;
use growthpole_domain::Period;
use growthpole_methods::growth::projection::{
    Backtest, Coefficient, Compared, CurveFit, Errors, Fit, Fitted, Model, Projected, Projection, RandomWalk, Scale,
    SmoothedTrend, Smoothing,
};
use growthpole_worker_kit::convert::message::count;

use super::reasons::Reason;

/// What all projections of an answer share.
pub(super) struct Shown<'a> {
    pub(super) periods: &'a [Period],
    pub(super) coming: &'a [Period],
}

impl Shown<'_> {
    /// The projection of a series, with each step multiplied by a factor where there are some.
    pub(super) fn projection(
        &self,
        region: Option<v1::RegionLabel>,
        last: f64,
        projection: &Projection,
        factors: &[f64],
    ) -> v1::RegionProjection {
        v1::RegionProjection {
            region,
            last,
            model: Some(model(&projection.fit)),
            values: self.values(&projection.steps, factors),
            backtest: Some(self.backtest(&projection.backtest)),
            compared: projection.compared.iter().map(|own| self.compared(own)).collect(),
            industries: Vec::new(),
        }
    }

    /// Projected values by period.
    pub(super) fn values(&self, steps: &[Projected], factors: &[f64]) -> Vec<v1::ProjectedValue> {
        let factors = factors.iter().copied().chain(std::iter::repeat(1.0));
        let shown = steps.iter().zip(self.coming).zip(factors).map(|((step, period), factor)| v1::ProjectedValue {
            period: period.to_string(),
            value: factor * step.value,
            intervals: intervals(&step.intervals, factor),
            intervals_with_parameters: intervals(&step.with_parameters, factor),
        });
        shown.collect()
    }

    /// A backtest, with its origins by period.
    pub(super) fn backtest(&self, backtest: &Backtest) -> v1::ProjectionBacktest {
        let origin = |length: usize| self.periods.get(length - 1).map(Period::to_string).unwrap_or_default();
        v1::ProjectionBacktest {
            first_origin: origin(backtest.first_length),
            last_origin: origin(backtest.first_length + backtest.origins - 1),
            origins: count(backtest.origins),
            errors: Some(errors(&backtest.model.overall)),
            by_step: backtest.model.by_step.iter().map(errors).collect(),
            naive: Some(errors(&backtest.naive.overall)),
            mean_growth: Some(errors(&backtest.mean_growth.overall)),
        }
    }

    fn compared(&self, compared: &Compared) -> v1::ComparedModel {
        let reason = compared.mean_absolute_error.err().map(|reason| Reason::of_series(reason, self.periods));
        v1::ComparedModel {
            method: method(compared.model).into(),
            mae: compared.mean_absolute_error.ok(),
            reason: reason.as_ref().map(|reason| reason.code.to_owned()).unwrap_or_default(),
            text: reason.map(|reason| reason.text).unwrap_or_default(),
        }
    }
}

fn intervals(ends: &[[f64; 2]], factor: f64) -> Vec<v1::PredictionInterval> {
    let interval = |[lower, upper]: &[f64; 2]| v1::PredictionInterval { lower: factor * lower, upper: factor * upper };
    ends.iter().map(interval).collect()
}

/// Errors of a backtest.
pub(super) fn errors(errors: &Errors) -> v1::ProjectionErrors {
    v1::ProjectionErrors {
        count: count(errors.count),
        mae: errors.mean_absolute,
        rmse: errors.root_mean_square,
        mase: errors.mean_scaled,
        bias: errors.bias,
        coverage: errors.coverage.clone(),
        coverage_with_parameters: errors.coverage_with_parameters.clone(),
    }
}

/// The value of the enumeration for a model.
pub(super) fn method(model: Model) -> v1::ProjectionMethod {
    match model {
        Model::Naive => v1::ProjectionMethod::Naive,
        Model::Drift => v1::ProjectionMethod::Drift,
        Model::Linear => v1::ProjectionMethod::Linear,
        Model::Power => v1::ProjectionMethod::Power,
        Model::Exponential => v1::ProjectionMethod::Exponential,
        Model::Logistic => v1::ProjectionMethod::Logistic,
        Model::Simple => v1::ProjectionMethod::Simple,
        Model::Holt => v1::ProjectionMethod::Holt,
        Model::Damped => v1::ProjectionMethod::Damped,
    }
}

fn model(fit: &Fit) -> v1::FittedModel {
    use v1::fitted_model::Parameters;
    let parameters = match &fit.fitted {
        Fitted::RandomWalk(RandomWalk { drift, .. }) => {
            Parameters::RandomWalk(v1::RandomWalkParameters { drift: *drift })
        }
        Fitted::Curve(curve) => Parameters::Curve(curve_parameters(curve)),
        Fitted::Smoothing(smoothing) => Parameters::Smoothing(smoothing_parameters(smoothing)),
    };
    v1::FittedModel {
        method: method(fit.model).into(),
        scale: match fit.scale() {
            Scale::Level => v1::ProjectionScale::Level,
            Scale::Log => v1::ProjectionScale::Log,
            Scale::Logit { .. } => v1::ProjectionScale::Logit,
        }
        .into(),
        error_deviation: Some(fit.variance().sqrt()),
        parameters: Some(parameters),
    }
}

fn curve_parameters(curve: &CurveFit) -> v1::CurveParameters {
    let statistics = curve.statistics();
    let coefficient = |own: Coefficient| v1::CurveCoefficient {
        value: own.value,
        standard_error: own.standard_error,
        t: own.t,
        p_value: own.p,
    };
    v1::CurveParameters {
        intercept: Some(coefficient(statistics.intercept)),
        slope: Some(coefficient(statistics.slope)),
        r_squared: statistics.r_squared,
        adjusted_r_squared: statistics.adjusted_r_squared,
        f: statistics.f,
        f_p_value: statistics.f_p,
        saturation: if let Scale::Logit { saturation } = curve.scale { Some(saturation) } else { None },
    }
}

fn smoothing_parameters(smoothing: &Smoothing) -> v1::SmoothingParameters {
    let (parameters, smoothed) = (smoothing.parameters, &smoothing.smoothed);
    let of_trend = |value: f64| (smoothing.trend != SmoothedTrend::None).then_some(value);
    v1::SmoothingParameters {
        alpha: parameters.alpha,
        beta: of_trend(parameters.beta),
        phi: (smoothing.trend == SmoothedTrend::Damped).then_some(parameters.phi),
        initial_level: parameters.level,
        initial_slope: of_trend(parameters.slope),
        last_level: smoothed.level,
        last_slope: of_trend(smoothed.slope),
        squared_errors: smoothed.squares,
        aicc: smoothing.aicc(),
    }
}
