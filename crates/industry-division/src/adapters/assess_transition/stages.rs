//! Stages of regions that live from resources.

use growthpole_contracts::v1;
use growthpole_domain::Panel;
use growthpole_methods::division::transition::{ResourcePath, ResourceStage, StageError, StageRule, resource_stage};

use super::inputs::Inputs;
use super::{EMPTY_REGION, MISSING_VALUE, NOT_AN_AMOUNT};

/// The stage of a region with its evidence, or the reason why there is none.
pub(super) fn stage(
    inputs: &Inputs,
    rule: StageRule,
    region: usize,
) -> Result<(v1::ResourceStage, v1::StageEvidence), &'static str> {
    let set = inputs.sets.extractive.0.as_deref().map_err(|reason| *reason)?;
    let panel = &inputs.panel;
    let periods: Vec<usize> = (0..panel.axes.periods.len()).collect();
    let path = Path::of(panel, set, region, &periods);
    let (Some(&first), Some(&last)) = (path.periods.first(), path.periods.last()) else { return Err(MISSING_VALUE) };
    // Those between may be missing; without the ends there is nothing to grow from or to.
    if (first, last) != (0, periods.len() - 1) {
        return Err(MISSING_VALUE);
    }
    let years = inputs.last.in_years() - inputs.first.in_years();
    let (stage, evidence) = resource_stage(&path.with(years), rule).map_err(|error| match error {
        StageError::Empty { .. } => EMPTY_REGION,
        StageError::NotAnAmount { .. } => NOT_AN_AMOUNT,
        StageError::PeriodsDiffer | StageError::InvalidRule { .. } => MISSING_VALUE,
    })?;
    let peak = path.periods.get(evidence.peak).and_then(|&period| panel.axes.periods.get(period));
    let evidence = v1::StageEvidence {
        peak_quotient: evidence.peak_quotient,
        peak_period: peak.map(ToString::to_string).unwrap_or_default(),
        first_share: evidence.first_share,
        last_share: evidence.last_share,
        extractive_growth: evidence.resource_growth,
        other_growth: evidence.other_growth,
        benchmark_other_growth: evidence.reference_other_growth,
    };
    Ok((write(stage), evidence))
}

fn write(stage: ResourceStage) -> v1::ResourceStage {
    match stage {
        ResourceStage::NotResourceBased => v1::ResourceStage::NotResourceBased,
        ResourceStage::Growing => v1::ResourceStage::Growing,
        ResourceStage::Mature => v1::ResourceStage::Mature,
        ResourceStage::Declining => v1::ResourceStage::Declining,
        ResourceStage::Regenerating => v1::ResourceStage::Regenerating,
    }
}

/// Extractive and all activity in the periods in which nothing is missing.
#[derive(Debug, Default)]
struct Path {
    periods: Vec<usize>,
    resource: Vec<f64>,
    total: Vec<f64>,
    reference_resource: Vec<f64>,
    reference_total: Vec<f64>,
}

impl Path {
    fn of(panel: &Panel, set: &[usize], region: usize, periods: &[usize]) -> Self {
        let columns = panel.axes.n_columns();
        let sums = |row: &[f64]| {
            let part = set.iter().filter_map(|&column| row.get(column)).sum::<f64>();
            (part, row.iter().sum::<f64>())
        };
        let mut path = Self::default();
        for &period in periods {
            let row = panel.period_cells(period).get(region * columns..(region + 1) * columns).unwrap_or_default();
            let (own, reference) = (sums(row), sums(panel.benchmark_cells(period).unwrap_or_default()));
            if own.1.is_nan() || reference.1.is_nan() {
                continue;
            }
            path.periods.push(period);
            path.resource.push(own.0);
            path.total.push(own.1);
            path.reference_resource.push(reference.0);
            path.reference_total.push(reference.1);
        }
        path
    }

    fn with(&self, years: f64) -> ResourcePath<'_> {
        ResourcePath {
            resource: &self.resource,
            total: &self.total,
            reference_resource: &self.reference_resource,
            reference_total: &self.reference_total,
            years,
        }
    }
}
