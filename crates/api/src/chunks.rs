//! Long lists in messages that any client receives.

use futures_util::{Stream, StreamExt as _, stream};
use prost::Message;
use tonic::Status;

/// The most rows of one message of a stream.
pub(crate) const ROWS_PER_MESSAGE: usize = 2000;

/// Bytes of rows after which a message ends: notes and sources may be long, and clients receive 4 MiB by default.
const BYTES_PER_MESSAGE: usize = 2 << 20;

/// The rows from `offset` on, converted: at most `most`, fewer where they are long, at least one where there is one.
pub(crate) fn take<Row, To: Message>(
    rows: &[Row],
    offset: usize,
    most: usize,
    convert: impl Fn(&Row) -> To,
) -> Vec<To> {
    let mut bytes = 0;
    let mut taken = Vec::new();
    for row in rows.iter().skip(offset).take(most) {
        let message = convert(row);
        bytes += message.encoded_len();
        if bytes > BYTES_PER_MESSAGE && !taken.is_empty() {
            break;
        }
        taken.push(message);
    }
    taken
}

/// Rows that come in parts, converted and cut into messages. The first message is there also where there are no rows.
pub(crate) fn messages_of<Row: Send + 'static, To: Message + 'static>(
    first: Vec<Row>,
    rest: impl Stream<Item = Result<Vec<Row>, Status>> + Send + 'static,
    convert: fn(&Row) -> To,
) -> impl Stream<Item = Result<Vec<To>, Status>> + Send + 'static {
    let without_rows = first.is_empty().then(|| Ok(Vec::new()));
    let parts = stream::iter([Ok(first)]).chain(rest);
    stream::iter(without_rows).chain(parts.flat_map(move |part| stream::iter(cut(part, convert))))
}

fn cut<Row, To: Message>(
    part: Result<Vec<Row>, Status>,
    convert: fn(&Row) -> To,
) -> impl Iterator<Item = Result<Vec<To>, Status>> {
    let (rows, error) = match part {
        Ok(rows) => (rows, None),
        Err(status) => (Vec::new(), Some(Err(status))),
    };
    let mut offset = 0;
    let messages = std::iter::from_fn(move || {
        let taken = take(&rows, offset, ROWS_PER_MESSAGE, convert);
        offset += taken.len();
        (!taken.is_empty()).then_some(Ok(taken))
    });
    messages.chain(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_end_a_message_early_and_no_row_is_skipped() {
        let rows = vec!["x".repeat(BYTES_PER_MESSAGE / 2); 5];
        assert_eq!(take(&rows, 0, 5, String::clone).len(), 1);
        let rows: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        assert_eq!(take(&rows, 3, 4, String::clone), ["3", "4", "5", "6"]);
        assert!(take(&rows, 10, 4, String::clone).is_empty());
        assert_eq!(take(&["x".repeat(3 * BYTES_PER_MESSAGE)], 0, 5, String::clone).len(), 1);
    }
}
