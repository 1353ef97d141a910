//! Growth of one row of figures over a span, or why there is none.

use growthpole_domain::{Panel, Period};
use growthpole_methods::growth::{
    GrowthError, GrowthMeasure, amount_steps, cumulative_from_rates, from_levels, from_rates, rate_steps, yearly_rates,
};

use super::figures::{Cell, Figures, Gap};
use super::span::{Basis, Span};

/// What growth is computed from, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) span: Span,
    pub(crate) basis: Basis,
    pub(crate) measure: GrowthMeasure,
    /// Whether every year is needed, also where the measure looks at the first and the last only.
    pub(crate) every_year: bool,
}

/// Growth as fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Growth {
    /// By the measure.
    pub(crate) measured: f64,
    /// Over all periods together; nothing where the base is zero.
    pub(crate) cumulative: Option<f64>,
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
        if self.every_year { self.span.every_year(self.basis) } else { self.span.needed(self.basis, self.measure) }
    }

    /// Growth of each region, by position.
    pub(crate) fn growth_of_regions(&self, figures: &Figures) -> Vec<Result<Growth, NoGrowth>> {
        let needed = Needed::of(self.needed(), figures);
        let growth = |row: &Vec<Cell>| {
            let growth = self.growth(&needed, &needed.cells(row))?;
            // Where years are drawn, growth needs all of their steps.
            if self.every_year { self.steps(figures, row).map(|_| growth) } else { Ok(growth) }
        };
        figures.regions.iter().map(growth).collect()
    }

    /// Growth of the benchmark, where there is one.
    pub(crate) fn growth_of_benchmark(&self, figures: &Figures) -> Option<Result<Growth, NoGrowth>> {
        let needed = Needed::of(self.needed(), figures);
        Some(self.growth(&needed, &needed.cells(figures.benchmark.as_ref()?)))
    }

    /// The yearly rates of a row, as fractions.
    pub(crate) fn yearly_rates(&self, figures: &Figures, row: &[Cell]) -> Result<Vec<f64>, NoGrowth> {
        let needed = Needed::of(self.span.every_year(self.basis), figures);
        let values = needed.values(&needed.cells(row))?;
        let rates = match self.basis {
            Basis::Rates => from_rates(&values, GrowthMeasure::MeanOfRates).map(|_| values),
            Basis::Levels => yearly_rates(&values),
        };
        rates.map_err(|error| undefined(error, &needed.periods))
    }

    /// The yearly steps of which growth by the measure is the mean.
    pub(crate) fn steps(&self, figures: &Figures, row: &[Cell]) -> Result<Vec<f64>, NoGrowth> {
        let needed = Needed::of(self.span.every_year(self.basis), figures);
        if self.measure == GrowthMeasure::Change {
            let values = needed.values(&needed.cells(row))?;
            return amount_steps(&values).map_err(|error| undefined(error, &needed.periods));
        }
        let rates = self.yearly_rates(figures, row)?;
        // Steps are counted from the first year of growth, which follows the base of levels.
        let base = needed.periods.len().saturating_sub(rates.len());
        rate_steps(&rates, self.measure)
            .map_err(|error| undefined(error, needed.periods.get(base..).unwrap_or(&needed.periods)))
    }

    /// The needed periods whose benchmark is a sum without all of its regions.
    pub(crate) fn partial_sums(&self, panel: &Panel) -> Vec<String> {
        let columns = panel.axes.n_columns();
        let absent = |period: Period| panel.benchmark.as_ref()?.absent.get(panel.period_position(period)? * columns);
        let partial = self.needed().into_iter().filter(|&period| absent(period).is_some_and(|&absent| absent > 0));
        partial.map(|period| period.to_string()).collect()
    }

    fn growth(&self, needed: &Needed<'_>, cells: &[Cell]) -> Result<Growth, NoGrowth> {
        let values = needed.values(cells)?;
        let measured = match self.basis {
            Basis::Rates => of_rates(&values, self.measure),
            Basis::Levels => self.of_needed_levels(&values),
        };
        measured.map_err(|error| undefined(error, &needed.periods))
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
        Ok(Growth { measured, cumulative: cumulative(start, end, self.measure)? })
    }
}

/// Growth over all periods together. An amount needs no base to grow from; every other measure has one.
fn cumulative(start: f64, end: f64, measure: GrowthMeasure) -> Result<Option<f64>, GrowthError> {
    match from_levels(&[start, end], GrowthMeasure::YearOnYear) {
        Err(GrowthError::ZeroLevel { .. }) if measure == GrowthMeasure::Change => Ok(None),
        growth => growth.map(Some),
    }
}

fn of_rates(rates: &[f64], measure: GrowthMeasure) -> Result<Growth, GrowthError> {
    let measured = from_rates(rates, measure)?;
    // The factor of a single rate would lose its last digits.
    let cumulative = if let [rate] = rates { *rate } else { cumulative_from_rates(rates)? - 1.0 };
    Ok(Growth { measured, cumulative: Some(cumulative) })
}

/// The periods that growth needs, and where they are among the figures.
struct Needed<'a> {
    periods: Vec<Period>,
    positions: Vec<Option<usize>>,
    figures: &'a Figures,
}

impl<'a> Needed<'a> {
    fn of(periods: Vec<Period>, figures: &'a Figures) -> Self {
        let positions = periods.iter().map(|&period| figures.position(period)).collect();
        Self { periods, positions, figures }
    }

    /// The needed cells of a row.
    fn cells(&self, row: &[Cell]) -> Vec<Cell> {
        let cell = |position: &Option<usize>| position.and_then(|at| row.get(at).copied()).unwrap_or(Err(Gap::Value));
        self.positions.iter().map(cell).collect()
    }

    /// Their figures, when all are there.
    fn values(&self, cells: &[Cell]) -> Result<Vec<f64>, NoGrowth> {
        cells.iter().copied().collect::<Result<Vec<f64>, Gap>>().map_err(|first| {
            // What is missing itself says more than that something else is.
            let own = cells.iter().filter_map(|cell| cell.err()).find(|gap| *gap != Gap::Whole);
            self.missing(cells, own.unwrap_or(first))
        })
    }

    /// What is missing: all periods of the first kind of gap.
    fn missing(&self, cells: &[Cell], gap: Gap) -> NoGrowth {
        let without = self.periods.iter().zip(cells).filter(|(_, cell)| **cell == Err(gap));
        let periods: Vec<String> = without.map(|(period, _)| period.to_string()).collect();
        let listed = periods.join(", ");
        let (reason, text) = match gap {
            Gap::Value => ("MISSING_VALUE", format!("No value for {listed}.")),
            Gap::Denominator => {
                ("MISSING_DENOMINATOR", format!("No value of {} for {listed}.", self.figures.denominator))
            }
            Gap::NotPositive => {
                let text = format!("The value of {} for {listed} is not above zero.", self.figures.denominator);
                ("INVALID_DENOMINATOR", text)
            }
            Gap::Whole => ("NOT_IN_WHOLE", "Another period has no value, so that the whole is without it.".to_owned()),
            Gap::Level => {
                ("MISSING_VALUE", format!("No value of {}, which its share starts from.", self.figures.level))
            }
        };
        NoGrowth { reason, text, periods }
    }
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
