//! The second stage of the plan: activity moves towards the focuses, as far as it may.

use super::flow::Flow;
use crate::division::friction::{FrictionError, friction, overlap_matrix};
use crate::division::structure::{StructureError, shares};
use crate::{Amounts, AmountsError, Matrix, Progress, Stopped};

/// Amounts are counted in steps of which the total has about this many, as a power of two.
const BITS: i32 = 58;

/// How far a cell may move: by `tau` of its amount and `kappa` besides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReallocationLimits {
    /// Part of the cell's amount, not negative.
    pub tau: f64,
    /// Amount, not negative.
    pub kappa: f64,
}

/// Why there is no reallocation.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ReallocationError {
    /// The plan is of other regions or industries.
    #[error("a plan of {found} pairs, where there should be {expected}")]
    LengthsDiffer {
        /// Pairs of the amounts.
        expected: usize,
        /// Pairs of the plan.
        found: usize,
    },
    /// The limit is negative, NaN or infinite.
    #[error("{value} is not a limit of what may move")]
    InvalidLimit {
        /// The limit.
        value: f64,
    },
    /// What was reallocated are no amounts: beyond the range of numbers.
    #[error(transparent)]
    Amounts(#[from] AmountsError),
    /// The caller wants no answer any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A structure that is nearer to the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Reallocation {
    /// Amounts afterwards; regions and industries keep their totals.
    pub amounts: Amounts,
    /// Amounts afterwards less those before.
    pub changes: Matrix,
    /// Amount outside focuses before.
    pub outside_before: f64,
    /// Amount outside focuses afterwards: the least there can be.
    pub outside_after: f64,
    /// Amount that changes its industry or region: half the sum of all changes' sizes.
    pub moved: f64,
}

/// Moves activity towards the focuses of a plan.
///
/// ```text
/// minimise    sum over pairs outside the plan of X[r, i], and then sum over r, i of |X[r, i] - E[r, i]|
/// subject to  sum over i of X[r, i] = E[r, *],  sum over r of X[r, i] = E[*, i],  X >= 0
///             |X[r, i] - E[r, i]| <= tau * E[r, i] + kappa
/// ```
///
/// There always is a reallocation: to leave everything where it is. Both stages of the linear programme are solved at once
/// and exactly, as a flow of least cost in whole steps of about 2^-58 of the total.
///
/// # Shapes and units
///
/// - `amounts`: regions x industries, all in one unit.
/// - `assigned`: whether each pair is a focus, region by region.
/// - returns: amounts in the same unit.
///
/// # Errors
///
/// A plan of another size, a limit that is none, or that the caller wants no answer.
///
/// # Source
///
/// Our own programme; the flow as in Ahuja, Magnanti and Orlin (1993), Network Flows, chapter 9.
pub fn reallocate(
    amounts: &Amounts,
    assigned: &[bool],
    limits: ReallocationLimits,
    progress: &Progress,
) -> Result<Reallocation, ReallocationError> {
    let (n_regions, n_industries) = (amounts.n_regions(), amounts.n_industries());
    if assigned.len() != n_regions * n_industries {
        return Err(ReallocationError::LengthsDiffer { expected: n_regions * n_industries, found: assigned.len() });
    }
    if let Some(value) = [limits.tau, limits.kappa].into_iter().find(|limit| !limit.is_finite() || *limit < 0.0) {
        return Err(ReallocationError::InvalidLimit { value });
    }
    let changes = changes(amounts, assigned, limits, progress)?;
    let cells = amounts.cells().cells();
    // Less than nothing by the rounding of one step is nothing.
    let after: Vec<f64> = cells.iter().zip(&changes).map(|(before, change)| (before + change).max(0.0)).collect();
    let outside =
        |cells: &[f64]| cells.iter().zip(assigned).filter(|(_, focus)| !**focus).map(|(x, _)| x).sum::<f64>() + 0.0;
    Ok(Reallocation {
        outside_before: outside(cells),
        outside_after: outside(&after),
        moved: changes.iter().map(|change| change.abs()).sum::<f64>() / 2.0,
        changes: Matrix::from_fn(n_regions, n_industries, |region, industry| changes[region * n_industries + industry]),
        amounts: Amounts::try_new(after, n_industries)?,
    })
}

/// Edges of one cell: those that raise it, and those that lower it.
struct Cell {
    raising: [Option<usize>; 2],
    lowering: Option<usize>,
    /// What it is lowered by beforehand.
    lowered: i64,
}

