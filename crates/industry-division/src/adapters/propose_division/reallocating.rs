//! The second stage: how activity moves towards the plan, and what becomes of friction.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::FrictionError;
use growthpole_methods::division::plan::{
    DivisionPlan, FrictionPartsError, Reallocation, ReallocationError, ReallocationLimits, friction_parts, reallocate,
};
use growthpole_methods::{Amounts, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::cluster::{Basis, Cluster};
use super::solving::Unsolved;

/// Changes below this part of the cluster's total are rounding.
const ROUNDING: f64 = 1e-12;

/// Activity before and after.
#[derive(Debug)]
pub(crate) struct Reallocated {
    before: Amounts,
    after: Reallocation,
}

/// Moves the candidates' activity towards the plan.
pub(super) fn reallocated(
    basis: &Basis,
    cluster: &Cluster,
    plan: &DivisionPlan,
    limits: ReallocationLimits,
    progress: &Progress,
) -> Result<Reallocated, Unsolved> {
    let rows = cluster.amounts.regions();
    let cells = rows.flat_map(|row| basis.columns.iter().map(|&column| row[column])).collect();
    let before = Amounts::try_new(cells, basis.n_industries()).map_err(Refusal::internal)?;
    let after = reallocate(&before, &plan.assigned, limits, progress).map_err(|error| match error {
        ReallocationError::Stopped(stopped) => refuse::stopped(stopped),
        error => Refusal::internal(error),
    })?;
    Ok(Reallocated { before, after })
}

impl Reallocated {
    /// What moves, and what becomes of friction.
    pub(crate) fn message(&self, basis: &Basis, plan: &DivisionPlan) -> Result<v1::ReallocationResult, Refusal> {
        Ok(v1::ReallocationResult {
            cells: self.cells(basis, plan),
            regions: (0..basis.regions.len()).map(|region| self.region(basis, plan, region)).collect(),
            outside_before: self.after.outside_before,
            outside_after: self.after.outside_after,
            moved: self.after.moved,
            friction: self.friction(basis)?,
        })
    }

    fn change(&self, region: usize, industry: usize) -> f64 {
        let change = self.after.changes.get(region, industry);
        if change.abs() > ROUNDING * self.before.total() { change } else { 0.0 }
    }

    fn cells(&self, basis: &Basis, plan: &DivisionPlan) -> Vec<v1::ReallocatedCell> {
        let n_industries = basis.n_industries();
        let pairs = (0..basis.regions.len()).flat_map(|row| (0..n_industries).map(move |column| (row, column)));
        let moving = pairs.filter(|&(row, column)| self.change(row, column) != 0.0);
        moving
            .map(|(row, column)| v1::ReallocatedCell {
                region: basis.regions.get(row).map(message::region_label),
                industry: basis.industries.get(column).map(message::industry_label),
                focus: plan.is_assigned(row, column),
                before: self.before.region(row)[column],
                after: self.after.amounts.region(row)[column],
            })
            .collect()
    }

    fn region(&self, basis: &Basis, plan: &DivisionPlan, region: usize) -> v1::ReallocatedRegion {
        let total = self.before.region_totals()[region];
        let focused = |cell: &dyn Fn(usize) -> f64| {
            let focuses = plan.focuses(region);
            let sum: f64 = focuses.into_iter().map(cell).sum();
            if total > 0.0 { sum / total } else { 0.0 }
        };
        v1::ReallocatedRegion {
            region: basis.regions.get(region).map(message::region_label),
            moved: (0..basis.n_industries()).map(|column| self.change(region, column).max(0.0)).sum(),
            focused_before: focused(&|column| self.before.region(region)[column]),
            focused_after: focused(&|column| self.after.amounts.region(region)[column]),
        }
    }

    /// Nothing where no pair has weight, or where a region has nothing of the candidates.
    fn friction(&self, basis: &Basis) -> Result<Option<v1::FrictionChange>, Refusal> {
        let Some(weights) = &basis.pair_weights else { return Ok(None) };
        let parts = [&self.before, &self.after.amounts].map(|amounts| friction_parts(amounts, weights));
        let [before, after] = match parts {
            [Ok(before), Ok(after)] => [before, after],
            [Err(FrictionPartsError::Structure(_)), _]
            | [Err(FrictionPartsError::Friction(FrictionError::InvalidWeightSum { sum: 0.0 })), _] => return Ok(None),
            [Err(error), _] | [_, Err(error)] => return Err(Refusal::internal(error)),
        };
        let n = basis.regions.len();
        let pairs = (0..n).flat_map(|first| (first + 1..n).map(move |second| (first, second)));
        let weighted: Vec<(usize, usize)> = pairs.filter(|&(first, second)| weights.get(first, second) > 0.0).collect();
        let sum: f64 = weighted.iter().map(|&(first, second)| weights.get(first, second)).sum();
        Ok(Some(v1::FrictionChange {
            weights: basis.options.pairs.name().to_owned(),
            before: before.index,
            after: after.index,
            pairs: weighted
                .into_iter()
                .map(|(first, second)| {
                    let weight = weights.get(first, second) / sum;
                    v1::PairFrictionChange {
                        first: basis.regions.get(first).map(message::region_label),
                        second: basis.regions.get(second).map(message::region_label),
                        weight,
                        before: before.by_pair.get(first, second) / weight,
                        after: after.by_pair.get(first, second) / weight,
                    }
                })
                .collect(),
            industries: (basis.industries.iter())
                .zip(before.by_industry.iter().zip(&after.by_industry))
                .map(|(industry, (&before, &after))| v1::IndustryFrictionChange {
                    industry: Some(message::industry_label(industry)),
                    before,
                    after,
                })
                .collect(),
        }))
    }
}
