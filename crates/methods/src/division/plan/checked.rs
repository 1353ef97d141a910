//! The check of a division problem, and the problem in the form in which it is solved.

use super::conflict::{self, Constraint};
use super::network::Demands;
use super::problem::{Balance, Bounds, Cap, DivisionProblem, FrictionTerm, MAX_INDUSTRIES, MAX_PAIRS, MAX_REGIONS};
use super::{DivisionError, Invalid};
use crate::division::friction::{check_pair_weights, check_share_cells};

/// Coefficients beyond this could add up to more than the range of numbers.
const LARGEST_COEFFICIENT: f64 = 1e290;

/// Sums that differ by no more than this part are equal.
pub(super) const SUM_TOLERANCE: f64 = 1e-9;

/// How many homes an industry may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HomeRule {
    /// Whether it may have none.
    pub(super) none: bool,
    /// At least, if it has any; 1 or more.
    pub(super) min: usize,
    /// At most.
    pub(super) max: usize,
}

impl HomeRule {
    pub(super) fn allows(&self, homes: usize) -> bool {
        if homes == 0 { self.none } else { (self.min..=self.max).contains(&homes) }
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
pub(super) struct Checked<'a> {
    pub(super) problem: &'a DivisionProblem,
    pub(super) n_regions: usize,
    pub(super) n_industries: usize,
    /// Value times importance; 0 where undefined.
    pub(super) gains: Vec<f64>,
    /// Friction, where it counts: where an industry may have two homes and some cost is positive.
    pub(super) friction: Option<CheckedFriction>,
    /// Largest coefficient of the objective.
    pub(super) scale: f64,
    pub(super) homes: Vec<HomeRule>,
    pub(super) focuses: Vec<Bounds>,
    /// Whether the pair may be in the plan.
    pub(super) allowed: Vec<bool>,
    /// Whether the pair must be in the plan.
    pub(super) pinned: Vec<bool>,
    /// What is neither a matter of single pairs nor of counts by region and industry.
    pub(super) others: Vec<Constraint>,
}

impl<'a> Checked<'a> {
    /// Checks all but whether the constraints contradict each other.
    pub(super) fn try_new(problem: &'a DivisionProblem) -> Result<Self, DivisionError> {
        let (n_regions, n_industries) = (problem.values.n_rows(), problem.values.n_columns());
        check_shape(problem, n_regions, n_industries)?;
        let gains = check_gains(problem, n_industries)?;
        check_positions(problem, n_regions, n_industries)?;
        check_balances(problem, n_regions, n_industries)?;
        check_caps(problem, n_regions, n_industries)?;
        check_centres(problem, n_regions, n_industries)?;
        let friction = check_friction(problem, n_regions, n_industries)?;
        let costs = friction.iter().flat_map(|friction| friction.costs.iter());
        let scale = gains.iter().chain(costs).fold(0.0_f64, |largest, coefficient| largest.max(coefficient.abs()));
        let mut checked =
            Self { gains, friction, scale, ..Self::without_value(problem, &conflict::constraints(problem)) };
        checked.drop_idle_caps();
        let fits = match checked.is_network() {
            true => n_regions * n_industries <= MAX_PAIRS && n_regions.min(n_industries) <= MAX_REGIONS,
            false => n_regions <= MAX_REGIONS && n_industries <= MAX_INDUSTRIES,
        };
        if fits { Ok(checked) } else { Err(DivisionError::TooLarge { regions: n_regions, industries: n_industries }) }
    }

    /// These constraints of a problem in order, and nothing to be gained.
    pub(super) fn without_value(problem: &'a DivisionProblem, constraints: &[Constraint]) -> Self {
        let (n_regions, n_industries) = (problem.values.n_rows(), problem.values.n_columns());
        let mut checked = Self {
            problem,
            n_regions,
            n_industries,
            gains: vec![0.0; n_regions * n_industries],
            friction: None,
            scale: 0.0,
            homes: vec![HomeRule { none: true, min: 1, max: n_regions }; n_industries],
            focuses: vec![Bounds::between(0, n_industries); n_regions],
            allowed: vec![true; n_regions * n_industries],
            pinned: vec![false; n_regions * n_industries],
            others: Vec::new(),
        };
        constraints.iter().for_each(|&constraint| checked.apply(constraint));
        checked
    }

