//! What every answer of a method carries.

use growthpole_contracts::{SOFTWARE_VERSION, v1};

use crate::SourcedPanel;
use crate::convert::message;

/// A method: its name and the revision of its results.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Full name, for example `growthpole.v1.GrowthRankingService/RankGrowth`.
    pub name: &'static str,
    /// Raised whenever the same input gives another result.
    pub revision: i32,
}

impl Method {
    /// The provenance of an answer that rests on a panel and, where there are any, on further ones with their roles.
    pub fn provenance(&self, source: &SourcedPanel, further: &[(&str, &SourcedPanel)]) -> v1::Provenance {
        let panel = &source.panel;
        v1::Provenance {
            dataset: panel.dataset.clone(),
            vintage: message::count(panel.vintage),
            published: panel.published.to_string(),
            published_precision: message::precision(panel.precision).into(),
            panel_digest: source.digest.to_string(),
            classification: panel.indicator.classification.clone(),
            boundary_version: panel.boundary_version.clone(),
            method: self.name.to_owned(),
            method_revision: self.revision,
            software_version: SOFTWARE_VERSION.to_owned(),
            seed: None,
            further_inputs: further
                .iter()
                .map(|(role, source)| v1::ProvenanceInput {
                    role: (*role).to_owned(),
                    indicator: source.panel.indicator.code.clone(),
                    vintage: message::count(source.panel.vintage),
                    published: source.panel.published.to_string(),
                    panel_digest: source.digest.to_string(),
                    dataset: String::new(),
                })
                .collect(),
        }
    }
}
