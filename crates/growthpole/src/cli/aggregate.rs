//! `aggregate`: observations rolled up over regions and industries, or converted to another classification.

mod correspondence;
mod view;

use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use growthpole_contracts::v1::{
    AggregateObservationsRequest, AggregationMethod, CellPolicy, Correspondence, GroupIds, IndustryCodes,
    IndustryRollUp, RegionCodes, RegionRollUp, industry_roll_up, region_roll_up,
};
use prost::Message as _;

use super::Common;
use super::ask::{Ask, method};
use super::selection::PartArgs;
use super::values::{names, number};
use crate::failure::Failure;

const POLICIES: [&str; 4] = ["refuse", "bounds", "published", "known-only"];

/// Rolls observations up over regions, over industries or over both, or converts them to another classification.
///
/// Nothing is counted twice: only one level is added up, and a choice that overlaps is refused. Suppressed and missing
/// cells are never added silently: see --suppressed and --missing.
#[derive(Debug, Args)]
pub(super) struct AggregateArgs {
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID")]
    dataset: String,
    /// Indicator, for example gdp
    #[arg(long, value_name = "CODE")]
    indicator: String,
    #[command(flatten)]
    part: PartArgs,
    #[command(flatten)]
    regions_to: RegionsTo,
    #[command(flatten)]
    industries_to: IndustriesTo,
    /// How values combine; without it, as the indicator says
    #[arg(long, value_name = "METHOD", value_parser = names(&["sum", "mean", "plain-mean"]))]
    method: Option<String>,
    /// Indicator that means are weighted by; without it, the indicator's own
    #[arg(long, value_name = "CODE")]
    weight: Option<String>,
    /// What to do about results with suppressed cells: no value, bounds, the published figure, or the sum of what is known
    #[arg(long, value_name = "POLICY", value_parser = names(&POLICIES), default_value = "refuse")]
    suppressed: String,
    /// What to do about results with missing cells
    #[arg(long, value_name = "POLICY", value_parser = names(&POLICIES), default_value = "refuse")]
    missing: String,
    #[command(flatten)]
    pub(super) ask: Ask,
}

/// What regions are rolled up to.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What regions are rolled up to")]
struct RegionsTo {
    /// All regions of a level, for example STATE
    #[arg(long, value_name = "LEVEL", group = "regions_to")]
    to_level: Option<String>,
    /// These regions
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', group = "regions_to")]
    to_parent: Vec<String>,
    /// The regions directly below this one
    #[arg(long, value_name = "REGION", group = "regions_to")]
    to_children_of: Option<String>,
    /// These groups, for example harbin-changchun; `all` for all groups
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', group = "regions_to")]
    to_group: Vec<String>,
    /// All regions together, under this code
    #[arg(long, value_name = "CODE", group = "regions_to")]
    together_as: Option<String>,
    /// The codes of another version of their scheme, by a CSV file with the columns from and to, and where known share
    #[arg(long, value_name = "FILE", group = "regions_to", requires = "to_scheme")]
    to_correspondence: Option<PathBuf>,
    /// The codes of another version of their scheme, by a data set whose regions are old codes, industries new ones
    #[arg(long, value_name = "DATASET:INDICATOR", group = "regions_to", value_parser = stored)]
    to_correspondence_dataset: Option<(String, String)>,
    /// Name of the new scheme of regions, for example "NUTS 2016"
    #[arg(long, value_name = "NAME")]
    to_scheme: Option<String>,
    /// Answers new regions that cannot be told apart as one, where a table has no shares for them
    #[arg(long)]
    to_join_candidates: bool,
    /// Only regions of this level are added up, for example COUNTY
    #[arg(long, value_name = "LEVEL", requires = "regions_to")]
    from_level: Option<String>,
}

/// What industries are rolled up to.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What industries are rolled up to")]
struct IndustriesTo {
    /// All industries of a level, for example SECTION
    #[arg(long, value_name = "LEVEL", group = "industries_to")]
    industries_to_level: Option<String>,
    /// These industries
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', group = "industries_to")]
    industries_to_parent: Vec<String>,
    /// The industries directly below this one
    #[arg(long, value_name = "INDUSTRY", group = "industries_to")]
    industries_to_children_of: Option<String>,
    /// All industries together, under this code
    #[arg(long, value_name = "CODE", group = "industries_to")]
    industries_together_as: Option<String>,
    /// The codes of another classification, by a CSV file with the columns from and to, and where known share
    #[arg(long, value_name = "FILE", group = "industries_to", requires = "classification")]
    correspondence: Option<PathBuf>,
    /// The codes of another classification, by a data set whose regions are old codes, industries new ones, values shares
    #[arg(long, value_name = "DATASET:INDICATOR", group = "industries_to", value_parser = stored)]
    correspondence_dataset: Option<(String, String)>,
    /// Name of the new classification, for example "GB/T 4754-2017"
    #[arg(long, value_name = "NAME")]
    classification: Option<String>,
    /// Answers new codes that cannot be told apart as one, where a table has no shares for them
    #[arg(long)]
    join_candidates: bool,
    /// Only industries of this level are added up, for example DIVISION
    #[arg(long, value_name = "LEVEL", requires = "industries_to")]
    industries_from_level: Option<String>,
}

