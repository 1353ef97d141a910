//! Projections by shift-share.

use growthpole_contracts::{Reason as RefusalReason, Refusal, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy, Panel, Period, Warning};
use growthpole_methods::growth::ShiftShareError;
use growthpole_methods::growth::projection::{
    Future, LocationalFactor, RegionFuture, ShiftShareOptions, ShiftShareProjection, ShiftShareProjectionError,
    project_shift_share,
};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, industry_code, region_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, PanelSource, SelectionDefaults, refuse};
use tonic::Status;

use super::industries::{Tables, check_indicator, not_comparable, without_cells};
use super::options::{OfGerfin, Options};
use super::reasons::Reason;
use super::shown::{Shown, errors, method};
use super::{METHOD, check_consecutive, check_values, coming, few_origins, future, seasons};
use crate::adapters::indicators::nominal_values;

pub(super) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::ProjectGrowthRequest,
    options: Options,
    of_gerfin: OfGerfin,
    job: &Job,
) -> Result<v1::ProjectGrowthResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::SumOfMainLevel, missing: MissingPolicy::Fail };
    let parsed = selection::parse(request.selection.take(), defaults)?;
    let source = panels.panel(&parsed.selection).await?;
    check_indicator(&source.panel)?;
    check_consecutive(&source.panel.axes.periods)?;
    check_values(source.panel.values.len())?;
    let (panel, dropped) = resolve(&by_code(&source.panel), parsed.missing)?;
    let Tables { whole, holed, periods, reference, source: against } = Tables::read(&panel)?;
    let (future, coming) = future_of(&request, &options, &of_gerfin, &panel)?;
    let of_projection = shift_share_options(&options, &of_gerfin, panel.axes.periods.len());

    let mut warnings = source.panel.warnings.clone();
    warnings.extend(dropped);
    warnings.extend(status_warnings(&panel, None));
    warnings.extend(nominal_values(&panel));
    // Who counts missing cells as zero compares sums of all regions.
    warnings.extend(not_comparable(&panel).filter(|_| parsed.missing != MissingPolicy::AsZero));
    warnings.extend(seasons(&panel.axes.periods));
    warnings.extend(other_length(&of_projection, &future, coming.len()));

    let mut response = v1::ProjectGrowthResponse {
        unprojected: holed.iter().map(|&region| without_cells(&panel, region)).collect(),
        gerfin: Some(used(&of_gerfin, &of_projection, &future)),
        reference_source: Some(against),
        ..common(&panel, &options, &coming)
    };
    if !whole.is_empty() {
        let projected = job
            .compute({
                let (panel, whole) = (panel.clone(), whole.clone());
                move |progress| {
                    project_shift_share(&periods, &reference, &future, &of_projection, progress)
                        .map_err(|error| refused(error, &panel, &whole))
                }
            })
            .await?;
        show(&mut response, &panel, &whole, &coming, &projected);
    }
    warnings.extend(few_origins(&response.regions));
    response.warnings = message::warnings(&warnings);
    response.provenance = Some(METHOD.provenance(&source, &[]));
    Ok(response)
}

/// What the answer says of the panel and the request.
fn common(panel: &Panel, options: &Options, coming: &[Period]) -> v1::ProjectGrowthResponse {
    let periods = &panel.axes.periods;
    v1::ProjectGrowthResponse {
        periods: coming.iter().map(Period::to_string).collect(),
        first_period: periods.first().map(Period::to_string).unwrap_or_default(),
        last_period: periods.last().map(Period::to_string).unwrap_or_default(),
        interval_levels: options.levels.clone(),
        series: Some(v1::SeriesDescription {
            unit: panel.indicator.unit.clone(),
            unit_multiplier: panel.indicator.unit_multiplier,
            base_period: String::new(),
            is_rate: false,
        }),
        ..Default::default()
    }
}

