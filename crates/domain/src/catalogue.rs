//! The catalogue of a data set: what its codes mean.

use std::collections::BTreeMap;

use crate::{QueryError, UnknownKind, nearest::nearest};

/// Name of a level of regions or industries, for example `PROVINCE`.
pub type Level = String;

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DatedPrecision {
    /// The day is known.
    Day,
    /// The month is known.
    Month,
    /// The year is known.
    Year,
}

impl DatedPrecision {
    /// The last day that a date which is known this exactly can mean.
    pub fn last_day(self, date: jiff::civil::Date) -> jiff::civil::Date {
        match self {
            Self::Day => date,
            Self::Month => date.last_of_month(),
            Self::Year => date.last_of_year(),
        }
    }
}

/// Names by language (BCP 47).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Names(pub BTreeMap<String, String>);

impl Names {
    /// The English name, else any.
    pub fn display(&self) -> &str {
        self.0.get("en").or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

/// A data set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DatasetInfo {
    /// Id.
    pub id: String,
    /// Titles by language.
    pub titles: Names,
    /// What it holds, and what to beware of.
    pub description: String,
    /// Who published the figures.
    pub publisher: String,
    /// Under which terms.
    pub licence: String,
    /// Level of the regions that are meant when a request names none.
    pub main_level: Level,
    /// Region that growth is measured against when a request names none.
    pub benchmark_region: Option<String>,
    /// Scheme and version of the region boundaries, where they are the same for all regions.
    pub boundary_version: String,
}

/// A region.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Region {
    /// Scheme of the code and its version, for example "NUTS 2016"; empty: that of the data set's boundaries, which
    /// [`Catalogue::scheme_of`] gives.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scheme: String,
    /// Code.
    pub code: String,
    /// Level.
    pub level: Level,
    /// Code of the region it lies in; empty at the top.
    pub parent: String,
    /// Names by language.
    pub names: Names,
    /// Other names.
    pub aliases: Vec<String>,
    /// Latitude and longitude in degrees.
    pub coordinates: Option<(f64, f64)>,
    /// Codes in other schemes, by scheme.
    pub other_codes: BTreeMap<String, String>,
    /// Since when it is a region of its scheme (ISO 8601), as exactly as that is known: `1949`, `1949-10` or `1949-10-01`;
    /// empty where it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_from: String,
    /// Until when it was one, likewise; empty where it still is, or that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_to: String,
    /// What to know about it.
    pub note: String,
}

/// An industry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Industry {
    /// Classification and its version.
    pub classification: String,
    /// Code.
    pub code: String,
    /// Level.
    pub level: Level,
    /// Code of the industry it belongs to; empty at the top.
    pub parent: String,
    /// Names by language.
    pub names: Names,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// What to know about it.
    pub note: String,
}

/// What kind of number an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IndicatorKind {
    /// A stock.
    Level,
    /// A flow.
    Flow,
    /// A rate of change.
    Rate,
    /// An index number.
    Index,
    /// A share, ratio or density.
    Share,
}

/// Prices that values are in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PriceBasis {
    /// Not in money.
    #[default]
    None,
    /// Of the period itself.
    Current,
    /// Of a base period.
    Constant,
}

/// How values of regions combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Aggregation {
    /// They add up.
    Sum,
    /// By a weighted mean.
    Mean,
    /// They do not.
    None,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Indicator {
    /// Code.
    pub code: String,
    /// Names by language.
    pub names: Names,
    /// Unit.
    pub unit: String,
    /// Power of ten that values are to be multiplied by.
    pub unit_multiplier: i32,
    /// Kind.
    pub kind: IndicatorKind,
    /// Prices.
    pub price_basis: PriceBasis,
    /// How values of regions combine.
    pub aggregation: Aggregation,
    /// Decimals that the source publishes.
    pub decimals: u32,
    /// Industry classification; empty for indicators without industries.
    pub classification: String,
    /// Indicator whose rates chain this one's levels in real terms; empty when there is none.
    pub growth_indicator: String,
    /// Indicator that means of this one are weighted by; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub aggregation_weight: String,
    /// What it is.
    pub description: String,
}

impl Indicator {
    /// Whether it has industries.
    pub fn has_industries(&self) -> bool {
        !self.classification.is_empty()
    }

    /// Whether its values are rates of change in per cent.
    pub fn is_percent_rate(&self) -> bool {
        self.kind == IndicatorKind::Rate && self.unit == "percent"
    }
}

/// What kind of group it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroupKind {
    /// An approved cluster of cities.
    CityCluster,
    /// A region of economic policy or statistics.
    EconomicRegion,
}

/// Role of a member in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroupRole {
    /// A centre.
    Centre,
    /// Any other member.
    Member,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GroupMember {
    /// Region code.
    pub region: String,
    /// Role.
    pub role: GroupRole,
}

