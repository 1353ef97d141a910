//! Growth gap: how far regions, alone and together, fall behind a reference, by industry and by region, and what it takes
//! to make up for it.

use super::Comparison;
use crate::{Progress, Stopped};

/// Why there is no gap.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoGap {
    /// What starts from zero has no growth rate.
    #[error("nothing is there at the start")]
    ZeroBase,
    /// The reference is nothing at the end, so that nothing is relative to it.
    #[error("the reference has nothing left at the end")]
    NothingLeft,
    /// A growth rate is beyond the range of numbers.
    #[error("the gap is beyond the range of numbers")]
    OutOfRange,
    /// Of nothing there is no rate that leads back.
    #[error("nothing is left that could grow")]
    NothingToGrow,
    /// The number of years is not a positive number, or the reference's rate is not above -1.
    #[error("{years} years at {reference_rate} a year are no time to close a gap in")]
    InvalidTime {
        /// Years.
        years: f64,
        /// Rate of the reference a year.
        reference_rate: f64,
    },
}

/// How the growth of a region, or of several together, differs from that of the reference.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionGap {
    /// Growth over the time of the comparison, as a fraction.
    pub growth: f64,
    /// Growth less that of the reference: points of the base, as a fraction.
    pub gap: f64,
    /// Level at the end relative to the reference, over that at the start: 1 where the growth is the same.
    pub relative_index: f64,
    /// What each industry contributes to the gap; the sum is the gap.
    pub by_industry: Vec<f64>,
}

/// The gaps of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthGap {
    /// Each region, by position.
    pub regions: Vec<Result<RegionGap, NoGap>>,
    /// All regions together.
    pub together: Result<RegionGap, NoGap>,
    /// What each region contributes to the gap of all together; empty where there is none. The sum is the gap.
    pub by_region: Vec<f64>,
}

/// Measures how far regions fall behind a reference, and where.
///
/// With `g[r] = E'[r, *] / E[r, *] - 1` and `G` the same of the reference:
///
/// ```text
/// gap[r]            = g[r] - G
/// by_industry[r, i] = (E'[r, i] - E[r, i]) / E[r, *] - (N'[i] - N[i]) / N[*]
/// relative_index[r] = (1 + g[r]) / (1 + G)
/// by_region[r]      = ((E'[r, *] - E[r, *]) - E[r, *] * G) / E[*, *]
/// ```
///
/// An industry's growth times its share of the region is its change over the region's total, so that industries may start
/// from zero. The gap of all regions together is that of their sum; a region contributes its share of the sum times its own
/// gap, and one that starts from zero all that it has at the end.
///
/// # Shapes and units
///
/// - `comparison`: regions x industries and a reference, in one unit.
/// - returns: fractions over the time of the comparison, finite.
///
/// # Errors
///
/// [`Stopped`] when the caller wants no more. A region without a gap says why ([`NoGap`]).
///
/// # Source
///
/// Contributions to growth as in national accounts (European Union 2013, ESA 2010), taken of the difference of two rates.
pub fn growth_gap(comparison: &Comparison<'_>, progress: &Progress) -> Result<GrowthGap, Stopped> {
    let (start, end) = (comparison.start(), comparison.end());
    let regions = 0..start.n_regions();
    let together = gap(comparison, start.industry_totals(), end.industry_totals(), [start.total(), end.total()]);
    let by_region = |region: usize| {
        let [from, to] = [start, end].map(|amounts| amounts.region_totals()[region]);
        ((to - from) - from * comparison.reference_growth()) / start.total()
    };
    let contributions = if together.is_ok() { regions.clone().map(by_region).collect() } else { Vec::new() };
    let of_region = |region: usize| {
        progress.check()?;
        let totals = [start, end].map(|amounts| amounts.region_totals()[region]);
        Ok(gap(comparison, start.region(region), end.region(region), totals))
    };
    Ok(GrowthGap { regions: regions.map(of_region).collect::<Result<_, _>>()?, together, by_region: contributions })
}

fn gap(comparison: &Comparison<'_>, start: &[f64], end: &[f64], totals: [f64; 2]) -> Result<RegionGap, NoGap> {
    let [from, to] = totals;
    let [reference_from, reference_to] = comparison.reference_totals();
    if from == 0.0 {
        return Err(NoGap::ZeroBase);
    }
    if reference_to == 0.0 {
        return Err(NoGap::NothingLeft);
    }
    let growth = (to - from) / from;
    let gap = growth - comparison.reference_growth();
    let relative_index = to / from / (reference_to / reference_from);
    let [before, after] = comparison.reference();
    let reference = before.iter().zip(after);
    let by_industry: Vec<f64> = (start.iter().zip(end).zip(reference))
        .map(|((own, own_end), (all, all_end))| (own_end - own) / from - (all_end - all) / reference_from)
        .collect();
    if !gap.is_finite() || !relative_index.is_finite() || by_industry.iter().any(|part| !part.is_finite()) {
        return Err(NoGap::OutOfRange);
    }
    Ok(RegionGap { growth, gap, relative_index, by_industry })
}

