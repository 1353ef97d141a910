//! What constrains a plan. Of the plain one r1 has a and b, and r2 has c; quotients are 0.8, 0.6 and 0.2 in r1, 0.4, 0.2 and 0.6
//! in r2.

use super::terms::complexity;
use super::*;

async fn plan(change: impl FnOnce(&mut v1::ProposeDivisionRequest)) -> [String; 2] {
    let response = ask(changed(change)).await.unwrap();
    let found = focuses(&response);
    [found[0].1.concat(), found[1].1.concat()]
}

fn group(rule: v1::GroupRule, industries: &[&str]) -> v1::DivisionGroup {
    v1::DivisionGroup { rule: rule.into(), industries: industries.iter().map(|code| (*code).to_owned()).collect() }
}

fn homes(industry: &str, min: i32, max: i32) -> v1::IndustryHomes {
    v1::IndustryHomes { industry: industry.into(), min: Some(min), max: Some(max) }
}

fn cap(industry: &str, max_share: f64) -> v1::ActivityCap {
    v1::ActivityCap { industry: industry.into(), max_share }
}

fn balance(by: v1::BalanceBy, tolerance: f64) -> v1::DivisionBalance {
    v1::DivisionBalance { by: by.into(), tolerance }
}

/// r2 is the centre, for a.
fn centre(links: &[(&str, &str)]) -> Option<v1::CentreRule> {
    let link =
        |(function, stage): &(&str, &str)| v1::IndustryLink { function: (*function).into(), stage: (*stage).into() };
    Some(v1::CentreRule {
        centres: vec!["r2".into()],
        threshold: 1.0,
        links: links.iter().map(link).collect(),
        neighbours: None,
    })
}

fn of_a(request: &mut v1::ProposeDivisionRequest) {
    request.complexity = complexity(&[("a", 1.0), ("b", 0.0), ("c", 0.5)]);
}

#[tokio::test]
async fn single_industries_have_numbers_of_their_own() {
    assert_eq!(plan(|r| r.industry_homes = vec![homes("a", 2, 2)]).await, ["ab", "ac"]);
    // Whatever costs more than nothing is left.
    let exits = |r: &mut v1::ProposeDivisionRequest| (r.exits, r.focuses) = (vec!["c".into()], bounds(0, 3));
    assert_eq!(plan(exits).await, ["ab", ""]);
    // r1 holds two thirds of a, and three quarters of b.
    assert_eq!(plan(|r| r.activity_caps = vec![cap("a", 0.5)]).await, ["b", "ac"]);
}

#[tokio::test]
async fn groups_stay_together_or_apart() {
    assert_eq!(plan(|r| r.industry_groups = vec![group(v1::GroupRule::Apart, &["a", "b"])]).await, ["b", "ac"]);
    assert_eq!(plan(|r| r.industry_groups = vec![group(v1::GroupRule::Together, &["c", "b"])]).await, ["a", "bc"]);
}

#[tokio::test]
async fn regions_are_balanced() {
    // 12 jobs of 28 are in a, and 8 in each of the others.
    assert_eq!(plan(|r| r.balances = vec![balance(v1::BalanceBy::Activity, 0.2)]).await, ["a", "bc"]);
    let refused = ask(changed(|r| r.balances = vec![balance(v1::BalanceBy::Count, 0.0)])).await;
    let (reason, fields) = refusal(refused);
    assert_eq!(reason, "CONTRADICTORY_CONSTRAINTS");
    assert!(fields.iter().all(|field| field == "balances[0].tolerance" || field == "homes"), "{fields:?}");
}

#[tokio::test]
async fn centres_take_functions_and_neighbours_the_stages() {
    assert_eq!(plan(|r| (of_a(r), r.centre_rule = centre(&[])).0).await, ["b", "ac"]);
    assert_eq!(plan(|r| (of_a(r), r.centre_rule = centre(&[("a", "c")])).0).await, ["bc", "a"]);
    let pinned = ask(changed(|r| {
        of_a(r);
        r.centre_rule = centre(&[]);
        r.pins = vec![pair("r1", "a")];
    }))
    .await;
    let status = pinned.unwrap_err();
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().metadata["conflict"], "CENTRE_ONLY r1 a, PIN r1 a");
    assert_eq!(details.bad_request().unwrap().field_violations[0].field, "centre_rule.threshold");
}

