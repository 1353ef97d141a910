use growthpole_contracts::Refusal;
use growthpole_contracts::v1::{
    FrictionChange, PeriodRange, Provenance, ReallocationResult, RegionLabel, Selection, StabilityResult,
};

use super::*;

fn asked(by: period_selection::By) -> ProposeDivisionRequest {
    let periods = Some(PeriodSelection { by: Some(by) });
    ProposeDivisionRequest { selection: Some(Selection { periods, ..Default::default() }), ..Default::default() }
}

fn range(start: &str, end: &str) -> period_selection::By {
    period_selection::By::Range(PeriodRange { start: start.into(), end: end.into() })
}

fn list(periods: &[&str]) -> period_selection::By {
    period_selection::By::List(PeriodList { periods: periods.iter().map(|own| (*own).to_owned()).collect() })
}

#[test]
fn ranges_and_lists_are_periods_one_by_one() {
    let several = |by| several(&asked(by)).unwrap();
    assert_eq!(several(range("2015-Q3", "2016-Q1")).unwrap(), ["2015-Q3", "2015-Q4", "2016-Q1"]);
    assert_eq!(several(list(&["2016", "2005"])).unwrap(), ["2016", "2005"]);
    // One period is a plan as ever, and what is no range the service refuses.
    for single in
        [range("2015", "2015"), list(&["2015"]), range("2016", "2005"), range("x", "2005"), range("2015", "2016-Q1")]
    {
        assert_eq!(several(single), None);
    }
    assert_eq!(super::several(&ProposeDivisionRequest::default()).unwrap(), None);
}

#[test]
fn too_many_periods_and_the_same_twice_are_wrong_usage() {
    let refused = |by| matches!(several(&asked(by)), Err(Failure::Usage(_)));
    assert!(several(&asked(range("1801", "2000"))).unwrap().is_some() && refused(range("1800", "2000")));
    assert!(refused(list(&["2015", "2016", "2015"])));
}

fn row(code: &str, focuses: &[&str]) -> DivisionRegion {
    let label = |code: &&str| IndustryLabel { code: (*code).to_owned(), ..Default::default() };
    let region = Some(RegionLabel { code: code.into(), name: format!("Region {code}") });
    DivisionRegion { region, focuses: focuses.iter().map(label).collect() }
}

fn dated(period: &str, rows: Vec<DivisionRegion>, before: &[Dated]) -> Dated {
    let friction = Some(FrictionChange { before: 0.5, after: 0.25, ..Default::default() });
    let answer = ProposeDivisionResponse {
        regions: rows,
        objective: 2.5,
        gap: 0.125,
        margin: Some(0.75),
        period: period.into(),
        stability: Some(StabilityResult { least: Some(0.9), ..Default::default() }),
        reallocation: Some(ReallocationResult { friction, ..Default::default() }),
        warnings: vec![Warning { code: "SOME".into(), text: "Beware.".into(), ..Default::default() }],
        provenance: Some(Provenance { vintage: 4, ..Default::default() }),
        ..Default::default()
    };
    let change = change(before, &answer);
    Dated { period: period.into(), found: Ok(Planned { encoded: answer.encode_to_vec().into(), answer, change }) }
}

fn without(period: &str, reason: Reason) -> Dated {
    let status = Status::from(Refusal::new(reason, format!("nothing for {period}")));
    Dated { period: period.into(), found: Err(missing(Box::new(status)).unwrap()) }
}

/// 2013 and 2014 alike, 2015 without a plan, 2016 another one.
fn four() -> Vec<Dated> {
    let mut all = vec![dated("2013", vec![row("1", &["A", "B"]), row("2", &["C"])], &[])];
    all.push(dated("2014", vec![row("1", &["A", "B"]), row("2", &["C"])], &all));
    all.push(without("2015", Reason::NoData));
    all.push(dated("2016", vec![row("1", &["A", "C"]), row("3", &["B"])], &all));
    all
}

#[test]
fn changes_are_against_the_last_period_with_a_plan() {
    let all = four();
    let change = |at: usize| all[at].found.as_ref().unwrap().change.as_ref();
    assert_eq!(change(0), None);
    assert_eq!(change(1), Some(&Change { against: "2013".into(), regions: vec![] }));
    let last = change(3).unwrap();
    let codes = |labels: &[IndustryLabel]| labels.iter().map(|label| label.code.clone()).collect::<Vec<_>>().join(" ");
    let shown: Vec<String> = last
        .regions
        .iter()
        .map(|own| format!("{} +{} -{}", own.region.as_ref().unwrap().code, codes(&own.gains), codes(&own.gives_up)))
        .collect();
    assert_eq!(last.against, "2014");
    assert_eq!(shown, ["1 +C -B", "2 + -C", "3 +B -"]);
}

#[test]
fn tables_say_every_period_and_why_one_has_no_plan() {
    let mut written = Vec::new();
    people::tables("jobs of d", &four()).iter().for_each(|table| table.write(&mut written).unwrap());
    let text = String::from_utf8(written).unwrap();
    let line = |start: &str| {
        let found = text.lines().find(|line| line.trim_start().starts_with(start));
        found.unwrap_or_else(|| panic!("{start} in {text}")).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("2014"), "2014 2.5000 0.1250 0.5000 0.2500 0.7500 90.00 % 2013 nothing");
    assert_eq!(line("2015"), "2015 – – – – – – – NO_DATA: nothing for 2015");
    assert!(line("2016").ends_with("2014 Region 1 + C − B; Region 2 − C; Region 3 + B"), "{text}");
    assert_eq!(line("1 "), "1 Region 1 2013 to 2014 A B");
    assert_eq!(line("3 "), "3 Region 3 2016 B");
}

#[test]
fn programs_are_given_the_same() {
    let all = four();
    let report = serde_json::to_value(report::report(&all).unwrap()).unwrap();
    let periods = report["periods"].as_array().unwrap();
    assert_eq!(
        periods.iter().map(|own| own["period"].as_str().unwrap()).collect::<Vec<_>>(),
        ["2013", "2014", "2015", "2016"]
    );
    assert_eq!((&periods[0]["answer"]["objective"], periods[0].get("changes")), (&2.5.into(), None));
    assert_eq!((&periods[1]["against"], &periods[1]["changes"]), (&"2013".into(), &serde_json::json!([])));
    assert_eq!((periods[2].get("answer"), &periods[2]["error"]["message"]), (None, &"nothing for 2015".into()));
    assert_eq!(periods[3]["changes"][0]["givesUp"][0]["code"], "B");

    let mut csv = Vec::new();
    crate::output::csv::write(&mut csv, &programs::records(&all), None).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().skip(1).filter(|line| line.contains(",period,")).count(), 4, "{csv}");
    assert!(csv.contains(",2015,,,,,,period,NO_DATA,"), "{csv}");
    assert_eq!(csv.lines().filter(|line| line.contains(",change,2014,")).count(), 4, "{csv}");
}

#[test]
fn warnings_name_their_periods_and_what_has_no_plan() {
    let texts: Vec<String> = warnings(&four()).into_iter().map(|own| format!("{} {}", own.code, own.text)).collect();
    assert_eq!(texts, ["SOME 2013, 2014, 2016: Beware.", "NO_DATA 2015: there is no plan: nothing for 2015"]);
}

#[test]
fn mistakes_of_the_request_are_no_missing_periods() {
    let refused = missing(Box::new(Refusal::invalid("pins", "x", "y").into()));
    assert!(matches!(refused, Err(Failure::Answer(_))));
}
