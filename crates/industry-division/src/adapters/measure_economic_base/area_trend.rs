//! Demand for commercial land in the years after the selection's, for jobs that go on along trends.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Frequency, IndustryChoice, Panel, Period, PeriodChoice, RegionChoice, Selection};
use growthpole_methods::division::economic_base::{AreaRates, AreaTrendError, AreaYear, commercial_area_by_trend};
use growthpole_methods::growth::projection::{Curve, Unprojected};
use growthpole_worker_kit::reading::by_code;
use growthpole_worker_kit::refuse::rename_field;
use growthpole_worker_kit::{PanelSource, SourcedPanel};
use tonic::Status;

use super::activity::Activity;
use super::areas::columns_of_rates;
use super::options::{Options, Trend};

const FIELD: &str = "area_trend.first";

/// Demand by shown region, industry with rates, and year; and the panel that trends rest on.
pub(super) async fn areas(
    panels: &dyn PanelSource,
    activity: &Activity,
    options: &Options,
    trend: Trend,
) -> Result<(Vec<v1::CommercialArea>, Option<SourcedPanel>), Status> {
    let industries = columns_of_rates(activity, options)?;
    if industries.is_empty() || activity.shown_regions.is_empty() {
        return Ok((Vec::new(), None));
    }
    let last = year(activity.at, "selection.periods")?;
    let first = year(trend.first, FIELD)?;
    if first > last - 2 {
        let sent = format!("{first} for trends up to {last}");
        return Err(Refusal::invalid(FIELD, sent, "a year that is two years before the selection's, or more").into());
    }
    let source = history(panels, activity, &industries, trend.first).await?;
    let panel = by_code(&source.panel);
    if panel.axes.periods.len() != usize::try_from(last - first + 1).unwrap_or_default() {
        let sent = format!("{first} to {last}, of which {} lacks years,", panel.indicator.code);
        return Err(Refusal::invalid(FIELD, sent, "years with data, each up to the selection's").into());
    }
    let mut areas = Vec::new();
    for &region in &activity.shown_regions {
        for (&industry, (_, rates)) in industries.iter().zip(&options.areas) {
            let series = series(&panel, &activity.regions[region].code, &activity.industries[industry].code);
            let of = Of { activity, region, industry, last };
            areas.extend(of.years(series.as_deref(), first, trend.years, rates));
        }
    }
    Ok((areas, Some(source)))
}

fn year(period: Period, field: &str) -> Result<i16, Refusal> {
    match period.frequency() {
        Frequency::Year => Ok(period.calendar_year()),
        _ => Err(Refusal::invalid(field, period, "a year")),
    }
}

/// Jobs of the shown regions in the industries with rates, from a year on.
async fn history(
    panels: &dyn PanelSource,
    activity: &Activity,
    industries: &[usize],
    first: Period,
) -> Result<SourcedPanel, Status> {
    let regions = activity.shown_regions.iter().map(|&region| activity.regions[region].code.clone());
    let industries = industries.iter().map(|&industry| activity.industries[industry].code.clone());
    let selection = Selection {
        regions: RegionChoice::Codes(regions.collect()),
        industries: IndustryChoice::Codes(industries.collect()),
        periods: PeriodChoice::Range(first, activity.at),
        ..activity.selection.clone()
    };
    panels.panel(&selection).await.map_err(|status| rename_field(status, "selection.periods", FIELD))
}

/// Jobs in all years; nothing where one has no value.
fn series(panel: &Panel, region: &str, industry: &str) -> Option<Vec<f64>> {
    let row = panel.axes.regions.iter().position(|own| own.code == region)?;
    let column = panel.axes.industries.iter().position(|own| own.code == industry)?;
    (0..panel.axes.periods.len()).map(|period| panel.value(period, row, column)).collect()
}

/// An industry in a region.
struct Of<'a> {
    activity: &'a Activity,
    region: usize,
    industry: usize,
    last: i16,
}

impl Of<'_> {
    fn years(
        &self,
        series: Option<&[f64]>,
        first: i16,
        years: usize,
        (rates, curve): &(AreaRates, Curve),
    ) -> Vec<v1::CommercialArea> {
        let found = series.ok_or("MISSING_VALUE").and_then(|series| {
            commercial_area_by_trend(series, *curve, f64::from(first), years, rates).map_err(reason)
        });
        let year = |step: usize| {
            let labelled = v1::CommercialArea {
                region: Some(self.activity.regions[self.region].clone()),
                industry: Some(self.activity.industries[self.industry].clone()),
                period: (i32::from(self.last) + 1 + step as i32).to_string(),
                ..Default::default()
            };
            match &found {
                Err(reason) => v1::CommercialArea { reason: (*reason).to_owned(), ..labelled },
                Ok(found) => found.get(step).map_or_else(Default::default, |year| filled(labelled, year)),
            }
        };
        (0..years).map(year).collect()
    }
}

fn filled(labelled: v1::CommercialArea, year: &AreaYear) -> v1::CommercialArea {
    let labelled = v1::CommercialArea { jobs: year.jobs, ..labelled };
    match year.demand {
        None => v1::CommercialArea { reason: "BELOW_ZERO".to_owned(), ..labelled },
        Some(demand) => v1::CommercialArea {
            resettled: demand.resettled,
            relocated: demand.relocated,
            reused: demand.reused,
            area: demand.area,
            ..labelled
        },
    }
}

fn reason(error: AreaTrendError) -> &'static str {
    match error {
        AreaTrendError::Trend(Unprojected::MissingValue { .. }) => "MISSING_VALUE",
        AreaTrendError::Trend(Unprojected::NotPositive { .. } | Unprojected::NotBelowSaturation { .. }) => {
            "NOT_POSITIVE"
        }
        // Years and rates have been checked.
        AreaTrendError::Trend(Unprojected::TooShort { .. } | Unprojected::OutOfRange) | AreaTrendError::Area(_) => {
            "OUT_OF_RANGE"
        }
    }
}
