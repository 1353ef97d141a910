//! The analyses of all regions, by position.

use std::ops::Range;

use growthpole_contracts::Refusal;
use growthpole_domain::Period;
use growthpole_methods::Progress;
use growthpole_methods::growth::turning_points::{
    BreaksError, ChowError, ChowTest, Comovement, ComovementError, Concordance, CycleError, CycleOptions, NoBreaks,
    Phase, SeriesBreaks, ThresholdHistory, TurningPoint, chow_test, comovement, concordance, detect_breaks,
    expansion_states, longest_stretch, phases, threshold_history, turning_points,
};
use growthpole_worker_kit::refuse;

use super::inputs::{Inputs, Row};
use super::options::{ComovementOptions, Options};

/// Why a region does not have an analysis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Undefined {
    pub(super) reason: &'static str,
    pub(super) text: String,
    /// Positions of the periods to blame.
    pub(super) periods: Vec<Period>,
}

/// An analysis that was asked for, or why there is none.
type Asked<T> = Option<Result<T, Undefined>>;

/// What was found in one region.
#[derive(Debug)]
pub(super) struct Analyses {
    pub(super) breaks: Asked<SeriesBreaks>,
    pub(super) known_breaks: Vec<Result<ChowTest, Undefined>>,
    pub(super) threshold: Asked<ThresholdHistory>,
    pub(super) cycle: Asked<(Vec<TurningPoint>, Vec<Phase>)>,
    pub(super) comovement: Asked<Moved>,
}

/// Co-movement, and the stretch that it rests on.
#[derive(Debug)]
pub(super) struct Moved {
    pub(super) stretch: Range<usize>,
    pub(super) comovement: Comovement,
    pub(super) concordance: Option<Concordance>,
}

/// Analyses all regions, and last the benchmark where it is analysed for itself.
pub(super) fn analyse(inputs: &Inputs, options: &Options, progress: &Progress) -> Result<Vec<Analyses>, Refusal> {
    let of_benchmark = inputs.benchmark.iter().filter(|_| !options.less_benchmark);
    let rows: Vec<&Row> = inputs.rows.iter().chain(of_benchmark).collect();
    let breaks: Vec<Asked<SeriesBreaks>> = match &options.breaks {
        None => rows.iter().map(|_| None).collect(),
        Some(asked) => {
            let stretches: Vec<&[f64]> = rows.iter().map(|row| row.whole()).collect();
            let found = detect_breaks(&stretches, asked, progress).map_err(not_searched)?;
            found.into_iter().zip(&rows).map(|(found, row)| Some(explain(row, found, no_breaks, inputs))).collect()
        }
    };
    progress.expect(rows.len());
    let others = rows.iter().zip(breaks).enumerate().map(|(position, (row, breaks))| {
        progress.advance(1).map_err(refuse::stopped)?;
        let is_region = position < inputs.rows.len();
        Ok(Analyses {
            breaks,
            known_breaks: options.known_breaks.iter().map(|at| known_break(row, *at, inputs, options)).collect(),
            threshold: options.threshold.map(|threshold| within(row, threshold)),
            cycle: options.cycle.map(|asked| explain(row, cycle(row.whole(), asked), no_cycle, inputs)),
            comovement: options.comovement.filter(|_| is_region).map(|asked| moved(row, inputs, &asked)),
        })
    });
    others.collect()
}

fn not_searched(error: BreaksError) -> Refusal {
    match error {
        BreaksError::Stopped(stopped) => refuse::stopped(stopped),
        BreaksError::NotAShare { .. } | BreaksError::Nothing => Refusal::internal(error),
    }
}

/// What was found, or a reason: that there is no value comes before what the method says.
fn explain<T, E>(
    row: &Row,
    found: Result<T, E>,
    reason: fn(E, &Row, &Inputs) -> Undefined,
    inputs: &Inputs,
) -> Result<T, Undefined> {
    no_values(row).map_or_else(|| found.map_err(|error| reason(error, row, inputs)), Err)
}

/// Why a region has no values to analyse at all.
fn no_values(row: &Row) -> Option<Undefined> {
    if !row.not_positive.is_empty() {
        let listed: Vec<String> = row.not_positive.iter().map(Period::to_string).collect();
        let text = format!("The level is not above zero in {}.", listed.join(", "));
        return Some(Undefined { reason: "LEVEL_NOT_POSITIVE", text, periods: row.not_positive.clone() });
    }
    let text = "There is no value.".to_owned();
    row.stretch.is_empty().then_some(Undefined { reason: "NO_VALUE", text, periods: Vec::new() })
}

