//! Bootstrap of location quotients: how far they depend on which regions make up the benchmark.

mod draw;

use rayon::prelude::*;

use crate::progress::Stopped;
use crate::{AmountRows, Progress};
use draw::{Draw, SortedShares};

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
/// ```
///
/// l and e are mean and standard deviation of ln s over the regions of the draw that have the industry, and N is their amount
/// in all. z is the standardised location quotient and y the standardised logarithm of it, from which the benchmark's share
/// cancels (see [`standardized_quotient`](super::standardized_quotient)); W is the weighted one (see
/// [`weighted_quotient`](super::weighted_quotient)) and NLQ the normalised (see
/// [`normalized_quotient_cell`](super::normalized_quotient_cell)). Ends are quantiles (type 7) of q, carried through, and of z,
/// W, y and NLQ.
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
    check(drawn, measured, how)?;
    progress.expect(how.draws + drawn.n_industries() + measured.n_regions());
    let sorted = SortedShares::of(drawn);
    let draws = in_turn(how.draws, drawn.n_regions() * drawn.n_industries() * how.draws, |draw| {
        let result = Draw::of(drawn, &sorted, how, draw);
        progress.advance(1)?;
        Ok(result)
    })?;
    let tail = (1.0 - how.level) / 2.0;
    let n_cells = measured.n_regions() * drawn.n_industries();
    let columns = in_turn(drawn.n_industries(), n_cells * how.draws, |industry| {
        let column = Column::of(&draws, industry, tail);
        let regions = measured.regions().zip(measured.region_totals());
        let cells: Vec<QuotientIntervals> =
            regions.map(|(row, &total)| column.intervals(row[industry] / total, total, tail)).collect();
        progress.advance(1)?;
        Ok((cells, column.cut_off))
    })?;
    let weighted = in_turn(measured.n_regions(), n_cells * how.draws, |region| {
        let total = measured.region_totals()[region];
        let shares: Vec<f64> = measured.region(region).iter().map(|amount| amount / total).collect();
        let intervals = weighted_intervals(&draws, &shares, tail);
        progress.advance(1)?;
        Ok(intervals)
    })?;
    let by_region = |(region, weighted): (usize, Vec<Option<Interval>>)| {
        let cells = columns.iter().map(move |(cells, _)| cells[region]);
        cells.zip(weighted).map(|(cell, weighted)| QuotientIntervals { weighted, ..cell })
    };
    Ok(BootstrappedQuotients {
        cells: weighted.into_iter().enumerate().flat_map(by_region).collect(),
        cut_offs: columns.iter().map(|(_, cut_off)| *cut_off).collect(),
    })
}

fn check(
    drawn: &AmountRows<'_>,
    measured: &AmountRows<'_>,
    how: QuotientBootstrap,
) -> Result<(), QuotientBootstrapError> {
    let (industries, of_drawn) = (measured.n_industries(), drawn.n_industries());
    if industries != of_drawn {
        return Err(QuotientBootstrapError::IndustriesDiffer { industries, drawn: of_drawn });
    }
    if how.draws == 0 || drawn.n_regions() < 2 {
        return Err(QuotientBootstrapError::Nothing { draws: how.draws, regions: drawn.n_regions() });
    }
    if !(how.level > 0.0 && how.level < 1.0) {
        return Err(QuotientBootstrapError::InvalidLevel { value: how.level });
    }
    if let Some(region) = drawn.first_empty() {
        return Err(QuotientBootstrapError::EmptyRegion { region });
    }
    measured.first_empty().map_or(Ok(()), |region| Err(QuotientBootstrapError::EmptyMeasured { region }))
}

/// Results by position, spread over threads where the work is worth it.
fn in_turn<T: Send>(
    n: usize,
    work: usize,
    of: impl Fn(usize) -> Result<T, Stopped> + Sync + Send,
) -> Result<Vec<T>, Stopped> {
    if work < FEWEST_CELLS { (0..n).map(of).collect() } else { (0..n).into_par_iter().map(of).collect() }
}

/// What all draws say of one industry.
struct Column {
    /// Interval of the benchmark's share.
    reference: Interval,
    /// The benchmark's share and total in each draw.
    benchmarks: Vec<(f64, f64)>,
    /// Mean and deviation of each draw in which regions were not alike.
    moments: Vec<(f64, f64)>,
    /// The same of logarithms.
    of_logarithms: Vec<(f64, f64)>,
    cut_off: Option<QuotientCutOff>,
}

