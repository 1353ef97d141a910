//! Where observations of a region or an industry go, by position.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::parts::TargetOf;
use super::{Conversion, Hierarchy, Parts};

/// A dimension of a roll-up: targets, and where each code's observations go.
#[derive(Debug, Clone, Default)]
pub struct Axis {
    positions: HashMap<String, u32>,
    routes: Vec<Route>,
    targets: Vec<String>,
    /// How many codes are added up to each target.
    sizes: Vec<u64>,
    /// By target: its parent among `above`.
    parents: Vec<Option<u32>>,
    /// How many parents of targets there are.
    n_above: usize,
    remainder: Option<usize>,
}

/// Where the observations of one code go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    /// Targets that it is a part of, with the share of it that is.
    pub(crate) parts: Vec<(u32, f64)>,
    /// Targets whose published figure it is.
    pub(crate) published: Option<u32>,
    /// Parent of targets that it is.
    pub(crate) above: Option<u32>,
}

impl Axis {
    /// Each code is its own target: this dimension is not rolled up.
    pub fn kept<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut axis = Self::default();
        for code in codes.into_iter().collect::<BTreeSet<_>>() {
            let target = axis.target(code);
            axis.part(code, target, 1.0);
            axis.route(code).published = Some(target);
        }
        axis
    }

    /// Targets with their parts. A target that is a code itself is compared with that code's figures, and bounded by
    /// those of its parent.
    pub fn rolled_up(tree: &Hierarchy<'_>, found: &[Parts<'_>]) -> Self {
        let mut axis = Self::default();
        let mut sorted: Vec<&Parts<'_>> = found.iter().filter(|parts| !parts.codes.is_empty()).collect();
        sorted.sort_by_key(|parts| parts.target.code);
        let mut above: BTreeMap<&str, u32> = BTreeMap::new();
        for parts in sorted {
            let target = axis.target(parts.target.code);
            parts.codes.iter().for_each(|code| axis.part(code, target, 1.0));
            let TargetOf::Below(code) = parts.target.of else { continue };
            axis.route(code).published = Some(target);
            if let Some(parent) = tree.parent(code) {
                let next = position(above.len());
                let at = *above.entry(parent).or_insert(next);
                axis.route(parent).above = Some(at);
                if let Some(of) = axis.parents.last_mut() {
                    *of = Some(at);
                }
            }
        }
        axis.n_above = above.len();
        axis
    }

    /// The codes of another classification. What the correspondence does not cover goes to a remainder without a code.
    pub fn converted(conversion: &Conversion) -> Self {
        let mut axis = Self::default();
        if !conversion.uncovered.is_empty() {
            let target = axis.target("");
            conversion.uncovered.iter().for_each(|code| axis.part(code, target, 1.0));
            axis.remainder = Some(target as usize);
        }
        let targets: Vec<u32> = conversion.targets.iter().map(|code| axis.target(code)).collect();
        for (code, parts) in &conversion.parts {
            for (at, share) in parts {
                if let Some(target) = targets.get(*at) {
                    axis.part(code, *target, *share);
                }
            }
        }
        axis
    }

    /// Position of a code; none where its observations go nowhere.
    pub fn position(&self, code: &str) -> Option<u32> {
        self.positions.get(code).copied()
    }

    /// Codes of the targets, in order.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// Codes that are added up to some target, in order.
    pub fn sources(&self) -> BTreeSet<&str> {
        let is_source = |at: u32| self.routes.get(at as usize).is_some_and(|route| !route.parts.is_empty());
        self.positions.iter().filter(|(_, at)| is_source(**at)).map(|(code, _)| code.as_str()).collect()
    }

    /// Position of the target that holds what a correspondence does not cover, where there is one.
    pub fn remainder(&self) -> Option<usize> {
        self.remainder
    }

    pub(crate) fn size(&self, target: usize) -> u64 {
        self.sizes.get(target).copied().unwrap_or_default()
    }

    pub(crate) fn parent(&self, target: usize) -> Option<usize> {
        self.parents.get(target).copied().flatten().map(|at| at as usize)
    }

    pub(crate) fn n_above(&self) -> usize {
        self.n_above
    }

    pub(crate) fn at(&self, position: u32) -> Option<&Route> {
        self.routes.get(position as usize)
    }

    fn target(&mut self, code: &str) -> u32 {
        self.targets.push(code.to_owned());
        self.sizes.push(0);
        self.parents.push(None);
        position(self.targets.len() - 1)
    }

    fn part(&mut self, code: &str, target: u32, share: f64) {
        self.route(code).parts.push((target, share));
        if let Some(size) = self.sizes.get_mut(target as usize) {
            *size += 1;
        }
    }

    fn route(&mut self, code: &str) -> &mut Route {
        let next = position(self.routes.len());
        let at = *self.positions.entry(code.to_owned()).or_insert(next) as usize;
        if at == self.routes.len() {
            self.routes.push(Route::default());
        }
        &mut self.routes[at]
    }
}

/// A position. Labels are counted by 32 bits everywhere; more of them do not fit into a catalogue's memory.
fn position(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
