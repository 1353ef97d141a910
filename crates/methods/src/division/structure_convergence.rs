//! Convergence of structures: whether regions become more alike over time.

use super::krugman_contributions;
use crate::Matrix;
use crate::stats::{Covariance, Estimate, Regression, RegressionError, with_constant};

/// Trends need this many periods.
const FEWEST_PERIODS: usize = 3;

/// Why there is no convergence to speak of.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StructureConvergenceError {
    /// There is not one time a period.
    #[error("{times} times for {periods} periods")]
    TimesDiffer {
        /// Number of times.
        times: usize,
        /// Number of periods.
        periods: usize,
    },
    /// There is one period, or no pair.
    #[error("{periods} periods of {pairs} pairs: two periods and a pair are needed")]
    TooFew {
        /// Number of periods.
        periods: usize,
        /// Number of pairs.
        pairs: usize,
    },
    /// Times do not rise.
    #[error("time {position} does not come after the one before")]
    NotInOrder {
        /// Position of the time.
        position: usize,
    },
    /// The dissimilarity is negative, NaN or infinite.
    #[error("period {period}, pair {pair}: {value} is not a dissimilarity")]
    InvalidDissimilarity {
        /// Row of the period.
        period: usize,
        /// Column of the pair.
        pair: usize,
        /// The number.
        value: f64,
    },
    /// Pairs cannot be regressed.
    #[error(transparent)]
    Regression(#[from] RegressionError),
}

/// How the dissimilarity of pairs changes.
#[derive(Debug, Clone, PartialEq)]
pub struct StructureConvergence {
    /// Mean over the pairs, by period.
    pub means: Vec<f64>,
    /// Standard deviation over the pairs (n - 1), by period; none for a single pair.
    pub deviations: Vec<Option<f64>>,
    /// Trend of the mean, per unit of time: negative is convergence. None with fewer than three periods.
    pub trend: Option<Estimate>,
    /// Trend of each pair, likewise; by pair.
    pub pair_trends: Vec<Option<Estimate>>,
    /// Change of each pair from the first to the last period.
    pub changes: Vec<f64>,
    /// Slope of the yearly change on the dissimilarity in the first period: negative where pairs that were less alike become
    /// alike faster. None with fewer than three pairs, or where all began alike.
    pub catching_up: Option<Estimate>,
}

/// Measures whether pairs of regions become more alike.
///
/// ```text
/// mean[t] = a + b t + e[t]        d[p, t] = a[p] + b[p] t + e[p, t]        (d[p, T] - d[p, 0]) / (T - 0) = c + g d[p, 0] + u[p]
/// ```
///
/// b is the trend, b\[p\] that of a pair, g says whether pairs that were unlike catch up. Standard errors are classical; pairs that
/// share a region are not independent, so that the test of g is a guide and no more.
///
/// # Shapes and units
///
/// - `times`: in rising order, in years say.
/// - `dissimilarities`: periods x pairs, a Krugman index say, not negative.
/// - returns: in the unit of the dissimilarities, per unit of time.
///
/// # Errors
///
/// Other lengths, too few periods or pairs, times out of order, or the first number that is no dissimilarity.
///
/// # Source
///
/// Sigma and beta convergence of Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251, carried over to
/// structures as by Krieger-Boden and Traistaru-Siedschlag (2008), Kiel Working Papers; the trend of bilateral indices: Barrios,
/// Barry and Strobl (2002), Journal of Economic Integration 17(3).
pub fn structure_convergence(
    times: &[f64],
    dissimilarities: &Matrix,
) -> Result<StructureConvergence, StructureConvergenceError> {
    check(times, dissimilarities)?;
    let (periods, pairs) = (dissimilarities.n_rows(), dissimilarities.n_columns());
    let means: Vec<f64> = dissimilarities.rows().map(|row| row.iter().sum::<f64>() / pairs as f64).collect();
    let deviation = |(row, mean): (&[f64], &f64)| {
        let squares: f64 = row.iter().map(|value| (value - mean) * (value - mean)).sum();
        (pairs > 1).then(|| (squares / (pairs - 1) as f64).sqrt())
    };
    let deviations = dissimilarities.rows().zip(&means).map(deviation).collect();
    let of_pair = |pair: usize| trend(times, &dissimilarities.column(pair).collect::<Vec<_>>());
    let (first, last) = (dissimilarities.row(0), dissimilarities.row(periods - 1));
    let changes: Vec<f64> = first.iter().zip(last).map(|(first, last)| last - first).collect();
    let span = times[periods - 1] - times[0];
    let yearly: Vec<f64> = changes.iter().map(|change| change / span).collect();
    Ok(StructureConvergence {
        trend: trend(times, &means)?,
        pair_trends: (0..pairs).map(of_pair).collect::<Result<_, _>>()?,
        catching_up: if pairs < 3 { None } else { slope(first, &yearly)? },
        means,
        deviations,
        changes,
    })
}

