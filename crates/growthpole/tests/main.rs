//! The program as a person or a script runs it: its output, its exit status, and its processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod questions;
mod serving;
mod support;
mod usage;
