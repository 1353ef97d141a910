//! The commit of a further vintage of a data set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use growthpole_domain::{Catalogue, DatedPrecision, Period, VintageInfo};
use jiff::civil::Date;

use crate::history::History;
use crate::manifest::{Manifest, ManifestContent, TableEntry};
use crate::objects::{Content, ObjectName, Record};
use crate::publication::Published;
use crate::upload::Body;
use crate::{Datastore, StoreError, catalogue_file};

/// How often a commit is tried again when others are faster. Each time, another one got through.
const MOST_ATTEMPTS: u32 = 64;

/// A vintage to be committed. Its number is given by the commit.
#[derive(Debug, Clone)]
pub struct NewVintage {
    /// Data set, by [`check_dataset_id`]: a new one, or one that is there.
    pub dataset: String,
    /// When it was published. None: it is published now, by the time of the commit (day, UTC).
    pub published: Option<(Date, DatedPrecision)>,
    /// Short name.
    pub label: String,
    /// What was known then, and what was compiled later.
    pub note: String,
    /// What its codes mean; with an upsert, also those of the tables that it shares.
    pub catalogue: Arc<Catalogue>,
    /// Its tables, one an indicator.
    pub tables: Vec<NewTable>,
    /// What becomes of the vintage before it.
    pub mode: CommitMode,
}

/// What becomes of the vintage before a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitMode {
    /// The new vintage holds its own tables and nothing else.
    Replace,
    /// The new vintage also holds the tables of the vintage before it, of indicators that it has no table of.
    Upsert {
        /// The vintage that the new tables were made on, as [`Datastore::base_of`] gave it.
        base: Option<u32>,
    },
}

/// A table to be committed: observations of one indicator, as Parquet.
#[derive(Debug, Clone)]
pub struct NewTable {
    /// Indicator.
    pub indicator: String,
    /// First period with an observation.
    pub first: Period,
    /// Last period with an observation.
    pub last: Period,
    /// Number of observations.
    pub observations: u64,
    /// The Parquet file.
    pub body: Body,
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The vintage.
    pub vintage: VintageInfo,
    /// Whether it was there already: with the same data, label, note and, where one was given, date of publication.
    /// Nothing was written then.
    pub already_there: bool,
    /// The vintage before it in the order of publication, which an upsert shares tables with.
    pub base: Option<u32>,
    /// How often another commit was faster.
    pub overtaken: u32,
}

/// The vintage that a new one comes after.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// The vintage.
    pub vintage: VintageInfo,
    /// Its catalogue.
    pub catalogue: Arc<Catalogue>,
}

/// Checks the id of a data set, which becomes the name of a folder: 1 to 64 lower case letters, digits, `-` and `_`, the
/// first a letter or digit.
///
/// # Errors
///
/// [`StoreError::InvalidVintage`].
pub fn check_dataset_id(id: &str) -> Result<(), StoreError> {
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let starts = id.bytes().next().is_some_and(plain);
    if starts && id.len() <= 64 && id.bytes().all(|letter| plain(letter) || b"-_".contains(&letter)) {
        return Ok(());
    }
    let allowed = "1 to 64 of a-z, 0-9, - and _, and a letter or digit first";
    Err(invalid("dataset", format!("\"{id}\" is no id of a data set; allowed: {allowed}")))
}

fn invalid(field: &'static str, problem: impl Into<String>) -> StoreError {
    StoreError::InvalidVintage { field, problem: problem.into() }
}

impl Datastore {
    /// The vintage that one which is published then would come after: the last before it, in the order of publication, of
    /// those that were not retracted. None where there is none, also because the data set is new.
    ///
    /// # Errors
    ///
    /// What [`Self::refresh`] gives, and [`StoreError::InvalidVintage`] for the id.
    pub async fn base_of(
        &self,
        dataset: &str,
        published: Option<(Date, DatedPrecision)>,
        now: jiff::Timestamp,
    ) -> Result<Option<Base>, StoreError> {
        check_dataset_id(dataset)?;
        let history = self.history(dataset).await?;
        let Some(base) = history.before(published_or_today(published, now)) else { return Ok(None) };
        let digest = &base.manifest.content.catalogue;
        let bytes = self.objects.get(dataset, Content::Catalogue, digest).await?;
        let catalogue = Arc::new(catalogue_file::decode(digest, &bytes)?);
        Ok(Some(Base { vintage: base.vintage()?, catalogue }))
    }

