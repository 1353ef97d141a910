//! What regions and industries lie in, by positions of labels.

use std::collections::HashMap;
use std::rc::Rc;

use super::CheckSource;

/// For each code, what it lies in and at which level it stands.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// By position of the code: position of its parent, and a number for its level.
    of: Vec<Option<(u32, u32)>>,
    /// Number of each code's level, by position.
    levels: Vec<u32>,
    /// How many codes of a level lie in a parent.
    children: HashMap<(u32, u32), u32>,
    /// By position of the code, whether any lies in it.
    parents: Vec<bool>,
}

impl Lineage {
    /// From the codes by position, and what is said of each: its level and the code of its parent.
    pub(super) fn new<'a>(
        codes: impl Iterator<Item = &'a str> + Clone,
        about: impl Fn(&str) -> Option<(&'a str, &'a str)>,
    ) -> Self {
        let positions: HashMap<&str, u32> = codes.clone().zip(0..).collect();
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut lineage = Self::default();
        for code in codes {
            let (level, parent) = about(code).unwrap_or_default();
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            let level = *numbers.entry(level).or_insert(next);
            let parent = positions.get(parent).filter(|_| !parent.is_empty() && parent != code);
            lineage.of.push(parent.map(|parent| (*parent, level)));
            lineage.levels.push(level);
            if let Some(parent) = parent {
                *lineage.children.entry((*parent, level)).or_default() += 1;
            }
        }
        lineage.parents = vec![false; lineage.of.len()];
        for (parent, _) in lineage.of.iter().flatten() {
            if let Some(is_parent) = lineage.parents.get_mut(*parent as usize) {
                *is_parent = true;
            }
        }
        lineage
    }

    /// Parent and level of the code at a position; none at the top.
    pub(super) fn of(&self, position: u32) -> Option<(u32, u32)> {
        self.of.get(position as usize).copied().flatten()
    }

    /// A number for the level of the code at a position.
    pub(super) fn level(&self, position: u32) -> u32 {
        self.levels.get(position as usize).copied().unwrap_or_default()
    }

    /// How many codes of a level lie in a parent.
    pub(super) fn children(&self, parent: u32, level: u32) -> u32 {
        self.children.get(&(parent, level)).copied().unwrap_or_default()
    }

    /// Whether any code lies in the one at a position.
    pub(super) fn is_parent(&self, position: u32) -> bool {
        self.parents.get(position as usize).copied().unwrap_or_default()
    }

    /// Whether nothing lies in anything.
    pub(super) fn is_flat(&self) -> bool {
        self.children.is_empty()
    }
}

/// What regions lie in, and industries of each classification.
pub(super) struct Parents {
    regions: Rc<Lineage>,
    industries: HashMap<String, Rc<Lineage>>,
}

impl Parents {
    pub(super) fn new(source: &CheckSource<'_>) -> Self {
        let about = |code: &str| {
            let region = source.region(code)?;
            Some((region.level.as_str(), region.parent.as_str()))
        };
        Self { regions: Rc::new(Lineage::new(texts(&source.labels.regions), about)), industries: HashMap::new() }
    }

    pub(super) fn of_regions(&self) -> Rc<Lineage> {
        Rc::clone(&self.regions)
    }

    pub(super) fn of_industries(&mut self, source: &CheckSource<'_>, classification: &str) -> Rc<Lineage> {
        if let Some(known) = self.industries.get(classification) {
            return Rc::clone(known);
        }
        let about = |code: &str| {
            let key = (classification.to_owned(), code.to_owned());
            let before = || source.catalogue.and_then(|catalogue| catalogue.industries.get(&key));
            let industry = source.described.industries.get(&key).or_else(before)?;
            Some((industry.level.as_str(), industry.parent.as_str()))
        };
        let lineage = Rc::new(Lineage::new(texts(&source.labels.industries), about));
        self.industries.insert(classification.to_owned(), Rc::clone(&lineage));
        lineage
    }
}

fn texts(labels: &growthpole_ingest::Interner) -> impl Iterator<Item = &str> + Clone {
    (0..u32::try_from(labels.len()).unwrap_or(u32::MAX)).map(|position| labels.text(position))
}