/// Changes by pair. Outside the plan every cell is first lowered as far as it may be; what regions lack and industries have
/// left over then flows along the cheapest ways. A unit outside the plan costs more than any way of moving units.
fn changes(
    amounts: &Amounts,
    assigned: &[bool],
    limits: ReallocationLimits,
    progress: &Progress,
) -> Result<Vec<f64>, Stopped> {
    let (n_regions, n_industries) = (amounts.n_regions(), amounts.n_industries());
    let (source, sink) = (n_regions + n_industries, n_regions + n_industries + 1);
    let power = BITS - (amounts.total().max(f64::MIN_POSITIVE).log2().ceil() as i32).clamp(-900, 900);
    let unit = 2.0_f64.powi(power);
    let outside = 2 * (n_regions + n_industries) as i64 + 1;
    let mut flow = Flow::new(sink + 1);
    let (mut lacking, mut left_over) = (vec![0_i64; n_regions], vec![0_i64; n_industries]);
    let mut cells = Vec::with_capacity(assigned.len());
    for (pair, &amount) in amounts.cells().cells().iter().enumerate() {
        let (region, industry) = (pair / n_industries, pair % n_industries);
        let node = n_regions + industry;
        let most = limits.tau * amount + limits.kappa;
        // What is more than the total can never be moved.
        let up = (most.min(amounts.total()) * unit).floor() as i64;
        let down = (most.min(amount) * unit).floor() as i64;
        cells.push(if assigned[pair] {
            Cell {
                raising: [Some(flow.add(region, node, up, 1)), None],
                lowering: Some(flow.add(node, region, down, 1)),
                lowered: 0,
            }
        } else {
            lacking[region] += down;
            left_over[industry] += down;
            let back = flow.add(region, node, down, outside - 1);
            Cell { raising: [Some(back), Some(flow.add(region, node, up, outside + 1))], lowering: None, lowered: down }
        });
    }
    for (region, &amount) in lacking.iter().enumerate() {
        flow.add(source, region, amount, 0);
    }
    for (industry, &amount) in left_over.iter().enumerate() {
        flow.add(n_regions + industry, sink, amount, 0);
    }
    flow.send(source, sink, progress)?;
    let through = |edge: Option<usize>| edge.map_or(0, |edge| flow.through(edge));
    let change =
        |cell: &Cell| through(cell.raising[0]) + through(cell.raising[1]) - through(cell.lowering) - cell.lowered;
    Ok(cells.iter().map(|cell| change(cell) as f64 / unit).collect())
}

/// Friction of a structure and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct FrictionParts {
    /// Weighted mean of the overlaps: 0 disjoint to 1 alike.
    pub index: f64,
    /// Each pair of regions' part of the index, above the diagonal; the parts add up to it.
    pub by_pair: Matrix,
    /// Each industry's part of the index; the parts add up to it.
    pub by_industry: Vec<f64>,
}

/// Why a structure has no friction.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FrictionPartsError {
    /// A region is empty.
    #[error(transparent)]
    Structure(#[from] StructureError),
    /// Weights are not in order.
    #[error(transparent)]
    Friction(#[from] FrictionError),
}

/// Computes the friction of a cluster by pair and by industry: before and after a reallocation, say.
///
/// ```text
/// F = sum over pairs r < s of w[r, s] * sum over i of min(s[r, i], s[s, i]) / sum over pairs of w[r, s]
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries, of which the shares are taken.
/// - `weights`: regions x regions, symmetric, not negative, zero on the diagonal.
///
/// # Errors
///
/// An empty region, or weights that are not in order or add up to nothing.
///
/// # Source
///
/// As [`friction()`].
pub fn friction_parts(amounts: &Amounts, weights: &Matrix) -> Result<FrictionParts, FrictionPartsError> {
    let shares = shares(amounts)?;
    let whole = friction(&shares, weights, None)?;
    let overlaps = overlap_matrix(&shares)?;
    let part = |first: usize, second: usize| match first < second {
        true => weights.get(first, second) * overlaps.get(first, second) / whole.weight_total,
        false => 0.0,
    };
    let by_pair = Matrix::from_fn(shares.n_rows(), shares.n_rows(), part);
    Ok(FrictionParts { index: whole.index, by_pair, by_industry: whole.by_industry })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn amounts(cells: &[f64]) -> Amounts {
        Amounts::try_new(cells.to_vec(), 2).unwrap()
    }

    #[test]
    fn moves_what_may_move_and_no_more() {
        let before = amounts(&[30.0, 10.0, 20.0, 40.0]);
        let limits = ReallocationLimits { tau: 0.1, kappa: 0.0 };
        let after = reallocate(&before, &[true, false, false, true], limits, &Progress::new()).unwrap();
        // The smallest cell may give up 1, and no more can then be exchanged.
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        let expected = [31.0, 9.0, 19.0, 41.0];
        assert!(after.amounts.cells().cells().iter().zip(expected).all(|(a, b)| close(*a, b)));
        assert!(close(after.outside_before, 30.0) && close(after.outside_after, 28.0) && close(after.moved, 2.0));
        let weights = Matrix::from_fn(2, 2, |a, b| if a == b { 0.0 } else { 1.0 });
        let (old, new) =
            (friction_parts(&before, &weights).unwrap(), friction_parts(&after.amounts, &weights).unwrap());
        assert!(new.index < old.index);
        assert!(close(old.by_pair.get(0, 1), old.index));
        assert!(close(old.by_industry.iter().sum(), old.index));
    }

    #[test]
    fn leaves_alone_what_cannot_be_bettered() {
        let before = amounts(&[30.0, 10.0, 20.0, 40.0]);
        let limits = ReallocationLimits { tau: 0.5, kappa: 5.0 };
        for assigned in [[true; 4], [false; 4], [true, true, false, false], [true, false, true, false]] {
            let after = reallocate(&before, &assigned, limits, &Progress::new()).unwrap();
            assert_eq!((after.moved, after.amounts), (0.0, before.clone()), "{assigned:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_limit() {
        let before = amounts(&[1.0, 2.0]);
        let with =
            |tau, kappa| reallocate(&before, &[true, false], ReallocationLimits { tau, kappa }, &Progress::new());
        assert!(matches!(with(f64::NAN, 0.0), Err(ReallocationError::InvalidLimit { .. })));
        assert_eq!(with(0.0, -1.0), Err(ReallocationError::InvalidLimit { value: -1.0 }));
        let progress = Progress::new();
        let limits = ReallocationLimits { tau: 0.0, kappa: 0.0 };
        let short = reallocate(&before, &[true], limits, &progress);
        assert_eq!(short, Err(ReallocationError::LengthsDiffer { expected: 2, found: 1 }));
    }
}
