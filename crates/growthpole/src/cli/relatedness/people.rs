//! What people see of an answer.

use growthpole_contracts::v1::MapRelatednessResponse;

use super::Shown;
use super::records::{cells, records};
use crate::output::View;
use crate::output::format::{NOTHING, fixed, industry, or_nothing, region, words};
use crate::output::table::Table;

pub(super) fn view(what: &str, answer: &MapRelatednessResponse, shown: &Shown) -> View {
    let period = answer.base.as_ref().map(|base| base.period.clone()).unwrap_or_default();
    let when = match answer.later_period.as_str() {
        "" => period,
        later => format!("{period} to {later}"),
    };
    let measure = words(answer.measure().as_str_name(), "RELATEDNESS_MEASURE");
    let title = format!("Relatedness ({measure}), {what}, {when}");
    let tables = match shown.list.as_deref() {
        None => vec![regions(&title, answer, shown), nodes(answer)],
        Some("regions") => vec![regions(&title, answer, shown)],
        Some("nodes") => vec![nodes(answer)],
        Some("links") => vec![links_table(&title, answer)],
        Some("changes") => vec![changes(&title, answer, shown)],
        Some(list) => vec![matrix(&title, answer, shown, list == "densities")],
    };
    let records = records(answer, shown);
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn regions(title: &str, answer: &MapRelatednessResponse, shown: &Shown) -> Table {
    let mut table = Table::new(title).texts(["Code", "Region"]).numbers(["Industries", "Density of own", "Of others"]);
    let with_changes = !answer.later_period.is_empty();
    if with_changes {
        table = table.numbers(["Entries", "Exits"]);
    }
    for row in &answer.regions {
        let (code, name) = region(&row.region);
        if !shown.regions.is_shown(&code) {
            continue;
        }
        let density = |density| or_nothing(density, |density| fixed(density, 3));
        let count = row.present.len().to_string();
        let mut cells = vec![code, name, count, density(row.internal_density), density(row.external_density)];
        if with_changes {
            let count = |count: Option<i32>| count.map_or_else(|| NOTHING.to_owned(), |count| count.to_string());
            cells.extend([row.entries, row.exits].map(count));
        }
        table.cells(cells);
    }
    table
}

/// Nodes by community, those with most links first.
fn nodes(answer: &MapRelatednessResponse) -> Table {
    let (count, modularity) = (answer.communities, fixed(answer.modularity, 3));
    let title = format!("Network of {} links, {count} communities, modularity {modularity}", answer.links.len());
    let mut table =
        Table::new(title).numbers(["Community"]).texts(["Code", "Name"]).numbers(["Size", "Links", "Strength"]);
    let mut sorted: Vec<_> = answer.nodes.iter().collect();
    sorted.sort_by(|a, b| (a.community, -a.degree, &a.code).cmp(&(b.community, -b.degree, &b.code)));
    for node in sorted {
        table.row([
            node.community.to_string(),
            node.code.clone(),
            node.name.clone(),
            node.size.to_string(),
            node.degree.to_string(),
            fixed(node.strength, 2),
        ]);
    }
    table
}

fn links_table(title: &str, answer: &MapRelatednessResponse) -> Table {
    let mut table = Table::new(title).texts(["First", "Second"]).numbers(["Relatedness"]).texts(["Tree"]);
    for link in &answer.links {
        let tree = if link.in_tree { "yes" } else { "" };
        table.row([link.first.clone(), link.second.clone(), fixed(link.relatedness, 4), tree.to_owned()]);
    }
    table
}

fn changes(title: &str, answer: &MapRelatednessResponse, shown: &Shown) -> Table {
    let mut table =
        Table::new(title).texts(["Code", "Region", "Change", "Industry", "Name"]).numbers(["Density before"]);
    for change in &answer.changes {
        let ((code, name), (of, of_name)) = (region(&change.region), industry(&change.industry));
        let what = if change.entered { "entry" } else { "exit" };
        if shown.regions.is_shown(&code) {
            let density = or_nothing(change.density, |density| fixed(density, 3));
            table.row([code, name, what.to_owned(), of, of_name, density]);
        }
    }
    table
}

/// Rows of densities or relatedness, each number with its industry.
fn matrix(title: &str, answer: &MapRelatednessResponse, shown: &Shown, densities: bool) -> Table {
    let mut table = Table::new(title).texts(["Row", "Industry", "Name"]).numbers(["Value"]);
    for ([row, column, name], value) in cells(answer, shown, densities) {
        table.row([row, column, name, or_nothing(Some(value).filter(|v| !v.is_nan()), |value| fixed(value, 4))]);
    }
    table
}
