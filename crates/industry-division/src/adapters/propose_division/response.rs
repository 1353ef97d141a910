//! The plan as the answer shows it.

use growthpole_contracts::v1;
use growthpole_domain::Warning;
use growthpole_methods::division::DivisionPlan;
use growthpole_methods::division::plan::{Engine, Margin, Stability};
use growthpole_worker_kit::convert::message;

use super::cluster::{Basis, Cluster};
use super::solving::Solved;

/// Most rivals that are told of a pair: all of them but for the largest transportation problems, where all rivals of all pairs
/// would be millions.
const MOST_RIVALS: usize = 128;

/// The engine that found the plan.
pub(crate) fn engine(plan: &DivisionPlan) -> v1::DivisionEngine {
    match plan.engine {
        Engine::Auto => v1::DivisionEngine::Auto,
        Engine::Own => v1::DivisionEngine::Own,
        Engine::Microlp => v1::DivisionEngine::Microlp,
        Engine::Highs => v1::DivisionEngine::Highs,
    }
}

pub(crate) fn regions(basis: &Basis, plan: &DivisionPlan) -> Vec<v1::DivisionRegion> {
    let shown = basis.regions.iter().enumerate().map(|(row, region)| v1::DivisionRegion {
        region: Some(message::region_label(region)),
        focuses: plan
            .focuses(row)
            .into_iter()
            .map(|column| message::industry_label(&basis.industries[column]))
            .collect(),
    });
    shown.collect()
}

pub(crate) fn cells(basis: &Basis, cluster: &Cluster, solved: &Solved) -> Vec<v1::DivisionCell> {
    let mut cells = Vec::with_capacity(cluster.values.len());
    for (row, region) in basis.regions.iter().enumerate() {
        cells.extend(basis.industries.iter().enumerate().map(|(column, industry)| {
            let pair = basis.pair(row, column);
            let margin = solved.plan.margins.get(pair);
            v1::DivisionCell {
                region: Some(message::region_label(region)),
                industry: Some(message::industry_label(industry)),
                focus: solved.plan.is_assigned(row, column),
                location_quotient: cluster.quotients[pair],
                value: cluster.values[pair],
                importance: cluster.importance[column],
                margin: margin.and_then(|margin| margin.loss()),
                margin_at_least: margin.and_then(at_least),
                forced: margin == Some(&Margin::Forced),
                terms: if basis.options.explain { terms(cluster, row, column) } else { Vec::new() },
                rivals: if basis.options.explain {
                    rivals(basis, cluster, &solved.plan, row, column)
                } else {
                    Vec::new()
                },
                stays: drawn(solved).and_then(|stability| stability.stays.get(pair).copied()),
            }
        }));
    }
    cells
}

/// What came of the draws, if any has a plan.
fn drawn(solved: &Solved) -> Option<&Stability> {
    solved.stability.as_ref().filter(|stability| stability.draws > 0)
}

fn at_least(margin: &Margin) -> Option<f64> {
    match margin {
        Margin::AtLeast(bound) => Some(*bound),
        Margin::Loss(_) | Margin::Forced => None,
    }
}

/// The terms of a pair's value.
fn terms(cluster: &Cluster, row: usize, column: usize) -> Vec<v1::DivisionTermPart> {
    let defined = |number: f64| Some(number).filter(|number| !number.is_nan());
    let part = |term: &super::cluster::Term| v1::DivisionTermPart {
        term: term.name.to_owned(),
        number: defined(term.cells.get(row, column)),
        part: defined(term.parts.get(row, column)),
    };
    cluster.terms.iter().map(part).collect()
}

/// Who else could have the industry of a pair in the plan, the least loss first.
fn rivals(basis: &Basis, cluster: &Cluster, plan: &DivisionPlan, row: usize, column: usize) -> Vec<v1::DivisionRival> {
    if !plan.is_assigned(row, column) || plan.margins.is_empty() {
        return Vec::new();
    }
    let others = (0..basis.regions.len()).filter(|&other| !plan.is_assigned(other, column));
    let mut losses: Vec<(usize, f64)> = others
        .filter_map(|other| plan.margin(other, column).and_then(Margin::loss).map(|loss| (other, loss)))
        .collect();
    losses.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    losses.truncate(MOST_RIVALS);
    let rival = |(other, loss): (usize, f64)| v1::DivisionRival {
        region: basis.regions.get(other).map(message::region_label),
        value: cluster.values[basis.pair(other, column)],
        loss,
    };
    losses.into_iter().map(rival).collect()
}

pub(crate) fn terms_used(basis: &Basis, cluster: &Cluster) -> Vec<v1::DivisionTermUsed> {
    let used = |term: &super::cluster::Term| v1::DivisionTermUsed {
        term: term.name.to_owned(),
        weight: term.weight,
        scale: basis.options.terms.scale.into(),
    };
    cluster.terms.iter().map(used).collect()
}

pub(crate) fn alternatives(basis: &Basis, plan: &DivisionPlan) -> Vec<v1::DivisionAlternative> {
    let shown = plan.alternatives.iter().map(|other| v1::DivisionAlternative {
        objective: other.objective,
        loss: (plan.objective - other.objective).max(0.0),
        differences: differences(basis, &other.assigned, &plan.assigned),
    });
    shown.collect()
}

