//! Periods in the forms that offices write them in.

use growthpole_domain::Period;

use crate::mapping::{PeriodForms, SixDigits};

/// Reads periods, and remembers those that it read: a file names few of them, many times.
#[derive(Debug)]
pub(crate) struct Periods {
    forms: PeriodForms,
    /// By a place that its text gives, the last period that was read there, and its text.
    known: [Option<(Short, Period)>; PLACES],
}

/// How many periods are remembered at most.
const PLACES: usize = 64;

/// A text of at most fifteen bytes: they, zeros, and how many they are.
type Short = u128;

impl Periods {
    /// Reads periods that are written as `forms` says.
    pub(crate) fn new(forms: PeriodForms) -> Self {
        Self { forms, known: [None; PLACES] }
    }

    /// Reads the bytes of a period; what is no text is none.
    #[inline]
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<Period> {
        let text = || std::str::from_utf8(bytes).unwrap_or_default();
        let Some(short) = short(bytes) else { return parse(text(), self.forms) };
        let known = self.known.get_mut(place(short))?;
        match known {
            Some((last, period)) if *last == short => Some(*period),
            _ => {
                let period = parse(text(), self.forms)?;
                *known = Some((short, period));
                Some(period)
            }
        }
    }
}

fn short(text: &[u8]) -> Option<Short> {
    let mut bytes = [0; size_of::<Short>()];
    let (length, rest) = bytes.split_last_mut()?;
    *length = u8::try_from(text.len()).ok()?;
    rest.get_mut(..text.len())?.copy_from_slice(text);
    Some(Short::from_le_bytes(bytes))
}

/// Texts that differ in a few letters have different places, as a rule.
fn place(short: Short) -> usize {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    const BITS: u32 = PLACES.ilog2();
    let halves = short as u64 ^ (short >> u64::BITS) as u64;
    (halves.wrapping_mul(SPREAD) >> (u64::BITS - BITS)) as usize
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
        Periods::new(PeriodForms { six_digits })
            .read(text.as_bytes())
            .map_or_else(String::new, |period| period.to_string())
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
    fn remembers_each_text_as_what_it_is() {
        let mut periods = Periods::new(PeriodForms { six_digits: SixDigits::Refused });
        let years = (1001..2999).map(|year| (year.to_string(), Some(Period::year(year))));
        let others = [("2015\0", None), ("2015-12-31 00:00", None), ("2015年", Some(Period::year(2015))), ("", None)];
        let texts: Vec<_> = years.chain(others.map(|(text, period)| (text.to_owned(), period))).collect();
        for (text, period) in texts.iter().chain(texts.iter().rev()).chain(&texts) {
            assert_eq!((periods.read(text.as_bytes()), periods.read(text.as_bytes())), (*period, *period), "{text}");
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
