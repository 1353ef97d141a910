//! Predicted growth after Bartik: what the structure of a region lets expect of it, without looking at its own growth.

use super::Comparison;
use crate::{Progress, Stopped};

/// Whose growth the industries of a region are expected to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BartikReference {
    /// The whole reference, the region included where it is part of it.
    #[default]
    Whole,
    /// The reference without the region, so that a large region does not predict itself.
    LeaveOneOut,
}

/// Why there is no prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPrediction {
    /// What starts from zero has no structure.
    #[error("nothing is there at the start")]
    ZeroBase,
    /// Without the region, nothing of this industry is left in the reference whose growth could be taken.
    #[error("industry {industry} is in the region alone at the start")]
    OnlyHere {
        /// Column of the industry.
        industry: usize,
    },
    /// The region has more of this industry than the reference, so that it is no part of it.
    #[error("the region has more of industry {industry} than the reference")]
    NotPart {
        /// Column of the industry.
        industry: usize,
    },
}

/// Differences of sums that are smaller than this part of them are rounding.
const ROUNDING: f64 = 1e-12;

/// Predicts the growth of regions from their structure at the start and the growth of industries in the reference.
///
/// With `s[r, i] = E[r, i] / E[r, *]`, and `G[i]` the growth of the industry in the reference:
///
/// ```text
/// predicted[r] = sum over i of s[r, i] * G[i]
/// ```
///
/// where for [`BartikReference::LeaveOneOut`] `G[i] = (N'[i] - E'[r, i]) / (N[i] - E[r, i]) - 1`. It is the shift-share
/// instrument; with the whole reference, national share and industry mix together are the start times this rate.
///
/// # Shapes and units
///
/// - `comparison`: regions x industries and a reference, in one unit. Leaving a region out takes a reference that it is a
///   part of.
/// - returns: for each region, growth over the time of the comparison as a fraction, finite.
///
/// # Errors
///
/// [`Stopped`] when the caller wants no more. A region without a prediction says why ([`NoPrediction`]).
///
/// # Source
///
/// Bartik (1991), Who Benefits from State and Local Economic Development Policies?, W.E. Upjohn Institute; leaving one out
/// as in Goldsmith-Pinkham, Sorkin and Swift (2020), American Economic Review 110(8), 2586-2624.
pub fn predicted_growth(
    comparison: &Comparison<'_>,
    reference: BartikReference,
    progress: &Progress,
) -> Result<Vec<Result<f64, NoPrediction>>, Stopped> {
    let prediction = |region: usize| {
        progress.check()?;
        Ok(of_region(comparison, region, reference))
    };
    (0..comparison.start().n_regions()).map(prediction).collect()
}

fn of_region(comparison: &Comparison<'_>, region: usize, reference: BartikReference) -> Result<f64, NoPrediction> {
    let total = comparison.start().region_totals()[region];
    if total == 0.0 {
        return Err(NoPrediction::ZeroBase);
    }
    let mut predicted = 0.0;
    for (industry, &amount) in comparison.start().region(region).iter().enumerate() {
        if amount == 0.0 {
            continue;
        }
        let growth = match reference {
            BartikReference::Whole => comparison.industry_growth()[industry],
            BartikReference::LeaveOneOut => growth_elsewhere(comparison, region, industry)?,
        };
        predicted += amount / total * growth;
    }
    Ok(predicted)
}

/// Growth of an industry in the reference without one region.
fn growth_elsewhere(comparison: &Comparison<'_>, region: usize, industry: usize) -> Result<f64, NoPrediction> {
    let [from, to] = comparison.reference().map(|amounts| amounts[industry]);
    let start = from - comparison.start().region(region)[industry];
    let end = to - comparison.end().region(region)[industry];
    if start < -ROUNDING * from || end < -ROUNDING * to {
        return Err(NoPrediction::NotPart { industry });
    }
    if start <= ROUNDING * from {
        return Err(NoPrediction::OnlyHere { industry });
    }
    Ok((end.max(0.0) - start) / start)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::{REFERENCE, amounts, worked};
    use super::*;

    fn predict(
        start: &[f64],
        end: &[f64],
        from: &[f64],
        to: &[f64],
        by: BartikReference,
    ) -> Vec<Result<f64, NoPrediction>> {
        let (start, end) = (amounts(start), amounts(end));
        predicted_growth(&Comparison::try_new(&start, &end, from, to).unwrap(), by, &Progress::new()).unwrap()
    }

    #[test]
    fn matches_a_worked_example() {
        let (start, end) = worked();
        let comparison = Comparison::try_new(&start, &end, &REFERENCE[0], &REFERENCE[1]).unwrap();
        // Half of the region grows by a half, the other half not at all.
        assert_eq!(predicted_growth(&comparison, BartikReference::Whole, &Progress::new()).unwrap(), [Ok(0.25)]);
        // Elsewhere industry 0 grows from 20 to 32, and industry 1 shrinks from 40 to 34.
        let elsewhere =
            predicted_growth(&comparison, BartikReference::LeaveOneOut, &Progress::new()).unwrap()[0].unwrap();
        assert!((elsewhere - (0.5 * 0.6 - 0.5 * 0.15)).abs() < 1e-15);
    }

    #[test]
    fn says_why_there_is_none() {
        use BartikReference::{LeaveOneOut, Whole};
        let empty = predict(&[0.0, 0.0], &[1.0, 1.0], &[1.0, 1.0], &[1.0, 1.0], Whole);
        assert_eq!(empty, [Err(NoPrediction::ZeroBase)]);
        let only = predict(&[5.0, 1.0], &[5.0, 1.0], &[5.0, 2.0], &[9.0, 2.0], LeaveOneOut);
        assert_eq!(only, [Err(NoPrediction::OnlyHere { industry: 0 })]);
        let larger = predict(&[1.0, 5.0], &[1.0, 5.0], &[2.0, 4.0], &[2.0, 5.0], LeaveOneOut);
        assert_eq!(larger, [Err(NoPrediction::NotPart { industry: 1 })]);
        let outgrown = predict(&[1.0, 1.0], &[1.0, 6.0], &[2.0, 4.0], &[2.0, 5.0], LeaveOneOut);
        assert_eq!(outgrown, [Err(NoPrediction::NotPart { industry: 1 })]);
        // What the region does not have needs no reference.
        let absent = predict(&[1.0, 0.0], &[1.0, 3.0], &[2.0, 0.0], &[4.0, 3.0], LeaveOneOut);
        assert_eq!(absent, [Ok(2.0)]);
    }
}
