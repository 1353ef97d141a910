//! The determinant of I - rho W, the traces that its derivatives are made of, and the multiplier W(I - rho W)^-1.

use rayon::prelude::*;

use super::SpatialRegressionError;
use super::dense::Dense;
use super::elimination::Pattern;
use super::factors::{Factors, Row, Side, VECTORS};
use crate::stats::SpatialWeights;
use crate::stats::lanes::arch;
use crate::{Progress, Stopped};

/// Regions up to which all eigenvalues are found, which takes less than a tenth of a second and cannot be stopped.
const BY_EIGENVALUES: usize = 300;
/// Regions up to which factors have every cell where that is faster, because they would hardly be sparse.
const MOST_DENSE: usize = 1_000;
/// One over the part of a cube of regions that sparse factors may take in multiplications to be faster.
const SPARSE: usize = 200;
/// Multiplications of one factorisation that are still done: less than half a second's work, of which each place is one that a
/// caller can stop before.
const MOST_MULTIPLICATIONS: usize = 200_000_000;
/// Part of an eigenvalue that counts as rounding.
const ROUNDING: f64 = 1e-8;
/// Steps towards the vector by which the weights are scaled.
const SCALINGS: usize = 200;

/// What the likelihood asks of the weights.
#[derive(Debug)]
pub(super) enum Determinant {
    /// Real and imaginary parts of the eigenvalues of W, and all its cells.
    Eigenvalues(Vec<(f64, f64)>, Dense),
    /// All cells, and a bound of the size of all eigenvalues.
    Dense(Dense, f64),
    /// The pattern of the sparse factors, and a bound of the size of all eigenvalues.
    Factors(Pattern, f64),
}

/// What the information is made of, of the multiplier G = W(I - rho W)^-1.
#[derive(Debug)]
pub(super) struct Multiplier {
    pub(super) trace: f64,
    /// Trace of GG.
    pub(super) trace_of_square: f64,
    /// Trace of G'G.
    pub(super) squares: f64,
    /// G times a vector.
    pub(super) passed_on: Vec<f64>,
}

impl Determinant {
    pub(super) fn of(weights: &SpatialWeights, progress: &Progress) -> Result<Self, SpatialRegressionError> {
        let (regions, links) = (weights.n_regions(), weights.n_links());
        if regions <= BY_EIGENVALUES {
            return Self::by_eigenvalues(weights);
        }
        let may_be_dense = regions <= MOST_DENSE;
        let most = if may_be_dense { regions.pow(3) / SPARSE } else { MOST_MULTIPLICATIONS };
        match Pattern::of(weights, most, progress)? {
            Some(pattern) => Ok(Self::Factors(pattern, largest_eigenvalue_bound(weights, progress)?)),
            None if may_be_dense => Self::dense(weights, progress),
            None => Err(SpatialRegressionError::TooManyLinks { regions, links }),
        }
    }

    pub(super) fn by_eigenvalues(weights: &SpatialWeights) -> Result<Self, SpatialRegressionError> {
        let dense = Dense::of(weights);
        Ok(Self::Eigenvalues(dense.eigenvalues().ok_or(SpatialRegressionError::NoEigenvalues)?, dense))
    }

    pub(super) fn dense(weights: &SpatialWeights, progress: &Progress) -> Result<Self, SpatialRegressionError> {
        Ok(Self::Dense(Dense::of(weights), largest_eigenvalue_bound(weights, progress)?))
    }

    /// The dependences between which the likelihood is searched. With all eigenvalues known, those between which I - rho W keeps
    /// its rank: inverses of the outermost real ones. Else those that are below one over the bound in size, among which it
    /// certainly does.
    pub(super) fn range(&self) -> (f64, f64) {
        match self {
            Self::Dense(_, bound) | Self::Factors(_, bound) => (-1.0 / bound, 1.0 / bound),
            Self::Eigenvalues(values, _) => {
                let radius = values.iter().map(|&(re, im)| re.hypot(im)).fold(0.0, f64::max);
                let real = values.iter().filter(|(_, im)| im.abs() <= ROUNDING * radius).map(|&(re, _)| re);
                let lowest = real.fold(0.0, f64::min);
                // Weights are not negative: the eigenvalue of the largest size is real and positive (Perron and Frobenius).
                let lowest = if lowest < -ROUNDING * radius { 1.0 / lowest } else { -1.0 / radius };
                (lowest, 1.0 / radius)
            }
        }
    }

