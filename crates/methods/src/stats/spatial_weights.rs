//! Spatial weights: who is a neighbour of whom, and by how much.

mod near;

pub use near::Places;

use crate::Stopped;

/// Why there are no spatial weights.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SpatialWeightsError {
    /// The link names a region that is not there, or a region with itself.
    #[error("{from} and {to} are not two of {regions} regions")]
    InvalidLink {
        /// The region whose neighbour it is.
        from: usize,
        /// The neighbour.
        to: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The link is there twice.
    #[error("the link from {from} to {to} is there twice")]
    RepeatedLink {
        /// The region whose neighbour it is.
        from: usize,
        /// The neighbour.
        to: usize,
    },
    /// The weight is negative, NaN or infinite.
    #[error("the link from {from} to {to}: {value} is not a weight")]
    InvalidWeight {
        /// The region whose neighbour it is.
        from: usize,
        /// The neighbour.
        to: usize,
        /// The weight.
        value: f64,
    },
    /// Each region is to have this many nearest neighbours of so many other regions.
    #[error("{count} nearest neighbours of {others} others")]
    InvalidCount {
        /// Neighbours that were asked for.
        count: usize,
        /// Other regions.
        others: usize,
    },
    /// The region is at no place of the earth.
    #[error("region {region}: {latitude} north, {longitude} east is no place")]
    InvalidPlace {
        /// Position of the region.
        region: usize,
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Spatial weights by region: the neighbours of each, in the order of positions, with their weights. Sparse: their cost
/// follows the number of links.
#[derive(Debug, Clone, PartialEq)]
pub struct SpatialWeights {
    /// Links of region r are at `starts[r]..starts[r + 1]`.
    starts: Vec<usize>,
    neighbours: Vec<usize>,
    weights: Vec<f64>,
}

/// Sums over weights that the moments of spatial statistics are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightSums {
    /// S0: all weights.
    pub s0: f64,
    /// S1: half of the squared sums of each weight and its opposite.
    pub s1: f64,
    /// S2: squared sums, over regions, of the weights from and to a region.
    pub s2: f64,
    /// Squared weights: the trace of W'W.
    pub squares: f64,
    /// Products of each weight with its opposite: the trace of WW.
    pub mutual: f64,
}

impl SpatialWeights {
    /// Takes links `(from, to, weight)`, in any order. A weight of zero is no link.
    ///
    /// # Errors
    ///
    /// The first link of a region that is not there, of a region with itself, or with a weight that is none; and a link
    /// that is there twice.
    pub fn from_links(n_regions: usize, links: &[(usize, usize, f64)]) -> Result<Self, SpatialWeightsError> {
        for &(from, to, value) in links {
            if from >= n_regions || to >= n_regions || from == to {
                return Err(SpatialWeightsError::InvalidLink { from, to, regions: n_regions });
            }
            if !(value.is_finite() && value >= 0.0) {
                return Err(SpatialWeightsError::InvalidWeight { from, to, value });
            }
        }
        let mut links: Vec<(usize, usize, f64)> = links.iter().copied().filter(|link| link.2 > 0.0).collect();
        links.sort_unstable_by_key(|&(from, to, _)| (from, to));
        if let Some(twice) = links.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
            return Err(SpatialWeightsError::RepeatedLink { from: twice[0].0, to: twice[0].1 });
        }
        let mut starts = vec![0; n_regions + 1];
        for &(from, ..) in &links {
            starts[from + 1] += 1;
        }
        for region in 0..n_regions {
            starts[region + 1] += starts[region];
        }
        let (neighbours, weights) = links.into_iter().map(|(_, to, weight)| (to, weight)).unzip();
        Ok(Self { starts, neighbours, weights })
    }

    /// Takes pairs of neighbours, each once, and links both to each other with the weight 1.
    ///
    /// # Errors
    ///
    /// As [`SpatialWeights::from_links`].
    pub fn from_pairs(n_regions: usize, pairs: &[(usize, usize)]) -> Result<Self, SpatialWeightsError> {
        let links: Vec<_> = pairs.iter().flat_map(|&(a, b)| [(a, b, 1.0), (b, a, 1.0)]).collect();
        Self::from_links(n_regions, &links)
    }

    /// The same links with each region's weights divided by their sum. A region without neighbours stays without.
    #[must_use]
    pub fn row_standardized(&self) -> Self {
        let mut standardized = self.clone();
        for region in 0..self.n_regions() {
            let links = self.starts[region]..self.starts[region + 1];
            let sum: f64 = self.weights[links.clone()].iter().sum();
            standardized.weights[links].iter_mut().for_each(|weight| *weight /= sum);
        }
        standardized
    }

    /// The weights among some of the regions, by new positions in the order given. `kept` names each region once.
    #[must_use]
    pub fn subset(&self, kept: &[usize]) -> Self {
        let mut new_position = vec![None; self.n_regions()];
        for (new, &old) in kept.iter().enumerate() {
            if let Some(slot) = new_position.get_mut(old) {
                *slot = Some(new);
            }
        }
        let (mut starts, mut neighbours, mut weights) = (vec![0], Vec::new(), Vec::new());
        for &old in kept {
            let mut links: Vec<(usize, f64)> =
                self.links(old).filter_map(|(to, weight)| Some((new_position.get(to).copied()??, weight))).collect();
            links.sort_unstable_by_key(|link| link.0);
            for (to, weight) in links {
                neighbours.push(to);
                weights.push(weight);
            }
            starts.push(neighbours.len());
        }
        Self { starts, neighbours, weights }
    }

    /// The weights the other way round: what a region gives becomes what it receives.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let regions = self.n_regions();
        let mut starts = vec![0; regions + 1];
        for &to in &self.neighbours {
            starts[to + 1] += 1;
        }
        for region in 0..regions {
            starts[region + 1] += starts[region];
        }
        let mut next = starts.clone();
        let (mut neighbours, mut weights) = (vec![0; self.n_links()], vec![0.0; self.n_links()]);
        for from in 0..regions {
            for (to, weight) in self.links(from) {
                neighbours[next[to]] = from;
                weights[next[to]] = weight;
                next[to] += 1;
            }
        }
        Self { starts, neighbours, weights }
    }

    /// The weights of both directions between two regions together, as links from the lower position to the higher one: the
    /// same sums of products over all links, with half of the links.
    #[must_use]
    pub(crate) fn pairs(&self) -> Self {
        let opposite = self.transposed();
        let (mut starts, mut neighbours, mut weights) = (vec![0], Vec::new(), Vec::new());
        for from in 0..self.n_regions() {
            let upwards = |own: &Self| own.links(from).filter(|link| link.0 > from).collect::<Vec<_>>();
            let mut both = upwards(self);
            both.extend(upwards(&opposite));
            both.sort_unstable_by_key(|link| link.0);
            for (to, weight) in both {
                match weights.last_mut() {
                    Some(last) if neighbours.len() > starts[from] && neighbours.last() == Some(&to) => *last += weight,
                    _ => {
                        neighbours.push(to);
                        weights.push(weight);
                    }
                }
            }
            starts.push(neighbours.len());
        }
        Self { starts, neighbours, weights }
    }

    /// The weight of a link; 0 where there is none. Like indexing, `from` must be there.
    pub fn weight(&self, from: usize, to: usize) -> f64 {
        let links = self.starts[from]..self.starts[from + 1];
        let found = self.neighbours[links.clone()].binary_search(&to);
        found.map_or(0.0, |at| self.weights[links.start + at])
    }

    /// Sums over the weights; their cost follows the number of links.
    ///
    /// ```text
    /// S0 = sum(w[r, s])   S1 = sum((w[r, s] + w[s, r])^2) / 2   S2 = sum over r of (w[r, *] + w[*, r])^2
    /// ```
    ///
    /// # Source
    ///
    /// Cliff and Ord (1981), Spatial Processes: Models and Applications, Pion.
    pub fn sums(&self) -> WeightSums {
        let (mut squares, mut mutual) = (0.0, 0.0);
        let mut from_and_to = vec![0.0; self.n_regions()];
        for from in 0..self.n_regions() {
            for (to, weight) in self.links(from) {
                squares += weight * weight;
                mutual += weight * self.weight(to, from);
                from_and_to[from] += weight;
                from_and_to[to] += weight;
            }
        }
        let s2 = from_and_to.iter().map(|sum| sum * sum).sum();
        WeightSums { s0: self.total(), s1: squares + mutual, s2, squares, mutual }
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of links.
    pub fn n_links(&self) -> usize {
        self.neighbours.len()
    }

    /// The neighbours of a region with their weights, by position; like indexing, `region` must be there.
    pub fn links(&self, region: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let links = self.starts[region]..self.starts[region + 1];
        self.neighbours[links.clone()].iter().copied().zip(self.weights[links].iter().copied())
    }

    /// Number of neighbours of a region.
    pub fn n_neighbours(&self, region: usize) -> usize {
        self.starts[region + 1] - self.starts[region]
    }

    /// Regions without neighbours.
    pub fn islands(&self) -> Vec<usize> {
        (0..self.n_regions()).filter(|&region| self.n_neighbours(region) == 0).collect()
    }

    /// Sum of all weights.
    pub fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// The spatial lag: `lag[r] = sum over neighbours s of w[r, s] * values[s]`. An island's is 0.
    ///
    /// `values` must hold one value a region.
    pub fn lag(&self, values: &[f64]) -> Vec<f64> {
        let lag = |region| self.links(region).map(|(to, weight)| weight * values[to]).sum();
        (0..self.n_regions()).map(lag).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lags_are_means_of_neighbours() {
        let weights = SpatialWeights::from_pairs(4, &[(0, 1), (2, 1)]).unwrap();
        assert_eq!((weights.n_links(), weights.islands(), weights.total()), (4, vec![3], 4.0));
        assert_eq!(weights.lag(&[1.0, 10.0, 3.0, 7.0]), [10.0, 4.0, 10.0, 0.0]);
        assert_eq!(weights.row_standardized().lag(&[1.0, 10.0, 3.0, 7.0]), [10.0, 2.0, 10.0, 0.0]);
        let some = weights.subset(&[1, 0]);
        assert_eq!(some, SpatialWeights::from_pairs(2, &[(0, 1)]).unwrap());
    }

    #[test]
    fn sums_are_those_of_the_definitions() {
        let weights = SpatialWeights::from_links(3, &[(0, 1, 2.0), (1, 0, 1.0), (1, 2, 3.0)]).unwrap();
        // S1: the pairs of 0 and 1 (2 + 1)^2, of 1 and 2 (3 + 0)^2, each counted twice and halved.
        let sums = WeightSums { s0: 6.0, s1: 18.0, s2: 9.0 + 36.0 + 9.0, squares: 14.0, mutual: 4.0 };
        assert_eq!(weights.sums(), sums);
        let opposite = SpatialWeights::from_links(3, &[(1, 0, 2.0), (0, 1, 1.0), (2, 1, 3.0)]).unwrap();
        assert_eq!(weights.transposed(), opposite);
        assert_eq!((weights.weight(1, 2), weights.weight(2, 1)), (3.0, 0.0));
        assert_eq!(weights.pairs(), SpatialWeights::from_links(3, &[(0, 1, 3.0), (1, 2, 3.0)]).unwrap());
    }

    #[test]
    fn refuses_what_is_no_link() {
        let links = |links: &[(usize, usize, f64)]| SpatialWeights::from_links(2, links).unwrap_err();
        assert_eq!(links(&[(0, 2, 1.0)]), SpatialWeightsError::InvalidLink { from: 0, to: 2, regions: 2 });
        assert_eq!(links(&[(1, 1, 1.0)]), SpatialWeightsError::InvalidLink { from: 1, to: 1, regions: 2 });
        assert_eq!(links(&[(0, 1, -1.0)]), SpatialWeightsError::InvalidWeight { from: 0, to: 1, value: -1.0 });
        assert_eq!(links(&[(0, 1, 1.0), (0, 1, 2.0)]), SpatialWeightsError::RepeatedLink { from: 0, to: 1 });
    }
}
