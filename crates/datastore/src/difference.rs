//! What differs between two vintages, a part at a time.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use growthpole_domain::{Catalogue, Period, QueryError, VintageInfo, Warning};

use crate::changes::changes;
use crate::source::TableSource;
use crate::tables::Table;
use crate::{Datastore, ObservationChange, ResolvedVintage};

/// The observations that differ between two vintages, by indicator, period, region and industry. Memory holds one
/// indicator at a time, of large tables one period, or the run of periods that a query cluster reads at once.
#[derive(Debug)]
pub struct DifferenceReader {
    store: Datastore,
    dataset: String,
    old: VintageInfo,
    new: VintageInfo,
    regions: Option<Vec<String>>,
    warnings: Vec<Warning>,
    indicators: VecDeque<String>,
    compared: Option<Compared>,
}

/// An indicator while it is compared.
#[derive(Debug)]
struct Compared {
    indicator: String,
    old: Option<TableSource>,
    new: Option<TableSource>,
    /// What is compared next: some periods, or everything at once.
    steps: VecDeque<Option<Vec<Period>>>,
}

impl Compared {
    fn new(indicator: String, old: Option<TableSource>, new: Option<TableSource>) -> Self {
        let both = || old.iter().chain(&new);
        let steps = if both().any(TableSource::is_large) {
            let periods: BTreeSet<Period> = both().flat_map(|table| table.labels().periods.iter().copied()).collect();
            let at_once = both().map(TableSource::periods_at_once).min().unwrap_or(1);
            let periods: Vec<Period> = periods.into_iter().collect();
            periods.chunks(at_once).map(|periods| Some(periods.to_vec())).collect()
        } else {
            VecDeque::from([None])
        };
        Self { indicator, old, new, steps }
    }
}

async fn side(
    source: Option<&TableSource>,
    periods: Option<&[Period]>,
    regions: Option<&[String]>,
) -> Result<Option<Arc<Table>>, QueryError> {
    match source {
        None => Ok(None),
        Some(source) => match periods {
            Some(periods) => source.of_periods(periods, regions).await.map(Some),
            // All parts of a table that is decoded: one.
            None => match source.parts(&source.labels().periods).first() {
                Some(part) => part.read(regions).await.map(Some),
                None => Ok(None),
            },
        },
    }
}

impl DifferenceReader {
    pub(crate) fn new(
        store: Datastore,
        dataset: String,
        (old, new): (ResolvedVintage<'_>, ResolvedVintage<'_>),
        indicators: BTreeSet<String>,
        regions: Option<Vec<String>>,
    ) -> Self {
        let schemes = other_schemes(old.catalogue, new.catalogue);
        let classifications = other_classifications(old.catalogue, new.catalogue, &indicators);
        let warnings = old.warnings.into_iter().chain(new.warnings).chain(schemes).chain(classifications).collect();
        let (old, new) = (old.vintage.clone(), new.vintage.clone());
        // Tables that both share have no difference.
        let digest = |vintage: &VintageInfo, indicator: &str| {
            vintage.coverage_of(indicator).map(|held| held.table_digest.clone())
        };
        let differs = |indicator: &String| digest(&old, indicator) != digest(&new, indicator);
        let indicators = indicators.into_iter().filter(differs).collect();
        Self { store, dataset, old, new, regions, warnings, indicators, compared: None }
    }

    /// What to know about the two vintages: that one was retracted (`VINTAGE_RETRACTED`), that regions are of another
    /// scheme or version in the newer one (`REGION_SCHEME_CHANGED`), or an indicator's industries of another
    /// classification (`CLASSIFICATION_CHANGED`). Then what differs may be the boundaries, not the figures.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The next changes, at least one; none at the end.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`] of reading.
    pub async fn next(&mut self) -> Result<Option<Vec<ObservationChange>>, QueryError> {
        loop {
            let Some(compared) = &mut self.compared else {
                let Some(indicator) = self.indicators.pop_front() else { return Ok(None) };
                let old = self.held(&self.old, &indicator).await?;
                let new = self.held(&self.new, &indicator).await?;
                self.compared = Some(Compared::new(indicator, old, new));
                continue;
            };
            let Some(periods) = compared.steps.pop_front() else {
                self.compared = None;
                continue;
            };
            let regions = self.regions.as_deref();
            let old = side(compared.old.as_ref(), periods.as_deref(), regions).await?;
            let new = side(compared.new.as_ref(), periods.as_deref(), regions).await?;
            let chosen: Option<BTreeSet<String>> = regions.map(|regions| regions.iter().cloned().collect());
            let found = changes(&compared.indicator, old.as_deref(), new.as_deref(), chosen.as_ref());
            if !found.is_empty() {
                return Ok(Some(found));
            }
        }
    }

    async fn held(&self, vintage: &VintageInfo, indicator: &str) -> Result<Option<TableSource>, QueryError> {
        match vintage.coverage_of(indicator) {
            Some(_) => {
                self.store.held(&self.dataset, vintage, indicator).await.map(|held| Some(TableSource::Held(held)))
            }
            None => Ok(None),
        }
    }
}

/// Regions that both vintages have under other schemes.
fn other_schemes(old: &Catalogue, new: &Catalogue) -> Option<Warning> {
    let mut codes = Vec::new();
    let mut changes = BTreeSet::new();
    for (code, region) in &old.regions {
        let Some(other) = new.regions.get(code) else { continue };
        let (before, after) = (old.scheme_of(region), new.scheme_of(other));
        if before != after {
            codes.push(code.clone());
            changes.insert(format!("{} now {}", named(before), named(after)));
        }
    }
    let text = || {
        let changes: Vec<String> = changes.into_iter().collect();
        format!("{} regions are of another scheme in the newer vintage: {}", codes.len(), changes.join(", "))
    };
    (!codes.is_empty()).then(|| Warning::new("REGION_SCHEME_CHANGED", text()).with_regions(codes.clone()))
}

/// Indicators whose industries are of other classifications in the two vintages.
fn other_classifications(old: &Catalogue, new: &Catalogue, indicators: &BTreeSet<String>) -> Option<Warning> {
    let classification = |catalogue: &Catalogue, code: &str| {
        catalogue.indicators.get(code).map(|indicator| indicator.classification.clone())
    };
    let change = |code: &String| {
        let (before, after) = (classification(old, code)?, classification(new, code)?);
        (before != after).then(|| format!("{code}: {} now {}", named(&before), named(&after)))
    };
    let changes: Vec<String> = indicators.iter().filter_map(change).collect();
    let text = || format!("industries are of another classification in the newer vintage: {}", changes.join(", "));
    (!changes.is_empty()).then(|| Warning::new("CLASSIFICATION_CHANGED", text()))
}

fn named(scheme: &str) -> &str {
    if scheme.is_empty() { "none that is known" } else { scheme }
}
