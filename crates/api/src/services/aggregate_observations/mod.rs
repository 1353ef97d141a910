//! AggregateObservations: observations rolled up over regions and industries, as a stream.

mod request;

use growthpole_contracts::v1;
use growthpole_datastore::{AggregateSet, ConversionReport, CorrespondenceTable, Datastore, UsedMethod};
use growthpole_domain::VintageInfo;
use growthpole_domain::rollup::Aggregate;
use growthpole_worker_kit::Method;
use growthpole_worker_kit::convert::message;
use tonic::Status;

use super::{Answer, Messages, messages, refused};
use crate::chunks::{ROWS_PER_MESSAGE, take};
use crate::convert::long;

const AGGREGATE: Method = Method { name: "growthpole.v1.ObservationService/AggregateObservations", revision: 1 };

/// Answers a request.
pub(super) async fn aggregate(
    store: &Datastore,
    request: v1::AggregateObservationsRequest,
) -> Answer<Messages<v1::AggregateObservationsResponse>> {
    let query = request::parse(request)?;
    let mut set = store.aggregate(&query).await.map_err(|error| Status::from(refused(error)))?;
    let indicator = query.indicator;
    let first = v1::AggregateObservationsResponse {
        observations: Vec::new(),
        provenance: Some(provenance(&set, &indicator)),
        warnings: message::warnings(&set.warnings),
        roll_up: Some(roll_up(&set)),
    };
    let mut parts = std::mem::take(&mut set.results).into_iter();
    let (mut part, mut offset) = (Vec::new(), 0);
    let mut next = move || {
        while offset == part.len() {
            // Those that were sent are gone.
            (part, offset) = (parts.next()?, 0);
        }
        let observations = take(&part, offset, ROWS_PER_MESSAGE, |result| observation(&set, &indicator, result));
        offset += observations.len();
        Some(observations)
    };
    let first = v1::AggregateObservationsResponse { observations: next().unwrap_or_default(), ..first };
    let rest = std::iter::from_fn(next);
    let rest = rest.map(|observations| v1::AggregateObservationsResponse { observations, ..Default::default() });
    messages(std::iter::once(first).chain(rest))
}

fn observation(set: &AggregateSet, indicator: &str, result: &Aggregate) -> v1::AggregatedObservation {
    let counts = &result.counts;
    let published = result.published.and_then(|figure| figure.value);
    v1::AggregatedObservation {
        indicator: indicator.to_owned(),
        region: set.region(result).to_owned(),
        industry: set.industry(result).to_owned(),
        period: result.period.to_string(),
        value: result.value,
        status: result.status.to_string(),
        cell_count: long(counts.cells),
        known_count: long(counts.known),
        suppressed_count: long(counts.suppressed),
        missing_count: long(counts.missing),
        absent_count: long(counts.absent),
        unweighted_count: long(counts.without_weight),
        lower_bound: result.lower,
        upper_bound: result.upper,
        published,
        published_status: result.published.map(|figure| figure.status.to_string()).unwrap_or_default(),
        difference: result.value.zip(published).map(|(value, published)| value - published),
        is_remainder: set.industries.remainder() == Some(result.industry)
            || set.regions.remainder() == Some(result.region),
    }
}

/// Where the results come from; classification and boundaries are those of the results.
fn provenance(set: &AggregateSet, indicator: &str) -> v1::Provenance {
    let own = set.catalogue.indicators.get(indicator).map(|known| known.classification.clone());
    let converted = set.conversion.as_ref().map(|report| report.table.classification.clone());
    let mut further_inputs = Vec::new();
    if let Some((weight, digest)) = set.method.weight().zip(set.weight_digest.clone()) {
        further_inputs.push(input("weight", weight, &set.vintage, digest));
    }
    let conversions = [("correspondence", &set.conversion), ("region_correspondence", &set.region_conversion)];
    for (role, report) in conversions {
        further_inputs.extend(report.as_ref().map(|report| table(role, &report.table)));
    }
    let own_boundaries = &set.catalogue.dataset.boundary_version;
    let boundaries = set.region_conversion.as_ref().map_or(own_boundaries, |report| &report.table.classification);
    v1::Provenance {
        panel_digest: set.digest.clone(),
        classification: converted.or(own).unwrap_or_default(),
        boundary_version: boundaries.clone(),
        further_inputs,
        ..super::provenance(&set.catalogue, &set.vintage, &AGGREGATE)
    }
}

/// A correspondence table as an input.
fn table(role: &str, table: &CorrespondenceTable) -> v1::ProvenanceInput {
    match &table.stored {
        None => v1::ProvenanceInput { role: role.to_owned(), panel_digest: table.digest.clone(), ..Default::default() },
        Some(stored) => v1::ProvenanceInput {
            dataset: stored.dataset.clone(),
            ..input(role, &stored.indicator, &stored.vintage, table.digest.clone())
        },
    }
}

fn input(role: &str, indicator: &str, vintage: &VintageInfo, digest: String) -> v1::ProvenanceInput {
    v1::ProvenanceInput {
        role: role.to_owned(),
        indicator: indicator.to_owned(),
        vintage: message::count(vintage.number),
        published: vintage.published.to_string(),
        panel_digest: digest,
        dataset: String::new(),
    }
}

fn roll_up(set: &AggregateSet) -> v1::RollUp {
    let method = match set.method {
        UsedMethod::Sum => v1::AggregationMethod::Sum,
        UsedMethod::Mean(_) => v1::AggregationMethod::Mean,
        UsedMethod::PlainMean => v1::AggregationMethod::PlainMean,
    };
    v1::RollUp {
        method: method.into(),
        weight_indicator: set.method.weight().unwrap_or_default().to_owned(),
        region_levels: set.region_levels.clone(),
        industry_levels: set.industry_levels.clone(),
        converted: set.conversion.as_ref().map(converted).unwrap_or_default(),
        converted_regions: set.region_conversion.as_ref().map(converted).unwrap_or_default(),
    }
}

fn converted(report: &ConversionReport) -> Vec<v1::ConvertedIndustry> {
    let found = &report.conversion;
    let share = |(at, share): &(usize, f64)| {
        let code = found.targets.get(*at).cloned().unwrap_or_default();
        let candidates = found.joined.get(&code).cloned().unwrap_or_default();
        v1::ConvertedShare { code, share: *share, candidates }
    };
    let industry = |(from, parts): (&str, &[(usize, f64)])| {
        let to: Vec<v1::ConvertedShare> = parts.iter().map(share).collect();
        let conversion = match to.as_slice() {
            [] => v1::Conversion::NotCovered,
            [only] if only.candidates.is_empty() => v1::Conversion::Whole,
            [_] => v1::Conversion::Joined,
            _ => v1::Conversion::Divided,
        };
        v1::ConvertedIndustry { from: from.to_owned(), conversion: conversion.into(), to }
    };
    report.codes().into_iter().map(industry).collect()
}
