//! A worker as a program of its own: what it reads from the environment, its logs, and how it fails.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use growthpole_server::{ListenAddress, Listener, ServerSettings, shutdown_signal};
use tracing_subscriber::EnvFilter;

use crate::{PanelSource, RemotePanels, Worker, run};

/// Builds a worker from where it reads panels and the size of the messages it receives.
pub type Build = fn(Arc<dyn PanelSource>, usize) -> Worker;

/// Bytes of panels that a worker keeps in memory.
const PANEL_CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Runs a worker until it is told to stop; the whole `main` of a worker's program.
///
/// Reads from the environment, all optional:
///
/// - `GROWTHPOLE_LISTEN`: where to listen, `default_listen` if left out;
/// - `GROWTHPOLE_API`: where the API is that panels are read from, `http://127.0.0.1:50051` if left out;
/// - `GROWTHPOLE_INSECURE`: `true` lets other machines connect;
/// - `GROWTHPOLE_LOG`: what to log, in the form of tracing's filters, `info` if left out;
/// - `GROWTHPOLE_LOG_FORMAT`: `text` or `json`.
///
/// Logs go to standard error; so does the sentence that says why the program could not run.
pub fn run_program(build: Build, default_listen: &str) -> ExitCode {
    let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    match Environment::read(variable, default_listen).and_then(|environment| environment.run(build)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What the environment says.
#[derive(Debug, Clone, PartialEq)]
struct Environment {
    settings: ServerSettings,
    api: String,
    log: String,
    log_as_json: bool,
}

impl Environment {
    fn read(variable: impl Fn(&str) -> Option<String>, default_listen: &str) -> anyhow::Result<Self> {
        let listen = variable("GROWTHPOLE_LISTEN").unwrap_or_else(|| default_listen.to_owned());
        let listen: ListenAddress = listen.parse().context("GROWTHPOLE_LISTEN")?;
        let insecure = match variable("GROWTHPOLE_INSECURE").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => anyhow::bail!("GROWTHPOLE_INSECURE is \"{other}\"; allowed: true or false"),
        };
        let log_as_json = match variable("GROWTHPOLE_LOG_FORMAT").as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => anyhow::bail!("GROWTHPOLE_LOG_FORMAT is \"{other}\"; allowed: text or json"),
        };
        let api = variable("GROWTHPOLE_API").unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
        if !["http://", "unix:/"].iter().any(|scheme| api.starts_with(scheme)) {
            anyhow::bail!(
                "GROWTHPOLE_API is \"{api}\"; allowed: an address such as http://127.0.0.1:50051 or unix:/run/api"
            );
        }
        let settings = ServerSettings { listen, insecure, ..ServerSettings::default() };
        if let Err(mistakes) = settings.validate() {
            anyhow::bail!("{}; in a worker's program, set GROWTHPOLE_INSECURE=true for that", mistakes.join("; "));
        }
        Ok(Self { settings, api, log: variable("GROWTHPOLE_LOG").unwrap_or_else(|| "info".to_owned()), log_as_json })
    }

    fn run(self, build: Build) -> anyhow::Result<()> {
        self.start_logs()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
        runtime.block_on(async {
            let panels = RemotePanels::new(&self.api, PANEL_CACHE_BYTES)
                .with_context(|| format!("GROWTHPOLE_API is \"{}\", which is no address", self.api))?;
            let worker = build(Arc::new(panels), self.settings.max_message_bytes);
            let listener = Listener::bind(&self.settings.listen)
                .with_context(|| format!("cannot listen on {}", self.settings.listen))?;
            run(listener, worker, &self.settings, shutdown_signal()).await.context("serving ended")?;
            Ok(())
        })
    }

    fn start_logs(&self) -> anyhow::Result<()> {
        let filter = EnvFilter::try_new(&self.log).context("GROWTHPOLE_LOG")?;
        let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let started = if self.log_as_json { logs.json().try_init() } else { logs.with_ansi(false).try_init() };
        started.map_err(|cause| anyhow::anyhow!("cannot log: {cause}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> anyhow::Result<Environment> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        Environment::read(variable, "127.0.0.1:50061")
    }

    #[test]
    fn needs_nothing() {
        let environment = read(&[]).unwrap();
        assert_eq!(environment.settings.listen.to_string(), "127.0.0.1:50061");
        assert_eq!(environment.api, "http://127.0.0.1:50051");
        assert!(!environment.settings.insecure && !environment.log_as_json);
    }

    #[test]
    fn takes_every_variable() {
        let environment = read(&[
            ("GROWTHPOLE_LISTEN", "0.0.0.0:7000"),
            ("GROWTHPOLE_API", "http://api:50051"),
            ("GROWTHPOLE_INSECURE", "true"),
            ("GROWTHPOLE_LOG", "debug"),
            ("GROWTHPOLE_LOG_FORMAT", "json"),
        ])
        .unwrap();
        assert_eq!(environment.settings.listen.to_string(), "0.0.0.0:7000");
        assert_eq!((environment.api.as_str(), environment.log.as_str()), ("http://api:50051", "debug"));
        assert!(environment.settings.insecure && environment.log_as_json);
    }

    #[test]
    fn says_which_variable_is_wrong() {
        for (name, text) in [
            ("GROWTHPOLE_LISTEN", "nowhere"),
            ("GROWTHPOLE_LISTEN", "0.0.0.0:1"),
            ("GROWTHPOLE_API", "api:50051"),
            ("GROWTHPOLE_INSECURE", "yes"),
            ("GROWTHPOLE_LOG_FORMAT", "xml"),
        ] {
            let error = format!("{:#}", read(&[(name, text)]).unwrap_err());
            let named = if text == "0.0.0.0:1" { "GROWTHPOLE_INSECURE" } else { name };
            assert!(error.contains(named), "{error}");
        }
    }
}
