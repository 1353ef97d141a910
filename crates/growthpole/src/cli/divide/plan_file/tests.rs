use growthpole_contracts::{Reason, Refusal};

use super::*;

fn file(text: &str) -> Result<PlanFile, String> {
    PlanFile::parse("plan.toml".to_owned(), text.to_owned()).map_err(|failure| match failure {
        Failure::Usage(text) => text,
        other => format!("{other:?}"),
    })
}

/// Everything that may stand in a plan file.
const ALL: &str = r#"
explain = true

[selection]
dataset = "china-provinces"
indicator = "employment_by_division"
vintage = 3
regions = ["210000", "220000"]
industry_level = "DIVISION"
period = "2015"
benchmark = "sum"
missing = "as-zero"

[value]
quotient = "symmetric"
importance = true
scale = "range"
quotient_weight = 1
density = { weight = 0.5, presence_threshold = 0.8, include_self = true }
outlook = { weight = 0.25, periods = "2008:2012" }
complexity_weight = 0.1

[complexity]
given = { C13 = -0.5, C36 = 1.5 }

[homes]
each = 1
industries = { C36 = "1..2" }
exits = ["B06"]
caps = { C25 = 0.5 }

[focuses]
each = "10..15"
regions = { "220000" = 12 }
balances = [{ by = "activity", tolerance = 0.2 }]

[pairs]
pins = ["220000:C36"]
bans = ["210000:C16"]
minimum_presence = 0.05

[[groups]]
rule = "together"
industries = ["C31", "C33"]

[friction]
weight = 0.5
pairs = "exponential:250"
frontier = [0, 0.5]

[centres]
regions = ["210000"]
threshold = 1
links = ["C36:C34"]
within_km = 400

[search]
time_limit_seconds = 10
alternatives = 2
alternatives_within = 0.5
engine = "own"

[stability]
draws = 100
seed = 7
sigma = 0.1

[after]
max_share = 0.2
"#;

#[test]
fn every_section_becomes_its_fields() {
    let sent = file(ALL).unwrap().request;
    let selection = sent.selection.clone().unwrap();
    assert_eq!((selection.dataset.as_str(), selection.missing()), ("china-provinces", v1::MissingPolicy::AsZero));
    assert_eq!((sent.value(), sent.weight_by_importance), (v1::DivisionValue::SymmetricQuotient, true));
    let terms = sent.terms.clone().unwrap();
    assert_eq!(
        (terms.scale(), terms.quotient_weight, terms.complexity_weight),
        (v1::TermScale::Range, Some(1.0), Some(0.1))
    );
    assert_eq!(terms.density.unwrap().presence_threshold, Some(0.8));
    let exactly = |number: i32| Some(v1::CountBounds { min: Some(number), max: Some(number) });
    assert_eq!((sent.homes, sent.region_focuses[0].bounds), (exactly(1), exactly(12)));
    assert_eq!((sent.industry_homes[0].min, sent.industry_homes[0].max), (Some(1), Some(2)));
    assert_eq!((sent.exits.as_slice(), sent.activity_caps[0].max_share), (["B06".to_owned()].as_slice(), 0.5));
    assert_eq!(
        (sent.balances[0].by(), sent.industry_groups[0].rule()),
        (v1::BalanceBy::Activity, v1::GroupRule::Together)
    );
    assert_eq!((sent.pins[0].industry.as_str(), sent.bans[0].industry.as_str()), ("C36", "C16"));
    assert_eq!((sent.friction_weight, sent.frontier.unwrap().friction_weights), (0.5, vec![0.0, 0.5]));
    let centres = sent.centre_rule.unwrap();
    assert_eq!(
        (centres.links[0].stage.as_str(), centres.neighbours),
        ("C34", Some(v1::centre_rule::Neighbours::WithinKm(400.0)))
    );
    let search = sent.search.unwrap();
    assert_eq!((search.alternatives, search.engine()), (2, v1::DivisionEngine::Own));
    assert_eq!((sent.stability.unwrap().draws, sent.reallocation.unwrap().max_share, sent.explain), (100, 0.2, true));
}

