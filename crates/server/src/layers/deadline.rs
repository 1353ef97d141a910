//! How long a call may take, and what happens when it takes longer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, Response};
use tonic::body::Body;
use tonic::{Code, Status};

use super::middleware::{Middleware, Next};
use super::{deadline_body, grpc_timeout, is_about_the_server};
use crate::ServerSettings;
use crate::refusal::refusal;

/// An answer given this long before the caller's own timer still reaches the caller.
const BEFORE_THE_CALLER: Duration = Duration::from_millis(20);
/// Shorter timeouts of callers are kept to as they are: too little would be left of them.
const SHORTEST_SHORTENED: Duration = Duration::from_millis(40);
/// What is passed on runs a little beyond our own timer, because a channel whose timer fires first says CANCELLED.
const BEYOND_OUR_TIMER: Duration = Duration::from_millis(15);
/// Within less nothing can be done, and nothing is begun.
const LEAST: Duration = Duration::from_micros(1);
/// Nobody waits longer than a year, and instants have an end.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// The moment at which a call is answered with DEADLINE_EXCEEDED; found in the request's extensions.
///
/// A call without one may take as long as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(pub Instant);

impl Deadline {
    /// The time left, zero when it is over.
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// The layer that keeps deadlines.
#[derive(Clone)]
pub(super) struct Deadlines {
    default: Duration,
    longest: Duration,
    /// By path; zero leaves it to the caller.
    methods: Arc<BTreeMap<String, Duration>>,
}

impl Deadlines {
    pub(super) fn new(settings: &ServerSettings) -> Self {
        // Settings that reach this point have been checked; a year stands in for what is no duration.
        let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST);
        let unlimited = settings.unlimited_methods.iter().map(|name| (format!("/{name}"), Duration::ZERO));
        let limited = settings.method_deadlines.iter().map(|(name, &limit)| (format!("/{name}"), seconds(limit)));
        Self {
            default: seconds(settings.default_deadline_seconds),
            longest: seconds(settings.max_deadline_seconds),
            methods: Arc::new(unlimited.chain(limited).collect()),
        }
    }

    /// The time that a call gets: the smaller of the caller's and the server's, if there is any.
    fn timer(&self, path: &str, caller: Option<Duration>) -> Option<Duration> {
        let servers = match self.methods.get(path) {
            _ if is_about_the_server(path) => None,
            Some(limit) if limit.is_zero() => None,
            Some(&limit) => Some(limit),
            None if caller.is_some() => Some(self.longest),
            None => Some(self.default),
        };
        let callers = caller.map(|timeout| match timeout.checked_sub(BEFORE_THE_CALLER) {
            Some(shortened) if timeout > SHORTEST_SHORTENED => shortened.min(LONGEST),
            _ => timeout,
        });
        callers.into_iter().chain(servers).min()
    }
}

impl Middleware for Deadlines {
    async fn handle<S, B>(self, next: S, mut request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        let started = Instant::now();
        let caller = match grpc_timeout::read(request.headers()) {
            Ok(caller) => caller,
            Err(text) => return malformed(&text).into_http(),
        };
        let Some(timer) = self.timer(request.uri().path(), caller) else { return next.run(request).await };
        if timer < LEAST {
            return exceeded(timer).into_http();
        }
        let deadline = started + timer;
        request.extensions_mut().insert(Deadline(deadline));
        request.headers_mut().insert(grpc_timeout::HEADER, grpc_timeout::write(timer + BEYOND_OUR_TIMER));
        match tokio::time::timeout_at(deadline.into(), next.run(request)).await {
            Ok(response) => {
                let (head, body) = response.into_parts();
                Response::from_parts(head, deadline_body::around(body, deadline, timer).await)
            }
            Err(_) => exceeded(timer).into_http(),
        }
    }
}

