//! What programs read of an answer.

use growthpole_contracts::v1::{IndustryLabel, MapRelatednessResponse};

use super::Shown;
use crate::output::csv::Records;
use crate::output::format::{exact, industry, region};

pub(super) fn records(answer: &MapRelatednessResponse, shown: &Shown) -> Records {
    match shown.list.as_deref() {
        None | Some("links") => {
            let mut records = Records::new(["first", "second", "relatedness", "in_tree"]);
            for link in &answer.links {
                let (first, second) = (link.first.clone(), link.second.clone());
                records.row([first, second, exact(link.relatedness), link.in_tree.to_string()]);
            }
            records
        }
        Some("nodes") => {
            let mut records = Records::new(["code", "name", "size", "community", "degree", "strength"]);
            for node in &answer.nodes {
                let counts = [node.size, node.community, node.degree].map(|count| count.to_string());
                let [size, community, degree] = counts;
                records.row([node.code.clone(), node.name.clone(), size, community, degree, exact(node.strength)]);
            }
            records
        }
        Some("regions") => region_records(answer, shown),
        Some("changes") => {
            let mut records = Records::new(["region", "industry", "change", "density"]);
            for change in answer.changes.iter().filter(|change| shown.regions.is_shown(&region(&change.region).0)) {
                let what = if change.entered { "entry" } else { "exit" };
                let (region, industry) = (region(&change.region).0, industry(&change.industry).0);
                records.row([region, industry, what.to_owned(), exact(change.density)]);
            }
            records
        }
        Some(list) => {
            let mut records = Records::new(["row", "industry", "industry_name", "value"]);
            for ([row, column, name], value) in cells(answer, shown, list == "densities") {
                records.row([row, column, name, exact(Some(value).filter(|value| !value.is_nan()))]);
            }
            records
        }
    }
}

fn region_records(answer: &MapRelatednessResponse, shown: &Shown) -> Records {
    let header =
        ["region", "region_name", "diversity", "internal_density", "external_density", "entries", "exits", "present"];
    let mut records = Records::new(header);
    for row in answer.regions.iter().filter(|row| shown.regions.is_shown(&region(&row.region).0)) {
        let (code, name) = region(&row.region);
        let [entries, exits] = [row.entries, row.exits].map(|n| n.map_or_else(String::new, |n| n.to_string()));
        let (internal, external) = (exact(row.internal_density), exact(row.external_density));
        let diversity = row.present.len().to_string();
        records.row([code, name, diversity, internal, external, entries, exits, row.present.join(";")]);
    }
    records
}

/// Code of the row, code and name of the column, and the number, of every cell of a matrix.
pub(super) fn cells(answer: &MapRelatednessResponse, shown: &Shown, densities: bool) -> Vec<([String; 3], f64)> {
    let rows: Vec<(String, &[f64])> = if densities {
        let rows = answer.densities.iter().map(|row| (region(&row.region).0, row.values.as_slice()));
        rows.filter(|(code, _)| shown.regions.is_shown(code)).collect()
    } else {
        answer.relatedness.iter().map(|row| (industry(&row.industry).0, row.values.as_slice())).collect()
    };
    let cell = |code: &String, label: &IndustryLabel, value: f64| {
        ([code.clone(), label.code.clone(), label.name.clone()], value)
    };
    rows.iter().flat_map(|(code, row)| answer.industries.iter().zip(*row).map(|(l, &v)| cell(code, l, v))).collect()
}
