//! CatalogService.

use growthpole_contracts::v1;
use v1::region_selection::By;

use crate::support::{Running, assert_provenance, demo};

async fn regions(running: &Running, by: Option<By>) -> Vec<String> {
    let regions = by.map(|by| v1::RegionSelection { by: Some(by) });
    let request = v1::ListRegionsRequest { dataset: "demo".into(), regions };
    let answer = running.catalogue().list_regions(request).await.unwrap().into_inner();
    answer.regions.into_iter().map(|region| region.code).collect()
}

#[tokio::test]
async fn regions_are_chosen_in_every_way_and_sorted() {
    let running = demo(1).await;
    assert_eq!(regions(&running, None).await, ["C11", "C12", "N", "P1", "P2", "P3"]);
    let codes = v1::RegionCodes { codes: vec!["P3".into(), "C11".into()] };
    assert_eq!(regions(&running, Some(By::Codes(codes))).await, ["C11", "P3"]);
    assert_eq!(regions(&running, Some(By::ChildrenOf("P1".into()))).await, ["C11", "C12"]);
    assert_eq!(regions(&running, Some(By::ChildrenOf("P2".into()))).await, [""; 0]);
    assert_eq!(regions(&running, Some(By::Level("PROVINCE".into()))).await, ["P1", "P2", "P3"]);
    assert_eq!(regions(&running, Some(By::Group("mixed".into()))).await, ["C11", "P3"]);
}

#[tokio::test]
async fn a_region_comes_with_what_surrounds_it() {
    let running = demo(1).await;
    let get = async |region: &str| {
        let request = v1::GetRegionRequest { dataset: "demo".into(), region: region.into() };
        running.catalogue().get_region(request).await.unwrap().into_inner()
    };
    let codes = |labels: &[v1::RegionLabel]| labels.iter().map(|label| label.code.clone()).collect::<Vec<_>>();
    let first = get("P1").await;
    assert_eq!(first.region.as_ref().unwrap().latitude, Some(45.5));
    assert_eq!(first.region.as_ref().unwrap().other_codes[0].code, "XX-1");
    // Of the data set's boundaries, where the region states no scheme of its own.
    assert_eq!(first.region.as_ref().unwrap().scheme, "demo-2015");
    assert_eq!(
        (codes(&first.neighbours), codes(&first.children)),
        (vec!["P2".into()], vec!["C11".into(), "C12".into()])
    );
    assert_eq!(first.events, ["two"]);
    assert_eq!(codes(&get("P2").await.neighbours), ["P1", "P3"]);
    assert_eq!(get("C11").await.groups, ["mixed"]);
}

#[tokio::test]
async fn lists_are_filtered_by_kind_tag_and_region() {
    let running = demo(1).await;
    let mut client = running.catalogue();
    let groups = async |kind: v1::RegionGroupKind| {
        let request = v1::ListRegionGroupsRequest { dataset: "demo".into(), kind: kind.into() };
        let answer = running.catalogue().list_region_groups(request).await.unwrap().into_inner();
        answer.groups.into_iter().map(|group| group.id).collect::<Vec<_>>()
    };
    assert_eq!(groups(v1::RegionGroupKind::Unspecified).await, ["east", "mixed"]);
    assert_eq!(groups(v1::RegionGroupKind::CityCluster).await, ["mixed"]);

    let request = v1::ListIndustriesRequest { dataset: "demo".into(), tag: "traditional".into(), ..Default::default() };
    let industries = client.list_industries(request).await.unwrap().into_inner().industries;
    assert_eq!(industries.len(), 1);
    assert_eq!((industries[0].code.as_str(), industries[0].classification.as_str()), ("A", "K"));
    let request = v1::ListIndicatorsRequest { dataset: "demo".into() };
    let indicators = client.list_indicators(request).await.unwrap().into_inner().indicators;
    assert_eq!(indicators.iter().map(|indicator| indicator.code.as_str()).collect::<Vec<_>>(), ["growth", "jobs"]);

    let events = async |regions: &[&str]| {
        let regions = regions.iter().map(|region| (*region).to_owned()).collect();
        let request = v1::ListEventsRequest { dataset: "demo".into(), kind: v1::EventKind::NewArea.into(), regions };
        let answer = running.catalogue().list_events(request).await.unwrap().into_inner();
        answer.events.into_iter().map(|event| event.id).collect::<Vec<_>>()
    };
    assert_eq!(events(&[]).await, ["one", "two"]);
    assert_eq!(events(&["C11", "P3"]).await, ["two"]);
}

