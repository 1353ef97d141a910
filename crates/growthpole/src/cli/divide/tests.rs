use growthpole_contracts::v1::DivisionCell;

use super::*;
use crate::cli::probe::read;

fn arguments(options: &str) -> Result<DivideArgs, clap::Error> {
    read(options)
}

fn parse(options: &str) -> Result<ProposeDivisionRequest, clap::Error> {
    Ok(arguments(&format!("--dataset d --indicator i --period 2015 {options}"))?.request(None).0)
}

#[test]
fn options_become_fields() {
    let sent = parse(
        "--focus 3 --region-focus 1:2..4 --homes 1..2 --importance --value symmetric --pin 1:A --pin 2:B,3:C --ban 1:D \
         --minimum-presence 0.1 --friction 0.5 --weights equal --exit X,Y --balance activity:0.2 --density 0.5 \
         --outlook 0.3:2008:2012 --time-limit 5 --engine microlp --without-margins",
    )
    .unwrap();
    assert_eq!((sent.focuses, sent.homes), (Some(bounds("3").unwrap()), Some(bounds("1..2").unwrap())));
    assert_eq!(sent.region_focuses, [region_focus("1:2..4").unwrap()]);
    assert_eq!(sent.pins.iter().map(|pair| pair.industry.as_str()).collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(sent.bans, [pair("1:D").unwrap()]);
    assert_eq!((sent.minimum_presence, sent.friction_weight), (0.1, 0.5));
    assert!(sent.weight_by_importance && sent.pair_weights.is_some());
    assert_eq!(sent.value(), DivisionValue::SymmetricQuotient);
    assert_eq!(parse("--value log").unwrap().value(), DivisionValue::LogQuotient);
    assert_eq!(
        (sent.exits, sent.balances),
        (vec!["X".to_owned(), "Y".to_owned()], vec![balance("activity:0.2").unwrap()])
    );
    let terms = sent.terms.unwrap();
    assert_eq!((terms.density.unwrap().weight, terms.outlook), (0.5, Some(outlook("0.3:2008:2012").unwrap())));
    let search = sent.search.unwrap();
    assert_eq!((search.time_limit_seconds, search.engine()), (Some(5.0), DivisionEngine::Microlp));
    assert!(search.without_margins && parse("--engine cbc").is_err());
}

#[test]
fn what_is_answered_beside_the_plan_has_defaults() {
    use division_stability::By;
    let sent = parse("--explain --frontier --after --stability --alternatives 3 --within 0.1").unwrap();
    assert!(sent.explain);
    assert_eq!(sent.frontier.unwrap().friction_weights, [0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0]);
    assert_eq!(sent.reallocation, Some(after("0.2").unwrap()));
    let stability = sent.stability.unwrap();
    assert_eq!((stability.draws, stability.seed, stability.by), (1000, None, Some(By::Sigma(0.1))));
    let search = sent.search.unwrap();
    assert_eq!((search.alternatives, search.alternatives_within), (3, Some(0.1)));
    let sent = parse("--frontier 0,1.5 --after 0.1:50 --stability 20 --resample 2011:2015 --seed 7").unwrap();
    assert_eq!(sent.frontier.unwrap().friction_weights, [0.0, 1.5]);
    assert_eq!(sent.reallocation, Some(after("0.1:50").unwrap()));
    let stability = sent.stability.unwrap();
    assert_eq!((stability.seed, stability.by), (Some(7), Some(By::Periods(window("2011:2015").unwrap()))));
    assert!(parse("--noise 0.1").is_err() && parse("--seed 1").is_err() && parse("--within 1").is_err());
}

#[test]
fn what_is_left_out_is_not_sent() {
    let sent = parse("").unwrap();
    let expected = ProposeDivisionRequest { selection: sent.selection.clone(), ..Default::default() };
    assert_eq!(sent, expected);
}

#[test]
fn refuses_what_is_no_number_or_pair() {
    assert!(parse("--focus three").is_err() && parse("--pin 1").is_err() && parse("--weights far").is_err());
    assert!(parse("--balance size:1").is_err() && parse("--outlook 1").is_err() && parse("--after all").is_err());
    assert!(arguments("--dataset d").is_err() && arguments("--plan file.toml").is_ok(), "a plan file may say it all");
}

#[test]
fn margins_that_are_not_known_are_no_numbers() {
    let cell = |margin, margin_at_least, forced| DivisionCell { margin, margin_at_least, forced, ..Default::default() };
    let cells = vec![
        cell(Some(0.0), None, false),
        cell(None, Some(0.25), false),
        cell(None, Some(0.0), false),
        cell(None, None, true),
    ];
    let answer = ProposeDivisionResponse { cells, gap: 1.0, ..Default::default() };
    let mut written = Vec::new();
    people::view("jobs of d", &answer).tables.iter().for_each(|table| table.write(&mut written).unwrap());
    let text = String::from_utf8(written).unwrap();
    let last: Vec<&str> = text.lines().rev().take(4).map(|line| line.rsplit("  ").next().unwrap().trim()).collect();
    assert_eq!(last, ["forced", "not known", "≥ 0.250", "0.000"], "{text}");
}
