//! What a request asks for.

use std::ops::RangeInclusive;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Period;
use growthpole_methods::growth::turning_points::{
    BreakCriterion, BreakErrors, BreakModel, BreakOptions, CycleOptions, ErrorVariances, ShortestSegment,
};

use super::inputs::Inputs;

/// Largest number of dates known beforehand.
const MOST_KNOWN_BREAKS: usize = 20;

/// Additions that the search for breaks, and the simulation behind its tests, may take: some ten seconds of one core each.
const MOST_WORK: f64 = 2e10;

/// The analyses that are asked for, with their options.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) form: v1::TurningPointForm,
    pub(super) less_benchmark: bool,
    pub(super) breaks: Option<BreakOptions>,
    pub(super) known_breaks: Vec<Period>,
    pub(super) threshold: Option<f64>,
    pub(super) cycle: Option<CycleOptions>,
    pub(super) comovement: Option<ComovementOptions>,
    /// Whether co-movement was asked for by name, so that it must not be left out in silence.
    comovement_is_asked_for: bool,
}

/// How co-movement is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct ComovementOptions {
    pub(super) max_lag: usize,
    pub(super) hac_lags: Option<usize>,
    /// How the phases are found that concordance compares.
    pub(super) cycle: CycleOptions,
}

impl Options {
    pub(super) fn read(request: &v1::DetectTurningPointsRequest) -> Result<Self, Refusal> {
        let form = v1::TurningPointForm::try_from(request.form).map_err(|_| {
            Refusal::invalid("form", request.form, "VALUES, GROWTH, LOG_GROWTH, LOG_VALUES, or nothing")
        })?;
        let nothing_is_named = request.breaks.is_none()
            && request.threshold.is_none()
            && request.cycle.is_none()
            && request.comovement.is_none();
        let or_default = |named: bool| named || nothing_is_named;
        let breaks = request.breaks.clone().unwrap_or_default();
        let cycle = cycle(&request.cycle.unwrap_or_default())?;
        let comovement = request.comovement.unwrap_or_default();
        Ok(Self {
            form,
            less_benchmark: request.less_benchmark,
            known_breaks: known_breaks(&breaks.known_breaks)?,
            breaks: or_default(request.breaks.is_some()).then(|| break_options(&breaks)).transpose()?,
            threshold: request.threshold.map(threshold).transpose()?,
            cycle: or_default(request.cycle.is_some()).then_some(cycle),
            comovement: or_default(request.comovement.is_some())
                .then(|| comovement_options(&comovement, cycle))
                .transpose()?,
            comovement_is_asked_for: request.comovement.is_some(),
        })
    }

    /// The options as the values allow them: without a benchmark there is no co-movement, and not everything is small enough.
    pub(super) fn for_inputs(mut self, inputs: &Inputs) -> Result<Self, Refusal> {
        if inputs.benchmark.is_none() {
            if self.comovement_is_asked_for {
                let allowed = "nothing where there is no benchmark that has the indicator";
                return Err(Refusal::invalid("comovement", "a request", allowed));
            }
            self.comovement = None;
        }
        if let Some(breaks) = &self.breaks {
            let (n, most) = (inputs.periods.len() as f64, breaks.max_breaks as f64);
            let (regions, draws) = (inputs.rows.len() as f64, breaks.draws as f64);
            check_robust(breaks, regions, n)?;
            if regions * n * n * most > MOST_WORK {
                let sent = format!("{regions} regions of {n} periods");
                let allowed = format!(
                    "at most {:.0} regions of as many periods for up to {most} breaks",
                    MOST_WORK / n / n / most
                );
                return Err(Refusal::invalid("selection", sent, &allowed));
            }
            if draws * n * n * most > MOST_WORK {
                let allowed =
                    format!("at most {:.0} for {n} periods and up to {most} breaks", MOST_WORK / n / n / most);
                return Err(Refusal::invalid("breaks.draws", draws, &allowed));
            }
        }
        for (at, known) in self.known_breaks.iter().enumerate() {
            if !inputs.periods.contains(known) {
                let (first, last) = (inputs.periods.first(), inputs.periods.last());
                let allowed = match (first, last) {
                    (Some(first), Some(last)) => format!("a period between {first} and {last}"),
                    _ => "a period that is analysed".to_owned(),
                };
                return Err(Refusal::invalid(&format!("breaks.known_breaks[{at}]"), known, &allowed));
            }
        }
        Ok(self)
    }
}

