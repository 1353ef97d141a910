//! Two rankings of the same regions, checked once: what all methods after Kendall start from.

/// Why there are no two rankings.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RankPairsError {
    /// One list is longer than the other.
    #[error("{first} values first and {second} then are not those of the same regions")]
    LengthsDiffer {
        /// Length of the first list.
        first: usize,
        /// Length of the second list.
        second: usize,
    },
    /// Fewer than two regions make no pair.
    #[error("{regions} regions make no pair")]
    TooFew {
        /// Number of regions.
        regions: usize,
    },
    /// A value is NaN or infinite.
    #[error("the value {value} of region {region} cannot be ranked")]
    NotFinite {
        /// Position of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// All values of a list are equal, so that it ranks nothing.
    #[error("all {which} values are equal")]
    AllEqual {
        /// "first" or "second".
        which: &'static str,
    },
}

/// Two rankings of the same regions: by values at a start and at an end, say. Equal values have equal codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankPairs {
    first: Vec<u32>,
    second: Vec<u32>,
}

impl RankPairs {
    /// Takes the values of regions, in the same order twice.
    ///
    /// # Errors
    ///
    /// Lists of different lengths, fewer than two regions, the first value that is not finite, or a list whose values are
    /// all equal.
    pub fn try_new(first: &[f64], second: &[f64]) -> Result<Self, RankPairsError> {
        if first.len() != second.len() {
            return Err(RankPairsError::LengthsDiffer { first: first.len(), second: second.len() });
        }
        if first.len() < 2 {
            return Err(RankPairsError::TooFew { regions: first.len() });
        }
        for values in [first, second] {
            if let Some(region) = values.iter().position(|value| !value.is_finite()) {
                return Err(RankPairsError::NotFinite { region, value: values[region] });
            }
        }
        let codes = Self { first: dense_codes(first), second: dense_codes(second) };
        for (which, codes) in [("first", &codes.first), ("second", &codes.second)] {
            if codes.iter().all(|&code| code == 0) {
                return Err(RankPairsError::AllEqual { which });
            }
        }
        Ok(codes)
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.first.len()
    }

    /// Number of pairs of regions.
    pub fn n_pairs(&self) -> u64 {
        let n = self.n_regions() as u64;
        n * (n - 1) / 2
    }

    /// Places of the regions in the first ranking, from 0 for the lowest value; equal values share one.
    pub(super) fn first(&self) -> &[u32] {
        &self.first
    }

    /// Places of the regions in the second ranking.
    pub(super) fn second(&self) -> &[u32] {
        &self.second
    }

    /// 1 for two regions in the same order both times, -1 in the opposite one, 0 where they are equal in either.
    pub(super) fn concordance(&self, a: usize, b: usize) -> i64 {
        let order = |codes: &[u32]| i64::from(codes[a] > codes[b]) - i64::from(codes[a] < codes[b]);
        order(&self.first) * order(&self.second)
    }
}

/// Places of finite values among their different values, from 0 for the lowest.
fn dense_codes(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut codes = vec![0; values.len()];
    // Zeros of either sign are equal, though total_cmp puts one before the other.
    for (code, group) in order.chunk_by(|a, b| a.0 == b.0).enumerate() {
        group.iter().for_each(|&(_, region)| codes[region] = code as u32);
    }
    codes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_a_code() {
        let pairs = RankPairs::try_new(&[12.0, 2.0, 1.0, 12.0, 2.0], &[1.0, -0.0, 7.0, 1.0, 0.0]).unwrap();
        assert_eq!((pairs.first(), pairs.second()), (&[2, 1, 0, 2, 1][..], &[1, 0, 2, 1, 0][..]));
        assert_eq!((pairs.n_regions(), pairs.n_pairs()), (5, 10));
        assert_eq!((pairs.concordance(0, 1), pairs.concordance(0, 2), pairs.concordance(0, 3)), (1, -1, 0));
    }

    #[test]
    fn refuses_what_ranks_nothing() {
        let of = |first: &[f64], second: &[f64]| RankPairs::try_new(first, second).unwrap_err();
        assert_eq!(of(&[1.0], &[1.0, 2.0]), RankPairsError::LengthsDiffer { first: 1, second: 2 });
        assert_eq!(of(&[1.0], &[1.0]), RankPairsError::TooFew { regions: 1 });
        let infinite = RankPairsError::NotFinite { region: 1, value: f64::INFINITY };
        assert_eq!(of(&[1.0, 2.0], &[1.0, f64::INFINITY]), infinite);
        assert_eq!(of(&[1.0, 2.0], &[3.0, 3.0]), RankPairsError::AllEqual { which: "second" });
    }
}
