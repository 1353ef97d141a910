//! What readers give: observations by column positions, in runs, with the labels that the positions stand for.

use std::collections::HashMap;
use std::ops::ControlFlow;

use growthpole_domain::{ObservationStatus, Period};

use crate::{Described, Report};

/// One observation, by positions in [`Labels`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Line of the input, from 1, on which it stands; the number of the record where the format has no lines. Of an
    /// archive, lines are counted through all members; [`Report::place_of_cell`] says which one it is.
    pub line: u64,
    /// Value in the indicator's unit; NaN where there is none.
    pub value: f64,
    /// Indicator, among [`Labels::indicators`].
    pub indicator: u32,
    /// Region, among [`Labels::regions`].
    pub region: u32,
    /// Industry, among [`Labels::industries`]; the empty label for indicators without industries.
    pub industry: u32,
    /// The source's own flag, verbatim, among [`Labels::texts`].
    pub flag: u32,
    /// What to know about it, among [`Labels::texts`].
    pub note: u32,
    /// Where it was found, among [`Labels::texts`].
    pub source: u32,
    /// Period.
    pub period: Period,
    /// Status; one of a missing value where `value` is NaN.
    pub status: ObservationStatus,
}

/// Texts in the order they came, each once.
#[derive(Debug, Clone)]
pub struct Interner {
    positions: HashMap<Box<str>, u32, foldhash::fast::RandomState>,
    texts: Vec<Box<str>>,
    /// Bytes of memory that further texts may take.
    room: usize,
    is_full: bool,
}

/// What a text takes beside its letters, which are there twice.
const BESIDE_LETTERS: usize = 96;

impl Default for Interner {
    fn default() -> Self {
        Self::with_room(usize::MAX)
    }
}

impl Interner {
    /// With so many bytes of memory.
    fn with_room(room: usize) -> Self {
        Self { positions: HashMap::default(), texts: Vec::new(), room, is_full: false }
    }

    /// Whether there was no room for a text.
    fn is_full(&self) -> bool {
        self.is_full
    }

    /// Position of a text, which is added if it is new. Where there is no room for it, it is that of another text.
    pub fn position(&mut self, text: &str) -> u32 {
        if let Some(position) = self.positions.get(text) {
            return *position;
        }
        match self.room.checked_sub(2 * text.len() + BESIDE_LETTERS) {
            Some(room) => self.room = room,
            None => {
                self.is_full = true;
                return 0;
            }
        }
        // Four billion labels of at least 48 bytes do not fit into memory.
        let position = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.positions.insert(text.into(), position);
        self.texts.push(text.into());
        position
    }

    /// The text at a position; empty where there is none.
    pub fn text(&self, position: u32) -> &str {
        self.texts.get(position as usize).map_or("", AsRef::as_ref)
    }

