//! What a request asks for, as far as it needs no data.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Period;
use growthpole_methods::division::economic_base::AreaRates;
use growthpole_methods::growth::projection::Curve;
use v1::{BaseMethod, RegionalQuotient};

use super::needs_selection;

const MOST_PARTS: usize = 10_000;
/// Years after the selection's that land is demanded in.
const MOST_YEARS: usize = 100;
const USUAL_DELTA: f64 = 0.3;

/// Rates, and the curve of trends, by code of the industry.
type Areas = Vec<(String, (AreaRates, Curve))>;

/// What is wanted.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) methods: Vec<BaseMethod>,
    /// Basic parts by code of the industry.
    pub(super) parts: Vec<(String, f64)>,
    /// The quotient of regional tables, and its delta where it has one.
    pub(super) quotient: Option<(RegionalQuotient, Option<f64>)>,
    pub(super) extractions: Vec<v1::SectorGroup>,
    pub(super) matrices: bool,
    /// Rates, and the curve of trends, by code of the industry.
    pub(super) areas: Areas,
    pub(super) trend: Option<Trend>,
}

/// How jobs are extrapolated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trend {
    pub(super) first: Period,
    pub(super) years: usize,
}

impl Options {
    /// Reads and checks them.
    pub(super) fn read(request: &v1::MeasureEconomicBaseRequest, has_selection: bool) -> Result<Self, Refusal> {
        let table = request.input_output.as_ref();
        if !has_selection {
            if table.is_none() {
                return Err(Refusal::invalid("selection", "nothing", "a selection, an input_output table, or both"));
            }
            if !request.methods.is_empty() {
                return Err(needs_selection("methods"));
            }
            if !request.basic_parts.is_empty() {
                return Err(needs_selection("basic_parts"));
            }
            if !request.area_rates.is_empty() {
                return Err(needs_selection("area_rates"));
            }
            if request.area_trend.is_some() {
                return Err(needs_selection("area_trend"));
            }
        }
        let regionalization = table.and_then(|own| own.regionalization.as_ref());
        if regionalization.is_some() && !has_selection {
            return Err(needs_selection("input_output.regionalization"));
        }
        let parts = parts(&request.basic_parts)?;
        Ok(Self {
            methods: methods(&request.methods, !parts.is_empty())?,
            parts,
            quotient: regionalization.map(quotient).transpose()?,
            extractions: table.map(|own| own.extractions.clone()).unwrap_or_default(),
            matrices: table.is_some_and(|own| own.matrices),
            areas: areas(&request.area_rates, request.area_trend.is_some())?,
            trend: request.area_trend.as_ref().map(|sent| trend(sent, request)).transpose()?,
        })
    }
}

fn methods(sent: &[i32], has_parts: bool) -> Result<Vec<BaseMethod>, Refusal> {
    if sent.is_empty() {
        let usual = [BaseMethod::LocationQuotient, BaseMethod::MinimumRequirements];
        return Ok(usual.into_iter().chain(has_parts.then_some(BaseMethod::Assumption)).collect());
    }
    let mut methods = Vec::with_capacity(sent.len());
    for (at, &number) in sent.iter().enumerate() {
        let method = BaseMethod::try_from(number).ok().filter(|own| *own != BaseMethod::Unspecified);
        let new = method.filter(|own| !methods.contains(own)).ok_or_else(|| {
            let allowed = "LOCATION_QUOTIENT, MINIMUM_REQUIREMENTS or ASSUMPTION, each once";
            Refusal::invalid(&format!("methods[{at}]"), number, allowed)
        })?;
        methods.push(new);
    }
    if methods.contains(&BaseMethod::Assumption) && !has_parts {
        return Err(Refusal::invalid("basic_parts", "nothing", "the basic parts of industries, for ASSUMPTION"));
    }
    Ok(methods)
}

fn parts(sent: &[v1::BasicPart]) -> Result<Vec<(String, f64)>, Refusal> {
    if sent.len() > MOST_PARTS {
        return Err(Refusal::invalid("basic_parts", format!("{} parts", sent.len()), "at most 10000"));
    }
    let mut parts: Vec<(String, f64)> = Vec::with_capacity(sent.len());
    for (at, own) in sent.iter().enumerate() {
        let part = own.part.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&part) {
            return Err(Refusal::invalid(&format!("basic_parts[{at}].part"), part, "0 to 1"));
        }
        if parts.iter().any(|(code, _)| *code == own.industry) {
            let sent = format!("\"{}\" again", own.industry);
            return Err(Refusal::invalid(&format!("basic_parts[{at}].industry"), sent, "each industry once"));
        }
        parts.push((own.industry.clone(), part));
    }
    Ok(parts)
}

