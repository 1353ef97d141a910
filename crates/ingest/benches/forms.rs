//! How fast Eurostat TSV is read, into a sink that only counts. One cell is one item.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

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

const SERIES: u64 = 125_000;
const YEARS: u64 = 8;

/// Writes a file like those of structural business statistics: 500 regions x 250 pairs of activity and variable, eight
/// years, a third of the cells missing, some with flags.
fn file() -> tempfile::TempPath {
    let path = tempfile::Builder::new().suffix(".tsv").tempfile().unwrap().into_temp_path();
    let mut writer = BufWriter::new(std::fs::File::create(&path).unwrap());
    writer.write_all(b"nace_r2,indic_sb,geo\\time").unwrap();
    (0..YEARS).for_each(|year| write!(writer, "\t{} ", 2015 - year).unwrap());
    for series in 0..SERIES {
        let pair = series / 500;
        write!(writer, "\nC{:02},V{},AT{:03}", 10 + pair % 50, 11_210 + pair / 50, series % 500).unwrap();
        for year in 0..YEARS {
            let number = (series * YEARS + year).wrapping_mul(2_654_435_761) % 1_000_000;
            match number % 9 {
                0 | 1 => write!(writer, "\t: ").unwrap(),
                2 => write!(writer, "\t: c").unwrap(),
                3 => write!(writer, "\t{} b", number).unwrap(),
                _ => write!(writer, "\t{} ", number as f64 / 10.0).unwrap(),
            }
        }
    }
    writer.flush().unwrap();
    path
}

fn measure(bencher: divan::Bencher<'_, '_>, path: &Path, cells: u64) {
    bencher.counter(divan::counter::ItemsCount::new(cells)).bench_local(|| {
        let mut count = Count(0);
        let outcome = read(&mut Source::open(path).unwrap(), &Options::default(), &mut count);
        assert_eq!((count.0, outcome.report.errors()), (cells, 0));
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn eurostat(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &file(), SERIES * YEARS);
}

/// The genuine file, compressed as it is.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn structural_business_statistics(bencher: divan::Bencher<'_, '_>) {
    match std::env::var_os("GROWTHPOLE_DATA") {
        Some(folder) => measure(bencher, &Path::new(&folder).join("eurostat/sbs_r_nuts06_r2.tsv.gz"), 1_561_816),
        None => println!("skipped: GROWTHPOLE_DATA does not say where the genuine files are"),
    }
}
