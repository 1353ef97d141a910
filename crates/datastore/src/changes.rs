//! What differs between two vintages.

use std::collections::BTreeSet;

use growthpole_domain::{ObservationStatus, Period};

use crate::tables::{Row, Table};

/// How an observation differs between two vintages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the newer vintage has it.
    Added,
    /// Only the older vintage has it.
    Removed,
    /// Both have it, with different values or statuses.
    Revised,
}

/// One observation that differs between two vintages.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservationChange {
    /// Indicator code.
    pub indicator: String,
    /// Region code.
    pub region: String,
    /// Industry code; empty for indicators without industries.
    pub industry: String,
    /// Period.
    pub period: Period,
    /// How it differs.
    pub kind: ChangeKind,
    /// Value in the older vintage, where it has one.
    pub old_value: Option<f64>,
    /// Value in the newer vintage, where it has one.
    pub new_value: Option<f64>,
    /// Status in the older vintage; none when it was not there.
    pub old_status: Option<ObservationStatus>,
    /// Status in the newer vintage; none when it is not there.
    pub new_status: Option<ObservationStatus>,
}

/// A row that one table has, or both.
type Pair<'a> = (Option<&'a Row>, Option<&'a Row>);

/// What differs between two tables of an indicator, in their order. A vintage may lack the indicator.
pub(crate) fn changes(
    indicator: &str,
    old: Option<&Table>,
    new: Option<&Table>,
    regions: Option<&BTreeSet<String>>,
) -> Vec<ObservationChange> {
    let mut found = Vec::new();
    for pair in paired(old, new) {
        let change = match pair {
            (Some(row), None) => old.and_then(|table| change(indicator, table, row, pair)),
            (_, Some(row)) => new.and_then(|table| change(indicator, table, row, pair)),
            (None, None) => None,
        };
        found.extend(change.filter(|change| regions.is_none_or(|regions| regions.contains(change.region.as_str()))));
    }
    found
}

/// The change of a pair, labelled by the table that holds `row`; none when both are alike.
fn change(indicator: &str, table: &Table, row: &Row, (old, new): Pair<'_>) -> Option<ObservationChange> {
    let (old_value, new_value) = (old.and_then(Row::value), new.and_then(Row::value));
    let (old_status, new_status) = (old.map(|row| row.status), new.map(|row| row.status));
    let kind = match (old, new) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ if old_value == new_value && old_status == new_status => return None,
        _ => ChangeKind::Revised,
    };
    Some(ObservationChange {
        indicator: indicator.to_owned(),
        region: table.region(row).to_owned(),
        industry: table.industry(row).to_owned(),
        period: table.period(row),
        kind,
        old_value,
        new_value,
        old_status,
        new_status,
    })
}

/// Merges the rows of two tables, which are sorted, by period, region and industry.
fn paired<'a>(old: Option<&'a Table>, new: Option<&'a Table>) -> Vec<Pair<'a>> {
    let keyed = |table: Option<&'a Table>| {
        let rows = table.into_iter().flat_map(|table| table.rows().iter().map(move |row| (table, row)));
        rows.map(|(table, row)| ((table.period(row), table.region(row), table.industry(row)), row)).peekable()
    };
    let (mut olds, mut news) = (keyed(old), keyed(new));
    let mut pairs = Vec::new();
    loop {
        let order = match (olds.peek(), news.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
        };
        let old = if order.is_le() { olds.next() } else { None };
        let new = if order.is_ge() { news.next() } else { None };
        pairs.push((old.map(|(_, row)| row), new.map(|(_, row)| row)));
    }
}
