//! Code schemes whose hierarchy stands in the codes themselves.

pub(crate) mod declared;
pub(crate) mod fips;
pub(crate) mod nace;
pub(crate) mod nuts;

/// Level and parent of a region in the scheme that is declared for its code, where the codes of that scheme say both; an empty
/// parent is none.
pub fn place_of_region(scheme: &str, code: &str) -> Option<(&'static str, String)> {
    let is_of = |known: &str| {
        scheme.strip_prefix(known).is_some_and(|version| version.is_empty() || version.starts_with([' ', '-', ':']))
    };
    if is_of("US-FIPS") {
        return Some((fips::level(code), fips::parent(code)));
    }
    is_of("NUTS").then(|| (nuts::level(code), nuts::parent(code).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::place_of_region;

    #[test]
    fn codes_say_their_place_where_their_scheme_is_declared() {
        assert_eq!(place_of_region("US-FIPS", "01001"), Some(("COUNTY", "01000".to_owned())));
        assert_eq!(place_of_region("US-FIPS 2020", "01000"), Some(("STATE", "00000".to_owned())));
        assert_eq!(place_of_region("NUTS 2016", "DE23"), Some(("NUTS2", "DE2".to_owned())));
        for scheme in ["", "US-FIPSY", "LAU 2020", "GB/T 2260-2015"] {
            assert_eq!(place_of_region(scheme, "01001"), None, "{scheme}");
        }
    }
}
