//! Pauses between attempts: doubling, with jitter that spreads many routers but repeats for each.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::settings::{RouterSettings, seconds};

/// The pauses of one worker.
#[derive(Debug)]
pub(super) struct Pauses {
    least: Duration,
    greatest: Duration,
    seed: u64,
    attempt: u32,
}

impl Pauses {
    pub(super) fn new(worker: &str, settings: &RouterSettings) -> Self {
        let mut hasher = DefaultHasher::new();
        (worker, std::process::id()).hash(&mut hasher);
        Self {
            least: seconds(settings.least_pause_seconds),
            greatest: seconds(settings.greatest_pause_seconds),
            seed: hasher.finish(),
            attempt: 0,
        }
    }

    /// Begins again with the shortest pause.
    pub(super) fn reset(&mut self) {
        self.attempt = 0;
    }

    /// The next pause: twice the one before, up to a fifth shorter.
    pub(super) fn next(&mut self) -> Duration {
        let doubled = self.least.saturating_mul(1_u32.checked_shl(self.attempt).unwrap_or(u32::MAX));
        self.attempt = self.attempt.saturating_add(1).min(31);
        // A step of the splitmix sequence: the top bits are as good as random.
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let fraction = (mixed >> 40) as f64 / (1_u64 << 24) as f64;
        doubled.min(self.greatest).mul_f64(1.0 - 0.2 * fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_greatest_and_begin_again() {
        let mut pauses = Pauses::new("w", &RouterSettings::default());
        let all: Vec<f64> = (0..40).map(|_| pauses.next().as_secs_f64()).collect();
        for (number, pause) in all.iter().enumerate() {
            let full = (0.1 * 2_f64.powi(number.min(20) as i32)).min(10.0);
            assert!((0.8 * full..=full).contains(pause), "{number}: {pause}");
        }
        pauses.reset();
        assert!(pauses.next().as_secs_f64() <= 0.1);
    }
}
