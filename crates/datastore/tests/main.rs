//! Tests of the datastore through its public interface, most of them over memory and over a directory alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod aggregate;
mod bundled;
mod correspondences;
mod damage;
mod demo;
mod import;
mod panels;
mod queries;
mod rules;
