//! Bounds by prices: with a price for every row, each unit chooses its homes on its own, and what all choose together
//! bounds every plan from above.

use std::sync::Arc;

use super::super::homes::{self, HomeSet, Mask, ones};
use super::super::model::{Model, Range, Row, Span};
use super::super::watch::{Halt, Meter};
use super::tree::Part;

/// From as many sets of a unit on, prices are added up by tables of eight places each.
const TABLES_FROM: usize = 600;

/// What units still may choose from.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    /// Sets of homes, by unit.
    Listed(Vec<Arc<Vec<HomeSet>>>),
    /// Any set that the unit's mask and rules allow.
    Open(Vec<Mask>),
}

/// What units choose under prices.
#[derive(Debug, Clone)]
pub(super) struct Relaxation {
    /// No plan has a greater objective.
    pub(super) bound: f64,
    /// What each unit chooses.
    pub(super) chosen: Vec<u128>,
    /// What each unit gets from it, after prices.
    pub(super) most: Vec<f64>,
    /// Sums of the rows.
    pub(super) sums: Vec<f64>,
    /// Gains less prices, by slot: only the prices, where sets are listed.
    pub(super) prices_by_slot: Vec<f64>,
}

/// Lets every unit choose under prices. Nothing when a unit has nothing to choose from.
pub(super) fn relax(
    model: &Model,
    part: &Part,
    prices: &[f64],
    meter: &mut Meter<'_>,
) -> Result<Option<Relaxation>, Halt> {
    let prices_by_slot = by_slot(model, prices);
    let n_units = model.units.len();
    let (mut chosen, mut most) = (Vec::with_capacity(n_units), Vec::with_capacity(n_units));
    let mut reduced = vec![0.0; model.n_places];
    for unit in 0..n_units {
        let own = &prices_by_slot[unit * model.n_places..(unit + 1) * model.n_places];
        let best = match &part.choice {
            Choice::Listed(sets) => {
                meter.spend(sets[unit].len() as u64)?;
                best_listed(&sets[unit], own)
            }
            Choice::Open(masks) => {
                for (region, reduced) in reduced.iter_mut().enumerate() {
                    *reduced = model.units[unit].gains[region] - own[region];
                }
                homes::best(&model.units[unit], masks[unit], &reduced, meter)?
            }
        };
        let Some((homes, worth)) = best else { return Ok(None) };
        chosen.push(homes);
        most.push(worth);
    }
    let mut bound = most.iter().sum::<f64>();
    for (row, &price) in model.rows.iter().zip(prices) {
        if price != 0.0 && !model.charges_total(row) {
            let (least, most) = row.ends(&part.totals);
            bound += price * if price > 0.0 { most } else { least };
        }
    }
    let sums = model.sums(&chosen);
    Ok(Some(Relaxation { bound, chosen, most, sums, prices_by_slot }))
}

/// What rows charge each slot.
fn by_slot(model: &Model, prices: &[f64]) -> Vec<f64> {
    let mut charges = prices.to_vec();
    for (row, &price) in model.rows.iter().zip(prices).filter(|(row, _)| model.charges_total(row)) {
        if let Span::Share { balance, shares: (floor, ceiling) } = row.span {
            charges[model.totals[balance]] -= price * if price > 0.0 { ceiling } else { floor };
        }
    }
    let mut by_slot = vec![0.0; model.entries.len()];
    for (row, charge) in model.rows.iter().zip(charges).filter(|(_, charge)| *charge != 0.0) {
        for &(slot, coefficient) in &row.terms {
            by_slot[slot] += charge * coefficient;
        }
    }
    by_slot
}

/// Sums of the prices of sets of places.
pub(super) struct PriceSums<'a> {
    prices: &'a [f64],
    /// Sums by eight places at a time, where many will be asked for.
    tables: Vec<[f64; 256]>,
}

impl<'a> PriceSums<'a> {
    pub(super) fn new(prices: &'a [f64], n_sets: usize) -> Self {
        let mut tables = Vec::new();
        if n_sets > TABLES_FROM {
            for chunk in prices.chunks(8) {
                let mut table = [0.0; 256];
                for bits in 1..1_usize << chunk.len() {
                    table[bits] = table[bits & (bits - 1)] + chunk[bits.trailing_zeros() as usize];
                }
                tables.push(table);
            }
        }
        Self { prices, tables }
    }

    pub(super) fn of(&self, homes: u128) -> f64 {
        if self.tables.is_empty() {
            return ones(homes).map(|region| self.prices[region]).fold(0.0, |sum, price| sum + price);
        }
        let parts = self.tables.iter().zip(homes.to_le_bytes()).map(|(table, bits)| table[usize::from(bits)]);
        parts.fold(0.0, |sum, part| sum + part)
    }
}

