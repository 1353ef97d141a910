//! Figures by path, in one form for what a case expects and for what was computed.
//!
//! A path leads to one number: `result/locq/B06/230000`. Named vectors and labelled matrices are trees like any other, so
//! that a pattern can name all of them, a row, a column or a cell.

use std::collections::BTreeMap;
use std::fmt;

/// Names that lead to one figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<String>);

impl Path {
    /// A path of parts joined by slashes, and labels below it. Labels may hold slashes; parts may not.
    pub fn new(parts: &str, labels: &[&str]) -> Self {
        let parts = parts.split('/').filter(|part| !part.is_empty());
        Self(parts.chain(labels.iter().copied()).map(str::to_owned).collect())
    }

    fn child(&self, label: &str) -> Self {
        Self(self.0.iter().cloned().chain([label.to_owned()]).collect())
    }

    /// Whether the path is one that `pattern` names, or lies below it. `*` stands for any one name.
    pub fn matches(&self, pattern: &str) -> bool {
        let wanted: Vec<&str> = pattern.split('/').collect();
        wanted.len() <= self.0.len() && wanted.iter().zip(&self.0).all(|(wanted, own)| *wanted == "*" || wanted == own)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// A name, of a region say.
    Text(String),
    /// No number: missing, infinite or not a number in the reference; refused or undefined here.
    Undefined,
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        if value.is_finite() { Self::Number(value) } else { Self::Undefined }
    }
}

impl From<Option<f64>> for Value {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Undefined, Self::from)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        match value {
            "NA" | "NaN" | "Inf" | "-Inf" => Self::Undefined,
            text => Self::Text(text.to_owned()),
        }
    }
}

/// Figures by path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures(BTreeMap<Path, Value>);

impl Figures {
    /// Adds one figure below `parts` and `labels`; each path only once.
    pub fn put(&mut self, parts: &str, labels: &[&str], value: impl Into<Value>) {
        self.insert(Path::new(parts, labels), value.into());
    }

    /// Adds a figure for each name.
    pub fn put_all<'a, V: Into<Value>>(&mut self, parts: &str, values: impl IntoIterator<Item = (&'a str, V)>) {
        for (name, value) in values {
            self.put(parts, &[name], value);
        }
    }

    fn insert(&mut self, path: Path, value: Value) {
        let text = path.to_string();
        assert!(self.0.insert(path, value).is_none(), "{text} is there twice");
    }

    /// The figure of a path.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        self.0.get(path)
    }

    /// The number of a path.
    pub fn number(&self, parts: &str, labels: &[&str]) -> f64 {
        let path = Path::new(parts, labels);
        match self.get(&path) {
            Some(Value::Number(number)) => *number,
            other => panic!("{path} is {other:?}, not a number"),
        }
    }

    /// All figures by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Value)> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names directly below a path, each once and in order.
    pub fn names_below(&self, parts: &str) -> Vec<&str> {
        let above = Path::new(parts, &[]);
        let depth = above.0.len();
        let below = self.0.keys().filter(|path| path.0.len() > depth && path.0.starts_with(&above.0));
        let mut names: Vec<&str> = below.map(|path| path.0[depth].as_str()).collect();
        names.dedup();
        names
    }

    /// The numbers below a path.
    pub fn below(&self, parts: &str, labels: &[&str]) -> Vec<f64> {
        let above = Path::new(parts, labels);
        let below = self.0.iter().filter(|(path, _)| path.0.starts_with(&above.0));
        below.filter_map(|(_, value)| if let Value::Number(number) = value { Some(*number) } else { None }).collect()
    }

    /// Reads the tree of a case of this repository: `columns` and `rows` make a matrix, `nan` is no number.
    pub fn from_toml(tree: &toml::Table) -> Self {
        let mut figures = Self::default();
        for (name, value) in tree {
            figures.read_toml(&Path::new("", &[name]), value);
        }
        figures
    }

    fn read_toml(&mut self, path: &Path, value: &toml::Value) {
        match value {
            toml::Value::Table(table) => match (table.get("columns"), table.get("rows")) {
                (Some(toml::Value::Array(columns)), Some(toml::Value::Table(rows))) => {
                    self.read_toml_matrix(path, columns, rows);
                }
                _ => table.iter().for_each(|(name, value)| self.read_toml(&path.child(name), value)),
            },
            toml::Value::Array(values) => {
                values.iter().enumerate().for_each(|(at, value)| self.read_toml(&path.child(&at.to_string()), value));
            }
            toml::Value::String(text) => self.insert(path.clone(), Value::Text(text.clone())),
            toml::Value::Integer(number) => self.insert(path.clone(), Value::from(*number as f64)),
            toml::Value::Float(number) => self.insert(path.clone(), Value::from(*number)),
            other => panic!("{path}: {other} is not a figure"),
        }
    }

    fn read_toml_matrix(&mut self, path: &Path, columns: &[toml::Value], rows: &toml::Table) {
        for (row, cells) in rows {
            let cells = cells.as_array().unwrap_or_else(|| panic!("{path}/{row} is a list"));
            assert_eq!(cells.len(), columns.len(), "{path}/{row} has a cell for every column");
            for (column, cell) in columns.iter().zip(cells) {
                let column = column.as_str().expect("columns have names");
                self.read_toml(&path.child(row).child(column), cell);
            }
        }
    }

    /// Reads the result of a case in the form of the reference folder.
    pub fn from_json(name: &str, value: &serde_json::Value) -> Self {
        let mut figures = Self::default();
        figures.read_json(&Path::new("", &[name]), value);
        figures
    }

    fn read_json(&mut self, path: &Path, value: &serde_json::Value) {
        use serde_json::Value as Json;
        match value {
            Json::Object(fields) => {
                if let Some((names, values)) = named_vector(fields) {
                    for (name, value) in names.iter().zip(values) {
                        self.read_json(&path.child(text(name)), value);
                    }
                } else if let (Some(Json::Array(rows)), Some(Json::Array(columns)), Some(Json::Array(cells))) =
                    (fields.get("rows"), fields.get("cols"), fields.get("values"))
                {
                    self.read_json_matrix(path, rows, columns, cells);
                } else {
                    fields.iter().for_each(|(name, value)| self.read_json(&path.child(name), value));
                }
            }
            Json::Array(values) => {
                values.iter().enumerate().for_each(|(at, value)| self.read_json(&path.child(&at.to_string()), value));
            }
            Json::String(text) => self.insert(path.clone(), Value::from(text.as_str())),
            Json::Number(number) => self.insert(path.clone(), Value::from(number.as_f64())),
            Json::Bool(flag) => self.insert(path.clone(), Value::Text(flag.to_string())),
            Json::Null => self.insert(path.clone(), Value::Undefined),
        }
    }

    fn read_json_matrix(
        &mut self,
        path: &Path,
        rows: &[serde_json::Value],
        columns: &[serde_json::Value],
        cells: &[serde_json::Value],
    ) {
        for (row, cells) in rows.iter().zip(cells) {
            let row = path.child(text(row));
            for (column, cell) in columns.iter().zip(cells.as_array().expect("a row is a list")) {
                self.read_json(&row.child(text(column)), cell);
            }
        }
    }
}

