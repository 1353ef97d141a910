//! The columns of an SDMX-CSV file: which of them are dimensions, and what the others say.

use crate::dimensions::{DimensionChoice, Dimensions, Role};
use crate::mapping::Columns as Chosen;
use crate::report::{Report, Rule};
use crate::text::records::Record;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// Which data flow it is, or which key: nothing that the other columns do not say.
    About,
    /// What is to be done with the record.
    Action,
    /// The name of the code in the column before.
    Name,
    Dimension,
    Value,
    Status,
    Flag,
    Confidentiality,
    Unit,
    Multiplier,
    Decimals,
    Note,
    Source,
    Unread,
}

/// Positions of the columns.
#[derive(Debug)]
pub(super) struct Columns {
    /// Positions of the dimensions, in their order.
    pub(super) dimensions: Vec<usize>,
    /// Whether the texts of dimensions and attributes are `code: name`.
    pub(super) is_labelled: bool,
    /// For each dimension, the position of the names of its codes.
    pub(super) names: Vec<Option<usize>>,
    pub(super) period: usize,
    pub(super) frequency: Option<usize>,
    pub(super) value: usize,
    pub(super) value_name: String,
    pub(super) action: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) flag: Option<usize>,
    pub(super) confidentiality: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) multiplier: Option<usize>,
    pub(super) decimals: Option<usize>,
    pub(super) note: Option<usize>,
    pub(super) source: Option<usize>,
}

/// Code and name of a text `code: name`.
fn code_and_name(text: &str) -> (&str, &str) {
    text.split_once(": ").unwrap_or((text, ""))
}

/// What a column is by its name. Those before the value are dimensions, those behind it attributes.
fn column(name: &str, before: Option<&str>, is_behind_value: bool, chosen: &Chosen) -> Column {
    let is = |asked: &Option<String>| asked.as_deref() == Some(name);
    let by_choice = [
        (&chosen.value, Column::Value),
        (&chosen.status, Column::Status),
        (&chosen.flag, Column::Flag),
        (&chosen.note, Column::Note),
        (&chosen.source, Column::Source),
        (&chosen.unit, Column::Unit),
    ];
    if let Some((_, column)) = by_choice.iter().find(|(asked, _)| is(asked)) {
        return *column;
    }
    let is_identifier = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@$".contains(&byte);
    let is_name = !name.bytes().all(is_identifier) || before.is_some_and(|before| names(before, name));
    match name.to_ascii_uppercase().as_str() {
        "DATAFLOW" | "STRUCTURE" | "STRUCTURE_ID" | "STRUCTURE_NAME" | "SERIES_KEY" | "OBS_KEY" | "LAST UPDATE" => {
            Column::About
        }
        "ACTION" => Column::Action,
        _ if is_name => Column::Name,
        "OBS_VALUE" if chosen.value.is_none() => Column::Value,
        "OBS_STATUS" if chosen.status.is_none() => Column::Status,
        "OBS_FLAG" if chosen.flag.is_none() => Column::Flag,
        "CONF_STATUS" => Column::Confidentiality,
        "UNIT_MEASURE" if is_behind_value && chosen.unit.is_none() => Column::Unit,
        "UNIT_MULT" if is_behind_value => Column::Multiplier,
        "DECIMALS" if is_behind_value => Column::Decimals,
        "COMMENT_OBS" | "OBS_COMMENT" | "OBS_COM" | "NOTE" if is_behind_value && chosen.note.is_none() => Column::Note,
        "SOURCE" | "DATA_SOURCE" if is_behind_value && chosen.source.is_none() => Column::Source,
        _ if is_behind_value => Column::Unread,
        _ => Column::Dimension,
    }
}

/// Whether a column of one word is the name of the code before it: `sex,Sex` and `TIME_PERIOD,Time`.
fn names(before: &str, name: &str) -> bool {
    before != name && before.eq_ignore_ascii_case(name) || before.eq_ignore_ascii_case("time_period") && name == "Time"
}

