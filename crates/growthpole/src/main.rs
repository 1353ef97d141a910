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

/// Takes as many open files as the system allows this process. Many systems begin with 1024, which an import of as many
/// indicators, each with a table of its own, or a service of as many connections would use up.
#[cfg(unix)]
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let allowed = getrlimit(Resource::Nofile);
    // Where that is refused, it stays what it was.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed });
}

#[cfg(not(unix))]
fn allow_open_files() {}

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
    allow_open_files();
    let as_json = cli.wants_json();
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error::report(&failure, as_json);
            failure.exit_code()
        }
    }
}
