//! Land that establishments will look for where jobs go on along trends (TBS-GIFPRO).

use super::{AreaDemand, AreaError, AreaRates, commercial_area};
use crate::Matrix;
use crate::growth::projection::{Curve, Unprojected, fit_curve};

/// Why there is no demand for land by a trend.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AreaTrendError {
    /// The jobs have no trend.
    #[error(transparent)]
    Trend(#[from] Unprojected),
    /// A rate or the number of jobs is none.
    #[error(transparent)]
    Area(#[from] AreaError),
}

/// Jobs and demand for land in a year to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaYear {
    /// Jobs, as the trend has them.
    pub jobs: f64,
    /// Demand for land; none where the trend has fewer than no jobs.
    pub demand: Option<AreaDemand>,
}

/// Computes the demand for commercial land of an industry in the years after its history.
///
/// ```text
/// E[t] = the trend's value in year t        demand as of commercial_area, of the stock of each year
/// ```
///
/// # Shapes and units
///
/// - `history`: jobs in consecutive years, three or more.
/// - `first_year`: the year of the first; it matters for the shape of [`Curve::Power`].
/// - returns: one for each of `years` years.
///
/// # Errors
///
/// Jobs that the curve's scale does not hold, and a rate that is none.
///
/// # Source
///
/// Difu (2010), after Bonny and Kahnert (2005), Raumforschung und Raumordnung 63(3), 232-240. REAT's `gifpro.tbs` takes rates in
/// per cent, adds up demand by a stock that may be negative, and forgets what is reused.
pub fn commercial_area_by_trend(
    history: &[f64],
    curve: Curve,
    first_year: f64,
    years: usize,
    rates: &AreaRates,
) -> Result<Vec<AreaYear>, AreaTrendError> {
    let fit = fit_curve(history, curve, first_year)?;
    let year = |step: usize| {
        let jobs = fit.value(history.len() + step);
        let demand = if jobs >= 0.0 {
            commercial_area(&Matrix::from_fn(1, 1, |_, _| jobs), std::slice::from_ref(rates))?.into_iter().next()
        } else {
            None
        };
        Ok(AreaYear { jobs, demand })
    };
    let found: Vec<AreaYear> = (0..years).map(year).collect::<Result<_, AreaError>>()?;
    if found.iter().all(|year| year.jobs.is_finite()) { Ok(found) } else { Err(Unprojected::OutOfRange.into()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::commercial_area::tests::RATES;
    use super::*;

    #[test]
    fn land_follows_the_stock_of_each_year() {
        let found = commercial_area_by_trend(&[1000.0, 1100.0, 1200.0], Curve::Linear, 2010.0, 3, &RATES).unwrap();
        let jobs: Vec<f64> = found.iter().map(|year| year.jobs).collect();
        assert!(jobs.iter().zip([1300.0, 1400.0, 1500.0]).all(|(own, expected)| (own - expected).abs() < 1e-9));
        let demand = found[2].demand.unwrap();
        assert!((demand.resettled - 15.0).abs() < 1e-9 && (demand.reused - 5.625).abs() < 1e-9);
        assert!((demand.area - 1500.0 * 2.25).abs() < 1e-9);
    }

    #[test]
    fn fewer_than_no_jobs_need_no_land() {
        let found = commercial_area_by_trend(&[30.0, 20.0, 10.0], Curve::Linear, 2010.0, 3, &RATES).unwrap();
        let known: Vec<bool> = found.iter().map(|year| year.demand.is_some()).collect();
        assert!((found[1].jobs + 10.0).abs() < 1e-9 && !known[1] && !known[2]);
        let falling = commercial_area_by_trend(&[30.0, 20.0, 10.0], Curve::Exponential, 2010.0, 9, &RATES).unwrap();
        assert!(falling.iter().all(|year| year.jobs > 0.0 && year.demand.is_some()));
    }

    #[test]
    fn refuses_what_has_no_trend_or_rate() {
        let of = |history: &[f64], curve| commercial_area_by_trend(history, curve, 2010.0, 1, &RATES);
        assert!(matches!(of(&[1.0, 2.0], Curve::Linear), Err(AreaTrendError::Trend(Unprojected::TooShort { .. }))));
        let zero = of(&[0.0, 2.0, 3.0], Curve::Power);
        assert!(matches!(zero, Err(AreaTrendError::Trend(Unprojected::NotPositive { period: 0, .. }))));
        let beyond = AreaRates { reused: 1.5, ..RATES };
        let refused = commercial_area_by_trend(&[1.0, 2.0, 3.0], Curve::Linear, 2010.0, 1, &beyond);
        assert_eq!(refused, Err(AreaError::InvalidRate { industry: 0, value: 1.5 }.into()));
    }
}
