//! Tables for people.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table with a title.
#[derive(Debug, Default)]
pub(crate) struct Table {
    title: String,
    columns: Vec<(Cow<'static, str>, CellAlignment)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without columns so far.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds columns of texts, which start on the left.
    #[must_use]
    pub(crate) fn texts<const N: usize>(mut self, names: [&'static str; N]) -> Self {
        self.columns.extend(names.map(|name| (name.into(), CellAlignment::Left)));
        self
    }

    /// Adds columns of numbers, which end on the right.
    #[must_use]
    pub(crate) fn numbers<const N: usize>(mut self, names: [&'static str; N]) -> Self {
        self.columns.extend(names.map(|name| (name.into(), CellAlignment::Right)));
        self
    }

    /// Adds columns of numbers that only some requests ask for, or that the answer names.
    #[must_use]
    pub(crate) fn with_numbers(mut self, names: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.columns.extend(names.into_iter().map(|name| (name.into(), CellAlignment::Right)));
        self
    }

    /// Adds columns of texts that the answer names.
    #[must_use]
    pub(crate) fn with_texts(mut self, names: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.columns.extend(names.into_iter().map(|name| (name.into(), CellAlignment::Left)));
        self
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.cells(cells.into());
    }

    /// Adds a row of as many cells as there are columns by now.
    pub(crate) fn cells(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "cells of a row");
        self.rows.push(cells);
    }

    /// Adds the rows of a table of the same columns.
    pub(crate) fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// Writes the table; where it has no rows, only the title.
    pub(crate) fn write(&self, output: &mut impl Write) -> io::Result<()> {
        if !self.title.is_empty() {
            writeln!(output, "{}", self.title)?;
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(self.columns.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>());
        table.add_rows(&self.rows);
        for (column, (_, alignment)) in table.column_iter_mut().zip(&self.columns) {
            column.set_cell_alignment(*alignment);
        }
        for line in table.lines() {
            writeln!(output, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::unwrap_used)]
    fn numbers_end_on_the_right() {
        let mut table = Table::new("Title").texts(["Region"]).numbers(["Growth"]);
        table.row(["吉林".to_owned(), "6.50 %".to_owned()]);
        table.row(["Heilongjiang".to_owned(), "5.70 %".to_owned()]);
        let mut written = Vec::new();
        table.write(&mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines[0], "Title");
        assert!(lines[2].starts_with('─'), "{written}");
        assert!(lines[3].ends_with("6.50 %") && lines[4].ends_with(" 5.70 %"), "{written}");
    }
}
