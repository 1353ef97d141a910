//! Observations rolled up over regions and industries.

mod axes;
mod correspondence;
mod method;
mod rows;
mod warnings;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _};
use growthpole_domain::rollup::{Aggregate, Axis, CellPolicy, Conversion, Rules, Split};
use growthpole_domain::{
    Catalogue, Coverage, IndustryChoice, Period, PeriodChoice, QueryError, RegionChoice, VintageChoice, VintageInfo,
    Warning,
};
use tokio::runtime::Handle;

use crate::choices::{self, HeldPeriods};
use crate::large::{AT_ONCE, Held};
use crate::{Datastore, StoreError};
use axes::Axes;
pub use correspondence::{CorrespondenceSource, CorrespondenceTable, StoredCorrespondence};
pub use method::Method as UsedMethod;
use rows::Folding;

/// The most results that one query may have: about 600 MB of them.
const MOST_RESULTS: usize = 4_000_000;

/// What to roll up, and to what.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateQuery {
    /// Data set.
    pub dataset: String,
    /// Vintage.
    pub vintage: VintageChoice,
    /// Indicator.
    pub indicator: String,
    /// Regions that are added up; by default as [`growthpole_domain::rollup::parts`] says.
    pub regions: RegionChoice,
    /// Industries that are added up, likewise.
    pub industries: IndustryChoice,
    /// Periods.
    pub periods: PeriodChoice,
    /// What regions are rolled up to; none: each stays as it is.
    pub regions_to: Option<RollUp<RegionTargets>>,
    /// What industries are rolled up to; none: each stays as it is.
    pub industries_to: Option<RollUp<IndustryTargets>>,
    /// How values combine; none: as the indicator says.
    pub method: Option<AggregationMethod>,
    /// Indicator that means are weighted by; none: the indicator's own.
    pub weight: Option<String>,
    /// What to do about suppressed cells.
    pub suppressed: CellPolicy,
    /// What to do about missing cells and missing weights.
    pub missing: CellPolicy,
}

/// What a dimension is rolled up to, and from which level.
#[derive(Debug, Clone, PartialEq)]
pub struct RollUp<Targets> {
    /// The targets.
    pub to: Targets,
    /// Only codes of this level are added up.
    pub from_level: Option<String>,
}

/// What regions are rolled up to.
#[derive(Debug, Clone, PartialEq)]
pub enum RegionTargets {
    /// All of a level.
    Level(String),
    /// Those directly below this one.
    ChildrenOf(String),
    /// These.
    Codes(Vec<String>),
    /// These groups; all groups where none is named.
    Groups(Vec<String>),
    /// All together, under this code.
    Together(String),
    /// The codes of another version of their scheme, or of another scheme.
    Converted {
        /// The table.
        table: CorrespondenceSource,
        /// What to do about codes with several new ones and no shares.
        split: Split,
    },
}

/// What industries are rolled up to.
#[derive(Debug, Clone, PartialEq)]
pub enum IndustryTargets {
    /// All of a level.
    Level(String),
    /// Those directly below this one.
    ChildrenOf(String),
    /// These.
    Codes(Vec<String>),
    /// All together, under this code.
    Together(String),
    /// The codes of another classification.
    Converted {
        /// The table.
        table: CorrespondenceSource,
        /// What to do about codes with several new ones and no shares.
        split: Split,
    },
}

/// How values combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregationMethod {
    /// They add up.
    Sum,
    /// By the weighted mean.
    Mean,
    /// By the plain mean.
    PlainMean,
}

/// A roll-up.
#[derive(Debug)]
pub struct AggregateSet {
    /// Catalogue of the vintage.
    pub catalogue: Arc<Catalogue>,
    /// The vintage.
    pub vintage: VintageInfo,
    /// Results by period, region and industry, in parts of some periods, so that who sends them need not hold all to the end.
    pub results: Vec<Vec<Aggregate>>,
    /// The regions of the results.
    pub regions: Arc<Axis>,
    /// The industries of the results.
    pub industries: Arc<Axis>,
    /// How values were combined.
    pub method: UsedMethod,
    /// Levels of the regions that were added up, in order.
    pub region_levels: Vec<String>,
    /// Levels of the industries that were added up, in order.
    pub industry_levels: Vec<String>,
    /// The correspondence by which industries were converted, where they were.
    pub conversion: Option<ConversionReport>,
    /// The correspondence by which regions were converted, where they were.
    pub region_conversion: Option<ConversionReport>,
    /// SHA-256 of the indicator's stored table, in hexadecimal digits.
    pub digest: String,
    /// SHA-256 of the weight indicator's stored table, where there is one.
    pub weight_digest: Option<String>,
    /// What to know about them.
    pub warnings: Vec<Warning>,
}

