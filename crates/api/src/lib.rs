//! The data services, and the assembly of server, router and datastore.
//!
//! [`Api::new`] puts the five services and Arrow Flight over a [`Datastore`](growthpole_datastore::Datastore), the in-process workers and
//! the router before remote ones into one [`axum::Router`], which [`growthpole_server::serve`] serves:
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use growthpole_api::{Api, ApiSettings, LocalPanels};
//! # use growthpole_datastore::Datastore;
//! # use growthpole_server::{Listener, ServerSettings, serve, shutdown_signal};
//! # async fn run(datastore: Datastore, workers: fn(LocalPanels) -> Vec<growthpole_worker_kit::Worker>)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//! # let settings = ServerSettings::default();
//! let panels = LocalPanels::new(datastore.clone());
//! let api = Api::new(datastore, workers(panels), Vec::new(), &ApiSettings::default())?;
//! let listener = Listener::bind(&settings.listen)?;
//! serve(listener, api.routes(), api.health(), &settings, shutdown_signal()).await?;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod api;
mod chunks;
mod convert;
mod flight;
mod importing;
mod page_token;
mod panels;
mod regions;
mod resolve;
mod services;

pub use api::{Api, ApiSettings};
pub use importing::{ImportLimits, check_header, file_import, import_progress, import_refusal, import_report};
pub use panels::LocalPanels;
