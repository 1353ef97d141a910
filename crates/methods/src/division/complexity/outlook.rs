//! Complexity outlook: how near a region is to complex industries it lacks, and what each would open up.

use crate::division::RelatednessError;
use crate::division::relatedness::{
    DensityRows, Presence, Selected, SelectedWeights, block_of, counted, fill_rows, is_much, proximity_totals,
};
use crate::stats::lanes::{arch, total};
use crate::{Matrix, Progress};

/// How the outlook is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutlookOptions {
    /// Whether an industry counts as near to itself, as in the packages economiccomplexity and ecomplexity.
    pub include_self: bool,
    /// Whether the gain is less what the region gives up: an industry it has is none it is near to any more.
    pub subtract_lost: bool,
}

impl Default for OutlookOptions {
    fn default() -> Self {
        Self { include_self: false, subtract_lost: true }
    }
}

/// Outlook of regions, and what each industry would add to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexityOutlook {
    /// Outlook of each region (COI), by position.
    pub index: Vec<f64>,
    /// Gain of each region by each industry it lacks (COG): regions x industries; 0 where the industry is present.
    pub gain: Matrix,
}

/// Computes the outlook of regions and the gain by each industry they lack.
///
/// ```text
/// COI[r]    = sum over i of (1 - M[r, i]) * d[r, i] * v[i]
/// COG[r, i] = (1 - M[r, i]) * (sum over j of (1 - M[r, j]) * phi[j, i] / phi[j, *] * v[j]  -  d[r, i] * v[i])
/// d = density, v = value of the industry (its complexity, say), phi[j, *] = sum over l of phi[j, l]
/// ```
///
/// Without an industry's proximity to itself and with the last term, the gain is exactly how the outlook would change if
/// the region took up the industry. Without the last term and with the proximity of industries to themselves it is the
/// figure of the packages economiccomplexity and (divided by the deviation of the regions' complexity) ecomplexity.
///
/// # Shapes and units
///
/// - `presence`: regions x industries.
/// - `proximities`: industries x industries, not negative; NaN, where undefined, adds nothing.
/// - `densities`: regions x industries, of these proximities, by the same choice of `include_self`.
/// - `values`: by industry, finite; the outlook is in their unit.
/// - returns: finite; an industry that is near to no other adds nothing.
///
/// # Errors
///
/// Matrices or values of other regions or industries.
///
/// # Source
///
/// Hausmann et al. (2014), The Atlas of Economic Complexity, MIT Press, technical box 5.4.
pub fn complexity_outlook(
    presence: &Presence,
    proximities: &Matrix,
    densities: &Matrix,
    values: &[f64],
    options: OutlookOptions,
    progress: &Progress,
) -> Result<ComplexityOutlook, RelatednessError> {
    let (n_regions, n) = (presence.n_regions(), presence.n_industries());
    RelatednessError::check_shape((densities.n_rows(), densities.n_columns()), (n_regions, n))?;
    let gains = Gains::try_new(presence, proximities, values, options)?;
    let mut gain = vec![0.0; n_regions * n];
    progress.expect(n_regions);
    fill_rows(n, &mut gain, is_much(n_regions, n), progress, |first, cells| gains.sums(first, cells))?;
    let mut near = vec![0.0; n];
    let rows = gain.chunks_exact_mut(n).enumerate();
    let index = rows.map(|(region, row)| gains.finish(region, densities.row(region), row, &mut near)).collect();
    Ok(ComplexityOutlook { index, gain: Matrix::of_cells(gain, n_regions, n) })
}

/// The outlook of one region.
#[derive(Debug, Clone, Copy)]
pub struct RegionOutlook<'a> {
    /// Its outlook (COI).
    pub index: f64,
    /// Its gain by each industry (COG); 0 where the industry is present.
    pub gains: &'a [f64],
    /// How near it is to each industry.
    pub densities: &'a [f64],
}

/// Computes the same as [`complexity_outlook`] and hands over the outlook of every region in turn, to the last bit: those of some
/// hundred regions exist at a time.
///
/// # Errors
///
/// As [`complexity_outlook`], and a caller who wants no more.
pub fn for_each_outlook(
    presence: &Presence,
    proximities: &Matrix,
    densities: &dyn DensityRows,
    values: &[f64],
    options: OutlookOptions,
    progress: &Progress,
    mut each: impl FnMut(usize, RegionOutlook<'_>),
) -> Result<(), RelatednessError> {
    let (n_regions, n) = (presence.n_regions(), presence.n_industries());
    RelatednessError::check_shape((densities.n_regions(), densities.n_industries()), (n_regions, n))?;
    let of_gains = Gains::try_new(presence, proximities, values, options)?;
    let size = block_of(n_regions);
    let (mut gains, mut near, mut own) = (vec![0.0; size * n], vec![0.0; size * n], vec![0.0; n]);
    let is_much = is_much(n_regions, n);
    progress.expect(2 * n_regions);
    for first in (0..n_regions).step_by(size) {
        let cells = size.min(n_regions - first) * n;
        let (gains, near) = (&mut gains[..cells], &mut near[..cells]);
        fill_rows(n, near, is_much, progress, |at, cells| densities.fill(first + at, cells))?;
        fill_rows(n, gains, is_much, progress, |at, cells| of_gains.sums(first + at, cells))?;
        for (at, (gains, densities)) in gains.chunks_exact_mut(n).zip(near.chunks_exact(n)).enumerate() {
            let index = of_gains.finish(first + at, densities, gains, &mut own);
            each(first + at, RegionOutlook { index, gains, densities });
        }
    }
    Ok(())
}

/// What gains are made of, laid out once for all regions.
struct Gains<'a> {
    presence: &'a Presence,
    values: &'a [f64],
    options: OutlookOptions,
    weights: SelectedWeights,
}

