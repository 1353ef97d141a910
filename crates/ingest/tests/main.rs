//! Tests of the readers through their public interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod round_trip;
