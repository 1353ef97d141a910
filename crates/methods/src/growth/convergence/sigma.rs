//! Sigma convergence between two periods: whether regions differ less than they did.

use crate::stats::{PairedVariances, Spread, VarianceRatio, paired_variances, variance_ratio};

/// How dispersion is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigmaMeasure {
    /// Standard deviation.
    #[default]
    StandardDeviation,
    /// Variance.
    Variance,
    /// Standard deviation over the mean.
    CoefficientOfVariation,
    /// The same over sqrt(n - 1) of n regions, its largest value for values that are not negative.
    NormalizedCoefficientOfVariation,
}

/// A measure of dispersion over regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispersion {
    /// The measure.
    pub measure: SigmaMeasure,
    /// Of natural logarithms; of the values themselves otherwise.
    pub logs: bool,
    /// What squared deviations are divided by.
    pub spread: Spread,
}

impl Default for Dispersion {
    /// The standard deviation of logarithms over the whole population.
    fn default() -> Self {
        Self { measure: SigmaMeasure::StandardDeviation, logs: true, spread: Spread::Population }
    }
}

/// Why dispersion is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SigmaError {
    /// There are too few regions.
    #[error("dispersion needs at least 2 regions, not {regions}")]
    TooFewRegions {
        /// Number of regions.
        regions: usize,
    },
    /// The value is no number, or has no logarithm.
    #[error("region {region}: {value} is not a value that dispersion is defined for")]
    InvalidValue {
        /// Position of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// There is not one weight a region.
    #[error("{weights} weights for {regions} regions")]
    WeightsDiffer {
        /// Number of weights.
        weights: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The weight is negative or no number.
    #[error("region {region}: {weight} is not a weight")]
    InvalidWeight {
        /// Position of the region.
        region: usize,
        /// The weight.
        weight: f64,
    },
    /// Weights add up to zero.
    #[error("the weights add up to zero")]
    NoWeight,
    /// A weighted dispersion of a sample has no one definition.
    #[error("with weights, dispersion is that of the population")]
    WeightedSample,
    /// The mean that a coefficient of variation is divided by is zero or negative.
    #[error("the mean {mean} is not positive, so that there is no coefficient of variation")]
    MeanNotPositive {
        /// The mean.
        mean: f64,
    },
    /// The result overflows.
    #[error("the values are too large for their dispersion")]
    TooLarge,
}

/// Measures how much regions differ.
///
/// With x the values or their natural logarithms and w the weights, all 1 where there are none:
///
/// ```text
/// mean = sum(w x) / sum(w)     variance = sum(w (x - mean)^2) / sum(w), or / (n - 1) for a sample
/// standard deviation = sqrt(variance)     coefficient of variation = standard deviation / mean
/// normalised = coefficient of variation / sqrt(n - 1)
/// ```
///
/// # Shapes and units
///
/// - `values`: one a region; positive for logarithms.
/// - `weights`: one a region, not negative, in any unit.
/// - returns: log points, squared log points or a pure number; not negative. Of values themselves, their unit takes the place
///   of log points. A coefficient of variation of logarithms depends on the unit of the values.
///
/// # Errors
///
/// Fewer than two regions, the first value or weight that is none, weights for a sample, or a coefficient of variation about
/// a mean that is not positive.
///
/// # Source
///
/// Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251. REAT's weighted forms take deviations from the
/// unweighted mean; these do not.
pub fn dispersion(values: &[f64], kind: Dispersion, weights: Option<&[f64]>) -> Result<f64, SigmaError> {
    let x = transformed(values, kind.logs)?;
    let regions = x.len();
    let (mean, variance) = match weights {
        None => {
            let mean = x.iter().sum::<f64>() / regions as f64;
            let squares: f64 = x.iter().map(|x| (x - mean) * (x - mean)).sum();
            let divisor = match kind.spread {
                Spread::Sample => regions - 1,
                Spread::Population => regions,
            };
            (mean, squares / divisor as f64)
        }
        Some(weights) => weighted(&x, weights, kind.spread)?,
    };
    let sigma = match kind.measure {
        SigmaMeasure::StandardDeviation => variance.sqrt(),
        SigmaMeasure::Variance => variance,
        SigmaMeasure::CoefficientOfVariation | SigmaMeasure::NormalizedCoefficientOfVariation if mean <= 0.0 => {
            return Err(SigmaError::MeanNotPositive { mean });
        }
        SigmaMeasure::CoefficientOfVariation => variance.sqrt() / mean,
        SigmaMeasure::NormalizedCoefficientOfVariation => variance.sqrt() / mean / ((regions - 1) as f64).sqrt(),
    };
    if sigma.is_finite() { Ok(sigma) } else { Err(SigmaError::TooLarge) }
}

/// The values, or their logarithms.
fn transformed(values: &[f64], logs: bool) -> Result<Vec<f64>, SigmaError> {
    if values.len() < 2 {
        return Err(SigmaError::TooFewRegions { regions: values.len() });
    }
    let x: Vec<f64> = values.iter().map(|value| if logs { value.ln() } else { *value }).collect();
    match x.iter().position(|x| !x.is_finite()) {
        Some(region) => Err(SigmaError::InvalidValue { region, value: values[region] }),
        None => Ok(x),
    }
}

/// Weighted mean, and variance about it.
fn weighted(x: &[f64], weights: &[f64], spread: Spread) -> Result<(f64, f64), SigmaError> {
    if spread == Spread::Sample {
        return Err(SigmaError::WeightedSample);
    }
    if weights.len() != x.len() {
        return Err(SigmaError::WeightsDiffer { weights: weights.len(), regions: x.len() });
    }
    if let Some(region) = weights.iter().position(|weight| !(*weight >= 0.0 && weight.is_finite())) {
        return Err(SigmaError::InvalidWeight { region, weight: weights[region] });
    }
    let total: f64 = weights.iter().sum();
    if total == 0.0 {
        return Err(SigmaError::NoWeight);
    }
    let mean = x.iter().zip(weights).map(|(x, weight)| weight * x).sum::<f64>() / total;
    let squares: f64 = x.iter().zip(weights).map(|(x, weight)| weight * (x - mean) * (x - mean)).sum();
    Ok((mean, squares / total))
}

/// Dispersion at two periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SigmaComparison {
    /// Dispersion at the start.
    pub start: f64,
    /// Dispersion at the end.
    pub end: f64,
    /// Start over end: above 1 when regions converged; `None` when they are equal at the end.
    pub quotient: Option<f64>,
    /// Test of equal variances as if the periods were independent samples; `None` when regions are equal in one of them.
    pub ratio: Option<VarianceRatio>,
    /// Test of equal variances of the same regions.
    pub paired: Option<PairedVariances>,
}

