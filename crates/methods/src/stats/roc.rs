//! How well a score tells the cases to which something happened from the others: the area under the ROC curve.

use super::distributions::{normal_quantile, normal_two_sided};

/// Why an area under a ROC curve is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RocError {
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
}

/// The area under a ROC curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocArea {
    /// Probability that a case to which it happened scores above one to which it did not, ties counting half.
    pub area: f64,
    /// Standard error of the area; none with a single case of either outcome.
    pub standard_error: Option<f64>,
    /// Number of cases to which it happened.
    pub happened: usize,
    /// Number of cases.
    pub cases: usize,
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

/// Computes the area under the ROC curve of a score, and its standard error.
///
/// ```text
/// area     = mean over (a, b) of [score a > score b] + [score a = score b] / 2
/// variance = var(above) / m + var(below) / n
/// ```
///
/// for every case a of the m to which it happened and every case b of the n others; `above` is by a the share of the others
/// that it scores above, `below` by b the share of those that score above it, and variances are of samples. 0.5 is what chance
/// gives, 1 a score that tells all of them apart.
///
/// # Shapes and units
///
/// - `cases`: by case its score, finite, of which only the order counts, and whether it happened; gone through twice.
///
/// # Errors
///
/// The first score without a rank, or only one outcome.
///
/// # Source
///
/// Hanley and McNeil (1982), Radiology 143(1), 29-36; DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), 837-845.
/// Shares by one pass over the sorted scores: Sun and Xu (2014), IEEE Signal Processing Letters 21(11), 1389-1393.
pub fn roc_area(cases: impl Iterator<Item = (f64, bool)> + Clone) -> Result<RocArea, RocError> {
    let scored = cases.map(|(score, happened)| ([score], happened));
    let mut outcomes = Outcomes::of(scored)?;
    let [mut above, mut below] = [Moments::default(); 2];
    outcomes.place(0, |_, happened, place| if happened { above.add(place) } else { below.add(place) });
    let (happened, others) = (outcomes.happened.len(), outcomes.others.len());
    Ok(RocArea {
        area: above.mean() / (2 * others) as f64,
        standard_error: standard_error(&above, &below),
        happened,
        cases: happened + others,
    })
}

/// Compares the areas of two scores of the same cases.
///
/// ```text
/// variance = var(above - above') / m + var(below - below') / n
/// ```
///
/// as in [`roc_area`], so that it holds the covariance of the two areas.
///
/// # Shapes and units
///
/// - `cases`: by case its two scores, finite, and whether it happened; gone through twice.
///
/// # Errors
///
/// The first score without a rank, or only one outcome.
///
/// # Source
///
/// DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), 837-845.
pub fn roc_difference(cases: impl Iterator<Item = ([f64; 2], bool)> + Clone) -> Result<RocDifference, RocError> {
    let mut outcomes = Outcomes::of(cases)?;
    // Its place takes the room of the second score, exactly: places are whole numbers.
    outcomes.place(1, |scores, _, place| scores[1] = place as f64);
    let [mut above, mut below] = [Moments::default(); 2];
    outcomes.place(0, |scores, happened, place| {
        let more = place - scores[1] as i64;
        if happened { above.add(more) } else { below.add(more) }
    });
    let difference = above.mean() / (2 * outcomes.others.len()) as f64;
    let standard_error = standard_error(&above, &below);
    let z = standard_error.filter(|error| *error > 0.0).map(|error| difference / error);
    Ok(RocDifference { difference, standard_error, p_value: z.and_then(normal_two_sided) })
}

/// Scores by outcome.
struct Outcomes<const N: usize> {
    happened: Vec<[f64; N]>,
    others: Vec<[f64; N]>,
}

impl<const N: usize> Outcomes<N> {
    fn of(cases: impl Iterator<Item = ([f64; N], bool)> + Clone) -> Result<Self, RocError> {
        let (mut number, mut happened) = (0, 0);
        for (position, (scores, has_happened)) in cases.clone().enumerate() {
            if let Some(&value) = scores.iter().find(|score| !score.is_finite()) {
                return Err(RocError::NotFinite { position, value });
            }
            number += 1;
            happened += usize::from(has_happened);
        }
        if happened == 0 || happened == number {
            return Err(RocError::OneOutcome { happened, cases: number });
        }
        let mut found = Self { happened: Vec::with_capacity(happened), others: Vec::with_capacity(number - happened) };
        for (scores, has_happened) in cases {
            let into = if has_happened { &mut found.happened } else { &mut found.others };
            // The two zeros are one score.
            into.push(scores.map(|score| score + 0.0));
        }
        Ok(found)
    }

