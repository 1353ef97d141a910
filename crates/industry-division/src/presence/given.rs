//! Presences that the request brings along.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::Presence;
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;

/// Pairs of region and industry at most.
const MOST_PAIRS: usize = 100_000;

/// Industries by region, by code; none where the request brings none.
#[derive(Debug, Clone, Default)]
pub(crate) struct GivenPresence(Vec<v1::GivenPresence>);

impl GivenPresence {
    pub(super) fn read(sent: Vec<v1::GivenPresence>) -> Result<Self, Refusal> {
        let pairs: usize = sent.iter().map(|own| own.industries.len()).sum();
        if pairs > MOST_PAIRS {
            let allowed = format!("at most {MOST_PAIRS} industries in all");
            return Err(Refusal::invalid("presence.given", format!("{pairs} industries"), &allowed));
        }
        let mut codes: Vec<&str> = sent.iter().map(|own| own.region.as_str()).collect();
        codes.sort_unstable();
        if let Some(twice) = codes.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Refusal::invalid("presence.given", format!("\"{}\" again", twice[0]), "each region once"));
        }
        Ok(Self(sent))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses regions and industries that the data do not know, and industries that are named twice of a region.
    pub(crate) fn check(&self, panel: &Panel) -> Result<(), Refusal> {
        let regions: BTreeMap<&str, usize> = by_code(panel.axes.regions.iter().map(|own| own.code.as_str()));
        let industries: BTreeMap<&str, usize> = by_code(panel.axes.industries.iter().map(|own| own.code.as_str()));
        let mut seen = vec![usize::MAX; industries.len()];
        for (at, own) in self.0.iter().enumerate() {
            if !regions.contains_key(own.region.as_str()) {
                let field = format!("presence.given[{at}].region");
                return Err(Refusal::invalid(&field, format!("\"{}\"", own.region), "a region of the selection"));
            }
            for (place, code) in own.industries.iter().enumerate() {
                let field = format!("presence.given[{at}].industries[{place}]");
                let Some(&column) = industries.get(code.as_str()) else {
                    let allowed = "industries of the indicator, of the level that the selection names";
                    return Err(Refusal::invalid(&field, format!("\"{code}\""), allowed));
                };
                if std::mem::replace(&mut seen[column], at) == at {
                    return Err(Refusal::invalid(&field, format!("\"{code}\" again"), "each industry once"));
                }
            }
        }
        Ok(())
    }

    /// Presence in some regions of some columns of a panel.
    pub(super) fn presence(&self, panel: &Panel, regions: &[usize], columns: &[usize]) -> Result<Presence, Refusal> {
        let rows = by_code(regions.iter().map(|&own| region_code(panel, own)));
        let places = by_code(columns.iter().map(|&own| industry_code(panel, own)));
        let of_region = |own: &v1::GivenPresence| {
            let row = rows.get(own.region.as_str()).copied();
            let places = own.industries.iter().filter_map(|code| places.get(code.as_str()).copied());
            row.map_or_else(Vec::new, |row| places.map(|place| (row, place)).collect())
        };
        // Positions lie inside; what is left are panels without any region or industry with data.
        Presence::of_pairs(self.0.iter().flat_map(of_region), regions.len(), columns.len())
            .map_err(|_| refuse::undefined("no region has data", "indicator", &panel.indicator.code))
    }
}

/// Positions by code.
fn by_code<'a>(codes: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    codes.enumerate().map(|(at, code)| (code, at)).collect()
}
