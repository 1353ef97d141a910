//! For tests: the arguments of a command, read from a line as it is typed.

use clap::{Args, Parser};

#[derive(Debug, Parser)]
struct Probe<A: Args> {
    #[command(flatten)]
    args: A,
}

/// Reads the arguments of a command from a line without the name of the program.
pub(crate) fn read<A: Args>(line: &str) -> Result<A, clap::Error> {
    Probe::try_parse_from(std::iter::once("probe").chain(line.split_whitespace())).map(|probe| probe.args)
}
