//! NUTS: statistical regions of Europe, whose codes say level and parent.

/// Level of codes that stand for several countries together.
const AGGREGATE: &str = "AGGREGATE";

/// Level of codes that are of no known form.
const OTHER: &str = "OTHER";

/// Countries that have regions under these codes: members of the Union, of EFTA, candidates, and the United Kingdom.
const COUNTRIES: [&str; 38] = [
    "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR", "UK",
];

/// Level of a code: COUNTRY, NUTS1, NUTS2 or NUTS3 by its length, AGGREGATE for the Union, the euro area and the like,
/// OTHER for codes of other schemes.
pub(crate) fn level(code: &str) -> &'static str {
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if ["EU", "EA", "EEA", "EFTA"].iter().any(|prefix| is_numbered(code, prefix)) {
        return AGGREGATE;
    }
    match code.split_at_checked(2) {
        Some((country, "")) if country.bytes().all(|byte| byte.is_ascii_uppercase()) => "COUNTRY",
        Some((country, rest)) if COUNTRIES.contains(&country) && letters(rest) => match rest.len() {
            1 => "NUTS1",
            2 => "NUTS2",
            3 => "NUTS3",
            _ => OTHER,
        },
        _ => OTHER,
    }
}

/// The scheme that a code is of, without the version, which codes do not tell: NUTS for countries and the regions in them.
/// Codes for several countries together, and those of no known form, are of none that is known.
pub(crate) fn scheme(code: &str) -> &'static str {
    match level(code) {
        "COUNTRY" | "NUTS1" | "NUTS2" | "NUTS3" => "NUTS",
        _ => "",
    }
}

/// Whether a code is a prefix, alone or before a number of members or a year: EU, EU28, EU27_2020, EA19, EEA30_2007.
fn is_numbered(code: &str, prefix: &str) -> bool {
    let rest = code.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_' || byte == b'-'))
}

/// The region that a code lies in; empty for countries and for what is of no known form.
pub(crate) fn parent(code: &str) -> &str {
    match level(code) {
        "NUTS1" | "NUTS2" | "NUTS3" => code.get(..code.len() - 1).unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_level_where_the_country_has_regions() {
        let cases = [
            ("DE", "COUNTRY", ""),
            ("DE2", "NUTS1", "DE"),
            ("DE23", "NUTS2", "DE2"),
            ("DE234", "NUTS3", "DE23"),
            ("ATZZZ", "NUTS3", "ATZZ"),
            ("US", "COUNTRY", ""),
            ("EU28", "AGGREGATE", ""),
            ("EU27_2020", "AGGREGATE", ""),
            ("EA-19", "AGGREGATE", ""),
            ("EL54", "NUTS2", "EL5"),
            ("TOTAL", "OTHER", ""),
            ("DE_TOT", "OTHER", ""),
            ("01001", "OTHER", ""),
            ("é", "OTHER", ""),
            ("", "OTHER", ""),
        ];
        for (code, expected, above) in cases {
            assert_eq!((level(code), parent(code)), (expected, above), "{code}");
        }
        assert_eq!(["DE", "DE23", "EU28", "TOTAL"].map(scheme), ["NUTS", "NUTS", "", ""]);
    }
}
