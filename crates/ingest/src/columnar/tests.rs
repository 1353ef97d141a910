//! Tests of tables in columns, as they come from other programs.

use std::io::Write;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    StringViewArray,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

use super::*;
use crate::collected::{Collected, collect};
use crate::options::Options;

/// A table as a program of columns makes it: keys for regions, whole numbers for years.
fn table() -> RecordBatch {
    let regions: DictionaryArray<Int8Type> = ["AT", "DE", "AT"].into_iter().collect();
    let columns: [(&str, ArrayRef); 5] = [
        ("region", Arc::new(regions)),
        ("indicator", Arc::new(StringViewArray::from(vec!["gdp"; 3]))),
        ("period", Arc::new(Int32Array::from(vec![2015, 2015, 2016]))),
        ("value", Arc::new(Float64Array::from(vec![Some(1.5), None, Some(f64::NAN)]))),
        ("status", Arc::new(StringArray::from(vec![None, Some("Q"), None]))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
}

fn with(table: &RecordBatch, name: &str, column: ArrayRef) -> RecordBatch {
    let names: Vec<String> = table.schema().fields().iter().map(|field| field.name().clone()).collect();
    let kept = names.iter().zip(table.columns()).filter(|(known, _)| *known != name);
    let columns = kept.map(|(name, column)| (name.clone(), column.clone(), true));
    RecordBatch::try_from_iter_with_nullable(columns.chain([(name.to_owned(), column, true)])).unwrap()
}

fn parquet_of(table: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, table.schema(), None).unwrap();
    writer.write(table).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow_file_of(table: &RecordBatch) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD)).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &table.schema(), options).unwrap();
    writer.write(table).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_stream_of(table: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &table.schema()).unwrap();
    writer.write(&table.slice(0, 1)).unwrap();
    writer.write(&table.slice(0, 0)).unwrap();
    writer.write(&table.slice(1, table.num_rows() - 1)).unwrap();
    writer.into_inner().unwrap()
}

/// Reads bytes by the readers of files.
fn read(bytes: &[u8], options: &Options) -> Collected {
    collect(|output| {
        let read = if bytes.starts_with(b"PAR1") {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            parquet(file, options, output)
        } else {
            arrow(bytes, options, output)
        };
        match read {
            Ok(_) => drop(output.flush()),
            Err(error) => output.report.add(error.rule, error.line, "", &error.message),
        }
    })
}

fn every_form(table: &RecordBatch) -> [Vec<u8>; 3] {
    [parquet_of(table), arrow_file_of(table), arrow_stream_of(table)]
}

