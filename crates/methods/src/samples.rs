//! Tables and neighbourhoods that tests of several methods share.

#![allow(clippy::unwrap_used)]

use crate::stats::SpatialWeights;
use crate::{Amounts, Matrix};

/// Some amounts with zeros among them; every region has the first industry.
pub(crate) fn amounts(regions: usize, industries: usize) -> Amounts {
    let cell = |region: usize, industry: usize| ((region * 7 + industry * 13 + region * industry) % 11) as f64 % 6.0;
    let mut cells = Matrix::from_fn(regions, industries, cell).cells().to_vec();
    cells.iter_mut().step_by(industries).for_each(|first| *first += 1.0);
    Amounts::try_new(cells, industries).unwrap()
}

/// Regions along a path, each a neighbour of the one before and of the one after it.
pub(crate) fn path(regions: usize) -> SpatialWeights {
    let pairs: Vec<_> = (1..regions).map(|region| (region - 1, region)).collect();
    SpatialWeights::from_pairs(regions, &pairs).unwrap()
}
