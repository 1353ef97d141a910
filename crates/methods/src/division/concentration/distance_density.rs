//! Localisation by distances: how dense the distances between an industry's plants are, beside those of plants at random.

mod bands;
mod kernel;
mod sites;
#[cfg(test)]
mod tests;

use rand::seq::index::sample;
use rayon::prelude::*;

use crate::stats::random::generator;
use crate::{Matrix, Progress, Stopped};

use bands::bands;
pub use bands::{Confidence, DistanceBands};
use kernel::Kernel;
pub use sites::Sites;

/// Pairs times draws below which a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 50_000;

/// Why an industry has no density of distances.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DistanceDensityError {
    /// The numbers are no coordinates.
    #[error("site {site}: {latitude}, {longitude} are not coordinates")]
    InvalidSite {
        /// Position of the site.
        site: usize,
        /// Latitude in degrees.
        latitude: f64,
        /// Longitude in degrees.
        longitude: f64,
    },
    /// The size is not a positive number.
    #[error("site {site}: {value} is not a size")]
    InvalidSize {
        /// Position of the site, or the number of sizes where there are not as many as sites.
        site: usize,
        /// The size.
        value: f64,
    },
    /// An industry needs three plants, each once, at sites that are there; all sites need two places.
    #[error("{plants} plants are too few, or not at sites that are there, or all in one place")]
    TooFewPlants {
        /// Plants of the industry.
        plants: usize,
    },
    /// All distances are equal, so that there is no bandwidth.
    #[error("all distances are equal")]
    NoSpread,
    /// The greatest distance, the number of steps or draws, or the level is not positive, or the level not below 0.5.
    #[error("an option is out of its range")]
    InvalidOption,
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// How distances are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceOptions {
    /// Greatest distance in kilometres.
    pub max_km: f64,
    /// Steps from 0 to it.
    pub steps: usize,
    /// Draws of plants at random.
    pub draws: usize,
    /// Share of the draws beyond each band: 0.05 in the source.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// The density of an industry's distances, with bands of what plants at random show.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceDensity {
    /// Number of plants.
    pub plants: usize,
    /// Bandwidth in kilometres.
    pub bandwidth_km: f64,
    /// Distances in kilometres, from 0 to the greatest.
    pub distances_km: Vec<f64>,
    /// Density at each distance, per kilometre.
    pub density: Vec<f64>,
    /// Bands, and how far the density lies beyond them.
    pub bands: DistanceBands,
}

/// Computes the density of the distances between an industry's plants and compares it with that of plants at random.
///
/// With n plants, their distances d\[i, j\], sizes e (1 where plants count alike), the standard normal density f, and
/// reflection at 0, below which there are no distances:
///
/// ```text
/// K(d) = sum over i < j of e[i] e[j] (f((d - d[i, j]) / h) + f((d + d[i, j]) / h)) / (h * sum over i < j of e[i] e[j])
/// h = 0.9 * min(standard deviation, interquartile range / 1.34) * pairs^(-1/5)
/// ```
///
/// Each draw puts the plants on n of all sites, without putting back, with their sizes and the same h. Distances are
/// rounded to 1/65 535 of the greatest of all sites and interpolated between multiples of h/32, which changes densities by
/// less than a thousandth of themselves where they matter.
///
/// # Shapes and units
///
/// - `sites`: all places where a plant could be: those of all industries.
/// - `members`: positions of the industry's plants among the sites, at least three, each once.
/// - `by_size`: whether pairs of plants weigh by the product of their sizes.
/// - returns: `steps + 1` distances and densities per kilometre.
///
/// # Errors
///
/// Options out of range, too few plants, distances that are all equal, or a caller who wants no more.
///
/// # Source
///
/// Duranton and Overman (2005), Review of Economic Studies 72(4), 1077-1106; bandwidth by Silverman (1986), Density
/// Estimation for Statistics and Data Analysis, equation 3.31; rounding of distances as in Scholl and Brenner (2015),
/// Journal of Economic Geography 15(1), 223-246.
pub fn distance_density(
    sites: &Sites,
    members: &[usize],
    by_size: bool,
    options: &DistanceOptions,
    progress: &Progress,
) -> Result<DistanceDensity, DistanceDensityError> {
    let DistanceOptions { max_km, steps, draws, level, seed } = *options;
    let in_range = max_km.is_finite() && max_km > 0.0 && steps > 0 && draws > 0 && level > 0.0 && level < 0.5;
    if !in_range {
        return Err(DistanceDensityError::InvalidOption);
    }
    sites.check_members(members)?;
    let sizes: Vec<f64> = members.iter().map(|&member| if by_size { sites.size(member) } else { 1.0 }).collect();
    let bandwidth_km = sites.bandwidth(members)?;
    let kernel = Kernel::new(sites.bin_km(), bandwidth_km, max_km, steps);
    let pairs = members.len() * (members.len() - 1) / 2;
    progress.expect(draws);
    let draw = |histogram: &mut Vec<f64>, task: usize| -> Result<Vec<f64>, Stopped> {
        progress.advance(1)?;
        let drawn = sample(&mut generator(seed, task as u64), sites.len(), members.len()).into_vec();
        Ok(kernel.density(sites, &drawn, &sizes, histogram))
    };
    let drawn: Vec<Vec<f64>> = if pairs.saturating_mul(draws) < WORTH_A_THREAD {
        let mut histogram = Vec::new();
        (0..draws).map(|task| draw(&mut histogram, task)).collect::<Result<_, _>>()?
    } else {
        (0..draws).into_par_iter().map_init(Vec::new, draw).collect::<Result<_, _>>()?
    };
    let density = kernel.density(sites, members, &sizes, &mut Vec::new());
    let drawn = Matrix::from_fn(draws, steps + 1, |task, step| drawn[task][step]);
    Ok(DistanceDensity {
        plants: members.len(),
        bandwidth_km,
        distances_km: (0..=steps).map(|step| max_km * step as f64 / steps as f64).collect(),
        bands: bands(&density, &drawn, level),
        density,
    })
}
