//! What a division plan is asked for, and the check of it.

use super::DivisionError;
use crate::Matrix;
use crate::division::friction::{check_pair_weights, check_share_cells};

/// Largest number of regions that is solved exactly.
pub const MAX_REGIONS: usize = 12;

/// Largest number of industries that is solved exactly.
pub const MAX_INDUSTRIES: usize = 60;

/// Limit of work by default: as many sets of homes may be looked at, some seconds' worth.
pub const WORK_LIMIT: u64 = 1_000_000_000;

/// Coefficients beyond this could add up to more than the range of numbers.
const LARGEST_COEFFICIENT: f64 = 1e290;

/// Least and greatest number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least.
    pub min: usize,
    /// At most.
    pub max: usize,
}

impl Bounds {
    /// From `min` to `max`.
    pub fn between(min: usize, max: usize) -> Self {
        Self { min, max }
    }

    /// Exactly `n`.
    pub fn exactly(n: usize) -> Self {
        Self { min: n, max: n }
    }

    /// Equal parts for every region: from the floor of the fewest assignments over regions to the ceiling of the most.
    pub fn balanced(homes: &[Self], n_regions: usize) -> Self {
        let sum = |bound: fn(&Self) -> usize| homes.iter().map(bound).fold(0, usize::saturating_add);
        let regions = n_regions.max(1);
        Self { min: sum(|homes| homes.min) / regions, max: sum(|homes| homes.max).div_ceil(regions) }
    }
}

/// Friction that is taken off where two regions focus on the same industry.
#[derive(Debug, Clone, PartialEq)]
pub struct FrictionTerm {
    /// Weight of friction against value, not negative.
    pub lambda: f64,
    /// Weights of pairs of regions: regions x regions, symmetric, not negative, zero on the diagonal.
    pub pair_weights: Matrix,
    /// Shares of industries in regions: regions x industries, 0 to 1.
    pub shares: Matrix,
}

/// What a division plan is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct DivisionProblem {
    /// Value of giving an industry to a region, regions x industries; NaN where it is undefined, which forbids the pair.
    pub values: Matrix,
    /// Importance of each industry, not negative.
    pub importance: Vec<f64>,
    /// Number of regions that each industry is given to.
    pub homes: Vec<Bounds>,
    /// Number of industries that each region focuses on.
    pub focuses: Vec<Bounds>,
    /// Pairs of region and industry that must be in the plan.
    pub pins: Vec<(usize, usize)>,
    /// Pairs that must not be in the plan.
    pub bans: Vec<(usize, usize)>,
    /// Pairs that must not be in the plan because the region has too little of the industry.
    pub below_presence: Vec<(usize, usize)>,
    /// Friction where homes are shared.
    pub friction: Option<FrictionTerm>,
    /// Number of sets of homes that may be looked at where friction counts; see [`WORK_LIMIT`].
    pub work_limit: u64,
}

impl DivisionProblem {
    /// Asks for one home of every industry and any number of focuses, all industries of the same importance, with neither
    /// pins nor bans nor friction.
    pub fn new(values: Matrix) -> Self {
        let (regions, industries) = (values.n_rows(), values.n_columns());
        Self {
            values,
            importance: vec![1.0; industries],
            homes: vec![Bounds::exactly(1); industries],
            focuses: vec![Bounds::between(0, industries); regions],
            pins: Vec::new(),
            bans: Vec::new(),
            below_presence: Vec::new(),
            friction: None,
            work_limit: WORK_LIMIT,
        }
    }
}

/// Friction that counts, ready for use.
#[derive(Debug, Clone)]
pub(super) struct CheckedFriction {
    /// By pair of regions and industry: what is taken off when both focus on it.
    costs: Vec<f64>,
    n_regions: usize,
    n_industries: usize,
}

impl CheckedFriction {
    /// What is taken off when both regions focus on the industry.
    pub(super) fn cost(&self, first: usize, second: usize, industry: usize) -> f64 {
        self.costs[(first * self.n_regions + second) * self.n_industries + industry]
    }
}

