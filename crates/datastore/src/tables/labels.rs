//! The labels of a stored table's columns, read from their dictionaries alone.

use std::collections::{BTreeSet, HashSet};
use std::io::{Cursor, Read};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::arrow::async_reader::AsyncFileReader as _;
use parquet::basic::{Encoding, PageType};
use parquet::column::page::{Page, PageReader as _};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use super::object_reader::ObjectReader;

/// All labels of a column: the dictionaries of its chunks. None where a chunk has values beside its dictionary.
pub(super) async fn labels_of(
    metadata: &ArrowReaderMetadata,
    reader: &mut ObjectReader,
    name: &str,
) -> ParquetResult<Option<BTreeSet<String>>> {
    let mut chunks = Vec::new();
    let mut ranges = Vec::new();
    for group in metadata.metadata().row_groups() {
        let column = position(group, name)
            .map(|at| group.column(at))
            .ok_or_else(|| ParquetError::General(format!("it has no column {name}")))?;
        let Some(range) = dictionary_range(column).filter(|_| is_all_labels(column)) else { return Ok(None) };
        ranges.push(range.clone());
        chunks.push((column, range.start));
    }
    let found = reader.get_byte_ranges(ranges).await?;
    // Groups have most labels in common: one that is known is found by its hash, and no text is made of it again.
    let mut labels = Known::default();
    for ((column, start), bytes) in chunks.into_iter().zip(found) {
        let rows = usize::try_from(column.num_values()).unwrap_or_default();
        add_dictionary(Window { start, bytes }, column, rows, &mut labels)?;
    }
    Ok(Some(labels.into_iter().map(String::from).collect()))
}

type Known = HashSet<Box<str>, foldhash::fast::RandomState>;

/// Place of a column in a group of rows.
pub(super) fn position(group: &RowGroupMetaData, name: &str) -> Option<usize> {
    group.columns().iter().position(|column| column.column_path().string() == name)
}

/// Where the dictionary of a chunk lies: from its start to its first page of data.
fn dictionary_range(column: &ColumnChunkMetaData) -> Option<Range<u64>> {
    let start = u64::try_from(column.dictionary_page_offset()?).ok()?;
    let end = u64::try_from(column.data_page_offset()).ok()?;
    (start < end).then_some(start..end)
}

/// Whether every value of a chunk stands in its dictionary.
fn is_all_labels(column: &ColumnChunkMetaData) -> bool {
    if let Some(mask) = column.page_encoding_stats_mask() {
        return mask.is_only(Encoding::RLE_DICTIONARY);
    }
    let is_data = |page: PageType| matches!(page, PageType::DATA_PAGE | PageType::DATA_PAGE_V2);
    column.page_encoding_stats().is_some_and(|pages| {
        pages.iter().filter(|page| is_data(page.page_type)).all(|page| page.encoding == Encoding::RLE_DICTIONARY)
    })
}

/// Adds the texts of a dictionary page, of which each has its length before it.
fn add_dictionary(window: Window, column: &ColumnChunkMetaData, rows: usize, labels: &mut Known) -> ParquetResult<()> {
    let wrong = || ParquetError::General("its dictionary cannot be read".to_owned());
    let mut pages = SerializedPageReader::new(Arc::new(window), column, rows, None)?;
    let Some(Page::DictionaryPage { buf, num_values, .. }) = pages.get_next_page()? else { return Err(wrong()) };
    let mut rest = buf.as_ref();
    for _ in 0..num_values {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(wrong)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| wrong())?;
        let (text, after) = after.split_at_checked(length).ok_or_else(wrong)?;
        let text = std::str::from_utf8(text).map_err(|_| wrong())?;
        if !labels.contains(text) {
            labels.insert(text.into());
        }
        rest = after;
    }
    Ok(())
}

/// Some bytes of a file.
struct Window {
    start: u64,
    bytes: Bytes,
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Window {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let at = start.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        let at = at.filter(|at| *at <= self.bytes.len());
        let at = at.ok_or_else(|| ParquetError::EOF(format!("byte {start} was not read")))?;
        Ok(Cursor::new(self.bytes.slice(at..)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut found = vec![0; length.min(self.bytes.len())];
        self.get_read(start)?.read_exact(&mut found)?;
        match found.len() == length {
            true => Ok(found.into()),
            false => Err(ParquetError::EOF(format!("{length} bytes from {start} were not read"))),
        }
    }
}
