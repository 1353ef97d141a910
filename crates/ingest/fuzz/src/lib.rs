//! What the fuzz targets run. The tests of `growthpole-ingest` run the same functions over the corpus and over mutations
//! of it, with any compiler.

pub mod targets;

/// Lets panics pass that the readers catch: decoders of other libraries end so on damaged files. libFuzzer would end at every
/// panic; one that nobody catches still ends it.
pub fn end_at_uncaught_panics_only() {
    std::panic::set_hook(Box::new(|_| ()));
}
