//! Tests of the datastore through its public interface, most of them over memory and over a directory alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod aggregate;
mod between;
mod bundled;
mod collecting;
mod commits;
mod correspondences;
mod crash;
mod damage;
mod demo;
mod import;
mod large;
mod panels;
mod queries;
mod retracting;
mod rules;
mod s3;
mod s3_server;
mod sql;
mod verifying;
mod watching;
