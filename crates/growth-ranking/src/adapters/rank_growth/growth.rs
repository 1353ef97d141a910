//! Growth of one row of a panel over the span, or why there is none.

use growthpole_domain::{Panel, Period};
use growthpole_methods::growth::{GrowthError, GrowthMeasure, cumulative_from_rates, from_levels, from_rates};

use super::span::{Basis, Span};

/// What growth is computed from, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) span: Span,
    pub(crate) basis: Basis,
    pub(crate) measure: GrowthMeasure,
}

/// Growth as fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Growth {
    /// By the measure.
    pub(crate) measured: f64,
    /// Over all periods together.
    pub(crate) cumulative: f64,
}

/// Why there is no growth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NoGrowth {
    pub(crate) reason: &'static str,
    pub(crate) text: String,
    pub(crate) periods: Vec<String>,
}

impl Rule {
    /// The periods that it needs.
    pub(crate) fn needed(&self) -> Vec<Period> {
        self.span.needed(self.basis, self.measure)
    }

    /// Growth of each region of a panel, by position.
    pub(crate) fn growth_of_regions(&self, panel: &Panel) -> Vec<Result<Growth, NoGrowth>> {
        let needed = self.needed();
        let positions: Vec<Option<usize>> = needed.iter().map(|&period| panel.period_position(period)).collect();
        (0..panel.axes.regions.len())
            .map(|region| {
                let value = |period: &Option<usize>| panel.value((*period)?, region, 0);
                self.growth(&needed, &positions.iter().map(value).collect::<Vec<_>>())
            })
            .collect()
    }

    /// Growth of the benchmark of a panel, where it has one.
    pub(crate) fn growth_of_benchmark(&self, panel: &Panel) -> Option<Result<Growth, NoGrowth>> {
        panel.benchmark.as_ref()?;
        let needed = self.needed();
        let value = |&period: &Period| benchmark_value(panel, period);
        Some(self.growth(&needed, &needed.iter().map(value).collect::<Vec<_>>()))
    }

    /// The needed periods whose benchmark is a sum without all of its regions.
    pub(crate) fn partial_sums(&self, panel: &Panel) -> Vec<String> {
        let columns = panel.axes.n_columns();
        let absent = |period: Period| panel.benchmark.as_ref()?.absent.get(panel.period_position(period)? * columns);
        let partial = self.needed().into_iter().filter(|&period| absent(period).is_some_and(|&absent| absent > 0));
        partial.map(|period| period.to_string()).collect()
    }

    fn growth(&self, periods: &[Period], cells: &[Option<f64>]) -> Result<Growth, NoGrowth> {
        let Some(values) = cells.iter().copied().collect::<Option<Vec<f64>>>() else {
            return Err(missing(periods, cells));
        };
        let measured = match self.basis {
            Basis::Rates => from_percents(&values, self.measure),
            Basis::Levels => self.of_needed_levels(&values),
        };
        measured.map_err(|error| undefined(error, periods))
    }

    /// Levels between the first and the last are missing where the measure does not look at them.
    fn of_needed_levels(&self, levels: &[f64]) -> Result<Growth, GrowthError> {
        let (Some(&start), Some(&end)) = (levels.first(), levels.last()) else { return Err(GrowthError::NoPeriod) };
        let measured = if levels.len() == 2 {
            let mut spread = vec![f64::NAN; self.span.steps() + 1];
            spread[0] = start;
            spread[self.span.steps()] = end;
            // An index of the spread levels is turned into one of the two that were read.
            from_levels(&spread, self.measure).map_err(|error| match error {
                GrowthError::ZeroLevel { index } if index > 0 => GrowthError::ZeroLevel { index: 1 },
                GrowthError::InvalidLevel { index, value } if index > 0 => {
                    GrowthError::InvalidLevel { index: 1, value }
                }
                other => other,
            })?
        } else {
            from_levels(levels, self.measure)?
        };
        Ok(Growth { measured, cumulative: from_levels(&[start, end], GrowthMeasure::YearOnYear)? })
    }
}

/// The benchmark's value in a period, where it has one.
pub(crate) fn benchmark_value(panel: &Panel, period: Period) -> Option<f64> {
    let cells = panel.benchmark_cells(panel.period_position(period)?)?;
    cells.first().copied().filter(|value| !value.is_nan())
}

fn from_percents(percents: &[f64], measure: GrowthMeasure) -> Result<Growth, GrowthError> {
    let rates: Vec<f64> = percents.iter().map(|percent| percent / 100.0).collect();
    let measured = from_rates(&rates, measure)?;
    // The factor of a single rate would lose its last digits.
    let cumulative = if let [rate] = rates.as_slice() { *rate } else { cumulative_from_rates(&rates)? - 1.0 };
    Ok(Growth { measured, cumulative })
}

fn missing(periods: &[Period], cells: &[Option<f64>]) -> NoGrowth {
    let without = periods.iter().zip(cells).filter(|(_, cell)| cell.is_none());
    let periods: Vec<String> = without.map(|(period, _)| period.to_string()).collect();
    NoGrowth { reason: "MISSING_VALUE", text: format!("No value for {}.", periods.join(", ")), periods }
}

fn undefined(error: GrowthError, periods: &[Period]) -> NoGrowth {
    let at = |index: usize| periods.get(index).map(Period::to_string).unwrap_or_default();
    let (reason, index, text) = match error {
        GrowthError::ZeroLevel { index } if index + 1 < periods.len() => (
            "ZERO_BASE",
            Some(index),
            format!("The level of {} is zero, so that nothing can be compared with it.", at(index)),
        ),
        GrowthError::ZeroLevel { index } => {
            ("ZERO_LEVEL", Some(index), format!("The level of {} is zero, which has no logarithm.", at(index)))
        }
        GrowthError::TotalLoss { index } => {
            ("ZERO_LEVEL", Some(index), format!("The rate of {} leaves nothing, which has no logarithm.", at(index)))
        }
        GrowthError::InvalidLevel { index, value } => {
            ("NEGATIVE_LEVEL", Some(index), format!("The level of {} is {value}, which cannot grow.", at(index)))
        }
        GrowthError::InvalidRate { index, value } => {
            let percent = value * 100.0;
            let text = format!("The rate of {} is {percent} per cent, which leaves less than nothing.", at(index));
            ("IMPOSSIBLE_RATE", Some(index), text)
        }
        GrowthError::NoPeriod
        | GrowthError::SeveralPeriods { .. }
        | GrowthError::NeedsLevels
        | GrowthError::OutOfRange => ("OUT_OF_RANGE", None, format!("No growth can be computed: {error}.")),
    };
    let periods = match index {
        Some(index) => vec![at(index)],
        None => periods.iter().map(Period::to_string).collect(),
    };
    NoGrowth { reason, text, periods }
}
