//! A part of the key of an observation: a column or a constant, translated, with its position among the labels.

use std::collections::BTreeMap;

use crate::cells::Interner;
use crate::mapping::Others;
use crate::report::{Report, Rule};
use crate::text::records::Record;

/// Codes of the input, and what they are in the data set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Translation<'m> {
    pub(crate) codes: &'m BTreeMap<String, String>,
    pub(crate) others: Others,
}

/// Whether two fields are the same. The lengths are compared here: an empty slice may point anywhere, and the comparison
/// of glibc for AVX-512 takes half a microsecond to find out that it need not look there.
#[inline]
fn are_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

/// A part of the key.
#[derive(Debug)]
pub(crate) struct Labelled<'m> {
    /// The column; none where the part is the same everywhere.
    column: Option<usize>,
    name: String,
    constant: String,
    /// What is broken by an empty one.
    empty: Option<Rule>,
    translation: Option<Translation<'m>>,
    /// What labels begin with, before a point.
    prefix: Option<&'m str>,
    /// The last field that was looked up, with what was found.
    last: Vec<u8>,
    found: Option<u32>,
}

impl<'m> Labelled<'m> {
    /// A part that stands in a column.
    pub(crate) fn column(at: usize, name: &str) -> Self {
        Self { column: Some(at), name: name.to_owned(), ..Self::constant("") }
    }

    /// A part that is the same everywhere.
    pub(crate) fn constant(text: &str) -> Self {
        let (name, constant) = (String::new(), text.to_owned());
        Self {
            column: None,
            name,
            constant,
            empty: None,
            translation: None,
            prefix: None,
            last: Vec::new(),
            found: None,
        }
    }

    /// With a rule that an empty one breaks.
    pub(crate) fn never_empty(self, rule: Rule) -> Self {
        Self { empty: Some(rule), ..self }
    }

    /// With a table that translates its codes; an empty one translates nothing.
    pub(crate) fn translated(self, codes: &'m BTreeMap<String, String>, others: Others) -> Self {
        Self { translation: (!codes.is_empty()).then_some(Translation { codes, others }), ..self }
    }

    /// Whether it stands in a column.
    pub(crate) fn is_column(&self) -> bool {
        self.column.is_some()
    }

    /// With labels that begin with a prefix, where there is one.
    pub(crate) fn prefixed(self, prefix: Option<&'m str>) -> Self {
        Self { prefix, ..self }
    }

    /// Position of its label, which is added where it is new; none where the record breaks a rule, which is reported.
    #[inline]
    pub(crate) fn position(&mut self, record: &Record<'_>, labels: &mut Interner, report: &mut Report) -> Option<u32> {
        let bytes = self.column.map_or(&[][..], |at| record.bytes(at));
        if self.found.is_some() && are_same(&self.last, bytes) {
            return self.found;
        }
        self.last.clear();
        self.last.extend_from_slice(bytes);
        self.found = self.look_up(record, labels, report);
        self.found
    }

    fn look_up(&self, record: &Record<'_>, labels: &mut Interner, report: &mut Report) -> Option<u32> {
        let text = self.column.map_or(self.constant.as_str(), |at| record.text(at));
        if text.is_empty()
            && let Some(rule) = self.empty
        {
            report.add(rule, record.line, &self.name, "");
            return None;
        }
        let translated = match self.translation {
            None => text,
            Some(Translation { codes, others }) => match (codes.get(text), others) {
                (Some(code), _) => code,
                (None, _) if text.is_empty() => text,
                (None, Others::Keep) => text,
                (None, Others::Refuse) => {
                    report.add(Rule::UntranslatedCode, record.line, &self.name, text);
                    return None;
                }
            },
        };
        Some(match self.prefix {
            Some(prefix) => labels.position(&format!("{prefix}.{translated}")),
            None => labels.position(translated),
        })
    }
}
