//! Import of packages: data sets as files, such as the bundled ones.

use bytes::Bytes;

use crate::manifest::{Manifest, ManifestContent, Origin};
use crate::objects::Content;
use crate::package::{self, Compiled, Package};
use crate::{Datastore, StoreError};

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Vintages that were written, by data set and number.
    pub imported: Vec<(String, u32)>,
    /// Vintages that were there already, with the same data.
    pub unchanged: Vec<(String, u32)>,
}

impl Datastore {
    /// Imports the data sets that are part of the program, as far as they are not there yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::DifferentVintage`] when other data are there under the number of a bundled vintage, and what
    /// [`Self::refresh`] gives.
    pub async fn import_bundled(&self, imported_at: jiff::Timestamp) -> Result<ImportSummary, StoreError> {
        self.import_packages(package::bundled(), imported_at).await
    }

    /// Imports vintages that are not there yet, and refreshes. A vintage that is there must hold the same data.
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
        let stored = self.objects.manifests().await?;
        let stored = stored.iter().map(Manifest::decode).collect::<Result<Vec<Manifest>, _>>()?;
        let mut summary = ImportSummary::default();
        for package in packages {
            let stored: Vec<&Manifest> = stored.iter().filter(|known| known.content.dataset == package.id).collect();
            let (package, digest) = blocking(move || {
                let digest = package.digest();
                Ok((package, digest))
            })
            .await?;
            if let Some(origin) = whole_of(&stored, &digest) {
                let known = stored.iter().map(|known| known.content.number).filter(|number| *number <= origin.newest);
                summary.unchanged.extend(known.map(|number| (package.id.clone(), number)));
                continue;
            }
            let compiled = blocking(move || package::compile(&package)).await?;
            self.import_compiled(compiled, &digest, imported_at, &mut summary).await?;
        }
        self.refresh().await?;
        Ok(summary)
    }

    async fn import_compiled(
        &self,
        compiled: Compiled,
        package_digest: &str,
        imported_at: jiff::Timestamp,
        summary: &mut ImportSummary,
    ) -> Result<(), StoreError> {
        let Compiled { dataset, catalogue, mut tables, vintages } = compiled;
        let newest = vintages.iter().map(|vintage| vintage.number).max().unwrap_or_default();
        let mut catalogue = Some(catalogue);
        // In order of their numbers: the newest is there only when all are.
        for content in vintages {
            let number = content.number;
            if let Some((digest, bytes)) = catalogue.take() {
                self.objects.put(&dataset, Content::Catalogue, &digest, bytes).await?;
            }
            for table in &content.tables {
                // Taken out: the vintages after this one share what is written by then.
                if let Some(bytes) = tables.remove(&table.digest) {
                    self.objects.put(&dataset, Content::Table, &table.digest, bytes).await?;
                }
            }
            let origin = Origin { package: package_digest.to_owned(), newest };
            let written = self.commit(content, imported_at, origin).await?;
            if written { &mut summary.imported } else { &mut summary.unchanged }.push((dataset.clone(), number));
        }
        Ok(())
    }

    /// Commits a vintage, or finds the same one there.
    async fn commit(
        &self,
        content: ManifestContent,
        imported_at: jiff::Timestamp,
        origin: Origin,
    ) -> Result<bool, StoreError> {
        let manifest = Manifest::new(content, imported_at, Some(origin))?;
        let ManifestContent { dataset, number, .. } = &manifest.content;
        if self.objects.commit(dataset, *number, manifest.encode()?).await? {
            return Ok(true);
        }
        let there = Manifest::decode(&self.objects.manifest(dataset, *number).await?)?;
        if there.digest == manifest.digest {
            return Ok(false);
        }
        Err(StoreError::DifferentVintage {
            dataset: dataset.clone(),
            number: *number,
            stored: there.digest,
            offered: manifest.digest,
        })
    }
}

/// The origin that shows that all of a package is there already: that of its newest vintage, which is written last, as long
/// as none of those before it was lost since.
fn whole_of<'a>(stored: &[&'a Manifest], package_digest: &str) -> Option<&'a Origin> {
    let is_last = |manifest: &&&'a Manifest| {
        let origin = manifest.origin.as_ref();
        origin.is_some_and(|origin| origin.package == package_digest && origin.newest == manifest.content.number)
    };
    let origin = stored.iter().find(is_last).and_then(|manifest| manifest.origin.as_ref())?;
    let is_there = |number| stored.iter().any(|manifest| manifest.content.number == number);
    (1..=origin.newest).all(is_there).then_some(origin)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
}

/// An encoded object by its digest.
pub(crate) type Encoded = (String, Bytes);
