//! The answer: labels and periods in place of positions.

use std::ops::Range;

use growthpole_contracts::v1;
use growthpole_domain::{BenchmarkSource, Period, Warning};
use growthpole_methods::growth::turning_points::{
    BreakTest, ChowForm, ChowTest, Direction, Phase, SegmentFit, SeriesBreaks, TestedBreaks, ThresholdHistory, Turn,
    TurningPoint,
};
use growthpole_worker_kit::convert::message;

use super::super::series::Series;
use super::METHOD;
use super::analyses::{Analyses, Moved, Undefined};
use super::inputs::{Inputs, Row};
use super::options::{Options, write_errors};

pub(super) fn response(
    series: &Series,
    inputs: &Inputs,
    options: &Options,
    analyses: Vec<Analyses>,
) -> v1::DetectTurningPointsResponse {
    let mut warnings = series.warnings.clone();
    warnings.extend(shortened(series, inputs, options));
    warnings.extend(autocorrelated(series, &analyses, options));
    warnings.extend(no_benchmark(inputs));
    let (mut regions, mut undefined, mut of_benchmark) = (Vec::new(), Vec::new(), None);
    for (position, analyses) in analyses.into_iter().enumerate() {
        let label = series.label(position);
        let row = inputs.rows.get(position).or(inputs.benchmark.as_ref());
        let Some(row) = row else { continue };
        undefined.extend(missing_analyses(&analyses, label.as_ref()));
        let found = found(analyses, row, inputs, options);
        if position < inputs.rows.len() {
            regions.push(v1::RegionTurningPoints { region: label, ..found });
        } else {
            of_benchmark = Some(v1::RegionTurningPoints { region: benchmark_label(series).0, ..found });
        }
    }
    let (benchmark_region, benchmark_sum_of_level) = benchmark_label(series);
    let seed = options.breaks.as_ref().map(|breaks| breaks.seed);
    v1::DetectTurningPointsResponse {
        regions,
        of_benchmark,
        undefined,
        first_period: inputs.period(0),
        last_period: inputs.periods.last().map(Period::to_string).unwrap_or_default(),
        form: inputs.form.into(),
        less_benchmark: options.less_benchmark,
        benchmark_region,
        benchmark_sum_of_level,
        series: Some(series.description.clone()),
        warnings: message::warnings(&warnings),
        provenance: Some(series.provenance(METHOD, &[], seed)),
    }
}

fn benchmark_label(series: &Series) -> (Option<v1::RegionLabel>, String) {
    let source: Option<&BenchmarkSource> = series.benchmark.as_ref().map(|benchmark| &benchmark.source);
    source.map(message::benchmark_source).unwrap_or_default()
}

fn shortened(series: &Series, inputs: &Inputs, options: &Options) -> Option<Warning> {
    let needs_stretch = options.breaks.is_some() || options.cycle.is_some() || options.comovement.is_some();
    if !inputs.has_gaps || !needs_stretch {
        return None;
    }
    let short = |(row, _): &(&Row, _)| row.stretch.len() < inputs.periods.len();
    let regions = inputs.rows.iter().zip(&series.regions).filter(short);
    let codes: Vec<String> = regions.map(|(_, region)| region.code.clone()).collect();
    let text = format!(
        "gaps leave {} regions only the longest stretch without one, which breaks, cycle and co-movement rest on",
        codes.len()
    );
    Some(Warning::new("SERIES_SHORTENED", text).with_regions(codes))
}

fn autocorrelated(series: &Series, analyses: &[Analyses], options: &Options) -> Option<Warning> {
    if options.breaks.as_ref().is_some_and(|breaks| breaks.errors.are_correlated()) {
        return None;
    }
    let is_correlated = |analyses: &Analyses| {
        let Some(Ok(breaks)) = &analyses.breaks else { return false };
        let n: usize = breaks.segments.iter().map(|segment| segment.positions.len()).sum();
        breaks.residual_autocorrelation.is_some_and(|correlation| correlation > 2.0 / (n as f64).sqrt())
    };
    let regions = series.regions.iter().zip(analyses).filter(|(_, analyses)| is_correlated(analyses));
    let codes: Vec<String> = regions.map(|(region, _)| region.code.clone()).collect();
    if codes.is_empty() {
        return None;
    }
    let text = format!(
        "residuals of {} regions are correlated over time, so that their tests of breaks reject too often",
        codes.len()
    );
    Some(Warning::new("ERRORS_AUTOCORRELATED", text).with_regions(codes))
}

