use growthpole_contracts::v1::{
    BreakSegment, BreakTest, BreakTestKind, BreaksFound, ComovementFound, CycleFound, CyclePhase, PhaseDirection,
    RegionLabel, RegionTurningPoints, SeriesDescription, StructuralBreak, ThresholdFound, ThresholdRun, TurnKind,
    TurningPoint, TurningPointAnalysis, UndefinedAnalysis,
};

use super::*;
use crate::cli::probe::read;

fn request(options: &[&str]) -> Result<DetectTurningPointsRequest, Failure> {
    read::<TurningPointsArgs>(&format!("--dataset d --indicator i {}", options.join(" "))).unwrap().request()
}

#[test]
fn analyses_are_those_asked_for() {
    let plain = request(&[]).unwrap();
    assert!(plain.breaks.is_none() && plain.cycle.is_none() && plain.comovement.is_none());
    let threshold = request(&["--threshold", "10%"]).unwrap();
    assert_eq!(threshold.threshold.unwrap().threshold, 0.1);
    assert!(threshold.breaks.is_some() && threshold.cycle.is_some() && threshold.comovement.is_some());
    let only = request(&["--only", "threshold", "--threshold", "0.08"]).unwrap();
    assert!(only.threshold.is_some() && only.breaks.is_none() && only.comovement.is_none());
    assert!(request(&["--only", "threshold"]).is_err());
}

#[test]
fn options_become_fields() {
    let asked = request(&[
        "--model",
        "trend",
        "--min-segment",
        "0.2",
        "--criterion",
        "sequential",
        "--variances",
        "by-segment",
        "--draws",
        "199",
        "--seed",
        "7",
        "--known-breaks",
        "2008,2013",
        "--min-cycle",
        "6",
        "--form",
        "log-values",
        "--max-lag",
        "2",
    ])
    .unwrap();
    let breaks = asked.breaks.clone().unwrap();
    assert_eq!((breaks.model(), breaks.criterion()), (BreakModel::Trend, BreakCriterion::Sequential));
    assert_eq!((breaks.variances(), breaks.min_segment_share), (BreakVariances::BySegment, Some(0.2)));
    assert_eq!((breaks.draws, breaks.seed, breaks.known_breaks.len()), (Some(199), 7, 2));
    assert_eq!((asked.form(), asked.cycle.unwrap().min_cycle), (TurningPointForm::LogValues, Some(6)));
    assert_eq!(asked.comovement.unwrap().max_lag, Some(2));
    let periods = request(&["--min-segment", "3"]).unwrap().breaks.unwrap();
    assert_eq!((periods.min_segment_periods, periods.min_segment_share), (Some(3), None));
    assert!(request(&["--min-segment", "long"]).is_err());
    assert!(fraction("ten").is_err());
}

fn answer() -> DetectTurningPointsResponse {
    let region = Some(RegionLabel { code: "230000".into(), name: "Heilongjiang".into() });
    let segment = |mean| BreakSegment { mean, ..Default::default() };
    let found = RegionTurningPoints {
        region: region.clone(),
        first_period: "2000".into(),
        last_period: "2019".into(),
        breaks: Some(BreaksFound {
            breaks: vec![StructuralBreak {
                first_after: "2012".into(),
                earliest: "2011".into(),
                latest: "2019".into(),
                latest_is_cut: true,
                jump: -0.05,
                ..Default::default()
            }],
            segments: vec![segment(0.11), segment(0.06)],
            tests: vec![BreakTest {
                kind: BreakTestKind::UdMax.into(),
                statistic: Some(30.0),
                p_value: 0.001,
                ..Default::default()
            }],
            ..Default::default()
        }),
        threshold: Some(ThresholdFound {
            last_at_or_above: "2011".into(),
            first_below_after_last: "2012".into(),
            runs: vec![ThresholdRun { at_or_above: true, n: 9, ..Default::default() }],
            ..Default::default()
        }),
        cycle: Some(CycleFound {
            turning_points: vec![TurningPoint { period: "2007".into(), kind: TurnKind::Peak.into(), value: 0.123 }],
            phases: vec![CyclePhase {
                direction: PhaseDirection::Contraction.into(),
                from_period: "2007".into(),
                ..Default::default()
            }],
        }),
        comovement: Some(ComovementFound { correlation: 0.9, ..Default::default() }),
        ..Default::default()
    };
    DetectTurningPointsResponse {
        regions: vec![found],
        undefined: vec![UndefinedAnalysis {
            region,
            analysis: TurningPointAnalysis::KnownBreak.into(),
            reason: "TOO_SHORT".into(),
            ..Default::default()
        }],
        form: TurningPointForm::Values.into(),
        series: Some(SeriesDescription { is_rate: true, ..Default::default() }),
        ..Default::default()
    }
}

fn written(answer: &DetectTurningPointsResponse) -> String {
    let mut text = Vec::new();
    people::tables("growth of d", answer).iter().for_each(|table| table.write(&mut text).unwrap());
    String::from_utf8(text).unwrap()
}

#[test]
fn people_read_dates_and_rates() {
    let text = written(&answer());
    for part in ["2012 (2011–…)", "11.00 % → 6.00 %", "0.001", "2007 (12.30 %)", "fall since 2007", "known break"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let empty = DetectTurningPointsResponse::default();
    assert_eq!(written(&empty), "");
}

#[test]
fn programs_read_a_finding_a_record() {
    let mut text = Vec::new();
    crate::output::csv::write(&mut text, &programs::records(&answer()), None).unwrap();
    let text = String::from_utf8(text).unwrap();
    for line in [
        "230000,Heilongjiang,breaks,break,2012,2011,2019,-0.05,,",
        "230000,Heilongjiang,breaks,UDmax,,,,30,0.001,",
        "230000,Heilongjiang,threshold,last at or above,2011,,,,,",
        "230000,Heilongjiang,cycle,peak,2007,,,0.123,,",
        "230000,Heilongjiang,known break,undefined,,,,,,TOO_SHORT",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} is not in\n{text}");
    }
}
