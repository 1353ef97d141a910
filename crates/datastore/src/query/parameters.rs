//! Statements with parameters: `?`, or `$1`, `$2`, and the values that stand for them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::logical_expr::LogicalPlan;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{Expr, Statement, Value, visit_expressions, visit_expressions_mut};

use super::SqlError;
use super::plain::plain_type;

/// A statement with the values of its parameters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SqlStatement {
    /// The statement.
    pub text: String,
    /// A value for each parameter, in order; empty where it has none.
    pub parameters: Vec<SqlValue>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// Nothing.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// A text.
    Text(String),
    /// A day, counted from the first of January 1970.
    Day(i32),
}

impl From<&str> for SqlStatement {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), parameters: Vec::new() }
    }
}

impl SqlValue {
    /// The values of the one row of a batch.
    ///
    /// # Errors
    ///
    /// [`SqlError::Invalid`] for more or fewer rows, and for values that are no numbers, texts, days, or yes and no.
    pub fn of_row(batch: &RecordBatch) -> Result<Vec<Self>, SqlError> {
        if batch.num_rows() != 1 {
            return Err(invalid(format!("parameters are one row of values; {} rows were sent", batch.num_rows())));
        }
        batch.columns().iter().zip(1..).map(|(column, at)| Self::of_cell(column, at)).collect()
    }

    /// The only value of a column.
    fn of_cell(column: &ArrayRef, at: usize) -> Result<Self, SqlError> {
        if column.is_null(0) || column.data_type() == &DataType::Null {
            return Ok(Self::Null);
        }
        let kind = plain_type(column.data_type());
        let cast = |to: &DataType| {
            let cast = arrow_cast::cast(column, to).ok().filter(|cast| cast.is_valid(0));
            cast.ok_or_else(|| invalid(format!("parameter {at} cannot be kept as {to}")))
        };
        Ok(match &kind {
            DataType::Boolean => Self::Boolean(column.as_boolean().value(0)),
            kind if kind.is_integer() => Self::Integer(cast(&DataType::Int64)?.as_primitive::<Int64Type>().value(0)),
            kind if kind.is_floating() || kind.is_decimal() => {
                Self::Number(cast(&DataType::Float64)?.as_primitive::<Float64Type>().value(0))
            }
            DataType::Utf8 | DataType::LargeUtf8 => {
                Self::Text(cast(&DataType::Utf8)?.as_string::<i32>().value(0).to_owned())
            }
            DataType::Date32 | DataType::Date64 => {
                Self::Day(cast(&DataType::Date32)?.as_primitive::<Date32Type>().value(0))
            }
            other => {
                let allowed = "numbers, texts, days, true and false, and nothing";
                return Err(invalid(format!("parameter {at} is of the type {other}; allowed: {allowed}")));
            }
        })
    }

    fn scalar(&self) -> ScalarValue {
        match self {
            Self::Null => ScalarValue::Null,
            Self::Boolean(value) => ScalarValue::Boolean(Some(*value)),
            Self::Integer(value) => ScalarValue::Int64(Some(*value)),
            Self::Number(value) => ScalarValue::Float64(Some(*value)),
            Self::Text(value) => ScalarValue::Utf8(Some(value.clone())),
            Self::Day(value) => ScalarValue::Date32(Some(*value)),
        }
    }
}

/// Numbers the parameters that are written `?`, in the order in which they stand.
pub(crate) fn number(statement: &mut Statement) -> Result<(), SqlError> {
    let mut places = Vec::new();
    let mut are_numbered = false;
    let _all = visit_expressions(statement, |expression| {
        if let Expr::Value(value) = expression
            && let Value::Placeholder(name) = &value.value
        {
            match name.as_str() {
                "?" => places.push(value.span.start),
                _ => are_numbered = true,
            }
        }
        ControlFlow::<()>::Continue(())
    });
    if are_numbered && !places.is_empty() {
        return Err(invalid("parameters are written ? or $1, $2, not both".to_owned()));
    }
    places.sort();
    places.dedup();
    let _all = visit_expressions_mut(statement, |expression| {
        if let Expr::Value(value) = expression
            && let Value::Placeholder(name) = &mut value.value
            && let Ok(at) = places.binary_search(&value.span.start)
        {
            *name = format!("${}", at + 1);
        }
        ControlFlow::<()>::Continue(())
    });
    Ok(())
}

/// The parameters of a plan, in order, with their types as far as the statement shows them: others are texts, which the
/// engine turns into what is compared with them.
pub(crate) fn schema(plan: &LogicalPlan) -> Result<SchemaRef, SqlError> {
    let found = plan.get_parameter_fields().map_err(|error| SqlError::planning(&error))?;
    let mut by_number: BTreeMap<usize, Option<DataType>> = BTreeMap::new();
    for (name, field) in found {
        let number = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
        let number = number.ok_or_else(|| invalid(format!("parameters are written ? or $1, $2, not {name}")))?;
        by_number.insert(number, field.map(|field| plain_type(field.data_type())));
    }
    let n_parameters = by_number.len();
    if !by_number.keys().copied().eq(1..=n_parameters) {
        let numbers: Vec<String> = by_number.keys().map(|number| format!("${number}")).collect();
        return Err(invalid(format!("parameters are numbered from $1 without gaps, not {}", numbers.join(", "))));
    }
    let field = |(number, known): (usize, Option<DataType>)| {
        Field::new(format!("${number}"), known.filter(|known| *known != DataType::Null).unwrap_or(DataType::Utf8), true)
    };
    Ok(Arc::new(Schema::new(by_number.into_iter().map(field).collect::<Vec<_>>())))
}

/// The plan with values in place of its parameters.
pub(crate) fn bind(plan: LogicalPlan, values: &[SqlValue]) -> Result<LogicalPlan, SqlError> {
    let n_parameters = schema(&plan)?.fields().len();
    if n_parameters != values.len() {
        let sent = values.len();
        return Err(invalid(format!("the statement has {n_parameters} parameters; {sent} values were bound to it")));
    }
    if values.is_empty() {
        return Ok(plan);
    }
    let values: Vec<ScalarValue> = values.iter().map(SqlValue::scalar).collect();
    plan.with_param_values(values).map_err(|error| SqlError::planning(&error))
}

fn invalid(message: String) -> SqlError {
    SqlError::Invalid { message, place: None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use arrow_array::{BinaryArray, Date32Array, Int16Array, NullArray, StringArray, UInt64Array};

    fn of(columns: Vec<ArrayRef>) -> Result<Vec<SqlValue>, SqlError> {
        let names = ["a", "b", "c", "d"];
        SqlValue::of_row(&RecordBatch::try_from_iter(names.into_iter().zip(columns)).unwrap())
    }

    #[test]
    fn a_row_becomes_values() {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int16Array::from(vec![7])),
            Arc::new(StringArray::from(vec!["x"])),
            Arc::new(Date32Array::from(vec![Some(-1)])),
            Arc::new(NullArray::new(1)),
        ];
        let expected = [SqlValue::Integer(7), SqlValue::Text("x".into()), SqlValue::Day(-1), SqlValue::Null];
        assert_eq!(of(columns).unwrap(), expected);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (column, about) in [
            (Arc::new(StringArray::from(vec!["x", "y"])) as ArrayRef, "2 rows"),
            (Arc::new(UInt64Array::from(vec![u64::MAX])), "parameter 1"),
            (Arc::new(BinaryArray::from(vec![&b"x"[..]])), "Binary"),
        ] {
            let error = of(vec![column]).unwrap_err().to_string();
            assert!(error.contains(about), "{error}");
        }
    }
}
