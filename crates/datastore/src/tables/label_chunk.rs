//! A column of labels within a group of rows, encoded from the keys of its labels.
//!
//! The Parquet library's writer compares and looks up the text of each row, which takes most of the time of an import; here
//! each text is looked up once a batch. The bytes are the same.

use std::collections::HashMap;

use bytes::Bytes;
use parquet::basic::{BoundaryOrder, Encoding, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriter as _};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::hybrid;

/// Longer labels are cut short in statistics, which the library does.
const LONGEST_LABEL: usize = 64;

/// A column of labels of the group that is written.
pub(super) struct LabelChunk {
    column: ColumnDescPtr,
    properties: WriterPropertiesPtr,
    compressor: zstd::bulk::Compressor<'static>,
    /// Labels in the order they came, and the key of each.
    labels: Vec<String>,
    keys: HashMap<String, u32, foldhash::fast::RandomState>,
    /// What the labels take in the dictionary: each has its length before it.
    dictionary_bytes: usize,
    /// Keys of all rows, and how many of them each batch had.
    rows: Vec<u32>,
    batches: Vec<usize>,
    /// Keys that occurred so far: they are below this.
    seen: u32,
    /// First row of the page that is filled.
    page_start: usize,
    pages: Vec<DataPage>,
}

/// An encoded page.
struct DataPage {
    compressed: Bytes,
    bytes: usize,
    rows: usize,
    /// Keys of the first and of the last label in the order of texts.
    least: u32,
    greatest: u32,
    /// Bytes of the labels of all rows.
    text_bytes: i64,
}

/// Rows by the keys of labels that are numbered batch by batch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows<'a> {
    /// So many of the only label.
    Same(usize),
    /// A key for each row.
    Keys(&'a [i32]),
}

impl LabelChunk {
    pub(super) fn new(column: ColumnDescPtr, properties: WriterPropertiesPtr, level: i32) -> ParquetResult<Self> {
        Ok(Self {
            column,
            properties,
            compressor: zstd::bulk::Compressor::new(level)?,
            labels: Vec::new(),
            keys: HashMap::default(),
            dictionary_bytes: 0,
            rows: Vec::new(),
            batches: Vec::new(),
            seen: 0,
            page_start: 0,
            pages: Vec::new(),
        })
    }

    /// Takes a batch of rows. Says no, and takes nothing, where its labels are too long or too many for a dictionary.
    pub(super) fn push(&mut self, labels: &[String], rows: Rows<'_>) -> ParquetResult<bool> {
        let Some(keys) = labels.iter().map(|label| self.key(label)).collect::<Option<Vec<u32>>>() else {
            return Ok(false);
        };
        let limit = self.properties.column_dictionary_page_size_limit(self.column.path());
        if self.dictionary_bytes >= limit {
            return Ok(false);
        }
        let (at_once, most) = (self.properties.write_batch_size(), self.properties.data_page_row_count_limit());
        let length = match rows {
            Rows::Same(length) => length,
            Rows::Keys(keys) => keys.len(),
        };
        // Pages end where the library looks whether they are full.
        for start in (0..length).step_by(at_once) {
            let end = length.min(start + at_once);
            match rows {
                Rows::Same(_) => {
                    self.rows.resize(self.rows.len() + end - start, keys.first().copied().unwrap_or_default())
                }
                Rows::Keys(of_rows) => {
                    let of_rows = of_rows.get(start..end).unwrap_or_default();
                    let key = |key: &i32| keys.get(usize::try_from(*key).ok()?).copied();
                    self.rows.extend(of_rows.iter().filter_map(key));
                }
            }
            if self.rows.len() - self.page_start >= most {
                self.end_page()?;
            }
        }
        self.batches.push(length);
        Ok(true)
    }

    /// Key of a label, which is added where it is new; none where it is too long.
    fn key(&mut self, label: &str) -> Option<u32> {
        if let Some(key) = self.keys.get(label) {
            return Some(*key);
        }
        let key = u32::try_from(self.labels.len()).ok().filter(|_| label.len() <= LONGEST_LABEL)?;
        self.dictionary_bytes += size_of::<u32>() + label.len();
        self.labels.push(label.to_owned());
        self.keys.insert(label.to_owned(), key);
        Some(key)
    }

