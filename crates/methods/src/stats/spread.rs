//! Mean and standard deviation.

/// Which number the squared deviations are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spread {
    /// n - 1: the values are a sample.
    #[default]
    Sample,
    /// n: the values are the whole population.
    Population,
}

/// Computes mean and standard deviation, in two passes.
///
/// ```text
/// mean = sum(x) / n        deviation = sqrt(sum((x - mean)^2) / d),  d = n - 1 or n
/// ```
///
/// # Shapes and units
///
/// - `values`: finite values.
/// - returns: mean and standard deviation in the values' unit, or `None` when there are too few values for the divisor or
///   when a result is not finite.
pub fn mean_and_deviation(values: &[f64], spread: Spread) -> Option<(f64, f64)> {
    let n = values.len();
    let divisor = match spread {
        Spread::Sample => n.checked_sub(1)?,
        Spread::Population => n,
    };
    if divisor == 0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let deviation = (squares / divisor as f64).sqrt();
    (mean.is_finite() && deviation.is_finite()).then_some((mean, deviation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_by_what_was_asked_for() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(mean_and_deviation(&values, Spread::Population), Some((5.0, 2.0)));
        assert_eq!(mean_and_deviation(&values, Spread::Sample), Some((5.0, (32.0_f64 / 7.0).sqrt())));
    }

    #[test]
    fn too_few_or_too_large_values_have_none() {
        assert_eq!(mean_and_deviation(&[1.0], Spread::Sample), None);
        assert_eq!(mean_and_deviation(&[1.0], Spread::Population), Some((1.0, 0.0)));
        assert_eq!(mean_and_deviation(&[], Spread::Population), None);
        assert_eq!(mean_and_deviation(&[1e300, -1e300], Spread::Population), None);
    }
}