/// What a correspondence made of the old codes.
#[derive(Debug, Clone)]
pub struct ConversionReport {
    /// The table.
    pub table: Arc<CorrespondenceTable>,
    /// What became of each code.
    pub conversion: Conversion,
}

impl AggregateSet {
    /// All results.
    pub fn iter(&self) -> impl Iterator<Item = &Aggregate> {
        self.results.iter().flatten()
    }

    /// Code of a result's region target.
    pub fn region(&self, result: &Aggregate) -> &str {
        self.regions.targets().get(result.region).map_or("", String::as_str)
    }

    /// Code of a result's industry target.
    pub fn industry(&self, result: &Aggregate) -> &str {
        self.industries.targets().get(result.industry).map_or("", String::as_str)
    }
}

/// All that a roll-up is made from.
struct Source {
    query: AggregateQuery,
    vintage: VintageInfo,
    catalogue: Arc<Catalogue>,
    warnings: Vec<Warning>,
    method: UsedMethod,
    held: Held,
    weights: Option<Held>,
    correspondence: Option<Arc<CorrespondenceTable>>,
    region_correspondence: Option<Arc<CorrespondenceTable>>,
}

impl Datastore {
    /// Rolls observations up.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`]; fields are those of the query. [`QueryError::Undefined`] where the indicator's values do not
    /// combine, or a weight is negative.
    pub async fn aggregate(&self, query: &AggregateQuery) -> Result<AggregateSet, QueryError> {
        let handle = self.dataset(&query.dataset)?;
        handle.check_indicator("indicator", &query.indicator)?;
        if let Some(weight) = &query.weight {
            handle.check_indicator("weight_indicator", weight)?;
        }
        let resolved = handle.resolve_vintage(query.vintage, &[&query.indicator])?;
        let method = method::method(query, resolved.catalogue)?;
        let resolved = match method.weight() {
            None => resolved,
            Some(weight) => handle.resolve_vintage(query.vintage, &[&query.indicator, weight])?,
        };
        let held = self.held(&query.dataset, resolved.vintage, &query.indicator).await?;
        let weights = match method.weight() {
            None => None,
            Some(weight) => Some(self.held(&query.dataset, resolved.vintage, weight).await?),
        };
        let correspondence = match query.industries_to.as_ref().map(|industries| &industries.to) {
            Some(IndustryTargets::Converted { table, .. }) => {
                Some(Arc::new(self.correspondence(table, correspondence::INDUSTRIES).await?))
            }
            _ => None,
        };
        let region_correspondence = match query.regions_to.as_ref().map(|regions| &regions.to) {
            Some(RegionTargets::Converted { table, .. }) => {
                Some(Arc::new(self.correspondence(table, correspondence::REGIONS).await?))
            }
            _ => None,
        };
        let source = Source {
            query: query.clone(),
            vintage: resolved.vintage.clone(),
            catalogue: Arc::clone(resolved.catalogue),
            warnings: resolved.warnings,
            method,
            held,
            weights,
            correspondence,
            region_correspondence,
        };
        source.build().await
    }
}

impl Source {
    async fn build(self) -> Result<AggregateSet, QueryError> {
        let source = Arc::new(self);
        let (axes, periods) = blocking({
            let source = Arc::clone(&source);
            move || source.plan()
        })
        .await?;
        let axes = Arc::new(axes);
        let chunks = source.held.chunks(&periods).into_iter().map(|chunk| source.results(&axes, chunk));
        let mut parts = futures_util::stream::iter(chunks).buffered(AT_ONCE);
        let mut results = Vec::new();
        // In the order of the periods, whichever was read first. No period is in two parts, so that what it is added up in
        // is gone before the next is read.
        while let Some(part) = parts.try_next().await? {
            results.push(part);
        }
        drop(parts);
        blocking(move || source.finish(&axes, results)).await
    }

    /// What is added up to what, and of which periods.
    fn plan(&self) -> Result<(Axes, Vec<Period>), QueryError> {
        let axes = Axes::new(self)?;
        let held = HeldPeriods {
            coverage: self.coverage()?,
            vintage: self.vintage.number,
            periods: &self.held.head().periods,
        };
        let periods = choices::periods_with_data(&self.query.periods, &held)?;
        refuse_too_many([periods.len(), axes.regions.targets().len(), axes.industries.targets().len()])?;
        Ok((axes, periods))
    }

