//! Correspondence tables: sent with the request, or kept as a data set.

use growthpole_domain::rollup::{Correspondence, CorrespondenceError, CorrespondenceRow};
use growthpole_domain::{QueryError, VintageChoice, VintageInfo, Warning};

use crate::Datastore;
use crate::choices::{HeldPeriods, no_data};
use crate::digest::DigestWriter;
use crate::tables::Table;
use growthpole_domain::{Period, PeriodChoice};

/// The fields that hold a correspondence.
pub(super) const INDUSTRIES: &str = "industries_to.correspondence";
pub(super) const REGIONS: &str = "regions_to.correspondence";

/// Where a correspondence table comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum CorrespondenceSource {
    /// Rows.
    Rows {
        /// Name of the new classification, or of the new scheme of regions.
        classification: String,
        /// The rows.
        rows: Vec<CorrespondenceRow>,
    },
    /// A data set: its regions are old codes, its industries new ones, its values shares.
    Dataset {
        /// Name of the new classification or scheme; none: that of the indicator.
        classification: Option<String>,
        /// Data set.
        dataset: String,
        /// Indicator whose values are the shares.
        indicator: String,
        /// Vintage.
        vintage: VintageChoice,
        /// Period; none: the last.
        period: Option<Period>,
    },
}

/// A correspondence table and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrespondenceTable {
    /// Name of the new classification, or of the new scheme of regions.
    pub classification: String,
    /// SHA-256 of its rows, or of the stored table, in hexadecimal digits.
    pub digest: String,
    /// Data set, indicator and vintage, where it was read from one.
    pub stored: Option<StoredCorrespondence>,
    pub(super) table: Correspondence,
}

/// The stored table that a correspondence was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCorrespondence {
    /// Data set.
    pub dataset: String,
    /// Indicator.
    pub indicator: String,
    /// Vintage.
    pub vintage: VintageInfo,
    /// What to know about that vintage: that it was retracted, that a newer one lacks the indicator. Sentences name the
    /// data set, as they stand among those about the data set that is rolled up.
    pub warnings: Vec<Warning>,
}

impl Datastore {
    /// The correspondence table of a source, which stands in a field.
    pub(super) async fn correspondence(
        &self,
        source: &CorrespondenceSource,
        field: &'static str,
    ) -> Result<CorrespondenceTable, QueryError> {
        match source {
            CorrespondenceSource::Rows { classification, rows } => Ok(CorrespondenceTable {
                classification: classification.clone(),
                digest: digest(rows),
                stored: None,
                table: table(rows, &format!("{field}.rows"))?,
            }),
            CorrespondenceSource::Dataset { classification, dataset, indicator, vintage, period } => {
                let field = format!("{field}.dataset");
                let below = |error: QueryError| error.below(&field);
                let handle = self.dataset(dataset).map_err(below)?;
                handle.check_indicator("indicator", indicator).map_err(below)?;
                let resolved = handle.resolve_vintage(*vintage, &[indicator]).map_err(below)?;
                let stored = self.table(dataset, resolved.vintage, indicator).await?;
                let known = resolved.catalogue.indicator("indicator", indicator).map_err(below)?;
                if !known.has_industries() {
                    return Err(QueryError::InvalidField {
                        field: format!("{field}.indicator"),
                        sent: indicator.clone(),
                        allowed: "an indicator with industries, which are the new codes".to_owned(),
                    });
                }
                let rows = rows_of(&stored, resolved.vintage, *period).map_err(below)?;
                Ok(CorrespondenceTable {
                    classification: classification.clone().unwrap_or_else(|| known.classification.clone()),
                    digest: coverage_digest(resolved.vintage, indicator),
                    table: table(&rows, &field)?,
                    stored: Some(StoredCorrespondence {
                        dataset: dataset.clone(),
                        indicator: indicator.clone(),
                        vintage: resolved.vintage.clone(),
                        warnings: resolved.warnings.into_iter().map(|warning| of_the_table(warning, dataset)).collect(),
                    }),
                })
            }
        }
    }
}

/// A warning about the vintage that a correspondence was read from.
fn of_the_table(warning: Warning, dataset: &str) -> Warning {
    let text = format!("correspondence table {dataset}: {}", warning.text);
    Warning { text, ..warning }
}

fn coverage_digest(vintage: &VintageInfo, indicator: &str) -> String {
    vintage.coverage_of(indicator).map(|coverage| coverage.table_digest.clone()).unwrap_or_default()
}

/// The rows of one period of a stored table.
fn rows_of(table: &Table, vintage: &VintageInfo, period: Option<Period>) -> Result<Vec<CorrespondenceRow>, QueryError> {
    let at = match period {
        None => table.periods.len().checked_sub(1),
        Some(period) => table.periods.binary_search(&period).ok(),
    };
    let Some(at) = at else {
        let coverage = vintage
            .coverage_of(&table.indicator)
            .ok_or_else(|| QueryError::Corrupt(format!("vintage {} lost {}", vintage.number, table.indicator)))?;
        let held = HeldPeriods { coverage, vintage: vintage.number, periods: &table.periods };
        return Err(no_data(&PeriodChoice::List(period.into_iter().collect()), &held));
    };
    let row = |row: &crate::tables::Row| CorrespondenceRow {
        from: table.region(row).to_owned(),
        to: table.industry(row).to_owned(),
        share: row.value(),
    };
    Ok(table.rows_of_period(at).iter().map(row).collect())
}

/// A table of rows, which stand in a field.
fn table(rows: &[CorrespondenceRow], field: &str) -> Result<Correspondence, QueryError> {
    if rows.is_empty() {
        return Err(QueryError::EmptySelection { field: field.to_owned() });
    }
    Correspondence::try_new(rows).map_err(|error| refused(&error, field))
}

/// A correspondence that cannot be used as it is.
pub(super) fn refused(error: &CorrespondenceError, field: &str) -> QueryError {
    let (field, allowed) = match error {
        CorrespondenceError::EmptyCode { row } => (format!("{field}.rows[{row}]"), "two codes"),
        CorrespondenceError::Repeated { row, .. } => (format!("{field}.rows[{row}]"), "each pair of codes once"),
        CorrespondenceError::NoShare { row, .. } => (format!("{field}.rows[{row}].share"), "a share from 0 to 1"),
        CorrespondenceError::HalfShared { .. } => (field.to_owned(), "shares in all rows of a code, or in none"),
        CorrespondenceError::SharesDoNotAddUp { .. } => (field.to_owned(), "shares that are 1 together"),
        CorrespondenceError::Unshared { .. } => {
            (field.to_owned(), "shares for each code with several new ones, or split = JOIN")
        }
    };
    QueryError::InvalidField { field, sent: error.to_string(), allowed: allowed.to_owned() }
}

fn digest(rows: &[CorrespondenceRow]) -> String {
    let mut writer = DigestWriter::default();
    for row in rows {
        writer.text(&row.from);
        writer.text(&row.to);
        writer.value(row.share);
    }
    writer.finish()
}
