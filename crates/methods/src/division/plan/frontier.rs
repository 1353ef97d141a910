//! Plans for several weights of friction: what less friction costs in value.

use rayon::prelude::*;

use super::{DivisionError, DivisionPlan, DivisionProblem, FrictionTerm, PlanOptions, Watch, solve};
use crate::Matrix;

/// The plan for one weight of friction.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontierPoint {
    /// Weight of friction.
    pub lambda: f64,
    /// Value of the plan.
    pub value: f64,
    /// Friction of the plan, before its weight.
    pub friction: f64,
    /// The plan.
    pub plan: DivisionPlan,
}

/// Friction between shared homes, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedFriction {
    /// Sum of all parts.
    pub total: f64,
    /// By pair of regions, above the diagonal.
    pub by_pair: Matrix,
    /// By industry.
    pub by_industry: Vec<f64>,
}

/// Solves a problem for several weights of friction.
///
/// ```text
/// value(lambda), friction(lambda) of the plan that maximises value - lambda * friction
/// ```
///
/// Neither rises when the weight does: more weight on friction never buys more of it.
///
/// # Shapes and units
///
/// - `problem`: its own weight of friction is not used.
/// - `term`: weights of pairs and shares; its weight is not used either.
/// - `lambdas`: weights, not negative, in any order.
/// - returns: a point for each of them, in their order.
///
/// # Errors
///
/// As [`solve`], of the first weight that has no plan.
///
/// # Source
///
/// Our own; weighted sums as in Geoffrion (1968), Journal of Mathematical Analysis and Applications 22(3), 618-630.
pub fn frontier(
    problem: &DivisionProblem,
    term: &FrictionTerm,
    lambdas: &[f64],
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Vec<FrontierPoint>, DivisionError> {
    watch.progress.expect(lambdas.len());
    let options = &PlanOptions { counts_work: false, ..options.clone() };
    let point = |&lambda: &f64| {
        let weighted = FrictionTerm { lambda, ..term.clone() };
        let plan = solve(&DivisionProblem { friction: Some(weighted), ..problem.clone() }, options, watch)?;
        watch.progress.advance(1)?;
        let friction = shared_friction(term, &plan.assigned)?.total;
        Ok(FrontierPoint { lambda, value: plan.value_part, friction, plan })
    };
    lambdas.par_iter().map(point).collect()
}

/// Computes the friction between shared homes, before its weight.
///
/// ```text
/// sum over i and pairs r < s of w[r, s] * min(s[r, i], s[s, i]) * y[r, i] * y[s, i]
/// ```
///
/// # Shapes and units
///
/// - `assigned`: whether each pair of region and industry counts, region by region: those of a plan, or all.
///
/// # Errors
///
/// Shares that are not as many as the pairs.
///
/// # Source
///
/// Our own, from the overlap of Finger and Kreinin (1979), The Economic Journal 89(356), 905-912.
pub fn shared_friction(term: &FrictionTerm, assigned: &[bool]) -> Result<SharedFriction, DivisionError> {
    let (n_regions, n_industries) = (term.shares.n_rows(), term.shares.n_columns());
    let fits = term.pair_weights.n_rows() == n_regions && term.pair_weights.n_columns() == n_regions;
    if assigned.len() != n_regions * n_industries || !fits {
        return Err(DivisionError::SharesDiffer { regions: n_regions, industries: n_industries });
    }
    let mut by_industry = vec![0.0; n_industries];
    let by_pair = Matrix::from_fn(n_regions, n_regions, |first, second| {
        if first >= second {
            return 0.0;
        }
        let mut sum = 0.0;
        for (industry, total) in by_industry.iter_mut().enumerate() {
            if assigned[first * n_industries + industry] && assigned[second * n_industries + industry] {
                let common = term.shares.get(first, industry).min(term.shares.get(second, industry));
                let part = term.pair_weights.get(first, second) * common;
                sum += part;
                *total += part;
            }
        }
        sum
    });
    Ok(SharedFriction { total: by_pair.cells().iter().sum(), by_pair, by_industry })
}
