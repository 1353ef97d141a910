//! The service: one line a method.

use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_worker_kit::PanelSource;
use tonic::{Request, Response, Status};

use crate::adapters::{decompose_growth, rank_growth};

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
    async fn rank_growth(&self, request: Request<v1::RankGrowthRequest>) -> Answer<v1::RankGrowthResponse> {
        rank_growth::answer(&*self.panels, request.into_inner()).await.map(Response::new)
    }

    async fn decompose_growth(
        &self,
        request: Request<v1::DecomposeGrowthRequest>,
    ) -> Answer<v1::DecomposeGrowthResponse> {
        decompose_growth::answer(&*self.panels, request.into_inner()).await.map(Response::new)
    }
}
