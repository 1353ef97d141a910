//! The division plan: which region should focus on which industry, exactly.
//!
//! ```text
//! maximise    sum over r, i of u[i] * v[r, i] * y[r, i]
//!             - lambda * sum over i and pairs r < s of w[r, s] * min(s[r, i], s[s, i]) * y[r, i] * y[s, i]
//! subject to  homes:    h_min[i] <= sum over r of y[r, i] <= h_max[i], or none at all where the industry may leave
//!             focuses:  f_min[r] <= sum over i of y[r, i] <= f_max[r]
//!             pins y = 1; bans, undefined values and too small a presence y = 0; y in {0, 1}
//!             balances: floor[r] * S <= sum over i of b[r, i] * y[r, i] <= ceiling[r] * S, S the sum over all regions
//!             caps:     sum over r of a[r] * y[r, i] <= most
//!             together: y[r, i] = y[r, j]        apart: y[r, i] + y[r, j] <= 1
//!             centres:  y[r, i] = 0 for functions i outside centres;
//!                       y[c, i] <= sum over neighbours r of the centre c of y[r, j] for stages j linked to i
//! ```
//!
//! Without friction between shared homes, balances and the like this is a transportation problem, which `network` solves in
//! whole numbers by shortest augmenting paths; the residual graph gives every margin. Otherwise `search` branches on
//! sets of homes and bounds by Lagrangian prices. Unless time or work is up, the plan is the best one, the same on every
//! machine, and of equally good ones the lexicographically smallest. `programme` hands the same problem as an integer
//! programme to a solver of such, where one is asked for ([`Engine`]).

mod checked;
mod conflict;
mod engine;
mod flow;
mod frontier;
mod homes;
mod model;
mod network;
mod problem;
mod programme;
mod reallocation;
mod search;
mod stability;
mod transport;
mod values;
mod watch;

pub use conflict::Constraint;
pub use engine::Engine;
pub use frontier::{FrontierPoint, SharedFriction, frontier, shared_friction};
pub use problem::{
    Balance, Bounds, Cap, CentrePeriphery, DivisionProblem, FrictionTerm, MAX_INDUSTRIES, MAX_PAIRS, MAX_REGIONS,
};
pub use reallocation::{
    FrictionParts, FrictionPartsError, Reallocation, ReallocationError, ReallocationLimits, friction_parts, reallocate,
};
pub use stability::{Stability, perturbed, resampled, stability};
pub use values::{Scale, ValueError, ValueTerm, Values, value_of_terms};
pub use watch::Watch;

use super::FrictionError;
use crate::Stopped;
use checked::Checked;
use watch::Halt;

/// Work by default: as many sets of homes may be looked at, some minutes' worth.
pub const WORK_LIMIT: u64 = 20_000_000_000;

/// Objectives that differ by no more than this part of the largest coefficient are equal.
pub const TIE_TOLERANCE: f64 = 1e-9;

