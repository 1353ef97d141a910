//! Observations on their way into the fold, with their weights.

use growthpole_domain::QueryError;
use growthpole_domain::rollup::{Axis, Cell, Fold};

use super::axes::Axes;
use crate::tables::{Row, Table};

/// Adds up rows of a table, with the weights of another where there is one.
pub(super) struct Folding<'a> {
    fold: Fold,
    /// The labels that rows name by their position.
    head: &'a Table,
    regions: Vec<Option<u32>>,
    industries: Vec<Option<u32>>,
    /// The weights and their indicator.
    weights: Option<(&'a str, Weights<'a>)>,
    failure: Option<QueryError>,
}

impl<'a> Folding<'a> {
    /// Nothing yet.
    pub(super) fn new(axes: &Axes, head: &'a Table, weights: Option<(&'a str, &'a Table)>) -> Self {
        Self {
            fold: Fold::new(&axes.regions, &axes.industries),
            head,
            regions: positions(&head.regions, &axes.regions),
            industries: positions(&head.industries, &axes.industries),
            weights: weights.map(|(indicator, weights)| (indicator, Weights::new(weights, head))),
            failure: None,
        }
    }

    /// Adds rows, which are to come in the order of their table.
    pub(super) fn add(&mut self, rows: &[Row]) {
        for row in rows {
            if self.failure.is_none() {
                self.failure = self.add_row(row).err();
            }
        }
    }

    /// The sums, or why there are none.
    pub(super) fn finish(self) -> Result<Fold, QueryError> {
        self.failure.map_or(Ok(self.fold), Err)
    }

    fn add_row(&mut self, row: &Row) -> Result<(), QueryError> {
        let place = |places: &[Option<u32>], at: u32| places.get(at as usize).copied().flatten();
        let place = place(&self.regions, row.region).zip(place(&self.industries, row.industry));
        let Some((region, industry)) = place else { return Ok(()) };
        let weight = match &mut self.weights {
            Some((indicator, weights)) => weights.of(row, self.head, indicator)?,
            None => 1.0,
        };
        let period = self.head.period(row);
        self.fold.add(&Cell { region, industry, period, value: row.value, status: row.status, weight });
        Ok(())
    }
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
