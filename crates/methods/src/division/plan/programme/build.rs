//! The integer programme of a division plan.
//!
//! ```text
//! y[unit, region] in {0, 1}                       within masks
//! z >= y[unit, r] + y[unit, s] - 1, 0 <= z <= 1   for pairs of homes that cost something together
//! w[unit] in {0, 1}, min * w <= homes <= max * w  for units that have no home or several
//! ```

use good_lp::{Constraint, Expression, ProblemVariables, Variable, constraint, variable};

use super::super::homes::{Mask, ones};
use super::super::model::{Model, Span, Unit};

/// A programme to be maximised.
pub(super) struct Programme {
    pub(super) variables: ProblemVariables,
    pub(super) objective: Expression,
    pub(super) constraints: Vec<Constraint>,
    /// Variables of slots come first: as many.
    pub(super) n_slots: usize,
    /// What 1 of the programme's objective is worth: coefficients of the programme are at most 1.
    pub(super) unit: f64,
}

/// Variables of a programme, about.
pub(super) fn count(model: &Model) -> usize {
    let slots = model.units.len() * model.n_places;
    slots + model.units.iter().map(|unit| shared_pairs(unit, unit.mask).count()).sum::<usize>()
}

/// Pairs of regions that cost something together.
fn shared_pairs(unit: &Unit, mask: Mask) -> impl Iterator<Item = (usize, usize)> {
    let pairs = ones(mask.allowed)
        .flat_map(move |second| ones(mask.allowed & ((1 << second) - 1)).map(move |first| (first, second)));
    pairs.filter(|&(first, second)| unit.rule.max > 1 && unit.cost(first, second) > 0.0)
}

impl Programme {
    /// The programme of all plans within masks but for those left out. Nothing where a mask contradicts itself.
    pub(super) fn build(model: &Model, masks: &[Mask], without: &[Vec<u128>]) -> Option<Self> {
        if masks.iter().any(|mask| mask.pinned & !mask.allowed != 0) {
            return None;
        }
        let mut variables = ProblemVariables::new();
        let has = |bits: u128, region: usize| f64::from(u8::from(bits >> region & 1 == 1));
        let y: Vec<Variable> = masks
            .iter()
            .flat_map(|mask| (0..model.n_places).map(move |at| (has(mask.pinned, at), has(mask.allowed, at))))
            .map(|(least, most)| variables.add(variable().integer().min(least).max(most)))
            .collect();
        let unit = if model.scale > 0.0 { model.scale } else { 1.0 };
        let mut programme = Self {
            variables,
            objective: Expression::with_capacity(y.len()),
            constraints: Vec::new(),
            n_slots: y.len(),
            unit,
        };
        for (at, content) in model.units.iter().enumerate() {
            programme.add_unit(content, masks[at], &y[at * model.n_places..(at + 1) * model.n_places]);
        }
        programme.add_rows(model, &y);
        for homes in without {
            programme.leave_out(model, homes, &y);
        }
        Some(programme)
    }

    /// Gains, friction, numbers of homes and caps of a unit.
    fn add_unit(&mut self, unit: &Unit, mask: Mask, y: &[Variable]) {
        for (&y, &gain) in y.iter().zip(&unit.gains) {
            self.objective.add_mul(gain / self.unit, y);
        }
        for (first, second) in shared_pairs(unit, mask) {
            let z = self.variables.add(variable().min(0.0).max(1.0));
            self.objective.add_mul(-unit.cost(first, second) / self.unit, z);
            self.constraints.push(constraint!(y[first] + y[second] - z <= 1.0));
        }
        let homes: Expression = y.iter().copied().sum();
        let (least, most) = (unit.rule.min as f64, unit.rule.max as f64);
        if !unit.rule.none {
            self.constraints.push(constraint!(homes.clone() >= least));
            self.constraints.push(constraint!(homes <= most));
        } else if unit.rule.min > 1 {
            let w = self.variables.add(variable().binary());
            self.constraints.push(constraint!(homes.clone() - least * w >= 0.0));
            self.constraints.push(constraint!(homes - most * w <= 0.0));
        } else {
            self.constraints.push(constraint!(homes <= most));
        }
        for (weights, most) in &unit.caps {
            let largest = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            let sum: Expression = y.iter().zip(weights).map(|(&y, weight)| y * (weight / largest)).sum();
            self.constraints.push(constraint!(sum <= most / largest));
        }
    }

    /// What holds units together.
    fn add_rows(&mut self, model: &Model, y: &[Variable]) {
        for row in &model.rows {
            let sum = |share: f64, total: &[(usize, f64)]| {
                let own = row.terms.iter().map(|&(slot, coefficient)| y[slot] * coefficient);
                own.chain(total.iter().map(|&(slot, weight)| y[slot] * (-share * weight))).sum::<Expression>()
            };
            match row.span {
                Span::Fixed((least, most)) => {
                    if least.is_finite() {
                        self.constraints.push(constraint!(sum(0.0, &[]) >= least));
                    }
                    if most.is_finite() {
                        self.constraints.push(constraint!(sum(0.0, &[]) <= most));
                    }
                }
                Span::Total { .. } => {}
                Span::Share { balance, shares: (floor, ceiling) } => {
                    let total = &model.rows[model.totals[balance]].terms;
                    if floor > 0.0 {
                        self.constraints.push(constraint!(sum(floor, total) >= 0.0));
                    }
                    if ceiling < 1.0 {
                        self.constraints.push(constraint!(sum(ceiling, total) <= 0.0));
                    }
                }
            }
        }
    }

    /// One slot at least must be other than in a plan.
    fn leave_out(&mut self, model: &Model, homes: &[u128], y: &[Variable]) {
        let mut other = Expression::with_capacity(y.len());
        for (slot, &y) in y.iter().enumerate() {
            match homes[slot / model.n_places] >> (slot % model.n_places) & 1 == 1 {
                true => other = other + 1.0 - y,
                false => other += y,
            }
        }
        self.constraints.push(constraint!(other >= 1.0));
    }
}
