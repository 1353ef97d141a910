//! The kernel: from rounded distances to densities.

use super::Sites;

/// How far the normal density reaches, in bandwidths; beyond it is below 4e-6 of its greatest value.
const REACH: f64 = 5.0;
/// Bins in a bandwidth, at most.
const FINENESS: f64 = 32.0;

/// What each bin of distances adds to the density at each step.
#[derive(Debug)]
pub(super) struct Kernel {
    /// Bins here that make one bin of the sites, at most 1.
    bins_each: f64,
    n_bins: usize,
    /// First bin and weights of the bins from it on, by step.
    steps: Vec<(usize, Vec<f64>)>,
}

impl Kernel {
    /// A kernel of a bandwidth for distances of `steps` steps up to `max_km`.
    pub(super) fn new(bin_km: f64, bandwidth: f64, max_km: f64, steps: usize) -> Self {
        let width = (bandwidth / FINENESS).max(bin_km);
        let last = ((max_km + REACH * bandwidth) / width).ceil().min(f64::from(u16::MAX)) as usize;
        let at = |bin: usize| bin as f64 * width;
        let scale = 1.0 / ((2.0 * std::f64::consts::PI).sqrt() * bandwidth);
        let normal = |distance: f64| scale * (-0.5 * (distance / bandwidth) * (distance / bandwidth)).exp();
        let of_step = |step: usize| {
            let distance = max_km * step as f64 / steps as f64;
            let reach = REACH * bandwidth;
            let first = (((distance - reach) / width).max(0.0) as usize).min(last);
            let end = (((distance + reach) / width).ceil() as usize).min(last);
            let weight = |bin: usize| normal(distance - at(bin)) + normal(distance + at(bin));
            (first, (first..=end).map(weight).collect())
        };
        // One more, so that a distance always has a bin after its own.
        Self { bins_each: bin_km / width, n_bins: last + 2, steps: (0..=steps).map(of_step).collect() }
    }

    /// Density of the distances between plants of some sizes at some sites, step by step.
    pub(super) fn density(&self, sites: &Sites, at: &[usize], sizes: &[f64], histogram: &mut Vec<f64>) -> Vec<f64> {
        histogram.clear();
        histogram.resize(self.n_bins, 0.0);
        let mut total = 0.0;
        for (first, &site) in at.iter().enumerate() {
            let distances = sites.bins_from(site);
            let mut later = 0.0;
            for (&other, size) in at[first + 1..].iter().zip(&sizes[first + 1..]) {
                later += size;
                // A distance counts in the two bins about it, by nearness; beyond the reach of the last step it changes nothing.
                let position = f64::from(distances[other]) * self.bins_each;
                let (bin, weight) = (position as usize, sizes[first] * size);
                if let Some([before, after]) = histogram.get_mut(bin..bin + 2) {
                    let part = position - bin as f64;
                    *before += weight * (1.0 - part);
                    *after += weight * part;
                }
            }
            total += sizes[first] * later;
        }
        let of_step = |(first, weights): &(usize, Vec<f64>)| {
            let bins = histogram[*first..].iter();
            bins.zip(weights).map(|(count, weight)| count * weight).sum::<f64>() / total
        };
        self.steps.iter().map(of_step).collect()
    }
}
