//! Integration tests of the API: real calls over TCP, over a small data set and over the bundled ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod assembly;
mod bundled;
mod catalogue;
mod datasets;
mod flight;
mod flight_tools;
mod keeping;
mod large;
mod observations;
mod panels;
mod refusals;
mod support;
