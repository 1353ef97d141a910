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
//! sets of homes (or, where activity is balanced, on totals and on sets of focuses) and bounds by Lagrangian prices. Unless time or work is up, the plan is the best one, the same on every
//! machine, and of equally good ones the lexicographically smallest. `programme` hands the same problem as an integer
//! programme to a solver of such, where one is asked for ([`Engine`]).

mod answer;
mod checked;
mod conflict;
mod engine;
mod error;
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

pub use answer::{Alternative, DivisionPlan, Margin, RunnerUp};
pub use conflict::Constraint;
pub use engine::Engine;
pub use error::{DivisionError, Invalid};
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

use checked::Checked;

/// Work by default: as many sets of homes may be looked at, some minutes' worth.
pub const WORK_LIMIT: u64 = 20_000_000_000;

/// Objectives that differ by no more than this part of the largest coefficient are equal.
pub const TIE_TOLERANCE: f64 = 1e-9;

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
            Err(stopped) => stopped.into(),
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
