//! Packages: data sets as a folder of files, such as those that are part of the program.
//!
//! ```text
//! dataset.toml          what it is, its indicators, and which files make which vintage
//! regions.csv  sources.csv  industries.csv  groups.csv  group_members.csv  events.csv  borders.csv
//! observations/*.csv    tidy: indicator,region,industry,period,value,status,note,source
//! ```

mod catalogue;
mod compile;
mod dates;
mod description;
mod observations;
mod records;

use std::borrow::Cow;
use std::collections::BTreeMap;

use include_dir::{Dir, DirEntry, include_dir};

pub(crate) use compile::{Compiled, compile};

use crate::StoreError;
use crate::digest::DigestWriter;

static CHINA_PROVINCES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/bundled/china-provinces");
static HARBIN_CHANGCHUN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/bundled/harbin-changchun");

/// A data set as files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Id of the data set.
    pub(crate) id: String,
    /// Contents by path.
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Package {
    /// A package of files by their paths, such as `dataset.toml` and `observations/gdp.csv`.
    pub fn new(id: impl Into<String>, files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        Self { id: id.into(), files: files.into_iter().collect() }
    }

    fn embedded(id: &str, folder: &'static Dir<'static>) -> Self {
        let mut files = BTreeMap::new();
        collect(folder, &mut files);
        Self { id: id.to_owned(), files }
    }

    /// Digest over the id, the paths and the contents: the cheap way to see that nothing has changed.
    pub(crate) fn digest(&self) -> String {
        let mut writer = DigestWriter::default();
        writer.text(&self.id);
        for (path, content) in &self.files {
            writer.text(path);
            writer.text(&crate::digest::digest_of(content));
        }
        writer.finish()
    }

    /// The name of a file in messages.
    fn name_of(&self, path: &str) -> String {
        format!("{}/{path}", self.id)
    }

    fn file(&self, path: &str) -> Result<&[u8], StoreError> {
        self.file_if_there(path).ok_or_else(|| StoreError::package(&self.name_of(path), "there is no such file"))
    }

    fn file_if_there(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }
}

fn collect(folder: &'static Dir<'static>, files: &mut BTreeMap<String, Cow<'static, [u8]>>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => collect(folder, files),
            DirEntry::File(file) => {
                // Paths of another platform's making have its separators.
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.insert(path, Cow::Borrowed(file.contents()));
            }
        }
    }
}

/// The data sets that are part of the program.
pub(crate) fn bundled() -> Vec<Package> {
    vec![
        Package::embedded("china-provinces", &CHINA_PROVINCES),
        Package::embedded("harbin-changchun", &HARBIN_CHANGCHUN),
    ]
}
