//! Panels and observations as batches.

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use futures_util::StreamExt as _;
use growthpole_contracts::{Refusal, v1};
use growthpole_datastore::{ObservationReader, StoredPanel};
use growthpole_domain::{BenchmarkChoice, MissingPolicy, Observation, Panel, VintageInfo};
use growthpole_worker_kit::convert::selection;
use growthpole_worker_kit::{SelectionDefaults, refuse};
use tonic::Status;

use super::encode::{data, with_facts};
use super::{Data, Flight};
use crate::services::observation;

/// Rows of a batch before it is cut to the size of messages.
const ROWS: usize = 1 << 16;

/// Columns of a panel: a row for every cell, in the order of periods, regions and industries.
pub(super) static PANEL: LazyLock<SchemaRef> =
    LazyLock::new(|| schema(&["period", "region", "industry", "value", "status"]));

/// Columns of observations: those of the table `observations`, without data set and vintage.
pub(super) static OBSERVATIONS: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&["indicator", "region", "industry", "period", "value", "status", "note", "source", "flag"])
});

fn schema(names: &[&str]) -> SchemaRef {
    let field = |name: &&str| match *name {
        "value" => Field::new("value", DataType::Float64, true),
        other => Field::new(other, DataType::Utf8, false),
    };
    Arc::new(Schema::new(names.iter().map(field).collect::<Vec<_>>()))
}

impl Flight {
    /// The cells of a panel.
    pub(super) async fn panel(&self, sent: v1::Selection) -> Data {
        let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Keep };
        let parsed = selection::parse(Some(sent), defaults)?;
        let stored = self.store.panel(&parsed.selection).await.map_err(|error| refuse::query(error, "selection"))?;
        let schema = with_facts(&PANEL, facts(&stored));
        let (of_batches, n_cells) = (Arc::clone(&schema), stored.panel.values.len());
        let batches = (0..n_cells).step_by(ROWS).map(move |start| {
            let end = (start + ROWS).min(n_cells);
            cells(&stored.panel, start, end, &of_batches).map_err(|error| Refusal::internal(error).into())
        });
        data(schema, futures_util::stream::iter(batches))
    }

    /// Observations as they were published.
    pub(super) async fn observations(&self, filter: v1::ObservationFilter) -> Data {
        let query = observation::parse(filter)?;
        if let Some(reader) =
            self.store.large_observations(&query).await.map_err(|error| refuse::query(error, "filter"))?
        {
            return large(query.dataset, reader);
        }
        let set = self.store.observations(&query).await.map_err(|error| refuse::query(error, "filter"))?;
        let schema = with_facts(&OBSERVATIONS, observed(query.dataset, &set.vintage, &set.digest));
        let (of_batches, n_rows) = (Arc::clone(&schema), set.rows.len());
        let batches = (0..n_rows).step_by(ROWS).map(move |start| {
            let rows = set.rows.iter().skip(start).take(ROWS);
            batch(&rows.collect::<Vec<_>>(), &of_batches)
        });
        data(schema, futures_util::stream::iter(batches))
    }
}

/// Observations that are read as they are taken.
fn large(dataset: String, reader: ObservationReader) -> Data {
    let schema = with_facts(&OBSERVATIONS, observed(dataset, &reader.vintage, &reader.digest));
    let of_batches = Arc::clone(&schema);
    let batches = observation::parts(reader, 0).flat_map(move |part| {
        let batches: Vec<Result<RecordBatch, Status>> = match part {
            Err(status) => vec![Err(status)],
            Ok(rows) => rows.chunks(ROWS).map(|rows| batch(&rows.iter().collect::<Vec<_>>(), &of_batches)).collect(),
        };
        futures_util::stream::iter(batches)
    });
    data(schema, batches)
}

fn batch(rows: &[&Observation], schema: &SchemaRef) -> Result<RecordBatch, Status> {
    rows_batch(rows, schema).map_err(|error| Refusal::internal(error).into())
}

fn observed(dataset: String, vintage: &VintageInfo, digest: &str) -> [(&'static str, String); 4] {
    [
        ("dataset", dataset),
        ("vintage", vintage.number.to_string()),
        ("vintage_digest", vintage.digest.clone()),
        ("panel_digest", digest.to_owned()),
    ]
}

fn facts(stored: &StoredPanel) -> [(&'static str, String); 4] {
    let panel = &stored.panel;
    [
        ("dataset", panel.dataset.clone()),
        ("vintage", panel.vintage.to_string()),
        ("indicator", panel.indicator.code.clone()),
        ("panel_digest", stored.digest.clone()),
    ]
}

/// Some cells of a panel, by position.
fn cells(panel: &Panel, start: usize, end: usize, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let (n_regions, n_columns) = (panel.axes.regions.len(), panel.axes.n_columns());
    let periods: Vec<String> = panel.axes.periods.iter().map(ToString::to_string).collect();
    let period = |at: usize| periods.get(at / (n_regions * n_columns)).map_or("", String::as_str);
    let region = |at: usize| panel.axes.regions.get(at / n_columns % n_regions).map_or("", |region| &region.code);
    let industry = |at: usize| panel.axes.industries.get(at % n_columns).map_or("", |industry| &industry.code);
    let value = |at: usize| panel.values.get(at).copied().filter(|value| !value.is_nan());
    let status = |at: usize| panel.statuses.get(at).map(ToString::to_string).unwrap_or_default();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values((start..end).map(period))),
        Arc::new(StringArray::from_iter_values((start..end).map(region))),
        Arc::new(StringArray::from_iter_values((start..end).map(industry))),
        Arc::new((start..end).map(value).collect::<Float64Array>()),
        Arc::new(StringArray::from_iter_values((start..end).map(status))),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn rows_batch(rows: &[&Observation], schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let texts = |text: fn(&Observation) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| text(row))))
    };
    let columns: Vec<ArrayRef> = vec![
        texts(|row| row.indicator.clone()),
        texts(|row| row.region.clone()),
        texts(|row| row.industry.clone()),
        texts(|row| row.period.to_string()),
        Arc::new(rows.iter().map(|row| row.value).collect::<Float64Array>()),
        texts(|row| row.status.to_string()),
        texts(|row| row.note.clone()),
        texts(|row| row.source.clone()),
        texts(|row| row.flag.clone()),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}
