//! What a request asks for, checked before anything is read.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::projection::{
    BacktestOptions, ErrorScale, FitOptions, InitialStates, IntervalMethod, LocationalFactor, Model,
    ParameterUncertainty, ProjectionMethod,
};

/// Most periods that are projected, and that a backtest projects.
const MOST_STEPS: i32 = 50;

/// Most origins of a backtest.
const MOST_ORIGINS: i32 = 100;

/// Most levels of intervals.
const MOST_LEVELS: usize = 10;

/// Most draws of a bootstrap.
const MOST_DRAWS: i32 = 10_000;

/// Fewest draws of a bootstrap with estimation anew, whose quantiles say something.
const FEWEST_DRAWS_ANEW: i32 = 20;

/// Draws of a bootstrap with estimation anew where nothing says how many: of the projection, and at each origin.
const USUAL_DRAWS_ANEW: [usize; 2] = [400, 200];

/// Steps of a backtest where nothing else says how many.
const USUAL_STEPS: usize = 5;

/// What AUTO compares.
const CANDIDATES: [Model; 7] =
    [Model::Naive, Model::Drift, Model::Linear, Model::Exponential, Model::Simple, Model::Holt, Model::Damped];

/// A request, read.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) asked: Asked,
    /// Periods to project; 0 with given totals.
    pub(super) horizon: usize,
    /// Scale of random walks and smoothing, where one was asked for.
    pub(super) scale: Option<ErrorScale>,
    /// How models are fitted, but for the scale.
    pub(super) fit: FitOptions,
    pub(super) levels: Vec<f64>,
    pub(super) intervals: IntervalMethod,
    pub(super) parameters: Option<ParameterUncertainty>,
    pub(super) backtest: BacktestOptions,
    pub(super) reconcile: bool,
}

/// What projects.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// Models of series.
    Series(ProjectionMethod),
    /// Shift-share.
    Gerfin(OfGerfin),
}

/// Options of shift-share; the given totals are read when the industries are known.
#[derive(Debug, Clone)]
pub(super) struct OfGerfin {
    /// Periods of growth; 0 for half of those that there are.
    pub(super) base: usize,
    pub(super) factor: LocationalFactor,
    pub(super) reference: Model,
}

impl Options {
    /// Reads a request.
    pub(super) fn read(request: &v1::ProjectGrowthRequest) -> Result<Self, Refusal> {
        let asked = asked(request)?;
        let is_given = request.gerfin.as_ref().is_some_and(|gerfin| !gerfin.future.is_empty());
        let horizon = horizon(request.horizon, is_given)?;
        let steps = if is_given { USUAL_STEPS } else { horizon };
        let options = Self {
            horizon,
            scale: scale(request.scale)?,
            fit: fit(request)?,
            levels: levels(&request.interval_levels)?,
            intervals: intervals(request.bootstrap.as_ref())?,
            parameters: request.parameter_uncertainty.as_ref().map(parameters).transpose()?,
            backtest: backtest(request.backtest.as_ref(), steps)?,
            reconcile: request.reconcile,
            asked,
        };
        options.check_time()?;
        Ok(options)
    }

    /// How models are fitted to values or to growth rates.
    pub(super) fn fit_to(&self, is_rate: bool) -> FitOptions {
        let usual = if is_rate { ErrorScale::Level } else { ErrorScale::Log };
        FitOptions { scale: self.scale.unwrap_or(usual), ..self.fit }
    }

    /// Models that are fitted.
    pub(super) fn models(&self) -> &[Model] {
        match &self.asked {
            Asked::Series(ProjectionMethod::One(model)) => std::slice::from_ref(model),
            Asked::Series(ProjectionMethod::Best(candidates)) => candidates,
            Asked::Gerfin(gerfin) => std::slice::from_ref(&gerfin.reference),
        }
    }

    /// Refuses a time that the power curve has no logarithm of.
    fn check_time(&self) -> Result<(), Refusal> {
        if self.fit.first_time <= 0.0 && self.models().contains(&Model::Power) {
            return Err(Refusal::invalid("first_time", self.fit.first_time, "a positive time for POWER"));
        }
        Ok(())
    }
}

/// The model of a value of the enumeration; none for AUTO, GERFIN and what is not said.
pub(super) fn model(method: v1::ProjectionMethod) -> Option<Model> {
    use v1::ProjectionMethod as Asked;
    Some(match method {
        Asked::Unspecified | Asked::Auto | Asked::Gerfin => return None,
        Asked::Naive => Model::Naive,
        Asked::Drift => Model::Drift,
        Asked::Linear => Model::Linear,
        Asked::Power => Model::Power,
        Asked::Exponential => Model::Exponential,
        Asked::Logistic => Model::Logistic,
        Asked::Simple => Model::Simple,
        Asked::Holt => Model::Holt,
        Asked::Damped => Model::Damped,
    })
}