    /// All labels, and the keys of the rows of each batch so far.
    pub(super) fn batches(&self) -> (&[String], impl Iterator<Item = &[u32]>) {
        let mut rest = self.rows.as_slice();
        let batches = self.batches.iter().map(move |length| {
            let (batch, after) = rest.split_at_checked(*length).unwrap_or_default();
            rest = after;
            batch
        });
        (&self.labels, batches)
    }

    fn label(&self, key: u32) -> &str {
        self.labels.get(key as usize).map_or("", String::as_str)
    }

    fn end_page(&mut self) -> ParquetResult<()> {
        let keys = self.rows.get(self.page_start..).unwrap_or_default();
        let Some(first) = keys.first().copied() else { return Ok(()) };
        let (mut least, mut greatest, mut text_bytes, mut seen) = (first, first, 0, self.seen);
        let mut is_known = vec![false; self.labels.len()];
        for same in keys.chunk_by(|one, next| one == next) {
            let key = same.first().copied().unwrap_or_default();
            let label = self.label(key);
            text_bytes += (label.len() * same.len()) as i64;
            if let Some(is_known) = is_known.get_mut(key as usize)
                && !std::mem::replace(is_known, true)
            {
                seen = seen.max(key + 1);
                least = if label < self.label(least) { key } else { least };
                greatest = if label > self.label(greatest) { key } else { greatest };
            }
        }
        let width = u32::BITS - seen.saturating_sub(1).leading_zeros();
        let mut bytes = vec![width as u8];
        hybrid::encode(keys, width, &mut bytes);
        let compressed = self.compressor.compress(&bytes)?.into();
        let page = DataPage { compressed, bytes: bytes.len(), rows: keys.len(), least, greatest, text_bytes };
        self.pages.push(page);
        (self.page_start, self.seen) = (self.rows.len(), seen);
        Ok(())
    }

    /// The bytes of the column, from its dictionary on, and what is to be said about them. Nothing but its memory is left,
    /// which was filled once and is faster to fill again than new one.
    pub(super) fn close(&mut self) -> ParquetResult<(Bytes, ColumnCloseResult)> {
        let closed = self.closed()?;
        self.labels.clear();
        self.keys.clear();
        self.rows.clear();
        self.batches.clear();
        self.pages.clear();
        (self.dictionary_bytes, self.seen, self.page_start) = (0, 0, 0);
        Ok(closed)
    }

