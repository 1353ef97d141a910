//! `divide`: which region focuses on which industry.

use clap::Args;
use growthpole_contracts::v1::{
    CountBounds, DivisionCell, DivisionPair, DivisionValue, PairWeights, ProposeDivisionRequest,
    ProposeDivisionResponse, RegionFocus,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::specialization::reference;
use super::values::{bounds, names, number, pair, region_focus, weights};
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, fixed, industry, or_nothing, percent, region, yes};
use crate::output::table::Table;

/// Proposes which region focuses on which industry.
#[derive(Debug, Args)]
pub(super) struct DivideArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    plan: Plan,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "The plan")]
struct Plan {
    /// Industries that a region focuses on, exactly (3) or from a least to a greatest number (2..4, 2.. or ..4); balanced when
    /// left out
    #[arg(long, value_name = "N|MIN..MAX", value_parser = bounds)]
    focus: Option<CountBounds>,
    /// Another number for one region; may be repeated
    #[arg(long, value_name = "REGION:N|REGION:MIN..MAX", value_parser = region_focus, value_delimiter = ',')]
    region_focus: Vec<RegionFocus>,
    /// Regions that an industry is given to; exactly 1 when left out
    #[arg(long, value_name = "N|MIN..MAX", value_parser = bounds)]
    homes: Option<CountBounds>,
    /// Multiplies values by the industry's share of the cluster
    #[arg(long)]
    importance: bool,
    /// Value of giving an industry to a region: ln LQ, or (LQ - 1)/(LQ + 1)
    #[arg(long, value_name = "log|symmetric", value_parser = names(&["log", "symmetric"]))]
    value: Option<String>,
    /// Pair that must be in the plan; may be repeated
    #[arg(long, value_name = "REGION:INDUSTRY", value_parser = pair, value_delimiter = ',')]
    pin: Vec<DivisionPair>,
    /// Pair that must not be in the plan; may be repeated
    #[arg(long, value_name = "REGION:INDUSTRY", value_parser = pair, value_delimiter = ',')]
    ban: Vec<DivisionPair>,
    /// Least share of the cluster's activity in an industry that a region must have to be given it, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, allow_negative_numbers = true, hide_default_value = true)]
    minimum_presence: f64,
    /// Weight of friction where homes are shared
    #[arg(
        long,
        value_name = "LAMBDA",
        default_value_t = 0.0,
        allow_negative_numbers = true,
        hide_default_value = true
    )]
    friction: f64,
    /// Weights of pairs in that friction; every pair weighs 1 when left out
    #[arg(long, value_name = "neighbours|exponential:KM|gravity|equal", value_parser = weights)]
    weights: Option<PairWeights>,
}

impl DivideArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &ProposeDivisionResponse| view(&title, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> ProposeDivisionRequest {
        let plan = &self.plan;
        let value = plan.value.as_ref().map(|name| format!("{name}-quotient"));
        ProposeDivisionRequest {
            selection: Some(self.selection.message()),
            value: number(value.as_ref(), "DIVISION_VALUE", DivisionValue::from_str_name),
            weight_by_importance: plan.importance,
            homes: plan.homes,
            focuses: plan.focus,
            region_focuses: plan.region_focus.clone(),
            pins: plan.pin.clone(),
            bans: plan.ban.clone(),
            minimum_presence: plan.minimum_presence,
            friction_weight: plan.friction,
            pair_weights: plan.weights,
        }
    }
}

fn view(what: &str, answer: &ProposeDivisionResponse) -> View {
    let against = reference(answer.benchmark.as_ref());
    let margin = or_nothing(answer.margin, |margin| fixed(margin, 4));
    let title = format!("Division, {what}, {}{against}", answer.period);
    let mut plan = Table::new(format!("{title}; objective {}, margin {margin}", fixed(answer.objective, 4))).texts([
        "Code",
        "Region",
        "Focuses on",
    ]);
    for row in &answer.regions {
        let (code, name) = region(&row.region);
        let focus = |label: &growthpole_contracts::v1::IndustryLabel| format!("{} {}", label.code, label.name);
        plan.row([code, name, row.focuses.iter().map(focus).collect::<Vec<_>>().join("; ")]);
    }
    let (cells, records) = cells(answer);
    View {
        tables: vec![plan, cells],
        records,
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
    }
}

fn cells(answer: &ProposeDivisionResponse) -> (Table, Records) {
    let mut table = Table::new("Every pair").texts(["Code", "Region", "Industry", "Focus"]).numbers([
        "LQ",
        "Value",
        "Importance",
        "Margin",
    ]);
    let mut records = Records::new([
        "region",
        "region_name",
        "industry",
        "industry_name",
        "focus",
        "location_quotient",
        "value",
        "importance",
        "margin",
        "period",
    ]);
    for cell in &answer.cells {
        let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
        let DivisionCell { focus, location_quotient, value, importance, margin, .. } = *cell;
        table.row([
            code.clone(),
            name.clone(),
            format!("{industry} {industry_name}"),
            yes(focus).to_owned(),
            or_nothing(location_quotient, |number| fixed(number, 2)),
            value.map_or_else(|| NOTHING.to_owned(), |number| fixed(number, 3)),
            or_nothing(Some(importance).filter(|_| answer.weighted_by_importance), percent),
            or_nothing(margin, |number| fixed(number, 3)),
        ]);
        records.row([
            code,
            name,
            industry,
            industry_name,
            focus.to_string(),
            exact(location_quotient),
            exact(value),
            exact(importance),
            exact(margin),
            answer.period.clone(),
        ]);
    }
    (table, records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Probe {
        #[command(flatten)]
        args: DivideArgs,
    }

    fn parse(options: &str) -> Result<ProposeDivisionRequest, clap::Error> {
        let words = "probe --dataset d --indicator i --period 2015".split(' ').chain(options.split_whitespace());
        Ok(Probe::try_parse_from(words)?.args.request())
    }

    #[test]
    fn options_become_fields() {
        let sent = parse(
            "--focus 3 --region-focus 1:2..4 --homes 1..2 --importance --value symmetric --pin 1:A --pin 2:B,3:C --ban 1:D \
             --minimum-presence 0.1 --friction 0.5 --weights equal",
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
    }
}
