//! Who watches while a plan is looked for.

use std::cell::Cell;

use crate::{Progress, Stopped};

/// How far the work is, whether it is still wanted, and whether its time is up. Methods know no clock: the caller's
/// closure looks at one.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Work done and known to come, and whether the caller has gone.
    pub progress: &'a Progress,
    /// Whether to answer with what there is. It is asked every few milliseconds of work.
    pub time_is_up: &'a (dyn Fn() -> bool + Sync),
    /// Seconds until it is, for engines that look at a clock of their own where they do not ask; infinite where nobody knows.
    pub seconds_left: &'a (dyn Fn() -> f64 + Sync),
}

impl<'a> Watch<'a> {
    /// Time is never up.
    pub fn new(progress: &'a Progress) -> Self {
        Self { progress, time_is_up: &|| false, seconds_left: &|| f64::INFINITY }
    }

    /// Whether to go on.
    pub(super) fn look(&self) -> Result<(), Halt> {
        self.progress.check()?;
        if (self.time_is_up)() { Err(Halt::Up) } else { Ok(()) }
    }
}

/// Why a search ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// The caller wants no answer.
    Stopped(Stopped),
    /// Time or work is up: answer with what there is.
    Up,
}

impl From<Stopped> for Halt {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// Work between two looks at the watch: sets of homes looked at in a few milliseconds.
const LOOK_EVERY: u64 = 1 << 20;

/// Counts work against a limit, and looks at the watch now and then.
#[derive(Clone)]
pub(super) struct Meter<'a> {
    watch: Watch<'a>,
    left: u64,
    until_look: u64,
}

impl<'a> Meter<'a> {
    pub(super) fn new(watch: Watch<'a>, limit: u64) -> Self {
        Self { watch, left: limit, until_look: 0 }
    }

    pub(super) fn watch(&self) -> Watch<'a> {
        self.watch
    }

    /// Counts work that is about to be done.
    pub(super) fn spend(&mut self, work: u64) -> Result<(), Halt> {
        self.left = self.left.checked_sub(work).ok_or(Halt::Up)?;
        match self.until_look.checked_sub(work) {
            Some(left) => self.until_look = left,
            None => {
                self.until_look = LOOK_EVERY;
                self.look()?;
            }
        }
        Ok(())
    }

    /// Looks only whether the caller has gone: of what leads to a plan that may be the first one, and takes a moment.
    pub(super) fn look_for_stop(&self) -> Result<(), Halt> {
        Ok(self.watch.progress.check()?)
    }

    /// Looks at the watch, before work that is not counted.
    pub(super) fn look(&self) -> Result<(), Halt> {
        self.watch.look()
    }
}

/// Work of which nobody knows for certain how much it is: what was expected and is not done counts as done at its end.
pub(super) struct Work<'a> {
    progress: &'a Progress,
    open: Cell<usize>,
}

impl<'a> Work<'a> {
    /// Expects as many steps.
    pub(super) fn new(progress: &'a Progress, steps: usize) -> Self {
        let work = Self { progress, open: Cell::new(0) };
        work.expect(steps);
        work
    }

    /// Expects further steps.
    pub(super) fn expect(&self, steps: usize) {
        self.progress.expect(steps);
        self.open.set(self.open.get() + steps);
    }

    /// Counts a step as done, if one is expected, and looks whether to go on.
    pub(super) fn step(&self, watch: &Watch<'_>) -> Result<(), Halt> {
        self.done(1)?;
        watch.look()
    }

    /// Counts steps as done, as far as they are expected.
    pub(super) fn done(&self, steps: usize) -> Result<(), Stopped> {
        let steps = steps.min(self.open.get());
        self.open.set(self.open.get() - steps);
        self.progress.advance(steps)
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        // Who stops learns it at the next look.
        let _ = self.progress.advance(self.open.get());
    }
}
