//! Shared by the end-to-end tests: processes to call, and calls by name.
//!
//! Everything here fails by panicking, with a sentence that says what was expected: these are tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::missing_panics_doc)]

pub mod analysis;
pub mod call;
pub mod division;
pub mod golden;
pub mod jobs;
pub mod process;
