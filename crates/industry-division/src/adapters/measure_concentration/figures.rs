//! Further figures of regions and cells: of other indicators, or from the request.

use std::collections::BTreeMap;
use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{BenchmarkChoice, IndustryChoice, Panel, PeriodChoice, RegionChoice, Selection};
use growthpole_worker_kit::companions::read_other;
use growthpole_worker_kit::reading::{by_code, region_code};
use growthpole_worker_kit::refuse::{self, rename_field};
use growthpole_worker_kit::{PanelSource, SourcedPanel};
use tonic::Status;
use v1::region_figures::By;

const MOST_AMOUNTS: usize = 10_000;

/// Reads further panels of the regions, industries and periods of a main one.
pub(super) struct Reader<'a> {
    pub(super) panels: &'a dyn PanelSource,
    pub(super) main: &'a SourcedPanel,
    pub(super) selection: &'a Selection,
    /// The main panel as it is measured: by code and without what the policy drops.
    pub(super) panel: &'a Panel,
    /// What was read, by its role.
    pub(super) further: Vec<(&'static str, SourcedPanel)>,
}

impl Reader<'_> {
    /// Figures of the regions in every period, positive.
    pub(super) async fn figures(
        &mut self,
        figures: &v1::RegionFigures,
        field: &str,
        role: &'static str,
    ) -> Result<Vec<Vec<f64>>, Status> {
        let indicator = match &figures.by {
            None => return Err(nothing(field).into()),
            Some(By::Amounts(amounts)) => {
                let codes: Vec<&str> = self.panel.axes.regions.iter().map(|region| region.code.as_str()).collect();
                let own = amounts_of(amounts, &codes, &format!("{field}.amounts"))?;
                return Ok(vec![own; self.panel.axes.periods.len()]);
            }
            Some(By::Indicator(indicator)) => indicator,
        };
        let field = format!("{field}.indicator");
        let panel = self.read(indicator, IndustryChoice::All, &field, role).await?;
        if panel.indicator.has_industries() {
            let sent = format!("\"{indicator}\"");
            return Err(Refusal::invalid(&field, sent, "an indicator without industries").into());
        }
        let is_wrong = |value: &f64| value.is_infinite() || *value <= 0.0;
        self.check(&panel, &field, is_wrong, "is not positive")?;
        Ok(panel.values.chunks(panel.axes.regions.len().max(1)).map(<[f64]>::to_vec).collect())
    }

    /// Counts of the cells in every period.
    pub(super) async fn counts(&mut self, indicator: &str, field: &str) -> Result<Arc<Panel>, Status> {
        let codes = self.panel.axes.industries.iter().map(|industry| industry.code.clone()).collect();
        let panel = self.read(indicator, IndustryChoice::Codes(codes), field, "plants").await?;
        let is_wrong = |value: &f64| value.is_infinite() || *value < 0.0 || value.fract() != 0.0;
        self.check(&panel, field, is_wrong, "is not a number of plants")?;
        Ok(panel)
    }

    async fn read(
        &mut self,
        indicator: &str,
        industries: IndustryChoice,
        field: &str,
        role: &'static str,
    ) -> Result<Arc<Panel>, Status> {
        if indicator.is_empty() {
            return Err(Refusal::invalid(field, "nothing", "the code of an indicator").into());
        }
        let regions = self.panel.axes.regions.iter().map(|region| region.code.clone()).collect();
        let selection = Selection {
            regions: RegionChoice::Codes(regions),
            industries,
            benchmark: BenchmarkChoice::None,
            ..self.selection.clone()
        };
        let periods = PeriodChoice::List(self.panel.axes.periods.clone());
        let read = read_other(self.panels, self.main, &selection, indicator, periods).await;
        let read = read.map_err(|status| {
            ["selection.indicator", "selection.industries.codes", "selection.regions.codes"]
                .into_iter()
                .fold(status, |status, from| rename_field(status, from, field))
        })?;
        let panel = by_code(&read.panel);
        self.further.push((role, read));
        Ok(panel)
    }

    /// Refuses missing values, and those that are wrong.
    fn check(&self, panel: &Panel, field: &str, is_wrong: impl Fn(&f64) -> bool, what: &str) -> Result<(), Refusal> {
        let (size, columns) = (panel.axes.n_cells() / panel.axes.periods.len().max(1), panel.axes.n_columns());
        let Some(at) = panel.values.iter().position(|value| value.is_nan() || is_wrong(value)) else { return Ok(()) };
        let region = region_code(panel, at % size / columns);
        let period = panel.axes.periods.get(at / size).map(ToString::to_string).unwrap_or_default();
        let code = &panel.indicator.code;
        let value = panel.values[at];
        if value.is_nan() {
            let message = format!("{code} has no value for {region} in {period}");
            let refusal = Refusal::new(Reason::MissingCells, message.clone()).with_violation(field, message);
            return Err(refusal.with_metadata("region", region).with_metadata("period", period));
        }
        let message = format!("{code} of {region} in {period} is {value}, which {what}");
        Err(refuse::undefined(message, "region", region).with_metadata("period", period))
    }
}

fn nothing(field: &str) -> Refusal {
    Refusal::invalid(field, "nothing", "an indicator, or amounts")
}

/// Figures of a request without a selection, in the order of the regions' codes.
pub(super) fn listed(figures: &v1::RegionFigures, codes: &[&str], field: &str) -> Result<Vec<f64>, Refusal> {
    match &figures.by {
        None => Err(nothing(field)),
        Some(By::Amounts(amounts)) => amounts_of(amounts, codes, &format!("{field}.amounts")),
        Some(By::Indicator(indicator)) => {
            let sent = format!("\"{indicator}\" without a selection");
            Err(Refusal::invalid(&format!("{field}.indicator"), sent, "amounts, or a selection to read it for"))
        }
    }
}

/// The amounts of regions in the order of their codes; every region needs one.
fn amounts_of(amounts: &v1::RegionAmounts, codes: &[&str], field: &str) -> Result<Vec<f64>, Refusal> {
    if amounts.amounts.len() > MOST_AMOUNTS {
        let sent = format!("{} amounts", amounts.amounts.len());
        return Err(Refusal::invalid(&format!("{field}.amounts"), sent, "at most 10000"));
    }
    let mut by_region: BTreeMap<&str, f64> = BTreeMap::new();
    for (at, own) in amounts.amounts.iter().enumerate() {
        if !(own.amount.is_finite() && own.amount > 0.0) {
            let field = format!("{field}.amounts[{at}].amount");
            return Err(Refusal::invalid(&field, own.amount, "a positive number"));
        }
        if by_region.insert(&own.region, own.amount).is_some() {
            let (field, sent) = (format!("{field}.amounts[{at}].region"), format!("\"{}\" again", own.region));
            return Err(Refusal::invalid(&field, sent, "each region once"));
        }
    }
    let of = |code: &&str| {
        by_region.get(code).copied().ok_or_else(|| {
            let sent = format!("no amount for {code}");
            Refusal::invalid(&format!("{field}.amounts"), sent, "one for every region that is measured")
        })
    };
    codes.iter().map(of).collect()
}
