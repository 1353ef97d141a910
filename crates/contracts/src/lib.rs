//! The protobuf contracts: messages and services of `proto/`, their descriptors, and the one error that crosses RPC.
//!
//! Everything here is what callers see. Domain crates do not know it; conversions live in the worker kit and in the API.

pub mod error;
mod panel_block;

pub use error::{ERROR_DOMAIN, Reason, Refusal, RefusalContent, Violation};

/// Messages, clients and servers of package `growthpole.v1`.
pub mod v1 {
    #![allow(missing_docs, unreachable_pub, clippy::all)]
    tonic::include_proto!("growthpole.v1");

    pub use super::panel_block::PanelBlock;
}

/// The encoded `FileDescriptorSet` of all contracts, comments and imports included.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// [`DESCRIPTORS`] with those of Arrow Flight, whose messages are not ours: what reflection serves.
pub const SERVED_DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/served.bin"));

/// Version of the software, as answers carry it.
pub const SOFTWARE_VERSION: &str = env!("CARGO_PKG_VERSION");