    /// Tells by case, sorting them by a score, whether it happened and its place among the cases of the other outcome: twice the
    /// number of those that score below it, and those that score the same.
    fn place(&mut self, by: usize, mut tell: impl FnMut(&mut [f64; N], bool, i64)) {
        for list in [&mut self.happened, &mut self.others] {
            list.sort_unstable_by(|a, b| a[by].total_cmp(&b[by]));
        }
        let (mut happened, mut others) = (&mut self.happened[..], &mut self.others[..]);
        let (mut happened_below, mut others_below) = (0, 0);
        while let Some(least) = [&happened, &others].iter().filter_map(|rest| Some(rest.first()?[by])).reduce(f64::min)
        {
            let tied_happened = take_while_is(&mut happened, by, least);
            let tied_others = take_while_is(&mut others, by, least);
            let [of_happened, of_others] = [tied_happened.len() as i64, tied_others.len() as i64];
            tied_happened.iter_mut().for_each(|case| tell(case, true, 2 * others_below + of_others));
            tied_others.iter_mut().for_each(|case| tell(case, false, 2 * happened_below + of_happened));
            happened_below += of_happened;
            others_below += of_others;
        }
    }
}

/// Takes off the front what has this score.
fn take_while_is<'a, const N: usize>(sorted: &mut &'a mut [[f64; N]], by: usize, score: f64) -> &'a mut [[f64; N]] {
    let tied = sorted.iter().take_while(|case| case[by] == score).count();
    sorted.split_off_mut(..tied).unwrap_or_default()
}

/// Sums of whole numbers, exactly.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: i128,
    sum: i128,
    squares: i128,
}

impl Moments {
    fn add(&mut self, value: i64) {
        self.count += 1;
        self.sum += i128::from(value);
        self.squares += i128::from(value) * i128::from(value);
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.count as f64
    }

    /// Variance of the mean; none of a single number.
    fn variance_of_mean(&self) -> Option<f64> {
        let spread = self.count * self.squares - self.sum * self.sum;
        (self.count > 1).then(|| spread as f64 / (self.count * self.count) as f64 / (self.count - 1) as f64)
    }
}

/// Standard error of an area from the places of those to which it happened and of the others.
fn standard_error(above: &Moments, below: &Moments) -> Option<f64> {
    let share = |places: &Moments, of: &Moments| {
        let whole = (2 * of.count) as f64;
        Some(places.variance_of_mean()? / (whole * whole))
    };
    Some((share(above, below)? + share(below, above)?).sqrt())
}

impl RocArea {
    /// The interval of the area, area ± z standard errors, kept within 0 to 1; none without a standard error, or for a
    /// confidence that is not between 0 and 1.
    ///
    /// Where a score tells all cases apart the standard error is 0 and the interval a point, whatever their number.
    pub fn interval(&self, confidence: f64) -> Option<(f64, f64)> {
        let half = half_width(self.standard_error?, confidence)?;
        Some(((self.area - half).max(0.0), (self.area + half).min(1.0)))
    }
}

impl RocDifference {
    /// The interval of the difference; none without a standard error, or for a confidence that is not between 0 and 1.
    pub fn interval(&self, confidence: f64) -> Option<(f64, f64)> {
        let half = half_width(self.standard_error?, confidence)?;
        Some((self.difference - half, self.difference + half))
    }
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

    fn area(scores: &[f64], happened: &[bool]) -> Result<RocArea, RocError> {
        roc_area(scores.iter().copied().zip(happened.iter().copied()))
    }

    fn difference(first: &[f64], second: &[f64], happened: &[bool]) -> RocDifference {
        let scores = first.iter().zip(second).map(|(first, second)| [*first, *second]);
        roc_difference(scores.zip(happened.iter().copied())).unwrap()
    }

    /// The area and DeLong's variance by their definitions, pair by pair, of what a pair of cases counts.
    fn by_pairs(counts: impl Fn(usize, usize) -> f64, happened: &[bool]) -> (f64, f64) {
        let (yes, no): (Vec<usize>, Vec<usize>) = (0..happened.len()).partition(|&case| happened[case]);
        let (m, n) = (yes.len() as f64, no.len() as f64);
        let above: Vec<f64> = yes.iter().map(|&a| no.iter().map(|&b| counts(a, b)).sum::<f64>() / n).collect();
        let below: Vec<f64> = no.iter().map(|&b| yes.iter().map(|&a| counts(a, b)).sum::<f64>() / m).collect();
        let area = above.iter().sum::<f64>() / m;
        let squares = |shares: &[f64]| shares.iter().map(|s| (s - area) * (s - area)).sum::<f64>();
        (area, squares(&above) / (m - 1.0) / m + squares(&below) / (n - 1.0) / n)
    }

