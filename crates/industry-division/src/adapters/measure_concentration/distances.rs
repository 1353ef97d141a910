//! Densities of the distances between plants, wherever their places come from.

use growthpole_contracts::Refusal;
use growthpole_methods::Progress;
use growthpole_methods::division::concentration::{
    DistanceDensity, DistanceDensityError, DistanceOptions, Sites, distance_density,
};
use growthpole_worker_kit::refuse;

use super::input::Input;
use super::options::Distances;
use super::tables::Rows;
use crate::pair_weights::without_coordinates;

/// Plants that are looked at for distances at most: every pair takes two bytes.
const MOST_SITES: usize = 5_000;
const MOST_DISTANCES: usize = 10_000_000_000;

/// Densities of distances.
#[derive(Debug, Default)]
pub(super) struct Densities {
    /// Of each shown industry, or why there is none.
    pub(super) industries: Vec<(usize, Result<DistanceDensity, &'static str>)>,
    /// Number of plants that have a place, and no size to weigh by.
    pub(super) without_size: usize,
}

impl Densities {
    pub(super) fn of(input: &Input, asked: Distances, progress: &Progress) -> Result<Self, Refusal> {
        let placed = Placed::of(input, asked.at_regions)?;
        let sized = |&plant: &usize| !asked.by_size || placed.sizes[plant] > 0.0;
        let sites: Vec<usize> = (0..placed.sizes.len()).filter(sized).collect();
        let members = |industry: usize| -> Vec<usize> {
            (0..sites.len()).filter(|&site| placed.industries[sites[site]] == industry).collect()
        };
        let pairs = |industry: &usize| members(*industry).len().saturating_pow(2) / 2;
        let work = input.shown.iter().map(pairs).sum::<usize>().saturating_mul(asked.draws.draws);
        if !(2..=MOST_SITES).contains(&sites.len()) || work > MOST_DISTANCES {
            let sent = format!("{} plants with a place, {work} distances", sites.len());
            return Err(Refusal::invalid("distances", sent, "2 to 5000 plants, and up to 1e10 distances in all draws"));
        }
        let coordinates: Vec<(f64, f64)> = sites.iter().map(|&plant| placed.coordinates[plant]).collect();
        let sizes: Vec<f64> =
            sites.iter().map(|&plant| if asked.by_size { placed.sizes[plant] } else { 1.0 }).collect();
        let table = Sites::try_new(&coordinates, &sizes).map_err(|error| match error {
            DistanceDensityError::TooFewPlants { .. } => {
                Refusal::invalid("distances", "all plants in one place", "plants in several places")
            }
            other => Refusal::internal(other),
        })?;
        let options = DistanceOptions {
            max_km: asked.max_km.unwrap_or_else(|| table.median_km()).max(f64::MIN_POSITIVE),
            steps: asked.steps,
            draws: asked.draws.draws,
            level: asked.level,
            seed: asked.draws.seed,
        };
        let density = |&industry: &usize| {
            let found = distance_density(&table, &members(industry), asked.by_size, &options, progress);
            Ok((industry, stated(found)?))
        };
        let industries = input.shown.iter().map(density).collect::<Result<_, Refusal>>()?;
        Ok(Self { industries, without_size: placed.sizes.len() - sites.len() })
    }
}

/// Plants that have a place.
#[derive(Debug, Default)]
struct Placed {
    industries: Vec<usize>,
    sizes: Vec<f64>,
    coordinates: Vec<(f64, f64)>,
}

impl Placed {
    /// The listed plants, or the cells with an amount, which are at their regions.
    fn of(input: &Input, at_regions: bool) -> Result<Self, Refusal> {
        let mut own = Self::default();
        if let Some(listed) = &input.plants {
            for (plant, own_place) in listed.coordinates.iter().enumerate() {
                let place = match own_place {
                    None if at_regions => Some(place(input, listed.regions[plant])?),
                    own_place => *own_place,
                };
                if let Some(place) = place {
                    own.add(listed.industries[plant], listed.sizes[plant], place);
                }
            }
            return Ok(own);
        }
        let [period] = input.periods.as_slice() else {
            let sent = format!("{} periods", input.periods.len());
            return Err(Refusal::invalid("selection.periods", sent, "one period for distances"));
        };
        let rows = Rows::of(period)?;
        for (row, &region) in period.regions.iter().enumerate() {
            for (industry, &amount) in rows.amounts.region(row).iter().enumerate().filter(|(_, own)| **own > 0.0) {
                own.add(industry, amount, place(input, region)?);
            }
        }
        Ok(own)
    }

    fn add(&mut self, industry: usize, size: f64, place: (f64, f64)) {
        self.industries.push(industry);
        self.sizes.push(size);
        self.coordinates.push(place);
    }
}

/// The coordinates of a region, or a refusal that names all that have none.
fn place(input: &Input, region: usize) -> Result<(f64, f64), Refusal> {
    input.places.get(region).copied().flatten().ok_or_else(|| {
        let nowhere = input.regions.iter().zip(&input.places).filter(|(_, place)| place.is_none());
        without_coordinates(&nowhere.map(|(region, _)| region.code.as_str()).collect::<Vec<_>>())
    })
}

/// A density, or why there is none.
fn stated(
    density: Result<DistanceDensity, DistanceDensityError>,
) -> Result<Result<DistanceDensity, &'static str>, Refusal> {
    match density {
        Ok(density) => Ok(Ok(density)),
        Err(DistanceDensityError::TooFewPlants { .. }) => Ok(Err("TOO_FEW_PLANTS")),
        Err(DistanceDensityError::NoSpread) => Ok(Err("ALL_DISTANCES_EQUAL")),
        Err(DistanceDensityError::Stopped(stopped)) => Err(refuse::stopped(stopped)),
        Err(other) => Err(Refusal::internal(other)),
    }
}
