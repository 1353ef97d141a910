//! The problem as a search sees it: units that choose their places, and rows that hold their choices together.
//!
//! There are two ways to see it. By industries, units are industries (those that belong together are one) and their places
//! are the regions that are their homes; friction, which is between the homes of an industry, is then a matter of single
//! units. By regions, units are regions and their places the industries that they focus on; how much a region weighs in a
//! balance is then a matter of single units, and bounds are far tighter. What this calls homes are focuses there.

mod rows;
mod totals;
mod units;

use super::checked::Checked;
use super::conflict::Constraint;
use super::homes::{HomeSet, count, ones};
use super::problem::Bounds;
pub(super) use rows::{Range, Row, Span};
pub(super) use totals::admissible;
pub(super) use units::Unit;
use units::{region_unit, unit, units_of};

/// A plan and its objective.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) objective: f64,
    /// Homes by unit.
    pub(super) homes: Vec<u128>,
}

/// Units, rows, and which rows a slot (a unit in a place) is part of.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) n_places: usize,
    pub(super) units: Vec<Unit>,
    pub(super) rows: Vec<Row>,
    /// By slot: rows and coefficients.
    pub(super) entries: Vec<Vec<(usize, f64)>>,
    /// How many units each place may have.
    pub(super) places: Vec<Bounds>,
    /// Largest coefficient of the objective.
    pub(super) scale: f64,
    /// No plan's objective is as low as this.
    pub(super) floor: f64,
    /// Rows of the totals of balances.
    pub(super) totals: Vec<usize>,
    /// Ranges in which these totals may lie, where that is known.
    pub(super) admissible: Vec<Vec<Range>>,
    n_regions: usize,
    /// Unit of each industry, or its place where units are regions.
    of_industry: Vec<usize>,
    by_regions: bool,
}

impl Model {
    /// The problem by industries.
    pub(super) fn new(checked: &Checked<'_>) -> Self {
        let (groups, of_industry) = units_of(checked);
        let units = groups.iter().map(|industries| unit(checked, industries)).collect();
        let mut model = Self::empty(checked, units, checked.focuses.clone(), of_industry);
        let weight = |unit: usize| groups[unit].len() as f64;
        let counts = rows::count_rows(&model.places, checked.n_industries, weight, &model);
        model.add_rows(checked, counts);
        model
    }

    /// The problem by regions, where shares of a balance are what makes it hard, nothing is a matter of an industry's homes
    /// but their number, and regions have no more than `most` sets of focuses to choose from.
    pub(super) fn by_regions(checked: &Checked<'_>, most: usize) -> Option<Self> {
        let is_share =
            |other: &Constraint| matches!(other, Constraint::BalanceFloor { .. } | Constraint::BalanceCeiling { .. });
        let is_simple = |other: &Constraint| {
            is_share(other) || matches!(other, Constraint::Apart { .. } | Constraint::Stage { .. })
        };
        let counted = checked.homes.iter().all(|rule| !rule.none || rule.min <= 1);
        let fits = checked.n_industries <= u128::BITS as usize && checked.friction.is_none() && counted;
        if !fits || !checked.others.iter().any(is_share) || !checked.others.iter().all(is_simple) {
            return None;
        }
        let units: Vec<Unit> = (0..checked.n_regions).map(|region| region_unit(checked, region)).collect();
        let sets: f64 = units.iter().map(|unit| count(unit, unit.mask)).sum();
        if sets > most as f64 {
            return None;
        }
        let homes = checked.demands().homes;
        let mut model = Self::empty(checked, units, homes, (0..checked.n_industries).collect());
        (model.n_places, model.by_regions) = (checked.n_industries, true);
        let counts = rows::count_rows(&model.places, checked.n_regions, |_| 1.0, &model);
        model.add_rows(checked, counts);
        Some(model)
    }

    fn empty(checked: &Checked<'_>, units: Vec<Unit>, places: Vec<Bounds>, of_industry: Vec<usize>) -> Self {
        let size = |unit: &Unit| {
            unit.gains.iter().map(|gain| gain.abs()).sum::<f64>()
                + unit.costs.iter().map(|cost| cost / 2.0).sum::<f64>()
        };
        Self {
            n_places: checked.n_regions,
            entries: Vec::new(),
            rows: Vec::new(),
            totals: Vec::new(),
            admissible: Vec::new(),
            places,
            scale: checked.scale,
            floor: -(units.iter().map(size).sum::<f64>() * 1.001 + checked.scale + 1e-300),
            n_regions: checked.n_regions,
            of_industry,
            by_regions: false,
            units,
        }
    }

