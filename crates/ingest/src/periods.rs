//! Periods in the spellings of statistical formats.

use growthpole_domain::{Frequency, Period};

/// Reads a period: the forms that [`Period`] has, and those of Eurostat and SDMX for the same (`2015Q1`, `2015S1`,
/// `2015M03`, `2015-M03`, `2015W07`, `2015-A1`, `2015A`).
pub(crate) fn parse(text: &str) -> Option<Period> {
    if let Ok(period) = text.parse() {
        return Some(period);
    }
    let (year, rest) = text.split_at_checked(4)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (letter, part) = rest.split_at_checked(1)?;
    if part.len() > 2 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (letter, part) {
        ("A", "" | "1") => year.parse().ok(),
        ("S" | "H", part) => format!("{year}-S{part}").parse().ok(),
        ("Q", part) => format!("{year}-Q{part}").parse().ok(),
        ("M", part) => format!("{year}-{part:0>2}").parse().ok(),
        ("W", part) => format!("{year}-W{part:0>2}").parse().ok(),
        _ => None,
    }
}

/// Whether a code of the list CL_FREQ is the frequency of a period.
pub(crate) fn agrees(frequency: &str, period: Period) -> bool {
    match period.frequency() {
        Frequency::Year => frequency == "A",
        Frequency::HalfYear => matches!(frequency, "S" | "H"),
        Frequency::Quarter => frequency == "Q",
        Frequency::Month => frequency == "M",
        Frequency::Week => frequency == "W",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_spellings_of_other_formats() {
        let cases = [
            ("2015", "2015"),
            ("2015A", "2015"),
            ("2015-A1", "2015"),
            ("2015Q3", "2015-Q3"),
            ("2015-Q3", "2015-Q3"),
            ("2015S2", "2015-S2"),
            ("2015H2", "2015-S2"),
            ("2015M3", "2015-03"),
            ("2015M03", "2015-03"),
            ("2015-M12", "2015-12"),
            ("2015W07", "2015-W07"),
        ];
        for (sent, expected) in cases {
            assert_eq!(parse(sent).map(|period| period.to_string()).as_deref(), Some(expected), "{sent}");
        }
        let agree = |code: &str, period: &str| parse(period).is_some_and(|period| agrees(code, period));
        assert!(agree("A", "2015") && agree("H", "2015S1") && agree("W", "2015W01") && !agree("M", "2015Q1"));
        for sent in ["", "2015Q5", "2015M13", "2015D1", "2015Q", "15Q1", "2015-T1", "2015Qé", "2015M003"] {
            assert_eq!(parse(sent), None, "{sent}");
        }
    }
}
