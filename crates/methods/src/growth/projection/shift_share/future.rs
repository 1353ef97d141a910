//! The future of the reference: given, or projected industry by industry.

use rayon::prelude::*;

use super::ShiftShareProjectionError;
use crate::amounts::check_amount;
use crate::growth::projection::{FitOptions, Model, Unprojected};
use crate::{Matrix, Progress};

/// Where the coming totals of the reference come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Future {
    /// They are given, for some steps.
    Given(Vec<FutureTotals>),
    /// Each industry of the reference is projected by a model.
    Projected {
        /// The model.
        model: Model,
        /// How it is fitted.
        fit: FitOptions,
        /// Periods to project.
        horizon: usize,
    },
}

/// Totals of the reference by industry, some periods after the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct FutureTotals {
    /// Periods after the last one, at least one.
    pub step: usize,
    /// Amounts by industry.
    pub totals: Vec<f64>,
}

/// What the reference came to have after an origin, or would have been projected to, by step from the first.
pub(super) type Known = Vec<Vec<FutureTotals>>;

impl Future {
    /// The totals after the last period.
    pub(super) fn coming(&self, reference: &Matrix) -> Result<Vec<FutureTotals>, ShiftShareProjectionError> {
        match self {
            Self::Given(totals) if totals.is_empty() => Err(ShiftShareProjectionError::NoPeriods),
            Self::Given(totals) => {
                let is_wrong = |own: &FutureTotals| {
                    let fits = own.step > 0 && own.totals.len() == reference.n_columns();
                    !fits || own.totals.iter().any(|&total| check_amount(total).is_err())
                };
                match totals.iter().position(is_wrong) {
                    Some(step) => Err(ShiftShareProjectionError::InvalidFuture { step }),
                    None => Ok(totals.clone()),
                }
            }
            Self::Projected { horizon: 0, .. } => Err(ShiftShareProjectionError::NoPeriods),
            Self::Projected { model, fit, horizon } => projected(reference, reference.n_rows(), *model, fit, *horizon),
        }
    }

    /// The totals after each origin but the last period, as far as the horizon of the backtest and the past go.
    pub(super) fn known(
        &self,
        reference: &Matrix,
        first: usize,
        horizon: usize,
        progress: &Progress,
    ) -> Result<Known, ShiftShareProjectionError> {
        let n = reference.n_rows();
        let after = |origin: usize| {
            progress.check()?;
            let horizon = horizon.min(n - origin);
            match self {
                Self::Given(_) => {
                    let totals = |step: usize| reference.row(origin + step - 1).to_vec();
                    Ok((1..=horizon).map(|step| FutureTotals { step, totals: totals(step) }).collect())
                }
                Self::Projected { model, fit, .. } => projected(reference, origin, *model, fit, horizon),
            }
        };
        (first..n).into_par_iter().map(after).collect()
    }
}

/// Projects every industry of the reference from its first `known` periods. What has ended stays at zero.
fn projected(
    reference: &Matrix,
    known: usize,
    model: Model,
    fit: &FitOptions,
    horizon: usize,
) -> Result<Vec<FutureTotals>, ShiftShareProjectionError> {
    let mut steps: Vec<FutureTotals> =
        (1..=horizon).map(|step| FutureTotals { step, totals: Vec::with_capacity(reference.n_columns()) }).collect();
    for industry in 0..reference.n_columns() {
        let past: Vec<f64> = reference.column(industry).take(known).collect();
        let failed = |reason| ShiftShareProjectionError::ReferenceNotProjected { industry, reason };
        let values = match past.last() {
            Some(0.0) => vec![0.0; horizon],
            _ => model.fit(&past, fit).map_err(failed)?.values(horizon),
        };
        if values.iter().any(|&value| check_amount(value).is_err()) {
            return Err(failed(Unprojected::OutOfRange));
        }
        steps.iter_mut().zip(values).for_each(|(step, value)| step.totals.push(value));
    }
    Ok(steps)
}
