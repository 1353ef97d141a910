//! The cube of a data set: dimensions with their categories, checked against each other, and its cells.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use growthpole_domain::{ObservationStatus, Period};

use super::dataset::{Dataset, Dimension, Texts, Values};
use crate::cells::{Cell, Output};
use crate::describe::Codes;
use crate::dimensions::{DimensionChoice, Dimensions, Role, agrees};
use crate::eurostat::flags;
use crate::mapping::PeriodForms;
use crate::numbers;
use crate::report::{Report, Rule};
use crate::text::periods;

/// A data set whose parts agree.
pub(super) struct Cube {
    pub(super) dimensions: Dimensions,
    /// What is said of the codes of each dimension.
    pub(super) codes: Vec<Codes>,
    /// Categories of each dimension, in order.
    categories: Vec<Vec<String>>,
    period: usize,
    /// The periods that categories of the dimension of periods are.
    periods: Vec<Period>,
    dataset: Dataset,
}

impl Cube {
    /// Checks a data set, or reports what is wrong with it.
    pub(super) fn new(mut dataset: Dataset, choice: &DimensionChoice, report: &mut Report) -> Option<Self> {
        let first = |chosen: &str, roles: &[String]| {
            if chosen.is_empty() { roles.first().cloned().unwrap_or_default() } else { chosen.to_owned() }
        };
        let choice = DimensionChoice {
            region: first(&choice.region, &dataset.roles.geo),
            period: first(&choice.period, &dataset.roles.time),
            ..choice.clone()
        };
        let categories = categories(&mut dataset, report)?;
        let cells = dataset.sizes.iter().try_fold(1u64, |cells, size| cells.checked_mul(*size));
        check_values(cells, &dataset, report)?;
        let role = |id: &String| match choice.role(id) {
            Role::Indicator if dataset.roles.metric.contains(id) => Role::Measure,
            role => role,
        };
        let roles: Vec<Role> = dataset.ids.iter().map(role).collect();
        let dimensions = Dimensions::new(dataset.ids.clone(), roles, &choice, false, report)?;
        let period = dimensions.find(Role::Period)?;
        let read = |code: &String| {
            let period = periods::parse(code, PeriodForms::default());
            if period.is_none() {
                report.add(Rule::BadPeriod, 0, dimensions.name(period_of(&dimensions)), code);
            }
            period
        };
        let texts = categories.get(period).map(Vec::as_slice).unwrap_or_default();
        let periods: Vec<Period> = texts.iter().filter_map(read).collect();
        if periods.len() != texts.len() {
            return None;
        }
        let codes = dataset.ids.iter().map(|id| codes(dataset.dimensions.remove(id))).collect();
        Some(Self { dimensions, codes, categories, period, periods, dataset })
    }

    /// Gives all cells, in the order of their positions.
    pub(super) fn read(&mut self, output: &mut Output<'_>) -> ControlFlow<()> {
        match self.dataset.values.take() {
            Some(Values::All(values)) => {
                for (position, value) in (0..).zip(values) {
                    self.cell(position, value, output)?;
                }
            }
            Some(Values::Some(values)) => {
                for (position, value) in values {
                    self.cell(position, value, output)?;
                }
            }
            None => {}
        }
        ControlFlow::Continue(())
    }

    fn cell(&mut self, position: u64, value: f64, output: &mut Output<'_>) -> ControlFlow<()> {
        output.report.records += 1;
        let line = position + 1;
        let at = self.indices(position);
        let categories = &self.categories;
        let code = |dimension: usize| {
            let index = at.get(dimension).copied().unwrap_or_default();
            categories.get(dimension).and_then(|codes| codes.get(index)).map_or("", String::as_str)
        };
        let index = at.get(self.period).copied().unwrap_or_default();
        let Some(period) = self.periods.get(index).copied() else {
            return ControlFlow::Continue(());
        };
        if let Some(frequency) = self.dimensions.find(Role::Frequency).map(code)
            && !agrees(frequency, period)
        {
            // A cube of several frequencies has all periods for each of them.
            if !value.is_nan() {
                output.report.add(Rule::BadPeriod, line, "freq", frequency);
            }
            return ControlFlow::Continue(());
        }
        let Some(place) = self.dimensions.place(code, line, output) else {
            return ControlFlow::Continue(());
        };
        let (status, flag) = self.status(position, value, output);
        let [own, note, source] = [0, 1, 2].map(|at| self.text(at, position, output));
        let finite = if value.is_nan() { Ok(value) } else { numbers::finite(value) };
        let Ok(value) = finite else {
            output.report.add(Rule::NotFinite, line, "value", &value.to_string());
            return ControlFlow::Continue(());
        };
        let (indicator, region, industry) = (place.indicator, place.region, place.industry);
        let flag = if output.labels.texts.text(own).is_empty() { flag } else { own };
        output.push(Cell { line, value, indicator, region, industry, flag, note, source, period, status })
    }

