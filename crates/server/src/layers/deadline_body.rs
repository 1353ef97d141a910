//! A response's body that ends with DEADLINE_EXCEEDED when its time is over.

use std::collections::VecDeque;
use std::future::poll_fn;
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

/// Frames that an answer has ready when it begins: the message and the trailers of a unary call.
const FRAMES_OF_A_UNARY_ANSWER: usize = 2;

/// Lets `inner` run until `deadline`, which was `timer` after the call's beginning.
///
/// An answer that is there as a whole, as those of unary calls are, is taken as it is: its work is done, and nothing has to
/// watch the time.
pub(super) async fn around(mut inner: Body, deadline: Instant, timer: Duration) -> Body {
    if inner.is_end_stream() {
        return inner;
    }
    let mut ready = VecDeque::with_capacity(FRAMES_OF_A_UNARY_ANSWER);
    while ready.len() < FRAMES_OF_A_UNARY_ANSWER {
        match poll_fn(|context| Poll::Ready(Pin::new(&mut inner).poll_frame(context))).await {
            Poll::Ready(Some(frame)) => {
                let last = frame.as_ref().map_or(true, Frame::is_trailers);
                ready.push_back(frame);
                if last {
                    return Body::new(ReadyBody(ready));
                }
            }
            Poll::Ready(None) => return Body::new(ReadyBody(ready)),
            Poll::Pending => break,
        }
    }
    Body::new(DeadlineBody::new(ReadyBody(ready), inner, deadline, timer))
}

/// A body whose frames are all there.
struct ReadyBody(VecDeque<Result<Frame<Bytes>, Status>>);

impl http_body::Body for ReadyBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Poll::Ready(self.0.pop_front())
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}

/// The body of an answer that is not finished. A task of its own keeps the time: a caller that does not read is not polled for, and must not keep the
/// work and its permit beyond the deadline.
struct DeadlineBody {
    ready: ReadyBody,
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
    fn new(ready: ReadyBody, inner: Body, deadline: Instant, timer: Duration) -> Self {
        let shared = Arc::new(Shared(Mutex::new(State { inner: Some(inner), ..State::default() })));
        let kept = Arc::clone(&shared);
        let alarm = tokio::spawn(async move {
            tokio::time::sleep_until(deadline.into()).await;
            kept.expire();
        });
        Self { ready, shared, timer, alarm: alarm.abort_handle() }
    }
}

impl http_body::Body for DeadlineBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(frame) = self.ready.0.pop_front() {
            return Poll::Ready(Some(frame));
        }
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
        self.ready.is_end_stream() && !state.expired && state.inner.as_ref().is_none_or(Body::is_end_stream)
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
