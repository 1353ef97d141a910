//! The methods of growth analysis that AnalyzeGrowth answers: one line a method.

use growthpole_contracts::v1::analyze_growth_request::Analysis;
use growthpole_contracts::v1::analyze_growth_response::Part;
use growthpole_contracts::v1::{
    DecomposeGrowthRequest, DecomposeGrowthResponse, DetectTurningPointsRequest, DetectTurningPointsResponse,
    MeasureInequalityRequest, MeasureInequalityResponse, ProjectGrowthRequest, ProjectGrowthResponse,
    RankGrowthRequest, RankGrowthResponse, TestConvergenceRequest, TestConvergenceResponse, TrackRanksRequest,
    TrackRanksResponse,
};
use prost::Message;

use super::ask::method;

/// A request that may also be answered by AnalyzeGrowth.
pub(super) trait GrowthAnalysis: Message {
    /// The method's answer.
    type Answer: Message + Default;
    /// Full name of the method itself.
    const METHOD: &str;

    /// The request as AnalyzeGrowth takes it.
    fn into_analysis(self) -> Analysis;

    /// The answer as AnalyzeGrowth gives it.
    fn answer(part: Part) -> Option<Self::Answer>;
}

macro_rules! growth_analysis {
    ($method:literal, $name:ident, $request:ty, $answer:ty) => {
        impl GrowthAnalysis for $request {
            type Answer = $answer;
            const METHOD: &str = method!($method);

            fn into_analysis(self) -> Analysis {
                Analysis::$name(self)
            }

            fn answer(part: Part) -> Option<$answer> {
                if let Part::$name(answer) = part { Some(answer) } else { None }
            }
        }
    };
}

growth_analysis!(
    "GrowthRankingService/DecomposeGrowth",
    DecomposeGrowth,
    DecomposeGrowthRequest,
    DecomposeGrowthResponse
);
growth_analysis!(
    "GrowthRankingService/MeasureInequality",
    MeasureInequality,
    MeasureInequalityRequest,
    MeasureInequalityResponse
);
growth_analysis!(
    "GrowthRankingService/DetectTurningPoints",
    DetectTurningPoints,
    DetectTurningPointsRequest,
    DetectTurningPointsResponse
);
growth_analysis!("GrowthRankingService/ProjectGrowth", ProjectGrowth, ProjectGrowthRequest, ProjectGrowthResponse);
growth_analysis!("GrowthRankingService/RankGrowth", RankGrowth, RankGrowthRequest, RankGrowthResponse);
growth_analysis!(
    "GrowthRankingService/TestConvergence",
    TestConvergence,
    TestConvergenceRequest,
    TestConvergenceResponse
);
growth_analysis!("GrowthRankingService/TrackRanks", TrackRanks, TrackRanksRequest, TrackRanksResponse);
