//! Learning a service's descriptors from the service itself (grpc.reflection.v1, or v1alpha of older ones).

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message;
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic::{Code, Status};
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::failure::Failure;
use crate::transport::Client;

/// The messages of v1 and v1alpha are the same on the wire; only the name of the service differs.
const METHODS: [&str; 2] = [
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// Asks a service what it serves.
#[derive(Debug)]
pub(crate) struct Reflection<'a> {
    client: &'a Client,
    /// Position in [`METHODS`].
    version: usize,
}

impl<'a> Reflection<'a> {
    /// Asks the service behind `client`.
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, version: 0 }
    }

    /// Names of all services.
    pub(crate) async fn services(&mut self) -> Result<Vec<String>, Failure> {
        match self.ask(MessageRequest::ListServices(String::new())).await? {
            Some(MessageResponse::ListServicesResponse(list)) => {
                Ok(list.service.into_iter().map(|service| service.name).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Descriptors of `service` and of all it needs; nothing when the service is not known.
    pub(crate) async fn pool_of(&mut self, service: &str) -> Result<Option<DescriptorPool>, Failure> {
        let mut files = BTreeMap::new();
        let first = self.files(MessageRequest::FileContainingSymbol(service.to_owned())).await?;
        if first.is_empty() {
            return Ok(None);
        }
        let mut news = first;
        while !news.is_empty() {
            files.extend(news.into_iter().map(|file| (file.name().to_owned(), file)));
            news = Vec::new();
            for name in missing(&files) {
                let found = self.files(MessageRequest::FileByFilename(name.clone())).await?;
                if !found.iter().any(|file| file.name() == name) {
                    return Err(Failure::Other(anyhow::anyhow!("the service does not describe its file {name}")));
                }
                news.extend(found);
            }
        }
        let set = FileDescriptorSet { file: files.into_values().collect() };
        let pool = DescriptorPool::from_file_descriptor_set(set);
        pool.map(Some).map_err(|error| Failure::Other(anyhow::anyhow!("the service's descriptors: {error}")))
    }

    async fn files(&mut self, request: MessageRequest) -> Result<Vec<FileDescriptorProto>, Failure> {
        match self.ask(request).await? {
            Some(MessageResponse::FileDescriptorResponse(files)) => {
                let decode = |file: &Vec<u8>| FileDescriptorProto::decode(file.as_slice());
                Ok(files.file_descriptor_proto.iter().map(decode).collect::<Result<_, _>>()?)
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn ask(&mut self, request: MessageRequest) -> Result<Option<MessageResponse>, Failure> {
        let request = ServerReflectionRequest { host: String::new(), message_request: Some(request) };
        let request = Bytes::from(request.encode_to_vec());
        loop {
            match self.exchange(request.clone()).await {
                Err(status) if status.code() == Code::Unimplemented && self.version + 1 < METHODS.len() => {
                    self.version += 1;
                }
                Err(status) => return Err(status.into()),
                Ok(None) => return Ok(None),
                Ok(Some(answer)) => return Ok(ServerReflectionResponse::decode(answer)?.message_response),
            }
        }
    }

    async fn exchange(&self, request: Bytes) -> Result<Option<Bytes>, Status> {
        let method = METHODS.get(self.version).copied().unwrap_or(METHODS[0]);
        self.client.streaming(method, vec![request]).await?.message().await
    }
}

/// Files that others import and that are not here yet.
fn missing(files: &BTreeMap<String, FileDescriptorProto>) -> Vec<String> {
    let imported: std::collections::BTreeSet<&String> = files.values().flat_map(|file| &file.dependency).collect();
    imported.into_iter().filter(|name| !files.contains_key(*name)).cloned().collect()
}
