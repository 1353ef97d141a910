//! How well a score tells the cases to which something happened from the others: the area under the ROC curve.

use super::distributions::{normal_quantile, normal_two_sided};
use super::{Spread, mean_and_deviation};

/// Why an area under a ROC curve is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RocError {
    /// There are not as many outcomes as scores.
    #[error("{outcomes} outcomes for {scores} scores")]
    LengthsDiffer {
        /// Number of scores.
        scores: usize,
        /// Number of outcomes.
        outcomes: usize,
    },
    /// The score is NaN or infinite.
    #[error("score {position} is {value}, which has no rank")]
    NotFinite {
        /// Position of the case.
        position: usize,
        /// The score.
        value: f64,
    },
    /// It happened to all cases or to none, so that there is nobody to tell from anybody.
    #[error("it happened to {happened} of {cases} cases")]
    OneOutcome {
        /// Cases to which it happened.
        happened: usize,
        /// Number of cases.
        cases: usize,
    },
    /// The two scores are not of the same cases.
    #[error("the scores compared are of different cases")]
    CasesDiffer,
}

/// The area under a ROC curve, with what its uncertainty and comparisons need.
#[derive(Debug, Clone, PartialEq)]
pub struct RocArea {
    /// Probability that a case to which it happened scores above one to which it did not, ties counting half.
    pub area: f64,
    /// Of each case to which it happened, in order: the share of the others that it scores above.
    above: Vec<f64>,
    /// Of each case to which it did not happen, in order: the share of the others that score above it.
    below: Vec<f64>,
}

/// How the areas of two scores of the same cases differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocDifference {
    /// The first area less the second.
    pub difference: f64,
    /// Its standard error, with the covariance of the two; none with a single case of either outcome.
    pub standard_error: Option<f64>,
    /// Two-sided probability of a difference at least as large when there is none; none without a positive standard error.
    pub p_value: Option<f64>,
}

/// Computes the area under the ROC curve of a score.
///
/// ```text
/// area = mean over (a, b) of [score a > score b] + [score a = score b] / 2
/// ```
///
/// for every case a to which it happened and every case b to which it did not. 0.5 is what chance gives, 1 a score that
/// tells all of them apart.
///
/// # Shapes and units
///
/// - `scores`: one a case, finite; only their order counts.
/// - `happened`: whether it happened, one a case.
///
/// # Errors
///
/// Lengths that differ, the first score without a rank, or only one outcome.
///
/// # Source
///
/// Hanley and McNeil (1982), Radiology 143(1), 29-36. Shares by one pass over the sorted scores: Sun and Xu (2014), IEEE
/// Signal Processing Letters 21(11), 1389-1393.
pub fn roc_area(scores: &[f64], happened: &[bool]) -> Result<RocArea, RocError> {
    let cases = scores.len();
    if cases != happened.len() {
        return Err(RocError::LengthsDiffer { scores: cases, outcomes: happened.len() });
    }
    if let Some(position) = scores.iter().position(|score| !score.is_finite()) {
        return Err(RocError::NotFinite { position, value: scores[position] });
    }
    let positives = happened.iter().filter(|happened| **happened).count();
    let negatives = cases - positives;
    if positives == 0 || negatives == 0 {
        return Err(RocError::OneOutcome { happened: positives, cases });
    }
    let shares = shares_above(scores, happened, positives as f64, negatives as f64);
    let of = |outcome: bool| {
        let cases = shares.iter().zip(happened).filter(|(_, happened)| **happened == outcome);
        let mut of = Vec::with_capacity(if outcome { positives } else { negatives });
        of.extend(cases.map(|(share, _)| *share));
        of
    };
    let above = of(true);
    let area = above.iter().sum::<f64>() / positives as f64;
    Ok(RocArea { area, above, below: of(false) })
}

/// By case, the share of those of the other outcome on the far side of it, ties counting half.
fn shares_above(scores: &[f64], happened: &[bool], positives: f64, negatives: f64) -> Vec<f64> {
    // Scores travel with their cases, so that comparing them reads no other memory.
    let mut order: Vec<(f64, usize)> = scores.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut shares = vec![0.0; scores.len()];
    let (mut positives_below, mut negatives_below) = (0.0, 0.0);
    // Not by total_cmp: the two zeros are one score.
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let p = tied.iter().filter(|&&(_, case)| happened[case]).count() as f64;
        let n = tied.len() as f64 - p;
        for &(_, case) in tied {
            shares[case] = if happened[case] {
                (negatives_below + n / 2.0) / negatives
            } else {
                (positives - positives_below - p / 2.0) / positives
            };
        }
        positives_below += p;
        negatives_below += n;
    }
    shares
}

