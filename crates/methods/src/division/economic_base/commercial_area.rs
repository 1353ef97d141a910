//! Land that establishments which settle or move will look for (GIFPRO).

use crate::Matrix;

/// Why there is no demand for land.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AreaError {
    /// There are not rates for every industry.
    #[error("rates of {rates} industries for {industries} industries")]
    IndustriesDiffer {
        /// Industries with rates.
        rates: usize,
        /// Industries with employment.
        industries: usize,
    },
    /// The rate is negative or not finite, or a share above 1.
    #[error("industry {industry}: {value} is not a rate")]
    InvalidRate {
        /// Column of the industry.
        industry: usize,
        /// The rate.
        value: f64,
    },
    /// The employment is negative or not finite.
    #[error("period {period}, industry {industry}: {value} is not employment")]
    InvalidEmployment {
        /// Row of the period.
        period: usize,
        /// Column of the industry.
        industry: usize,
        /// The employment.
        value: f64,
    },
}

/// Rates of one industry, as fractions a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaRates {
    /// Share of the industry's jobs that need commercial land.
    pub on_commercial_land: f64,
    /// Share of these jobs that settle anew.
    pub resettled: f64,
    /// Share of these jobs that move within the region.
    pub relocated: f64,
    /// Share of the land that is given free again.
    pub reused: f64,
    /// Area for one job.
    pub area_per_job: f64,
}

/// Demand for land of one industry in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaDemand {
    /// Jobs that settle anew.
    pub resettled: f64,
    /// Jobs that move within the region.
    pub relocated: f64,
    /// Jobs whose place is taken from land given free.
    pub reused: f64,
    /// Area for the others.
    pub area: f64,
}

impl AreaDemand {
    /// Jobs that settle or move.
    pub fn jobs(&self) -> f64 {
        self.resettled + self.relocated
    }
}

/// Computes the demand for commercial land.
///
/// ```text
/// resettled = E a s    relocated = E a r    reused = (resettled + relocated) u    area = (resettled + relocated - reused) k
/// ```
///
/// # Shapes and units
///
/// - `employment`: periods x industries, observed or projected: the stock is taken as it is in each period.
/// - `rates`: one for every industry, as fractions.
/// - returns: periods x industries, row by row.
///
/// # Errors
///
/// Rates of other industries, or the first rate or employment that is none.
///
/// # Source
///
/// Bonny and Kahnert (2005), Raumforschung und Raumordnung 63(3), 232-240; with employment from trends it is TBS-GIFPRO,
/// see [`super::commercial_area_by_trend`]. REAT's `gifpro` takes per cent.
pub fn commercial_area(employment: &Matrix, rates: &[AreaRates]) -> Result<Vec<AreaDemand>, AreaError> {
    let industries = employment.n_columns();
    if rates.len() != industries {
        return Err(AreaError::IndustriesDiffer { rates: rates.len(), industries });
    }
    for (industry, own) in rates.iter().enumerate() {
        let shares = [own.on_commercial_land, own.resettled, own.relocated, own.reused];
        let wrong = shares.into_iter().find(|share| !(0.0..=1.0).contains(share));
        let area = Some(own.area_per_job).filter(|area| !area.is_finite() || *area < 0.0);
        if let Some(value) = wrong.or(area) {
            return Err(AreaError::InvalidRate { industry, value });
        }
    }
    let is_wrong = |jobs: &f64| !jobs.is_finite() || *jobs < 0.0;
    if let Some(at) = employment.cells().iter().position(is_wrong) {
        let (period, industry) = (at / industries, at % industries);
        return Err(AreaError::InvalidEmployment { period, industry, value: employment.cells()[at] });
    }
    let of = |(jobs, rates): (&f64, &AreaRates)| {
        let on_land = jobs * rates.on_commercial_land;
        let (resettled, relocated) = (on_land * rates.resettled, on_land * rates.relocated);
        let reused = (resettled + relocated) * rates.reused;
        AreaDemand { resettled, relocated, reused, area: (resettled + relocated - reused) * rates.area_per_job }
    };
    Ok(employment.rows().flat_map(|row| row.iter().zip(rates).map(of)).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;

    pub(in crate::division::economic_base) const RATES: AreaRates =
        AreaRates { on_commercial_land: 0.5, resettled: 0.02, relocated: 0.01, reused: 0.25, area_per_job: 200.0 };

    #[test]
    fn land_is_for_those_who_settle_or_move() {
        let employment = Matrix::try_new(vec![1000.0, 2000.0], 1).unwrap();
        let demand = commercial_area(&employment, &[RATES]).unwrap();
        assert_eq!((demand[0].resettled, demand[0].relocated, demand[0].reused), (10.0, 5.0, 3.75));
        assert_eq!((demand[0].jobs(), demand[0].area, demand[1].area), (15.0, 2250.0, 4500.0));
    }

    #[test]
    fn refuses_what_is_no_rate() {
        let employment = Matrix::try_new(vec![1000.0], 1).unwrap();
        let of = |rates: AreaRates| commercial_area(&employment, &[rates]);
        let beyond = AreaError::InvalidRate { industry: 0, value: 1.5 };
        assert_eq!(of(AreaRates { reused: 1.5, ..RATES }), Err(beyond));
        let area = AreaError::InvalidRate { industry: 0, value: -1.0 };
        assert_eq!(of(AreaRates { area_per_job: -1.0, ..RATES }), Err(area));
        let differ = AreaError::IndustriesDiffer { rates: 0, industries: 1 };
        assert_eq!(commercial_area(&employment, &[]), Err(differ));
        let negative = Matrix::try_new(vec![-1.0], 1).unwrap();
        let jobs = AreaError::InvalidEmployment { period: 0, industry: 0, value: -1.0 };
        assert_eq!(commercial_area(&negative, &[RATES]), Err(jobs));
    }
}
