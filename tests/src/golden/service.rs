//! The service in this process: no socket, the bundled data in memory, and both workers.

use std::sync::Arc;

use growthpole_api::{Api, ApiSettings, LocalPanels};
use growthpole_contracts::v1;
use growthpole_contracts::v1::growth_ranking_service_client::GrowthRankingServiceClient;
use growthpole_contracts::v1::industry_division_service_client::IndustryDivisionServiceClient;
use growthpole_contracts::v1::observation_service_client::ObservationServiceClient;
use growthpole_datastore::{Datastore, StoreSettings};
use tokio::runtime::Runtime;
use tonic::{Response, Status};

/// The service and the runtime it runs on. Calls wait for their answer.
#[derive(Debug)]
pub struct Service {
    runtime: Runtime,
    router: axum::Router,
}

impl Service {
    /// Imports the bundled data and assembles the API with both workers.
    pub fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime starts");
        let router = runtime.block_on(async {
            let store = Datastore::in_memory(StoreSettings::default());
            store.import_bundled(jiff::Timestamp::UNIX_EPOCH).await.expect("the bundled data is imported");
            let panels = Arc::new(LocalPanels::new(store.clone()));
            let settings = ApiSettings::default();
            let workers = vec![
                growthpole_growth_ranking::worker(panels.clone(), settings.max_message_bytes),
                growthpole_industry_division::worker(panels, settings.max_message_bytes),
            ];
            Api::new(store, workers, Vec::new(), &settings).expect("the service is assembled").routes()
        });
        Self { runtime, router }
    }

    fn answer<T>(&self, call: impl Future<Output = Result<Response<T>, Status>>) -> T {
        match self.runtime.block_on(call) {
            Ok(answer) => answer.into_inner(),
            Err(status) => panic!("{:?}: {}", status.code(), status.message()),
        }
    }

    /// Calls `RankGrowth`.
    pub fn rank_growth(&self, request: v1::RankGrowthRequest) -> v1::RankGrowthResponse {
        self.answer(GrowthRankingServiceClient::new(self.router.clone()).rank_growth(request))
    }

    /// Calls `MeasureInequality`.
    pub fn measure_inequality(&self, request: v1::MeasureInequalityRequest) -> v1::MeasureInequalityResponse {
        self.answer(GrowthRankingServiceClient::new(self.router.clone()).measure_inequality(request))
    }

    /// Calls `TrackRanks`.
    pub fn track_ranks(&self, request: v1::TrackRanksRequest) -> v1::TrackRanksResponse {
        self.answer(GrowthRankingServiceClient::new(self.router.clone()).track_ranks(request))
    }

    /// Calls `DecomposeGrowth`.
    pub fn decompose_growth(&self, request: v1::DecomposeGrowthRequest) -> v1::DecomposeGrowthResponse {
        self.answer(GrowthRankingServiceClient::new(self.router.clone()).decompose_growth(request))
    }

    /// Calls `TestConvergence`.
    pub fn test_convergence(&self, request: v1::TestConvergenceRequest) -> v1::TestConvergenceResponse {
        self.answer(GrowthRankingServiceClient::new(self.router.clone()).test_convergence(request))
    }

    /// Calls `AssessTransition`.
    pub fn assess_transition(&self, request: v1::AssessTransitionRequest) -> v1::AssessTransitionResponse {
        self.answer(self.division().assess_transition(request))
    }

    /// Calls `FindGrowthEngines`.
    pub fn find_growth_engines(&self, request: v1::FindGrowthEnginesRequest) -> v1::FindGrowthEnginesResponse {
        self.answer(self.division().find_growth_engines(request))
    }

    /// Calls `MeasureSpecialization`.
    pub fn measure_specialization(
        &self,
        request: v1::MeasureSpecializationRequest,
    ) -> v1::MeasureSpecializationResponse {
        self.answer(self.division().measure_specialization(request))
    }

    /// Calls `MeasureConcentration`.
    pub fn measure_concentration(&self, request: v1::MeasureConcentrationRequest) -> v1::MeasureConcentrationResponse {
        self.answer(self.division().measure_concentration(request))
    }

    /// Calls `CompareStructures`.
    pub fn compare_structures(&self, request: v1::CompareStructuresRequest) -> v1::CompareStructuresResponse {
        self.answer(self.division().compare_structures(request))
    }

    /// Calls `ProposeDivision`.
    pub fn propose_division(&self, request: v1::ProposeDivisionRequest) -> v1::ProposeDivisionResponse {
        self.answer(self.division().propose_division(request))
    }

    /// Calls `MapRelatedness`.
    pub fn map_relatedness(&self, request: v1::MapRelatednessRequest) -> v1::MapRelatednessResponse {
        self.answer(self.division().map_relatedness(request))
    }

    /// Calls `MeasureComplexity`.
    pub fn measure_complexity(&self, request: v1::MeasureComplexityRequest) -> v1::MeasureComplexityResponse {
        self.answer(self.division().measure_complexity(request))
    }

    /// Calls `QueryObservations` for everything that a filter holds, which is at most one page.
    pub fn observations(&self, filter: v1::ObservationFilter) -> Vec<v1::Observation> {
        let request =
            v1::QueryObservationsRequest { filter: Some(filter), page_size: 10_000, page_token: String::new() };
        let answer = self.answer(ObservationServiceClient::new(self.router.clone()).query_observations(request));
        assert_eq!(answer.next_page_token, "", "everything came in one page");
        answer.observations
    }

    fn division(&self) -> IndustryDivisionServiceClient<axum::Router> {
        IndustryDivisionServiceClient::new(self.router.clone())
    }
}
