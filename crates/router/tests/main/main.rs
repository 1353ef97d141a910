//! Integration tests of the router: real workers over TCP, real clients through the router.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
mod reflected;
mod support;
mod workers;
