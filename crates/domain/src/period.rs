//! Periods: years, half-years, quarters, months and weeks, in the forms of ISO 8601 and SDMX.

use std::fmt;
use std::str::FromStr;

/// How often a series has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Frequency {
    /// `2015`
    Year,
    /// `2015-S1`
    HalfYear,
    /// `2015-Q1`
    Quarter,
    /// `2015-03`
    Month,
    /// `2015-W07`
    Week,
}

/// A period of one frequency, ordered by frequency and then by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    frequency: Frequency,
    year: i16,
    /// 1-based within the year; 1 for years.
    part: u8,
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{sent}\" is not a period; allowed: 2015, 2015-S1, 2015-Q1, 2015-03, 2015-W07")]
pub struct PeriodError {
    /// The text.
    pub sent: String,
}

impl Period {
    /// The year `year`.
    pub const fn year(year: i16) -> Self {
        Self { frequency: Frequency::Year, year, part: 1 }
    }

    /// Its frequency.
    pub fn frequency(self) -> Frequency {
        self.frequency
    }

    /// The year it lies in (for weeks, the ISO week year).
    pub fn calendar_year(self) -> i16 {
        self.year
    }

    /// The same part of the year before. Week 53 becomes week 52 where the year before has no week 53.
    pub fn year_before(self) -> Self {
        let year = self.year - 1;
        Self { year, part: self.part.min(parts_in_year(self.frequency, year)), ..self }
    }

    /// Its start as a number of years: 2015-Q3 is 2015.5.
    pub fn in_years(self) -> f64 {
        f64::from(self.year) + f64::from(self.part - 1) / f64::from(parts_in_year(self.frequency, self.year))
    }

    /// A number that orders periods as they are ordered; see [`Self::from_number`].
    pub fn number(self) -> u32 {
        let frequency = match self.frequency {
            Frequency::Year => 0,
            Frequency::HalfYear => 1,
            Frequency::Quarter => 2,
            Frequency::Month => 3,
            Frequency::Week => 4,
        };
        // Years are stored as they are ordered: the sign bit is turned over.
        let year = u32::from(self.year.cast_unsigned() ^ 0x8000);
        frequency << 24 | year << 8 | u32::from(self.part)
    }

    /// The period of a number that [`Self::number`] gave; none for any other.
    pub fn from_number(number: u32) -> Option<Self> {
        let frequency = match number >> 24 {
            0 => Frequency::Year,
            1 => Frequency::HalfYear,
            2 => Frequency::Quarter,
            3 => Frequency::Month,
            4 => Frequency::Week,
            _ => return None,
        };
        let year = (u16::try_from(number >> 8 & 0xFFFF).ok()? ^ 0x8000).cast_signed();
        let part = u8::try_from(number & 0xFF).ok()?;
        (1..=parts_in_year(frequency, year)).contains(&part).then_some(Self { frequency, year, part })
    }

    /// The period after this one.
    pub fn next(self) -> Self {
        if self.part < parts_in_year(self.frequency, self.year) {
            Self { part: self.part + 1, ..self }
        } else {
            Self { year: self.year + 1, part: 1, ..self }
        }
    }

    /// Periods from `start` to `end`, both included; none when they differ in frequency or `end` is before `start`.
    pub fn range(start: Self, end: Self) -> Vec<Self> {
        if start.frequency != end.frequency {
            return Vec::new();
        }
        let mut periods = Vec::new();
        let mut period = start;
        while period <= end {
            periods.push(period);
            period = period.next();
        }
        periods
    }
}

fn parts_in_year(frequency: Frequency, year: i16) -> u8 {
    match frequency {
        Frequency::Year => 1,
        Frequency::HalfYear => 2,
        Frequency::Quarter => 4,
        Frequency::Month => 12,
        Frequency::Week => weeks_in_iso_year(year),
    }
}

