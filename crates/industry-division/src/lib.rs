//! Worker: specialisation of industries, likeness of structures, and the division of industries.
//!
//! Each rpc is an adapter: it turns a request into a selection, reads the panel, applies the policy for missing cells,
//! calls a pure function of `growthpole-methods`, and puts labels, warnings and provenance on the result. No mathematics
//! of its own lives here.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod adapters;
mod beside;
mod industry_sets;
mod pair_weights;
mod presence;
mod reading;
mod relatedness;
mod service;

use std::sync::Arc;

use growthpole_contracts::v1::industry_division_service_server::{IndustryDivisionServiceServer, SERVICE_NAME};
use growthpole_worker_kit::{PanelSource, Worker};
use tonic::codec::CompressionEncoding::{Gzip, Zstd};
use tonic::service::Routes;

/// The worker, which reads its panels from `panels` and receives messages of up to `max_message_bytes`.
pub fn worker(panels: Arc<dyn PanelSource>, max_message_bytes: usize) -> Worker {
    let service = IndustryDivisionServiceServer::new(service::IndustryDivision::new(panels))
        .max_decoding_message_size(max_message_bytes)
        .accept_compressed(Gzip)
        .accept_compressed(Zstd)
        .send_compressed(Gzip)
        .send_compressed(Zstd);
    Worker { name: "industry-division", services: &[SERVICE_NAME], routes: Routes::new(service) }
}
