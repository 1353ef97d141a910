//! The assembly: health, workers in process, reflection of what is served.

use std::pin::Pin;

use growthpole_contracts::v1;
use growthpole_contracts::v1::growth_ranking_service_client::GrowthRankingServiceClient;
use growthpole_worker_kit::convert::selection;
use growthpole_worker_kit::{Method, PanelSource, SelectionDefaults, Worker};
use tonic::codec::CompressionEncoding::{Gzip, Zstd};
use tonic::server::{Grpc, UnaryService};
use tonic::service::Routes;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_prost::ProstCodec;

use crate::support::{assert_refused, demo, nearest, now, package, start};

const RANKING: &str = "growthpole.v1.GrowthRankingService";

/// A method that reads a panel and answers its provenance.
///
/// It is served by its path, and not by the service's trait, which would ask for every other method too.
#[derive(Clone)]
struct Provenances<P>(P);

impl<P: PanelSource + Clone> UnaryService<v1::RankGrowthRequest> for Provenances<P> {
    type Response = v1::RankGrowthResponse;
    type Future = Pin<Box<dyn Future<Output = Result<Response<v1::RankGrowthResponse>, Status>> + Send>>;

    fn call(&mut self, request: Request<v1::RankGrowthRequest>) -> Self::Future {
        let Self(panels) = self.clone();
        Box::pin(async move {
            let defaults = SelectionDefaults {
                benchmark: growthpole_domain::BenchmarkChoice::DatasetRegion,
                missing: growthpole_domain::MissingPolicy::Keep,
            };
            let parsed = selection::parse(request.into_inner().selection, defaults)?;
            let source = panels.panel(&parsed.selection).await?;
            let method = Method { name: "test", revision: 1 };
            let provenance = Some(method.provenance(&source, &[]));
            Ok(Response::new(v1::RankGrowthResponse { provenance, ..Default::default() }))
        })
    }
}

fn routes<P: PanelSource + Clone>(panels: P) -> Routes {
    let method = Provenances(panels);
    let call = |request: axum::extract::Request| async move {
        let codec = ProstCodec::<v1::RankGrowthResponse, v1::RankGrowthRequest>::default();
        Grpc::new(codec).unary(method, request).await
    };
    axum::Router::new().route(&format!("/{RANKING}/RankGrowth"), axum::routing::post(call)).into()
}

#[tokio::test]
async fn workers_of_the_process_read_panels_without_a_copy() {
    let store = growthpole_datastore::Datastore::in_memory(growthpole_datastore::StoreSettings::default());
    store.import_packages(vec![package(2)], now()).await.unwrap();
    let running =
        start(store, |panels| vec![Worker { name: "growth-ranking", services: &[RANKING], routes: routes(panels) }])
            .await;
    let selection = |indicator: &str| {
        let selection = v1::Selection { dataset: "demo".into(), indicator: indicator.into(), ..Default::default() };
        v1::RankGrowthRequest { selection: Some(selection), ..Default::default() }
    };
    let mut client = GrowthRankingServiceClient::new(running.channel.clone());
    let provenance = client.rank_growth(selection("growth")).await.unwrap().into_inner().provenance.unwrap();
    assert_eq!((provenance.dataset.as_str(), provenance.vintage), ("demo", 2));
    assert_eq!(provenance.panel_digest.len(), 64);
    let status = client.rank_growth(selection("grwoth")).await.unwrap_err();
    assert_refused(&status, Code::NotFound, "UNKNOWN_INDICATOR", "selection.indicator");

    let workers = running.workers().list_workers(v1::ListWorkersRequest {}).await.unwrap().into_inner().workers;
    assert_eq!((workers[0].name.as_str(), workers[0].endpoint.as_str()), ("growth-ranking", "in-process"));
    assert_eq!(workers[0].state(), v1::WorkerState::Ready);
    let request = v1::ListMethodsRequest { service: RANKING.into() };
    let methods = running.workers().list_methods(request).await.unwrap().into_inner().methods;
    let names: Vec<(&str, &str)> =
        methods.iter().map(|method| (method.name.as_str(), method.worker.as_str())).collect();
    assert!(names.contains(&("DecomposeGrowth", "growth-ranking")), "{names:?}");
    let rank = methods.iter().find(|method| method.name == "RankGrowth").unwrap();
    assert!(rank.worker == "growth-ranking" && rank.documentation.starts_with("Ranks regions"), "{rank:?}");
}

#[tokio::test]
async fn every_service_is_serving_and_listed_with_its_documentation() {
    let running = demo(1).await;
    let mut health = HealthClient::new(running.channel.clone());
    let services = running.api.router().services();
    for service in services.iter().map(String::as_str).chain([""]) {
        let request = HealthCheckRequest { service: service.to_owned() };
        assert_eq!(health.check(request).await.unwrap().into_inner().status(), ServingStatus::Serving, "{service}");
    }
    let methods = running.workers().list_methods(v1::ListMethodsRequest::default()).await.unwrap().into_inner().methods;
    for method in &methods {
        assert_eq!(method.worker, "api");
        // The descriptors of health and reflection carry no comments.
        assert_eq!(method.documentation.is_empty(), method.service.starts_with("grpc."), "{method:?}");
    }
    assert_eq!(methods.iter().filter(|method| method.service.starts_with("growthpole.")).count(), 24);
    let unknown = v1::ListMethodsRequest { service: "growthpole.v1.CatalogServcie".into() };
    let status = running.workers().list_methods(unknown).await.unwrap_err();
    assert_refused(&status, Code::InvalidArgument, "INVALID_FIELD", "service");
    assert!(nearest(&status).starts_with("growthpole.v1.CatalogService"), "{status:?}");
    let unknown = v1::ListMethodsRequest { service: "Catalogue".into() };
    let status = running.workers().list_methods(unknown).await.unwrap_err();
    assert_eq!(nearest(&status), "growthpole.v1.CatalogService");
}

#[tokio::test]
async fn answers_are_compressed_on_request_and_stay_the_same() {
    let running = demo(2).await;
    let request = v1::ListRegionsRequest { dataset: "demo".into(), regions: None };
    let plain = running.catalogue().list_regions(request.clone()).await.unwrap();
    assert!(plain.metadata().get("grpc-encoding").is_none());
    for (encoding, name) in [(Gzip, "gzip"), (Zstd, "zstd")] {
        let mut client = running.catalogue().accept_compressed(encoding).send_compressed(encoding);
        let answer = client.list_regions(request.clone()).await.unwrap();
        assert_eq!(answer.metadata().get("grpc-encoding").unwrap(), name);
        assert_eq!(&answer.into_inner(), plain.get_ref());
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused() {
    let running = demo(1).await;
    let request = v1::ResolveRegionsRequest { texts: vec!["x".repeat(5 << 20)], ..Default::default() };
    let status = running.catalogue().resolve_regions(request).await.unwrap_err();
    let info = tonic_types::StatusExt::get_details_error_info(&status).unwrap();
    assert_eq!(info.reason, "MESSAGE_TOO_LARGE");
    assert!(running.datasets().list_datasets(v1::ListDatasetsRequest {}).await.is_ok());
}
