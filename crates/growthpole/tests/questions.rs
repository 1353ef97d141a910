//! The questions of the README, in process.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Ran, ask, data, program};

pub(crate) const RANK: &str = "growthpole rank --dataset china-provinces --indicator gdp_real_growth --period 2015 \
                               --as-of 2016-03-03 --output json";
pub(crate) const SIMILARITY: &str = "growthpole similarity --dataset china-provinces --indicator employment_by_section \
                                     --period 2015 --neighbours --output csv";
pub(crate) const DIVIDE: &str = "growthpole divide --dataset china-provinces --indicator employment_by_division --period \
                                 2015 --regions 230000,220000 --industries C13,C14,C34,C35,C36,C37 --focus 3 --output json";
const ENGINES: &str = "growthpole engines --dataset china-provinces --indicator employment_by_division --period 2010 \
                       --regions 210000,220000,230000 --missing as-zero --outcome 2016 --output json";
const TRANSITION: &str = "growthpole transition --dataset china-provinces --indicator employment_by_division --period \
                          2010:2015 --regions 210000,220000,230000 --missing as-zero --output-indicator gdp --output-growth \
                          gdp_real_growth --investment gross_fixed_capital_formation --investment-prices \
                          investment_price_index --output csv";
pub(crate) const CALL: &str =
    "growthpole call growthpole.v1.CatalogService/ListRegions '{\"dataset\":\"china-provinces\"}'";

#[test]
fn rank_as_it_was_known() {
    let answer = ask(RANK).json();
    let ranked: BTreeMap<&str, (f64, f64)> = answer["ranked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let number = |name: &str| row[name].as_f64().unwrap();
            (row["region"]["code"].as_str().unwrap(), (number("rank"), number("growth")))
        })
        .collect();
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    for (code, rank, growth) in [("220000", 28.0, 0.065), ("230000", 29.0, 0.057), ("210000", 31.0, 0.03)] {
        let (found_rank, found_growth) = ranked[code];
        assert!(found_rank == rank && near(found_growth, growth), "{code}: {found_rank}, {found_growth}");
    }
    assert_eq!(ranked.len(), 31);
    assert!(near(answer["benchmark"]["growth"].as_f64().unwrap(), 0.069), "{}", answer["benchmark"]);
    let published = answer["provenance"]["published"].as_str().unwrap();
    assert!(published <= "2016-03-03", "{published}");
}

#[test]
fn rank_for_people() {
    let Ran { code, stdout, stderr } = ask(&RANK.replace("json", "table"));
    assert_eq!(code, 0, "{stderr}");
    let jilin = stdout.lines().find(|line| line.contains("Jilin")).unwrap();
    assert!(jilin.contains("28") && jilin.contains("6.50 %"), "{jilin}");
    assert!(stderr.contains("source: china-provinces, vintage "), "{stderr}");
}

#[test]
fn similarity_of_neighbours() {
    let text = ask(SIMILARITY).succeeded();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 68);
    let pair = rows.iter().find(|row| row["first"] == "220000" && row["second"] == "230000").unwrap();
    let krugman: f64 = pair["krugman"].parse().unwrap();
    assert!((krugman - 0.3516).abs() < 5e-5, "{krugman}");
    assert_eq!((pair["neighbours"].as_str(), pair["dataset"].as_str()), ("true", "china-provinces"));
    assert!(!pair["published"].is_empty() && pair["vintage"].parse::<u32>().is_ok());
}

#[test]
fn division_of_six_industries() {
    let answer = ask(DIVIDE).json();
    let focuses: BTreeMap<&str, Vec<&str>> = answer["regions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let codes = row["focuses"].as_array().unwrap().iter().map(|industry| industry["code"].as_str().unwrap());
            (row["region"]["code"].as_str().unwrap(), codes.collect())
        })
        .collect();
    assert_eq!(focuses["230000"], ["C14", "C34", "C35"]);
    assert_eq!(focuses["220000"], ["C13", "C36", "C37"]);
    let margin = answer["margin"].as_f64().unwrap();
    assert!((margin - 0.124).abs() < 5e-4, "{margin}");
}

#[test]
fn engines_of_2010_and_what_came_of_them() {
    let answer = ask(ENGINES).json();
    let of = |code: &str| {
        let regions = answer["regions"].as_array().unwrap();
        let own = regions.iter().find(|own| own["region"]["code"] == code).unwrap();
        own["engines"].as_array().unwrap().clone()
    };
    let codes = |code: &str| of(code).iter().map(|own| own["industry"]["code"].as_str().unwrap().to_owned()).collect();
    let (jilin, heilongjiang): (Vec<String>, Vec<String>) = (codes("220000"), codes("230000"));
    assert_eq!(jilin[..3], ["C37", "C23", "C35"]);
    assert_eq!(heilongjiang[..3], ["C42", "C15", "C36"]);
    // Equal weights did worse than density alone from 2008 to 2010, and the answer says so.
    let area = |test: &str, at: usize| match at {
        0 => answer[test]["score"]["area"].as_f64().unwrap(),
        at => answer[test]["alone"][at - 1]["area"].as_f64().unwrap(),
    };
    assert!((area("backtest", 0) - 0.506).abs() < 5e-4 && (area("backtest", 1) - 0.677).abs() < 5e-4);
    assert!((area("outcome", 0) - 0.618).abs() < 5e-4 && (area("outcome", 1) - 0.676).abs() < 5e-4);
    assert_eq!((&answer["outcome"]["entries"], &answer["outcome"]["candidates"]), (&86.into(), &716.into()));
    let warnings = answer["warnings"].as_array().unwrap();
    assert!(warnings.iter().any(|warning| warning["code"] == "WEIGHTS_UNPROVEN"));
}