    fn closed(&mut self) -> ParquetResult<(Bytes, ColumnCloseResult)> {
        self.end_page()?;
        let mut to = TrackedWrite::new(Vec::new());
        let mut writer = SerializedPageWriter::new(&mut to);
        let (dictionary, bytes) = self.dictionary()?;
        let dictionary = writer.write_page(CompressedPage::new(dictionary, bytes))?;
        let mut index = ColumnIndexBuilder::new(self.column.physical_type());
        let mut offsets = OffsetIndexBuilder::new();
        let mut uncompressed = dictionary.uncompressed_size;
        for page in &self.pages {
            let DataPage { compressed, bytes, rows, least, greatest, text_bytes } = page;
            let text = |key: u32| self.label(key).as_bytes().to_vec();
            index.append(false, text(*least), text(*greatest), 0);
            offsets.append_row_count(*rows as i64);
            offsets.append_unencoded_byte_array_data_bytes(Some(*text_bytes));
            let page = Page::DataPage {
                buf: compressed.clone(),
                num_values: u32::try_from(*rows).map_err(general)?,
                encoding: Encoding::RLE_DICTIONARY,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let written = writer.write_page(CompressedPage::new(page, *bytes))?;
            let length = i32::try_from(written.compressed_size).map_err(general)?;
            offsets.append_offset_and_size(i64::try_from(written.offset).map_err(general)?, length);
            uncompressed += written.uncompressed_size;
        }
        index.set_boundary_order(self.boundary_order());
        let length = to.bytes_written();
        let close = ColumnCloseResult {
            bytes_written: length as u64,
            rows_written: self.rows.len() as u64,
            metadata: self.metadata(length, uncompressed, dictionary.compressed_size)?,
            bloom_filter: None,
            column_index: Some(index.build()?),
            offset_index: Some(offsets.build()),
        };
        Ok((to.into_inner()?.into(), close))
    }

    /// The page of the labels, and how long it is before it is compressed.
    fn dictionary(&mut self) -> ParquetResult<(Page, usize)> {
        let mut bytes = Vec::with_capacity(self.dictionary_bytes);
        for label in &self.labels {
            bytes.extend_from_slice(&u32::try_from(label.len()).map_err(general)?.to_le_bytes());
            bytes.extend_from_slice(label.as_bytes());
        }
        let page = Page::DictionaryPage {
            buf: self.compressor.compress(&bytes)?.into(),
            num_values: u32::try_from(self.labels.len()).map_err(general)?,
            encoding: self.properties.dictionary_page_encoding(),
            is_sorted: false,
        };
        Ok((page, bytes.len()))
    }

    fn metadata(&self, bytes: usize, uncompressed: usize, dictionary: usize) -> ParquetResult<ColumnChunkMetaData> {
        let encoding = self.properties.dictionary_page_encoding();
        let of_pages = |page_type, encoding, count: usize| {
            Ok::<_, ParquetError>(PageEncodingStats {
                page_type,
                encoding,
                count: i32::try_from(count).map_err(general)?,
            })
        };
        let pages = vec![
            of_pages(PageType::DICTIONARY_PAGE, encoding, 1)?,
            of_pages(PageType::DATA_PAGE, Encoding::RLE_DICTIONARY, self.pages.len())?,
        ];
        let text = |key: u32| Some(ByteArray::from(self.label(key)));
        let least = self.pages.iter().map(|page| page.least).min_by_key(|key| self.label(*key)).and_then(text);
        let greatest = self.pages.iter().map(|page| page.greatest).max_by_key(|key| self.label(*key)).and_then(text);
        let statistics = ValueStatistics::new(least, greatest, None, Some(0), false);
        ColumnChunkMetaData::builder(self.column.clone())
            .set_compression(self.properties.compression(self.column.path()))
            .set_encodings(vec![Encoding::RLE, encoding, Encoding::RLE_DICTIONARY])
            .set_page_encoding_stats(pages)
            .set_total_compressed_size(i64::try_from(bytes).map_err(general)?)
            .set_total_uncompressed_size(i64::try_from(uncompressed).map_err(general)?)
            .set_num_values(i64::try_from(self.rows.len()).map_err(general)?)
            .set_dictionary_page_offset(Some(0))
            .set_data_page_offset(i64::try_from(dictionary).map_err(general)?)
            .set_statistics(Statistics::ByteArray(statistics.with_min_is_exact(true).with_max_is_exact(true)))
            .set_unencoded_byte_array_data_bytes(Some(self.pages.iter().map(|page| page.text_bytes).sum()))
            .build()
    }

    /// Whether the first and the last labels of pages only ascend, or only descend.
    fn boundary_order(&self) -> BoundaryOrder {
        let ends = |page: &DataPage| [self.label(page.least), self.label(page.greatest)];
        let both = |is_so: fn(&str, &str) -> bool| {
            self.pages
                .iter()
                .zip(self.pages.iter().skip(1))
                .all(|(one, next)| ends(one).into_iter().zip(ends(next)).all(|(one, next)| is_so(one, next)))
        };
        match (both(|one, next| one <= next), both(|one, next| one >= next)) {
            (true, _) => BoundaryOrder::ASCENDING,
            (false, true) => BoundaryOrder::DESCENDING,
            (false, false) => BoundaryOrder::UNORDERED,
        }
    }
}

fn general(error: std::num::TryFromIntError) -> ParquetError {
    ParquetError::General(error.to_string())
}