/// A problem whose numbers are in order. Pairs are counted region by region.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub(super) n_regions: usize,
    pub(super) n_industries: usize,
    /// Value times importance; 0 where undefined.
    pub(super) gains: Vec<f64>,
    pub(super) homes: Vec<Bounds>,
    pub(super) focuses: Vec<Bounds>,
    /// Whether the pair may be in the plan.
    pub(super) allowed: Vec<bool>,
    /// Whether the pair must be in the plan.
    pub(super) pinned: Vec<bool>,
    /// Friction, where it counts: where an industry may have two homes and some cost is positive.
    pub(super) friction: Option<CheckedFriction>,
    /// Largest coefficient of the objective.
    pub(super) scale: f64,
    pub(super) work_limit: u64,
}

impl Checked {
    /// Checks all but whether the constraints contradict each other.
    pub(super) fn try_new(problem: &DivisionProblem) -> Result<Self, DivisionError> {
        let (n_regions, n_industries) = (problem.values.n_rows(), problem.values.n_columns());
        check_shape(problem, n_regions, n_industries)?;
        let gains = check_gains(problem, n_industries)?;
        let marked = |lists: &[&[(usize, usize)]]| mark(lists, n_regions, n_industries);
        let banned = marked(&[&problem.bans, &problem.below_presence])?;
        let undefined = |pair: usize| problem.values.cells()[pair].is_nan();
        let friction = check_friction(problem, n_regions, n_industries)?;
        let costs = friction.iter().flat_map(|friction| friction.costs.iter());
        let scale = gains.iter().chain(costs).fold(0.0_f64, |largest, coefficient| largest.max(coefficient.abs()));
        Ok(Self {
            n_regions,
            n_industries,
            homes: problem.homes.clone(),
            focuses: problem.focuses.clone(),
            allowed: banned.iter().enumerate().map(|(pair, &banned)| !banned && !undefined(pair)).collect(),
            pinned: marked(&[&problem.pins])?,
            gains,
            friction,
            scale,
            work_limit: problem.work_limit,
        })
    }

    /// Value and friction of a plan.
    pub(super) fn parts(&self, assigned: &[bool]) -> (f64, f64) {
        let value =
            self.gains.iter().zip(assigned).filter(|(_, assigned)| **assigned).map(|(gain, _)| gain).sum::<f64>();
        let mut friction = 0.0;
        if let Some(term) = &self.friction {
            for industry in 0..self.n_industries {
                let homes: Vec<usize> =
                    (0..self.n_regions).filter(|region| assigned[region * self.n_industries + industry]).collect();
                for (index, &first) in homes.iter().enumerate() {
                    friction +=
                        homes[index + 1..].iter().map(|&second| term.cost(first, second, industry)).sum::<f64>();
                }
            }
        }
        // An empty sum of floating-point numbers is -0.
        (value + 0.0, friction + 0.0)
    }
}

/// Refuses sizes and numbers of things that do not fit.
fn check_shape(problem: &DivisionProblem, regions: usize, industries: usize) -> Result<(), DivisionError> {
    if regions == 0 || industries == 0 {
        return Err(DivisionError::Empty);
    }
    if regions > MAX_REGIONS || industries > MAX_INDUSTRIES {
        return Err(DivisionError::TooLarge { regions, industries });
    }
    let lengths = [
        ("importance", industries, problem.importance.len()),
        ("homes", industries, problem.homes.len()),
        ("focuses", regions, problem.focuses.len()),
    ];
    for (what, expected, found) in lengths {
        if expected != found {
            return Err(DivisionError::LengthsDiffer { what, expected, found });
        }
    }
    let reversed = |bounds: &Bounds| bounds.min > bounds.max;
    if let Some(industry) = problem.homes.iter().position(reversed) {
        return Err(DivisionError::InvalidHomes { industry });
    }
    match problem.focuses.iter().position(reversed) {
        Some(region) => Err(DivisionError::InvalidFocuses { region }),
        None => Ok(()),
    }
}