fn best_listed(sets: &[HomeSet], prices: &[f64]) -> Option<(u128, f64)> {
    let sums = PriceSums::new(prices, sets.len());
    let mut best: Option<(u128, f64)> = None;
    for set in sets {
        let worth = set.value - sums.of(set.homes);
        if best.is_none_or(|(_, most)| worth > most) {
            best = Some((set.homes, worth));
        }
    }
    best
}

/// By how much each row's sum is above what it would best be at its price, in the row's measure.
fn direction(model: &Model, totals: &[Range], prices: &[f64], sums: &[f64]) -> Vec<f64> {
    let chosen = model.totals_of(sums);
    let excess = |((row, &price), &sum): ((&Row, &f64), &f64)| {
        let (least, most) = row.ends(if model.charges_total(row) { &chosen } else { totals });
        let best = match price {
            price if price > 0.0 => most,
            price if price < 0.0 => least,
            _ => sum.max(least).min(most),
        };
        (sum - best) / row.measure(totals)
    };
    model.rows.iter().zip(prices).zip(sums).map(excess).collect()
}

/// Moves prices along the excess: `distance` is how far the bound would fall if it were linear. Says whether they moved.
pub(super) fn step(model: &Model, totals: &[Range], prices: &mut [f64], sums: &[f64], distance: f64) -> bool {
    let excess = direction(model, totals, prices, sums);
    let squares: f64 = excess.iter().map(|excess| excess * excess).sum();
    if squares == 0.0 || !squares.is_finite() {
        return false;
    }
    for ((price, excess), row) in prices.iter_mut().zip(excess).zip(&model.rows) {
        let moved = *price + distance / squares * excess / row.measure(totals);
        // The bound has a bend at zero: stop there.
        *price = if *price * moved < 0.0 { 0.0 } else { moved };
    }
    true
}

/// What each slot is worth to its unit, before prices: infinite where it is settled.
pub(super) fn worths(
    model: &Model,
    choice: &Choice,
    relaxation: &Relaxation,
    meter: &mut Meter<'_>,
) -> Result<Vec<f64>, Halt> {
    let n_places = model.n_places;
    let mut worths = Vec::with_capacity(model.entries.len());
    for unit in 0..model.units.len() {
        let own = &relaxation.prices_by_slot[unit * n_places..(unit + 1) * n_places];
        match choice {
            Choice::Listed(sets) => {
                meter.spend(2 * sets[unit].len() as u64)?;
                worths.extend(listed_worths(&sets[unit], own, relaxation.chosen[unit]));
            }
            Choice::Open(masks) => {
                let content = &model.units[unit];
                worths.extend((0..n_places).map(|region| {
                    let bit = 1_u128 << region;
                    if masks[unit].allowed & bit == 0 {
                        f64::NEG_INFINITY
                    } else if masks[unit].pinned & bit != 0 {
                        f64::INFINITY
                    } else {
                        let others = ones(relaxation.chosen[unit] & !bit);
                        content.gains[region] - others.map(|other| content.cost(other, region)).sum::<f64>()
                    }
                }));
            }
        }
    }
    Ok(worths)
}

/// The best worth with a region less the best without it, before the region's price.
fn listed_worths(sets: &[HomeSet], prices: &[f64], chosen: u128) -> Vec<f64> {
    let sums = PriceSums::new(prices, sets.len());
    let mut with = vec![f64::NEG_INFINITY; prices.len()];
    let mut without = vec![f64::NEG_INFINITY; prices.len()];
    let mut most = f64::NEG_INFINITY;
    for set in sets {
        let worth = set.value - sums.of(set.homes);
        most = most.max(worth);
        ones(set.homes).for_each(|region| with[region] = with[region].max(worth));
        // All that is without a region, where the best set is with it.
        ones(chosen & !set.homes).for_each(|region| without[region] = without[region].max(worth));
    }
    let worth = |region: usize| {
        let without = if chosen >> region & 1 == 1 { without[region] } else { most };
        with[region] - without + prices[region]
    };
    (0..prices.len()).map(worth).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn price_sums_are_the_same_with_tables_and_without() {
        let prices: Vec<f64> = (0..11).map(|region| f64::from(region * 7 % 5) - 2.0).collect();
        let (with, without) = (PriceSums::new(&prices, TABLES_FROM + 1), PriceSums::new(&prices, 1));
        for homes in 0..1 << 11 {
            assert_eq!(with.of(homes), without.of(homes));
        }
    }

    #[test]
    fn a_worth_is_the_best_with_less_the_best_without() {
        let set = |homes, value| HomeSet { homes, value };
        let sets = [set(0b01, 3.0), set(0b10, 4.0), set(0b11, 5.0)];
        assert_eq!(listed_worths(&sets, &[0.5, 0.25], 0b11), [1.0, 2.0]);
    }
}
