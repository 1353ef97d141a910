//! The cells of the answer, by period, region and industry.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::Amounts;
use growthpole_methods::division::{
    absolute_excess_cell, additive_quotient_cell, location_quotient_cell, log_quotient, revealed_presence_cell,
    standardized_quotient, symmetric_quotient,
};
use growthpole_methods::stats::Spread;
use growthpole_worker_kit::convert::message;

use crate::reading::{amounts, benchmark_amounts, columns_of};

/// What cells are made from.
pub(crate) struct Cells<'a> {
    /// All industries, regions and industries by code.
    pub(crate) panel: &'a Panel,
    /// The panel that was asked for, whose industries are shown.
    pub(crate) shown: &'a Panel,
    pub(crate) threshold: f64,
    pub(crate) policy: MissingPolicy,
}

/// What the cells of one period have in common.
struct Totals {
    /// Nothing where a cell of the region is missing.
    regions: Vec<Option<f64>>,
    /// Amounts of the benchmark by industry, and their sum; nothing where one is missing.
    benchmark: Option<(Vec<f64>, f64)>,
}

impl Cells<'_> {
    pub(crate) fn all(&self) -> Result<Vec<v1::SpecializationCell>, Refusal> {
        let columns = columns_of(self.panel, self.shown);
        let mut cells = Vec::with_capacity(self.panel.axes.n_cells());
        for period in 0..self.panel.axes.periods.len() {
            cells.extend(self.of_period(period, &columns)?);
        }
        Ok(cells)
    }

    fn of_period(&self, period: usize, columns: &[usize]) -> Result<Vec<v1::SpecializationCell>, Refusal> {
        let totals = self.totals(period)?;
        let regions = 0..self.panel.axes.regions.len();
        let quotients: Vec<Vec<Option<f64>>> = columns
            .iter()
            .map(|&column| regions.clone().map(|region| self.quotient(&totals, period, region, column)).collect())
            .collect();
        let standardized: Vec<Vec<Option<f64>>> =
            quotients.iter().map(|column| standardized_quotient(column, Spread::Sample)).collect();
        let mut cells = Vec::with_capacity(regions.len() * columns.len());
        for region in regions {
            for (index, &column) in columns.iter().enumerate() {
                let mut cell = self.cell(&totals, period, region, column, quotients[index][region]);
                cell.standardized = standardized[index][region];
                cells.push(cell);
            }
        }
        Ok(cells)
    }

    /// Totals of a period. Only the policy KEEP leaves cells missing here; those of a benchmark are never filled in.
    fn totals(&self, period: usize) -> Result<Totals, Refusal> {
        let panel = self.panel;
        let columns = 0..panel.axes.n_columns();
        let mut regions = Vec::with_capacity(panel.axes.regions.len());
        for region in 0..panel.axes.regions.len() {
            let complete = columns.clone().all(|column| panel.value(period, region, column).is_some());
            let row = if complete { Some(amounts(panel, period, &[region])?) } else { None };
            regions.push(row.as_ref().map(Amounts::total));
        }
        let keeps = self.policy == MissingPolicy::Keep;
        let holed = panel.benchmark_cells(period).is_some_and(|cells| cells.iter().any(|cell| cell.is_nan()));
        let benchmark = if keeps && holed { None } else { Some(benchmark_amounts(panel, period)?) };
        let benchmark = benchmark.map(|amounts| {
            let total = amounts.iter().sum();
            (amounts, total)
        });
        Ok(Totals { regions, benchmark })
    }

    fn quotient(&self, totals: &Totals, period: usize, region: usize, column: usize) -> Option<f64> {
        let (industries, whole) = totals.benchmark.as_ref()?;
        let amount = self.panel.value(period, region, column)?;
        location_quotient_cell(amount, totals.regions[region]?, *industries.get(column)?, *whole)
    }

    fn cell(
        &self,
        totals: &Totals,
        period: usize,
        region: usize,
        column: usize,
        quotient: Option<f64>,
    ) -> v1::SpecializationCell {
        let axes = &self.panel.axes;
        let amount = self.panel.value(period, region, column);
        let mut cell = v1::SpecializationCell {
            period: axes.periods.get(period).map(ToString::to_string).unwrap_or_default(),
            region: axes.regions.get(region).map(message::region_label),
            industry: axes.industries.get(column).map(message::industry_label),
            amount,
            ..v1::SpecializationCell::default()
        };
        let (Some(amount), Some(total), Some((industries, whole))) =
            (amount, totals.regions[region], totals.benchmark.as_ref())
        else {
            cell.reason = "MISSING_VALUE".to_owned();
            return cell;
        };
        let industry = industries[column];
        cell.share = (total > 0.0).then(|| amount / total);
        cell.location_quotient = quotient;
        cell.symmetric = quotient.and_then(symmetric_quotient);
        cell.logarithmic = quotient.and_then(log_quotient);
        cell.additive = additive_quotient_cell(amount, total, industry, *whole);
        cell.excess = absolute_excess_cell(amount, total, industry, *whole);
        cell.present = revealed_presence_cell(amount, total, industry, *whole, self.threshold);
        cell.reason = match quotient {
            Some(_) => "",
            None if total == 0.0 => "EMPTY_REGION",
            None => "EMPTY_INDUSTRY",
        }
        .to_owned();
        cell
    }
}
