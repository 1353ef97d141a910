//! A query cluster of real processes over an S3 server: every kind of query answers the same as without a cluster, also
//! when an executor is killed on the way, and what is wrong with a cluster is told as what it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod broken;
mod limits;
mod lost;
mod processes;
#[path = "../../../datastore/tests/s3_server.rs"]
mod s3_server;
