//! Verification of a whole store: everything is read and compared with what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Seek as _, Write as _};

use arrow_array::Array as _;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use futures_util::{StreamExt as _, TryStreamExt as _};
use growthpole_domain::Period;
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::digest::digest_of_reader;
use crate::manifest::{Recorded, TableEntry};
use crate::objects::{Content, ObjectName, Record, StoredManifest, unavailable};
use crate::{Datastore, StoreError, blocking, catalogue_file};

/// Objects that are read at a time: one hashes while others wait for the store.
const AT_ONCE: usize = 4;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    /// Data sets.
    pub datasets: u64,
    /// Vintages, with those that were retracted.
    pub vintages: u64,
    /// Retracted vintages.
    pub retracted: u64,
    /// Tables and catalogues that were read.
    pub objects: u64,
    /// Their size.
    pub bytes: u64,
    /// Those among them that no manifest names: nothing is wrong with that, and they can be collected.
    pub unnamed: u64,
    /// What is wrong, by object.
    pub damage: Vec<Damage>,
}

/// Something that is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Damage {
    /// Its path in the store.
    pub object: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Datastore {
    /// Reads everything there is and compares it with what was written: manifests and tombstones with their digests and
    /// names, every object with its name, tables with the rows and periods that manifests state, catalogues with their data
    /// set; and that everything that is named is there. Takes memory for one batch of rows at a time, and room on the disk
    /// for a few objects where the store is a bucket.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the store cannot be read. Damage is no error of this.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        self.objects.forget();
        let mut found = Verification::default();
        for dataset in self.objects.datasets().await? {
            let named = self.verify_records(&dataset, &mut found).await?;
            self.verify_objects(&dataset, &named, &mut found).await?;
        }
        found.damage.sort();
        Ok(found)
    }

    /// Manifests and tombstones. Gives what they name.
    async fn verify_records(&self, dataset: &str, found: &mut Verification) -> Result<Named, StoreError> {
        let records: Vec<Record> = self.objects.records(dataset).await?.into_iter().map(|(record, _)| record).collect();
        let mut named = Named::default();
        for stored in self.objects.manifests_of(dataset.to_owned()).await? {
            found.vintages += 1;
            found.retracted += u64::from(stored.tombstone.is_some());
            match Recorded::decode(&stored).and_then(|recorded| recorded.vintage().map(|_| recorded)) {
                Ok(recorded) => named.add(&recorded),
                Err(error) => found.damage.push(damage_of_record(&stored, error)?),
            }
        }
        found.datasets += u64::from(!records.is_empty());
        let numbers: BTreeSet<u32> = records.iter().filter_map(|record| manifest_number(*record)).collect();
        let mut lost = |record: Record, problem: &str| {
            found.damage.push(Damage { object: record.path(dataset).to_string(), problem: problem.to_owned() });
        };
        for number in (1..numbers.last().copied().unwrap_or_default()).filter(|number| !numbers.contains(number)) {
            lost(Record::Manifest(number), "it is not there, though there are later ones");
        }
        for record in records {
            if matches!(record, Record::Tombstone(number) if !numbers.contains(&number)) {
                lost(record, "it takes back a vintage whose manifest is not there");
            }
        }
        Ok(named)
    }

    /// Tables and catalogues: those that are named, and those that are only there.
    async fn verify_objects(&self, dataset: &str, named: &Named, found: &mut Verification) -> Result<(), StoreError> {
        let contents = self.objects.contents(dataset).await?;
        let there = contents.iter().filter_map(|object| object.location.filename().and_then(ObjectName::of_name));
        let all: BTreeSet<ObjectName> = there.chain(named.0.keys().cloned()).collect();
        let checks = all.into_iter().map(|name| async move {
            let stated = named.0.get(&name);
            self.verify_object(dataset, &name, stated.map(Vec::as_slice))
                .await
                .map(|checked| (checked, stated.is_some()))
        });
        let mut checks = futures_util::stream::iter(checks).buffered(AT_ONCE);
        while let Some((checked, is_named)) = checks.try_next().await? {
            let Some(bytes) = checked.bytes else {
                found.damage.extend(checked.damage);
                continue;
            };
            found.objects += 1;
            found.bytes += bytes;
            found.unnamed += u64::from(!is_named);
            found.damage.extend(checked.damage);
        }
        Ok(())
    }

    async fn verify_object(
        &self,
        dataset: &str,
        name: &ObjectName,
        stated: Option<&[TableEntry]>,
    ) -> Result<Checked, StoreError> {
        let path = name.path(dataset);
        let Some(object) = self.objects.open(&path).await? else {
            // One that nothing names was collected since it was listed.
            let problem = stated.map(|_| "it is not there, though a manifest names it".to_owned());
            return Ok(Checked::new(&path, None, problem));
        };
        let file = as_file(&path, object).await?;
        let (dataset, name, stated) = (dataset.to_owned(), name.clone(), stated.unwrap_or_default().to_vec());
        let object = path.to_string();
        let (bytes, problem) = blocking(move || {
            let unreadable = |error: std::io::Error| StoreError::Unavailable { object, source: error.into() };
            check(file, &dataset, &name, &stated).map_err(unreadable)
        })
        .await?;
        Ok(Checked::new(&path, Some(bytes), problem))
    }
}

/// What manifests name, with what they state of tables.
#[derive(Default)]
struct Named(BTreeMap<ObjectName, Vec<TableEntry>>);

impl Named {
    fn add(&mut self, recorded: &Recorded) {
        let content = &recorded.manifest.content;
        self.0.entry(ObjectName::new(Content::Catalogue, &content.catalogue)).or_default();
        for table in &content.tables {
            let stated = self.0.entry(ObjectName::new(Content::Table, &table.digest)).or_default();
            if !stated.contains(table) {
                stated.push(table.clone());
            }
        }
    }
}

