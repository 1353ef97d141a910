//! The likelihood of a spatial regression as a function of its dependence alone.

use rayon::prelude::*;

use super::SpatialRegressionError;
use super::determinant::Determinant;
use crate::stats::{Regression, SpatialWeights};
use crate::{Matrix, Progress};

/// Points at which the likelihood is looked at before the best one is made exact.
const GRID: usize = 64;
/// Steps towards the root of the derivative: more than halving the bracket to the last digit takes.
const STEPS: usize = 80;
/// Part of the range that the last step is at most.
const LAST_STEP: f64 = 1e-12;

/// What depends on neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpatialForm {
    /// The response itself: growth spills over.
    Lag,
    /// Only the errors: neighbours share what the regressors leave out.
    Error,
}

/// A spatial regression whose coefficients and variance follow from its dependence.
#[derive(Debug)]
pub(super) struct Likelihood<'a> {
    pub(super) form: SpatialForm,
    pub(super) design: &'a Matrix,
    pub(super) weights: &'a SpatialWeights,
    response: &'a [f64],
    lagged_response: Vec<f64>,
    lagged_design: Matrix,
    pub(super) determinant: Determinant,
}

/// The best fit at one dependence.
#[derive(Debug)]
pub(super) struct Fit {
    pub(super) coefficients: Vec<f64>,
    pub(super) error_variance: f64,
    /// The logarithm of the likelihood without the determinant.
    fit: f64,
    /// Its derivative by the dependence.
    rise: f64,
}

impl<'a> Likelihood<'a> {
    /// Lags everything, and finds what the determinant is made of.
    pub(super) fn new(
        response: &'a [f64],
        design: &'a Matrix,
        weights: &'a SpatialWeights,
        form: SpatialForm,
        progress: &Progress,
    ) -> Result<Self, SpatialRegressionError> {
        let lags: Vec<Vec<f64>> =
            (0..design.n_columns()).map(|column| weights.lag(&design.column(column).collect::<Vec<_>>())).collect();
        let lagged_design = Matrix::from_fn(design.n_rows(), design.n_columns(), |row, column| lags[column][row]);
        if !has_cycle(weights) {
            return Err(SpatialRegressionError::NoCycle);
        }
        let determinant = Determinant::of(weights, progress)?;
        Ok(Self { form, design, weights, response, lagged_response: weights.lag(response), lagged_design, determinant })
    }

    /// X for the lag form, X - lambda WX for the error form.
    pub(super) fn filtered_design(&self, dependence: f64) -> Matrix {
        let by = if self.form == SpatialForm::Error { dependence } else { 0.0 };
        Matrix::from_fn(self.design.n_rows(), self.design.n_columns(), |row, column| {
            self.design.get(row, column) - by * self.lagged_design.get(row, column)
        })
    }

    /// Fits coefficients and variance at a dependence.
    pub(super) fn at(&self, dependence: f64) -> Result<Fit, SpatialRegressionError> {
        let n = self.response.len() as f64;
        let filtered: Vec<f64> =
            self.response.iter().zip(&self.lagged_response).map(|(y, lag)| y - dependence * lag).collect();
        let regression = Regression::fit(&self.filtered_design(dependence), &filtered)?;
        let error_variance = regression.residual_sum_of_squares / n;
        // The coefficients are the best ones, so that the sum of squares changes with the dependence alone.
        let lagged_fit = |row: usize| -> f64 {
            match self.form {
                SpatialForm::Lag => 0.0,
                SpatialForm::Error => {
                    self.lagged_design.row(row).iter().zip(&regression.coefficients).map(|(x, b)| x * b).sum()
                }
            }
        };
        let falling: f64 = regression
            .residuals
            .iter()
            .enumerate()
            .map(|(row, rest)| rest * (self.lagged_response[row] - lagged_fit(row)))
            .sum();
        Ok(Fit {
            fit: -0.5 * n * ((2.0 * std::f64::consts::PI * error_variance).ln() + 1.0),
            rise: falling / error_variance,
            coefficients: regression.coefficients,
            error_variance,
        })
    }

