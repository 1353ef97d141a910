//! Outlooks of regions and gains by the industries they lack, as far as the answer shows them: no table is made of the rest.

use growthpole_contracts::Refusal;
use growthpole_methods::division::complexity::{RegionOutlook, for_each_outlook};
use growthpole_methods::division::{ComplexityIndex, Presence};
use growthpole_methods::stats::{Spread, mean_and_deviation};
use growthpole_methods::{Matrix, Progress};

use super::options::Options;
use crate::presence::Structure;
use crate::relatedness::refusal;

/// What an industry that a region lacks would add.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gain {
    pub(super) industry: usize,
    pub(super) gain: f64,
    /// How near the region is to it; none where it is near to no industry.
    pub(super) density: Option<f64>,
}

/// Outlooks by region.
#[derive(Debug, Default)]
pub(super) struct Outlooks {
    pub(super) index: Vec<f64>,
    /// Of each region the industries of greatest gain, ties by code.
    pub(super) best: Vec<Vec<Gain>>,
    /// All gains of each region, where they are shown.
    pub(super) gains: Vec<Vec<f64>>,
}

impl Outlooks {
    /// The outlooks by relatedness as far as it counts. `plain` is the index before it is made comparable, where outlooks are to
    /// be standardised: shifting it first would shift outlooks by how many industries are absent.
    pub(super) fn of(
        structure: &Structure,
        near: &Matrix,
        index: &ComplexityIndex,
        plain: Option<&ComplexityIndex>,
        options: &Options,
        progress: &Progress,
    ) -> Result<Self, Refusal> {
        let presence = &structure.kept.presence;
        let densities = options.related.density_rows(structure, near, options.outlook.include_self)?;
        let values = &plain.unwrap_or(index).industries;
        let deviation = plain.and_then(|plain| mean_and_deviation(&plain.regions, Spread::Population));
        let deviation = deviation.map(|of| of.1).filter(|deviation| *deviation > 0.0);
        let mut own = Self::default();
        for_each_outlook(presence, near, &*densities, values, options.outlook, progress, |region, outlook| {
            own.add(presence, region, outlook, deviation, options);
        })
        .map_err(refusal)?;
        if plain.is_some() {
            standardize(&mut own.index);
        }
        Ok(own)
    }

    fn add(
        &mut self,
        presence: &Presence,
        region: usize,
        outlook: RegionOutlook<'_>,
        deviation: Option<f64>,
        options: &Options,
    ) {
        let RegionOutlook { index, gains, densities } = outlook;
        let gains: Vec<f64> = gains.iter().map(|gain| deviation.map_or(*gain, |deviation| gain / deviation)).collect();
        let mut absent: Vec<usize> = (0..gains.len()).filter(|&i| !presence.is_present(region, i)).collect();
        absent.sort_by(|&a, &b| gains[b].total_cmp(&gains[a]));
        let gain = |&industry: &usize| {
            let density = Some(densities[industry]).filter(|density| !density.is_nan());
            Gain { industry, gain: gains[industry], density }
        };
        self.index.push(index);
        self.best.push(absent.iter().take(options.best).map(gain).collect());
        if options.with_gains {
            self.gains.push(gains);
        }
    }
}

/// Makes values comparable, where they differ at all.
fn standardize(values: &mut [f64]) {
    if let Some((mean, deviation)) = mean_and_deviation(values, Spread::Population).filter(|of| of.1 > 0.0) {
        values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
    }
}
