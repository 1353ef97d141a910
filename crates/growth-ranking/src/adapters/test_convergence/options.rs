//! The options of a request, read and checked.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::convergence::{
    ClubOptions, Dispersion, GrowthForm, LogTOptions, Merging, Preparation, Sieve, SigmaMeasure,
};
use growthpole_methods::stats::{LARGEST_SMOOTHING, LongRunVariance, Spread};

/// Conditions and dummies of a model: a fit of so many terms over the most regions takes less than a tenth of a second.
const MOST_CONDITIONS: usize = 30;

/// The analyses that are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// Whether they were asked for by name.
    pub(super) asked: bool,
    pub(super) sigma: Option<Dispersion>,
    pub(super) beta: Option<Beta>,
    pub(super) clubs: Option<Clubs>,
}

/// How growth is regressed on the initial level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beta {
    pub(super) growth: GrowthForm,
    pub(super) covariance: v1::BetaCovariance,
}

/// How clubs are found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clubs {
    pub(super) preparation: Preparation,
    pub(super) search: ClubOptions,
    pub(super) merging: Option<Merging>,
    pub(super) divergent_join: bool,
    pub(super) without_paths: bool,
}

impl Options {
    pub(super) fn read(request: &v1::TestConvergenceRequest) -> Result<Self, Refusal> {
        let v1::TestConvergenceRequest { sigma: of_sigma, beta: of_beta, clubs: of_clubs, .. } = request;
        let asked = of_sigma.is_some() || of_beta.is_some() || of_clubs.is_some();
        Ok(Self {
            asked,
            sigma: wanted(of_sigma.as_ref(), asked, sigma)?,
            beta: wanted(of_beta.as_ref(), asked, beta)?,
            clubs: wanted(of_clubs.as_ref(), asked, clubs)?,
        })
    }
}

/// The options of an analysis: as sent, or none of them where no analysis was asked for by name.
fn wanted<M: Default, T>(
    sent: Option<&M>,
    asked: bool,
    read: impl Fn(&M) -> Result<T, Refusal>,
) -> Result<Option<T>, Refusal> {
    match sent {
        Some(sent) => read(sent).map(Some),
        None if asked => Ok(None),
        None => read(&M::default()).map(Some),
    }
}

fn sigma(sent: &v1::SigmaOptions) -> Result<Dispersion, Refusal> {
    let measure = match v1::SigmaMeasure::try_from(sent.measure) {
        Ok(v1::SigmaMeasure::Unspecified | v1::SigmaMeasure::StandardDeviation) => SigmaMeasure::StandardDeviation,
        Ok(v1::SigmaMeasure::Variance) => SigmaMeasure::Variance,
        Ok(v1::SigmaMeasure::CoefficientOfVariation) => SigmaMeasure::CoefficientOfVariation,
        Ok(v1::SigmaMeasure::NormalizedCoefficientOfVariation) => SigmaMeasure::NormalizedCoefficientOfVariation,
        Err(_) => {
            let allowed = "STANDARD_DEVIATION, VARIANCE, COEFFICIENT_OF_VARIATION, \
                           NORMALIZED_COEFFICIENT_OF_VARIATION, or nothing";
            return Err(Refusal::invalid("sigma.measure", sent.measure, allowed));
        }
    };
    if sent.sample && !sent.weight_indicator.is_empty() {
        let allowed = "either: with weights, dispersion is that of the population";
        return Err(Refusal::invalid("sigma.sample", "true with sigma.weight_indicator", allowed));
    }
    let spread = if sent.sample { Spread::Sample } else { Spread::Population };
    Ok(Dispersion { measure, logs: !sent.of_levels, spread })
}

fn beta(sent: &v1::BetaOptions) -> Result<Beta, Refusal> {
    let growth = match v1::ConvergenceGrowth::try_from(sent.growth) {
        Ok(v1::ConvergenceGrowth::Unspecified | v1::ConvergenceGrowth::EndPoints) => GrowthForm::EndPoints,
        Ok(v1::ConvergenceGrowth::MeanOfSteps) => GrowthForm::MeanOfSteps,
        Err(_) => return Err(Refusal::invalid("beta.growth", sent.growth, "END_POINTS, MEAN_OF_STEPS, or nothing")),
    };
    let terms = sent.conditions.len() + sent.dummies.len();
    if terms > MOST_CONDITIONS {
        let sent = format!("{terms} conditions and dummies");
        return Err(Refusal::invalid("beta.conditions", sent, &format!("at most {MOST_CONDITIONS} together")));
    }
    Ok(Beta { growth, covariance: covariance(sent)? })
}

