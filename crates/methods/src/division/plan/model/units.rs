//! Units of a model: industries, or regions.

use super::super::checked::{Checked, HomeRule, with_tolerance};
use super::super::conflict::Constraint;
use super::super::homes::{Mask, ones};
use super::super::problem::Bounds;

/// Who chooses: an industry, industries that have the same homes, or a region.
#[derive(Debug, Clone)]
pub(in super::super) struct Unit {
    pub(in super::super) rule: HomeRule,
    /// Places that it may and must have.
    pub(in super::super) mask: Mask,
    /// Gain by place.
    pub(in super::super) gains: Vec<f64>,
    /// What a pair of places costs, first by second; empty where nothing does.
    pub(super) costs: Vec<f64>,
    /// Weights by place and their greatest sum.
    pub(in super::super) caps: Vec<(Vec<f64>, f64)>,
}

impl Unit {
    pub(in super::super) fn cost(&self, first: usize, second: usize) -> f64 {
        self.costs.get(first * self.gains.len() + second).copied().unwrap_or(0.0)
    }

    /// Value less friction of a set of homes.
    pub(in super::super) fn value(&self, homes: u128) -> f64 {
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
    pub(in super::super) fn allows(&self, mask: Mask, homes: u128) -> bool {
        homes & !mask.allowed == 0
            && homes & mask.pinned == mask.pinned
            && self.rule.allows(homes.count_ones() as usize)
            && self.keeps_caps(homes)
    }

    /// Whether homes keep to the caps.
    pub(in super::super) fn keeps_caps(&self, homes: u128) -> bool {
        self.caps.iter().all(|(weights, most)| ones(homes).map(|region| weights[region]).sum::<f64>() <= *most)
    }
}

/// A region as a unit, of which industries are the places.
pub(super) fn region_unit(checked: &Checked<'_>, region: usize) -> Unit {
    let n_industries = checked.n_industries;
    let pairs = region * n_industries..(region + 1) * n_industries;
    let bits = |marks: &[bool]| {
        let marked = marks.iter().enumerate().filter(|(_, marked)| **marked);
        marked.fold(0_u128, |bits, (industry, _)| bits | 1 << industry)
    };
    let Bounds { min, max } = checked.focuses[region];
    Unit {
        rule: HomeRule { none: min == 0, min: min.max(1), max },
        mask: Mask { allowed: bits(&checked.allowed[pairs.clone()]), pinned: bits(&checked.pinned[pairs.clone()]) },
        gains: checked.gains[pairs].to_vec(),
        costs: Vec::new(),
        caps: Vec::new(),
    }
}

/// Industries by unit, and the unit of each industry: groups that share an industry are one.
pub(super) fn units_of(checked: &Checked<'_>) -> (Vec<Vec<usize>>, Vec<usize>) {
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

/// Industries that have the same homes as a unit.
pub(super) fn unit(checked: &Checked<'_>, industries: &[usize]) -> Unit {
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
    Unit { rule, mask, gains: (0..n_regions).map(gain).collect(), costs, caps: caps.collect() }
}