#[test]
fn complexity_is_given_or_computed() {
    let sent = file("[complexity]\ncomputed = true\npresence_threshold = 0.5\n").unwrap().request;
    let computed = v1::ComputedComplexity { presence_threshold: Some(0.5) };
    assert_eq!(sent.complexity.unwrap().by, Some(v1::division_complexity::By::Computed(computed)));
    let both = file("[complexity]\ncomputed = true\ngiven = { C13 = 1 }\n").unwrap_err();
    assert!(both.starts_with("plan.toml:2: complexity.computed = true: write given or computed"), "{both}");
    assert!(file("[complexity]\npresence_threshold = 1\n").unwrap_err().contains("computed = true only"));
}

#[test]
fn an_empty_file_asks_for_nothing() {
    let sent = file("").unwrap().request;
    let expected = ProposeDivisionRequest { selection: Some(v1::Selection::default()), ..Default::default() };
    assert_eq!(sent, expected);
}

#[test]
fn mistakes_name_line_key_value_and_what_is_allowed() {
    let says = |text: &str, expected: &str| {
        let told = file(text).unwrap_err();
        assert!(told.starts_with("plan.toml:") && told.contains(expected), "{told}");
    };
    says("[homes]\neach = \"two\"\n", "2: homes.each = \"two\": \"two\" is no number: write 3, 2..4, 2.. or ..4");
    says(
        "[value]\nquotient = \"cubic\"\n",
        "2: value.quotient = \"cubic\": unknown variant `cubic`, expected `log` or `symmetric`",
    );
    says(
        "[search]\nengine = \"cbc\"\n",
        "2: search.engine = \"cbc\": unknown variant `cbc`, expected one of `auto`, `own`, `microlp`, `highs`",
    );
    says("[pairs]\n\npins = [\"220000\"]\n", "3: pairs.pins = [\"220000\"]: write REGION:INDUSTRY");
    says(
        "[homes]\neech = 1\n",
        "2: homes.eech = 1: unknown field `eech`, expected one of `each`, `industries`, `exits`, `caps`",
    );
    says("[selection]\ndataset = 7\n", "2: selection.dataset = 7: invalid type: integer `7`, expected a string");
    says(
        "[selection]\nregions = [\"1\"]\ngroup = \"g\"\n",
        "1: selection: write one of regions, group, level and children_of",
    );
    says("[stability]\ndraws = 10\n", "1: stability: write sigma, or periods");
    says("[after]\n", "1: after: missing field `max_share`");
    says("[homes\n", "1:");
}

#[test]
fn what_the_service_blames_is_shown_where_it_stands() {
    let file = file(ALL).unwrap();
    let blamed = |field: &str| {
        let refusal = Refusal::new(Reason::InvalidField, "no").with_violation(field, "no");
        file.blamed(&refusal.into(), &["pairs.bans"])
    };
    let line = |text: &str| ALL.lines().position(|line| line.contains(text)).unwrap() + 1;
    assert_eq!(blamed("pins[0].industry"), [format!("plan.toml:{}: pairs.pins[0] = \"220000:C36\"", line("pins ="))]);
    assert_eq!(
        blamed("region_focuses[0].region"),
        [format!("plan.toml:{}: focuses.regions.220000 = 12", line("regions = { \"2"))]
    );
    assert_eq!(
        blamed("selection.periods.list.periods[0]"),
        [format!("plan.toml:{}: selection.period = \"2015\"", line("period ="))]
    );
    assert_eq!(
        blamed("complexity.given.numbers[1].industry"),
        [format!("plan.toml:{}: complexity.given.C36 = 1.5", line("given ="))]
    );
    assert_eq!(
        blamed("terms.density.presence_threshold"),
        [format!("plan.toml:{}: value.density.presence_threshold = 0.8", line("density ="))]
    );
    assert!(blamed("bans[0].region").is_empty(), "an option replaced it");
}
