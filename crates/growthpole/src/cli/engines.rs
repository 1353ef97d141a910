//! `engines`: which industries regions could enter.

use clap::Args;
use growthpole_contracts::v1::{
    BacktestPeriods, EngineComplexity, EngineCriterion, EngineWeight, EntryTest, FindGrowthEnginesRequest,
    FindGrowthEnginesResponse, GrowthEngine, IndustryCodes, IndustryValue, RegionEngines,
};

use super::Common;
use super::ask::Ask;
use super::selection::{RegionArgs, SelectionArgs};
use super::values::{all_names, names, number};
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, fixed, industry, or_nothing, region, words, yes};
use crate::output::table::Table;

const CRITERION: &str = "ENGINE_CRITERION";

/// Finds the industries that regions could enter, and tells how well such scores foretold entries.
#[derive(Debug, Args)]
pub(super) struct EnginesArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToFind,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to find")]
struct HowToFind {
    /// Regions by which relatedness and complexity are told; all of the main level if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', group = "spaces")]
    space: Vec<String>,
    /// Members of a group as those regions
    #[arg(long, value_name = "ID", group = "spaces")]
    space_group: Option<String>,
    /// All regions of a level as those regions
    #[arg(long, value_name = "LEVEL", group = "spaces")]
    space_level: Option<String>,
    /// Location quotient from which an industry is present; 1 if left out
    #[arg(long, value_name = "LQ", allow_negative_numbers = true)]
    presence_threshold: Option<f64>,
    /// Years that an industry's outlook is taken from; 3 if left out
    #[arg(long, value_name = "YEARS", allow_negative_numbers = true)]
    outlook_years: Option<i32>,
    /// What an industry is worth in complexity; outlook-gain if left out
    #[arg(long, value_name = "outlook-gain|industry", value_parser = names(&["outlook-gain", "industry"]))]
    complexity: Option<String>,
    /// Weights of criteria, for example density:2,complexity:1; 1 for each that is known if left out
    #[arg(long, value_name = "CRITERION:WEIGHT,…", value_delimiter = ',', value_parser = weight)]
    weights: Vec<EngineWeight>,
    /// Resource industries; B, C25, C30, C31, C32 and D44 in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    resource_industries: Vec<String>,
    /// Overcapacity of industries, for example C31:0.3
    #[arg(long, value_name = "INDUSTRY:VALUE,…", value_delimiter = ',', value_parser = value)]
    overcapacity: Vec<IndustryValue>,
    /// Emission intensity of industries
    #[arg(long, value_name = "INDUSTRY:VALUE,…", value_delimiter = ',', value_parser = value)]
    emission_intensity: Vec<IndustryValue>,
    /// Best candidates that are listed for each region, 0 for all; 10 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    limit: Option<i32>,
    /// A past time to test the score on; up to five years before if left out
    #[arg(long, value_name = "YEAR:YEAR", value_parser = backtest)]
    backtest: Option<BacktestPeriods>,
    /// Later year by which it is told what became of the candidates
    #[arg(long, value_name = "YEAR", default_value_t = String::new(), hide_default_value = true)]
    outcome: String,
    /// Weighs other regions in spillover by exp(-distance/KM) in place of borders
    #[arg(long, value_name = "KM", allow_negative_numbers = true)]
    spillover_distance: Option<f64>,
    /// Confidence of intervals; 0.95 if left out
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    confidence: Option<f64>,
}

/// `density:2`.
fn weight(text: &str) -> Result<EngineWeight, String> {
    let (name, weight) = pair(text)?;
    let full = format!("{CRITERION}_{}", name.to_uppercase().replace('-', "_"));
    let of = |number| EngineCriterion::try_from(number).ok().map(|own| own.as_str_name());
    let criterion = EngineCriterion::from_str_name(&full)
        .ok_or_else(|| format!("\"{name}\" is no criterion: write {}", all_names(CRITERION, of)))?;
    Ok(EngineWeight { criterion: criterion.into(), weight })
}

/// `C31:0.3`.
pub(super) fn value(text: &str) -> Result<IndustryValue, String> {
    let (industry, value) = pair(text)?;
    Ok(IndustryValue { industry: industry.to_owned(), value })
}

fn pair(text: &str) -> Result<(&str, f64), String> {
    let (name, number) = text.split_once(':').ok_or("write a name and a number, for example density:2")?;
    Ok((name, number.parse().map_err(|_| format!("\"{number}\" is no number"))?))
}

/// `2008:2010`.
fn backtest(text: &str) -> Result<BacktestPeriods, String> {
    let (start, end) = text.split_once(':').ok_or("write two years, for example 2008:2010")?;
    Ok(BacktestPeriods { start: start.to_owned(), end: end.to_owned() })
}