    fn apply(&mut self, constraint: Constraint) {
        let n_industries = self.n_industries;
        match constraint {
            Constraint::UndefinedValue { region, industry }
            | Constraint::MinimumPresence { region, industry }
            | Constraint::CentreOnly { region, industry }
            | Constraint::Ban { region, industry } => self.allowed[region * n_industries + industry] = false,
            Constraint::Pin { region, industry } => self.pinned[region * n_industries + industry] = true,
            Constraint::FocusMin { region } => self.focuses[region].min = self.problem.focuses[region].min,
            Constraint::FocusMax { region } => self.focuses[region].max = self.problem.focuses[region].max,
            Constraint::HomeMin { industry } => {
                self.homes[industry].none = self.problem.exits.contains(&industry);
                self.homes[industry].min = self.problem.homes[industry].min.max(1);
            }
            Constraint::HomeMax { industry } => self.homes[industry].max = self.problem.homes[industry].max,
            other => self.others.push(other),
        }
    }

    /// Turns caps on industries of one home into bans, and leaves out those that any homes keep to.
    fn drop_idle_caps(&mut self) {
        let problem = self.problem;
        let (homes, allowed) = (&self.homes, &mut self.allowed);
        let n_industries = self.n_industries;
        self.others.retain(|other| {
            let Constraint::Cap { cap } = *other else { return true };
            let cap = &problem.caps[cap];
            let rule = homes[cap.industry];
            let most = with_tolerance(cap.most);
            if rule.max <= 1 {
                for (region, _) in cap.weights.iter().enumerate().filter(|(_, weight)| **weight > most) {
                    allowed[region * n_industries + cap.industry] = false;
                }
                return false;
            }
            let mut weights = cap.weights.clone();
            weights.sort_by(|a, b| b.total_cmp(a));
            weights.iter().take(rule.max).sum::<f64>() > most
        });
    }

    /// Whether this is a transportation problem.
    pub(super) fn is_network(&self) -> bool {
        let simple = self.homes.iter().all(|rule| !rule.none || rule.min <= 1 || rule.max == 0);
        self.friction.is_none() && self.others.is_empty() && simple
    }

    /// The constraints on single pairs and on counts. Where an industry has no home or several, one will do here.
    pub(super) fn demands(&self) -> Demands {
        let homes = |rule: &HomeRule| Bounds { min: if rule.none { 0 } else { rule.min }, max: rule.max };
        Demands {
            focuses: self.focuses.clone(),
            homes: self.homes.iter().map(homes).collect(),
            allowed: self.allowed.clone(),
            pinned: self.pinned.clone(),
        }
    }

