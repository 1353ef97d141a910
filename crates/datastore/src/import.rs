//! Import of packages: data sets as files, such as the bundled ones; and of files of statistics, in the modules below.

mod before;
mod catalogue;
mod checks;
mod collect;
mod intake;
mod merge;
mod ranks;
mod sort;
mod sorted;
mod spill;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod writing;

pub(crate) use before::fetch;
pub use collect::ImportWatch;
pub use intake::{FileImport, ImportMode, ImportSettings, ImportedFile, published};

use bytes::Bytes;

use crate::commit::{NewObject, NewObjects};
use crate::history::History;
use crate::manifest::{Manifest, ManifestContent, Origin};
use crate::objects::{Content, ObjectName, Record};
use crate::package::{self, Compiled, Package};
use crate::{Datastore, StoreError, blocking};

/// How often the commit of a packaged vintage is tried under another number.
const MOST_ATTEMPTS: u32 = 64;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Vintages that were written, by data set and number.
    pub imported: Vec<(String, u32)>,
    /// Vintages that were there already, with the same data.
    pub unchanged: Vec<(String, u32)>,
    /// Vintages that were there already, with the same figures and another catalogue, label or note: they stay as they are.
    pub described_otherwise: Vec<(String, u32)>,
}

/// What became of a vintage of a package.
enum Packaged {
    Written(u32),
    Unchanged(u32),
    DescribedOtherwise(u32),
}

impl Datastore {
    /// Imports the data sets that are part of the program, as far as they are not there yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::DifferentVintage`] when other figures are there under the number of a bundled vintage, and what
    /// [`Self::refresh`] gives.
    pub async fn import_bundled(&self, imported_at: jiff::Timestamp) -> Result<ImportSummary, StoreError> {
        self.import_packages(package::bundled(), imported_at).await
    }

    /// Imports vintages that are not there yet, and refreshes.
    ///
    /// A vintage of a package takes its number in the package, unless a vintage of another origin has it: then the next
    /// that is free. Nobody's vintage is ever replaced, and one that was retracted stays so. Under a number of the same
    /// package, the same figures must be there; one with another catalogue, label or note stays as it is.
    ///
    /// Each data set is checked as a whole before anything of it is written. The write of a manifest is the commit: what
    /// a crash leaves behind is at worst objects that no manifest names. Several processes may import at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Package`] and [`StoreError::Observations`] for files that break a rule, and as
    /// [`Self::import_bundled`].
    pub async fn import_packages(
        &self,
        packages: Vec<Package>,
        imported_at: jiff::Timestamp,
    ) -> Result<ImportSummary, StoreError> {
        let mut summary = ImportSummary::default();
        for package in packages {
            let history = self.history(&package.id).await?;
            let (package, digest) = blocking(move || {
                let digest = package.digest();
                Ok((package, digest))
            })
            .await?;
            if let Some(newest) = whole_of(&history, &digest) {
                let known = (1..=newest).filter_map(|packaged| history.packaged(packaged));
                summary.unchanged.extend(known.map(|known| (package.id.clone(), known.manifest.content.number)));
                continue;
            }
            let compiled = blocking(move || package::compile(&package)).await?;
            self.import_compiled(compiled, &history, &digest, imported_at, &mut summary).await?;
        }
        self.refresh().await?;
        Ok(summary)
    }

    async fn import_compiled(
        &self,
        compiled: Compiled,
        history: &History,
        package_digest: &str,
        imported_at: jiff::Timestamp,
        summary: &mut ImportSummary,
    ) -> Result<(), StoreError> {
        let Compiled { dataset, catalogue: (digest, bytes), tables, vintages } = compiled;
        let newest = vintages.iter().map(|vintage| vintage.number).max().unwrap_or_default();
        let tables = tables.into_iter().map(|(digest, bytes)| (Content::Table, digest, bytes));
        let objects = tables.chain([(Content::Catalogue, digest, bytes)]);
        let objects: NewObjects = objects
            .map(|(content, digest, bytes)| (ObjectName::new(content, &digest), NewObject::of_bytes(bytes)))
            .collect();
        self.write(&dataset, &objects, history).await?;
        // In order of their numbers: the newest is there only when all are.
        for content in vintages {
            let origin = Origin { package: package_digest.to_owned(), newest, number: None };
            let (list, number) = match self.commit_packaged(content, imported_at, origin).await? {
                Packaged::Written(number) => (&mut summary.imported, number),
                Packaged::Unchanged(number) => (&mut summary.unchanged, number),
                Packaged::DescribedOtherwise(number) => (&mut summary.described_otherwise, number),
            };
            list.push((dataset.clone(), number));
        }
        self.restore(&dataset, &objects).await
    }

    /// Commits a vintage of a package, or finds the same one there. Says under which number.
    async fn commit_packaged(
        &self,
        content: ManifestContent,
        imported_at: jiff::Timestamp,
        origin: Origin,
    ) -> Result<Packaged, StoreError> {
        let (dataset, packaged) = (content.dataset.clone(), content.number);
        for _ in 0..MOST_ATTEMPTS {
            let history = self.history(&dataset).await?;
            if let Some(there) = history.like(&content) {
                return Ok(Packaged::Unchanged(there.manifest.content.number));
            }
            if let Some(other) = history.packaged(packaged) {
                // What only describes figures may change with the program that brings them, which must start all the same.
                if other.manifest.content.tables == content.tables {
                    return Ok(Packaged::DescribedOtherwise(other.manifest.content.number));
                }
                let offered = Manifest::new(content, imported_at, Some(origin))?.digest;
                let stored = other.manifest.digest.clone();
                return Err(StoreError::DifferentVintage { dataset, number: packaged, stored, offered });
            }
            let is_taken = history.numbered(packaged).is_some();
            let number = if is_taken { history.next_number() } else { packaged };
            let origin = Origin { number: is_taken.then_some(packaged), ..origin.clone() };
            let manifest = Manifest::new(ManifestContent { number, ..content.clone() }, imported_at, Some(origin))?;
            if self.objects.commit(&dataset, Record::Manifest(number), manifest.encode()?).await? {
                return Ok(Packaged::Written(number));
            }
        }
        Err(StoreError::Contended { dataset, attempts: MOST_ATTEMPTS })
    }
}

/// The number of a package's newest vintage, when all of the package is there already: that vintage is written last, and
/// none of those before it was lost since.
fn whole_of(history: &History, package_digest: &str) -> Option<u32> {
    let newest = history.newest_packaged(package_digest)?;
    (1..=newest).all(|number| history.packaged(number).is_some()).then_some(newest)
}

/// An encoded object by its digest.
pub(crate) type Encoded = (String, Bytes);
