//! The import of a file: read, sort, check, describe, commit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use growthpole_domain::DatedPrecision;
use growthpole_ingest::mapping::IndicatorEntry;
use growthpole_ingest::{DescribedDataset, Format, Options, Outcome, Report, Rule, Source, read};
use jiff::civil::Date;

use super::before::Before;
use super::catalogue::{CatalogueSource, Occurring};
use super::checks::{CheckSource, Checks};
use super::collect::{Collector, ImportWatch};
use super::merge::{Merge, Merged};
use super::sort::SortSettings;
use super::writing::MergedTable;
use crate::commit::{Base, CommitMode, Committed, NewTable, NewVintage};
use crate::upload::Body;
use crate::{Datastore, StoreError, blocking};

/// What becomes of the vintage before an imported one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// The new vintage holds what the file holds, and nothing else.
    #[default]
    Replace,
    /// The new vintage also holds what the one before it holds of other indicators, regions, industries and periods.
    Upsert,
}

/// How much room imports have.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportSettings {
    /// Bytes of memory in which cells are sorted; what has no room waits in temporary files.
    pub sort_bytes: usize,
    /// Folder of temporary files; empty: the system's.
    pub scratch: PathBuf,
}

impl Default for ImportSettings {
    fn default() -> Self {
        Self { sort_bytes: 256 << 20, scratch: PathBuf::new() }
    }
}

impl ImportSettings {
    fn folder(&self) -> Option<PathBuf> {
        (!self.scratch.as_os_str().is_empty()).then(|| self.scratch.clone())
    }
}

/// A file to be imported as a further vintage of a data set, or its first.
#[derive(Debug)]
pub struct FileImport {
    /// Data set.
    pub dataset: String,
    /// The file.
    pub source: Source,
    /// How it is read.
    pub options: Options,
    /// When it was published; without, what the file says, else the day of the import.
    pub published: Option<(Date, DatedPrecision)>,
    /// Short name of the vintage; empty: the name of the file.
    pub label: String,
    /// What to know about the vintage.
    pub note: String,
    /// What becomes of the vintage before.
    pub mode: ImportMode,
    /// Whether anything is written; without, the file is checked in the same way.
    pub writes: bool,
}

/// What an import found and did.
#[derive(Debug)]
pub struct ImportedFile {
    /// The format of the file, where it was recognised or named.
    pub format: Option<Format>,
    /// What is wrong with it, and how much there is of it. Where it holds an error, nothing was imported.
    pub report: Report,
    /// Series that the file holds: indicator, region and industry; with an upsert, those of its indicators' tables.
    pub series: u64,
    /// What the commit did; none where nothing was to be written, or nothing could be because of the file.
    pub committed: Option<Committed>,
}

/// A file that was read, with its cells.
struct Read {
    collector: Collector,
    outcome: Outcome,
    /// To be read again.
    input: Input,
}

/// What is read.
struct Input {
    source: Source,
    options: Options,
}

/// How often an upsert is merged again because others were faster. Each time, another one got through.
const MOST_MERGES: u32 = 64;

/// What is asked for, beside the file.
struct Request {
    dataset: String,
    published: Option<(Date, DatedPrecision)>,
    label: String,
    note: String,
    mode: ImportMode,
    writes: bool,
    folder: Option<PathBuf>,
    sort_bytes: usize,
    watch: ImportWatch,
    now: jiff::Timestamp,
}

impl Datastore {
    /// Imports a file. Memory stays within [`ImportSettings::sort_bytes`] and what its codes and series take, however
    /// long it is.
    ///
    /// Nothing is imported from a file with an error. The same file again is the vintage that is there already. An upsert
    /// that another commit overtakes is read and merged again, onto the vintage that is there then, as if it had been asked
    /// for after it. Nothing is lost by that: each commit keeps its own vintage.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Scratch`] for temporary files, [`StoreError::Stopped`] when `watch` gave the import up.
    /// - [`StoreError::Contended`] when others were faster 64 times.
    /// - What [`Self::base_of`] and [`Self::commit_vintage`] give.
    pub async fn import_file(
        &self,
        import: FileImport,
        settings: &ImportSettings,
        watch: ImportWatch,
        now: jiff::Timestamp,
    ) -> Result<ImportedFile, StoreError> {
        crate::commit::check_dataset_id(&import.dataset)?;
        let FileImport { dataset, source, options, published, label, note, mode, writes } = import;
        let label = if label.is_empty() { source.name().to_owned() } else { label };
        let (folder, sort_bytes) = (settings.folder(), settings.sort_bytes);
        let request = Request { dataset, published, label, note, mode, writes, folder, sort_bytes, watch, now };
        let mut input = Input { source, options };
        for overtaken in 0..MOST_MERGES {
            let read = request.read(input).await?;
            let Read { collector, outcome, input: again } = read;
            match self.merge_and_commit(&request, collector, outcome, &again.options).await {
                Err(StoreError::BaseMoved { .. }) => input = again,
                Ok(mut imported) => {
                    if let Some(committed) = &mut imported.committed {
                        committed.overtaken += overtaken;
                    }
                    return Ok(imported);
                }
                Err(error) => return Err(error),
            }
            request.watch.begin_again();
        }
        Err(StoreError::Contended { dataset: request.dataset, attempts: MOST_MERGES })
    }

