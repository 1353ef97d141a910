//! An analysis that takes long, a short one beside it, and a call that is answered at once.

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
    let request = client.encode("GrowthRankingService/AnalyzeGrowth", &long_request());
    let request = AnalyzeGrowthRequest::decode(request).unwrap();
    let mut service = GrowthRankingServiceClient::new(client.channel());
    let mut parts = service.analyze_growth(request).await.unwrap().into_inner();
    let first = parts.message().await.unwrap().expect("there is a first part");
    let Some(Part::Progress(progress)) = first.part else { panic!("{first:?} is no progress") };
    assert!(progress.done > 0, "{progress:?}");
    parts
}
