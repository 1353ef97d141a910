//! An order in which regions are eliminated from I - rho W so that little is filled, and what is filled in it.

use crate::stats::SpatialWeights;
use crate::{Progress, Stopped};

/// Which cells the factors of I - rho W fill, for any rho: the same ones below the diagonal as right of it.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The region at each place of the order.
    pub(super) order: Vec<usize>,
    /// Cells of place k are `starts[k]..starts[k + 1]`.
    pub(super) starts: Vec<usize>,
    /// The later place of each cell, ascending.
    pub(super) later: Vec<u32>,
    /// W from a cell's own place to its later one.
    pub(super) onward: Vec<f64>,
    /// W from a cell's later place to its own one.
    pub(super) back: Vec<f64>,
}

impl Pattern {
    /// Eliminates the region with the fewest neighbours again and again, which links those to each other. None where the
    /// factors would take more than `most` multiplications.
    ///
    /// # Source
    ///
    /// Rose (1972), in Read (editor), Graph Theory and Computing, Academic Press, 183-217.
    pub(super) fn of(weights: &SpatialWeights, most: usize, progress: &Progress) -> Result<Option<Self>, Stopped> {
        let regions = weights.n_regions();
        let mut adjacent = neighbours_either_way(weights);
        let (mut order, mut place, mut later) = (Vec::with_capacity(regions), vec![0; regions], Vec::new());
        let mut left: Vec<usize> = (0..regions).collect();
        let mut multiplications = 0_usize;
        while let Some(at) = (0..left.len()).min_by_key(|&at| (adjacent[left[at]].len(), left[at])) {
            progress.check()?;
            let region = left.swap_remove(at);
            let own = std::mem::take(&mut adjacent[region]);
            multiplications += own.len() * own.len();
            if multiplications > most {
                return Ok(None);
            }
            for &other in &own {
                let of_other = &mut adjacent[other as usize];
                *of_other = united(of_other, &own, [region as u32, other]);
            }
            place[region] = order.len() as u32;
            order.push(region);
            later.push(own);
        }
        Ok(Some(Self::in_places(weights, order, &place, later)))
    }

    /// Names regions by their places, and puts the weights where they belong.
    fn in_places(weights: &SpatialWeights, order: Vec<usize>, place: &[u32], by_place: Vec<Vec<u32>>) -> Self {
        let (mut starts, mut later) = (vec![0], Vec::with_capacity(by_place.iter().map(Vec::len).sum()));
        for own in by_place {
            let start = later.len();
            later.extend(own.into_iter().map(|region| place[region as usize]));
            later[start..].sort_unstable();
            starts.push(later.len());
        }
        let mut pattern = Self { order, onward: vec![0.0; later.len()], back: vec![0.0; later.len()], starts, later };
        for from in 0..weights.n_regions() {
            for (to, weight) in weights.links(from) {
                let (from, to) = (place[from], place[to]);
                // Every link is a cell: its regions are neighbours until the first of them is eliminated.
                if let Some(cell) = pattern.cell(from.min(to) as usize, from.max(to)) {
                    let direction = if from < to { &mut pattern.onward } else { &mut pattern.back };
                    direction[cell] = weight;
                }
            }
        }
        pattern
    }

    fn cell(&self, place: usize, later: u32) -> Option<usize> {
        let cells = self.cells(place);
        self.later[cells.clone()].binary_search(&later).ok().map(|at| cells.start + at)
    }

    /// Number of regions.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// The cells of a place.
    pub(super) fn cells(&self, place: usize) -> std::ops::Range<usize> {
        self.starts[place]..self.starts[place + 1]
    }
}

/// The regions that each is linked with, in either direction, ascending.
fn neighbours_either_way(weights: &SpatialWeights) -> Vec<Vec<u32>> {
    let mut adjacent = vec![Vec::new(); weights.n_regions()];
    for from in 0..weights.n_regions() {
        for (to, _) in weights.links(from) {
            adjacent[from].push(to as u32);
            adjacent[to].push(from as u32);
        }
    }
    for own in &mut adjacent {
        own.sort_unstable();
        own.dedup();
    }
    adjacent
}

/// What is in one of two ascending lists or in both, without two items.
fn united(first: &[u32], second: &[u32], without: [u32; 2]) -> Vec<u32> {
    let (mut first, mut second) = (first.iter().copied().peekable(), second.iter().copied().peekable());
    let mut both = Vec::with_capacity(first.len() + second.len());
    loop {
        let next = match (first.peek(), second.peek()) {
            (Some(&a), Some(&b)) => a.min(b),
            (Some(&one), None) | (None, Some(&one)) => one,
            (None, None) => return both,
        };
        first.next_if_eq(&next);
        second.next_if_eq(&next);
        if !without.contains(&next) {
            both.push(next);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;

    #[test]
    fn a_path_fills_nothing_and_a_ring_one_chord_a_region() {
        let of = |weights: &SpatialWeights| Pattern::of(weights, 1_000, &Progress::new()).unwrap();
        let cells = |weights: &SpatialWeights| of(weights).unwrap().later.len();
        assert_eq!(cells(&path(50)), 49);
        let ring: Vec<_> = (0..50).map(|region| (region, (region + 1) % 50)).collect();
        // Each region but the last two links its two neighbours.
        assert_eq!(cells(&SpatialWeights::from_pairs(50, &ring).unwrap()), 50 + 47);
    }

    #[test]
    fn every_link_keeps_its_weight_and_direction() {
        let links: Vec<_> = (0..40_usize)
            .flat_map(|from| [(from, (from * 7 + 3) % 40, 1.0 + from as f64), (from, (from * 7 + 14) % 40, 0.5)])
            .filter(|link| link.0 != link.1)
            .collect();
        let weights = SpatialWeights::from_links(40, &links).unwrap();
        let of = |most: usize| Pattern::of(&weights, most, &Progress::new()).unwrap();
        let pattern = of(100_000).unwrap();
        assert!(of(100).is_none());
        let mut found = 0;
        for place in 0..40 {
            for cell in pattern.cells(place) {
                let (own, other) = (pattern.order[place], pattern.order[pattern.later[cell] as usize]);
                assert_eq!(pattern.onward[cell], weights.weight(own, other));
                assert_eq!(pattern.back[cell], weights.weight(other, own));
                found += usize::from(pattern.onward[cell] > 0.0) + usize::from(pattern.back[cell] > 0.0);
            }
        }
        assert_eq!(found, weights.n_links());
    }
}
