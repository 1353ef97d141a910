//! The line that every call leaves in the log.

use std::io;
use std::sync::{Arc, Mutex};

use tonic::Request;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Running, eventually};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn of_ended_calls(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains("call ended") && line.contains("log-me-")).map(str::to_owned).collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn named(id: &'static str) -> Request<String> {
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("x-request-id", id.parse().unwrap());
    request
}

#[tokio::test]
async fn one_line_a_call_with_the_status_from_the_end_of_the_stream() {
    let lines = Lines::default();
    // For the whole process, because what one thread alone wants to know may be forgotten by the others' callsites.
    tracing_subscriber::fmt().with_ansi(false).with_writer(lines.clone()).init();
    tracing::callsite::rebuild_interest_cache();

    let server = Running::start(|_| {});
    let caller = server.caller().await;
    caller.unary_with("/test.Probe/Echo", named("log-me-0")).await.unwrap();
    caller.unary_with("/test.Probe/Panic", named("log-me-1")).await.unwrap_err();
    let mut stream = caller.stream_with("/test.Probe/PanicLater", named("log-me-2")).await.unwrap();
    while let Ok(Some(_)) = stream.message().await {}
    let mut stream = caller.stream_with("/test.Probe/Silence", named("log-me-3")).await.unwrap();
    stream.message().await.unwrap();
    drop(stream);
    caller.raw("/test.Probe/Echo", &[("x-request-id", "log-me-4")], b"\0\0").await;

    eventually(|| lines.of_ended_calls().len() >= 5).await;
    let mut ended = lines.of_ended_calls();
    ended.sort_by_key(|line| line.find("log-me-").map(|at| line[at..at + 8].to_owned()));
    let has = |line: usize, texts: &[&str]| {
        let line = &ended[line];
        assert!(texts.iter().all(|text| line.contains(text)), "{texts:?} not in {line}");
    };
    has(0, &["INFO", "path=\"/test.Probe/Echo\"", "grpc_status=\"OK\"", "duration_ms="]);
    has(1, &["ERROR", "/test.Probe/Panic", "grpc_status=\"INTERNAL\""]);
    has(2, &["ERROR", "/test.Probe/PanicLater", "grpc_status=\"INTERNAL\""]);
    has(3, &["INFO", "/test.Probe/Silence", "grpc_status=\"CANCELLED\""]);
    has(4, &["INFO", "/test.Probe/Echo", "grpc_status=\"INVALID_ARGUMENT\""]);
    assert_eq!(ended.len(), 5);
}
