//! Bounds of a part: better prices, and which sets of homes they leave.

use std::sync::Arc;

use super::super::super::homes;
use super::super::super::watch::Halt;
use super::super::relaxation::{Choice, PriceSums, Relaxation, relax, step};
use super::{FIRST_ROUNDS, Goal, MOST_SETS, Part, Search, retain};

impl Search<'_, '_> {
    /// Lowers the bound of a part by better prices, and offers every plan met on the way. Nothing is left of an empty part.
    pub(super) fn tighten(&mut self, part: &mut Part, rounds: usize) -> Result<Option<Relaxation>, Halt> {
        let mut prices = part.prices.clone();
        let Some(mut current) = relax(self.model, part, &prices, &mut self.meter)? else { return Ok(None) };
        let mut tightest = current.clone();
        let (mut pace, mut stalled) = (1.0, 0);
        for round in 0..rounds {
            if rounds == FIRST_ROUNDS && round > 0 {
                self.work.done(1)?;
            }
            self.offer(&current.chosen);
            part.bound = part.bound.min(tightest.bound);
            let cutoff = self.cutoff();
            if tightest.bound <= cutoff || self.is_attained(&current) || self.is_done() {
                break;
            }
            // Polyak's step towards the best plan known.
            let target = match self.found.is_empty() && !matches!(self.goal, Goal::AtLeast(..)) {
                true => tightest.bound - self.model.scale.max((tightest.bound - self.model.floor) / 50.0),
                false => cutoff.max(tightest.bound - (tightest.bound - self.model.floor) / 10.0),
            };
            if !step(self.model, &part.totals, &mut prices, &current.sums, pace * (current.bound - target)) {
                break;
            }
            let Some(next) = relax(self.model, part, &prices, &mut self.meter)? else { return Ok(None) };
            current = next;
            if current.bound < tightest.bound {
                tightest = current.clone();
                part.prices.clone_from(&prices);
                stalled = 0;
            } else {
                stalled += 1;
            }
            if stalled == 6 {
                (pace, stalled) = (pace / 2.0, 0);
                prices.clone_from(&part.prices);
                current = tightest.clone();
            }
        }
        self.offer(&current.chosen);
        if self.is_attained(&current) && current.bound <= tightest.bound + self.rounding {
            // The choices are the best plan of the part.
            part.prices = prices;
            tightest = current;
        }
        part.bound = part.bound.min(tightest.bound);
        Ok(Some(tightest))
    }

    /// Lists the sets of homes with which a plan may reach the cutoff, if they are not too many.
    pub(super) fn list(&mut self, part: &mut Part, relaxation: &Relaxation) -> Result<(), Halt> {
        let Choice::Open(masks) = &part.choice else { return Ok(()) };
        let slack = relaxation.bound - self.cutoff();
        let n_places = self.model.n_places;
        let mut left = MOST_SETS;
        let mut listed = Vec::with_capacity(masks.len());
        for (unit, content) in self.model.units.iter().enumerate() {
            let own = &relaxation.prices_by_slot[unit * n_places..(unit + 1) * n_places];
            let reduced: Vec<f64> = content.gains.iter().zip(own).map(|(gain, price)| gain - price).collect();
            let threshold = relaxation.most[unit] - slack;
            let sets = homes::list(content, masks[unit], &reduced, threshold, left, &mut self.meter)?;
            let Ok(sets) = sets else { return Ok(()) };
            left -= sets.len();
            listed.push(Arc::new(sets));
        }
        part.choice = Choice::Listed(listed);
        Ok(())
    }

    /// Drops the sets of homes with which no plan reaches the cutoff.
    pub(super) fn drop_hopeless(&mut self, part: &mut Part, relaxation: &Relaxation) -> Result<(), Halt> {
        let Choice::Listed(sets) = &mut part.choice else { return Ok(()) };
        let cutoff = self.cutoff();
        let n_places = self.model.n_places;
        for (unit, sets) in sets.iter_mut().enumerate() {
            self.meter.spend(sets.len() as u64)?;
            let sums = PriceSums::new(&relaxation.prices_by_slot[unit * n_places..(unit + 1) * n_places], sets.len());
            let slack = relaxation.bound - relaxation.most[unit];
            retain(sets, |set| slack + (set.value - sums.of(set.homes)) > cutoff);
        }
        Ok(())
    }
}
