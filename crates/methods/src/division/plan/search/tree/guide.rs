//! Plans that prices point to.

use super::super::super::network::{Demands, Grid, Network};
use super::super::super::problem::Bounds;
use super::super::super::watch::Halt;
use super::super::polish::polish;
use super::super::relaxation::{Relaxation, worths};
use super::{Part, Search};

/// As many parts are guided to a plan at first, and later every so many: it takes longer than bounding them.
const GUIDED_PARTS: u64 = 40;
const GUIDED_EVERY: u64 = 16;

/// Whether to guide the part of this number to a plan.
pub(super) fn is_due(part: u64) -> bool {
    part <= GUIDED_PARTS || part.is_multiple_of(GUIDED_EVERY)
}

impl Search<'_, '_> {
    /// Offers the plan that is nearest to what units choose, by what each slot is worth to them, and what small changes
    /// make of it.
    pub(super) fn offer_guided(&mut self, part: &Part, relaxation: &Relaxation) -> Result<(), Halt> {
        self.meter.look()?;
        let worths = worths(self.model, &part.choice, relaxation, &mut self.meter)?;
        let mut network = self.guide(&worths);
        let meets = network.maximise(&|| self.meter.look_for_stop())?;
        let n_units = self.model.units.len();
        let mut homes = vec![0_u128; n_units];
        for (pair, _) in network.assigned.iter().enumerate().filter(|(_, assigned)| **assigned) {
            homes[pair % n_units] |= 1 << (pair / n_units);
        }
        // The network knows neither caps nor that there may be none or several, but not one.
        let mut meets = meets;
        for (unit, homes) in homes.iter_mut().enumerate() {
            if !self.model.units[unit].allows(self.masks[unit], *homes) {
                (meets, *homes) = (false, relaxation.chosen[unit]);
            }
        }
        let before = self.best().map(|best| best.objective);
        if meets {
            self.offer(&homes);
        }
        let is_new = before.is_none() || self.best().map(|best| best.objective) > before;
        // The same once more would become the same.
        if is_new && self.polished != homes {
            self.polished.clone_from(&homes);
            if let Some(polished) = polish(self.model, &self.masks, homes, &mut self.meter)? {
                self.offer(&polished);
            }
        }
        Ok(())
    }

    /// Units and places as a transportation problem. Other rows than how many units a place has, and units that count for
    /// several industries, are left to small changes afterwards.
    fn guide(&self, worths: &[f64]) -> Network {
        let (n_units, n_places) = (self.model.units.len(), self.model.n_places);
        let finite = worths.iter().filter(|worth| worth.is_finite());
        let grid = Grid::new(finite.fold(0.0_f64, |largest, worth| largest.max(worth.abs())));
        let pairs = || (0..n_places).flat_map(|place| (0..n_units).map(move |unit| (place, unit)));
        let worth = |(place, unit): (usize, usize)| worths[unit * n_places + place];
        let steps = |pair| if worth(pair).is_finite() { grid.steps(worth(pair)) } else { 0 };
        let homes = self
            .model
            .units
            .iter()
            .map(|unit| Bounds { min: if unit.rule.none { 0 } else { unit.rule.min }, max: unit.rule.max });
        let demands = Demands {
            focuses: self.model.places.clone(),
            homes: homes.collect(),
            allowed: pairs().map(|pair| worth(pair) > f64::NEG_INFINITY).collect(),
            pinned: pairs().map(|pair| worth(pair) == f64::INFINITY).collect(),
        };
        Network::new(demands, pairs().map(steps).collect())
    }
}
