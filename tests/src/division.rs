//! Searches for division plans, and callers of them who go away.

use std::time::Duration;

use growthpole_contracts::v1::analyze_division_response::Part;
use growthpole_contracts::v1::industry_division_service_client::IndustryDivisionServiceClient;
use growthpole_contracts::v1::{AnalyzeDivisionRequest, AnalyzeDivisionResponse, Progress};
use prost::Message as _;
use serde_json::{Value, json};
use tonic::Streaming;

use crate::analysis;
use crate::call::Client;

/// Begins a search.
pub async fn search(client: &Client, request: &Value) -> Streaming<AnalyzeDivisionResponse> {
    let request = client.encode("IndustryDivisionService/AnalyzeDivision", &json!({"proposeDivision": request}));
    let service = IndustryDivisionServiceClient::new(client.channel());
    let request = AnalyzeDivisionRequest::decode(request).unwrap();
    service.max_decoding_message_size(usize::MAX).analyze_division(request).await.unwrap().into_inner()
}

/// Begins a search and waits until it has told how far it is.
pub async fn begin(client: &Client, request: &Value) -> (Streaming<AnalyzeDivisionResponse>, Progress) {
    let mut parts = search(client, request).await;
    let first = parts.message().await.unwrap().expect("there is a first part");
    let Some(Part::Progress(progress)) = first.part else { panic!("a search that takes long answers at once") };
    (parts, progress)
}

/// How long the only place of a service stays taken after the caller of a search has gone.
pub async fn freed_within(client: &Client, long: &Value, short: &Value) -> Duration {
    analysis::freed_within(client, async || begin(client, long).await, "IndustryDivisionService/ProposeDivision", short)
        .await
}