/// 53 when the year ends on a Thursday, or the one before on a Wednesday (ISO 8601).
fn weeks_in_iso_year(year: i16) -> u8 {
    let weekday_of_last_day =
        |year: i32| (year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)).rem_euclid(7);
    let year = i32::from(year);
    if weekday_of_last_day(year) == 4 || weekday_of_last_day(year - 1) == 3 { 53 } else { 52 }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        parse(text).ok_or_else(|| PeriodError { sent: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<Period> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: i16 = digits(year)?;
    if year == 0 {
        return None;
    }
    let (frequency, part): (_, i16) = match rest.as_bytes() {
        [] => (Frequency::Year, 1),
        [b'-', b'S', _] => (Frequency::HalfYear, digits(rest.get(2..)?)?),
        [b'-', b'Q', _] => (Frequency::Quarter, digits(rest.get(2..)?)?),
        [b'-', b'W', _, _] => (Frequency::Week, digits(rest.get(2..)?)?),
        [b'-', _, _] => (Frequency::Month, digits(rest.get(1..)?)?),
        _ => return None,
    };
    let part = u8::try_from(part).ok()?;
    (1..=parts_in_year(frequency, year)).contains(&part).then_some(Period { frequency, year, part })
}

/// Digits only: no sign, no blank.
fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frequency, year, part } = self;
        match frequency {
            Frequency::Year => write!(f, "{year:04}"),
            Frequency::HalfYear => write!(f, "{year:04}-S{part}"),
            Frequency::Quarter => write!(f, "{year:04}-Q{part}"),
            Frequency::Month => write!(f, "{year:04}-{part:02}"),
            Frequency::Week => write!(f, "{year:04}-W{part:02}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn periods_are_numbers_of_years() {
        let years = |text: &str| text.parse::<Period>().unwrap().in_years();
        assert_eq!((years("2015"), years("2015-S2"), years("2015-Q4")), (2015.0, 2015.5, 2015.75));
        assert_eq!((years("2015-01"), years("2015-07")), (2015.0, 2015.5));
        assert_eq!(years("2015-W53"), 2015.0 + 52.0 / 53.0);
    }

    #[test]
    fn reads_and_writes_every_form() {
        for text in ["2015", "2015-S1", "2015-Q4", "2015-03", "2015-W07", "2015-W53"] {
            assert_eq!(period(text).to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_period() {
        for text in
            ["", "15", "2015-", "2015-S3", "2015-Q0", "2015-13", "2014-W53", "2015-H1", "+015", "２０１５", "2015-1"]
        {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn counts_on_over_the_year() {
        assert_eq!(period("2015-S2").next(), period("2016-S1"));
        assert_eq!(period("2015-W53").next(), period("2016-W01"));
        assert_eq!(period("2015-W53").year_before(), period("2014-W52"));
        assert_eq!(Period::range(period("2014"), period("2016")).len(), 3);
        assert!(Period::range(period("2016"), period("2014")).is_empty());
        assert!(Period::range(period("2014"), period("2016-Q1")).is_empty());
    }

    #[test]
    fn numbers_order_periods_as_they_are_ordered() {
        let periods = ["0001", "2014", "2015", "2015-S2", "2015-Q1", "2014-12", "2015-01", "2015-W53"].map(period);
        assert!(periods.is_sorted() && periods.map(Period::number).is_sorted());
        for known in periods.into_iter().chain([Period::year(-1)]) {
            assert_eq!(Period::from_number(known.number()), Some(known));
        }
        assert!(Period::year(-1).number() < Period::year(1).number());
        for wrong in [u32::MAX, 0, period("2015-Q4").number() + 1, 9 << 24] {
            assert_eq!(Period::from_number(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,10}") {
            let _ = text.parse::<Period>();
        }

        #[test]
        fn reads_what_it_writes(year in 1i16..9999, part in 1u8..=12) {
            let month = Period { frequency: Frequency::Month, year, part };
            prop_assert_eq!(month.to_string().parse::<Period>(), Ok(month));
        }
    }
}
