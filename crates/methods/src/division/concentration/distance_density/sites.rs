//! Places of plants and the distances between them, rounded once for all industries.

use rayon::prelude::*;

use super::DistanceDensityError;
use crate::division::EARTH_RADIUS_KM;
use crate::stats::inequality::{Distribution, quantile};
use crate::stats::{Spread, mean_and_deviation};

/// Bins of distances that can be told apart.
const BINS: f64 = u16::MAX as f64;

/// Places of plants with their sizes, and every distance between two of them.
///
/// Distances take two bytes a pair, counted both ways: 50 MB for 5 000 sites.
#[derive(Debug, Clone)]
pub struct Sites {
    /// Points of the unit sphere.
    points: Vec<[f64; 3]>,
    sizes: Vec<f64>,
    bin_km: f64,
    bins: Vec<u16>,
}

impl Sites {
    /// Takes latitudes and longitudes in degrees, and the size of each plant.
    ///
    /// # Errors
    ///
    /// Numbers that are no coordinates, sizes that are not positive or not as many, or fewer than two places.
    pub fn try_new(coordinates: &[(f64, f64)], sizes: &[f64]) -> Result<Self, DistanceDensityError> {
        let valid = |(latitude, longitude): &(f64, f64)| {
            (-90.0..=90.0).contains(latitude) && (-180.0..=360.0).contains(longitude)
        };
        if let Some(site) = coordinates.iter().position(|site| !valid(site)) {
            let (latitude, longitude) = coordinates[site];
            return Err(DistanceDensityError::InvalidSite { site, latitude, longitude });
        }
        if sizes.len() != coordinates.len() {
            return Err(DistanceDensityError::InvalidSize { site: sizes.len(), value: f64::NAN });
        }
        if let Some(site) = sizes.iter().position(|size| !(size.is_finite() && *size > 0.0)) {
            return Err(DistanceDensityError::InvalidSize { site, value: sizes[site] });
        }
        let points: Vec<[f64; 3]> =
            coordinates.iter().map(|&(latitude, longitude)| point(latitude, longitude)).collect();
        let n = points.len();
        let rows = points.par_iter().map(|from| points.iter().map(|to| kilometres(from, to)).fold(0.0, f64::max));
        let greatest = rows.reduce(|| 0.0, f64::max);
        if greatest <= 0.0 {
            return Err(DistanceDensityError::TooFewPlants { plants: n });
        }
        let bin_km = greatest / BINS;
        let bin = |from: &[f64; 3], to: &[f64; 3]| (kilometres(from, to) / bin_km).round().min(BINS) as u16;
        let bins = points.par_iter().flat_map_iter(|from| points.iter().map(move |to| bin(from, to))).collect();
        Ok(Self { points, sizes: sizes.to_vec(), bin_km, bins })
    }

    /// Number of sites.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none, which [`Sites::try_new`] refuses.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Median of the distances of all pairs in kilometres, rounded as distances are: how far the source looks.
    pub fn median_km(&self) -> f64 {
        let mut counts = vec![0_u64; usize::from(u16::MAX) + 1];
        for (from, row) in self.bins.chunks_exact(self.len()).enumerate() {
            row[from + 1..].iter().for_each(|&bin| counts[usize::from(bin)] += 1);
        }
        let half = counts.iter().sum::<u64>().div_ceil(2);
        let mut below = 0;
        let median = counts.iter().position(|count| {
            below += count;
            below >= half
        });
        median.unwrap_or_default() as f64 * self.bin_km
    }

    pub(super) fn size(&self, site: usize) -> f64 {
        self.sizes[site]
    }

    pub(super) fn bin_km(&self) -> f64 {
        self.bin_km
    }

    /// Rounded distances from a site to all others.
    pub(super) fn bins_from(&self, site: usize) -> &[u16] {
        &self.bins[site * self.len()..][..self.len()]
    }

    pub(super) fn check_members(&self, members: &[usize]) -> Result<(), DistanceDensityError> {
        let mut seen = vec![false; self.len()];
        let is_new = |&member: &usize| seen.get_mut(member).is_some_and(|seen| !std::mem::replace(seen, true));
        if members.len() < 3 || !members.iter().all(is_new) {
            return Err(DistanceDensityError::TooFewPlants { plants: members.len() });
        }
        Ok(())
    }

    /// Silverman's bandwidth of the distances between some sites.
    pub(super) fn bandwidth(&self, members: &[usize]) -> Result<f64, DistanceDensityError> {
        let mut distances = Vec::with_capacity(members.len() * (members.len() - 1) / 2);
        for (at, &first) in members.iter().enumerate() {
            let later = members[at + 1..].iter();
            distances.extend(later.map(|&second| kilometres(&self.points[first], &self.points[second])));
        }
        let (_, deviation) = mean_and_deviation(&distances, Spread::Sample).ok_or(DistanceDensityError::NoSpread)?;
        let distribution = Distribution::new(&distances).map_err(|_| DistanceDensityError::NoSpread)?;
        let at = |probability| quantile(&distribution, probability).map_err(|_| DistanceDensityError::NoSpread);
        let range = (at(0.75)? - at(0.25)?) / 1.34;
        // Half of the plants in one place leave no range between quartiles: the deviation alone counts then.
        let spread = if range > 0.0 { range.min(deviation) } else { deviation };
        let bandwidth = 0.9 * spread * (distances.len() as f64).powf(-0.2);
        if bandwidth > self.bin_km { Ok(bandwidth) } else { Err(DistanceDensityError::NoSpread) }
    }
}

fn point(latitude: f64, longitude: f64) -> [f64; 3] {
    let (sin_north, cos_north) = latitude.to_radians().sin_cos();
    let (sin_east, cos_east) = longitude.to_radians().sin_cos();
    [cos_north * cos_east, cos_north * sin_east, sin_north]
}

/// Great-circle distance by the chord, which is exact where points are close.
fn kilometres(from: &[f64; 3], to: &[f64; 3]) -> f64 {
    let square = |axis: usize| (from[axis] - to[axis]) * (from[axis] - to[axis]);
    let half_chord = (square(0) + square(1) + square(2)).sqrt() / 2.0;
    2.0 * EARTH_RADIUS_KM * half_chord.min(1.0).asin()
}
