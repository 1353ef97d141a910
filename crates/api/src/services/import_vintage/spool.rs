//! The room that uploads have together while they lie in temporary files.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use growthpole_contracts::{Reason, Refusal};

/// Room for uploads. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Spool {
    taken: Arc<AtomicU64>,
    most: u64,
}

/// What one upload takes of it; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Room {
    spool: Spool,
    bytes: u64,
}

impl Spool {
    pub(super) fn new(most: u64) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// Room for an upload, of no bytes yet.
    pub(super) fn room(&self) -> Room {
        Room { spool: self.clone(), bytes: 0 }
    }
}

impl Room {
    /// Takes room for further bytes, or refuses them.
    pub(super) fn take(&mut self, bytes: u64) -> Result<(), Refusal> {
        let Spool { taken, most } = &self.spool;
        let fits = |taken: u64| taken.checked_add(bytes).filter(|taken| taken <= most);
        if taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
            let message = format!("uploads take {most} bytes together already (import.spool_bytes): try again later");
            return Err(Refusal::new(Reason::TooManyUploads, message));
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.spool.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_bounded_and_given_back() {
        let spool = Spool::new(10);
        let (mut first, mut second) = (spool.room(), spool.room());
        assert!(first.take(6).is_ok() && second.take(4).is_ok());
        let refusal = second.take(1).unwrap_err();
        assert_eq!(refusal.reason, Reason::TooManyUploads);
        drop(first);
        assert!(second.take(6).is_ok() && second.take(u64::MAX).is_err());
        drop(second);
        assert!(spool.room().take(10).is_ok());
    }
}
