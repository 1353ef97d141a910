//! The sectors of a circle, and into which of them moves go.

use std::f64::consts::TAU;

use pulp::{Simd, WithSimd};

use crate::stats::SpatialWeights;
use crate::stats::lanes::{LANES, arch};
use crate::stats::side_by_side::{self, Row, SHUFFLES};

/// The sectors of a circle.
///
/// Directions are compared by how far along a square they point, which orders them as their angles do and takes one division:
/// 0 to the right, 1 upwards, 2 to the left, 3 downwards.
pub(super) struct Circle {
    /// Where sectors start.
    starts: Vec<f64>,
}

/// Up to so many sectors, every place is compared with all their starts; beyond, each is searched for.
const MOST_COMPARED: usize = 64;

/// Regions whose places are found before any is counted.
const BLOCK: usize = 64;

impl Circle {
    pub(super) fn new(sectors: usize) -> Self {
        let start = |sector: usize| match (sector * 8).is_multiple_of(sectors) {
            // An eighth of the circle is half a side, to the last digit.
            true => (sector * 8 / sectors) as f64 / 2.0,
            false => {
                let (lag, own) = (TAU * sector as f64 / sectors as f64).sin_cos();
                along_square(own, lag)
            }
        };
        Self { starts: (0..sectors).map(start).collect() }
    }

    /// The sector of each move; none where nothing moves.
    pub(super) fn sectors(&self, own: &[f64], lags: &[f64]) -> Vec<Option<usize>> {
        arch().dispatch(Sectors { circle: self, own, lags })
    }

    /// The sector of a place on the square; none of NaN.
    #[inline(always)]
    fn at(&self, place: f64) -> Option<usize> {
        self.starts.partition_point(|&start| start <= place).checked_sub(1)
    }

    /// How many moves go into each sector, for shuffles of the moves side by side.
    pub(super) fn counts(&self, rows: &[Row], weights: &SpatialWeights) -> [Vec<u32>; SHUFFLES] {
        let counts = arch().dispatch(Counts { circle: self, rows, weights });
        std::array::from_fn(|shuffle| counts.iter().map(|of_sector| of_sector[shuffle] as u32).collect())
    }
}

/// The sectors of moves.
struct Sectors<'a> {
    circle: &'a Circle,
    own: &'a [f64],
    lags: &'a [f64],
}

impl WithSimd for Sectors<'_> {
    type Output = Vec<Option<usize>>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { circle, own, lags } = self;
        let mut sectors = Vec::with_capacity(own.len());
        let (eights, rest) = own.as_chunks::<LANES>();
        let (lag_eights, lag_rest) = lags.as_chunks::<LANES>();
        for (own, lag) in eights.iter().zip(lag_eights) {
            let places = places(own, lag);
            if circle.starts.len() > MOST_COMPARED {
                sectors.extend(places.map(|place| circle.at(place)));
                continue;
            }
            let mut starts = [0_u64; LANES];
            for &start in &circle.starts {
                for lane in 0..LANES {
                    starts[lane] += u64::from(start <= places[lane]);
                }
            }
            sectors.extend(starts.map(|starts| (starts as usize).checked_sub(1)));
        }
        sectors.extend(rest.iter().zip(lag_rest).map(|(&own, &lag)| circle.at(along_square(own, lag))));
        sectors
    }
}

/// Counts the moves in each sector, for shuffles side by side.
struct Counts<'a> {
    circle: &'a Circle,
    rows: &'a [Row],
    weights: &'a SpatialWeights,
}

impl WithSimd for Counts<'_> {
    /// Whole numbers.
    type Output = Vec<Row>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let Self { circle, rows, weights } = self;
        let compared = circle.starts.len() <= MOST_COMPARED;
        let mut counts = vec![[0.0; SHUFFLES]; circle.starts.len()];
        let mut block = [[0.0; SHUFFLES]; BLOCK];
        for first in (0..rows.len()).step_by(BLOCK) {
            let own = &rows[first..rows.len().min(first + BLOCK)];
            for (at, (own, to)) in own.iter().zip(&mut block).enumerate() {
                *to = places(own, &side_by_side::lag(rows, weights, first + at));
            }
            let places = &block[..own.len()];
            if compared {
                add_from_starts(simd, places, &circle.starts, &mut counts)
            } else {
                circle.add(places, &mut counts)
            }
        }
        if compared {
            // Of those from a start on, those from the next one on are in other sectors.
            for sector in 1..counts.len() {
                let beyond = counts[sector];
                counts[sector - 1].iter_mut().zip(beyond).for_each(|(count, beyond)| *count -= beyond);
            }
        }
        counts
    }
}