impl Column {
    fn of(draws: &[Draw], industry: usize, tail: f64) -> Self {
        let mut shares: Vec<f64> = draws.iter().map(|draw| draw.reference[industry]).collect();
        let unlike = |moments: (f64, f64)| Some(moments).filter(|(_, deviation)| *deviation > 0.0);
        let high = |draw: &Draw| draw.high[industry] / draw.reference[industry];
        let mut cut_offs: Vec<f64> = draws.iter().map(high).filter(|high| high.is_finite()).collect();
        let mean = cut_offs.iter().sum::<f64>() / cut_offs.len() as f64;
        let cut_off = interval(&mut cut_offs, tail).map(|interval| QuotientCutOff { mean, interval });
        Self {
            reference: interval(&mut shares, tail).unwrap_or(Interval { lower: 0.0, upper: 0.0 }),
            benchmarks: draws.iter().map(|draw| (draw.reference[industry], draw.total)).collect(),
            moments: draws.iter().filter_map(|draw| unlike(draw.moments[industry])).collect(),
            of_logarithms: draws.iter().filter_map(|draw| unlike(draw.of_logarithms[industry])).collect(),
            cut_off,
        }
    }

    /// The intervals of a region by its share of the industry and its total.
    fn intervals(&self, share: f64, total: f64, tail: f64) -> QuotientIntervals {
        let Interval { lower, upper } = self.reference;
        let quotient = if share > 0.0 {
            Interval { lower: share / upper, upper: share / lower }
        } else {
            Interval { lower: 0.0, upper: 0.0 }
        };
        let scores = |value: f64, moments: &[(f64, f64)]| {
            let mut scores: Vec<f64> = moments.iter().map(|(mean, deviation)| (value - mean) / deviation).collect();
            interval(&mut scores, tail)
        };
        let mut normalized: Vec<f64> =
            self.benchmarks.iter().map(|(reference, all)| total / all * (share - reference)).collect();
        QuotientIntervals {
            quotient: (upper > 0.0).then_some(quotient),
            additive: Interval { lower: share - upper, upper: share - lower },
            standardized: scores(share, &self.moments),
            weighted: None,
            standardized_logarithm: if share > 0.0 { scores(share.ln(), &self.of_logarithms) } else { None },
            normalized: interval(&mut normalized, tail).unwrap_or(Interval { lower: 0.0, upper: 0.0 }),
        }
    }
}

/// Intervals of the weighted quotients of a region with these shares, by industry.
fn weighted_intervals(draws: &[Draw], shares: &[f64], tail: f64) -> Vec<Option<Interval>> {
    let quotient = |share: f64, reference: f64| (reference > 0.0).then(|| share / reference);
    let mean = |draw: &Draw| {
        let quotients = shares.iter().zip(&draw.reference).filter_map(|(share, own)| quotient(*share, *own));
        let (sum, count) = quotients.fold((0.0, 0_u32), |(sum, count), own| (sum + own, count + 1));
        sum / f64::from(count)
    };
    let means: Vec<f64> = draws.iter().map(mean).collect();
    let of_industry = |(industry, share): (usize, &f64)| {
        let weighted = draws.iter().zip(&means).filter_map(|(draw, mean)| {
            let weighted = quotient(*share, draw.reference[industry])? / mean;
            weighted.is_finite().then_some(weighted)
        });
        interval(&mut weighted.collect::<Vec<f64>>(), tail)
    };
    shares.iter().enumerate().map(of_industry).collect()
}

/// The interval that leaves a tail on each side; none of no values.
fn interval(values: &mut [f64], tail: f64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    Some(Interval { lower: quantile(values, tail), upper: quantile(values, 1.0 - tail) })
}

