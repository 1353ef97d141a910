//! Confidence sets for ranks that hold their level also where figures are close together.

mod simultaneous;

use rayon::prelude::*;

use super::RankOrder;
use super::draws::Draws;
use crate::{Progress, Stopped};

pub use simultaneous::simultaneous_rank_sets;

/// Regions whose sets one task works on together, so that a row of draws is read once for all of them.
const REGIONS_A_TASK: usize = 8;

/// Why there are no confidence sets.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RankConfidenceError {
    /// The level is not between 0 and 1.
    #[error("{level} is not a level between 0 and 1")]
    InvalidLevel {
        /// The level.
        level: f64,
    },
    /// So few draws cannot tell the level.
    #[error("{draws} draws cannot tell a level of {level}")]
    TooFewDraws {
        /// Number of draws.
        draws: usize,
        /// The level.
        level: f64,
    },
    /// Estimates or standard errors are not as many as the draws have regions.
    #[error("{figures} figures for draws of {regions} regions")]
    LengthsDiffer {
        /// Number of estimates or of standard errors.
        figures: usize,
        /// Regions of the draws.
        regions: usize,
    },
    /// The estimate is NaN or infinite, or the standard error is, or is negative.
    #[error("region {region}: {value} is not a figure")]
    InvalidFigure {
        /// Position of the region.
        region: usize,
        /// The estimate or standard error.
        value: f64,
    },
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// What the standard error of a difference of two estimates is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DifferenceErrors<'a> {
    /// Estimates are independent of each other, with these standard errors, and draws scatter around the estimates.
    Independent(&'a [f64]),
    /// The standard deviation of the difference over the draws, which scatter around their own mean.
    FromDraws,
}

/// The ranks that a region may have: all from `lower` to `upper`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankSet {
    /// The best rank: 1 and the number of regions that are surely better.
    pub lower: usize,
    /// The worst rank: the number of regions less those that are surely worse.
    pub upper: usize,
}

/// Computes the marginal confidence set of each region's rank, from differences of estimates.
///
/// ```text
/// t[j, k] = (x[j] - x[k]) / se[j, k]               d[b, j, k] = ((x*[b, j] - x*[b, k]) - (c[j] - c[k])) / se[j, k]
/// step:     c = quantile(level) over b of max(d[b, j, k] over what is left of "j is not above k",
///                                             -d[b, j, k] over what is left of "j is not below k")
///           "j is not above k" falls when t[j, k] > c, "j is not below k" when -t[j, k] > c
/// set of j: 1 + number of k surely above j  to  n - number of k surely below j
/// ```
///
/// The step is repeated with what is left until nothing more falls (stepwise). Both one-sided hypotheses of a pair stand by
/// themselves, so that a wrong direction counts as an error too. Each set holds the rank of its region with at least the
/// level, as far as the draws tell, also where estimates are equal; tied regions have all ranks of their group. It is not
/// said of all regions at once: [`simultaneous_rank_sets`] are.
///
/// # Shapes and units
///
/// - `estimates`: one a region; `draws`: of the same regions; a benchmark among them plays no part.
/// - `level`: between 0 and 1, exclusive.
/// - returns: one set a region. A difference without error (zero) is taken as it is.
///
/// Costs draws x regions² operations a step.
///
/// # Errors
///
/// A level that is none or that so few draws cannot tell, lists of different lengths, the first figure that is none, or
/// [`Stopped`].
///
/// # Source
///
/// Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks with applications to mobility across neighbourhoods and
/// academic achievement across countries, Review of Economic Studies 91(1), 476-518; the steps are those of Romano and Wolf
/// (2005), Econometrica 73(4), 1237-1282. The quantile is the ceil(level · (draws + 1))-th smallest.
pub fn rank_confidence_sets(
    estimates: &[f64],
    draws: &Draws,
    errors: DifferenceErrors<'_>,
    level: f64,
    order: RankOrder,
    progress: &Progress,
) -> Result<Vec<RankSet>, RankConfidenceError> {
    let problem = Problem::new(estimates, draws, errors, level, order)?;
    let n = estimates.len();
    progress.expect(n);
    let firsts: Vec<usize> = (0..n).step_by(REGIONS_A_TASK).collect();
    let sets = firsts.into_par_iter().map(|first| {
        let sets = problem.sets(first..n.min(first + REGIONS_A_TASK), progress)?;
        progress.advance(sets.len())?;
        Ok(sets)
    });
    Ok(sets.collect::<Result<Vec<_>, Stopped>>()?.into_iter().flatten().collect())
}

