//! Pairs of regions, as they are shown.

use growthpole_contracts::v1::{CompareStructuresResponse, StructureContribution, StructurePair};

use super::friction::index_line;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, region, words, yes};
use crate::output::table::Table;

pub(super) fn shown(what: &str, answer: &CompareStructuresResponse) -> (Vec<Table>, Records) {
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
        "correlation",
        "euclidean",
        "hellinger",
        "jensen_shannon",
        "jaccard",
        "friction_weight",
        "friction_part",
    ]);
    for pair in &answer.pairs {
        add_row(&mut pairs, pair);
        add_record(&mut records, pair, &answer.period);
    }
    let mut tables = vec![pairs, regions(answer)];
    tables.extend(undefined(answer));
    tables.extend(index_line(answer).map(Table::new));
    (tables, records)
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
    let contribution = |part: &StructureContribution| format!("{}={}", industry(&part.industry).0, part.contribution);
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
        exact(pair.correlation),
        exact(pair.euclidean),
        exact(pair.hellinger),
        exact(pair.jensen_shannon),
        exact(pair.jaccard),
        exact(pair.friction_weight),
        exact(pair.friction_part),
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
    let mut table = Table::new("Without a result").texts(["Period", "Code", "Region", "Why", "Industries"]);
    for row in &answer.undefined {
        let (code, name) = region(&row.region);
        table.row([row.period.clone(), code, name, row.reason.clone(), row.industries.join(", ")]);
    }
    (!answer.undefined.is_empty()).then_some(table)
}
