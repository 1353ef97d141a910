//! Which services can be called at the moment, for callers, balancers and probes.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

/// The board on which a process writes which of its services can be called.
///
/// Clones share the board. The service `""` stands for the whole server and is there from the beginning. Everything is
/// NOT_SERVING until it is set, and again from [`drain`](Self::drain) on, whatever is set afterwards.
#[derive(Debug, Clone)]
pub struct HealthBoard {
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    serving: BTreeMap<String, bool>,
    pub(crate) draining: bool,
}

impl State {
    pub(crate) fn status(&self, service: &str) -> Option<bool> {
        self.serving.get(service).map(|&serving| serving && !self.draining)
    }
}

impl HealthBoard {
    /// A board that knows only the whole server, which is not serving yet.
    pub fn new() -> Self {
        let state = State { serving: BTreeMap::from([(String::new(), false)]), draining: false };
        Self { state: Arc::new(watch::Sender::new(state)) }
    }

    /// Says whether `service` can be called; a service unknown so far becomes known.
    pub fn set(&self, service: &str, serving: bool) {
        self.state.send_if_modified(|state| state.serving.insert(service.to_owned(), serving) != Some(serving));
    }

    /// Says of every known service, and of the whole server, whether it can be called.
    pub fn set_all(&self, serving: bool) {
        self.state.send_modify(|state| state.serving.values_mut().for_each(|known| *known = serving));
    }

    /// Tells whether `service` can be called; `None` if it is unknown.
    pub fn status(&self, service: &str) -> Option<bool> {
        self.state.borrow().status(service)
    }

    /// Forgets `service`.
    pub fn remove(&self, service: &str) {
        self.state.send_if_modified(|state| state.serving.remove(service).is_some());
    }

    /// The names of all known services, sorted, without the empty one that stands for the whole server.
    pub fn services(&self) -> Vec<String> {
        self.state.borrow().serving.keys().filter(|name| !name.is_empty()).cloned().collect()
    }

    /// Makes everything NOT_SERVING for good. [`serve`](crate::serve) does this first when it is told to stop.
    pub fn drain(&self) {
        self.state.send_modify(|state| state.draining = true);
    }

    /// Completes when the server begins to drain, so that endless streams can end themselves in time.
    pub async fn draining(&self) {
        // The sender is alive as long as this board is, so that waiting cannot fail.
        let _ = self.state.subscribe().wait_for(|state| state.draining).await;
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }
}

impl Default for HealthBoard {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_serves_before_it_is_set() {
        let board = HealthBoard::new();
        assert_eq!(board.status(""), Some(false));
        assert_eq!(board.status("a.B"), None);
        board.set("a.B", false);
        assert_eq!(board.status("a.B"), Some(false));
    }

    #[test]
    fn clones_share_the_board() {
        let board = HealthBoard::new();
        let clone = board.clone();
        board.set("b", false);
        board.set("a", true);
        clone.set_all(true);
        assert_eq!((board.status(""), board.status("b")), (Some(true), Some(true)));
        assert_eq!(clone.services(), ["a", "b"]);
        clone.remove("a");
        assert_eq!(board.status("a"), None);
    }

    #[tokio::test]
    async fn drain_is_final() {
        let board = HealthBoard::new();
        board.set_all(true);
        board.drain();
        board.set("late", true);
        board.set_all(true);
        assert_eq!((board.status(""), board.status("late")), (Some(false), Some(false)));
        board.draining().await;
    }
}
