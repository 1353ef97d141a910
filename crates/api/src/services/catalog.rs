//! CatalogService: what the codes of a data set mean, and what is available.

use std::collections::BTreeSet;

use growthpole_contracts::Refusal;
use growthpole_contracts::v1::{self, catalog_service_server::CatalogService};
use growthpole_datastore::{DatasetHandle, Datastore};
use growthpole_domain::VintageChoice;
use growthpole_worker_kit::convert::message::{self, region_label};
use growthpole_worker_kit::convert::selection::{self, required};
use growthpole_worker_kit::{Method, compute};
use tonic::{Request, Response};

use super::{Answer, dataset, filter, latest, provenance, refused};
use crate::convert;
use crate::regions::{check_level, choose};
use crate::resolve::Spellings;

/// The most texts that are resolved at once, and the most characters of each.
const MOST_TEXTS: usize = 1000;
const MOST_CHARACTERS: usize = 200;

const LIST_REGIONS: Method = Method { name: "growthpole.v1.CatalogService/ListRegions", revision: 1 };
const GET_REGION: Method = Method { name: "growthpole.v1.CatalogService/GetRegion", revision: 1 };
const LIST_REGION_GROUPS: Method = Method { name: "growthpole.v1.CatalogService/ListRegionGroups", revision: 1 };
const LIST_INDUSTRIES: Method = Method { name: "growthpole.v1.CatalogService/ListIndustries", revision: 1 };
const LIST_INDICATORS: Method = Method { name: "growthpole.v1.CatalogService/ListIndicators", revision: 1 };
const LIST_EVENTS: Method = Method { name: "growthpole.v1.CatalogService/ListEvents", revision: 1 };
const RESOLVE_REGIONS: Method = Method { name: "growthpole.v1.CatalogService/ResolveRegions", revision: 1 };
const GET_AVAILABILITY: Method = Method { name: "growthpole.v1.CatalogService/GetAvailability", revision: 1 };

/// The service.
pub(crate) struct Catalogues {
    store: Datastore,
}

impl Catalogues {
    pub(crate) fn new(store: Datastore) -> Self {
        Self { store }
    }
}

#[tonic::async_trait]
impl CatalogService for Catalogues {
    async fn list_regions(&self, request: Request<v1::ListRegionsRequest>) -> Answer<v1::ListRegionsResponse> {
        let request = request.into_inner();
        let handle = dataset(&self.store, &request.dataset)?;
        let chosen = choose(&handle.catalogue, &selection::regions(request.regions)).map_err(refused)?;
        Ok(Response::new(v1::ListRegionsResponse {
            regions: chosen.into_iter().map(|region| message::region_of(&handle.catalogue, region)).collect(),
            provenance: latest(&handle, &LIST_REGIONS),
        }))
    }

    async fn get_region(&self, request: Request<v1::GetRegionRequest>) -> Answer<v1::GetRegionResponse> {
        let request = request.get_ref();
        let handle = dataset(&self.store, &request.dataset)?;
        required("region", &request.region, "the code of a region, as ListRegions gives it")?;
        describe(&handle, &request.region).map(Response::new).map_err(Into::into)
    }

    async fn list_region_groups(
        &self,
        request: Request<v1::ListRegionGroupsRequest>,
    ) -> Answer<v1::ListRegionGroupsResponse> {
        let request = request.get_ref();
        let handle = dataset(&self.store, &request.dataset)?;
        let kind = filter("kind", request.kind, "CITY_CLUSTER, ECONOMIC_REGION, or nothing")?;
        let groups = handle.catalogue.groups.values();
        let groups = groups.filter(|group| kind.is_none_or(|kind| convert::group_kind(group.kind) == kind));
        Ok(Response::new(v1::ListRegionGroupsResponse {
            groups: groups.map(convert::group).collect(),
            provenance: latest(&handle, &LIST_REGION_GROUPS),
        }))
    }

    async fn list_industries(&self, request: Request<v1::ListIndustriesRequest>) -> Answer<v1::ListIndustriesResponse> {
        let request = request.get_ref();
        let handle = dataset(&self.store, &request.dataset)?;
        let industries = || handle.catalogue.industries.values();
        let (classification, tag) = (&request.classification, &request.tag);
        known("classification", classification, industries().map(|industry| &industry.classification))?;
        known("tag", tag, industries().flat_map(|industry| &industry.tags))?;
        let industries = industries()
            .filter(|industry| classification.is_empty() || industry.classification == *classification)
            .filter(|industry| tag.is_empty() || industry.tags.contains(tag))
            .map(message::industry);
        let provenance = latest(&handle, &LIST_INDUSTRIES);
        Ok(Response::new(v1::ListIndustriesResponse { industries: industries.collect(), provenance }))
    }

    async fn list_indicators(&self, request: Request<v1::ListIndicatorsRequest>) -> Answer<v1::ListIndicatorsResponse> {
        let handle = dataset(&self.store, &request.get_ref().dataset)?;
        let indicators = handle.catalogue.indicators.values().map(message::indicator).collect();
        let provenance = latest(&handle, &LIST_INDICATORS);
        Ok(Response::new(v1::ListIndicatorsResponse { indicators, provenance }))
    }

