//! Long analyses over real sockets: they tell how far they are, stop when nobody waits, and hold up nobody else.

use std::time::Duration;

use growthpole_contracts::v1::analyze_growth_response::Part;
use growthpole_contracts::v1::{AnalyzeDivisionResponse, AnalyzeGrowthResponse, analyze_division_response as division};
use growthpole_tests::analysis::{ONE_THREAD, begin, rank_request, short_request};
use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, SHAPES};
use prost::Message as _;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_streamed_answer_ends_with_the_bytes_of_the_unary_one() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let streamed = json!({"rankGrowth": rank_request()});
        let parts = client.raw("GrowthRankingService/AnalyzeGrowth", &streamed).await.unwrap();
        let unary = client.raw("GrowthRankingService/RankGrowth", &rank_request()).await.unwrap();
        let last = AnalyzeGrowthResponse::decode(parts.last().unwrap().clone()).unwrap();
        let Some(Part::RankGrowth(answer)) = last.part else { panic!("{last:?} is no ranking") };
        assert_eq!(answer.encode_to_vec(), unary[0]);
        let nothing = client.raw("GrowthRankingService/AnalyzeGrowth", &json!({})).await.unwrap_err();
        assert_eq!(nothing.code(), tonic::Code::InvalidArgument);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_that_of_the_other_worker() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let request = json!({"selection": {
            "dataset": "china-provinces", "indicator": "employment_by_division", "periods": {"list": {"periods": ["2015"]}},
            "regions": {"codes": {"codes": ["220000", "230000"]}}, "industries": {"codes": {"codes": ["C13", "C14", "C36", "C37"]}}
        }});
        let streamed = json!({"proposeDivision": request});
        let parts = client.raw("IndustryDivisionService/AnalyzeDivision", &streamed).await.unwrap();
        let unary = client.raw("IndustryDivisionService/ProposeDivision", &request).await.unwrap();
        let last = AnalyzeDivisionResponse::decode(parts.last().unwrap().clone()).unwrap();
        let Some(division::Part::ProposeDivision(answer)) = last.part else { panic!("{last:?} is no division") };
        assert_eq!(answer.encode_to_vec(), unary[0]);
        let nothing = client.raw("IndustryDivisionService/AnalyzeDivision", &json!({})).await.unwrap_err();
        assert_eq!(nothing.code(), tonic::Code::InvalidArgument);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computation_stops_when_its_caller_goes_away() {
    for shape in SHAPES {
        // With one place, the second computation begins when the first has ended.
        let growthpole = Growthpole::start_with(shape, &[ONE_THREAD, ("GROWTHPOLE__COMPUTE__AT_ONCE", "1")]);
        let client = Client::connect(&growthpole.endpoint).await;
        let parts = begin(&client).await;
        let (other, request) = (client.clone(), short_request());
        let mut short =
            tokio::spawn(async move { other.raw("GrowthRankingService/MeasureInequality", &request).await });
        let early = tokio::time::timeout(Duration::from_millis(300), &mut short).await;
        assert!(early.is_err(), "the place was taken: {early:?}");
        drop(parts);
        let answered = tokio::time::timeout(Duration::from_secs(5), short).await;
        answered.expect("the place is free soon after").unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_calls_are_answered_while_an_analysis_runs() {
    for shape in SHAPES {
        let growthpole = Growthpole::start_with(shape, &[ONE_THREAD]);
        let client = Client::connect(&growthpole.endpoint).await;
        let mut parts = begin(&client).await;
        for _ in 0..100 {
            client.raw("GrowthRankingService/RankGrowth", &rank_request()).await.unwrap();
        }
        client.raw("GrowthRankingService/MeasureInequality", &short_request()).await.unwrap();
        let next = parts.message().await.unwrap().expect("it goes on");
        assert!(matches!(next.part, Some(Part::Progress(_))), "{next:?}");
    }
}