/// Values times importance, if all are finite or undefined.
fn check_gains(problem: &DivisionProblem, n_industries: usize) -> Result<Vec<f64>, DivisionError> {
    let invalid = |importance: &f64| !importance.is_finite() || *importance < 0.0;
    if let Some(industry) = problem.importance.iter().position(invalid) {
        return Err(DivisionError::InvalidImportance { industry, value: problem.importance[industry] });
    }
    let gain = |(pair, &value): (usize, &f64)| {
        let (region, industry) = (pair / n_industries, pair % n_industries);
        let gain = value * problem.importance[industry];
        match value.is_nan() {
            true => Ok(0.0),
            false if gain.abs() <= LARGEST_COEFFICIENT => Ok(gain),
            false => Err(DivisionError::InvalidValue { region, industry, value }),
        }
    };
    problem.values.cells().iter().enumerate().map(gain).collect()
}

/// Marks the pairs of lists.
fn mark(lists: &[&[(usize, usize)]], n_regions: usize, n_industries: usize) -> Result<Vec<bool>, DivisionError> {
    let mut marked = vec![false; n_regions * n_industries];
    for &(region, industry) in lists.iter().copied().flatten() {
        if region >= n_regions || industry >= n_industries {
            return Err(DivisionError::InvalidPair { region, industry });
        }
        marked[region * n_industries + industry] = true;
    }
    Ok(marked)
}

/// Costs of shared homes, if they are in order; `None` where they do not count.
fn check_friction(
    problem: &DivisionProblem,
    n_regions: usize,
    n_industries: usize,
) -> Result<Option<CheckedFriction>, DivisionError> {
    let Some(FrictionTerm { lambda, pair_weights, shares }) = &problem.friction else {
        return Ok(None);
    };
    if !lambda.is_finite() || *lambda < 0.0 {
        return Err(DivisionError::InvalidFrictionWeight { value: *lambda });
    }
    let (regions, industries) = (shares.n_rows(), shares.n_columns());
    if (regions, industries) != (n_regions, n_industries) {
        return Err(DivisionError::SharesDiffer { regions, industries });
    }
    check_pair_weights(pair_weights, n_regions)?;
    check_share_cells(shares)?;
    let mut costs = Vec::with_capacity(n_regions * n_regions * n_industries);
    for first in 0..n_regions {
        for second in 0..n_regions {
            let weight = lambda * pair_weights.get(first, second);
            let common = |industry| shares.get(first, industry).min(shares.get(second, industry));
            costs.extend((0..n_industries).map(|industry| weight * common(industry)));
        }
    }
    if costs.iter().any(|cost| !cost.is_finite() || *cost > LARGEST_COEFFICIENT) {
        return Err(DivisionError::InvalidFrictionWeight { value: *lambda });
    }
    let counts = problem.homes.iter().any(|homes| homes.max > 1) && costs.iter().any(|&cost| cost > 0.0);
    Ok(counts.then_some(CheckedFriction { costs, n_regions, n_industries }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn balanced_bounds_share_the_assignments_out() {
        assert_eq!(Bounds::balanced(&[Bounds::exactly(1); 6], 2), Bounds::exactly(3));
        assert_eq!(Bounds::balanced(&[Bounds::exactly(1); 7], 3), Bounds::between(2, 3));
        assert_eq!(Bounds::balanced(&[Bounds::between(1, 2); 5], 2), Bounds::between(2, 5));
    }

    #[test]
    fn friction_counts_only_where_homes_can_be_shared() {
        let mut problem = DivisionProblem::new(Matrix::from_fn(2, 2, |_, _| 1.0));
        let pair_weights = Matrix::from_fn(2, 2, |first, second| if first == second { 0.0 } else { 1.0 });
        let shares = Matrix::from_fn(2, 2, |_, _| 0.5);
        problem.friction = Some(FrictionTerm { lambda: 1.0, pair_weights, shares });
        assert!(Checked::try_new(&problem).unwrap().friction.is_none());
        problem.homes[1].max = 2;
        let checked = Checked::try_new(&problem).unwrap();
        assert!(checked.friction.is_some());
        assert_eq!(checked.parts(&[true, true, false, true]), (3.0, 0.5));
    }
}