    /// ln|I - rho W|.
    pub(super) fn log(&self, dependence: f64, progress: &Progress) -> Result<f64, Stopped> {
        Ok(match self {
            Self::Factors(pattern, _) => Factors::of(pattern, dependence, progress)?.log_determinant(),
            Self::Dense(dense, _) => dense.log_determinant(dependence, progress)?,
            Self::Eigenvalues(values, _) => {
                let log_distance =
                    |&(re, im): &(f64, f64)| 0.5 * ((1.0 - dependence * re).powi(2) + (dependence * im).powi(2)).ln();
                values.iter().map(log_distance).sum()
            }
        })
    }

    /// The trace of the multiplier: minus the derivative of the logarithm.
    pub(super) fn trace(&self, dependence: f64, progress: &Progress) -> Result<f64, Stopped> {
        match self {
            Self::Factors(pattern, _) => Factors::of(pattern, dependence, progress)?.trace_of_multiplier(progress),
            Self::Dense(dense, _) => Ok(dense.multiplier(dependence, progress)?.trace()),
            Self::Eigenvalues(values, _) => Ok(trace(values, dependence)),
        }
    }

    /// Everything that the information needs.
    pub(super) fn multiplier(
        &self,
        weights: &SpatialWeights,
        dependence: f64,
        vector: &[f64],
        progress: &Progress,
    ) -> Result<Multiplier, SpatialRegressionError> {
        match self {
            Self::Factors(pattern, _) => sparse_multiplier(pattern, weights, dependence, vector, progress),
            Self::Eigenvalues(_, dense) | Self::Dense(dense, _) => {
                let whole = dense.multiplier(dependence, progress)?;
                Ok(Multiplier {
                    trace: whole.trace(),
                    trace_of_square: whole.trace_of_square(),
                    squares: whole.squares(),
                    passed_on: whole.times(vector),
                })
            }
        }
    }
}

/// Trace of the multiplier.
fn trace(eigenvalues: &[(f64, f64)], dependence: f64) -> f64 {
    // The real part of w / (1 - rho w) = w (1 - rho conj(w)) / |1 - rho w|^2; those of conjugates are alike.
    let part = |&(re, im): &(f64, f64)| {
        (re - dependence * (re * re + im * im)) / ((1.0 - dependence * re).powi(2) + (dependence * im).powi(2))
    };
    eigenvalues.iter().map(part).sum()
}

/// Column and row of the multiplier for each region, eight regions at a time, of which nothing but sums is kept.
fn sparse_multiplier(
    pattern: &Pattern,
    weights: &SpatialWeights,
    dependence: f64,
    vector: &[f64],
    progress: &Progress,
) -> Result<Multiplier, SpatialRegressionError> {
    let factors = Factors::of(pattern, dependence, progress)?;
    let (plain, turned) = (in_order(pattern, weights), in_order(pattern, &weights.transposed()));
    let places: Vec<usize> = (0..pattern.len()).collect();
    progress.expect(places.len());
    let sums = |places: &[usize]| -> Result<[f64; 3], SpatialRegressionError> {
        progress.advance(places.len())?;
        Ok(arch().dispatch(
            #[inline(always)]
            || sums_of_places(&factors, [&plain, &turned], places),
        ))
    };
    let sums: Vec<[f64; 3]> = places.par_chunks(VECTORS).map(sums).collect::<Result<_, _>>()?;
    let [trace, trace_of_square, squares] = [0, 1, 2].map(|at| sums.iter().map(|sums| sums[at]).sum::<f64>());

    let mut rows: Vec<Row> = pattern.order.iter().map(|&region| [vector[region]; VECTORS]).collect();
    factors.solve(Side::Plain, &mut rows);
    let mut solved = vec![0.0; vector.len()];
    rows.iter().zip(&pattern.order).for_each(|(row, &region)| solved[region] = row[0]);
    Ok(Multiplier { trace, trace_of_square, squares, passed_on: weights.lag(&solved) })
}

/// Of up to eight places: the sums of G[k, k], of G[k, .] G[., k], and of the squares of G[., k].
#[inline(always)]
fn sums_of_places(factors: &Factors<'_>, [plain, turned]: [&SpatialWeights; 2], places: &[usize]) -> [f64; 3] {
    let mut units = vec![[0.0; VECTORS]; plain.n_regions()];
    places.iter().enumerate().for_each(|(vector, &place)| units[place][vector] = 1.0);
    // A row of G is what the transposed matrix makes of a row of W; a column is W times that of the inverse.
    let mut rows = lags(turned, &units);
    factors.solve(Side::Transposed, &mut rows);
    factors.solve(Side::Plain, &mut units);
    let columns = lags(plain, &units);
    let mut sums = [[0.0; VECTORS]; 2];
    for (row, column) in rows.iter().zip(&columns) {
        for vector in 0..VECTORS {
            sums[0][vector] += row[vector] * column[vector];
            sums[1][vector] += column[vector] * column[vector];
        }
    }
    let trace = places.iter().enumerate().map(|(vector, &place)| columns[place][vector]).sum();
    [trace, sums[0].iter().sum(), sums[1].iter().sum()]
}

