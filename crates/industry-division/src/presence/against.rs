//! What amounts are compared with to tell presence.

use growthpole_contracts::Refusal;
use growthpole_domain::Panel;
use growthpole_methods::division::relatedness::PresenceError;
use growthpole_methods::division::{Presence, QuotientBase, QuotientBaseError};
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;

use super::values_of;

/// All cells of a region, as they lie in the panel.
pub(super) fn row_of(panel: &Panel, period: usize, region: usize) -> &[f64] {
    let width = panel.axes.n_columns();
    panel.period_cells(period).get(region * width..(region + 1) * width).unwrap_or_default()
}

/// What the amounts of some regions in a period are compared with.
pub(super) struct Against<'a> {
    pub(super) panel: &'a Panel,
    pub(super) period: usize,
    pub(super) regions: &'a [usize],
    /// Of every column of the panel.
    pub(super) reference: Vec<f64>,
}

impl<'a> Against<'a> {
    /// Some regions that are compared with their own sum.
    pub(super) fn of_those_selected(panel: &'a Panel, period: usize, regions: &'a [usize]) -> Self {
        let mut reference = vec![0.0; panel.axes.n_columns()];
        for &region in regions {
            let row = row_of(panel, period, region);
            reference.iter_mut().zip(row).for_each(|(total, cell)| *total += cell);
        }
        Self { panel, period, regions, reference }
    }

    /// The regions' cells, as they lie in the panel.
    fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.regions.iter().map(|&region| row_of(self.panel, self.period, region))
    }

    /// Totals of regions over all industries, or their heads where there is a population, and of the reference.
    pub(super) fn base(&self, columns: &[usize], population: Option<&Panel>) -> Result<QuotientBase, Refusal> {
        let Self { panel, regions, .. } = *self;
        let total: f64 = self.reference.iter().sum();
        let region_totals: Vec<f64> = match population {
            None => self.rows().map(|row| row.iter().sum()).collect(),
            Some(population) => {
                let heads = values_of(population, panel, regions)?;
                let all: f64 = heads.iter().sum();
                // In the unit of the amounts, so that both ratios are of like numbers.
                heads.iter().map(|head| head / all * total).collect()
            }
        };
        let references = columns.iter().map(|&column| self.reference[column]).collect();
        QuotientBase::try_new(region_totals, references, total).map_err(|error| match error {
            QuotientBaseError::InvalidRegionTotal { region, value } => {
                let code = regions.get(region).map(|&region| region_code(panel, region)).unwrap_or_default();
                refuse::undefined(format!("region {code}: {value} is not a total"), "region", code)
            }
            error => refuse::undefined(error.to_string(), "indicator", &panel.indicator.code),
        })
    }

    /// Presence of some columns by a base of them; a row is copied at a time where these are not all.
    pub(super) fn presence(&self, columns: &[usize], base: &QuotientBase, threshold: f64) -> Result<Presence, Refusal> {
        let found = if columns.len() == self.panel.axes.n_columns() {
            Presence::revealed_of_rows(self.rows(), base, threshold)
        } else {
            Presence::revealed_of_columns(self.rows(), columns, base, threshold)
        };
        found.map_err(|error| refusal(error, self.panel, self.period, self.regions, columns))
    }
}

fn refusal(error: PresenceError, panel: &Panel, period: usize, regions: &[usize], columns: &[usize]) -> Refusal {
    let of = |positions: &[usize], at: usize| positions.get(at).copied().unwrap_or(at);
    match error {
        PresenceError::InvalidCell { cell, industries, .. } => {
            let (region, column) = (of(regions, cell / industries), of(columns, cell % industries));
            let value = panel.value(period, region, column).unwrap_or(f64::NAN);
            refuse::not_an_amount(panel, region, column, value)
        }
        PresenceError::Undefined { region, industry } => {
            let (region, column) =
                (region_code(panel, of(regions, region)), industry_code(panel, of(columns, industry)));
            refuse::undefined(error.to_string(), "region", region).with_metadata("industry", column)
        }
        PresenceError::NotRectangular { .. } | PresenceError::Base(_) => {
            refuse::undefined(error.to_string(), "indicator", &panel.indicator.code)
        }
    }
}
