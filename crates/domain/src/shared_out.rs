//! Work on parts of what is large, on all cores.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

/// Does some work on each of `n` parts, which threads of their own take one after the other: those of a pool may be busy with
/// an analysis. What is done with a part must not depend on when it is done.
pub fn share_out<T: Send>(n: usize, parts: impl Iterator<Item = T> + Send, work: impl Fn(T) + Sync) {
    let helpers = std::thread::available_parallelism().map_or(1, NonZero::get).min(n).saturating_sub(1);
    let parts = Mutex::new(parts);
    // The lock is free again before the work begins.
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = || {
        while let Some(part) = next() {
            work(part);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // Where there is no further thread, this one does it all.
            let _ = std::thread::Builder::new().spawn_scoped(scope, take);
        }
        take();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_taken_once() {
        for n in [0, 1, 2, 100] {
            let mut taken = vec![0; n];
            share_out(n, taken.iter_mut().zip(0..), |(place, number)| *place += number);
            assert!(taken.into_iter().eq(0..n));
        }
    }
}
