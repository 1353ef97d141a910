//! The enums of a request, read and written.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::GrowthMeasure;
use growthpole_methods::stats::{RankMethod, RankOrder};

use super::super::ranks;
use super::shares::Whole;

/// How growth is ranked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// Nothing where the caller leaves it to the periods.
    pub(crate) measure: Option<GrowthMeasure>,
    pub(crate) method: RankMethod,
    pub(crate) order: RankOrder,
    /// The whole that shares are of, where growth is of shares.
    pub(crate) share_of: Option<Whole>,
}

impl Options {
    pub(crate) fn read(request: &v1::RankGrowthRequest) -> Result<Self, Refusal> {
        Ok(Self {
            measure: measure(request.measure)?,
            method: ranks::read_method(request.rank_method)?,
            order: ranks::read_order(request.rank_order)?,
            share_of: share_of(request)?,
        })
    }
}

fn share_of(request: &v1::RankGrowthRequest) -> Result<Option<Whole>, Refusal> {
    match v1::ShareOf::try_from(request.share_of) {
        Ok(v1::ShareOf::Unspecified) => Ok(None),
        Ok(v1::ShareOf::Benchmark) => Ok(Some(Whole::Benchmark)),
        Ok(v1::ShareOf::Selected) if !request.denominator_indicator.is_empty() => {
            let allowed = "BENCHMARK, or nothing: ratios of regions do not add up";
            Err(Refusal::invalid("share_of", "SELECTED with a denominator", allowed))
        }
        Ok(v1::ShareOf::Selected) => Ok(Some(Whole::Selected)),
        Err(_) => Err(Refusal::invalid("share_of", request.share_of, "BENCHMARK, SELECTED, or nothing")),
    }
}

fn measure(sent: i32) -> Result<Option<GrowthMeasure>, Refusal> {
    match v1::GrowthMeasure::try_from(sent) {
        Ok(v1::GrowthMeasure::Unspecified) => Ok(None),
        Ok(v1::GrowthMeasure::YearOnYear) => Ok(Some(GrowthMeasure::YearOnYear)),
        Ok(v1::GrowthMeasure::CompoundAnnual) => Ok(Some(GrowthMeasure::CompoundAnnual)),
        Ok(v1::GrowthMeasure::Mean) => Ok(Some(GrowthMeasure::MeanOfRates)),
        Ok(v1::GrowthMeasure::LogDifference) => Ok(Some(GrowthMeasure::MeanLogDifference)),
        Ok(v1::GrowthMeasure::SimpleAnnual) => Ok(Some(GrowthMeasure::SimpleAnnual)),
        Ok(v1::GrowthMeasure::Change) => Ok(Some(GrowthMeasure::Change)),
        Err(_) => {
            let allowed = "YEAR_ON_YEAR, COMPOUND_ANNUAL, MEAN, LOG_DIFFERENCE, SIMPLE_ANNUAL, CHANGE, or nothing";
            Err(Refusal::invalid("measure", sent, allowed))
        }
    }
}

pub(crate) fn write_measure(measure: GrowthMeasure) -> v1::GrowthMeasure {
    match measure {
        GrowthMeasure::YearOnYear => v1::GrowthMeasure::YearOnYear,
        GrowthMeasure::CompoundAnnual => v1::GrowthMeasure::CompoundAnnual,
        GrowthMeasure::MeanOfRates => v1::GrowthMeasure::Mean,
        GrowthMeasure::MeanLogDifference => v1::GrowthMeasure::LogDifference,
        GrowthMeasure::SimpleAnnual => v1::GrowthMeasure::SimpleAnnual,
        GrowthMeasure::Change => v1::GrowthMeasure::Change,
    }
}

pub(crate) fn write_share_of(share_of: Option<Whole>) -> v1::ShareOf {
    match share_of {
        None => v1::ShareOf::Unspecified,
        Some(Whole::Benchmark) => v1::ShareOf::Benchmark,
        Some(Whole::Selected) => v1::ShareOf::Selected,
    }
}
