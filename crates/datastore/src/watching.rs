//! What becomes known while somebody watches, and looking for it by time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use growthpole_domain::VintageInfo;
use tokio::sync::watch;

use crate::store::State;
use crate::{DatasetHandle, Datastore};

/// Something that became known.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Data set.
    pub dataset: String,
    /// What happened to it.
    pub kind: EventKind,
    /// The vintage, as it is now.
    pub vintage: VintageInfo,
    /// Number of the data set's latest vintage, as it is now.
    pub latest: Option<u32>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A vintage was committed.
    Committed,
    /// A vintage was retracted.
    Retracted,
}

/// Tells what becomes known, from the state on that it began with. Nothing is told twice or left out; what happens between
/// two looks at the store comes together.
#[derive(Debug)]
pub struct Watch {
    receiver: watch::Receiver<Arc<State>>,
    known: Arc<State>,
}

impl Datastore {
    /// Begins to watch.
    pub fn watch(&self) -> Watch {
        let mut receiver = self.subscribe();
        let known = Arc::clone(&receiver.borrow_and_update());
        Watch { receiver, known }
    }

    /// Lists data sets and vintages again and again, for processes that share a store with others. Where that fails, it is
    /// logged, and what was known stays known. Never ends by itself.
    pub async fn refresh_every(self, pause: Duration) {
        loop {
            tokio::time::sleep(pause).await;
            if let Err(error) = self.refresh().await {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                tracing::warn!(%error, cause, "the data sets cannot be listed again; what was known stays known");
            }
        }
    }
}

impl Watch {
    /// The data sets as they were when the watch began, or at its last events.
    pub fn datasets(&self) -> impl Iterator<Item = &Arc<DatasetHandle>> {
        self.known.datasets.values()
    }

    /// Waits for the next events, by data set and number. None when the store is gone.
    pub async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            self.receiver.changed().await.ok()?;
            let now = Arc::clone(&self.receiver.borrow_and_update());
            let events = events(&self.known, &now);
            self.known = now;
            if !events.is_empty() {
                return Some(events);
            }
        }
    }
}

fn events(before: &State, now: &State) -> Vec<Event> {
    let mut events = Vec::new();
    for (id, handle) in &now.datasets {
        let known: BTreeMap<u32, &VintageInfo> = before
            .datasets
            .get(id)
            .into_iter()
            .flat_map(|handle| &handle.vintages)
            .map(|vintage| (vintage.number, vintage))
            .collect();
        let latest = handle.latest().map(|vintage| vintage.number);
        let mut vintages: Vec<&VintageInfo> = handle.vintages.iter().collect();
        vintages.sort_by_key(|vintage| vintage.number);
        for vintage in vintages {
            let event = |kind| Event { dataset: id.clone(), kind, vintage: vintage.clone(), latest };
            let known = known.get(&vintage.number);
            if known.is_none() {
                events.push(event(EventKind::Committed));
            }
            if vintage.retracted.is_some() && known.is_none_or(|known| known.retracted.is_none()) {
                events.push(event(EventKind::Retracted));
            }
        }
    }
    events
}
