//! What is answered to one reflection request.

use std::borrow::Cow;

use tonic::Code;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse, ServerReflectionRequest,
    ServerReflectionResponse, ServiceResponse,
};

use crate::view::View;

/// Answers a request from the view that is valid now. What is not there is an answer too: the stream goes on.
pub(super) fn answer(view: &View, request: ServerReflectionRequest) -> ServerReflectionResponse {
    ServerReflectionResponse {
        valid_host: request.host.clone(),
        message_response: Some(message(view, request.message_request.as_ref())),
        original_request: Some(request),
    }
}

fn message(view: &View, request: Option<&MessageRequest>) -> MessageResponse {
    match request {
        None => error(Code::InvalidArgument, "the request asks for nothing".to_owned()),
        Some(MessageRequest::ListServices(_)) => services(view),
        Some(MessageRequest::FileByFilename(name)) => files(view.index.file(name), || format!("file {}", shown(name))),
        Some(MessageRequest::FileContainingSymbol(symbol)) => {
            files(view.index.file_of_symbol(symbol), || format!("symbol {}", shown(symbol)))
        }
        Some(MessageRequest::FileContainingExtension(extension)) => {
            let (message, number) = (&extension.containing_type, extension.extension_number);
            files(view.index.file_of_extension(message, number), || format!("extension {number} of {}", shown(message)))
        }
        Some(MessageRequest::AllExtensionNumbersOfType(message)) => match view.index.extension_numbers(message) {
            Some(numbers) => MessageResponse::AllExtensionNumbersResponse(ExtensionNumberResponse {
                base_type_name: message.clone(),
                extension_number: numbers,
            }),
            None => error(Code::NotFound, format!("there is no message {}", shown(message))),
        },
    }
}

fn services(view: &View) -> MessageResponse {
    let service = view.callable.keys().map(|name| ServiceResponse { name: name.clone() }).collect();
    MessageResponse::ListServicesResponse(ListServiceResponse { service })
}

fn files(found: Option<Vec<Vec<u8>>>, what: impl FnOnce() -> String) -> MessageResponse {
    match found {
        Some(file_descriptor_proto) => {
            MessageResponse::FileDescriptorResponse(FileDescriptorResponse { file_descriptor_proto })
        }
        None => error(Code::NotFound, format!("there is no {}", what())),
    }
}

/// A name as a sentence says it: its beginning, where nobody would read all of it. The request goes back whole beside it.
fn shown(name: &str) -> Cow<'_, str> {
    const MOST_CHARACTERS: usize = 200;
    match name.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => Cow::Owned(format!("{}… ({} bytes)", name.get(..end).unwrap_or_default(), name.len())),
        None => Cow::Borrowed(name),
    }
}

fn error(code: Code, error_message: String) -> MessageResponse {
    MessageResponse::ErrorResponse(ErrorResponse { error_code: code.into(), error_message })
}
