//! Relative transition paths: where regions stand against their mean over time, without business cycles.

use super::moments::Moments;
use crate::Matrix;
use crate::stats::{FilterError, HodrickPrescott};

/// What is done to values before they are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preparation {
    /// Natural logarithms are taken first.
    pub logs: bool,
    /// Smoothing of the filter of Hodrick and Prescott, whose trend takes the place of the values; none: no filter.
    pub smoothing: Option<f64>,
}

impl Default for Preparation {
    /// Logarithms, and the smoothing for annual data.
    fn default() -> Self {
        Self { logs: true, smoothing: Some(400.0) }
    }
}

/// Why there are no transition paths.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum TransitionError {
    /// There are too few regions.
    #[error("paths relative to others need at least 2 regions, not {regions}")]
    TooFewRegions {
        /// Number of regions.
        regions: usize,
    },
    /// A value is missing, not positive or infinite.
    #[error("region {region}, period {period}: {value} is not a positive number")]
    NotPositive {
        /// Column of the region.
        region: usize,
        /// Row of the period.
        period: usize,
        /// The value.
        value: f64,
    },
    /// The logarithm or the trend of a value is not positive, so that quotients of them mean nothing.
    #[error("region {region}, period {period}: its logarithm or trend is {prepared}, not positive")]
    PreparedNotPositive {
        /// Column of the region.
        region: usize,
        /// Row of the period.
        period: usize,
        /// What it came to.
        prepared: f64,
    },
    /// The filter is undefined.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

/// Values of regions over time, prepared: positive and finite, region by region.
#[derive(Debug, Clone, PartialEq)]
pub struct TransitionPanel {
    cells: Vec<f64>,
    n_periods: usize,
}

impl TransitionPanel {
    /// Prepares values.
    ///
    /// # Shapes and units
    ///
    /// - `values`: periods x regions, positive, in one unit. Where logarithms are taken they must be positive too, so values
    ///   are above 1: choose the unit so (yuan rather than millions), and know that results depend on it.
    ///
    /// # Errors
    ///
    /// Fewer than two regions, the first value that is missing or not positive, or the first that is not positive after it is
    /// prepared; what the filter refuses.
    ///
    /// # Source
    ///
    /// Phillips and Sul (2007), Econometrica 75(6), 1771-1855; Hodrick and Prescott (1997), Journal of Money, Credit and Banking
    /// 29(1), 1-16.
    pub fn try_new(values: &Matrix, preparation: Preparation) -> Result<Self, TransitionError> {
        let (n_periods, n_regions) = (values.n_rows(), values.n_columns());
        if n_regions < 2 {
            return Err(TransitionError::TooFewRegions { regions: n_regions });
        }
        let filter =
            preparation.smoothing.map(|smoothing| HodrickPrescott::try_new(n_periods, smoothing)).transpose()?;
        let mut cells = Vec::with_capacity(n_periods * n_regions);
        for region in 0..n_regions {
            for (period, value) in values.column(region).enumerate() {
                if !(value > 0.0 && value.is_finite()) {
                    return Err(TransitionError::NotPositive { region, period, value });
                }
                cells.push(if preparation.logs { value.ln() } else { value });
            }
            let own = &mut cells[region * n_periods..];
            if let Some(filter) = &filter {
                filter.filter(own);
            }
            if let Some(period) = own.iter().position(|&prepared| !(prepared > 0.0 && prepared.is_finite())) {
                return Err(TransitionError::PreparedNotPositive { region, period, prepared: own[period] });
            }
        }
        Ok(Self { cells, n_periods })
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.cells.len() / self.n_periods
    }

    /// Number of periods.
    pub fn n_periods(&self) -> usize {
        self.n_periods
    }

    /// Prepared values of one region over time; like indexing, `region` must be there.
    pub fn region(&self, region: usize) -> &[f64] {
        &self.cells[region * self.n_periods..(region + 1) * self.n_periods]
    }

    /// Relative transition paths of some regions against the mean of all.
    ///
    /// ```text
    /// h[t, r] = x[t, r] / mean over all regions of x[t, .]
    /// ```
    ///
    /// Periods x regions in the order given; 1 is the mean.
    pub fn paths(&self, regions: &[usize]) -> Matrix {
        let all = Moments::of(self, 0..self.n_regions());
        Matrix::from_fn(self.n_periods, regions.len(), |period, at| {
            self.region(regions[at])[period] / all.means()[period]
        })
    }

    /// Mean path of a group against the mean of all, by period.
    pub fn mean_path(&self, group: &[usize]) -> Vec<f64> {
        let (own, all) = (Moments::of(self, group.iter().copied()), Moments::of(self, 0..self.n_regions()));
        own.means().iter().zip(all.means()).map(|(own, all)| own / all).collect()
    }

    /// Dispersion of a group by period: the mean squared distance of its relative transition paths from 1.
    ///
    /// ```text
    /// H[t] = mean over r of (x[t, r] / mean of the group - 1)^2
    /// ```
    pub fn dispersion(&self, group: &[usize]) -> Vec<f64> {
        let moments = Moments::of(self, group.iter().copied());
        (0..self.n_periods).map(|period| moments.dispersion(period)).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn panel(cells: &[f64], preparation: Preparation) -> Result<TransitionPanel, TransitionError> {
        TransitionPanel::try_new(&Matrix::try_new(cells.to_vec(), 2).unwrap(), preparation)
    }

    const RAW: Preparation = Preparation { logs: false, smoothing: None };

    #[test]
    fn paths_are_relative_to_the_mean() {
        let panel = panel(&[1.0, 3.0, 2.0, 2.0], RAW).unwrap();
        assert_eq!(panel.paths(&[1, 0]).cells(), [1.5, 0.5, 1.0, 1.0]);
        assert_eq!(panel.mean_path(&[1]), [1.5, 1.0]);
        assert_eq!(panel.dispersion(&[0, 1]), [0.25, 0.0]);
    }

    #[test]
    fn refuses_what_has_no_path() {
        let logs = Preparation { logs: true, smoothing: None };
        let prepared = TransitionError::PreparedNotPositive { region: 1, period: 0, prepared: 0.0 };
        assert_eq!(panel(&[2.0, 1.0], logs), Err(prepared));
        let missing = panel(&[2.0, 1.0, f64::NAN, 1.0], RAW);
        assert!(matches!(missing, Err(TransitionError::NotPositive { region: 0, period: 1, .. })));
        let few = TransitionError::Filter(FilterError::TooFewPeriods { periods: 2 });
        assert_eq!(panel(&[2.0; 4], Preparation::default()), Err(few));
        let one = Matrix::try_new(vec![1.0; 3], 1).unwrap();
        let few = TransitionError::TooFewRegions { regions: 1 };
        assert_eq!(TransitionPanel::try_new(&one, RAW), Err(few));
    }
}
