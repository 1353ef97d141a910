//! Reflection over everybody's descriptors, as services and as plain answers.

mod answer;
mod services;

pub(crate) use services::MergedReflection;

/// Both versions of the service, which are the API's own.
pub(crate) const SERVICES: [&str; 2] =
    ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

/// Their descriptors.
pub(crate) const DESCRIPTORS: [&[u8]; 2] =
    [tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET, tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET];
