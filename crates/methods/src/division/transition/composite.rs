//! Composite of several measures, each against the peers.

use crate::stats::Scale;

/// A composite of measures.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerComposite {
    /// What each measure was standardised by.
    pub scales: Vec<Scale>,
    /// One a region, in standard deviations; `None` where a measure has no value, which no other stands in for.
    pub values: Vec<Option<f64>>,
}

/// Why there is no composite.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CompositeError {
    /// There are not as many weights as measures, or no measure.
    #[error("{weights} weights for {measures} measures")]
    LengthsDiffer {
        /// Number of measures.
        measures: usize,
        /// Number of weights.
        weights: usize,
    },
    /// The weight is NaN, infinite or zero.
    #[error("measure {measure}: {weight} is not a weight")]
    InvalidWeight {
        /// Position of the measure.
        measure: usize,
        /// The weight.
        weight: f64,
    },
    /// The measure has values of another number of regions.
    #[error("measure {measure} is not of as many regions as the first")]
    RegionsDiffer {
        /// Position of the measure.
        measure: usize,
    },
    /// No region has a value of the measure, or values that cannot be standardised.
    #[error("measure {measure} has no values that could be standardised")]
    NoScale {
        /// Position of the measure.
        measure: usize,
    },
}

/// Computes a weighted mean of standardised measures.
///
/// ```text
/// composite[r] = sum over k of weight[k] * z[k, r] / sum over k of abs(weight[k])
/// ```
///
/// with z over the regions that have a value of the measure.
///
/// # Shapes and units
///
/// - `measures`: measures x regions; `None` where there is no value.
/// - `weights`: one a measure, not 0; negative where less is worse.
/// - returns: the composite with the scales, by which its parts are told.
///
/// # Errors
///
/// Lengths that differ, the first weight that is none, and the first measure that cannot be standardised.
///
/// # Source
///
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, OECD Publishing.
pub fn peer_composite(measures: &[&[Option<f64>]], weights: &[f64]) -> Result<PeerComposite, CompositeError> {
    if measures.len() != weights.len() || measures.is_empty() {
        return Err(CompositeError::LengthsDiffer { measures: measures.len(), weights: weights.len() });
    }
    if let Some(measure) = weights.iter().position(|weight| !weight.is_finite() || *weight == 0.0) {
        return Err(CompositeError::InvalidWeight { measure, weight: weights[measure] });
    }
    let regions = measures[0].len();
    if let Some(measure) = measures.iter().position(|values| values.len() != regions) {
        return Err(CompositeError::RegionsDiffer { measure });
    }
    let scale = |(measure, values): (usize, &&[Option<f64>])| {
        Scale::of(values.iter().copied().flatten()).ok_or(CompositeError::NoScale { measure })
    };
    let scales: Vec<Scale> = measures.iter().enumerate().map(scale).collect::<Result<_, _>>()?;
    let size: f64 = weights.iter().map(|weight| weight.abs()).sum();
    let of_region = |region: usize| {
        let parts = measures.iter().zip(weights).zip(&scales);
        let parts = parts.map(|((values, weight), scale)| Some(weight * scale.standardize(values[region]?)));
        Some(parts.sum::<Option<f64>>()? / size)
    };
    let values = (0..regions).map(of_region).collect();
    Ok(PeerComposite { scales, values })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn averages_standardised_measures() {
        let (first, second) = ([Some(1.0), Some(3.0), Some(5.0)], [Some(10.0), Some(30.0), None]);
        let found = peer_composite(&[&first, &second], &[1.0, -3.0]);
        // z of the first: -1.2247, 0, 1.2247; of the second -1, 1.
        let expected = [(-(1.5_f64.sqrt()) + 3.0) / 4.0, -3.0 / 4.0];
        let found = found.unwrap();
        assert!(found.values.len() == 3 && found.values[2].is_none());
        for (own, wanted) in found.values.iter().zip(expected) {
            assert!(own.is_some_and(|own| (own - wanted).abs() < 1e-12), "{found:?}");
        }
        assert_eq!(found.scales[1], Scale { mean: 20.0, deviation: 10.0 });
    }

    #[test]
    fn refuses_what_has_no_mean() {
        let (values, nothing) = ([Some(1.0), Some(2.0)], [None, None]);
        let differ = CompositeError::LengthsDiffer { measures: 1, weights: 0 };
        assert_eq!(peer_composite(&[&values], &[]), Err(differ));
        assert_eq!(peer_composite(&[], &[]), Err(CompositeError::LengthsDiffer { measures: 0, weights: 0 }));
        let zero = CompositeError::InvalidWeight { measure: 0, weight: 0.0 };
        assert_eq!(peer_composite(&[&values], &[0.0]), Err(zero));
        assert_eq!(peer_composite(&[&nothing], &[1.0]), Err(CompositeError::NoScale { measure: 0 }));
        let short = peer_composite(&[&values, &[Some(1.0)]], &[1.0, 1.0]);
        assert_eq!(short, Err(CompositeError::RegionsDiffer { measure: 1 }));
    }
}