fn no_benchmark(inputs: &Inputs) -> Option<Warning> {
    let empty = inputs.benchmark.as_ref().is_some_and(|benchmark| benchmark.values.iter().all(|value| value.is_nan()));
    empty.then(|| Warning::new("BENCHMARK_WITHOUT_VALUE", "the benchmark has no value in any of the periods"))
}

fn missing_analyses(analyses: &Analyses, region: Option<&v1::RegionLabel>) -> Vec<v1::UndefinedAnalysis> {
    use v1::TurningPointAnalysis::{Breaks, Comovement, Cycle, KnownBreak, Threshold};
    let known = analyses.known_breaks.iter().map(|test| (KnownBreak, test.as_ref().err()));
    let breaks = (Breaks, analyses.breaks.as_ref().and_then(|found| found.as_ref().err()));
    let others = [
        (Threshold, analyses.threshold.as_ref().and_then(|found| found.as_ref().err())),
        (Cycle, analyses.cycle.as_ref().and_then(|found| found.as_ref().err())),
        (Comovement, analyses.comovement.as_ref().and_then(|found| found.as_ref().err())),
    ];
    let all = std::iter::once(breaks).chain(known).chain(others);
    let shown = all.filter_map(|(analysis, undefined)| {
        let Undefined { reason, text, periods } = undefined?;
        Some(v1::UndefinedAnalysis {
            region: region.cloned(),
            analysis: analysis.into(),
            reason: (*reason).to_owned(),
            text: text.clone(),
            periods: periods.iter().map(Period::to_string).collect(),
        })
    });
    shown.collect()
}

fn found(analyses: Analyses, row: &Row, inputs: &Inputs, options: &Options) -> v1::RegionTurningPoints {
    let at = Labels { inputs, start: row.stretch.start };
    let errors = write_errors(options.breaks.as_ref().map(|breaks| breaks.errors).unwrap_or_default());
    let ends = (!row.stretch.is_empty()).then(|| (at.period(0), at.period(row.stretch.len() - 1)));
    let (first_period, last_period) = ends.unwrap_or_default();
    let known = analyses.known_breaks.into_iter().flatten().map(|test| at.chow(&test));
    v1::RegionTurningPoints {
        region: None,
        first_period,
        last_period,
        breaks: analyses.breaks.and_then(Result::ok).map(|breaks| at.breaks(&breaks, errors)),
        known_breaks: known.collect(),
        threshold: analyses.threshold.and_then(Result::ok).map(|found| threshold(&found, inputs)),
        cycle: analyses.cycle.and_then(Result::ok).map(|(turns, phases)| at.cycle(&turns, &phases)),
        comovement: analyses.comovement.and_then(Result::ok).map(|moved| comovement(&moved, inputs)),
    }
}

/// Periods of a stretch, by position in it.
struct Labels<'a> {
    inputs: &'a Inputs,
    start: usize,
}

