//! What pairs are worth.

use super::*;

/// Jobs of 2010 and 2015: the nation's in a have doubled.
fn two_years() -> Table {
    let twice = |row: &[f64]| [row, row].concat();
    let (r1, r2) = (twice(R1), twice(R2));
    let nation = [&[50.0], &WHOLE[1..], WHOLE].concat();
    let rows: [(&str, &[f64]); 3] = [("r1", &r1), ("r2", &r2), (NATION, &nation)];
    Table::new("jobs", &["2010", "2015"], &rows).with_industries(&["a", "b", "c", "d", "x"])
}

fn terms(change: impl FnOnce(&mut v1::DivisionTerms)) -> v1::ProposeDivisionRequest {
    changed(|request| change(request.terms.get_or_insert_default()))
}

fn density(weight: f64) -> Option<v1::DensityTerm> {
    Some(v1::DensityTerm { weight, presence_threshold: Some(0.5), include_self: false })
}

fn window(start: &str, end: &str) -> v1::OutlookTerm {
    let periods = Some(v1::PeriodRange { start: start.into(), end: end.into() });
    let window = v1::OutlookWindow { periods, indicator: String::new() };
    v1::OutlookTerm { weight: 1.0, by: Some(v1::outlook_term::By::Window(window)) }
}

fn numbers(figures: &[(&str, f64)]) -> v1::IndustryNumbers {
    let number =
        |(industry, number): &(&str, f64)| v1::IndustryNumber { industry: (*industry).into(), number: *number };
    v1::IndustryNumbers { numbers: figures.iter().map(number).collect() }
}

pub(super) fn complexity(figures: &[(&str, f64)]) -> Option<v1::DivisionComplexity> {
    Some(v1::DivisionComplexity { by: Some(v1::division_complexity::By::Given(numbers(figures))) })
}

/// At 0.5 a, b and x are present in r1, c and x in r2: of the proximities of a (1 to b, 0 to c, 1/2 to x) r1 has all and r2 a
/// third.
#[tokio::test]
async fn density_is_of_industries_present_in_the_same_regions() {
    let mut request = terms(|terms| (terms.density, terms.scale) = (density(2.0), v1::TermScale::AsIs.into()));
    request.explain = true;
    let response = ask(request).await.unwrap();
    let cell = &response.cells[3];
    assert!(close(cell.value.unwrap(), 0.4_f64.ln() + 2.0 / 3.0), "{cell:?}");
    let parts: Vec<(&str, f64, f64)> =
        cell.terms.iter().map(|part| (part.term.as_str(), part.number.unwrap(), part.part.unwrap())).collect();
    assert_eq!((parts[0].0, parts[1].0), ("QUOTIENT", "DENSITY"));
    assert!(close(parts[0].2, 0.4_f64.ln()) && close(parts[1].1, 1.0 / 3.0) && close(parts[1].2, 2.0 / 3.0));
    assert!(close(response.cells[0].value.unwrap(), 0.8_f64.ln() + 2.0));
    let used: Vec<(&str, f64)> = response.terms.iter().map(|term| (term.term.as_str(), term.weight)).collect();
    assert_eq!(used, [("QUOTIENT", 1.0), ("DENSITY", 2.0)]);
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.further_inputs[0].role, "relatedness");
}

#[tokio::test]
async fn outlook_is_the_growth_of_the_benchmark_or_given() {
    let only = |outlook| terms(|terms| (terms.quotient_weight, terms.outlook) = (Some(0.0), Some(outlook)));
    let response = ask_of(two_years(), only(window("2010", "2015"))).await.unwrap();
    let values: Vec<f64> = response.cells.iter().map(|cell| cell.value.unwrap()).collect();
    let growth = 2.0_f64.powf(0.2) - 1.0;
    assert!(close(values[0], growth) && close(values[3], growth) && values[1] == 0.0, "{values:?}");
    assert_eq!(response.provenance.unwrap().further_inputs[0].role, "outlook");
    let given = v1::outlook_term::By::Given(numbers(&[("a", 0.1), ("c", -0.2), ("b", 0.0)]));
    let response = ask(only(v1::OutlookTerm { weight: 0.5, by: Some(given) })).await.unwrap();
    let values: Vec<f64> = response.cells[..3].iter().map(|cell| cell.value.unwrap()).collect();
    assert_eq!(values, [0.05, 0.0, -0.1]);
}

