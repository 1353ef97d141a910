//! Which cells of which vintage an analysis reads.

use crate::Period;

/// The cells that an analysis reads. Codes are as the caller sent them: the datastore checks them against the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Data set.
    pub dataset: String,
    /// Vintage.
    pub vintage: VintageChoice,
    /// Indicator.
    pub indicator: String,
    /// Other indicators that the vintage must hold as well, so that all inputs of a method are of one vintage.
    pub companions: Vec<String>,
    /// Regions.
    pub regions: RegionChoice,
    /// Industries.
    pub industries: IndustryChoice,
    /// Periods.
    pub periods: PeriodChoice,
    /// What regions are measured against.
    pub benchmark: BenchmarkChoice,
    /// Whether cells without a value are given as 0, see [`crate::Panel::fill_missing`]: so that who counts them as zero needs
    /// no copy of the panel. The digest stays that of the cells as they are.
    pub zero_for_missing: bool,
}

/// Names one vintage, or a day whose knowledge counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum VintageChoice {
    /// The latest that holds the indicator.
    #[default]
    Latest,
    /// This one; it must hold the indicator.
    Number(u32),
    /// The newest published on or before the day that holds the indicator.
    AsOf(jiff::civil::Date),
}

/// Chooses regions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum RegionChoice {
    /// All of the data set's main level (panels) or of every level (observations).
    #[default]
    Default,
    /// These.
    Codes(Vec<String>),
    /// Those directly below this one.
    ChildrenOf(String),
    /// All of a level.
    Level(String),
    /// The members of a group.
    Group(String),
}

/// Chooses industries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum IndustryChoice {
    /// All that the indicator has.
    #[default]
    All,
    /// These.
    Codes(Vec<String>),
    /// All of a level.
    Level(String),
}

/// Chooses periods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum PeriodChoice {
    /// All that the vintage has of the indicator.
    #[default]
    All,
    /// From the first to the last, both included.
    Range(Period, Period),
    /// These, of one frequency.
    List(Vec<Period>),
}

/// What regions are measured against.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum BenchmarkChoice {
    /// Nothing.
    #[default]
    None,
    /// The published row of a region.
    Region(String),
    /// The sum of all regions of a level.
    SumOfLevel(String),
    /// The data set's benchmark region, where it has one and the vintage holds a row of it; else nothing.
    DatasetRegion,
    /// The sum of all regions of the data set's main level.
    SumOfMainLevel,
}

/// What to do about cells without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingPolicy {
    /// Refuse.
    Fail,
    /// Leave out regions with a missing cell.
    DropRegion,
    /// Leave out industries with a missing cell.
    DropIndustry,
    /// Keep the region, without a result.
    Keep,
    /// Count missing cells as zero.
    AsZero,
}
