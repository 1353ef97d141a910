//! Statistics of break tests whose errors may be correlated over time, or differ in variance between segments.

use std::ops::Range;

use super::segments::{BreakModel, SegmentFit};
use crate::stats::LongRunVariance;

/// What errors about the segments are taken to be, by the tests of breaks and by the intervals of their dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum BreakErrors {
    /// Independent and of one variance.
    #[default]
    Independent,
    /// Independent, of a variance for each segment.
    Heteroskedastic,
    /// Correlated over time, alike in all segments.
    Autocorrelated,
    /// Correlated over time, with a variance for each segment.
    HeteroskedasticAutocorrelated,
}

impl BreakErrors {
    /// Whether errors may be correlated over time.
    pub fn are_correlated(self) -> bool {
        matches!(self, Self::Autocorrelated | Self::HeteroskedasticAutocorrelated)
    }

    /// Whether variances may differ between segments.
    pub fn differ_by_segment(self) -> bool {
        matches!(self, Self::Heteroskedastic | Self::HeteroskedasticAutocorrelated)
    }

    /// The variance that residuals add to a sum of errors, by period: their mean square, or the long-run variance. Divided by
    /// the number of residuals, with no regard to what was estimated.
    pub(super) fn variance(self, residuals: &[f64]) -> f64 {
        if self.are_correlated() {
            return LongRunVariance::Andrews.estimate(residuals);
        }
        residuals.iter().map(|residual| residual * residual).sum::<f64>() / residuals.len() as f64
    }
}

/// The robust sup F(m) of the segments that m breaks leave.
///
/// ```text
/// F(m) = (T - (m + 1) q) / (T m q) W,   W = min over d of sum over segments j of (d[j] - d)' Z[j]'Z[j] (d[j] - d) / w[j]
/// ```
///
/// W is Wald's statistic of equal coefficients in all segments, with w\[j\] the variance of errors in segment j by
/// [`BreakErrors`]. One variance for all segments that is the mean square of the residuals makes it the F statistic of
/// independent errors. Of errors that are correlated over time only the long-run variance matters, because a constant and a
/// line change slowly beside them.
///
/// # Shapes and units
///
/// - `segments`: of all values, in order, two at least.
/// - returns: infinite where the segments fit exactly.
///
/// # Source
///
/// Bai and Perron (1998), Econometrica 66(1), 47-78, equation (9), and (2003), Journal of Applied Econometrics 18(1), 1-22,
/// section 5.1; Grenander and Rosenblatt (1957) for regressors that change slowly; Andrews (1991), Econometrica 59(3), 817-858.
pub(super) fn robust_sup_f(values: &[f64], segments: &[Range<usize>], model: BreakModel, errors: BreakErrors) -> f64 {
    let fits = fits(values, segments, model);
    let Some(variances) = variances(values, &fits, errors) else { return f64::INFINITY };
    let (n, q, breaks) = (values.len() as f64, model.coefficients() as f64, segments.len() as f64 - 1.0);
    wald(&fits, &variances) * (n - (breaks + 1.0) * q) / (n * breaks * q)
}

/// The robust sup F(l + 1 | l): the largest over the segments of l breaks, each split at its best date.
///
/// ```text
/// F(l + 1 | l) = (T - (l + 2) q) / (T q) max over segments of W of its two parts
/// ```
///
/// - `splits`: the best date inside of each segment; none where it is too short.
/// - returns: none where no segment can be split.
///
/// # Source
///
/// As [`robust_sup_f`]; section 5.3 of the second.
pub(super) fn robust_one_more_f(
    values: &[f64],
    segments: &[Range<usize>],
    splits: &[Option<usize>],
    model: BreakModel,
    errors: BreakErrors,
) -> Option<f64> {
    let (n, q) = (values.len() as f64, model.coefficients() as f64);
    let scale = (n - (segments.len() as f64 + 1.0) * q) / (n * q);
    let of_split = |(position, split): (usize, &Option<usize>)| {
        let split = (*split)?;
        let mut parts = segments.to_vec();
        let whole = parts[position].clone();
        parts.splice(position..=position, [whole.start..split, split..whole.end]);
        let fits = fits(values, &parts, model);
        let Some(variances) = variances(values, &fits, errors) else { return Some(f64::INFINITY) };
        Some(scale * wald(&fits[position..position + 2], &variances[position..position + 2]))
    };
    splits.iter().enumerate().filter_map(of_split).max_by(f64::total_cmp)
}

fn fits(values: &[f64], segments: &[Range<usize>], model: BreakModel) -> Vec<SegmentFit> {
    segments.iter().map(|segment| SegmentFit::of(values, segment.clone(), model)).collect()
}

/// The variance of errors in each segment; none where all segments fit exactly. A segment that alone fits exactly, as a few
/// rounded figures may, has that of all segments.
fn variances(values: &[f64], fits: &[SegmentFit], errors: BreakErrors) -> Option<Vec<f64>> {
    let all: Vec<f64> = fits.iter().flat_map(|fit| fit.residuals(values)).collect();
    let of_all = Some(errors.variance(&all)).filter(|variance| *variance > 0.0)?;
    if !errors.differ_by_segment() {
        return Some(vec![of_all; fits.len()]);
    }
    let own = |fit: &SegmentFit| {
        let own = errors.variance(&fit.residuals(values).collect::<Vec<f64>>());
        if own > 0.0 { own } else { of_all }
    };
    Some(fits.iter().map(own).collect())
}

