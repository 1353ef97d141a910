//! How much a series changes from one period to the next.

/// Computes the mean squared successive difference.
///
/// ```text
/// MSSD = sum over t of (x[t] - x[t - 1])^2 / (n - 1)
/// ```
///
/// Unlike the variance it does not grow with a trend that is slow.
///
/// # Shapes and units
///
/// - `values`: one a period, in order of time, finite.
/// - returns: the squared unit of the values; `None` for fewer than two values or when the result is not finite.
///
/// # Source
///
/// Von Neumann, Kent, Bellinson and Hart (1941), The Annals of Mathematical Statistics 12(2), 153-162. REAT's `mssd` fails for
/// one value.
pub fn mean_squared_successive_difference(values: &[f64]) -> Option<f64> {
    let differences = values.len().checked_sub(1).filter(|&n| n > 0)?;
    let squares: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    Some(squares / differences as f64).filter(|mean| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_squared_steps() {
        assert_eq!(mean_squared_successive_difference(&[1.0, 3.0, 2.0, 2.0]), Some(5.0 / 3.0));
        assert_eq!(mean_squared_successive_difference(&[1.0]), None);
        assert_eq!(mean_squared_successive_difference(&[]), None);
        assert_eq!(mean_squared_successive_difference(&[1.0, f64::NAN]), None);
        assert_eq!(mean_squared_successive_difference(&[1e300, -1e300]), None);
    }
}
