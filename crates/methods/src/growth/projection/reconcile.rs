//! Reconciliation: projections of regions that add up to that of their nation.

use crate::Matrix;

/// Why projections cannot be reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReconciliationError {
    /// There are not as many projections of the nation as of the regions, or not as many last values as regions.
    #[error("regions and nation have not the same shape")]
    ShapesDiffer,
    /// The nation has nothing in the last period, or the regions nothing at a step.
    #[error("there is nothing to share out")]
    Nothing,
}

/// Factors that make projections of regions add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciliation {
    /// By step: what each region's projection and its intervals are multiplied with.
    pub factors: Vec<f64>,
    /// Share that the regions together have of the nation in the last period, and keep: 1 where they make it up.
    pub share: f64,
}

/// Computes by step the factor that lets regions add up to their share of the nation's projection, in proportion to their own.
///
/// ```text
/// share     = sum over r of last[r] / nation_last
/// factor[h] = share * nation[h] / sum over r of projected[r, h]
/// ```
///
/// A share of 1 means that the regions make the nation up. Published regions often do not add up to the published nation;
/// they keep the ratio of the last period. Intervals of regions that are multiplied too count the nation's projection as known.
///
/// # Shapes and units
///
/// - `projected`: regions x steps; `last`: the last value of each region; `nation`: by step; all in one unit.
/// - returns: factors without a unit, positive and finite.
///
/// # Errors
///
/// Shapes that do not go together, or sums that are not positive.
///
/// # Source
///
/// Top-down by forecast proportions, for one level: Athanasopoulos, Ahmed and Hyndman (2009), International Journal of
/// Forecasting 25(1), 146-166.
pub fn reconcile(
    projected: &Matrix,
    last: &[f64],
    nation: &[f64],
    nation_last: f64,
) -> Result<Reconciliation, ReconciliationError> {
    if projected.n_rows() != last.len() || projected.n_columns() != nation.len() {
        return Err(ReconciliationError::ShapesDiffer);
    }
    let share = last.iter().sum::<f64>() / nation_last;
    let factor = |(step, nation): (usize, &f64)| share * nation / projected.column(step).sum::<f64>();
    let factors: Vec<f64> = nation.iter().enumerate().map(factor).collect();
    let is_factor = |&factor: &f64| factor.is_finite() && factor > 0.0;
    let is_share = share.is_finite() && share > 0.0;
    if is_share && factors.iter().all(is_factor) {
        Ok(Reconciliation { factors, share })
    } else {
        Err(ReconciliationError::Nothing)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn regions_keep_their_proportions_and_add_up() {
        let projected = Matrix::try_new(vec![10.0, 20.0, 30.0, 20.0], 2).unwrap();
        let reconciled = reconcile(&projected, &[8.0, 24.0], &[50.0, 60.0], 40.0).unwrap();
        assert_eq!((reconciled.share, reconciled.factors.as_slice()), (0.8, [1.0, 1.2].as_slice()));
    }

    #[test]
    fn refuses_what_cannot_be_shared_out() {
        let projected = Matrix::try_new(vec![1.0, 0.0], 2).unwrap();
        assert_eq!(reconcile(&projected, &[1.0], &[1.0], 1.0), Err(ReconciliationError::ShapesDiffer));
        assert_eq!(reconcile(&projected, &[1.0], &[1.0, 1.0], 1.0), Err(ReconciliationError::Nothing));
        assert_eq!(reconcile(&projected, &[1.0], &[1.0, 1.0], 0.0), Err(ReconciliationError::Nothing));
    }
}
