//! Which periods growth is over, and which ones are read for it.

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Frequency, Period, PeriodChoice, QueryError};
use growthpole_methods::growth::{GrowthMeasure, earlier_half};
use growthpole_worker_kit::refuse;

const FIELD: &str = "selection.periods";

/// The periods that a request names: one of any frequency, or consecutive years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: Period,
    pub(crate) last: Period,
}

/// What growth is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Rates in per cent, one for every period of the span.
    Rates,
    /// Levels. A span of one period is compared with the one a year before; the first of several is the base itself.
    Levels,
}

impl Span {
    /// Reads the periods of a selection.
    pub(crate) fn read(periods: &PeriodChoice) -> Result<Self, Refusal> {
        let span = match periods {
            PeriodChoice::All => return Err(Refusal::invalid(FIELD, "nothing", "one period, or a range of years")),
            PeriodChoice::Range(first, last) => Self::of_range(*first, *last)?,
            PeriodChoice::List(list) => Self::of_list(list)?,
        };
        if span.first != span.last && span.first.frequency() != Frequency::Year {
            return Err(Refusal::invalid(FIELD, span, "one period, or a range of years"));
        }
        if span.first.calendar_year() < 2 {
            return Err(Refusal::invalid(FIELD, span, "periods that have a year before them"));
        }
        Ok(span)
    }

    fn of_range(first: Period, last: Period) -> Result<Self, Refusal> {
        if first.frequency() != last.frequency() || last < first {
            let allowed = format!("a period of the same frequency as {first}, not before it");
            return Err(Refusal::invalid(&format!("{FIELD}.range.end"), last, &allowed));
        }
        Ok(Self { first, last })
    }

    fn of_list(list: &[Period]) -> Result<Self, Refusal> {
        let mut sorted = list.to_vec();
        sorted.sort_unstable();
        let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else {
            return Err(refuse::query(
                QueryError::EmptySelection { field: "periods.list.periods".to_owned() },
                "selection",
            ));
        };
        if sorted.windows(2).any(|pair| pair[0].next() != pair[1]) {
            let sent: Vec<String> = list.iter().map(Period::to_string).collect();
            return Err(Refusal::invalid(&format!("{FIELD}.list"), sent.join(", "), "consecutive years, each once"));
        }
        Ok(Self { first, last })
    }

    pub(crate) fn is_single(self) -> bool {
        self.first == self.last
    }

    /// The measure that is used: year on year is of one period only.
    pub(crate) fn measure(self, asked: Option<GrowthMeasure>) -> Result<GrowthMeasure, Refusal> {
        match asked {
            None if self.is_single() => Ok(GrowthMeasure::YearOnYear),
            None => Ok(GrowthMeasure::CompoundAnnual),
            Some(GrowthMeasure::YearOnYear) if !self.is_single() => {
                let message = format!("YEAR_ON_YEAR is of one period; {self} was sent");
                Err(Refusal::new(Reason::InvalidField, message)
                    .with_violation(FIELD, format!("{self} was sent; allowed with YEAR_ON_YEAR: one period")))
            }
            Some(measure) => Ok(measure),
        }
    }

    /// The period before the first one of growth: the one whose level weights contributions.
    pub(crate) fn before(self, basis: Basis) -> Period {
        match basis {
            Basis::Levels if !self.is_single() => self.first,
            Basis::Levels | Basis::Rates => self.first.year_before(),
        }
    }

    /// The first period of growth.
    pub(crate) fn first_of_growth(self, basis: Basis) -> Period {
        match basis {
            Basis::Levels if !self.is_single() => self.first.next(),
            Basis::Levels | Basis::Rates => self.first,
        }
    }

    /// The periods that growth needs, in order.
    pub(crate) fn needed(self, basis: Basis, measure: GrowthMeasure) -> Vec<Period> {
        match (basis, measure) {
            (Basis::Rates, _) => Period::range(self.first, self.last),
            (Basis::Levels, GrowthMeasure::MeanOfRates) if !self.is_single() => Period::range(self.first, self.last),
            (Basis::Levels, _) => vec![self.before(Basis::Levels), self.last],
        }
    }

    /// All periods from the first that growth needs to the last.
    pub(crate) fn every_year(self, basis: Basis) -> Vec<Period> {
        match basis {
            Basis::Rates => Period::range(self.first, self.last),
            Basis::Levels if self.is_single() => vec![self.before(basis), self.last],
            Basis::Levels => Period::range(self.first, self.last),
        }
    }

    /// Number of periods of growth.
    pub(crate) fn n_of_growth(self, basis: Basis) -> usize {
        match basis {
            Basis::Rates if !self.is_single() => self.steps() + 1,
            Basis::Rates | Basis::Levels => self.steps(),
        }
    }

    /// The span whose first and last period of growth are these years.
    fn of_growth(basis: Basis, first: Period, last: Period) -> Self {
        match basis {
            Basis::Levels if first != last => Self { first: first.year_before(), last },
            Basis::Levels | Basis::Rates => Self { first, last },
        }
    }

    /// The two halves of its years of growth, of which the later has one more where they are odd; nothing where there are
    /// not two years.
    pub(crate) fn halves(self, basis: Basis) -> Option<(Self, Self)> {
        let years = Period::range(self.first_of_growth(basis), self.last);
        let (earlier, later) = years.split_at_checked(earlier_half(years.len())?)?;
        let span = |years: &[Period]| Some(Self::of_growth(basis, *years.first()?, *years.last()?));
        Some((span(earlier)?, span(later)?))
    }

    /// Number of yearly steps between the first and the last level.
    pub(crate) fn steps(self) -> usize {
        usize::try_from(self.last.calendar_year() - self.first.calendar_year()).unwrap_or_default().max(1)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_single() {
            write!(formatter, "{}", self.first)
        } else {
            write!(formatter, "{} to {}", self.first, self.last)
        }
    }
}
