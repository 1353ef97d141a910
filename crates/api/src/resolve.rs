//! Which regions names and foreign codes stand for.

use std::collections::BTreeMap;

use growthpole_contracts::v1;
use growthpole_domain::nearest::Known;
use growthpole_domain::{Catalogue, Region};
use growthpole_worker_kit::convert::message::region_label;

/// The most regions that are offered for a text that stands for none.
const MOST_OFFERED: usize = 3;

/// Every way in which regions are written, as it is and with the letters in one case.
pub(crate) struct Spellings<'a> {
    regions: Vec<(&'a str, &'a Region)>,
    folded: BTreeMap<String, Vec<&'a Region>>,
    known: Known<'a>,
}

impl<'a> Spellings<'a> {
    /// Spellings of a level's regions; of all regions where the level is empty.
    pub(crate) fn new(catalogue: &'a Catalogue, level: &str) -> Self {
        let of_level = catalogue.regions.values().filter(|region| level.is_empty() || region.level == level);
        let regions: Vec<(&str, &Region)> = of_level.flat_map(spellings).collect();
        let mut folded: BTreeMap<String, Vec<&Region>> = BTreeMap::new();
        for (spelling, region) in &regions {
            let known = folded.entry(fold(spelling)).or_default();
            if known.iter().all(|known| known.code != region.code) {
                known.push(region);
            }
        }
        let known = Known::new(regions.iter().map(|(spelling, _)| *spelling));
        Self { regions, folded, known }
    }

    /// What one text stands for. Blanks around it and the case of letters do not count.
    pub(crate) fn resolve(&self, text: String) -> v1::ResolvedRegion {
        let exact = self.folded.get(&fold(&text)).map(Vec::as_slice).unwrap_or_default();
        let regions: Vec<v1::RegionLabel> = exact.iter().map(|region| region_label(region)).collect();
        let nearest = if regions.is_empty() { self.nearest(text.trim()) } else { Vec::new() };
        v1::ResolvedRegion { text, regions, nearest }
    }

    fn nearest(&self, text: &str) -> Vec<v1::RegionLabel> {
        let mut found: Vec<&Region> = Vec::new();
        for name in self.known.nearest(text, 2 * MOST_OFFERED) {
            for (_, region) in self.regions.iter().filter(|(spelling, _)| *spelling == name) {
                if found.len() < MOST_OFFERED && found.iter().all(|known| known.code != region.code) {
                    found.push(region);
                }
            }
        }
        found.into_iter().map(region_label).collect()
    }
}

/// Code, names in all languages, other names, and codes of other schemes.
fn spellings(region: &Region) -> impl Iterator<Item = (&str, &Region)> {
    let names = region.names.0.values().chain(&region.aliases).chain(region.other_codes.values());
    std::iter::once(&region.code).chain(names).map(move |spelling| (spelling.as_str(), region))
}

fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}