#[test]
fn transition_of_the_northeast_among_all() {
    let text = ask(TRANSITION).succeeded();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let of = |region: &str, measure: &str| {
        rows.iter().find(|row| row["region"] == region && row["measure"] == measure).unwrap().clone()
    };
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().unwrap();
    let mining = of("230000", "extractive share");
    assert!((number(&mining, "level") - 0.292).abs() < 5e-4 && number(&mining, "rank") == 2.0, "{mining:?}");
    assert_eq!((mining["peers"].as_str(), mining["stage"].as_str()), ("31", "declining"));
    let investment = of("210000", "incremental capital output ratio");
    assert!((number(&investment, "level") - 14.183).abs() < 5e-4 && number(&investment, "rank") == 5.0);
    let unknown = of("220000", "capacity utilization");
    assert_eq!((unknown["level"].as_str(), unknown["reason"].as_str()), ("", "NOT_GIVEN"));
}

#[test]
fn any_method_by_name() {
    let answer = ask(CALL).json();
    let regions = answer["regions"].as_array().unwrap();
    assert!(regions.iter().any(|region| region["code"] == "230000"));
    assert!(regions.len() >= 32, "{}", regions.len());
}

#[test]
fn a_stream_is_one_message_a_line() {
    let request = r#"'{"filter":{"dataset":"china-provinces","indicators":["gdp_real_growth"]}}'"#;
    let line = format!("growthpole call growthpole.v1.ObservationService/StreamObservations {request}");
    let text = ask(&line).succeeded();
    let parts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(parts[0]["provenance"]["dataset"] == "china-provinces" && !parts.is_empty());
}

#[test]
fn every_command_answers_in_every_format() {
    const SET: &str = "--dataset china-provinces";
    let commands = [
        "datasets".to_owned(),
        "datasets china-provinces".to_owned(),
        "datasets china-provinces --indicators".to_owned(),
        "datasets china-provinces --industries".to_owned(),
        "datasets china-provinces --groups".to_owned(),
        "datasets china-provinces --events".to_owned(),
        "datasets china-provinces --availability gdp_real_growth".to_owned(),
        format!("vintages {SET}"),
        format!("vintages {SET} --vintage 1"),
        format!("vintages {SET} --diff 1..2 --indicators gdp_real_growth"),
        format!("regions {SET} --level PROVINCE"),
        format!("regions {SET} --region 230000"),
        format!("regions {SET} --resolve Jilin,吉林,Jilln"),
        format!("observations {SET} --indicator gdp_real_growth --period 2015"),
        format!("observations {SET} --indicator gdp_real_growth --period 2015 --page-size 5"),
        format!(
            "decompose {SET} --indicator employment_by_section --period 2008:2015 --missing drop-region --by-industry"
        ),
        format!(
            "decompose {SET} --indicator employment_by_section --period 2008:2015 --missing as-zero --form arcelus \
             --dynamic --total --predict leave-one-out --close-in 5"
        ),
        format!(
            "decompose {SET} --indicator employment_by_section --period 2008:2015 --missing as-zero --form gerfin \
             --over-regions --gap"
        ),
        format!("inequality {SET} --indicator gdp_per_capita --period 2015 --measures gini,atkinson --aversions 0.5"),
        format!(
            "inequality {SET} --indicator gdp --growth-indicator gdp_real_growth --per population --period 2015:2019 \
             --weight-indicator population --by East=@east --by Central=@central --by West=@west \
             --by Northeast=@northeast-three-provinces --neighbours borders --permutations 99"
        ),
        format!("specialization {SET} --indicator employment_by_section --period 2015 --regions 230000"),
        format!(
            "concentration {SET} --indicator employment_by_section --period 2015 --missing as-zero --cells-as-plants \
             --pairs 5 --colocation 99 --curves --industry-group mining-power=B,D"
        ),
        format!(
            "economic-base {SET} --indicator employment_by_section --period 2015 --missing as-zero \
             --regions 220000,230000 --basic B,C:0.8"
        ),
        format!("similarity {SET} --indicator employment_by_section --period 2015 --regions 220000,230000"),
        format!(
            "engines {SET} --indicator employment_by_division --period 2013 --regions 230000 --missing as-zero \
             --weights density:2,complexity:1 --complexity industry --outlook-years 2 --backtest 2008:2013 --outcome 2016"
        ),
        format!(
            "transition {SET} --indicator employment_by_section --period 2008:2019 --regions 230000 --missing as-zero \
             --output-indicator gdp --state-owned soe_share_assets --composite extractive-share:1,state-owned-share:1"
        ),
        format!(
            "divide {SET} --indicator employment_by_division --period 2015 --regions 230000,220000 \
             --industries C13,C14,C36,C37"
        ),
    ];
    for command in &commands {
        let table = ask(&format!("growthpole {command}")).succeeded();
        assert!(table.lines().count() > 1, "{command}: {table}");
        let text = ask(&format!("growthpole {command} --output csv")).succeeded();
        let records = csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).count();
        assert!(records > 0, "{command}: {text}");
        let text = ask(&format!("growthpole {command} --output json")).succeeded();
        let messages = serde_json::Deserializer::from_str(&text).into_iter::<Value>().map(Result::unwrap).count();
        assert!(messages > 0, "{command}");
    }
}

#[test]
fn a_closed_pipe_is_no_mistake() {
    let arguments = ["observations", "--dataset", "china-provinces", "--indicator", "employment_by_division"];
    for output in ["json", "csv", "table"] {
        let arguments = [&arguments[..], &["--output", output, "--data", data()]].concat();
        let mut child = program(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("error"), "{stderr}");
    }
}
