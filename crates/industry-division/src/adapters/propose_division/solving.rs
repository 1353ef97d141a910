//! The computation: the plan, and what was asked for beside it.

use std::time::Instant;

use growthpole_contracts::{Reason, Refusal};
use growthpole_methods::division::plan::{
    DivisionError, DivisionPlan, FrontierPoint, PlanOptions, Stability, Watch, frontier, perturbed, resampled, solve,
    stability,
};
use growthpole_methods::{Amounts, AmountsError, Progress};

use super::cluster::{Basis, Cluster};
use super::options::{DrawnBy, Draws};
use super::reallocating::{Reallocated, reallocated};

/// What is computed.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) basis: Basis,
    pub(crate) cluster: Cluster,
    /// The benchmark's amounts by industry.
    pub(crate) whole: Vec<f64>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Solved {
    pub(crate) plan: DivisionPlan,
    pub(crate) frontier: Vec<FrontierPoint>,
    pub(crate) stability: Option<Stability>,
    pub(crate) reallocation: Option<Reallocated>,
    /// Whether the time limit was reached.
    pub(crate) time_was_up: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unsolved {
    /// There is no plan; the error has positions.
    Plan(DivisionError),
    /// Something else is to blame.
    Refused(Refusal),
}

impl From<DivisionError> for Unsolved {
    fn from(error: DivisionError) -> Self {
        Self::Plan(error)
    }
}

impl From<Refusal> for Unsolved {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Work {
    /// Computes everything that was asked for, until it is stopped or the time limit is reached.
    pub(crate) fn solve(&self, progress: &Progress) -> Result<Solved, Unsolved> {
        let options = &self.basis.options;
        let end = options.search.limit.map(|limit| Instant::now() + limit);
        let time_is_up = || end.is_some_and(|end| Instant::now() >= end);
        let seconds_left =
            || end.map_or(f64::INFINITY, |end| end.saturating_duration_since(Instant::now()).as_secs_f64());
        let watch = Watch { progress, time_is_up: &time_is_up, seconds_left: &seconds_left };

        let problem = self.basis.problem(&self.cluster, options.friction_weight)?;
        let asked = PlanOptions {
            margins: options.search.margins,
            alternatives: options.search.alternatives,
            distance: options.search.within.unwrap_or(f64::INFINITY),
            engine: options.search.engine,
            ..PlanOptions::default()
        };
        let plan = solve(&problem, &asked, &watch)?;
        let frontier = match self.basis.friction(&self.cluster, 0.0) {
            Some(term) => frontier(&problem, &term, &options.frontier, &self.plan_only(), &watch)?,
            None => Vec::new(),
        };
        let stability = options.draws.map(|draws| self.stability(&plan, draws, &watch)).transpose()?;
        let limits = options.reallocation;
        let reallocation =
            limits.map(|limits| reallocated(&self.basis, &self.cluster, &plan, limits, progress)).transpose()?;
        Ok(Solved { plan, frontier, stability, reallocation, time_was_up: time_is_up() })
    }

    fn stability(&self, plan: &DivisionPlan, draws: Draws, watch: &Watch<'_>) -> Result<Stability, Unsolved> {
        let weight = self.basis.options.friction_weight;
        stability(
            &plan.assigned,
            draws.number,
            draws.seed,
            |rng| {
                let cluster = match draws.by {
                    DrawnBy::Noise(sigma) => {
                        self.basis.cluster(drawn(perturbed(&self.cluster.amounts, sigma, rng))?, &self.whole)?
                    }
                    DrawnBy::Periods(..) => {
                        let (amounts, whole) = unstacked(&drawn(resampled(&self.basis.inputs.periods, rng))?)?;
                        self.basis.cluster(amounts, &whole)?
                    }
                };
                Ok::<_, Unsolved>(self.basis.problem(&cluster, weight)?)
            },
            &self.plan_only(),
            watch,
        )
    }

    /// The plan and nothing beside it, by the engine that is asked for.
    fn plan_only(&self) -> PlanOptions {
        PlanOptions { engine: self.basis.options.search.engine, ..PlanOptions::plan_only() }
    }
}

/// Amounts of a draw, which may be beyond the scale of amounts though those of the data are not.
fn drawn(amounts: Result<Amounts, AmountsError>) -> Result<Amounts, Refusal> {
    amounts.map_err(|error| Refusal::new(Reason::UndefinedOnData, format!("a draw for stability: {error}")))
}

/// The amounts of regions, and the benchmark's from the last row.
fn unstacked(all: &Amounts) -> Result<(Amounts, Vec<f64>), Refusal> {
    let n = all.n_industries();
    let cells = all.cells().cells();
    let (own, whole) = cells.split_at(cells.len() - n);
    Ok((Amounts::try_new(own.to_vec(), n).map_err(Refusal::internal)?, whole.to_vec()))
}
