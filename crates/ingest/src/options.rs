//! How an input is to be read.

use crate::{FormatChoice, Mapping};

/// How an input is to be read. What a caller declares beside a mapping file (`--indicator`, a character set, a
/// delimiter, a decimal sign) is written over what the file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Format.
    pub format: FormatChoice,
    /// What columns, marks and codes mean.
    pub mapping: Mapping,
    /// Code of the indicator. Of an input with several indicators, it is what their codes begin with.
    pub indicator: Option<String>,
}