/// What all sets have in common.
struct Problem<'a> {
    estimates: &'a [f64],
    errors: DifferenceErrors<'a>,
    order: RankOrder,
    /// Draws x regions, less their centre.
    deviations: Vec<f64>,
    n_draws: usize,
    /// Position of the critical value among the sorted maxima.
    critical: usize,
}

/// The hypotheses about one region, against every other. A scale of zero is one that has fallen.
struct Hypotheses {
    region: usize,
    /// Studentised differences of the estimates.
    statistics: Vec<f64>,
    /// One over the standard error, where "not above" still stands.
    not_above: Vec<f64>,
    /// The same for "not below".
    not_below: Vec<f64>,
    /// The greatest studentised difference in each draw.
    maxima: Vec<f64>,
    surely_below: usize,
    surely_above: usize,
    settled: bool,
}

impl<'a> Problem<'a> {
    fn new(
        estimates: &'a [f64],
        draws: &Draws,
        errors: DifferenceErrors<'a>,
        level: f64,
        order: RankOrder,
    ) -> Result<Self, RankConfidenceError> {
        let (regions, n_draws) = (draws.n_regions(), draws.n_draws());
        if !(level > 0.0 && level < 1.0) {
            return Err(RankConfidenceError::InvalidLevel { level });
        }
        let rank = (level * (n_draws as f64 + 1.0) - 1e-9).ceil() as usize;
        if n_draws < 2 || rank > n_draws {
            return Err(RankConfidenceError::TooFewDraws { draws: n_draws, level });
        }
        let given = match errors {
            DifferenceErrors::Independent(errors) => errors,
            DifferenceErrors::FromDraws => &[],
        };
        let lengths =
            [Some(estimates.len()), matches!(errors, DifferenceErrors::Independent(_)).then_some(given.len())];
        if let Some(figures) = lengths.into_iter().flatten().find(|&length| length != regions) {
            return Err(RankConfidenceError::LengthsDiffer { figures, regions });
        }
        let wrong = |values: &[f64], least: f64| values.iter().position(|value| !value.is_finite() || *value < least);
        if let Some(region) = wrong(estimates, f64::NEG_INFINITY) {
            return Err(RankConfidenceError::InvalidFigure { region, value: estimates[region] });
        }
        if let Some(region) = wrong(given, 0.0) {
            return Err(RankConfidenceError::InvalidFigure { region, value: given[region] });
        }
        let centre = match errors {
            DifferenceErrors::Independent(_) => estimates.to_vec(),
            DifferenceErrors::FromDraws => draws.means(),
        };
        let row = |draw: usize| draws.regions(draw).iter().zip(&centre).map(|(value, centre)| value - centre);
        let deviations = (0..n_draws).flat_map(row).collect();
        Ok(Self { estimates, errors, order, deviations, n_draws, critical: rank - 1 })
    }

    fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.deviations.chunks_exact(self.estimates.len())
    }

    /// The sets of some regions.
    fn sets(&self, regions: std::ops::Range<usize>, progress: &Progress) -> Result<Vec<RankSet>, Stopped> {
        let errors = self.errors_of(regions.clone(), progress)?;
        let mut all: Vec<Hypotheses> =
            regions.zip(errors).map(|(region, errors)| self.hypotheses(region, errors)).collect();
        while all.iter().any(|own| !own.settled) {
            for (draw, row) in self.rows().enumerate() {
                progress.check()?;
                for own in all.iter_mut().filter(|own| !own.settled) {
                    own.maxima[draw] = greatest(row, row[own.region], &own.not_above, &own.not_below);
                }
            }
            all.iter_mut().filter(|own| !own.settled).for_each(|own| own.step(self.critical));
        }
        let n = self.estimates.len();
        let set = |own: Hypotheses| match self.order {
            RankOrder::HighestFirst => RankSet { lower: 1 + own.surely_below, upper: n - own.surely_above },
            RankOrder::LowestFirst => RankSet { lower: 1 + own.surely_above, upper: n - own.surely_below },
        };
        Ok(all.into_iter().map(set).collect())
    }

    /// Standard errors of the differences of some regions from all.
    fn errors_of(&self, regions: std::ops::Range<usize>, progress: &Progress) -> Result<Vec<Vec<f64>>, Stopped> {
        let n = self.estimates.len();
        if let DifferenceErrors::Independent(errors) = self.errors {
            return Ok(regions.map(|own| errors.iter().map(|other| errors[own].hypot(*other)).collect()).collect());
        }
        let mut squares = vec![vec![0.0; n]; regions.len()];
        for row in self.rows() {
            progress.check()?;
            for (own, sums) in regions.clone().zip(&mut squares) {
                let differences = row.iter().map(|other| row[own] - other);
                sums.iter_mut().zip(differences).for_each(|(sum, difference)| *sum += difference * difference);
            }
        }
        let degrees = self.n_draws as f64 - 1.0;
        squares.iter_mut().flatten().for_each(|sum| *sum = (*sum / degrees).sqrt());
        Ok(squares)
    }

    fn hypotheses(&self, region: usize, mut errors: Vec<f64>) -> Hypotheses {
        errors[region] = 0.0;
        let own = self.estimates[region];
        let difference = |(other, error): (&f64, &f64)| if *error > 0.0 { (own - other) / error } else { 0.0 };
        let statistics = self.estimates.iter().zip(&errors).map(difference).collect();
        let scales: Vec<f64> = errors.iter().map(|error| if *error > 0.0 { 1.0 / error } else { 0.0 }).collect();
        // What has no error needs no test.
        let sure = |below: bool| {
            let pairs = self.estimates.iter().zip(&errors).filter(|(_, error)| **error == 0.0);
            pairs.filter(|(other, _)| if below { own < **other } else { own > **other }).count()
        };
        let settled = scales.iter().all(|scale| *scale == 0.0);
        Hypotheses {
            region,
            statistics,
            not_above: scales.clone(),
            not_below: scales,
            maxima: vec![0.0; self.n_draws],
            surely_below: sure(true),
            surely_above: sure(false),
            settled,
        }
    }
}

impl Hypotheses {
    /// Lets fall what the critical value of this step refutes.
    fn step(&mut self, critical: usize) {
        let (_, &mut critical, _) = self.maxima.select_nth_unstable_by(critical, f64::total_cmp);
        let mut fell = 0;
        for ((statistic, not_above), not_below) in
            self.statistics.iter().zip(&mut self.not_above).zip(&mut self.not_below)
        {
            if *not_above > 0.0 && *statistic > critical {
                *not_above = 0.0;
                self.surely_above += 1;
                fell += 1;
            }
            if *not_below > 0.0 && -*statistic > critical {
                *not_below = 0.0;
                self.surely_below += 1;
                fell += 1;
            }
        }
        self.settled = fell == 0;
    }
}

/// The greatest studentised difference of a draw among the hypotheses that stand, and at least 0.
fn greatest(row: &[f64], own: f64, not_above: &[f64], not_below: &[f64]) -> f64 {
    /// Maxima that run side by side, so that they fill the registers.
    const LANES: usize = 8;
    let larger = |a: f64, b: f64| if a > b { a } else { b };
    let one = |other: f64, above: f64, below: f64| larger((own - other) * above, (other - own) * below);
    let mut lanes = [0.0; LANES];
    let (rows, aboves, belows) =
        (row.chunks_exact(LANES), not_above.chunks_exact(LANES), not_below.chunks_exact(LANES));
    let rest = rows.remainder().iter().zip(aboves.remainder()).zip(belows.remainder());
    let rest = rest.fold(0.0, |most, ((&other, &above), &below)| larger(one(other, above, below), most));
    for ((others, aboves), belows) in rows.zip(aboves).zip(belows) {
        for lane in 0..LANES {
            lanes[lane] = larger(one(others[lane], aboves[lane], belows[lane]), lanes[lane]);
        }
    }
    lanes.into_iter().fold(rest, larger)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