/// Wald's statistic of equal coefficients in all segments.
fn wald(fits: &[SegmentFit], variances: &[f64]) -> f64 {
    // Length over variance, middle, and the sum of squared distances from the middle over variance (of lines only).
    let terms: Vec<(f64, f64, f64)> = (fits.iter().zip(variances))
        .map(|(fit, variance)| {
            let n = fit.positions.len() as f64;
            let spread = if fit.slope.is_some() { n * (n * n - 1.0) / 12.0 } else { 0.0 };
            (n / variance, fit.positions.start as f64 + (n - 1.0) / 2.0, spread / variance)
        })
        .collect();
    let weight: f64 = terms.iter().map(|(weight, ..)| weight).sum();
    let middle = terms.iter().map(|(weight, middle, _)| weight * middle).sum::<f64>() / weight;
    let mean = terms.iter().zip(fits).map(|((weight, ..), fit)| weight * fit.mean).sum::<f64>() / weight;
    let slope = if fits.iter().any(|fit| fit.slope.is_some()) {
        let products = terms.iter().zip(fits).map(|((weight, own, spread), fit)| {
            weight * (own - middle) * (fit.mean - mean) + spread * fit.slope.unwrap_or_default()
        });
        let squares = terms.iter().map(|(weight, own, spread)| weight * (own - middle).powi(2) + spread);
        products.sum::<f64>() / squares.sum::<f64>()
    } else {
        0.0
    };
    let distance = |((weight, own, spread), fit): (&(f64, f64, f64), &SegmentFit)| {
        let level = fit.mean - mean - slope * (own - middle);
        weight * level * level + spread * (fit.slope.unwrap_or_default() - slope).powi(2)
    };
    terms.iter().zip(fits).map(distance).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 14] = [3.0, 5.5, 4.0, 9.0, 8.5, 12.0, 7.0, 1.0, 2.5, 1.5, 4.0, 3.5, 6.0, 5.0];
    const SEGMENTS: [Range<usize>; 3] = [0..4, 4..8, 8..14];
    const ALL: [BreakErrors; 4] = [
        BreakErrors::Independent,
        BreakErrors::Heteroskedastic,
        BreakErrors::Autocorrelated,
        BreakErrors::HeteroskedasticAutocorrelated,
    ];

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-11 * expected.abs(), "{own} is not {expected}");
    }

    /// By numpy with full matrices: stacked regressors, R d with R the differences of neighbouring segments' coefficients, and
    /// the autocovariances lag by lag.
    #[test]
    fn agrees_with_matrices() {
        let means = [1.5582996694821885, 1.4644174886476262, 1.2134816696508022, 1.280576248687724];
        let lines = [4.470561696368144, 5.27514991616796, 11.17625517743338, 14.366767173940826];
        let more = [6.713211600429645, 4.765037593984962, 7.998408717025578, 6.393900166244341];
        for (index, errors) in ALL.into_iter().enumerate() {
            close(robust_sup_f(&VALUES, &SEGMENTS, BreakModel::Mean, errors), means[index]);
            close(robust_sup_f(&VALUES, &SEGMENTS, BreakModel::Trend, errors), lines[index]);
            let splits = [Some(2), Some(6), Some(11)];
            let own = robust_one_more_f(&VALUES, &SEGMENTS, &splits, BreakModel::Mean, errors);
            close(own.unwrap_or_default(), more[index]);
        }
        let nowhere = [None, None, None];
        assert_eq!(
            robust_one_more_f(&VALUES, &SEGMENTS, &nowhere, BreakModel::Mean, BreakErrors::Autocorrelated),
            None
        );
    }

    /// The level, the slope and the unit of values do not matter where lines are fitted; their level does not for means.
    #[test]
    fn neither_level_nor_unit_matters() {
        let other: Vec<f64> = VALUES.iter().enumerate().map(|(t, value)| 7.0 + 3.0 * value + 2.0 * t as f64).collect();
        let raised: Vec<f64> = VALUES.iter().map(|value| 100.0 - 0.25 * value).collect();
        for errors in ALL {
            let of = |values: &[f64], model| robust_sup_f(values, &SEGMENTS, model, errors);
            assert!((of(&other, BreakModel::Trend) / of(&VALUES, BreakModel::Trend) - 1.0).abs() < 1e-9);
            assert!((of(&raised, BreakModel::Mean) / of(&VALUES, BreakModel::Mean) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn an_exact_segment_is_not_certain_of_itself() {
        let values = [2.0, 2.0, 2.0, 7.0, 6.0, 7.5, 6.5];
        let of = |errors| robust_sup_f(&values, &[0..3, 3..7], BreakModel::Mean, errors);
        // Means 2 and 6.75, mean squares 0.3125 of the second and 1.25/7 of all: 22.5625/(1.25/7/3 + 0.3125/4) x 5/7.
        close(of(BreakErrors::Heteroskedastic), 22.5625 / (1.25 / 21.0 + 0.078_125) * 5.0 / 7.0);
        let steps = [2.0, 2.0, 7.0, 7.0];
        assert_eq!(robust_sup_f(&steps, &[0..2, 2..4], BreakModel::Mean, BreakErrors::Autocorrelated), f64::INFINITY);
    }
}
