//! Which of the two directions of an eigenvector means more complex.

use crate::stats::correlation;

/// A correlation below this, in size, does not decide between two directions.
const WEAK: f64 = 0.1;

/// A correlation below this, in size, is rounding.
const NOTHING: f64 = 1e-9;

/// What decided which direction means more complex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignBy {
    /// Regions with more industries are more complex.
    Diversity,
    /// As the method of reflections, continued for ever, ranks the regions.
    Reflections,
    /// Industries that are in fewer regions are more complex.
    Ubiquity,
}

/// What decided on the sign of complexity, and how clearly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComplexitySign {
    /// What decided.
    pub by: SignBy,
    /// Correlation of the complexity of regions with their diversity; `None` where all are equally diverse. Below some 0.3
    /// in size, the direction is doubtful.
    pub with_diversity: Option<f64>,
}

/// Decides on the sign: -1 to turn the values, 1 to keep them; `None` where nothing tells the directions apart.
///
/// Reflections from diversity tend to the mean plus the part of diversity that lies along the eigenvector, which is its
/// correlation weighted by diversity: no number of steps is taken and nothing is lost in rounding.
pub(super) fn sign(
    regions: &[f64],
    diversity: &[f64],
    industries: &[f64],
    ubiquity: &[f64],
) -> Option<(f64, ComplexitySign)> {
    let with_diversity = correlation(regions, diversity);
    let decided = |by, correlation: f64| {
        let with_diversity = with_diversity.map(|plain| plain * correlation.signum());
        (correlation.signum(), ComplexitySign { by, with_diversity })
    };
    if let Some(plain) = with_diversity.filter(|plain| plain.abs() >= WEAK) {
        return Some(decided(SignBy::Diversity, plain));
    }
    let reflected = along(regions, diversity);
    if reflected.abs() >= NOTHING {
        return Some(decided(SignBy::Reflections, reflected));
    }
    let common = along(industries, ubiquity);
    (common.abs() >= NOTHING).then(|| decided(SignBy::Ubiquity, -common))
}

/// Correlation of values with the weights they are weighted by; 0 where either is constant.
fn along(values: &[f64], weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let mean = |of: &[f64]| of.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() / total;
    let (mean_value, mean_weight) = (mean(values), mean(weights));
    let (mut both, mut of_values, mut of_weights) = (0.0, 0.0, 0.0);
    for (value, weight) in values.iter().zip(weights) {
        let (x, y) = (value - mean_value, weight - mean_weight);
        both += weight * x * y;
        of_values += weight * x * x;
        of_weights += weight * y * y;
    }
    if of_values > 0.0 && of_weights > 0.0 { both / (of_values * of_weights).sqrt() } else { 0.0 }
}
