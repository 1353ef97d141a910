//! What is connected, and what can be called, at one moment.

/// State of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkerState {
    /// Known from the configuration; not reached yet.
    Discovered,
    /// Reached; its services are being learnt, or it does not say yet that it serves.
    Connected,
    /// Takes calls.
    Ready,
    /// Was reached before and is not now.
    Lost,
    /// Cannot be served here.
    Incompatible,
}

/// A worker at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSnapshot {
    /// Name.
    pub name: String,
    /// Where it runs: `in-process`, or its endpoint.
    pub endpoint: String,
    /// State.
    pub state: WorkerState,
    /// Why it is in that state; empty when it is ready.
    pub reason: String,
    /// Services it serves, or would serve, by full name and sorted.
    pub services: Vec<String>,
}

/// A method that can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodSnapshot {
    /// Full name of the service.
    pub service: String,
    /// Name.
    pub name: String,
    /// Name of the worker, or `api`.
    pub worker: String,
    /// Full name of the request message.
    pub request_type: String,
    /// Full name of the response message.
    pub response_type: String,
    /// Whether the caller streams.
    pub client_streaming: bool,
    /// Whether the answer is a stream.
    pub server_streaming: bool,
    /// Documentation from the descriptors; empty where they carry none.
    pub documentation: String,
}