/// A group of regions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Group {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: GroupKind,
    /// Names by language.
    pub names: Names,
    /// Day of approval.
    pub date: Option<jiff::civil::Date>,
    /// How exactly that day is known.
    pub precision: Option<DatedPrecision>,
    /// Document of the approval.
    pub document: String,
    /// Members, by region code.
    pub members: Vec<GroupMember>,
    /// What to know about it.
    pub note: String,
    /// Where it was found.
    pub source: String,
}

/// What kind of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// Approval of a state-level new area.
    NewArea,
    /// Approval of a city cluster.
    CityClusterApproval,
}

/// A dated policy event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: EventKind,
    /// Number in its series.
    pub number: Option<u32>,
    /// Names by language.
    pub names: Names,
    /// Date.
    pub date: jiff::civil::Date,
    /// How exactly it is known.
    pub precision: DatedPrecision,
    /// Document.
    pub document: String,
    /// Regions it touches.
    pub regions: Vec<String>,
    /// What to know about it.
    pub note: String,
    /// Where it was found.
    pub source: String,
}

/// What the codes of a data set mean. Built once, then only read.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// The data set.
    pub dataset: DatasetInfo,
    /// Regions by code.
    pub regions: BTreeMap<String, Region>,
    /// Industries by classification and code.
    pub industries: BTreeMap<(String, String), Industry>,
    /// Indicators by code.
    pub indicators: BTreeMap<String, Indicator>,
    /// Groups by id.
    pub groups: BTreeMap<String, Group>,
    /// Events by kind, date, number and id.
    pub events: Vec<Event>,
    /// Pairs of regions that share a border, smaller code first, sorted.
    pub borders: Vec<(String, String)>,
}

impl Catalogue {
    /// The region of a code.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unknown`] with the nearest codes, by code and by name, where there is none.
    pub fn region(&self, field: &str, code: &str) -> Result<&Region, QueryError> {
        self.regions.get(code).ok_or_else(|| QueryError::Unknown {
            kind: UnknownKind::Region,
            field: field.to_owned(),
            sent: code.to_owned(),
            nearest: self.nearest_regions(code).into_iter().map(|region| region.code.clone()).collect(),
        })
    }

    /// The scheme of a region's code, with its version as far as it is known: its own, else that of the data set's
    /// boundaries.
    pub fn scheme_of<'a>(&'a self, region: &'a Region) -> &'a str {
        if region.scheme.is_empty() { &self.dataset.boundary_version } else { &region.scheme }
    }

    /// The indicator of a code.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unknown`] with the nearest codes where there is none.
    pub fn indicator(&self, field: &str, code: &str) -> Result<&Indicator, QueryError> {
        self.indicators.get(code).ok_or_else(|| QueryError::Unknown {
            kind: UnknownKind::Indicator,
            field: field.to_owned(),
            sent: code.to_owned(),
            nearest: nearest(code, self.indicators.keys().map(String::as_str), 3),
        })
    }

    /// The industry of a code in an indicator's classification.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unknown`] with the nearest codes where there is none.
    pub fn industry(&self, field: &str, classification: &str, code: &str) -> Result<&Industry, QueryError> {
        self.industries.get(&(classification.to_owned(), code.to_owned())).ok_or_else(|| QueryError::Unknown {
            kind: UnknownKind::Industry,
            field: field.to_owned(),
            sent: code.to_owned(),
            nearest: self.nearest_industries(classification, code),
        })
    }

    /// Industries of a classification, by code.
    pub fn industries_of(&self, classification: &str) -> impl Iterator<Item = &Industry> {
        self.industries.values().filter(move |industry| industry.classification == classification)
    }

    /// Regions whose codes, names or aliases are most like a text, best first.
    pub fn nearest_regions(&self, text: &str) -> Vec<&Region> {
        let spellings: Vec<(&str, &Region)> = self
            .regions
            .values()
            .flat_map(|region| {
                let names = region.names.0.values().chain(&region.aliases).chain(region.other_codes.values());
                std::iter::once(&region.code).chain(names).map(move |name| (name.as_str(), region))
            })
            .collect();
        let mut found: Vec<&Region> = Vec::new();
        for name in nearest(text, spellings.iter().map(|(name, _)| *name), 6) {
            for (_, region) in spellings.iter().filter(|(spelling, _)| *spelling == name) {
                if found.len() < 3 && found.iter().all(|known| known.code != region.code) {
                    found.push(region);
                }
            }
        }
        found
    }

    fn nearest_industries(&self, classification: &str, text: &str) -> Vec<String> {
        let by_code = nearest(text, self.industries_of(classification).map(|industry| industry.code.as_str()), 3);
        if !by_code.is_empty() {
            return by_code;
        }
        let names = self.industries_of(classification).map(|industry| industry.names.display());
        let by_name = nearest(text, names, 3);
        self.industries_of(classification)
            .filter(|industry| by_name.iter().any(|name| name == industry.names.display()))
            .map(|industry| industry.code.clone())
            .collect()
    }
}
