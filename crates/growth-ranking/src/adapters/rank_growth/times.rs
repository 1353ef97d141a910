//! The times that a request asks growth of: the selection's, and for acceleration an earlier and a later one.

use std::collections::BTreeSet;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Frequency, Period, PeriodChoice};
use growthpole_methods::growth::GrowthMeasure;

use super::growth::Rule;
use super::span::{Basis, Span};

const EARLIER: &str = "acceleration.earlier";

/// The times, and how densely they are read.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    /// The selection's periods.
    pub(crate) whole: Span,
    pub(crate) measure: GrowthMeasure,
    /// Acceleration, if it is asked for: since this earlier time, or between the halves of the whole.
    acceleration: Option<Option<Span>>,
    /// Whether growth needs every year, as the bootstrap of years does.
    needs_every_year: bool,
    /// Whether every year is read, as volatility wants it where it is there.
    reads_every_year: bool,
    /// Whether no period may be left out between the first and the last that are read, as chained shares need it.
    without_gaps: bool,
}

/// The rules of the two times of acceleration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TwoTimes {
    pub(crate) earlier: Rule,
    pub(crate) later: Rule,
}

impl Times {
    /// Only the selection's periods.
    pub(crate) fn of(whole: Span, measure: GrowthMeasure) -> Self {
        Self {
            whole,
            measure,
            acceleration: None,
            needs_every_year: false,
            reads_every_year: false,
            without_gaps: false,
        }
    }

    /// The times of a request, whose selection is of the periods `whole`.
    pub(crate) fn read(
        request: &v1::RankGrowthRequest,
        whole: Span,
        measure: GrowthMeasure,
        bootstraps: bool,
    ) -> Result<Self, Refusal> {
        let acceleration = request.acceleration.as_ref().map(|asked| read_acceleration(asked, measure)).transpose()?;
        let whole_is_selected = request.share_of == i32::from(v1::ShareOf::Selected);
        Ok(Self {
            acceleration,
            needs_every_year: bootstraps,
            reads_every_year: bootstraps || request.volatility,
            without_gaps: whole_is_selected,
            ..Self::of(whole, measure)
        })
    }

    /// The rule of the selection's periods.
    pub(crate) fn rule(&self, basis: Basis) -> Rule {
        Rule { span: self.whole, basis, measure: self.measure, every_year: self.needs_every_year }
    }

    /// The rules of acceleration, where it is asked for.
    pub(crate) fn acceleration(&self, basis: Basis) -> Result<Option<TwoTimes>, Refusal> {
        let (earlier, later) = match self.acceleration {
            None => return Ok(None),
            Some(Some(_)) if self.whole.first.frequency() != Frequency::Year => {
                return Err(Refusal::invalid(
                    "selection.periods",
                    format!("{} with acceleration", self.whole),
                    "years",
                ));
            }
            Some(Some(earlier)) => (earlier, self.whole),
            Some(None) => self.whole.halves(basis).ok_or_else(|| {
                let allowed = "acceleration.earlier, or at least two years of growth";
                Refusal::invalid("selection.periods", format!("{} with acceleration", self.whole), allowed)
            })?,
        };
        if earlier.last >= later.first_of_growth(basis) {
            let allowed = format!("years of growth before {}", later.first_of_growth(basis));
            return Err(Refusal::invalid(EARLIER, format!("{earlier}, which overlaps {later}"), &allowed));
        }
        let rule = |span| Rule { span, every_year: false, ..self.rule(basis) };
        Ok(Some(TwoTimes { earlier: rule(earlier), later: rule(later) }))
    }

    /// The periods to read figures of; `asked` is what the selection says.
    pub(crate) fn periods(&self, basis: Basis, asked: &PeriodChoice) -> Result<PeriodChoice, Refusal> {
        let times = self.acceleration(basis)?;
        // Rates of a selection without more are read as it names them.
        if basis == Basis::Rates && times.is_none() {
            return Ok(asked.clone());
        }
        let mut needed: BTreeSet<Period> = self.rule(basis).needed().into_iter().collect();
        if self.reads_every_year {
            needed.extend(self.whole.every_year(basis));
        }
        for time in times.iter().flat_map(|times| [times.earlier, times.later]) {
            needed.extend(time.needed());
        }
        match (needed.first(), needed.last()) {
            (Some(&first), Some(&last)) if self.without_gaps && basis == Basis::Rates => {
                Ok(PeriodChoice::Range(first, last))
            }
            _ => Ok(PeriodChoice::List(needed.into_iter().collect())),
        }
    }
}

fn read_acceleration(asked: &v1::AccelerationOptions, measure: GrowthMeasure) -> Result<Option<Span>, Refusal> {
    if measure == GrowthMeasure::Change {
        let allowed = "a rate: amounts over times of different length cannot be compared";
        return Err(Refusal::invalid("measure", "CHANGE with acceleration", allowed));
    }
    let Some(range) = &asked.earlier else { return Ok(None) };
    let period = |field: &str, text: &str| {
        let period: Option<Period> = text.parse().ok();
        let field = format!("{EARLIER}.{field}");
        let period = period.filter(|period| period.frequency() == Frequency::Year && period.calendar_year() >= 2);
        period.ok_or_else(|| Refusal::invalid(&field, format!("\"{text}\""), "a year, for example 2008"))
    };
    let (first, last) = (period("start", &range.start)?, period("end", &range.end)?);
    if last < first {
        return Err(Refusal::invalid(&format!("{EARLIER}.end"), last, &format!("{first} or later")));
    }
    Span { first, last }.measure(Some(measure)).map_err(|_| {
        Refusal::invalid(EARLIER, Span { first, last }, "one year, or another measure than YEAR_ON_YEAR")
    })?;
    Ok(Some(Span { first, last }))
}
