//! `regions`: which there are, what one is, and which ones names stand for.

use clap::Args;
use growthpole_contracts::v1::{
    GetRegionRequest, GetRegionResponse, ListRegionsRequest, ListRegionsResponse, Provenance, Region, RegionLabel,
    ResolveRegionsRequest, ResolveRegionsResponse, region_selection,
};

use super::Common;
use super::ask::{Ask, method};
use super::selection::RegionArgs;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{exact, in_language};
use crate::output::table::Table;

/// Lists regions; with --region, describes one; with --resolve, finds those that names stand for.
#[derive(Debug, Args)]
pub(super) struct RegionsArgs {
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID")]
    dataset: String,
    #[command(flatten)]
    which: RegionArgs,
    /// Describes this region, with its neighbours and groups
    #[arg(long, value_name = "CODE", conflicts_with = "RegionArgs")]
    region: Option<String>,
    /// Finds regions by names in any language or codes of any scheme; with --level, only of that level
    #[arg(
        long,
        value_name = "TEXT,…",
        value_delimiter = ',',
        conflicts_with_all = ["region", "regions", "group", "children_of"]
    )]
    resolve: Vec<String>,
    #[command(flatten)]
    pub(super) ask: Ask,
}

impl RegionsArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let dataset = self.dataset.clone();
        if let Some(region) = self.region.clone() {
            let request = GetRegionRequest { dataset, region };
            return self.ask.unary(common, method!("CatalogService/GetRegion"), request, described).await;
        }
        let regions = self.which.message();
        if !self.resolve.is_empty() {
            let level = match regions.and_then(|regions| regions.by) {
                Some(region_selection::By::Level(level)) => level,
                _ => String::new(),
            };
            let request = ResolveRegionsRequest { dataset, texts: self.resolve.clone(), level };
            return self.ask.unary(common, method!("CatalogService/ResolveRegions"), request, resolved).await;
        }
        let view = |answer: &ListRegionsResponse| listed("Regions", &answer.regions, answer.provenance.as_ref());
        let request = ListRegionsRequest { dataset, regions };
        self.ask.unary(common, method!("CatalogService/ListRegions"), request, view).await
    }
}

fn listed(title: &str, regions: &[Region], provenance: Option<&Provenance>) -> View {
    let mut table = Table::new(title).texts(["Code", "Name", "", "Level", "Parent", "Scheme"]);
    let mut records = Records::new([
        "code",
        "name_en",
        "name_zh",
        "level",
        "parent",
        "latitude",
        "longitude",
        "other_codes",
        "note",
        "scheme",
        "valid_from",
        "valid_to",
    ]);
    for region in regions {
        let name = |language| in_language(&region.names, language).to_owned();
        let (code, level, parent) = (region.code.clone(), region.level.clone(), region.parent.clone());
        table.row([code.clone(), name("en"), name("zh"), level.clone(), parent.clone(), region.scheme.clone()]);
        let other: Vec<String> =
            region.other_codes.iter().map(|other| format!("{}={}", other.scheme, other.code)).collect();
        records.row([
            code,
            name("en"),
            name("zh"),
            level,
            parent,
            exact(region.latitude),
            exact(region.longitude),
            other.join(";"),
            region.note.clone(),
            region.scheme.clone(),
            region.valid_from.clone(),
            region.valid_to.clone(),
        ]);
    }
    View { tables: vec![table], records, provenance: provenance.cloned(), ..View::default() }
}

fn described(answer: &GetRegionResponse) -> View {
    let mut view = listed("Region", answer.region.as_slice(), answer.provenance.as_ref());
    let lists = [
        ("Neighbours", names(&answer.neighbours)),
        ("Directly below it", names(&answer.children)),
        ("Groups", answer.groups.join(", ")),
        ("Events", answer.events.join(", ")),
    ];
    for (title, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        view.tables.push(Table::new(format!("{title}: {list}")));
    }
    view
}

fn resolved(answer: &ResolveRegionsResponse) -> View {
    let mut table = Table::new("Regions by name").texts(["Text", "Code", "Region", "Nearest"]);
    let mut records = Records::new(["text", "region", "region_name", "nearest"]);
    for entry in &answer.resolved {
        for label in &entry.regions {
            table.row([entry.text.clone(), label.code.clone(), label.name.clone(), String::new()]);
            records.row([entry.text.clone(), label.code.clone(), label.name.clone(), String::new()]);
        }
        if entry.regions.is_empty() {
            let codes: Vec<&str> = entry.nearest.iter().map(|label| label.code.as_str()).collect();
            table.row([entry.text.clone(), String::new(), String::new(), names(&entry.nearest)]);
            records.row([entry.text.clone(), String::new(), String::new(), codes.join(";")]);
        }
    }
    View { tables: vec![table], records, provenance: answer.provenance.clone(), ..View::default() }
}

fn names(labels: &[RegionLabel]) -> String {
    labels.iter().map(|label| format!("{} {}", label.code, label.name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser as _;

    #[test]
    fn one_way_at_a_time() {
        let parses = |words: &str| Cli::try_parse_from(words.split(' ')).is_ok();
        assert!(parses("growthpole regions --dataset d --level PROVINCE"));
        assert!(parses("growthpole regions --dataset d --resolve Jilin,吉林 --level PROVINCE"));
        assert!(!parses("growthpole regions --dataset d --resolve Jilin --group g"));
        assert!(!parses("growthpole regions --dataset d --region 230000 --level PROVINCE"));
    }

    #[test]
    fn a_text_that_stands_for_nothing_shows_the_nearest() {
        let label = RegionLabel { code: "220000".into(), name: "Jilin".into() };
        let entry = growthpole_contracts::v1::ResolvedRegion {
            text: "Jilln".into(),
            nearest: vec![label],
            ..Default::default()
        };
        let mut written = Vec::new();
        let view = resolved(&ResolveRegionsResponse { resolved: vec![entry], ..Default::default() });
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "text,region,region_name,nearest\nJilln,,,220000\n");
    }
}
