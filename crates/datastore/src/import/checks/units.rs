//! Powers of ten between values.

/// How near the decimal logarithm of a ratio is to the power of ten that it is taken for.
const NEAR: f64 = 0.1;

/// The power of ten that one value is of another, where it is one and not 1; none for values of different signs.
pub(super) fn power_of_ten(value: f64, before: f64) -> Option<i8> {
    power_within(value, before, NEAR)
}

/// As [`power_of_ten`], for values that are otherwise the same but for revisions.
pub(super) fn power_of_ten_revised(value: f64, before: f64) -> Option<i8> {
    const REVISED: f64 = 0.02;
    power_within(value, before, REVISED)
}

fn power_within(value: f64, before: f64, near: f64) -> Option<i8> {
    let ratio = value / before;
    // Hardly any ratio is near a power other than 1, and logarithms take time.
    const FAR: f64 = 7.0;
    if !(ratio.is_finite() && ratio > 0.0) || (1.0 / FAR..FAR).contains(&ratio) {
        return None;
    }
    let exponent = ratio.log10();
    let power = exponent.round();
    // Powers beyond those of 32-bit numbers are no units.
    let is_power = power != 0.0 && power.abs() <= 12.0 && (exponent - power).abs() < near;
    is_power.then_some(power as i8)
}

/// A power of ten, in words.
pub(super) fn times(power: i8) -> String {
    if power > 0 { format!("10^{power} times") } else { format!("1/10^{} of", power.unsigned_abs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_near_and_not_one() {
        assert_eq!(
            [power_of_ten(1040.0, 1.0), power_of_ten(0.009, 1.0), power_of_ten(-95.0, -1.0)],
            [Some(3), Some(-2), Some(2)]
        );
        for (value, before) in [(1.2, 1.0), (500.0, 1.0), (-100.0, 1.0), (1.0, 0.0), (0.0, 1.0), (f64::NAN, 1.0)] {
            assert_eq!(power_of_ten(value, before), None, "{value} {before}");
        }
        assert_eq!(power_of_ten_revised(110.0, 1.0), None);
        assert_eq!((times(3), times(-2)), ("10^3 times".to_owned(), "1/10^2 of".to_owned()));
    }
}