/// Refuses more long-run variances than there is time for: each draw has one for every segment that a break more could split.
fn check_robust(breaks: &BreakOptions, regions: f64, n: f64) -> Result<(), Refusal> {
    let (most, draws) = (breaks.max_breaks as f64, breaks.draws as f64);
    let of_a_draw = regions * most * most * n * n;
    if !breaks.errors.are_correlated() || draws * of_a_draw <= MOST_WORK {
        return Ok(());
    }
    let sent = format!("{draws} with correlated errors");
    let allowed = format!(
        "at most {:.0} for {regions} regions of {n} periods, up to {most} breaks and errors that are correlated over time",
        (MOST_WORK / of_a_draw).floor()
    );
    Err(Refusal::invalid("breaks.draws", sent, &allowed))
}

fn break_options(asked: &v1::BreakAnalysis) -> Result<BreakOptions, Refusal> {
    let defaults = BreakOptions::default();
    let model = match v1::BreakModel::try_from(asked.model) {
        Ok(v1::BreakModel::Unspecified | v1::BreakModel::Mean) => BreakModel::Mean,
        Ok(v1::BreakModel::Trend) => BreakModel::Trend,
        Err(_) => return Err(Refusal::invalid("breaks.model", asked.model, "MEAN, TREND, or nothing")),
    };
    let criterion = match v1::BreakCriterion::try_from(asked.criterion) {
        Ok(v1::BreakCriterion::Unspecified | v1::BreakCriterion::Bic) => BreakCriterion::Bic,
        Ok(v1::BreakCriterion::Lwz) => BreakCriterion::Lwz,
        Ok(v1::BreakCriterion::Aic) => BreakCriterion::Aic,
        Ok(v1::BreakCriterion::Sequential) => BreakCriterion::Sequential,
        Err(_) => {
            let allowed = "BIC, LWZ, AIC, SEQUENTIAL, or nothing";
            return Err(Refusal::invalid("breaks.criterion", asked.criterion, allowed));
        }
    };
    let errors = errors(asked.errors)?;
    let variances = match v1::BreakVariances::try_from(asked.variances) {
        Ok(v1::BreakVariances::Unspecified) if errors.differ_by_segment() => ErrorVariances::BySegment,
        Ok(v1::BreakVariances::Unspecified | v1::BreakVariances::Common) => ErrorVariances::Common,
        Ok(v1::BreakVariances::BySegment) => ErrorVariances::BySegment,
        Err(_) => return Err(Refusal::invalid("breaks.variances", asked.variances, "COMMON, BY_SEGMENT, or nothing")),
    };
    Ok(BreakOptions {
        model,
        criterion,
        variances,
        errors,
        shortest: shortest(asked, defaults.shortest)?,
        max_breaks: count("breaks.max_breaks", asked.max_breaks, 1..=20)?.unwrap_or(defaults.max_breaks),
        significance: share("breaks.significance", asked.significance)?.unwrap_or(defaults.significance),
        confidence: share("breaks.confidence", asked.confidence)?.unwrap_or(defaults.confidence),
        draws: count("breaks.draws", asked.draws, 99..=99_999)?.unwrap_or(defaults.draws),
        seed: asked.seed,
    })
}

fn errors(asked: i32) -> Result<BreakErrors, Refusal> {
    match v1::BreakErrors::try_from(asked) {
        Ok(v1::BreakErrors::Unspecified | v1::BreakErrors::Independent) => Ok(BreakErrors::Independent),
        Ok(v1::BreakErrors::Heteroskedastic) => Ok(BreakErrors::Heteroskedastic),
        Ok(v1::BreakErrors::Autocorrelated) => Ok(BreakErrors::Autocorrelated),
        Ok(v1::BreakErrors::HeteroskedasticAutocorrelated) => Ok(BreakErrors::HeteroskedasticAutocorrelated),
        Err(_) => {
            let allowed = "INDEPENDENT, HETEROSKEDASTIC, AUTOCORRELATED, HETEROSKEDASTIC_AUTOCORRELATED, or nothing";
            Err(Refusal::invalid("breaks.errors", asked, allowed))
        }
    }
}

