//! Numbers and names as people read them, and as programs do.

use growthpole_contracts::v1::{DatePrecision, IndustryLabel, LocalizedText, RegionLabel};

/// What stands where there is nothing.
pub(crate) const NOTHING: &str = "–";

/// A fraction in per cent.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{:.2} %", unsigned_zero(fraction * 100.0, 2))
}

/// A difference of two fractions in percentage points, with its sign.
pub(crate) fn points(fraction: f64) -> String {
    format!("{:+.2}", unsigned_zero(fraction * 100.0, 2))
}

/// A number with a fixed number of decimals.
pub(crate) fn fixed(number: f64, decimals: usize) -> String {
    format!("{:.decimals$}", unsigned_zero(number, decimals))
}

/// An amount with up to two decimals and thousands apart.
pub(crate) fn amount(number: f64) -> String {
    let text = fixed(number, 2);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut grouped = String::from(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match decimals.trim_end_matches('0') {
        "" => grouped,
        decimals => format!("{grouped}.{decimals}"),
    }
}

/// A rank: whole, or a half where ties share the mean.
pub(crate) fn rank(rank: f64) -> String {
    format!("{rank}")
}

/// Shows what is there, or a dash.
pub(crate) fn or_nothing(number: Option<f64>, show: impl Fn(f64) -> String) -> String {
    number.map_or_else(|| NOTHING.to_owned(), show)
}

/// A number for programs: as short as it can be read back exactly; empty where there is none.
pub(crate) fn exact(number: impl Into<Option<f64>>) -> String {
    number.into().map_or_else(String::new, |number| number.to_string())
}

/// Minus zero, also after rounding, reads as zero.
fn unsigned_zero(number: f64, decimals: usize) -> f64 {
    let below = 0.5 * 0.1_f64.powi(i32::try_from(decimals).unwrap_or(0));
    if number.abs() < below { 0.0 } else { number }
}

/// The name of a protobuf enum's value without its prefix, as words: `GROWTH_MEASURE_YEAR_ON_YEAR` is `year on year`.
pub(crate) fn words(name: &str, prefix: &str) -> String {
    match name.strip_prefix(prefix).unwrap_or(name).trim_start_matches('_').to_lowercase().replace('_', " ") {
        unstated if unstated == "unspecified" => String::new(),
        words => words,
    }
}

/// The text in a language, or else in the first one.
pub(crate) fn in_language<'a>(texts: &'a [LocalizedText], language: &str) -> &'a str {
    texts.iter().find(|text| text.language == language).map_or("", |text| &text.text)
}

/// The English text, or else the first one.
pub(crate) fn english(texts: &[LocalizedText]) -> &str {
    match in_language(texts, "en") {
        "" => texts.first().map_or("", |text| &text.text),
        text => text,
    }
}

/// A date (ISO 8601) as exactly as it is known: `2018-10-12`, `2018-10` or `2018`.
pub(crate) fn date(date: &str, known: DatePrecision) -> String {
    let length = match known {
        DatePrecision::Year => "2018".len(),
        DatePrecision::Month => "2018-10".len(),
        DatePrecision::Day | DatePrecision::Unspecified => date.len(),
    };
    date.get(..length).unwrap_or(date).to_owned()
}

/// How exactly a date is known, for programs: `day`, `month`, `year`, or nothing.
pub(crate) fn precision(known: DatePrecision) -> String {
    words(known.as_str_name(), "DATE_PRECISION")
}

/// Code and name of a region; empty where there is none.
pub(crate) fn region(label: &Option<RegionLabel>) -> (String, String) {
    label.as_ref().map_or_else(Default::default, |label| (label.code.clone(), label.name.clone()))
}

/// Code and name of an industry; empty where there is none.
pub(crate) fn industry(label: &Option<IndustryLabel>) -> (String, String) {
    label.as_ref().map_or_else(Default::default, |label| (label.code.clone(), label.name.clone()))
}

/// A truth for people.
pub(crate) fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_per_cent_and_thousands() {
        assert_eq!(percent(0.057), "5.70 %");
        assert_eq!((points(-0.012), points(0.0)), ("-1.20".to_owned(), "+0.00".to_owned()));
        assert_eq!(points(-0.000_01), "+0.00");
        assert_eq!(
            (amount(1_234_567.5), amount(-999.0), amount(-1000.004)),
            ("1,234,567.5".into(), "-999".into(), "-1,000".into())
        );
        assert_eq!(or_nothing(None, percent), NOTHING);
    }

    #[test]
    fn programs_read_back_what_was_there() {
        for number in [0.1 + 0.2, 1e-300, 28.0, f64::MAX] {
            assert_eq!(exact(number).parse::<f64>(), Ok(number));
        }
        assert_eq!(exact(None), "");
    }

    #[test]
    fn dates_are_shown_as_exactly_as_they_are_known() {
        assert_eq!(date("2018-10-12", DatePrecision::Day), "2018-10-12");
        assert_eq!(date("2018-10-01", DatePrecision::Month), "2018-10");
        assert_eq!(date("2026-01-01", DatePrecision::Year), "2026");
        assert_eq!(
            (date("", DatePrecision::Year), date("2026-01-01", DatePrecision::Unspecified)),
            (String::new(), "2026-01-01".into())
        );
        assert_eq!(
            (precision(DatePrecision::Month), precision(DatePrecision::Unspecified)),
            ("month".into(), String::new())
        );
    }

    #[test]
    fn names_of_values_read_as_words() {
        assert_eq!(words("GROWTH_MEASURE_YEAR_ON_YEAR", "GROWTH_MEASURE"), "year on year");
        assert_eq!(words("EVENT_KIND_UNSPECIFIED", "EVENT_KIND"), "");
    }
}
