//! What is added up of each value.

use super::{LANES, LookUp, natural_log, natural_logs};

/// Something that is added up over values.
pub(crate) trait Term: Copy {
    /// Whether the part takes so many steps that its sum never waits for the sum before.
    const IS_LONG: bool = false;

    /// The part of one value.
    fn of(&self, value: f64) -> f64;

    /// The parts of eight values.
    #[inline(always)]
    fn of_eight(&self, values: &[f64; LANES], _look_up: impl LookUp) -> [f64; LANES] {
        values.map(|value| self.of(value))
    }

    /// Adds the parts of eight values, each to its sum.
    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], values: &[f64; LANES], _look_up: impl LookUp) {
        // By position: pairs of iterators are compiled into registers of which some are half full.
        for lane in 0..LANES {
            sums[lane] += self.of(values[lane]);
        }
    }
}

/// `x * scale * ln(x * scale)`, and 0 for a value of 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimesLog {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for TimesLog {
    const IS_LONG: bool = true;

    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        // The logarithm below is some finite number at 0, so that the product is the limit.
        let ratio = value * self.scale;
        ratio * natural_log(ratio)
    }

    #[inline(always)]
    fn of_eight(&self, values: &[f64; LANES], look_up: impl LookUp) -> [f64; LANES] {
        let ratios = values.map(|value| value * self.scale);
        let logs = natural_logs(ratios, look_up);
        std::array::from_fn(|lane| ratios[lane] * logs[lane])
    }

    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], values: &[f64; LANES], look_up: impl LookUp) {
        let ratios = values.map(|value| value * self.scale);
        let logs = natural_logs(ratios, look_up);
        for lane in 0..LANES {
            sums[lane] = ratios[lane].mul_add(logs[lane], sums[lane]);
        }
    }
}

/// `ln(x * scale)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for Log {
    const IS_LONG: bool = true;

    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        natural_log(value * self.scale)
    }

    #[inline(always)]
    fn of_eight(&self, values: &[f64; LANES], look_up: impl LookUp) -> [f64; LANES] {
        natural_logs(values.map(|value| value * self.scale), look_up)
    }

    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], values: &[f64; LANES], look_up: impl LookUp) {
        let logs = natural_logs(values.map(|value| value * self.scale), look_up);
        for lane in 0..LANES {
            sums[lane] += logs[lane];
        }
    }
}

/// `-(sqrt(x * scale) - 1)^2 / 2`. Where `x * scale` has a mean of 1, the mean of this is that of `sqrt(x * scale) - 1`, since
/// `r - 1 = (sqrt(r) - 1)^2 + 2 (sqrt(r) - 1)`; but its terms are of one sign, so that nothing cancels where all are nearly equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RootLessOne {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for RootLessOne {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        let excess = (value * self.scale).sqrt() - 1.0;
        -0.5 * excess * excess
    }
}

/// `1 / (x * scale) - 1`, without losing digits where it is small; of zero, some number or infinity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReciprocalLessOne {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for ReciprocalLessOne {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        let ratio = value * self.scale;
        (1.0 - ratio) / ratio
    }
}

/// The value itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Itself;

impl Term for Itself {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        value
    }
}

/// The square of the distance from a centre.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SquareAbout {
    /// What distances are taken from.
    pub(crate) centre: f64,
}

impl Term for SquareAbout {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        let distance = value - self.centre;
        distance * distance
    }
}
