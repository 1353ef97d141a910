//! The tables of what codes mean: `datasets`, `vintages`, `indicators`, `regions` and `industries`. They are small and made
//! anew for every statement that names one. Codes mean what the latest vintage of a data set says.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use datafusion::common::Result;
use growthpole_domain::Names;
use jiff::civil::Date;
use serde::Serialize;

use crate::DatasetHandle;

/// Names of these tables.
pub(crate) const LISTS: [&str; 5] = ["datasets", "indicators", "industries", "regions", "vintages"];

type Handles<'a> = &'a [Arc<DatasetHandle>];
type Column = (&'static str, ArrayRef, bool);

/// The table of a name; none for other names.
pub(crate) fn list(name: &str, datasets: Handles<'_>) -> Result<Option<RecordBatch>> {
    let columns = match name {
        "datasets" => of_datasets(datasets),
        "indicators" => of_indicators(datasets),
        "industries" => of_industries(datasets),
        "regions" => of_regions(datasets),
        "vintages" => of_vintages(datasets),
        _ => return Ok(None),
    };
    Ok(Some(RecordBatch::try_from_iter_with_nullable(columns)?))
}

fn of_datasets(datasets: Handles<'_>) -> Vec<Column> {
    let infos: Vec<_> = datasets.iter().map(|handle| &handle.catalogue.dataset).collect();
    let latest = |handle: &Arc<DatasetHandle>| handle.vintages.last().map_or(0, |vintage| vintage.number);
    vec![
        texts("dataset", infos.iter().map(|info| info.id.as_str())),
        texts("title", infos.iter().map(|info| info.titles.display())),
        texts("titles", infos.iter().map(|info| json(&info.titles))),
        texts("description", infos.iter().map(|info| info.description.as_str())),
        texts("publisher", infos.iter().map(|info| info.publisher.as_str())),
        texts("licence", infos.iter().map(|info| info.licence.as_str())),
        texts("main_level", infos.iter().map(|info| info.main_level.as_str())),
        texts("boundary_version", infos.iter().map(|info| info.boundary_version.as_str())),
        counts("vintages", datasets.iter().map(|handle| handle.vintages.len())),
        whole("latest_vintage", datasets.iter().map(latest)),
    ]
}

fn of_vintages(datasets: Handles<'_>) -> Vec<Column> {
    let rows = each(datasets, |handle| handle.vintages.iter());
    vec![
        texts("dataset", rows.iter().map(|(id, _)| id)),
        whole("vintage", rows.iter().map(|(_, vintage)| vintage.number)),
        days("published", rows.iter().map(|(_, vintage)| vintage.published)),
        texts("published_precision", rows.iter().map(|(_, vintage)| word(&vintage.precision))),
        texts("label", rows.iter().map(|(_, vintage)| vintage.label.as_str())),
        texts("note", rows.iter().map(|(_, vintage)| vintage.note.as_str())),
        texts("digest", rows.iter().map(|(_, vintage)| vintage.digest.as_str())),
        counts("observations", rows.iter().map(|(_, vintage)| vintage.observation_count())),
    ]
}

fn of_indicators(datasets: Handles<'_>) -> Vec<Column> {
    let rows = each(datasets, |handle| handle.catalogue.indicators.values());
    vec![
        texts("dataset", rows.iter().map(|(id, _)| id)),
        texts("indicator", rows.iter().map(|(_, row)| row.code.as_str())),
        texts("name", rows.iter().map(|(_, row)| row.names.display())),
        texts("names", rows.iter().map(|(_, row)| json(&row.names))),
        texts("unit", rows.iter().map(|(_, row)| row.unit.as_str())),
        signed("unit_multiplier", rows.iter().map(|(_, row)| row.unit_multiplier)),
        texts("kind", rows.iter().map(|(_, row)| word(&row.kind))),
        texts("price_basis", rows.iter().map(|(_, row)| word(&row.price_basis))),
        texts("aggregation", rows.iter().map(|(_, row)| word(&row.aggregation))),
        whole("decimals", rows.iter().map(|(_, row)| row.decimals)),
        texts("classification", rows.iter().map(|(_, row)| row.classification.as_str())),
        texts("description", rows.iter().map(|(_, row)| row.description.as_str())),
    ]
}

fn of_regions(datasets: Handles<'_>) -> Vec<Column> {
    let rows = each(datasets, |handle| handle.catalogue.regions.values());
    let catalogues = datasets.iter().map(|handle| &handle.catalogue);
    let schemes: Vec<&str> =
        catalogues.flat_map(|catalogue| catalogue.regions.values().map(|region| catalogue.scheme_of(region))).collect();
    vec![
        texts("dataset", rows.iter().map(|(id, _)| id)),
        texts("scheme", schemes.iter()),
        texts("region", rows.iter().map(|(_, row)| row.code.as_str())),
        texts("name", rows.iter().map(|(_, row)| row.names.display())),
        texts("names", rows.iter().map(|(_, row)| json(&row.names))),
        texts("level", rows.iter().map(|(_, row)| row.level.as_str())),
        texts("parent", rows.iter().map(|(_, row)| row.parent.as_str())),
        numbers("latitude", rows.iter().map(|(_, row)| row.coordinates.map(|(latitude, _)| latitude))),
        numbers("longitude", rows.iter().map(|(_, row)| row.coordinates.map(|(_, longitude)| longitude))),
        texts("valid_from", rows.iter().map(|(_, row)| row.valid_from.as_str())),
        texts("valid_to", rows.iter().map(|(_, row)| row.valid_to.as_str())),
        texts("note", rows.iter().map(|(_, row)| row.note.as_str())),
    ]
}

fn of_industries(datasets: Handles<'_>) -> Vec<Column> {
    let rows = each(datasets, |handle| handle.catalogue.industries.values());
    vec![
        texts("dataset", rows.iter().map(|(id, _)| id)),
        texts("classification", rows.iter().map(|(_, row)| row.classification.as_str())),
        texts("industry", rows.iter().map(|(_, row)| row.code.as_str())),
        texts("name", rows.iter().map(|(_, row)| row.names.display())),
        texts("names", rows.iter().map(|(_, row)| json(&row.names))),
        texts("level", rows.iter().map(|(_, row)| row.level.as_str())),
        texts("parent", rows.iter().map(|(_, row)| row.parent.as_str())),
        texts("note", rows.iter().map(|(_, row)| row.note.as_str())),
    ]
}

/// Rows of all data sets, each with the id of its own.
fn each<'a, T: 'a, I: Iterator<Item = &'a T>>(
    datasets: Handles<'a>,
    rows: impl Fn(&'a DatasetHandle) -> I,
) -> Vec<(&'a str, &'a T)> {
    let of = |handle: &'a Arc<DatasetHandle>| rows(handle).map(|row| (handle.catalogue.dataset.id.as_str(), row));
    datasets.iter().flat_map(of).collect()
}

fn texts(name: &'static str, values: impl Iterator<Item = impl AsRef<str>>) -> Column {
    (name, Arc::new(StringArray::from_iter_values(values)), false)
}

fn counts(name: &'static str, values: impl Iterator<Item = impl TryInto<i64>>) -> Column {
    let values = values.map(|value| value.try_into().unwrap_or(i64::MAX));
    (name, Arc::new(Int64Array::from_iter_values(values)), false)
}

fn whole(name: &'static str, values: impl Iterator<Item = u32>) -> Column {
    signed(name, values.map(|value| i32::try_from(value).unwrap_or(i32::MAX)))
}

fn signed(name: &'static str, values: impl Iterator<Item = i32>) -> Column {
    (name, Arc::new(Int32Array::from_iter_values(values)), false)
}

fn numbers(name: &'static str, values: impl Iterator<Item = Option<f64>>) -> Column {
    (name, Arc::new(values.collect::<Float64Array>()), true)
}

/// Days since 1970, as Arrow counts them.
fn days(name: &'static str, values: impl Iterator<Item = Date>) -> Column {
    let epoch = jiff::civil::date(1970, 1, 1);
    let since = |day: Date| day.since(epoch).map_or(0, |span| span.get_days());
    (name, Arc::new(values.map(since).map(Some).collect::<Date32Array>()), false)
}

/// Names by language, as a JSON object.
fn json(names: &Names) -> String {
    serde_json::to_string(names).unwrap_or_default()
}

/// The word that contracts use for a value of an enum.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
