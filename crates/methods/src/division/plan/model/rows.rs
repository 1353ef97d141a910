//! Rows of a model: sums that hold the choices of units together.

use super::super::checked::{Checked, SUM_TOLERANCE};
use super::super::conflict::Constraint;
use super::super::problem::{Balance, Bounds};
use super::Model;
use crate::Matrix;

/// Least and greatest number.
pub(in super::super) type Range = (f64, f64);

/// What the sum of a row must keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) enum Span {
    /// Two ends.
    Fixed(Range),
    /// Nothing, but shares depend on it: what all regions weigh together in a balance.
    Total {
        /// Which of the balances of the model.
        balance: usize,
        /// The mean share of a region.
        share: f64,
    },
    /// A least and a greatest share of a balance's total: what one region weighs.
    Share {
        /// Which of the balances of the model.
        balance: usize,
        /// The shares.
        shares: Range,
    },
}

/// A sum over slots, and what it must keep to.
#[derive(Debug, Clone)]
pub(in super::super) struct Row {
    pub(in super::super) span: Span,
    /// Slots and their coefficients.
    pub(in super::super) terms: Vec<(usize, f64)>,
    /// What sums may be off by.
    pub(in super::super) tolerance: f64,
}

impl Row {
    fn fixed(least: f64, most: f64, terms: Vec<(usize, f64)>) -> Self {
        let tolerance = tolerance(sizes(&terms));
        Self { span: Span::Fixed((least, most)), terms, tolerance }
    }

    /// The ends when totals are within ranges, by balance.
    pub(in super::super) fn ends(&self, totals: &[Range]) -> Range {
        match self.span {
            Span::Fixed(ends) => ends,
            Span::Total { balance, .. } => totals[balance],
            Span::Share { balance, shares: (floor, ceiling) } => {
                (floor * totals[balance].0, ceiling * totals[balance].1)
            }
        }
    }

    /// A difference that weighs like one of a count: about what a region may weigh, in a balance.
    pub(in super::super) fn measure(&self, totals: &[Range]) -> f64 {
        let weighs = |balance: usize, share: f64| (share * totals[balance].1).max(self.tolerance);
        match self.span {
            Span::Fixed(_) => 1.0,
            Span::Total { balance, share } => weighs(balance, share),
            Span::Share { balance, shares: (floor, ceiling) } => {
                weighs(balance, if ceiling < 1.0 { ceiling } else { floor })
            }
        }
    }

    /// By how much a sum is outside: positive above, negative below.
    pub(in super::super) fn excess(&self, sum: f64, (least, most): Range) -> f64 {
        if sum > most + self.tolerance {
            sum - most
        } else if sum < least - self.tolerance {
            sum - least
        } else {
            0.0
        }
    }
}

fn sizes(terms: &[(usize, f64)]) -> f64 {
    terms.iter().map(|(_, coefficient)| coefficient.abs()).sum()
}

fn tolerance(size: f64) -> f64 {
    SUM_TOLERANCE * size.max(1.0)
}

/// How many units a place may have, where that excludes something. `weight` is how often a unit counts.
pub(super) fn count_rows(places: &[Bounds], most: usize, weight: impl Fn(usize) -> f64, model: &Model) -> Vec<Row> {
    let binds = |bounds: &Bounds| bounds.min > 0 || bounds.max < most;
    let row = |(place, bounds): (usize, &Bounds)| {
        let terms = (0..model.units.len()).map(|unit| (model.slot(unit, place), weight(unit)));
        Row::fixed(bounds.min as f64, bounds.max as f64, terms.collect())
    };
    places.iter().enumerate().filter(|(_, bounds)| binds(bounds)).map(row).collect()
}

/// Industries apart, and stages beside centres.
pub(super) fn other_rows(checked: &Checked<'_>, model: &Model) -> Vec<Row> {
    let mut rows = Vec::new();
    for other in &checked.others {
        match *other {
            Constraint::Apart { group, region } => {
                let mut members = checked.problem.apart[group].clone();
                members.sort_unstable();
                members.dedup();
                let terms = added(members.iter().map(|&industry| (model.slot_of(region, industry), 1.0)));
                rows.push(Row::fixed(f64::NEG_INFINITY, 1.0, terms));
            }
            Constraint::Stage { link, centre } => rows.extend(stage_row(checked, model, link, centre)),
            _ => {}
        }
    }
    rows
}

/// A balance that excludes something, in weights of which the largest is 1.
pub(in super::super) struct Weighed<'a> {
    weights: &'a Matrix,
    largest: f64,
    /// The least and the greatest share of each region.
    pub(in super::super) shares: Vec<Range>,
    /// What all pairs of each region weigh together.
    own: Vec<f64>,
    size: f64,
}

