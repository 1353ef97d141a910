//! The service: one line a method.

use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_worker_kit::{Job, PanelSource, Parts, analyzed};
use tonic::{Request, Response, Status};
use v1::analyze_division_request::Analysis;
use v1::analyze_division_response::Part;

use crate::adapters::{
    assess_transition, compare_structures, find_growth_engines, map_relatedness, measure_complexity,
    measure_concentration, measure_economic_base, measure_specialization, propose_division,
};

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
    type AnalyzeDivisionStream = Parts<v1::AnalyzeDivisionResponse>;

    async fn measure_specialization(
        &self,
        request: Request<v1::MeasureSpecializationRequest>,
    ) -> Answer<v1::MeasureSpecializationResponse> {
        measure_specialization::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn measure_concentration(
        &self,
        request: Request<v1::MeasureConcentrationRequest>,
    ) -> Answer<v1::MeasureConcentrationResponse> {
        measure_concentration::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn measure_economic_base(
        &self,
        request: Request<v1::MeasureEconomicBaseRequest>,
    ) -> Answer<v1::MeasureEconomicBaseResponse> {
        measure_economic_base::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn compare_structures(
        &self,
        request: Request<v1::CompareStructuresRequest>,
    ) -> Answer<v1::CompareStructuresResponse> {
        compare_structures::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn propose_division(
        &self,
        request: Request<v1::ProposeDivisionRequest>,
    ) -> Answer<v1::ProposeDivisionResponse> {
        propose_division::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn assess_transition(
        &self,
        request: Request<v1::AssessTransitionRequest>,
    ) -> Answer<v1::AssessTransitionResponse> {
        assess_transition::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn find_growth_engines(
        &self,
        request: Request<v1::FindGrowthEnginesRequest>,
    ) -> Answer<v1::FindGrowthEnginesResponse> {
        find_growth_engines::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn map_relatedness(&self, request: Request<v1::MapRelatednessRequest>) -> Answer<v1::MapRelatednessResponse> {
        map_relatedness::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn measure_complexity(
        &self,
        request: Request<v1::MeasureComplexityRequest>,
    ) -> Answer<v1::MeasureComplexityResponse> {
        measure_complexity::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn analyze_division(
        &self,
        request: Request<v1::AnalyzeDivisionRequest>,
    ) -> Answer<Self::AnalyzeDivisionStream> {
        let panels = Arc::clone(&self.panels);
        let answer = |analysis, job: Arc<Job>| async move {
            let part = analyze(&*panels, analysis, &job).await?;
            Ok(v1::AnalyzeDivisionResponse { part: Some(part) })
        };
        analyzed(request.into_inner().analysis, answer, |progress| v1::AnalyzeDivisionResponse {
            part: Some(Part::Progress(progress)),
        })
    }
}

/// Answers the request of any method.
async fn analyze(panels: &dyn PanelSource, analysis: Analysis, job: &Job) -> Result<Part, Status> {
    match analysis {
        Analysis::AssessTransition(request) => {
            assess_transition::answer(panels, request, job).await.map(Part::AssessTransition)
        }
        Analysis::FindGrowthEngines(request) => {
            find_growth_engines::answer(panels, request, job).await.map(Part::FindGrowthEngines)
        }
        Analysis::MeasureSpecialization(request) => {
            measure_specialization::answer(panels, request, job).await.map(Part::MeasureSpecialization)
        }
        Analysis::MeasureConcentration(request) => {
            measure_concentration::answer(panels, request, job).await.map(Part::MeasureConcentration)
        }
        Analysis::MeasureEconomicBase(request) => {
            measure_economic_base::answer(panels, request, job).await.map(Part::MeasureEconomicBase)
        }
        Analysis::CompareStructures(request) => {
            compare_structures::answer(panels, request, job).await.map(Part::CompareStructures)
        }
        Analysis::ProposeDivision(request) => {
            propose_division::answer(panels, request, job).await.map(Part::ProposeDivision)
        }
        Analysis::MapRelatedness(request) => {
            map_relatedness::answer(panels, request, job).await.map(Part::MapRelatedness)
        }
        Analysis::MeasureComplexity(request) => {
            measure_complexity::answer(panels, request, job).await.map(Part::MeasureComplexity)
        }
    }
}
