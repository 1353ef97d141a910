//! The division plan: which region should focus on which industry, exactly.
//!
//! ```text
//! maximise    sum over r, i of u[i] * v[r, i] * y[r, i]
//!             - lambda * sum over i and pairs r < s of w[r, s] * min(s[r, i], s[s, i]) * y[r, i] * y[s, i]
//! subject to  homes:   h_min[i] <= sum over r of y[r, i] <= h_max[i]
//!             focuses: f_min[r] <= sum over i of y[r, i] <= f_max[r]
//!             pins y = 1; bans, undefined values and too small a presence y = 0; y in {0, 1}
//! ```
//!
//! Without friction, or where no industry may have two homes, this is a transportation problem, which `network` solves in
//! whole numbers by shortest augmenting paths; the residual graph gives every margin. With friction, `search` branches on
//! pairs and bounds by Lagrangian prices of the focuses, under a limit of work instead of one of time. Either way the plan
//! is the best one, the same on every machine, and of equally good ones the lexicographically smallest.

mod conflict;
mod network;
mod problem;
mod search;
mod transport;

pub use conflict::Constraint;
pub use problem::{Bounds, DivisionProblem, FrictionTerm, MAX_INDUSTRIES, MAX_REGIONS, WORK_LIMIT};

use super::FrictionError;
use problem::Checked;

/// Objectives that differ by no more than this part of the largest coefficient are equal.
pub const TIE_TOLERANCE: f64 = 1e-9;

/// Why there is no division plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DivisionError {
    /// There is no region or no industry.
    #[error("a division needs at least one region and one industry")]
    Empty,
    /// The problem is larger than what is solved exactly.
    #[error("{regions} regions and {industries} industries are more than {MAX_REGIONS} and {MAX_INDUSTRIES}")]
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
    /// No plan meets all constraints. Those named cannot be met together, and could if any one of them were dropped.
    #[error("no plan meets these constraints together: {conflict:?}")]
    Infeasible {
        /// Constraints that contradict each other, none of which could be left out.
        conflict: Vec<Constraint>,
    },
    /// The best plan was not proven within the limit of work.
    #[error("the best plan was not found within {limit} steps")]
    WorkLimit {
        /// The limit, in sets of homes looked at.
        limit: u64,
    },
}

/// What the objective loses when one pair is flipped and the rest is made the best of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Margin {
    /// The loss, not negative; 0 where an equally good plan has the pair flipped.
    Loss(f64),
    /// The loss is at least this: the limit of work was reached before it was known. Only with friction.
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

/// The best division.
#[derive(Debug, Clone, PartialEq)]
pub struct DivisionPlan {
    /// Value less friction.
    pub objective: f64,
    /// Sum of the values of the pairs in the plan, times importance.
    pub value_part: f64,
    /// Friction that is taken off.
    pub friction_part: f64,
    /// Whether each pair is in the plan, region by region.
    pub assigned: Vec<bool>,
    /// Margin of each pair, region by region.
    pub margins: Vec<Margin>,
    /// The best plan that differs: one, or none where constraints leave no other plan or it is not proven.
    pub alternatives: Vec<Alternative>,
    n_industries: usize,
}

impl DivisionPlan {
    /// Whether the region is to focus on the industry.
    pub fn is_assigned(&self, region: usize, industry: usize) -> bool {
        self.assigned[region * self.n_industries + industry]
    }

    /// Margin of a pair.
    pub fn margin(&self, region: usize, industry: usize) -> Margin {
        self.margins[region * self.n_industries + industry]
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
    margins: Vec<Margin>,
    alternative: Option<Vec<bool>>,
}

/// Finds the best division; the problem is stated at the head of this module.
///
/// Of plans whose objectives are equal within [`TIE_TOLERANCE`] it is the lexicographically smallest: of two plans, the one
/// that has the first pair, by region and then industry, in which they differ.
///
/// # Shapes and units
///
/// - `problem`: up to [`MAX_REGIONS`] regions and [`MAX_INDUSTRIES`] industries.
/// - returns: objective and margins in the unit of the values.
///
/// # Errors
///
/// Whatever is not a problem, a minimal set of constraints that contradict each other, or, with friction only, a limit of
/// work that was reached before the best plan was proven.
///
/// # Source
///
/// The problem is our own. Shortest augmenting paths: Ahuja, Magnanti and Orlin (1993), Network Flows, chapter 9.
/// Lagrangian bounds and reduced-cost fixing: Fisher (1981), Management Science 27(1), 1-18. Conflicts by deletion:
/// Chinneck and Dravnieks (1991), ORSA Journal on Computing 3(2), 157-168.
pub fn solve(problem: &DivisionProblem) -> Result<DivisionPlan, DivisionError> {
    let checked = Checked::try_new(problem)?;
    if let Some(conflict) = conflict::find(problem, &checked) {
        return Err(DivisionError::Infeasible { conflict });
    }
    let solved = match &checked.friction {
        Some(friction) => search::solve(&checked, friction)?,
        None => transport::solve(&checked),
    };
    let (value_part, friction_part) = checked.parts(&solved.assigned);
    let alternative = |assigned: Vec<bool>| {
        let (value, friction) = checked.parts(&assigned);
        Alternative { objective: value - friction, assigned }
    };
    Ok(DivisionPlan {
        objective: value_part - friction_part,
        value_part,
        friction_part,
        assigned: solved.assigned,
        margins: solved.margins,
        alternatives: solved.alternative.map(alternative).into_iter().collect(),
        n_industries: checked.n_industries,
    })
}
