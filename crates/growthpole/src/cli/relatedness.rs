//! `relatedness`: how related industries are, how near regions are to them, and the network they form.

mod given;
mod people;
mod present;
mod records;

use clap::Args;
use growthpole_contracts::v1::{
    CommunityOptions, DensityWeight, LinkRule, MapRelatednessRequest, MapRelatednessResponse, MeanDegree,
    RelatednessMargins, RelatednessMeasure, RelatednessSide, TreeLinks, link_rule::By,
};

use super::Common;
use super::ask::Ask;
pub(super) use given::GivenArgs;
pub(super) use present::PresenceArgs;

use super::selection::SelectionArgs;
use super::shown_regions::ShownRegions;
use super::values::{names, number};
use crate::failure::Failure;
use people::view;

/// Maps how related industries are, and how near regions are to what they lack.
#[derive(Debug, Args)]
pub(super) struct RelatednessArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    presence: PresenceArgs,
    #[command(flatten)]
    how: HowToRelate,
    #[command(flatten)]
    shown: Shown,
}

pub(super) const MEASURES: [&str; 9] = [
    "minimum-conditional",
    "conditional",
    "probability",
    "association",
    "cosine",
    "jaccard",
    "z-score",
    "co-occurrence",
    "correlation",
];

#[derive(Debug, Args)]
#[command(next_help_heading = "How to relate")]
struct HowToRelate {
    /// How relatedness follows from co-occurrences; minimum-conditional if left out
    #[arg(long, value_name = "MEASURE", value_parser = names(&MEASURES))]
    measure: Option<String>,
    #[command(flatten)]
    given: GivenArgs,
    /// Counts in densities only so many most related industries of each; all if left out
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    nearest: Option<i32>,
    /// What association, cosine and jaccard take for the size of an industry
    #[arg(long, value_name = "others|ubiquity", value_parser = names(&["others", "ubiquity"]))]
    margins: Option<String>,
    /// Counts an industry as near to itself in densities
    #[arg(long)]
    include_self: bool,
    /// By what a region's industries count in densities
    #[arg(long, value_name = "WEIGHT", value_parser = names(&["presence", "share", "quotient"]))]
    density_weight: Option<String>,
    /// Two industries count in densities as related from here on, else not at all
    #[arg(long, value_name = "RELATEDNESS", allow_negative_numbers = true)]
    related_from: Option<f64>,
    /// What the nodes of the network are
    #[arg(long, value_name = "industries|regions", value_parser = names(&["industries", "regions"]))]
    nodes_are: Option<String>,
    /// Links kept beside those of the maximum spanning tree: none, those from a relatedness on, or the strongest until nodes have N
    /// on average, by thresholds a step apart (0.05 if left out); mean-degree:4 if left out
    #[arg(long, value_name = "tree|at-least:R|mean-degree:N[:STEP]", value_parser = links)]
    links: Option<LinkRule>,
    /// More for smaller communities; 1 if left out
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    resolution: Option<f64>,
    /// Runs of the search for communities; 10 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    runs: Option<i32>,
    /// Seed of the search for communities
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

const LISTS: [&str; 6] = ["regions", "nodes", "links", "changes", "densities", "relatedness"];

#[derive(Debug, Args)]
#[command(next_help_heading = "What is shown")]
struct Shown {
    /// What is listed, and what CSV holds; regions and nodes in tables and links in CSV if left out
    #[arg(long, value_name = "LIST", value_parser = names(&LISTS))]
    list: Option<String>,
    #[command(flatten)]
    regions: ShownRegions,
}

impl Shown {
    fn lists(&self, list: &str) -> bool {
        self.list.as_deref() == Some(list)
    }
}

/// `tree`, `at-least:R`, `mean-degree:N` or `mean-degree:N:STEP`.
fn links(text: &str) -> Result<LinkRule, String> {
    let number = |number: &str| number.parse().map_err(|_| format!("\"{number}\" is no number"));
    let by = match text.split_once(':') {
        None if text == "tree" => By::Tree(TreeLinks {}),
        Some(("at-least", least)) => By::AtLeast(number(least)?),
        Some(("mean-degree", rule)) => By::MeanDegree(match rule.split_once(':') {
            None => MeanDegree { most: number(rule)?, step: None },
            Some((most, step)) => MeanDegree { most: number(most)?, step: Some(number(step)?) },
        }),
        _ => {
            let form = "write tree, at-least:R, mean-degree:N or mean-degree:N:STEP, for example at-least:0.55";
            return Err(form.to_owned());
        }
    };
    Ok(LinkRule { by: Some(by) })
}

impl RelatednessArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &MapRelatednessResponse| view(&title, answer, &self.shown);
        self.ask.analyze(common, self.request()?, view).await
    }

    fn request(&self) -> Result<MapRelatednessRequest, Failure> {
        let how = &self.how;
        let side = number(how.nodes_are.as_ref(), "RELATEDNESS_SIDE", RelatednessSide::from_str_name);
        Ok(MapRelatednessRequest {
            given: how.given.pairs()?,
            given_one_way: how.given.given_one_way,
            nearest: how.nearest,
            selection: Some(self.selection.message()),
            presence: self.presence.message()?,
            measure: number(how.measure.as_ref(), "RELATEDNESS_MEASURE", RelatednessMeasure::from_str_name),
            margins: number(how.margins.as_ref(), "RELATEDNESS_MARGINS", RelatednessMargins::from_str_name),
            include_self: how.include_self,
            density_weight: number(how.density_weight.as_ref(), "DENSITY_WEIGHT", DensityWeight::from_str_name),
            related_from: how.related_from,
            side,
            links: how.links,
            communities: Some(CommunityOptions { resolution: how.resolution, runs: how.runs, seed: how.seed }),
            with_matrix: self.shown.lists("relatedness"),
            with_densities: self.shown.lists("densities"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;
    use growthpole_contracts::v1::NetworkLink;

    fn args(options: &str) -> Result<RelatednessArgs, clap::Error> {
        let line = format!("--dataset d --indicator i --period 2015 {options}");
        read(&line)
    }

    #[test]
    fn options_become_fields() {
        let sent = args(
            "--measure cosine --margins ubiquity --include-self --density-weight share --related-from 1 \
             --nearest 5 --nodes-are regions --links mean-degree:3 --seed 4 --runs 2 --list densities --per-head people --quotient-threshold 0.5",
        );
        let sent = sent.unwrap().request().unwrap();
        assert_eq!((sent.measure(), sent.margins()), (RelatednessMeasure::Cosine, RelatednessMargins::Ubiquity));
        assert_eq!((sent.density_weight(), sent.side()), (DensityWeight::Share, RelatednessSide::Regions));
        assert!(sent.include_self && sent.with_densities && !sent.with_matrix);
        assert_eq!((sent.nearest, sent.given.len()), (Some(5), 0));
        assert!(matches!(sent.links.unwrap().by, Some(By::MeanDegree(MeanDegree { most: 3.0, step: None }))));
        let presence = sent.presence.unwrap();
        assert_eq!((presence.population_indicator.as_str(), presence.quotient_threshold), ("people", Some(0.5)));
        for measure in MEASURES {
            assert_ne!(args(&format!("--measure {measure}")).unwrap().request().unwrap().measure, 0, "{measure}");
        }
        let fine = args("--links mean-degree:3:0.01").unwrap().request().unwrap().links.unwrap().by;
        assert_eq!(fine, Some(By::MeanDegree(MeanDegree { most: 3.0, step: Some(0.01) })));
        assert!(args("--links mean-degree:3:fine").is_err());
        assert!(args("--links strongest").is_err() && args("--given f.csv --measure cosine").is_err());
        assert!(args("--quotient-threshold 1").is_err() && args("--given-one-way").is_err());
        assert!(matches!(args("--given there-is-no-such.csv").unwrap().request(), Err(Failure::Usage(_))));
    }

    #[test]
    fn records_hold_the_links_where_nothing_else_is_asked_for() {
        let link = NetworkLink { first: "a".into(), second: "b".into(), relatedness: 0.5, in_tree: true };
        let answer = MapRelatednessResponse { links: vec![link], ..Default::default() };
        let mut written = Vec::new();
        let shown = args("").unwrap().shown;
        crate::output::csv::write(&mut written, &view("", &answer, &shown).records, None).unwrap();
        assert!(String::from_utf8(written).unwrap().ends_with("\na,b,0.5,true\n"));
    }
}
