//! How much work is worth a thread.

/// Elementary steps that a thread should have before it is worth starting: about a fifth of a millisecond.
const WORTH_A_THREAD: usize = 200_000;

/// How many tasks of `cost` elementary steps each go to a thread together.
pub(super) fn tasks_a_thread(cost: usize) -> usize {
    (WORTH_A_THREAD / cost.max(1)).max(1)
}
