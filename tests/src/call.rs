//! Calls by name with JSON, answers as bytes: what a client in any language sends and receives.

use bytes::{Buf, BufMut, Bytes};
use growthpole_contracts::DESCRIPTORS;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use serde_json::Value;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tonic_types::StatusExt;

/// A client of one endpoint.
#[derive(Debug, Clone)]
pub struct Client {
    channel: Channel,
    pool: DescriptorPool,
}

impl Client {
    /// Connects to `http://host:port`.
    pub async fn connect(endpoint: &str) -> Self {
        let channel = Endpoint::from_shared(endpoint.to_owned()).unwrap().connect().await.expect("the server answers");
        Self { channel, pool: DescriptorPool::decode(DESCRIPTORS).unwrap() }
    }

    /// The channel, for generated clients.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    fn method(&self, path: &str) -> MethodDescriptor {
        let (service, method) = path.split_once('/').expect("a path is Service/Method");
        let service = self.pool.get_service_by_name(&format!("growthpole.v1.{service}")).expect("the service exists");
        service.methods().find(|known| known.name() == method).expect("the method exists")
    }

    /// Calls `Service/Method` of package `growthpole.v1` with a request in the protobuf JSON mapping; every message of the
    /// answer as it came over the wire.
    ///
    /// # Errors
    ///
    /// The status that was answered.
    pub async fn raw(&self, path: &str, request: &Value) -> Result<Vec<Bytes>, Status> {
        let method = self.method(path);
        let message = DynamicMessage::deserialize(method.input(), request).expect("the request fits its message");
        self.raw_bytes(&format!("/growthpole.v1.{path}"), message.encode_to_vec().into()).await
    }

    /// Calls a path with an encoded request.
    ///
    /// # Errors
    ///
    /// The status that was answered.
    pub async fn raw_bytes(&self, path: &str, request: Bytes) -> Result<Vec<Bytes>, Status> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let path = path.parse().expect("a path");
        let answer = grpc.server_streaming(Request::new(request), path, RawCodec).await?;
        let mut answer = answer.into_inner();
        let mut messages = Vec::new();
        while let Some(message) = answer.message().await? {
            messages.push(message);
        }
        Ok(messages)
    }

    /// Calls a unary path with an encoded request; the encoded answer.
    ///
    /// # Errors
    ///
    /// The status that was answered.
    pub async fn unary_bytes(&self, path: &'static str, request: Bytes) -> Result<Bytes, Status> {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone());
        grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let path = tonic::codegen::http::uri::PathAndQuery::from_static(path);
        Ok(grpc.unary(Request::new(request), path, RawCodec).await?.into_inner())
    }

    /// An encoded request, from its JSON.
    pub fn encode(&self, path: &str, request: &Value) -> Bytes {
        let message =
            DynamicMessage::deserialize(self.method(path).input(), request).expect("the request fits its message");
        message.encode_to_vec().into()
    }

    /// Calls and reads the only message of the answer as JSON, with every field written out.
    ///
    /// # Errors
    ///
    /// The status that was answered.
    pub async fn json(&self, path: &str, request: &Value) -> Result<Value, Status> {
        let messages = self.json_stream(path, request).await?;
        assert_eq!(messages.len(), 1, "{path} answers with one message");
        Ok(messages.into_iter().next().unwrap())
    }

    /// Calls and reads every message of the answer as JSON, with every field written out.
    ///
    /// # Errors
    ///
    /// The status that was answered.
    pub async fn json_stream(&self, path: &str, request: &Value) -> Result<Vec<Value>, Status> {
        let output = self.method(path).output();
        let messages = self.raw(path, request).await?;
        let options =
            prost_reflect::SerializeOptions::new().skip_default_fields(false).stringify_64_bit_integers(false);
        let read = |bytes: Bytes| {
            let message = DynamicMessage::decode(output.clone(), bytes).expect("the answer is its message");
            message.serialize_with_options(serde_json::value::Serializer, &options).expect("messages are JSON")
        };
        Ok(messages.into_iter().map(read).collect())
    }
}

/// A refusal as a client reads it, in a form that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The gRPC code.
    pub code: tonic::Code,
    /// The sentence.
    pub message: String,
    /// `ErrorInfo.reason`.
    pub reason: String,
    /// `ErrorInfo.domain`.
    pub domain: String,
    /// `ErrorInfo.metadata`, sorted.
    pub metadata: Vec<(String, String)>,
    /// `BadRequest` violations: field and description.
    pub violations: Vec<(String, String)>,
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().cloned();
        let mut metadata: Vec<(String, String)> = info.iter().flat_map(|info| info.metadata.clone()).collect();
        metadata.sort();
        let violations = details.bad_request().map(|request| request.field_violations.clone()).unwrap_or_default();
        Self {
            code: status.code(),
            message: status.message().to_owned(),
            reason: info.as_ref().map(|info| info.reason.clone()).unwrap_or_default(),
            domain: info.map(|info| info.domain).unwrap_or_default(),
            metadata,
            violations: violations.into_iter().map(|violation| (violation.field, violation.description)).collect(),
        }
    }
}

/// Passes messages through as bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
