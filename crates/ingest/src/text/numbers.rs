//! Values as they are written: decimal signs, thousands, and marks of what is not there.

use crate::mapping::Values;
use crate::numbers::finite;
use crate::report::{Report, Rule};
use crate::table::Header;
use crate::text::records::Record;

/// What a field of values holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mark {
    /// A finite number.
    Number(f64),
    /// Nothing.
    Missing,
    /// A number that the source keeps to itself.
    Suppressed,
}

/// A decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Point,
    Comma,
}

/// What a number says about the decimal sign of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Nothing: it has neither point nor comma.
    Nothing,
    /// This sign stands before decimals.
    Certainly(Sign),
    /// This sign stands before decimals, or between thousands.
    Perhaps(Sign),
}

/// Reads values. Where no decimal sign is declared, the numbers themselves have to show it: `1,5` and `1234.5` do,
/// `1,234` alone does not.
#[derive(Debug)]
pub(crate) struct Numbers<'a> {
    values: &'a Values,
    /// Whether a comma between fields says that a point is the decimal sign, unless a comma is.
    fields_have_commas: bool,
    has_marks: bool,
    certain: Option<Sign>,
    /// Whether a number with a point was read as one with decimals because a comma stands between fields.
    has_points: bool,
    /// The first number that could be read in two ways.
    open: Option<Open>,
}

/// A number that can be read in two ways, as long as no other tells which.
#[derive(Debug)]
struct Open {
    sign: Sign,
    line: u64,
    field: usize,
    text: String,
}

impl<'a> Numbers<'a> {
    /// Reads values that are written as `values` says, in fields with a delimiter between them.
    pub(crate) fn new(values: &'a Values, delimiter: u8) -> Self {
        let has_marks = !(values.missing.is_empty() && values.suppressed.is_empty());
        Self { values, fields_have_commas: delimiter == b',', has_marks, certain: None, has_points: false, open: None }
    }

    /// Reads a field of a record.
    ///
    /// # Errors
    ///
    /// The rule that it breaks.
    #[inline]
    pub(crate) fn read_field(&mut self, record: &Record<'_>, at: usize) -> Result<Mark, Rule> {
        let Values { decimal, thousands, .. } = self.values;
        let is_known = *decimal == Some('.') || decimal.is_none() && self.fields_have_commas && self.certain.is_none();
        // Most are short, and digits need not be text first.
        if is_known
            && !self.has_marks
            && thousands.is_none()
            && let Some(Short { value, has_point }) = short(record.bytes(at))
        {
            self.has_points |= has_point;
            return self.multiplied(value);
        }
        self.read(record.text(at), (record.line, at))
    }

    /// Reads the text of a field, by its line and position.
    ///
    /// # Errors
    ///
    /// The rule that it breaks.
    fn read(&mut self, text: &str, place: (u64, usize)) -> Result<Mark, Rule> {
        if self.has_marks
            && let Some(mark) = self.mark(text)
        {
            return Ok(mark);
        }
        if text.is_empty() {
            return Ok(Mark::Missing);
        }
        let is_plain = self.values.decimal.is_none_or(|sign| sign == '.') && self.values.thousands.is_none();
        let value = match short(text.as_bytes()).map_or_else(|| text.parse(), |short| Ok(short.value)) {
            Ok(value) if is_plain => {
                if self.fields_have_commas && self.certain.is_none() {
                    self.has_points |= text.contains('.');
                } else if self.values.decimal.is_none() {
                    self.learn(text, place)?;
                }
                value
            }
            _ => self.rewritten(text, place)?.parse().map_err(|_| Rule::BadNumber)?,
        };
        self.multiplied(value)
    }

    fn multiplied(&self, value: f64) -> Result<Mark, Rule> {
        finite(self.values.multiplier.map_or(value, |factor| value * factor)).map(Mark::Number)
    }

    fn mark(&self, text: &str) -> Option<Mark> {
        let is_among = |marks: &[String]| marks.iter().any(|mark| mark == text);
        if is_among(&self.values.suppressed) {
            return Some(Mark::Suppressed);
        }
        is_among(&self.values.missing).then_some(Mark::Missing)
    }

    /// A number as Rust writes it.
    fn rewritten(&mut self, text: &str, place: (u64, usize)) -> Result<String, Rule> {
        let decimal = match self.values.decimal {
            Some(sign) => sign,
            None if self.values.thousands.is_some() => '.',
            None => match self.learn(text, place)? {
                Some(Sign::Comma) => ',',
                Some(Sign::Point) | None => '.',
            },
        };
        let without = match self.values.thousands {
            Some(sign) => without_thousands(text, sign, decimal).ok_or(Rule::BadNumber)?,
            None => text.to_owned(),
        };
        if decimal == '.' {
            return Ok(without);
        }
        if without.contains('.') { Err(Rule::BadNumber) } else { Ok(without.replacen(decimal, ".", 1)) }
    }

