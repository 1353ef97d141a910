//! How far a long analysis is, for a person who watches standard error.

use std::cell::Cell;
use std::time::Duration;

use growthpole_contracts::v1::{ImportProgress, Progress};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

const TEMPLATE: &str = "{wide_bar} {percent} % of {len} steps, {eta} left";

/// A bar that appears with the first progress and leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar that is not shown yet.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Shows how far it is.
    pub(crate) fn show(&self, progress: Progress) {
        self.0.set_length(progress.total);
        self.0.set_position(progress.done);
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {
        self.0.finish_and_clear();
    }
}

const IMPORT_TEMPLATE: &str = "{wide_bar} {msg}, {eta} left";

/// How far an import is: what was sent, read, and checked and written, one after the other; rows, rows a second, and the
/// time that is left of each.
#[derive(Debug)]
pub(crate) struct ImportBar {
    bar: ProgressBar,
    stage: Cell<Stage>,
}

/// What an import is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sending,
    Reading,
    Checking,
}

impl Stage {
    /// The stage of an import, how much of it is done, and of how much. Until a service has all of a file, it does not know
    /// its length.
    fn of(progress: &ImportProgress, file_bytes: u64) -> (Self, u64, u64) {
        let number = |number: i64| u64::try_from(number).unwrap_or_default();
        let (cells, checked) = (number(progress.cells), number(progress.checked_cells));
        match progress.total_bytes {
            _ if checked > 0 => (Self::Checking, checked, cells.max(checked)),
            0 => (Self::Sending, number(progress.received_bytes), file_bytes),
            total => (Self::Reading, number(progress.read_bytes), number(total)),
        }
    }

    fn message(self, done: u64, total: u64, rows: i64, elapsed: Duration) -> String {
        let bytes = || format!("{} of {}", HumanBytes(done), HumanBytes(total));
        let rate = |count: u64| {
            let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
            count.saturating_mul(1000) / milliseconds
        };
        match self {
            Self::Sending => format!("sending: {}", bytes()),
            Self::Reading => {
                let a_second = rate(u64::try_from(rows).unwrap_or_default());
                format!("reading: {}, {rows} rows, {a_second} a second", bytes())
            }
            Self::Checking => format!("checking and writing: {done} of {total} cells, {} a second", rate(done)),
        }
    }
}

impl ImportBar {
    /// A bar that is not shown yet.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template(IMPORT_TEMPLATE) {
            bar.set_style(style);
        }
        Self { bar, stage: Cell::new(Stage::Sending) }
    }

    /// Shows how far it is with a file of so many bytes.
    pub(crate) fn show(&self, progress: &ImportProgress, file_bytes: u64) {
        let (stage, done, total) = Stage::of(progress, file_bytes);
        if self.stage.replace(stage) != stage {
            // Each stage has a pace of its own.
            self.bar.reset();
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(stage.message(done, total, progress.rows, self.bar.elapsed()));
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_templates() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
        assert!(ProgressStyle::with_template(IMPORT_TEMPLATE).is_ok());
    }
    #[test]
    fn an_import_is_sent_read_and_checked() {
        let sent = ImportProgress { received_bytes: 1 << 20, ..Default::default() };
        let read = ImportProgress { total_bytes: 4 << 20, read_bytes: 2 << 20, rows: 9, cells: 90, ..sent };
        let checked = ImportProgress { read_bytes: 4 << 20, checked_cells: 30, ..read };
        let shown = [sent, read, checked].map(|progress| {
            let (stage, done, total) = Stage::of(&progress, 4 << 20);
            stage.message(done, total, progress.rows, Duration::from_secs(3))
        });
        let expected = [
            "sending: 1.00 MiB of 4.00 MiB",
            "reading: 2.00 MiB of 4.00 MiB, 9 rows, 3 a second",
            "checking and writing: 30 of 90 cells, 10 a second",
        ];
        assert_eq!(shown, expected);
    }
}
