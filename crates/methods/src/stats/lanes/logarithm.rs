//! The natural logarithm, of one number and of eight at once.

use super::{LANES, arch};

/// Number of stretches that the numbers of one power of two are cut into.
const STRETCHES: usize = 16;

/// One over the middle of each stretch.
const INVERSES: [f64; STRETCHES] = [
    1.398_907_103_825_136_6,
    1.340_314_136_125_654_5,
    1.286_432_160_804_020_1,
    1.236_714_975_845_410_6,
    1.190_697_674_418_604_6,
    1.147_982_062_780_269,
    1.108_225_108_225_108_2,
    1.071_129_707_112_970_6,
    1.036_437_246_963_562_8,
    1.0,
    0.948_148_148_148_148_2,
    0.895_104_895_104_895_1,
    0.847_682_119_205_298,
    0.805_031_446_540_880_5,
    0.766_467_065_868_263_5,
    0.731_428_571_428_571_4,
];

/// Minus the logarithm of each of these.
const LOGS: [f64; STRETCHES] = [
    -0.335_691_291_638_141_54,
    -0.292_904_016_432_932_7,
    -0.251_872_619_755_070_1,
    -0.212_458_651_214_193_36,
    -0.174_539_416_351_899_65,
    -0.138_005_673_019_443_7,
    -0.102_759_733_957_768_94,
    -0.068_713_892_548_051_73,
    -0.035_789_107_851_585_29,
    0.0,
    0.053_244_514_518_812_24,
    0.110_814_366_340_290_11,
    0.165_249_572_895_307_17,
    0.216_873_938_300_614_3,
    0.265_963_548_497_137_9,
    0.312_755_710_003_896_9,
];

/// `(ln(1 + r) - r + r^2 / 2) / r^3` for |r| below 0.0298: interpolated at Chebyshev's points, to 3e-17 of the logarithm.
const SERIES: [f64; 7] = [
    0.333_333_333_333_333_3,
    -0.250_000_000_007_669_7,
    0.200_000_000_006_968_5,
    -0.166_666_597_579_793_1,
    0.142_857_080_058_987_06,
    -0.125_155_550_878_414_87,
    0.111_252_517_058_556_45,
];

const ONE: u64 = 0x3ff0_0000_0000_0000;
/// Where the first stretch begins, about 0.7: 1 lies in the tenth one, whose middle counts as 1, so that nothing cancels there.
const START: u64 = 0x3fe6_6000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
/// A number of 2^52 and more holds whole numbers in its lowest bits: this makes the exponent a floating-point number.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// Looks eight numbers up in a table, by the lowest four bits of their places.
pub(crate) trait LookUp: Copy {
    /// What stands at each place.
    fn look_up(self, table: &[f64; STRETCHES], places: [u64; LANES]) -> [f64; LANES];

    /// The power of two of each number, by its bits above the start.
    fn powers(self, above_start: [u64; LANES]) -> [f64; LANES];
}

/// One by one.
#[derive(Debug, Clone, Copy)]
struct OneByOne;

impl LookUp for OneByOne {
    #[inline(always)]
    fn look_up(self, table: &[f64; STRETCHES], places: [u64; LANES]) -> [f64; LANES] {
        places.map(|place| table[place as usize % STRETCHES])
    }

    #[inline(always)]
    fn powers(self, above_start: [u64; LANES]) -> [f64; LANES] {
        above_start.map(power)
    }
}

/// By one instruction, which takes the table from two registers.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
struct InRegisters(pulp::x86::V4);

#[cfg(target_arch = "x86_64")]
impl LookUp for InRegisters {
    #[inline(always)]
    fn look_up(self, table: &[f64; STRETCHES], places: [u64; LANES]) -> [f64; LANES] {
        let [low, high]: [[f64; LANES]; 2] = pulp::cast(*table);
        pulp::cast(self.0.avx512f._mm512_permutex2var_pd(pulp::cast(low), pulp::cast(places), pulp::cast(high)))
    }

    #[inline(always)]
    fn powers(self, above_start: [u64; LANES]) -> [f64; LANES] {
        let whole = self.0.avx512f._mm512_srai_epi64::<52>(pulp::cast(above_start));
        pulp::cast(self.0.avx512dq._mm512_cvtepi64_pd(whole))
    }
}

/// Work that may take logarithms.
pub(crate) trait WithLogs {
    /// What comes of it.
    type Output;

    /// Does it, with the look-up that [`natural_logs`] asks for.
    fn with_logs<L: LookUp>(self, look_up: L) -> Self::Output;
}

