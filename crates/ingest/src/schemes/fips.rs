//! FIPS codes of the United States: five digits, of which the first two are the state's, and 000 after them stands for all
//! of it.

/// Level of a code: NATION, STATE or COUNTY; OTHER for codes of other forms.
pub(crate) fn level(code: &str) -> &'static str {
    match code.split_at_checked(2) {
        Some((state, county)) if county.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
            match (state, county) {
                ("00", "000") => "NATION",
                // The Bureau of Economic Analysis numbers its regions as 91000 to 98000: each is several states.
                ("00", _) => "OTHER",
                (region, _) if region > "90" => "OTHER",
                (_, "000") => "STATE",
                _ => "COUNTY",
            }
        }
        _ => "OTHER",
    }
}

/// The region that a code lies in; empty for the nation, for what is of no known form, and for Puerto Rico and the islands,
/// which are no part of the nation's totals.
pub(crate) fn parent(code: &str) -> String {
    match (level(code), code.get(..2)) {
        ("STATE", Some("60" | "66" | "69" | "72" | "78")) => String::new(),
        ("STATE", _) => "00000".to_owned(),
        ("COUNTY", Some(state)) => format!("{state}000"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_say_state_and_county() {
        let cases = [
            ("00000", "NATION", ""),
            ("01000", "STATE", "00000"),
            ("01001", "COUNTY", "01000"),
            ("56045", "COUNTY", "56000"),
            ("72000", "STATE", ""),
            ("72001", "COUNTY", "72000"),
            ("95000", "OTHER", ""),
            ("00998", "OTHER", ""),
            ("1001", "OTHER", ""),
            ("US000", "OTHER", ""),
            ("010010", "OTHER", ""),
            ("é000", "OTHER", ""),
            ("", "OTHER", ""),
        ];
        for (code, expected, above) in cases {
            assert_eq!((level(code), parent(code).as_str()), (expected, above), "{code}");
        }
    }
}