fn trend(sent: &v1::AreaTrend, request: &v1::MeasureEconomicBaseRequest) -> Result<Trend, Refusal> {
    if request.area_rates.is_empty() {
        return Err(Refusal::invalid("area_trend", "no area_rates", "rates of industries beside it"));
    }
    let first = sent
        .first
        .parse()
        .map_err(|_| Refusal::invalid("area_trend.first", format!("\"{}\"", sent.first), "a year, for example 2010"))?;
    match usize::try_from(sent.years) {
        Ok(years @ 1..=MOST_YEARS) => Ok(Trend { first, years }),
        _ => Err(Refusal::invalid("area_trend.years", sent.years, &format!("1 to {MOST_YEARS}"))),
    }
}

/// The shape of an industry's trend, which only a trend may have.
fn curve(sent: i32, field: &str, has_trend: bool) -> Result<Curve, Refusal> {
    let known = v1::AreaCurve::try_from(sent)
        .map_err(|_| Refusal::invalid(field, sent, "LINEAR, POWER, EXPONENTIAL or LOGISTIC"))?;
    if !has_trend && known != v1::AreaCurve::Unspecified {
        return Err(Refusal::invalid(field, known.as_str_name(), "no curve without area_trend"));
    }
    Ok(match known {
        v1::AreaCurve::Unspecified | v1::AreaCurve::Linear => Curve::Linear,
        v1::AreaCurve::Power => Curve::Power,
        v1::AreaCurve::Exponential => Curve::Exponential,
        v1::AreaCurve::Logistic => Curve::Logistic { saturation: None },
    })
}

fn areas(sent: &[v1::CommercialAreaRates], has_trend: bool) -> Result<Areas, Refusal> {
    if sent.len() > MOST_PARTS {
        return Err(Refusal::invalid("area_rates", format!("{} industries", sent.len()), "at most 10000"));
    }
    let mut areas: Areas = Vec::with_capacity(sent.len());
    for (at, own) in sent.iter().enumerate() {
        let field = |name: &str| format!("area_rates[{at}].{name}");
        let on_commercial_land = own.on_commercial_land.unwrap_or(1.0);
        let rates = [
            ("on_commercial_land", on_commercial_land),
            ("resettled", own.resettled),
            ("relocated", own.relocated),
            ("reused", own.reused),
        ];
        if let Some((name, rate)) = rates.into_iter().find(|(_, rate)| !(0.0..=1.0).contains(rate)) {
            return Err(Refusal::invalid(&field(name), rate, "a fraction, 0 to 1"));
        }
        if !(own.area_per_job.is_finite() && own.area_per_job >= 0.0) {
            return Err(Refusal::invalid(&field("area_per_job"), own.area_per_job, "a finite number, not negative"));
        }
        if areas.iter().any(|(code, _)| *code == own.industry) {
            return Err(Refusal::invalid(
                &field("industry"),
                format!("\"{}\" again", own.industry),
                "each industry once",
            ));
        }
        let (resettled, relocated) = (own.resettled, own.relocated);
        let (reused, area_per_job) = (own.reused, own.area_per_job);
        let rates = AreaRates { on_commercial_land, resettled, relocated, reused, area_per_job };
        areas.push((own.industry.clone(), (rates, curve(own.curve, &field("curve"), has_trend)?)));
    }
    Ok(areas)
}

fn quotient(sent: &v1::Regionalization) -> Result<(RegionalQuotient, Option<f64>), Refusal> {
    let quotient = match RegionalQuotient::try_from(sent.quotient) {
        Ok(RegionalQuotient::Unspecified) => RegionalQuotient::Flq,
        Ok(other) => other,
        Err(_) => {
            let field = "input_output.regionalization.quotient";
            return Err(Refusal::invalid(field, sent.quotient, "SLQ, CILQ, FLQ or AFLQ"));
        }
    };
    let field = "input_output.regionalization.delta";
    let has_delta = matches!(quotient, RegionalQuotient::Flq | RegionalQuotient::Aflq);
    match sent.delta {
        Some(delta) if !has_delta => Err(Refusal::invalid(field, delta, "no delta: only FLQ and AFLQ have one")),
        Some(delta) if !(0.0..1.0).contains(&delta) => Err(Refusal::invalid(field, delta, "from 0 to below 1")),
        delta => Ok((quotient, has_delta.then(|| delta.unwrap_or(USUAL_DELTA)))),
    }
}
