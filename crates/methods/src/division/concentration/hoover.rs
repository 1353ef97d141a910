//! Hoover's coefficient of localisation: what part of an industry would have to move to be spread like everything.

use super::Location;

/// Computes Hoover's coefficient of localisation.
///
/// ```text
/// H = 1/2 * sum over r of |c[r] - x[r]|
/// ```
///
/// # Shapes and units
///
/// - returns: 0 (spread like the base) to 1: the share of the industry that would have to move. Twice this is Krugman's
///   index of concentration against the base.
///
/// # Source
///
/// Hoover (1936), Review of Economics and Statistics 18(4), 162-171.
pub fn hoover_coefficient(location: &Location) -> f64 {
    location.own().iter().zip(location.base()).map(|(own, base)| (own - base).abs()).sum::<f64>() / 2.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_the_part_that_would_have_to_move() {
        let of = |own: &[f64]| hoover_coefficient(&Location::try_new(own, &[30.0, 10.0]).unwrap());
        assert_eq!((of(&[3.0, 1.0]), of(&[1.0, 1.0]), of(&[0.0, 1.0])), (0.0, 0.25, 0.75));
    }
}
