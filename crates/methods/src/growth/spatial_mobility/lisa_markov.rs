//! LISA Markov chains: how regions move between quadrants of the Moran scatterplot.

use rayon::prelude::*;

use crate::growth::mobility::{ChiSquaredTest, ClassPaths, TransitionCounts, count_transitions};
use crate::stats::distributions::chi_squared_above;
use crate::stats::{LocalPermutations, MoranError, Quadrant, SpatialWeights, expected_permutations, quadrants};
use crate::{Matrix, Progress};

/// Number of quadrants.
const QUADRANTS: usize = 4;

/// Why there is no LISA Markov chain.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LisaMarkovError {
    /// A chain needs two periods.
    #[error("{periods} periods have no transitions")]
    TooFewPeriods {
        /// Number of periods.
        periods: usize,
    },
    /// The period has no scatterplot.
    #[error("period {period}: {source}")]
    Period {
        /// Row of the period.
        period: usize,
        /// Why.
        source: MoranError,
    },
}

/// Moves between quadrants.
#[derive(Debug, Clone, PartialEq)]
pub struct LisaMarkov {
    /// The quadrant of each region in each period, by position in [`Quadrant::ALL`].
    pub quadrants: ClassPaths,
    /// Transitions between quadrants.
    pub transitions: TransitionCounts,
    /// Transitions of regions alone between high (0) and low (1).
    pub own: TransitionCounts,
    /// Transitions of their neighbours alone.
    pub lag: TransitionCounts,
    /// Transitions between quadrants that would be expected if regions and their neighbours moved independently.
    pub expected: Matrix,
    /// Whether they do.
    pub independence: ChiSquaredTest,
}

/// Follows regions through the quadrants of the Moran scatterplot, and tests whether they move independently of their
/// neighbours.
///
/// With N the transitions between quadrants, and a and b the shares of the transitions of regions and of their neighbours
/// between high and low:
///
/// ```text
/// E[(i, m), (j, n)] = N[(i, m), *] * a[i, j] * b[m, n]
/// chi2 = sum((N - E)^2 / E)
/// degrees of freedom = free cells of N's rows - free shares in a and b      (12 - 4 = 8 when all are possible)
/// ```
///
/// # Shapes and units
///
/// - `values`: periods x regions, none missing. High is above the mean of the regions of the period.
/// - `weights`: of the same regions, row-standardised as a rule.
/// - returns: counts.
///
/// # Errors
///
/// Fewer than two periods, the first period without a scatterplot, or the caller's wish to stop.
///
/// # Source
///
/// Rey (2001), Geographical Analysis 33(3), 195-214. giddy computes what to expect from steps between regions that follow
/// each other in the list, not from steps in time, and from each region's mean over time: its statistic changes with the
/// order of regions. It also gives 9 degrees of freedom, as if the shares were not estimated.
pub fn lisa_markov(
    values: &Matrix,
    weights: &SpatialWeights,
    progress: &Progress,
) -> Result<LisaMarkov, LisaMarkovError> {
    let periods = values.n_rows();
    if periods < 2 {
        return Err(LisaMarkovError::TooFewPeriods { periods });
    }
    let mut cells = Vec::with_capacity(values.cells().len());
    for (period, row) in values.rows().enumerate() {
        let of_period = progress.check().map_err(MoranError::from).and_then(|()| quadrants(row, weights));
        let of_period = of_period.map_err(|source| LisaMarkovError::Period { period, source })?;
        cells.extend(of_period);
    }
    let regions = values.n_columns();
    let paths = |classes: usize, class: &dyn Fn(Quadrant) -> usize| {
        let cells = cells.iter().map(|&quadrant| Some(class(quadrant) as u16)).collect();
        ClassPaths::from_classification(cells, regions, classes)
    };
    let is_low = |is: bool| usize::from(is);
    let quadrants = paths(QUADRANTS, &Quadrant::position);
    let own = count_transitions(&paths(2, &|quadrant| is_low(own_is_low(quadrant))));
    let lag = count_transitions(&paths(2, &|quadrant| is_low(lag_is_low(quadrant))));
    let transitions = count_transitions(&quadrants);
    let expected = expected(&transitions, &own, &lag);
    let independence = independence(&transitions, &own, &lag, &expected);
    Ok(LisaMarkov { quadrants, transitions, own, lag, expected, independence })
}

