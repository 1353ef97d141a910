//! The times that the router goes by.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How workers are dialled and watched. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RouterSettings {
    /// Time for a connection to be made.
    pub connect_seconds: f64,
    /// Time for reflection to tell everything about a worker.
    pub learn_seconds: f64,
    /// The first pause before a worker that was not reached is dialled again; it doubles from there.
    pub least_pause_seconds: f64,
    /// The longest such pause.
    pub greatest_pause_seconds: f64,
    /// Pause before a worker that cannot be served here is asked again.
    pub incompatible_pause_seconds: f64,
    /// Time between two health checks of a worker that refuses to be watched.
    pub check_interval_seconds: f64,
    /// Time for one such check.
    pub check_seconds: f64,
    /// Checks that must fail in a row before the worker counts as lost.
    pub check_misses: u32,
}

impl Default for RouterSettings {
    fn default() -> Self {
        Self {
            connect_seconds: 1.0,
            learn_seconds: 5.0,
            least_pause_seconds: 0.1,
            greatest_pause_seconds: 10.0,
            incompatible_pause_seconds: 60.0,
            check_interval_seconds: 5.0,
            check_seconds: 2.0,
            check_misses: 3,
        }
    }
}

impl RouterSettings {
    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// A sentence for every mistake, so that a person mends all of them at once.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let times = [
            ("connect_seconds", self.connect_seconds),
            ("learn_seconds", self.learn_seconds),
            ("least_pause_seconds", self.least_pause_seconds),
            ("greatest_pause_seconds", self.greatest_pause_seconds),
            ("incompatible_pause_seconds", self.incompatible_pause_seconds),
            ("check_interval_seconds", self.check_interval_seconds),
            ("check_seconds", self.check_seconds),
        ];
        let mut mistakes: Vec<String> = times
            .into_iter()
            .filter(|(_, seconds)| !(0.001..=86_400.0).contains(seconds))
            .map(|(name, seconds)| format!("{name} = {seconds} must lie between 0.001 and 86400"))
            .collect();
        if self.least_pause_seconds > self.greatest_pause_seconds {
            mistakes.push(format!(
                "least_pause_seconds = {} must not exceed greatest_pause_seconds = {}",
                self.least_pause_seconds, self.greatest_pause_seconds
            ));
        }
        if self.check_misses == 0 {
            mistakes.push("check_misses = 0 must be at least 1".to_owned());
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }
}

/// Seconds as a duration; what cannot be one has been refused by `validate`.
pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_all_mistakes_are_reported() {
        assert_eq!(RouterSettings::default().validate(), Ok(()));
        let wrong = RouterSettings {
            connect_seconds: f64::NAN,
            least_pause_seconds: 20.0,
            check_misses: 0,
            ..RouterSettings::default()
        };
        assert_eq!(wrong.validate().unwrap_err().len(), 3);
    }
}
