//! An analysis that takes long, a short one beside it, and a call that is answered at once.

use std::time::{Duration, Instant};

use growthpole_contracts::v1::analyze_growth_response::Part;
use growthpole_contracts::v1::growth_ranking_service_client::GrowthRankingServiceClient;
use growthpole_contracts::v1::{AnalyzeGrowthRequest, AnalyzeGrowthResponse};
use prost::Message as _;
use serde_json::{Value, json};
use tonic::Streaming;

use crate::call::Client;

/// Inequality in twenty years with its tests by permutation, which takes many times longer than any of these tests waits.
pub fn long_request() -> Value {
    let groups = ["east", "central", "west", "northeast-three-provinces"];
    let groups: Vec<Value> = groups.iter().map(|id| json!({"name": id, "group": id})).collect();
    json!({"measureInequality": {
        "selection": {
            "dataset": "china-provinces", "indicator": "gdp_per_capita", "vintage": {"number": 3},
            "periods": {"range": {"start": "2000", "end": "2019"}}
        },
        "groups": groups,
        "neighbours": {"keepIslands": true},
        "permutations": 100_000
    }})
}

/// One that is computed in the same place, and at once.
pub fn short_request() -> Value {
    json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_per_capita", "vintage": {"number": 3},
        "periods": {"list": {"periods": ["2015"]}}
    }})
}

/// One that is not computed apart.
pub fn rank_request() -> Value {
    json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_real_growth", "periods": {"list": {"periods": ["2015"]}}
    }})
}

/// Settings by which it takes as long on a machine of many cores.
pub const ONE_THREAD: (&str, &str) = ("GROWTHPOLE__COMPUTE__THREADS", "1");

/// Begins a long analysis and waits until it has told of some work.
pub async fn begin(client: &Client) -> Streaming<AnalyzeGrowthResponse> {
    begin_with(client, &long_request()).await
}

/// The same with an analysis of one's own.
pub async fn begin_with(client: &Client, request: &Value) -> Streaming<AnalyzeGrowthResponse> {
    let request = client.encode("GrowthRankingService/AnalyzeGrowth", request);
    let request = AnalyzeGrowthRequest::decode(request).unwrap();
    let mut service = GrowthRankingServiceClient::new(client.channel());
    let mut parts = service.analyze_growth(request).await.unwrap().into_inner();
    loop {
        let part = parts.message().await.unwrap().expect("it goes on");
        let Some(Part::Progress(progress)) = part.part else { panic!("{part:?} is no progress") };
        if progress.done > 0 {
            return parts;
        }
    }
}

/// How long the only place of a service stays taken after the caller of a long computation has gone, at best of several times:
/// what a machine does beside it may hold up any one of them.
///
/// `short`, a request of the method at `path`, is computed in the same place, as soon as it is free.
pub async fn freed_within<P>(
    client: &Client,
    begin: impl AsyncFn() -> P,
    path: &'static str,
    short: &Value,
) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        client.raw(path, short).await.unwrap();
        let alone = start.elapsed();
        let parts = begin().await;
        let (other, request) = (client.clone(), short.clone());
        let mut waits = tokio::spawn(async move { other.raw(path, &request).await });
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
