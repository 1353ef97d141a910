//! Observations as they were published, by a filter.

use std::collections::BTreeSet;
use std::sync::Arc;

use growthpole_domain::{
    Catalogue, IndustryChoice, Observation, Period, PeriodChoice, QueryError, RegionChoice, UnknownKind, VintageChoice,
    VintageInfo, Warning,
};

use crate::choices::{self, HeldPeriods};
use crate::digest::DigestWriter;
use crate::handle::ResolvedVintage;
use crate::source::{Part, TableSource};
use crate::tables::{Row, Table};

/// Which observations to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObservationQuery {
    /// Data set.
    pub dataset: String,
    /// Vintage.
    pub vintage: VintageChoice,
    /// Indicators; all that the vintage holds where there is none.
    pub indicators: Vec<String>,
    /// Regions; by default all, of every level.
    pub regions: RegionChoice,
    /// Industries. Where some are chosen, indicators of other classifications or without industries give nothing.
    pub industries: IndustryChoice,
    /// Periods.
    pub periods: PeriodChoice,
}

/// The observations of a query.
#[derive(Debug)]
pub struct ObservationSet {
    /// Catalogue of the vintage.
    pub catalogue: Arc<Catalogue>,
    /// The vintage.
    pub vintage: VintageInfo,
    /// Observations by indicator, period, region and industry.
    pub rows: Vec<Observation>,
    /// SHA-256 over data set, vintage and rows, in hexadecimal digits.
    pub digest: String,
    /// What to know about them.
    pub warnings: Vec<Warning>,
}

/// What observation sets are cached by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ObservationKey {
    /// With the number of the vintage in place of the caller's choice.
    pub(crate) query: ObservationQuery,
    pub(crate) vintage_digest: String,
    pub(crate) warnings: Vec<String>,
}

/// A query, checked against a catalogue.
pub(crate) struct Filter<'a> {
    catalogue: &'a Catalogue,
    regions: Option<BTreeSet<&'a str>>,
    industries: Option<BTreeSet<(&'a str, &'a str)>>,
    pub(crate) periods: Option<Vec<Period>>,
}

impl<'a> Filter<'a> {
    /// Checks what a query of some indicators chooses.
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        query: &'a ObservationQuery,
        indicators: &[&str],
    ) -> Result<Self, QueryError> {
        let regions = choices::regions(catalogue, &query.regions)?;
        let industries = chosen_industries(catalogue, &query.industries, indicators)?;
        let periods = choices::periods(&query.periods)?;
        let regions = regions.map(|regions| regions.into_iter().map(|region| region.code.as_str()).collect());
        Ok(Self { catalogue, regions, industries, periods })
    }

    /// The classification of an indicator's industries.
    pub(crate) fn classification(&self, indicator: &str) -> &'a str {
        self.catalogue.indicators.get(indicator).map_or("", |indicator| &indicator.classification)
    }

    /// Whether an observation is chosen.
    pub(crate) fn keeps(&self, classification: &str, region: &str, industry: &str, period: Period) -> bool {
        self.regions.as_ref().is_none_or(|regions| regions.contains(region))
            && self.industries.as_ref().is_none_or(|industries| industries.contains(&(classification, industry)))
            && self.periods.as_ref().is_none_or(|periods| periods.binary_search(&period).is_ok())
    }
}

/// All that an observation set is built from.
#[derive(Debug)]
pub(crate) struct ObservationSource {
    pub(crate) query: ObservationQuery,
    pub(crate) vintage: VintageInfo,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) warnings: Vec<Warning>,
    /// Tables of the indicators, by indicator.
    pub(crate) tables: Vec<TableSource>,
}

impl ObservationSource {
    pub(crate) fn new(query: ObservationQuery, resolved: ResolvedVintage<'_>, tables: Vec<TableSource>) -> Self {
        let ResolvedVintage { vintage, catalogue, warnings } = resolved;
        Self { query, vintage: vintage.clone(), catalogue: Arc::clone(catalogue), warnings, tables }
    }

    /// Checks the query and reads its observations.
    pub(crate) fn build(self) -> Result<ObservationSet, QueryError> {
        let filter = self.filter()?;
        let mut rows = Vec::new();
        for table in &self.tables {
            rows.extend(chosen(&filter, table.labels()));
        }
        let digest = SetDigest::new(&self.query.dataset, &self.vintage).with(&rows).finish();
        Ok(ObservationSet {
            catalogue: Arc::clone(&self.catalogue),
            vintage: self.vintage,
            rows,
            digest,
            warnings: self.warnings,
        })
    }

    /// The observations of a part of a table that the query chooses.
    pub(crate) fn chosen(&self, table: &Table) -> Result<Vec<Observation>, QueryError> {
        Ok(chosen(&self.filter()?, table).collect())
    }

    /// The parts that its tables are read in.
    pub(crate) fn parts(&self) -> Result<Vec<Part>, QueryError> {
        let filter = self.filter()?;
        let parts = |table: &TableSource| table.parts(filter.periods.as_deref().unwrap_or(&table.labels().periods));
        Ok(self.tables.iter().flat_map(parts).collect())
    }

    /// The regions that it chooses, where it chooses some.
    pub(crate) fn regions(&self) -> Result<Option<Vec<String>>, QueryError> {
        let regions = self.filter()?.regions;
        Ok(regions.map(|regions| regions.into_iter().map(str::to_owned).collect()))
    }

