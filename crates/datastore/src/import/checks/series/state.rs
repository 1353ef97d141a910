//! What is known of a series while its values come by, in a hundred bytes.

use growthpole_domain::Period;
use growthpole_ingest::Cell;

/// Values of a series lie within this factor while it keeps its unit.
const STEADY: f64 = 2.5;
/// So many steady values come before a jump that is told.
const STEADY_VALUES: u16 = 4;
/// Single series jump by less than a hundred for other reasons.
const LEAST_POWER: u8 = 2;
/// Likewise where only one value follows.
const LEAST_POWER_AT_END: u8 = 3;
/// A value in so many periods, one after the other, is a run.
const RUN: u16 = 5;
/// A series with so many values of many digits is told from others by them.
const TELLING_VALUES: u16 = 5;

/// A series, up to the last value that came by.
pub(super) struct State {
    pub(super) region: u32,
    pub(super) industry: u32,
    last: f64,
    last_period: Period,
    values: u16,
    /// Values of four digits and more, which differ from the one before.
    telling: u16,
    hash: Hash,
    run: Run,
    unit: Unit,
}

/// Hashes of the values and the distances between their periods, so that parts of series can be compared.
#[derive(Default)]
struct Hash {
    without_last: u64,
    whole: u64,
    without_first: u64,
}

/// The run of one value, now and at its longest.
#[derive(Default)]
struct Run {
    now: u16,
    longest: u16,
    value: f64,
}

/// Smallest and greatest size of the values since the unit was last steady, and the jump since then.
#[derive(Default)]
struct Unit {
    low: f64,
    high: f64,
    steady: u16,
    jump: Option<(Period, i8)>,
    line: u64,
}

impl State {
    /// A series of which a cell came by, with or without a value, which is not counted yet.
    pub(super) fn new(cell: &Cell) -> Self {
        Self {
            region: cell.region,
            industry: cell.industry,
            last: f64::NAN,
            last_period: cell.period,
            values: 0,
            telling: 0,
            hash: Hash::default(),
            run: Run::default(),
            unit: Unit::default(),
        }
    }

    /// The last value, where there is one.
    pub(super) fn last(&self) -> Option<f64> {
        (self.values > 0).then_some(self.last)
    }

    /// Something from its start and from its end, so that all of it comes from memory.
    pub(super) fn look(&self) -> (f64, u32, u64, f64) {
        (self.last, self.region, self.unit.line, self.run.value)
    }

    /// The next value, which is one, and the power of ten that it is of the one before.
    pub(super) fn add(&mut self, cell: &Cell, power: Option<i8>) {
        let distance = u64::from(cell.period.number().wrapping_sub(self.last_period.number()));
        self.hash.add(cell.value, distance, self.values);
        let follows = self.values > 0 && self.last_period.next() == cell.period;
        self.run.add(cell.value, follows && self.last == cell.value);
        self.unit.add(cell, power);
        let is_new = self.values == 0 || self.last != cell.value;
        self.telling = self.telling.saturating_add(u16::from(is_new && has_four_digits(cell.value)));
        self.values = self.values.saturating_add(1);
        (self.last, self.last_period) = (cell.value, cell.period);
    }

    /// The jump of its unit, with the line where it is: what came before was steady, and what came after is.
    pub(super) fn jump(&self) -> Option<(Period, i8, u64)> {
        let least = if self.unit.steady > 1 { LEAST_POWER } else { LEAST_POWER_AT_END };
        let (period, power) = self.unit.jump.filter(|(_, power)| power.unsigned_abs() >= least)?;
        Some((period, power, self.unit.line))
    }

    /// A value of four digits and more that stood still for long, unless it is all that there is.
    pub(super) fn constant_run(&self) -> Option<(f64, u16)> {
        let Run { longest, value, .. } = self.run;
        (longest >= RUN && longest < self.values && has_four_digits(value)).then_some((value, longest))
    }

    /// Whether no other series has its values by chance.
    pub(super) fn is_telling(&self) -> bool {
        self.telling >= TELLING_VALUES
    }

    /// Whether another series has as many values, up to the same period.
    pub(super) fn spans_as(&self, other: &Self) -> bool {
        (self.values, self.last_period) == (other.values, other.last_period)
    }

    pub(super) fn without_first(&self) -> u64 {
        self.hash.without_first
    }

