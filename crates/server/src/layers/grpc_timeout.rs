//! The header `grpc-timeout`: at most eight digits and a unit.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

pub(super) const HEADER: HeaderName = HeaderName::from_static("grpc-timeout");
const MAX_DIGITS: usize = 8;
const MAX_VALUE: u128 = 99_999_999;

/// Reads the caller's timeout; the error is the header's text.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<Duration>, String> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    match parse(&text) {
        Some(timeout) => Ok(Some(timeout)),
        None => Err(text.into_owned()),
    }
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || digits.len() > MAX_DIGITS {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    match &text[digits.len()..] {
        "H" => Some(Duration::from_secs(value * 3600)),
        "M" => Some(Duration::from_secs(value * 60)),
        "S" => Some(Duration::from_secs(value)),
        "m" => Some(Duration::from_millis(value)),
        "u" => Some(Duration::from_micros(value)),
        "n" => Some(Duration::from_nanos(value)),
        _ => None,
    }
}

/// Writes a timeout in the finest unit whose eight digits can hold it.
pub(super) fn write(timeout: Duration) -> HeaderValue {
    let (value, unit) = if timeout.as_micros() <= MAX_VALUE {
        (timeout.as_micros(), 'u')
    } else if timeout.as_millis() <= MAX_VALUE {
        (timeout.as_millis(), 'm')
    } else {
        (u128::from(timeout.as_secs()).min(MAX_VALUE), 'S')
    };
    // Digits and a letter are always a header's value.
    HeaderValue::try_from(format!("{value}{unit}")).unwrap_or(HeaderValue::from_static("99999999S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit() {
        assert_eq!(parse("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(parse("2M"), Some(Duration::from_secs(120)));
        assert_eq!(parse("2S"), Some(Duration::from_secs(2)));
        assert_eq!(parse("2m"), Some(Duration::from_millis(2)));
        assert_eq!(parse("2u"), Some(Duration::from_micros(2)));
        assert_eq!(parse("99999999n"), Some(Duration::from_nanos(99_999_999)));
        assert!(parse("99999999H").is_some());
    }

    #[test]
    fn refuses_everything_else() {
        for text in
            ["", "S", "1", "1s", "+1S", "-1S", "1.5S", "1 S", "1SS", "123456789S", "\u{661}S", "1\u{fffd}", "a1S"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn reads_back_what_it_writes() {
        for millis in [0, 1, 395, 99_999, 100_000, 86_400_000, 10_000_000_000] {
            let timeout = Duration::from_millis(millis);
            let headers = HeaderMap::from_iter([(HEADER, write(timeout))]);
            assert_eq!(read(&headers), Ok(Some(timeout)));
        }
        assert_eq!(read(&HeaderMap::new()), Ok(None));
    }
}
