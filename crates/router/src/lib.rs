//! Workers behind the API's endpoint: passed through by path, with merged reflection.
//!
//! A worker is any gRPC server with `grpc.health.v1` and `grpc.reflection.v1` (or `v1alpha`). The [`Router`] dials it,
//! learns its services and descriptors by reflection, watches its health, and hands it the calls of its services. **No
//! message that is only carried is ever decoded**: bodies and trailers pass as the frames that came, so that all four call
//! kinds, compression, error details, deadlines and cancellation work as if the caller had dialled the worker itself.
//!
//! What can be called is one immutable view, rebuilt and swapped whenever a worker comes or goes; routing,
//! reflection, health, [`Router::workers`] and [`Router::methods`] all read the same one.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod descriptors;
mod endpoint;
mod proxy;
mod reflection;
mod remote;
mod router;
mod settings;
mod snapshot;
mod view;

pub use endpoint::{InvalidWorker, WorkerEndpoint};
pub use router::{InProcessWorker, OwnServices, Router, RouterError};
pub use settings::RouterSettings;
pub use snapshot::{MethodSnapshot, WorkerSnapshot, WorkerState};