#[tokio::test]
async fn names_and_codes_of_all_kinds_are_resolved() {
    let running = demo(1).await;
    let resolve = async |texts: &[&str], level: &str| {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let request = v1::ResolveRegionsRequest { dataset: "demo".into(), texts, level: level.into() };
        running.catalogue().resolve_regions(request).await.unwrap().into_inner().resolved
    };
    let texts = ["P1", "xx-1", " first ", "一省", "PREMIER", "city", "Frist", "", "qqqqqqqq"];
    let resolved = resolve(&texts, "").await;
    for (resolved, text) in resolved.iter().zip(texts) {
        assert_eq!(resolved.text, text);
    }
    for one in &resolved[..5] {
        assert_eq!(one.regions.len(), 1, "{one:?}");
        assert_eq!((one.regions[0].code.as_str(), one.regions[0].name.as_str()), ("P1", "First"));
    }
    assert_eq!(resolved[5].regions.iter().map(|label| label.code.as_str()).collect::<Vec<_>>(), ["C11", "C12"]);
    assert!(resolved[6].regions.is_empty());
    assert_eq!(resolved[6].nearest[0].code, "P1");
    assert!(resolved[7].regions.is_empty() && resolved[8].nearest.is_empty());
    assert!(resolve(&["P1"], "PREFECTURE").await[0].regions.is_empty());
}

#[tokio::test]
async fn availability_names_vintages_and_missing_cells() {
    let running = demo(2).await;
    let request = v1::GetAvailabilityRequest { dataset: "demo".into(), indicator: "jobs".into(), vintage: None };
    let answer = running.catalogue().get_availability(request).await.unwrap().into_inner();
    assert_eq!((answer.vintage, answer.vintages.as_slice()), (2, [2].as_slice()));
    let provenance = answer.provenance.as_ref();
    assert_provenance(provenance, 2, "growthpole.v1.CatalogService/GetAvailability");
    assert_eq!(provenance.unwrap().classification, "K");
    let period = &answer.periods[0];
    assert_eq!((period.period.as_str(), period.observation_count, period.industry_count), ("2015", 3, 2));
    let missing: Vec<String> = period.missing.iter().map(|cell| format!("{} {}", cell.region, cell.industry)).collect();
    assert_eq!(missing, ["P2 B", "P3 A", "P3 B"]);
}

#[tokio::test]
async fn every_answer_says_which_catalogue_was_read() {
    let running = demo(2).await;
    let mut client = running.catalogue();
    let dataset = || "demo".to_owned();
    let provenances = [
        (
            "ListRegions",
            client
                .list_regions(v1::ListRegionsRequest { dataset: dataset(), regions: None })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
        (
            "GetRegion",
            client
                .get_region(v1::GetRegionRequest { dataset: dataset(), region: "P1".into() })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
        (
            "ListRegionGroups",
            client
                .list_region_groups(v1::ListRegionGroupsRequest { dataset: dataset(), kind: 0 })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
        (
            "ListIndustries",
            client
                .list_industries(v1::ListIndustriesRequest { dataset: dataset(), ..Default::default() })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
        (
            "ListIndicators",
            client
                .list_indicators(v1::ListIndicatorsRequest { dataset: dataset() })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
        (
            "ListEvents",
            client
                .list_events(v1::ListEventsRequest { dataset: dataset(), ..Default::default() })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
        (
            "ResolveRegions",
            client
                .resolve_regions(v1::ResolveRegionsRequest {
                    dataset: dataset(),
                    texts: vec!["P1".into()],
                    level: String::new(),
                })
                .await
                .unwrap()
                .into_inner()
                .provenance,
        ),
    ];
    for (method, provenance) in provenances {
        assert_provenance(provenance.as_ref(), 2, &format!("growthpole.v1.CatalogService/{method}"));
    }
}
