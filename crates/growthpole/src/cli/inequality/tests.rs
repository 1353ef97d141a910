//! The command's names, tables and records.

use growthpole_contracts::v1::{
    EntropyByGroups, GiniByNeighbourhood, InequalityMeasure, InequalityUndefined, MeasureInequalityResponse,
    MeasuredInequality, PeriodInequality,
};

use super::{MEASURES, name, pair, view};

#[test]
fn every_measure_can_be_asked_for() {
    for (at, expected) in MEASURES.iter().enumerate() {
        let number = i32::try_from(at + 1).unwrap();
        let measure = InequalityMeasure::try_from(number).unwrap();
        assert_eq!(name(measure), *expected);
    }
    assert!(InequalityMeasure::try_from(i32::try_from(MEASURES.len() + 1).unwrap()).is_err());
    assert_eq!(pair("0.9/0.1"), Ok((0.9, 0.1)));
    assert!(pair("0.9").is_err() && pair("a/b").is_err());
}

#[test]
fn shows_what_changed_and_what_is_undefined() {
    let measured = |value: Option<f64>| MeasuredInequality {
        measure: InequalityMeasure::Atkinson.into(),
        parameters: vec![0.5],
        value,
        undefined: value.is_none().then(|| InequalityUndefined {
            reason: "NEGATIVE_VALUE".into(),
            text: "a: the value -1 is negative".into(),
            region: "a".into(),
        }),
    };
    let period = |period: &str, value: Option<f64>| PeriodInequality {
        period: period.into(),
        n_regions: 3,
        measures: vec![measured(value)],
        theil_by_groups: Some(EntropyByGroups { total: 0.5, between: 0.125, ..Default::default() }),
        gini_by_neighbourhood: Some(GiniByNeighbourhood { near: 0.25, ..Default::default() }),
        ..Default::default()
    };
    let answer = MeasureInequalityResponse {
        periods: vec![period("2014", Some(0.25)), period("2015", None)],
        ..Default::default()
    };
    let view = view("income", "", &answer);
    let mut written = Vec::new();
    view.tables.iter().for_each(|table| table.write(&mut written).unwrap());
    let text = String::from_utf8(written).unwrap();
    for expected in ["atkinson (0.5)", "0.2500", "25.00 %", "a: the value -1 is negative", "By neighbourhood"] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let mut written = Vec::new();
    crate::output::csv::write(&mut written, &view.records, None).unwrap();
    let lines: Vec<String> = String::from_utf8(written).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines[1], "2014,3,atkinson,0.5,,,0.25,");
    assert!(lines.contains(&"2015,3,atkinson,0.5,,,,NEGATIVE_VALUE".to_owned()));
    assert!(lines.contains(&"2014,3,theil-t,,between,,0.125,".to_owned()));
}