    pub(super) fn without_last(&self) -> u64 {
        self.hash.without_last
    }
}

impl Hash {
    fn add(&mut self, value: f64, distance: u64, values: u16) {
        self.without_last = self.whole;
        self.whole = extended(self.whole, value, if values == 0 { 0 } else { distance });
        if values > 0 {
            self.without_first = extended(self.without_first, value, if values == 1 { 0 } else { distance });
        }
    }
}

/// A hash with one more value, as far from the one before.
fn extended(hash: u64, value: f64, distance: u64) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = (hash.rotate_left(23) ^ value.to_bits()).wrapping_mul(FACTOR).wrapping_add(distance);
    (mixed ^ (mixed >> 29)).wrapping_mul(FACTOR)
}

impl Run {
    fn add(&mut self, value: f64, goes_on: bool) {
        self.now = if goes_on { self.now.saturating_add(1) } else { 1 };
        if self.now > self.longest {
            (self.longest, self.value) = (self.now, value);
        }
    }
}

impl Unit {
    fn add(&mut self, cell: &Cell, power: Option<i8>) {
        let size = cell.value.abs();
        if size == 0.0 {
            *self = Self::default();
            return;
        }
        match (self.jump, power) {
            // It jumps back: what lay between has another unit, and stays told.
            (Some((_, there)), Some(back)) if back == -there => self.restart(size),
            (None, Some(power)) if self.steady >= STEADY_VALUES => {
                self.jump = Some((cell.period, power));
                self.line = cell.line;
                self.restart(size);
            }
            _ => self.go_on(size),
        }
    }

    fn restart(&mut self, size: f64) {
        (self.low, self.high, self.steady) = (size, size, 1);
    }

    fn go_on(&mut self, size: f64) {
        if self.steady == 0 {
            return self.restart(size);
        }
        (self.low, self.high) = (self.low.min(size), self.high.max(size));
        self.steady = self.steady.saturating_add(1);
        if self.high > STEADY * self.low {
            // It moves a lot by itself: then a jump says nothing, neither one before nor this one.
            self.jump = None;
            self.restart(size);
        }
    }
}

/// Whether a value has four digits and more that are not zeros at its end.
fn has_four_digits(value: f64) -> bool {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return false;
    }
    // Three digits before the point; what then remains behind it is a fourth.
    let scaled = size * power_of_ten((2 - decimal_exponent(size)).clamp(-300, 300));
    // It is below a thousand: rounded by a conversion, which is one instruction where rounding is a call.
    let whole = f64::from((scaled + 0.5) as u32);
    (scaled - whole).abs() > 1e-6
}

/// Ten to a power from -300 to 300.
fn power_of_ten(exponent: i32) -> f64 {
    const POWERS: [f64; 25] = [
        1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6,
        1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
    ];
    let place = usize::try_from(exponent + 12).ok();
    place.and_then(|place| POWERS.get(place).copied()).unwrap_or_else(|| 10_f64.powi(exponent))
}

/// The whole part of the decimal logarithm, rounded down, of a number above 0.
fn decimal_exponent(size: f64) -> i32 {
    // From the binary exponent, which is near; a comparison tells.
    let binary = i32::try_from(size.to_bits() >> 52).unwrap_or_default() - 1023;
    let near = (binary * 1233) >> 12;
    if !(-11..12).contains(&near) {
        return size.log10().floor() as i32;
    }
    near + i32::from(size >= power_of_ten(near + 1)) - i32::from(size < power_of_ten(near))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_without_zeros_at_the_end() {
        assert!([1234.0, 0.001234, 12_340_000.0, -98.76].into_iter().all(has_four_digits));
        assert!([0.0, 1.0, 123.0, 123_000.0, 0.000123, f64::INFINITY].into_iter().all(|value| !has_four_digits(value)));
    }

    #[test]
    fn decimal_exponents_are_those_of_the_digits() {
        for exponent in -10..=11 {
            for digits in ["1", "1.0000000000000002", "3", "9.999999999999998"] {
                let size: f64 = format!("{digits}e{exponent}").parse().unwrap();
                let written = format!("{size:e}");
                let expected = written.split_once('e').unwrap().1;
                assert_eq!(decimal_exponent(size).to_string(), expected, "{digits}e{exponent}");
            }
        }
    }
}