/// Counts the places from each start on; NaN is none.
///
/// The registers are named here: left to itself, the compiler takes eight places at once, each from another row.
#[inline(always)]
fn add_from_starts<S: Simd>(simd: S, places: &[Row], starts: &[f64], counts: &mut [Row]) {
    let (zero, one) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0));
    for (&start, counts) in starts.iter().zip(counts) {
        let start = simd.splat_f64s(start);
        let (counts, _) = S::as_mut_simd_f64s(counts);
        for (at, count) in counts.iter_mut().enumerate() {
            for place in places {
                let (place, _) = S::as_simd_f64s(place);
                let from_here = simd.less_than_or_equal_f64s(start, place[at]);
                *count = simd.add_f64s(*count, simd.select_f64s(from_here, one, zero));
            }
        }
    }
}

impl Circle {
    /// Counts the places in each sector, one by one.
    fn add(&self, places: &[Row], counts: &mut [Row]) {
        for place in places {
            for (shuffle, &place) in place.iter().enumerate() {
                self.at(place).into_iter().for_each(|sector| counts[sector][shuffle] += 1.0);
            }
        }
    }
}

/// [`along_square`] of eight moves at once.
#[inline(always)]
fn places(own: &[f64; LANES], lag: &[f64; LANES]) -> [f64; LANES] {
    let mut places = [0.0; LANES];
    for lane in 0..LANES {
        places[lane] = along_square(own[lane], lag[lane]);
    }
    places
}

/// How far along the square around the origin a direction points, from 0 to 4; NaN for none.
///
/// Both sides are computed and one is chosen: which, no processor could guess.
#[inline(always)]
fn along_square(own: f64, lag: f64) -> f64 {
    let height = lag / (own.abs() + lag.abs());
    // Rounding must not lead a move that falls a little once around to the first sector.
    let below = if 4.0 + height < 4.0 { 4.0 + height } else { 4.0_f64.next_down() };
    let right = if height < 0.0 { below } else { height };
    if own < 0.0 { 2.0 - height } else { right }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;

    /// The sector of one move, which is the same whether it stands among eight or by itself.
    fn sector_of(circle: &Circle, own: f64, lag: f64) -> Option<usize> {
        let sectors = circle.sectors(&[own; 9], &[lag; 9]);
        assert!(sectors.iter().all(|sector| *sector == sectors[0]));
        sectors[0]
    }

    #[test]
    fn sectors_are_those_of_angles() {
        for sectors in 2..=360 {
            let circle = Circle::new(sectors);
            for at in 0..sectors {
                // A little after the start of each sector, and a little before its end.
                for part in [1e-9, 0.5, 1.0 - 1e-9] {
                    let (lag, own) = (TAU * (at as f64 + part) / sectors as f64).sin_cos();
                    assert_eq!(sector_of(&circle, own, lag), Some(at), "{sectors} {at} {part}");
                }
            }
            assert_eq!((sector_of(&circle, 1.0, 0.0), sector_of(&circle, 1.0, -1e-300)), (Some(0), Some(sectors - 1)));
        }
    }

    #[test]
    fn sectors_begin_with_their_own_start() {
        let circle = Circle::new(8);
        let starts =
            [(1.0, 0.0), (0.3, 0.3), (0.0, 1.0), (-0.7, 0.7), (-1.0, 0.0), (-0.1, -0.1), (0.0, -1.0), (0.9, -0.9)];
        for (sector, (own, lag)) in starts.into_iter().enumerate() {
            assert_eq!(sector_of(&circle, own, lag), Some(sector));
        }
        assert_eq!(sector_of(&circle, 0.0, 0.0), None);
    }

    #[test]
    fn counts_are_those_of_moves_one_by_one() {
        // More regions than one block, some of which do not move, and sectors on both sides of what is compared.
        let own: Vec<f64> = (0..150).map(|region| f64::from(region * 37 % 19 - 9)).collect();
        let rows: Vec<Row> = (0..150).map(|at| std::array::from_fn(|shuffle| own[(at + 11 * shuffle) % 150])).collect();
        for sectors in [2, 8, MOST_COMPARED, MOST_COMPARED + 1, 360] {
            let circle = Circle::new(sectors);
            for (shuffle, counted) in circle.counts(&rows, &path(150)).into_iter().enumerate() {
                let own: Vec<f64> = rows.iter().map(|row| row[shuffle]).collect();
                let mut expected = vec![0; sectors];
                for sector in circle.sectors(&own, &path(150).lag(&own)).into_iter().flatten() {
                    expected[sector] += 1;
                }
                assert_eq!(counted, expected);
            }
        }
    }
}
