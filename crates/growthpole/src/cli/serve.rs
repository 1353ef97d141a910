//! `serve`: data and analyses, until it is told to stop.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use growthpole_server::{Listener, serve, shutdown_signal};

use super::{Common, data_flag};
use crate::assemble;
use crate::config::Flag;
use crate::failure::Failure;
use crate::output::print;

/// How long workers elsewhere may take to be reached before calls are taken without them.
const WORKERS_SETTLE: Duration = Duration::from_secs(1);

/// How to serve.
#[derive(Debug, Default, Args)]
pub(super) struct ServeArgs {
    /// Where to listen: an address such as 127.0.0.1:50051, or unix:/path; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Workers that run as processes of their own; the others run in this one
    #[arg(long, value_name = "NAME=URL,…")]
    workers: Option<String>,
    /// Data directory, or the URL of a bucket (s3://bucket/prefix, gs://, az://); the bundled data sets are imported into it
    /// when they are missing
    #[arg(long, value_name = "DIR|URL")]
    data: Option<PathBuf>,
    /// Lets other machines connect although there is neither TLS nor authentication
    #[arg(long)]
    insecure: bool,
}

impl ServeArgs {
    /// The flags as values of the configuration.
    pub(super) fn flags(&self) -> Vec<Flag> {
        let listen = self.listen.as_deref().map(|value| Flag::new("server.listen", "--listen", value));
        let workers = self.workers.as_deref().map(|value| Flag::new("workers", "--workers", value));
        let insecure = self.insecure.then(|| Flag::new("server.insecure", "--insecure", true));
        [listen, workers, data_flag(self.data.as_ref()), insecure].into_iter().flatten().collect()
    }

    /// Serves.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let settings = common.start_serving(self.flags())?.settings;
        let shutdown = told_to_stop();
        // Bound first: an address that is taken is told at once.
        let listener = Listener::bind(&settings.server.listen)
            .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
        let api = assemble::serving(&settings).await?;
        if !api.router().wait_until_settled(WORKERS_SETTLE).await {
            tracing::warn!("some workers cannot be reached yet; their methods come as soon as they do");
        }
        // A caller who reads this line may call. That nobody reads it does not matter.
        let _nobody_reads = print(&greeting(&listener.local_address(), &program()));
        let report =
            serve(listener, api.routes(), api.health(), &settings.server, shutdown).await.context("serving ended")?;
        tracing::info!(finished = report.finished, aborted = report.aborted, took = ?report.took, "stopped");
        Ok(())
    }
}

/// Completes when the process is told to stop, also if that happens before anybody asks.
pub(super) fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let told = tokio::spawn(shutdown_signal());
    async {
        // The task neither panics nor is it aborted.
        let _told = told.await;
    }
}

/// How this program was called, so that it can be called again as printed.
fn program() -> String {
    let called = std::env::args().next().unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if called.contains('/') && called.chars().all(plain) { called } else { "growthpole".to_owned() }
}

/// The address, and things to try.
fn greeting(address: &str, program: &str) -> String {
    let target = match address.strip_prefix("http://") {
        Some(host) => host.to_owned(),
        None => format!("-unix {}", address.trim_start_matches("unix:")),
    };
    let rank = r#"{"selection":{"dataset":"china-provinces","indicator":"gdp_real_growth","periods":{"list":{"periods":["2015"]}}}}"#;
    format!(
        "growthpole is serving on {address}\n\
         \n\
         To try, from another terminal:\n\
         \n\
         Growth of the provinces in 2015, as it was known on 3 March 2016:\n  \
         {program} rank --server {address} --dataset china-provinces --indicator gdp_real_growth --period 2015 --as-of 2016-03-03\n\
         Six industries divided between Heilongjiang and Jilin, three each:\n  \
         {program} divide --server {address} --dataset china-provinces --indicator employment_by_division --period 2015 \
         --regions 230000,220000 --industries C13,C14,C34,C35,C36,C37 --focus 3\n\
         Any method, with a request in JSON:\n  \
         {program} call --server {address} growthpole.v1.CatalogService/ListRegions '{{\"dataset\":\"china-provinces\"}}'\n\
         The same with grpcurl, which learns the methods by reflection:\n  \
         grpcurl -plaintext {target} list\n  \
         grpcurl -plaintext -d '{rank}' {target} growthpole.v1.GrowthRankingService/RankGrowth\n\
         \n\
         Ctrl-C stops it.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_address() {
        let text = greeting("http://127.0.0.1:4711", "target/debug/growthpole");
        assert_eq!(text.lines().next(), Some("growthpole is serving on http://127.0.0.1:4711"));
        assert!(text.contains("\n  target/debug/growthpole rank --server http://127.0.0.1:4711 "), "{text}");
        assert!(text.contains("\n  grpcurl -plaintext 127.0.0.1:4711 list\n"), "{text}");
        assert!(greeting("unix:/run/g", "growthpole").contains("grpcurl -plaintext -unix /run/g list"));
    }

    #[test]
    fn only_flags_that_were_given_are_layers() {
        assert!(ServeArgs::default().flags().is_empty());
        let args = ServeArgs { insecure: true, listen: Some("127.0.0.1:0".into()), ..ServeArgs::default() };
        assert_eq!(args.flags().iter().map(|flag| flag.key).collect::<Vec<_>>(), ["server.listen", "server.insecure"]);
    }
}
