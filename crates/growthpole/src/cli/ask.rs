//! What commands that ask share: whom to ask, and how to show the answer.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use prost::Message;

use super::analysis::{Analysis, Part};
use super::{Common, data_flag};
use crate::assemble;
use crate::config::Settings;
use crate::dynamic;
use crate::failure::Failure;
use crate::output::bar::Bar;
use crate::output::stream::Stream;
use crate::output::{Format, View, json, standard_output};
use crate::transport::Client;

/// The full name of a method of package `growthpole.v1`.
macro_rules! method {
    ($name:literal) => {
        concat!("growthpole.v1.", $name)
    };
    ($service:literal, $name:literal) => {
        concat!("growthpole.v1.", $service, "/", $name)
    };
}
pub(super) use method;

/// Whom to ask.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Whom to ask")]
pub(super) struct Whom {
    /// Asks the service at this address; without it, the answer is computed in this process
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Data directory of this process, or the URL of a bucket (s3://bucket/prefix, gs://, az://); the bundled data sets are
    /// imported into it when they are missing
    #[arg(long, value_name = "DIR|URL", conflicts_with = "server")]
    data: Option<PathBuf>,
}

/// Whom to ask and how to show the answer.
#[derive(Debug, Clone, Args)]
pub(super) struct Ask {
    #[command(flatten)]
    whom: Whom,
    /// How the answer is printed
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    pub(super) output: Format,
}

impl Whom {
    /// Whether a service elsewhere is asked, which may know more than this program.
    pub(super) fn elsewhere(&self) -> bool {
        self.server.is_some()
    }

    /// The address of the service that is asked, where it is another process.
    pub(super) fn address(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// The settings of this process, where it does the work itself.
    pub(super) fn settings(&self, common: &Common) -> Result<Settings, Failure> {
        Ok(common.start_asking(data_flag(self.data.as_ref()).into_iter().collect())?.settings)
    }

    /// A client of the service at the address, or of one in this process.
    pub(super) async fn client(&self, common: &Common) -> Result<Client, Failure> {
        let effective = common.start_asking(data_flag(self.data.as_ref()).into_iter().collect())?;
        match &self.server {
            Some(address) => Client::connect(address).await,
            None => Ok(Client::in_process(assemble::in_process(&effective.settings).await?)),
        }
    }
}

impl Ask {
    /// Whether programs read the answer.
    pub(super) fn wants_json(&self) -> bool {
        self.output == Format::Json
    }

    /// A client.
    pub(super) async fn client(&self, common: &Common) -> Result<Client, Failure> {
        self.whom.client(common).await
    }

    /// Calls a unary method and prints its answer.
    pub(super) async fn unary<A: Message + Default>(
        &self,
        common: &Common,
        method: &str,
        request: impl Message,
        view: impl FnOnce(&A) -> View,
    ) -> Result<(), Failure> {
        let client = self.client(common).await?;
        let answer = client.unary(method, Bytes::from(request.encode_to_vec())).await?;
        self.show(method, answer, view)
    }

    /// Calls a method and prints its answer; tells a person who watches how far it is.
    pub(super) async fn analyze<R: Analysis>(
        &self,
        common: &Common,
        request: R,
        view: impl FnOnce(&R::Answer) -> View,
    ) -> Result<(), Failure> {
        let client = self.client(common).await?;
        let answer = fetch(&client, request).await?;
        self.show(R::METHOD, answer, view)
    }

    fn show<A: Message + Default>(
        &self,
        method: &str,
        answer: Bytes,
        view: impl FnOnce(&A) -> View,
    ) -> Result<(), Failure> {
        if self.wants_json() {
            let mut output = standard_output();
            json::pretty(&mut output, &dynamic::method(method)?.output(), &answer)?;
            return Ok(output.flush()?);
        }
        view(&A::decode(answer)?).print(self.output)
    }

    /// Calls a method that answers with a stream, and prints each part as it comes; a table when all have come.
    pub(super) async fn stream<A: Message + Default>(
        &self,
        common: &Common,
        method: &str,
        request: Bytes,
        view: impl Fn(&A) -> View,
    ) -> Result<(), Failure> {
        let client = self.client(common).await?;
        let mut parts = client.streaming(method, vec![request]).await?;
        let kind = dynamic::method(method)?.output();
        let mut stream = Stream::new(self.output);
        while let Some(part) = parts.message().await? {
            match self.output {
                Format::Json => json::line(&mut stream.output, &kind, &part)?,
                Format::Csv | Format::Table => stream.add(view(&A::decode(part)?))?,
            }
        }
        stream.end(|| view(&A::default()))
    }
}

/// Calls a method and hands its answer back, encoded. Where a person watches, it is asked for by its service's stream, which
/// tells how far it is.
pub(super) async fn fetch<R: Analysis>(client: &Client, request: R) -> Result<Bytes, Failure> {
    if !std::io::stderr().is_terminal() {
        return Ok(client.unary(R::METHOD, Bytes::from(request.encode_to_vec())).await?);
    }
    let mut parts = client.streaming(R::STREAM, vec![request.streamed()]).await?;
    let bar = Bar::new();
    let mut answer = None;
    while let Some(part) = parts.message().await? {
        match R::part(part)? {
            Part::Progress(progress) => bar.show(progress),
            Part::Answer(complete) => answer = Some(complete),
            Part::Other => {}
        }
    }
    bar.end();
    let answer = answer.ok_or_else(|| tonic::Status::internal("the answer ended before it was complete"))?;
    Ok(Bytes::from(answer.encode_to_vec()))
}
