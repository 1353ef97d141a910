//! Classes of values: options read, and regions sorted.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::mobility::{
    Classes, ClassesError, QuantileScope, RelativeError, cut_off_classes, quantile_classes, relative_values,
};
use growthpole_worker_kit::refuse;
use v1::class_options::By;

use super::Tracked;

const CLASSES: i32 = 5;
const MOST_CLASSES: i32 = 50;

/// How values are sorted into classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Classifier {
    relative: bool,
    by: Sorting,
}

#[derive(Debug, Clone, PartialEq)]
enum Sorting {
    Quantiles(usize, QuantileScope),
    CutOffs(Vec<f64>),
}

impl Classifier {
    /// Reads options from the field `field`.
    pub(crate) fn read(options: Option<&v1::ClassOptions>, field: &str) -> Result<Self, Refusal> {
        let none = v1::ClassOptions::default();
        let options = options.unwrap_or(&none);
        let relative = match v1::ClassBasis::try_from(options.basis) {
            Ok(v1::ClassBasis::Unspecified | v1::ClassBasis::RelativeToMean) => true,
            Ok(v1::ClassBasis::Values) => false,
            Err(_) => {
                let allowed = "RELATIVE_TO_MEAN, VALUES, or nothing";
                return Err(Refusal::invalid(&format!("{field}.basis"), options.basis, allowed));
            }
        };
        let by = match &options.by {
            None => quantiles(&v1::QuantileClasses::default(), field)?,
            Some(By::Quantiles(own)) => quantiles(own, field)?,
            Some(By::CutOffs(own)) => cut_offs(&own.values, field)?,
        };
        Ok(Self { relative, by })
    }

    /// What is sorted, as answers show it.
    pub(crate) fn basis(&self) -> v1::ClassBasis {
        if self.relative { v1::ClassBasis::RelativeToMean } else { v1::ClassBasis::Values }
    }

    /// Sorts the values.
    pub(crate) fn sort(&self, tracked: &Tracked) -> Result<Classes, Refusal> {
        let relative = if self.relative {
            Some(relative_values(&tracked.values).map_err(|error| match error {
                RelativeError::NotFinite { period, region, value } => tracked.refuse_value(period, region, value),
                RelativeError::NoPositiveMean { period, mean } => no_mean(&tracked.period(period), mean),
            })?)
        } else {
            None
        };
        let values = relative.as_ref().unwrap_or(&tracked.values);
        let sorted = match &self.by {
            Sorting::Quantiles(count, scope) => quantile_classes(values, *count, *scope),
            Sorting::CutOffs(bounds) => cut_off_classes(values, bounds),
        };
        sorted.map_err(|error| match error {
            ClassesError::NotFinite { period, region, value } => tracked.refuse_value(period, region, value),
            ClassesError::NoValues { period } => no_mean(&tracked.period(period), f64::NAN),
            other => Refusal::internal(other),
        })
    }

    /// The cut-offs as answers show them.
    pub(crate) fn cut_offs(tracked: &Tracked, classes: &Classes) -> Vec<v1::CutOffs> {
        let each = classes.cut_offs.n_rows() == tracked.periods.len();
        let period = |row: usize| if each { tracked.period(row) } else { String::new() };
        let rows = classes.cut_offs.rows().enumerate();
        rows.map(|(row, bounds)| v1::CutOffs { period: period(row), values: bounds.to_vec() }).collect()
    }
}

fn no_mean(period: &str, mean: f64) -> Refusal {
    let message = if mean.is_nan() {
        format!("no region has a value in {period}")
    } else {
        format!("the mean of {period} is {mean}, and values are relative to a positive one")
    };
    refuse::undefined(message, "period", period)
}

fn quantiles(own: &v1::QuantileClasses, field: &str) -> Result<Sorting, Refusal> {
    let count = own.count.unwrap_or(CLASSES);
    if !(2..=MOST_CLASSES).contains(&count) {
        return Err(Refusal::invalid(&format!("{field}.quantiles.count"), count, &format!("2 to {MOST_CLASSES}")));
    }
    let scope = match v1::QuantileScope::try_from(own.scope) {
        Ok(v1::QuantileScope::Unspecified | v1::QuantileScope::EachPeriod) => QuantileScope::EachPeriod,
        Ok(v1::QuantileScope::Pooled) => QuantileScope::Pooled,
        Err(_) => {
            let allowed = "EACH_PERIOD, POOLED, or nothing";
            return Err(Refusal::invalid(&format!("{field}.quantiles.scope"), own.scope, allowed));
        }
    };
    Ok(Sorting::Quantiles(count as usize, scope))
}

fn cut_offs(values: &[f64], field: &str) -> Result<Sorting, Refusal> {
    let field = format!("{field}.cut_offs.values");
    let most = MOST_CLASSES as usize - 1;
    if !(1..=most).contains(&values.len()) {
        return Err(Refusal::invalid(&field, format!("{} values", values.len()), &format!("1 to {most} values")));
    }
    for (at, &value) in values.iter().enumerate() {
        let above = at == 0 || value > values[at - 1];
        if !(value.is_finite() && above) {
            let allowed = "finite numbers, each above the one before";
            return Err(Refusal::invalid(&format!("{field}[{at}]"), value, allowed));
        }
    }
    Ok(Sorting::CutOffs(values.to_vec()))
}