    /// Commits a further vintage of a data set, or its first: writes its objects, and then its manifest under the next
    /// number, which is the commit. Then this process knows it.
    ///
    /// When another commit takes the number first, this one takes the next. The same data, published at the same time, are
    /// the vintage that is there: compared is the one before the new one in the order of publication.
    ///
    /// # Errors
    ///
    /// - [`StoreError::InvalidVintage`] for one that breaks a rule; nothing was written.
    /// - [`StoreError::BaseMoved`] for an upsert on a vintage which is not the one before it, or not any more. The caller
    ///   merges again, on [`Self::base_of`]. At worst objects were written that no manifest names.
    /// - [`StoreError::Contended`] when others were faster 64 times.
    /// - [`StoreError::NoConditionalWrites`] where commits would not be safe; nothing was written.
    /// - What [`Self::refresh`] gives.
    pub async fn commit_vintage(&self, new: NewVintage, now: jiff::Timestamp) -> Result<Committed, StoreError> {
        let prepared = crate::blocking(move || Prepared::new(new, now)).await?;
        let mut written = false;
        for overtaken in 0..MOST_ATTEMPTS {
            let history = self.history(&prepared.new.dataset).await?;
            let base = history.before(prepared.published);
            let base_number = base.map(|base| base.manifest.content.number);
            let content = prepared.content(history.next_number(), base.map(|base| &base.manifest.content))?;
            if let Some(base) = base.filter(|base| prepared.is(&base.manifest.content, &content)) {
                let vintage = base.vintage()?;
                self.restore(&prepared.new.dataset, &prepared.objects).await?;
                return Ok(Committed { vintage, already_there: true, base: base_number, overtaken });
            }
            if !written {
                self.write(&prepared.new.dataset, &prepared.objects, &history).await?;
                written = true;
            }
            if let Some(vintage) = self.commit_content(content, now).await? {
                self.restore(&prepared.new.dataset, &prepared.objects).await?;
                self.refresh_after_commit().await;
                return Ok(Committed { vintage, already_there: false, base: base_number, overtaken });
            }
        }
        Err(StoreError::Contended { dataset: prepared.new.dataset, attempts: MOST_ATTEMPTS })
    }

    pub(crate) async fn history(&self, dataset: &str) -> Result<History, StoreError> {
        History::of(&self.objects.manifests_of(dataset.to_owned()).await?)
    }

    /// Writes the objects that no manifest names yet. Those which one names are kept for good, and are left alone while
    /// they are there; the others are written anew, so that no collector takes them for forgotten.
    pub(crate) async fn write(&self, dataset: &str, objects: &NewObjects, history: &History) -> Result<(), StoreError> {
        self.objects.check_conditional_writes().await?;
        for (name, object) in objects {
            let kept = history.names(name) && self.objects.size(dataset, name).await? == Some(object.bytes);
            if !kept {
                self.objects.put(dataset, name, &object.body).await?;
            }
        }
        Ok(())
    }

    /// Writes again what a vintage names and what is not there: lost, or collected between its write and the commit, by a
    /// collector that had found it old and forgotten in the moment before it was written anew. Now that a manifest names
    /// them, none can be collected any more.
    pub(crate) async fn restore(&self, dataset: &str, objects: &NewObjects) -> Result<(), StoreError> {
        for (name, object) in objects {
            if self.objects.size(dataset, name).await?.is_none() {
                self.objects.put(dataset, name, &object.body).await?;
            }
        }
        Ok(())
    }

    /// Writes a manifest; none where another took its number.
    async fn commit_content(
        &self,
        content: ManifestContent,
        now: jiff::Timestamp,
    ) -> Result<Option<VintageInfo>, StoreError> {
        let manifest = Manifest::new(content, now, None)?;
        let ManifestContent { dataset, number, .. } = &manifest.content;
        let written = self.objects.commit(dataset, Record::Manifest(*number), manifest.encode()?).await?;
        let vintage = crate::manifest::Recorded { manifest, retraction: None }.vintage()?;
        Ok(written.then_some(vintage))
    }

    /// The commit is made: that this process cannot read it again does not undo it.
    pub(crate) async fn refresh_after_commit(&self) {
        if let Err(error) = self.refresh().await {
            tracing::warn!(%error, "what was committed is not visible in this process yet");
        }
    }
}

fn published_or_today(published: Option<(Date, DatedPrecision)>, now: jiff::Timestamp) -> Published {
    let today = || jiff::tz::TimeZone::UTC.to_datetime(now).date();
    let (date, precision) = published.unwrap_or_else(|| (today(), DatedPrecision::Day));
    Published { date, precision }
}

/// A new vintage that was checked, with the digests of its objects.
struct Prepared {
    new: NewVintage,
    published: Published,
    objects: NewObjects,
    catalogue: String,
    entries: Vec<TableEntry>,
}

