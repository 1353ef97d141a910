//! The values that are analysed: in their form, over periods that follow each other, and less the benchmark's.

use std::ops::Range;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{IndicatorKind, Period, PeriodChoice};
use growthpole_methods::growth::turning_points::longest_stretch;

use super::super::series::Series;
use super::options::Options;

/// Most periods that are analysed.
const MOST_PERIODS: usize = 1000;

/// Values by region and period.
#[derive(Debug, Clone)]
pub(super) struct Inputs {
    pub(super) form: v1::TurningPointForm,
    /// Periods that follow each other.
    pub(super) periods: Vec<Period>,
    /// By region, in the order of the series.
    pub(super) rows: Vec<Row>,
    /// In the form, where there is a benchmark.
    pub(super) benchmark: Option<Row>,
    /// Whether periods are missing of all regions, or some of one.
    pub(super) has_gaps: bool,
}

/// The values of one region, or of the benchmark.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// In their form; NaN where there is none.
    pub(super) values: Vec<f64>,
    /// What breaks, thresholds and cycles are looked for in: the values, or these less the benchmark's.
    pub(super) analysed: Vec<f64>,
    /// The longest stretch of `analysed` without a gap.
    pub(super) stretch: Range<usize>,
    /// Periods whose level allows neither growth nor a logarithm.
    pub(super) not_positive: Vec<Period>,
}

impl Inputs {
    pub(super) fn of(series: &Series, options: &Options, policy: v1::MissingPolicy) -> Result<Self, Refusal> {
        let periods = consecutive(series, policy)?;
        let form = form(series, options.form)?;
        let column = |values: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let at = |period: &Period| series.periods.iter().position(|known| known == period);
            periods.iter().map(|period| at(period).map_or(f64::NAN, values)).collect()
        };
        let own = series.benchmark.as_ref().map(|own| column(&|at| own.values[at]));
        let benchmark = own.map(|values| Row::of(values, form, &periods, None));
        if options.less_benchmark && benchmark.is_none() {
            let allowed = "false where there is no benchmark that has the indicator";
            return Err(Refusal::invalid("less_benchmark", true, allowed));
        }
        let subtracted = benchmark.as_ref().filter(|_| options.less_benchmark).map(|own| own.values.as_slice());
        let row = |region: usize| Row::of(column(&|at| series.values.get(at, region)), form, &periods, subtracted);
        let rows: Vec<Row> = (0..series.regions.len()).map(row).collect();
        let first = usize::from(is_growth(form)).min(periods.len());
        if periods.len() == first {
            let sent = format!("the one period {}", series.periods.first().map(Period::to_string).unwrap_or_default());
            return Err(Refusal::invalid(
                "selection.periods",
                sent,
                "two periods or more, because growth needs a base",
            ));
        }
        let periods = periods[first..].to_vec();
        let has_gaps = rows.iter().any(|row| row.stretch.len() < periods.len());
        Ok(Self { form, periods, rows, benchmark, has_gaps })
    }

    /// A period as answers show it; nothing beyond the last.
    pub(super) fn period(&self, position: usize) -> String {
        self.periods.get(position).map(Period::to_string).unwrap_or_default()
    }
}

impl Row {
    fn of(levels: Vec<f64>, form: v1::TurningPointForm, periods: &[Period], less: Option<&[f64]>) -> Self {
        let positive = |level: f64| level.is_nan() || level > 0.0;
        let not_positive: Vec<Period> = if form == v1::TurningPointForm::Values {
            Vec::new()
        } else {
            let wrong = levels.iter().zip(periods).filter(|(level, _)| !positive(**level));
            wrong.map(|(_, period)| *period).collect()
        };
        let values: Vec<f64> = match form {
            _ if !not_positive.is_empty() => vec![f64::NAN; levels.len() - usize::from(is_growth(form))],
            v1::TurningPointForm::Growth => levels.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect(),
            v1::TurningPointForm::LogGrowth => levels.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect(),
            v1::TurningPointForm::LogValues => levels.iter().map(|level| level.ln()).collect(),
            v1::TurningPointForm::Values | v1::TurningPointForm::Unspecified => levels,
        };
        let analysed: Vec<f64> = match less {
            Some(less) => values.iter().zip(less).map(|(own, other)| own - other).collect(),
            None => values.clone(),
        };
        let stretch = longest_stretch(&analysed);
        Self { values, analysed, stretch, not_positive }
    }

    /// The stretch that breaks and cycles are looked for in.
    pub(super) fn whole(&self) -> &[f64] {
        self.analysed.get(self.stretch.clone()).unwrap_or_default()
    }
}

/// Whether the first period is a base without a value of its own.
fn is_growth(form: v1::TurningPointForm) -> bool {
    matches!(form, v1::TurningPointForm::Growth | v1::TurningPointForm::LogGrowth)
}

/// The form of the values, which are rates or levels.
fn form(series: &Series, asked: v1::TurningPointForm) -> Result<v1::TurningPointForm, Refusal> {
    use v1::TurningPointForm::{Growth, LogGrowth, LogValues, Unspecified, Values};
    let indicator = &series.main.panel.indicator;
    let is_level = !series.description.is_rate && matches!(indicator.kind, IndicatorKind::Level | IndicatorKind::Flow);
    match asked {
        Unspecified if is_level => Ok(Growth),
        Unspecified | Values => Ok(Values),
        Growth | LogGrowth | LogValues if is_level => Ok(asked),
        Growth | LogGrowth | LogValues => {
            let sent = format!("{} for {}", asked.as_str_name(), indicator.code);
            Err(Refusal::invalid("form", sent, "VALUES, or nothing: only levels and flows grow"))
        }
    }
}

/// All periods from the first to the last, in order.
fn consecutive(series: &Series, policy: v1::MissingPolicy) -> Result<Vec<Period>, Refusal> {
    let (Some(&first), Some(&last)) = (series.periods.iter().min(), series.periods.iter().max()) else {
        return Err(Refusal::invalid("selection.periods", "nothing", "periods that have data"));
    };
    if first.frequency() != last.frequency() {
        let sent = format!("{first} and {last}");
        return Err(Refusal::invalid("selection.periods", sent, "periods of one frequency"));
    }
    let all = Period::range(first, last);
    if all.len() > MOST_PERIODS {
        let allowed = format!("at most {MOST_PERIODS}");
        return Err(Refusal::invalid("selection.periods", format!("{} periods", all.len()), &allowed));
    }
    let left_out: Vec<String> =
        all.iter().filter(|period| !series.periods.contains(period)).map(Period::to_string).collect();
    if left_out.is_empty() {
        return Ok(all);
    }
    let listed = matches!(series.selection.periods, PeriodChoice::List(_));
    if listed || !matches!(policy, v1::MissingPolicy::Unspecified | v1::MissingPolicy::Keep) {
        let sent = format!("periods without {}", left_out.join(", "));
        let allowed = "periods that follow each other, or all periods or a range under the policy KEEP";
        return Err(Refusal::invalid("selection.periods", sent, allowed));
    }
    Ok(all)
}
