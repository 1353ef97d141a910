//! The folder of reference cases that `GROWTHPOLE_GOLDEN` names.

use std::path::PathBuf;

use super::figures::Figures;
use super::table::Records;

/// Name of the variable that names the folder.
pub const VARIABLE: &str = "GROWTHPOLE_GOLDEN";

/// The folder: `cases/`, `china/` and `data/`.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// The two sets of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// On the packages' own data.
    Cases,
    /// On the bundled data.
    China,
}

impl Set {
    fn directory(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::China => "china",
        }
    }
}

/// A case of the folder.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// How it was computed.
    pub params: serde_json::Value,
    /// What came out, below `result` and `textbook_result`.
    pub expected: Figures,
}

impl Folder {
    /// The folder, where the variable is set.
    pub fn from_environment() -> Option<Self> {
        std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(|root| Self { root: root.into() })
    }

    /// Names of all cases of a set, in order.
    pub fn index(&self, set: Set) -> Vec<String> {
        let index = Records::read(&self.root.join(set.directory()).join("INDEX.csv"));
        index.rows().map(|row| row.text("case").to_owned()).collect()
    }

    /// Reads a case.
    ///
    /// # Errors
    ///
    /// A case without a source.
    pub fn case(&self, set: Set, name: &str) -> Result<Reference, String> {
        let path = self.root.join(set.directory()).join(format!("{name}.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let case: serde_json::Value = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        for field in ["source_package", "version", "call"] {
            if case[field].as_str().is_none_or(|text| text.trim().is_empty()) {
                return Err(format!("{name}: a case without a source is refused: {field} is missing"));
            }
        }
        let mut expected = Figures::default();
        for field in ["result", "textbook_result"] {
            if let Some(result) = case.get(field) {
                expected.extend(Figures::from_json(field, result));
            }
        }
        Ok(Reference { name: name.to_owned(), params: case["params"].clone(), expected })
    }

    /// Reads a data file.
    pub fn data(&self, file: &str) -> Records {
        Records::read(&self.root.join("data").join(file))
    }
}

impl Reference {
    /// Numbers of a list among the parameters; NaN where one is missing.
    pub fn numbers(&self, parameter: &str) -> Vec<f64> {
        let list = self.params[parameter].as_array().unwrap_or_else(|| panic!("{}: {parameter} is a list", self.name));
        list.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
    }
}
