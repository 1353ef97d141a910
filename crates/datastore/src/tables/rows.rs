//! Batches of a stored table as rows, by positions in the labels of all of it.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch};
use growthpole_domain::{ObservationStatus, Period};

use super::reader::{column, labelled, status};
use super::{Row, Table, VALUE};

/// Makes rows of batches. The batches of a group of rows have dictionaries in common, of which each is looked up once.
pub(super) struct RowReader<'t> {
    /// The labels of the table.
    head: &'t Table,
    regions: Meanings<u32>,
    industries: Meanings<u32>,
    periods: Meanings<u32>,
    statuses: Meanings<ObservationStatus>,
}

/// What the texts of a dictionary stand for; nothing where one stands for nothing, which may be as no row names it.
struct Meanings<T> {
    of: Option<ArrayRef>,
    meanings: Vec<Option<T>>,
}

impl<'t> RowReader<'t> {
    pub(super) fn new(head: &'t Table) -> Self {
        let (regions, industries, periods) = Default::default();
        Self { head, regions, industries, periods, statuses: Meanings::default() }
    }

    /// Adds the rows of a batch that are of wanted periods. Their notes, sources and flags are left out.
    pub(super) fn add(&mut self, batch: &RecordBatch, wanted: &[bool], rows: &mut Vec<Row>) -> Result<(), String> {
        let head = self.head;
        let place = |labels: &[String], text: &str| {
            u32::try_from(labels.binary_search_by(|label| label.as_str().cmp(text)).ok()?).ok()
        };
        let period = |text: &str| u32::try_from(head.periods.binary_search(&text.parse::<Period>().ok()?).ok()?).ok();
        let columns = ["region", "industry", "period", "status"].map(|name| labelled(batch, name));
        let [region, industry, of_period, of_status] = columns;
        let (region, industry, of_period, of_status) = (region?, industry?, of_period?, of_status?);
        let regions = self.regions.of(&region, |text| place(&head.regions, text));
        let industries = self.industries.of(&industry, |text| place(&head.industries, text));
        let periods = self.periods.of(&of_period, period);
        let statuses = self.statuses.of(&of_status, |text| status(text).ok());
        let values = column(batch, VALUE)?
            .as_primitive_opt::<Float64Type>()
            .ok_or_else(|| "its values are no numbers".to_owned())?;
        rows.reserve(batch.num_rows());
        for ((((region, industry), period), status), value) in
            regions.zip(industries).zip(periods).zip(statuses).zip(values)
        {
            let (Some(region), Some(industry), Some(period), Some(status)) = (region, industry, period, status) else {
                return Err("its dictionaries lack a label of a row, or a status is none".to_owned());
            };
            if wanted.get(period as usize) == Some(&true) {
                let value = value.unwrap_or(f64::NAN);
                rows.push(Row { period, region, industry, note: 0, source: 0, flag: 0, status, value });
            }
        }
        Ok(())
    }
}

impl<T> Default for Meanings<T> {
    fn default() -> Self {
        Self { of: None, meanings: Vec::new() }
    }
}

impl<T: Copy> Meanings<T> {
    /// What the labels of rows stand for.
    fn of<'a>(
        &'a mut self,
        labels: &'a DictionaryArray<Int32Type>,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> impl Iterator<Item = Option<T>> + 'a {
        let texts = labels.values();
        if !self.of.as_ref().is_some_and(|known| Arc::ptr_eq(known, texts)) {
            self.of = Some(Arc::clone(texts));
            self.meanings.clear();
            let texts = texts.as_string_opt::<i32>().into_iter().flatten();
            self.meanings.extend(texts.map(|text| text.and_then(&meaning)));
        }
        let meanings = self.meanings.as_slice();
        labels.keys().values().iter().map(move |key| meanings.get(usize::try_from(*key).ok()?).copied().flatten())
    }
}
