//! Apache Arrow IPC, files and streams, message by message.
//!
//! A file is a stream between two marks, with a list of its messages behind it that is not needed to read it once. Sizes
//! are checked against what is there before anything is set aside for them.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::{Message, RecordBatch as Batch, root_as_message};

use super::table::Table;
use super::{damaged, guarded};
use crate::cells::Output;
use crate::options::Options;
use crate::report::Rule;
use crate::source::{Reading, SourceError};

/// What files begin with. Up to a multiple of eight or of 64 bytes nothing but zeros follows.
const MAGIC: [u8; 8] = *b"ARROW1\0\0";

/// How many zeros, four at a time, may stand before the first message of a file.
const MOST_PADDING: usize = 16;

/// What a message begins with since version 0.15 of the format.
const CONTINUATION: [u8; 4] = [0xFF; 4];

/// The largest description of a message: a table of ten thousand columns has one of a megabyte.
const LARGEST_DESCRIPTION: u64 = 16 << 20;

/// The largest batch, as it is stored and as it is decoded.
const LARGEST_BATCH: u64 = 1 << 30;

/// Reads an Arrow file or stream.
///
/// # Errors
///
/// It cannot be read, is damaged, or has a batch that is too large.
pub(crate) fn stream(input: impl Read, options: &Options, output: &mut Output<'_>) -> Reading {
    let mut messages = Messages::new(input)?;
    let mut decoder = StreamDecoder::new();
    let mut table = None;
    while let Some(message) = messages.next()? {
        let batches = decode(&mut decoder, message)?;
        if table.is_none()
            && let Some(schema) = decoder.schema()
        {
            let Some(found) = Table::new(&schema, options, &mut output.report) else {
                return Ok(ControlFlow::Continue(()));
            };
            table = Some(found);
        }
        for batch in batches {
            if let Some(table) = &mut table
                && table.read(&batch, output)?.is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    if table.is_none() {
        return Err(SourceError::new(Rule::NoData, 0, "no batch"));
    }
    Ok(ControlFlow::Continue(()))
}

/// Gives a whole message to the decoder, which may have kept one without a body until now.
fn decode(decoder: &mut StreamDecoder, message: Vec<u8>) -> Result<Vec<RecordBatch>, SourceError> {
    let mut bytes = Buffer::from_vec(message);
    let mut batches = Vec::new();
    while !bytes.is_empty() {
        batches.extend(guarded(|| decoder.decode(&mut bytes))?);
    }
    Ok(batches)
}

/// Messages of a stream.
struct Messages<R> {
    input: R,
    /// How many zeros, four at a time, may come before the next message.
    padding: usize,
}

impl<R: Read> Messages<std::io::Chain<Cursor<Vec<u8>>, R>> {
    fn new(mut input: R) -> Result<Self, SourceError> {
        let mut start = Vec::new();
        input.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start)?;
        let is_file = start == MAGIC;
        if is_file {
            start.clear();
        }
        Ok(Self { input: Cursor::new(start).chain(input), padding: if is_file { MOST_PADDING } else { 0 } })
    }
}

impl<R: Read> Messages<R> {
    /// The next message as it stands, checked; none at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, SourceError> {
        let mut length = self.bytes(4)?;
        while length == [0; 4] && self.padding > 0 {
            self.padding -= 1;
            length = self.bytes(4)?;
        }
        self.padding = 0;
        if length == CONTINUATION {
            length = self.bytes(4)?;
        }
        let length: [u8; 4] = match length.as_slice().try_into() {
            Ok(length) => length,
            Err(_) if length.is_empty() => return Ok(None),
            Err(_) => return Err(damaged("it ends within a message")),
        };
        let size = u64::from(u32::from_le_bytes(length));
        if size == 0 {
            return Ok(None);
        }
        if size > LARGEST_DESCRIPTION {
            return Err(damaged("the description of a message is too long"));
        }
        let description = self.bytes(size)?;
        let message = root_as_message(&description).map_err(|error| damaged(&error.to_string()))?;
        let wanted = u64::try_from(message.bodyLength()).map_err(|_| damaged("a message has a negative length"))?;
        if wanted > LARGEST_BATCH {
            return Err(SourceError::new(Rule::TooLarge, 0, format!("a batch of {wanted} bytes")));
        }
        let body = self.bytes(wanted)?;
        if (description.len() as u64, body.len() as u64) != (size, wanted) {
            return Err(damaged("it ends within a message"));
        }
        check(&message, &body)?;
        let mut whole = Vec::with_capacity(8 + description.len() + body.len());
        whole.extend(CONTINUATION);
        whole.extend(length);
        whole.extend(&description);
        whole.extend(&body);
        Ok(Some(whole))
    }

    /// As many bytes as there are, up to a number.
    fn bytes(&mut self, most: u64) -> Result<Vec<u8>, SourceError> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Checks that the buffers of a batch lie within its body and do not expand beyond what is decoded.
fn check(message: &Message<'_>, body: &[u8]) -> Result<(), SourceError> {
    let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let Some(batch) = message.header_as_record_batch().or(dictionary) else {
        return Ok(());
    };
    let mut total = 0_u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let range = usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
        let bytes = range.and_then(|(start, length)| body.get(start..start.checked_add(length)?));
        let bytes = bytes.ok_or_else(|| damaged("a buffer lies outside of its message"))?;
        total = total.saturating_add(expanded(&batch, bytes));
    }
    let rows = u64::try_from(batch.length()).map_err(|_| damaged("a batch has a negative number of rows"))?;
    if total > LARGEST_BATCH || rows > LARGEST_BATCH {
        return Err(SourceError::new(Rule::TooLarge, 0, format!("a batch of {rows} rows and {total} bytes")));
    }
    Ok(())
}

/// What a buffer expands to: it says so itself in its first eight bytes where the batch is compressed.
fn expanded(batch: &Batch<'_>, bytes: &[u8]) -> u64 {
    let stored = bytes.len() as u64;
    let length = bytes.first_chunk::<8>().filter(|_| batch.compression().is_some());
    length.map_or(stored, |length| u64::try_from(i64::from_le_bytes(*length)).unwrap_or(stored))
}