fn read_method(field: &str, number: i32) -> Result<v1::ProjectionMethod, Refusal> {
    v1::ProjectionMethod::try_from(number)
        .map_err(|_| Refusal::invalid(field, number, "a value of ProjectionMethod, or nothing"))
}

fn asked(request: &v1::ProjectGrowthRequest) -> Result<Asked, Refusal> {
    let method = read_method("method", request.method)?;
    if method == v1::ProjectionMethod::Gerfin {
        check_without_series(request)?;
        return Ok(Asked::Gerfin(of_gerfin(&request.gerfin.clone().unwrap_or_default())?));
    }
    if request.gerfin.is_some() {
        return Err(Refusal::invalid("gerfin", "options of shift-share", "nothing, unless the method is GERFIN"));
    }
    match model(method) {
        None => Ok(Asked::Series(ProjectionMethod::Best(candidates(&request.candidates)?))),
        Some(_) if !request.candidates.is_empty() => {
            let sent = format!("{} models", request.candidates.len());
            Err(Refusal::invalid("candidates", sent, "nothing, unless the method is AUTO"))
        }
        Some(model) => Ok(Asked::Series(ProjectionMethod::One(model))),
    }
}

/// Refuses what shift-share has no use for.
fn check_without_series(request: &v1::ProjectGrowthRequest) -> Result<(), Refusal> {
    let sent = [
        ("series", request.series.is_some()),
        ("candidates", !request.candidates.is_empty()),
        ("bootstrap", request.bootstrap.is_some()),
        ("parameter_uncertainty", request.parameter_uncertainty.is_some()),
        ("reconcile", request.reconcile),
    ];
    match sent.into_iter().find(|(_, is_sent)| *is_sent) {
        Some((field, _)) => Err(Refusal::invalid(field, "something", "nothing with GERFIN")),
        None => Ok(()),
    }
}

fn candidates(sent: &[i32]) -> Result<Vec<Model>, Refusal> {
    if sent.is_empty() {
        return Ok(CANDIDATES.to_vec());
    }
    let mut models = Vec::with_capacity(sent.len());
    for (position, &number) in sent.iter().enumerate() {
        let field = format!("candidates[{position}]");
        match model(read_method(&field, number)?) {
            Some(model) if !models.contains(&model) => models.push(model),
            _ => return Err(Refusal::invalid(&field, number, "a model that is neither AUTO nor GERFIN, each once")),
        }
    }
    Ok(models)
}

fn of_gerfin(options: &v1::GerfinOptions) -> Result<OfGerfin, Refusal> {
    let factor = match v1::LocationalFactorForm::try_from(options.factor) {
        Ok(v1::LocationalFactorForm::Unspecified | v1::LocationalFactorForm::AsMeasured) => {
            LocationalFactor::AsMeasured
        }
        Ok(v1::LocationalFactorForm::Compounded) => LocationalFactor::Compounded,
        Ok(v1::LocationalFactorForm::None) => LocationalFactor::One,
        Err(_) => {
            return Err(Refusal::invalid(
                "gerfin.factor",
                options.factor,
                "a value of LocationalFactorForm, or nothing",
            ));
        }
    };
    let method = read_method("gerfin.reference_method", options.reference_method)?;
    let reference = match (method, model(method)) {
        (v1::ProjectionMethod::Unspecified, _) => Model::Drift,
        (_, Some(model)) if options.future.is_empty() => model,
        (_, Some(_)) => {
            let sent = method.as_str_name();
            return Err(Refusal::invalid("gerfin.reference_method", sent, "nothing with given totals"));
        }
        (_, None) => {
            let allowed = "a model that is neither AUTO nor GERFIN, or nothing";
            return Err(Refusal::invalid("gerfin.reference_method", method.as_str_name(), allowed));
        }
    };
    Ok(OfGerfin { base: within("gerfin.base", options.base, 0, i32::MAX)?, factor, reference })
}

/// A count within bounds, both included.
fn within(field: &str, sent: i32, least: i32, most: i32) -> Result<usize, Refusal> {
    match usize::try_from(sent) {
        Ok(count) if (least..=most).contains(&sent) => Ok(count),
        _ if most == i32::MAX => Err(Refusal::invalid(field, sent, &format!("{least} or more"))),
        _ => Err(Refusal::invalid(field, sent, &format!("{least} to {most}"))),
    }
}

