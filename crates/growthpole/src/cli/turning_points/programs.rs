//! Records for programs: a finding a record.

use growthpole_contracts::v1::{
    BreakTestKind, BreaksFound, ComovementFound, CycleFound, DetectTurningPointsResponse, RegionTurningPoints,
    ThresholdFound,
};

use super::people::analysis;
use crate::output::csv::Records;
use crate::output::format::{exact, region, words};

/// A finding: what is not said stays empty.
#[derive(Default)]
struct Finding<'a> {
    analysis: &'a str,
    item: String,
    period: &'a str,
    first: &'a str,
    last: &'a str,
    value: Option<f64>,
    p_value: Option<f64>,
    reason: &'a str,
}

/// All findings, by region; the benchmark's own have the code of the benchmark.
pub(super) fn records(answer: &DetectTurningPointsResponse) -> Records {
    let mut records = Records::new([
        "region",
        "region_name",
        "analysis",
        "item",
        "period",
        "first_period",
        "last_period",
        "value",
        "p_value",
        "undefined_reason",
    ]);
    let mut add = |label: (String, String), finding: Finding<'_>| {
        let Finding { analysis, item, period, first, last, value, p_value, reason } = finding;
        let [analysis, period, first, last, reason] = [analysis, period, first, last, reason].map(str::to_owned);
        let (code, name) = label;
        records.row([code, name, analysis, item, period, first, last, exact(value), exact(p_value), reason]);
    };
    for row in answer.regions.iter().chain(&answer.of_benchmark) {
        for finding in findings(row) {
            add(region(&row.region), finding);
        }
    }
    for row in &answer.undefined {
        let analysis = analysis(row.analysis());
        let finding =
            Finding { analysis: &analysis, item: "undefined".into(), reason: &row.reason, ..Finding::default() };
        add(region(&row.region), finding);
    }
    records
}

fn findings(row: &RegionTurningPoints) -> Vec<Finding<'_>> {
    let mut all = Vec::new();
    all.extend(row.breaks.iter().flat_map(breaks));
    all.extend(row.known_breaks.iter().map(|test| Finding {
        analysis: "known break",
        item: "F".into(),
        period: &test.first_after,
        value: Some(test.f),
        p_value: test.p_value,
        ..Finding::default()
    }));
    all.extend(row.threshold.iter().flat_map(threshold));
    all.extend(row.cycle.iter().flat_map(cycle));
    all.extend(row.comovement.iter().flat_map(comovement));
    all
}

fn breaks(found: &BreaksFound) -> Vec<Finding<'_>> {
    let breaks = found.breaks.iter().map(|at| Finding {
        item: "break".into(),
        period: &at.first_after,
        first: &at.earliest,
        last: &at.latest,
        value: Some(at.jump),
        ..Finding::default()
    });
    let segments = found.segments.iter().map(|segment| Finding {
        item: "mean".into(),
        first: &segment.first_period,
        last: &segment.last_period,
        value: Some(segment.mean),
        ..Finding::default()
    });
    let slopes = found.segments.iter().filter(|segment| segment.slope.is_some()).map(|segment| Finding {
        item: "slope".into(),
        first: &segment.first_period,
        last: &segment.last_period,
        value: segment.slope,
        ..Finding::default()
    });
    let tests = found.tests.iter().map(|test| Finding {
        item: match test.kind() {
            BreakTestKind::SupF => format!("sup F({})", test.breaks),
            BreakTestKind::Sequential => format!("sup F({}|{})", test.breaks + 1, test.breaks),
            BreakTestKind::UdMax => "UDmax".to_owned(),
            BreakTestKind::WdMax => "WDmax".to_owned(),
            BreakTestKind::Unspecified => String::new(),
        },
        value: test.statistic,
        p_value: Some(test.p_value),
        ..Finding::default()
    });
    let all = breaks.chain(segments).chain(slopes).chain(tests);
    all.map(|finding| Finding { analysis: "breaks", ..finding }).collect()
}

fn threshold(found: &ThresholdFound) -> Vec<Finding<'_>> {
    let date = |item: &str, period| Finding { item: item.into(), period, ..Finding::default() };
    let dates = [
        date("last at or above", found.last_at_or_above.as_str()),
        date("first below", &found.first_below),
        date("first below after last", &found.first_below_after_last),
    ];
    let unknown = found.unknown_after_last.iter().map(|period| date("unknown after last", period));
    let runs = found.runs.iter().map(|run| Finding {
        item: if run.at_or_above { "run at or above" } else { "run below" }.into(),
        first: &run.first_period,
        last: &run.last_period,
        value: Some(f64::from(run.n)),
        ..Finding::default()
    });
    let all = dates.into_iter().chain(unknown).chain(runs);
    all.map(|finding| Finding { analysis: "threshold", ..finding }).collect()
}

fn cycle(found: &CycleFound) -> Vec<Finding<'_>> {
    let turns = found.turning_points.iter().map(|turn| Finding {
        item: words(turn.kind().as_str_name(), "TURN_KIND"),
        period: &turn.period,
        value: Some(turn.value),
        ..Finding::default()
    });
    let phases = found.phases.iter().map(|phase| {
        let direction = words(phase.direction().as_str_name(), "PHASE_DIRECTION");
        Finding {
            item: if phase.is_complete { direction } else { format!("incomplete {direction}") },
            first: &phase.from_period,
            last: &phase.to_period,
            value: Some(phase.amplitude),
            ..Finding::default()
        }
    });
    turns.chain(phases).map(|finding| Finding { analysis: "cycle", ..finding }).collect()
}

fn comovement(found: &ComovementFound) -> Vec<Finding<'_>> {
    let number =
        |item: &str, value: Option<f64>, p_value| Finding { item: item.into(), value, p_value, ..Finding::default() };
    let phases = found.concordance.as_ref();
    let numbers = [
        number("correlation", Some(found.correlation), found.p_value),
        number("beta", Some(found.beta), None),
        number("beta standard error", found.beta_standard_error, None),
        number("r squared", Some(found.r_squared), None),
        number("strongest lag", Some(f64::from(found.strongest_lag)), None),
        number("concordance", phases.map(|phases| phases.index), phases.and_then(|phases| phases.p_value)),
    ];
    let lags = found.lags.iter().map(|lag| number(&format!("correlation at lag {}", lag.lag), lag.correlation, None));
    let all = numbers.into_iter().chain(lags);
    let span =
        |finding| Finding { analysis: "comovement", first: &found.first_period, last: &found.last_period, ..finding };
    all.map(span).collect()
}
