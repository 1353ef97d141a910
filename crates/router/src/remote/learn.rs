//! What a worker serves, by reflection.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};
use tonic_prost::ProstCodec;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::descriptors::DescriptorFile;
use crate::proxy::innermost;

/// The two versions of reflection; their messages have one form on the wire.
const PATHS: [&str; 2] = [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];
/// Files that a worker may have; more is a mistake or an attack.
const MOST_FILES: usize = 4096;
/// Size of one answer: the files of a large interface in one message.
const MOST_BYTES: usize = 64 << 20;

/// What a worker offers: its services without the infrastructure that every worker has, and all of its files.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) services: Vec<String>,
    pub(crate) files: Vec<Arc<DescriptorFile>>,
}

/// Why nothing was learnt.
#[derive(Debug)]
pub(super) enum LearnError {
    /// The worker cannot be reached now.
    Unreachable(String),
    /// The worker answers, but not so that it could be served.
    Unsuitable(String),
}

/// Asks a worker for its services and files; calls `reached` as soon as it answers at all.
pub(super) async fn learn(channel: &Channel, reached: impl Fn()) -> Result<Offer, LearnError> {
    for path in PATHS {
        match Conversation::begin(channel.clone(), path).await {
            Ok((mut conversation, services)) => {
                reached();
                return conversation.offer(services).await;
            }
            Err(status) if status.code() == Code::Unimplemented => reached(),
            Err(status) => return Err(unreachable(&status)),
        }
    }
    Err(LearnError::Unsuitable("it has no reflection: neither grpc.reflection.v1 nor v1alpha".to_owned()))
}

fn unreachable(status: &Status) -> LearnError {
    let cause = innermost(status);
    LearnError::Unreachable(if status.message().is_empty() { cause } else { shorten(status, &cause) })
}

fn shorten(status: &Status, cause: &str) -> String {
    // The status of a broken connection ends in its innermost cause, which is what a reader wants.
    if std::error::Error::source(status).is_some() { cause.to_owned() } else { status.message().to_owned() }
}

/// Whether every server has such a service, so that it is nothing to be passed on.
fn is_infrastructure(service: &str) -> bool {
    ["grpc.health.", "grpc.reflection.", "grpc.channelz."].iter().any(|prefix| service.starts_with(prefix))
}

/// Questions and answers on one reflection stream, one at a time.
struct Conversation {
    questions: mpsc::Sender<ServerReflectionRequest>,
    answers: Streaming<ServerReflectionResponse>,
}

impl Conversation {
    /// Opens the stream with the question for all services.
    async fn begin(channel: Channel, path: &'static str) -> Result<(Self, Vec<String>), Status> {
        let mut grpc = tonic::client::Grpc::new(channel).max_decoding_message_size(MOST_BYTES);
        grpc.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let (questions, asked) = mpsc::channel(1);
        // Asked before the stream opens, because servers may send no headers before the first answer.
        let first = question(MessageRequest::ListServices(String::new()));
        questions.send(first).await.map_err(|_| Status::unavailable("the stream ended"))?;
        let path = http::uri::PathAndQuery::from_static(path);
        let codec: ProstCodec<ServerReflectionRequest, ServerReflectionResponse> = ProstCodec::default();
        let answers = grpc.streaming(Request::new(ReceiverStream::new(asked)), path, codec).await?.into_inner();
        let mut conversation = Self { questions, answers };
        match conversation.answer().await? {
            MessageResponse::ListServicesResponse(list) => {
                Ok((conversation, list.service.into_iter().map(|service| service.name).collect()))
            }
            _ => Err(Status::unknown("reflection does not list services")),
        }
    }

    async fn answer(&mut self) -> Result<MessageResponse, Status> {
        let answer = self.answers.message().await?.and_then(|answer| answer.message_response);
        answer.ok_or_else(|| Status::unavailable("the reflection stream ended"))
    }

    async fn ask(&mut self, request: MessageRequest) -> Result<MessageResponse, Status> {
        let sent = self.questions.send(question(request)).await;
        sent.map_err(|_| Status::unavailable("the reflection stream ended"))?;
        self.answer().await
    }

    /// All files of the services, imports included.
    async fn offer(&mut self, services: Vec<String>) -> Result<Offer, LearnError> {
        let services: BTreeSet<String> = services.into_iter().filter(|service| !is_infrastructure(service)).collect();
        let mut files: BTreeMap<String, Arc<DescriptorFile>> = BTreeMap::new();
        for service in &services {
            self.fetch(MessageRequest::FileContainingSymbol(service.clone()), &mut files).await?;
        }
        while let Some(import) = missing_import(&files) {
            if files.len() >= MOST_FILES {
                return Err(LearnError::Unsuitable(format!("it has more than {MOST_FILES} descriptor files")));
            }
            self.fetch(MessageRequest::FileByFilename(import.clone()), &mut files).await?;
            if !files.contains_key(&import) {
                return Err(LearnError::Unsuitable(format!("its reflection does not give the file {import}")));
            }
        }
        Ok(Offer { services: services.into_iter().collect(), files: files.into_values().collect() })
    }

    async fn fetch(
        &mut self,
        request: MessageRequest,
        files: &mut BTreeMap<String, Arc<DescriptorFile>>,
    ) -> Result<(), LearnError> {
        let what = format!("{request:?}");
        match self.ask(request).await.map_err(|status| unreachable(&status))? {
            MessageResponse::FileDescriptorResponse(found) => {
                for bytes in found.file_descriptor_proto {
                    let file = DescriptorFile::decode(bytes)
                        .map_err(|error| LearnError::Unsuitable(format!("its descriptors cannot be read: {error}")))?;
                    files.entry(file.name().to_owned()).or_insert_with(|| Arc::new(file));
                }
                Ok(())
            }
            MessageResponse::ErrorResponse(error) => {
                Err(LearnError::Unsuitable(format!("its reflection refuses {what}: {}", error.error_message)))
            }
            _ => Err(LearnError::Unsuitable(format!("its reflection answers {what} with something else"))),
        }
    }
}

fn question(request: MessageRequest) -> ServerReflectionRequest {
    ServerReflectionRequest { host: String::new(), message_request: Some(request) }
}

fn missing_import(files: &BTreeMap<String, Arc<DescriptorFile>>) -> Option<String> {
    let imports = files.values().flat_map(|file| &file.proto.dependency);
    imports.into_iter().find(|import| !files.contains_key(*import)).cloned()
}