impl Labels<'_> {
    fn period(&self, position: usize) -> String {
        self.inputs.period(self.start + position)
    }

    fn breaks(&self, found: &SeriesBreaks, errors: v1::BreakErrors) -> v1::BreaksFound {
        let breaks = found.breaks.iter().map(|at| v1::StructuralBreak {
            last_before: self.period(at.first_after - 1),
            first_after: self.period(at.first_after),
            earliest: self.period(at.interval[0]),
            latest: self.period(at.interval[1]),
            earliest_is_cut: at.cut[0],
            latest_is_cut: at.cut[1],
            jump: at.jump,
            slope_change: at.slope_change,
        });
        let numbers = found.numbers.iter().map(|number| v1::BreakNumber {
            first_after: number.breaks.iter().map(|&first| self.period(first)).collect(),
            squares: number.squares,
            bic: number.criteria.map(|criteria| criteria.bic),
            lwz: number.criteria.map(|criteria| criteria.lwz),
            aic: number.criteria.map(|criteria| criteria.aic),
        });
        v1::BreaksFound {
            breaks: breaks.collect(),
            segments: found.segments.iter().map(|segment| self.segment(segment)).collect(),
            chosen_by_bic: message::count(found.chosen_by.bic),
            chosen_by_lwz: message::count(found.chosen_by.lwz),
            chosen_by_aic: message::count(found.chosen_by.aic),
            chosen_by_sequential_tests: message::count(found.chosen_by.sequential),
            numbers: numbers.collect(),
            tests: found.tests.iter().map(|tested| test(tested, found.numbers.len() - 1)).collect(),
            min_segment: message::count(found.min_segment),
            residual_autocorrelation: found.residual_autocorrelation,
            errors: errors.into(),
        }
    }

    fn segment(&self, fit: &SegmentFit) -> v1::BreakSegment {
        let Range { start, end } = fit.positions;
        v1::BreakSegment {
            first_period: self.period(start),
            last_period: self.period(end - 1),
            n: message::count(end - start),
            mean: fit.mean,
            slope: fit.slope,
            first_fitted: fit.first_fitted,
            last_fitted: fit.last_fitted,
        }
    }

    fn chow(&self, test: &ChowTest) -> v1::ChowTest {
        let form = match test.form {
            ChowForm::Break => v1::ChowForm::Break,
            ChowForm::Forecast => v1::ChowForm::Forecast,
        };
        v1::ChowTest {
            first_after: self.period(test.before.positions.end),
            form: form.into(),
            f: test.f,
            numerator_degrees: message::count(test.degrees[0]),
            denominator_degrees: message::count(test.degrees[1]),
            p_value: test.p_value,
            before: Some(self.segment(&test.before)),
            after: test.after.as_ref().map(|after| self.segment(after)),
        }
    }

    fn cycle(&self, turns: &[TurningPoint], phases: &[Phase]) -> v1::CycleFound {
        let turning_points = turns.iter().map(|turn| v1::TurningPoint {
            period: self.period(turn.position),
            kind: match turn.turn {
                Turn::Peak => v1::TurnKind::Peak,
                Turn::Trough => v1::TurnKind::Trough,
            }
            .into(),
            value: turn.value,
        });
        let phases = phases.iter().map(|phase| v1::CyclePhase {
            direction: match phase.direction {
                Direction::Expansion => v1::PhaseDirection::Expansion,
                Direction::Contraction => v1::PhaseDirection::Contraction,
            }
            .into(),
            from_period: self.period(phase.start),
            to_period: self.period(phase.end),
            duration: message::count(phase.duration()),
            amplitude: phase.amplitude,
            is_complete: phase.is_complete,
        });
        v1::CycleFound { turning_points: turning_points.collect(), phases: phases.collect() }
    }
}

fn test(tested: &TestedBreaks, max_breaks: usize) -> v1::BreakTest {
    let (kind, breaks) = match tested.test {
        BreakTest::Number(breaks) => (v1::BreakTestKind::SupF, breaks),
        BreakTest::AnyNumber => (v1::BreakTestKind::UdMax, max_breaks),
        BreakTest::AnyNumberWeighted => (v1::BreakTestKind::WdMax, max_breaks),
        BreakTest::OneMore(breaks) => (v1::BreakTestKind::Sequential, breaks),
    };
    v1::BreakTest {
        kind: kind.into(),
        breaks: message::count(breaks),
        statistic: tested.statistic,
        p_value: tested.p_value,
        critical_value: tested.critical_value,
        asymptotic_critical_value: tested.asymptotic_critical_value,
    }
}

fn threshold(found: &ThresholdHistory, inputs: &Inputs) -> v1::ThresholdFound {
    let period = |position: Option<usize>| position.map(|at| inputs.period(at)).unwrap_or_default();
    let runs = found.runs.iter().map(|run| v1::ThresholdRun {
        at_or_above: run.is_above,
        first_period: inputs.period(run.positions.start),
        last_period: inputs.period(run.positions.end - 1),
        n: message::count(run.positions.len()),
    });
    v1::ThresholdFound {
        last_at_or_above: period(found.last_at_or_above),
        first_below: period(found.first_below),
        first_below_after_last: period(found.first_below_after),
        unknown_after_last: found.unknown_after_last.clone().map(|at| inputs.period(at)).collect(),
        missing: found.missing.iter().map(|&at| inputs.period(at)).collect(),
        runs: runs.collect(),
    }
}

fn comovement(moved: &Moved, inputs: &Inputs) -> v1::ComovementFound {
    let found = &moved.comovement;
    let lags = found.lags.iter().map(|lag| v1::LeadLagCorrelation {
        lag: lag.lag,
        n: message::count(lag.n),
        correlation: lag.correlation,
    });
    v1::ComovementFound {
        first_period: inputs.period(moved.stretch.start),
        last_period: inputs.period(moved.stretch.end - 1),
        n: message::count(found.n),
        correlation: found.correlation,
        p_value: found.p_value,
        beta: found.beta.slope,
        beta_standard_error: found.beta.standard_error,
        r_squared: found.beta.r_squared,
        lags: lags.collect(),
        strongest_lag: found.strongest_lag,
        concordance: moved.concordance.map(|both| v1::PhaseConcordance {
            index: both.index,
            expected: both.expected,
            correlation: both.correlation,
            t: both.t,
            p_value: both.p_value,
        }),
    }
}
