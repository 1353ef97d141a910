//! `transition`: how far regions have come from resources and old industries.

use clap::Args;
use growthpole_contracts::v1::{
    AssessTransitionRequest, AssessTransitionResponse, IndustryCodes, ResourceStage, StageRule, TransitionFigure,
    TransitionIndicators, TransitionIndustries, TransitionMeasure, TransitionPeers, TransitionRegion, TransitionWeight,
};

use super::Common;
use super::ask::Ask;
use super::selection::{RegionArgs, SelectionArgs};
use super::values::all_names;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, fixed, or_nothing, percent, points, region, words};
use crate::output::table::Table;

const MEASURE: &str = "TRANSITION_MEASURE";
const STAGE: &str = "RESOURCE_STAGE";

/// Assesses how far regions have come from resources and old industries.
#[derive(Debug, Args)]
pub(super) struct TransitionArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    industries: Sets,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    how: HowToAssess,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Which industries")]
struct Sets {
    /// Extractive industries; B in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    extractive: Vec<String>,
    /// First processing of minerals and fuels; C25, C30, C31, C32 and D44 in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    first_processing: Vec<String>,
    /// Old industries; B, C25, C26, C30, C31, C32 and D44 in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    old: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What else is known (codes of indicators)")]
struct Known {
    /// Output, for example gdp
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    output_indicator: String,
    /// Real growth of output, for example gdp_real_growth
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    output_growth: String,
    /// Investment, for example gross_fixed_capital_formation
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    investment: String,
    /// Price index of investment, for example investment_price_index
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    investment_prices: String,
    /// Stock of capital at constant prices
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    capital: String,
    /// Infers the stock of capital from investment, of which this share wears off in a year
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    depreciation: Option<f64>,
    /// Employment, for example employment_urban_units
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    employment: String,
    /// Utilisation of capacity
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    capacity_utilization: String,
    /// Share of enterprises that make a loss
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    loss_making: String,
    /// Share of state-owned enterprises, for example soe_share_assets
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    state_owned: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to assess")]
struct HowToAssess {
    /// Regions compared with; all of the main level if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', conflicts_with = "peer_group")]
    peers: Vec<String>,
    /// Members of a group as the regions compared with
    #[arg(long, value_name = "ID")]
    peer_group: Option<String>,
    /// Years over which capital, investment, output and employment are measured; 3 if left out
    #[arg(long, value_name = "YEARS", allow_negative_numbers = true)]
    window: Option<i32>,
    /// Location quotient from which a region lives from resources; 1.5 if left out
    #[arg(long, value_name = "LQ", allow_negative_numbers = true)]
    resource_quotient: Option<f64>,
    /// Growth a year up to which activity is steady; 0.01 if left out
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    steady_growth: Option<f64>,
    /// Draws measures together, each by its weight, for example resource-share:1,capacity-utilization:-1
    #[arg(long, value_name = "MEASURE:WEIGHT,…", value_delimiter = ',', value_parser = weight, allow_hyphen_values = true)]
    composite: Vec<TransitionWeight>,
}

/// `resource-share:1`.
fn weight(text: &str) -> Result<TransitionWeight, String> {
    let (name, weight) = text.split_once(':').ok_or("write MEASURE:WEIGHT, for example resource-share:1")?;
    let full = format!("{MEASURE}_{}", name.to_uppercase().replace('-', "_"));
    let of = |number| TransitionMeasure::try_from(number).ok().map(|own| own.as_str_name());
    let measure = TransitionMeasure::from_str_name(&full)
        .ok_or_else(|| format!("\"{name}\" is no measure: write {}", all_names(MEASURE, of)))?;
    let weight = weight.parse().map_err(|_| format!("\"{weight}\" is no number"))?;
    Ok(TransitionWeight { measure: measure.into(), weight })
}

impl TransitionArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &AssessTransitionResponse| view(&title, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> AssessTransitionRequest {
        let (known, how) = (&self.known, &self.how);
        let codes = |codes: &[String]| (!codes.is_empty()).then(|| IndustryCodes { codes: codes.to_vec() });
        let rule = StageRule { quotient: how.resource_quotient, steady_growth: how.steady_growth };
        let peers = RegionArgs { regions: how.peers.clone(), group: how.peer_group.clone(), ..RegionArgs::default() };
        AssessTransitionRequest {
            selection: Some(self.selection.message()),
            peers: peers.message(),
            industries: Some(TransitionIndustries {
                extractive: codes(&self.industries.extractive),
                first_processing: codes(&self.industries.first_processing),
                old: codes(&self.industries.old),
            }),
            indicators: Some(TransitionIndicators {
                output: known.output_indicator.clone(),
                output_growth: known.output_growth.clone(),
                investment: known.investment.clone(),
                investment_prices: known.investment_prices.clone(),
                capital: known.capital.clone(),
                depreciation_rate: known.depreciation,
                employment: known.employment.clone(),
                capacity_utilization: known.capacity_utilization.clone(),
                loss_making_share: known.loss_making.clone(),
                state_owned_share: known.state_owned.clone(),
            }),
            window_years: how.window,
            stage_rule: Some(rule).filter(|rule| *rule != StageRule::default()),
            composite: how.composite.clone(),
        }
    }
}

fn view(what: &str, answer: &AssessTransitionResponse) -> View {
    let years = format!("{} against {}", answer.period, answer.base_period);
    let mut figures = Table::new(format!("Transition, {what}, {years}, among {} peers", answer.peer_count))
        .texts(["Code", "Region", "Measure"])
        .numbers(["Level", "Before", "Change", "Rank", "of", "Median", "Rank of change"])
        .texts(["Why not"]);
    let mut records = Records::new([
        "region",
        "region_name",
        "measure",
        "level",
        "base_level",
        "change",
        "rank",
        "change_rank",
        "peers",
        "median",
        "median_change",
        "reason",
        "base_reason",
        "stage",
        "stage_reason",
        "composite",
        "composite_rank",
        "period",
        "base_period",
    ]);
    for own in &answer.regions {
        for figure in &own.figures {
            let peers = answer.peers.iter().find(|peers| peers.measure == figure.measure);
            add_row(&mut figures, own, figure, peers);
            add_record(&mut records, answer, own, figure, peers);
        }
    }
    let mut tables = vec![figures, stages(answer)];
    tables.extend(composites(answer));
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

/// Shares are shown in per cent, everything else as a number.
fn is_share(measure: TransitionMeasure) -> bool {
    measure.as_str_name().ends_with("_SHARE") || measure == TransitionMeasure::CapacityUtilization
}

fn add_row(table: &mut Table, own: &TransitionRegion, figure: &TransitionFigure, peers: Option<&TransitionPeers>) {
    // What nobody asked for is in the records only.
    if figure.reason == "NOT_GIVEN" {
        return;
    }
    let (code, name) = region(&own.region);
    let share = is_share(figure.measure());
    let level = |number: f64| if share { percent(number) } else { fixed(number, 3) };
    let change = |number: f64| if share { points(number) } else { format!("{:+.3}", number) };
    let rank = |rank: Option<i32>| rank.map_or_else(|| NOTHING.to_owned(), |rank| rank.to_string());
    table.row([
        code,
        name,
        words(figure.measure().as_str_name(), MEASURE),
        or_nothing(figure.level, level),
        or_nothing(figure.base_level, level),
        or_nothing(figure.change, change),
        rank(figure.rank),
        peers.map_or_else(String::new, |peers| peers.count.to_string()),
        or_nothing(peers.and_then(|peers| peers.median), level),
        rank(figure.change_rank),
        figure.reason.clone(),
    ]);
}

fn add_record(
    records: &mut Records,
    answer: &AssessTransitionResponse,
    own: &TransitionRegion,
    figure: &TransitionFigure,
    peers: Option<&TransitionPeers>,
) {
    let (code, name) = region(&own.region);
    let whole = |number: Option<i32>| number.map_or_else(String::new, |number| number.to_string());
    records.row([
        code,
        name,
        words(figure.measure().as_str_name(), MEASURE),
        exact(figure.level),
        exact(figure.base_level),
        exact(figure.change),
        whole(figure.rank),
        whole(figure.change_rank),
        whole(peers.map(|peers| peers.count)),
        exact(peers.and_then(|peers| peers.median)),
        exact(peers.and_then(|peers| peers.median_change)),
        figure.reason.clone(),
        figure.base_reason.clone(),
        words(own.stage().as_str_name(), STAGE),
        own.stage_reason.clone(),
        exact(own.composite),
        whole(own.composite_rank),
        answer.period.clone(),
        answer.base_period.clone(),
    ]);
}

fn stages(answer: &AssessTransitionResponse) -> Table {
    let mut table = Table::new("Stage, by extractive activity").texts(["Code", "Region", "Stage"]).numbers([
        "Highest LQ",
        "in",
        "Share before",
        "Share",
        "Growth a year",
        "of all else",
        "of all else in all",
    ]);
    for own in &answer.regions {
        let (code, name) = region(&own.region);
        let evidence = own.evidence.clone().unwrap_or_default();
        let stage = match own.stage() {
            ResourceStage::Unspecified => own.stage_reason.clone(),
            stage => words(stage.as_str_name(), STAGE),
        };
        let is_known = own.evidence.is_some();
        let share = |share: f64| or_nothing(Some(share).filter(|_| is_known), percent);
        table.row([
            code,
            name,
            stage,
            or_nothing(evidence.peak_quotient, |quotient| fixed(quotient, 3)),
            evidence.peak_period,
            share(evidence.first_share),
            share(evidence.last_share),
            or_nothing(evidence.extractive_growth, percent),
            or_nothing(evidence.other_growth, percent),
            or_nothing(evidence.benchmark_other_growth, percent),
        ]);
    }
    table
}

fn composites(answer: &AssessTransitionResponse) -> Option<Table> {
    let mut table = Table::new("Drawn together, in standard deviations")
        .texts(["Code", "Region"])
        .numbers(["Composite", "Rank"])
        .texts(["Parts"]);
    for own in &answer.regions {
        let (code, name) = region(&own.region);
        let part = |part: &growthpole_contracts::v1::TransitionPart| {
            let name = words(part.measure().as_str_name(), MEASURE);
            format!("{name} {}", or_nothing(part.part, |part| format!("{part:+.3}")))
        };
        table.row([
            code,
            name,
            or_nothing(own.composite, |composite| fixed(composite, 3)),
            own.composite_rank.map_or_else(|| NOTHING.to_owned(), |rank| rank.to_string()),
            own.parts.iter().map(part).collect::<Vec<_>>().join("; "),
        ]);
    }
    answer.regions.iter().any(|own| !own.parts.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;

    fn request(options: &str) -> AssessTransitionRequest {
        let line = format!("--dataset d --indicator i --period 2010:2015 {options}");
        read::<TransitionArgs>(&line).unwrap().request()
    }

    #[test]
    fn options_become_fields() {
        let sent = request(
            "--extractive B06,B07 --output-indicator gdp --depreciation 0.1 --investment i --window 5 --peer-group g \
             --resource-quotient 2 --composite resource-share:1,capacity-utilization:-2",
        );
        assert_eq!(sent.industries.unwrap().extractive.unwrap().codes, ["B06", "B07"]);
        let known = sent.indicators.unwrap();
        assert_eq!((known.output.as_str(), known.depreciation_rate, known.employment.as_str()), ("gdp", Some(0.1), ""));
        assert_eq!((sent.window_years, sent.peers.is_some()), (Some(5), true));
        assert_eq!(sent.stage_rule, Some(StageRule { quotient: Some(2.0), steady_growth: None }));
        assert_eq!(sent.composite[1].measure(), TransitionMeasure::CapacityUtilization);
        assert_eq!(sent.composite[1].weight, -2.0);
        assert!(weight("nonsense:1").is_err() && weight("resource-share").is_err() && weight("herfindahl:x").is_err());
        assert_eq!(request("").stage_rule, None);
    }

    #[test]
    fn what_nobody_asked_for_is_in_the_records_only() {
        let figure = |measure: TransitionMeasure, reason: &str| TransitionFigure {
            measure: measure.into(),
            reason: reason.into(),
            ..Default::default()
        };
        let figures = vec![
            figure(TransitionMeasure::StateOwnedShare, "NOT_GIVEN"),
            figure(TransitionMeasure::Herfindahl, "MISSING_VALUE"),
        ];
        let own = TransitionRegion { figures, stage_reason: "MISSING_VALUE".into(), ..Default::default() };
        let answer = AssessTransitionResponse { regions: vec![own], ..Default::default() };
        let view = view("", &answer);
        let mut shown = Vec::new();
        view.tables.iter().for_each(|table| table.write(&mut shown).unwrap());
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("herfindahl") && !shown.contains("state owned"), "{shown}");
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.contains(",,state owned share,,,,,,,,,NOT_GIVEN,,,MISSING_VALUE"), "{written}");
    }
}