impl Weighed<'_> {
    pub(in super::super) fn weight(&self, region: usize, industry: usize) -> f64 {
        self.weights.get(region, industry) / self.largest
    }

    /// What the weight of a region may be off by.
    pub(in super::super) fn tolerance(&self, region: usize) -> f64 {
        let (floor, ceiling) = self.shares[region];
        let share = if ceiling < 1.0 { ceiling } else { floor };
        let own = self.own[region];
        tolerance(own * (1.0 - share) + (self.size - own) * share)
    }

    /// What the total may be off by.
    pub(in super::super) fn tolerance_of_total(&self) -> f64 {
        tolerance(self.size)
    }
}

/// The balances that exclude something.
pub(in super::super) fn weighed<'a>(checked: &Checked<'a>) -> Vec<Weighed<'a>> {
    let weighed = |(balance, content): (usize, &'a Balance)| {
        let shares = shares(checked, balance);
        if shares.iter().all(|&shares| shares == ANY_SHARE) {
            return None;
        }
        let weights = &content.weights;
        let largest = weights.cells().iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let of_region = |region: usize| weights.row(region).iter().map(|weight| weight / largest).sum::<f64>();
        let own: Vec<f64> = (0..checked.n_regions).map(of_region).collect();
        Some(Weighed { weights, largest, shares, size: own.iter().sum(), own })
    };
    checked.problem.balances.iter().enumerate().filter_map(weighed).collect()
}

/// The total of every balance, and the shares of its regions.
pub(super) fn balance_rows(checked: &Checked<'_>, model: &Model) -> Vec<Row> {
    let mut rows = Vec::new();
    for (balance, weighed) in weighed(checked).iter().enumerate() {
        let of_region = |region: usize| {
            let weights = (0..checked.n_industries).map(|industry| (industry, weighed.weight(region, industry)));
            added(
                weights
                    .filter(|(_, weight)| *weight > 0.0)
                    .map(|(industry, weight)| (model.slot_of(region, industry), weight)),
            )
        };
        let regions: Vec<Vec<(usize, f64)>> = (0..checked.n_regions).map(of_region).collect();
        let mut all: Vec<(usize, f64)> = regions.iter().flatten().copied().collect();
        all.sort_unstable_by_key(|(slot, _)| *slot);
        let span = Span::Total { balance, share: 1.0 / checked.n_regions as f64 };
        rows.push(Row { span, terms: all, tolerance: weighed.tolerance_of_total() });
        for (region, terms) in regions.into_iter().enumerate() {
            let shares = weighed.shares[region];
            if shares != ANY_SHARE {
                rows.push(Row { span: Span::Share { balance, shares }, terms, tolerance: weighed.tolerance(region) });
            }
        }
    }
    rows
}

/// What every share keeps to.
const ANY_SHARE: Range = (0.0, 1.0);

/// The shares that regions must keep to in a balance.
fn shares(checked: &Checked<'_>, of: usize) -> Vec<Range> {
    let content = &checked.problem.balances[of];
    let mut shares = vec![ANY_SHARE; checked.n_regions];
    for other in &checked.others {
        match *other {
            Constraint::BalanceFloor { balance, region } if balance == of => shares[region].0 = content.floor[region],
            Constraint::BalanceCeiling { balance, region } if balance == of => {
                shares[region].1 = content.ceiling[region];
            }
            _ => {}
        }
    }
    shares
}

/// y[centre, function] - sum over its neighbours of y[neighbour, stage] <= 0.
fn stage_row(checked: &Checked<'_>, model: &Model, link: usize, centre: usize) -> Option<Row> {
    let rule = checked.problem.centre_periphery.as_ref()?;
    let &(function, stage) = rule.links.get(link)?;
    let beside = |pair: &&(usize, usize)| pair.0 == centre && !rule.centres.contains(&pair.1);
    let mut neighbours: Vec<usize> = rule.neighbours.iter().filter(beside).map(|pair| pair.1).collect();
    neighbours.sort_unstable();
    neighbours.dedup();
    let has = (model.slot_of(centre, function), 1.0);
    let beside = neighbours.into_iter().map(|region| (model.slot_of(region, stage), -1.0));
    Some(Row::fixed(f64::NEG_INFINITY, 0.0, added([has].into_iter().chain(beside))))
}

/// Terms with those of the same slot added up.
fn added(terms: impl Iterator<Item = (usize, f64)>) -> Vec<(usize, f64)> {
    let mut added: Vec<(usize, f64)> = Vec::new();
    for (slot, coefficient) in terms {
        match added.iter_mut().find(|(other, _)| *other == slot) {
            Some((_, sum)) => *sum += coefficient,
            None => added.push((slot, coefficient)),
        }
    }
    added.sort_unstable_by_key(|(slot, _)| *slot);
    added
}
