//! Growthpole: the service, its workers and the command line in one program.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod assemble;
mod cli;
mod config;
mod dynamic;
mod failure;
mod logging;
mod output;
mod reflection;
mod transport;

use std::process::ExitCode;

use clap::Parser as _;

/// Every call allocates on several threads at once, where the system's allocator waits for itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // Also --help and --version; nobody may be there to read it.
            let _nobody_reads = refusal.print();
            return u8::try_from(refusal.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let as_json = cli.wants_json();
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error::report(&failure, as_json);
            failure.exit_code()
        }
    }
}
