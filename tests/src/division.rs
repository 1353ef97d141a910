//! Searches for division plans, and callers of them who go away.

use std::time::{Duration, Instant};

use growthpole_contracts::v1::analyze_division_response::Part;
use growthpole_contracts::v1::industry_division_service_client::IndustryDivisionServiceClient;
use growthpole_contracts::v1::{AnalyzeDivisionRequest, AnalyzeDivisionResponse, Progress};
use prost::Message as _;
use serde_json::{Value, json};
use tonic::Streaming;

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

/// How long the only place of a service stays taken after the caller of a search has gone, at best of several times: what a
/// machine does beside it may hold up any one of them.
pub async fn freed_within(client: &Client, long: &Value, short: &Value) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        client.raw("IndustryDivisionService/ProposeDivision", short).await.unwrap();
        let alone = start.elapsed();
        let (parts, _) = begin(client, long).await;
        let (other, request) = (client.clone(), short.clone());
        let mut waits =
            tokio::spawn(async move { other.raw("IndustryDivisionService/ProposeDivision", &request).await });
        let early = tokio::time::timeout(Duration::from_millis(300).max(2 * alone), &mut waits).await;
        assert!(early.is_err(), "the place was taken: {early:?}");
        drop(parts);
        let gone = Instant::now();
        let answered = tokio::time::timeout(Duration::from_secs(5), waits).await;
        answered.expect("the place is free soon after").unwrap().unwrap();
        best = best.min(gone.elapsed().saturating_sub(alone));
    }
    best
}
