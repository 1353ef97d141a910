//! Tests of whether transitions are the same in several strata: sub-periods, groups of regions, classes of neighbours.

use super::transitions::TransitionCounts;
use crate::stats::distributions::chi_squared_above;

/// Why transitions cannot be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HomogeneityError {
    /// There is nothing to compare.
    #[error("homogeneity is between two strata at least, not {strata}")]
    TooFewStrata {
        /// Number of strata.
        strata: usize,
    },
    /// A stratum has another number of classes than the first.
    #[error("stratum {stratum} has {classes} classes, unlike the first")]
    ClassesDiffer {
        /// The stratum.
        stratum: usize,
        /// Number of its classes.
        classes: usize,
    },
    /// There are no transitions.
    #[error("stratum {stratum} has no transitions")]
    NoTransitions {
        /// The stratum.
        stratum: usize,
    },
    /// A transition was observed that is impossible under the hypothesis.
    #[error("transitions from class {from} to class {to} were observed, which the reference rules out")]
    Impossible {
        /// Class where it starts.
        from: usize,
        /// Class where it leads.
        to: usize,
    },
}

/// A statistic with its degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquaredTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub degrees: u64,
    /// Probability of a larger statistic under the hypothesis; none without degrees of freedom.
    pub p: Option<f64>,
}

impl ChiSquaredTest {
    pub(super) fn new(statistic: f64, degrees: u64) -> Self {
        Self { statistic, degrees, p: chi_squared_above(statistic, degrees as f64) }
    }
}

/// Tests of the hypothesis that all strata have the same transition probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homogeneity {
    /// Pearson's statistic, with degrees of freedom of cells that are not empty.
    pub q: ChiSquaredTest,
    /// The likelihood ratio, with the same degrees of freedom.
    pub likelihood_ratio: ChiSquaredTest,
    /// The information statistic of Kullback and others for conditional homogeneity, with the degrees of freedom of full
    /// tables.
    pub kullback: ChiSquaredTest,
}

/// Tests whether transition probabilities are the same in all strata.
///
/// With N\[m, i, j\] the transitions of stratum m, p\[m, i, j\] its probabilities and p\[i, j\] those of all together:
///
/// ```text
/// Q  = sum over m, i, j of N[m, i, *] (p[m, i, j] - p[i, j])^2 / p[i, j]
/// LR = 2 sum over m, i, j of N[m, i, j] ln(p[m, i, j] / p[i, j])
/// degrees of freedom = sum over i of (a_i - 1)(b_i - 1)
/// ```
///
/// where a_i classes are reached from class i in any stratum, and b_i strata have transitions from it. Kullback's statistic
/// is the same as LR, with k (s - 1)(k - 1) degrees of freedom for k classes and s strata.
///
/// # Errors
///
/// Fewer than two strata, another number of classes, or no transitions at all.
///
/// # Source
///
/// Bickenbach and Bode (2003), International Regional Science Review 26(3), 363-392; Kullback, Kupperman and Ku (1962),
/// Technometrics 4(4), 573-608. giddy's `kullback` takes the totals of the classes of arrival where the statistic has those
/// of departure, and differs where the two do.
pub fn homogeneity(strata: &[TransitionCounts]) -> Result<Homogeneity, HomogeneityError> {
    let Some(first) = strata.first().filter(|_| strata.len() > 1) else {
        return Err(HomogeneityError::TooFewStrata { strata: strata.len() });
    };
    let n = first.n_classes();
    if let Some(stratum) = strata.iter().position(|counts| counts.n_classes() != n) {
        return Err(HomogeneityError::ClassesDiffer { stratum, classes: strata[stratum].n_classes() });
    }
    if strata.iter().all(|counts| counts.total() == 0) {
        return Err(HomogeneityError::NoTransitions { stratum: 0 });
    }
    let (mut q, mut lr, mut degrees) = (0.0, 0.0, 0);
    for from in 0..n {
        let together: Vec<u64> = (0..n).map(|to| strata.iter().map(|counts| counts.row(from)[to]).sum()).collect();
        let total: u64 = together.iter().sum();
        let present: Vec<&TransitionCounts> = strata.iter().filter(|counts| counts.row_total(from) > 0).collect();
        let reached = together.iter().filter(|&&count| count > 0).count();
        degrees += (reached.saturating_sub(1) * present.len().saturating_sub(1)) as u64;
        for counts in present {
            let own_total = counts.row_total(from) as f64;
            for (&count, &all) in counts.row(from).iter().zip(&together).filter(|(_, all)| **all > 0) {
                let expected = own_total * all as f64 / total as f64;
                q += (count as f64 - expected) * (count as f64 - expected) / expected;
                if count > 0 {
                    lr += 2.0 * count as f64 * (count as f64 / expected).ln();
                }
            }
        }
    }
    let full = (n * (strata.len() - 1) * (n - 1)) as u64;
    Ok(Homogeneity {
        q: ChiSquaredTest::new(q, degrees),
        likelihood_ratio: ChiSquaredTest::new(lr, degrees),
        kullback: ChiSquaredTest::new(lr, full),
    })
}