    fn add_rows(&mut self, checked: &Checked<'_>, counts: Vec<Row>) {
        self.rows = counts;
        self.rows.extend(rows::other_rows(checked, self));
        self.rows.extend(rows::balance_rows(checked, self));
        let is_total = |row: &usize| matches!(self.rows[*row].span, Span::Total { .. });
        self.totals = (0..self.rows.len()).filter(is_total).collect();
        self.entries = vec![Vec::new(); self.units.len() * self.n_places];
        for (row, content) in self.rows.iter().enumerate() {
            for &(slot, coefficient) in &content.terms {
                self.entries[slot].push((row, coefficient));
            }
        }
    }

    pub(super) fn slot(&self, unit: usize, place: usize) -> usize {
        unit * self.n_places + place
    }

    /// The slot of a region and an industry.
    pub(super) fn slot_of(&self, region: usize, industry: usize) -> usize {
        let of_industry = self.of_industry[industry];
        if self.by_regions { self.slot(region, of_industry) } else { self.slot(of_industry, region) }
    }

    /// Whether industries belong together.
    pub(super) fn has_groups(&self) -> bool {
        self.entries.len() < self.n_regions * self.of_industry.len()
    }

    /// Whether a price of a row is one of what the total is a share of, too. Otherwise the row is priced by what the total
    /// can be, which is less to find prices for, and as good where units see to shares themselves.
    pub(super) fn charges_total(&self, row: &Row) -> bool {
        !self.by_regions && matches!(row.span, Span::Share { .. })
    }

    /// What the total of each balance can be.
    pub(super) fn ranges(&self) -> Vec<Range> {
        let most = |row: &usize| self.rows[*row].terms.iter().map(|(_, weight)| weight).sum::<f64>();
        self.totals.iter().map(|row| (0.0, most(row))).collect()
    }

    /// Sums of all rows when units have these homes.
    pub(super) fn sums(&self, homes: &[u128]) -> Vec<f64> {
        let mut sums = vec![0.0; self.rows.len()];
        for (unit, &homes) in homes.iter().enumerate() {
            for place in ones(homes) {
                for &(row, coefficient) in &self.entries[self.slot(unit, place)] {
                    sums[row] += coefficient;
                }
            }
        }
        sums
    }

    /// The totals of balances that sums of all rows have.
    pub(super) fn totals_of(&self, sums: &[f64]) -> Vec<Range> {
        self.totals.iter().map(|&row| (sums[row], sums[row])).collect()
    }

    /// Whether all rows are met.
    pub(super) fn is_met(&self, sums: &[f64]) -> bool {
        let totals = self.totals_of(sums);
        self.rows.iter().zip(sums).all(|(row, &sum)| row.excess(sum, row.ends(&totals)) == 0.0)
    }

    pub(super) fn objective(&self, homes: &[u128]) -> f64 {
        self.units.iter().zip(homes).map(|(unit, &homes)| unit.value(homes)).sum()
    }

    /// Whether a plan has a slot.
    pub(super) fn has(&self, plan: &Plan, slot: usize) -> bool {
        plan.homes[slot / self.n_places] >> (slot % self.n_places) & 1 == 1
    }

    /// What is known by slot, by pairs of a region and an industry.
    pub(super) fn by_pair<T: Copy>(&self, by_slot: &[T]) -> Vec<T> {
        if by_slot.is_empty() { Vec::new() } else { self.slots_by_pair().map(|slot| by_slot[slot]).collect() }
    }

    /// The slot of every pair of a region and an industry.
    fn slots_by_pair(&self) -> impl Iterator<Item = usize> {
        let industries = 0..self.of_industry.len();
        (0..self.n_regions)
            .flat_map(move |region| industries.clone().map(move |industry| self.slot_of(region, industry)))
    }

    /// Slots by region, and then by the first industry.
    pub(super) fn slots_in_order(&self) -> impl Iterator<Item = usize> {
        let mut seen = vec![false; self.entries.len()];
        self.slots_by_pair().filter(move |&slot| !std::mem::replace(&mut seen[slot], true))
    }

    /// A plan by pairs, region by region.
    pub(super) fn assigned(&self, homes: &[u128]) -> Vec<bool> {
        self.slots_by_pair().map(|slot| homes[slot / self.n_places] >> (slot % self.n_places) & 1 == 1).collect()
    }

    /// The homes that a single set in each list leaves.
    pub(super) fn is_settled(sets: &[std::sync::Arc<Vec<HomeSet>>]) -> bool {
        sets.iter().all(|sets| sets.len() == 1)
    }
}
