//! Serving gRPC: the accept loop, limits, deadlines, health, request ids and drain, for whatever services it is given.
//!
//! [`serve`] takes what is listened on, an [`axum::Router`] (tonic's [`Routes`](tonic::service::Routes) give one), a
//! [`HealthBoard`], [`ServerSettings`] and the future that ends it. Everything about a call that does not depend on
//! what it computes happens here: see [`layers`] for what, and in which order.
//!
//! ```
//! use growthpole_server::{HealthBoard, ListenAddress, Listener, ServerSettings, serve};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = ServerSettings { listen: "127.0.0.1:0".parse()?, ..ServerSettings::default() };
//! let listener = Listener::bind(&settings.listen)?;
//! println!("listening on {}", listener.local_address());
//!
//! let health = HealthBoard::new();
//! let routes = tonic::service::Routes::new(health.clone().into_service());
//! // Once everything is loaded; `set` says it of one service.
//! health.set("", true);
//!
//! let shutdown = async {}; // `shutdown_signal()` in a program
//! let report = serve(listener, routes.into_axum_router(), health, &settings, shutdown).await?;
//! assert_eq!(report.aborted, 0);
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod accept;
mod address;
mod connection;
mod counted;
mod health;
mod health_service;
pub mod layers;
mod listener;
mod refusal;
mod serve;
mod settings;
mod signal;

pub use address::{InvalidListenAddress, ListenAddress};
pub use health::HealthBoard;
pub use layers::{Deadline, RequestId};
pub use listener::Listener;
pub use refusal::{DOMAIN, code_name, refusal};
pub use serve::{DrainReport, serve};
pub use settings::ServerSettings;
pub use signal::shutdown_signal;
