//! Page tokens: opaque, pinned to a vintage and to the filter of the page before.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::VintageInfo;
use prost::Message;
use sha2::{Digest, Sha256};

/// Raised when the form of tokens changes, so that old ones are refused.
const FORM: u8 = 1;
const VINTAGE_DIGEST_BYTES: usize = 8;
const FILTER_DIGEST_BYTES: usize = 16;
const CHECK_BYTES: usize = 8;
const PAYLOAD_BYTES: usize = 1 + 8 + 4 + VINTAGE_DIGEST_BYTES + FILTER_DIGEST_BYTES;

/// Where the next page begins, and of which vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageToken {
    /// Position of the first observation.
    pub(crate) offset: u64,
    /// Number of the vintage that the first page read.
    pub(crate) vintage: u32,
    vintage_digest: [u8; VINTAGE_DIGEST_BYTES],
}

impl PageToken {
    pub(crate) fn new(offset: u64, vintage: &VintageInfo) -> Self {
        Self { offset, vintage: vintage.number, vintage_digest: of_vintage(vintage) }
    }

    /// Whether it was written for this very vintage, not for another of the same number.
    pub(crate) fn fits(&self, vintage: &VintageInfo) -> bool {
        self.vintage == vintage.number && self.vintage_digest == of_vintage(vintage)
    }

    /// The token as a caller gets it.
    pub(crate) fn write(&self, filter: &v1::ObservationFilter) -> String {
        let mut bytes = vec![FORM];
        bytes.extend(self.offset.to_be_bytes());
        bytes.extend(self.vintage.to_be_bytes());
        bytes.extend(self.vintage_digest);
        bytes.extend(of_filter(filter));
        bytes.extend(check(&bytes));
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads a token that was written for `filter`.
    ///
    /// # Errors
    ///
    /// PAGE_TOKEN_MISMATCH of anything else.
    pub(crate) fn read(text: &str, filter: &v1::ObservationFilter) -> Result<Self, Refusal> {
        Self::parse(text, filter).ok_or_else(mismatch)
    }

    fn parse(text: &str, filter: &v1::ObservationFilter) -> Option<Self> {
        let bytes = bytes(text)?;
        let (payload, sent_check) = bytes.split_at_checked(PAYLOAD_BYTES)?;
        let (form, rest) = payload.split_first()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (vintage, rest) = rest.split_first_chunk()?;
        let (vintage_digest, sent_filter) = rest.split_first_chunk()?;
        let intact = *form == FORM && sent_check == check(payload) && sent_filter == of_filter(filter);
        intact.then_some(Self {
            offset: u64::from_be_bytes(*offset),
            vintage: u32::from_be_bytes(*vintage),
            vintage_digest: *vintage_digest,
        })
    }
}

/// The refusal of a token that does not belong to the request.
pub(crate) fn mismatch() -> Refusal {
    let message = "page_token belongs to another request, or was changed; send the filter of the page before";
    Refusal::new(Reason::PageTokenMismatch, message).with_violation("page_token", message)
}

fn of_vintage(vintage: &VintageInfo) -> [u8; VINTAGE_DIGEST_BYTES] {
    first(&Sha256::digest(vintage.digest.as_bytes()))
}

/// A message without maps has one form on the wire.
fn of_filter(filter: &v1::ObservationFilter) -> [u8; FILTER_DIGEST_BYTES] {
    first(&Sha256::digest(filter.encode_to_vec()))
}

/// Finds changes. No secret is needed: a token opens nothing that its filter does not.
fn check(payload: &[u8]) -> [u8; CHECK_BYTES] {
    first(&Sha256::digest(payload))
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

/// The bytes of lower-case hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * (PAYLOAD_BYTES + CHECK_BYTES) || text.bytes().any(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    let digit = |letter: u8| char::from(letter).to_digit(16);
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> PageToken {
        PageToken { offset: 1000, vintage: 3, vintage_digest: [7; VINTAGE_DIGEST_BYTES] }
    }

    fn filter(dataset: &str) -> v1::ObservationFilter {
        v1::ObservationFilter { dataset: dataset.into(), ..Default::default() }
    }

    #[test]
    fn reads_what_it_writes() {
        let text = token().write(&filter("d"));
        assert_eq!(PageToken::read(&text, &filter("d")).unwrap(), token());
    }

    #[test]
    fn refuses_another_filter_and_every_change() {
        let text = token().write(&filter("d"));
        assert_eq!(PageToken::read(&text, &filter("e")).unwrap_err().reason, Reason::PageTokenMismatch);
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(PageToken::read(&changed, &filter("d")).is_err(), "{position}");
        }
        for wrong in ["", "00", &text[2..], &text.to_uppercase(), "é", &format!("{text}00")] {
            assert!(PageToken::read(wrong, &filter("d")).is_err(), "{wrong}");
        }
    }
}
