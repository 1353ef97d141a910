//! Bootstrap of location quotients: how far they depend on which regions make up the benchmark.

mod column;
mod draw;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use crate::progress::Stopped;
use crate::{AmountRows, Progress};
use column::{Column, tail, weighted_intervals};
use draw::Draw;

/// Work (cells times draws) from which on draws are spread over threads.
const FEWEST_CELLS: usize = 1 << 14;

/// Why there are no intervals.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum QuotientBootstrapError {
    /// The regions that are measured are of other industries than those that are drawn.
    #[error("{industries} industries beside {drawn} of the regions that are drawn")]
    IndustriesDiffer {
        /// Industries of the regions that are measured.
        industries: usize,
        /// Industries of the regions that are drawn.
        drawn: usize,
    },
    /// A single region cannot be drawn anew, or there is no draw.
    #[error("{draws} draws of {regions} regions")]
    Nothing {
        /// Number of draws.
        draws: usize,
        /// Number of regions that are drawn.
        regions: usize,
    },
    /// The level is not between 0 and 1.
    #[error("{value} is not a level of confidence")]
    InvalidLevel {
        /// The level.
        value: f64,
    },
    /// A region that is drawn is empty.
    #[error("region {region} of those that are drawn is empty")]
    EmptyRegion {
        /// Position of the region among those that are drawn.
        region: usize,
    },
    /// A region that is measured is empty.
    #[error("region {region} of those that are measured is empty")]
    EmptyMeasured {
        /// Position of the region among those that are measured.
        region: usize,
    },
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// How regions are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuotientBootstrap {
    /// Number of draws.
    pub draws: usize,
    /// Level of confidence of the intervals, between 0 and 1.
    pub level: f64,
    /// Seed of the draws, each on a stream of its own.
    pub seed: u64,
}

/// Both ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end; infinite where it has no bound.
    pub upper: f64,
}

/// Intervals of the forms of one location quotient. Those of its logarithm and its symmetric form are its own, transformed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuotientIntervals {
    /// Of the location quotient; none where no region that was drawn has the industry.
    pub quotient: Option<Interval>,
    /// Of the additive quotient.
    pub additive: Interval,
    /// Of the quotient standardised over the regions that were drawn; none where they were alike in every draw.
    pub standardized: Option<Interval>,
    /// Of the weighted quotient, over the draws that have the industry; none where no draw has one.
    pub weighted: Option<Interval>,
    /// Of the logarithm standardised over the regions that were drawn and have the industry, over the draws in which two of
    /// them differ; none where the industry is absent, and where there is no such draw.
    pub standardized_logarithm: Option<Interval>,
    /// Of the normalised quotient.
    pub normalized: Interval,
    /// Of the region's amount over the benchmark's of the industry less its total over the benchmark's, over the draws that have
    /// the industry; none where no draw has it.
    pub additive_of_industry: Option<Interval>,
}

/// The location quotient that few regions reach in an industry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuotientCutOff {
    /// Mean over the draws of the quotient that a share of the regions as large as the level does not exceed.
    pub mean: f64,
    /// Its interval.
    pub interval: Interval,
}

/// What the draws say.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrappedQuotients {
    /// By region that is measured and industry, region by region.
    pub cells: Vec<QuotientIntervals>,
    /// By industry; none where no region that was drawn has it.
    pub cut_offs: Vec<Option<QuotientCutOff>>,
}

/// Draws the regions of the benchmark with replacement and computes percentile intervals of location quotients.
///
/// In each draw b the regions that were drawn are the benchmark. With q their share of an industry, m and d the mean and the
/// standard deviation (n - 1) of their own shares of it:
///
/// ```text
/// LQ[b] = s[r, i] / q[b, i]        additive[b] = s[r, i] - q[b, i]        z[b] = (s[r, i] - m[b, i]) / d[b, i]
/// W[b] = LQ[b, r, i] / mean over the industries j of the draw of LQ[b, r, j]
/// y[b] = (ln s[r, i] - l[b, i]) / e[b, i]         NLQ[b] = E[r] (s[r, i] - q[b, i]) / N[b]
/// A[b] = E[r, i] / (q[b, i] N[b]) - E[r] / N[b]
/// ```
///
/// l and e are mean and standard deviation of ln s over the regions of the draw that have the industry, and N is their amount
/// in all. z is the standardised location quotient and y the standardised logarithm of it, from which the benchmark's share
/// cancels (see [`standardized_quotient`](super::standardized_quotient)); W is the weighted one (see
/// [`weighted_quotient`](super::weighted_quotient)) and NLQ the normalised (see
/// [`normalized_quotient_cell`](super::normalized_quotient_cell)); A is the additive quotient of the industry, not of the region.
/// Ends are quantiles (type 7) of q, carried through, and of z, W, y, NLQ and A.
///
/// # Shapes and units
///
/// - `drawn`: the regions that make up the benchmark, x industries.
/// - `measured`: any regions x the same industries.
/// - returns: see [`BootstrappedQuotients`].
///
/// # Errors
///
/// Other industries, a single region or no draw, a level that is none, the first empty region, or a progress that was stopped.
///
/// # Source
///
/// Tian (2013), Journal of Regional Analysis and Policy 43(2), 186-197, who draws regions and takes the cut-off; percentile
/// intervals of Efron (1979), Annals of Statistics 7(1), 1-26.
pub fn bootstrap_quotients(
    drawn: &AmountRows<'_>,
    measured: &AmountRows<'_>,
    how: QuotientBootstrap,
    progress: &Progress,
) -> Result<BootstrappedQuotients, QuotientBootstrapError> {
    let draws = QuotientDraws::of(drawn, how, progress)?;
    let cells = draws.intervals(measured, 0..measured.n_regions(), progress)?;
    Ok(BootstrappedQuotients { cells, cut_offs: draws.cut_offs() })
}

