//! Friction of the regions compared: in all, by pair, by industry and by distance.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::{Friction, FrictionBand, FrictionError, friction_by_distance, friction_of_rows};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::refuse;

use super::compared::Compared;
use super::industry_label;
use crate::pair_weights::{PairWeights, distances};

/// Friction and the weights it rests on.
pub(super) struct PairFriction {
    name: &'static str,
    weights: Matrix,
    own: Friction,
}

impl PairFriction {
    /// Friction over all pairs, also those that the scope leaves out; nothing where no pair has weight.
    pub(super) fn of(
        compared: &Compared<'_>,
        weights: PairWeights,
        progress: &Progress,
    ) -> Result<Option<Self>, Refusal> {
        if compared.regions.len() < 2 {
            return Ok(None);
        }
        let sizes = compared.rows.region_totals();
        let matrix = weights.matrix(compared.panel, &compared.regions, sizes, "weights")?;
        match friction_of_rows(&compared.rows, &matrix, progress) {
            Ok(own) => Ok(Some(Self { name: weights.name(), weights: matrix, own })),
            Err(FrictionError::InvalidWeightSum { sum: 0.0 }) => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }

    /// Weighted mean of the overlaps.
    pub(super) fn index(&self) -> f64 {
        self.own.index
    }

    /// The weight of a pair of rows, and its part of the whole for an overlap.
    pub(super) fn of_pair(&self, first: usize, second: usize, overlap: f64) -> (f64, f64) {
        let weight = self.weights.get(first, second);
        (weight, weight * overlap / self.own.weight_total)
    }

    /// The friction as the answer shows it, with bands that end at these distances.
    pub(super) fn message(
        &self,
        compared: &Compared<'_>,
        limits: &[f64],
        progress: &Progress,
    ) -> Result<v1::Friction, Refusal> {
        let index = self.own.index;
        let part = |(column, &part): (usize, &f64)| v1::FrictionPart {
            industry: industry_label(compared.panel, column),
            part,
            share: if index > 0.0 { part / index } else { 0.0 },
        };
        let bands = if limits.is_empty() {
            Vec::new()
        } else {
            let distances = distances(compared.panel, &compared.regions)?;
            let bands = friction_by_distance(&compared.rows, &self.weights, &distances, limits, progress);
            bands.map_err(refused)?.iter().map(band_message).collect()
        };
        Ok(v1::Friction {
            index,
            weights: self.name.to_owned(),
            weight_sum: self.own.weight_total,
            industries: self.own.by_industry.iter().enumerate().map(part).collect(),
            bands,
        })
    }
}

fn refused(error: FrictionError) -> Refusal {
    match error {
        FrictionError::Stopped(stopped) => refuse::stopped(stopped),
        error => Refusal::internal(error),
    }
}

fn band_message(band: &FrictionBand) -> v1::FrictionBand {
    v1::FrictionBand {
        from_km: band.from,
        to_km: Some(band.to).filter(|to| to.is_finite()),
        pairs: band.pairs as i64,
        weight: band.weight,
        index: band.index,
        part: band.part,
    }
}
