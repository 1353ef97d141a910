//! What exists of an indicator, period by period.

use std::collections::BTreeSet;

use growthpole_domain::{Period, QueryError};

use crate::choices::main_regions;
use crate::handle::ResolvedVintage;
use crate::source::TableSource;
use crate::tables::Table;

/// What exists of an indicator in a vintage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Number of the vintage.
    pub vintage: u32,
    /// Numbers of the vintages that hold the indicator.
    pub vintages_with_indicator: Vec<u32>,
    /// What exists, by period.
    pub periods: Vec<PeriodAvailability>,
}

/// What exists of an indicator in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodAvailability {
    /// The period.
    pub period: Period,
    /// Number of regions, of any level, with at least one value.
    pub regions: usize,
    /// Number of industries with at least one value; 0 for indicators without industries.
    pub industries: usize,
    /// Number of observations with a value.
    pub observations: usize,
    /// Cells without a value, as region and industry: of the regions of the main level, and of the industries that occur
    /// in the vintage at all.
    pub missing: Vec<(String, String)>,
}

/// Describes a table.
pub(crate) async fn availability(
    resolved: &ResolvedVintage<'_>,
    vintages_with_indicator: Vec<u32>,
    source: &TableSource,
) -> Result<Availability, QueryError> {
    let regions: Vec<&str> = main_regions(resolved.catalogue)?.into_iter().map(|region| region.code.as_str()).collect();
    let mut periods = Vec::new();
    for part in source.parts(&source.labels().periods) {
        let table = part.read(None).await?;
        let of_part = table.periods.iter().enumerate().filter(|(_, period)| part.periods().contains(period));
        periods.extend(of_part.map(|(at, period)| of_period(&table, at, *period, &regions)));
    }
    Ok(Availability { vintage: resolved.vintage.number, vintages_with_indicator, periods })
}

fn of_period(table: &Table, at: usize, period: Period, main_regions: &[&str]) -> PeriodAvailability {
    let with_value = table.rows_of_period(at).iter().filter(|row| row.value().is_some());
    let cells: BTreeSet<(&str, &str)> = with_value.map(|row| (table.region(row), table.industry(row))).collect();
    let regions: BTreeSet<&str> = cells.iter().map(|(region, _)| *region).collect();
    let industries: BTreeSet<&str> =
        cells.iter().map(|(_, industry)| *industry).filter(|industry| !industry.is_empty()).collect();
    let wanted = main_regions
        .iter()
        .flat_map(|region| table.industries.iter().map(move |industry| (*region, industry.as_str())));
    let missing = wanted.filter(|cell| !cells.contains(cell));
    PeriodAvailability {
        period,
        regions: regions.len(),
        industries: industries.len(),
        observations: cells.len(),
        missing: missing.map(|(region, industry)| (region.to_owned(), industry.to_owned())).collect(),
    }
}