    /// The logarithm of the likelihood at a dependence.
    pub(super) fn log(&self, dependence: f64, progress: &Progress) -> Result<f64, SpatialRegressionError> {
        Ok(self.at(dependence)?.fit + self.determinant.log(dependence, progress)?)
    }

    /// Its derivative by the dependence.
    fn slope(&self, dependence: f64, progress: &Progress) -> Result<f64, SpatialRegressionError> {
        Ok(self.at(dependence)?.rise - self.determinant.trace(dependence, progress)?)
    }

    /// The dependence at which the likelihood is largest.
    pub(super) fn maximum(&self, progress: &Progress) -> Result<f64, SpatialRegressionError> {
        let (lowest, highest) = self.determinant.range();
        let step = (highest - lowest) / GRID as f64;
        // The ends themselves may have a determinant of zero.
        let points: Vec<f64> = (0..GRID).map(|at| lowest + (at as f64 + 0.5) * step).collect();
        progress.expect(GRID);
        let log = |&dependence: &f64| {
            let log = self.log(dependence, progress)?;
            progress.advance(1)?;
            Ok(log)
        };
        let likelihoods: Vec<f64> = points.par_iter().map(log).collect::<Result<_, SpatialRegressionError>>()?;
        let mut best = 0;
        for at in 1..GRID {
            best = if likelihoods[at] > likelihoods[best] { at } else { best };
        }
        let bracket = (best.checked_sub(1).map_or(lowest, |before| points[before]), points.get(best + 1).copied());
        self.root((bracket.0, bracket.1.unwrap_or(highest)), progress)
    }

    /// Where the slope is zero between two dependences, by the false position, from which an end that stays put is kept (the
    /// Illinois rule), and by halves until both ends have been looked at.
    fn root(&self, bracket: (f64, f64), progress: &Progress) -> Result<f64, SpatialRegressionError> {
        let (mut low, mut high) = ((bracket.0, None), (bracket.1, None));
        let mut last = f64::INFINITY;
        for _ in 0..STEPS {
            // How many steps there will be is not known before.
            progress.expect(1);
            progress.advance(1)?;
            let next = match (low.1, high.1) {
                (Some(rising), Some(falling)) => low.0 + (high.0 - low.0) * (rising / (rising - falling)),
                _ => 0.5 * (low.0 + high.0),
            };
            if (next - last).abs() <= LAST_STEP * (bracket.1 - bracket.0) || next <= low.0 || next >= high.0 {
                last = next;
                break;
            }
            let slope = self.slope(next, progress)?;
            let (moved, kept) = if slope > 0.0 { (&mut low, &mut high) } else { (&mut high, &mut low) };
            // Twice in a row the same end moves: the other one's slope counts half.
            if moved.0 == last {
                kept.1 = kept.1.map(|slope: f64| 0.5 * slope);
            }
            (*moved, last) = ((next, Some(slope)), next);
        }
        if low.1.is_none() || high.1.is_none() {
            return Err(SpatialRegressionError::NoMaximum { dependence: last });
        }
        Ok(last)
    }
}

/// Whether some chain of links leads back to where it starts: whether regions remain when those without links to the
/// remaining ones are taken away, again and again. Without a chain all eigenvalues are zero.
fn has_cycle(weights: &SpatialWeights) -> bool {
    let towards = weights.transposed();
    let mut links: Vec<usize> = (0..weights.n_regions()).map(|region| weights.n_neighbours(region)).collect();
    let mut ends: Vec<usize> = weights.islands();
    let mut taken = 0;
    while let Some(end) = ends.pop() {
        taken += 1;
        for (from, _) in towards.links(end) {
            links[from] -= 1;
            if links[from] == 0 {
                ends.push(from);
            }
        }
    }
    taken < weights.n_regions()
}
