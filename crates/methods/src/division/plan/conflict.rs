//! Constraints one by one, and which of them contradict each other when no plan meets all.

use std::mem::discriminant;

use super::checked::Checked;
use super::problem::DivisionProblem;
use super::watch::Halt;
use super::{Watch, search, transport};
use crate::Stopped;

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
    /// The industry is a function, and the region no centre.
    CentreOnly {
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
    /// The region's least share in a balance.
    BalanceFloor {
        /// Position of the balance.
        balance: usize,
        /// Row of the region.
        region: usize,
    },
    /// The region's greatest share in a balance.
    BalanceCeiling {
        /// Position of the balance.
        balance: usize,
        /// Row of the region.
        region: usize,
    },
    /// A cap on the homes of an industry.
    Cap {
        /// Position of the cap.
        cap: usize,
    },
    /// Industries that have the same homes.
    Together {
        /// Position of the group.
        group: usize,
    },
    /// Industries of which the region may have one only.
    Apart {
        /// Position of the group.
        group: usize,
        /// Row of the region.
        region: usize,
    },
    /// A centre that has a function needs a neighbour that has the stage linked to it.
    Stage {
        /// Position of the link.
        link: usize,
        /// Row of the centre.
        centre: usize,
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

impl Constraint {
    /// Whether it is a matter of single pairs or of numbers of homes and focuses.
    fn is_count(&self) -> bool {
        match self {
            Self::UndefinedValue { .. }
            | Self::MinimumPresence { .. }
            | Self::CentreOnly { .. }
            | Self::FocusMin { .. }
            | Self::FocusMax { .. }
            | Self::HomeMin { .. }
            | Self::HomeMax { .. }
            | Self::Ban { .. }
            | Self::Pin { .. } => true,
            Self::BalanceFloor { .. }
            | Self::BalanceCeiling { .. }
            | Self::Cap { .. }
            | Self::Together { .. }
            | Self::Apart { .. }
            | Self::Stage { .. } => false,
        }
    }
}

/// Constraints that contradict each other, and whether none of them could be left out.
pub(super) struct Conflict {
    pub(super) constraints: Vec<Constraint>,
    pub(super) minimal: bool,
}

/// As much work goes into one question whether constraints can be met, some seconds' worth, and into all that are too hard for
/// it. Questions of a few regions are answered within it.
const MOST_WORK: u64 = 1 << 27;
const MOST_WORK_ALTOGETHER: u64 = 1 << 29;

/// Finds a minimal set of constraints that contradict each other, knowing that all together do.
///
/// Constraints are left out one by one, in the order of [`Constraint`], and stay out when the others contradict each other
/// all the same, so that the answer is told in pins and bans rather than in undefined values where both would do. What
/// counting alone contradicts is told by counts; what is seen at once is thinned out first, because each later question is
/// a search. When time is up, what is left contradicts itself, and may not be minimal.
///
/// # Errors
///
/// A caller who went away.
pub(super) fn find(problem: &DivisionProblem, work_limit: u64, watch: &Watch<'_>) -> Result<Conflict, Stopped> {
    let mut filter = Filter {
        problem,
        work_limit: work_limit.min(MOST_WORK),
        work_left: MOST_WORK_ALTOGETHER,
        watch,
        searches: false,
        minimal: true,
    };
    let mut kept = constraints(problem);
    match filter.thin_out(&mut kept) {
        Ok(()) => {}
        Err(Halt::Up) => filter.minimal = false,
        Err(Halt::Stopped(stopped)) => return Err(stopped),
    }
    Ok(Conflict { constraints: kept, minimal: filter.minimal })
}

/// Leaves out constraints of a problem.
struct Filter<'a> {
    problem: &'a DivisionProblem,
    /// Of one question.
    work_limit: u64,
    /// For questions that cannot be answered within their limit.
    work_left: u64,
    watch: &'a Watch<'a>,
    /// Whether what is not seen at once is searched for.
    searches: bool,
    minimal: bool,
}

impl Filter<'_> {
    /// Leaves out what is not needed for the contradiction. What is kept contradicts itself at any time.
    fn thin_out(&mut self, kept: &mut Vec<Constraint>) -> Result<(), Halt> {
        let counts: Vec<Constraint> = kept.iter().copied().filter(Constraint::is_count).collect();
        if self.contradict(&counts)? {
            *kept = counts;
        }
        if self.contradict(kept)? {
            self.leave_out(kept)?;
        }
        self.searches = true;
        self.leave_out(kept)
    }

    fn leave_out(&mut self, kept: &mut Vec<Constraint>) -> Result<(), Halt> {
        // Whole kinds first, and then halves: most of the constraints play no part.
        let kinds: Vec<_> = kept.iter().map(discriminant).collect();
        for (index, kind) in kinds.iter().enumerate() {
            if !kinds[..index].contains(kind) {
                let rest: Vec<Constraint> = kept.iter().copied().filter(|c| discriminant(c) != *kind).collect();
                if rest.len() < kept.len() && self.contradict(&rest)? {
                    *kept = rest;
                }
            }
        }
        let (mut index, mut chunk) = (0, kept.len().div_ceil(2).max(1));
        while index < kept.len() {
            let end = (index + chunk).min(kept.len());
            let rest: Vec<Constraint> = kept[..index].iter().chain(&kept[end..]).copied().collect();
            if self.contradict(&rest)? {
                *kept = rest;
            } else if chunk == 1 {
                index += 1;
            } else {
                chunk = chunk.div_ceil(2);
                continue;
            }
            chunk = chunk.min((kept.len() - index).div_ceil(2)).max(1);
        }
        Ok(())
    }

    /// Whether it is certain that no plan meets these constraints.
    fn contradict(&mut self, constraints: &[Constraint]) -> Result<bool, Halt> {
        let checked = Checked::without_value(self.problem, constraints);
        // Without what is no matter of counting first: what contradicts already there need not be searched for.
        if !transport::is_feasible(&checked, self.watch)? {
            return Ok(true);
        }
        if checked.is_network() {
            return Ok(false);
        }
        let feasible = match self.searches {
            true => search::is_feasible(&checked, self.work_limit, self.watch),
            false => search::may_be_balanced(&checked, self.work_limit, self.watch),
        };
        match feasible {
            Ok(feasible) => Ok(!feasible),
            Err(Halt::Up) => {
                self.minimal = false;
                // Where it was its work that was up, the next question may be an easier one.
                self.watch.look()?;
                self.work_left = self.work_left.checked_sub(self.work_limit).ok_or(Halt::Up)?;
                Ok(false)
            }
            Err(stopped) => Err(stopped),
        }
    }
}

