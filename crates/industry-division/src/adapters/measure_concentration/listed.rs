//! Plants that a request lists one by one.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};

const MOST_PLANTS: usize = 100_000;

/// Plants, by position of region and industry.
#[derive(Debug, Clone, Default)]
pub(super) struct Listed {
    pub(super) regions: Vec<usize>,
    pub(super) industries: Vec<usize>,
    pub(super) sizes: Vec<f64>,
    /// Latitude and longitude in degrees.
    pub(super) coordinates: Vec<Option<(f64, f64)>>,
}

impl Listed {
    /// Reads the plants, whose regions and industries are at the positions that `region` and `industry` give.
    pub(super) fn read(
        plants: &[v1::Plant],
        regions: &BTreeMap<&str, usize>,
        industries: &BTreeMap<&str, usize>,
    ) -> Result<Self, Refusal> {
        let mut own = Self::default();
        for (at, plant) in plants.iter().enumerate() {
            let field = |name: &str| format!("plants.list.plants[{at}].{name}");
            let size = plant.size.unwrap_or(1.0);
            if !(size.is_finite() && size >= 0.0) {
                return Err(Refusal::invalid(&field("size"), size, "a finite number, not negative"));
            }
            own.regions.push(position(regions, &plant.region, &field("region"), "a region that is measured")?);
            let allowed = "an industry that is measured";
            own.industries.push(position(industries, &plant.industry, &field("industry"), allowed)?);
            own.sizes.push(size);
            own.coordinates.push(coordinates(plant, &field)?);
        }
        Ok(own)
    }

    /// Sizes of the plants of each industry.
    pub(super) fn sizes_by_industry(&self, n_industries: usize) -> Vec<Vec<f64>> {
        let mut sizes = vec![Vec::new(); n_industries];
        for (&industry, &size) in self.industries.iter().zip(&self.sizes) {
            sizes[industry].push(size);
        }
        sizes
    }

    /// Sum of a figure of plants in each cell, regions x industries.
    pub(super) fn cells(&self, n_regions: usize, n_industries: usize, figure: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut cells = vec![0.0; n_regions * n_industries];
        for (plant, (region, industry)) in self.regions.iter().zip(&self.industries).enumerate() {
            cells[region * n_industries + industry] += figure(plant);
        }
        cells
    }
}

/// Refuses a list that is empty or too long.
pub(super) fn check_number(list: &v1::PlantList) -> Result<(), Refusal> {
    match list.plants.len() {
        1..=MOST_PLANTS => Ok(()),
        sent => Err(Refusal::invalid("plants.list.plants", format!("{sent} plants"), "1 to 100000")),
    }
}

fn position(known: &BTreeMap<&str, usize>, code: &str, field: &str, allowed: &str) -> Result<usize, Refusal> {
    known.get(code).copied().ok_or_else(|| Refusal::invalid(field, format!("\"{code}\""), allowed))
}

fn coordinates(plant: &v1::Plant, field: &dyn Fn(&str) -> String) -> Result<Option<(f64, f64)>, Refusal> {
    let (latitude, longitude) = match (plant.latitude, plant.longitude) {
        (None, None) => return Ok(None),
        (Some(latitude), Some(longitude)) => (latitude, longitude),
        (Some(_), None) => {
            return Err(Refusal::invalid(&field("longitude"), "nothing", "a longitude beside a latitude"));
        }
        (None, Some(_)) => {
            return Err(Refusal::invalid(&field("latitude"), "nothing", "a latitude beside a longitude"));
        }
    };
    if !(-90.0..=90.0).contains(&latitude) {
        return Err(Refusal::invalid(&field("latitude"), latitude, "-90 to 90 degrees"));
    }
    if !(-180.0..=360.0).contains(&longitude) {
        return Err(Refusal::invalid(&field("longitude"), longitude, "-180 to 360 degrees"));
    }
    Ok(Some((latitude, longitude)))
}
