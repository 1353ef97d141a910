//! Panels for tests, by formulas that another program repeats exactly.

use super::transition::{Preparation, TransitionPanel};
use crate::Matrix;

/// Values as they are.
pub(super) const RAW: Preparation = Preparation { logs: false, smoothing: None };

/// Two clubs and a region of its own over 24 periods: even positions approach 10 + 0.03 t, odd ones 9 + 0.01 t, each from
/// a distance of its own, and the last falls away.
pub(super) fn two_clubs() -> Matrix {
    const DISTANCES: [f64; 6] = [0.5, -0.4, 0.3, -0.25, 0.2, -0.35];
    Matrix::from_fn(24, 13, |period, region| {
        let t = (period + 1) as f64;
        let value = match (region, region % 2) {
            (12, _) => 8.0 - 0.04 * t,
            (_, 0) => 10.0 + 0.03 * t + DISTANCES[region / 2] * t.powf(-0.8),
            _ => 9.0 + 0.01 * t + DISTANCES[region / 2] * t.powf(-0.9),
        };
        value + 0.002 * (7.0 * region as f64 + 3.0 * t).sin()
    })
}

/// Regions that approach one of several targets, `gap` apart from 9 on, from drawn starts, with drawn speeds and noise. The
/// draws are those of the linear congruential generator of C's old `rand`.
pub(super) fn drawn(seed: u64, regions: usize, periods: usize, groups: usize, gap: f64, noise: f64) -> TransitionPanel {
    let mut state = seed;
    let mut next = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        state as f64 / f64::from(1_u32 << 31)
    };
    let mut cells = vec![0.0; regions * periods];
    for region in 0..regions {
        let mut x = 9.0 + 2.0 * next();
        let target = 9.0 + gap * (region % groups) as f64;
        let speed = 0.02 + 0.1 * next();
        for period in 0..periods {
            x += speed * (target - x) + noise * (next() - 0.5);
            cells[period * regions + region] = x;
        }
    }
    let values = Matrix::from_fn(periods, regions, |period, region| cells[period * regions + region]);
    TransitionPanel::try_new(&values, RAW).unwrap()
}