/// Compares the local statistics of all regions and periods with those of shuffled neighbours; see
/// [`crate::stats::local_moran_permutations`]. Periods draw from streams of their own.
///
/// # Errors
///
/// The first period without a scatterplot; no permutations; or the caller's wish to stop.
///
/// # Source
///
/// Anselin (1995), Geographical Analysis 27(2), 93-115.
pub fn lisa_permutations(
    values: &Matrix,
    weights: &SpatialWeights,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<Vec<Vec<LocalPermutations>>, LisaMarkovError> {
    progress.expect(permutations.saturating_mul(values.n_rows()));
    let of_period = |period: usize| {
        expected_permutations(values.row(period), weights, permutations, seed, period as u64, progress)
            .map_err(|source| LisaMarkovError::Period { period, source })
    };
    (0..values.n_rows()).into_par_iter().map(of_period).collect()
}

fn own_is_low(quadrant: Quadrant) -> bool {
    matches!(quadrant, Quadrant::LowHigh | Quadrant::LowLow)
}

fn lag_is_low(quadrant: Quadrant) -> bool {
    matches!(quadrant, Quadrant::LowLow | Quadrant::HighLow)
}

/// What to expect of independent moves.
fn expected(transitions: &TransitionCounts, own: &TransitionCounts, lag: &TransitionCounts) -> Matrix {
    let share = |counts: &TransitionCounts, from: bool, to: bool| match counts.row_total(usize::from(from)) {
        0 => 0.0,
        total => counts.row(usize::from(from))[usize::from(to)] as f64 / total as f64,
    };
    Matrix::from_fn(QUADRANTS, QUADRANTS, |from, to| {
        let (start, end) = (Quadrant::ALL[from], Quadrant::ALL[to]);
        transitions.row_total(from) as f64
            * share(own, own_is_low(start), own_is_low(end))
            * share(lag, lag_is_low(start), lag_is_low(end))
    })
}

/// Tests transitions against what to expect.
fn independence(
    transitions: &TransitionCounts,
    own: &TransitionCounts,
    lag: &TransitionCounts,
    expected: &Matrix,
) -> ChiSquaredTest {
    let (mut statistic, mut free) = (0.0, 0_u64);
    for (counts, expected) in transitions.rows().zip(expected.rows()) {
        let possible = counts.iter().zip(expected).filter(|(_, expected)| **expected > 0.0);
        statistic += possible.map(|(&count, e)| (count as f64 - e) * (count as f64 - e) / e).sum::<f64>();
        free += (expected.iter().filter(|expected| **expected > 0.0).count() as u64).saturating_sub(1);
    }
    let shares = |counts: &TransitionCounts| -> u64 {
        counts.rows().map(|row| (row.iter().filter(|&&count| count > 0).count() as u64).saturating_sub(1)).sum()
    };
    let degrees = free.saturating_sub(shares(own) + shares(lag));
    ChiSquaredTest { statistic, degrees, p: chi_squared_above(statistic, degrees as f64) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Stopped;
    use crate::samples;
    use crate::stats::Alternative;

    fn path(regions: usize) -> SpatialWeights {
        samples::path(regions).row_standardized()
    }

    /// Values that wander, the same every time.
    fn wandering(periods: usize, regions: usize) -> Matrix {
        Matrix::from_fn(periods, regions, |period, region| {
            let (t, r) = (period as f64, region as f64);
            10.0 + (0.7 * r + 0.11 * t).sin() * 3.0 + (1.3 * r * r + 0.37 * t).cos()
        })
    }

    #[test]
    fn counts_moves_between_quadrants() {
        let values = Matrix::try_new(vec![4.0, 3.0, 1.0, 0.0, 0.0, 3.0, 4.0, 1.0], 4).unwrap();
        let chain = lisa_markov(&values, &path(4), &Progress::new()).unwrap();
        let quadrants = |period: usize| chain.quadrants.period(period).iter().map(|q| q.unwrap()).collect::<Vec<_>>();
        assert_eq!(quadrants(0), [0, 0, 2, 2]);
        // Means of neighbours in the second period: 3, 2, 2 and 4 against a mean of 2.
        assert_eq!(quadrants(1), [1, 3, 3, 1]);
        let rows: Vec<&[u64]> = chain.transitions.rows().collect();
        assert_eq!(rows, [[0, 1, 0, 1], [0; 4], [0, 1, 0, 1], [0; 4]]);
        assert_eq!(chain.own.rows().collect::<Vec<_>>(), [[1, 1], [1, 1]]);
        assert_eq!(chain.lag.rows().collect::<Vec<_>>(), [[1, 1], [1, 1]]);
        // Each of the four ways is expected half a time, and two of them were taken once, from both quadrants.
        assert_eq!(chain.expected.row(0), [0.5; 4]);
        assert_eq!((chain.independence.statistic, chain.independence.degrees), (4.0, 2));
    }

    #[test]
    fn expectations_keep_the_totals_of_quadrants() {
        let chain = lisa_markov(&wandering(30, 25), &path(25), &Progress::new()).unwrap();
        for (from, expected) in chain.expected.rows().enumerate() {
            assert!((expected.iter().sum::<f64>() - chain.transitions.row_total(from) as f64).abs() < 1e-9);
        }
        assert_eq!(chain.independence.degrees, 8);
    }

    /// giddy 2.3.8 answers 1058.2 for the states of the US, and 1004.0 when they are listed in another order.
    #[test]
    fn the_order_of_regions_does_not_matter() {
        let (values, weights) = (wandering(30, 25), path(25));
        let order: Vec<usize> = (0..25).map(|region| (region * 7) % 25).collect();
        let turned = Matrix::from_fn(30, 25, |period, region| values.get(period, order[region]));
        let (one, other) = (
            lisa_markov(&values, &weights, &Progress::new()).unwrap(),
            lisa_markov(&turned, &weights.subset(&order), &Progress::new()).unwrap(),
        );
        assert_eq!(one.transitions, other.transitions);
        assert!((one.independence.statistic - other.independence.statistic).abs() < 1e-9);
    }

    #[test]
    fn periods_draw_from_streams_of_their_own() {
        let (values, weights) = (wandering(3, 30), path(30));
        let drawn = |seed| lisa_permutations(&values, &weights, 99, seed, &Progress::new()).unwrap();
        let counts = drawn(1);
        assert_eq!((counts.len(), counts[0].len()), (3, 30));
        assert_eq!(counts, drawn(1));
        assert!(counts[0].iter().all(|region| region.p_value(Alternative::TwoSided) <= 1.0));
    }

    #[test]
    fn refuses_what_has_no_moves() {
        let error = |values: &Matrix| lisa_markov(values, &path(4), &Progress::new()).unwrap_err();
        assert_eq!(error(&wandering(1, 4)), LisaMarkovError::TooFewPeriods { periods: 1 });
        let flat = Matrix::from_fn(3, 4, |period, region| if period == 1 { 2.0 } else { region as f64 });
        assert_eq!(error(&flat), LisaMarkovError::Period { period: 1, source: MoranError::Constant });
        let stopped = Progress::new();
        stopped.stop();
        let error = lisa_permutations(&wandering(2, 4), &path(4), 9, 1, &stopped).unwrap_err();
        assert!(matches!(error, LisaMarkovError::Period { source: MoranError::Stopped(Stopped), .. }));
    }
}
