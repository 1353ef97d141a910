//! Dates that are known to the day, the month or the year.

use growthpole_domain::DatedPrecision;
use jiff::civil::Date;

/// Reads `2016`, `2016-02` or `2016-02-29`, and how exactly it is meant, in letters of any case; without a word for it,
/// as exactly as it is written. A date that is known less exactly becomes the first day of its month or year.
pub(crate) fn dated(text: &str, precision: &str) -> Result<(Date, DatedPrecision), String> {
    let (day, written) = match text.len() {
        4 => (format!("{text}-01-01"), DatedPrecision::Year),
        7 => (format!("{text}-01"), DatedPrecision::Month),
        _ => (text.to_owned(), DatedPrecision::Day),
    };
    let date: Date = day.parse().map_err(|_| format!("\"{text}\" is no date such as 2016, 2016-02 or 2016-02-29"))?;
    let meant = match precision.to_ascii_uppercase().as_str() {
        "" => written,
        "DAY" => DatedPrecision::Day,
        "MONTH" => DatedPrecision::Month,
        "YEAR" => DatedPrecision::Year,
        _ => return Err(format!("\"{precision}\" is none of DAY, MONTH, YEAR")),
    };
    if exactness(meant) > exactness(written) {
        return Err(format!("\"{text}\" is less exact than \"{precision}\""));
    }
    let first = match meant {
        DatedPrecision::Day => date,
        DatedPrecision::Month => date.first_of_month(),
        DatedPrecision::Year => date.first_of_year(),
    };
    Ok((first, meant))
}

fn exactness(precision: DatedPrecision) -> u8 {
    match precision {
        DatedPrecision::Year => 0,
        DatedPrecision::Month => 1,
        DatedPrecision::Day => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn becomes_the_first_day_of_what_is_known() {
        let cases = [
            ("2016", "year", date(2016, 1, 1), DatedPrecision::Year),
            ("2016-02-29", "YEAR", date(2016, 1, 1), DatedPrecision::Year),
            ("2016-02", "", date(2016, 2, 1), DatedPrecision::Month),
            ("2016-02-29", "Month", date(2016, 2, 1), DatedPrecision::Month),
            ("2016-02-29", "day", date(2016, 2, 29), DatedPrecision::Day),
        ];
        for (text, word, date, precision) in cases {
            assert_eq!(dated(text, word), Ok((date, precision)), "{text} {word}");
        }
    }

    #[test]
    fn refuses_what_is_no_date_or_not_so_exact() {
        for (text, word) in [("2016", "MONTH"), ("2016-02", "DAY"), ("2016-02-30", ""), ("", ""), ("2016", "CENTURY")] {
            assert!(dated(text, word).is_err(), "{text} {word}");
        }
    }
}
