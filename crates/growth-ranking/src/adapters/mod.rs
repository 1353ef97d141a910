//! One adapter a method: request, panel, pure function, answer. What several share has a file of its own.

mod companions;
pub(crate) mod decompose_growth;
#[allow(dead_code)] // until the methods that read series stand here
mod named_regions;
pub(crate) mod rank_growth;
#[allow(dead_code)]
mod series;
#[allow(dead_code)]
mod spatial;