fn horizon(sent: i32, is_given: bool) -> Result<usize, Refusal> {
    if !is_given {
        return within("horizon", sent, 1, MOST_STEPS);
    }
    if sent != 0 {
        return Err(Refusal::invalid("horizon", sent, "nothing with given totals, whose periods are projected"));
    }
    Ok(0)
}

fn scale(sent: i32) -> Result<Option<ErrorScale>, Refusal> {
    match v1::ProjectionScale::try_from(sent) {
        Ok(v1::ProjectionScale::Unspecified) => Ok(None),
        Ok(v1::ProjectionScale::Level) => Ok(Some(ErrorScale::Level)),
        Ok(v1::ProjectionScale::Log) => Ok(Some(ErrorScale::Log)),
        Ok(v1::ProjectionScale::Logit) | Err(_) => Err(Refusal::invalid("scale", sent, "LEVEL, LOG, or nothing")),
    }
}

fn fit(request: &v1::ProjectGrowthRequest) -> Result<FitOptions, Refusal> {
    let initial = match v1::SmoothingStart::try_from(request.start) {
        Ok(v1::SmoothingStart::Unspecified | v1::SmoothingStart::Estimated) => InitialStates::Estimated,
        Ok(v1::SmoothingStart::Heuristic) => InitialStates::Heuristic,
        Err(_) => return Err(Refusal::invalid("start", request.start, "ESTIMATED, HEURISTIC, or nothing")),
    };
    if let Some(saturation) = request.saturation.filter(|saturation| !(saturation.is_finite() && *saturation > 0.0)) {
        return Err(Refusal::invalid("saturation", saturation, "a positive number, or nothing"));
    }
    let first_time = request.first_time.unwrap_or(1.0);
    if !(first_time.is_finite() && first_time.abs() <= 1e6) {
        return Err(Refusal::invalid(
            "first_time",
            first_time,
            "a number between -1 000 000 and 1 000 000, or nothing",
        ));
    }
    Ok(FitOptions { initial, saturation: request.saturation, first_time, ..FitOptions::default() })
}

fn levels(sent: &[f64]) -> Result<Vec<f64>, Refusal> {
    if sent.is_empty() {
        return Ok(vec![0.8, 0.95]);
    }
    if sent.len() > MOST_LEVELS {
        let count = format!("{} levels", sent.len());
        return Err(Refusal::invalid("interval_levels", count, &format!("at most {MOST_LEVELS} levels")));
    }
    match sent.iter().position(|level| !(*level > 0.0 && *level < 1.0)) {
        Some(at) => Err(Refusal::invalid(&format!("interval_levels[{at}]"), sent[at], "a number between 0 and 1")),
        None => Ok(sent.to_vec()),
    }
}

fn intervals(bootstrap: Option<&v1::ProjectionBootstrap>) -> Result<IntervalMethod, Refusal> {
    match bootstrap {
        None => Ok(IntervalMethod::Formula),
        Some(v1::ProjectionBootstrap { draws: 0, seed }) => Ok(IntervalMethod::Bootstrap { draws: 1000, seed: *seed }),
        Some(v1::ProjectionBootstrap { draws, seed }) => {
            Ok(IntervalMethod::Bootstrap { draws: within("bootstrap.draws", *draws, 2, MOST_DRAWS)?, seed: *seed })
        }
    }
}

fn parameters(sent: &v1::ProjectionParameterUncertainty) -> Result<ParameterUncertainty, Refusal> {
    let draws = |name: &str, sent: i32, usual: usize| match sent {
        0 => Ok(usual),
        _ => within(&format!("parameter_uncertainty.{name}"), sent, FEWEST_DRAWS_ANEW, MOST_DRAWS),
    };
    let [of_projection, of_backtest] = USUAL_DRAWS_ANEW;
    Ok(ParameterUncertainty {
        draws: draws("draws", sent.draws, of_projection)?,
        backtest_draws: draws("backtest_draws", sent.backtest_draws, of_backtest)?,
        seed: sent.seed,
    })
}

fn backtest(sent: Option<&v1::ProjectionBacktestOptions>, steps: usize) -> Result<BacktestOptions, Refusal> {
    let sent = sent.copied().unwrap_or_default();
    let or = |count: usize, usual: usize| if count == 0 { usual } else { count };
    let first_length = within("backtest.first_length", sent.first_length, 0, i32::MAX)?;
    Ok(BacktestOptions {
        most_origins: or(within("backtest.origins", sent.origins, 0, MOST_ORIGINS)?, 10),
        horizon: or(within("backtest.horizon", sent.horizon, 0, MOST_STEPS)?, steps),
        first_length: (first_length > 0).then_some(first_length),
    })
}
