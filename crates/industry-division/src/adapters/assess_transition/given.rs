//! Figures of regions that a request gives, because the data set does not hold them.

use std::collections::{BTreeMap, HashMap};

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Frequency, Panel, Period};
use v1::TransitionMeasure as Measure;

const MOST_FIGURES: usize = 100_000;

/// By row of a panel and year.
pub(super) type Figures = BTreeMap<(usize, i16), f64>;

/// A figure as it was sent.
#[derive(Debug, Clone)]
struct Sent {
    at: usize,
    measure: Measure,
    region: String,
    period: Period,
    value: f64,
}

/// All figures that a request gives.
#[derive(Debug, Default)]
pub(super) struct Given(Vec<Sent>);

impl Given {
    /// Reads them; `named` are the indicators beside which the same measure cannot be given.
    pub(super) fn read(sent: Vec<v1::GivenTransition>, named: &v1::TransitionIndicators) -> Result<Self, Refusal> {
        if sent.len() > MOST_FIGURES {
            return Err(Refusal::invalid("given", format!("{} figures", sent.len()), "at most 100000"));
        }
        let mut seen = BTreeMap::new();
        let mut own = Vec::with_capacity(sent.len());
        for (at, figure) in sent.into_iter().enumerate() {
            let field = |name: &str| format!("given[{at}].{name}");
            let measure = measure(&figure, named, &field("measure"))?;
            let most = if measure == Measure::CapacityUtilization { 2.0 } else { 1.0 };
            if !(0.0..=most).contains(&figure.value) {
                return Err(Refusal::invalid(&field("value"), figure.value, &format!("a fraction, 0 to {most}")));
            }
            let period: Option<Period> = figure.period.parse().ok();
            let Some(period) = period.filter(|period| period.frequency() == Frequency::Year) else {
                return Err(Refusal::invalid(&field("period"), format!("\"{}\"", figure.period), "a year"));
            };
            let key = (measure, figure.region.clone(), period);
            if let Some(before) = seen.insert(key, at) {
                let sent = format!("the same measure, region and year as given[{before}]");
                return Err(Refusal::invalid(&format!("given[{at}]"), sent, "each once"));
            }
            own.push(Sent { at, measure, region: figure.region, period, value: figure.value });
        }
        Ok(Self(own))
    }

    /// The figures of a measure by row of the panel; nothing where none are given. `asked` are all regions and years that were
    /// read, of which the panel may have lost some to the policy for missing cells.
    pub(super) fn of(&self, measure: Measure, asked: &Panel, panel: &Panel) -> Result<Option<Figures>, Refusal> {
        let (rows_asked, rows) = (rows(asked), rows(panel));
        let mut figures = None;
        for sent in self.0.iter().filter(|sent| sent.measure == measure) {
            let field = |name: &str| format!("given[{}].{name}", sent.at);
            if !rows_asked.contains_key(sent.region.as_str()) {
                let region = format!("\"{}\"", sent.region);
                let allowed = "the code of a region that is assessed or compared with";
                return Err(Refusal::invalid(&field("region"), region, allowed));
            }
            if asked.period_position(sent.period).is_none() {
                return Err(Refusal::invalid(&field("period"), sent.period, "one of the selection's years"));
            }
            let figures = figures.get_or_insert_with(Figures::new);
            if let Some(row) = rows.get(sent.region.as_str()) {
                figures.insert((*row, sent.period.calendar_year()), sent.value);
            }
        }
        Ok(figures)
    }
}

/// The rows of a panel by the code of their region.
fn rows(panel: &Panel) -> HashMap<&str, usize> {
    panel.axes.regions.iter().enumerate().map(|(row, region)| (region.code.as_str(), row)).collect()
}

/// The measure of a figure, whose indicator is not named.
fn measure(figure: &v1::GivenTransition, named: &v1::TransitionIndicators, field: &str) -> Result<Measure, Refusal> {
    let (measure, code, name) = match figure.measure() {
        own @ Measure::CapacityUtilization => (own, &named.capacity_utilization, "capacity_utilization"),
        own @ Measure::LossMakingShare => (own, &named.loss_making_share, "loss_making_share"),
        own @ Measure::StateOwnedShare => (own, &named.state_owned_share, "state_owned_share"),
        _ => {
            let allowed = "CAPACITY_UTILIZATION, LOSS_MAKING_SHARE or STATE_OWNED_SHARE";
            return Err(Refusal::invalid(field, figure.measure, allowed));
        }
    };
    if code.is_empty() {
        return Ok(measure);
    }
    let sent = format!("{} beside indicators.{name}", measure.as_str_name());
    Err(Refusal::invalid(field, sent, "one of the two"))
}
