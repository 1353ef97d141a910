//! Permutation tests: how a statistic stands among those of shuffled data.

/// Which deviations a permutation test counts as at least as large as the one observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alternative {
    /// In both directions: twice the smaller tail, at most 1.
    #[default]
    TwoSided,
    /// Upwards only.
    Greater,
    /// Downwards only.
    Less,
}

/// How a statistic stands among those of permutations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutationTest {
    /// Permutations that were drawn.
    pub permutations: usize,
    /// Permutations whose statistic is at least the observed one.
    pub at_least: usize,
    /// Permutations whose statistic is at most the observed one.
    pub at_most: usize,
    /// Mean of the statistic over permutations.
    pub mean: f64,
    /// Its standard deviation over permutations, which are a sample; NaN for a single one.
    pub deviation: f64,
}

impl PermutationTest {
    /// Compares an observed statistic with those of permutations. Differences within rounding count as ties, to which
    /// permutations that change nothing lead.
    pub(crate) fn of(observed: f64, permuted: &[f64]) -> Self {
        let n = permuted.len() as f64;
        let mean = permuted.iter().sum::<f64>() / n;
        let squares: f64 = permuted.iter().map(|value| (value - mean) * (value - mean)).sum();
        let slack = 1e-12 * observed.abs().max(permuted.iter().fold(0.0, |most, value| value.abs().max(most)));
        Self {
            permutations: permuted.len(),
            at_least: permuted.iter().filter(|&&value| value >= observed - slack).count(),
            at_most: permuted.iter().filter(|&&value| value <= observed + slack).count(),
            mean,
            deviation: (squares / (n - 1.0)).sqrt(),
        }
    }

    /// The p-value of an alternative.
    pub fn p_value(&self, alternative: Alternative) -> f64 {
        permutation_p_value(self.at_least, self.at_most, self.permutations, alternative)
    }
}

/// Computes the p-value of a permutation test from its counts.
///
/// ```text
/// greater: (at_least + 1) / (permutations + 1)    less: (at_most + 1) / (permutations + 1)
/// two-sided: twice the smaller of the two, at most 1
/// ```
///
/// # Shapes and units
///
/// - `at_least`, `at_most`: permutations whose statistic is at least, at most the observed one.
/// - returns: a probability that is never 0, as the observed arrangement is itself one of those that are possible.
///
/// # Source
///
/// Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), 39.
pub fn permutation_p_value(at_least: usize, at_most: usize, permutations: usize, alternative: Alternative) -> f64 {
    let tail = |count: usize| (count + 1) as f64 / (permutations + 1) as f64;
    match alternative {
        Alternative::TwoSided => (2.0 * tail(at_least.min(at_most))).min(1.0),
        Alternative::Greater => tail(at_least),
        Alternative::Less => tail(at_most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_tails_and_ties() {
        let test = PermutationTest::of(3.0, &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!((test.at_least, test.at_most, test.mean), (2, 3, 2.5));
        assert_eq!(test.p_value(Alternative::Greater), 0.6);
        assert_eq!(test.p_value(Alternative::Less), 0.8);
        assert_eq!(test.p_value(Alternative::TwoSided), 1.0);
        assert_eq!(permutation_p_value(0, 99, 99, Alternative::TwoSided), 0.02);
        // 0.1 + 0.2 is not 0.3 to the last bit, and a tie all the same.
        assert_eq!(PermutationTest::of(0.1 + 0.2, &[0.3]).at_least, 1);
    }
}