impl Columns {
    /// The code that stands in a column, and its name where it stands there too.
    pub(super) fn code<'r>(&self, record: &Record<'r>, at: usize) -> (&'r str, &'r str) {
        let text = record.text(at);
        if self.is_labelled { code_and_name(text) } else { (text, "") }
    }

    /// The code of an attribute; empty where there is no such column.
    pub(super) fn attribute<'r>(&self, record: &Record<'r>, at: Option<usize>) -> &'r str {
        at.map_or("", |at| self.code(record, at).0)
    }

    /// Finds the columns, or reports what the header lacks.
    pub(super) fn find(
        header: &[&str],
        line: u64,
        choice: &DimensionChoice,
        chosen: &Chosen,
        report: &mut Report,
    ) -> Option<(Self, Dimensions)> {
        let codes: Vec<&str> = header.iter().map(|name| code_and_name(name).0).collect();
        let is_value = |name: &&str| match &chosen.value {
            Some(asked) => **name == *asked,
            None => name.eq_ignore_ascii_case("OBS_VALUE"),
        };
        let value = codes.iter().position(is_value);
        let kinds: Vec<Column> = (0..)
            .zip(&codes)
            .map(|(at, name)| {
                let before = usize::checked_sub(at, 1).and_then(|before| codes.get(before)).copied();
                column(name, before, value.is_some_and(|value| at > value), chosen)
            })
            .collect();
        let find = |wanted: Column, report: &mut Report| {
            let mut found = kinds.iter().enumerate().filter(|(_, kind)| **kind == wanted).map(|(at, _)| at);
            let first = found.next();
            if let Some(name) = found.next().and_then(|second| codes.get(second)) {
                report.add(Rule::DuplicateColumn, line, name, name);
            }
            first
        };
        let Some(value) = value else {
            let name = chosen.value.as_deref().unwrap_or("OBS_VALUE");
            report.add(Rule::MissingColumn, line, name, &format!("has: {}", codes.join(", ")));
            return None;
        };
        for (name, _) in codes.iter().zip(&kinds).filter(|(_, kind)| **kind == Column::Unread) {
            if !chosen.ignore.iter().any(|ignored| ignored == name) {
                report.add(Rule::ColumnNotRead, line, name, name);
            }
        }
        let is_ignored =
            |at: &usize| codes.get(*at).is_some_and(|name| chosen.ignore.iter().any(|ignored| ignored == name));
        let dimensions: Vec<usize> =
            (0..kinds.len()).filter(|at| kinds.get(*at) == Some(&Column::Dimension) && !is_ignored(at)).collect();
        let name = |at: &usize| codes.get(*at).copied().unwrap_or_default();
        let roles: Vec<Role> = dimensions.iter().map(|at| choice.role(name(at))).collect();
        let names = dimensions.iter().map(|at| name(at).to_owned()).collect();
        let place =
            |role: Role| roles.iter().position(|found| *found == role).and_then(|at| dimensions.get(at)).copied();
        let (period, frequency) = (place(Role::Period), place(Role::Frequency));
        let found = Dimensions::new(names, roles, choice, false, report);
        let columns = Self {
            is_labelled: header.iter().any(|name| name.contains(": ")),
            names: dimensions.iter().map(|at| (kinds.get(at + 1) == Some(&Column::Name)).then_some(at + 1)).collect(),
            period: period.unwrap_or_default(),
            frequency,
            value,
            value_name: name(&value).to_owned(),
            action: find(Column::Action, report),
            status: find(Column::Status, report),
            flag: find(Column::Flag, report),
            confidentiality: find(Column::Confidentiality, report),
            unit: find(Column::Unit, report),
            multiplier: find(Column::Multiplier, report),
            decimals: find(Column::Decimals, report),
            note: find(Column::Note, report),
            source: find(Column::Source, report),
            dimensions,
        };
        Some((columns, found?))
    }
}
