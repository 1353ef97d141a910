//! `call`: any method, with requests in JSON.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use clap::Args;
use prost::Message as _;
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor};

use super::Common;
use super::ask::Whom;
use crate::dynamic;
use crate::failure::Failure;
use crate::output::{json, standard_output};
use crate::transport::Client;

/// Calls any method. A unary answer is printed over several lines, a stream as one message a line.
#[derive(Debug, Args)]
pub(super) struct CallArgs {
    /// Method, for example growthpole.v1.CatalogService/ListRegions
    #[arg(value_name = "SERVICE/METHOD")]
    method: String,
    /// Request in JSON; @FILE reads it from a file, - from standard input. A method whose caller streams takes several,
    /// one after the other
    #[arg(value_name = "JSON|@FILE|-", default_value = "{}")]
    request: String,
    /// Answers are JSON; with this, errors are too
    #[arg(long, short, value_parser = ["json"])]
    output: Option<String>,
    #[command(flatten)]
    whom: Whom,
}

impl CallArgs {
    /// Whether errors are to be told in JSON.
    pub(super) fn wants_json(&self) -> bool {
        self.output.is_some()
    }

    /// Calls and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let text = self.text()?;
        // Mistakes are told before anything is opened.
        match dynamic::known(&self.method, self.whom.elsewhere())? {
            Some(method) => {
                let messages = messages(&text, &method)?;
                exchange(&self.whom.client(common).await?, &method, messages).await
            }
            None => {
                let client = self.whom.client(common).await?;
                let method = dynamic::learnt(&client, &self.method).await?;
                exchange(&client, &method, messages(&text, &method)?).await
            }
        }
    }

    fn text(&self) -> Result<String, Failure> {
        if self.request == "-" {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            return read
                .map(|_| text)
                .map_err(|error| Failure::Usage(format!("standard input cannot be read: {error}")));
        }
        match self.request.strip_prefix('@') {
            None => Ok(self.request.clone()),
            Some(path) => {
                std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{path} cannot be read: {error}")))
            }
        }
    }
}

async fn exchange(client: &Client, method: &MethodDescriptor, messages: Vec<Bytes>) -> Result<(), Failure> {
    let name = format!("{}/{}", method.parent_service().full_name(), method.name());
    let mut output = standard_output();
    // On the wire a unary call is a stream of one message each way.
    let mut answers = client.streaming(&name, messages).await?;
    while let Some(answer) = answers.message().await? {
        if method.is_server_streaming() {
            json::line(&mut output, &method.output(), &answer)?;
            output.flush()?;
        } else {
            json::pretty(&mut output, &method.output(), &answer)?;
        }
    }
    Ok(output.flush()?)
}

/// Reads the requests: exactly one, unless the caller may stream.
fn messages(text: &str, method: &MethodDescriptor) -> Result<Vec<Bytes>, Failure> {
    let kind = method.input();
    let mut messages = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    loop {
        let message = DynamicMessage::deserialize(kind.clone(), &mut json).map_err(|error| refused(&kind, &error))?;
        messages.push(Bytes::from(message.encode_to_vec()));
        match json.end() {
            Ok(()) => return Ok(messages),
            Err(_) if method.is_client_streaming() => {}
            Err(error) => return Err(refused(&kind, &error)),
        }
    }
}

fn refused(kind: &MessageDescriptor, error: &serde_json::Error) -> Failure {
    Failure::Usage(format!("the request is no {} in JSON: {error}", kind.full_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, text: &str) -> Result<usize, String> {
        let pool = dynamic::contracts().unwrap();
        let (service, name) = method.split_once('/').unwrap();
        let service = pool.get_service_by_name(service).unwrap();
        let method = service.methods().find(|method| method.name() == name).unwrap();
        match messages(text, &method) {
            Ok(messages) => Ok(messages.len()),
            Err(Failure::Usage(text)) => Err(text),
            Err(other) => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn mistakes_in_a_request_have_a_position() {
        const METHOD: &str = "growthpole.v1.CatalogService/ListRegions";
        assert_eq!(read(METHOD, r#"{"dataset":"china-provinces"}"#), Ok(1));
        for (text, position) in [
            ("{\n  \"datast\": 1}", "line 2 column"),
            ("{\"dataset\": 1}", "line 1 column"),
            ("{", "line 1 column 1"),
            ("", "line 1 column 0"),
            ("{} {}", "line 1 column 4"),
            ("[]", "line 1 column"),
        ] {
            let refused = read(METHOD, text).unwrap_err();
            assert!(refused.contains(position), "{text}: {refused}");
        }
    }
}
