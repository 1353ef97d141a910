//! The life of one remote worker: dialled, learnt, admitted, watched, and from the beginning.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tonic::transport::{Channel, Endpoint};

use super::health::{HealthEnd, follow};
use super::learn::{LearnError, learn};
use super::pause::Pauses;
use crate::settings::{RouterSettings, seconds};
use crate::snapshot::WorkerState;
use crate::view::Shared;
use crate::{InvalidWorker, WorkerEndpoint};

/// Bytes of one answer that are on their way at most.
const STREAM_WINDOW: u32 = 256 * 1024;
/// Bytes of all answers of a worker that are on their way at most. All callers share the connection, so there has to be room
/// for many answers whose callers do not read, and for many small frames at once; nothing is allocated for it beforehand.
/// Windows that adapt start at 64 KiB, which one such caller fills for everybody.
const CONNECTION_WINDOW: u32 = 1024 * 1024 * 1024;

/// A connection that is made when it is first needed, and made again when it broke.
///
/// No HTTP/2 keep-alive: a Python server answers frequent pings by closing the connection. TCP keep-alive finds a machine
/// that is gone.
pub(crate) fn channel(worker: &WorkerEndpoint, settings: &RouterSettings) -> Result<Channel, InvalidWorker> {
    let wrong = |_| InvalidWorker::Endpoint { name: worker.name.clone(), endpoint: worker.endpoint.clone() };
    let endpoint = Endpoint::from_shared(worker.endpoint.clone()).map_err(wrong)?;
    Ok(endpoint
        .connect_timeout(seconds(settings.connect_seconds))
        .tcp_nodelay(true)
        .tcp_keepalive(Some(Duration::from_secs(20)))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .connect_lazy())
}

/// Follows a worker for ever.
pub(crate) async fn supervise(shared: Arc<Shared>, position: usize, settings: RouterSettings) {
    let Some(worker) = shared.view().remotes.get(position).cloned() else { return };
    let follower = Follower { shared, position, settings, channel: worker.channel, name: worker.endpoint.name.clone() };
    let mut pauses = Pauses::new(&follower.name, &follower.settings);
    loop {
        let pause = match follower.once(&mut pauses).await {
            End::Lost(reason) => {
                follower.lost(&reason);
                pauses.next()
            }
            End::Incompatible(reason) => {
                follower.incompatible(&reason);
                seconds(follower.settings.incompatible_pause_seconds)
            }
        };
        sleep(pause).await;
    }
}

/// How one round ended.
enum End {
    Lost(String),
    Incompatible(String),
}

/// Who follows one worker.
struct Follower {
    shared: Arc<Shared>,
    position: usize,
    settings: RouterSettings,
    channel: Channel,
    name: String,
}

impl Follower {
    /// One round: from dialling to the loss of the worker.
    async fn once(&self, pauses: &mut Pauses) -> End {
        let learning = learn(&self.channel, || self.reached());
        let offer = match timeout(seconds(self.settings.learn_seconds), learning).await {
            Ok(Ok(offer)) => offer,
            Ok(Err(LearnError::Unreachable(reason))) => return End::Lost(reason),
            Ok(Err(LearnError::Unsuitable(reason))) => return End::Incompatible(reason),
            Err(_) => return End::Lost("it does not answer reflection in time".to_owned()),
        };
        if let Err(reason) = self.shared.admit(self.position, offer) {
            return End::Incompatible(reason);
        }
        pauses.reset();
        match follow(&self.channel, &self.settings, |serving| self.say(serving)).await {
            HealthEnd::Lost(reason) => End::Lost(reason),
            HealthEnd::Unsuitable(reason) => End::Incompatible(reason),
        }
    }

    fn reached(&self) {
        self.shared.update(self.position, |worker| {
            if matches!(worker.state, WorkerState::Discovered) {
                (worker.state, worker.reason) = (WorkerState::Connected, "its services are being learnt".to_owned());
            }
        });
    }

    fn say(&self, serving: bool) {
        tracing::info!(worker = self.name, serving, "a worker says whether it serves");
        self.shared.update(self.position, |worker| {
            (worker.state, worker.reason) = match (serving, worker.state) {
                (true, _) => (WorkerState::Ready, String::new()),
                (false, WorkerState::Ready | WorkerState::Lost) => {
                    (WorkerState::Lost, "its health is NOT_SERVING".to_owned())
                }
                (false, _) => (WorkerState::Connected, "its health is NOT_SERVING".to_owned()),
            };
        });
    }

    fn lost(&self, reason: &str) {
        self.shared.update(self.position, |worker| {
            if worker.state == WorkerState::Ready {
                tracing::warn!(worker = self.name, reason, "a worker is lost");
            }
            if worker.state != WorkerState::Discovered {
                worker.state = WorkerState::Lost;
            }
            worker.reason = reason.to_owned();
        });
    }

    fn incompatible(&self, reason: &str) {
        tracing::warn!(worker = self.name, reason, "a worker cannot be served here");
        self.shared.update(self.position, |worker| {
            (worker.state, worker.reason) = (WorkerState::Incompatible, reason.to_owned());
            worker.admitted = None;
        });
    }
}
