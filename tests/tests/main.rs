//! End-to-end tests: one program, so that the query engine is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking

mod analysis;
mod article;
mod bad_input;
mod certainty;
mod convergence;
mod division;
mod documentation;
mod export;
mod genuine;
mod golden;
mod imports;
mod interop;
mod pace;
mod plan_refusals;
mod plan_sizes;
mod plans;
mod serving;
mod shapes;
mod space;
mod workspace;