fn check(times: &[f64], dissimilarities: &Matrix) -> Result<(), StructureConvergenceError> {
    let (periods, pairs) = (dissimilarities.n_rows(), dissimilarities.n_columns());
    if times.len() != periods {
        return Err(StructureConvergenceError::TimesDiffer { times: times.len(), periods });
    }
    if periods < 2 || pairs == 0 {
        return Err(StructureConvergenceError::TooFew { periods, pairs });
    }
    if let Some(position) = times.windows(2).position(|two| !(two[1] - two[0] > 0.0 && two[1].is_finite())) {
        return Err(StructureConvergenceError::NotInOrder { position: position + 1 });
    }
    match dissimilarities.cells().iter().position(|value| !value.is_finite() || *value < 0.0) {
        Some(at) => {
            let value = dissimilarities.cells()[at];
            Err(StructureConvergenceError::InvalidDissimilarity { period: at / pairs, pair: at % pairs, value })
        }
        None => Ok(()),
    }
}

/// The trend of some values; none of fewer than three.
fn trend(times: &[f64], values: &[f64]) -> Result<Option<Estimate>, RegressionError> {
    if values.len() < FEWEST_PERIODS { Ok(None) } else { slope(times, values) }
}

/// Slope of a line; none where nothing varies along it.
fn slope(along: &[f64], values: &[f64]) -> Result<Option<Estimate>, RegressionError> {
    match Regression::fit(&with_constant(along.len(), &[along]), values) {
        Ok(fit) => Ok(fit.inference(Covariance::Classical)?.estimates.get(1).copied()),
        Err(RegressionError::Collinear { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Computes what each industry adds to the change of the Krugman index of a pair.
///
/// ```text
/// change[i] = |a'[i] - b'[i]| - |a[i] - b[i]|
/// ```
///
/// # Shapes and units
///
/// - `before`, `after`: the shares of the two regions in the two periods, of the same industries.
/// - returns: by industry; the parts add up to the change of the index. Negative: the two became more alike in the industry.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Our own, from the sum that Krugman's index is.
pub fn krugman_change(before: (&[f64], &[f64]), after: (&[f64], &[f64])) -> Result<Vec<f64>, super::StructureError> {
    super::structure::check_lengths(before.0, after.0)?;
    let (start, end) = (krugman_contributions(before.0, before.1)?, krugman_contributions(after.0, after.1)?);
    Ok(start.iter().zip(&end).map(|(start, end)| end - start).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rows(rows: &[&[f64]]) -> Matrix {
        Matrix::from_fn(rows.len(), rows[0].len(), |row, column| rows[row][column])
    }

    #[test]
    fn says_who_converges() {
        // Each pair loses a tenth of its own size a year.
        let table = rows(&[&[1.0, 0.5, 0.25], &[0.9, 0.45, 0.225], &[0.8, 0.4, 0.2]]);
        let own = structure_convergence(&[2010.0, 2011.0, 2012.0], &table).unwrap();
        assert!((own.means[0] - 1.75 / 3.0).abs() < 1e-15);
        assert!((own.trend.unwrap().value + 0.175 / 3.0).abs() < 1e-12);
        assert!((own.pair_trends[0].unwrap().value + 0.1).abs() < 1e-12);
        assert!((own.changes[2] + 0.05).abs() < 1e-15);
        assert!((own.catching_up.unwrap().value + 0.1).abs() < 1e-12);
        // Deviations of 1, 1/2 and 1/4 from their mean of 7/12.
        let squares = (25.0 + 1.0 + 16.0) / 144.0;
        assert!((own.deviations[0].unwrap() - (squares / 2.0_f64).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn two_periods_have_changes_and_no_trend() {
        let own = structure_convergence(&[0.0, 4.0], &rows(&[&[0.5], &[0.75]])).unwrap();
        assert_eq!((own.trend, own.pair_trends, own.changes), (None, vec![None], vec![0.25]));
        assert_eq!((own.deviations, own.catching_up), (vec![None, None], None));
        let equal = structure_convergence(&[0.0, 1.0], &rows(&[&[0.5; 3], &[0.1, 0.2, 0.3]])).unwrap();
        assert_eq!(equal.catching_up, None, "all began alike");
    }

    #[test]
    fn refuses_what_has_no_order_or_no_pairs() {
        let table = rows(&[&[0.5], &[0.75]]);
        let of = |times: &[f64], table: &Matrix| structure_convergence(times, table).unwrap_err();
        let differ = StructureConvergenceError::TimesDiffer { times: 1, periods: 2 };
        assert_eq!(of(&[1.0], &table), differ);
        assert_eq!(of(&[1.0, 1.0], &table), StructureConvergenceError::NotInOrder { position: 1 });
        assert_eq!(of(&[1.0, f64::NAN], &table), StructureConvergenceError::NotInOrder { position: 1 });
        let few = StructureConvergenceError::TooFew { periods: 1, pairs: 1 };
        assert_eq!(of(&[1.0], &rows(&[&[0.5]])), few);
        let negative = StructureConvergenceError::InvalidDissimilarity { period: 1, pair: 0, value: -0.5 };
        assert_eq!(of(&[1.0, 2.0], &rows(&[&[0.5], &[-0.5]])), negative);
    }

    #[test]
    fn industries_add_up_to_the_change() {
        let (before, after) = (([0.5, 0.5, 0.0], [0.0, 0.5, 0.5]), ([0.25, 0.5, 0.25], [0.25, 0.75, 0.0]));
        let parts = krugman_change((&before.0, &before.1), (&after.0, &after.1)).unwrap();
        assert_eq!(parts, [-0.5, 0.25, -0.25]);
        assert!(krugman_change((&before.0, &before.1), (&[1.0], &[1.0])).is_err());
    }
}
