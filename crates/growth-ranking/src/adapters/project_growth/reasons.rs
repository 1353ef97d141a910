//! Why something has no projection, in codes and in words.

use growthpole_contracts::v1;
use growthpole_domain::Period;
use growthpole_methods::growth::projection::{NotShifted, Unprojected};

/// A reason as answers show it.
pub(super) struct Reason {
    pub(super) code: &'static str,
    pub(super) text: String,
    pub(super) periods: Vec<String>,
}

impl Reason {
    fn of(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), periods: Vec::new() }
    }

    fn in_period(code: &'static str, periods: &[Period], period: usize, text: impl FnOnce(&str) -> String) -> Self {
        let period = periods.get(period).map(Period::to_string).unwrap_or_default();
        Self { code, text: text(&period), periods: vec![period] }
    }

    /// Why a series has none.
    pub(super) fn of_series(reason: Unprojected, periods: &[Period]) -> Self {
        match reason {
            Unprojected::MissingValue { period } => {
                Self::in_period("MISSING_VALUE", periods, period, |period| format!("No value in {period}."))
            }
            Unprojected::NotPositive { period, value } => {
                let text = |period: &str| format!("{value} in {period} has no logarithm.");
                Self::in_period("NOT_POSITIVE", periods, period, text)
            }
            Unprojected::NotBelowSaturation { period, value, saturation } => {
                let text = |period: &str| format!("{value} in {period} is not below the saturation {saturation}.");
                Self::in_period("ABOVE_SATURATION", periods, period, text)
            }
            Unprojected::TooShort { length, needed } => {
                Self::of("TOO_SHORT", format!("{length} periods are too few: {needed} are needed."))
            }
            Unprojected::OutOfRange => Self::of("OUT_OF_RANGE", "A number is beyond the range of numbers."),
        }
    }

    /// Why shift-share has none.
    pub(super) fn of_shift_share(reason: NotShifted, periods: &[Period]) -> Self {
        match reason {
            NotShifted::NoFactor { period } => {
                let text = |period: &str| format!("The base up to {period} has no locational factor.");
                Self::in_period("NO_LOCATIONAL_FACTOR", periods, period, text)
            }
            NotShifted::ZeroLevel => Self::of("ZERO_LEVEL", "Nothing is there in the last period."),
            NotShifted::TooFewErrors { origins } => {
                Self::of("TOO_FEW_ERRORS", format!("Errors of {origins} origins are too few for an interval."))
            }
            NotShifted::OutOfRange => Self::of("OUT_OF_RANGE", "A number is beyond the range of numbers."),
        }
    }

    /// As the list of regions without a projection shows it.
    pub(super) fn message(self, region: Option<v1::RegionLabel>) -> v1::UnprojectedRegion {
        v1::UnprojectedRegion { region, reason: self.code.to_owned(), text: self.text, periods: self.periods }
    }
}
