//! Values of the datastore as messages: data sets, vintages, groups, events, observations, changes, availability.

use growthpole_contracts::v1;
use growthpole_datastore::{Availability, ChangeKind, DatasetHandle, ObservationChange};
use growthpole_domain::{
    Coverage, Event, EventKind, Group, GroupKind, GroupMember, GroupRole, Observation, ObservationStatus, Retraction,
    VintageInfo,
};
use growthpole_worker_kit::convert::message::{count, names, precision};

/// A data set.
pub(crate) fn dataset(handle: &DatasetHandle) -> v1::Dataset {
    let info = &handle.catalogue.dataset;
    v1::Dataset {
        id: info.id.clone(),
        titles: names(&info.titles),
        description: info.description.clone(),
        publisher: info.publisher.clone(),
        licence: info.licence.clone(),
        main_level: info.main_level.clone(),
        benchmark_region: info.benchmark_region.clone().unwrap_or_default(),
        boundary_version: info.boundary_version.clone(),
        vintage_count: count(handle.vintages.len()),
        latest_vintage: handle.latest().map(|vintage| count(vintage.number)).unwrap_or_default(),
    }
}

/// A vintage.
pub(crate) fn vintage(dataset: &str, vintage: &VintageInfo) -> v1::Vintage {
    v1::Vintage {
        dataset: dataset.to_owned(),
        number: count(vintage.number),
        published: vintage.published.to_string(),
        published_precision: precision(vintage.precision).into(),
        label: vintage.label.clone(),
        note: vintage.note.clone(),
        digest: vintage.digest.clone(),
        observation_count: long(vintage.observation_count()),
        coverage: vintage.coverage.iter().map(coverage).collect(),
        retracted: vintage.retracted.as_ref().map(retraction),
    }
}

fn retraction(retraction: &Retraction) -> v1::Retraction {
    v1::Retraction { retracted_at: retraction.at.to_string(), reason: retraction.reason.clone() }
}

fn coverage(coverage: &Coverage) -> v1::IndicatorCoverage {
    v1::IndicatorCoverage {
        indicator: coverage.indicator.clone(),
        first_period: coverage.first.to_string(),
        last_period: coverage.last.to_string(),
        observation_count: long(coverage.observations),
        table_digest: coverage.table_digest.clone(),
    }
}

/// A count as a 64-bit field carries it.
pub(crate) fn long(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A group of regions.
pub(crate) fn group(group: &Group) -> v1::RegionGroup {
    v1::RegionGroup {
        id: group.id.clone(),
        kind: group_kind(group.kind).into(),
        names: names(&group.names),
        date: group.date.map(|date| date.to_string()).unwrap_or_default(),
        date_precision: group.precision.map(|known| precision(known).into()).unwrap_or_default(),
        document: group.document.clone(),
        members: group.members.iter().map(member).collect(),
        note: group.note.clone(),
        source: group.source.clone(),
    }
}

/// The kind of a group.
pub(crate) fn group_kind(kind: GroupKind) -> v1::RegionGroupKind {
    match kind {
        GroupKind::CityCluster => v1::RegionGroupKind::CityCluster,
        GroupKind::EconomicRegion => v1::RegionGroupKind::EconomicRegion,
    }
}

fn member(member: &GroupMember) -> v1::GroupMember {
    let role = match member.role {
        GroupRole::Centre => v1::GroupRole::Centre,
        GroupRole::Member => v1::GroupRole::Member,
    };
    v1::GroupMember { region: member.region.clone(), role: role.into() }
}

/// A policy event.
pub(crate) fn event(event: &Event) -> v1::Event {
    v1::Event {
        id: event.id.clone(),
        kind: event_kind(event.kind).into(),
        number: event.number.map(count).unwrap_or_default(),
        names: names(&event.names),
        date: event.date.to_string(),
        date_precision: precision(event.precision).into(),
        document: event.document.clone(),
        regions: event.regions.clone(),
        note: event.note.clone(),
        source: event.source.clone(),
    }
}

/// The kind of an event.
pub(crate) fn event_kind(kind: EventKind) -> v1::EventKind {
    match kind {
        EventKind::NewArea => v1::EventKind::NewArea,
        EventKind::CityClusterApproval => v1::EventKind::CityClusterApproval,
    }
}

/// An observation.
pub(crate) fn observation(observation: &Observation) -> v1::Observation {
    v1::Observation {
        indicator: observation.indicator.clone(),
        region: observation.region.clone(),
        industry: observation.industry.clone(),
        period: observation.period.to_string(),
        value: observation.value,
        status: observation.status.to_string(),
        note: observation.note.clone(),
        source: observation.source.clone(),
        flag: observation.flag.clone(),
    }
}

/// An observation that differs between two vintages.
pub(crate) fn change(change: &ObservationChange) -> v1::ObservationChange {
    let kind = match change.kind {
        ChangeKind::Added => v1::ChangeKind::Added,
        ChangeKind::Removed => v1::ChangeKind::Removed,
        ChangeKind::Revised => v1::ChangeKind::Revised,
    };
    let status = |status: Option<ObservationStatus>| status.map(|status| status.to_string()).unwrap_or_default();
    v1::ObservationChange {
        indicator: change.indicator.clone(),
        region: change.region.clone(),
        industry: change.industry.clone(),
        period: change.period.to_string(),
        kind: kind.into(),
        old_value: change.old_value,
        new_value: change.new_value,
        old_status: status(change.old_status),
        new_status: status(change.new_status),
    }
}

/// What exists of an indicator.
pub(crate) fn availability(availability: Availability, provenance: v1::Provenance) -> v1::GetAvailabilityResponse {
    let cell = |(region, industry)| v1::MissingCell { region, industry };
    let periods = availability.periods.into_iter().map(|period| v1::PeriodAvailability {
        period: period.period.to_string(),
        region_count: count(period.regions),
        industry_count: count(period.industries),
        observation_count: count(period.observations),
        missing: period.missing.into_iter().map(cell).collect(),
    });
    v1::GetAvailabilityResponse {
        vintage: count(availability.vintage),
        periods: periods.collect(),
        vintages: availability.vintages_with_indicator.into_iter().map(count).collect(),
        provenance: Some(provenance),
    }
}
