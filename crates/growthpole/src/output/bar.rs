//! How far a long analysis is, for a person who watches standard error.

use growthpole_contracts::v1::Progress;
use indicatif::{ProgressBar, ProgressStyle};

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

const IMPORT_TEMPLATE: &str = "{wide_bar} {bytes} of {total_bytes}, {msg}, {eta} left";

/// How far an import is: bytes of the file, rows, rows a second, and the time that is left.
#[derive(Debug)]
pub(crate) struct ImportBar(ProgressBar);

impl ImportBar {
    /// A bar that is not shown yet.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template(IMPORT_TEMPLATE) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Shows how far it is.
    pub(crate) fn show(&self, bytes: u64, total_bytes: u64, rows: u64) {
        let milliseconds = u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.0.set_length(total_bytes);
        self.0.set_position(bytes);
        self.0.set_message(format!("{rows} rows, {} a second", rows.saturating_mul(1000) / milliseconds));
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {
        self.0.finish_and_clear();
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
}