    async fn list_events(&self, request: Request<v1::ListEventsRequest>) -> Answer<v1::ListEventsResponse> {
        let request = request.get_ref();
        let handle = dataset(&self.store, &request.dataset)?;
        let kind = filter("kind", request.kind, "NEW_AREA, CITY_CLUSTER_APPROVAL, or nothing")?;
        for (position, region) in request.regions.iter().enumerate() {
            handle.catalogue.region(&format!("regions[{position}]"), region).map_err(refused)?;
        }
        let regions: BTreeSet<&String> = request.regions.iter().collect();
        let events = handle.catalogue.events.iter();
        let events = events
            .filter(|event| kind.is_none_or(|kind| convert::event_kind(event.kind) == kind))
            .filter(|event| regions.is_empty() || event.regions.iter().any(|region| regions.contains(region)));
        Ok(Response::new(v1::ListEventsResponse {
            events: events.map(convert::event).collect(),
            provenance: latest(&handle, &LIST_EVENTS),
        }))
    }

    async fn resolve_regions(&self, request: Request<v1::ResolveRegionsRequest>) -> Answer<v1::ResolveRegionsResponse> {
        let v1::ResolveRegionsRequest { dataset: id, texts, level } = request.into_inner();
        let handle = dataset(&self.store, &id)?;
        check_texts(&texts)?;
        if !level.is_empty() {
            check_level(&handle.catalogue, "level", &level).map_err(refused)?;
        }
        let provenance = latest(&handle, &RESOLVE_REGIONS);
        let resolved = compute(move || {
            let spellings = Spellings::new(&handle.catalogue, &level);
            Ok(texts.into_iter().map(|text| spellings.resolve(text)).collect())
        });
        Ok(Response::new(v1::ResolveRegionsResponse { resolved: resolved.await?, provenance }))
    }

    async fn get_availability(
        &self,
        request: Request<v1::GetAvailabilityRequest>,
    ) -> Answer<v1::GetAvailabilityResponse> {
        let request = request.into_inner();
        dataset(&self.store, &request.dataset)?;
        required("indicator", &request.indicator, "the code of an indicator, as ListIndicators gives it")?;
        let choice = selection::vintage(request.vintage, "vintage")?;
        let found = self.store.availability(&request.dataset, &request.indicator, choice).await.map_err(refused)?;
        // Asked for anew: the vintage may have come with this call.
        let handle = dataset(&self.store, &request.dataset)?;
        let looked_at = handle.resolve_vintage(VintageChoice::Number(found.vintage), &[]).map_err(refused)?;
        let known = looked_at.catalogue.indicators.get(&request.indicator);
        let provenance = v1::Provenance {
            classification: known.map(|indicator| indicator.classification.clone()).unwrap_or_default(),
            ..provenance(looked_at.catalogue, looked_at.vintage, &GET_AVAILABILITY)
        };
        Ok(Response::new(convert::availability(found, provenance)))
    }
}

/// A region with its neighbours, children, groups and events.
fn describe(handle: &DatasetHandle, code: &str) -> Result<v1::GetRegionResponse, Refusal> {
    let catalogue = &handle.catalogue;
    let region = catalogue.region("region", code).map_err(refused)?;
    let across = |(a, b): &(String, String)| match (a == code, b == code) {
        (true, _) => Some(b.clone()),
        (_, true) => Some(a.clone()),
        _ => None,
    };
    let neighbours: BTreeSet<String> = catalogue.borders.iter().filter_map(across).collect();
    let neighbours = neighbours.iter().filter_map(|neighbour| catalogue.regions.get(neighbour));
    let children = catalogue.regions.values().filter(|child| child.parent == code);
    let groups = catalogue.groups.values().filter(|group| group.members.iter().any(|member| member.region == code));
    let events = catalogue.events.iter().filter(|event| event.regions.iter().any(|touched| touched == code));
    Ok(v1::GetRegionResponse {
        region: Some(message::region_of(catalogue, region)),
        neighbours: neighbours.map(region_label).collect(),
        children: children.map(region_label).collect(),
        groups: groups.map(|group| group.id.clone()).collect(),
        events: events.map(|event| event.id.clone()).collect(),
        provenance: latest(handle, &GET_REGION),
    })
}

/// Refuses a filter by something that occurs nowhere: an empty list would hide the slip.
fn known<'a>(field: &str, sent: &String, all: impl Iterator<Item = &'a String>) -> Result<(), Refusal> {
    let all: BTreeSet<&String> = all.collect();
    if sent.is_empty() || all.contains(sent) {
        return Ok(());
    }
    let names: Vec<String> = all.into_iter().map(|name| format!("\"{name}\"")).collect();
    Err(Refusal::invalid(field, format!("\"{sent}\""), &format!("{}, or nothing", names.join(", "))))
}

fn check_texts(texts: &[String]) -> Result<(), Refusal> {
    if texts.is_empty() || texts.len() > MOST_TEXTS {
        return Err(Refusal::invalid("texts", format!("{} texts", texts.len()), &format!("1 to {MOST_TEXTS} texts")));
    }
    let too_long = |text: &String| text.chars().count() > MOST_CHARACTERS;
    match texts.iter().position(too_long) {
        None => Ok(()),
        Some(position) => Err(Refusal::invalid(
            &format!("texts[{position}]"),
            "a longer text",
            &format!("at most {MOST_CHARACTERS} characters"),
        )),
    }
}