/// Compares dispersion at two periods.
///
/// Tests are those of the unweighted sample variances of what dispersion is measured of, values or logarithms, whatever the
/// measure: [`variance_ratio`] and [`paired_variances`].
///
/// # Shapes and units
///
/// - `start`, `end`: one value a region in each, the same regions.
/// - `weights`: the same for both periods, so that no change of weights looks like convergence.
///
/// # Errors
///
/// As [`dispersion`], of the start or else of the end; other lengths are too few regions or weights that differ.
///
/// # Source
///
/// Furceri (2005), Economics Letters 89(2), 212-215.
pub fn compare_dispersion(
    start: &[f64],
    end: &[f64],
    kind: Dispersion,
    weights: Option<&[f64]>,
) -> Result<SigmaComparison, SigmaError> {
    let (from, to) = (transformed(start, kind.logs)?, transformed(end, kind.logs)?);
    let (start, end) = (dispersion(start, kind, weights)?, dispersion(end, kind, weights)?);
    Ok(SigmaComparison {
        start,
        end,
        quotient: Some(start / end).filter(|quotient| quotient.is_finite()),
        ratio: variance_ratio(&from, &to),
        paired: paired_variances(&from, &to),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn kind(measure: SigmaMeasure, logs: bool, spread: Spread) -> Dispersion {
        Dispersion { measure, logs, spread }
    }

    #[test]
    fn measures_what_was_asked_for() {
        use SigmaMeasure::{CoefficientOfVariation, NormalizedCoefficientOfVariation, StandardDeviation, Variance};
        let of = |measure, spread| dispersion(&[2.0, 4.0, 6.0], kind(measure, false, spread), None).unwrap();
        assert_eq!(of(Variance, Spread::Sample), 4.0);
        assert_eq!(of(StandardDeviation, Spread::Sample), 2.0);
        assert_eq!(of(CoefficientOfVariation, Spread::Sample), 0.5);
        assert_eq!(of(NormalizedCoefficientOfVariation, Spread::Sample), 0.5 / 2.0_f64.sqrt());
        // All in one of four regions: as unequal as can be.
        let most = kind(NormalizedCoefficientOfVariation, false, Spread::Population);
        assert!((dispersion(&[0.0, 0.0, 9.0, 0.0], most, None).unwrap() - 1.0).abs() < 1e-15);
        assert_eq!(of(Variance, Spread::Population), 8.0 / 3.0);
        let e = std::f64::consts::E;
        assert!((dispersion(&[e, e.powi(3)], Dispersion::default(), None).unwrap() - 1.0).abs() < 1e-15);
        let population = kind(Variance, false, Spread::Population);
        assert_eq!(dispersion(&[2.0, 6.0], population, Some(&[3.0, 1.0])), Ok(3.0));
    }

    #[test]
    fn compares_two_periods() {
        let levels = kind(SigmaMeasure::StandardDeviation, false, Spread::Sample);
        let own = compare_dispersion(&[0.0, 4.0, 8.0, 2.0], &[3.0, 4.0, 5.0, 4.5], levels, None).unwrap();
        assert!(own.quotient.unwrap() > 3.0 && own.ratio.is_some() && own.paired.unwrap().t > 0.0);
        let equal = compare_dispersion(&[0.0, 4.0, 8.0], &[5.0; 3], levels, None).unwrap();
        assert_eq!((equal.end, equal.quotient, equal.ratio, equal.paired.is_some()), (0.0, None, None, false));
    }

    #[test]
    fn refuses_what_has_no_dispersion() {
        let default = Dispersion::default();
        assert_eq!(dispersion(&[1.0], default, None), Err(SigmaError::TooFewRegions { regions: 1 }));
        let zero = SigmaError::InvalidValue { region: 1, value: 0.0 };
        assert_eq!(dispersion(&[1.0, 0.0], default, None), Err(zero));
        let weights = |weights: &[f64]| dispersion(&[1.0, 2.0], default, Some(weights)).unwrap_err();
        assert_eq!(weights(&[1.0]), SigmaError::WeightsDiffer { weights: 1, regions: 2 });
        assert_eq!(weights(&[1.0, -1.0]), SigmaError::InvalidWeight { region: 1, weight: -1.0 });
        assert_eq!(weights(&[0.0, 0.0]), SigmaError::NoWeight);
        let variation = |logs, spread| kind(SigmaMeasure::CoefficientOfVariation, logs, spread);
        let below = dispersion(&[0.1, 0.2], variation(true, Spread::Population), None);
        assert!(matches!(below, Err(SigmaError::MeanNotPositive { .. })));
        let sample = dispersion(&[1.0, 2.0], variation(false, Spread::Sample), Some(&[1.0, 1.0]));
        assert_eq!(sample, Err(SigmaError::WeightedSample));
        let levels = kind(SigmaMeasure::Variance, false, Spread::Sample);
        assert_eq!(dispersion(&[1e300, -1e300], levels, None), Err(SigmaError::TooLarge));
    }
}
