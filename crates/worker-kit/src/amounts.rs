//! Amounts of regions by industry, as structural methods take them.

use growthpole_contracts::Refusal;
use growthpole_domain::Panel;
use growthpole_methods::{AmountRows, Amounts, AmountsError};

use crate::refuse;

/// Amounts of some regions in a period, all industries: rows in the order of `regions`, which are positions in the panel.
///
/// # Errors
///
/// A refusal that names the region and the industry of a cell that is missing, negative or not finite; or the indicator,
/// where there are no cells at all.
pub fn amounts(panel: &Panel, period: usize, regions: &[usize]) -> Result<Amounts, Refusal> {
    let columns = panel.axes.n_columns();
    let cells = panel.period_cells(period);
    let rows = regions.iter().filter_map(|&region| cells.get(region * columns..(region + 1) * columns));
    Amounts::try_new(rows.flatten().copied().collect(), columns).map_err(|error| refused(panel, regions, error))
}

/// Amounts of some regions in a period, all industries, where they lie in the panel: nothing is copied.
///
/// # Errors
///
/// As [`amounts`].
pub fn amount_rows<'a>(panel: &'a Panel, period: usize, regions: &[usize]) -> Result<AmountRows<'a>, Refusal> {
    let columns = panel.axes.n_columns();
    let cells = panel.period_cells(period);
    let rows = regions.iter().filter_map(|&region| cells.get(region * columns..(region + 1) * columns));
    AmountRows::try_new(rows.collect()).map_err(|error| refused(panel, regions, error))
}

/// The refusal of regions in these rows that do not hold amounts.
fn refused(panel: &Panel, regions: &[usize], error: AmountsError) -> Refusal {
    match error {
        AmountsError::NotAnAmount { region, industry, value }
        | AmountsError::OutOfScale { region, industry, value } => {
            let region = regions.get(region).copied().unwrap_or(region);
            refuse::not_an_amount(panel, region, industry, value)
        }
        AmountsError::Empty | AmountsError::NotRectangular { .. } | AmountsError::TotalOutOfScale { .. } => {
            refuse::undefined(error.to_string(), "indicator", &panel.indicator.code)
        }
    }
}
