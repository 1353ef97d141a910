//! Tests of the readers through their public interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod collected;
mod documented;
mod extracts;
mod extracts_text;
mod fuzzed;
mod genuine_forms;
mod genuine_text;
mod hostile;
mod round_trip;
mod written;