/// Does work compiled for the widest registers there are.
pub(crate) fn dispatch<W: WithLogs>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if let pulp::Arch::V4(simd) = arch() {
        return simd.vectorize(
            #[inline(always)]
            || work.with_logs(InRegisters(simd)),
        );
    }
    arch().dispatch(
        #[inline(always)]
        || work.with_logs(OneByOne),
    )
}

/// Natural logarithm of a normal positive number, within two units in the last place; of zero, some finite number. The
/// standard library's calls a function of the system for each number, which cannot be done for eight at once and differs
/// between systems.
///
/// # Source
///
/// Tang (1990), ACM Transactions on Mathematical Software 16(4), 378-400: x = 2^k z, and with c near 1/z from a table,
/// ln x = k ln 2 - ln c + ln(1 + r), where r = c z - 1 is small.
#[inline(always)]
pub(crate) fn natural_log(x: f64) -> f64 {
    let above = x.to_bits().wrapping_sub(START);
    let place = stretch(above) as usize % STRETCHES;
    of_parts(above, power(above), INVERSES[place], LOGS[place])
}

/// The same of eight numbers.
#[inline(always)]
pub(crate) fn natural_logs(values: [f64; LANES], look_up: impl LookUp) -> [f64; LANES] {
    let above = values.map(|x| x.to_bits().wrapping_sub(START));
    let places = above.map(stretch);
    let (inverses, logs) = (look_up.look_up(&INVERSES, places), look_up.look_up(&LOGS, places));
    let powers = look_up.powers(above);
    let mut results = [0.0; LANES];
    for lane in 0..LANES {
        results[lane] = of_parts(above[lane], powers[lane], inverses[lane], logs[lane]);
    }
    results
}

/// The stretch of a number, in the lowest four bits.
#[inline(always)]
fn stretch(above_start: u64) -> u64 {
    above_start >> 48
}

/// The power of two of a number: k of 2^k z.
#[inline(always)]
fn power(above_start: u64) -> f64 {
    f64::from_bits(WHOLE.to_bits() | (above_start.wrapping_add(ONE) >> 52)) - (WHOLE + 1023.0)
}

#[inline(always)]
fn of_parts(above_start: u64, k: f64, inverse: f64, log: f64) -> f64 {
    let z = f64::from_bits((above_start & MANTISSA) + START);
    let r = z.mul_add(inverse, -1.0);
    let square = r * r;
    let first = r.mul_add(SERIES[1], SERIES[0]);
    let second = r.mul_add(SERIES[3], SERIES[2]);
    let third = r.mul_add(SERIES[5], SERIES[4]);
    let series = square.mul_add(square.mul_add(square.mul_add(SERIES[6], third), second), first);
    let of_rest = square.mul_add(r.mul_add(series, -0.5), r);
    k.mul_add(std::f64::consts::LN_2, log) + of_rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways to look up, of numbers that stand in all lanes.
    struct Eight([f64; LANES]);

    impl WithLogs for Eight {
        type Output = [f64; LANES];

        fn with_logs<L: LookUp>(self, look_up: L) -> [f64; LANES] {
            natural_logs(self.0, look_up)
        }
    }

    fn check(x: f64) {
        let (own, expected) = (natural_log(x), x.ln());
        assert!((own - expected).abs() <= 4.5e-16 * expected.abs(), "ln {x} is {expected}, not {own}");
    }

    #[test]
    fn is_within_two_units_in_the_last_place() {
        let mut x = f64::MIN_POSITIVE;
        while x < 1e300 {
            [1.0, 1.1, std::f64::consts::SQRT_2, 1.42, 1.99].into_iter().for_each(|factor| check(x * factor));
            x *= 7.3;
        }
        (0..100_000).map(|step| 0.65 + f64::from(step) * 8e-6).for_each(check);
        (1..1000).map(|step| 1.0 + f64::from(step) * 1e-7).for_each(check);
        assert_eq!((natural_log(1.0), natural_log(0.0).is_finite()), (0.0, true));
    }

    #[test]
    fn is_the_same_to_the_last_bit_however_it_is_looked_up() {
        for start in (0..40_000).step_by(LANES) {
            let values = std::array::from_fn(|lane| 1e-3 * 1.0007_f64.powi(start + lane as i32));
            let one_by_one = values.map(natural_log);
            assert_eq!(dispatch(Eight(values)), one_by_one);
            assert_eq!(natural_logs(values, OneByOne), one_by_one);
        }
    }
}