    fn filter(&self) -> Result<Filter<'_>, QueryError> {
        let labels = || self.tables.iter().map(TableSource::labels);
        let indicators: Vec<&str> = labels().map(|table| table.indicator.as_str()).collect();
        let filter = Filter::new(&self.catalogue, &self.query, &indicators)?;
        if let (Some(periods), Some(first)) = (&filter.periods, labels().next()) {
            let has_data = |table: &Table| periods.iter().any(|period| table.periods.binary_search(period).is_ok());
            let coverage = self.vintage.coverage_of(&first.indicator);
            if let (false, Some(coverage)) = (labels().any(has_data), coverage) {
                let held = HeldPeriods { coverage, vintage: self.vintage.number, periods: &first.periods };
                return Err(choices::no_data(&self.query.periods, &held));
            }
        }
        Ok(filter)
    }
}

/// The industries of a choice in every classification that an indicator has. A code or level must be known in one of
/// them.
fn chosen_industries<'a>(
    catalogue: &'a Catalogue,
    choice: &IndustryChoice,
    indicators: &[&str],
) -> Result<Option<BTreeSet<(&'a str, &'a str)>>, QueryError> {
    if *choice == IndustryChoice::All {
        return Ok(None);
    }
    let known = indicators.iter().filter_map(|indicator| catalogue.indicators.get(*indicator));
    let with_industries: Vec<_> = known.filter(|indicator| indicator.has_industries()).collect();
    let Some(first) = with_industries.first() else {
        return Err(choices::takes_no_industries(choice, &indicators.join(", ")));
    };
    let classifications: BTreeSet<&str> = with_industries.iter().map(|i| i.classification.as_str()).collect();
    let mut chosen = BTreeSet::new();
    if let IndustryChoice::Codes(codes) = choice {
        for (at, code) in codes.iter().enumerate() {
            let found: Vec<_> = classifications
                .iter()
                .filter_map(|of| catalogue.industries.get(&((*of).to_owned(), code.clone())))
                .map(|industry| (industry.classification.as_str(), industry.code.as_str()))
                .collect();
            if found.is_empty() {
                catalogue.industry(&format!("industries.codes.codes[{at}]"), &first.classification, code)?;
            }
            chosen.extend(found);
        }
        choices::refuse_duplicates("industries.codes.codes", codes)?;
    } else {
        let mut refused = None;
        for indicator in with_industries {
            match choices::industries(catalogue, indicator, choice, &[]) {
                Ok(found) => chosen.extend(found.into_iter().map(|i| (i.classification.as_str(), i.code.as_str()))),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if let (true, Some(error)) = (chosen.is_empty(), refused) {
            return Err(error);
        }
    }
    match chosen.is_empty() {
        true => Err(QueryError::EmptySelection { field: "industries.codes.codes".to_owned() }),
        false => Ok(Some(chosen)),
    }
}

/// The indicators of a query, in order: those it names, or all of the vintage.
pub(crate) fn indicators_of(query: &ObservationQuery, vintage: &VintageInfo) -> Vec<String> {
    let mut indicators = match query.indicators.as_slice() {
        [] => vintage.coverage.iter().map(|coverage| coverage.indicator.clone()).collect(),
        named => named.to_vec(),
    };
    indicators.sort();
    indicators
}

/// The observations of a table that a filter keeps, in order.
fn chosen(filter: &Filter<'_>, table: &Table) -> impl Iterator<Item = Observation> {
    let classification = filter.classification(&table.indicator);
    let keeps =
        move |row: &&Row| filter.keeps(classification, table.region(row), table.industry(row), table.period(row));
    table.rows().iter().filter(keeps).map(|row| table.observation(row))
}

/// The digest of a set of observations, which come in parts.
pub(crate) struct SetDigest(DigestWriter);

impl SetDigest {
    pub(crate) fn new(dataset: &str, vintage: &VintageInfo) -> Self {
        let mut writer = DigestWriter::default();
        writer.text(dataset);
        writer.text(&vintage.digest);
        Self(writer)
    }

    /// With the observations that follow.
    pub(crate) fn with(mut self, rows: &[Observation]) -> Self {
        rows.iter().for_each(|row| write(&mut self.0, row));
        self
    }

    pub(crate) fn finish(self) -> String {
        self.0.finish()
    }
}

fn write(writer: &mut DigestWriter, row: &Observation) {
    let (period, status) = (row.period.to_string(), row.status.to_string());
    for text in [&row.indicator, &period, &row.region, &row.industry, &status, &row.note, &row.source] {
        writer.text(text);
    }
    writer.value(row.value);
    // Where there is no flag the digest is what it was before flags were stored.
    if !row.flag.is_empty() {
        // No text is as long as that, so that a flag is never taken for the row after it.
        writer.number(u64::MAX);
        writer.text(&row.flag);
    }
}

/// Bytes that a set takes in memory, roughly.
pub(crate) fn weight(set: &ObservationSet) -> usize {
    let texts = |row: &Observation| {
        row.region.len() + row.industry.len() + row.indicator.len() + row.note.len() + row.source.len() + row.flag.len()
    };
    4096 + set.rows.iter().map(|row| size_of::<Observation>() + texts(row)).sum::<usize>()
}

/// A data set that there is none of.
pub(crate) fn unknown_dataset<'a>(sent: &str, known: impl Iterator<Item = &'a str>) -> QueryError {
    let known: Vec<&str> = known.collect();
    let alike = growthpole_domain::nearest::nearest(sent, known.iter().copied(), 3);
    QueryError::Unknown {
        kind: UnknownKind::Dataset,
        field: "dataset".to_owned(),
        sent: sent.to_owned(),
        // Data sets are few: where none is alike, the first of them are offered.
        nearest: if alike.is_empty() { known.iter().take(3).map(|id| (*id).to_owned()).collect() } else { alike },
    }
}
