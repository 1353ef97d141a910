//! Bands that densities of plants at random stay within, at each distance and over all distances.

use crate::Matrix;

/// A band: lower and upper bound at each distance.
#[derive(Debug, Clone, PartialEq)]
pub struct Confidence {
    /// Lower bound by distance.
    pub lower: Vec<f64>,
    /// Upper bound by distance.
    pub upper: Vec<f64>,
}

/// Bands, and how far a density lies beyond the global ones.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceBands {
    /// At each distance by itself, the share `level` of the draws lies above the upper and below the lower bound.
    pub local: Confidence,
    /// The share `level` of the draws lies above the upper bound at some distance, and as many below the lower.
    pub global: Confidence,
    /// Index of localisation: density above the global upper bound, or 0, by distance.
    pub localization: Vec<f64>,
    /// Index of dispersion: density below the global lower bound by distance, or 0; 0 throughout where there is
    /// localisation at any distance.
    pub dispersion: Vec<f64>,
}

/// Compares a density with draws, draws x distances.
pub(super) fn bands(density: &[f64], draws: &Matrix, level: f64) -> DistanceBands {
    let n = draws.n_rows();
    let sorted: Vec<Vec<f64>> = (0..draws.n_columns())
        .map(|distance| {
            let mut own: Vec<f64> = draws.column(distance).collect();
            own.sort_by(f64::total_cmp);
            own
        })
        .collect();
    // As many draws as may lie beyond a bound.
    let beyond = (level * n as f64).floor() as usize;
    let at = |position: usize| sorted.iter().map(|own| own[position]).collect::<Vec<f64>>();
    let local = Confidence { lower: at(beyond.min(n - 1)), upper: at(n - 1 - beyond.min(n - 1)) };
    let (lowest, highest) = global_positions(draws, &sorted, beyond);
    let global = Confidence { lower: at(lowest), upper: at(highest) };
    let above = density.iter().zip(&global.upper).map(|(own, bound)| (own - bound).max(0.0));
    let localization: Vec<f64> = above.collect();
    let is_localized = localization.iter().any(|own| *own > 0.0);
    let below =
        density.iter().zip(&global.lower).map(|(own, bound)| if is_localized { 0.0 } else { (bound - own).max(0.0) });
    DistanceBands { dispersion: below.collect(), local, global, localization }
}

/// Positions among the sorted draws beyond which, at any distance, only `beyond` draws lie.
fn global_positions(draws: &Matrix, sorted: &[Vec<f64>], beyond: usize) -> (usize, usize) {
    let n = draws.n_rows();
    // The extreme positions of each draw over all distances, equals counting as not beyond each other.
    let mut greatest: Vec<usize> = Vec::with_capacity(n);
    let mut least: Vec<usize> = Vec::with_capacity(n);
    for draw in draws.rows() {
        let own = || draw.iter().zip(sorted);
        let smaller = own().map(|(value, sorted)| sorted.partition_point(|other| other < value));
        greatest.push(smaller.max().unwrap_or_default());
        let upto = own().map(|(value, sorted)| sorted.partition_point(|other| other <= value) - 1);
        least.push(upto.min().unwrap_or_default());
    }
    greatest.sort_unstable();
    least.sort_unstable();
    let kept = beyond.min(n - 1);
    (least[kept], greatest[n - 1 - kept])
}
