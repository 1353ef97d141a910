//! Yearly steps of which growth over several years is the mean, so that resampling years resamples growth.

use super::{GrowthError, GrowthMeasure};

/// Computes the yearly rates between consecutive levels.
///
/// # Shapes and units
///
/// - `levels`: T + 1 levels in one unit, none missing.
/// - returns: T fractions.
///
/// # Errors
///
/// Fewer than two levels, the first that is none or is zero with another after it, or a rate out of range.
pub fn yearly_rates(levels: &[f64]) -> Result<Vec<f64>, GrowthError> {
    if levels.len() < 2 {
        return Err(GrowthError::NoPeriod);
    }
    let rate = |(index, pair): (usize, &[f64])| {
        super::from_levels(pair, GrowthMeasure::YearOnYear).map_err(|error| match error {
            GrowthError::ZeroLevel { index: of_pair } => GrowthError::ZeroLevel { index: index + of_pair },
            GrowthError::InvalidLevel { index: of_pair, value } => {
                GrowthError::InvalidLevel { index: index + of_pair, value }
            }
            other => other,
        })
    };
    levels.windows(2).enumerate().map(rate).collect()
}

/// Computes the steps of growth from yearly rates: what [`growth_of_mean_step`] makes growth of.
///
/// ```text
/// MeanOfRates                                    step = g
/// CompoundAnnual, MeanLogDifference, SimpleAnnual, YearOnYear    step = ln(1 + g)
/// ```
///
/// # Shapes and units
///
/// - `rates`: as for [`from_rates`](super::from_rates).
/// - returns: as many finite steps.
///
/// # Errors
///
/// No rates, the first that is no rate or is -1 where a logarithm is taken, or `Change`, which [`amount_steps`] has.
pub fn rate_steps(rates: &[f64], measure: GrowthMeasure) -> Result<Vec<f64>, GrowthError> {
    if rates.is_empty() {
        return Err(GrowthError::NoPeriod);
    }
    let step = |(index, &value): (usize, &f64)| match measure {
        _ if !value.is_finite() || value < -1.0 => Err(GrowthError::InvalidRate { index, value }),
        GrowthMeasure::Change => Err(GrowthError::NeedsLevels),
        GrowthMeasure::MeanOfRates => Ok(value),
        _ if value == -1.0 => Err(GrowthError::TotalLoss { index }),
        GrowthMeasure::CompoundAnnual
        | GrowthMeasure::MeanLogDifference
        | GrowthMeasure::SimpleAnnual
        | GrowthMeasure::YearOnYear => Ok(value.ln_1p()),
    };
    rates.iter().enumerate().map(step).collect()
}

/// Computes the yearly changes of levels, the steps of [`GrowthMeasure::Change`].
///
/// # Shapes and units
///
/// - `levels`: T + 1 levels in one unit, none missing.
/// - returns: T amounts in that unit.
///
/// # Errors
///
/// Fewer than two levels, or the first that is none.
pub fn amount_steps(levels: &[f64]) -> Result<Vec<f64>, GrowthError> {
    if let Some(index) = levels.iter().position(|level| !level.is_finite() || *level < 0.0) {
        return Err(GrowthError::InvalidLevel { index, value: levels[index] });
    }
    if levels.len() < 2 {
        Err(GrowthError::NoPeriod)
    } else {
        Ok(levels.windows(2).map(|pair| pair[1] - pair[0]).collect())
    }
}

/// Growth by a measure whose yearly steps have the mean `mean`, over `periods` years.
///
/// ```text
/// CompoundAnnual, YearOnYear        exp(mean) - 1
/// MeanOfRates, MeanLogDifference    mean
/// SimpleAnnual                      (exp(T mean) - 1) / T
/// Change                            T mean
/// ```
pub fn growth_of_mean_step(mean: f64, periods: usize, measure: GrowthMeasure) -> f64 {
    let periods = periods as f64;
    match measure {
        GrowthMeasure::CompoundAnnual | GrowthMeasure::YearOnYear => mean.exp_m1(),
        GrowthMeasure::MeanOfRates | GrowthMeasure::MeanLogDifference => mean,
        GrowthMeasure::SimpleAnnual => (periods * mean).exp_m1() / periods,
        GrowthMeasure::Change => periods * mean,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::growth::{from_levels, from_rates};

    const LEVELS: [f64; 4] = [100.0, 125.0, 100.0, 150.0];

    #[test]
    fn the_mean_step_makes_the_growth() {
        let rates = yearly_rates(&LEVELS).unwrap();
        assert_eq!(rates, [0.25, -0.2, 0.5]);
        for measure in [
            GrowthMeasure::CompoundAnnual,
            GrowthMeasure::MeanOfRates,
            GrowthMeasure::MeanLogDifference,
            GrowthMeasure::SimpleAnnual,
        ] {
            let steps = rate_steps(&rates, measure).unwrap();
            let growth = growth_of_mean_step(steps.iter().sum::<f64>() / 3.0, 3, measure);
            assert!((growth - from_rates(&rates, measure).unwrap()).abs() < 1e-15, "{measure:?}");
        }
        let steps = amount_steps(&LEVELS).unwrap();
        assert_eq!(steps, [25.0, -25.0, 50.0]);
        let change = growth_of_mean_step(steps.iter().sum::<f64>() / 3.0, 3, GrowthMeasure::Change);
        assert!((change - from_levels(&LEVELS, GrowthMeasure::Change).unwrap()).abs() < 1e-12);
    }

    #[test]
    fn refuses_by_the_position_of_the_year() {
        assert_eq!(yearly_rates(&[1.0, 0.0, 2.0]), Err(GrowthError::ZeroLevel { index: 1 }));
        assert_eq!(yearly_rates(&[1.0, 1.0, -2.0]), Err(GrowthError::InvalidLevel { index: 2, value: -2.0 }));
        assert_eq!(
            (yearly_rates(&[1.0]), amount_steps(&[1.0])),
            (Err(GrowthError::NoPeriod), Err(GrowthError::NoPeriod))
        );
        assert_eq!(amount_steps(&[0.0, -1.0]), Err(GrowthError::InvalidLevel { index: 1, value: -1.0 }));
        let of = |rates: &[f64], measure| rate_steps(rates, measure);
        assert_eq!(of(&[0.1, -1.0], GrowthMeasure::CompoundAnnual), Err(GrowthError::TotalLoss { index: 1 }));
        assert_eq!(of(&[0.1, -1.0], GrowthMeasure::MeanOfRates), Ok(vec![0.1, -1.0]));
        assert_eq!(of(&[-1.5], GrowthMeasure::MeanOfRates), Err(GrowthError::InvalidRate { index: 0, value: -1.5 }));
        assert_eq!(of(&[0.1], GrowthMeasure::Change), Err(GrowthError::NeedsLevels));
        assert_eq!(of(&[], GrowthMeasure::MeanOfRates), Err(GrowthError::NoPeriod));
    }
}
