//! All plans of small problems, found by trying them out: written apart from the method, so that both must be right.

use growthpole_methods::Matrix;
use growthpole_methods::division::DivisionProblem;
use growthpole_methods::division::plan::{Bounds, Constraint};

/// Plans as bits, region by region, with their objectives.
pub(crate) struct Plans {
    pub(crate) all: Vec<(f64, u32)>,
    regions: usize,
    industries: usize,
}

impl Plans {
    /// Tries out every set of homes of every industry.
    pub(crate) fn of(problem: &DivisionProblem) -> Self {
        let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
        let choices: Vec<Vec<(f64, u32)>> = (0..industries).map(|industry| homes_of(problem, industry)).collect();
        let mut plans = Self { all: Vec::new(), regions, industries };
        let mut homes = vec![0; industries];
        if choices.iter().any(Vec::is_empty) {
            return plans;
        }
        plans.extend(problem, &choices, &mut homes, 0.0);
        plans
    }

    fn extend(&mut self, problem: &DivisionProblem, choices: &[Vec<(f64, u32)>], homes: &mut [u32], sum: f64) {
        let done = self.industries - choices.len();
        let Some((first, rest)) = choices.split_first() else {
            if meets(problem, homes) {
                self.all.push((sum, bits(homes, self.regions)));
            }
            return;
        };
        for &(value, set) in first {
            homes[done] = set;
            let crowded = (0..self.regions).any(|region| {
                let focuses = homes[..=done].iter().filter(|homes| **homes >> region & 1 == 1).count();
                focuses > problem.focuses[region].max
            });
            if !crowded {
                self.extend(problem, rest, homes, sum + value);
            }
        }
    }

    /// The best objective of those that are wanted.
    pub(crate) fn best(&self, wanted: impl Fn(u32) -> bool) -> Option<f64> {
        self.all.iter().filter(|(_, plan)| wanted(*plan)).map(|(sum, _)| *sum).reduce(f64::max)
    }

    /// The lexicographically smallest of those that are worth this.
    pub(crate) fn first(&self, least: f64) -> Option<u32> {
        // Of two plans, the one that has the first pair in which they differ: the lowest bit.
        let tied = self.all.iter().filter(|(sum, _)| *sum >= least).map(|(_, plan)| *plan);
        tied.max_by_key(|plan| plan.reverse_bits())
    }

    /// Objectives from the best on.
    pub(crate) fn objectives(&self) -> Vec<f64> {
        let mut objectives: Vec<f64> = self.all.iter().map(|(sum, _)| *sum).collect();
        objectives.sort_by(|a, b| b.total_cmp(a));
        objectives
    }

    pub(crate) fn objective(&self, plan: u32) -> Option<f64> {
        self.all.iter().find(|(_, other)| *other == plan).map(|(sum, _)| *sum)
    }
}

/// A plan as bits.
pub(crate) fn to_bits(assigned: &[bool]) -> u32 {
    assigned.iter().enumerate().filter(|(_, assigned)| **assigned).map(|(pair, _)| 1 << pair).sum()
}

/// Bits region by region, from regions by industry.
fn bits(homes: &[u32], regions: usize) -> u32 {
    let pairs = (0..regions).flat_map(|region| homes.iter().map(move |homes| homes >> region & 1));
    pairs.enumerate().map(|(pair, has)| has << pair).sum()
}

/// Sets of homes that an industry may have by itself, with their value less friction.
fn homes_of(problem: &DivisionProblem, industry: usize) -> Vec<(f64, u32)> {
    let regions = problem.values.n_rows();
    let Bounds { min, max } = problem.homes[industry];
    let mut sets = Vec::new();
    for homes in 0..1_u32 << regions {
        let count = homes.count_ones() as usize;
        let leaves = homes == 0 && problem.exits.contains(&industry);
        let has = |region: usize| homes >> region & 1 == 1;
        let kept = problem.pins.iter().all(|&(r, i)| i != industry || has(r))
            && problem.bans.iter().chain(&problem.below_presence).all(|&(r, i)| i != industry || !has(r));
        let capped = problem.caps.iter().filter(|cap| cap.industry == industry).all(|cap| {
            (0..regions).filter(|&region| has(region)).map(|region| cap.weights[region]).sum::<f64>() <= cap.most + 1e-9
        });
        let central = problem.centre_periphery.as_ref().is_none_or(|rule| {
            rule.complexity[industry] < rule.threshold || (0..regions).all(|r| !has(r) || rule.centres.contains(&r))
        });
        let value = value(problem, industry, homes);
        if (leaves || (min..=max).contains(&count)) && kept && capped && central && !value.is_nan() {
            sets.push((value, homes));
        }
    }
    sets
}

fn value(problem: &DivisionProblem, industry: usize, homes: u32) -> f64 {
    let mut sum = 0.0;
    for r in (0..problem.values.n_rows()).filter(|r| homes >> r & 1 == 1) {
        sum += problem.values.get(r, industry) * problem.importance[industry];
        if let Some(term) = &problem.friction {
            for s in (0..r).filter(|s| homes >> s & 1 == 1) {
                let common = term.shares.get(r, industry).min(term.shares.get(s, industry));
                sum -= term.lambda * term.pair_weights.get(s, r) * common;
            }
        }
    }
    sum
}