/// The rate a year at which a region is back where it was relative to the reference after some years.
///
/// ```text
/// required = (1 + reference_rate) * relative_index^(-1 / years) - 1
/// ```
///
/// # Shapes and units
///
/// - `relative_index`: that of a [`RegionGap`]: below 1 for a region that fell behind, which then needs more than the
///   reference's rate; above 1 for one that may grow less.
/// - `reference_rate`: growth of the reference in each of the years to come, as a fraction.
/// - `years`: time to close the gap in; need not be whole.
/// - returns: a fraction a year, finite.
///
/// # Errors
///
/// A relative index that is not positive, a time that is not, a rate of -1 or below, or a result out of range.
///
/// # Source
///
/// Arithmetic of compound growth.
pub fn required_rate(relative_index: f64, reference_rate: f64, years: f64) -> Result<f64, NoGap> {
    if !years.is_finite() || years <= 0.0 || !reference_rate.is_finite() || reference_rate <= -1.0 {
        return Err(NoGap::InvalidTime { years, reference_rate });
    }
    if !relative_index.is_finite() || relative_index <= 0.0 {
        return Err(NoGap::NothingToGrow);
    }
    // (1 + g) x - 1 as g + (1 + g)(x - 1), which is exact where nothing is to be made up for.
    let required = reference_rate + (1.0 + reference_rate) * (-relative_index.ln() / years).exp_m1();
    if required.is_finite() { Ok(required) } else { Err(NoGap::OutOfRange) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, worked};
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn matches_a_worked_example() {
        let (start, end) = worked();
        let comparison = Comparison::try_new(&start, &end, &REFERENCE[0], &REFERENCE[1]).unwrap();
        let gaps = growth_gap(&comparison, &Progress::new()).unwrap();
        let region = gaps.regions[0].as_ref().unwrap();
        close(region.growth, 0.35);
        close(region.gap, 0.15);
        close(region.relative_index, 1.125);
        // Industry 0 brings 8 of 40, in the reference 20 of 100; industry 1 brings 6 of 40, in the reference nothing.
        close(region.by_industry[0], 0.0);
        close(region.by_industry[1], 0.15);
        assert_eq!(gaps.together.as_ref().unwrap(), region);
        close(gaps.by_region[0], 0.15);
    }

    #[test]
    fn regions_make_up_the_gap_of_all() {
        let (start, end) = (amounts(&[10.0, 0.0, 0.0, 0.0, 30.0, 0.0]), amounts(&[11.0, 0.0, 2.0, 2.0, 30.0, 6.0]));
        let comparison = Comparison::try_new(&start, &end, &[50.0, 50.0], &[60.0, 60.0]).unwrap();
        let gaps = growth_gap(&comparison, &Progress::new()).unwrap();
        // 40 become 51; the region that starts from zero has no gap of its own but brings 4 of 40.
        close(gaps.together.as_ref().unwrap().gap, 0.275 - 0.2);
        assert_eq!(gaps.regions[1], Err(NoGap::ZeroBase));
        close(gaps.by_region[1], 0.1);
        close(gaps.by_region.iter().sum(), 0.075);
        let empty = amounts(&[0.0, 0.0]);
        let comparison = Comparison::try_new(&empty, &empty, &[1.0, 1.0], &[1.0, 1.0]).unwrap();
        assert_eq!(growth_gap(&comparison, &Progress::new()).unwrap().by_region, Vec::<f64>::new());
        let comparison = Comparison::try_new(&start, &end, &[50.0, 50.0], &[0.0, 0.0]).unwrap();
        assert_eq!(growth_gap(&comparison, &Progress::new()).unwrap().regions[0], Err(NoGap::NothingLeft));
    }

    #[test]
    fn the_required_rate_leads_back() {
        let required = required_rate(0.8, 0.05, 5.0).unwrap();
        close(0.8 * ((1.0 + required) / 1.05_f64).powi(5), 1.0);
        assert_eq!(required_rate(1.0, 0.07, 3.0), Ok(0.07));
        assert!(required_rate(1.2, 0.05, 5.0).unwrap() < 0.05);
        assert_eq!(required_rate(0.0, 0.05, 5.0), Err(NoGap::NothingToGrow));
        for (rate, years) in [(0.05, 0.0), (0.05, f64::NAN), (-1.0, 5.0)] {
            assert!(matches!(required_rate(0.8, rate, years), Err(NoGap::InvalidTime { .. })), "{rate} {years}");
        }
        assert_eq!(required_rate(1e-300, 0.05, 0.1), Err(NoGap::OutOfRange));
    }
}