/// ln LQ has the mean m and the deviation s over the six pairs; complexity 1, 0 and 2.
#[tokio::test]
async fn several_terms_are_standardised() {
    let mut request = terms(|terms| terms.complexity_weight = Some(0.5));
    request.complexity = complexity(&[("a", 1.0), ("b", 0.0), ("c", 2.0)]);
    let response = ask(request).await.unwrap();
    assert!(response.terms.iter().all(|term| term.scale() == v1::TermScale::ZScore));
    let logs = [0.8_f64, 0.6, 0.2, 0.4, 0.2, 0.6].map(f64::ln);
    let mean = logs.iter().sum::<f64>() / 6.0;
    let deviation = (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / 6.0).sqrt();
    let complexity = (2.0 - 1.0) / (2.0_f64 / 3.0).sqrt();
    assert!(close(response.cells[5].value.unwrap(), (logs[5] - mean) / deviation + 0.5 * complexity));
}

/// Four regions with a alone, a and b, b and c, c and d: a chain, along which complexity runs.
#[tokio::test]
async fn complexity_is_computed_from_presence() {
    let row = |present: [f64; 4]| [&present[..], &[100.0 - present.iter().sum::<f64>()]].concat();
    let cells =
        [[40.0, 0.0, 0.0, 0.0], [20.0, 20.0, 0.0, 0.0], [0.0, 20.0, 20.0, 0.0], [0.0, 0.0, 20.0, 20.0]].map(row);
    let rows: [(&str, &[f64]); 4] = [("r1", &cells[0]), ("r2", &cells[1]), ("r3", &cells[2]), ("r4", &cells[3])];
    let table = Table::new("jobs", &["2015"], &rows).with_industries(&["a", "b", "c", "d", "x"]);
    let mut request = terms(|terms| (terms.quotient_weight, terms.complexity_weight) = (Some(0.0), Some(1.0)));
    let computed = v1::ComputedComplexity { presence_threshold: Some(1.1) };
    request.complexity = Some(v1::DivisionComplexity { by: Some(v1::division_complexity::By::Computed(computed)) });
    let selection = request.selection.as_mut().unwrap();
    (selection.benchmark, selection.industries) = (None, industries(&["a", "b", "c", "d"]));
    request.focuses = bounds(0, 4);
    let response = ask_of(table.clone(), request.clone()).await.unwrap();
    let values: Vec<f64> = response.cells[..4].iter().map(|cell| cell.value.unwrap()).collect();
    assert!(values.is_sorted() && values[3] > values[0], "{values:?}");
    assert_eq!(response.provenance.unwrap().further_inputs[0].role, "relatedness");
    // x is nowhere above its share, so that it has none; nor has anything where all is in parts.
    request.selection.as_mut().unwrap().industries = industries(&["a", "x"]);
    let status = ask_of(table.clone(), request.clone()).await.unwrap_err();
    assert_eq!(status.get_error_details().error_info().unwrap().metadata["industry"], "x");
    request.selection.as_mut().unwrap().industries = industries(&["a"]);
    let mut parts = table;
    parts.rows[1].1 = row([0.0, 40.0, 0.0, 0.0]);
    assert_eq!(refusal(ask_of(parts, request).await), ("UNDEFINED_ON_DATA".into(), vec!["complexity.computed".into()]));
}

