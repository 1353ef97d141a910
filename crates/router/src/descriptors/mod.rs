//! Descriptors: files as they came, what they declare, and the merged index of several sets.

mod file;
mod index;
mod symbols;

pub(crate) use file::DescriptorFile;
pub(crate) use index::DescriptorIndex;
