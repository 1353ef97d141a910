//! Standing among peers.

/// The values of peers, by which others are placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Peers {
    /// From the highest to the lowest; finite.
    descending: Vec<f64>,
}

impl Peers {
    /// The values of peers, of which NaN and infinities are left out.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut descending: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        descending.sort_unstable_by(|a, b| b.total_cmp(a));
        Self { descending }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.descending.len()
    }

    /// The rank of a value among the peers: one more than there are peers above it, whether it is itself a peer's or not.
    pub fn rank(&self, value: f64) -> usize {
        1 + self.descending.partition_point(|peer| *peer > value)
    }

    /// The middle value, or the mean of the middle two; none without peers.
    pub fn median(&self) -> Option<f64> {
        let n = self.descending.len();
        let (upper, lower) = (self.descending.get(n.saturating_sub(1) / 2)?, self.descending.get(n / 2)?);
        // Halves first: a sum of the two could leave the range of numbers.
        Some(if upper == lower { *upper } else { upper / 2.0 + lower / 2.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_peers_and_others_alike() {
        let peers = Peers::of([3.0, 1.0, f64::NAN, 3.0, -2.0].into_iter());
        assert_eq!((peers.count(), peers.median()), (4, Some(2.0)));
        assert_eq!([4.0, 3.0, 2.0, 1.0, -5.0].map(|value| peers.rank(value)), [1, 1, 3, 3, 5]);
    }

    #[test]
    fn without_peers_everybody_is_first() {
        let nobody = Peers::of(std::iter::empty());
        assert_eq!((nobody.rank(7.0), nobody.median()), (1, None));
        assert_eq!(Peers::of([2.0].into_iter()).median(), Some(2.0));
    }
}
