//! Areas of the census: the nation, states, counties, and metropolitan areas that overlap them.

use crate::described::Described;
use crate::table::region;

/// Code of the nation: 50 states and the District of Columbia.
pub(super) const NATION: &str = "US000";

/// Describes an area by its code.
pub(super) fn describe(code: &str, title: &str, described: &mut Described) {
    let (level, parent) = place(code);
    let mut area = region(code, "en", title, level, &parent);
    scheme(level).clone_into(&mut area.scheme);
    if code == NATION {
        // The same area in the tables of the Bureau of Economic Analysis.
        area.other_codes.insert("FIPS".to_owned(), "00000".to_owned());
    }
    described.regions.entry(code.to_owned()).or_insert(area);
}

/// Level of an area, and the code of the one that it is a part of.
fn place(code: &str) -> (&'static str, String) {
    match code.split_at_checked(2) {
        Some(("US", "000")) => ("NATION", String::new()),
        Some(("US", _)) => ("NATION_PART", String::new()),
        Some(("CS", _)) => ("COMBINED_AREA", String::new()),
        // Puerto Rico and the Virgin Islands are no part of the nation's total.
        Some(("72" | "78", "000")) => ("STATE", String::new()),
        Some((_, "000")) => ("STATE", NATION.to_owned()),
        _ if code.starts_with('C') => ("METROPOLITAN_AREA", String::new()),
        // County 999 of a state is what no county is known of, 996 and 995 what is overseas or in several.
        Some((state, _)) => ("COUNTY", format!("{state}000")),
        None => ("OTHER", String::new()),
    }
}

/// The scheme of an area's code: FIPS for states and counties, the census's own for all others. Files do not say of which
/// year.
fn scheme(level: &str) -> &'static str {
    match level {
        "STATE" | "COUNTY" => "US-FIPS",
        _ => "US-BLS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_levels_and_parents() {
        for (code, level, parent) in [
            ("US000", "NATION", ""),
            ("01000", "STATE", "US000"),
            ("72000", "STATE", ""),
            ("01001", "COUNTY", "01000"),
            ("01999", "COUNTY", "01000"),
            ("C1018", "METROPOLITAN_AREA", ""),
            ("CS104", "COMBINED_AREA", ""),
            ("USCMS", "NATION_PART", ""),
            ("x", "OTHER", ""),
        ] {
            assert_eq!(place(code), (level, parent.to_owned()), "{code}");
        }
        assert_eq!(["STATE", "NATION", "METROPOLITAN_AREA"].map(scheme), ["US-FIPS", "US-BLS", "US-BLS"]);
    }
}
