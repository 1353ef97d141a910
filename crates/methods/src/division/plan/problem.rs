//! What a division plan is asked for.

use crate::Matrix;

/// Largest number of pairs of a transportation problem.
pub const MAX_PAIRS: usize = 400_000;

/// Largest number of regions of other problems, and of the shorter side of a transportation problem.
pub const MAX_REGIONS: usize = 128;

/// Largest number of industries of problems that are no transportation problem.
pub const MAX_INDUSTRIES: usize = 256;

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

/// What regions are given shall weigh alike.
///
/// ```text
/// floor[r] * S <= S[r] <= ceiling[r] * S    with S[r] = sum over i of weights[r, i] * y[r, i],  S = sum over r of S[r]
/// ```
///
/// By activity, the weights are the industries' amounts; by value, a measure of value that is not negative. It is a matter
/// of shares: weights in another unit change nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// Weight of every pair, regions x industries, not negative.
    pub weights: Matrix,
    /// Least share of each region, 0 to 1.
    pub floor: Vec<f64>,
    /// Greatest share of each region, 0 to 1.
    pub ceiling: Vec<f64>,
}

impl Balance {
    /// Equal shares for all regions, give or take a part of them.
    pub fn even(weights: Matrix, tolerance: f64) -> Self {
        let regions = weights.n_rows();
        let share = |factor: f64| vec![(factor / regions.max(1) as f64).clamp(0.0, 1.0); regions];
        Self { floor: share(1.0 - tolerance), ceiling: share(1.0 + tolerance), weights }
    }
}

/// A limit on what the homes of one industry have together, against overcapacity.
///
/// ```text
/// sum over r of weights[r] * y[r, i] <= most
/// ```
///
/// With the regions' amounts as weights it limits the capacity that is kept as a focus; with the growth that regions plan,
/// the capacity that is added. The number of homes is limited by the industry's bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Cap {
    /// Column of the industry.
    pub industry: usize,
    /// Weight of each region, not negative.
    pub weights: Vec<f64>,
    /// The greatest sum.
    pub most: f64,
}

/// Centres take functions, and their neighbours the stages that are linked to them.
#[derive(Debug, Clone, PartialEq)]
pub struct CentrePeriphery {
    /// Rows of the centres.
    pub centres: Vec<usize>,
    /// Complexity of each industry.
    pub complexity: Vec<f64>,
    /// Industries of at least this complexity are functions: only centres may be their homes.
    pub threshold: f64,
    /// Columns of a function and of a stage: a centre that has the one needs a neighbour that has the other.
    pub links: Vec<(usize, usize)>,
    /// Rows of a centre and of a region beside it. Neighbours that are centres do not count.
    pub neighbours: Vec<(usize, usize)>,
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
    /// Industries that may be left without a home; if they have any, their bounds hold.
    pub exits: Vec<usize>,
    /// Equal shares of activity or value.
    pub balances: Vec<Balance>,
    /// Limits on the homes of industries in overcapacity.
    pub caps: Vec<Cap>,
    /// Groups of industries that have the same homes.
    pub together: Vec<Vec<usize>>,
    /// Groups of industries of which no region has two.
    pub apart: Vec<Vec<usize>>,
    /// Centres and their neighbours.
    pub centre_periphery: Option<CentrePeriphery>,
}

impl DivisionProblem {
    /// Asks for one home of every industry and any number of focuses, all industries of the same importance, with no
    /// other constraint and no friction.
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
            exits: Vec::new(),
            balances: Vec::new(),
            caps: Vec::new(),
            together: Vec::new(),
            apart: Vec::new(),
            centre_periphery: None,
        }
    }
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
    fn even_shares_stay_shares() {
        let balance = Balance::even(Matrix::from_fn(4, 2, |_, _| 1.0), 0.2);
        assert_eq!((balance.floor, balance.ceiling), (vec![0.2; 4], vec![0.3; 4]));
        let loose = Balance::even(Matrix::from_fn(2, 2, |_, _| 1.0), 3.0);
        assert_eq!((loose.floor, loose.ceiling), (vec![0.0; 2], vec![1.0; 2]));
    }
}
