//! What growth is conditional on: indicators in the first period, and dummy variables.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{IndicatorKind, Panel, Period, PeriodChoice, Warning};
use growthpole_methods::stats::dummy;
use growthpole_worker_kit::reading::{region_code, status_warnings};
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use crate::adapters::named_regions;
use crate::adapters::series::Series;

/// Conditions, each with one value a region.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    /// Terms and their values, in the order of the model.
    pub(super) terms: Vec<Condition>,
    /// The panels they were read from.
    pub(super) panels: Vec<SourcedPanel>,
    /// What to know about them.
    pub(super) warnings: Vec<Warning>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub(super) term: v1::ConvergenceTerm,
    pub(super) name: String,
    pub(super) values: Vec<f64>,
}

/// Indicators that conditions name, with their fields.
pub(super) fn named(conditions: &[v1::BetaCondition]) -> impl Iterator<Item = (String, &str)> {
    conditions.iter().enumerate().flat_map(|(at, condition)| {
        let field = |name: &str| format!("beta.conditions[{at}].{name}");
        [
            (field("indicator"), condition.indicator.as_str()),
            (field("divisor_indicator"), condition.divisor_indicator.as_str()),
        ]
    })
}

impl Conditions {
    /// Reads conditions and dummies. Regions in which a condition has no value are left out of the series where `drop` says
    /// so, and refused otherwise.
    pub(super) async fn read(
        panels: &dyn PanelSource,
        series: Series,
        beta: &v1::BetaOptions,
        drop: bool,
    ) -> Result<(Series, Self), Status> {
        let mut own = Self::default();
        for (at, condition) in beta.conditions.iter().enumerate() {
            let field = format!("beta.conditions[{at}]");
            if own.terms.iter().any(|term| term.name == condition.indicator) {
                let sent = format!("\"{}\" again", condition.indicator);
                return Err(Refusal::invalid(&format!("{field}.indicator"), sent, "each indicator once").into());
            }
            own.read_indicator(panels, &series, condition, &field, drop).await?;
        }
        let series = own.without_missing(series)?;
        // Sets are read of the regions that are left.
        for set in named_regions::read(panels, &series, &beta.dummies, "beta.dummies").await? {
            let values = dummy(series.regions.len(), &set.members);
            own.terms.push(Condition { term: v1::ConvergenceTerm::Dummy, name: set.name, values });
        }
        Ok((series, own))
    }

    async fn read_indicator(
        &mut self,
        panels: &dyn PanelSource,
        series: &Series,
        condition: &v1::BetaCondition,
        field: &str,
        drop: bool,
    ) -> Result<(), Status> {
        let code = &condition.indicator;
        let field_of_code = format!("{field}.indicator");
        if code.is_empty() {
            return Err(Refusal::invalid(&field_of_code, "nothing", "the code of an indicator").into());
        }
        let first = PeriodChoice::List(series.periods.first().copied().into_iter().collect());
        let read = series.read_further(panels, code, &field_of_code, first.clone()).await?;
        let scale = if read.panel.indicator.is_percent_rate() { 0.01 } else { 1.0 };
        let mut values: Vec<f64> = read.panel.values.iter().map(|value| scale * value).collect();
        self.warnings.extend(status_warnings(&read.panel, None));
        if !condition.divisor_indicator.is_empty() {
            let field = format!("{field}.divisor_indicator");
            let by = series.read_further(panels, &condition.divisor_indicator, &field, first).await?;
            check_level(&read.panel, &field_of_code)?;
            check_level(&by.panel, &field)?;
            let multipliers = (read.panel.indicator.unit_multiplier, by.panel.indicator.unit_multiplier);
            let scale = 10_f64.powi(multipliers.0.saturating_sub(multipliers.1));
            for (region, (value, by_value)) in values.iter_mut().zip(&by.panel.values).enumerate() {
                if *by_value <= 0.0 {
                    return Err(no_value(&by.panel, region, &condition.divisor_indicator, "a divisor").into());
                }
                *value *= scale / by_value;
            }
            self.warnings.extend(status_warnings(&by.panel, None));
            self.panels.push(by);
        }
        for (region, value) in values.iter_mut().enumerate() {
            if condition.logarithm && *value <= 0.0 {
                return Err(no_value(&read.panel, region, code, "a number with a logarithm").into());
            }
            *value = if condition.logarithm { value.ln() } else { *value };
            if !value.is_finite() && !drop {
                return Err(no_value(&read.panel, region, code, "a condition").into());
            }
        }
        self.panels.push(read);
        self.terms.push(Condition { term: v1::ConvergenceTerm::Condition, name: code.clone(), values });
        Ok(())
    }

    /// The series of the regions in which all conditions have a value.
    fn without_missing(&mut self, series: Series) -> Result<Series, Refusal> {
        let n_regions = series.regions.len();
        let whole = |region: &usize| self.terms.iter().all(|term| term.values[*region].is_finite());
        let kept: Vec<usize> = (0..n_regions).filter(whole).collect();
        if kept.len() == n_regions {
            return Ok(series);
        }
        if kept.len() < 2 {
            let message = "fewer than two regions have a value in every condition";
            return Err(Refusal::new(growthpole_contracts::Reason::UndefinedOnData, message));
        }
        let dropped: Vec<String> = (0..n_regions)
            .filter(|region| !kept.contains(region))
            .filter_map(|region| Some(series.regions.get(region)?.code.clone()))
            .collect();
        let text = format!("{} regions without a value in a condition were left out", dropped.len());
        for term in &mut self.terms {
            term.values = kept.iter().map(|&region| term.values[region]).collect();
        }
        let mut series = series.subset(&kept);
        series.warnings.push(Warning::new("REGIONS_DROPPED", text).with_regions(dropped));
        Ok(series)
    }
}

/// Refuses what is neither a level nor a flow.
pub(super) fn check_level(panel: &Panel, field: &str) -> Result<(), Refusal> {
    if matches!(panel.indicator.kind, IndicatorKind::Level | IndicatorKind::Flow) {
        return Ok(());
    }
    Err(Refusal::invalid(field, format!("\"{}\"", panel.indicator.code), "a level or a flow"))
}

/// The refusal of a region whose value does not do.
pub(super) fn no_value(panel: &Panel, region: usize, indicator: &str, what: &str) -> Refusal {
    let code = region_code(panel, region);
    let period = panel.axes.periods.first().map(Period::to_string).unwrap_or_default();
    let value = panel.values.get(region).copied().unwrap_or(f64::NAN);
    let message = if value.is_nan() {
        format!("{indicator} of {code} in {period} has no value, which is not {what}")
    } else {
        format!("{indicator} of {code} in {period} is {value}, which is not {what}")
    };
    refuse::undefined(message, "region", code).with_metadata("period", period)
}
