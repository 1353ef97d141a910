//! What the pages of a Parquet file say of their own sizes, checked before anything is decoded: the decoder sets aside what
//! a page says it needs, which 32 bits make up to two gigabytes.

use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::file::reader::ChunkReader;

use super::damaged;
use crate::report::Rule;
use crate::source::SourceError;

/// The largest page that is decoded. Writers make pages of about a megabyte.
const LARGEST_PAGE: i64 = 256 << 20;

/// Bytes of a header, statistics with long texts among them.
const USUAL_HEADER: u64 = 1 << 10;
const LONGEST_HEADER: u64 = 1 << 20;

/// How deeply the parts of a header are nested.
const DEPTH: usize = 8;

/// Checks every page of some columns.
///
/// # Errors
///
/// A page is larger than is decoded, lies outside of its column, or holds more than its column does.
pub(super) fn check<R: ChunkReader>(
    input: &R,
    metadata: &ArrowReaderMetadata,
    is_wanted: impl Fn(usize) -> bool,
) -> Result<(), SourceError> {
    let schema = metadata.parquet_schema();
    for group in metadata.metadata().row_groups() {
        for (at, column) in group.columns().iter().enumerate() {
            if is_wanted(schema.get_column_root_idx(at)) {
                let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
                let start = start.min(column.data_page_offset());
                let chunk = Chunk { start, length: column.compressed_size(), expanded: column.uncompressed_size() };
                chunk.check(input)?;
            }
        }
    }
    Ok(())
}

/// Where a column of a row group lies, by what the end of the file says.
struct Chunk {
    start: i64,
    length: i64,
    /// Bytes of all its pages together once they are unpacked, with their headers.
    expanded: i64,
}

impl Chunk {
    fn check<R: ChunkReader>(&self, input: &R) -> Result<(), SourceError> {
        let outside = || damaged("a column lies outside of the file");
        let mut at = u64::try_from(self.start).map_err(|_| outside())?;
        let end = at.checked_add(u64::try_from(self.length).map_err(|_| outside())?);
        let end = end.filter(|end| *end <= input.len()).ok_or_else(outside)?;
        while at < end {
            let header = header(input, at, end)?;
            let (packed, expanded) = (i64::from(header.packed), i64::from(header.expanded));
            if expanded > LARGEST_PAGE {
                return Err(SourceError::new(Rule::TooLarge, 0, format!("a page of {expanded} bytes")));
            }
            let rest = i64::try_from(end - at).unwrap_or(i64::MAX) - i64::try_from(header.length).unwrap_or(i64::MAX);
            // A value of a dictionary takes a byte at least.
            if !(0..=rest).contains(&packed)
                || !(0..=self.expanded).contains(&expanded)
                || header.dictionary.is_some_and(|values| !(0..=expanded).contains(&i64::from(values)))
            {
                return Err(damaged("a page says that it is larger than its column"));
            }
            at += header.length + packed.unsigned_abs();
        }
        Ok(())
    }
}

/// The header of the page that begins somewhere in a column.
fn header<R: ChunkReader>(input: &R, at: u64, end: u64) -> Result<Header, SourceError> {
    for most in [USUAL_HEADER, LONGEST_HEADER] {
        let length = usize::try_from(most.min(end - at)).unwrap_or(usize::MAX);
        let bytes = input.get_bytes(at, length).map_err(|error| damaged(&error.to_string()))?;
        if let Some(header) = Header::read(&bytes) {
            return Ok(header);
        }
    }
    Err(damaged("a page has no header that can be read"))
}

/// What a header says of sizes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Header {
    /// Bytes of the header itself.
    length: u64,
    expanded: i32,
    packed: i32,
    /// Values of a dictionary.
    dictionary: Option<i32>,
}

impl Header {
    /// Reads a header; none where the bytes end before it does, or are none.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut header = Self::default();
        let mut reader = Compact { bytes, at: 0 };
        let mut field = 0;
        while let Some((number, kind)) = reader.field(field)? {
            field = number;
            match (number, kind) {
                (2, Kind::INTEGER) => header.expanded = reader.integer()?,
                (3, Kind::INTEGER) => header.packed = reader.integer()?,
                (7, Kind::STRUCT) => header.dictionary = Some(reader.first_integer()?),
                _ => reader.skip(kind, DEPTH)?,
            }
        }
        header.length = reader.at as u64;
        Some(header)
    }
}

/// Kinds of values in Thrift's compact protocol.
struct Kind;

impl Kind {
    const TRUE: u8 = 1;
    const FALSE: u8 = 2;
    const BYTE: u8 = 3;
    const SHORT: u8 = 4;
    const INTEGER: u8 = 5;
    const LONG: u8 = 6;
    const DOUBLE: u8 = 7;
    const BINARY: u8 = 8;
    const LIST: u8 = 9;
    const SET: u8 = 10;
    const STRUCT: u8 = 12;
}

