//! What a period has: the regions that have a structure, the benchmark, and location quotients.

use growthpole_contracts::Refusal;
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::AmountRows;
use growthpole_methods::division::location_quotient_cell;

use crate::reading::{amount_rows, benchmark_amounts};

/// One period of a panel.
pub(super) struct PeriodData<'a> {
    pub(super) panel: &'a Panel,
    pub(super) period: usize,
    /// Totals by region; nothing where a cell of the region is missing.
    pub(super) totals: Vec<Option<f64>>,
    /// Regions that have a structure, none where all are empty or have missing cells.
    pub(super) defined: Vec<usize>,
    /// Amounts of the benchmark by industry, and their sum; nothing where one is missing.
    pub(super) benchmark: Option<(Vec<f64>, f64)>,
}

impl<'a> PeriodData<'a> {
    /// Only the policy KEEP leaves cells missing here; those of a benchmark are never filled in.
    pub(super) fn read(panel: &'a Panel, period: usize, policy: MissingPolicy) -> Result<Self, Refusal> {
        let n_columns = panel.axes.n_columns();
        let rows = panel.period_cells(period).chunks_exact(n_columns.max(1));
        let is_complete = |row: &[f64]| row.iter().all(|cell| !cell.is_nan());
        let complete: Vec<usize> = rows.enumerate().filter(|(_, row)| is_complete(row)).map(|(at, _)| at).collect();
        let mut totals = vec![None; panel.axes.regions.len()];
        if !complete.is_empty() {
            let amounts = amount_rows(panel, period, &complete)?;
            complete.iter().zip(amounts.region_totals()).for_each(|(&region, &total)| totals[region] = Some(total));
        }
        let is_defined = |region: &usize| totals.get(*region).copied().flatten().is_some_and(|total| total > 0.0);
        let defined = (0..totals.len()).filter(is_defined).collect();
        let holed = panel.benchmark_cells(period).is_some_and(|cells| cells.iter().any(|cell| cell.is_nan()));
        let benchmark =
            if policy == MissingPolicy::Keep && holed { None } else { Some(benchmark_amounts(panel, period)?) };
        let benchmark = benchmark.map(|amounts| {
            let total = amounts.iter().sum();
            (amounts, total)
        });
        Ok(Self { panel, period, totals, defined, benchmark })
    }

    /// Amounts of the regions that have a structure; nothing where there are none.
    pub(super) fn rows(&self) -> Result<Option<AmountRows<'a>>, Refusal> {
        (!self.defined.is_empty()).then(|| amount_rows(self.panel, self.period, &self.defined)).transpose()
    }

    /// The location quotient of one cell.
    pub(super) fn quotient(&self, region: usize, column: usize) -> Option<f64> {
        let (industries, whole) = self.benchmark.as_ref()?;
        let amount = self.panel.value(self.period, region, column)?;
        location_quotient_cell(amount, self.totals[region]?, *industries.get(column)?, *whole)
    }

    /// The location quotients of a region, of all industries of the totals.
    pub(super) fn quotients_of(&self, region: usize) -> Vec<Option<f64>> {
        (0..self.panel.axes.n_columns()).map(|column| self.quotient(region, column)).collect()
    }

    /// Why a cell has no location quotient; empty where it has one.
    pub(super) fn reason(&self, region: usize, column: usize) -> &'static str {
        let total = self.totals[region].filter(|_| self.benchmark.is_some());
        match (self.panel.value(self.period, region, column).and(total), self.quotient(region, column)) {
            (None, _) => "MISSING_VALUE",
            (_, Some(_)) => "",
            (Some(0.0), None) => "EMPTY_REGION",
            (Some(_), None) => "EMPTY_INDUSTRY",
        }
    }
}
