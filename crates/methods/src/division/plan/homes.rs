//! Sets of homes of a unit: all that may be of use, or the best one.

use super::model::Unit;
use super::watch::{Halt, Meter};

/// Branches of a walk between two looks at the watch.
const LOOK_EVERY: u64 = 1 << 14;

/// A set of homes.
#[derive(Debug, Clone, Copy)]
pub(super) struct HomeSet {
    /// Places, as bits.
    pub(super) homes: u128,
    /// Value less friction among them.
    pub(super) value: f64,
}

/// Regions that a unit may have, and those that it must have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mask {
    pub(super) allowed: u128,
    pub(super) pinned: u128,
}

/// A mask in which a region is settled.
pub(super) fn with_region(mask: Mask, region: usize, assigned: bool) -> Mask {
    let bit = 1_u128 << region;
    match assigned {
        true => Mask { pinned: mask.pinned | bit, ..mask },
        false => Mask { allowed: mask.allowed & !bit, ..mask },
    }
}

/// Positions of the bits that are set.
pub(super) fn ones(mut bits: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (bits != 0).then(|| {
            let position = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            position
        })
    })
}

/// At most how many sets of homes a unit has; infinite beyond the range of numbers.
pub(super) fn count(unit: &Unit, mask: Mask) -> f64 {
    let free = (mask.allowed & !mask.pinned).count_ones() as usize;
    let pinned = mask.pinned.count_ones() as usize;
    let most = unit.rule.max.saturating_sub(pinned).min(free);
    let (mut sets, mut sum) = (1.0, 1.0);
    for chosen in 1..=most {
        sets *= (free + 1 - chosen) as f64 / chosen as f64;
        sum += sets;
    }
    sum
}

/// Why sets were not listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooMany;

/// Lists the sets of a unit whose value after prices is above a threshold, if they are no more than `limit`.
///
/// `reduced` are gains less prices, by region.
pub(super) fn list(
    unit: &Unit,
    mask: Mask,
    reduced: &[f64],
    threshold: f64,
    limit: usize,
    meter: &mut Meter<'_>,
) -> Result<Result<Vec<HomeSet>, TooMany>, Halt> {
    let mut sets = Vec::new();
    let mut walk = Walk::new(unit, mask, reduced, meter);
    let listed = walk.run(threshold, &mut |homes, _| {
        sets.push(HomeSet { homes, value: unit.value(homes) });
        if sets.len() > limit { None } else { Some(threshold) }
    });
    walk.finish()?;
    Ok(listed.map(|()| sets).ok_or(TooMany))
}

/// The set of homes that is worth most after prices, and what it is worth.
pub(super) fn best(
    unit: &Unit,
    mask: Mask,
    reduced: &[f64],
    meter: &mut Meter<'_>,
) -> Result<Option<(u128, f64)>, Halt> {
    let mut best = None;
    let mut walk = Walk::new(unit, mask, reduced, meter);
    walk.run(f64::NEG_INFINITY, &mut |homes, worth| {
        best = Some((homes, worth));
        Some(worth)
    });
    walk.finish()?;
    Ok(best)
}

/// Walks through the sets of homes of a unit, leaving out branches that stay below a threshold: friction only takes away,
/// so that the best regions left, without friction among them, bound what a branch can still be worth.
struct Walk<'a, 'm, 'w> {
    unit: &'a Unit,
    mask: Mask,
    reduced: &'a [f64],
    /// Free regions by what they are worth, the best first.
    free: Vec<usize>,
    /// Sums of the first of them.
    sums: Vec<f64>,
    positive: usize,
    /// Branches since the last look at the watch.
    work: u64,
    meter: &'m mut Meter<'w>,
    halted: Option<Halt>,
}

/// Where a walk is.
#[derive(Clone, Copy)]
struct At {
    next: usize,
    homes: u128,
    count: usize,
    worth: f64,
}

