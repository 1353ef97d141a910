//! Vintages that are taken back.

use growthpole_datastore::{DatasetHandle, Datastore, ObservationQuery, StoreError};
use growthpole_domain::{
    IndustryChoice, PeriodChoice, QueryError, RegionChoice, Selection, UnknownKind, VintageChoice,
};

use crate::commits::replacing;
use crate::demo::{backends, now, selection};

fn latest(handle: &DatasetHandle, indicators: &[&str]) -> Result<u32, QueryError> {
    handle.resolve_vintage(VintageChoice::Latest, indicators).map(|resolved| resolved.vintage.number)
}

async fn warnings_of(store: &Datastore, number: u32) -> Vec<String> {
    let by_number = Selection { vintage: VintageChoice::Number(number), ..selection("gdp") };
    let panel = store.panel(&by_number).await.unwrap();
    let query = ObservationQuery {
        dataset: "demo".into(),
        vintage: VintageChoice::Number(number),
        indicators: vec!["gdp".into()],
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
    };
    let observations = store.observations(&query).await.unwrap();
    let texts = |warnings: &[growthpole_domain::Warning]| -> Vec<String> {
        warnings.iter().map(|warning| format!("{}: {}", warning.code, warning.text)).collect()
    };
    assert_eq!(texts(&panel.panel.warnings), texts(&observations.warnings));
    texts(&observations.warnings)
}

#[tokio::test]
async fn a_retracted_vintage_answers_by_its_number_only() {
    for backend in backends() {
        let store = backend.imported().await;
        assert_eq!(warnings_of(&store, 3).await, [""; 0]);
        let before = store.panel(&selection("gdp")).await.unwrap();
        let retracted = store.retract_vintage("demo", 3, " wrong units ", now()).await.unwrap();
        assert_eq!((retracted.already, retracted.vintage.number), (false, 3));

        let other = backend.open();
        other.refresh().await.unwrap();
        for store in [&store, &other] {
            let handle = store.dataset("demo").unwrap();
            assert_eq!((handle.latest().unwrap().number, latest(&handle, &["gdp"])), (2, Ok(2)));
            let day = VintageChoice::AsOf("2026-01-01".parse().unwrap());
            assert_eq!(handle.resolve_vintage(day, &[]).unwrap().vintage.number, 2);
            let retraction = handle.vintages[2].retracted.clone().unwrap();
            assert_eq!((retraction.at, retraction.reason.as_str()), (now(), "wrong units"));
            let expected = "VINTAGE_RETRACTED: vintage 3 (Third) was retracted on 2023-11-14: wrong units";
            assert_eq!(warnings_of(store, 3).await, [expected], "{}", backend.name);
            let difference = store.difference("demo", 2, 3, &[], &RegionChoice::Default).unwrap();
            let told: Vec<&str> = difference.warnings().iter().map(|warning| warning.code.as_ref()).collect();
            assert_eq!(told, ["VINTAGE_RETRACTED"], "{}", backend.name);
            assert!(store.difference("demo", 1, 2, &[], &RegionChoice::Default).unwrap().warnings().is_empty());
            // What was computed from it can be computed again.
            let by_number = Selection { vintage: VintageChoice::Number(3), ..selection("gdp") };
            assert_eq!(store.panel(&by_number).await.unwrap().panel.values, before.panel.values);
        }
        // The first reason stands.
        let again = other.retract_vintage("demo", 3, "other", now()).await.unwrap();
        assert!(again.already);
        assert_eq!(again.vintage.retracted.unwrap().reason, "wrong units");
        assert_eq!(backend.open().verify().await.unwrap().retracted, 1);
    }
}

#[tokio::test]
async fn the_only_vintage_may_be_retracted_and_another_makes_the_data_set_whole() {
    for backend in backends() {
        let store = backend.open();
        store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        store.retract_vintage("d", 1, "wrong", now()).await.unwrap();
        let handle = store.dataset("d").unwrap();
        let expected = QueryError::AllRetracted { dataset: "d".into(), numbers: vec![1] };
        assert_eq!((handle.latest(), latest(&handle, &["gdp"])), (None, Err(expected.clone())));
        let as_of = VintageChoice::AsOf("2021-01-01".parse().unwrap());
        assert_eq!(handle.resolve_vintage(as_of, &[]).unwrap_err(), expected);
        assert!(handle.resolve_vintage(VintageChoice::Number(1), &["gdp"]).is_ok());
        // The same data again are a new vintage: the one that holds them was taken back.
        let again = store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert_eq!((again.vintage.number, again.already_there, again.base), (2, false, None), "{}", backend.name);
        assert_eq!(latest(&store.dataset("d").unwrap(), &["gdp"]), Ok(2));
    }
}

#[tokio::test]
async fn nothing_else_is_retracted() {
    for backend in backends() {
        let store = backend.imported().await;
        let objects = backend.objects().await;
        let refused = |error: StoreError| match error {
            StoreError::Refused(error) => error,
            other => panic!("{other}"),
        };
        let unknown = refused(store.retract_vintage("demo", 9, "x", now()).await.unwrap_err());
        assert!(
            matches!(unknown, QueryError::Unknown { kind: UnknownKind::Vintage, nearest, .. } if nearest.len() == 3)
        );
        let unknown = refused(store.retract_vintage("deno", 1, "x", now()).await.unwrap_err());
        assert!(matches!(unknown, QueryError::Unknown { nearest, .. } if nearest == ["demo"]));
        for reason in ["", "  ", &"x".repeat(501)] {
            let invalid = refused(store.retract_vintage("demo", 1, reason, now()).await.unwrap_err());
            assert!(matches!(invalid, QueryError::InvalidField { field, .. } if field == "reason"));
        }
        assert_eq!(backend.objects().await, objects);
    }
}
