//! The regions whose rows are printed, where an answer rests on more of them.

use clap::Args;

#[derive(Debug, Args)]
pub(super) struct ShownRegions {
    /// Lists only these regions; all of the selection count
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    show: Vec<String>,
}

impl ShownRegions {
    /// Whether the rows of a region are printed: all are where none are named.
    pub(super) fn is_shown(&self, code: &str) -> bool {
        self.show.is_empty() || self.show.iter().any(|shown| shown == code)
    }
}
