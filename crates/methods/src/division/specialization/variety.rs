//! Related and unrelated variety: entropy within and between groups of industries.

use super::{RegionStructure, SpecializationError};
use crate::stats::inequality::{Groups, GroupsError};

/// The group of each industry (its two digits, say); every industry is in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustryGroups {
    of: Vec<usize>,
    n_groups: usize,
}

impl IndustryGroups {
    /// Takes the group of each industry, counted from 0.
    ///
    /// # Errors
    ///
    /// No industries, the first that is in a group that is not there, or the first group without any: positions of industries
    /// and groups stand where [`GroupsError`] speaks of regions.
    pub fn try_new(of: Vec<usize>, n_groups: usize) -> Result<Self, GroupsError> {
        Groups::new(&of, n_groups)?;
        Ok(Self { of, n_groups })
    }

    /// Number of industries.
    pub fn n_industries(&self) -> usize {
        self.of.len()
    }
}

/// The entropy of a structure in its two parts, in nats; over ln 2, in bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variety {
    /// Entropy within groups, weighted by their shares: variety of industries that have something in common.
    pub related: f64,
    /// Entropy between groups: variety of groups that have little in common.
    pub unrelated: f64,
}

/// Computes related and unrelated variety of a region.
///
/// With P the share of a group g in the region:
///
/// ```text
/// unrelated = -sum over g of P[g] * ln P[g]        related = -sum over g, i in g of s[r, i] * ln(s[r, i] / P[g])
/// ```
///
/// # Shapes and units
///
/// - returns: two parts, neither negative, which add up to the entropy of the shares.
///
/// # Errors
///
/// Groups of other industries.
///
/// # Source
///
/// Frenken, Van Oort and Verburg (2007), Regional Studies 41(5), 685-697.
pub fn variety(structure: &RegionStructure<'_>, groups: &IndustryGroups) -> Result<Variety, SpecializationError> {
    let (industries, reference) = (groups.n_industries(), structure.shares().len());
    if industries != reference {
        return Err(SpecializationError::IndustriesDiffer { industries, reference });
    }
    let mut of_groups = vec![0.0; groups.n_groups];
    for (share, &group) in structure.shares().iter().zip(&groups.of) {
        of_groups[group] += share;
    }
    let information = |share: f64, whole: f64| if share > 0.0 { share * (whole / share).ln() } else { 0.0 };
    let within = structure.shares().iter().zip(&groups.of);
    let related: f64 = within.map(|(&share, &group)| information(share, of_groups[group])).sum();
    let unrelated: f64 = of_groups.iter().map(|&share| information(share, 1.0)).sum();
    Ok(Variety { related: related.max(0.0), unrelated: unrelated.max(0.0) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::{ReferenceStructure, entropy};

    #[test]
    fn parts_add_up_to_the_entropy() {
        let reference = ReferenceStructure::try_new(&[1.0; 4]).unwrap();
        let structure = RegionStructure::try_new(&[1.0, 1.0, 2.0, 0.0], &reference).unwrap();
        let groups = IndustryGroups::try_new(vec![0, 0, 1, 1], 2).unwrap();
        let variety = variety(&structure, &groups).unwrap();
        // Half in each group; one group has two equal halves, the other one industry.
        let bit = 2.0_f64.ln();
        assert!((variety.unrelated - bit).abs() < 1e-15 && (variety.related - bit / 2.0).abs() < 1e-15);
        assert!((variety.related + variety.unrelated - entropy(&structure).nats).abs() < 1e-15);
    }

    #[test]
    fn one_group_is_all_related_and_single_industries_are_not() {
        let reference = ReferenceStructure::try_new(&[1.0; 3]).unwrap();
        let structure = RegionStructure::try_new(&[1.0, 2.0, 5.0], &reference).unwrap();
        let one = variety(&structure, &IndustryGroups::try_new(vec![0; 3], 1).unwrap()).unwrap();
        let each = variety(&structure, &IndustryGroups::try_new(vec![0, 1, 2], 3).unwrap()).unwrap();
        assert_eq!((one.unrelated, each.related), (0.0, 0.0));
        assert!((one.related - each.unrelated).abs() < 1e-15);
        let other = IndustryGroups::try_new(vec![0], 1).unwrap();
        let differ = SpecializationError::IndustriesDiffer { industries: 1, reference: 3 };
        assert_eq!(variety(&structure, &other), Err(differ));
        assert!(IndustryGroups::try_new(vec![0, 2], 3).is_err());
    }
}