impl<'a, 'm, 'w> Walk<'a, 'm, 'w> {
    fn new(unit: &'a Unit, mask: Mask, reduced: &'a [f64], meter: &'m mut Meter<'w>) -> Self {
        let mut free: Vec<usize> = ones(mask.allowed & !mask.pinned).collect();
        free.sort_by(|&a, &b| reduced[b].total_cmp(&reduced[a]).then(a.cmp(&b)));
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for &region in &free {
            sum += reduced[region];
            sums.push(sum);
        }
        let positive = free.iter().take_while(|&&region| reduced[region] > 0.0).count();
        Self { unit, mask, reduced, free, sums, positive, work: 0, meter, halted: None }
    }

    /// Counts the work that is left to be counted, and says whether the walk was cut short.
    fn finish(self) -> Result<(), Halt> {
        match self.halted {
            Some(halt) => Err(halt),
            None => self.meter.spend(self.work),
        }
    }

    /// Calls `found` for every set worth more than the threshold; what it returns is the threshold from then on. Nothing
    /// is returned when `found` wants no more, or time is up.
    fn run(&mut self, threshold: f64, found: &mut impl FnMut(u128, f64) -> Option<f64>) -> Option<()> {
        let mut threshold = threshold;
        if self.mask.pinned & !self.mask.allowed != 0 {
            return Some(());
        }
        let pinned = self.mask.pinned;
        let mut worth: f64 = ones(pinned).map(|region| self.reduced[region]).sum();
        for second in ones(pinned) {
            worth -= ones(pinned & ((1 << second) - 1)).map(|first| self.unit.cost(first, second)).sum::<f64>();
        }
        let start = At { next: 0, homes: pinned, count: pinned.count_ones() as usize, worth };
        self.branch(start, &mut threshold, found)
    }

    fn branch(&mut self, at: At, threshold: &mut f64, found: &mut impl FnMut(u128, f64) -> Option<f64>) -> Option<()> {
        self.work += 1;
        if self.work == LOOK_EVERY {
            self.halted = self.meter.spend(std::mem::take(&mut self.work)).err();
            if self.halted.is_some() {
                return None;
            }
        }
        if at.worth > *threshold && self.unit.rule.allows(at.count) && self.unit.keeps_caps(at.homes) {
            *threshold = found(at.homes, at.worth)?;
        }
        for next in at.next..self.free.len() {
            if at.count >= self.unit.rule.max || at.worth + self.most(next, at.count) <= *threshold {
                break;
            }
            let region = self.free[next];
            let friction: f64 = ones(at.homes).map(|other| self.unit.cost(other, region)).sum();
            let worth = at.worth + self.reduced[region] - friction;
            let onward = At { next: next + 1, homes: at.homes | 1 << region, count: at.count + 1, worth };
            if worth + self.most_more(next + 1, onward.count) > *threshold {
                self.branch(onward, threshold, found)?;
            }
        }
        Some(())
    }

    /// The most that one region or more from `next` on add.
    fn most(&self, next: usize, count: usize) -> f64 {
        let least = self.unit.rule.min.saturating_sub(count).max(1);
        self.most_of(next, count, least)
    }

    /// The most that regions from `next` on add, if any are added.
    fn most_more(&self, next: usize, count: usize) -> f64 {
        let enough = self.unit.rule.allows(count);
        let least = if enough { 0 } else { self.unit.rule.min.saturating_sub(count) };
        self.most_of(next, count, least)
    }

    fn most_of(&self, next: usize, count: usize, least: usize) -> f64 {
        let left = self.free.len() - next;
        if least > left {
            return f64::NEG_INFINITY;
        }
        let room = self.unit.rule.max.saturating_sub(count).min(left);
        let wanted = self.positive.saturating_sub(next).min(room).max(least);
        self.sums[next + wanted] - self.sums[next]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_listed_from_the_lowest() {
        assert_eq!(ones(0).count(), 0);
        assert_eq!(ones(1 << 127 | 0b1010).collect::<Vec<_>>(), [1, 3, 127]);
    }
}
