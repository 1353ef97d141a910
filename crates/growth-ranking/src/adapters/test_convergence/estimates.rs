//! Estimates and tests as answers show them.

use growthpole_contracts::v1;
use growthpole_methods::growth::convergence::{NoSpeed, Speed};
use growthpole_methods::stats::spatial_regression::{ScoreTest, SpatialEstimate};
use growthpole_methods::stats::{Estimate, FTest};
use growthpole_worker_kit::convert::message::count;

use super::conditions::Condition;

/// What the coefficients of a model stand for, in order.
pub(super) fn terms(second: v1::ConvergenceTerm, conditions: &[Condition]) -> Vec<(v1::ConvergenceTerm, &str)> {
    let first = [(v1::ConvergenceTerm::Constant, ""), (second, "")];
    first.into_iter().chain(conditions.iter().map(|own| (own.term, own.name.as_str()))).collect()
}

/// Estimates of terms.
pub(super) fn estimates(
    terms: &[(v1::ConvergenceTerm, &str)],
    estimates: &[Estimate],
    standardized: &[Option<f64>],
) -> Vec<v1::ConvergenceEstimate> {
    let shown =
        |(at, ((term, name), own)): (usize, (&(v1::ConvergenceTerm, &str), &Estimate))| v1::ConvergenceEstimate {
            term: (*term).into(),
            name: (*name).to_owned(),
            value: own.value,
            standard_error: own.standard_error,
            statistic: own.t,
            p_value: own.p,
            standardized: standardized.get(at).copied().flatten(),
        };
    terms.iter().zip(estimates).enumerate().map(shown).collect()
}

/// An estimate of maximum likelihood.
pub(super) fn by_likelihood(
    (term, name): (v1::ConvergenceTerm, &str),
    own: &SpatialEstimate,
) -> v1::ConvergenceEstimate {
    v1::ConvergenceEstimate {
        term: term.into(),
        name: name.to_owned(),
        value: own.value,
        standard_error: own.standard_error,
        statistic: Some(own.z).filter(|z| z.is_finite()),
        p_value: Some(own.p_value).filter(|p| p.is_finite()),
        standardized: None,
    }
}

pub(super) fn f_test(test: FTest) -> v1::ConvergenceFTest {
    v1::ConvergenceFTest {
        statistic: test.f,
        numerator: count(test.numerator),
        denominator: count(test.denominator),
        p_value: test.p,
    }
}

pub(super) fn score_test(test: ScoreTest) -> v1::SpatialScoreTest {
    v1::SpatialScoreTest { statistic: test.statistic, degrees_of_freedom: count(test.degrees), p_value: test.p_value }
}

/// A speed of convergence, or why there is none.
pub(super) fn speed(speed: Result<Speed, NoSpeed>) -> v1::ConvergenceSpeed {
    use v1::convergence_speed::Outcome;
    let outcome = match speed {
        Ok(speed) => Outcome::Defined(v1::DefinedSpeed {
            rate: speed.rate,
            rate_standard_error: speed.rate_error,
            half_life: speed.half_life,
            half_life_standard_error: speed.half_life_error,
        }),
        Err(why) => {
            let reason = match why {
                NoSpeed::NotConverging { .. } => "NOT_CONVERGING",
                NoSpeed::Overshooting { .. } => "OVERSHOOTING",
            };
            Outcome::Undefined(v1::UndefinedSpeed { reason: reason.to_owned(), text: why.to_string() })
        }
    };
    v1::ConvergenceSpeed { outcome: Some(outcome) }
}

/// No speed, because the search for it found no minimum.
pub(super) fn no_minimum() -> v1::ConvergenceSpeed {
    let text = "the search found no minimum: the slope on the initial level is -1/T or below".to_owned();
    let undefined = v1::UndefinedSpeed { reason: "NOT_CONVERGED".to_owned(), text };
    v1::ConvergenceSpeed { outcome: Some(v1::convergence_speed::Outcome::Undefined(undefined)) }
}
