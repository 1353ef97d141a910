//! The request of AggregateObservations: message to query.

use growthpole_contracts::{Refusal, v1};
use growthpole_datastore::{
    AggregateQuery, AggregationMethod, CorrespondenceSource, IndustryTargets, RegionTargets, RollUp,
};
use growthpole_domain::rollup::{CellPolicy, CorrespondenceRow, Split};
use growthpole_worker_kit::convert::selection::{self, required};

/// Reads the request.
pub(super) fn parse(request: v1::AggregateObservationsRequest) -> Result<AggregateQuery, Refusal> {
    required("dataset", &request.dataset, "the id of a data set, as ListDatasets gives it")?;
    required("indicator", &request.indicator, "the code of an indicator, as ListIndicators gives it")?;
    Ok(AggregateQuery {
        dataset: request.dataset,
        vintage: selection::vintage(request.vintage, "vintage")?,
        indicator: request.indicator,
        regions: selection::regions(request.regions),
        industries: selection::industries(request.industries, "industries")?,
        periods: selection::periods(request.periods, "periods")?,
        regions_to: request.regions_to.map(regions_to).transpose()?,
        industries_to: request.industries_to.map(industries_to).transpose()?,
        method: method(request.method)?,
        weight: Some(request.weight_indicator).filter(|weight| !weight.is_empty()),
        suppressed: policy(request.suppressed, "suppressed")?,
        missing: policy(request.missing, "missing")?,
    })
}

fn regions_to(message: v1::RegionRollUp) -> Result<RollUp<RegionTargets>, Refusal> {
    use v1::region_roll_up::To;
    let to = match message.to {
        None => {
            return Err(Refusal::invalid(
                "regions_to",
                "nothing",
                "level, children_of, codes, groups, together_as or correspondence",
            ));
        }
        Some(To::Level(level)) => RegionTargets::Level(level),
        Some(To::ChildrenOf(region)) => RegionTargets::ChildrenOf(region),
        Some(To::Codes(codes)) => RegionTargets::Codes(codes.codes),
        Some(To::Groups(groups)) => RegionTargets::Groups(groups.ids),
        Some(To::TogetherAs(code)) => RegionTargets::Together(code),
        Some(To::Correspondence(correspondence)) => {
            let (table, split) = converted(correspondence, "regions_to.correspondence")?;
            RegionTargets::Converted { table, split }
        }
    };
    Ok(RollUp { to, from_level: level(message.from_level) })
}

fn industries_to(message: v1::IndustryRollUp) -> Result<RollUp<IndustryTargets>, Refusal> {
    use v1::industry_roll_up::To;
    let to = match message.to {
        None => {
            return Err(Refusal::invalid(
                "industries_to",
                "nothing",
                "level, children_of, codes, together_as or correspondence",
            ));
        }
        Some(To::Level(level)) => IndustryTargets::Level(level),
        Some(To::ChildrenOf(industry)) => IndustryTargets::ChildrenOf(industry),
        Some(To::Codes(codes)) => IndustryTargets::Codes(codes.codes),
        Some(To::TogetherAs(code)) => IndustryTargets::Together(code),
        Some(To::Correspondence(correspondence)) => {
            let (table, split) = converted(correspondence, "industries_to.correspondence")?;
            IndustryTargets::Converted { table, split }
        }
    };
    Ok(RollUp { to, from_level: level(message.from_level) })
}

/// The table of a correspondence, which stands in a field, and what to do where it has no shares.
fn converted(message: v1::Correspondence, at: &str) -> Result<(CorrespondenceSource, Split), Refusal> {
    use v1::correspondence::Table;
    let split = match v1::SplitPolicy::try_from(message.split) {
        Ok(v1::SplitPolicy::Unspecified | v1::SplitPolicy::Refuse) => Split::Refuse,
        Ok(v1::SplitPolicy::Join) => Split::Join,
        Err(_) => {
            return Err(Refusal::invalid(&format!("{at}.split"), message.split, "REFUSE or JOIN"));
        }
    };
    let table = match message.table {
        None => return Err(Refusal::invalid(at, "nothing", "rows or dataset")),
        Some(Table::Rows(rows)) => {
            let field = format!("{at}.classification");
            required(&field, &message.classification, "the name of the new classification or scheme")?;
            let rows = rows.rows.into_iter();
            let rows = rows.map(|row| CorrespondenceRow { from: row.from, to: row.to, share: row.share }).collect();
            CorrespondenceSource::Rows { classification: message.classification, rows }
        }
        Some(Table::Dataset(stored)) => stored_table(stored, message.classification, at)?,
    };
    Ok((table, split))
}

fn stored_table(
    message: v1::CorrespondenceDataset,
    classification: String,
    at: &str,
) -> Result<CorrespondenceSource, Refusal> {
    let field = |name: &str| format!("{at}.dataset.{name}");
    required(&field("dataset"), &message.dataset, "the id of a data set, as ListDatasets gives it")?;
    required(&field("indicator"), &message.indicator, "the indicator whose values are the shares")?;
    let period = Some(message.period).filter(|period| !period.is_empty());
    Ok(CorrespondenceSource::Dataset {
        classification: Some(classification).filter(|name| !name.is_empty()),
        dataset: message.dataset,
        indicator: message.indicator,
        vintage: selection::vintage(message.vintage, &field("vintage"))?,
        period: period.map(|text| selection::period(&text, &field("period"))).transpose()?,
    })
}

fn level(text: String) -> Option<String> {
    Some(text).filter(|level| !level.is_empty())
}

fn method(number: i32) -> Result<Option<AggregationMethod>, Refusal> {
    match v1::AggregationMethod::try_from(number) {
        Ok(v1::AggregationMethod::Unspecified) => Ok(None),
        Ok(v1::AggregationMethod::Sum) => Ok(Some(AggregationMethod::Sum)),
        Ok(v1::AggregationMethod::Mean) => Ok(Some(AggregationMethod::Mean)),
        Ok(v1::AggregationMethod::PlainMean) => Ok(Some(AggregationMethod::PlainMean)),
        Err(_) => Err(Refusal::invalid("method", number, "SUM, MEAN or PLAIN_MEAN")),
    }
}

fn policy(number: i32, field: &str) -> Result<CellPolicy, Refusal> {
    match v1::CellPolicy::try_from(number) {
        Ok(v1::CellPolicy::Unspecified | v1::CellPolicy::Refuse) => Ok(CellPolicy::Refuse),
        Ok(v1::CellPolicy::Bounds) => Ok(CellPolicy::Bounds),
        Ok(v1::CellPolicy::Published) => Ok(CellPolicy::Published),
        Ok(v1::CellPolicy::KnownOnly) => Ok(CellPolicy::KnownOnly),
        Err(_) => Err(Refusal::invalid(field, number, "REFUSE, BOUNDS, PUBLISHED or KNOWN_ONLY")),
    }
}
