//! What an input says about its codes, beside the cells: names, levels, parents, units.

use std::collections::BTreeMap;

use growthpole_domain::{Indicator, Industry, Region};

/// What an input, or the mapping file beside it, says about the codes of its cells. A code that is not described is
/// imported all the same, under a name that is its code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Described {
    /// What it says about the data set as a whole.
    pub dataset: DescribedDataset,
    /// Scheme, and its version, that is declared for the codes of regions; empty where nothing declares one.
    pub region_scheme: String,
    /// Regions by code.
    pub regions: BTreeMap<String, Region>,
    /// Industries by classification and code.
    pub industries: BTreeMap<(String, String), Industry>,
    /// Indicators by code. Industries of an indicator's cells are in its classification.
    pub indicators: BTreeMap<String, Indicator>,
}

/// What an input says about the data set as a whole; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DescribedDataset {
    /// Title.
    pub title: String,
    /// What it holds, and what to beware of.
    pub description: String,
    /// Who published the figures.
    pub publisher: String,
    /// Under which terms.
    pub licence: String,
    /// Level of the regions that are meant when a request names none.
    pub main_level: String,
    /// Region that growth is measured against when a request names none.
    pub benchmark_region: String,
    /// Scheme and version of the region boundaries, for example "NUTS 2016".
    pub boundary_version: String,
    /// Day of publication (ISO 8601), as far as it is known: `2019-12-12`, `2019-12` or `2019`.
    pub published: String,
}
