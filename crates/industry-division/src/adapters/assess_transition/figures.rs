//! Every measure of every region, in the first and in the last year.

use growthpole_domain::Period;
use growthpole_methods::division::transition::{Dependence, DependenceError, dependence};
use growthpole_methods::stats::inequality::{Distribution, herfindahl};
use growthpole_methods::{Progress, Stopped};
use v1::TransitionMeasure as Measure;

use growthpole_contracts::v1;

use super::capital::Window;
use super::inputs::Inputs;
use super::options::{MEASURES, Options};
use super::sets::Set;
use super::{EMPTY_REGION, MISSING_VALUE, NOT_AN_AMOUNT, Outcome};

const REFERENCE_EMPTY: &str = "REFERENCE_EMPTY";

/// A measure of a region.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    pub(super) level: Outcome,
    pub(super) base_level: Outcome,
}

impl Figure {
    pub(super) fn change(&self) -> Option<f64> {
        Some(self.level.ok()? - self.base_level.ok()?)
    }
}

/// Figures by measure, in the order of [`MEASURES`], and by row of the panel.
pub(super) fn of(inputs: &Inputs, options: &Options, progress: &Progress) -> Result<Vec<Vec<Figure>>, Stopped> {
    progress.expect(MEASURES.len());
    let regions = 0..inputs.panel.axes.regions.len();
    let at =
        |period: Period, measure: Measure, region: usize| Position { inputs, options, region, period }.level(measure);
    let of_measure = |measure: Measure| {
        let figure = |region: usize| Figure {
            level: at(inputs.last, measure, region),
            base_level: at(inputs.first, measure, region),
        };
        progress.advance(1)?;
        Ok(regions.clone().map(figure).collect())
    };
    MEASURES.into_iter().map(of_measure).collect()
}

/// A region in a year.
struct Position<'a> {
    inputs: &'a Inputs,
    options: &'a Options,
    region: usize,
    period: Period,
}

impl Position<'_> {
    fn level(&self, measure: Measure) -> Outcome {
        let (sets, further) = (&self.inputs.sets, &self.inputs.further);
        let (region, year) = (self.region, self.period.calendar_year());
        match measure {
            Measure::Unspecified => Err(super::NOT_GIVEN),
            Measure::ExtractiveShare => self.share(&sets.extractive),
            Measure::ExtractiveQuotient => self.quotient(&sets.extractive),
            Measure::FirstProcessingShare => self.share(&sets.first_processing),
            Measure::FirstProcessingQuotient => self.quotient(&sets.first_processing),
            Measure::ResourceShare => self.share(&sets.resource),
            Measure::ResourceQuotient => self.quotient(&sets.resource),
            Measure::Herfindahl => self.herfindahl(),
            Measure::OldIndustryShare => self.share(&sets.old),
            Measure::OldIndustryQuotient => self.quotient(&sets.old),
            Measure::IncrementalCapitalOutputRatio => self.window().incremental_capital_output_ratio(),
            Measure::CapitalAgainstOutput => self.window().capital_against_output(),
            Measure::CapitalAgainstEmployment => self.window().capital_against_employment(),
            Measure::CapacityUtilization => further.capacity_utilization.get(region, year),
            Measure::LossMakingShare => further.loss_making_share.get(region, year),
            Measure::StateOwnedShare => further.state_owned_share.get(region, year),
        }
    }

    fn share(&self, set: &Set) -> Outcome {
        Ok(self.dependence(set)?.share)
    }

    fn quotient(&self, set: &Set) -> Outcome {
        self.dependence(set)?.quotient.ok_or(REFERENCE_EMPTY)
    }

    fn dependence(&self, set: &Set) -> Result<Dependence, &'static str> {
        let set = set.0.as_deref().map_err(|reason| *reason)?;
        let period = self.inputs.panel.period_position(self.period).ok_or(MISSING_VALUE)?;
        let reference = self.inputs.panel.benchmark_cells(period).unwrap_or_default();
        dependence(self.row()?, reference, set).map_err(|error| match error {
            DependenceError::EmptyRegion => EMPTY_REGION,
            DependenceError::NotAnAmount { .. } => NOT_AN_AMOUNT,
            DependenceError::LengthsDiffer { .. } | DependenceError::InvalidSet { .. } => MISSING_VALUE,
        })
    }

    fn herfindahl(&self) -> Outcome {
        let row = self.row()?;
        if row.iter().all(|amount| *amount == 0.0) {
            return Err(EMPTY_REGION);
        }
        let index = Distribution::new(row).and_then(|amounts| herfindahl(&amounts));
        index.map(|index| index.index).map_err(|_| NOT_AN_AMOUNT)
    }

    /// Amounts by industry, all of them.
    fn row(&self) -> Result<&[f64], &'static str> {
        let panel = &self.inputs.panel;
        let columns = panel.axes.n_columns();
        let cells = panel.period_position(self.period).map(|period| panel.period_cells(period)).unwrap_or_default();
        let row = cells.get(self.region * columns..(self.region + 1) * columns).ok_or(MISSING_VALUE)?;
        if row.iter().any(|amount| amount.is_nan()) { Err(MISSING_VALUE) } else { Ok(row) }
    }

    fn window(&self) -> Window<'_> {
        let end = self.period.calendar_year();
        Window {
            further: &self.inputs.further,
            depreciation: self.options.indicators.depreciation_rate,
            region: self.region,
            start: end.saturating_sub(self.options.window),
            end,
        }
    }
}
