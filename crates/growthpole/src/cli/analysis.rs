//! The methods that can tell how far they are: one line a method.

use bytes::Bytes;
use growthpole_contracts::v1;
use prost::{DecodeError, Message};

use super::ask::method;

/// A request that may also be answered by a stream of its service: some progress, then the answer.
pub(super) trait Analysis: Message {
    /// The method's answer.
    type Answer: Message + Default;
    /// Full name of the method itself.
    const METHOD: &str;
    /// Full name of the method that streams.
    const STREAM: &str;

    /// The request as the streaming method takes it.
    fn streamed(self) -> Bytes;

    /// What a part of the stream holds.
    ///
    /// # Errors
    ///
    /// Bytes that are no part.
    fn part(bytes: Bytes) -> Result<Part<Self::Answer>, DecodeError>;
}

/// What a part of a stream holds.
pub(super) enum Part<A> {
    Progress(v1::Progress),
    Answer(A),
    /// The answer of another method, or something that this program does not know yet.
    Other,
}

macro_rules! analyses {
    ($service:literal, $stream:literal, $sent:ident, $choice:path, $received:ident, $part:path: $(
        $method:literal $name:ident $request:ident $answer:ident;
    )+) => {$(
        impl Analysis for v1::$request {
            type Answer = v1::$answer;
            const METHOD: &str = method!($service, $method);
            const STREAM: &str = method!($service, $stream);

            fn streamed(self) -> Bytes {
                use $choice as Choice;
                v1::$sent { analysis: Some(Choice::$name(self)) }.encode_to_vec().into()
            }

            fn part(bytes: Bytes) -> Result<Part<Self::Answer>, DecodeError> {
                use $part as Received;
                Ok(match v1::$received::decode(bytes)?.part {
                    Some(Received::Progress(progress)) => Part::Progress(progress),
                    Some(Received::$name(answer)) => Part::Answer(answer),
                    _ => Part::Other,
                })
            }
        }
    )+};
}

analyses! {
    "GrowthRankingService", "AnalyzeGrowth", AnalyzeGrowthRequest, v1::analyze_growth_request::Analysis,
    AnalyzeGrowthResponse, v1::analyze_growth_response::Part:
    "DecomposeGrowth" DecomposeGrowth DecomposeGrowthRequest DecomposeGrowthResponse;
    "DetectTurningPoints" DetectTurningPoints DetectTurningPointsRequest DetectTurningPointsResponse;
    "MeasureInequality" MeasureInequality MeasureInequalityRequest MeasureInequalityResponse;
    "ProjectGrowth" ProjectGrowth ProjectGrowthRequest ProjectGrowthResponse;
    "RankGrowth" RankGrowth RankGrowthRequest RankGrowthResponse;
    "TestConvergence" TestConvergence TestConvergenceRequest TestConvergenceResponse;
    "TrackRanks" TrackRanks TrackRanksRequest TrackRanksResponse;
}

analyses! {
    "IndustryDivisionService", "AnalyzeDivision", AnalyzeDivisionRequest, v1::analyze_division_request::Analysis,
    AnalyzeDivisionResponse, v1::analyze_division_response::Part:
    "AssessTransition" AssessTransition AssessTransitionRequest AssessTransitionResponse;
    "CompareStructures" CompareStructures CompareStructuresRequest CompareStructuresResponse;
    "FindGrowthEngines" FindGrowthEngines FindGrowthEnginesRequest FindGrowthEnginesResponse;
    "MapRelatedness" MapRelatedness MapRelatednessRequest MapRelatednessResponse;
    "MeasureComplexity" MeasureComplexity MeasureComplexityRequest MeasureComplexityResponse;
    "MeasureConcentration" MeasureConcentration MeasureConcentrationRequest MeasureConcentrationResponse;
    "MeasureEconomicBase" MeasureEconomicBase MeasureEconomicBaseRequest MeasureEconomicBaseResponse;
    "MeasureSpecialization" MeasureSpecialization MeasureSpecializationRequest MeasureSpecializationResponse;
    "ProposeDivision" ProposeDivision ProposeDivisionRequest ProposeDivisionResponse;
}