#[test]
fn every_form_of_a_table_gives_the_same_cells() {
    for bytes in every_form(&table()) {
        let found = read(&bytes, &Options::default());
        assert_eq!(found.rows(), ["gdp AT  2015 1.5 A ", "gdp DE  2015 - Q ", "gdp AT  2016 - O "]);
        assert_eq!((found.report.records, found.report.missing, found.report.findings.len()), (3, 2, 0));
        assert_eq!(found.cells.iter().map(|cell| cell.line).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

#[test]
fn a_mapping_names_columns_and_constants() {
    let mut options = Options { indicator: Some("jobs".into()), ..Options::default() };
    options.mapping.columns.region = Some("place".into());
    options.mapping.columns.ignore = vec!["region".into(), "indicator".into()];
    let places: ArrayRef = Arc::new(Int32Array::from(vec![1001, 1003, 1005]));
    let found = read(&parquet_of(&with(&table(), "place", places)), &options);
    assert_eq!((found.rows()[0].as_str(), found.report.findings.len()), ("jobs 1001  2015 1.5 A ", 0));
}

#[test]
fn codes_of_a_column_of_indicators_begin_with_the_one_that_is_asked_for() {
    let options = Options { indicator: Some("jobs".into()), ..Options::default() };
    let indicators: DictionaryArray<Int8Type> = ["a", "b", "a"].into_iter().collect();
    for column in [Arc::new(indicators) as ArrayRef, Arc::new(StringArray::from(vec!["a", "b", "a"]))] {
        for bytes in every_form(&with(&table(), "indicator", column)) {
            let found = read(&bytes, &options);
            assert_eq!(found.rows(), ["jobs.a AT  2015 1.5 A ", "jobs.b DE  2015 - Q ", "jobs.a AT  2016 - O "]);
        }
    }
}

#[test]
fn what_is_wrong_is_told_by_column_and_row() {
    let years = |years: Vec<f64>| Arc::new(Float64Array::from(years)) as ArrayRef;
    let texts = |texts: Vec<&str>| Arc::new(StringArray::from(texts)) as ArrayRef;
    let nested = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>(vec![Some(vec![Some(1)]); 3]);
    let cases: [(&str, ArrayRef, Rule, u64); 10] = [
        ("tags", Arc::new(nested), Rule::ColumnType, 0),
        ("more", years(vec![1.0; 3]), Rule::ColumnNotRead, 0),
        ("value", texts(vec!["1"; 3]), Rule::ColumnType, 0),
        ("region", years(vec![1.0; 3]), Rule::ColumnType, 0),
        ("region", texts(vec!["AT", "", "DE"]), Rule::EmptyRegion, 2),
        ("indicator", texts(vec!["a", "b", ""]), Rule::EmptyIndicator, 3),
        ("period", years(vec![2015.0, 2015.5, 2016.0]), Rule::BadPeriod, 2),
        ("period", texts(vec!["2015", "2016", "x"]), Rule::BadPeriod, 3),
        ("status", texts(vec!["E", "?", ""]), Rule::UnknownStatus, 2),
        ("value", years(vec![1.0, 2.0, f64::INFINITY]), Rule::ValueWithMissingStatus, 2),
    ];
    for (name, column, rule, line) in cases {
        for bytes in every_form(&with(&table(), name, column)) {
            let found = read(&bytes, &Options::default());
            let first = found.report.findings.first().unwrap();
            assert_eq!((first.rule, first.line), (rule, line), "{name}: {}", found.report);
        }
    }
}

#[test]
fn a_value_that_is_refused_is_told_as_it_stands() {
    let columns: [(ArrayRef, Rule, &str); 2] = [
        (Arc::new(Float64Array::from(vec![1.0, f64::NAN, f64::NEG_INFINITY])), Rule::NotFinite, "-inf"),
        (Arc::new(Int64Array::from(vec![Some(1), None, Some((1 << 53) + 2)])), Rule::BadNumber, "9007199254740994"),
    ];
    for (column, rule, sent) in columns {
        for bytes in every_form(&with(&table(), "value", column.clone())) {
            let found = read(&bytes, &Options::default());
            let first = found.report.findings.first().unwrap();
            assert_eq!((first.rule, first.line, first.column.as_str(), first.value.as_str()), (rule, 3, "value", sent));
        }
    }
}

#[test]
fn a_table_without_a_column_that_is_needed_is_refused() {
    for missing in ["region", "indicator", "period", "value"] {
        let table = table();
        let wanted: Vec<usize> = (0..5).filter(|at| table.schema().field(*at).name() != missing).collect();
        let found = read(&arrow_file_of(&table.project(&wanted).unwrap()), &Options::default());
        let first = found.report.findings.first().unwrap();
        assert_eq!((first.rule, first.column.as_str()), (Rule::MissingColumn, missing));
    }
}

#[test]
fn damaged_files_are_errors() {
    for bytes in every_form(&table()) {
        for end in [4, bytes.len() / 2, bytes.len() - 30] {
            let found = read(bytes.get(..end).unwrap(), &Options::default());
            assert!(found.report.errors() > 0 || !bytes.starts_with(b"PAR1") && found.cells.len() == 3, "{end}");
        }
    }
    let empty = read(&[], &Options::default());
    assert_eq!(empty.report.findings[0].rule, Rule::NoData);
}

#[test]
fn sizes_that_are_not_there_set_nothing_aside() {
    let long: [(&str, ArrayRef); 2] = [
        ("region", Arc::new(StringArray::from(vec!["AT"; 1000]))),
        ("value", Arc::new(Float64Array::from(vec![1.5; 1000]))),
    ];
    let mut bytes = arrow_file_of(&RecordBatch::try_from_iter(long).unwrap());
    // The lengths that compressed buffers say they expand to stand before the mark of zstd.
    let marks: Vec<usize> =
        (8..bytes.len() - 4).filter(|at| bytes.get(*at..at + 4) == Some(&[0x28, 0xB5, 0x2F, 0xFD])).collect();
    assert!(!marks.is_empty());
    for mark in marks {
        bytes[mark - 8..mark].copy_from_slice(&(1_i64 << 60).to_le_bytes());
    }
    assert_eq!(read(&bytes, &Options::default()).report.findings[0].rule, Rule::TooLarge);
}
