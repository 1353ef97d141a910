//! ObservationService: pages, tokens and streams.

use growthpole_contracts::v1;
use tonic::Code;

use crate::support::{Running, assert_refused, demo, now, package};

fn filter(indicators: &[&str]) -> v1::ObservationFilter {
    let indicators = indicators.iter().map(|indicator| (*indicator).to_owned()).collect();
    v1::ObservationFilter { dataset: "demo".into(), indicators, ..Default::default() }
}

async fn page(
    running: &Running,
    filter: v1::ObservationFilter,
    size: i32,
    token: &str,
) -> v1::QueryObservationsResponse {
    running.observations().query_observations(request(filter, size, token)).await.unwrap().into_inner()
}

fn request(filter: v1::ObservationFilter, page_size: i32, page_token: &str) -> v1::QueryObservationsRequest {
    v1::QueryObservationsRequest { filter: Some(filter), page_size, page_token: page_token.into() }
}

#[tokio::test]
async fn pages_together_are_the_whole_in_order() {
    let running = demo(2).await;
    let filter = filter(&["growth", "jobs"]);
    let whole = page(&running, filter.clone(), 0, "").await;
    assert_eq!((whole.total_size, whole.next_page_token.as_str()), (8, ""));
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let part = page(&running, filter.clone(), 3, &token).await;
        assert!(part.observations.len() <= 3);
        assert_eq!((&part.provenance, part.total_size), (&whole.provenance, 8));
        rows.extend(part.observations);
        token = part.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(rows, whole.observations);
    let provenance = whole.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.ObservationService/QueryObservations");
    assert_eq!((provenance.vintage, provenance.method_revision), (2, 1));
    assert_eq!((provenance.panel_digest.len(), provenance.classification.as_str()), (64, ""));
    assert_eq!(rows[0].source, "Yearbook");

    let most = page(&running, filter.clone(), 10_001, "").await;
    assert_eq!(most.observations.len(), 8, "a greater page is no mistake");

    let jobs = page(&running, self::filter(&["jobs"]), 0, "").await;
    assert_eq!(jobs.provenance.unwrap().classification, "K");
}

#[tokio::test]
async fn pages_stay_with_their_vintage_when_a_newer_one_comes() {
    let running = demo(1).await;
    let first = page(&running, filter(&["growth"]), 2, "").await;
    running.store.import_packages(vec![package(2)], now()).await.unwrap();
    let second = page(&running, filter(&["growth"]), 10, &first.next_page_token).await;
    assert_eq!(second.provenance, first.provenance);
    assert_eq!((second.observations.len(), second.total_size), (3, 5));
    assert_eq!(page(&running, filter(&["growth"]), 2, "").await.provenance.unwrap().vintage, 2);
}

#[tokio::test]
async fn tokens_of_other_requests_are_refused() {
    let running = demo(2).await;
    let token = page(&running, filter(&["growth"]), 2, "").await.next_page_token;
    let mut tampered = token.clone();
    tampered.replace_range(4..5, if &token[4..5] == "0" { "1" } else { "0" });
    for (filter, token) in [
        (filter(&["jobs"]), token.as_str()),
        (filter(&["growth"]), tampered.as_str()),
        (filter(&["growth"]), "anything"),
    ] {
        let status = running.observations().query_observations(request(filter, 2, token)).await.unwrap_err();
        assert_refused(&status, Code::InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token");
    }
    // The size of pages may change on the way.
    assert!(!page(&running, filter(&["growth"]), 7, &token).await.observations.is_empty());
}

#[tokio::test]
async fn a_stream_holds_the_same_with_its_provenance_first() {
    let running = demo(2).await;
    let request = v1::StreamObservationsRequest { filter: Some(filter(&["growth"])) };
    let mut stream = running.observations().stream_observations(request).await.unwrap().into_inner();
    let first = stream.message().await.unwrap().unwrap();
    assert!(stream.message().await.unwrap().is_none());
    let whole = page(&running, filter(&["growth"]), 0, "").await;
    assert_eq!(first.observations, whole.observations);
    let provenance = first.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.ObservationService/StreamObservations");
    assert_eq!(provenance.panel_digest, whole.provenance.unwrap().panel_digest);
}