/// All constraints of a problem that exclude something, in order.
pub(super) fn constraints(problem: &DivisionProblem) -> Vec<Constraint> {
    let (n_regions, n_industries) = (problem.values.n_rows(), problem.values.n_columns());
    let mut all = Vec::new();
    for (pair, _) in problem.values.cells().iter().enumerate().filter(|(_, value)| value.is_nan()) {
        all.push(Constraint::UndefinedValue { region: pair / n_industries, industry: pair % n_industries });
    }
    let pairs = |pairs: &[(usize, usize)], constraint: fn(usize, usize) -> Constraint| {
        pairs.iter().map(|&(region, industry)| constraint(region, industry)).collect::<Vec<_>>()
    };
    all.extend(pairs(&problem.below_presence, |region, industry| Constraint::MinimumPresence { region, industry }));
    for (region, bounds) in problem.focuses.iter().enumerate() {
        all.extend((bounds.min > 0).then_some(Constraint::FocusMin { region }));
        all.extend((bounds.max < n_industries).then_some(Constraint::FocusMax { region }));
    }
    for (industry, bounds) in problem.homes.iter().enumerate() {
        let least = if problem.exits.contains(&industry) { 1 } else { 0 };
        all.extend((bounds.min > least).then_some(Constraint::HomeMin { industry }));
        all.extend((bounds.max < n_regions).then_some(Constraint::HomeMax { industry }));
    }
    for (balance, shares) in problem.balances.iter().enumerate() {
        let share = |region: usize, shares: &[f64]| shares.get(region).copied().unwrap_or_default();
        for region in 0..n_regions {
            let floor = share(region, &shares.floor) > 0.0;
            all.extend(floor.then_some(Constraint::BalanceFloor { balance, region }));
            let ceiling = share(region, &shares.ceiling) < 1.0;
            all.extend(ceiling.then_some(Constraint::BalanceCeiling { balance, region }));
        }
    }
    all.extend((0..problem.caps.len()).map(|cap| Constraint::Cap { cap }));
    all.extend((0..problem.together.len()).map(|group| Constraint::Together { group }));
    let regions = |group: usize| (0..n_regions).map(move |region| Constraint::Apart { group, region });
    all.extend((0..problem.apart.len()).flat_map(regions));
    all.extend(centre_constraints(problem));
    all.extend(pairs(&problem.bans, |region, industry| Constraint::Ban { region, industry }));
    all.extend(pairs(&problem.pins, |region, industry| Constraint::Pin { region, industry }));
    all.sort_unstable();
    all.dedup();
    all
}

fn centre_constraints(problem: &DivisionProblem) -> Vec<Constraint> {
    let Some(rule) = &problem.centre_periphery else { return Vec::new() };
    let mut all = Vec::new();
    for region in (0..problem.values.n_rows()).filter(|region| !rule.centres.contains(region)) {
        let functions = rule.complexity.iter().enumerate().filter(|(_, complexity)| **complexity >= rule.threshold);
        all.extend(functions.map(|(industry, _)| Constraint::CentreOnly { region, industry }));
    }
    let stages = |link: usize| rule.centres.iter().map(move |&centre| Constraint::Stage { link, centre });
    all.extend((0..rule.links.len()).flat_map(stages));
    all
}
