//! Sums over many values, in eight lanes.
//!
//! A processor adds eight numbers as fast as one, and begins to add the next eight before it is done: four lists of eight sums
//! are added to in turn. The order of every sum is fixed by the positions alone, and nothing is rounded otherwise on a machine
//! with wider registers, so that results are the same to the last bit on all of them. Where a product and a sum are rounded
//! once (`mul_add`), they are so on a machine without the instruction too, only slowly.

mod differences;
mod extremes;
mod logarithm;
mod rows;
mod sums;
mod terms;

use std::sync::LazyLock;

use pulp::Arch;

pub(crate) use differences::{falls, pair_differences};
pub(crate) use extremes::{are_finite, extremes, greatest, sum_and_least};
pub(crate) use logarithm::{LookUp, natural_log, natural_logs};
pub use rows::logs;
pub(crate) use rows::{add_over, append_quotients, replace};
pub(crate) use sums::{PairTerm, product_sum, sum, sum_of_pairs, total};
pub(crate) use terms::{Itself, Log, ReciprocalLessOne, RootLessOne, SquareAbout, Term, TimesLog};

/// Numbers that are taken at once.
pub(crate) const LANES: usize = 8;

/// Lists of sums that are added to in turn.
const TURNS: usize = 4;

/// What the machine has, looked up once: of few numbers the sum takes no longer than the look.
pub(crate) fn arch() -> Arch {
    static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);
    *ARCH
}

/// Adds up the four lists of sums.
#[inline(always)]
fn together([first, second, third, fourth]: [[f64; LANES]; TURNS]) -> [f64; LANES] {
    std::array::from_fn(|lane| (first[lane] + second[lane]) + (third[lane] + fourth[lane]))
}

/// The last values, which are fewer than eight: what fills the lanes is not to be used.
#[inline(always)]
fn filled(rest: &[f64]) -> Option<[f64; LANES]> {
    let mut eight = [*rest.first()?; LANES];
    eight[..rest.len()].copy_from_slice(rest);
    Some(eight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_of_the_least_numbers_are_those_of_the_library() {
        assert_eq!(logs(&[1.0, 5e-324]), [0.0, 5e-324_f64.ln()]);
        assert_eq!(TimesLog { scale: 1.0 }.of(0.0), 0.0);
    }

    #[test]
    fn every_length_is_added_up_whole() {
        for n in (0_usize..80).chain([95, 96, 127, 128, 140]) {
            let values: Vec<f64> = (0..n).map(|k| (k + 1) as f64).collect();
            let weights: Vec<f64> = (0..n).map(|k| (k % 3) as f64).collect();
            let (whole, least) = sum_and_least(&values);
            assert_eq!((whole, least), ((n * (n + 1) / 2) as f64, if n > 0 { 1.0 } else { f64::INFINITY }));
            let most = if n > 0 { n as f64 } else { f64::NEG_INFINITY };
            assert_eq!((extremes(&values), greatest(&values)), ((least, most), most));
            let products: f64 = values.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
            assert_eq!(product_sum(&values, &weights), products);
            let pairs: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum::<f64>() / 2.0;
            assert_eq!(pair_differences(&values), pairs);
            let falling: Vec<f64> = values.iter().rev().copied().collect();
            assert_eq!(pair_differences(&falling) + 2.0 * falls(&falling, n), pairs);
            assert_eq!(falls(&falling, 1), n.saturating_sub(1) as f64);
            let less_one = |power: f64| values.iter().map(|value| value.powf(power) - 1.0).sum::<f64>();
            let (roots, reciprocals) = (RootLessOne { scale: 1.0 }, ReciprocalLessOne { scale: 1.0 });
            let expected = less_one(0.5) - less_one(1.0) / 2.0;
            assert!((sum(&values, None, roots) - expected).abs() <= 1e-13 * (n * n) as f64);
            assert!((sum(&values, None, reciprocals) - less_one(-1.0)).abs() <= 1e-13 * n as f64);
            let logs: f64 = values.iter().map(|value| (2.0 * value).ln()).sum();
            assert!((sum(&values, None, Log { scale: 2.0 }) - logs).abs() <= 1e-12 * logs);
            let squares: f64 = values.iter().map(|value| (value - 2.0) * (value - 2.0)).sum();
            assert_eq!(sum(&values, None, SquareAbout { centre: 2.0 }), squares);
            let each = super::logs(&values);
            assert!(each.iter().zip(&values).all(|(own, value)| (own - value.ln()).abs() <= 4.5e-16 * value.ln()));
        }
    }

    #[test]
    fn what_is_not_finite_is_seen_wherever_it_is() {
        for position in 0..19 {
            for fault in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut values = [1.0; 19];
                values[position] = fault;
                assert!(!sum_and_least(&values).0.is_finite());
            }
        }
        for position in 0..4 {
            let mut values = [3.0, -2.0, 0.0, 5.0];
            values.rotate_left(position);
            assert_eq!((sum_and_least(&values), extremes(&values)), ((6.0, -2.0), (3.0, 5.0)));
            assert_eq!(greatest(&values), 5.0);
        }
    }
}
