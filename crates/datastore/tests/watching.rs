//! Watching a store that others write to.

use std::time::Duration;

use growthpole_datastore::{Event, EventKind, Watch};

use crate::commits::replacing;
use crate::demo::{backends, now};

async fn told(watch: &mut Watch) -> Vec<(String, EventKind, u32, Option<u32>)> {
    let events = tokio::time::timeout(Duration::from_secs(20), watch.next()).await.unwrap().unwrap();
    events.into_iter().map(|Event { dataset, kind, vintage, latest }| (dataset, kind, vintage.number, latest)).collect()
}

#[tokio::test]
async fn a_replica_hears_of_what_others_commit_and_retract() {
    for backend in backends() {
        let writer = backend.imported().await;
        let replica = backend.open();
        let looking = tokio::spawn(replica.clone().refresh_every(Duration::from_millis(10)));
        let mut watch = replica.watch();
        assert_eq!(watch.datasets().count(), 0);
        let all = told(&mut watch).await;
        assert_eq!(all.len(), 3, "{}", backend.name);
        assert_eq!(watch.datasets().count(), 1);
        writer.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert_eq!(told(&mut watch).await, [("d".to_owned(), EventKind::Committed, 1, Some(1))]);
        writer.retract_vintage("d", 1, "wrong", now()).await.unwrap();
        assert_eq!(told(&mut watch).await, [("d".to_owned(), EventKind::Retracted, 1, None)]);
        looking.abort();
    }
}

#[tokio::test]
async fn what_this_process_does_is_told_at_once() {
    let backend = &backends()[0];
    let store = backend.imported().await;
    let mut watch = store.watch();
    store.commit_vintage(replacing("demo", "2030-01-01", 1.0).await, now()).await.unwrap();
    store.retract_vintage("demo", 4, "wrong", now()).await.unwrap();
    // Both together: nothing is left out.
    let expected = [EventKind::Committed, EventKind::Retracted].map(|kind| ("demo".to_owned(), kind, 4, Some(3)));
    assert_eq!(told(&mut watch).await, expected);
    drop(store);
}