impl<'a> Gains<'a> {
    fn try_new(
        presence: &'a Presence,
        proximities: &Matrix,
        values: &'a [f64],
        options: OutlookOptions,
    ) -> Result<Self, RelatednessError> {
        let n = presence.n_industries();
        RelatednessError::check_shape((proximities.n_rows(), proximities.n_columns()), (n, n))?;
        RelatednessError::check_shape((1, values.len()), (1, n))?;
        let totals = proximity_totals(proximities, options.include_self);
        let factor = |(value, &total): (&f64, &f64)| if total > 0.0 { value / total } else { 0.0 };
        let factors: Vec<f64> = values.iter().zip(&totals).map(factor).collect();
        let weights = SelectedWeights::of(n, |j, i| counted(proximities, j, i, options.include_self) * factors[j]);
        Ok(Self { presence, values, options, weights })
    }

    /// Sums over the industries that regions lack, of the regions from `first` on.
    fn sums(&self, first: usize, cells: &mut [f64]) {
        self.weights.sums(self.presence, Selected::Absent, first, cells);
    }

    /// Makes gains of the sums of a region, and gives its outlook; `near` is space for one number an industry.
    fn finish(&self, region: usize, densities: &[f64], gains: &mut [f64], near: &mut [f64]) -> f64 {
        arch().dispatch(
            #[inline(always)]
            || {
                for ((near, density), value) in near.iter_mut().zip(densities).zip(self.values) {
                    *near = if density.is_nan() { 0.0 } else { density * value };
                }
                if self.options.subtract_lost {
                    gains.iter_mut().zip(near.iter()).for_each(|(gain, near)| *gain -= near);
                }
            },
        );
        for industry in self.presence.industries_of(region) {
            (near[industry], gains[industry]) = (0.0, 0.0);
        }
        total(near)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::division::relatedness::PresenceDensity;
    use crate::division::{proximity, relatedness_density};

    fn outlook(cells: &[bool], n: usize, values: &[f64], options: OutlookOptions) -> ComplexityOutlook {
        let (presence, progress) = (Presence::try_new(cells, n).unwrap(), Progress::new());
        let proximities = proximity(&Presence::try_new(&NETWORK, 4).unwrap(), &progress).unwrap();
        let densities = relatedness_density(&presence, &proximities, options.include_self, &progress).unwrap();
        let whole = complexity_outlook(&presence, &proximities, &densities, values, options, &progress).unwrap();
        let rows = PresenceDensity::try_new(&presence, &proximities, options.include_self).unwrap();
        let mut seen = 0;
        for_each_outlook(&presence, &proximities, &rows, values, options, &progress, |region, own| {
            assert_eq!((region, own.index, own.gains), (seen, whole.index[region], whole.gain.row(region)));
            assert_eq!(own.densities, densities.row(region));
            seen += 1;
        })
        .unwrap();
        assert_eq!(seen, presence.n_regions());
        whole
    }

    const NETWORK: [bool; 16] =
        [true, true, false, false, true, true, true, false, false, true, true, true, true, false, false, true];
    const VALUES: [f64; 4] = [-1.0, -0.5, 0.75, 2.0];

    #[test]
    fn the_gain_is_how_the_outlook_changes() {
        let before = outlook(&NETWORK, 4, &VALUES, OutlookOptions::default());
        for (region, industry) in [(0, 2), (0, 3), (1, 3), (2, 0), (3, 1)] {
            let mut entered = NETWORK;
            entered[region * 4 + industry] = true;
            // The proximities stay those of before.
            let after = outlook(&entered, 4, &VALUES, OutlookOptions::default());
            let change = after.index[region] - before.index[region];
            assert!((before.gain.get(region, industry) - change).abs() < 1e-15, "{region} {industry}");
        }
        assert_eq!(before.gain.get(0, 0), 0.0);
    }

    #[test]
    fn with_itself_and_without_what_is_lost_it_is_the_packages_figure() {
        let options = OutlookOptions { include_self: true, subtract_lost: false };
        let found = outlook(&NETWORK, 4, &VALUES, options);
        // Ubiquities 3, 3, 2, 2. Row 2 of proximities: 1/3, 2/3, 1, 1/2; row 3: 1/3, 1/3, 1/2, 1.
        let (second, third) = (2.5, 2.0 / 3.0 + 1.5);
        let gain = 1.0 / second * 0.75 + 0.5 / third * 2.0;
        assert!((found.gain.get(0, 2) - gain).abs() < 1e-15);
        let index = 1.0 / second * 0.75 + 2.0 / 3.0 / third * 2.0;
        assert!((found.index[0] - index).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_is_of_others() {
        let (presence, progress) = (Presence::try_new(&NETWORK, 4).unwrap(), Progress::new());
        let [square, other] = [4, 3].map(|n| Matrix::from_fn(4, n, |_, _| 0.5));
        let refuse = |proximities, densities, values: &[f64]| {
            complexity_outlook(&presence, proximities, densities, values, OutlookOptions::default(), &progress).is_err()
        };
        assert!(
            refuse(&other, &square, &VALUES) && refuse(&square, &other, &VALUES) && refuse(&square, &square, &[1.0])
        );
    }
}