/// Draws that were made, from which regions have intervals some at a time: beside them there is a number of each draw for each
/// industry and each region, and nothing for each cell.
pub struct QuotientDraws {
    how: QuotientBootstrap,
    draws: Vec<Draw>,
    columns: Vec<Column>,
}

impl QuotientDraws {
    /// Draws the regions that make up the benchmark; see [`bootstrap_quotients`].
    ///
    /// # Errors
    ///
    /// A single region or no draw, a level that is none, the first empty region, or a progress that was stopped.
    pub fn of(
        drawn: &AmountRows<'_>,
        how: QuotientBootstrap,
        progress: &Progress,
    ) -> Result<Self, QuotientBootstrapError> {
        if how.draws == 0 || drawn.n_regions() < 2 {
            return Err(QuotientBootstrapError::Nothing { draws: how.draws, regions: drawn.n_regions() });
        }
        if !(how.level > 0.0 && how.level < 1.0) {
            return Err(QuotientBootstrapError::InvalidLevel { value: how.level });
        }
        if let Some(region) = drawn.first_empty() {
            return Err(QuotientBootstrapError::EmptyRegion { region });
        }
        let work = drawn.n_regions() * drawn.n_industries() * how.draws;
        progress.expect(how.draws + drawn.n_industries());
        let draws = in_turn(0..how.draws, work, |draw| {
            progress.advance(1)?;
            Ok(Draw::of(drawn, how, draw))
        })?;
        let columns = in_turn(0..drawn.n_industries(), work, |industry| {
            progress.advance(1)?;
            Ok(Column::of(drawn, &draws, industry, how))
        })?;
        Ok(Self { how, draws, columns })
    }

    /// The location quotient that few regions reach, by industry; none where no region that was drawn has it.
    pub fn cut_offs(&self) -> Vec<Option<QuotientCutOff>> {
        self.columns.iter().map(|column| column.cut_off).collect()
    }

    /// The intervals of some regions, region by region; like indexing, they must be there.
    ///
    /// # Errors
    ///
    /// Other industries, the first empty region of all that are measured, or a progress that was stopped.
    pub fn intervals(
        &self,
        measured: &AmountRows<'_>,
        regions: Range<usize>,
        progress: &Progress,
    ) -> Result<Vec<QuotientIntervals>, QuotientBootstrapError> {
        let (industries, of_drawn) = (measured.n_industries(), self.columns.len());
        if industries != of_drawn {
            return Err(QuotientBootstrapError::IndustriesDiffer { industries, drawn: of_drawn });
        }
        if let Some(region) = measured.first_empty() {
            return Err(QuotientBootstrapError::EmptyMeasured { region });
        }
        progress.expect(regions.len());
        let work = regions.len() * industries * self.draws.len();
        let by_region = in_turn(regions, work, |region| {
            progress.advance(1)?;
            Ok(self.of_region(measured.region(region), measured.region_totals()[region]))
        })?;
        Ok(by_region.concat())
    }

    fn of_region(&self, row: &[f64], total: f64) -> Vec<QuotientIntervals> {
        let tail = tail(self.how);
        let shares: Vec<f64> = row.iter().map(|amount| amount / total).collect();
        let mut room = Vec::with_capacity(self.draws.len());
        let weighted = weighted_intervals(&self.draws, &shares, tail, &mut room);
        let of = |((column, &share), weighted): ((&Column, &f64), _)| QuotientIntervals {
            weighted,
            ..column.intervals(share, total, tail, &mut room)
        };
        self.columns.iter().zip(&shares).zip(weighted).map(of).collect()
    }
}

/// Results by position, spread over threads where the work is worth it.
fn in_turn<T: Send>(
    positions: Range<usize>,
    work: usize,
    of: impl Fn(usize) -> Result<T, Stopped> + Sync + Send,
) -> Result<Vec<T>, Stopped> {
    if work < FEWEST_CELLS { positions.map(of).collect() } else { positions.into_par_iter().map(of).collect() }
}