fn covariance(sent: &v1::BetaOptions) -> Result<v1::BetaCovariance, Refusal> {
    use v1::BetaCovariance::{Classical, Clustered, Hc1, Unspecified};
    let Ok(covariance) = v1::BetaCovariance::try_from(sent.covariance) else {
        return Err(Refusal::invalid("beta.covariance", sent.covariance, "CLASSICAL, HC1, CLUSTERED, or nothing"));
    };
    match (covariance, sent.clusters.is_empty()) {
        (Unspecified | Classical, true) => Ok(Classical),
        (Hc1, true) => Ok(Hc1),
        (Unspecified | Clustered, false) => Ok(Clustered),
        (Clustered, true) => Err(Refusal::invalid("beta.clusters", "no clusters", "the clusters of CLUSTERED errors")),
        (Classical | Hc1, false) => {
            let sent = format!("clusters with {}", covariance.as_str_name());
            Err(Refusal::invalid("beta.clusters", sent, "clusters with CLUSTERED, or none"))
        }
    }
}

fn clubs(sent: &v1::ConvergenceClubOptions) -> Result<Clubs, Refusal> {
    let defaults = ClubOptions::default();
    let smoothing = number(sent.smoothing, 400.0, "clubs.smoothing", "from 0 to 1e8", |smoothing| {
        (0.0..=LARGEST_SMOOTHING).contains(&smoothing)
    })?;
    let between = |x: f64| x > 0.0 && x < 1.0;
    let discarded =
        number(sent.discarded, defaults.test.discarded, "clubs.discarded", "between 0 and 1, both exclusive", between)?;
    let critical = number(sent.critical, defaults.test.critical, "clubs.critical", "a number", f64::is_finite)?;
    let fitting = defaults.sieve_critical.max(critical);
    let allowed = "a number that is not below clubs.critical";
    let sieve_critical = number(sent.sieve_critical, fitting, "clubs.sieve_critical", allowed, |sieve: f64| {
        sieve.is_finite() && sieve >= critical
    })?;
    let ordering =
        number(Some(sent.ordering_fraction), 0.0, "clubs.ordering_fraction", "from 0 to below 1", |fraction| {
            (0.0..1.0).contains(&fraction)
        })?;
    let test = LogTOptions { discarded, variance: variance(sent.variance)?, critical };
    Ok(Clubs {
        preparation: Preparation { logs: !sent.of_levels, smoothing: Some(smoothing).filter(|&own| own > 0.0) },
        search: ClubOptions { test, sieve_critical, sieve: sieve(sent.sieve)?, ordering_fraction: ordering },
        merging: merging(sent.merging)?,
        divergent_join: sent.divergent_join,
        without_paths: sent.without_paths,
    })
}

fn number(
    sent: Option<f64>,
    default: f64,
    field: &str,
    allowed: &str,
    valid: impl Fn(f64) -> bool,
) -> Result<f64, Refusal> {
    let number = sent.unwrap_or(default);
    if valid(number) { Ok(number) } else { Err(Refusal::invalid(field, number, allowed)) }
}

fn variance(sent: i32) -> Result<LongRunVariance, Refusal> {
    match v1::LogTVariance::try_from(sent) {
        Ok(v1::LogTVariance::Unspecified | v1::LogTVariance::PhillipsSul) => Ok(LongRunVariance::PhillipsSul),
        Ok(v1::LogTVariance::Andrews) => Ok(LongRunVariance::Andrews),
        Ok(v1::LogTVariance::NeweyWest) => Ok(LongRunVariance::NeweyWest),
        Err(_) => Err(Refusal::invalid("clubs.variance", sent, "PHILLIPS_SUL, ANDREWS, NEWEY_WEST, or nothing")),
    }
}

fn sieve(sent: i32) -> Result<Sieve, Refusal> {
    match v1::ClubSieve::try_from(sent) {
        Ok(v1::ClubSieve::Unspecified | v1::ClubSieve::RaiseCritical) => Ok(Sieve::RaiseCritical),
        Ok(v1::ClubSieve::OneByOne) => Ok(Sieve::OneByOne),
        Err(_) => Err(Refusal::invalid("clubs.sieve", sent, "RAISE_CRITICAL, ONE_BY_ONE, or nothing")),
    }
}

fn merging(sent: i32) -> Result<Option<Merging>, Refusal> {
    match v1::ClubMerging::try_from(sent) {
        Ok(v1::ClubMerging::Unspecified | v1::ClubMerging::PhillipsSul) => Ok(Some(Merging::PhillipsSul)),
        Ok(v1::ClubMerging::VonLynckerThoennessen) => Ok(Some(Merging::VonLynckerThoennessen)),
        Ok(v1::ClubMerging::None) => Ok(None),
        Err(_) => {
            Err(Refusal::invalid("clubs.merging", sent, "PHILLIPS_SUL, VON_LYNCKER_THOENNESSEN, NONE, or nothing"))
        }
    }
}
