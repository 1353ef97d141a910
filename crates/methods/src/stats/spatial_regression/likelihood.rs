//! The likelihood of a spatial regression as a function of its dependence alone.

use faer::Mat;

use super::SpatialRegressionError;
use crate::Matrix;
use crate::stats::{Regression, SpatialWeights};

/// Points at which the likelihood is looked at before the best one is made exact.
const GRID: usize = 64;
/// Halvings of the bracket: enough for the last digit of any dependence.
const HALVINGS: usize = 80;
/// Part of an eigenvalue that counts as rounding.
const ROUNDING: f64 = 1e-8;

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
    /// Real and imaginary parts of the eigenvalues of the weights.
    eigenvalues: Vec<(f64, f64)>,
}

/// The best fit at one dependence.
#[derive(Debug)]
pub(super) struct Fit {
    pub(super) coefficients: Vec<f64>,
    pub(super) error_variance: f64,
    pub(super) log_likelihood: f64,
    slope: f64,
}

impl<'a> Likelihood<'a> {
    /// Lags everything, and finds the eigenvalues of the weights.
    pub(super) fn new(
        response: &'a [f64],
        design: &'a Matrix,
        weights: &'a SpatialWeights,
        form: SpatialForm,
    ) -> Result<Self, SpatialRegressionError> {
        let lags: Vec<Vec<f64>> =
            (0..design.n_columns()).map(|column| weights.lag(&design.column(column).collect::<Vec<_>>())).collect();
        let lagged_design = Matrix::from_fn(design.n_rows(), design.n_columns(), |row, column| lags[column][row]);
        if !has_cycle(weights) {
            return Err(SpatialRegressionError::NoCycle);
        }
        let eigenvalues = eigenvalues(weights)?;
        Ok(Self { form, design, weights, response, lagged_response: weights.lag(response), lagged_design, eigenvalues })
    }

    /// X for the lag form, X - lambda WX for the error form.
    pub(super) fn filtered_design(&self, dependence: f64) -> Matrix {
        let by = if self.form == SpatialForm::Error { dependence } else { 0.0 };
        Matrix::from_fn(self.design.n_rows(), self.design.n_columns(), |row, column| {
            self.design.get(row, column) - by * self.lagged_design.get(row, column)
        })
    }

    /// Traces of W(I - rho W)^-1 and of its square.
    pub(super) fn traces(&self, dependence: f64) -> (f64, f64) {
        self.eigenvalues.iter().fold((0.0, 0.0), |(trace, of_square), &(re, im)| {
            // w / (1 - rho w) = w (1 - rho conj(w)) / |1 - rho w|^2
            let norm = (1.0 - dependence * re).powi(2) + (dependence * im).powi(2);
            let real = (re - dependence * (re * re + im * im)) / norm;
            let imaginary = im / norm;
            (trace + real, of_square + real * real - imaginary * imaginary)
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
        let determinant: f64 = self.eigenvalues.iter().map(|&(re, im)| log_distance(dependence, re, im)).sum();
        Ok(Fit {
            log_likelihood: -0.5 * n * ((2.0 * std::f64::consts::PI * error_variance).ln() + 1.0) + determinant,
            slope: falling / error_variance - self.traces(dependence).0,
            coefficients: regression.coefficients,
            error_variance,
        })
    }

    /// The dependence at which the likelihood is largest.
    pub(super) fn maximum(&self) -> Result<f64, SpatialRegressionError> {
        let (lowest, highest) = self.range();
        let step = (highest - lowest) / GRID as f64;
        let mut best = (f64::NEG_INFINITY, lowest);
        // The ends themselves have a determinant of zero.
        for at in 0..GRID {
            let dependence = lowest + (at as f64 + 0.5) * step;
            let likelihood = self.at(dependence)?.log_likelihood;
            if likelihood > best.0 {
                best = (likelihood, dependence);
            }
        }
        let (mut low, mut high) = ((best.1 - step).max(lowest), (best.1 + step).min(highest));
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.at(middle)?.slope > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(0.5 * (low + high))
    }

    /// The dependences between which I - rho W keeps its rank: inverses of the outermost real eigenvalues.
    fn range(&self) -> (f64, f64) {
        let radius = self.eigenvalues.iter().map(|&(re, im)| re.hypot(im)).fold(0.0, f64::max);
        let real = self.eigenvalues.iter().filter(|(_, im)| im.abs() <= ROUNDING * radius).map(|&(re, _)| re);
        let lowest = real.fold(0.0, f64::min);
        // Weights are not negative: the eigenvalue of the largest size is real and positive (Perron and Frobenius).
        let lowest = if lowest < -ROUNDING * radius { 1.0 / lowest } else { -1.0 / radius };
        (lowest, 1.0 / radius)
    }
}

/// ln|1 - rho w|.
fn log_distance(dependence: f64, re: f64, im: f64) -> f64 {
    0.5 * ((1.0 - dependence * re).powi(2) + (dependence * im).powi(2)).ln()
}

/// Eigenvalues of the weights.
fn eigenvalues(weights: &SpatialWeights) -> Result<Vec<(f64, f64)>, SpatialRegressionError> {
    let regions = weights.n_regions();
    let mut dense = Mat::<f64>::zeros(regions, regions);
    for from in 0..regions {
        for (to, weight) in weights.links(from) {
            dense[(from, to)] = weight;
        }
    }
    let values = dense.eigenvalues().map_err(|_| SpatialRegressionError::NoEigenvalues)?;
    Ok(values.into_iter().map(|value| (value.re, value.im)).collect())
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