struct Checked {
    /// Its size; none where it is not there.
    bytes: Option<u64>,
    damage: Option<Damage>,
}

impl Checked {
    fn new(path: &Path, bytes: Option<u64>, problem: Option<String>) -> Self {
        Self { bytes, damage: problem.map(|problem| Damage { object: path.to_string(), problem }) }
    }
}

fn manifest_number(record: Record) -> Option<u32> {
    match record {
        Record::Manifest(number) => Some(number),
        Record::Tombstone(_) => None,
    }
}

/// The damage that an error tells of; any other error is passed on.
fn damage_of_record(stored: &StoredManifest, error: StoreError) -> Result<Damage, StoreError> {
    match error {
        StoreError::Corrupt { object, problem } => Ok(Damage { object, problem }),
        StoreError::NewerFormat { found, known, .. } => {
            let problem = format!("it has format {found}, and this version reads format {known}");
            Ok(Damage { object: stored.object.name.clone(), problem })
        }
        other => Err(other),
    }
}

/// An object as a file that can be read again and again: the store's own, or a temporary copy.
async fn as_file(path: &Path, object: GetResult) -> Result<File, StoreError> {
    let io = |error: std::io::Error| StoreError::Unavailable { object: path.to_string(), source: error.into() };
    if let GetResultPayload::File(file, _) = object.payload {
        return Ok(file);
    }
    let mut copy = tempfile::tempfile().map_err(io)?;
    let mut pieces = object.into_stream();
    while let Some(piece) = pieces.try_next().await.map_err(|error| unavailable(path, error))? {
        copy.write_all(&piece).map_err(io)?;
    }
    copy.rewind().map_err(io)?;
    Ok(copy)
}

/// Size, and what is wrong.
fn check(
    mut file: File,
    dataset: &str,
    name: &ObjectName,
    stated: &[TableEntry],
) -> std::io::Result<(u64, Option<String>)> {
    file.rewind()?;
    let (digest, bytes) = digest_of_reader(&mut file)?;
    if digest != name.digest {
        return Ok((bytes, Some("its content has another digest".to_owned())));
    }
    file.rewind()?;
    let checked = match name.content {
        Content::Catalogue => check_catalogue(&mut file, dataset)?,
        Content::Table => stated.iter().try_for_each(|table| check_table(&file, bytes, table)),
    };
    Ok((bytes, checked.err()))
}

fn check_catalogue(file: &mut File, dataset: &str) -> std::io::Result<Result<(), String>> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(file, &mut bytes)?;
    Ok(match catalogue_file::decode("", &bytes) {
        Ok(catalogue) if catalogue.dataset.id == dataset => Ok(()),
        Ok(catalogue) => Err(format!("it is the catalogue of {}", catalogue.dataset.id)),
        Err(error) => Err(error.to_string()),
    })
}

/// Compares a table with what a manifest states of it.
fn check_table(file: &File, bytes: u64, stated: &TableEntry) -> Result<(), String> {
    let read = read_table(file).map_err(|error| format!("it is no readable table: {error}"))?;
    let differs = |what: &str, stated: &dyn std::fmt::Display, read: &dyn std::fmt::Display| {
        Err(format!("a manifest states {what} {stated}, it holds {read}"))
    };
    let (first, last) = (read.periods.first(), read.periods.last());
    let text = |period: Option<&Period>| period.map_or_else(String::new, Period::to_string);
    if read.indicators != BTreeSet::from([stated.indicator.clone()]) {
        let indicators: Vec<&str> = read.indicators.iter().map(String::as_str).collect();
        return differs("the indicator", &stated.indicator, &indicators.join(", "));
    }
    if (read.rows, bytes) != (stated.observations, stated.bytes) {
        return differs("observations", &stated.observations, &format!("{} in {bytes} bytes", read.rows));
    }
    if (text(first), text(last)) != (stated.first.clone(), stated.last.clone()) {
        let range = |first: &str, last: &str| format!("{first} to {last}");
        return differs("periods", &range(&stated.first, &stated.last), &range(&text(first), &text(last)));
    }
    Ok(())
}

/// What a table holds.
#[derive(Default)]
struct ReadTable {
    rows: u64,
    indicators: BTreeSet<String>,
    periods: BTreeSet<Period>,
}

/// Reads every column of every row, a batch at a time.
fn read_table(file: &File) -> Result<ReadTable, Box<dyn std::error::Error>> {
    let mut read = ReadTable::default();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file.try_clone()?)?.build()? {
        let batch = batch?;
        read.rows += batch.num_rows() as u64;
        let texts = |name: &str| {
            let column = batch.column_by_name(name).ok_or_else(|| format!("it has no column {name}"))?;
            texts_of(column).ok_or_else(|| format!("its column {name} holds no labels"))
        };
        read.indicators.extend(texts("indicator")?);
        for period in texts("period")? {
            read.periods.insert(period.parse()?);
        }
    }
    Ok(read)
}

/// The texts that occur in a column of labels, each once.
fn texts_of(column: &dyn arrow_array::Array) -> Option<BTreeSet<String>> {
    let dictionary = column.as_dictionary_opt::<Int32Type>()?;
    let values = dictionary.values().as_string_opt::<i32>()?;
    let keys: BTreeSet<i32> = dictionary.keys().iter().flatten().collect();
    let text = |key: i32| usize::try_from(key).ok().filter(|key| *key < values.len()).map(|key| values.value(key));
    keys.into_iter().map(|key| text(key).map(str::to_owned)).collect()
}
