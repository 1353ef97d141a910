//! Collection of what no manifest names: leftovers of imports that did not come to an end.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use object_store::ObjectMeta;

use crate::objects::ObjectName;
use crate::{Datastore, StoreError, blocking};

/// What to collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectSettings {
    /// Age from which an object that no manifest names counts as forgotten. Longer than an import takes.
    pub grace: Duration,
    /// Whether to say only what would be removed.
    pub dry_run: bool,
}

/// An object or a temporary file that was removed, or would be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Collected {
    /// Its path in the store.
    pub object: String,
    /// Its size.
    pub bytes: u64,
    /// When it was written last.
    pub written: jiff::Timestamp,
}

/// What a collection did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Collection {
    /// What was removed, or would be, in order.
    pub removed: Vec<Collected>,
    /// Objects that no manifest names and that are younger than the grace.
    pub young: u64,
    /// Objects that manifests name, those of retracted vintages among them.
    pub named: u64,
}

impl Collection {
    /// Size of all that was removed.
    pub fn bytes(&self) -> u64 {
        self.removed.iter().map(|removed| removed.bytes).sum()
    }
}

impl Datastore {
    /// Removes the objects that no manifest names and that are older than the grace, and in a directory also temporary
    /// files of writes that were cut off.
    ///
    /// An import at the same time loses nothing. It writes anew what no manifest names yet, also where it is there, so that
    /// it is young; an object is looked at again right before it is removed; and what is removed all the same in that
    /// moment the import writes again after its commit. Objects are listed before manifests, so that a commit in between is
    /// seen. Where one manifest cannot be read, nothing is removed at all.
    ///
    /// Parts of uploads to a bucket that were cut off are no objects: a rule of the bucket removes them.
    ///
    /// # Errors
    ///
    /// What [`Self::refresh`] gives.
    pub async fn collect(&self, settings: CollectSettings, now: jiff::Timestamp) -> Result<Collection, StoreError> {
        let mut collection = Collection::default();
        let datasets = self.objects.datasets().await?;
        let mut unnamed = Vec::new();
        for dataset in &datasets {
            unnamed.extend(self.unnamed(dataset, &mut collection).await?);
        }
        for object in unnamed {
            match self.forgotten(&object, settings, now).await? {
                Some(collected) => {
                    if !settings.dry_run {
                        self.objects.delete(&object.location).await?;
                    }
                    collection.removed.push(collected);
                }
                None => collection.young += 1,
            }
        }
        if let Some(directory) = self.objects.directory() {
            let folder = directory.join("datasets");
            let files = blocking(move || {
                let of_each = datasets.iter().map(|dataset| temporaries(&folder.join(dataset), dataset, settings, now));
                of_each.collect::<Result<Vec<_>, _>>()
            });
            collection.removed.extend(files.await?.into_iter().flatten());
        }
        collection.removed.sort_by(|one, other| one.object.cmp(&other.object));
        Ok(collection)
    }

    /// The objects of a data set that no manifest names. What is not named as we name things is not ours.
    async fn unnamed(&self, dataset: &str, collection: &mut Collection) -> Result<Vec<ObjectMeta>, StoreError> {
        let mut contents = self.objects.contents(dataset).await?;
        let history = self.history(dataset).await?;
        contents.retain(|object| {
            let name = object.location.filename().and_then(ObjectName::of_name);
            let is_named = name.as_ref().is_some_and(|name| history.names(name));
            collection.named += u64::from(is_named);
            name.is_some() && !is_named
        });
        Ok(contents)
    }

    /// The object, if it is older than the grace, also when it is looked at again.
    async fn forgotten(
        &self,
        listed: &ObjectMeta,
        settings: CollectSettings,
        now: jiff::Timestamp,
    ) -> Result<Option<Collected>, StoreError> {
        if is_young(written(listed), settings, now) {
            return Ok(None);
        }
        let Some(object) = self.objects.head(&listed.location).await? else { return Ok(None) };
        let written = written(&object);
        // The path as it was listed: stores below a prefix tell the whole one here.
        let collected = Collected { object: listed.location.to_string(), bytes: object.size, written };
        Ok((!is_young(written, settings, now)).then_some(collected))
    }
}

fn written(object: &ObjectMeta) -> jiff::Timestamp {
    jiff::Timestamp::from_second(object.last_modified.timestamp()).unwrap_or(jiff::Timestamp::MAX)
}

fn is_young(written: jiff::Timestamp, settings: CollectSettings, now: jiff::Timestamp) -> bool {
    // A time in the future is one of another clock: young.
    now.duration_since(written).unsigned_abs() < settings.grace || written > now
}

/// Removes temporary files of the two folders of a data set: `<name>#<number>`, as the local store writes them before it
/// gives them their names.
fn temporaries(
    folder: &Path,
    dataset: &str,
    settings: CollectSettings,
    now: jiff::Timestamp,
) -> Result<Vec<Collected>, StoreError> {
    let mut removed = Vec::new();
    for part in ["data", "vintages"] {
        let Ok(entries) = std::fs::read_dir(folder.join(part)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let object = format!("datasets/{dataset}/{part}/{name}");
            let Some((bytes, written)) = entry.metadata().ok().filter(|_| is_temporary(&name)).and_then(|meta| {
                let modified = meta.modified().unwrap_or(SystemTime::now());
                Some((meta.len(), jiff::Timestamp::try_from(modified).ok()?))
            }) else {
                continue;
            };
            if is_young(written, settings, now) {
                continue;
            }
            if !settings.dry_run {
                remove(entry.path())?;
            }
            removed.push(Collected { object, bytes, written });
        }
    }
    Ok(removed)
}

fn is_temporary(name: &str) -> bool {
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

fn remove(file: PathBuf) -> Result<(), StoreError> {
    match std::fs::remove_file(&file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::Unavailable { object: file.display().to_string(), source: error.into() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_temporary_files_by_their_names() {
        assert!(is_temporary("000003.json#1") && is_temporary("ab.parquet#12"));
        assert!(!["000003.json", "a#", "a#b", "#x1"].into_iter().any(is_temporary));
    }
}
