//! Clusters of regions, as they are shown.

use growthpole_contracts::v1::{CompareStructuresResponse, StructureClusters};

use crate::output::csv::Records;
use crate::output::format::{fixed, or_nothing, region, words};
use crate::output::table::Table;

pub(super) fn shown(what: &str, answer: &CompareStructuresResponse) -> (Vec<Table>, Records) {
    let mut records =
        Records::new(["kind", "region", "region_name", "cluster", "first", "second", "height", "regions"]);
    let Some(clusters) = &answer.clusters else {
        return (vec![Table::new(format!("No clusters, {what}, {}", answer.period))], records);
    };
    let measure = words(clusters.measure().as_str_name(), "STRUCTURE_MEASURE");
    let linkage = words(clusters.linkage().as_str_name(), "CLUSTER_LINKAGE");
    let kept = or_nothing(clusters.cophenetic_correlation, |kept| fixed(kept, 3));
    let title =
        format!("Clusters by {measure}, {linkage} linkage, {what}, {}; cophenetic correlation {kept}", answer.period);
    let mut order = Table::new(title).texts(["Cluster", "Code", "Region"]);
    for own in &clusters.order {
        let (code, name) = region(&own.region);
        let cluster = own.cluster.map_or_else(String::new, |cluster| cluster.to_string());
        order.row([cluster.clone(), code.clone(), name.clone()]);
        let nothing = String::new;
        records.row(["region".to_owned(), code, name, cluster, nothing(), nothing(), nothing(), nothing()]);
    }
    for merge in &clusters.merges {
        let nothing = String::new;
        records.row([
            "merge".to_owned(),
            nothing(),
            nothing(),
            nothing(),
            merge.first.to_string(),
            merge.second.to_string(),
            merge.height.to_string(),
            merge.size.to_string(),
        ]);
    }
    (vec![order, merges(clusters)], records)
}

/// The merges, the lowest first.
fn merges(clusters: &StructureClusters) -> Table {
    let mut table = Table::new("Merges").numbers(["Merge", "Height", "Regions"]).texts(["Joins"]);
    let regions = clusters.order.len();
    let name = |end: i32| {
        let at = usize::try_from(end).unwrap_or_default();
        clusters.order.get(at).map_or_else(|| format!("merge {}", at - regions + 1), |own| region(&own.region).1)
    };
    for (at, merge) in clusters.merges.iter().enumerate() {
        let joins = format!("{} + {}", name(merge.first), name(merge.second));
        table.row([(at + 1).to_string(), fixed(merge.height, 4), merge.size.to_string(), joins]);
    }
    table
}