impl RocArea {
    /// Number of cases to which it happened.
    pub fn happened(&self) -> usize {
        self.above.len()
    }

    /// Number of cases.
    pub fn cases(&self) -> usize {
        self.above.len() + self.below.len()
    }

    /// Computes the standard error of the area.
    ///
    /// ```text
    /// variance = var(above) / m + var(below) / n
    /// ```
    ///
    /// with m cases to which it happened, n others, and variances of samples. `None` with a single case of either outcome.
    ///
    /// # Source
    ///
    /// DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), 837-845.
    pub fn standard_error(&self) -> Option<f64> {
        standard_error(&self.above, &self.below)
    }

    /// The interval of the area, area ± z standard errors, kept within 0 to 1; none without a standard error, or for a
    /// confidence that is not between 0 and 1.
    ///
    /// Where a score tells all cases apart the standard error is 0 and the interval a point, whatever their number.
    pub fn interval(&self, confidence: f64) -> Option<(f64, f64)> {
        let half = half_width(self.standard_error()?, confidence)?;
        Some(((self.area - half).max(0.0), (self.area + half).min(1.0)))
    }

    /// Compares with another score of the same cases, in the same order.
    ///
    /// ```text
    /// variance = var(above - above') / m + var(below - below') / n
    /// ```
    ///
    /// # Errors
    ///
    /// Scores of other numbers of cases.
    ///
    /// # Source
    ///
    /// DeLong, DeLong and Clarke-Pearson (1988); variances of differences hold the covariance of the two areas.
    pub fn compared_with(&self, other: &Self) -> Result<RocDifference, RocError> {
        if (self.above.len(), self.below.len()) != (other.above.len(), other.below.len()) {
            return Err(RocError::CasesDiffer);
        }
        let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let difference = self.area - other.area;
        let standard_error = standard_error(&less(&self.above, &other.above), &less(&self.below, &other.below));
        let z = standard_error.filter(|error| *error > 0.0).map(|error| difference / error);
        Ok(RocDifference { difference, standard_error, p_value: z.and_then(normal_two_sided) })
    }
}

impl RocDifference {
    /// The interval of the difference; none without a standard error, or for a confidence that is not between 0 and 1.
    pub fn interval(&self, confidence: f64) -> Option<(f64, f64)> {
        let half = half_width(self.standard_error?, confidence)?;
        Some((self.difference - half, self.difference + half))
    }
}

fn standard_error(above: &[f64], below: &[f64]) -> Option<f64> {
    let variance = |shares: &[f64]| {
        let (_, deviation) = mean_and_deviation(shares, Spread::Sample)?;
        Some(deviation * deviation / shares.len() as f64)
    };
    Some((variance(above)? + variance(below)?).sqrt())
}