#[tokio::test]
async fn refuses_terms_with_the_field_to_blame() {
    type Change = fn(&mut v1::ProposeDivisionRequest);
    fn of(request: &mut v1::ProposeDivisionRequest) -> &mut v1::DivisionTerms {
        request.terms.get_or_insert_default()
    }
    let cases: [(Change, &str); 15] = [
        (|r| of(r).quotient_weight = Some(NAN), "terms.quotient_weight"),
        (|r| of(r).quotient_weight = Some(0.0), "terms"),
        (|r| of(r).scale = 9, "terms.scale"),
        (|r| of(r).density = density(f64::INFINITY), "terms.density.weight"),
        (
            |r| (of(r).density = density(1.0), of(r).density.as_mut().unwrap().presence_threshold = Some(0.0)).0,
            "terms.density.presence_threshold",
        ),
        (|r| of(r).outlook = Some(v1::OutlookTerm { weight: 1.0, by: None }), "terms.outlook"),
        (|r| of(r).outlook = Some(window("2015", "2010")), "terms.outlook.window.periods.end"),
        (|r| of(r).outlook = Some(window("2010", "2010")), "terms.outlook.window.periods.end"),
        (|r| of(r).outlook = Some(window("soon", "2010")), "terms.outlook.window.periods.start"),
        (
            |r| {
                of(r).outlook =
                    Some(v1::OutlookTerm { weight: 1.0, by: Some(v1::outlook_term::By::Given(numbers(&[("a", 1.0)]))) })
            },
            "terms.outlook.given.numbers",
        ),
        (|r| of(r).complexity_weight = Some(1.0), "complexity"),
        (|r| r.complexity = Some(v1::DivisionComplexity { by: None }), "complexity"),
        (|r| r.complexity = complexity(&[("a", 1.0), ("b", NAN)]), "complexity.given.numbers[1].number"),
        (|r| r.complexity = complexity(&[("a", 1.0), ("a", 1.0)]), "complexity.given.numbers[1].industry"),
        (|r| r.complexity = complexity(&[("q", 1.0)]), "complexity.given.numbers[0].industry"),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(changed(change)).await), invalid(field), "{field}");
    }
    let mut request = terms(|terms| terms.outlook = Some(window("2010", "2015")));
    let other = |request: &mut v1::ProposeDivisionRequest, indicator: &str| {
        let outlook = request.terms.as_mut().unwrap().outlook.as_mut().unwrap();
        let Some(v1::outlook_term::By::Window(window)) = &mut outlook.by else { return };
        window.indicator = indicator.to_owned();
    };
    other(&mut request, "nothing");
    assert_eq!(refusal(ask_of(two_years(), request.clone()).await).1, ["terms.outlook.window.indicator"]);
    other(&mut request, "rates");
    assert_eq!(refusal(ask_of(two_years(), request.clone()).await), invalid("terms.outlook.window.indicator"));
    other(&mut request, "");
    let mut vanished = two_years();
    vanished.rows[2].1[0] = 0.0;
    assert_eq!(refusal(ask_of(vanished, request).await).0, "UNDEFINED_ON_DATA");
}

/// A quotient is of shares: a region that has more of everything is the same region. Importance is of amounts.
#[tokio::test]
async fn scaling_a_region_changes_nothing_but_what_is_of_amounts() {
    let scaled = |factor: f64| -> Table {
        let row: &'static [f64] = R1.iter().map(|jobs| factor * jobs).collect::<Vec<f64>>().leak();
        table(&[("r2", R2), ("r1", row), (NATION, WHOLE)])
    };
    for value in [v1::DivisionValue::LogQuotient, v1::DivisionValue::SymmetricQuotient] {
        let asked = || {
            changed(|request| {
                (request.value, request.friction_weight) = (value.into(), 0.5);
                (request.homes, request.focuses) = (bounds(1, 2), bounds(1, 3));
            })
        };
        let plain = ask_of(scaled(1.0), asked()).await.unwrap();
        for factor in [0.001, 7.5, 3e6] {
            let other = ask_of(scaled(factor), asked()).await.unwrap();
            assert_eq!(focuses(&other), focuses(&plain), "{factor}");
            assert!(close(other.objective, plain.objective) && close(other.friction_sum, plain.friction_sum));
            for (own, other) in plain.cells.iter().zip(&other.cells) {
                assert!(close(own.margin.unwrap_or(-1.0), other.margin.unwrap_or(-1.0)), "{factor}: {own:?} {other:?}");
            }
        }
        let by_importance = |factor| {
            let mut request = asked();
            request.weight_by_importance = true;
            ask_of(scaled(factor), request)
        };
        let (one, many) = (by_importance(1.0).await.unwrap(), by_importance(7.5).await.unwrap());
        assert!((one.objective - many.objective).abs() > 1e-6, "importance is of amounts");
    }
}
