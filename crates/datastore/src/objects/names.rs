//! How objects are named: content by its digest, manifests and tombstones by number.

use object_store::path::Path;

/// The folder of all objects.
pub(super) const ROOT: &str = "datasets";

/// What a content-addressed object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// Observations of one indicator.
    Table,
    /// A catalogue.
    Catalogue,
}

/// The name of a content-addressed object within its data set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ObjectName {
    pub(crate) content: Content,
    pub(crate) digest: String,
}

impl ObjectName {
    pub(crate) fn new(content: Content, digest: &str) -> Self {
        Self { content, digest: digest.to_owned() }
    }

    /// Reads a file name; none where it is not one of ours.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let (digest, extension) = name.split_once('.')?;
        let content = match extension {
            "parquet" => Content::Table,
            "json" => Content::Catalogue,
            _ => return None,
        };
        let is_digit = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
        (digest.len() == 64 && digest.bytes().all(is_digit)).then(|| Self::new(content, digest))
    }

    pub(crate) fn path(&self, dataset: &str) -> Path {
        let extension = match self.content {
            Content::Table => "parquet",
            Content::Catalogue => "json",
        };
        Path::from_iter([ROOT, dataset, "data", &format!("{}.{extension}", self.digest)])
    }
}

/// An object of a data set's folder of vintages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Record {
    /// The manifest of a number.
    Manifest(u32),
    /// The tombstone of a number.
    Tombstone(u32),
}

impl Record {
    fn name(self) -> String {
        match self {
            Self::Manifest(number) => format!("{number:06}.json"),
            Self::Tombstone(number) => format!("{number:06}.retracted.json"),
        }
    }

    /// Reads a file name; none where it is not one of ours.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".json")?;
        let record = match stem.strip_suffix(".retracted") {
            Some(number) => Self::Tombstone(number.parse().ok()?),
            None => Self::Manifest(stem.parse().ok()?),
        };
        (record.name() == name).then_some(record)
    }

    pub(crate) fn path(self, dataset: &str) -> Path {
        Path::from_iter([ROOT, dataset, "vintages", &self.name()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest_of;

    #[test]
    fn knows_its_records_by_name() {
        assert_eq!(Record::of_name("000003.json"), Some(Record::Manifest(3)));
        assert_eq!(Record::of_name("000003.retracted.json"), Some(Record::Tombstone(3)));
        for other in ["3.json", "000003.json#1", "000003", "+00003.json", "3.retracted.json", "notes.txt"] {
            assert_eq!(Record::of_name(other), None, "{other}");
        }
    }

    #[test]
    fn knows_its_contents_by_name() {
        let digest = digest_of(b"abc");
        let name = ObjectName::of_name(&format!("{digest}.parquet"));
        assert_eq!(name, Some(ObjectName::new(Content::Table, &digest)));
        for other in ["abc.parquet".to_owned(), format!("{digest}.csv"), digest.to_uppercase() + ".json", digest] {
            assert_eq!(ObjectName::of_name(&other), None, "{other}");
        }
    }
}
