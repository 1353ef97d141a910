//! How values are ranked: the enums of requests, read and written.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::stats::{RankMethod, RankOrder};

/// Reads how ties are ranked, from the field `rank_method`.
pub(crate) fn read_method(sent: i32) -> Result<RankMethod, Refusal> {
    match v1::RankMethod::try_from(sent) {
        Ok(v1::RankMethod::Unspecified | v1::RankMethod::Competition) => Ok(RankMethod::Competition),
        Ok(v1::RankMethod::Dense) => Ok(RankMethod::Dense),
        Ok(v1::RankMethod::Ordinal) => Ok(RankMethod::Ordinal),
        Ok(v1::RankMethod::Average) => Ok(RankMethod::Average),
        Ok(v1::RankMethod::Worst) => Ok(RankMethod::Worst),
        Err(_) => Err(Refusal::invalid("rank_method", sent, "COMPETITION, DENSE, ORDINAL, AVERAGE, WORST, or nothing")),
    }
}

/// Reads which end is rank 1, from the field `rank_order`.
pub(crate) fn read_order(sent: i32) -> Result<RankOrder, Refusal> {
    match v1::RankOrder::try_from(sent) {
        Ok(v1::RankOrder::Unspecified | v1::RankOrder::HighestFirst) => Ok(RankOrder::HighestFirst),
        Ok(v1::RankOrder::LowestFirst) => Ok(RankOrder::LowestFirst),
        Err(_) => Err(Refusal::invalid("rank_order", sent, "HIGHEST_FIRST, LOWEST_FIRST, or nothing")),
    }
}

pub(crate) fn write_method(method: RankMethod) -> v1::RankMethod {
    match method {
        RankMethod::Competition => v1::RankMethod::Competition,
        RankMethod::Dense => v1::RankMethod::Dense,
        RankMethod::Ordinal => v1::RankMethod::Ordinal,
        RankMethod::Average => v1::RankMethod::Average,
        RankMethod::Worst => v1::RankMethod::Worst,
    }
}

pub(crate) fn write_order(order: RankOrder) -> v1::RankOrder {
    match order {
        RankOrder::HighestFirst => v1::RankOrder::HighestFirst,
        RankOrder::LowestFirst => v1::RankOrder::LowestFirst,
    }
}
