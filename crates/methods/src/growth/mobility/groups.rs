//! Groups of regions that cover all of them, checked once.

/// Why numbers are not groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupsError {
    /// The region belongs to a group that is not there.
    #[error("region {region} is in group {group}, which is not one of {groups}")]
    NoSuchGroup {
        /// Position of the region.
        region: usize,
        /// Its group.
        group: usize,
        /// Number of groups.
        groups: usize,
    },
    /// No region belongs to the group.
    #[error("group {group} has no regions")]
    Empty {
        /// The group.
        group: usize,
    },
    /// The groups are of another number of regions.
    #[error("the groups are of {grouped} regions, the values of {regions}")]
    RegionsDiffer {
        /// Regions that have groups.
        grouped: usize,
        /// Regions that have values.
        regions: usize,
    },
}

/// The group of each region. Every group has a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    of_regions: Vec<usize>,
    sizes: Vec<usize>,
}

impl Groups {
    /// Takes the group of each region, from 0 to `n_groups` - 1.
    ///
    /// # Errors
    ///
    /// The first region whose group is not there, or the first group without regions.
    pub fn try_new(of_regions: Vec<usize>, n_groups: usize) -> Result<Self, GroupsError> {
        let mut sizes = vec![0; n_groups];
        for (region, &group) in of_regions.iter().enumerate() {
            match sizes.get_mut(group) {
                Some(size) => *size += 1,
                None => return Err(GroupsError::NoSuchGroup { region, group, groups: n_groups }),
            }
        }
        match sizes.iter().position(|&size| size == 0) {
            Some(group) => Err(GroupsError::Empty { group }),
            None => Ok(Self { of_regions, sizes }),
        }
    }

    /// The group of each region.
    pub fn of_regions(&self) -> &[usize] {
        &self.of_regions
    }

    /// Number of regions by group.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// Number of groups.
    pub fn n_groups(&self) -> usize {
        self.sizes.len()
    }

    /// Refuses groups of another number of regions.
    pub(super) fn check_regions(&self, regions: usize) -> Result<(), GroupsError> {
        let grouped = self.of_regions.len();
        if grouped == regions { Ok(()) } else { Err(GroupsError::RegionsDiffer { grouped, regions }) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn counts_its_regions() {
        let groups = Groups::try_new(vec![1, 0, 1], 2).unwrap();
        assert_eq!((groups.sizes(), groups.n_groups(), groups.of_regions()), (&[1, 2][..], 2, &[1, 0, 1][..]));
        assert_eq!(groups.check_regions(4), Err(GroupsError::RegionsDiffer { grouped: 3, regions: 4 }));
    }

    #[test]
    fn refuses_what_is_no_group() {
        let outside = GroupsError::NoSuchGroup { region: 1, group: 2, groups: 2 };
        assert_eq!(Groups::try_new(vec![0, 2], 2), Err(outside));
        assert_eq!(Groups::try_new(vec![0, 0], 2), Err(GroupsError::Empty { group: 1 }));
    }
}
