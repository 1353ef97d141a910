//! Named sets of regions that a request gives: regimes, groups, clusters, dummy variables.

use std::collections::BTreeSet;

use growthpole_contracts::{Refusal, v1};
use growthpole_worker_kit::PanelSource;
use growthpole_worker_kit::companions::group_members;
use tonic::Status;
use v1::named_regions::By;

use super::series::Series;

/// A named set of regions of a series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RegionSet {
    /// Its name.
    pub(crate) name: String,
    /// Positions of its regions, in order.
    pub(crate) members: Vec<usize>,
}

/// Reads the sets that a request gives in the field `field`, each with a name of its own and at least one region.
///
/// # Errors
///
/// A status that names the field of the set that is wrong.
pub(crate) async fn read(
    panels: &dyn PanelSource,
    series: &Series,
    sets: &[v1::NamedRegions],
    field: &str,
) -> Result<Vec<RegionSet>, Status> {
    let mut read: Vec<RegionSet> = Vec::with_capacity(sets.len());
    for (at, set) in sets.iter().enumerate() {
        let field = format!("{field}[{at}]");
        if set.name.is_empty() || read.iter().any(|other| other.name == set.name) {
            let sent = format!("\"{}\"", set.name);
            return Err(Refusal::invalid(&format!("{field}.name"), sent, "a name, each once").into());
        }
        let members = match &set.by {
            None => return Err(Refusal::invalid(&field, "no regions", "codes, or a group").into()),
            Some(By::Codes(codes)) => codes_of(series, &codes.codes, &format!("{field}.codes"))?,
            Some(By::Group(group)) => {
                let codes = group_members(panels, &series.main, &series.selection, group).await;
                let codes = codes.map_err(|status| {
                    growthpole_worker_kit::refuse::rename_field(
                        status,
                        "selection.regions.group",
                        &format!("{field}.group"),
                    )
                })?;
                codes.iter().filter_map(|code| series.position(code)).collect()
            }
        };
        if members.is_empty() {
            return Err(Refusal::invalid(&field, "a set without regions of the selection", "at least one").into());
        }
        read.push(RegionSet { name: set.name.clone(), members });
    }
    Ok(read)
}

/// For each region the position of the one set that holds it.
///
/// # Errors
///
/// A refusal that names the regions which no set or several sets hold.
pub(crate) fn partition(series: &Series, sets: &[RegionSet], field: &str) -> Result<Vec<usize>, Refusal> {
    let mut of_region: Vec<Option<usize>> = vec![None; series.regions.len()];
    let code = |region: usize| series.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default();
    for (position, set) in sets.iter().enumerate() {
        for &member in &set.members {
            if let Some(other) = of_region[member].replace(position) {
                let both = format!("{} in \"{}\" and in \"{}\"", code(member), sets[other].name, set.name);
                return Err(Refusal::invalid(field, both, "each region in one set"));
            }
        }
    }
    let left: Vec<&str> = (0..of_region.len()).filter(|&region| of_region[region].is_none()).map(code).collect();
    if left.is_empty() {
        return Ok(of_region.into_iter().flatten().collect());
    }
    Err(Refusal::invalid(
        field,
        format!("sets without {}", left.join(", ")),
        "sets that hold every region of the selection",
    ))
}

fn codes_of(series: &Series, codes: &[String], field: &str) -> Result<Vec<usize>, Refusal> {
    let mut members = BTreeSet::new();
    for (at, code) in codes.iter().enumerate() {
        let field = format!("{field}.codes[{at}]");
        if !members.insert(series.known_position(code, &field)?) {
            return Err(Refusal::invalid(&field, format!("\"{code}\" again"), "each region once"));
        }
    }
    Ok(members.into_iter().collect())
}