pub(crate) fn frontier(basis: &Basis, solved: &Solved) -> Vec<v1::DivisionFrontierPoint> {
    let shown = solved.frontier.iter().map(|point| v1::DivisionFrontierPoint {
        friction_weight: point.lambda,
        value_sum: point.value,
        friction: point.friction,
        objective: point.plan.objective,
        bound: point.plan.bound,
        proven: point.plan.proven,
        differences: differences(basis, &point.plan.assigned, &solved.plan.assigned),
    });
    shown.collect()
}

/// Where a plan differs from another.
fn differences(basis: &Basis, plan: &[bool], other: &[bool]) -> Vec<v1::DivisionDifference> {
    let only = |row: usize, first: &[bool], second: &[bool]| {
        let columns = basis.industries.iter().enumerate();
        let own = columns.filter(|(column, _)| {
            let pair = basis.pair(row, *column);
            first.get(pair) == Some(&true) && second.get(pair) == Some(&false)
        });
        own.map(|(_, industry)| message::industry_label(industry)).collect::<Vec<_>>()
    };
    let of_region = basis.regions.iter().enumerate().map(|(row, region)| v1::DivisionDifference {
        region: Some(message::region_label(region)),
        gains: only(row, plan, other),
        gives_up: only(row, other, plan),
    });
    of_region.filter(|own| !own.gains.is_empty() || !own.gives_up.is_empty()).collect()
}

pub(crate) fn stability(basis: &Basis, solved: &Solved) -> Option<v1::StabilityResult> {
    let stability = solved.stability.as_ref()?;
    let stays = drawn(solved).map(|stability| stability.stays.as_slice()).unwrap_or_default();
    let own = solved.plan.assigned.iter().zip(stays);
    let least = own.filter(|(assigned, _)| **assigned).map(|(_, stays)| *stays).min_by(f64::total_cmp);
    Some(v1::StabilityResult {
        draws: message::count(stability.draws),
        infeasible: message::count(stability.infeasible),
        unproven: message::count(stability.unproven),
        least,
        seed: basis.options.draws.map(|draws| draws.seed).unwrap_or_default(),
    })
}

/// The smallest margin of all pairs, where it is known, and a warning about pairs whose margin is not.
pub(crate) fn smallest_margin(plan: &DivisionPlan) -> (Option<f64>, Option<Warning>) {
    let smallest = plan.margins.iter().filter_map(|margin| margin.loss()).min_by(f64::total_cmp);
    let bounds: Vec<f64> = plan.margins.iter().filter_map(at_least).collect();
    let Some(least) = bounds.iter().copied().min_by(f64::total_cmp) else { return (smallest, None) };
    let number = bounds.len();
    let why = match plan.proven {
        true => format!("the margins of {number} pairs were not found within the limit of work or time"),
        false => format!("the plan is not proven to be the best, so that the margins of {number} pairs are not known"),
    };
    let text =
        format!("{why}; each is at least what `margin_at_least` says, the least of them {least}, and 0 says nothing");
    (smallest.filter(|smallest| *smallest <= least), Some(Warning::new("MARGINS_NOT_PROVEN", text)))
}

/// What to know about the plan and what was asked for beside it.
pub(crate) fn warnings(basis: &Basis, solved: &Solved) -> Vec<Warning> {
    let Solved { plan, stability, .. } = solved;
    let asked = basis.options.search.alternatives;
    let mut warnings = Vec::new();
    let mut warn = |applies: bool, code: &'static str, text: String| {
        if applies {
            warnings.push(Warning::new(code, text));
        }
    };
    warn(
        !plan.proven,
        "PLAN_NOT_PROVEN",
        format!("a better plan cannot be ruled out; its objective would be above by {} at most", plan.gap()),
    );
    warn(
        solved.time_was_up,
        "TIME_LIMIT_REACHED",
        "the time limit was reached; a faster machine may answer more".to_owned(),
    );
    warn(
        asked > 0 && !plan.alternatives_proven,
        "ALTERNATIVES_NOT_PROVEN",
        "there may be further plans as good as those listed".to_owned(),
    );
    let found = plan.alternatives.len();
    warn(
        plan.alternatives_proven && found < asked,
        "FEWER_ALTERNATIVES",
        format!("{found} further plans meet the constraints and the greatest loss; {asked} were asked for"),
    );
    let shared = basis.rules.homes.iter().any(|homes| homes.max > 1);
    warn(
        basis.options.has_friction() && !shared,
        "NO_SHARED_HOMES",
        "no industry may have two homes, so that friction plays no part in the plan".to_owned(),
    );
    let (unproven, infeasible) = stability.as_ref().map_or((0, 0), |found| (found.unproven, found.infeasible));
    warn(unproven > 0, "STABILITY_NOT_PROVEN", format!("in {unproven} draws a better plan cannot be ruled out"));
    warn(infeasible > 0, "NO_PLAN_IN_DRAWS", format!("in {infeasible} draws no plan meets all constraints"));
    warnings
}
