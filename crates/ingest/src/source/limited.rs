//! What a compressed file may expand to.

use std::io::{self, Read};

use crate::report::Rule;

/// Every file may expand to that.
const ALWAYS: u64 = 256 << 20;
/// And to that many times its size. Tables of numbers compress to a tenth or, where most are equal, a hundredth.
const TIMES: u64 = 200;

/// Fails once more has been read than a compressed file of some size may expand to.
pub(super) struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Limited<R> {
    /// What a file of `compressed` bytes expands to.
    pub(super) fn new(inner: R, compressed: u64) -> Self {
        Self { inner, left: ALWAYS.max(compressed.saturating_mul(TIMES)) }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::new(io::ErrorKind::FileTooLarge, TooFar)),
        }
        Ok(read)
    }
}

/// A file expands to more than is read.
#[derive(Debug, thiserror::Error)]
#[error("more than 256 MiB and than 200 times the compressed size")]
struct TooFar;

/// The rule that an error is about, where it is one of the limit.
pub(super) fn rule_of(error: &io::Error) -> Option<Rule> {
    let inner = error.get_ref()?;
    inner.is::<TooFar>().then_some(Rule::ExpandsTooFar)
}
