//! Numbers as statistical formats write them.

use crate::report::Rule;

/// Reads a decimal number with a point, or nothing.
pub(crate) fn parse(text: &str) -> Result<Option<f64>, Rule> {
    if text.is_empty() {
        return Ok(None);
    }
    let value: f64 = text.parse().map_err(|_| Rule::BadNumber)?;
    finite(value).map(Some)
}

/// A value that can be stored.
pub(crate) fn finite(value: f64) -> Result<f64, Rule> {
    // Both zeros are one value; adding zero leaves only the positive one.
    if value.is_finite() { Ok(value + 0.0) } else { Err(Rule::NotFinite) }
}