/// Why there is no division plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DivisionError {
    /// There is no region or no industry.
    #[error("a division needs at least one region and one industry")]
    Empty,
    /// The problem is larger than what is solved exactly.
    #[error("{regions} regions and {industries} industries are more than can be planned for")]
    TooLarge {
        /// Number of regions.
        regions: usize,
        /// Number of industries.
        industries: usize,
    },
    /// The importance, the homes or the focuses are not as many as they should be.
    #[error("{found} of {what}, where there should be {expected}")]
    LengthsDiffer {
        /// What it is about: "importance", "homes" or "focuses".
        what: &'static str,
        /// As many as there should be.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// The value, or its product with the importance, is infinite or beyond the range of numbers.
    #[error("region {region}, industry {industry}: {value} is not a value")]
    InvalidValue {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
        /// The value.
        value: f64,
    },
    /// The importance is negative, NaN or infinite.
    #[error("industry {industry}: {value} is not an importance")]
    InvalidImportance {
        /// Column of the industry.
        industry: usize,
        /// The importance.
        value: f64,
    },
    /// The industry is to have more homes at least than at most.
    #[error("industry {industry}: the least number of homes is above the greatest")]
    InvalidHomes {
        /// Column of the industry.
        industry: usize,
    },
    /// The region is to have more focuses at least than at most.
    #[error("region {region}: the least number of focuses is above the greatest")]
    InvalidFocuses {
        /// Row of the region.
        region: usize,
    },
    /// A pin, a ban or a pair of too small a presence names what is not there.
    #[error("there is no pair of region {region} and industry {industry}")]
    InvalidPair {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The weight of friction is negative, NaN, infinite, or makes friction exceed the range of numbers.
    #[error("{value} is not a weight of friction")]
    InvalidFrictionWeight {
        /// The weight.
        value: f64,
    },
    /// The weights of pairs or the shares of the friction term are not what they should be.
    #[error(transparent)]
    Friction(#[from] FrictionError),
    /// The shares of the friction term are of other regions or industries.
    #[error("shares of {regions} regions and {industries} industries, unlike the values")]
    SharesDiffer {
        /// Regions of the shares.
        regions: usize,
        /// Industries of the shares.
        industries: usize,
    },
    /// The industry that may be left without a home is not there.
    #[error("there is no industry {industry}")]
    InvalidExit {
        /// Column of the industry.
        industry: usize,
    },
    /// A balance, a cap, a group or the rule of centres is not in order.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// No plan meets all constraints. Those named cannot be met together.
    #[error("no plan meets these constraints together: {conflict:?}")]
    Infeasible {
        /// Constraints that contradict each other.
        conflict: Vec<Constraint>,
        /// Whether it is certain that the others could be met if any one of them were dropped.
        minimal: bool,
    },
    /// Time or work was up before there was any plan.
    #[error("time was up before a plan was found")]
    NoPlanYet,
    /// This program was built without the engine.
    #[error("the engine {engine} is not part of this program: it was built without the feature `{feature}`")]
    NotBuilt {
        /// The engine.
        engine: Engine,
        /// The feature that adds it.
        feature: &'static str,
    },
    /// The integer programme has more variables than an engine is given.
    #[error("an integer programme of {variables} variables is more than the engine {engine} is given")]
    ProgrammeTooLarge {
        /// The engine.
        engine: Engine,
        /// Pairs, and pairs of homes that cost something together.
        variables: usize,
    },
    /// The engine failed: a mistake of its own.
    #[error("the engine {engine} failed: {message}")]
    EngineFailed {
        /// The engine.
        engine: Engine,
        /// What it says.
        message: String,
    },
    /// The caller wants no plan any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<Halt> for DivisionError {
    /// Of work without which there is no plan.
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Stopped(stopped) => stopped.into(),
            Halt::Up => Self::NoPlanYet,
        }
    }
}

/// What is not in order about constraints that are more than numbers and pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The balance has another shape than the values, a weight that is negative, NaN, infinite or beyond the range of
    /// numbers, or shares that are not 0 to 1 with the least at most the greatest.
    #[error("balance {balance} has another shape, or weights or shares that are none")]
    Balance {
        /// Position of the balance.
        balance: usize,
    },
    /// The cap is on an industry that is not there, has not as many weights as there are regions, or a number that is
    /// negative, NaN, infinite or beyond the range of numbers.
    #[error("cap {cap} is on no industry, or has weights or a limit that are none")]
    Cap {
        /// Position of the cap.
        cap: usize,
    },
    /// A group of industries that belong together names one that is not there.
    #[error("group {group} of industries together names one that is not there")]
    Together {
        /// Position of the group.
        group: usize,
    },
    /// A group of industries that belong apart names one that is not there.
    #[error("group {group} of industries apart names one that is not there")]
    Apart {
        /// Position of the group.
        group: usize,
    },
    /// The rule of centres names a region or an industry that is not there, or a complexity is left out or NaN.
    #[error("the rule of centres names what is not there, or has complexities that are no numbers")]
    CentrePeriphery,
}

