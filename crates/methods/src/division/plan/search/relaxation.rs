//! Bounds by prices: every industry chooses its homes on its own.

use super::super::problem::{Bounds, Checked, CheckedFriction};
use super::{OutOfWork, Part};

/// A set of homes of one industry.
#[derive(Debug, Clone, Copy)]
pub(super) struct HomeSet {
    /// Regions, as bits.
    pub(super) homes: u16,
    /// Value less friction among them.
    pub(super) value: f64,
}

/// What industries choose under prices.
#[derive(Debug, Clone)]
pub(super) struct Relaxation {
    /// No plan has a greater objective.
    pub(super) bound: f64,
    /// What each industry chooses, as bits.
    pub(super) chosen: Vec<u16>,
    /// What each industry gets from it, after prices.
    pub(super) most: Vec<f64>,
    /// How many choose each region.
    pub(super) counts: Vec<usize>,
    /// Whether the choices are a plan whose objective is the bound.
    pub(super) is_attained: bool,
}

/// Sums of the prices of sets of regions.
pub(super) struct PriceSums<'p> {
    prices: &'p [f64],
    table: Vec<f64>,
}

impl PriceSums<'_> {
    /// Sum of the prices of a set. The highest region comes first, in the table as without it, so that both round alike.
    pub(super) fn of(&self, homes: u16) -> f64 {
        match self.table.get(usize::from(homes)) {
            Some(&sum) => sum,
            None => ones_downwards(homes).map(|region| self.prices[region]).fold(0.0, |sum, price| sum + price),
        }
    }
}

/// Computes bounds, and counts the work.
pub(super) struct Relaxer<'a> {
    checked: &'a Checked,
    friction: &'a CheckedFriction,
    work_left: u64,
}

/// Lists the sets of homes that each industry may have.
pub(super) fn home_sets(checked: &Checked, friction: &CheckedFriction) -> Vec<Vec<HomeSet>> {
    (0..checked.n_industries).map(|industry| home_sets_of(checked, friction, industry)).collect()
}

fn home_sets_of(checked: &Checked, friction: &CheckedFriction, industry: usize) -> Vec<HomeSet> {
    let bits = |marked: &[bool]| {
        let is_marked = |region: &usize| marked[region * checked.n_industries + industry];
        (0..checked.n_regions).filter(is_marked).fold(0_u16, |bits, region| bits | 1 << region)
    };
    let (allowed, pinned) = (bits(&checked.allowed), bits(&checked.pinned));
    let Bounds { min, max } = checked.homes[industry];
    let fits = |homes: &u16| {
        let n = homes.count_ones() as usize;
        homes & !allowed == 0 && homes & pinned == pinned && (min..=max).contains(&n)
    };
    let all = 0..=((1_u32 << checked.n_regions) - 1) as u16;
    all.filter(fits).map(|homes| HomeSet { homes, value: value(checked, friction, industry, homes) }).collect()
}

/// Value less friction of a set of homes.
fn value(checked: &Checked, friction: &CheckedFriction, industry: usize, homes: u16) -> f64 {
    let mut value = 0.0;
    for second in ones(homes) {
        value += checked.gains[second * checked.n_industries + industry];
        for first in ones(homes).take_while(|&first| first < second) {
            value -= friction.cost(first, second, industry);
        }
    }
    value
}

/// Positions of the bits that are set.
fn ones(bits: u16) -> impl Iterator<Item = usize> {
    (0..16).filter(move |position| bits >> position & 1 == 1)
}

/// The same from the highest position on.
fn ones_downwards(mut bits: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let position = bits.checked_ilog2()?;
        bits ^= 1 << position;
        Some(position as usize)
    })
}

impl<'a> Relaxer<'a> {
    pub(super) fn new(checked: &'a Checked, friction: &'a CheckedFriction) -> Self {
        Self { checked, friction, work_left: 0 }
    }

    /// Allows as many sets of homes to be looked at from now on.
    pub(super) fn allow(&mut self, work: u64) {
        self.work_left = work;
    }

    fn spend(&mut self, sets: &[Vec<HomeSet>]) -> Result<(), OutOfWork> {
        let work = sets.iter().map(Vec::len).sum::<usize>() as u64;
        self.work_left = self.work_left.checked_sub(work).ok_or(OutOfWork)?;
        Ok(())
    }

    /// Lets every industry choose under prices. No industry may be without sets.
    pub(super) fn relax(&mut self, sets: &[Vec<HomeSet>], prices: &[f64]) -> Result<Relaxation, OutOfWork> {
        self.spend(sets)?;
        Ok(self.choose(sets, prices))
    }

    /// The bound of a part under its prices, whatever work is left.
    pub(super) fn bound(&self, part: &Part) -> f64 {
        self.choose(&part.sets, &part.prices).bound
    }

