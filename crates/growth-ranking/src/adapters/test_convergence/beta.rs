//! Growth against the initial level.

use growthpole_contracts::v1;
use growthpole_methods::Progress;
use growthpole_methods::growth::convergence::{
    Beta, BetaError, BetaNls, BetaSample, GrowthForm, LogGrowthError, beta_convergence, beta_convergence_nls,
    mean_log_growth,
};
use growthpole_methods::stats::{Covariance, RegressionError, logarithms};
use growthpole_worker_kit::convert::message::count;

use super::conditions::Condition;
use super::estimates::{estimates, f_test, no_minimum, speed, terms};
use super::inputs::Inputs;
use super::options;
use super::spatial;
use super::undefined::{NoPart, Undefined};

pub(super) fn answer(
    inputs: &Inputs,
    options: options::Beta,
    progress: &Progress,
    undefined: &mut Vec<Undefined>,
) -> Result<v1::BetaConvergence, NoPart> {
    let growth = mean_log_growth(&inputs.series.values, &inputs.times, options.growth)
        .map_err(|error| no_growth(inputs, error))?;
    let initial = logarithms(inputs.series.values.row(0));
    let covariance = match (options.covariance, &inputs.clusters) {
        (v1::BetaCovariance::Clustered, Some(labels)) => Covariance::Clustered(labels),
        (v1::BetaCovariance::Hc1, _) => Covariance::Hc1,
        _ => Covariance::Classical,
    };
    let all = inputs.conditions.terms.as_slice();
    let sets: Vec<&[Condition]> = if all.is_empty() { vec![all] } else { vec![&[], all] };
    let mut models = Vec::with_capacity(sets.len());
    for (position, conditions) in sets.into_iter().enumerate() {
        let part = format!("beta.models[{position}]");
        let model = Model { inputs, growth: &growth, initial: &initial, conditions, covariance, part };
        models.push(model.answer(progress, undefined)?);
    }
    let shown = match options.growth {
        GrowthForm::EndPoints => v1::ConvergenceGrowth::EndPoints,
        GrowthForm::MeanOfSteps => v1::ConvergenceGrowth::MeanOfSteps,
    };
    let clusters = inputs.clusters.as_ref().and_then(|labels| labels.iter().max()).map_or(0, |last| last + 1);
    Ok(v1::BetaConvergence {
        growth: shown.into(),
        covariance: options.covariance.into(),
        clusters: count(clusters),
        models,
    })
}

fn no_growth(inputs: &Inputs, error: LogGrowthError) -> NoPart {
    match error {
        LogGrowthError::NotPositive { region, period, value } => {
            let (code, at) = (inputs.region(region), inputs.period(period));
            let text = format!("{code} in {at}: {value} has no logarithm");
            Undefined::new("beta", "NOT_POSITIVE", text).with("region", code).with("period", at).into()
        }
        LogGrowthError::TooFewPeriods { .. }
        | LogGrowthError::TimesDiffer { .. }
        | LogGrowthError::TimesNotIncreasing { .. } => {
            Undefined::new("beta", "UNDEFINED_ON_DATA", error.to_string()).into()
        }
    }
}

/// A model of growth.
pub(super) struct Model<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) growth: &'a [f64],
    initial: &'a [f64],
    pub(super) conditions: &'a [Condition],
    covariance: Covariance<'a>,
    /// Where the answer holds it.
    pub(super) part: String,
}

impl Model<'_> {
    fn answer(&self, progress: &Progress, undefined: &mut Vec<Undefined>) -> Result<v1::BetaModel, NoPart> {
        let columns: Vec<&[f64]> = self.conditions.iter().map(|own| own.values.as_slice()).collect();
        let sample =
            BetaSample { growth: self.growth, initial: self.initial, conditions: &columns, time: self.inputs.years() };
        let linear = beta_convergence(sample, self.covariance).map_err(|error| self.no_fit(error))?;
        let nonlinear = match beta_convergence_nls(sample, self.covariance, progress) {
            Ok(own) => Some(self.nonlinear(&own)),
            Err(BetaError::Stopped(stopped)) => return Err(stopped.into()),
            Err(error) => {
                let part = format!("{}.nonlinear", self.part);
                undefined.push(Undefined::new(part, "UNDEFINED_ON_DATA", error.to_string()));
                None
            }
        };
        let spatial = match &self.inputs.neighbours {
            Some(neighbours) => spatial::answer(self, &linear, neighbours, progress, undefined)?,
            None => None,
        };
        Ok(v1::BetaModel {
            conditional: !self.conditions.is_empty(),
            least_squares: Some(self.least_squares(&linear)),
            nonlinear,
            spatial,
        })
    }

    /// Why the regression is undefined, by the names of its terms.
    fn no_fit(&self, error: BetaError) -> NoPart {
        let regions = self.growth.len();
        let undefined = match error {
            BetaError::Regression(RegressionError::TooFewRows { columns, .. }) => {
                let text = format!("{regions} regions are too few for a regression with {columns} terms");
                Undefined::new(&self.part, "TOO_FEW_REGIONS", text)
            }
            BetaError::Regression(RegressionError::Collinear { column: 0 | 1 }) => {
                Undefined::new(&self.part, "NO_VARIATION", "all regions start from the same level")
            }
            BetaError::Regression(RegressionError::Collinear { column }) => {
                let name = self.conditions.get(column - 2).map(|own| own.name.as_str()).unwrap_or_default();
                let text = format!("\"{name}\" is a linear combination of the terms before it");
                Undefined::new(&self.part, "COLLINEAR", text).with("term", name)
            }
            other => Undefined::new(&self.part, "UNDEFINED_ON_DATA", other.to_string()),
        };
        undefined.into()
    }

    fn least_squares(&self, own: &Beta) -> v1::BetaLeastSquares {
        let terms = terms(v1::ConvergenceTerm::InitialLevel, self.conditions);
        v1::BetaLeastSquares {
            estimates: estimates(&terms, &own.inference.estimates, &own.standardized),
            r_squared: own.regression.r_squared,
            adjusted_r_squared: own.regression.adjusted_r_squared,
            f_test: own.inference.f.map(f_test),
            degrees_of_freedom: count(own.regression.degrees_of_freedom),
            residual_variance: own.regression.residual_variance(),
            speed: Some(speed(own.speed)),
            residuals: own.regression.residuals.clone(),
        }
    }

    fn nonlinear(&self, own: &BetaNls) -> v1::BetaNonlinear {
        let terms = terms(v1::ConvergenceTerm::Speed, self.conditions);
        let search = own.convergence;
        v1::BetaNonlinear {
            estimates: estimates(&terms, &own.estimates, &[]),
            converged: search.converged,
            iterations: count(search.iterations),
            relative_offset: search.relative_offset,
            residual_sum_of_squares: own.residual_sum_of_squares,
            degrees_of_freedom: count(own.degrees_of_freedom),
            speed: Some(if search.converged { speed(own.speed) } else { no_minimum() }),
        }
    }
}