/// What the objective loses when one pair is flipped and the rest is made the best of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Margin {
    /// The loss, not negative; 0 where an equally good plan has the pair flipped.
    Loss(f64),
    /// The loss is at least this: time or work was up before it was known.
    AtLeast(f64),
    /// The constraints leave no plan that has the pair flipped.
    Forced,
}

impl Margin {
    /// The loss, where it is known and finite.
    pub fn loss(self) -> Option<f64> {
        match self {
            Self::Loss(loss) => Some(loss),
            Self::AtLeast(_) | Self::Forced => None,
        }
    }
}

/// A plan that differs from the best.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Value less friction.
    pub objective: f64,
    /// Whether each pair is in the plan, region by region.
    pub assigned: Vec<bool>,
}

/// The region that wanted an industry most of those that do not have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunnerUp {
    /// Row of the region.
    pub region: usize,
    /// What the objective loses when the region is given the industry and the rest is made the best of.
    pub loss: f64,
}

/// What is to be found out besides the plan, and how much work it may take.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanOptions {
    /// Whether to find the margin of every pair.
    pub margins: bool,
    /// How many further plans to find.
    pub alternatives: usize,
    /// Further plans lose no more than this against the plan; not negative.
    pub distance: f64,
    /// Number of sets of homes that may be looked at for the plan, for all margins, and for further plans each, where it
    /// is no transportation problem. Unlike time, it ends a search at the same place on every machine.
    pub work_limit: u64,
    /// Which engine looks for the plan.
    pub engine: Engine,
    /// Whether the steps of a search are told as progress. Where many plans are made, each of them is a step instead.
    pub counts_work: bool,
}

impl Default for PlanOptions {
    /// All margins, the next best plan, and [`WORK_LIMIT`].
    fn default() -> Self {
        Self {
            margins: true,
            alternatives: 1,
            distance: f64::INFINITY,
            work_limit: WORK_LIMIT,
            engine: Engine::Auto,
            counts_work: true,
        }
    }
}

impl PlanOptions {
    /// The plan alone.
    pub fn plan_only() -> Self {
        Self { margins: false, alternatives: 0, ..Self::default() }
    }
}

/// The best division, or the best that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct DivisionPlan {
    /// Value less friction.
    pub objective: f64,
    /// No plan has a greater objective; the objective itself where it is proven to be the best.
    pub bound: f64,
    /// Whether no plan has a greater objective than this one. Not proven means that time or work was up.
    pub proven: bool,
    /// Sum of the values of the pairs in the plan, times importance.
    pub value_part: f64,
    /// Friction that is taken off.
    pub friction_part: f64,
    /// Whether each pair is in the plan, region by region.
    pub assigned: Vec<bool>,
    /// Margin of each pair, region by region; empty where they were not asked for.
    pub margins: Vec<Margin>,
    /// Further plans, the best first; fewer than asked for where there are no more.
    pub alternatives: Vec<Alternative>,
    /// Whether no better plan is missing among the further ones.
    pub alternatives_proven: bool,
    /// Which engine found it; [`Engine::Own`] where it is a transportation problem, unless another one was named.
    pub engine: Engine,
    n_industries: usize,
}

impl DivisionPlan {
    /// Whether the region is to focus on the industry.
    pub fn is_assigned(&self, region: usize, industry: usize) -> bool {
        self.assigned[region * self.n_industries + industry]
    }

    /// Margin of a pair, where margins were asked for.
    pub fn margin(&self, region: usize, industry: usize) -> Option<Margin> {
        self.margins.get(region * self.n_industries + industry).copied()
    }

    /// By how much the objective may be below that of the best plan.
    pub fn gap(&self) -> f64 {
        (self.bound - self.objective).max(0.0)
    }

    /// Who else wanted an industry: of the regions that do not have it, the one whose having it loses least; of equal
    /// losses, the first. Nothing where no such loss is known.
    pub fn runner_up(&self, industry: usize) -> Option<RunnerUp> {
        let n_regions = self.assigned.len() / self.n_industries;
        let without = (0..n_regions).filter(|&region| !self.is_assigned(region, industry));
        let losses = without.filter_map(|region| {
            let loss = self.margin(region, industry)?.loss()?;
            Some(RunnerUp { region, loss })
        });
        losses.min_by(|a, b| a.loss.total_cmp(&b.loss))
    }