/// The future of the reference, and its periods.
fn future_of(
    request: &v1::ProjectGrowthRequest,
    options: &Options,
    of_gerfin: &OfGerfin,
    panel: &Panel,
) -> Result<(Future, Vec<Period>), Refusal> {
    let periods = &panel.axes.periods;
    let given = request.gerfin.as_ref().map(|gerfin| gerfin.future.as_slice()).unwrap_or_default();
    match periods.last() {
        Some(last) if !given.is_empty() => {
            let (totals, coming) = future::read(given, panel, *last)?;
            Ok((Future::Given(totals), coming))
        }
        _ => {
            let (model, fit, horizon) = (of_gerfin.reference, options.fit_to(false), options.horizon);
            Ok((Future::Projected { model, fit, horizon }, coming(periods, horizon)))
        }
    }
}

fn shift_share_options(options: &Options, of_gerfin: &OfGerfin, periods: usize) -> ShiftShareOptions {
    let usual = (periods.saturating_sub(1) / 2).max(1);
    ShiftShareOptions {
        base: if of_gerfin.base == 0 { usual } else { of_gerfin.base },
        factor: of_gerfin.factor,
        levels: options.levels.clone(),
        backtest: options.backtest,
    }
}

/// The options as they were used.
fn used(of_gerfin: &OfGerfin, options: &ShiftShareOptions, future: &Future) -> v1::GerfinOptions {
    let reference = match future {
        Future::Given(_) => v1::ProjectionMethod::Unspecified,
        Future::Projected { .. } => method(of_gerfin.reference),
    };
    v1::GerfinOptions {
        base: message::count(options.base),
        factor: match options.factor {
            LocationalFactor::AsMeasured => v1::LocationalFactorForm::AsMeasured,
            LocationalFactor::Compounded => v1::LocationalFactorForm::Compounded,
            LocationalFactor::One => v1::LocationalFactorForm::None,
        }
        .into(),
        future: Vec::new(),
        reference_method: reference.into(),
    }
}

/// Warns of a factor that is applied to another length than it was measured over.
fn other_length(options: &ShiftShareOptions, future: &Future, horizon: usize) -> Option<Warning> {
    let same = match future {
        Future::Given(totals) => totals.iter().all(|totals| totals.step == options.base),
        Future::Projected { .. } => horizon == 1 && options.base == 1,
    };
    let text = format!(
        "the locational factor of {} periods is applied as it is to projections of other lengths; COMPOUNDED fits it to them",
        options.base
    );
    (options.factor == LocationalFactor::AsMeasured && !same).then(|| Warning::new("FACTOR_OF_ANOTHER_LENGTH", text))
}

fn refused(error: ShiftShareProjectionError, panel: &Panel, whole: &[usize]) -> Refusal {
    use ShiftShareProjectionError as Error;
    match error {
        Error::Stopped(stopped) => refuse::stopped(stopped),
        Error::TooShort { periods, needed } => {
            let allowed = format!("{needed} periods at least for this base and backtest, or a shorter base");
            Refusal::invalid("selection.periods", format!("{periods} periods"), &allowed)
        }
        Error::TooFewOrigins { origins } => Refusal::invalid("backtest.origins", origins, "3 to 100 with GERFIN"),
        Error::ReferenceNotProjected { industry, reason } => {
            let (code, Reason { text, .. }) =
                (industry_code(panel, industry), Reason::of_series(reason, &panel.axes.periods));
            refuse::undefined(format!("industry {code} of the benchmark has no projection: {text}"), "industry", code)
        }
        Error::Period { period, error } => {
            let period = panel.axes.periods.get(period).map(Period::to_string).unwrap_or_default();
            not_together(error, panel, whole, &period)
        }
        Error::NoPeriods
        | Error::InvalidLevel { .. }
        | Error::InvalidFuture { .. }
        | Error::ReferenceDiffers { .. } => Refusal::internal(error),
    }
}

