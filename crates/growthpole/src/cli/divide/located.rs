//! Where in a TOML file something stands: by position, or by the path of a key.

use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a file: where, at which key, what stands there, and what is allowed instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    file: String,
    /// Counted from 1.
    line: usize,
    /// Path of the key, `homes.each`; empty where the file is no TOML.
    key: String,
    /// What stands there, as it is written.
    value: String,
    /// What is wrong about it, and what is allowed.
    text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        match (self.key.as_str(), self.value.as_str()) {
            ("", _) => {}
            (key, "") => write!(f, "{key}: ")?,
            (key, value) => write!(f, "{key} = {value}: ")?,
        }
        f.write_str(&self.text)
    }
}

/// A file that was read.
#[derive(Debug, Clone)]
pub(super) struct Source {
    name: String,
    text: String,
}

/// A key that stands in the file: its path, its line, and its value as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: String,
}

impl Source {
    /// The text of the file of this name.
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The file's name, as it was given.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Reads the file.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        toml::from_str(&self.text).map_err(|error| {
            let place = error.span().unwrap_or(0..0);
            let at = self.key_at(&place);
            let value = at.as_ref().map(|found| found.value.clone()).unwrap_or_default();
            Mistake {
                file: self.name.clone(),
                line: self.line(place.start),
                key: at.map(|found| found.key).unwrap_or_default(),
                value,
                text: error.message().trim_end().replace('\n', ", "),
            }
        })
    }

    /// A mistake at a key that is there, or at the longest part of it that is.
    pub(super) fn mistake(&self, key: &str, text: &str) -> Mistake {
        let found = self.find(key);
        Mistake {
            file: self.name.clone(),
            line: found.as_ref().map_or(1, |found| found.line),
            key: key.to_owned(),
            value: found.map(|found| found.value).unwrap_or_default(),
            text: text.to_owned(),
        }
    }

    /// What stands at a path of keys and positions, or else at the longest part of it that the file has.
    pub(super) fn find(&self, path: &str) -> Option<Found> {
        let document = DeTable::parse(&self.text).ok()?;
        let mut steps = steps(path).into_iter();
        let first = steps.next()?;
        let (key, mut value) = document.get_ref().iter().find(|(key, _)| key.get_ref().as_ref() == first)?;
        let (mut known, mut place) = (first.clone(), key.span());
        for step in steps {
            let Some((next, at, name)) = below(value, &step) else { break };
            known += &name;
            (value, place) = (next, at);
        }
        let value = self.written(value);
        Some(Found { key: known, line: self.line(place.start), value })
    }

    /// The innermost key whose name or value holds this place.
    fn key_at(&self, place: &Range<usize>) -> Option<Found> {
        let document = DeTable::parse(&self.text).ok()?;
        let mut found = None;
        let mut tables = vec![(String::new(), document.get_ref())];
        while let Some((path, table)) = tables.pop() {
            for (key, value) in table {
                let key_name = key.get_ref();
                let path = if path.is_empty() { key_name.to_string() } else { format!("{path}.{key_name}") };
                let holds = |span: Range<usize>| span.start <= place.start && place.end <= span.end;
                if holds(key.span()) || holds(value.span()) {
                    let written = self.written(value);
                    found = Some(Found { key: path.clone(), line: self.line(key.span().start), value: written });
                }
                match value.get_ref() {
                    DeValue::Table(inner) => tables.push((path, inner)),
                    DeValue::Array(items) => {
                        let inner = items.iter().enumerate().filter_map(|(at, item)| match item.get_ref() {
                            DeValue::Table(inner) => Some((format!("{path}[{at}]"), inner)),
                            _ => None,
                        });
                        tables.extend(inner);
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Line of a byte, counted from 1.
    fn line(&self, byte: usize) -> usize {
        1 + self.text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
    }

    /// A value as it is written; nothing for one of several lines, and for a table below its heading.
    fn written(&self, value: &Spanned<DeValue<'_>>) -> String {
        let text = self.text.get(value.span()).unwrap_or_default();
        let is_heading = matches!(value.get_ref(), DeValue::Table(_)) && text.starts_with('[');
        if is_heading || text.contains('\n') { String::new() } else { text.to_owned() }
    }
}

/// The steps of `pins[0].region`: `pins`, `0`, `region`.
fn steps(path: &str) -> Vec<String> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).map(str::to_owned).collect()
}

/// What stands one step below a value, where, and how the step is written in a path.
fn below<'a, 'b>(
    value: &'a Spanned<DeValue<'b>>,
    step: &str,
) -> Option<(&'a Spanned<DeValue<'b>>, Range<usize>, String)> {
    match value.get_ref() {
        DeValue::Table(table) => {
            let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == step)?;
            Some((value, key.span(), format!(".{step}")))
        }
        DeValue::Array(items) => {
            let item = items.get(step.parse::<usize>().ok()?)?;
            Some((item, item.span(), format!("[{step}]")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "pins = [\n  \"220000:C36\",\n  \"230000:C14\",\n]\n\n[homes]\neach = \"two\"\n";

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Homes {
        #[serde(rename = "each")]
        _each: u32,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "pins", default)]
        _pins: Vec<String>,
        #[serde(rename = "homes")]
        _homes: Homes,
    }

    fn mistake(text: &str) -> String {
        Source::new("plan.toml", text).read::<File>().unwrap_err().to_string()
    }

    #[test]
    fn mistakes_name_file_line_key_value_and_what_is_allowed() {
        assert_eq!(mistake(TEXT), "plan.toml:7: homes.each = \"two\": invalid type: string \"two\", expected u32");
        let unknown = mistake("[homes]\neach = 1\neech = 2\n");
        assert_eq!(unknown, "plan.toml:3: homes.eech = 2: unknown field `eech`, expected `each`");
        let list = mistake("pins = [1]\n[homes]\neach = 1\n");
        assert!(list.starts_with("plan.toml:1: pins = [1]: invalid type: integer `1`"), "{list}");
        let broken = mistake("\n[homes\neach = 1\n");
        assert!(broken.starts_with("plan.toml:2: "), "{broken}");
    }

    #[test]
    fn what_a_service_blames_is_found_in_the_file() {
        let source = Source::new("plan.toml", TEXT);
        let found = |path: &str| source.find(path).map(|found| (found.key, found.line, found.value));
        assert_eq!(found("pins[1].industry"), Some(("pins[1]".into(), 3, "\"230000:C14\"".into())));
        assert_eq!(found("homes.each"), Some(("homes.each".into(), 7, "\"two\"".into())));
        assert_eq!(found("homes.max"), Some(("homes".into(), 6, String::new())));
        assert_eq!(found("bans[0]"), None);
    }
}