    /// Industries that the region is to focus on, in order.
    pub fn focuses(&self, region: usize) -> Vec<usize> {
        (0..self.n_industries).filter(|&industry| self.is_assigned(region, industry)).collect()
    }

    /// Regions that the industry is given to, in order.
    pub fn homes(&self, industry: usize) -> Vec<usize> {
        let n_regions = self.assigned.len() / self.n_industries;
        (0..n_regions).filter(|&region| self.is_assigned(region, industry)).collect()
    }
}

/// What either way of solving comes back with.
struct Solved {
    assigned: Vec<bool>,
    /// Where the plan is not proven.
    bound: Option<f64>,
    margins: Vec<Margin>,
    alternatives: Vec<Vec<bool>>,
    alternatives_proven: bool,
}

/// Finds the best division; the problem is stated at the head of this module.
///
/// Of plans whose objectives are equal within [`TIE_TOLERANCE`] it is the lexicographically smallest: of two plans, the one
/// that has the first pair, by region and then industry, in which they differ.
///
/// # Shapes and units
///
/// - `problem`: a transportation problem (no friction between shared homes, no balances, groups, linked stages, nor caps
///   that bind several homes) of up to [`MAX_PAIRS`] pairs, the shorter side up to [`MAX_REGIONS`]; any other of up to
///   [`MAX_REGIONS`] regions and [`MAX_INDUSTRIES`] industries.
/// - `options`: what else to find out. Margins are what solving again with the pair flipped would lose.
/// - `watch`: when time is up, the best plan so far comes back with its bound.
/// - returns: objective, bound and margins in the unit of the values.
///
/// # Errors
///
/// Whatever is not a problem, a minimal set of constraints that contradict each other, or time that was up before there
/// was any plan.
///
/// # Source
///
/// The problem is our own. Shortest augmenting paths: Ahuja, Magnanti and Orlin (1993), Network Flows, chapter 9.
/// Lagrangian bounds and reduced-cost fixing: Fisher (1981), Management Science 27(1), 1-18. Next best plans: Hamacher and
/// Queyranne (1985), Annals of Operations Research 4, 123-143. Conflicts by deletion: Chinneck and Dravnieks (1991), ORSA
/// Journal on Computing 3(2), 157-168.
pub fn solve(
    problem: &DivisionProblem,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<DivisionPlan, DivisionError> {
    let checked = Checked::try_new(problem)?;
    let engine = options.engine.chosen()?;
    let solved = if engine != Engine::Own {
        programme::solve(&checked, engine, options, watch)?
    } else if checked.is_network() {
        transport::solve(&checked, options, watch)?
    } else if transport::is_feasible(&checked, watch)? {
        search::solve(&checked, options, watch)?
    } else {
        None
    };
    let Some(solved) = solved else {
        return Err(match conflict::find(problem, options.work_limit, watch) {
            Ok(conflict::Conflict { constraints, minimal }) => {
                DivisionError::Infeasible { conflict: constraints, minimal }
            }
            Err(halt) => halt.into(),
        });
    };
    let (value_part, friction_part) = checked.parts(&solved.assigned);
    let objective = value_part - friction_part;
    let alternative = |assigned: Vec<bool>| {
        let (value, friction) = checked.parts(&assigned);
        Alternative { objective: value - friction, assigned }
    };
    Ok(DivisionPlan {
        objective,
        bound: solved.bound.map_or(objective, |bound| bound.min(checked.most()).max(objective)),
        proven: solved.bound.is_none(),
        value_part,
        friction_part,
        assigned: solved.assigned,
        margins: solved.margins,
        alternatives: solved.alternatives.into_iter().map(alternative).collect(),
        alternatives_proven: solved.alternatives_proven,
        engine,
        n_industries: checked.n_industries,
    })
}
