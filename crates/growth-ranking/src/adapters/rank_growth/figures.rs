//! The figures that growth is computed from: as they were read, or divided by those of another indicator.

use std::collections::HashMap;

use growthpole_domain::{Panel, Period};
use growthpole_methods::growth::ratio_rate;
use growthpole_worker_kit::reading::region_code;

use super::span::Basis;

/// Why a cell holds no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing was published.
    Value,
    /// Nothing was published of the denominator.
    Denominator,
    /// The denominator is zero or less.
    NotPositive,
    /// The level that a chained share starts from is not known.
    Level,
    /// Another period lacks a value, so that the whole of shares is without the region.
    Whole,
}

/// A figure, or why there is none.
pub(crate) type Cell = Result<f64, Gap>;

/// Figures of regions and benchmark by period: levels, or rates as fractions.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    /// Periods, in order.
    pub(crate) periods: Vec<Period>,
    /// What they are.
    pub(crate) basis: Basis,
    /// Regions in the order of codes, by period.
    pub(crate) regions: Vec<Vec<Cell>>,
    /// The benchmark by period, where there is one.
    pub(crate) benchmark: Option<Vec<Cell>>,
    /// Codes of the indicators, for sentences: the denominator's, and that of levels which shares are chained from.
    pub(crate) denominator: String,
    pub(crate) level: String,
}

impl Figures {
    /// The figures of a panel, whose rates are in per cent.
    pub(crate) fn of(panel: &Panel, basis: Basis) -> Self {
        let scaled = |value: f64| match basis {
            Basis::Rates => value / 100.0,
            Basis::Levels => value,
        };
        let periods = 0..panel.axes.periods.len();
        let region = |region: usize| {
            periods.clone().map(|period| panel.value(period, region, 0).map(scaled).ok_or(Gap::Value)).collect()
        };
        let of_benchmark = |period: usize| {
            let value = panel.benchmark_cells(period).and_then(|cells| cells.first().copied());
            value.filter(|value| !value.is_nan()).map(scaled).ok_or(Gap::Value)
        };
        Self {
            periods: panel.axes.periods.clone(),
            basis,
            regions: (0..panel.axes.regions.len()).map(region).collect(),
            benchmark: panel.benchmark.as_ref().map(|_| periods.clone().map(of_benchmark).collect()),
            denominator: String::new(),
            level: String::new(),
        }
    }

    /// The position of a period.
    pub(crate) fn position(&self, period: Period) -> Option<usize> {
        self.periods.iter().position(|known| *known == period)
    }

    /// Divides all figures by those of another indicator; `panel` says which regions they are of. Rates are divided by
    /// growth since a year before.
    pub(crate) fn divide(&mut self, panel: &Panel, by: &Panel) {
        let known = positions(by);
        let row = |region: usize| known.get(region_code(panel, region)).copied();
        let rows: Vec<Option<usize>> = (0..self.regions.len()).map(row).collect();
        for (row, of) in self.regions.iter_mut().zip(rows) {
            let denominator = |period: Period| by.value(by.period_position(period)?, of?, 0);
            divide_row(row, &self.periods, self.basis, denominator);
        }
        let of_benchmark = |period: Period| {
            let value = by.benchmark_cells(by.period_position(period)?)?.first().copied();
            value.filter(|value| !value.is_nan())
        };
        if let Some(row) = &mut self.benchmark {
            divide_row(row, &self.periods, self.basis, of_benchmark);
        }
        self.denominator.clone_from(&by.indicator.code);
    }
}

/// The positions of a panel's regions, by code.
pub(crate) fn positions(panel: &Panel) -> HashMap<&str, usize> {
    panel.axes.regions.iter().enumerate().map(|(position, region)| (region.code.as_str(), position)).collect()
}

fn divide_row(row: &mut [Cell], periods: &[Period], basis: Basis, denominator: impl Fn(Period) -> Option<f64>) {
    let positive = |period: Period| match denominator(period) {
        None => Err(Gap::Denominator),
        Some(value) if value > 0.0 => Ok(value),
        Some(_) => Err(Gap::NotPositive),
    };
    for (cell, &period) in row.iter_mut().zip(periods) {
        *cell = cell.and_then(|value| {
            let by = positive(period)?;
            match basis {
                Basis::Levels => Ok(value / by),
                Basis::Rates => {
                    let growth = by / positive(period.year_before())? - 1.0;
                    // A rate below -1 stays as it is: it is refused by its own name.
                    Ok(ratio_rate(value, growth).unwrap_or(value))
                }
            }
        });
    }
}
