//! The observations of a package: tidy files, checked against the catalogue.

use std::collections::BTreeMap;

use growthpole_domain::{Catalogue, Observation};
use growthpole_ingest::{ColumnMapping, tidy};

use super::Package;
use super::catalogue::Sources;
use crate::StoreError;

/// Observations of a file, by indicator.
pub(crate) type ByIndicator = BTreeMap<String, Vec<Observation>>;

/// Reads a file of observations. Every one names a known region, indicator and source, and an industry exactly where
/// its indicator has industries; the source becomes its citation.
pub(crate) fn read(
    package: &Package,
    path: &str,
    catalogue: &Catalogue,
    sources: &Sources,
) -> Result<ByIndicator, StoreError> {
    let file = package.name_of(path);
    let (rows, report) = tidy::read_rows(package.file(path)?, &ColumnMapping::default())
        .map_err(|report| StoreError::Observations { file: file.clone(), report: Box::new(report) })?;
    for finding in &report.findings {
        tracing::warn!(file, %finding, "is imported all the same");
    }
    let mut found = ByIndicator::new();
    for tidy::Row { line, mut observation } in rows {
        observation.source = checked(&observation, catalogue, sources)
            .map_err(|problem| StoreError::package_line(&file, line, problem))?;
        match found.get_mut(&observation.indicator) {
            Some(known) => known.push(observation),
            None => {
                found.insert(observation.indicator.clone(), vec![observation]);
            }
        }
    }
    Ok(found)
}

/// The citation of an observation that fits the catalogue.
fn checked(observation: &Observation, catalogue: &Catalogue, sources: &Sources) -> Result<String, String> {
    let Observation { region, industry, indicator, source, .. } = observation;
    if !catalogue.regions.contains_key(region) {
        return Err(format!("there is no region \"{region}\""));
    }
    let Some(described) = catalogue.indicators.get(indicator) else {
        return Err(format!("there is no indicator \"{indicator}\""));
    };
    if described.has_industries() {
        if !catalogue.industries.contains_key(&(described.classification.clone(), industry.clone())) {
            return Err(format!("there is no industry \"{industry}\" in {}", described.classification));
        }
    } else if !industry.is_empty() {
        return Err(format!("{indicator} has no industries, \"{industry}\" was given"));
    }
    sources.get(source).cloned().ok_or_else(|| format!("there is no source \"{source}\""))
}