    /// All texts, by position.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// Gives the only text another name. A sink that keeps positions until the end needs no more than that.
    pub(crate) fn rename_only(&mut self, text: &str) {
        if let [only] = self.texts.as_mut_slice() {
            *only = text.into();
            self.positions.clear();
            self.positions.insert(text.into(), 0);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// What the positions of cells stand for. Labels are only added while a file is read, so that a position stays what it is.
///
/// A reader may rename its only indicator at the end, when it knows that it is the only one: sinks take the codes of
/// indicators when the reader has ended.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Codes of indicators.
    pub indicators: Interner,
    /// Codes of regions.
    pub regions: Interner,
    /// Codes of industries.
    pub industries: Interner,
    /// Flags, notes and sources.
    pub texts: Interner,
}

impl Labels {
    /// Those of an input, whose memory has a bound whatever the input holds.
    fn bounded() -> Self {
        let [indicators, regions, industries] = [(); 3].map(|()| Interner::with_room(ROOM_OF_CODES));
        Self { indicators, regions, industries, texts: Interner::with_room(ROOM_OF_TEXTS) }
    }

    /// Whether there was no room for some, so that cells have labels that are not theirs.
    pub fn are_full(&self) -> bool {
        [&self.indicators, &self.regions, &self.industries, &self.texts].into_iter().any(Interner::is_full)
    }
}

/// Bytes of memory for the codes of one kind: some two million.
const ROOM_OF_CODES: usize = 256 << 20;
/// And for flags, notes and sources together.
const ROOM_OF_TEXTS: usize = 1 << 30;

/// Takes what a reader finds, in the order of the input.
pub trait Sink {
    /// Takes a run of cells. After `Break` the reader stops.
    fn cells(&mut self, labels: &Labels, cells: &[Cell]) -> ControlFlow<()>;
}

/// How many cells a run has at most.
pub const CELLS_IN_RUN: usize = 1 << 14;

/// Where a reader puts what it finds: cells, what their codes mean, and what is wrong with the input.
pub struct Output<'a> {
    /// What the positions of cells stand for.
    pub labels: Labels,
    /// What the input says about its codes.
    pub described: Described,
    /// What is wrong with it, and how much there is of it.
    pub report: Report,
    sink: &'a mut dyn Sink,
    run: Vec<Cell>,
}

impl<'a> Output<'a> {
    /// With nothing in it.
    pub fn new(sink: &'a mut dyn Sink) -> Self {
        let (described, report) = Default::default();
        Self { labels: Labels::bounded(), described, report, sink, run: Vec::with_capacity(CELLS_IN_RUN) }
    }

    /// Gives a cell to the sink, and counts it. After `Break` the reader stops.
    pub fn push(&mut self, cell: Cell) -> ControlFlow<()> {
        self.report.count_cell(cell.value.is_nan(), cell.status);
        self.run.push(Cell { line: self.report.count_line(cell.line), ..cell });
        if self.run.len() < CELLS_IN_RUN { ControlFlow::Continue(()) } else { self.flush() }
    }

    /// Gives the last run to the sink. Readers end with it.
    pub fn flush(&mut self) -> ControlFlow<()> {
        if self.run.is_empty() {
            return ControlFlow::Continue(());
        }
        if self.labels.are_full() {
            return ControlFlow::Break(());
        }
        let taken = self.sink.cells(&self.labels, &self.run);
        self.run.clear();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counted(Vec<usize>);

    impl Sink for Counted {
        fn cells(&mut self, _: &Labels, cells: &[Cell]) -> ControlFlow<()> {
            self.0.push(cells.len());
            if self.0.len() < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    }

    #[test]
    fn texts_that_have_no_room_are_told_and_take_none() {
        let mut texts = Interner::with_room(2 * (BESIDE_LETTERS + 2));
        assert_eq!(["a", "b", "a"].map(|text| texts.position(text)), [0, 1, 0]);
        assert!(!texts.is_full());
        assert_eq!((texts.position("c"), texts.position("b"), texts.len()), (0, 1, 2));
        assert!(texts.is_full());
        assert!(!Labels::default().are_full() && Labels { texts, ..Labels::default() }.are_full());
    }

    #[test]
    fn cells_come_in_runs_until_the_sink_has_enough() {
        let mut sink = Counted(Vec::new());
        let mut output = Output::new(&mut sink);
        let region = output.labels.regions.position("a");
        let cell = Cell {
            line: 1,
            value: f64::NAN,
            indicator: 0,
            region,
            industry: 0,
            flag: 0,
            note: 0,
            source: 0,
            period: Period::year(2015),
            status: ObservationStatus::SUPPRESSED,
        };
        let pushed = (0..2 * CELLS_IN_RUN).map(|_| output.push(cell)).filter(ControlFlow::is_break).count();
        assert_eq!((pushed, output.labels.regions.position("a"), output.labels.regions.text(9)), (1, 0, ""));
        assert_eq!(output.report.suppressed, 2 * CELLS_IN_RUN as u64);
        assert_eq!(sink.0, [CELLS_IN_RUN; 2]);
    }
}
