//! The part of a series that has no gap.

use std::ops::Range;

/// Finds the longest run of values that are there (neither NaN nor infinite); the latest of those that are equally long.
///
/// # Shapes and units
///
/// - `values`: in order of time.
/// - returns: positions; empty where no value is there.
pub fn longest_stretch(values: &[f64]) -> Range<usize> {
    let (mut longest, mut start) = (0..0, 0);
    for (position, value) in values.iter().enumerate() {
        if !value.is_finite() {
            start = position + 1;
        } else if position + 1 - start >= longest.len() {
            longest = start..position + 1;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_and_latest_is_kept() {
        let nan = f64::NAN;
        assert_eq!(longest_stretch(&[1.0, 2.0, nan, 3.0, 4.0, nan, 5.0]), 3..5);
        assert_eq!(longest_stretch(&[1.0, 2.0, 3.0, nan, 4.0]), 0..3);
        assert_eq!(longest_stretch(&[nan, f64::INFINITY]), 0..0);
        assert_eq!((longest_stretch(&[1.0]), longest_stretch(&[])), (0..1, 0..0));
    }
}