fn half_width(standard_error: f64, confidence: f64) -> Option<f64> {
    let inside = confidence > 0.0 && confidence < 1.0;
    Some(standard_error * normal_quantile(0.5 + confidence / 2.0).filter(|_| inside)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12
    }

    /// The area and DeLong's variance by their definitions, pair by pair.
    fn by_pairs(scores: &[f64], happened: &[bool]) -> (f64, f64) {
        let (yes, no): (Vec<usize>, Vec<usize>) = (0..scores.len()).partition(|&case| happened[case]);
        let beats = |a: usize, b: usize| match scores[a].partial_cmp(&scores[b]).unwrap() {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        };
        let (m, n) = (yes.len() as f64, no.len() as f64);
        let above: Vec<f64> = yes.iter().map(|&a| no.iter().map(|&b| beats(a, b)).sum::<f64>() / n).collect();
        let below: Vec<f64> = no.iter().map(|&b| yes.iter().map(|&a| beats(a, b)).sum::<f64>() / m).collect();
        let area = above.iter().sum::<f64>() / m;
        let squares = |shares: &[f64]| shares.iter().map(|s| (s - area) * (s - area)).sum::<f64>();
        (area, squares(&above) / (m - 1.0) / m + squares(&below) / (n - 1.0) / n)
    }

    #[test]
    fn is_what_pairs_come_to() {
        let scores: Vec<f64> = (0..60).map(|case| f64::from((case * 37) % 23)).collect();
        let happened: Vec<bool> = (0..60).map(|case| (case * case) % 7 < 3).collect();
        let (area, variance) = by_pairs(&scores, &happened);
        let roc = roc_area(&scores, &happened).unwrap();
        assert!(close(roc.area, area) && close(roc.standard_error().unwrap().powi(2), variance));
    }

    #[test]
    fn a_worked_example() {
        // Of the four pairs, 3 above 2 and 3 above 1 are right, 1.5 above 1 is right, 1.5 above 2 is wrong.
        let roc = roc_area(&[3.0, 2.0, 1.5, 1.0], &[true, false, true, false]).unwrap();
        assert_eq!((roc.area, roc.happened(), roc.cases()), (0.75, 2, 4));
        // Shares above are 1 and 0.5, below 0.5 and 1: each has the variance 0.125.
        assert!(close(roc.standard_error().unwrap(), 0.125_f64.sqrt()));
        let (low, high) = roc.interval(0.95).unwrap();
        assert!(close(low, 0.75 - 1.959963984540054 * 0.125_f64.sqrt()) && high == 1.0);
    }

    #[test]
    fn ties_count_half_and_order_alone_counts() {
        let happened = [true, false, true, false];
        assert_eq!(roc_area(&[1.0; 4], &happened).unwrap().area, 0.5);
        assert_eq!(roc_area(&[0.0, -0.0, 0.0, -0.0], &happened).unwrap().area, 0.5);
        let (plain, stretched) = ([3.0, 2.0, 1.5, 1.0], [30.0, 2.0, -1.5, -100.0]);
        assert_eq!(roc_area(&plain, &happened), roc_area(&stretched, &happened));
        let turned = roc_area(&plain.map(|score| -score), &happened).unwrap();
        assert_eq!(turned.area, 0.25);
    }

    #[test]
    fn two_scores_of_the_same_cases_are_compared() {
        let happened = [true, true, true, false, false, false];
        let good = roc_area(&[6.0, 5.0, 3.0, 4.0, 2.0, 1.0], &happened).unwrap();
        let poor = roc_area(&[6.0, 1.0, 3.0, 4.0, 2.0, 5.0], &happened).unwrap();
        let same = good.compared_with(&good).unwrap();
        assert_eq!((same.difference, same.standard_error, same.p_value), (0.0, Some(0.0), None));
        let (there, back) = (good.compared_with(&poor).unwrap(), poor.compared_with(&good).unwrap());
        assert!(close(there.difference, 4.0 / 9.0) && there.difference == -back.difference);
        // Differences of shares: 0, 1, 1/3 and 1/3, 1/3, 2/3, whose variances are 7/27 and 1/27.
        assert!(close(there.standard_error.unwrap(), (8.0_f64 / 27.0 / 3.0).sqrt()));
        assert_eq!(there.p_value, back.p_value);
        let (low, high) = there.interval(0.9).unwrap();
        assert!(low < there.difference && there.difference < high);
    }

    #[test]
    fn refuses_what_has_no_area() {
        assert_eq!(roc_area(&[1.0], &[]), Err(RocError::LengthsDiffer { scores: 1, outcomes: 0 }));
        assert_eq!(roc_area(&[1.0, 2.0], &[true, true]), Err(RocError::OneOutcome { happened: 2, cases: 2 }));
        assert_eq!(roc_area(&[], &[]), Err(RocError::OneOutcome { happened: 0, cases: 0 }));
        let infinite = roc_area(&[1.0, f64::INFINITY], &[true, false]);
        assert_eq!(infinite, Err(RocError::NotFinite { position: 1, value: f64::INFINITY }));
        let single = roc_area(&[1.0, 2.0], &[true, false]).unwrap();
        assert_eq!((single.standard_error(), single.interval(0.95)), (None, None));
        let more = roc_area(&[1.0, 2.0, 3.0], &[true, false, false]).unwrap();
        assert_eq!(single.compared_with(&more), Err(RocError::CasesDiffer));
        let pair = roc_area(&[3.0, 2.0, 1.5, 1.0], &[true, false, true, false]).unwrap();
        assert_eq!((pair.interval(1.0), pair.interval(f64::NAN), pair.interval(0.0)), (None, None, None));
    }
}
