//! The scheme that a mapping declares for the codes of regions.

use crate::described::Described;
use crate::mapping::Mapping;

/// Gives every region the scheme that the mapping declares: its `constants.region_scheme`, else the version of the
/// boundaries. A region that the format knows to be of another scheme keeps that one; where it is the same scheme without
/// a version, the declared version holds. Nothing is guessed where nothing is declared.
pub(crate) fn declare(mapping: &Mapping, described: &mut Described) {
    let declared = mapping.constants.region_scheme.as_deref().unwrap_or(&mapping.dataset.boundary_version);
    if declared.is_empty() {
        return;
    }
    declared.clone_into(&mut described.region_scheme);
    for region in described.regions.values_mut().filter(|region| is_version_of(declared, &region.scheme)) {
        declared.clone_into(&mut region.scheme);
    }
}

/// Whether a scheme is the one that is known, said more exactly.
fn is_version_of(declared: &str, known: &str) -> bool {
    let rest = declared.strip_prefix(known);
    rest.is_some_and(|rest| known.is_empty() || rest.is_empty() || rest.starts_with([' ', '-', ':']))
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;
    use growthpole_domain::Region;

    fn declared(mapping: &str, known: &str) -> String {
        let Ok(mapping) = Mapping::parse(mapping) else { panic!("{mapping}") };
        let region = Region { scheme: known.to_owned(), ..Region::default() };
        let mut described = Described::default();
        described.regions.insert("R".to_owned(), region);
        declare(&mapping, &mut described);
        described.regions.remove("R").unwrap_or_default().scheme
    }

    #[test]
    fn a_declared_version_makes_a_known_scheme_exact_and_replaces_no_other() {
        let nuts = "[dataset]\nboundary_version = \"NUTS 2016\"\n";
        for (mapping, known, expected) in [
            (nuts, "", "NUTS 2016"),
            (nuts, "NUTS", "NUTS 2016"),
            (nuts, "US-FIPS", "US-FIPS"),
            (nuts, "NUT", "NUT"),
            ("[dataset]\nboundary_version = \"GB/T 2260-2015\"\n", "GB/T 2260", "GB/T 2260-2015"),
            (
                "[constants]\nregion_scheme = \"LAU 2020\"\n[dataset]\nboundary_version = \"NUTS 2016\"\n",
                "",
                "LAU 2020",
            ),
            ("", "NUTS", "NUTS"),
            ("", "", ""),
        ] {
            assert_eq!(declared(mapping, known), expected, "{mapping}, {known}");
        }
    }
}