    fn beats(scores: &[f64], a: usize, b: usize) -> f64 {
        match scores[a].partial_cmp(&scores[b]).unwrap() {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        }
    }

    #[test]
    fn is_what_pairs_come_to() {
        let scores: Vec<f64> = (0..60).map(|case| f64::from((case * 37) % 23)).collect();
        let others: Vec<f64> = (0..60).map(|case| f64::from((case * 11) % 17)).collect();
        let happened: Vec<bool> = (0..60).map(|case| (case * case) % 7 < 3).collect();
        let (pairs, variance) = by_pairs(|a, b| beats(&scores, a, b), &happened);
        let roc = area(&scores, &happened).unwrap();
        assert!(close(roc.area, pairs) && close(roc.standard_error.unwrap().powi(2), variance));
        let (pairs, variance) = by_pairs(|a, b| beats(&scores, a, b) - beats(&others, a, b), &happened);
        let less = difference(&scores, &others, &happened);
        assert!(close(less.difference, pairs) && close(less.standard_error.unwrap().powi(2), variance));
    }

    #[test]
    fn a_worked_example() {
        // Of the four pairs, 3 above 2 and 3 above 1 are right, 1.5 above 1 is right, 1.5 above 2 is wrong.
        let roc = area(&[3.0, 2.0, 1.5, 1.0], &[true, false, true, false]).unwrap();
        assert_eq!((roc.area, roc.happened, roc.cases), (0.75, 2, 4));
        // Shares above are 1 and 0.5, below 0.5 and 1: each has the variance 0.125.
        assert!(close(roc.standard_error.unwrap(), 0.125_f64.sqrt()));
        let (low, high) = roc.interval(0.95).unwrap();
        assert!(close(low, 0.75 - 1.959963984540054 * 0.125_f64.sqrt()) && high == 1.0);
    }

    #[test]
    fn ties_count_half_and_order_alone_counts() {
        let happened = [true, false, true, false];
        assert_eq!(area(&[1.0; 4], &happened).unwrap().area, 0.5);
        assert_eq!(area(&[0.0, -0.0, 0.0, -0.0], &happened).unwrap().area, 0.5);
        let (plain, stretched) = ([3.0, 2.0, 1.5, 1.0], [30.0, 2.0, -1.5, -100.0]);
        assert_eq!(area(&plain, &happened), area(&stretched, &happened));
        let turned = area(&plain.map(|score| -score), &happened).unwrap();
        assert_eq!(turned.area, 0.25);
    }

    #[test]
    fn two_scores_of_the_same_cases_are_compared() {
        let happened = [true, true, true, false, false, false];
        let (good, poor) = ([6.0, 5.0, 3.0, 4.0, 2.0, 1.0], [6.0, 1.0, 3.0, 4.0, 2.0, 5.0]);
        let same = difference(&good, &good, &happened);
        assert_eq!((same.difference, same.standard_error, same.p_value), (0.0, Some(0.0), None));
        let (there, back) = (difference(&good, &poor, &happened), difference(&poor, &good, &happened));
        assert!(close(there.difference, 4.0 / 9.0) && there.difference == -back.difference);
        // Differences of shares: 0, 1, 1/3 and 1/3, 1/3, 2/3, whose variances are 7/27 and 1/27.
        assert!(close(there.standard_error.unwrap(), (8.0_f64 / 27.0 / 3.0).sqrt()));
        assert_eq!(there.p_value, back.p_value);
        let (low, high) = there.interval(0.9).unwrap();
        assert!(low < there.difference && there.difference < high);
    }

    #[test]
    fn refuses_what_has_no_area() {
        assert_eq!(area(&[1.0, 2.0], &[true, true]), Err(RocError::OneOutcome { happened: 2, cases: 2 }));
        assert_eq!(area(&[], &[]), Err(RocError::OneOutcome { happened: 0, cases: 0 }));
        let infinite = area(&[1.0, f64::INFINITY], &[true, false]);
        assert_eq!(infinite, Err(RocError::NotFinite { position: 1, value: f64::INFINITY }));
        let infinite = roc_difference([([1.0, 2.0], true), ([1.0, f64::INFINITY], false)].into_iter());
        assert_eq!(infinite, Err(RocError::NotFinite { position: 1, value: f64::INFINITY }));
        let single = area(&[1.0, 2.0], &[true, false]).unwrap();
        assert_eq!((single.standard_error, single.interval(0.95)), (None, None));
        assert_eq!(difference(&[1.0, 2.0], &[2.0, 1.0], &[true, false]).standard_error, None);
        let pair = area(&[3.0, 2.0, 1.5, 1.0], &[true, false, true, false]).unwrap();
        assert_eq!((pair.interval(1.0), pair.interval(f64::NAN), pair.interval(0.0)), (None, None, None));
    }
}
