//! `config`: the configuration in force.

use clap::Args;

use super::Common;
use super::serve::ServeArgs;
use crate::config::{effective_toml, reference};
use crate::failure::Failure;
use crate::output::print;

/// Shows the configuration that `serve` with the same flags would have, and where each value came from.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// Prints a configuration file that documents every key with its default, and sets none
    #[arg(long)]
    reference: bool,
}

impl ConfigArgs {
    /// Prints the configuration.
    pub(super) fn run(&self, common: &Common) -> Result<(), Failure> {
        if self.reference {
            return print(&reference());
        }
        print(&effective_toml(&common.load(self.serve.flags())?))
    }
}
