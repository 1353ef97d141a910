//! How fast tidy tables are read, into a sink that only counts. One observation is one item.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

use growthpole_ingest::{Cell, Labels, Options, Sink, Source, read};

fn main() {
    divan::main();
}

struct Count(u64);

impl Sink for Count {
    fn cells(&mut self, _: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        self.0 += cells.len() as u64;
        ControlFlow::Continue(())
    }
}

/// Observations of a file: 100 industries x 500 regions x 20 years.
const ROWS: u64 = 1_000_000;

/// Writes a file in which regions change with every record, as in an export of a data base, or only with every twenty.
fn file(years_last: bool, name: &str) -> tempfile::TempPath {
    let path = tempfile::Builder::new().prefix(name).suffix(".csv").tempfile().unwrap().into_temp_path();
    let mut writer = BufWriter::new(File::create(&path).unwrap());
    writer.write_all(b"indicator,region,industry,period,value,status,note,source\n").unwrap();
    for row in 0..ROWS {
        let (region, year) = if years_last { (row / 20 % 500, row % 20) } else { (row % 500, row / 500 % 20) };
        let industry = row / 10_000;
        // A number of eight digits or so, as statistics have them.
        let value = (row.wrapping_mul(2_654_435_761) % 100_000_000) as f64 / 100.0;
        writeln!(writer, "employment,{:05},{industry:03},{},{value},A,,census", 1001 + region, 1999 + year).unwrap();
    }
    writer.flush().unwrap();
    path
}

fn measure(bencher: divan::Bencher<'_, '_>, years_last: bool) {
    let path = file(years_last, "tidy");
    bencher.counter(divan::counter::ItemsCount::new(ROWS)).bench_local(|| {
        let mut count = Count(0);
        let outcome = read(&mut Source::open(&path).unwrap(), &Options::default(), &mut count);
        assert_eq!((count.0, outcome.report.errors()), (ROWS, 0));
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn sorted_by_series(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, true);
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn regions_change_with_every_record(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, false);
}