/// The spatial lags of eight vectors.
#[inline(always)]
fn lags(weights: &SpatialWeights, rows: &[Row]) -> Vec<Row> {
    let mut lags = vec![[0.0; VECTORS]; rows.len()];
    for (region, lag) in lags.iter_mut().enumerate() {
        for (to, weight) in weights.links(region) {
            for vector in 0..VECTORS {
                lag[vector] += weight * rows[to][vector];
            }
        }
    }
    lags
}

/// Weights with regions named by their places.
fn in_order(pattern: &Pattern, weights: &SpatialWeights) -> SpatialWeights {
    weights.subset(&pattern.order)
}

/// A number that no eigenvalue of the weights exceeds in size: the largest row sum of weights that are scaled towards equal ones.
/// Of weights that are row-standardised, 1.
///
/// # Source
///
/// Collatz (1942), Mathematische Zeitschrift 48, 221-226.
fn largest_eigenvalue_bound(weights: &SpatialWeights, progress: &Progress) -> Result<f64, Stopped> {
    let mut scale = vec![1.0; weights.n_regions()];
    let mut bound = f64::INFINITY;
    for _ in 0..SCALINGS {
        progress.check()?;
        let lag = weights.lag(&scale);
        let largest = lag.iter().zip(&scale).map(|(lag, own)| lag / own).fold(0.0, f64::max);
        bound = bound.min(largest);
        // Half of each stays where it is, so that nothing swings to and fro and nothing becomes zero.
        scale.iter_mut().zip(&lag).for_each(|(own, lag)| *own = 0.5 * (*own + lag / largest));
    }
    Ok(bound)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Each region with the next three and, of some, one far away: neither symmetric nor standardised.
    fn weights(regions: usize) -> SpatialWeights {
        let near = (0..regions).flat_map(|from| (1..4).map(move |step| (from, (from + step) % regions, step as f64)));
        let far = (0..regions).step_by(5).map(|from| (from, (from + regions / 2) % regions, 0.5));
        SpatialWeights::from_links(regions, &near.chain(far).collect::<Vec<_>>()).unwrap()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-11 * (1.0 + expected.abs()), "{own} is not {expected}");
    }

    #[test]
    fn factors_and_eigenvalues_tell_the_same() {
        let (weights, progress) = (weights(70), Progress::new());
        let eigenvalues = Determinant::by_eigenvalues(&weights).unwrap();
        let dense = Determinant::dense(&weights, &progress).unwrap();
        let bound = largest_eigenvalue_bound(&weights, &progress).unwrap();
        let factors = Determinant::Factors(Pattern::of(&weights, 1_000_000, &progress).unwrap().unwrap(), bound);
        let vector: Vec<f64> = (0..70).map(|region| f64::from(region % 9)).collect();
        for own in [&factors, &dense] {
            close(own.range().1, eigenvalues.range().1);
            for part in [-0.95, -0.3, 0.0, 0.6, 0.97] {
                let dependence = part / bound;
                let log = |own: &Determinant| own.log(dependence, &progress).unwrap();
                let trace = |own: &Determinant| own.trace(dependence, &progress).unwrap();
                close(log(own), log(&eigenvalues));
                close(trace(own), trace(&eigenvalues));
                let multiplier = |own: &Determinant| own.multiplier(&weights, dependence, &vector, &progress).unwrap();
                let (own, expected) = (multiplier(own), multiplier(&eigenvalues));
                close(own.trace, trace(&eigenvalues));
                close(own.trace_of_square, expected.trace_of_square);
                close(own.squares, expected.squares);
                own.passed_on.iter().zip(&expected.passed_on).for_each(|(own, expected)| close(*own, *expected));
            }
        }
    }

    #[test]
    fn no_eigenvalue_of_standardised_weights_exceeds_one() {
        let bound = largest_eigenvalue_bound(&weights(400).row_standardized(), &Progress::new()).unwrap();
        assert!((bound - 1.0).abs() < 1e-14);
    }
}
