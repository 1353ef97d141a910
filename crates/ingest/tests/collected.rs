//! All that a reader gives, in one piece, and the files that it is given.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use growthpole_domain::Observation;
use growthpole_ingest::{Cell, Described, Format, Labels, Options, Report, Sink, Source, read};

/// All that a reader gave.
pub(crate) struct Collected {
    pub(crate) format: Option<Format>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) labels: Labels,
    pub(crate) described: Described,
    pub(crate) report: Report,
}

struct Kept(Vec<Cell>);

impl Sink for Kept {
    fn cells(&mut self, _: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        self.0.extend(cells);
        ControlFlow::Continue(())
    }
}

/// Reads a source and keeps all that comes of it.
pub(crate) fn collect(source: &mut Source, options: &Options) -> Collected {
    let mut kept = Kept(Vec::new());
    let outcome = read(source, options, &mut kept);
    let (format, labels) = (outcome.format, outcome.labels);
    Collected { format, cells: kept.0, labels, described: outcome.described, report: outcome.report }
}

/// Reads bytes as if they were a file.
pub(crate) fn collect_bytes(bytes: &[u8], options: &Options) -> Collected {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    collect(&mut Source::new(file, "bytes").unwrap(), options)
}

impl Collected {
    /// All cells as observations, in the order of the store.
    pub(crate) fn observations(&self) -> Vec<Observation> {
        let Labels { indicators, regions, industries, texts } = &self.labels;
        let observation = |cell: &Cell| Observation {
            indicator: indicators.text(cell.indicator).to_owned(),
            region: regions.text(cell.region).to_owned(),
            industry: industries.text(cell.industry).to_owned(),
            period: cell.period,
            value: (!cell.value.is_nan()).then_some(cell.value),
            status: cell.status,
            flag: texts.text(cell.flag).to_owned(),
            note: texts.text(cell.note).to_owned(),
            source: texts.text(cell.source).to_owned(),
        };
        let mut observations: Vec<Observation> = self.cells.iter().map(observation).collect();
        observations.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        observations
    }

    /// Cells as "indicator region industry period value status flag", with a dash where there is no value.
    pub(crate) fn rows(&self) -> Vec<String> {
        let row = |cell: &Cell| {
            let value = if cell.value.is_nan() { "-".to_owned() } else { cell.value.to_string() };
            let labels = &self.labels;
            let codes = [
                labels.indicators.text(cell.indicator),
                labels.regions.text(cell.region),
                labels.industries.text(cell.industry),
            ];
            let flag = labels.texts.text(cell.flag);
            format!("{} {} {value} {} {flag}", codes.join(" "), cell.period, cell.status)
        };
        self.cells.iter().map(row).collect()
    }

    /// How many cells have each flag: those with a value, and those without.
    pub(crate) fn flags(&self, missing: bool) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for cell in self.cells.iter().filter(|cell| cell.value.is_nan() == missing) {
            *counts.entry(self.labels.texts.text(cell.flag)).or_default() += 1;
        }
        counts
    }

    /// The sum of all values, as an integer where they are integers.
    pub(crate) fn sum(&self) -> f64 {
        self.cells.iter().map(|cell| cell.value).filter(|value| !value.is_nan()).sum()
    }
}

/// Reads a genuine file; nothing, with the reason printed, where there is none.
pub(crate) fn genuine(path: &str, options: &Options) -> Option<Collected> {
    let Some(folder) = std::env::var_os("GROWTHPOLE_DATA") else {
        println!("skipped: GROWTHPOLE_DATA does not say where the genuine files are");
        return None;
    };
    let path = Path::new(&folder).join(path);
    let mut source = Source::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(collect(&mut source, options))
}