    /// What no plan is worth more than: every region's best pairs, as many as it may have, whoever else wants them. It bounds
    /// a search that ended before it had a bound of its own.
    pub(super) fn most(&self) -> f64 {
        let of_region = |(region, bounds): (usize, &Bounds)| {
            let pairs = region * self.n_industries..(region + 1) * self.n_industries;
            let mut gains: Vec<f64> = pairs.filter(|&pair| self.allowed[pair]).map(|pair| self.gains[pair]).collect();
            gains.sort_by(|a, b| b.total_cmp(a));
            gains.iter().take(bounds.max).take_while(|gain| **gain > 0.0).sum::<f64>()
        };
        self.focuses.iter().enumerate().map(of_region).sum()
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

/// A greatest sum, with room for rounding.
pub(super) fn with_tolerance(most: f64) -> f64 {
    most * (1.0 + SUM_TOLERANCE)
}

/// Refuses numbers of things that do not fit.
fn check_shape(problem: &DivisionProblem, regions: usize, industries: usize) -> Result<(), DivisionError> {
    if regions == 0 || industries == 0 {
        return Err(DivisionError::Empty);
    }
    if regions.saturating_mul(industries) > MAX_PAIRS {
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

/// Refuses pairs and industries that are not there.
fn check_positions(problem: &DivisionProblem, n_regions: usize, n_industries: usize) -> Result<(), DivisionError> {
    let pairs = problem.pins.iter().chain(&problem.bans).chain(&problem.below_presence);
    for &(region, industry) in pairs {
        if region >= n_regions || industry >= n_industries {
            return Err(DivisionError::InvalidPair { region, industry });
        }
    }
    if let Some(&industry) = problem.exits.iter().find(|industry| **industry >= n_industries) {
        return Err(DivisionError::InvalidExit { industry });
    }
    let outside = |group: &Vec<usize>| group.iter().any(|industry| *industry >= n_industries);
    match (problem.together.iter().position(outside), problem.apart.iter().position(outside)) {
        (Some(group), _) => Err(Invalid::Together { group }.into()),
        (None, Some(group)) => Err(Invalid::Apart { group }.into()),
        (None, None) => Ok(()),
    }
}

fn check_balances(problem: &DivisionProblem, n_regions: usize, n_industries: usize) -> Result<(), DivisionError> {
    for (balance, Balance { weights, floor, ceiling }) in problem.balances.iter().enumerate() {
        let shape = (weights.n_rows(), weights.n_columns(), floor.len(), ceiling.len());
        let shares = floor.iter().zip(ceiling).all(|(least, most)| 0.0 <= *least && least <= most && *most <= 1.0);
        if shape != (n_regions, n_industries, n_regions, n_regions) || !shares || !weights.cells().iter().all(is_weight)
        {
            return Err(Invalid::Balance { balance }.into());
        }
    }
    Ok(())
}

fn check_caps(problem: &DivisionProblem, n_regions: usize, n_industries: usize) -> Result<(), DivisionError> {
    let valid = |cap: &Cap| {
        cap.industry < n_industries
            && cap.weights.len() == n_regions
            && cap.weights.iter().all(is_weight)
            && is_weight(&cap.most)
    };
    match problem.caps.iter().position(|cap| !valid(cap)) {
        Some(cap) => Err(Invalid::Cap { cap }.into()),
        None => Ok(()),
    }
}

fn check_centres(problem: &DivisionProblem, n_regions: usize, n_industries: usize) -> Result<(), DivisionError> {
    let Some(rule) = &problem.centre_periphery else { return Ok(()) };
    let regions = rule.centres.iter().chain(rule.neighbours.iter().flat_map(|(centre, region)| [centre, region]));
    let industries = rule.links.iter().flat_map(|(function, stage)| [function, stage]);
    let valid = regions.into_iter().all(|region| *region < n_regions)
        && industries.into_iter().all(|industry| *industry < n_industries)
        && rule.complexity.len() == n_industries
        && !rule.complexity.iter().chain([&rule.threshold]).any(|number| number.is_nan());
    if valid { Ok(()) } else { Err(Invalid::CentrePeriphery.into()) }
}

fn is_weight(weight: &f64) -> bool {
    (0.0..=LARGEST_COEFFICIENT).contains(weight)
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
    if problem.homes.iter().all(|homes| homes.max <= 1) || *lambda == 0.0 {
        return Ok(None);
    }
    if n_regions > MAX_REGIONS || n_industries > MAX_INDUSTRIES {
        return Err(DivisionError::TooLarge { regions, industries });
    }
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
    let counts = costs.iter().any(|&cost| cost > 0.0);
    Ok(counts.then_some(CheckedFriction { costs, n_regions, n_industries }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn friction_counts_only_where_homes_can_be_shared() {
        let mut problem = DivisionProblem::new(Matrix::from_fn(2, 2, |_, _| 1.0));
        let pair_weights = Matrix::from_fn(2, 2, |first, second| if first == second { 0.0 } else { 1.0 });
        let shares = Matrix::from_fn(2, 2, |_, _| 0.5);
        problem.friction = Some(FrictionTerm { lambda: 1.0, pair_weights, shares });
        assert!(Checked::try_new(&problem).unwrap().friction.is_none());
        problem.homes[1].max = 2;
        let checked = Checked::try_new(&problem).unwrap();
        assert!(checked.friction.is_some() && !checked.is_network());
        assert_eq!(checked.parts(&[true, true, false, true]), (3.0, 0.5));
    }

    #[test]
    fn caps_on_single_homes_are_bans() {
        let mut problem = DivisionProblem::new(Matrix::from_fn(2, 2, |_, _| 1.0));
        problem.caps = vec![Cap { industry: 1, weights: vec![1.0, 3.0], most: 2.0 }];
        let checked = Checked::try_new(&problem).unwrap();
        assert!(checked.is_network());
        assert_eq!(checked.allowed, [true, true, true, false]);
        problem.homes[1].max = 2;
        assert!(!Checked::try_new(&problem).unwrap().is_network());
        problem.caps[0].most = 4.0;
        assert!(Checked::try_new(&problem).unwrap().is_network());
    }
}