    /// Adds up some periods, whose rows are never held together.
    async fn results(&self, axes: &Arc<Axes>, periods: Vec<Period>) -> Result<Vec<Aggregate>, QueryError> {
        let weights = match &self.weights {
            Some(weights) => Some(weights.table(&periods, None).await?),
            None => None,
        };
        let (axes, held, runtime) = (Arc::clone(axes), self.held.clone(), Handle::current());
        let weight = self.method.weight().unwrap_or_default().to_owned();
        let rules = Rules {
            combination: self.method.combination(),
            suppressed: self.query.suppressed,
            missing: self.query.missing,
        };
        blocking(move || {
            let weights = weights.as_deref().map(|table| (weight.as_str(), table));
            let mut folding = Folding::new(&axes, held.head(), weights);
            runtime.block_on(held.in_turn(&periods, |rows| folding.add(rows)))?;
            Ok(folding.finish()?.finish(rules))
        })
        .await
    }

    fn finish(&self, axes: &Axes, results: Vec<Vec<Aggregate>>) -> Result<AggregateSet, QueryError> {
        let mut set = AggregateSet {
            results,
            catalogue: Arc::clone(&self.catalogue),
            digest: self.coverage()?.table_digest.clone(),
            weight_digest: self.weight_digest(),
            vintage: self.vintage.clone(),
            method: self.method.clone(),
            region_levels: axes.region_levels.clone(),
            industry_levels: axes.industry_levels.clone(),
            conversion: report(self.correspondence.as_ref(), axes.conversion.as_ref()),
            region_conversion: report(self.region_correspondence.as_ref(), axes.region_conversion.as_ref()),
            regions: Arc::clone(&axes.regions),
            industries: Arc::clone(&axes.industries),
            warnings: self.warnings.iter().chain(self.of_tables()).chain(&axes.warnings).cloned().collect(),
        };
        warnings::note(&mut set);
        Ok(set)
    }

    /// What to know about the vintages that correspondence tables were read from.
    fn of_tables(&self) -> impl Iterator<Item = &Warning> {
        let tables = self.correspondence.iter().chain(&self.region_correspondence);
        tables.filter_map(|table| table.stored.as_ref()).flat_map(|stored| &stored.warnings)
    }

    fn coverage(&self) -> Result<&Coverage, QueryError> {
        let Self { vintage, query, .. } = self;
        let lost = || QueryError::Corrupt(format!("vintage {} lost {}", vintage.number, query.indicator));
        vintage.coverage_of(&query.indicator).ok_or_else(lost)
    }

    fn weight_digest(&self) -> Option<String> {
        let weight = self.method.weight()?;
        self.vintage.coverage_of(weight).map(|coverage| coverage.table_digest.clone())
    }
}

/// What a table made of the old codes, where there is one.
fn report(table: Option<&Arc<CorrespondenceTable>>, conversion: Option<&Conversion>) -> Option<ConversionReport> {
    let (table, conversion) = table.zip(conversion)?;
    Some(ConversionReport { table: Arc::clone(table), conversion: conversion.clone() })
}

/// Does work where it cannot hold up other calls.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, QueryError> + Send + 'static,
) -> Result<T, QueryError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped.into_query_error())?
}

/// Refuses a roll-up whose results would take too much memory, before any of it is taken.
fn refuse_too_many(lengths: [usize; 3]) -> Result<(), QueryError> {
    let results = lengths.into_iter().fold(1, usize::saturating_mul);
    if results <= MOST_RESULTS {
        return Ok(());
    }
    Err(QueryError::InvalidField {
        field: "periods".to_owned(),
        sent: format!("{results} results: periods x regions x industries"),
        allowed: format!("at most {MOST_RESULTS} results"),
    })
}

/// Codes by the table of what they become, for reports.
impl ConversionReport {
    /// Every old code, in order, with the targets and shares that it went to; none where the table does not name it.
    pub fn codes(&self) -> BTreeMap<&str, &[(usize, f64)]> {
        let Conversion { parts, uncovered, .. } = &self.conversion;
        let covered = parts.iter().map(|(code, parts)| (code.as_str(), parts.as_slice()));
        covered.chain(uncovered.iter().map(|code| (code.as_str(), [].as_slice()))).collect()
    }
}