/// Objects to be written, by name: tables that are equal are one.
pub(crate) type NewObjects = BTreeMap<ObjectName, NewObject>;

/// An object to be written.
pub(crate) struct NewObject {
    body: Body,
    bytes: u64,
}

impl NewObject {
    pub(crate) fn of_bytes(bytes: Bytes) -> Self {
        Self { bytes: bytes.len() as u64, body: Body::Bytes(bytes) }
    }
}

impl Prepared {
    fn new(new: NewVintage, now: jiff::Timestamp) -> Result<Self, StoreError> {
        check(&new)?;
        let mut objects = BTreeMap::new();
        let mut entries = Vec::new();
        for table in &new.tables {
            let (digest, bytes) = table.body.measure()?;
            entries.push(table.entry(digest.clone(), bytes));
            let object = NewObject { body: table.body.clone(), bytes };
            objects.insert(ObjectName::new(Content::Table, &digest), object);
        }
        let body = Body::Bytes(catalogue_file::encode(&new.catalogue)?.into());
        let (catalogue, bytes) = body.measure()?;
        objects.insert(ObjectName::new(Content::Catalogue, &catalogue), NewObject { body, bytes });
        Ok(Self { published: published_or_today(new.published, now), new, objects, catalogue, entries })
    }

    /// The content of the manifest, under a number and after a vintage.
    fn content(&self, number: u32, base: Option<&ManifestContent>) -> Result<ManifestContent, StoreError> {
        let mut tables: BTreeMap<&str, &TableEntry> = BTreeMap::new();
        if let CommitMode::Upsert { base: made_on } = self.new.mode {
            let now = base.map(|base| base.number);
            if made_on != now {
                return Err(StoreError::BaseMoved { dataset: self.new.dataset.clone(), now });
            }
            let shared = base.map(|base| base.tables.as_slice()).unwrap_or_default();
            tables.extend(shared.iter().map(|table| (table.indicator.as_str(), table)));
        }
        tables.extend(self.entries.iter().map(|table| (table.indicator.as_str(), table)));
        for indicator in tables.keys() {
            if !self.new.catalogue.indicators.contains_key(*indicator) {
                return Err(invalid("catalogue", format!("it does not hold the indicator {indicator}")));
            }
        }
        Ok(ManifestContent {
            dataset: self.new.dataset.clone(),
            number,
            published: self.published.date,
            precision: self.published.precision,
            label: self.new.label.clone(),
            note: self.new.note.clone(),
            catalogue: self.catalogue.clone(),
            tables: tables.into_values().cloned().collect(),
        })
    }

    /// Whether a vintage is the new one already. Where no date of publication was given, none is compared.
    fn is(&self, there: &ManifestContent, content: &ManifestContent) -> bool {
        let published = self.new.published.map_or(there.published(), |_| self.published);
        let content = ManifestContent { published: published.date, precision: published.precision, ..content.clone() };
        content.says_the_same_as(there)
    }
}

fn check(new: &NewVintage) -> Result<(), StoreError> {
    check_dataset_id(&new.dataset)?;
    let described = &new.catalogue.dataset.id;
    if *described != new.dataset {
        return Err(invalid("catalogue", format!("it is of {described}, not of {}", new.dataset)));
    }
    if new.tables.is_empty() {
        return Err(invalid("tables", "there is none: a vintage holds something, and an upsert changes something"));
    }
    let mut seen = BTreeSet::new();
    for table in &new.tables {
        let problem = |problem: &str| Err(invalid("tables", format!("{}: {problem}", table.indicator)));
        if !seen.insert(&table.indicator) {
            return problem("there are two tables of it");
        }
        if table.observations == 0 {
            return problem("its table is empty");
        }
        if table.first > table.last {
            return problem("its first period comes after its last");
        }
    }
    Ok(())
}

impl NewTable {
    fn entry(&self, digest: String, bytes: u64) -> TableEntry {
        TableEntry {
            indicator: self.indicator.clone(),
            digest,
            observations: self.observations,
            first: self.first.to_string(),
            last: self.last.to_string(),
            bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_names_of_folders_everywhere() {
        for id in ["a", "china-provinces", "us_counties-2", "2016", &"x".repeat(64)] {
            assert!(check_dataset_id(id).is_ok(), "{id}");
        }
        for id in ["", "-a", "_a", "A", "ä", "a b", "a/b", "..", "a.b", &"x".repeat(65)] {
            assert!(check_dataset_id(id).is_err(), "{id}");
        }
    }
}
