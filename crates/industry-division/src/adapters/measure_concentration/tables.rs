//! Tables of regions by industries where they lie: in panels, or made of the request's plants.

use std::sync::Arc;

use growthpole_contracts::Refusal;
use growthpole_domain::Panel;
use growthpole_methods::AmountRows;

use super::input::PeriodInput;

/// A table of all regions by all industries. Rows are read where they lie.
#[derive(Debug, Clone)]
pub(super) enum Table {
    /// A period of a panel.
    OfPanel {
        /// By code, without missing cells.
        panel: Arc<Panel>,
        /// Position of the period.
        period: usize,
    },
    /// Of the request.
    Own {
        /// Row by row.
        cells: Arc<Vec<f64>>,
        /// Number of industries.
        columns: usize,
    },
}

impl Table {
    /// The cells of a region.
    pub(super) fn row(&self, region: usize) -> &[f64] {
        let (cells, columns) = match self {
            Self::OfPanel { panel, period } => (panel.period_cells(*period), panel.axes.n_columns()),
            Self::Own { cells, columns } => (cells.as_slice(), *columns),
        };
        cells.get(region * columns..(region + 1) * columns).unwrap_or_default()
    }
}

/// How many plants each cell has.
#[derive(Debug, Clone)]
pub(super) enum Counts {
    /// So many.
    Counted(Table),
    /// One where there is an amount, and none elsewhere.
    OnePerAmount,
}

/// The tables of a period, of the regions that have a base.
pub(super) struct Rows<'a> {
    pub(super) amounts: AmountRows<'a>,
    counts: Option<CountRows<'a>>,
}

enum CountRows<'a> {
    Counted(AmountRows<'a>),
    OnePerAmount,
}

impl<'a> Rows<'a> {
    pub(super) fn of(period: &'a PeriodInput) -> Result<Self, Refusal> {
        let rows = |table: &'a Table| AmountRows::try_new(period.regions.iter().map(|&own| table.row(own)).collect());
        let counts = match &period.counts {
            None => None,
            Some(Counts::OnePerAmount) => Some(CountRows::OnePerAmount),
            Some(Counts::Counted(table)) => Some(CountRows::Counted(rows(table).map_err(Refusal::internal)?)),
        };
        // Amounts have been checked where they were read, and so have counts.
        Ok(Self { amounts: rows(&period.amounts).map_err(Refusal::internal)?, counts })
    }

    /// Plants of an industry in each region, where they are known.
    pub(super) fn counts_of(&self, industry: usize) -> Option<Vec<f64>> {
        match self.counts.as_ref()? {
            CountRows::Counted(counts) => Some(counts.column(industry).collect()),
            CountRows::OnePerAmount => Some(self.amounts.column(industry).map(one_per_amount).collect()),
        }
    }

    /// The table of plants, where they were counted.
    pub(super) fn counted(&self) -> Option<&AmountRows<'a>> {
        match self.counts.as_ref()? {
            CountRows::Counted(counts) => Some(counts),
            CountRows::OnePerAmount => None,
        }
    }

    /// The number of plants in every cell, region by region; none where they are not known.
    pub(super) fn all_counts(&self) -> impl Iterator<Item = f64> {
        let regions = if self.counts.is_some() { self.amounts.n_regions() } else { 0 };
        (0..regions).flat_map(move |region| {
            let counted = self.counted();
            let row = counted.unwrap_or(&self.amounts).region(region);
            row.iter().map(move |&cell| if counted.is_some() { cell } else { one_per_amount(cell) })
        })
    }
}

fn one_per_amount(amount: f64) -> f64 {
    f64::from(u8::from(amount > 0.0))
}
