//! Weights of pairs of regions: as requests name them, and as panels allow them.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::Matrix;
use growthpole_methods::division::{
    PairWeightsError, equal_weights, exponential_weights, gravity_weights, haversine_km, neighbour_weights,
};
use growthpole_worker_kit::reading::region_code;
use growthpole_worker_kit::refuse;

/// Weights of pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PairWeights {
    Neighbours,
    /// With the distance d0 in kilometres.
    Exponential(f64),
    Gravity,
    Equal,
}

impl PairWeights {
    /// Reads which weights are meant; nothing where the caller leaves it open.
    pub(crate) fn read(message: Option<v1::PairWeights>, field: &str) -> Result<Option<Self>, Refusal> {
        use v1::pair_weights::By;
        Ok(match message.and_then(|weights| weights.by) {
            None => None,
            Some(By::Neighbours(_)) => Some(Self::Neighbours),
            Some(By::Gravity(_)) => Some(Self::Gravity),
            Some(By::Equal(_)) => Some(Self::Equal),
            Some(By::Exponential(v1::ExponentialWeights { distance_km })) => {
                if !(distance_km.is_finite() && distance_km > 0.0) {
                    let field = format!("{field}.exponential.distance_km");
                    return Err(Refusal::invalid(&field, distance_km, "a finite number of kilometres above 0"));
                }
                Some(Self::Exponential(distance_km))
            }
        })
    }

    /// Name, as answers carry it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Neighbours => "NEIGHBOURS",
            Self::Exponential(_) => "EXPONENTIAL",
            Self::Gravity => "GRAVITY",
            Self::Equal => "EQUAL",
        }
    }

    /// The weights of some regions of a panel, whose totals are `sizes`.
    pub(crate) fn matrix(
        self,
        panel: &Panel,
        regions: &[usize],
        sizes: &[f64],
        field: &str,
    ) -> Result<Matrix, Refusal> {
        let weights = match self {
            Self::Equal => Ok(equal_weights(regions.len())),
            Self::Neighbours => {
                let Some(borders) = &panel.borders else {
                    let allowed = "weights that need no borders, which the data set does not hold";
                    return Err(Refusal::invalid(field, self.name(), allowed));
                };
                let position = |region: usize| regions.iter().position(|&known| known == region);
                let pairs: Vec<(usize, usize)> =
                    borders.iter().filter_map(|&(a, b)| Some((position(a)?, position(b)?))).collect();
                neighbour_weights(regions.len(), &pairs)
            }
            Self::Exponential(scale) => exponential_weights(&distances(panel, regions)?, scale),
            Self::Gravity => gravity_weights(sizes, &distances(panel, regions)?),
        };
        weights.map_err(|error| unweighed(panel, regions, error))
    }
}

/// Distance of two regions in kilometres, where both have coordinates.
pub(crate) fn distance_km(panel: &Panel, first: usize, second: usize) -> Option<f64> {
    let coordinates = |region: usize| panel.axes.regions.get(region)?.coordinates;
    let ((latitude1, longitude1), (latitude2, longitude2)) = (coordinates(first)?, coordinates(second)?);
    haversine_km(latitude1, longitude1, latitude2, longitude2)
}

/// Distances of regions, all of which must have coordinates.
pub(crate) fn distances(panel: &Panel, regions: &[usize]) -> Result<Matrix, Refusal> {
    // A distance to itself needs coordinates, and nothing else.
    let without = regions.iter().filter(|&&region| distance_km(panel, region, region).is_none());
    let without: Vec<&str> = without.map(|&region| region_code(panel, region)).collect();
    if !without.is_empty() {
        return Err(without_coordinates(&without));
    }
    let distance =
        |first: usize, second: usize| distance_km(panel, regions[first], regions[second]).unwrap_or_default();
    Ok(Matrix::from_fn(regions.len(), regions.len(), distance))
}

/// The refusal of distances of regions, some of which are nowhere.
pub(crate) fn without_coordinates(codes: &[&str]) -> Refusal {
    let message = format!("there are no distances: regions without coordinates: {}", codes.join(", "));
    Refusal::new(Reason::UndefinedOnData, message).with_metadata("regions", codes.join(","))
}

fn unweighed(panel: &Panel, regions: &[usize], error: PairWeightsError) -> Refusal {
    let code = |region: usize| regions.get(region).map(|&region| region_code(panel, region)).unwrap_or_default();
    match error {
        PairWeightsError::InvalidDistance { first, second, .. } | PairWeightsError::OutOfRange { first, second } => {
            let (first, second) = (code(first), code(second));
            let message = format!("regions {first} and {second} lie in the same place or too far apart to be weighed");
            refuse::undefined(message, "regions", &format!("{first},{second}"))
        }
        error => Refusal::internal(error),
    }
}
