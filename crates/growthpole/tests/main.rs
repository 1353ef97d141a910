//! The program as a person or a script runs it: its output, its exit status, and its processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod importing;
mod keeping;
mod questions;
#[path = "../../datastore/tests/s3_server.rs"]
mod s3_server;
mod serving;
mod support;
mod usage;