    /// Merges what was read onto the vintage that is there now, and commits it.
    async fn merge_and_commit(
        &self,
        request: &Request,
        collector: Collector,
        mut outcome: Outcome,
        options: &Options,
    ) -> Result<ImportedFile, StoreError> {
        let Request { dataset, mode, writes, folder, watch, now, .. } = request;
        state(&mut outcome, &options.mapping.indicators);
        let published = request.published.or_else(|| published_by(&mut outcome));
        if let Some((day, _)) = published.filter(|(day, _)| *day > last_day_anywhere(*now)) {
            outcome.report.add_overall(Rule::FuturePublication, "published", &day.to_string());
        }
        let base = self.base_of(dataset, published, *now).await?;
        let before = Before::fetch(self, dataset, base.as_ref(), &outcome.labels, folder.as_deref()).await?;
        let merging = Merging {
            outcome,
            stated: options.mapping.indicators.keys().cloned().collect(),
            stated_dataset: options.mapping.dataset.clone(),
            before,
            mode: *mode,
            writes: *writes,
            folder: folder.clone(),
            watch: watch.clone(),
            base: base.clone(),
            dataset: dataset.clone(),
        };
        let (outcome, merged, new) = blocking(move || merging.run(collector)).await?;
        let Outcome { format, report, labels, .. } = outcome;
        let mut imported = ImportedFile { format, report, series: merged.series, committed: None };
        if let Some(catalogue) = new.filter(|_| *writes && imported.report.errors() == 0) {
            let new = NewVintage {
                dataset: catalogue.dataset.id.clone(),
                published,
                label: request.label.clone(),
                note: request.note.clone(),
                tables: merged.tables.iter().filter_map(|table| new_table(table, &labels)).collect(),
                catalogue: Arc::new(catalogue),
                mode: match mode {
                    ImportMode::Replace => CommitMode::Replace,
                    ImportMode::Upsert => CommitMode::Upsert { base: base.map(|base| base.vintage.number) },
                },
            };
            imported.committed = Some(self.commit_vintage(new, *now).await?);
        }
        imported.note_assumed_publication(published.is_none());
        Ok(imported)
    }
}

impl Request {
    /// Reads the file, from its start.
    async fn read(&self, mut input: Input) -> Result<Read, StoreError> {
        let sort = SortSettings { memory_bytes: self.sort_bytes, folder: self.folder.clone() };
        let watch = self.watch.clone();
        let found = blocking(move || {
            let mut collector = Collector::new(&sort, watch);
            let outcome = read(&mut input.source, &input.options, &mut collector);
            Ok(Read { collector, outcome, input })
        })
        .await?;
        if self.watch.is_cancelled() {
            return Err(StoreError::Stopped);
        }
        Ok(found)
    }
}

impl ImportedFile {
    /// Warns of a day of publication that was assumed, where a vintage has it or would have it: not where nothing can be
    /// imported, and not where the same data are there with a day of their own.
    fn note_assumed_publication(&mut self, is_assumed: bool) {
        let is_there = self.committed.as_ref().is_some_and(|committed| committed.already_there);
        if is_assumed && !is_there && self.report.errors() == 0 {
            self.report.add_overall(Rule::PublishedAssumed, "", "");
        }
    }
}

/// What happens on a blocking thread once the file was read.
struct Merging {
    dataset: String,
    outcome: Outcome,
    /// Codes of the indicators that the mapping describes.
    stated: BTreeSet<String>,
    /// What the mapping says of the data set.
    stated_dataset: DescribedDataset,
    before: Before,
    base: Option<Base>,
    mode: ImportMode,
    writes: bool,
    folder: Option<PathBuf>,
    watch: ImportWatch,
}

