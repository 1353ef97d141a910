//! The problem as a search sees it: units that choose their homes, and rows that hold their choices together.

use super::checked::{Checked, HomeRule, SUM_TOLERANCE, with_tolerance};
use super::conflict::Constraint;
use super::homes::{HomeSet, Mask, ones};
use super::problem::Bounds;

/// Industries that have the same homes; most units are one industry.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) industries: Vec<usize>,
    pub(super) rule: HomeRule,
    /// Regions that it may and must have.
    pub(super) mask: Mask,
    /// Gain by region.
    pub(super) gains: Vec<f64>,
    /// What a pair of regions costs, first by second; empty where nothing does.
    costs: Vec<f64>,
    /// Weights by region and their greatest sum.
    pub(super) caps: Vec<(Vec<f64>, f64)>,
}

impl Unit {
    pub(super) fn cost(&self, first: usize, second: usize) -> f64 {
        self.costs.get(first * self.gains.len() + second).copied().unwrap_or(0.0)
    }

    /// Value less friction of a set of homes.
    pub(super) fn value(&self, homes: u128) -> f64 {
        let mut value = 0.0;
        for second in ones(homes) {
            value += self.gains[second];
            if !self.costs.is_empty() {
                value -= ones(homes & ((1 << second) - 1)).map(|first| self.cost(first, second)).sum::<f64>();
            }
        }
        value
    }

    /// Whether the unit by itself may have these homes, within a mask.
    pub(super) fn allows(&self, mask: Mask, homes: u128) -> bool {
        homes & !mask.allowed == 0
            && homes & mask.pinned == mask.pinned
            && self.rule.allows(homes.count_ones() as usize)
            && self.keeps_caps(homes)
    }

    /// Whether homes keep to the caps.
    pub(super) fn keeps_caps(&self, homes: u128) -> bool {
        self.caps.iter().all(|(weights, most)| ones(homes).map(|region| weights[region]).sum::<f64>() <= *most)
    }
}

/// A plan and its objective.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) objective: f64,
    /// Homes by unit.
    pub(super) homes: Vec<u128>,
}

/// A sum over pairs of units and regions, between two ends.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) least: f64,
    pub(super) most: f64,
    /// Slots and their coefficients.
    pub(super) terms: Vec<(usize, f64)>,
    /// What sums may be off by.
    pub(super) tolerance: f64,
}

impl Row {
    fn new(least: f64, most: f64, terms: Vec<(usize, f64)>) -> Self {
        let size: f64 = terms.iter().map(|(_, coefficient)| coefficient.abs()).sum();
        Self { least, most, terms, tolerance: SUM_TOLERANCE * size.max(1.0) }
    }

    /// By how much a sum is outside: positive above, negative below.
    pub(super) fn excess(&self, sum: f64) -> f64 {
        if sum > self.most + self.tolerance {
            sum - self.most
        } else if sum < self.least - self.tolerance {
            sum - self.least
        } else {
            0.0
        }
    }
}

/// Units, rows, and which rows a slot (a unit in a region) is part of.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) n_regions: usize,
    pub(super) units: Vec<Unit>,
    pub(super) rows: Vec<Row>,
    /// By slot: rows and coefficients.
    pub(super) entries: Vec<Vec<(usize, f64)>>,
    /// Numbers of focuses, by region.
    pub(super) focuses: Vec<Bounds>,
    /// Unit of each industry.
    pub(super) unit_of: Vec<usize>,
    /// Largest coefficient of the objective.
    pub(super) scale: f64,
    /// No plan's objective is as low as this.
    pub(super) floor: f64,
}

impl Model {
    pub(super) fn new(checked: &Checked<'_>) -> Self {
        let (groups, unit_of) = units_of(checked);
        let units: Vec<Unit> = groups.into_iter().map(|industries| unit(checked, industries)).collect();
        let mut model = Self {
            n_regions: checked.n_regions,
            entries: Vec::new(),
            rows: Vec::new(),
            focuses: checked.focuses.clone(),
            unit_of,
            scale: checked.scale,
            floor: 0.0,
            units,
        };
        model.rows = focus_rows(checked, &model);
        model.rows.extend(other_rows(checked, &model));
        model.entries = vec![Vec::new(); model.units.len() * model.n_regions];
        for (row, content) in model.rows.iter().enumerate() {
            for &(slot, coefficient) in &content.terms {
                model.entries[slot].push((row, coefficient));
            }
        }
        let size = |unit: &Unit| {
            unit.gains.iter().map(|gain| gain.abs()).sum::<f64>()
                + unit.costs.iter().map(|cost| cost / 2.0).sum::<f64>()
        };
        model.floor = -(model.units.iter().map(size).sum::<f64>() * 1.001 + model.scale + 1e-300);
        model
    }

