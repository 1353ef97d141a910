//! Delimited tables: what their columns are, and what a record says about the key of its observations.

mod defaults;
mod header;
mod keys;
mod labelled;
mod period_columns;

pub(crate) use defaults::{describe_defaults, describe_publisher};
pub(crate) use header::{Header, delimiter_of, is_footer, records_of};
pub(crate) use keys::{Keys, named, region};
pub(crate) use labelled::Labelled;
pub(crate) use period_columns::period_columns;