/// Tests whether transitions follow the probabilities of a reference.
///
/// ```text
/// chi2 = sum over i, j of (N[i, j] - N[i, *] p[i, j])^2 / (N[i, *] p[i, j]),   p of the reference
/// degrees of freedom = sum over i of (number of p[i, j] above zero - 1)
/// ```
///
/// over the classes i from which both have transitions.
///
/// # Errors
///
/// Another number of classes, no transitions that can be compared, or the first transition that the reference rules out.
///
/// # Source
///
/// Bickenbach and Bode (2003), International Regional Science Review 26(3), 363-392. giddy's `chi2` gives (k - 1)^2 degrees
/// of freedom; a chain has k rows, each with k - 1 free probabilities.
pub fn chi_squared_against(
    observed: &TransitionCounts,
    reference: &TransitionCounts,
) -> Result<ChiSquaredTest, HomogeneityError> {
    let n = reference.n_classes();
    if observed.n_classes() != n {
        return Err(HomogeneityError::ClassesDiffer { stratum: 0, classes: observed.n_classes() });
    }
    let (mut statistic, mut degrees, mut compared) = (0.0, 0, false);
    for from in 0..n {
        let (own_total, total) = (observed.row_total(from), reference.row_total(from));
        if own_total == 0 || total == 0 {
            continue;
        }
        compared = true;
        for (to, (&count, &all)) in observed.row(from).iter().zip(reference.row(from)).enumerate() {
            if all > 0 {
                let expected = own_total as f64 * all as f64 / total as f64;
                statistic += (count as f64 - expected) * (count as f64 - expected) / expected;
            } else if count > 0 {
                return Err(HomogeneityError::Impossible { from, to });
            }
        }
        degrees += reference.row(from).iter().filter(|&&count| count > 0).count() as u64 - 1;
    }
    if compared {
        Ok(ChiSquaredTest::new(statistic, degrees))
    } else {
        Err(HomogeneityError::NoTransitions { stratum: 0 })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn counts(cells: &[u64], n: usize) -> TransitionCounts {
        TransitionCounts::try_new(cells.to_vec(), n).unwrap()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-10 * expected.abs(), "{own} is not {expected}");
    }

    #[test]
    fn a_row_is_a_test_of_two_samples() {
        // scipy 1.17.1: chi2_contingency([[30, 10], [20, 20]], correction=False), and with lambda_="log-likelihood".
        let test = homogeneity(&[counts(&[30, 10, 0, 5], 2), counts(&[20, 20, 0, 9], 2)]).unwrap();
        close(test.q.statistic, 16.0 / 3.0);
        assert_eq!((test.q.degrees, test.kullback.degrees), (1, 2));
        close(test.q.p.unwrap(), 0.020_921_335_337_794_04);
        close(test.likelihood_ratio.statistic, 5.411_532_090_976_832_5);
        assert_eq!(test.kullback.statistic, test.likelihood_ratio.statistic);
    }

    #[test]
    fn the_example_of_kullback_is_met() {
        // Table 9.2 of Kullback, Kupperman and Ku (1962), 160.961 on 30 degrees of freedom as giddy documents it.
        let first = [
            22, 11, 24, 2, 2, 7, 5, 23, 15, 3, 42, 6, 4, 21, 190, 25, 20, 34, 0, 2, 14, 56, 14, 28, 32, 15, 20, 10, 56,
            14, 5, 22, 31, 18, 13, 134,
        ];
        let second = [
            3, 6, 9, 3, 0, 8, 1, 9, 3, 12, 27, 5, 2, 9, 208, 32, 5, 18, 0, 14, 32, 108, 40, 40, 22, 14, 9, 26, 224, 14,
            1, 5, 13, 53, 13, 116,
        ];
        let test = homogeneity(&[counts(&first, 6), counts(&second, 6)]).unwrap().kullback;
        assert!((test.statistic - 160.961).abs() < 5e-4, "{}", test.statistic);
        assert_eq!(test.degrees, 30);
    }

    #[test]
    fn a_reference_is_tested_row_by_row() {
        let test = chi_squared_against(&counts(&[6, 2, 0, 0], 2), &counts(&[5, 5, 1, 1], 2)).unwrap();
        assert_eq!((test.statistic, test.degrees), (2.0, 1));
        let impossible = chi_squared_against(&counts(&[1, 1, 0, 1], 2), &counts(&[5, 0, 1, 1], 2));
        assert_eq!(impossible, Err(HomogeneityError::Impossible { from: 0, to: 1 }));
        let certain = chi_squared_against(&counts(&[3, 0, 0, 0], 2), &counts(&[5, 0, 1, 1], 2)).unwrap();
        assert_eq!((certain.statistic, certain.degrees, certain.p), (0.0, 0, None));
    }

    #[test]
    fn refuses_what_cannot_be_compared() {
        let one = counts(&[1], 1);
        assert_eq!(homogeneity(std::slice::from_ref(&one)), Err(HomogeneityError::TooFewStrata { strata: 1 }));
        let differ = HomogeneityError::ClassesDiffer { stratum: 1, classes: 2 };
        assert_eq!(homogeneity(&[one.clone(), counts(&[1; 4], 2)]), Err(differ));
        assert_eq!(
            homogeneity(&[counts(&[0; 4], 2), counts(&[0; 4], 2)]),
            Err(HomogeneityError::NoTransitions { stratum: 0 })
        );
        let none = chi_squared_against(&counts(&[0, 0, 1, 0], 2), &counts(&[1, 0, 0, 0], 2));
        assert_eq!(none, Err(HomogeneityError::NoTransitions { stratum: 0 }));
        assert!(chi_squared_against(&one, &counts(&[1; 4], 2)).is_err());
    }
}