/// Reads Thrift's compact protocol, as far as headers of pages use it: they have no maps.
struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn integer(&mut self) -> Option<i32> {
        let zigzag = self.varint()?;
        let value = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        i32::try_from(value).ok()
    }

    /// Number and kind of the next field of a struct, by the number of the one before; `Some(None)` at its end.
    fn field(&mut self, before: i32) -> Option<Option<(i32, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        let number = match byte >> 4 {
            0 => self.integer()?,
            step => before.checked_add(i32::from(step))?,
        };
        Some(Some((number, byte & 0x0F)))
    }

    /// The first field of a struct that is a number, which is its own first one; the rest of it is skipped.
    fn first_integer(&mut self) -> Option<i32> {
        let (mut field, mut found) = (0, None);
        while let Some((number, kind)) = self.field(field)? {
            field = number;
            match (number, kind) {
                (1, Kind::INTEGER) => found = Some(self.integer()?),
                _ => self.skip(kind, DEPTH)?,
            }
        }
        found
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            Kind::TRUE | Kind::FALSE => {}
            Kind::BYTE => self.over(1)?,
            Kind::SHORT | Kind::INTEGER | Kind::LONG => {
                self.varint()?;
            }
            Kind::DOUBLE => self.over(8)?,
            Kind::BINARY => {
                let length = self.varint()?;
                self.over(length)?;
            }
            Kind::LIST | Kind::SET => {
                let byte = self.byte()?;
                let length = if byte >> 4 == 0x0F { self.varint()? } else { u64::from(byte >> 4) };
                // Each takes a byte at least; truths are bytes in a list.
                for _ in 0..length {
                    match byte & 0x0F {
                        Kind::TRUE | Kind::FALSE => self.over(1)?,
                        kind => self.skip(kind, depth)?,
                    }
                }
            }
            Kind::STRUCT => {
                let mut field = 0;
                while let Some((number, kind)) = self.field(field)? {
                    field = number;
                    self.skip(kind, depth)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn over(&mut self, length: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        self.at = Some(end).filter(|end| *end <= self.bytes.len())?;
        Some(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    use bytes::Bytes;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ArrowReaderOptions;
    use parquet::basic::{Compression, ZstdLevel};
    use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};

    fn file(version: WriterVersion) -> Vec<u8> {
        let texts: StringArray = (0..5000).map(|at| Some(format!("region {}", at % 700))).collect();
        let values: Float64Array = (0..5000).map(|at| (at % 3 > 0).then_some(f64::from(at))).collect();
        let columns: [(&str, ArrayRef); 2] = [("region", Arc::new(texts)), ("value", Arc::new(values))];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Page)
            .set_data_page_row_count_limit(500)
            .set_write_batch_size(100)
            .build();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    fn checked(bytes: Vec<u8>) -> Result<(), SourceError> {
        let bytes = Bytes::from(bytes);
        let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::default()).unwrap();
        check(&bytes, &metadata, |_| true)
    }

    #[test]
    fn pages_of_our_own_writer_are_in_order() {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let bytes = file(version);
            let header = Header::read(&bytes[4..]).unwrap();
            assert_eq!(header.dictionary, Some(700));
            assert!(header.packed > 0 && header.expanded > header.packed, "{header:?}");
            checked(bytes).unwrap();
        }
    }

    #[test]
    fn a_page_that_lies_about_its_size_is_refused_before_it_is_decoded() {
        let bytes = file(WriterVersion::PARQUET_1_0);
        let header = Header::read(&bytes[4..]).unwrap();
        // Field 2 of the header, the size of the page unpacked, follows the first field of two bytes.
        assert_eq!(bytes[4..7], [0x15, 0x04, 0x15]);
        let mut size = Vec::new();
        let mut zigzag = header.expanded.unsigned_abs() * 2;
        while zigzag > 0x7F {
            size.push((zigzag & 0x7F) as u8 | 0x80);
            zigzag >>= 7;
        }
        size.push(zigzag as u8);
        assert_eq!(bytes[7..7 + size.len()], size);
        // As many bytes, so that everything stays in its place, and the largest size that they can say.
        let mut lying = bytes.clone();
        for (at, byte) in lying[7..7 + size.len()].iter_mut().enumerate() {
            *byte = if at + 1 < size.len() { 0xFE } else { 0x7E };
        }
        let said = Header::read(&lying[4..]).unwrap();
        assert!(said.expanded > header.expanded * 2, "{said:?}");
        let error = checked(lying).unwrap_err();
        assert!(error.message.contains("larger than its column"), "{error}");
        for cut in [Header::read(&bytes[4..10]), Header::read(&[]), Header::read(&[0xFF; 100])] {
            assert_eq!(cut, None);
        }
    }

    #[test]
    fn two_gigabytes_are_refused_whatever_the_end_of_the_file_says() {
        // Fields 2 and 3 with 2^31 - 1 and 1, and the end of the header.
        let page: &[u8] = &[0x25, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x15, 0x02, 0x00, 0x00];
        let chunk = Chunk { start: 0, length: page.len() as i64, expanded: i64::MAX };
        let error = chunk.check(&Bytes::from_static(page)).unwrap_err();
        assert!(matches!(error.rule, Rule::TooLarge), "{error}");
        // A dictionary of as many values in a page of one byte.
        let page: &[u8] = &[0x25, 0x02, 0x15, 0x02, 0x4C, 0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x00, 0x00];
        let chunk = Chunk { start: 0, length: page.len() as i64, expanded: 1 };
        assert!(chunk.check(&Bytes::from_static(page)).is_err());
        let outside = Chunk { start: 5, length: 100, expanded: 1 };
        assert!(outside.check(&Bytes::from_static(page)).is_err());
    }
}