    pub(super) fn slot(&self, unit: usize, region: usize) -> usize {
        unit * self.n_regions + region
    }

    /// Sums of all rows when units have these homes.
    pub(super) fn sums(&self, homes: &[u128]) -> Vec<f64> {
        let mut sums = vec![0.0; self.rows.len()];
        for (unit, &homes) in homes.iter().enumerate() {
            for region in ones(homes) {
                for &(row, coefficient) in &self.entries[self.slot(unit, region)] {
                    sums[row] += coefficient;
                }
            }
        }
        sums
    }

    /// Whether all rows are met.
    pub(super) fn is_met(&self, sums: &[f64]) -> bool {
        self.rows.iter().zip(sums).all(|(row, &sum)| row.excess(sum) == 0.0)
    }

    pub(super) fn objective(&self, homes: &[u128]) -> f64 {
        self.units.iter().zip(homes).map(|(unit, &homes)| unit.value(homes)).sum()
    }

    /// Whether a plan has a unit in a region.
    pub(super) fn has(&self, plan: &Plan, slot: usize) -> bool {
        plan.homes[slot / self.n_regions] >> (slot % self.n_regions) & 1 == 1
    }

    /// What is known by slot, by pairs of a region and an industry.
    pub(super) fn by_pair<T: Copy>(&self, by_slot: &[T]) -> Vec<T> {
        if by_slot.is_empty() {
            return Vec::new();
        }
        (0..self.n_regions)
            .flat_map(|region| self.unit_of.iter().map(move |&unit| by_slot[self.slot(unit, region)]))
            .collect()
    }

    /// Slots by region, and then by the first industry of the unit.
    pub(super) fn slots_in_order(&self) -> impl Iterator<Item = usize> {
        let units = 0..self.units.len();
        (0..self.n_regions).flat_map(move |region| units.clone().map(move |unit| self.slot(unit, region)))
    }

    /// A plan by pairs, region by region.
    pub(super) fn assigned(&self, homes: &[u128]) -> Vec<bool> {
        let regions = 0..self.n_regions;
        regions.flat_map(|region| self.unit_of.iter().map(move |&unit| homes[unit] >> region & 1 == 1)).collect()
    }

    /// The homes that a single set in each list leaves.
    pub(super) fn is_settled(sets: &[std::sync::Arc<Vec<HomeSet>>]) -> bool {
        sets.iter().all(|sets| sets.len() == 1)
    }
}

/// Industries by unit, and the unit of each industry: groups that share an industry are one.
fn units_of(checked: &Checked<'_>) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut head: Vec<usize> = (0..checked.n_industries).collect();
    for other in &checked.others {
        let Constraint::Together { group } = *other else { continue };
        let members = &checked.problem.together[group];
        if let Some(&first) = members.iter().map(|industry| &head[*industry]).min() {
            let heads: Vec<usize> = members.iter().map(|industry| head[*industry]).collect();
            head.iter_mut().filter(|head| heads.contains(head)).for_each(|head| *head = first);
        }
    }
    let heads: Vec<usize> = (0..head.len()).filter(|&industry| head[industry] == industry).collect();
    let groups =
        heads.iter().map(|&first| (0..head.len()).filter(|&industry| head[industry] == first).collect()).collect();
    let unit_of = head.iter().map(|head| heads.iter().position(|first| first == head).unwrap_or_default()).collect();
    (groups, unit_of)
}

fn unit(checked: &Checked<'_>, industries: Vec<usize>) -> Unit {
    let n_regions = checked.n_regions;
    let marked = |marks: &[bool], region: usize| {
        industries.iter().map(|industry| marks[region * checked.n_industries + industry]).collect::<Vec<bool>>()
    };
    let bits = |holds: &dyn Fn(usize) -> bool| {
        (0..n_regions).filter(|&region| holds(region)).fold(0_u128, |bits, region| bits | 1 << region)
    };
    let mask = Mask {
        allowed: bits(&|region| marked(&checked.allowed, region).iter().all(|&allowed| allowed)),
        pinned: bits(&|region| marked(&checked.pinned, region).iter().any(|&pinned| pinned)),
    };
    let rules = industries.iter().map(|&industry| checked.homes[industry]);
    let all = HomeRule { none: true, min: 1, max: n_regions };
    let rule = rules.fold(all, |all, rule| HomeRule {
        none: all.none && rule.none,
        min: all.min.max(rule.min),
        max: all.max.min(rule.max),
    });
    let gain = |region: usize| industries.iter().map(|i| checked.gains[region * checked.n_industries + i]).sum::<f64>();
    let costs = match &checked.friction {
        Some(friction) if rule.max > 1 => (0..n_regions * n_regions)
            .map(|pair| industries.iter().map(|&i| friction.cost(pair / n_regions, pair % n_regions, i)).sum())
            .collect(),
        _ => Vec::new(),
    };
    let caps = checked.others.iter().filter_map(|other| {
        let Constraint::Cap { cap } = *other else { return None };
        let cap = &checked.problem.caps[cap];
        industries.contains(&cap.industry).then(|| (cap.weights.clone(), with_tolerance(cap.most)))
    });
    Unit { rule, mask, gains: (0..n_regions).map(gain).collect(), costs, caps: caps.collect(), industries }
}

