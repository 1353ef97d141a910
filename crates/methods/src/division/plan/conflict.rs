//! Which constraints contradict each other, when no plan meets all.

use super::network::Network;
use super::problem::{Bounds, Checked, DivisionProblem};

/// A constraint of the division plan, by the positions that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constraint {
    /// The pair has no value.
    UndefinedValue {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The region has too little of the industry.
    MinimumPresence {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The region's least number of focuses.
    FocusMin {
        /// Row of the region.
        region: usize,
    },
    /// The region's greatest number of focuses.
    FocusMax {
        /// Row of the region.
        region: usize,
    },
    /// The industry's least number of homes.
    HomeMin {
        /// Column of the industry.
        industry: usize,
    },
    /// The industry's greatest number of homes.
    HomeMax {
        /// Column of the industry.
        industry: usize,
    },
    /// The pair must not be in the plan.
    Ban {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The pair must be in the plan.
    Pin {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
}

/// Finds a minimal set of constraints that contradict each other; `None` when a plan meets all.
///
/// Constraints are left out one by one, in the order of [`Constraint`], and stay out when the others contradict each other
/// all the same, so that the answer is told in pins and bans rather than in undefined values where both would do.
pub(super) fn find(problem: &DivisionProblem, checked: &Checked) -> Option<Vec<Constraint>> {
    let mut network = Network::new(checked, vec![0; checked.gains.len()]);
    if network.maximise() {
        return None;
    }
    let mut kept = constraints(problem, checked);
    // Whole kinds first: most of the constraints play no part.
    let kinds: Vec<_> = kept.iter().map(std::mem::discriminant).collect();
    for (index, kind) in kinds.iter().enumerate() {
        if !kinds[..index].contains(kind) {
            let rest: Vec<Constraint> = kept.iter().copied().filter(|c| std::mem::discriminant(c) != *kind).collect();
            if !feasible(&rest, checked) {
                kept = rest;
            }
        }
    }
    let mut index = 0;
    while index < kept.len() {
        let left_out = kept.remove(index);
        if feasible(&kept, checked) {
            kept.insert(index, left_out);
            index += 1;
        }
    }
    Some(kept)
}

/// All constraints that exclude something, in order.
fn constraints(problem: &DivisionProblem, checked: &Checked) -> Vec<Constraint> {
    let n_industries = checked.n_industries;
    let mut all = Vec::new();
    for (pair, _) in problem.values.cells().iter().enumerate().filter(|(_, value)| value.is_nan()) {
        all.push(Constraint::UndefinedValue { region: pair / n_industries, industry: pair % n_industries });
    }
    let pairs = |pairs: &[(usize, usize)], constraint: fn(usize, usize) -> Constraint| {
        pairs.iter().map(|&(region, industry)| constraint(region, industry)).collect::<Vec<_>>()
    };
    all.extend(pairs(&problem.below_presence, |region, industry| Constraint::MinimumPresence { region, industry }));
    for (region, bounds) in checked.focuses.iter().enumerate() {
        all.extend((bounds.min > 0).then_some(Constraint::FocusMin { region }));
        all.extend((bounds.max < n_industries).then_some(Constraint::FocusMax { region }));
    }
    for (industry, bounds) in checked.homes.iter().enumerate() {
        all.extend((bounds.min > 0).then_some(Constraint::HomeMin { industry }));
        all.extend((bounds.max < checked.n_regions).then_some(Constraint::HomeMax { industry }));
    }
    all.extend(pairs(&problem.bans, |region, industry| Constraint::Ban { region, industry }));
    all.extend(pairs(&problem.pins, |region, industry| Constraint::Pin { region, industry }));
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a plan meets these constraints.
fn feasible(constraints: &[Constraint], checked: &Checked) -> bool {
    let (n_regions, n_industries) = (checked.n_regions, checked.n_industries);
    let mut focuses = vec![Bounds::between(0, n_industries); n_regions];
    let mut homes = vec![Bounds::between(0, n_regions); n_industries];
    let mut allowed = vec![true; n_regions * n_industries];
    let mut pinned = vec![false; n_regions * n_industries];
    for constraint in constraints {
        match *constraint {
            Constraint::UndefinedValue { region, industry }
            | Constraint::MinimumPresence { region, industry }
            | Constraint::Ban { region, industry } => allowed[region * n_industries + industry] = false,
            Constraint::Pin { region, industry } => pinned[region * n_industries + industry] = true,
            Constraint::FocusMin { region } => focuses[region].min = checked.focuses[region].min,
            Constraint::FocusMax { region } => focuses[region].max = checked.focuses[region].max,
            Constraint::HomeMin { industry } => homes[industry].min = checked.homes[industry].min,
            Constraint::HomeMax { industry } => homes[industry].max = checked.homes[industry].max,
        }
    }
    Network::with_constraints(vec![0; allowed.len()], focuses, homes, allowed, pinned).maximise()
}
