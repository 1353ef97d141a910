//! The bundled data sets through the API.

use growthpole_contracts::v1;
use growthpole_datastore::{Datastore, StoreSettings};

use crate::support::{now, start};

#[tokio::test]
async fn what_was_known_in_march_2016_is_answered_so() {
    let store = Datastore::in_memory(StoreSettings::default());
    store.import_bundled(now()).await.unwrap();
    let running = start(store, |_| Vec::new()).await;
    let growth = async |vintage: Option<v1::VintageSelector>| {
        let codes = v1::RegionCodes { codes: vec!["210000".into()] };
        let filter = v1::ObservationFilter {
            dataset: "china-provinces".into(),
            vintage,
            indicators: vec!["gdp_real_growth".into()],
            regions: Some(v1::RegionSelection { by: Some(v1::region_selection::By::Codes(codes)) }),
            periods: Some(v1::PeriodSelection {
                by: Some(v1::period_selection::By::List(v1::PeriodList { periods: vec!["2015".into()] })),
            }),
            industries: None,
        };
        let request = v1::QueryObservationsRequest { filter: Some(filter), ..Default::default() };
        running.observations().query_observations(request).await.unwrap().into_inner().observations[0].value
    };
    let as_of = v1::VintageSelector { by: Some(v1::vintage_selector::By::AsOf("2016-03-03".into())) };
    assert_eq!(growth(Some(as_of)).await, Some(3.0));
    assert_eq!(growth(None).await, Some(2.8));

    let texts = vec!["Heilongjiang".into(), "吉林".into()];
    let request = v1::ResolveRegionsRequest { dataset: "china-provinces".into(), texts, level: "PROVINCE".into() };
    let resolved = running.catalogue().resolve_regions(request).await.unwrap().into_inner().resolved;
    assert_eq!((resolved[0].regions[0].code.as_str(), resolved[1].regions[0].code.as_str()), ("230000", "220000"));
}
