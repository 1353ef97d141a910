//! Why a selection cannot be read.

use crate::Period;

/// What kind of name is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownKind {
    /// A data set.
    Dataset,
    /// A vintage number.
    Vintage,
    /// A region.
    Region,
    /// A level of regions or industries.
    Level,
    /// A group of regions.
    Group,
    /// An industry.
    Industry,
    /// An indicator.
    Indicator,
}

impl UnknownKind {
    /// The word for people.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Dataset => "data set",
            Self::Vintage => "vintage",
            Self::Region => "region",
            Self::Level => "level",
            Self::Group => "group",
            Self::Industry => "industry",
            Self::Indicator => "indicator",
        }
    }
}

/// Why a selection cannot be read. Fields are paths below the selection or filter, for example `regions.codes.codes`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// A name that is not known.
    #[error("there is no {} \"{sent}\"", kind.noun())]
    Unknown {
        /// What kind of name.
        kind: UnknownKind,
        /// Field that holds it.
        field: String,
        /// What was sent.
        sent: String,
        /// The nearest names that are known.
        nearest: Vec<String>,
    },
    /// Nothing was published on or before the day.
    #[error("nothing was published on or before {as_of}; the first vintage is of {first}")]
    AsOfBeforeFirstVintage {
        /// The day that was asked for.
        as_of: jiff::civil::Date,
        /// Publication of the first vintage (that holds the indicator, where one was asked for).
        first: jiff::civil::Date,
    },
    /// All vintages were taken back: only a number chooses one.
    #[error("every vintage of {dataset} was retracted; by number there are: {numbers:?}")]
    AllRetracted {
        /// Data set.
        dataset: String,
        /// Numbers of its vintages.
        numbers: Vec<u32>,
    },
    /// The vintage does not hold the indicator.
    #[error("vintage {vintage} does not hold {indicator}; held by: {held_by:?}")]
    IndicatorNotInVintage {
        /// Vintage that was asked for.
        vintage: u32,
        /// Indicator.
        indicator: String,
        /// Vintages that hold it.
        held_by: Vec<u32>,
    },
    /// A field with a value that is not allowed.
    #[error("{field}: {sent} was sent; allowed: {allowed}")]
    InvalidField {
        /// The field.
        field: String,
        /// What was sent.
        sent: String,
        /// What is allowed.
        allowed: String,
    },
    /// The selection chooses nothing.
    #[error("{field} chooses nothing")]
    EmptySelection {
        /// Field that chooses nothing.
        field: String,
    },
    /// None of the periods has data.
    #[error("{indicator} has no data for {sent}; vintage {vintage} holds {first} to {last}")]
    NoData {
        /// Indicator.
        indicator: String,
        /// Vintage.
        vintage: u32,
        /// Periods that were asked for.
        sent: String,
        /// First period that the vintage holds.
        first: Period,
        /// Last period that the vintage holds.
        last: Period,
    },
    /// The data do not allow what was asked for.
    #[error("{message}")]
    Undefined {
        /// Field that asks for it.
        field: String,
        /// Why, and what would do.
        message: String,
    },
    /// The store cannot be reached; try again.
    #[error("the data cannot be reached: {0}")]
    Unavailable(String),
    /// The query cluster cannot be reached, or lost what it computed; try again.
    #[error("the query cluster gives no answer: {0}")]
    Cluster(String),
    /// What is stored is damaged.
    #[error("stored data are damaged: {0}")]
    Corrupt(String),
}

impl QueryError {
    /// The same error with its field below another.
    #[must_use]
    pub fn below(mut self, above: &str) -> Self {
        match &mut self {
            Self::Unknown { field, .. }
            | Self::InvalidField { field, .. }
            | Self::EmptySelection { field }
            | Self::Undefined { field, .. } => *field = format!("{above}.{field}"),
            Self::AsOfBeforeFirstVintage { .. }
            | Self::AllRetracted { .. }
            | Self::IndicatorNotInVintage { .. }
            | Self::NoData { .. }
            | Self::Unavailable(_)
            | Self::Cluster(_)
            | Self::Corrupt(_) => {}
        }
        self
    }
}
