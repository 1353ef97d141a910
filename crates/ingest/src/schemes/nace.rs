//! NACE: activities of Europe, whose codes say level and parent: a letter for the section, then the digits.

/// Level of codes that stand for several activities together, for example "B-E", "M_N" and "TOTAL".
const AGGREGATE: &str = "AGGREGATE";

/// The classification of a dimension, by the name that Eurostat gives it; the dimension's own name where it is another.
pub(crate) fn classification(dimension: &str) -> String {
    match dimension.to_ascii_lowercase().as_str() {
        "nace_r2" => "NACE Rev. 2".to_owned(),
        "nace_r21" => "NACE Rev. 2.1".to_owned(),
        "nace_r1" => "NACE Rev. 1.1".to_owned(),
        _ => dimension.to_owned(),
    }
}

/// Level of a code: SECTION, DIVISION, GROUP or CLASS by its length, AGGREGATE for everything else.
pub(crate) fn level(code: &str) -> &'static str {
    let mut letters = code.chars();
    let has_section = letters.next().is_some_and(|section| section.is_ascii_uppercase());
    if !has_section || !letters.all(|letter| letter.is_ascii_digit()) {
        return AGGREGATE;
    }
    match code.len() {
        1 => "SECTION",
        3 => "DIVISION",
        4 => "GROUP",
        5 => "CLASS",
        _ => AGGREGATE,
    }
}

/// The activity that a code belongs to; empty for sections, and for aggregates, which must not be added to their parts.
pub(crate) fn parent(code: &str) -> &str {
    let shorter = |length: usize| code.get(..length).unwrap_or_default();
    match level(code) {
        "DIVISION" => shorter(1),
        "GROUP" => shorter(3),
        "CLASS" => shorter(4),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_levels_and_everything_else_is_an_aggregate() {
        let cases = [
            ("C", "SECTION", ""),
            ("C10", "DIVISION", "C"),
            ("G451", "GROUP", "G45"),
            ("G4511", "CLASS", "G451"),
            ("B-E", "AGGREGATE", ""),
            ("M_N", "AGGREGATE", ""),
            ("TOTAL", "AGGREGATE", ""),
            ("C1", "AGGREGATE", ""),
            ("C10-C12", "AGGREGATE", ""),
            ("", "AGGREGATE", ""),
        ];
        for (code, expected, above) in cases {
            assert_eq!((level(code), parent(code)), (expected, above), "{code}");
        }
        assert_eq!((classification("NACE_R2").as_str(), classification("isic4").as_str()), ("NACE Rev. 2", "isic4"));
    }
}
