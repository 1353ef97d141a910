use super::*;
use crate::{Aggregation, IndicatorKind, Names, PriceBasis};

fn region(code: &str) -> Region {
    Region { code: code.into(), level: "PROVINCE".into(), ..Region::default() }
}

fn industry(code: &str) -> Industry {
    Industry {
        classification: "K".into(),
        code: code.into(),
        level: "SECTION".into(),
        parent: String::new(),
        names: Names::default(),
        tags: vec![],
        note: String::new(),
    }
}

fn panel(values: &[f64]) -> Panel {
    let status = |value: &f64| if value.is_nan() { ObservationStatus::MISSING } else { ObservationStatus::NORMAL };
    Panel {
        dataset: "d".into(),
        vintage: 1,
        published: jiff::civil::date(2016, 2, 29),
        precision: DatedPrecision::Day,
        indicator: Indicator {
            code: "jobs".into(),
            names: Names::default(),
            unit: "persons".into(),
            unit_multiplier: 0,
            kind: IndicatorKind::Level,
            price_basis: PriceBasis::None,
            aggregation: Aggregation::Sum,
            decimals: 0,
            classification: "K".into(),
            growth_indicator: String::new(),
            aggregation_weight: String::new(),
            description: String::new(),
        },
        boundary_version: "b".into(),
        axes: PanelAxes {
            periods: vec![Period::year(2015)],
            regions: vec![region("r0"), region("r1")],
            industries: vec![industry("i0"), industry("i1")],
        },
        values: values.to_vec(),
        statuses: values.iter().map(status).collect(),
        benchmark: None,
        borders: Some(vec![(0, 1)]),
        warnings: vec![],
        filled: vec![],
    }
    .checked()
    .unwrap()
}

#[test]
fn refuses_sizes_that_do_not_fit() {
    let mut wrong = panel(&[1.0; 4]);
    wrong.values.pop();
    assert_eq!(wrong.checked(), Err(PanelError::WrongSize { cells: 3, expected: 4 }));
}

#[test]
fn applies_every_policy() {
    let holed = panel(&[1.0, 2.0, 3.0, f64::NAN]);
    let Err(PanelError::MissingCells { count: 1, first }) = holed.resolve_missing(MissingPolicy::Fail) else {
        panic!("accepted a missing cell");
    };
    assert_eq!((first[0].region.as_str(), first[0].industry.as_str()), ("r1", "i1"));

    let (kept, warnings) = holed.resolve_missing(MissingPolicy::Keep).unwrap();
    assert!(kept.value(0, 1, 1).is_none() && warnings.is_empty());

    let (fewer, warnings) = holed.resolve_missing(MissingPolicy::DropRegion).unwrap();
    assert_eq!(
        (fewer.values.as_slice(), warnings[0].regions.as_slice()),
        ([1.0, 2.0].as_slice(), ["r1".to_owned()].as_slice())
    );
    assert_eq!(fewer.borders, Some(vec![]));

    let (fewer, warnings) = holed.resolve_missing(MissingPolicy::DropIndustry).unwrap();
    assert_eq!(
        (fewer.values.as_slice(), warnings[0].industries.as_slice()),
        ([1.0, 3.0].as_slice(), ["i1".to_owned()].as_slice())
    );

    let (filled, warnings) = holed.resolve_missing(MissingPolicy::AsZero).unwrap();
    assert_eq!(
        (filled.values.as_slice(), warnings[0].code.as_ref()),
        ([1.0, 2.0, 3.0, 0.0].as_slice(), "MISSING_AS_ZERO")
    );
}

#[test]
fn what_is_filled_where_it_lies_is_remembered() {
    let holed = panel(&[f64::NAN, 2.0, f64::NAN, 0.0]);
    let (copied, warnings) = holed.resolve_missing(MissingPolicy::AsZero).unwrap();
    let mut filled = holed.clone();
    filled.fill_missing();
    filled.fill_missing();
    assert_eq!((&filled, filled.missing_as_zero().as_slice()), (&copied, warnings.as_slice()));
    assert_eq!((filled.values.as_slice(), filled.n_filled()), ([0.0, 2.0, 0.0, 0.0].as_slice(), 2));
    assert_eq!(filled.labels_of_filled(), (vec!["r0".to_owned(), "r1".to_owned()], vec!["i0".to_owned()]));
    assert!(!filled.is_unknown_in(0) && !filled.has_holes(0) && holed.has_holes(0));
    // A measured zero is not one of them, and those of a part are its own.
    assert_eq!(filled.subset(&[1], &[1, 0]).filled, [0b10]);
    assert!(filled.subset(&[0], &[0]).is_unknown_in(0) && filled.subset(&[1], &[1]).missing_as_zero().is_none());
    let labels = filled.without_cells(&[1], &[1, 0]);
    let own = filled.subset(&[1], &[1, 0]);
    assert_eq!((labels.axes, labels.borders, labels.values.len()), (own.axes, own.borders, 0));
    let mut whole = panel(&[1.0; 4]);
    whole.fill_missing();
    assert_eq!((whole.filled.len(), whole.missing_as_zero()), (0, None));
}

#[test]
fn digest_sees_values_and_labels_but_not_the_kind_of_nan() {
    let one = panel(&[1.0, 2.0, 3.0, f64::NAN]);
    let same = panel(&[1.0, 2.0, 3.0, -f64::NAN]);
    assert_eq!(one.digest(), same.digest());
    assert_ne!(one.digest(), panel(&[1.0, 2.0, 3.0, 4.0]).digest());
    assert_ne!(panel(&[1.0, f64::NAN, 3.0, 4.0]).digest(), panel(&[f64::NAN, 1.0, 3.0, 4.0]).digest());
    let mut renamed = one.clone();
    renamed.axes.regions[0].code = "r9".into();
    assert_ne!(one.digest(), renamed.digest());
}

#[test]
fn digest_of_a_large_panel_sees_every_part() {
    const CELLS: usize = 300_000;
    let of = |changed: Option<usize>| {
        let mut panel = panel(&[1.0; 4]);
        panel.values = (0..CELLS).map(|at| if Some(at) == changed { 0.5 } else { at as f64 }).collect();
        panel.statuses = vec![ObservationStatus::NORMAL; CELLS];
        panel
    };
    let whole = of(None);
    assert_eq!(whole.digest(), of(None).digest());
    for at in [1, CELLS / 2, CELLS - 1] {
        assert_ne!(whole.digest(), of(Some(at)).digest(), "cell {at}");
        let mut marked = whole.clone();
        marked.statuses[at] = ObservationStatus::SUPPRESSED;
        assert_ne!(whole.digest(), marked.digest(), "status of cell {at}");
    }
}
