//! `similarity`: how alike the structures of regions are.

use clap::Args;
use growthpole_contracts::v1::{
    CompareStructuresRequest, CompareStructuresResponse, KrugmanReference, PairScope, PairWeights, StructurePair,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::values::{names, number, weights};
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, region, words, yes};
use crate::output::table::Table;

/// Compares the industrial structures of pairs of regions.
#[derive(Debug, Args)]
pub(super) struct SimilarityArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToCompare,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to compare")]
struct HowToCompare {
    /// Compares only pairs that share a border
    #[arg(long, visible_alias = "neighbors")]
    neighbours: bool,
    /// Weights of pairs in the friction index; neighbours when left out
    #[arg(long, value_name = "neighbours|exponential:KM|gravity|equal", value_parser = weights)]
    weights: Option<PairWeights>,
    /// Leaves industries out whose locational Gini is below this (0 to 0.5), because they serve their own place
    #[arg(long, value_name = "GINI", allow_negative_numbers = true)]
    tradable: Option<f64>,
    /// What each region's own Krugman index refers to
    #[arg(long, value_name = "REFERENCE", value_parser = names(&["whole", "rest", "mean-of-others"]))]
    reference: Option<String>,
    /// Industries listed for each pair, by their contribution to its Krugman index; 0: all
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true)]
    contributions: i32,
}

impl SimilarityArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &CompareStructuresResponse| view(&title, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> CompareStructuresRequest {
        let how = &self.how;
        CompareStructuresRequest {
            selection: Some(self.selection.message()),
            scope: if how.neighbours { PairScope::Neighbours } else { PairScope::Unspecified }.into(),
            weights: how.weights,
            krugman_reference: number(how.reference.as_ref(), "KRUGMAN_REFERENCE", KrugmanReference::from_str_name),
            tradable_threshold: how.tradable,
            contributions: how.contributions,
        }
    }
}

fn view(what: &str, answer: &CompareStructuresResponse) -> View {
    let mut pairs = Table::new(format!("Structures compared, {what}, {}", answer.period))
        .numbers(["Rank"])
        .texts(["First", "Second", "Border"])
        .numbers(["Krugman", "Cosine", "Overlap", "Bray-Curtis", "Complementarity", "km"])
        .texts(["Differ most in"]);
    let mut records = Records::new([
        "rank",
        "first",
        "first_name",
        "second",
        "second_name",
        "neighbours",
        "krugman",
        "cosine",
        "overlap",
        "bray_curtis",
        "complementarity",
        "distance_km",
        "contributions",
        "period",
    ]);
    for pair in &answer.pairs {
        add_row(&mut pairs, pair);
        add_record(&mut records, pair, &answer.period);
    }
    let mut tables = vec![pairs, regions(answer)];
    tables.extend(undefined(answer));
    tables.extend(friction(answer));
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn add_row(table: &mut Table, pair: &StructurePair) {
    let ((_, first), (_, second)) = (region(&pair.first), region(&pair.second));
    let three = |number| fixed(number, 3);
    let differ = pair.contributions.iter().take(3).map(|part| industry(&part.industry).1).collect::<Vec<_>>();
    table.row([
        pair.rank.to_string(),
        first,
        second,
        yes(pair.neighbours.unwrap_or(false)).to_owned(),
        fixed(pair.krugman, 4),
        fixed(pair.cosine, 4),
        three(pair.overlap),
        three(pair.bray_curtis),
        or_nothing(pair.complementarity, three),
        or_nothing(pair.distance_km, |distance| amount(distance.round())),
        differ.join("; "),
    ]);
}

fn add_record(records: &mut Records, pair: &StructurePair, period: &str) {
    let ((first, first_name), (second, second_name)) = (region(&pair.first), region(&pair.second));
    let contribution = |part: &growthpole_contracts::v1::StructureContribution| {
        format!("{}={}", industry(&part.industry).0, part.contribution)
    };
    records.row([
        pair.rank.to_string(),
        first,
        first_name,
        second,
        second_name,
        pair.neighbours.map_or_else(String::new, |neighbours| neighbours.to_string()),
        exact(pair.krugman),
        exact(pair.cosine),
        exact(pair.overlap),
        exact(pair.bray_curtis),
        exact(pair.complementarity),
        exact(pair.distance_km),
        pair.contributions.iter().map(contribution).collect::<Vec<_>>().join(";"),
        period.to_owned(),
    ]);
}

fn regions(answer: &CompareStructuresResponse) -> Table {
    let reference = words(answer.krugman_reference().as_str_name(), "KRUGMAN_REFERENCE");
    let mut table =
        Table::new(format!("Each region against the {reference}")).texts(["Code", "Region"]).numbers(["Krugman"]);
    for row in &answer.regions {
        let (code, name) = region(&row.region);
        table.row([code, name, fixed(row.krugman, 4)]);
    }
    table
}

fn undefined(answer: &CompareStructuresResponse) -> Option<Table> {
    let mut table = Table::new("Without a result").texts(["Code", "Region", "Why", "Industries"]);
    for row in &answer.undefined {
        let (code, name) = region(&row.region);
        table.row([code, name, row.reason.clone(), row.industries.join(", ")]);
    }
    (!answer.undefined.is_empty()).then_some(table)
}

/// One line on the friction of the whole.
fn friction(answer: &CompareStructuresResponse) -> Option<Table> {
    let friction = answer.friction.as_ref()?;
    let weights = words(&friction.weights, "");
    Some(Table::new(format!("Friction {} (weights: {weights})", fixed(friction.index, 4))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use growthpole_contracts::v1::pair_weights::By;

    #[derive(Debug, Parser)]
    struct Probe {
        #[command(flatten)]
        args: SimilarityArgs,
    }

    fn request(options: &str) -> CompareStructuresRequest {
        let words = "probe --dataset d --indicator i --period 2015".split(' ').chain(options.split_whitespace());
        Probe::try_parse_from(words).unwrap().args.request()
    }

    #[test]
    fn options_become_fields() {
        let sent = request("--neighbours --weights exponential:250 --tradable 0.1 --reference rest --contributions 0");
        assert_eq!((sent.scope(), sent.krugman_reference()), (PairScope::Neighbours, KrugmanReference::Rest));
        assert!(matches!(sent.weights.unwrap().by, Some(By::Exponential(weights)) if weights.distance_km == 250.0));
        assert_eq!((sent.tradable_threshold, sent.contributions), (Some(0.1), 0));
        for name in ["whole", "rest", "mean-of-others"] {
            assert_ne!(request(&format!("--reference {name}")).krugman_reference, 0, "{name}");
        }
    }

    #[test]
    fn records_hold_the_pair_and_its_period() {
        let pair = StructurePair { rank: 1, krugman: 0.25, neighbours: Some(true), ..Default::default() };
        let answer = CompareStructuresResponse { pairs: vec![pair], period: "2015".into(), ..Default::default() };
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", &answer).records, None).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.ends_with("\n1,,,,,true,0.25,0,0,0,,,,2015\n"), "{written}");
    }
}
