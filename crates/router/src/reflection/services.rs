//! The services grpc.reflection.v1 and v1alpha.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use prost::Message;
use tonic::{Request, Response, Status, Streaming};
use tonic_reflection::pb::{v1, v1alpha};

use super::answer::answer;
use crate::view::Shared;

/// Both versions of reflection over the view that is valid when a request comes.
#[derive(Debug, Clone)]
pub(crate) struct MergedReflection {
    shared: Arc<Shared>,
}

impl MergedReflection {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(crate) fn v1(self) -> v1::server_reflection_server::ServerReflectionServer<Self> {
        v1::server_reflection_server::ServerReflectionServer::new(self)
    }

    pub(crate) fn v1alpha(self) -> v1alpha::server_reflection_server::ServerReflectionServer<Self> {
        v1alpha::server_reflection_server::ServerReflectionServer::new(self)
    }

    /// Answers one request after the other, until the caller or the server ends.
    fn answers<Asked, Answered>(
        &self,
        requests: Streaming<Asked>,
        read: impl Fn(Asked) -> Result<v1::ServerReflectionRequest, Status> + Send + 'static,
        write: impl Fn(v1::ServerReflectionResponse) -> Result<Answered, Status> + Send + 'static,
    ) -> Answers<Answered>
    where
        Asked: Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let health = self.shared.health().clone();
        let answers = requests.map(move |request| write(answer(&shared.view(), read(request?)?)));
        // A stream that stays open would hold up the drain.
        Box::pin(answers.take_until(Box::pin(async move { health.draining().await })))
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl v1::server_reflection_server::ServerReflection for MergedReflection {
    type ServerReflectionInfoStream = Answers<v1::ServerReflectionResponse>;

    async fn server_reflection_info(
        &self,
        request: Request<Streaming<v1::ServerReflectionRequest>>,
    ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
        Ok(Response::new(self.answers(request.into_inner(), Ok, Ok)))
    }
}

#[tonic::async_trait]
impl v1alpha::server_reflection_server::ServerReflection for MergedReflection {
    type ServerReflectionInfoStream = Answers<v1alpha::ServerReflectionResponse>;

    async fn server_reflection_info(
        &self,
        request: Request<Streaming<v1alpha::ServerReflectionRequest>>,
    ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
        Ok(Response::new(self.answers(request.into_inner(), |message| same(&message), |message| same(&message))))
    }
}

/// The same message of the other version: both have one form on the wire.
fn same<To: Message + Default>(message: &impl Message) -> Result<To, Status> {
    To::decode(message.encode_to_vec().as_slice()).map_err(|error| Status::internal(error.to_string()))
}
