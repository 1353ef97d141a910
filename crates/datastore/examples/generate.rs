//! Writes made-up county statistics as tidy CSV, for benchmarks: `generate ROWS SEED FOLDER`.
//!
//! 3 200 counties of 50 states, as many industries as ROWS take, and 31 years, of which 70 % of the cells are absent and one
//! in fifty of the others is suppressed. Every figure follows from the seed and its own place, so that the same seed gives
//! the same bytes. FOLDER gets `first.csv`; `second.csv`, in which about 1 % of the figures are revised; and `mapping.toml`,
//! which says what the columns are.
#![allow(clippy::print_stdout, clippy::print_stderr)] // it is a program

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const STATES: u64 = 50;
const COUNTIES_A_STATE: u64 = 64;
const YEARS: std::ops::Range<u64> = 1990..2021;

const MAPPING: &str = r#"# What the columns of first.csv and second.csv are.
[dataset]
title = "Made-up jobs of counties"
main_level = "STATE"

[columns]
region_level = "level"
region_parent = "state"

[constants]
indicator = "jobs"

[indicators.jobs]
names = { en = "Jobs" }
unit = "persons"
kind = "LEVEL"
aggregation = "SUM"
classification = "made up"
"#;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parsed = match arguments.as_slice() {
        [rows, seed, folder] => rows.parse::<u64>().ok().zip(seed.parse::<u64>().ok()).zip(Some(folder)),
        _ => None,
    };
    let Some(((rows, seed), folder)) = parsed else {
        eprintln!("usage: generate ROWS SEED FOLDER");
        std::process::exit(2);
    };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("mapping.toml"), MAPPING)?;
    let cells_an_industry = STATES * COUNTIES_A_STATE * (YEARS.end - YEARS.start);
    let industries = (rows * 10).div_ceil(cells_an_industry * 3).max(1);
    for (name, vintage) in [("first.csv", 1), ("second.csv", 2)] {
        let written = write(&folder.join(name), industries, seed, vintage)?;
        println!("{name}: {written} rows, {} counties, {industries} industries", STATES * COUNTIES_A_STATE);
    }
    Ok(())
}

fn write(path: &Path, industries: u64, seed: u64, vintage: u64) -> io::Result<u64> {
    let mut output = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(output, "region,level,state,industry,period,value,status")?;
    let mut written = 0;
    for state in 1..=STATES {
        let mut of_state = [0; (YEARS.end - YEARS.start) as usize];
        for county in 0..COUNTIES_A_STATE {
            for industry in 0..industries {
                for (year, total) in YEARS.zip(&mut of_state) {
                    let place = ((state * COUNTIES_A_STATE + county) * industries + industry) * 4096 + year;
                    let drawn = mixed(seed ^ mixed(place));
                    if drawn % 10 >= 3 {
                        continue;
                    }
                    let figure = Figure::new(mixed(drawn), vintage);
                    let code = 2 * county + 1;
                    writeln!(output, "{state:02}{code:03},COUNTY,{state:02}000,I{industry:04},{year},{figure}")?;
                    written += 1;
                    if industry == 0 {
                        *total += figure.tenths;
                    }
                }
            }
        }
        // The states publish totals of one industry, with what is suppressed below them.
        for (year, tenths) in YEARS.zip(of_state) {
            let figure = Figure { tenths, is_suppressed: false };
            writeln!(output, "{state:02}000,STATE,,I0000,{year},{figure}")?;
            written += 1;
        }
    }
    output.flush()?;
    Ok(written)
}

/// Value and status of a cell that is present.
struct Figure {
    tenths: u64,
    is_suppressed: bool,
}

impl Figure {
    fn new(drawn: u64, vintage: u64) -> Self {
        let is_revised = vintage == 2 && (drawn >> 32).is_multiple_of(100);
        let tenths = (drawn >> 8) % 1_000_000 + u64::from(is_revised);
        Self { tenths, is_suppressed: drawn.is_multiple_of(50) }
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.is_suppressed {
            true => formatter.write_str(",Q"),
            false => write!(formatter, "{}.{},A", self.tenths / 10, self.tenths % 10),
        }
    }
}

/// The finaliser of SplitMix64: neighbours in, unrelated numbers out.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
