//! One region: its past projections, and the coming one.

use super::factor::{Factors, LocationalFactor};
use super::follow::follow_reference;
use super::future::{FutureTotals, Known};
use super::spread::{self, Past};
use super::{IndustryFuture, NotShifted, RegionFuture, ShiftShareOptions};
use crate::growth::projection::backtest::{self, Plan, mean_absolute_change};
use crate::growth::projection::intervals::Intervals;
use crate::growth::projection::project::benchmark_scales;
use crate::growth::projection::{Backtest, ErrorScale, Failure, FitOptions, Model, ModelBacktest};
use crate::{Amounts, Matrix, Progress, Stopped};

/// What all regions share.
pub(super) struct Projecting<'a> {
    pub(super) periods: &'a [Amounts],
    pub(super) reference: &'a Matrix,
    pub(super) options: &'a ShiftShareOptions,
    /// Periods up to and with the first origin.
    pub(super) first: usize,
    pub(super) factors: Factors,
    pub(super) coming: &'a [FutureTotals],
    pub(super) known: Known,
    pub(super) intervals: Intervals,
}

/// Projected amounts of the past, by industry, and of the whole.
struct History {
    industries: Vec<Vec<Past>>,
    total: Vec<Past>,
}

impl Projecting<'_> {
    /// Projects one region.
    pub(super) fn region(
        &self,
        region: usize,
        progress: &Progress,
    ) -> Result<Result<RegionFuture, NotShifted>, Stopped> {
        match self.projected(region, progress) {
            Ok(future) => Ok(Ok(future)),
            Err(Why::Undefined(reason)) => Ok(Err(reason)),
            Err(Why::Benchmark(Failure::Unprojected(_))) => Ok(Err(NotShifted::OutOfRange)),
            Err(Why::Benchmark(Failure::Stopped(stopped))) => Err(stopped),
        }
    }

    fn projected(&self, region: usize, progress: &Progress) -> Result<RegionFuture, Why> {
        let last = self.periods.len();
        let history = self.history(region)?;
        let mut by_step = Vec::with_capacity(self.coming.len());
        for future in self.coming {
            by_step.push(self.follow(region, last, future)?);
        }
        let steps = || self.coming.iter().map(|future| future.step);
        let totals = steps().zip(by_step.iter().map(|amounts| amounts.iter().sum()));
        let total = spread::with_intervals(totals, &history.total, &self.intervals)?;
        let industry = |(industry, past): (usize, &Vec<Past>)| {
            let values: Vec<(usize, f64)> = steps().zip(by_step.iter().map(|amounts| amounts[industry])).collect();
            if values.iter().all(|&(_, value)| value == 0.0) {
                return Err(NotShifted::ZeroLevel);
            }
            let steps = spread::with_intervals(values.into_iter(), past, &self.intervals)?;
            Ok(IndustryFuture { steps, errors: spread::overall(past, &self.intervals) })
        };
        Ok(RegionFuture {
            locational: self.factors.of(region, last),
            total,
            backtest: self.backtest(region, &history.total, progress)?,
            industries: history.industries.iter().enumerate().map(industry).collect(),
        })
    }

    /// What the industries of a region become from an origin (as a number of periods) by following the reference.
    fn follow(&self, region: usize, origin: usize, future: &FutureTotals) -> Result<Vec<f64>, NotShifted> {
        let factor = match self.options.factor {
            LocationalFactor::One => Some(1.0),
            _ => self.factors.of(region, origin),
        };
        let factor = factor.ok_or(NotShifted::NoFactor { period: origin - 1 })?;
        let factor = self.options.factor.at(factor, future.step, self.options.base);
        let (amounts, totals) = (self.periods[origin - 1].region(region), self.reference.row(origin - 1));
        let followed = follow_reference(amounts, totals, &future.totals, factor);
        if followed.iter().sum::<f64>().is_finite() { Ok(followed) } else { Err(NotShifted::OutOfRange) }
    }

    /// Projects from every origin but the last period.
    fn history(&self, region: usize) -> Result<History, NotShifted> {
        let n_industries = self.reference.n_columns();
        let series = |industry: usize| self.periods.iter().map(move |period| period.region(region)[industry]);
        let by_industry: Vec<Vec<f64>> = (0..n_industries).map(|industry| series(industry).collect()).collect();
        let totals = self.totals(region);
        let mut history = History { industries: vec![Vec::new(); n_industries], total: Vec::new() };
        for (at, known) in self.known.iter().enumerate() {
            let origin = self.first + at;
            let scale = |series: &[f64]| mean_absolute_change(&series[..origin]);
            let scales: Vec<f64> = by_industry.iter().map(|series| scale(series)).collect();
            for future in known {
                let projected = self.follow(region, origin, future)?;
                let came = origin + future.step - 1;
                let past = |projected, actual, scale| Past { origin, step: future.step, projected, actual, scale };
                for (industry, &amount) in projected.iter().enumerate() {
                    history.industries[industry].push(past(amount, by_industry[industry][came], scales[industry]));
                }
                history.total.push(past(projected.iter().sum(), totals[came], scale(&totals)));
            }
        }
        Ok(history)
    }

    fn totals(&self, region: usize) -> Vec<f64> {
        self.periods.iter().map(|period| period.region_totals()[region]).collect()
    }

    /// The errors for the whole region, beside those of benchmarks from the same origins.
    fn backtest(&self, region: usize, past: &[Past], progress: &Progress) -> Result<Backtest, Failure> {
        let totals = self.totals(region);
        let length = totals.len();
        let plan = Plan { first: self.first, length, horizon: self.options.backtest.horizon };
        let [naive, growth] = benchmark_scales(&totals, ErrorScale::Log);
        let run = |model: Model, scale: ErrorScale| -> Result<ModelBacktest, Failure> {
            let fit = FitOptions { scale, ..FitOptions::default() };
            backtest::run(&totals, model, &fit, &self.intervals, &plan, None, progress)
        };
        Ok(Backtest {
            first_length: self.first,
            origins: length - self.first,
            model: spread::errors(past, &self.intervals),
            naive: run(Model::Naive, naive)?,
            mean_growth: run(Model::Drift, growth)?,
        })
    }
}

/// Why a region ends without a projection.
enum Why {
    Undefined(NotShifted),
    Benchmark(Failure),
}

impl From<NotShifted> for Why {
    fn from(reason: NotShifted) -> Self {
        Self::Undefined(reason)
    }
}

impl From<Failure> for Why {
    fn from(failure: Failure) -> Self {
        Self::Benchmark(failure)
    }
}
