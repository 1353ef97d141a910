//! Values in whole numbers, so that sums of them are exact.

/// Bits of the largest value in whole numbers: all the bits of values down to 2^-19 of it are kept.
const BITS: i32 = 72;

/// Turns numbers into whole numbers and back, by a power of two.
#[derive(Debug, Clone, Copy)]
pub(in crate::division::plan) struct Grid {
    power: i32,
}

impl Grid {
    /// The grid on which `largest` has [`BITS`] bits.
    pub(in crate::division::plan) fn new(largest: f64) -> Self {
        let exponent = if largest > 0.0 { largest.log2().ceil() as i32 } else { 0 };
        Self { power: BITS - exponent }
    }

    /// The nearest whole number of steps.
    pub(in crate::division::plan) fn steps(self, value: f64) -> i128 {
        times_power_of_two(value, self.power).round() as i128
    }

    /// The number that steps stand for.
    pub(in crate::division::plan) fn value(self, steps: i128) -> f64 {
        times_power_of_two(steps as f64, -self.power)
    }
}

/// value * 2^power, in steps that the range of numbers has room for.
fn times_power_of_two(mut value: f64, mut power: i32) -> f64 {
    while power != 0 {
        let step = power.clamp(-1000, 1000);
        value *= 2.0_f64.powi(step);
        power -= step;
    }
    value
}
