//! The server through real sockets, with a small service written by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod compression;
mod deadlines;
mod drain;
mod errors;
mod health;
mod limits;
mod log;
mod request_ids;
mod sockets;
mod support;
