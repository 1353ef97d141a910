//! A case of this repository: figures with their source, and the cells they were computed from.

use std::path::Path as FilePath;

use serde::Deserialize;

use crate::golden::compare::{Terms, ToleranceOf, Unmet};
use crate::golden::figures::Figures;

/// A case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name, which is the file's.
    pub name: String,
    /// What was read.
    pub input: Input,
    /// What the source computed.
    pub expected: Figures,
    /// The script of this repository that computed it, where no folder of references holds the case.
    pub script: Option<String>,
    tolerances: Vec<ToleranceOf>,
    unmet: Vec<Unmet>,
}

/// The cells a case reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Data set.
    pub dataset: String,
    /// Number of the vintage.
    pub vintage: i32,
    /// Indicator.
    pub indicator: String,
    /// Periods.
    pub periods: Vec<String>,
    /// Regions that are analysed; all of the main level when empty.
    pub regions: Vec<String>,
    /// Industries; all of the indicator when empty.
    pub industries: Vec<String>,
    /// What absent cells count as.
    pub missing: String,
    /// What regions are measured against, in words.
    pub benchmark: String,
}

/// Who computed the figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    package: String,
    version: String,
    call: String,
    /// The script of this repository, below `tests/golden`, that is the source.
    #[serde(default)]
    script: Option<String>,
    /// What the source gets wrong; the figures of the textbook stand beside its own.
    #[serde(default)]
    defect: Option<String>,
}

/// A file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: String,
    /// For readers.
    #[serde(default, rename = "notes")]
    _notes: String,
    source: Source,
    input: Input,
    #[serde(default)]
    tolerance: Vec<ToleranceOf>,
    #[serde(default)]
    unmet: Vec<Unmet>,
    expected: toml::Table,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    ///
    /// A file that is not a case, one without a source, or one of another name.
    pub fn read(path: &FilePath) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        Self::parse(stem, &text)
    }

    fn parse(name: &str, text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        let source = [&file.source.package, &file.source.version, &file.source.call];
        if source.iter().any(|part| part.trim().is_empty()) {
            return Err(format!("{name}: a case without a source is refused: package, version and call are needed"));
        }
        if file.source.defect.as_ref().is_some_and(|defect| defect.trim().is_empty()) {
            return Err(format!("{name}: a defect of the source is described, or left out"));
        }
        let is_there = |script: &String| FilePath::new(crate::golden::DIRECTORY).join(script).is_file();
        if file.source.script.as_ref().is_some_and(|script| !is_there(script)) {
            return Err(format!("{name}: the script that computed it is not there"));
        }
        if file.case != name {
            return Err(format!("{name}: the file holds the case \"{}\"", file.case));
        }
        let expected = Figures::from_toml(&file.expected);
        if expected.is_empty() {
            return Err(format!("{name}: a case without figures is refused"));
        }
        Ok(Self {
            name: file.case,
            input: file.input,
            expected,
            script: file.source.script,
            tolerances: file.tolerance,
            unmet: file.unmet,
        })
    }

    /// Every case of this repository, by name.
    ///
    /// # Errors
    ///
    /// The first file that is refused.
    pub fn all() -> Result<Vec<Self>, String> {
        let directory = format!("{}/china", crate::golden::DIRECTORY);
        let entries = std::fs::read_dir(&directory).map_err(|error| format!("{directory}: {error}"))?;
        let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        files.sort();
        files.iter().map(|path| Self::read(path)).collect()
    }

    /// Tolerances and what is not met.
    pub fn terms(&self) -> Terms<'_> {
        Terms { tolerances: &self.tolerances, unmet: &self.unmet }
    }

    /// The only period.
    pub fn period(&self) -> &str {
        assert_eq!(self.input.periods.len(), 1, "{} reads one period", self.name);
        &self.input.periods[0]
    }

    /// First and last period.
    pub fn ends(&self) -> (&str, &str) {
        (&self.input.periods[0], &self.input.periods[self.input.periods.len() - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: &str = "[input]\ndataset = \"d\"\nvintage = 3\nindicator = \"i\"\nperiods = [\"2010\"]\nregions = []\n\
                         industries = []\nmissing = \"KEEP\"\nbenchmark = \"none\"\n[expected]\nresult = 1\n";

    #[test]
    fn a_case_without_a_source_is_refused() {
        let without = format!("case = \"a\"\n{INPUT}");
        assert!(Case::parse("a", &without).unwrap_err().contains("source"));
        let empty = format!("case = \"a\"\n[source]\npackage = \"\"\nversion = \"1\"\ncall = \"f()\"\n{INPUT}");
        assert!(Case::parse("a", &empty).unwrap_err().contains("without a source"));
        let named = format!("case = \"a\"\n[source]\npackage = \"p\"\nversion = \"1\"\ncall = \"f()\"\n{INPUT}");
        assert_eq!(Case::parse("a", &named).unwrap().expected.number("result", &[]), 1.0);
        let scripted = named.replace("call =", "script = \"derive/nothing.py\"\ncall =");
        assert!(Case::parse("a", &scripted).unwrap_err().contains("not there"));
        assert!(Case::parse("b", &named).unwrap_err().contains("holds the case \"a\""));
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let unknown = format!("case = \"a\"\nsauce = \"b\"\n{INPUT}");
        assert!(Case::parse("a", &unknown).unwrap_err().contains("sauce"));
    }
}
