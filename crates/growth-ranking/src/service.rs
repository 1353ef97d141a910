//! The service: one line a method.

use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_worker_kit::{Job, PanelSource, Parts, analyzed};
use tonic::{Request, Response, Status};
use v1::analyze_growth_request::Analysis;
use v1::analyze_growth_response::Part;

use crate::adapters::{
    decompose_growth, detect_turning_points, measure_inequality, project_growth, rank_growth, test_convergence,
    track_ranks,
};

pub(crate) struct GrowthRanking {
    panels: Arc<dyn PanelSource>,
}

impl GrowthRanking {
    pub(crate) fn new(panels: Arc<dyn PanelSource>) -> Self {
        Self { panels }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl v1::growth_ranking_service_server::GrowthRankingService for GrowthRanking {
    type AnalyzeGrowthStream = Parts<v1::AnalyzeGrowthResponse>;

    async fn rank_growth(&self, request: Request<v1::RankGrowthRequest>) -> Answer<v1::RankGrowthResponse> {
        rank_growth::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn decompose_growth(
        &self,
        request: Request<v1::DecomposeGrowthRequest>,
    ) -> Answer<v1::DecomposeGrowthResponse> {
        decompose_growth::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn track_ranks(&self, request: Request<v1::TrackRanksRequest>) -> Answer<v1::TrackRanksResponse> {
        track_ranks::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn measure_inequality(
        &self,
        request: Request<v1::MeasureInequalityRequest>,
    ) -> Answer<v1::MeasureInequalityResponse> {
        measure_inequality::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn project_growth(&self, request: Request<v1::ProjectGrowthRequest>) -> Answer<v1::ProjectGrowthResponse> {
        project_growth::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn test_convergence(
        &self,
        request: Request<v1::TestConvergenceRequest>,
    ) -> Answer<v1::TestConvergenceResponse> {
        test_convergence::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn detect_turning_points(
        &self,
        request: Request<v1::DetectTurningPointsRequest>,
    ) -> Answer<v1::DetectTurningPointsResponse> {
        detect_turning_points::answer(&*self.panels, request.into_inner(), &Job::new()).await.map(Response::new)
    }

    async fn analyze_growth(&self, request: Request<v1::AnalyzeGrowthRequest>) -> Answer<Self::AnalyzeGrowthStream> {
        let panels = Arc::clone(&self.panels);
        let answer = |analysis, job: Arc<Job>| async move {
            let part = analyze(&*panels, analysis, &job).await?;
            Ok(v1::AnalyzeGrowthResponse { part: Some(part) })
        };
        analyzed(request.into_inner().analysis, answer, |progress| v1::AnalyzeGrowthResponse {
            part: Some(Part::Progress(progress)),
        })
    }
}

/// Answers the request of any method.
async fn analyze(panels: &dyn PanelSource, analysis: Analysis, job: &Job) -> Result<Part, Status> {
    match analysis {
        Analysis::RankGrowth(request) => rank_growth::answer(panels, request, job).await.map(Part::RankGrowth),
        Analysis::DecomposeGrowth(request) => {
            decompose_growth::answer(panels, request, job).await.map(Part::DecomposeGrowth)
        }
        Analysis::ProjectGrowth(request) => project_growth::answer(panels, request, job).await.map(Part::ProjectGrowth),
        Analysis::TrackRanks(request) => track_ranks::answer(panels, request, job).await.map(Part::TrackRanks),
        Analysis::MeasureInequality(request) => {
            measure_inequality::answer(panels, request, job).await.map(Part::MeasureInequality)
        }
        Analysis::DetectTurningPoints(request) => {
            detect_turning_points::answer(panels, request, job).await.map(Part::DetectTurningPoints)
        }
        Analysis::TestConvergence(request) => {
            test_convergence::answer(panels, request, job).await.map(Part::TestConvergence)
        }
    }
}
