//! The cells of a batch, as texts and as JSON.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array as _, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use serde_json::{Map, Number, Value};

use crate::failure::Failure;

/// The cells of a batch.
pub(super) struct Cells<'a> {
    batch: &'a RecordBatch,
    formatters: Vec<ArrayFormatter<'a>>,
}

impl<'a> Cells<'a> {
    /// Cells that have no value are empty texts.
    pub(super) fn of(batch: &'a RecordBatch) -> Result<Self, Failure> {
        const OPTIONS: FormatOptions<'static> = FormatOptions::new();
        let formatters = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &OPTIONS));
        let formatters = formatters.collect::<Result<Vec<_>, _>>();
        let formatters = formatters.map_err(|error| anyhow::anyhow!("the answer cannot be shown: {error}"))?;
        Ok(Self { batch, formatters })
    }

    /// A row as texts.
    pub(super) fn texts(&self, row: usize) -> Vec<String> {
        self.formatters.iter().map(|formatter| formatter.value(row).to_string()).collect()
    }

    /// A row as a JSON object: numbers and truth values are such, what has no value is null, everything else is a text.
    pub(super) fn object(&self, row: usize) -> Map<String, Value> {
        let schema = self.batch.schema();
        let columns = schema.fields().iter().zip(self.batch.columns()).zip(&self.formatters);
        let cell = |column: &arrow_array::ArrayRef, formatter: &ArrayFormatter<'_>| {
            if column.is_null(row) {
                return Value::Null;
            }
            let number = match column.data_type() {
                DataType::Boolean => return Value::Bool(column.as_boolean().value(row)),
                DataType::Float64 => Number::from_f64(column.as_primitive::<Float64Type>().value(row)),
                kind if kind.is_integer() => arrow_cast::cast(&column.slice(row, 1), &DataType::Int64)
                    .ok()
                    .filter(|cast| !cast.is_null(0))
                    .map(|cast| Number::from(cast.as_primitive::<Int64Type>().value(0))),
                _ => None,
            };
            number.map_or_else(|| Value::String(formatter.value(row).to_string()), Value::Number)
        };
        columns.map(|((field, column), formatter)| (field.name().clone(), cell(column, formatter))).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, StringArray};

    use super::*;

    #[test]
    fn values_keep_their_kind() {
        let columns: [(&str, ArrayRef); 5] = [
            ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
            ("day", Arc::new(Date32Array::from(vec![Some(0), None]))),
            ("f", Arc::new(Float64Array::from(vec![Some(0.1), None]))),
            ("i", Arc::new(Int32Array::from(vec![Some(-3), None]))),
            ("t", Arc::new(StringArray::from(vec![Some("a,b"), None]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let cells = Cells::of(&batch).unwrap();
        assert_eq!(cells.texts(0), ["true", "1970-01-01", "0.1", "-3", "a,b"]);
        assert_eq!(cells.texts(1), [""; 5]);
        let json = |row| serde_json::to_string(&cells.object(row)).unwrap();
        assert_eq!(json(0), r#"{"b":true,"day":"1970-01-01","f":0.1,"i":-3,"t":"a,b"}"#);
        assert_eq!(json(1), r#"{"b":null,"day":null,"f":null,"i":null,"t":null}"#);
    }
}
