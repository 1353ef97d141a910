//! Periods in the forms that offices write them in.

use growthpole_domain::Period;

use crate::mapping::{PeriodForms, SixDigits};

/// Reads periods, and remembers the last one: files are often sorted by it.
#[derive(Debug, Default)]
pub(crate) struct Periods {
    forms: PeriodForms,
    last: Option<(Box<str>, Period)>,
}

impl Periods {
    /// Reads periods that are written as `forms` says.
    pub(crate) fn new(forms: PeriodForms) -> Self {
        Self { forms, last: None }
    }

    /// Reads a period.
    #[inline]
    pub(crate) fn read(&mut self, text: &str) -> Option<Period> {
        if let Some((last, period)) = &self.last
            && **last == *text
        {
            return Some(*period);
        }
        let period = parse(text, self.forms)?;
        self.last = Some((text.into(), period));
        Some(period)
    }
}

/// Reads a period in any form.
///
/// ```text
/// year        2015  2015A  2015-A1  2015年
/// half-year   2015-S1  2015S1  2015-H1  2015H1
/// quarter     2015-Q1  2015Q1  2015Q01  2015-Q01  2015:Q1  2015年第一季度  2015年1季度
/// month       2015-03  2015-M03  2015M03  2015年3月; 201503 where the mapping says so
/// week        2015-W07  2015W07
/// ```
pub(crate) fn parse(text: &str, forms: PeriodForms) -> Option<Period> {
    if let Ok(period) = text.parse() {
        return Some(period);
    }
    let (year, rest) = text.split_at_checked(4)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Some(rest) = rest.strip_prefix('年') {
        return chinese(year, rest);
    }
    if rest.len() == 2 && forms.six_digits == SixDigits::Month {
        return format!("{year}-{rest}").parse().ok();
    }
    // The BEA writes quarters with a colon.
    let part = rest.strip_prefix(['-', ':']).unwrap_or(rest);
    let letter = part.bytes().next()?;
    let number = part.get(1..)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) || number.len() > 2 {
        return None;
    }
    let number: Option<u8> = number.parse().ok();
    match (letter, number) {
        (b'A', None | Some(1)) => year.parse().ok(),
        (b'S' | b'H', Some(number)) => format!("{year}-S{number}").parse().ok(),
        (b'Q', Some(number)) => format!("{year}-Q{number}").parse().ok(),
        (b'M', Some(number)) => format!("{year}-{number:02}").parse().ok(),
        (b'W', Some(number)) => format!("{year}-W{number:02}").parse().ok(),
        _ => None,
    }
}

fn chinese(year: &str, rest: &str) -> Option<Period> {
    if rest.is_empty() {
        return year.parse().ok();
    }
    if let Some(month) = rest.strip_suffix('月') {
        let month: u8 = month.parse().ok()?;
        return format!("{year}-{month:02}").parse().ok();
    }
    let quarter = rest.strip_suffix("季度")?;
    let quarter = match quarter.strip_prefix('第').unwrap_or(quarter) {
        "一" | "1" => 1,
        "二" | "2" => 2,
        "三" | "3" => 3,
        "四" | "4" => 4,
        _ => return None,
    };
    format!("{year}-Q{quarter}").parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, six_digits: SixDigits) -> String {
        Periods::new(PeriodForms { six_digits }).read(text).map_or_else(String::new, |period| period.to_string())
    }

    #[test]
    fn reads_every_form() {
        for (texts, period) in [
            ("2015 2015A 2015-A1 2015年", "2015"),
            ("2015-S1 2015S1 2015-H1 2015H1", "2015-S1"),
            ("2015-Q1 2015Q1 2015Q01 2015-Q01 2015:Q1 2015年第一季度 2015年1季度", "2015-Q1"),
            ("2015-03 2015-M03 2015M03 2015M3 2015年3月", "2015-03"),
            ("2015-W07 2015W07", "2015-W07"),
        ] {
            for text in texts.split(' ') {
                assert_eq!(read(text, SixDigits::Refused), period, "{text}");
            }
        }
    }

    #[test]
    fn refuses_what_is_no_period_and_six_digits_unless_declared() {
        for text in "201503 2015-13 2015Q5 2015M13 2015M 15 2015-12-31 2015年13月 2015Z1 2015Q001 20157 年".split(' ')
        {
            assert_eq!(read(text, SixDigits::Refused), "", "{text}");
        }
        assert_eq!((read("201503", SixDigits::Month), read("201513", SixDigits::Month)), ("2015-03".into(), "".into()));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9年月第季度QMAWSH\\-]{0,12}") {
            read(&text, SixDigits::Month);
        }
    }
}