fn no_breaks(error: NoBreaks, row: &Row, inputs: &Inputs) -> Undefined {
    let (reason, at) = match error {
        NoBreaks::TooShort { .. } => ("TOO_SHORT", None),
        NoBreaks::NoVariation => ("NO_VARIATION", None),
        NoBreaks::InvalidValue { position, .. } => ("OUT_OF_RANGE", Some(position)),
    };
    undefined(reason, &error, at, row, inputs)
}

fn no_cycle(error: CycleError, row: &Row, inputs: &Inputs) -> Undefined {
    let (reason, at) = match error {
        CycleError::TooShort { .. } | CycleError::ZeroLength => ("TOO_SHORT", None),
        CycleError::InvalidValue { position, .. } => ("OUT_OF_RANGE", Some(position)),
    };
    undefined(reason, &error, at, row, inputs)
}

/// A reason in a sentence; `at` is a position in the region's stretch.
fn undefined(
    reason: &'static str,
    error: &dyn std::error::Error,
    at: Option<usize>,
    row: &Row,
    inputs: &Inputs,
) -> Undefined {
    let period = at.and_then(|at| inputs.periods.get(row.stretch.start + at)).copied();
    Undefined { reason, text: sentence(&error.to_string()), periods: period.into_iter().collect() }
}

/// `one value is …` as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

fn within(row: &Row, threshold: f64) -> Result<ThresholdHistory, Undefined> {
    no_values(row).map_or_else(|| Ok(threshold_history(&row.analysed, threshold)), Err)
}

fn cycle(values: &[f64], asked: CycleOptions) -> Result<(Vec<TurningPoint>, Vec<Phase>), CycleError> {
    let turns = turning_points(values, asked)?;
    let phases = phases(values, &turns);
    Ok((turns, phases))
}

fn known_break(row: &Row, at: Period, inputs: &Inputs, options: &Options) -> Result<ChowTest, Undefined> {
    if let Some(nothing) = no_values(row) {
        return Err(nothing);
    }
    let position = inputs.periods.iter().position(|period| *period == at);
    let in_stretch = position.filter(|position| row.stretch.contains(position));
    let Some(first_after) = in_stretch.map(|position| position - row.stretch.start) else {
        let (first, last) = (inputs.period(row.stretch.start), inputs.period(row.stretch.end - 1));
        let text = format!("{at} is not between {first} and {last}, the longest stretch without a gap.");
        return Err(Undefined { reason: "OUTSIDE_OF_STRETCH", text, periods: vec![at] });
    };
    let model = options.breaks.as_ref().map(|breaks| breaks.model).unwrap_or_default();
    chow_test(row.whole(), first_after, model).map_err(|error| {
        let (reason, position) = match error {
            ChowError::TooFewValues { .. } => ("TOO_SHORT", Some(first_after)),
            ChowError::ExactFit => ("NO_VARIATION", Some(first_after)),
            ChowError::InvalidValue { position, .. } => ("OUT_OF_RANGE", Some(position)),
        };
        undefined(reason, &error, position, row, inputs)
    })
}

/// Co-movement over the longest stretch that region and benchmark share.
fn moved(row: &Row, inputs: &Inputs, asked: &ComovementOptions) -> Result<Moved, Undefined> {
    let nothing = || Undefined { reason: "NO_VALUE", text: "The benchmark has no value.".into(), periods: Vec::new() };
    let benchmark = inputs.benchmark.as_ref().ok_or_else(nothing)?;
    if !row.not_positive.is_empty() {
        return Err(no_values(row).unwrap_or_else(nothing));
    }
    let differences: Vec<f64> = row.values.iter().zip(&benchmark.values).map(|(own, other)| own - other).collect();
    let stretch = longest_stretch(&differences);
    if stretch.is_empty() {
        return Err(no_values(row).unwrap_or_else(nothing));
    }
    let (own, other) = (&row.values[stretch.clone()], &benchmark.values[stretch.clone()]);
    let found = comovement(own, other, asked.max_lag, asked.hac_lags).map_err(|error| {
        let reason = match error {
            ComovementError::TooShort { .. } => "TOO_SHORT",
            ComovementError::Constant => "NO_VARIATION",
            ComovementError::InvalidValue { .. } | ComovementError::LengthsDiffer { .. } => "OUT_OF_RANGE",
        };
        Undefined { reason, text: sentence(&error.to_string()), periods: Vec::new() }
    })?;
    let states = |values: &[f64]| {
        let (_, phases) = cycle(values, asked.cycle).ok()?;
        expansion_states(values.len(), &phases)
    };
    let concordance = states(own).zip(states(other)).and_then(|(own, other)| concordance(&own, &other, asked.hac_lags));
    Ok(Moved { stretch, comovement: found, concordance })
}
