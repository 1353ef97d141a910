//! Which regions of a catalogue a selection names.

use std::collections::BTreeSet;

use growthpole_domain::nearest::nearest;
use growthpole_domain::{Catalogue, QueryError, Region, RegionChoice, UnknownKind};

/// The regions of a choice, by code; all of every level where the caller chooses none. A region without children and a
/// group without members give none.
///
/// # Errors
///
/// Names that are not known, with the nearest; a list that is empty or names a region twice.
pub(crate) fn choose<'a>(catalogue: &'a Catalogue, choice: &RegionChoice) -> Result<Vec<&'a Region>, QueryError> {
    let all = catalogue.regions.values();
    match choice {
        RegionChoice::Default => Ok(all.collect()),
        RegionChoice::Codes(codes) => by_code(catalogue, codes),
        RegionChoice::ChildrenOf(parent) => {
            catalogue.region("regions.children_of", parent)?;
            Ok(all.filter(|region| region.parent == *parent).collect())
        }
        RegionChoice::Level(level) => {
            check_level(catalogue, "regions.level", level)?;
            Ok(all.filter(|region| region.level == *level).collect())
        }
        RegionChoice::Group(id) => {
            let group = catalogue.groups.get(id).ok_or_else(|| QueryError::Unknown {
                kind: UnknownKind::Group,
                field: "regions.group".to_owned(),
                sent: id.clone(),
                nearest: nearest(id, catalogue.groups.keys().map(String::as_str), 3),
            })?;
            let members: BTreeSet<&str> = group.members.iter().map(|member| member.region.as_str()).collect();
            Ok(all.filter(|region| members.contains(region.code.as_str())).collect())
        }
    }
}

fn by_code<'a>(catalogue: &'a Catalogue, codes: &[String]) -> Result<Vec<&'a Region>, QueryError> {
    if codes.is_empty() {
        return Err(QueryError::EmptySelection { field: "regions.codes.codes".to_owned() });
    }
    let mut found = Vec::with_capacity(codes.len());
    let mut seen = BTreeSet::new();
    for (position, code) in codes.iter().enumerate() {
        let field = format!("regions.codes.codes[{position}]");
        let region = catalogue.region(&field, code)?;
        if !seen.insert(code) {
            return Err(QueryError::InvalidField { field, sent: code.clone(), allowed: "each once".to_owned() });
        }
        found.push(region);
    }
    found.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(found)
}

/// Refuses a level that no region has.
///
/// # Errors
///
/// The nearest levels, or all of them where none is alike: they are few.
pub(crate) fn check_level(catalogue: &Catalogue, field: &str, level: &str) -> Result<(), QueryError> {
    let levels: BTreeSet<&str> = catalogue.regions.values().map(|region| region.level.as_str()).collect();
    if levels.contains(level) {
        return Ok(());
    }
    let alike = nearest(level, levels.iter().copied(), 3);
    Err(QueryError::Unknown {
        kind: UnknownKind::Level,
        field: field.to_owned(),
        sent: level.to_owned(),
        nearest: if alike.is_empty() { levels.into_iter().map(str::to_owned).collect() } else { alike },
    })
}