    /// Takes what a number says about the decimal sign, and answers which one it has.
    fn learn(&mut self, text: &str, (line, field): (u64, usize)) -> Result<Option<Sign>, Rule> {
        let (sign, is_certain) = match what_it_says(text)? {
            Says::Nothing => return Ok(None),
            Says::Certainly(sign) => (sign, true),
            Says::Perhaps(sign) => (sign, false),
        };
        let known = self.certain.or(self.open.as_ref().map(|open| open.sign));
        // A file that has both signs may part thousands by the point, and those were read already.
        if known.is_some_and(|known| known != sign) || sign == Sign::Comma && self.has_points {
            return Err(Rule::AmbiguousNumber);
        }
        if is_certain {
            self.certain = Some(sign);
        } else if self.open.is_none() {
            self.open = Some(Open { sign, line, field, text: text.to_owned() });
        }
        Ok(Some(sign))
    }

    /// Reports numbers that can still be read in two ways.
    pub(crate) fn finish(&self, header: &Header, report: &mut Report) {
        if self.certain.is_none()
            && let Some(Open { line, field, text, .. }) = &self.open
        {
            report.add(Rule::AmbiguousNumber, *line, header.name(*field), text);
        }
    }
}

/// A number that is short.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Short {
    value: f64,
    has_point: bool,
}

/// Reads a number of fifteen digits at most, with a point perhaps, and nothing else but a minus before it; none for all
/// others.
///
/// The digits together are a whole number that a double holds exactly, and so is the power of ten that it is divided by:
/// the one rounding of the division gives the double that is nearest to the number, as `str::parse` does in twice the time
/// (Clinger 1990).
fn short(text: &[u8]) -> Option<Short> {
    const MOST_DIGITS: usize = 15;
    const POWERS: [f64; MOST_DIGITS + 1] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (is_negative, bytes) = match text {
        [b'-', bytes @ ..] => (true, bytes),
        bytes => (false, bytes),
    };
    if bytes.len() > MOST_DIGITS + 1 {
        return None;
    }
    let (mut whole, mut digits, mut point) = (0_u64, 0, None);
    for byte in bytes {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                digits += 1;
            }
            b'.' if point.is_none() => point = Some(digits),
            _ => return None,
        }
    }
    if digits == 0 || digits > MOST_DIGITS {
        return None;
    }
    let decimals = point.map_or(0, |before| digits - before);
    let size = whole as f64 / POWERS.get(decimals)?;
    Some(Short { value: if is_negative { -size } else { size }, has_point: point.is_some() })
}

/// What a number says about the decimal sign of its file.
fn what_it_says(text: &str) -> Result<Says, Rule> {
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    let commas = text.bytes().filter(|byte| *byte == b',').count();
    let (sign, separator) = match (points, commas) {
        (0, 0) => return Ok(Says::Nothing),
        (1, 0) => (Sign::Point, '.'),
        (0, 1) => (Sign::Comma, ','),
        // Thousands are parted, and nothing said by what.
        _ => return Err(Rule::AmbiguousNumber),
    };
    let (whole, part) = text.split_once(separator).unwrap_or_default();
    let whole = whole.trim_start_matches(['-', '+']);
    let may_be_thousands = (1..=3).contains(&whole.len())
        && whole != "0"
        && part.len() == 3
        && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
    Ok(if may_be_thousands { Says::Perhaps(sign) } else { Says::Certainly(sign) })
}

