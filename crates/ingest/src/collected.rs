//! For tests: all that a reader gives, in one piece.

use std::ops::ControlFlow;

use crate::cells::{Cell, Labels, Output, Sink};
use crate::{Described, Report};

/// All that a reader gave.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) cells: Vec<Cell>,
    pub(crate) labels: Labels,
    pub(crate) described: Described,
    pub(crate) report: Report,
}

#[derive(Default)]
struct Cells(Vec<Cell>);

impl Sink for Cells {
    fn cells(&mut self, _: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        self.0.extend_from_slice(cells);
        ControlFlow::Continue(())
    }
}

/// Runs a reader and keeps what it gives.
pub(crate) fn collect(read: impl FnOnce(&mut Output<'_>)) -> Collected {
    let mut sink = Cells::default();
    let mut output = Output::new(&mut sink);
    read(&mut output);
    let Output { labels, described, report, .. } = output;
    Collected { cells: sink.0, labels, described, report }
}

impl Collected {
    /// Cells as "indicator region industry period value status flag", with a dash where there is no value.
    pub(crate) fn rows(&self) -> Vec<String> {
        let row = |cell: &Cell| {
            let value = if cell.value.is_nan() { "-".to_owned() } else { cell.value.to_string() };
            let Labels { indicators, regions, industries, texts } = &self.labels;
            let (indicator, region) = (indicators.text(cell.indicator), regions.text(cell.region));
            let (industry, flag) = (industries.text(cell.industry), texts.text(cell.flag));
            format!("{indicator} {region} {industry} {} {value} {} {flag}", cell.period, cell.status)
        };
        self.cells.iter().map(row).collect()
    }
}