    /// Position of a cell in each dimension: the last varies first.
    fn indices(&self, position: u64) -> Vec<usize> {
        let mut rest = position;
        let index = |size: &u64| {
            let size = (*size).max(1);
            let index = rest % size;
            rest /= size;
            usize::try_from(index).unwrap_or(usize::MAX)
        };
        let mut indices: Vec<usize> = self.dataset.sizes.iter().rev().map(index).collect();
        indices.reverse();
        indices
    }

    /// Status and flag of a cell. A capital is a code of SDMX; anything else is a flag of the source.
    fn status(&self, position: u64, value: f64, output: &mut Output<'_>) -> (ObservationStatus, u32) {
        let sent = self.dataset.statuses.at(position).map_or("", |at| self.dataset.interner.text(at));
        let is_code = sent.bytes().all(|byte| byte.is_ascii_uppercase()) && !sent.is_empty();
        if let Some(status) = ObservationStatus::parse(sent).filter(|_| is_code) {
            if status.is_missing() && !value.is_nan() {
                output.report.add(Rule::ValueWithMissingStatus, position + 1, "status", sent);
            }
            if status == ObservationStatus::NORMAL && value.is_nan() {
                output.report.add(Rule::NormalStatusWithoutValue, position + 1, "status", sent);
            }
            return (status, output.labels.texts.position(""));
        }
        // A colon is the mark of a missing value.
        let flag = sent.trim_start_matches(':').trim();
        let flagged = flags::status(flag, value.is_nan());
        if !flagged.is_known {
            output.report.add(Rule::UnknownFlag, position + 1, "status", sent);
        }
        (flagged.status, output.labels.texts.position(flag))
    }

    fn text(&self, which: usize, position: u64, output: &mut Output<'_>) -> u32 {
        let found = self.dataset.texts.get(which).and_then(|texts| texts.at(position));
        output.labels.texts.position(found.map_or("", |at| self.dataset.interner.text(at)))
    }
}

fn period_of(dimensions: &Dimensions) -> usize {
    dimensions.find(Role::Period).unwrap_or_default()
}

/// Codes of each dimension in order, as many as its size says.
fn categories(dataset: &mut Dataset, report: &mut Report) -> Option<Vec<Vec<String>>> {
    let mut inconsistent = |column: &str, value: &str| report.add(Rule::Inconsistent, 0, column, value);
    if dataset.ids.is_empty() || dataset.ids.len() != dataset.sizes.len() {
        inconsistent("size", &format!("{} dimensions and {} sizes", dataset.ids.len(), dataset.sizes.len()));
        return None;
    }
    let mut categories = Vec::with_capacity(dataset.ids.len());
    for (id, size) in dataset.ids.iter().zip(&dataset.sizes) {
        let codes = dataset.dimensions.get_mut(id).and_then(in_order);
        match codes {
            Some(codes) if codes.len() as u64 == *size => categories.push(codes),
            Some(codes) => inconsistent(id, &format!("{} categories of {size}", codes.len())),
            None => inconsistent(id, "no order of its categories"),
        }
    }
    (categories.len() == dataset.ids.len()).then_some(categories)
}

/// The codes of a dimension by their numbers, which are 0, 1, 2 and so on. A dimension with one category needs none.
fn in_order(dimension: &mut Dimension) -> Option<Vec<String>> {
    let Some(mut index) = dimension.index.take() else {
        return match dimension.labels.as_slice() {
            [(code, _)] => Some(vec![code.clone()]),
            _ => None,
        };
    };
    index.sort();
    let is_whole = index.iter().zip(0..).all(|((number, _), place)| *number == place);
    is_whole.then(|| index.into_iter().map(|(_, code)| code).collect())
}

/// Values and statuses lie within the cube; a list has one for each of its cells.
fn check_values(cells: Option<u64>, dataset: &Dataset, report: &mut Report) -> Option<()> {
    let Some(cells) = cells else {
        report.add(Rule::Inconsistent, 0, "size", "more cells than can be counted");
        return None;
    };
    let problem = match (&dataset.values, &dataset.statuses) {
        (Some(Values::All(values)), _) if values.len() as u64 != cells => {
            format!("{} values for {cells} cells", values.len())
        }
        (Some(Values::Some(values)), _) if values.iter().any(|(position, _)| *position >= cells) => {
            format!("a value beyond {cells} cells")
        }
        (Some(_), Texts::All(statuses)) if statuses.len() as u64 > cells => {
            format!("{} statuses for {cells} cells", statuses.len())
        }
        (Some(_), _) => return Some(()),
        (None, _) => "no values".to_owned(),
    };
    report.add(Rule::Inconsistent, 0, "value", &problem);
    None
}

fn codes(dimension: Option<Dimension>) -> Codes {
    let Dimension { labels, parents, units, .. } = dimension.unwrap_or_default();
    Codes { names: labels.into_iter().collect::<BTreeMap<_, _>>(), parents, units }
}