/// The refusal of regions and a reference that do not go together in a period.
fn not_together(error: ShiftShareError, panel: &Panel, whole: &[usize], period: &str) -> Refusal {
    let refusal = match error {
        ShiftShareError::EmptyReference => {
            Refusal::new(RefusalReason::UndefinedOnData, format!("the benchmark is empty in {period}"))
        }
        ShiftShareError::InvalidReference { industry, value } => {
            let code = industry_code(panel, industry);
            refuse::undefined(format!("industry {code} of the benchmark: {value} is not an amount"), "industry", code)
        }
        ShiftShareError::IndustryOutsideReference { region, industry } => {
            let code = industry_code(panel, industry);
            let region = whole.get(region).map(|&region| region_code(panel, region)).unwrap_or_default();
            let message = format!("region {region} has industry {code} in {period}, which the benchmark does not have");
            refuse::undefined(message, "region", region).with_metadata("industry", code)
        }
        ShiftShareError::ShapesDiffer { .. } | ShiftShareError::ReferenceLengthDiffers { .. } => {
            Refusal::internal(error)
        }
    };
    refusal.with_metadata("period", period)
}

/// Puts projected regions, those without a projection and the reference into the answer.
fn show(
    response: &mut v1::ProjectGrowthResponse,
    panel: &Panel,
    whole: &[usize],
    coming: &[Period],
    projected: &ShiftShareProjection,
) {
    let shown = Shown { periods: &panel.axes.periods, coming };
    for (&position, outcome) in whole.iter().zip(&projected.regions) {
        let label = panel.axes.regions.get(position).map(message::region_label);
        match outcome {
            Ok(future) => response.regions.push(region(&shown, panel, position, label, future)),
            Err(reason) => {
                response.unprojected.push(Reason::of_shift_share(*reason, &panel.axes.periods).message(label));
            }
        }
    }
    let code = |own: &v1::UnprojectedRegion| own.region.as_ref().map(|region| region.code.clone());
    response.unprojected.sort_by_key(code);
    response.reference = (projected.reference.iter().zip(coming))
        .map(|(totals, period)| v1::FutureTotals {
            period: period.to_string(),
            industries: (totals.totals.iter().enumerate())
                .map(|(column, &value)| v1::IndustryTotal { industry: industry_code(panel, column).to_owned(), value })
                .collect(),
        })
        .collect();
}

fn region(
    shown: &Shown<'_>,
    panel: &Panel,
    position: usize,
    label: Option<v1::RegionLabel>,
    future: &RegionFuture,
) -> v1::RegionProjection {
    let last = panel.axes.periods.len().saturating_sub(1);
    let value = |column: usize| panel.value(last, position, column).unwrap_or_default();
    let parameters = v1::GerfinParameters { locational_factor: future.locational };
    let industries = panel.axes.industries.iter().zip(&future.industries).enumerate();
    v1::RegionProjection {
        region: label,
        last: (0..panel.axes.n_columns()).map(value).sum(),
        model: Some(v1::FittedModel {
            method: v1::ProjectionMethod::Gerfin.into(),
            scale: v1::ProjectionScale::Log.into(),
            error_deviation: None,
            parameters: Some(v1::fitted_model::Parameters::Gerfin(parameters)),
        }),
        values: shown.values(&future.total, &[]),
        backtest: Some(shown.backtest(&future.backtest)),
        compared: Vec::new(),
        industries: industries
            .map(|(column, (industry, own))| v1::IndustryProjection {
                industry: Some(message::industry_label(industry)),
                last: value(column),
                values: own.as_ref().map(|own| shown.values(&own.steps, &[])).unwrap_or_default(),
                errors: own.as_ref().ok().map(|own| errors(&own.errors)),
                reason: own.as_ref().err().map_or_else(String::new, |reason| {
                    Reason::of_shift_share(*reason, &panel.axes.periods).code.to_owned()
                }),
            })
            .collect(),
    }
}
