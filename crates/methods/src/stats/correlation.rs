//! Correlation of two series.

/// Pearson's correlation of as many finite values each; `None` for fewer than three or where one series is constant.
pub(crate) fn correlation(y: &[f64], x: &[f64]) -> Option<f64> {
    let n = y.len();
    if n < 3 || n != x.len() {
        return None;
    }
    let [y_mean, x_mean] = [y, x].map(|values| values.iter().sum::<f64>() / n as f64);
    let (mut products, mut y_squares, mut x_squares) = (0.0, 0.0, 0.0);
    for (y, x) in y.iter().zip(x) {
        products += (y - y_mean) * (x - x_mean);
        y_squares += (y - y_mean) * (y - y_mean);
        x_squares += (x - x_mean) * (x - x_mean);
    }
    if is_constant(y_squares, y) || is_constant(x_squares, x) {
        return None;
    }
    Some((products / (y_squares.sqrt() * x_squares.sqrt())).clamp(-1.0, 1.0))
}

/// Whether squared deviations are no more than what rounding leaves of equal values, or too small or large to be used.
pub(crate) fn is_constant(squares: f64, values: &[f64]) -> bool {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let rounding = values.len() as f64 * (4.0 * f64::EPSILON * largest).powi(2);
    !(squares > rounding && squares >= f64::MIN_POSITIVE && squares.is_finite())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_one_along_a_line_and_nothing_of_constants() {
        assert!((correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap() - 1.0).abs() < 1e-15);
        // Deviations -1, 1, 0 and -1, 0, 1: their product sums to 1, their squares to 2 each.
        assert!((correlation(&[1.0, 3.0, 2.0], &[0.0, 1.0, 2.0]).unwrap() - 0.5).abs() < 1e-15);
        assert_eq!(correlation(&[0.1 + 0.2, 0.3, 0.3], &[0.0, 1.0, 2.0]), None);
        assert_eq!(correlation(&[1.0, 2.0], &[0.0, 1.0]), None);
    }
}
