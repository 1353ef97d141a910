//! `datasets`: which there are, and what one of them holds.

mod lists;

use clap::Args;
use growthpole_contracts::v1::{
    Dataset, GetAvailabilityRequest, GetAvailabilityResponse, GetDatasetRequest, GetDatasetResponse,
    ListDatasetsRequest, ListDatasetsResponse, ListEventsRequest, ListIndicatorsRequest, ListIndustriesRequest,
    ListRegionGroupsRequest, Provenance,
};

use super::Common;
use super::ask::{Ask, method};
use super::selection::VintageArgs;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{english, in_language};
use crate::output::table::Table;

/// Lists the data sets; with the id of one, describes it or lists what it holds.
#[derive(Debug, Args)]
#[command(mut_group("VintageArgs", |vintage| vintage.requires("availability").conflicts_with("What")))]
pub(super) struct DatasetsArgs {
    /// Data set to describe, for example china-provinces
    #[arg(value_name = "ID")]
    dataset: Option<String>,
    #[command(flatten)]
    what: What,
    /// Lists the periods for which this indicator has observations
    #[arg(long, value_name = "INDICATOR", requires = "dataset", conflicts_with = "What")]
    availability: Option<String>,
    #[command(flatten)]
    vintage: VintageArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct What {
    /// Lists its indicators
    #[arg(long, requires = "dataset")]
    indicators: bool,
    /// Lists its industries
    #[arg(long, requires = "dataset")]
    industries: bool,
    /// Lists its groups of regions: city clusters and economic regions
    #[arg(long, requires = "dataset")]
    groups: bool,
    /// Lists its policy events: approvals of new areas and of city clusters
    #[arg(long, requires = "dataset")]
    events: bool,
}

impl DatasetsArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let Some(dataset) = self.dataset.clone() else {
            let view = |answer: &ListDatasetsResponse| datasets(&answer.datasets);
            return self.ask.unary(common, method!("DatasetService/ListDatasets"), ListDatasetsRequest {}, view).await;
        };
        if let Some(indicator) = self.availability.clone() {
            let request = GetAvailabilityRequest { dataset, indicator, vintage: self.vintage.message() };
            return self.ask.unary(common, method!("CatalogService/GetAvailability"), request, availability).await;
        }
        let What { indicators: of_indicators, industries: of_industries, groups: of_groups, events: of_events } =
            self.what;
        if of_indicators {
            let request = ListIndicatorsRequest { dataset };
            self.ask.unary(common, method!("CatalogService/ListIndicators"), request, lists::indicators).await
        } else if of_industries {
            let request = ListIndustriesRequest { dataset, ..Default::default() };
            self.ask.unary(common, method!("CatalogService/ListIndustries"), request, lists::industries).await
        } else if of_groups {
            let request = ListRegionGroupsRequest { dataset, ..Default::default() };
            self.ask.unary(common, method!("CatalogService/ListRegionGroups"), request, lists::groups).await
        } else if of_events {
            let request = ListEventsRequest { dataset, ..Default::default() };
            self.ask.unary(common, method!("CatalogService/ListEvents"), request, lists::events).await
        } else {
            let view = |answer: &GetDatasetResponse| datasets(answer.dataset.as_slice());
            self.ask.unary(common, method!("DatasetService/GetDataset"), GetDatasetRequest { dataset }, view).await
        }
    }
}

fn shown(table: Table, records: Records, provenance: Option<&Provenance>) -> View {
    View { tables: vec![table], records, provenance: provenance.cloned(), ..View::default() }
}

fn datasets(list: &[Dataset]) -> View {
    let mut table = Table::new("Data sets")
        .texts(["Id", "Title", "Main level", "Benchmark", "Publisher"])
        .numbers(["Vintages", "Latest"]);
    let mut records = Records::new([
        "id",
        "title_en",
        "title_zh",
        "main_level",
        "benchmark_region",
        "boundary_version",
        "vintage_count",
        "latest_vintage",
        "publisher",
        "licence",
        "description",
    ]);
    for set in list {
        let (count, latest) = (set.vintage_count.to_string(), set.latest_vintage.to_string());
        table.row([
            set.id.clone(),
            english(&set.titles).to_owned(),
            set.main_level.clone(),
            set.benchmark_region.clone(),
            set.publisher.clone(),
            count.clone(),
            latest.clone(),
        ]);
        records.row([
            set.id.clone(),
            in_language(&set.titles, "en").to_owned(),
            in_language(&set.titles, "zh").to_owned(),
            set.main_level.clone(),
            set.benchmark_region.clone(),
            set.boundary_version.clone(),
            count,
            latest,
            set.publisher.clone(),
            set.licence.clone(),
            set.description.clone(),
        ]);
    }
    shown(table, records, None)
}

fn availability(answer: &GetAvailabilityResponse) -> View {
    let mut table = Table::new(format!("Available in vintage {}", answer.vintage)).texts(["Period"]).numbers([
        "Regions",
        "Industries",
        "Observations",
        "Missing",
    ]);
    let mut records = Records::new(["period", "region_count", "industry_count", "observation_count", "missing_count"]);
    for period in &answer.periods {
        let counts = [
            period.region_count.to_string(),
            period.industry_count.to_string(),
            period.observation_count.to_string(),
            period.missing.len().to_string(),
        ];
        let [regions, industries, observations, missing] = counts;
        table.row([period.period.clone(), regions.clone(), industries.clone(), observations.clone(), missing.clone()]);
        records.row([period.period.clone(), regions, industries, observations, missing]);
    }
    shown(table, records, answer.provenance.as_ref())
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser as _;

    #[test]
    fn lists_of_a_data_set_need_its_id_and_come_one_at_a_time() {
        let parses = |words: &str| Cli::try_parse_from(words.split(' ')).is_ok();
        assert!(parses("growthpole datasets"));
        assert!(parses("growthpole datasets china-provinces --indicators"));
        assert!(parses("growthpole datasets china-provinces --availability gdp --as-of 2016-03-03"));
        assert!(parses("growthpole datasets china-provinces --availability gdp --vintage 2"));
        assert!(!parses("growthpole datasets --indicators"));
        for vintage in ["--as-of 2016-03-03", "--vintage 1"] {
            for what in ["", " china-provinces", " china-provinces --indicators"] {
                assert!(!parses(&format!("growthpole datasets{what} {vintage}")), "{what} {vintage}");
            }
        }
        assert!(!parses("growthpole datasets china-provinces --indicators --events"));
        assert!(!parses("growthpole datasets china-provinces --indicators --availability gdp"));
    }
}