/// Quantile of values, of which there is at least one, by linear interpolation (type 7).
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    let part = place - below as f64;
    if part > 0.0 && next.is_finite() { low + (next - low) * part } else { low }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;

    fn how(draws: usize) -> QuotientBootstrap {
        QuotientBootstrap { draws, level: 0.9, seed: 3 }
    }

    fn run(drawn: &Amounts, measured: &Amounts, how: QuotientBootstrap) -> BootstrappedQuotients {
        bootstrap_quotients(&AmountRows::of(drawn), &AmountRows::of(measured), how, &Progress::new()).unwrap()
    }

    /// Regions of one size whose share of the first industry is 0.1 or 0.3.
    fn two_kinds() -> Amounts {
        let cells = (0..40).flat_map(|region| if region % 2 == 0 { [1.0, 9.0] } else { [3.0, 7.0] });
        Amounts::try_new(cells.collect(), 2).unwrap()
    }

    #[test]
    fn intervals_are_as_wide_as_theory_says() {
        // A share of 40 drawn regions has the mean 0.2 and the standard error 0.1/sqrt(40).
        let bootstrapped = run(&two_kinds(), &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(4000));
        let error = 0.1 / 40.0_f64.sqrt();
        let (low, high) = (0.2 - 1.645 * error, 0.2 + 1.645 * error);
        let cell = bootstrapped.cells[0];
        let near = |interval: Interval, lower: f64, upper: f64| {
            assert!((interval.lower / lower - 1.0).abs() < 0.05, "{interval:?} {lower}");
            assert!((interval.upper / upper - 1.0).abs() < 0.05, "{interval:?} {upper}");
        };
        near(cell.quotient.unwrap(), 0.4 / high, 0.4 / low);
        near(cell.additive, 0.4 - high, 0.4 - low);
        // Standardised: 2 deviations from the mean, which moves by 1/sqrt(40) of a deviation.
        near(cell.standardized.unwrap(), 2.0 - 1.645 / 40.0_f64.sqrt(), 2.0 + 1.645 / 40.0_f64.sqrt());
        // Regions of one size: the benchmark is 40 of them in every draw.
        near(cell.normalized, (0.4 - high) / 40.0, (0.4 - low) / 40.0);
        // Nine tenths of the regions do not exceed the larger of the two shares.
        let cut_off = bootstrapped.cut_offs[0].unwrap();
        assert!((cut_off.mean - 1.5).abs() < 0.02);
        near(cut_off.interval, 0.3 / high, 0.3 / low);
    }

    #[test]
    fn regions_alike_leave_nothing_open() {
        let alike = Amounts::try_new([1.0, 3.0, 0.0].repeat(5), 3).unwrap();
        let bootstrapped = run(&alike, &Amounts::try_new(vec![1.0, 1.0, 0.0, 1.0, 1.0, 2.0], 3).unwrap(), how(50));
        let cell = bootstrapped.cells[0];
        assert_eq!(cell.quotient, Some(Interval { lower: 2.0, upper: 2.0 }));
        assert_eq!((cell.additive, cell.standardized), (Interval { lower: 0.25, upper: 0.25 }, None));
        // Quotients of 2 and 2/3, with a mean of 4/3.
        assert_eq!((cell.weighted, bootstrapped.cells[2].weighted), (Some(Interval { lower: 1.5, upper: 1.5 }), None));
        assert_eq!((bootstrapped.cells[2].quotient, bootstrapped.cells[5].quotient), (None, None));
        assert_eq!((bootstrapped.cut_offs[0].unwrap().mean, bootstrapped.cut_offs[2]), (1.0, None));
    }

    /// Shares of 0.1 and 0.3 in equal numbers: their logarithms have the mean (ln 0.1 + ln 0.3)/2 and, of a population, half
    /// their distance as deviation.
    #[test]
    fn standardised_logarithms_have_intervals_as_wide_as_theory_says() {
        let bootstrapped = run(&two_kinds(), &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(4000));
        let (mean, deviation) = ((0.1_f64.ln() + 0.3_f64.ln()) / 2.0, (0.3_f64.ln() - 0.1_f64.ln()) / 2.0);
        let score = (0.4_f64.ln() - mean) / deviation;
        // The mean moves by deviation/sqrt(40); the deviation hardly does, since both kinds are about as many.
        let Interval { lower, upper } = bootstrapped.cells[0].standardized_logarithm.unwrap();
        let error = 1.645 / 40.0_f64.sqrt();
        assert!((lower - (score - error)).abs() < 0.05 && (upper - (score + error)).abs() < 0.05, "{lower} {upper}");
        let absent = run(&two_kinds(), &Amounts::try_new(vec![0.0, 6.0], 2).unwrap(), how(100));
        assert_eq!(absent.cells[0].standardized_logarithm, None);
    }

    /// The normalised quotients of all industries of a region add up to 0 in every draw: those of two are mirrored.
    #[test]
    fn normalised_quotients_add_up_to_nothing() {
        let sizes: Vec<f64> = two_kinds().cells().cells().iter().enumerate().map(|(at, own)| own * at as f64).collect();
        let drawn = Amounts::try_new(sizes[2..].to_vec(), 2).unwrap();
        let bootstrapped = run(&drawn, &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(999));
        let [first, second] = [0, 1].map(|cell| bootstrapped.cells[cell].normalized);
        assert!((first.lower + second.upper).abs() < 1e-15 && (first.upper + second.lower).abs() < 1e-15);
        assert!(first.lower < first.upper);
    }

    /// The weighted quotients of two industries add up to 2 in every draw: their intervals are mirrored.
    #[test]
    fn weighted_quotients_keep_a_mean_of_one() {
        let bootstrapped = run(&two_kinds(), &Amounts::try_new(vec![4.0, 6.0], 2).unwrap(), how(999));
        let [first, second] = [0, 1].map(|cell| bootstrapped.cells[cell].weighted.unwrap());
        assert!((first.lower + second.upper - 2.0).abs() < 1e-12 && (first.upper + second.lower - 2.0).abs() < 1e-12);
        // LQs of 0.4/q and 0.6/(1 - q): the first falls with q, so that its ends are those of q.
        let quotient = bootstrapped.cells[0].quotient.unwrap();
        let weighted = |quotient: f64| {
            let share = 0.4 / quotient;
            quotient / ((quotient + 0.6 / (1.0 - share)) / 2.0)
        };
        assert!((first.lower - weighted(quotient.lower)).abs() < 1e-3);
        assert!((first.upper - weighted(quotient.upper)).abs() < 1e-3);
    }

    #[test]
    fn an_industry_of_one_region_may_not_be_drawn() {
        let mut cells = [0.0, 1.0].repeat(5);
        cells[0] = 1.0;
        let drawn = Amounts::try_new(cells, 2).unwrap();
        let cell = run(&drawn, &drawn, how(500)).cells[0];
        assert_eq!(cell.quotient.unwrap().upper, f64::INFINITY);
        assert!(cell.weighted.unwrap().upper.is_finite(), "of the draws that have it");
    }

    #[test]
    fn draws_are_seeded() {
        let (drawn, measured) = (two_kinds(), Amounts::try_new(vec![4.0, 6.0], 2).unwrap());
        assert_eq!(run(&drawn, &measured, how(20)), run(&drawn, &measured, how(20)));
        let other = QuotientBootstrap { seed: 4, ..how(20) };
        assert_ne!(run(&drawn, &measured, how(20)), run(&drawn, &measured, other));
    }

    #[test]
    fn refuses_what_cannot_be_drawn() {
        let refused = |drawn: Vec<f64>, measured: Vec<f64>, how: QuotientBootstrap, progress: &Progress| {
            let (drawn, measured) = (Amounts::try_new(drawn, 2).unwrap(), Amounts::try_new(measured, 2).unwrap());
            bootstrap_quotients(&AmountRows::of(&drawn), &AmountRows::of(&measured), how, progress).unwrap_err()
        };
        let (two, one, going) = (vec![1.0; 4], vec![1.0; 2], Progress::new());
        let nothing = |draws, regions| QuotientBootstrapError::Nothing { draws, regions };
        assert_eq!(refused(two.clone(), one.clone(), how(0), &going), nothing(0, 2));
        assert_eq!(refused(one.clone(), one.clone(), how(9), &going), nothing(9, 1));
        let level = QuotientBootstrap { level: 1.0, ..how(9) };
        assert_eq!(
            refused(two.clone(), one.clone(), level, &going),
            QuotientBootstrapError::InvalidLevel { value: 1.0 }
        );
        let half_empty = vec![1.0, 1.0, 0.0, 0.0];
        let empty = QuotientBootstrapError::EmptyRegion { region: 1 };
        assert_eq!(refused(half_empty.clone(), one.clone(), how(9), &going), empty);
        let measured = QuotientBootstrapError::EmptyMeasured { region: 1 };
        assert_eq!(refused(two.clone(), half_empty, how(9), &going), measured);
        let stopped = Progress::new();
        stopped.stop();
        assert_eq!(refused(two, one, how(9), &stopped), QuotientBootstrapError::Stopped(Stopped));
    }
}