/// Takes the signs between groups of three digits out. A blank may be one that does not break.
fn without_thousands(text: &str, sign: char, decimal: char) -> Option<String> {
    let is_sign = |letter: char| letter == sign || sign == ' ' && matches!(letter, '\u{A0}' | '\u{202F}' | '\u{2009}');
    let (whole, part) = text.split_once(decimal).map_or((text, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split(is_sign);
    let mut joined = groups.next()?.to_owned();
    let first = joined.trim_start_matches(['-', '+']).len();
    for (at, group) in groups.enumerate() {
        if group.len() != 3 || at == 0 && !(1..=3).contains(&first) {
            return None;
        }
        joined.push_str(group);
    }
    if let Some(part) = part {
        joined.push(decimal);
        joined.push_str(part);
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(values: &Values, delimiter: u8, texts: &[&str]) -> (Vec<Result<Mark, Rule>>, u64) {
        let mut numbers = Numbers::new(values, delimiter);
        let read = texts.iter().map(|text| numbers.read(text, (1, 0))).collect();
        let mut report = Report::default();
        numbers.finish(&Header::default(), &mut report);
        (read, report.errors())
    }

    fn values(decimal: Option<char>, thousands: Option<char>) -> Values {
        Values { decimal, thousands, ..Values::default() }
    }

    #[test]
    fn the_decimal_sign_shows_where_it_can_be_nothing_else() {
        let any = values(None, None);
        let number = |value: f64| Ok(Mark::Number(value));
        assert_eq!(read(&any, b',', &["1.234", "-1", "1e3"]), (vec![number(1.234), number(-1.0), number(1000.0)], 0));
        assert_eq!(read(&any, b';', &["1,234", "1,5"]), (vec![number(1.234), number(1.5)], 0));
        assert_eq!(read(&any, b';', &["1.234", "0.234"]), (vec![number(1.234), number(0.234)], 0));
        assert_eq!(read(&any, b';', &["1,5", "1.5"]).0[1], Err(Rule::AmbiguousNumber));
        assert_eq!(read(&any, b',', &["1,5", "1.5"]).0[1], Err(Rule::AmbiguousNumber));
        assert_eq!(read(&any, b';', &["1.234"]).1, 1);
        assert_eq!(read(&any, b',', &["1,234"]).1, 1);
        assert_eq!(read(&any, b',', &["1,234,567", "1,234.5"]).0, [Err(Rule::AmbiguousNumber); 2]);
    }

    #[test]
    fn two_signs_in_one_file_are_ambiguous_whichever_comes_first() {
        let any = values(None, None);
        let number = |value: f64| Ok(Mark::Number(value));
        for points in ["1.234", "1.5", "1.5e3"] {
            assert_eq!(read(&any, b',', &[points, "987,5"]).0[1], Err(Rule::AmbiguousNumber), "{points}");
            assert_eq!(read(&any, b',', &["987,5", points]).0[1], Err(Rule::AmbiguousNumber), "{points}");
        }
        assert_eq!(read(&any, b',', &["7", "987,5", "1e3"]), (vec![number(7.0), number(987.5), number(1000.0)], 0));
        let marked = Values { missing: vec![":".into()], ..Values::default() };
        assert_eq!(read(&marked, b',', &["1.234", "987,5"]).0[1], Err(Rule::AmbiguousNumber));
    }

    #[test]
    fn thousands_are_read_where_they_are_declared() {
        let german = values(Some(','), Some('.'));
        let found = read(&german, b';', &["1.234.567,89", "-1.000", "12.34,5", "1234.567"]).0;
        let number = |value: f64| Ok(Mark::Number(value));
        assert_eq!(found, [number(1_234_567.89), number(-1000.0), Err(Rule::BadNumber), Err(Rule::BadNumber)]);
        let french = values(Some(','), Some(' '));
        assert_eq!(read(&french, b';', &["1\u{202F}234,5"]).0, [number(1234.5)]);
        let english = values(None, Some(','));
        assert_eq!(
            read(&english, b',', &["1,234.5", "7", "1,23"]).0,
            [number(1234.5), number(7.0), Err(Rule::BadNumber)]
        );
        assert_eq!(read(&values(Some(','), None), b';', &["1.5", "1,5"]).0, [Err(Rule::BadNumber), number(1.5)]);
    }

    #[test]
    fn marks_come_before_numbers() {
        let marked = Values {
            missing: vec!["-999".into(), ":".into()],
            suppressed: vec!["(D)".into()],
            multiplier: Some(10.0),
            ..Values::default()
        };
        let found = read(&marked, b',', &["-999", ":", "(D)", "-99", "-0", "NaN", "x"]).0;
        let expected = [
            Ok(Mark::Missing),
            Ok(Mark::Missing),
            Ok(Mark::Suppressed),
            Ok(Mark::Number(-990.0)),
            Ok(Mark::Number(0.0)),
            Err(Rule::NotFinite),
            Err(Rule::BadNumber),
        ];
        assert_eq!(found, expected);
        let empty = Values { suppressed: vec![String::new()], ..Values::default() };
        assert_eq!(read(&empty, b',', &["", "1"]).0, [Ok(Mark::Suppressed), Ok(Mark::Number(1.0))]);
    }

    proptest! {
        #[test]
        fn short_numbers_are_those_that_the_standard_library_reads(text in "-?[0-9]{0,10}\\.?[0-9]{0,8}") {
            if let Some(Short { value, has_point }) = short(text.as_bytes()) {
                prop_assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()));
                prop_assert_eq!(has_point, text.contains('.'));
            }
        }

        #[test]
        fn figures_as_they_are_published_are_short(whole in -99_999_999_i64..99_999_999, decimals in 0_usize..7) {
            let text = format!("{:.*}", decimals, whole as f64 / 1000.0);
            let value = short(text.as_bytes()).map(|short| short.value.to_bits());
            prop_assert_eq!(value, text.parse::<f64>().ok().map(f64::to_bits));
        }
    }

    #[test]
    fn what_is_no_number_is_not_short() {
        assert!(
            ["", "-", ".", "-.", "1.2.3", "+1", "1e3", "1,5", " 1", "1234567890123456"]
                .iter()
                .all(|text| short(text.as_bytes()).is_none())
        );
    }
}
