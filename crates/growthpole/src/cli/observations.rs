//! `observations`: figures as they were published.

use bytes::Bytes;
use clap::Args;
use growthpole_contracts::v1::{
    Observation, ObservationFilter, QueryObservationsRequest, QueryObservationsResponse, StreamObservationsRequest,
    StreamObservationsResponse,
};
use prost::Message as _;

use super::Common;
use super::ask::{Ask, method};
use super::selection::PartArgs;
use crate::failure::Failure;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, or_nothing};
use crate::output::table::Table;
use crate::output::{View, tell};

/// Reads observations: all of them, or page by page with --page-size.
#[derive(Debug, Args)]
pub(super) struct ObservationsArgs {
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID")]
    dataset: String,
    /// Indicators, for example gdp_real_growth
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', required = true)]
    indicator: Vec<String>,
    #[command(flatten)]
    part: PartArgs,
    /// Reads one page of this many observations, at most 10000; the token of the next one goes to standard error
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    page_size: Option<i32>,
    /// Reads the page of this token
    #[arg(long, value_name = "TOKEN")]
    page_token: Option<String>,
    #[command(flatten)]
    pub(super) ask: Ask,
}

impl ObservationsArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let filter = Some(self.filter());
        if self.page_size.is_none() && self.page_token.is_none() {
            let request = Bytes::from(StreamObservationsRequest { filter }.encode_to_vec());
            return self.ask.stream(common, method!("ObservationService/StreamObservations"), request, part).await;
        }
        let request = QueryObservationsRequest {
            filter,
            page_size: self.page_size.unwrap_or_default(),
            page_token: self.page_token.clone().unwrap_or_default(),
        };
        self.ask.unary(common, method!("ObservationService/QueryObservations"), request, page).await
    }

    fn filter(&self) -> ObservationFilter {
        ObservationFilter {
            dataset: self.dataset.clone(),
            vintage: self.part.vintage.message(),
            indicators: self.indicator.clone(),
            regions: self.part.regions.message(),
            industries: self.part.industries.message(),
            periods: self.part.periods.message(),
        }
    }
}

fn page(answer: &QueryObservationsResponse) -> View {
    if !answer.next_page_token.is_empty() {
        tell(&format!("next page: --page-token {}", answer.next_page_token));
    }
    let title = format!("{} of {} observations", answer.observations.len(), answer.total_size);
    View {
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
        ..observations(&title, &answer.observations)
    }
}

fn part(answer: &StreamObservationsResponse) -> View {
    View {
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
        ..observations("Observations", &answer.observations)
    }
}

fn observations(title: &str, list: &[Observation]) -> View {
    let mut table = Table::new(title)
        .texts(["Indicator", "Period", "Region", "Industry"])
        .numbers(["Value"])
        .texts(["Status", "Flag", "Note"]);
    let mut records =
        Records::new(["indicator", "region", "industry", "period", "value", "status", "note", "source", "flag"]);
    for row in list {
        let [indicator, region, industry, period, status, note] =
            [&row.indicator, &row.region, &row.industry, &row.period, &row.status, &row.note].map(String::clone);
        table.row([
            indicator.clone(),
            period.clone(),
            region.clone(),
            industry.clone(),
            or_nothing(row.value, amount),
            status.clone(),
            row.flag.clone(),
            note.clone(),
        ]);
        records.row([
            indicator,
            region,
            industry,
            period,
            exact(row.value),
            status,
            note,
            row.source.clone(),
            row.flag.clone(),
        ]);
    }
    View { tables: vec![table], records, ..View::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;
    use growthpole_contracts::v1::Provenance;

    #[test]
    fn options_become_a_filter() {
        let line = "--dataset d --indicator a,b --level PROVINCE --period 2015 --vintage 2";
        let filter = read::<ObservationsArgs>(line).unwrap().filter();
        assert_eq!(filter.indicators, ["a", "b"]);
        assert!(filter.regions.is_some() && filter.periods.is_some() && filter.vintage.is_some());
        assert!(filter.industries.is_none());
    }

    #[test]
    fn a_value_that_is_absent_is_empty() {
        let answer = StreamObservationsResponse {
            observations: vec![Observation { indicator: "i".into(), status: "O".into(), ..Default::default() }],
            provenance: Some(Provenance { dataset: "d".into(), vintage: 1, ..Default::default() }),
            ..Default::default()
        };
        let view = part(&answer);
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, view.provenance.as_ref()).unwrap();
        assert!(String::from_utf8(written).unwrap().ends_with("\ni,,,,,O,,,,d,1,,\n"));
    }
}
