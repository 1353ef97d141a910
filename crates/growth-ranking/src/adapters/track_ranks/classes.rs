//! Classes of values: options read, and regions sorted.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Period;
use growthpole_methods::Matrix;
use growthpole_methods::growth::mobility::{Classes, ClassesError, QuantileScope, RelativeError, relative_values};
use growthpole_methods::growth::spatial_mobility::ClassRule;
use growthpole_worker_kit::refuse;
use v1::class_options::By;

use super::super::series::Series;
use super::{Tracked, given_classes};

const CLASSES: i32 = 5;
const MOST_CLASSES: i32 = 50;

/// How values are sorted into classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Classifier {
    relative: bool,
    rule: ClassRule,
}

impl Classifier {
    /// Reads options from the field `field`.
    pub(crate) fn read(series: &Series, options: Option<&v1::ClassOptions>, field: &str) -> Result<Self, Refusal> {
        let classifier = Self::read_with_basis(series, options, field)?;
        classifier.check_basis(options, field, classifier.rule.sorts_values())?;
        Ok(classifier)
    }

    /// Reads options whose basis may be that of something else than the classes themselves.
    pub(crate) fn read_with_basis(
        series: &Series,
        options: Option<&v1::ClassOptions>,
        field: &str,
    ) -> Result<Self, Refusal> {
        let none = v1::ClassOptions::default();
        let options = options.unwrap_or(&none);
        let relative = read_basis(options.basis, &format!("{field}.basis"))?;
        let rule = match &options.by {
            None => quantiles(&v1::QuantileClasses::default(), field)?,
            Some(By::Quantiles(own)) => quantiles(own, field)?,
            Some(By::CutOffs(own)) => cut_offs(&own.values, field)?,
            Some(By::Given(own)) => {
                ClassRule::Given(given_classes::read(series, own, &format!("{field}.given"), MOST_CLASSES)?)
            }
        };
        Ok(Self { relative, rule })
    }

    /// Refuses a basis where no values are sorted.
    pub(crate) fn check_basis(
        &self,
        options: Option<&v1::ClassOptions>,
        field: &str,
        sorts_values: bool,
    ) -> Result<(), Refusal> {
        match options.map(|own| own.basis) {
            Some(basis) if basis != 0 && !sorts_values => {
                Err(Refusal::invalid(&format!("{field}.basis"), basis, "nothing with given classes"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses given classes of which one is unknown, where a section needs all of them.
    pub(crate) fn check_known(&self, series: &Series, section: &str) -> Result<(), Refusal> {
        let ClassRule::Given(paths) = &self.rule else { return Ok(()) };
        let unknown = paths
            .periods()
            .enumerate()
            .find_map(|(period, classes)| classes.iter().position(Option::is_none).map(|region| (period, region)));
        let Some((period, region)) = unknown else { return Ok(()) };
        let code = series.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default();
        let period = series.periods.get(period).map(Period::to_string).unwrap_or_default();
        let message = format!("{section} needs all classes, and that of {code} in {period} is unknown");
        Err(refuse::undefined(message, "region", code).with_metadata("period", period))
    }

    /// The same for some of the regions, in the order given.
    pub(crate) fn subset(mut self, regions: &[usize]) -> Self {
        if let ClassRule::Given(paths) = &self.rule {
            self.rule = ClassRule::Given(paths.subset(regions));
        }
        self
    }

    /// Number of classes.
    pub(crate) fn n_classes(&self) -> usize {
        match &self.rule {
            ClassRule::Quantiles { classes, .. } => *classes,
            ClassRule::CutOffs(cut_offs) => cut_offs.len() + 1,
            ClassRule::Given(paths) => paths.n_classes(),
        }
    }

    /// What is sorted, as answers show it; unspecified where nothing is.
    pub(crate) fn basis(&self) -> v1::ClassBasis {
        self.basis_where(self.rule.sorts_values())
    }

    /// The same, where it is known whether anything is sorted.
    pub(crate) fn basis_where(&self, sorts_values: bool) -> v1::ClassBasis {
        if sorts_values { write_basis(self.relative) } else { v1::ClassBasis::Unspecified }
    }

    /// By which rule it is sorted.
    pub(crate) fn rule(&self) -> &ClassRule {
        &self.rule
    }

    /// What is sorted; the values as they are where nobody looks at them.
    pub(crate) fn values(&self, tracked: &Tracked, sorts_values: bool) -> Result<Matrix, Refusal> {
        basis_values(tracked, self.relative && sorts_values)
    }

    /// Sorts the values.
    pub(crate) fn sort(&self, tracked: &Tracked) -> Result<Classes, Refusal> {
        let values = self.values(tracked, self.rule.sorts_values())?;
        self.rule.classify(&values).map_err(|error| refuse_classes(tracked, error))
    }

    /// The cut-offs as answers show them.
    pub(crate) fn cut_offs(tracked: &Tracked, classes: &Classes) -> Vec<v1::CutOffs> {
        let each = classes.cut_offs.n_rows() == tracked.periods.len();
        let period = |row: usize| if each { tracked.period(row) } else { String::new() };
        let rows = classes.cut_offs.rows().enumerate();
        rows.map(|(row, bounds)| v1::CutOffs { period: period(row), values: bounds.to_vec() }).collect()
    }
}

/// Reads what is compared: whether values are relative to their mean.
pub(crate) fn read_basis(basis: i32, field: &str) -> Result<bool, Refusal> {
    match v1::ClassBasis::try_from(basis) {
        Ok(v1::ClassBasis::Unspecified | v1::ClassBasis::RelativeToMean) => Ok(true),
        Ok(v1::ClassBasis::Values) => Ok(false),
        Err(_) => Err(Refusal::invalid(field, basis, "RELATIVE_TO_MEAN, VALUES, or nothing")),
    }
}

/// What is compared, as answers show it.
pub(crate) fn write_basis(relative: bool) -> v1::ClassBasis {
    if relative { v1::ClassBasis::RelativeToMean } else { v1::ClassBasis::Values }
}

/// The values, relative to their mean or as they are.
pub(crate) fn basis_values(tracked: &Tracked, relative: bool) -> Result<Matrix, Refusal> {
    if !relative {
        return Ok(tracked.values.clone());
    }
    relative_values(&tracked.values).map_err(|error| match error {
        RelativeError::NotFinite { period, region, value } => tracked.refuse_value(period, region, value),
        RelativeError::NoPositiveMean { period, mean } => no_mean(&tracked.period(period), mean),
    })
}

/// Refuses values that have no classes.
pub(crate) fn refuse_classes(tracked: &Tracked, error: ClassesError) -> Refusal {
    match error {
        ClassesError::NotFinite { period, region, value } => tracked.refuse_value(period, region, value),
        ClassesError::NoValues { period } => no_mean(&tracked.period(period), f64::NAN),
        other => Refusal::internal(other),
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

fn quantiles(own: &v1::QuantileClasses, field: &str) -> Result<ClassRule, Refusal> {
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
    Ok(ClassRule::Quantiles { classes: count as usize, scope })
}

fn cut_offs(values: &[f64], field: &str) -> Result<ClassRule, Refusal> {
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
    Ok(ClassRule::CutOffs(values.to_vec()))
}
