//! Manifests: what a vintage is and which objects it consists of.

use growthpole_domain::{Coverage, DatedPrecision, Retraction, VintageInfo};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::digest::digest_of;
use crate::objects::{Content, StoredManifest, StoredObject};
use crate::publication::{Dated, Published};
use crate::tombstone::Tombstone;

/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    format: u32,
    /// Digest of the content: the digest of the vintage, which answers carry.
    pub(crate) digest: String,
    pub(crate) content: ManifestContent,
    /// When it was imported; no part of the digest, so that the same data have the same digest everywhere.
    imported_at: jiff::Timestamp,
    /// The package it was imported from, where it was one.
    pub(crate) origin: Option<Origin>,
}

/// What makes a vintage this one and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManifestContent {
    pub(crate) dataset: String,
    pub(crate) number: u32,
    pub(crate) published: jiff::civil::Date,
    pub(crate) precision: DatedPrecision,
    pub(crate) label: String,
    pub(crate) note: String,
    /// Digest of the catalogue.
    pub(crate) catalogue: String,
    /// Tables, by indicator.
    pub(crate) tables: Vec<TableEntry>,
}

/// A table of a vintage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableEntry {
    pub(crate) indicator: String,
    pub(crate) digest: String,
    pub(crate) observations: u64,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) bytes: u64,
}

/// The package that a vintage was imported from. When the newest vintage of a package is there, with the digest of the
/// package, then all of it is there and was compared: nothing of it needs to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origin {
    /// Digest of the files of the package.
    pub(crate) package: String,
    /// Number of the newest vintage of the package.
    pub(crate) newest: u32,
    /// The vintage's number in the package, where somebody else's vintage had taken it in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<u32>,
}

/// A vintage as the store holds it: its manifest, and whether it was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) manifest: Manifest,
    pub(crate) retraction: Option<Retraction>,
}

/// What is read first: another format may have other fields.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Manifest {
    pub(crate) fn new(
        content: ManifestContent,
        imported_at: jiff::Timestamp,
        origin: Option<Origin>,
    ) -> Result<Self, StoreError> {
        Ok(Self { format: FORMAT, digest: content.digest()?, content, imported_at, origin })
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec_pretty(self).map_err(|error| encode_error("a manifest", error))
    }

    /// The vintage's number in the package that it was imported from; none where it was not.
    pub(crate) fn packaged_number(&self) -> Option<u32> {
        self.origin.as_ref().map(|origin| origin.number.unwrap_or(self.content.number))
    }

    /// Reads a manifest and checks it against its digest and its name.
    pub(crate) fn decode(stored: &StoredManifest) -> Result<Self, StoreError> {
        let object = &stored.object;
        format_of(object, FORMAT)?;
        let manifest: Self =
            serde_json::from_slice(&object.bytes).map_err(|error| object.corrupt(&error.to_string()))?;
        if manifest.content.digest()? != manifest.digest {
            return Err(object.corrupt("its content has another digest"));
        }
        if (manifest.content.dataset.as_str(), manifest.content.number) != (stored.dataset.as_str(), stored.number) {
            return Err(object.corrupt("it stands under the name of another vintage"));
        }
        Ok(manifest)
    }
}

impl Recorded {
    /// Reads a manifest, and the tombstone beside it.
    pub(crate) fn decode(stored: &StoredManifest) -> Result<Self, StoreError> {
        let manifest = Manifest::decode(stored)?;
        let tombstone =
            stored.tombstone.as_ref().map(|tombstone| Tombstone::decode(tombstone, &manifest)).transpose()?;
        Ok(Self { manifest, retraction: tombstone.map(Tombstone::retraction) })
    }

    /// The vintage it describes.
    pub(crate) fn vintage(&self) -> Result<VintageInfo, StoreError> {
        let content = &self.manifest.content;
        Ok(VintageInfo {
            number: content.number,
            published: content.published,
            precision: content.precision,
            label: content.label.clone(),
            note: content.note.clone(),
            digest: self.manifest.digest.clone(),
            coverage: content.tables.iter().map(|table| table.coverage(content)).collect::<Result<_, _>>()?,
            retracted: self.retraction.clone(),
        })
    }

    /// Whether it answers questions that name no number.
    pub(crate) fn is_live(&self) -> bool {
        self.retraction.is_none()
    }
}

impl Dated for Recorded {
    fn number(&self) -> u32 {
        self.manifest.content.number
    }

    fn published(&self) -> Published {
        self.manifest.content.published()
    }
}

impl ManifestContent {
    fn digest(&self) -> Result<String, StoreError> {
        serde_json::to_vec(self).map(|bytes| digest_of(&bytes)).map_err(|error| encode_error("a manifest", error))
    }

    pub(crate) fn published(&self) -> Published {
        Published { date: self.published, precision: self.precision }
    }

    /// Whether both say the same, whatever their numbers.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        let said = |content: &Self| (content.published(), content.label.clone(), content.note.clone());
        self.holds_the_same_as(other) && said(self) == said(other)
    }

    /// Whether both hold the same data, whenever they were published and whatever they are called.
    pub(crate) fn holds_the_same_as(&self, other: &Self) -> bool {
        (&self.dataset, &self.catalogue, &self.tables) == (&other.dataset, &other.catalogue, &other.tables)
    }

    /// The objects that it names: digests of tables, and of the catalogue.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (Content, &str)> {
        let tables = self.tables.iter().map(|table| (Content::Table, table.digest.as_str()));
        tables.chain([(Content::Catalogue, self.catalogue.as_str())])
    }
}