#[tokio::test]
async fn refuses_rules_with_the_field_to_blame() {
    type Change = fn(&mut v1::ProposeDivisionRequest);
    let cases: [(Change, &str); 25] = [
        (|r| r.industry_homes = vec![homes("q", 1, 1)], "industry_homes[0].industry"),
        (|r| r.industry_homes = vec![homes("a", 2, 1)], "industry_homes[0].max"),
        (|r| r.industry_homes = vec![homes("a", 1, 1), homes("a", 1, 1)], "industry_homes[1]"),
        (|r| r.exits = vec!["q".into()], "exits[0]"),
        (|r| r.exits = vec!["a".into(), "a".into()], "exits[1]"),
        (|r| r.balances = vec![balance(v1::BalanceBy::Unspecified, 0.1)], "balances[0].by"),
        (|r| r.balances = vec![balance(v1::BalanceBy::Value, -0.1)], "balances[0].tolerance"),
        (|r| r.balances = vec![balance(v1::BalanceBy::Value, 1.1)], "balances[0].tolerance"),
        (
            |r| r.balances = vec![balance(v1::BalanceBy::Value, 0.1), balance(v1::BalanceBy::Value, 0.1)],
            "balances[1].by",
        ),
        (|r| r.activity_caps = vec![cap("q", 0.5)], "activity_caps[0].industry"),
        (|r| r.activity_caps = vec![cap("a", 1.5)], "activity_caps[0].max_share"),
        (|r| r.activity_caps = vec![cap("a", 0.5), cap("a", 0.5)], "activity_caps[1]"),
        (|r| r.industry_groups = vec![group(v1::GroupRule::Unspecified, &["a", "b"])], "industry_groups[0].rule"),
        (|r| r.industry_groups = vec![group(v1::GroupRule::Apart, &["a"])], "industry_groups[0].industries"),
        (|r| r.industry_groups = vec![group(v1::GroupRule::Apart, &["a", "a"])], "industry_groups[0].industries[1]"),
        (|r| r.industry_groups = vec![group(v1::GroupRule::Apart, &["a", "q"])], "industry_groups[0].industries[1]"),
        (|r| r.centre_rule = centre(&[]), "complexity"),
        (|r| (of_a(r), r.centre_rule = centre(&[("a", "a")])).0, "centre_rule.links[0].stage"),
        (|r| (of_a(r), r.centre_rule = centre(&[("q", "a")])).0, "centre_rule.links[0].function"),
        (|r| changed_centre(r, |centre| centre.threshold = NAN), "centre_rule.threshold"),
        (|r| changed_centre(r, |centre| centre.centres.clear()), "centre_rule.centres"),
        (|r| changed_centre(r, |centre| centre.centres.push("r2".into())), "centre_rule.centres[1]"),
        (|r| changed_centre(r, |centre| centre.centres.push("r9".into())), "centre_rule.centres[1]"),
        (
            |r| changed_centre(r, |centre| centre.neighbours = Some(v1::centre_rule::Neighbours::WithinKm(0.0))),
            "centre_rule.within_km",
        ),
        (
            |r| changed_centre(r, |centre| centre.neighbours = Some(v1::centre_rule::Neighbours::All(false))),
            "centre_rule.all",
        ),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(changed(change)).await), invalid(field), "{field}");
    }
    let mut landless = table(&ROWS);
    landless.borders = None;
    let linked = || changed(|r| (of_a(r), r.centre_rule = centre(&[("a", "c")])).0);
    assert_eq!(refusal(ask_of(landless.clone(), linked()).await), invalid("centre_rule"));
    let mut by_distance = linked();
    by_distance.centre_rule.as_mut().unwrap().neighbours = Some(v1::centre_rule::Neighbours::WithinKm(10.0));
    assert_eq!(refusal(ask_of(landless, by_distance).await).0, "UNDEFINED_ON_DATA");
}

fn changed_centre(request: &mut v1::ProposeDivisionRequest, change: impl FnOnce(&mut v1::CentreRule)) {
    of_a(request);
    request.centre_rule = centre(&[("a", "c")]);
    change(request.centre_rule.as_mut().unwrap());
}
