//! Columns of any type that codes and numbers come in, as texts and numbers.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Float64Array, StringArray};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{ArrowError, DataType};

/// Whole numbers up to here are values of their own as doubles.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Whether codes are read from columns of a type.
pub(super) fn holds_texts(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => holds_texts(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        kind => kind.is_integer(),
    }
}

/// Whether values are read from columns of a type.
pub(super) fn holds_numbers(kind: &DataType) -> bool {
    kind.is_integer() || kind.is_floating() || is_decimal(kind)
}

fn is_decimal(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..)
    )
}

/// Texts of a column, by row.
pub(super) enum Texts {
    /// One for each row.
    Plain(StringArray),
    /// By keys into a dictionary.
    Keyed(DictionaryArray<Int32Type>, StringArray),
}

fn cast(column: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    if column.data_type() == to {
        return Ok(column.clone());
    }
    cast_with_options(column, to, &CastOptions { safe: false, ..CastOptions::default() })
}

impl Texts {
    /// The texts of a column of which [`holds_texts`] is true.
    pub(super) fn new(column: &ArrayRef) -> Result<Self, ArrowError> {
        let problem = || ArrowError::CastError("no texts".to_owned());
        if !matches!(column.data_type(), DataType::Dictionary(..)) {
            let column = cast(column, &DataType::Utf8)?;
            return Ok(Self::Plain(column.as_string_opt::<i32>().ok_or_else(problem)?.clone()));
        }
        let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let column = cast(column, &kind)?;
        let keyed = column.as_dictionary_opt::<Int32Type>().ok_or_else(problem)?.clone();
        let values = keyed.values().as_string_opt::<i32>().ok_or_else(problem)?.clone();
        Ok(Self::Keyed(keyed, values))
    }

    /// How many different texts there may be, where they have keys.
    pub(super) fn keys(&self) -> Option<usize> {
        match self {
            Self::Plain(_) => None,
            Self::Keyed(_, values) => Some(values.len()),
        }
    }

    /// The key of a row's text, where it has one.
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        match self {
            Self::Plain(_) => None,
            Self::Keyed(keyed, _) => keyed.key(row),
        }
    }

    /// The text of a row; empty where there is none.
    pub(super) fn at(&self, row: usize) -> &str {
        match self {
            Self::Plain(texts) if texts.is_null(row) => "",
            Self::Plain(texts) => texts.value(row),
            Self::Keyed(keyed, values) => {
                keyed.key(row).filter(|key| values.is_valid(*key)).map_or("", |key| values.value(key))
            }
        }
    }
}

/// Numbers of a column, by row.
pub(super) enum Numbers {
    /// As they are.
    Floats(Float64Array),
    /// Whole numbers of 64 bits, of which large ones are no doubles.
    Wholes(Float64Array),
    /// Decimal numbers as they are written, so that they are rounded once.
    Decimals(StringArray),
}

/// Why a row has no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoNumber;

impl Numbers {
    /// The numbers of a column of which [`holds_numbers`] is true.
    pub(super) fn new(column: &ArrayRef) -> Result<Self, ArrowError> {
        let problem = || ArrowError::CastError("no numbers".to_owned());
        if is_decimal(column.data_type()) {
            let texts = cast(column, &DataType::Utf8)?;
            return Ok(Self::Decimals(texts.as_string_opt::<i32>().ok_or_else(problem)?.clone()));
        }
        let floats = cast(column, &DataType::Float64)?;
        let floats = floats.as_primitive_opt::<Float64Type>().ok_or_else(problem)?.clone();
        Ok(match column.data_type() {
            DataType::Int64 | DataType::UInt64 => Self::Wholes(floats),
            _ => Self::Floats(floats),
        })
    }

    /// The number of a row; none where it is null or NaN.
    pub(super) fn at(&self, row: usize) -> Result<Option<f64>, NoNumber> {
        match self {
            Self::Floats(floats) | Self::Wholes(floats) if floats.is_null(row) => Ok(None),
            Self::Floats(floats) => Ok(Some(floats.value(row)).filter(|value| !value.is_nan())),
            Self::Wholes(floats) => match floats.value(row) {
                value if value.abs() <= LARGEST_WHOLE => Ok(Some(value)),
                _ => Err(NoNumber),
            },
            Self::Decimals(texts) if texts.is_null(row) => Ok(None),
            Self::Decimals(texts) => texts.value(row).parse().map(Some).map_err(|_| NoNumber),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        Decimal128Array, Float32Array, Int16Array, Int64Array, LargeStringArray, StringViewArray, UInt8Array,
    };

    use super::*;

    #[test]
    fn texts_of_every_type_are_the_same() {
        let keyed: DictionaryArray<arrow_array::types::UInt8Type> =
            vec![Some("5"), None, Some("7")].into_iter().collect();
        let columns: [ArrayRef; 6] = [
            Arc::new(StringArray::from(vec![Some("5"), None, Some("7")])),
            Arc::new(LargeStringArray::from(vec![Some("5"), None, Some("7")])),
            Arc::new(StringViewArray::from(vec![Some("5"), None, Some("7")])),
            Arc::new(keyed),
            Arc::new(Int16Array::from(vec![Some(5), None, Some(7)])),
            Arc::new(UInt8Array::from(vec![Some(5), None, Some(7)])),
        ];
        for column in columns {
            assert!(holds_texts(column.data_type()));
            let texts = Texts::new(&column).unwrap();
            assert_eq!([0, 1, 2].map(|row| texts.at(row)), ["5", "", "7"], "{}", column.data_type());
        }
        assert!(!holds_texts(&DataType::Float64) && !holds_texts(&DataType::Date32) && !holds_texts(&DataType::Null));
    }

    #[test]
    fn numbers_of_every_type_are_exact_or_refused() {
        let decimals = Decimal128Array::from(vec![Some(123), None]).with_precision_and_scale(10, 2).unwrap();
        let columns: [(ArrayRef, Option<f64>); 3] = [
            (Arc::new(Float32Array::from(vec![Some(0.5), Some(f32::NAN)])), Some(0.5)),
            (Arc::new(Int64Array::from(vec![Some(1 << 53), None])), Some(LARGEST_WHOLE)),
            (Arc::new(decimals), Some(1.23)),
        ];
        for (column, first) in columns {
            assert!(holds_numbers(column.data_type()));
            let numbers = Numbers::new(&column).unwrap();
            assert_eq!((numbers.at(0), numbers.at(1)), (Ok(first), Ok(None)), "{}", column.data_type());
        }
        let large: ArrayRef = Arc::new(Int64Array::from(vec![(1 << 53) + 2]));
        assert_eq!(Numbers::new(&large).unwrap().at(0), Err(NoNumber));
    }
}