/// Numbers of focuses, where they exclude something.
fn focus_rows(checked: &Checked<'_>, model: &Model) -> Vec<Row> {
    let mut rows = Vec::new();
    for (region, bounds) in checked.focuses.iter().enumerate() {
        if bounds.min > 0 || bounds.max < checked.n_industries {
            let terms = model
                .units
                .iter()
                .enumerate()
                .map(|(unit, content)| (model.slot(unit, region), content.industries.len() as f64));
            rows.push(Row::new(bounds.min as f64, bounds.max as f64, terms.collect()));
        }
    }
    rows
}

/// Balances, industries apart, and stages beside centres.
fn other_rows(checked: &Checked<'_>, model: &Model) -> Vec<Row> {
    let none = f64::NEG_INFINITY;
    let mut rows = Vec::new();
    for other in &checked.others {
        match *other {
            Constraint::BalanceFloor { balance, region } => {
                let share = checked.problem.balances[balance].floor[region];
                rows.push(Row::new(0.0, f64::INFINITY, balance_terms(checked, model, balance, region, share)));
            }
            Constraint::BalanceCeiling { balance, region } => {
                let share = checked.problem.balances[balance].ceiling[region];
                rows.push(Row::new(none, 0.0, balance_terms(checked, model, balance, region, share)));
            }
            Constraint::Apart { group, region } => {
                let mut members = checked.problem.apart[group].clone();
                members.sort_unstable();
                members.dedup();
                rows.push(Row::new(
                    none,
                    1.0,
                    added(members.iter().map(|&i| (model.slot(model.unit_of[i], region), 1.0))),
                ));
            }
            Constraint::Stage { link, centre } => rows.extend(stage_row(checked, model, link, centre)),
            _ => {}
        }
    }
    rows
}

/// S[r] - share * S, in weights of which the largest is 1.
fn balance_terms(checked: &Checked<'_>, model: &Model, balance: usize, of: usize, share: f64) -> Vec<(usize, f64)> {
    let weights = &checked.problem.balances[balance].weights;
    let largest = weights.cells().iter().copied().fold(0.0_f64, f64::max);
    let mut terms = Vec::new();
    for (unit, content) in model.units.iter().enumerate() {
        for region in 0..checked.n_regions {
            let weight: f64 = content.industries.iter().map(|&industry| weights.get(region, industry)).sum();
            let part = if region == of { 1.0 - share } else { -share };
            if weight > 0.0 && part != 0.0 {
                terms.push((model.slot(unit, region), weight / largest * part));
            }
        }
    }
    terms
}

/// y[centre, function] - sum over its neighbours of y[neighbour, stage] <= 0.
fn stage_row(checked: &Checked<'_>, model: &Model, link: usize, centre: usize) -> Option<Row> {
    let rule = checked.problem.centre_periphery.as_ref()?;
    let &(function, stage) = rule.links.get(link)?;
    let beside = |pair: &&(usize, usize)| pair.0 == centre && !rule.centres.contains(&pair.1);
    let mut neighbours: Vec<usize> = rule.neighbours.iter().filter(beside).map(|pair| pair.1).collect();
    neighbours.sort_unstable();
    neighbours.dedup();
    let has = (model.slot(model.unit_of[function], centre), 1.0);
    let beside = neighbours.into_iter().map(|region| (model.slot(model.unit_of[stage], region), -1.0));
    Some(Row::new(f64::NEG_INFINITY, 0.0, added([has].into_iter().chain(beside))))
}

/// Terms with those of the same slot added up.
fn added(terms: impl Iterator<Item = (usize, f64)>) -> Vec<(usize, f64)> {
    let mut added: Vec<(usize, f64)> = Vec::new();
    for (slot, coefficient) in terms {
        match added.iter_mut().find(|(other, _)| *other == slot) {
            Some((_, sum)) => *sum += coefficient,
            None => added.push((slot, coefficient)),
        }
    }
    added.sort_unstable_by_key(|(slot, _)| *slot);
    added
}
