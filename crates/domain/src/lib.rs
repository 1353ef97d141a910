//! What regional statistics are made of: regions, industries, indicators, periods, vintages, selections and panels.
//!
//! Pure: no async, no protobuf, no files, no clocks. Labels and values meet here; the mathematics in
//! `growthpole-methods` knows neither.

pub mod catalogue;
pub mod error;
pub mod nearest;
pub mod panel;
pub mod period;
pub mod rollup;
pub mod selection;
pub mod shared_out;
pub mod status;
pub mod vintage;
pub mod warning;

pub use catalogue::{
    Aggregation, Catalogue, DatasetInfo, DatedPrecision, Event, EventKind, Group, GroupKind, GroupMember, GroupRole,
    Indicator, IndicatorKind, Industry, Level, Names, PriceBasis, Region,
};
pub use error::{QueryError, UnknownKind};
pub use panel::{Benchmark, BenchmarkSource, CellIssue, Panel, PanelAxes, PanelError};
pub use period::{Frequency, Period, PeriodError};
pub use selection::{
    BenchmarkChoice, IndustryChoice, MissingPolicy, PeriodChoice, RegionChoice, Selection, VintageChoice,
};
pub use status::ObservationStatus;
pub use vintage::{Coverage, Observation, Retraction, VintageInfo};
pub use warning::Warning;