impl AggregateArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let request = Bytes::from(self.request()?.encode_to_vec());
        let title = format!("{} of {}, rolled up", self.indicator, self.dataset);
        let part = |answer: &_| view::part(&title, answer);
        self.ask.stream(common, method!("ObservationService/AggregateObservations"), request, part).await
    }

    fn request(&self) -> Result<AggregateObservationsRequest, Failure> {
        let policy = |name: &String| number(Some(name), "CELL_POLICY", CellPolicy::from_str_name);
        Ok(AggregateObservationsRequest {
            dataset: self.dataset.clone(),
            vintage: self.part.vintage.message(),
            indicator: self.indicator.clone(),
            regions: self.part.regions.message(),
            industries: self.part.industries.message(),
            periods: self.part.periods.message(),
            regions_to: self.regions_to.message()?,
            industries_to: self.industries_to.message()?,
            method: number(self.method.as_ref(), "AGGREGATION_METHOD", AggregationMethod::from_str_name),
            weight_indicator: self.weight.clone().unwrap_or_default(),
            suppressed: policy(&self.suppressed),
            missing: policy(&self.missing),
        })
    }
}

impl RegionsTo {
    /// The message; nothing where nothing was said.
    fn message(&self) -> Result<Option<RegionRollUp>, Failure> {
        use region_roll_up::To;
        let codes = || {
            Some(&self.to_parent).filter(|codes| !codes.is_empty()).map(|codes| RegionCodes { codes: codes.clone() })
        };
        let groups = || match self.to_group.as_slice() {
            [] => None,
            [all] if all == "all" => Some(GroupIds::default()),
            ids => Some(GroupIds { ids: ids.to_vec() }),
        };
        let to = self.to_level.clone().map(To::Level);
        let to =
            to.or(self.to_children_of.clone().map(To::ChildrenOf)).or(self.together_as.clone().map(To::TogetherAs));
        let to = to.or_else(|| codes().map(To::Codes)).or_else(|| groups().map(To::Groups));
        let table = correspondence::Options {
            file: ("--to-correspondence", self.to_correspondence.as_deref()),
            stored: ("--to-correspondence-dataset", self.to_correspondence_dataset.as_ref()),
            name: ("--to-scheme", self.to_scheme.as_deref()),
            joins: ("--to-join-candidates", self.to_join_candidates),
        };
        let to = to.or(table.message()?.map(To::Correspondence));
        let from_level = self.from_level.clone().unwrap_or_default();
        Ok(to.map(|to| RegionRollUp { to: Some(to), from_level }))
    }
}

impl IndustriesTo {
    /// The message; nothing where nothing was said.
    fn message(&self) -> Result<Option<IndustryRollUp>, Failure> {
        use industry_roll_up::To;
        let codes = Some(&self.industries_to_parent).filter(|codes| !codes.is_empty());
        let to = self
            .industries_to_level
            .clone()
            .map(To::Level)
            .or(self.industries_to_children_of.clone().map(To::ChildrenOf))
            .or(self.industries_together_as.clone().map(To::TogetherAs))
            .or(codes.map(|codes| To::Codes(IndustryCodes { codes: codes.clone() })))
            .or(self.correspondence()?.map(To::Correspondence));
        let from_level = self.industries_from_level.clone().unwrap_or_default();
        Ok(to.map(|to| IndustryRollUp { to: Some(to), from_level }))
    }

    fn correspondence(&self) -> Result<Option<Correspondence>, Failure> {
        let table = correspondence::Options {
            file: ("--correspondence", self.correspondence.as_deref()),
            stored: ("--correspondence-dataset", self.correspondence_dataset.as_ref()),
            name: ("--classification", self.classification.as_deref()),
            joins: ("--join-candidates", self.join_candidates),
        };
        table.message()
    }
}

/// `DATASET:INDICATOR`.
fn stored(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((dataset, indicator)) if !dataset.is_empty() && !indicator.is_empty() => {
            Ok((dataset.to_owned(), indicator.to_owned()))
        }
        _ => Err("write DATASET:INDICATOR, for example gb4754-2011-2017:share".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe;
    use growthpole_contracts::v1::SplitPolicy;

    fn request(options: &str) -> Result<AggregateObservationsRequest, String> {
        let read: Result<AggregateArgs, _> = probe::read(&format!("--dataset d --indicator i {options}"));
        read.map_err(|error| error.to_string())?.request().map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn options_become_the_request() {
        let to = |options: &str| request(options).unwrap().regions_to.unwrap();
        assert_eq!(to("--to-level STATE --from-level COUNTY").from_level, "COUNTY");
        let groups = |options: &str| match to(options).to.unwrap() {
            region_roll_up::To::Groups(groups) => groups.ids,
            other => panic!("{other:?} are no groups"),
        };
        assert!(groups("--to-group all").is_empty());
        assert_eq!(groups("--to-group g,h"), ["g", "h"]);
        let sent = request("--industries-to-level SECTION --suppressed known-only").unwrap();
        assert!(sent.regions_to.is_none() && sent.industries_to.is_some());
        assert_eq!((sent.suppressed(), sent.missing()), (CellPolicy::KnownOnly, CellPolicy::Refuse));
        let converted = |options: &str| match to(options).to.unwrap() {
            region_roll_up::To::Correspondence(table) => (table.classification.clone(), table.split()),
            other => panic!("{other:?} is no correspondence"),
        };
        let options = "--to-correspondence-dataset nuts:share --to-scheme N --to-join-candidates";
        assert_eq!(converted(options), ("N".to_owned(), SplitPolicy::Join));
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        for options in [
            "--to-level STATE --to-group g",
            "--from-level COUNTY",
            "--correspondence t.csv",
            "--classification C",
            "--to-scheme S",
            "--to-join-candidates",
            "--to-correspondence t.csv",
            "--to-level STATE --to-correspondence-dataset d:i",
            "--correspondence-dataset d",
            "--suppressed zero",
        ] {
            assert!(request(options).is_err(), "{options:?}");
        }
    }
}