impl Merging {
    fn run(
        mut self,
        mut collector: Collector,
    ) -> Result<(Outcome, Merged, Option<growthpole_domain::Catalogue>), StoreError> {
        let mut report = std::mem::take(&mut self.outcome.report);
        let own_regions = self.outcome.labels.regions.len();
        if self.mode == ImportMode::Upsert {
            self.before.keep(&mut self.outcome.labels, &mut collector)?;
        }
        if self.outcome.labels.are_full() && report.errors() == 0 {
            // The vintage before has others.
            report.add_overall(Rule::TooManyTexts, "", "");
        }
        collector.report_mixed(&self.outcome.labels, &mut report);
        let Outcome { labels, described, .. } = &self.outcome;
        let merge = Merge {
            labels,
            folder: self.folder.as_deref(),
            writes: self.writes && report.errors() == 0,
            watch: &self.watch,
        };
        let has_industries: Vec<bool> =
            (0..).zip(labels.indicators.texts()).map(|(at, _)| collector.has_industries(at)).collect();
        let mut checks = Checks::new(CheckSource {
            labels,
            described,
            catalogue: self.base.as_ref().map(|base| base.catalogue.as_ref()),
            before: &self.before,
        });
        let merged = merge.run(collector, &mut checks, &mut report)?;
        checks.report(&mut report);
        if merged.rows == 0 && report.errors() == 0 {
            report.add_overall(Rule::NoData, "", "");
        }
        let indicators = labels.indicators.texts().zip(has_industries);
        let source = CatalogueSource {
            dataset: &self.dataset,
            labels,
            described,
            own_regions,
            merged: &merged,
            stated: &self.stated,
            stated_dataset: &self.stated_dataset,
            indicators: indicators.map(|(code, has_industries)| Occurring { code, has_industries }).collect(),
            before: self.base.as_ref().map(|base| base.catalogue.as_ref()),
        };
        let catalogue = source.build(&mut report);
        let is_sound = report.errors() == 0;
        self.outcome.report = report;
        Ok((self.outcome, merged, is_sound.then_some(catalogue)))
    }
}

/// Lets the mapping say what indicators are, whatever the format says of them. What it leaves out stays as it was.
fn state(outcome: &mut Outcome, stated: &BTreeMap<String, IndicatorEntry>) {
    let described = &mut outcome.described.indicators;
    for code in outcome.labels.indicators.texts() {
        let Some(entry) = stated.get(code) else { continue };
        let known = described.remove(code);
        described.insert(code.to_owned(), entry.over(code, known));
    }
}

fn new_table(table: &MergedTable, labels: &growthpole_ingest::Labels) -> Option<NewTable> {
    let (first, last) = table.written.periods?;
    Some(NewTable {
        indicator: labels.indicators.text(table.indicator).to_owned(),
        first,
        last,
        observations: table.written.rows,
        body: Body::File(Arc::clone(&table.file)),
    })
}

/// The day of publication that a file, or the mapping beside it, states. Reports one that is none.
fn published_by(outcome: &mut Outcome) -> Option<(Date, DatedPrecision)> {
    let stated = outcome.described.dataset.published.as_str();
    if stated.is_empty() {
        return None;
    }
    let published = published(stated);
    if published.is_none() {
        outcome.report.add_overall(Rule::BadDate, "published", stated);
    }
    published
}

/// The latest day that it is now anywhere on Earth.
fn last_day_anywhere(now: jiff::Timestamp) -> Date {
    const EARLIEST_CLOCK: jiff::tz::Offset = jiff::tz::offset(14);
    EARLIEST_CLOCK.to_datetime(now).date()
}

/// Reads a day of publication as far as it is known: `2019-12-12`, `2019-12` or `2019`. A month or a year is its first day.
pub fn published(text: &str) -> Option<(Date, DatedPrecision)> {
    let (whole, precision) = match text.len() {
        10 => (text.to_owned(), DatedPrecision::Day),
        7 => (format!("{text}-01"), DatedPrecision::Month),
        4 => (format!("{text}-01-01"), DatedPrecision::Year),
        _ => return None,
    };
    whole.parse().ok().map(|date| (date, precision))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_of_publication_are_as_exact_as_they_are_written() {
        assert_eq!(published("2019-12-12"), Some((date(2019, 12, 12), DatedPrecision::Day)));
        assert_eq!(published("2019-12"), Some((date(2019, 12, 1), DatedPrecision::Month)));
        assert_eq!(published("2019"), Some((date(2019, 1, 1), DatedPrecision::Year)));
        for wrong in ["", "19", "2019-13", "2019-02-30", "2019-1-1", "12.12.2019", "yesterday", "2019-W1"] {
            assert_eq!(published(wrong), None, "{wrong}");
        }
    }
}
