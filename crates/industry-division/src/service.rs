//! The service: one line a method.

use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_worker_kit::PanelSource;
use tonic::{Request, Response, Status};

use crate::adapters::{compare_structures, measure_specialization, propose_division};

pub(crate) struct IndustryDivision {
    panels: Arc<dyn PanelSource>,
}

impl IndustryDivision {
    pub(crate) fn new(panels: Arc<dyn PanelSource>) -> Self {
        Self { panels }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl v1::industry_division_service_server::IndustryDivisionService for IndustryDivision {
    async fn measure_specialization(
        &self,
        request: Request<v1::MeasureSpecializationRequest>,
    ) -> Answer<v1::MeasureSpecializationResponse> {
        measure_specialization::answer(&*self.panels, request.into_inner()).await.map(Response::new)
    }

    async fn compare_structures(
        &self,
        request: Request<v1::CompareStructuresRequest>,
    ) -> Answer<v1::CompareStructuresResponse> {
        compare_structures::answer(&*self.panels, request.into_inner()).await.map(Response::new)
    }

    async fn propose_division(
        &self,
        request: Request<v1::ProposeDivisionRequest>,
    ) -> Answer<v1::ProposeDivisionResponse> {
        propose_division::answer(&*self.panels, request.into_inner()).await.map(Response::new)
    }
}