impl EnginesArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &FindGrowthEnginesResponse| view(&title, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> FindGrowthEnginesRequest {
        let how = &self.how;
        let space = RegionArgs {
            regions: how.space.clone(),
            group: how.space_group.clone(),
            level: how.space_level.clone(),
            children_of: None,
        };
        let resource = Some(IndustryCodes { codes: how.resource_industries.clone() });
        FindGrowthEnginesRequest {
            selection: Some(self.selection.message()),
            space: space.message(),
            presence_threshold: how.presence_threshold,
            outlook_years: how.outlook_years,
            complexity: number(how.complexity.as_ref(), "ENGINE_COMPLEXITY", EngineComplexity::from_str_name),
            weights: how.weights.clone(),
            resource_industries: resource.filter(|set| !set.codes.is_empty()),
            overcapacity: how.overcapacity.clone(),
            emission_intensity: how.emission_intensity.clone(),
            limit: how.limit,
            backtest: how.backtest.clone(),
            outcome_period: how.outcome.clone(),
            confidence: how.confidence,
            spillover_distance_km: how.spillover_distance,
        }
    }
}

fn view(what: &str, answer: &FindGrowthEnginesResponse) -> View {
    let weights: Vec<String> = answer
        .criteria
        .iter()
        .filter(|own| own.weight > 0.0)
        .map(|own| format!("{} {}", words(own.criterion().as_str_name(), CRITERION), own.weight))
        .collect();
    let known: Vec<EngineCriterion> =
        answer.criteria.iter().filter(|own| own.mean.is_some()).map(|own| own.criterion()).collect();
    let mut table = Table::new(format!("Growth engines, {what}, {}; weights: {}", answer.period, weights.join(", ")))
        .texts(["Code", "Region"])
        .numbers(["Rank"])
        .texts(["Industry", "Pareto"])
        .numbers(["Score", "LQ"])
        .with_numbers(known.iter().map(|criterion| words(criterion.as_str_name(), CRITERION)));
    let with_outcome = answer.outcome.is_some();
    if with_outcome {
        table = table.with_numbers(["LQ later"]).texts(["Entered"]);
    }
    for own in &answer.regions {
        for engine in &own.engines {
            table.cells(cells(own, engine, &known, with_outcome));
        }
    }
    let mut tables = vec![table, pareto(answer)];
    let tests = [("Back-test", answer.backtest.as_ref()), ("What came of them", answer.outcome.as_ref())];
    tables.extend(tests.into_iter().filter_map(|(title, test)| Some(tested(title, test?))));
    View { tables, records: records(answer), provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn cells(own: &RegionEngines, engine: &GrowthEngine, known: &[EngineCriterion], with_outcome: bool) -> Vec<String> {
    let ((code, name), (industry, industry_name)) = (region(&own.region), industry(&engine.industry));
    let mut cells = vec![
        code,
        name,
        engine.rank.to_string(),
        format!("{industry} {industry_name}"),
        yes(engine.pareto).to_owned(),
        fixed(engine.score, 3),
        fixed(engine.location_quotient, 3),
    ];
    cells.extend(known.iter().map(|criterion| {
        let value = engine.values.iter().find(|value| value.criterion() == *criterion);
        or_nothing(value.map(|value| value.value), |value| fixed(value, 3))
    }));
    if with_outcome {
        cells.push(or_nothing(engine.outcome_quotient, |quotient| fixed(quotient, 3)));
        cells.push(yes(engine.entered == Some(true)).to_owned());
    }
    cells
}

fn pareto(answer: &FindGrowthEnginesResponse) -> Table {
    let mut table = Table::new("Pareto sets").texts(["Code", "Region"]).numbers(["Candidates"]).texts(["Industries"]);
    for own in &answer.regions {
        let (code, name) = region(&own.region);
        let members: Vec<&str> = own.pareto.iter().map(|label| label.code.as_str()).collect();
        table.row([code, name, own.candidates.to_string(), members.join(", ")]);
    }
    table
}

fn tested(title: &str, test: &EntryTest) -> Table {
    if !test.reason.is_empty() {
        return Table::new(format!("{title}: none ({})", test.reason));
    }
    let counts = format!("{} of {} candidates were entered", test.entries, test.candidates);
    let mut table = Table::new(format!("{title}, {} to {}: {counts}", test.start, test.end))
        .texts(["Score of"])
        .numbers(["Area", "from", "to"]);
    for own in test.score.iter().chain(&test.alone) {
        let name = match own.criterion() {
            EngineCriterion::Unspecified => "all, by the weights".to_owned(),
            criterion => format!("{} alone", words(criterion.as_str_name(), CRITERION)),
        };
        let shown = |number: Option<f64>| or_nothing(number, |number| fixed(number, 3));
        table.row([name, shown(own.area), shown(own.low), shown(own.high)]);
    }
    table.row(["chance".to_owned(), fixed(0.5, 3), NOTHING.to_owned(), NOTHING.to_owned()]);
    if let Some(against) = &test.against_density {
        let shown = |number: Option<f64>| or_nothing(number, |number| format!("{number:+.3}"));
        let name = "all less density alone".to_owned();
        table.row([name, shown(Some(against.difference)), shown(against.low), shown(against.high)]);
    }
    table
}

fn records(answer: &FindGrowthEnginesResponse) -> Records {
    let mut records = Records::new([
        "region",
        "region_name",
        "rank",
        "industry",
        "industry_name",
        "score",
        "pareto",
        "location_quotient",
        "values",
        "contributions",
        "outcome_quotient",
        "entered",
        "period",
    ]);
    for own in &answer.regions {
        for engine in &own.engines {
            let ((code, name), (industry, industry_name)) = (region(&own.region), industry(&engine.industry));
            let listed = |number: fn(&growthpole_contracts::v1::EngineValue) -> f64| {
                let one = |value: &growthpole_contracts::v1::EngineValue| {
                    format!("{}={}", words(value.criterion().as_str_name(), CRITERION), number(value))
                };
                engine.values.iter().map(one).collect::<Vec<_>>().join(";")
            };
            records.row([
                code,
                name,
                engine.rank.to_string(),
                industry,
                industry_name,
                exact(engine.score),
                engine.pareto.to_string(),
                exact(engine.location_quotient),
                listed(|value| value.value),
                listed(|value| value.contribution),
                exact(engine.outcome_quotient),
                engine.entered.map_or_else(String::new, |entered| entered.to_string()),
                answer.period.clone(),
            ]);
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;

    fn request(options: &str) -> FindGrowthEnginesRequest {
        let line = format!("--dataset d --indicator i --period 2010 {options}");
        read::<EnginesArgs>(&line).unwrap().request()
    }

    #[test]
    fn options_become_fields() {
        let sent = request(
            "--space r1,r2 --complexity industry --weights density:2,emission-intensity:0.5 --overcapacity C31:0.3 \
             --backtest 2008:2010 --outcome 2015 --limit 0 --resource-industries B06",
        );
        assert_eq!(sent.complexity(), EngineComplexity::Industry);
        assert_eq!((sent.weights[1].criterion(), sent.weights[1].weight), (EngineCriterion::EmissionIntensity, 0.5));
        assert_eq!((sent.overcapacity[0].industry.as_str(), sent.overcapacity[0].value), ("C31", 0.3));
        assert_eq!(sent.backtest.unwrap().end, "2010");
        assert_eq!((sent.outcome_period.as_str(), sent.limit), ("2015", Some(0)));
        assert_eq!(sent.resource_industries.unwrap().codes, ["B06"]);
        use growthpole_contracts::v1::region_selection::By;
        let level = request("--space-level PREFECTURE --spillover-distance 300");
        assert_eq!(level.space.unwrap().by, Some(By::Level("PREFECTURE".into())));
        assert_eq!(level.spillover_distance_km, Some(300.0));
        assert!(request("").resource_industries.is_none() && request("").backtest.is_none());
        let known = "density, complexity, outlook, spillover, resource-burden, overcapacity, emission-intensity";
        assert!(weight("nonsense:1").unwrap_err().ends_with(known));
        assert!(weight("density").is_err() && value("C31:x").is_err());
        assert!(backtest("2008").is_err());
    }

    #[test]
    fn a_test_that_is_none_says_why() {
        let none = EntryTest { reason: "NO_DATA".into(), ..Default::default() };
        let engine = GrowthEngine { rank: 1, score: 0.5, ..Default::default() };
        let own = RegionEngines { engines: vec![engine], ..Default::default() };
        let answer = FindGrowthEnginesResponse { regions: vec![own], backtest: Some(none), ..Default::default() };
        let view = view("", &answer);
        let mut shown = Vec::new();
        view.tables.iter().for_each(|table| table.write(&mut shown).unwrap());
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("Back-test: none (NO_DATA)") && !shown.contains("Entered"), "{shown}");
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        assert!(String::from_utf8(written).unwrap().ends_with("\n,,1,,,0.5,false,0,,,,,\n"));
    }
}
