//! How a long method tells how far it is, and learns that it should stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The caller does not want the result any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the computation was stopped")]
pub struct Stopped;

/// Work done and work known to come, counted by the method; and whether it should stop, said by its caller.
///
/// A method counts in units of its own (permutations, regions, windows) and counts often enough that it stops within a
/// tenth of a second. Counting never changes a result.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    announced: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// No work yet, and nobody stops it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds units of work that are known to come, but for those that were announced.
    pub fn expect(&self, units: usize) {
        let units = units as u64;
        let take = |announced: u64| Some(announced.saturating_sub(units));
        // The function always answers, so that both cases hold what there was before.
        let (Ok(announced) | Err(announced)) = self.announced.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        self.total.fetch_add(units.saturating_sub(announced), Ordering::Relaxed);
    }

    /// Adds units of work that methods will expect later: for a caller of several methods, so that what is done is told as a
    /// share of all of them from the start.
    pub fn announce(&self, units: usize) {
        self.announced.fetch_add(units as u64, Ordering::Relaxed);
        self.total.fetch_add(units as u64, Ordering::Relaxed);
    }

    /// Takes back what was announced and nobody expected.
    pub fn settle(&self) {
        let left = self.announced.swap(0, Ordering::Relaxed);
        self.total.fetch_sub(left, Ordering::Relaxed);
    }

    /// Counts units of work as done.
    ///
    /// # Errors
    ///
    /// [`Stopped`] once the caller wants no more: pass it on.
    pub fn advance(&self, units: usize) -> Result<(), Stopped> {
        self.done.fetch_add(units as u64, Ordering::Relaxed);
        self.check()
    }

    /// Counts nothing, but tells whether to go on.
    ///
    /// # Errors
    ///
    /// [`Stopped`] once the caller wants no more: pass it on.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.stopped.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(()) }
    }

    /// Asks the method to stop.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Units done, and units known so far.
    pub fn counted(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_until_it_is_stopped() {
        let progress = Progress::new();
        progress.expect(3);
        assert_eq!((progress.advance(2), progress.counted()), (Ok(()), (2, 3)));
        progress.stop();
        assert_eq!((progress.advance(1), progress.check(), progress.counted()), (Err(Stopped), Err(Stopped), (3, 3)));
    }

    #[test]
    fn what_was_announced_is_not_expected_twice() {
        let progress = Progress::new();
        progress.announce(10);
        progress.expect(4);
        assert_eq!(progress.counted(), (0, 10));
        progress.expect(9);
        assert_eq!(progress.counted(), (0, 13));
        progress.announce(5);
        progress.expect(2);
        progress.settle();
        assert_eq!(progress.counted(), (0, 15));
        progress.expect(1);
        assert_eq!(progress.counted(), (0, 16));
    }
}