/// How errors are named in an answer.
pub(super) fn write_errors(errors: BreakErrors) -> v1::BreakErrors {
    match errors {
        BreakErrors::Independent => v1::BreakErrors::Independent,
        BreakErrors::Heteroskedastic => v1::BreakErrors::Heteroskedastic,
        BreakErrors::Autocorrelated => v1::BreakErrors::Autocorrelated,
        BreakErrors::HeteroskedasticAutocorrelated => v1::BreakErrors::HeteroskedasticAutocorrelated,
    }
}

fn shortest(asked: &v1::BreakAnalysis, default: ShortestSegment) -> Result<ShortestSegment, Refusal> {
    match (asked.min_segment_share, asked.min_segment_periods) {
        (None, None) => Ok(default),
        (Some(share), None) if share > 0.0 && share <= 0.5 => Ok(ShortestSegment::Share(share)),
        (Some(share), None) => Err(Refusal::invalid("breaks.min_segment_share", share, "above 0, at most 0.5")),
        (None, periods) => {
            let periods = count("breaks.min_segment_periods", periods, 1..=500)?;
            Ok(periods.map_or(default, ShortestSegment::Values))
        }
        (Some(_), Some(periods)) => {
            let sent = format!("{periods} beside a share");
            Err(Refusal::invalid("breaks.min_segment_periods", sent, "one of the two"))
        }
    }
}

fn known_breaks(asked: &[String]) -> Result<Vec<Period>, Refusal> {
    if asked.len() > MOST_KNOWN_BREAKS {
        let allowed = format!("at most {MOST_KNOWN_BREAKS}");
        return Err(Refusal::invalid("breaks.known_breaks", format!("{} dates", asked.len()), &allowed));
    }
    let parse = |(at, text): (usize, &String)| {
        let field = format!("breaks.known_breaks[{at}]");
        let period = text.parse::<Period>();
        period.map_err(|_| Refusal::invalid(&field, format!("\"{text}\""), "a period, for example 2013"))
    };
    asked.iter().enumerate().map(parse).collect()
}

fn threshold(asked: v1::ThresholdAnalysis) -> Result<f64, Refusal> {
    let threshold = asked.threshold;
    if threshold.is_finite() {
        return Ok(threshold);
    }
    Err(Refusal::invalid("threshold.threshold", threshold, "a finite number"))
}

fn cycle(asked: &v1::CycleAnalysis) -> Result<CycleOptions, Refusal> {
    let defaults = CycleOptions::default();
    Ok(CycleOptions {
        window: count("cycle.window", asked.window, 1..=100)?.unwrap_or(defaults.window),
        min_phase: count("cycle.min_phase", asked.min_phase, 1..=100)?.unwrap_or(defaults.min_phase),
        min_cycle: count("cycle.min_cycle", asked.min_cycle, 1..=100)?.unwrap_or(defaults.min_cycle),
    })
}

fn comovement_options(asked: &v1::ComovementAnalysis, cycle: CycleOptions) -> Result<ComovementOptions, Refusal> {
    Ok(ComovementOptions {
        max_lag: count("comovement.max_lag", asked.max_lag, 0..=20)?.unwrap_or(3),
        hac_lags: count("comovement.hac_lags", asked.hac_lags, 0..=100)?,
        cycle,
    })
}

fn count(field: &str, asked: Option<i32>, allowed: RangeInclusive<i32>) -> Result<Option<usize>, Refusal> {
    let Some(asked) = asked else { return Ok(None) };
    match usize::try_from(asked) {
        Ok(count) if allowed.contains(&asked) => Ok(Some(count)),
        _ => Err(Refusal::invalid(field, asked, &format!("{} to {}", allowed.start(), allowed.end()))),
    }
}

fn share(field: &str, asked: Option<f64>) -> Result<Option<f64>, Refusal> {
    match asked {
        Some(share) if !(share > 0.0 && share < 1.0) => Err(Refusal::invalid(field, share, "above 0 and below 1")),
        asked => Ok(asked),
    }
}