    fn choose(&self, sets: &[Vec<HomeSet>], prices: &[f64]) -> Relaxation {
        let sums = self.price_sums(prices, sets);
        let mut chosen = Vec::with_capacity(sets.len());
        let mut most = Vec::with_capacity(sets.len());
        let mut counts = vec![0; prices.len()];
        for sets in sets {
            let (mut best, mut homes) = (f64::NEG_INFINITY, 0);
            for set in sets {
                let gain = set.value - sums.of(set.homes);
                if gain > best {
                    (best, homes) = (gain, set.homes);
                }
            }
            chosen.push(homes);
            most.push(best);
            ones(homes).for_each(|region| counts[region] += 1);
        }
        let mut bound = most.iter().sum::<f64>();
        for (price, focuses) in prices.iter().zip(&self.checked.focuses) {
            bound += price * self.sold(*price, focuses) as f64;
        }
        let is_attained = (0..prices.len()).all(|region| self.excess(region, counts[region], prices[region]) == 0);
        Relaxation { bound, chosen, most, counts, is_attained }
    }

    /// Number of focuses that a region would best sell at a price.
    fn sold(&self, price: f64, focuses: &Bounds) -> usize {
        if price > 0.0 { focuses.max.min(self.checked.n_industries) } else { focuses.min }
    }

    /// By how many more a region is chosen than it would best sell at its price.
    pub(super) fn excess(&self, region: usize, count: usize, price: f64) -> isize {
        let focuses = &self.checked.focuses[region];
        let sold = if price == 0.0 { count.clamp(focuses.min, focuses.max) } else { self.sold(price, focuses) };
        count as isize - sold as isize
    }

    /// Moves prices along the excess: `distance` is how far the bound would fall if it were linear.
    pub(super) fn step(&self, prices: &mut [f64], relaxation: &Relaxation, distance: f64) {
        let excess: Vec<f64> = (prices.iter().zip(&relaxation.counts).enumerate())
            .map(|(region, (price, count))| self.excess(region, *count, *price) as f64)
            .collect();
        let squares: f64 = excess.iter().map(|excess| excess * excess).sum();
        if squares == 0.0 {
            return;
        }
        for (price, excess) in prices.iter_mut().zip(excess) {
            let moved = *price + distance / squares * excess;
            // The bound has a bend at zero: stop there.
            *price = if *price * moved < 0.0 { 0.0 } else { moved };
        }
    }

    /// Sums of the prices of sets of regions: all of them beforehand where many will be asked for.
    pub(super) fn price_sums<'p>(&self, prices: &'p [f64], sets: &[Vec<HomeSet>]) -> PriceSums<'p> {
        let mut table = Vec::new();
        if sets.iter().map(Vec::len).sum::<usize>() > (1 << prices.len()) / 2 {
            table = vec![0.0; 1 << prices.len()];
            for homes in 1..table.len() {
                table[homes] = table[homes & (homes - 1)] + prices[homes.trailing_zeros() as usize];
            }
        }
        PriceSums { prices, table }
    }

    /// What each pair is worth to its industry, before the region's price: infinite where it is settled.
    pub(super) fn worths(&mut self, part: &Part) -> Result<Vec<f64>, OutOfWork> {
        self.spend(&part.sets)?;
        let n_regions = self.checked.n_regions;
        let sums = self.price_sums(&part.prices, &part.sets);
        let mut worths = vec![0.0; n_regions * self.checked.n_industries];
        for (industry, sets) in part.sets.iter().enumerate() {
            let mut with = [f64::NEG_INFINITY; 16];
            let mut without = [f64::NEG_INFINITY; 16];
            for set in sets {
                let gain = set.value - sums.of(set.homes);
                for region in 0..n_regions {
                    let side = if set.homes >> region & 1 == 1 { &mut with } else { &mut without };
                    side[region] = side[region].max(gain);
                }
            }
            for region in 0..n_regions {
                let worth = with[region] - without[region] + part.prices[region];
                worths[region * self.checked.n_industries + industry] = worth;
            }
        }
        Ok(worths)
    }

    /// Whether all regions have a number of focuses that they may have.
    pub(super) fn meets_focuses(&self, homes: &[u16]) -> bool {
        self.checked.focuses.iter().enumerate().all(|(region, focuses)| {
            let count = homes.iter().filter(|homes| **homes >> region & 1 == 1).count();
            (focuses.min..=focuses.max).contains(&count)
        })
    }

    /// Objective of a plan.
    pub(super) fn objective(&self, homes: &[u16]) -> f64 {
        homes.iter().enumerate().map(|(industry, &homes)| value(self.checked, self.friction, industry, homes)).sum()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn price_sums_are_the_same_with_a_table_and_without() {
        let prices = [0.1, -0.7, 1e-9, 0.3];
        let mut table = vec![0.0; 16];
        for homes in 1..16_usize {
            table[homes] = table[homes & (homes - 1)] + prices[homes.trailing_zeros() as usize];
        }
        let with = PriceSums { prices: &prices, table };
        let without = PriceSums { prices: &prices, table: Vec::new() };
        for homes in 0..16 {
            assert_eq!(with.of(homes), without.of(homes));
        }
    }
}
