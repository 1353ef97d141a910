//! DatasetService.

use growthpole_contracts::v1;

use crate::support::{assert_provenance, demo};

#[tokio::test]
async fn data_sets_and_vintages_are_described() {
    let running = demo(2).await;
    let mut client = running.datasets();
    let datasets = client.list_datasets(v1::ListDatasetsRequest {}).await.unwrap().into_inner().datasets;
    let dataset = client.get_dataset(v1::GetDatasetRequest { dataset: "demo".into() }).await.unwrap().into_inner();
    assert_eq!(datasets[0], dataset.dataset.unwrap());
    assert_eq!((datasets[0].vintage_count, datasets[0].latest_vintage), (2, 2));
    assert_eq!((datasets[0].main_level.as_str(), datasets[0].benchmark_region.as_str()), ("PROVINCE", "N"));

    let request = v1::ListVintagesRequest { dataset: "demo".into() };
    let vintages = client.list_vintages(request).await.unwrap().into_inner().vintages;
    assert_eq!(vintages.iter().map(|vintage| vintage.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(vintages[1].published_precision(), v1::DatePrecision::Month);
    assert_eq!(vintages[0].coverage[0].first_period, "2014");

    let as_of = v1::VintageSelector { by: Some(v1::vintage_selector::By::AsOf("2016-03-03".into())) };
    let request = v1::GetVintageRequest { dataset: "demo".into(), vintage: Some(as_of) };
    assert_eq!(client.get_vintage(request).await.unwrap().into_inner().vintage.unwrap(), vintages[0]);
    let request = v1::GetVintageRequest { dataset: "demo".into(), vintage: None };
    assert_eq!(client.get_vintage(request).await.unwrap().into_inner().vintage.unwrap(), vintages[1]);
}

#[tokio::test]
async fn a_difference_says_what_was_added_removed_and_revised() {
    let running = demo(2).await;
    let request = v1::DiffVintagesRequest {
        dataset: "demo".into(),
        older: 1,
        newer: 2,
        indicators: vec!["growth".into()],
        regions: None,
    };
    let mut stream = running.datasets().diff_vintages(request).await.unwrap().into_inner();
    let mut changes = Vec::new();
    let mut provenances = Vec::new();
    while let Some(part) = stream.message().await.unwrap() {
        changes.extend(part.changes);
        provenances.push(part.provenance);
    }
    let method = "growthpole.v1.DatasetService/DiffVintages";
    assert_provenance(provenances.remove(0).as_ref(), 2, method);
    assert!(provenances.iter().all(Option::is_none));
    let seen: Vec<_> = changes
        .iter()
        .map(|change| {
            (change.region.as_str(), change.period.as_str(), change.kind(), change.old_value, change.new_value)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("N", "2015", v1::ChangeKind::Revised, Some(6.9), Some(7.0)),
            ("P1", "2015", v1::ChangeKind::Revised, Some(5.7), Some(5.4)),
            ("P3", "2015", v1::ChangeKind::Removed, None, None),
            ("P3", "2016", v1::ChangeKind::Added, None, Some(3.0)),
        ]
    );
    assert_eq!((changes[1].old_status.as_str(), changes[1].new_status.as_str()), ("P", "A"));
    assert_eq!((changes[2].old_status.as_str(), changes[2].new_status.as_str()), ("Q", ""));
}

#[tokio::test]
async fn a_difference_of_nothing_still_says_what_was_read() {
    let running = demo(2).await;
    let regions = Some(v1::RegionSelection { by: Some(v1::region_selection::By::Level("PREFECTURE".into())) });
    let indicators = vec!["growth".into()];
    let request = v1::DiffVintagesRequest { dataset: "demo".into(), older: 1, newer: 2, indicators, regions };
    let mut stream = running.datasets().diff_vintages(request).await.unwrap().into_inner();
    let only = stream.message().await.unwrap().unwrap();
    assert!(only.changes.is_empty() && stream.message().await.unwrap().is_none());
    assert_provenance(only.provenance.as_ref(), 2, "growthpole.v1.DatasetService/DiffVintages");
}
