//! A response's body that ends with DEADLINE_EXCEEDED when its time is over.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use tokio::task::AbortHandle;
use tonic::Status;
use tonic::body::Body;

use super::deadline::exceeded;
use crate::refusal::trailers_of;

/// The body. A task of its own keeps the time: a caller that does not read is not polled for, and must not keep the
/// work and its permit beyond the deadline.
pub(super) struct DeadlineBody {
    shared: Arc<Shared>,
    timer: Duration,
    alarm: AbortHandle,
}

#[derive(Default)]
struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    inner: Option<Body>,
    waker: Option<Waker>,
    expired: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn expire(&self) {
        let (inner, waker) = {
            let mut state = self.lock();
            state.expired = state.inner.is_some();
            (state.inner.take(), state.waker.take())
        };
        // Outside of the lock, because dropping the work runs whatever it likes.
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl DeadlineBody {
    /// Lets `inner` run until `deadline`, which was `timer` after the call's beginning.
    pub(super) fn around(inner: Body, deadline: Instant, timer: Duration) -> Body {
        if inner.is_end_stream() {
            return inner;
        }
        let shared = Arc::new(Shared(Mutex::new(State { inner: Some(inner), ..State::default() })));
        let kept = Arc::clone(&shared);
        let alarm = tokio::spawn(async move {
            tokio::time::sleep_until(deadline.into()).await;
            kept.expire();
        });
        Body::new(Self { shared, timer, alarm: alarm.abort_handle() })
    }
}

impl http_body::Body for DeadlineBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut state = self.shared.lock();
        let Some(inner) = state.inner.as_mut() else {
            let status = std::mem::take(&mut state.expired).then(|| exceeded(self.timer));
            return Poll::Ready(status.map(|status| Ok(Frame::trailers(trailers_of(&status)))));
        };
        match Pin::new(inner).poll_frame(context) {
            Poll::Ready(frame) => {
                let ended = frame.as_ref().is_none_or(|frame| frame.as_ref().map_or(true, Frame::is_trailers));
                if ended {
                    state.inner = None;
                }
                Poll::Ready(frame)
            }
            Poll::Pending => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let state = self.shared.lock();
        !state.expired && state.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        // Unknown even where the inner body knows, because the end may come earlier.
        SizeHint::default()
    }
}

impl Drop for DeadlineBody {
    fn drop(&mut self) {
        self.alarm.abort();
        // At once: the aborted task lets go of its share only when it is next scheduled.
        let inner = self.shared.lock().inner.take();
        drop(inner);
    }
}