impl Extend<(Path, Value)> for Figures {
    fn extend<I: IntoIterator<Item = (Path, Value)>>(&mut self, figures: I) {
        figures.into_iter().for_each(|(path, value)| self.insert(path, value));
    }
}

impl IntoIterator for Figures {
    type Item = (Path, Value);
    type IntoIter = std::collections::btree_map::IntoIter<Path, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Names and values of `{"names": …, "values": …}`, or of a list of names beside a list of numbers.
fn named_vector(
    fields: &serde_json::Map<String, serde_json::Value>,
) -> Option<(&[serde_json::Value], &[serde_json::Value])> {
    if fields.len() != 2 {
        return None;
    }
    let (names, values) = match (fields.get("names"), fields.get("values")) {
        (Some(names), Some(values)) => (names.as_array()?, values.as_array()?),
        _ => {
            let mut lists = fields.values().map(serde_json::Value::as_array);
            let (first, second) = (lists.next()??, lists.next()??);
            let only_names = |list: &[serde_json::Value]| list.iter().all(serde_json::Value::is_string);
            match (only_names(first), only_names(second)) {
                (true, false) => (first, second),
                (false, true) => (second, first),
                _ => return None,
            }
        }
    };
    (names.len() == values.len()).then_some((names, values))
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_read_alike() {
        let json = serde_json::json!({
            "k": {"names": ["a", "b"], "values": [1, "NaN"]},
            "m": {"rows": ["r"], "cols": ["x", "y"], "values": [[0.5, 2]]},
            "g": {"Industry": ["a"], "Gini": [0.25]},
            "plan": ["C13"],
        });
        let toml: toml::Table = toml::from_str(
            "result.k = { a = 1, b = nan }\nresult.g.a = 0.25\nresult.plan = [\"C13\"]\n\
             [result.m]\ncolumns = [\"x\", \"y\"]\nrows.r = [0.5, 2]",
        )
        .unwrap();
        let figures = Figures::from_json("result", &json);
        assert_eq!(figures, Figures::from_toml(&toml));
        assert_eq!(figures.number("result/m", &["r", "y"]), 2.0);
        assert_eq!(figures.names_below("result"), ["g", "k", "m", "plan"]);
    }

    #[test]
    fn a_pattern_names_a_tree_a_row_a_column_or_a_cell() {
        let cell = Path::new("result/m", &["r", "x"]);
        for pattern in ["result", "result/m/r", "result/m/*/x", "result/*/r/x"] {
            assert!(cell.matches(pattern), "{pattern}");
        }
        for pattern in ["resul", "result/m/x", "result/m/r/x/y"] {
            assert!(!cell.matches(pattern), "{pattern}");
        }
    }
}
