//! Several shuffles of a list side by side, so that what is computed from one of them is computed from all in the same steps.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::random::{deal, generator};
use super::{SpatialWeights, lanes};
use crate::{Progress, Stopped};

/// Shuffles that stand side by side.
pub(crate) const SHUFFLES: usize = 8;

/// One number of each shuffle.
pub(crate) type Row = [f64; SHUFFLES];

/// Work of all shuffles, in units of a link or a region, above which they are spread over threads.
const WORTH_A_THREAD: usize = 200_000;

/// Computes something of each of `permutations` shuffles of the values, in order.
///
/// Permutation k draws from the stream k of the seed, so that the number of threads changes nothing. `links` is how many steps
/// `of` takes for each shuffle; it gets the values of eight shuffles at each place, and answers for all eight.
pub(crate) fn of_shuffles<S: Send>(
    values: &[f64],
    links: usize,
    permutations: usize,
    seed: u64,
    progress: &Progress,
    of: impl Fn(&[Row]) -> [S; SHUFFLES] + Sync,
) -> Result<Vec<S>, Stopped> {
    progress.expect(permutations);
    let eight = |rows: &mut Vec<Row>, first: usize| -> Result<Vec<S>, Stopped> {
        let number = SHUFFLES.min(permutations - first);
        shuffled(values, seed, first, number, rows);
        progress.advance(number)?;
        Ok(of(rows).into_iter().take(number).collect())
    };
    let firsts = 0..permutations.div_ceil(SHUFFLES);
    let parts: Vec<Vec<S>> = if permutations * (links + values.len()) < WORTH_A_THREAD {
        let mut rows = Vec::new();
        firsts.map(|at| eight(&mut rows, at * SHUFFLES)).collect::<Result<_, _>>()?
    } else {
        let task = |rows: &mut Vec<Row>, at| eight(rows, at * SHUFFLES);
        firsts.into_par_iter().map_init(Vec::new, task).collect::<Result<_, _>>()?
    };
    Ok(parts.into_iter().flatten().collect())
}

/// The values of permutations from `first` on, place by place; what is beyond their number is left as it is.
fn shuffled(values: &[f64], seed: u64, first: usize, number: usize, rows: &mut Vec<Row>) {
    rows.resize(values.len(), [0.0; SHUFFLES]);
    // Each value goes where it is wanted, rather than to a place in a list of its own first.
    let deal_out = |at: usize| {
        let mut generator = generator(seed, (first + at) as u64);
        deal(&mut values.to_vec(), &mut generator, |place, value| rows[place][at] = value);
    };
    (0..number).for_each(deal_out);
}

/// `sum(w[r, s] * z[r] * z[s])` of each shuffle.
pub(crate) fn cross_products(rows: &[Row], weights: &SpatialWeights) -> Row {
    lanes::arch().dispatch(CrossProducts { rows, weights })
}

struct CrossProducts<'a> {
    rows: &'a [Row],
    weights: &'a SpatialWeights,
}

impl WithSimd for CrossProducts<'_> {
    type Output = Row;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Row {
        let mut sums = [0.0; SHUFFLES];
        for (region, own) in self.rows.iter().enumerate() {
            let lag = lag(self.rows, self.weights, region);
            for shuffle in 0..SHUFFLES {
                sums[shuffle] += own[shuffle] * lag[shuffle];
            }
        }
        sums
    }
}

/// The spatial lag of a region in each shuffle.
#[inline(always)]
pub(crate) fn lag(rows: &[Row], weights: &SpatialWeights, region: usize) -> Row {
    let mut lag = [0.0; SHUFFLES];
    for (to, weight) in weights.links(region) {
        let other = &rows[to];
        for shuffle in 0..SHUFFLES {
            lag[shuffle] += weight * other[shuffle];
        }
    }
    lag
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;
    use crate::stats::random::shuffle;

    #[test]
    fn each_stands_where_it_would_alone() {
        let values: Vec<f64> = (0..50).map(f64::from).collect();
        let weights = path(50);
        for permutations in [1, 7, 8, 9, 20] {
            let of = |rows: &[Row]| cross_products(rows, &weights);
            let own = of_shuffles(&values, 98, permutations, 5, &Progress::new(), of).unwrap();
            let alone = |task: usize| {
                let mut list = values.clone();
                shuffle(&mut list, &mut generator(5, task as u64));
                weights.lag(&list).iter().zip(&list).map(|(lag, own)| lag * own).sum::<f64>()
            };
            assert_eq!(own, (0..permutations).map(alone).collect::<Vec<_>>());
        }
    }

    #[test]
    fn stops_and_counts() {
        let progress = Progress::new();
        let of = |rows: &[Row]| rows[0];
        assert_eq!(of_shuffles(&[1.0; 4], 0, 21, 1, &progress, of), Ok(vec![1.0; 21]));
        assert_eq!(progress.counted(), (21, 21));
        progress.stop();
        assert_eq!(of_shuffles(&[1.0; 4], 0, 21, 1, &progress, of), Err(Stopped));
    }
}
