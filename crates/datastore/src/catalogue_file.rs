//! The stored form of a catalogue: JSON whose bytes depend on nothing but its content.

use growthpole_domain::{Catalogue, DatasetInfo, Event, Group, Indicator, Industry, Region};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// Lists in the order of their keys, which the entries hold themselves.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    dataset: DatasetInfo,
    regions: Vec<Region>,
    industries: Vec<Industry>,
    indicators: Vec<Indicator>,
    groups: Vec<Group>,
    events: Vec<Event>,
    borders: Vec<(String, String)>,
}

pub(crate) fn encode(catalogue: &Catalogue) -> Result<Vec<u8>, StoreError> {
    let file = CatalogueFile {
        dataset: catalogue.dataset.clone(),
        regions: catalogue.regions.values().cloned().collect(),
        industries: catalogue.industries.values().cloned().collect(),
        indicators: catalogue.indicators.values().cloned().collect(),
        groups: catalogue.groups.values().cloned().collect(),
        events: catalogue.events.clone(),
        borders: catalogue.borders.clone(),
    };
    serde_json::to_vec(&file).map_err(|error| StoreError::Encode { what: "a catalogue", source: Box::new(error) })
}

pub(crate) fn decode(object: &str, bytes: &[u8]) -> Result<Catalogue, StoreError> {
    let file: CatalogueFile = serde_json::from_slice(bytes)
        .map_err(|error| StoreError::Corrupt { object: object.to_owned(), problem: error.to_string() })?;
    Ok(Catalogue {
        dataset: file.dataset,
        regions: file.regions.into_iter().map(|region| (region.code.clone(), region)).collect(),
        industries: file
            .industries
            .into_iter()
            .map(|industry| ((industry.classification.clone(), industry.code.clone()), industry))
            .collect(),
        indicators: file.indicators.into_iter().map(|indicator| (indicator.code.clone(), indicator)).collect(),
        groups: file.groups.into_iter().map(|group| (group.id.clone(), group)).collect(),
        events: file.events,
        borders: file.borders,
    })
}
