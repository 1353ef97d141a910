//! What lies below what: the tree of regions, or of the industries of a classification.

use std::collections::{BTreeMap, BTreeSet};

use crate::Catalogue;

/// Codes with their levels and parents.
#[derive(Debug, Clone, Default)]
pub struct Hierarchy<'a> {
    levels: BTreeMap<&'a str, &'a str>,
    parents: BTreeMap<&'a str, &'a str>,
    children: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Hierarchy<'a> {
    /// A hierarchy of (code, level, parent); an empty parent is none.
    pub fn new(nodes: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        let mut hierarchy = Self::default();
        for (code, level, parent) in nodes {
            hierarchy.levels.insert(code, level);
            if !parent.is_empty() {
                hierarchy.parents.insert(code, parent);
                hierarchy.children.entry(parent).or_default().push(code);
            }
        }
        hierarchy
    }

    /// The regions of a catalogue.
    pub fn of_regions(catalogue: &'a Catalogue) -> Self {
        let regions = catalogue.regions.values();
        Self::new(regions.map(|region| (region.code.as_str(), region.level.as_str(), region.parent.as_str())))
    }

    /// The industries of a classification.
    pub fn of_industries(catalogue: &'a Catalogue, classification: &str) -> Self {
        let industries = catalogue.industries_of(classification);
        Self::new(industries.map(|known| (known.code.as_str(), known.level.as_str(), known.parent.as_str())))
    }

    /// The level of a code.
    pub fn level(&self, code: &str) -> Option<&'a str> {
        self.levels.get(code).copied()
    }

    /// The parent of a code.
    pub fn parent(&self, code: &str) -> Option<&'a str> {
        self.parents.get(code).copied()
    }

    /// Codes of a level, in order.
    pub fn of_level(&self, level: &str) -> Vec<&'a str> {
        self.levels.iter().filter(|(_, known)| **known == level).map(|(code, _)| *code).collect()
    }

    /// All levels, in order.
    pub fn all_levels(&self) -> BTreeSet<&'a str> {
        self.levels.values().copied().collect()
    }

    /// Codes directly below one, in order.
    pub fn children(&self, code: &str) -> &[&'a str] {
        self.children.get(code).map_or(&[], Vec::as_slice)
    }

    /// All codes below one, in order, each once. Ends even where parents go round in a circle.
    pub fn below(&self, code: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<&str> = self.children(code).to_vec();
        while let Some(next) = waiting.pop() {
            if next != code && found.insert(next) {
                waiting.extend(self.children(next));
            }
        }
        found
    }

    /// The first two of some codes of which one lies above the other: (above, below).
    pub fn overlap(&self, codes: &BTreeSet<&'a str>) -> Option<(&'a str, &'a str)> {
        codes.iter().find_map(|code| {
            let above = self.above(code).into_iter().find(|above| codes.contains(above))?;
            Some((above, *code))
        })
    }

    /// Codes above one, nearest first. Ends even where parents go round in a circle.
    fn above(&self, code: &str) -> Vec<&'a str> {
        let mut found: Vec<&'a str> = Vec::new();
        let mut next = self.parent(code);
        while let Some(above) = next.filter(|above| *above != code && !found.contains(above)) {
            found.push(above);
            next = self.parent(above);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counties() -> Hierarchy<'static> {
        Hierarchy::new([
            ("00000", "NATION", ""),
            ("01000", "STATE", "00000"),
            ("01001", "COUNTY", "01000"),
            ("01003", "COUNTY", "01000"),
            ("91000", "BEA_REGION", "00000"),
        ])
    }

    #[test]
    fn knows_what_lies_below() {
        let tree = counties();
        assert_eq!(tree.below("01000").into_iter().collect::<Vec<_>>(), ["01001", "01003"]);
        assert_eq!(tree.below("00000").len(), 4);
        assert_eq!(tree.of_level("COUNTY"), ["01001", "01003"]);
        assert_eq!(tree.overlap(&BTreeSet::from(["01000", "01003", "91000"])), Some(("01000", "01003")));
        assert_eq!(tree.overlap(&BTreeSet::from(["00000", "01003"])), Some(("00000", "01003")));
        assert_eq!(tree.overlap(&BTreeSet::from(["01001", "01003", "91000"])), None);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let tree = Hierarchy::new([("a", "X", "b"), ("b", "X", "a"), ("c", "X", "c")]);
        assert_eq!(tree.below("a").into_iter().collect::<Vec<_>>(), ["b"]);
        assert!(tree.below("c").is_empty());
        assert_eq!(tree.overlap(&BTreeSet::from(["a", "b"])), Some(("b", "a")));
        assert_eq!(tree.overlap(&BTreeSet::from(["c"])), None);
    }
}
