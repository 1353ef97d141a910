//! Regions in groups: every region in one of them.

/// Why there are no groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupsError {
    /// There are no regions.
    #[error("there are no regions")]
    Empty,
    /// There are more regions than can be counted.
    #[error("{regions} regions are too many")]
    TooMany {
        /// Number of regions.
        regions: usize,
    },
    /// The region is in a group that is not there.
    #[error("region {region} is in group {group} of {groups}")]
    UnknownGroup {
        /// Position of the region.
        region: usize,
        /// Its group.
        group: usize,
        /// Number of groups.
        groups: usize,
    },
    /// The group has no region.
    #[error("group {group} is empty")]
    EmptyGroup {
        /// Position of the group.
        group: usize,
    },
}

/// Groups of regions, none of them empty; every region is in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// Group of each region.
    of: Vec<u32>,
    /// Regions group by group, in each by position.
    members: Vec<u32>,
    /// Members of group g are at `starts[g]..starts[g + 1]`.
    starts: Vec<usize>,
}

impl Groups {
    /// Takes the group of each region, counted from 0.
    ///
    /// # Errors
    ///
    /// No regions, the first that is in a group that is not there, or the first group without a region.
    pub fn new(of: &[usize], n_groups: usize) -> Result<Self, GroupsError> {
        let regions = of.len();
        if of.is_empty() {
            return Err(GroupsError::Empty);
        }
        if u32::try_from(regions).is_err() {
            return Err(GroupsError::TooMany { regions });
        }
        if let Some(region) = of.iter().position(|&group| group >= n_groups) {
            return Err(GroupsError::UnknownGroup { region, group: of[region], groups: n_groups });
        }
        let mut starts = vec![0; n_groups + 1];
        of.iter().for_each(|&group| starts[group + 1] += 1);
        if let Some(group) = starts[1..].iter().position(|&members| members == 0) {
            return Err(GroupsError::EmptyGroup { group });
        }
        for group in 0..n_groups {
            starts[group + 1] += starts[group];
        }
        let mut members: Vec<u32> = (0..regions as u32).collect();
        members.sort_by_key(|&region| of[region as usize]);
        // A group has at least one region, so that there are no more groups than regions.
        Ok(Self { of: of.iter().map(|&group| group as u32).collect(), members, starts })
    }

    /// Number of groups, at least one.
    pub fn n_groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of regions, at least one.
    pub fn n_regions(&self) -> usize {
        self.of.len()
    }

    /// The group of each region.
    pub(super) fn of(&self) -> &[u32] {
        &self.of
    }

    /// Where the members of each group are among those of all groups.
    pub(super) fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.starts.windows(2).map(|ends| ends[0]..ends[1])
    }

    /// Values of regions, group by group.
    pub(super) fn gathered(&self, values: &[f64]) -> Vec<f64> {
        self.members.iter().map(|&region| values[region as usize]).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn gathers_members_in_order() {
        let groups = Groups::new(&[1, 0, 1, 0], 2).unwrap();
        assert_eq!((groups.n_groups(), groups.n_regions(), groups.of()), (2, 4, &[1, 0, 1, 0][..]));
        assert_eq!(groups.gathered(&[10.0, 11.0, 12.0, 13.0]), [11.0, 13.0, 10.0, 12.0]);
        assert_eq!(groups.ranges().collect::<Vec<_>>(), [0..2, 2..4]);
    }

    #[test]
    fn refuses_groups_that_are_not_there_or_empty() {
        assert_eq!(Groups::new(&[], 1), Err(GroupsError::Empty));
        let unknown = GroupsError::UnknownGroup { region: 1, group: 2, groups: 2 };
        assert_eq!(Groups::new(&[0, 2], 2), Err(unknown));
        assert_eq!(Groups::new(&[0, 0], 2), Err(GroupsError::EmptyGroup { group: 1 }));
    }
}