/// Whether sets of homes meet what is about several industries.
fn meets(problem: &DivisionProblem, homes: &[u32]) -> bool {
    let regions = problem.values.n_rows();
    let has = |region: usize, industry: usize| homes[industry] >> region & 1 == 1;
    let focuses = |region: usize| (0..homes.len()).filter(|&industry| has(region, industry)).count();
    let counted = (0..regions).all(|r| (problem.focuses[r].min..=problem.focuses[r].max).contains(&focuses(r)));
    let together = problem.together.iter().all(|group| group.windows(2).all(|pair| homes[pair[0]] == homes[pair[1]]));
    let apart = problem
        .apart
        .iter()
        .all(|group| (0..regions).all(|region| group.iter().filter(|&&industry| has(region, industry)).count() <= 1));
    counted && together && apart && balanced(problem, homes) && staged(problem, homes)
}

fn balanced(problem: &DivisionProblem, homes: &[u32]) -> bool {
    let regions = problem.values.n_rows();
    problem.balances.iter().all(|balance| {
        let of = |region: usize| {
            let own = (0..homes.len()).filter(|&industry| homes[industry] >> region & 1 == 1);
            own.map(|industry| balance.weights.get(region, industry)).sum::<f64>()
        };
        let all: f64 = (0..regions).map(of).sum();
        (0..regions).all(|region| {
            of(region) >= balance.floor[region] * all - 1e-8 && of(region) <= balance.ceiling[region] * all + 1e-8
        })
    })
}

fn staged(problem: &DivisionProblem, homes: &[u32]) -> bool {
    let Some(rule) = &problem.centre_periphery else { return true };
    rule.links.iter().all(|&(function, stage)| {
        rule.centres.iter().all(|&centre| {
            let beside = rule.neighbours.iter().filter(|(c, n)| *c == centre && !rule.centres.contains(n));
            homes[function] >> centre & 1 == 0 || beside.into_iter().any(|(_, n)| homes[stage] >> n & 1 == 1)
        })
    })
}

/// The problem with these constraints and no others, and nothing to be gained.
pub(crate) fn only(problem: &DivisionProblem, constraints: &[Constraint]) -> DivisionProblem {
    let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
    let undefined = |r, i| constraints.contains(&Constraint::UndefinedValue { region: r, industry: i });
    let values = Matrix::from_fn(regions, industries, |r, i| if undefined(r, i) { f64::NAN } else { 0.0 });
    let mut bare = DivisionProblem::new(values);
    bare.homes = vec![Bounds::between(0, regions); industries];
    bare.balances.clone_from(&problem.balances);
    for balance in &mut bare.balances {
        (balance.floor, balance.ceiling) = (vec![0.0; regions], vec![1.0; regions]);
    }
    let mut rule = problem.centre_periphery.clone();
    for constraint in constraints {
        match *constraint {
            Constraint::UndefinedValue { .. } | Constraint::Stage { .. } | Constraint::Apart { .. } => {}
            Constraint::MinimumPresence { region, industry } => bare.below_presence.push((region, industry)),
            Constraint::CentreOnly { region, industry } | Constraint::Ban { region, industry } => {
                bare.bans.push((region, industry));
            }
            Constraint::FocusMin { region } => bare.focuses[region].min = problem.focuses[region].min,
            Constraint::FocusMax { region } => bare.focuses[region].max = problem.focuses[region].max,
            Constraint::HomeMin { industry } => {
                bare.homes[industry].min = problem.homes[industry].min;
                bare.exits.extend(problem.exits.contains(&industry).then_some(industry));
            }
            Constraint::HomeMax { industry } => bare.homes[industry].max = problem.homes[industry].max,
            Constraint::BalanceFloor { balance, region } => {
                bare.balances[balance].floor[region] = problem.balances[balance].floor[region];
            }
            Constraint::BalanceCeiling { balance, region } => {
                bare.balances[balance].ceiling[region] = problem.balances[balance].ceiling[region];
            }
            Constraint::Cap { cap } => bare.caps.push(problem.caps[cap].clone()),
            Constraint::Together { group } => bare.together.push(problem.together[group].clone()),
            Constraint::Pin { region, industry } => bare.pins.push((region, industry)),
        }
    }
    if let Some(rule) = &mut rule {
        // What is a function is told by bans; stages are told one by one.
        rule.threshold = f64::INFINITY;
        bare.centre_periphery = Some(rule.clone());
    }
    bare
}

/// Whether any plan meets these constraints and no others.
pub(crate) fn can_be_met(problem: &DivisionProblem, constraints: &[Constraint]) -> bool {
    let mut bare = only(problem, constraints);
    let rule = bare.centre_periphery.take();
    let plans = Plans::of(&bare);
    let has = |plan: u32, region: usize, industry: usize| plan >> (region * plans.industries + industry) & 1 == 1;
    plans.all.iter().any(|&(_, plan)| {
        constraints.iter().all(|constraint| match *constraint {
            Constraint::Apart { group, region } => {
                let mut group = problem.apart[group].clone();
                group.dedup();
                group.iter().filter(|&&industry| has(plan, region, industry)).count() <= 1
            }
            Constraint::Stage { link, centre } => rule.as_ref().is_some_and(|rule| {
                let (function, stage) = rule.links[link];
                let beside = rule.neighbours.iter().filter(|(c, n)| *c == centre && !rule.centres.contains(n));
                !has(plan, centre, function) || beside.into_iter().any(|&(_, n)| has(plan, n, stage))
            }),
            _ => true,
        })
    })
}