impl TableEntry {
    fn coverage(&self, content: &ManifestContent) -> Result<Coverage, StoreError> {
        let period = |text: &str| {
            text.parse().map_err(|error: growthpole_domain::PeriodError| StoreError::Corrupt {
                object: format!("the manifest of vintage {} of {}", content.number, content.dataset),
                problem: error.to_string(),
            })
        };
        Ok(Coverage {
            indicator: self.indicator.clone(),
            first: period(&self.first)?,
            last: period(&self.last)?,
            observations: self.observations,
            table_digest: self.digest.clone(),
            table_bytes: self.bytes,
        })
    }
}

/// Refuses an object of another format than the one that is known, before anything else of it is read.
pub(crate) fn format_of(object: &StoredObject, known: u32) -> Result<(), StoreError> {
    let FormatOnly { format: found } =
        serde_json::from_slice(&object.bytes).map_err(|error| object.corrupt(&error.to_string()))?;
    if found == known {
        return Ok(());
    }
    Err(StoreError::NewerFormat { object: object.name.clone(), found, known })
}

pub(crate) fn encode_error(what: &'static str, error: serde_json::Error) -> StoreError {
    StoreError::Encode { what, source: Box::new(error) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn manifest(imported_at: jiff::Timestamp) -> Manifest {
        let table = TableEntry {
            indicator: "gdp".into(),
            digest: "ab".into(),
            observations: 3,
            first: "2000".into(),
            last: "2015".into(),
            bytes: 100,
        };
        let content = ManifestContent {
            dataset: "d".into(),
            number: 3,
            published: jiff::civil::date(2016, 2, 29),
            precision: DatedPrecision::Day,
            label: "label".into(),
            note: String::new(),
            catalogue: "cd".into(),
            tables: vec![table],
        };
        Manifest::new(content, imported_at, Some(Origin { package: "ef".into(), newest: 4, number: None })).unwrap()
    }

    fn stored(bytes: Vec<u8>) -> StoredManifest {
        let object = StoredObject { name: "o".into(), bytes: bytes.into() };
        StoredManifest { dataset: "d".into(), number: 3, object, tombstone: None }
    }

    #[test]
    fn reads_what_it_writes() {
        let written = manifest(jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(Manifest::decode(&stored(written.encode().unwrap())).unwrap(), written);
        let recorded = Recorded { manifest: written, retraction: None };
        assert_eq!(recorded.vintage().unwrap().observation_count(), 3);
    }

    #[test]
    fn digest_does_not_depend_on_when_it_was_imported() {
        let later = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1);
        assert_eq!(manifest(jiff::Timestamp::UNIX_EPOCH).digest, manifest(later).digest);
    }

    #[test]
    fn refuses_what_was_changed_or_is_of_another_time_or_place() {
        let text = String::from_utf8(manifest(jiff::Timestamp::UNIX_EPOCH).encode().unwrap()).unwrap();
        let decode = |text: String| Manifest::decode(&stored(text.into_bytes())).unwrap_err();
        assert!(matches!(
            decode(text.replace("\"label\": \"label\"", "\"label\": \"other\"")),
            StoreError::Corrupt { .. }
        ));
        assert!(matches!(decode(text.replace("\"origin\"", "\"origins\"")), StoreError::Corrupt { .. }));
        assert!(matches!(decode(text.get(..40).unwrap().to_owned()), StoreError::Corrupt { .. }));
        let newer = text.replace("\"format\": 1", "\"format\": 2");
        assert!(matches!(decode(newer), StoreError::NewerFormat { found: 2, known: 1, .. }));
        let moved = StoredManifest { number: 4, ..stored(text.into_bytes()) };
        assert!(matches!(Manifest::decode(&moved), Err(StoreError::Corrupt { .. })));
    }

    #[test]
    fn a_tombstone_takes_back_its_own_vintage_only() {
        let written = manifest(jiff::Timestamp::UNIX_EPOCH);
        let retraction = Retraction { at: jiff::Timestamp::UNIX_EPOCH, reason: "wrong units".into() };
        let tombstone = Tombstone::new(&written, retraction.clone()).unwrap().encode().unwrap();
        let read = |tombstone: Vec<u8>, manifest: &Manifest| {
            let tombstone = Some(StoredObject { name: "t".into(), bytes: tombstone.into() });
            Recorded::decode(&StoredManifest { tombstone, ..stored(manifest.encode().unwrap()) })
        };
        assert_eq!(read(tombstone.clone(), &written).unwrap().retraction, Some(retraction));
        let other_label = ManifestContent { label: "other".into(), ..written.content.clone() };
        let other = Manifest::new(other_label, jiff::Timestamp::UNIX_EPOCH, None).unwrap();
        assert!(matches!(read(tombstone.clone(), &other), Err(StoreError::Corrupt { .. })));
        let changed = String::from_utf8(tombstone).unwrap().replace("wrong units", "right units");
        assert!(matches!(read(changed.into_bytes(), &written), Err(StoreError::Corrupt { .. })));
    }
}
