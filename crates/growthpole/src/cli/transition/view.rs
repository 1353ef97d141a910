//! Tables and records of an assessment.

use growthpole_contracts::v1::{
    AssessTransitionResponse, ResourceStage, TransitionFigure, TransitionMeasure, TransitionPart, TransitionPeers,
    TransitionRegion,
};

use super::MEASURE;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, fixed, or_nothing, percent, points, region, words};
use crate::output::table::Table;

const STAGE: &str = "RESOURCE_STAGE";

pub(super) fn view(what: &str, answer: &AssessTransitionResponse) -> View {
    let years = format!("{} against {}", answer.period, answer.base_period);
    let mut figures = Table::new(format!("Transition, {what}, {years}, among {} peers", answer.peer_count))
        .texts(["Code", "Region", "Measure"])
        .numbers(["Level", "Before", "Change", "Rank", "of", "Median", "Rank of change"])
        .texts(["Why not"]);
    let mut records = Records::new([
        "region",
        "region_name",
        "measure",
        "level",
        "base_level",
        "change",
        "rank",
        "change_rank",
        "peers",
        "median",
        "median_change",
        "reason",
        "base_reason",
        "stage",
        "stage_reason",
        "composite",
        "composite_rank",
        "period",
        "base_period",
    ]);
    for own in &answer.regions {
        for figure in &own.figures {
            let peers = answer.peers.iter().find(|peers| peers.measure == figure.measure);
            add_row(&mut figures, own, figure, peers);
            add_record(&mut records, answer, own, figure, peers);
        }
    }
    let mut tables = vec![figures, stages(answer)];
    tables.extend(composites(answer));
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

/// Shares are shown in per cent, everything else as a number.
fn is_share(measure: TransitionMeasure) -> bool {
    measure.as_str_name().ends_with("_SHARE") || measure == TransitionMeasure::CapacityUtilization
}

fn add_row(table: &mut Table, own: &TransitionRegion, figure: &TransitionFigure, peers: Option<&TransitionPeers>) {
    // What nobody asked for is in the records only.
    if figure.reason == "NOT_GIVEN" {
        return;
    }
    let (code, name) = region(&own.region);
    let share = is_share(figure.measure());
    let level = |number: f64| if share { percent(number) } else { fixed(number, 3) };
    let change = |number: f64| if share { points(number) } else { format!("{:+.3}", number) };
    let rank = |rank: Option<i32>| rank.map_or_else(|| NOTHING.to_owned(), |rank| rank.to_string());
    let why_not = match (figure.reason.as_str(), figure.base_reason.as_str()) {
        ("", "") => String::new(),
        ("", before) => format!("before: {before}"),
        (now, _) => now.to_owned(),
    };
    table.row([
        code,
        name,
        words(figure.measure().as_str_name(), MEASURE),
        or_nothing(figure.level, level),
        or_nothing(figure.base_level, level),
        or_nothing(figure.change, change),
        rank(figure.rank),
        peers.map_or_else(String::new, |peers| peers.count.to_string()),
        or_nothing(peers.and_then(|peers| peers.median), level),
        rank(figure.change_rank),
        why_not,
    ]);
}

fn add_record(
    records: &mut Records,
    answer: &AssessTransitionResponse,
    own: &TransitionRegion,
    figure: &TransitionFigure,
    peers: Option<&TransitionPeers>,
) {
    let (code, name) = region(&own.region);
    let whole = |number: Option<i32>| number.map_or_else(String::new, |number| number.to_string());
    records.row([
        code,
        name,
        words(figure.measure().as_str_name(), MEASURE),
        exact(figure.level),
        exact(figure.base_level),
        exact(figure.change),
        whole(figure.rank),
        whole(figure.change_rank),
        whole(peers.map(|peers| peers.count)),
        exact(peers.and_then(|peers| peers.median)),
        exact(peers.and_then(|peers| peers.median_change)),
        figure.reason.clone(),
        figure.base_reason.clone(),
        words(own.stage().as_str_name(), STAGE),
        own.stage_reason.clone(),
        exact(own.composite),
        whole(own.composite_rank),
        answer.period.clone(),
        answer.base_period.clone(),
    ]);
}

fn stages(answer: &AssessTransitionResponse) -> Table {
    let rule = answer.stage_rule.unwrap_or_default();
    let from = or_nothing(rule.quotient, |quotient| fixed(quotient, 2));
    let steady = or_nothing(rule.steady_growth, percent);
    let title = format!(
        "Stage, by extractive activity: a resource region from an LQ of {from} on, steady within {steady} a year"
    );
    let mut table = Table::new(title).texts(["Code", "Region", "Stage"]).numbers([
        "Highest LQ",
        "in",
        "Share before",
        "Share",
        "Growth a year",
        "of all else",
        "of all else in all",
    ]);
    for own in &answer.regions {
        let (code, name) = region(&own.region);
        let evidence = own.evidence.clone().unwrap_or_default();
        let stage = match own.stage() {
            ResourceStage::Unspecified => own.stage_reason.clone(),
            stage => words(stage.as_str_name(), STAGE),
        };
        let is_known = own.evidence.is_some();
        let share = |share: f64| or_nothing(Some(share).filter(|_| is_known), percent);
        table.row([
            code,
            name,
            stage,
            or_nothing(evidence.peak_quotient, |quotient| fixed(quotient, 3)),
            evidence.peak_period,
            share(evidence.first_share),
            share(evidence.last_share),
            or_nothing(evidence.extractive_growth, percent),
            or_nothing(evidence.other_growth, percent),
            or_nothing(evidence.benchmark_other_growth, percent),
        ]);
    }
    table
}

fn composites(answer: &AssessTransitionResponse) -> Option<Table> {
    let mut table = Table::new("Drawn together, in standard deviations")
        .texts(["Code", "Region"])
        .numbers(["Composite", "Rank"])
        .texts(["Parts"]);
    for own in &answer.regions {
        let (code, name) = region(&own.region);
        let part = |part: &TransitionPart| {
            let name = words(part.measure().as_str_name(), MEASURE);
            format!("{name} {}", or_nothing(part.part, |part| format!("{part:+.3}")))
        };
        table.row([
            code,
            name,
            or_nothing(own.composite, |composite| fixed(composite, 3)),
            own.composite_rank.map_or_else(|| NOTHING.to_owned(), |rank| rank.to_string()),
            own.parts.iter().map(part).collect::<Vec<_>>().join("; "),
        ]);
    }
    answer.regions.iter().any(|own| !own.parts.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_asked_for_is_in_the_records_only() {
        let figure = |measure: TransitionMeasure, reason: &str| TransitionFigure {
            measure: measure.into(),
            reason: reason.into(),
            ..Default::default()
        };
        let began =
            TransitionFigure { level: Some(0.5), base_reason: "HISTORY_TOO_SHORT".into(), ..Default::default() };
        let figures = vec![
            began,
            figure(TransitionMeasure::StateOwnedShare, "NOT_GIVEN"),
            figure(TransitionMeasure::Herfindahl, "MISSING_VALUE"),
        ];
        let own = TransitionRegion { figures, stage_reason: "MISSING_VALUE".into(), ..Default::default() };
        let answer = AssessTransitionResponse { regions: vec![own], ..Default::default() };
        let view = view("", &answer);
        let mut shown = Vec::new();
        view.tables.iter().for_each(|table| table.write(&mut shown).unwrap());
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("herfindahl") && !shown.contains("state owned"), "{shown}");
        assert!(shown.contains("before: HISTORY_TOO_SHORT"), "{shown}");
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.contains(",,state owned share,,,,,,,,,NOT_GIVEN,,,MISSING_VALUE"), "{written}");
    }
}
