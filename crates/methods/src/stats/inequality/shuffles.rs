//! Statistics of shuffled regions, for permutation tests.

use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::distribution::InequalityError;
use crate::Progress;
use crate::progress::Stopped;
use crate::stats::random::generator;

/// Regions times permutations below which a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 50_000;

/// Computes a statistic of each of `permutations` shuffles, in order.
///
/// `statistic` shuffles with the generator it is given, of the shuffle's own stream, in a workspace that `workspace` makes
/// once for each thread; it must not depend on what the workspace holds.
pub(super) fn of_shuffles<W, S: Send>(
    regions: usize,
    permutations: usize,
    seed: u64,
    progress: &Progress,
    workspace: impl Fn() -> W + Sync + Send,
    statistic: impl Fn(&mut W, &mut ChaCha8Rng) -> S + Sync + Send,
) -> Result<Vec<S>, InequalityError> {
    if permutations == 0 {
        return Err(InequalityError::NoPermutations);
    }
    progress.expect(permutations);
    let of = |workspace: &mut W, task: usize| -> Result<S, Stopped> {
        progress.advance(1)?;
        Ok(statistic(workspace, &mut generator(seed, task as u64)))
    };
    if regions.saturating_mul(permutations) < WORTH_A_THREAD {
        let mut own = workspace();
        return Ok((0..permutations).map(|task| of(&mut own, task)).collect::<Result<_, _>>()?);
    }
    Ok((0..permutations).into_par_iter().map_init(workspace, of).collect::<Result<_, _>>()?)
}