/// The status of a call that was not finished in time.
pub(super) fn exceeded(timer: Duration) -> Status {
    let milliseconds = timer.as_millis().to_string();
    refusal(
        Code::DeadlineExceeded,
        "DEADLINE_EXCEEDED",
        format!("the call was not finished within {milliseconds} ms"),
        &[("limit_milliseconds", &milliseconds)],
        None,
    )
}

fn malformed(text: &str) -> Status {
    refusal(
        Code::InvalidArgument,
        "MALFORMED_TIMEOUT",
        format!("grpc-timeout is {text:?}; it must be at most eight digits and one of H, M, S, m, u, n"),
        &[("header", "grpc-timeout"), ("value", text)],
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timer_ms(path: &str, caller_ms: Option<u64>) -> Option<u128> {
        let settings = ServerSettings {
            default_deadline_seconds: 30.0,
            max_deadline_seconds: 300.0,
            method_deadlines: BTreeMap::from([("a.B/Long".to_owned(), 600.0), ("a.B/Watch".to_owned(), 0.0)]),
            unlimited_methods: vec!["a.B/Endless".to_owned(), "a.B/Long".to_owned()],
            ..ServerSettings::default()
        };
        let timer = Deadlines::new(&settings).timer(path, caller_ms.map(Duration::from_millis));
        timer.map(|timer| timer.as_millis())
    }

    #[test]
    fn the_default_is_for_callers_who_name_no_time() {
        assert_eq!(timer_ms("/a.B/C", None), Some(30_000));
        assert_eq!(timer_ms("/a.B/C", Some(60_000)), Some(59_980));
        assert_eq!(timer_ms("/a.B/C", Some(1_000_000)), Some(300_000));
        assert_eq!((timer_ms("/a.B/Endless", None), timer_ms("/a.B/Endless", Some(1000))), (None, Some(980)));
        assert_eq!(timer_ms("/a.B/Long", None), Some(600_000), "a method's own deadline wins");
    }

    #[test]
    fn the_answer_comes_before_the_callers_own_timer() {
        assert_eq!(timer_ms("/a.B/C", Some(400)), Some(380));
        assert_eq!(timer_ms("/a.B/C", Some(41)), Some(21));
        assert_eq!(timer_ms("/a.B/C", Some(40)), Some(40));
        assert_eq!(timer_ms("/a.B/C", Some(0)), Some(0));
    }

    #[tokio::test]
    async fn no_time_means_no_work() {
        for (timeout, begins) in [("0S", false), ("0n", false), ("1n", false), ("1M", true)] {
            let begun = Arc::new(std::sync::atomic::AtomicBool::new(false));
            let work = Arc::clone(&begun);
            let next = tower::service_fn(move |_: Request<()>| {
                work.store(true, std::sync::atomic::Ordering::SeqCst);
                async { Ok(Status::ok("").into_http::<Body>()) }
            });
            let request = Request::post("/a.B/C").header(grpc_timeout::HEADER, timeout).body(()).unwrap();
            let response = Deadlines::new(&ServerSettings::default()).handle(next, request).await;
            let code = Status::from_header_map(response.headers()).unwrap().code();
            assert_eq!(code, if begins { Code::Ok } else { Code::DeadlineExceeded }, "{timeout}");
            assert_eq!(begun.load(std::sync::atomic::Ordering::SeqCst), begins, "{timeout}");
        }
    }

    #[test]
    fn methods_have_their_own_time() {
        assert_eq!(timer_ms("/a.B/Long", None), Some(600_000));
        assert_eq!(timer_ms("/a.B/Long", Some(1_000_000)), Some(600_000));
        assert_eq!(timer_ms("/a.B/Watch", None), None);
        assert_eq!(timer_ms("/a.B/Watch", Some(1_000)), Some(980));
    }

    #[test]
    fn health_and_reflection_have_only_the_callers() {
        assert_eq!(timer_ms("/grpc.health.v1.Health/Watch", None), None);
        assert_eq!(timer_ms("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Some(1_000)), Some(980));
    }
}
