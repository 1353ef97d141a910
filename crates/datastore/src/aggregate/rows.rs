//! Observations on their way into the fold, with their weights.

use growthpole_domain::rollup::{Axis, Cell, Fold};
use growthpole_domain::{Period, QueryError};

use super::axes::Axes;
use crate::tables::{Row, Table};

/// Adds up what a table holds of some periods, with the weights of another where there is one.
pub(super) fn fold(
    axes: &Axes,
    periods: &[Period],
    table: &Table,
    weights: Option<(&str, &Table)>,
) -> Result<Fold, QueryError> {
    let mut fold = Fold::new(&axes.regions, &axes.industries);
    let regions = positions(&table.regions, &axes.regions);
    let industries = positions(&table.industries, &axes.industries);
    let mut weights = weights.map(|(indicator, weights)| (indicator, Weights::new(weights, table)));
    for (at, period) in table.periods.iter().enumerate() {
        if periods.binary_search(period).is_err() {
            continue;
        }
        for row in table.rows_of_period(at) {
            let place = |places: &[Option<u32>], at: u32| places.get(at as usize).copied().flatten();
            let Some((region, industry)) = place(&regions, row.region).zip(place(&industries, row.industry)) else {
                continue;
            };
            let weight = match &mut weights {
                Some((indicator, weights)) => weights.of(row, table, indicator)?,
                None => 1.0,
            };
            fold.add(&Cell { region, industry, period: *period, value: row.value, status: row.status, weight });
        }
    }
    Ok(fold)
}

fn positions(labels: &[String], axis: &Axis) -> Vec<Option<u32>> {
    labels.iter().map(|label| axis.position(label)).collect()
}

/// The weights of rows that come in their table's order: both tables are sorted, so each is gone through once.
struct Weights<'a> {
    rows: std::iter::Peekable<std::slice::Iter<'a, Row>>,
    periods: Vec<Option<u32>>,
    regions: Vec<Option<u32>>,
    industries: Vec<Option<u32>>,
    /// Whether a region's weight counts for all of its industries.
    of_regions: bool,
}

impl<'a> Weights<'a> {
    fn new(weights: &'a Table, table: &Table) -> Self {
        Self {
            rows: weights.rows().iter().peekable(),
            periods: places(&weights.periods, &table.periods),
            regions: places(&weights.regions, &table.regions),
            industries: places(&weights.industries, &table.industries),
            of_regions: weights.industries.iter().all(String::is_empty),
        }
    }

    /// The weight of a row; NaN where there is none. Rows are asked for in order.
    fn of(&mut self, row: &Row, table: &Table, indicator: &str) -> Result<f64, QueryError> {
        let wanted = (row.period, row.region, if self.of_regions { 0 } else { row.industry });
        while let Some(weight) = self.rows.peek().copied() {
            match self.key(weight) {
                Some(key) if key > wanted => break,
                Some(key) if key == wanted => return checked(weight.value, row, table, indicator),
                _ => self.rows.next(),
            };
        }
        Ok(f64::NAN)
    }

    /// Place of a weight in the other table's order; none where that table does not know its labels.
    fn key(&self, weight: &Row) -> Option<(u32, u32, u32)> {
        let place = |places: &[Option<u32>], at: u32| places.get(at as usize).copied().flatten();
        let (period, region) = (place(&self.periods, weight.period)?, place(&self.regions, weight.region)?);
        let industry = if self.of_regions { 0 } else { place(&self.industries, weight.industry)? };
        Some((period, region, industry))
    }
}

/// Where labels stand among others; both lists are sorted.
fn places<T: Ord>(labels: &[T], others: &[T]) -> Vec<Option<u32>> {
    labels.iter().map(|label| others.binary_search(label).ok().and_then(|at| u32::try_from(at).ok())).collect()
}

/// A negative number weighs nothing.
fn checked(weight: f64, row: &Row, table: &Table, indicator: &str) -> Result<f64, QueryError> {
    if weight < 0.0 {
        let (region, period) = (table.region(row), table.period(row));
        let message = format!("{indicator} of {region} in {period} is {weight}, which is no weight");
        return Err(QueryError::Undefined { field: "weight_indicator".to_owned(), message });
    }
    Ok(weight)
}
