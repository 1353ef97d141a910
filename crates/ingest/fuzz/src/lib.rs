//! What the fuzz targets run. The tests of `growthpole-ingest` run the same functions over the corpus and over mutations
//! of it, with any compiler.

pub mod targets;
