//! Long lists in messages that any client receives.

use prost::Message;

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
