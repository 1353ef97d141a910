//! The order of labels by their texts.

use growthpole_ingest::{Interner, Labels};

/// For the position of each label, its place among all labels in the order of their texts.
pub(crate) struct Rank(Vec<u32>);

impl Rank {
    pub(crate) fn of(interner: &Interner) -> Self {
        let mut numbered: Vec<(&str, usize)> = interner.texts().zip(0..).collect();
        numbered.sort_unstable();
        let mut ranks = vec![0; numbered.len()];
        for (rank, (_, position)) in (0..).zip(numbered) {
            if let Some(place) = ranks.get_mut(position) {
                *place = rank;
            }
        }
        Self(ranks)
    }

    pub(crate) fn rank(&self, position: u32) -> u32 {
        self.0.get(position as usize).copied().unwrap_or(u32::MAX)
    }

    /// Bits that hold every rank.
    fn bits(&self) -> u32 {
        usize::BITS - self.0.len().leading_zeros()
    }
}

/// The order of the labels that cells are sorted by.
pub(crate) struct Ranks {
    pub(crate) indicators: Rank,
    pub(crate) regions: Rank,
    pub(crate) industries: Rank,
}

impl Ranks {
    pub(crate) fn of(labels: &Labels) -> Self {
        let [indicators, regions, industries] = [&labels.indicators, &labels.regions, &labels.industries].map(Rank::of);
        Self { indicators, regions, industries }
    }

    /// Bits that hold the ranks of every indicator, region and industry.
    pub(crate) fn bits(&self) -> [u32; 3] {
        [self.indicators.bits(), self.regions.bits(), self.industries.bits()]
    }

    /// How many labels are put in order.
    pub(crate) fn labels(labels: &Labels) -> usize {
        labels.indicators.len() + labels.regions.len() + labels.industries.len()
    }

    /// Whether no label came since. Labels are only added, so that as many are the same ones.
    pub(crate) fn are_of(&self, labels: &Labels) -> bool {
        self.indicators.0.len() + self.regions.0.len() + self.industries.0.len() == Self::labels(labels)
    }
}
