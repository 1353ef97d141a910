//! `worker`: one worker as a process of its own.

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use growthpole_server::{ListenAddress, Listener};
use growthpole_worker_kit::run;

use super::Common;
use super::serve::told_to_stop;
use crate::assemble;
use crate::config::Flag;
use crate::failure::Failure;
use crate::output::print;

/// Runs a worker, which reads its panels from the API.
#[derive(Debug, Args)]
pub(super) struct WorkerArgs {
    /// Which worker
    #[arg(value_name = "NAME")]
    name: Name,
    /// Where to listen; growth-ranking: 127.0.0.1:50061, industry-division: 127.0.0.1:50062
    #[arg(long, value_name = "ADDRESS", env = "GROWTHPOLE_LISTEN")]
    listen: Option<ListenAddress>,
    /// The API to read panels from
    #[arg(long, value_name = "URL", env = "GROWTHPOLE_API", default_value = "http://127.0.0.1:50051")]
    api: String,
    /// Lets other machines connect although there is neither TLS nor authentication
    #[arg(long)]
    insecure: bool,
}

/// The workers that are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// Growth: ranks and parts
    GrowthRanking,
    /// Industries: specialisation, likeness, division
    IndustryDivision,
}

impl Name {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::GrowthRanking, Self::IndustryDivision];

    /// The name as it is written everywhere.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::GrowthRanking => "growth-ranking",
            Self::IndustryDivision => "industry-division",
        }
    }

    fn default_listen(self) -> &'static str {
        match self {
            Self::GrowthRanking => "127.0.0.1:50061",
            Self::IndustryDivision => "127.0.0.1:50062",
        }
    }
}

impl WorkerArgs {
    /// Serves the worker until it is told to stop.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let settings = common.start_serving(self.flags())?.settings;
        let shutdown = told_to_stop();
        let worker = assemble::worker(self.name, &self.api, &settings)?;
        let listener = Listener::bind(&settings.server.listen)
            .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
        let address = listener.local_address();
        let _nobody_reads = print(&format!("growthpole worker {} is serving on {address}\n", worker.name));
        let report = run(listener, worker, &settings.server, shutdown).await.context("serving ended")?;
        tracing::info!(finished = report.finished, aborted = report.aborted, took = ?report.took, "stopped");
        Ok(())
    }

    /// The flags as values of the configuration. Its `server.listen` is the API's address, which a worker beside it must
    /// not take.
    fn flags(&self) -> Vec<Flag> {
        let listen = self.listen.as_ref().map_or_else(|| self.name.default_listen().to_owned(), ToString::to_string);
        let insecure = self.insecure.then(|| Flag::new("server.insecure", "--insecure", true));
        std::iter::once(Flag::new("server.listen", "--listen", listen)).chain(insecure).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;

    #[test]
    fn names_are_what_the_command_line_takes() {
        for name in Name::ALL {
            assert_eq!(name.to_possible_value().unwrap().get_name(), name.as_str());
        }
        assert_eq!(Name::ALL.as_slice(), Name::value_variants());
    }

    #[test]
    fn every_worker_has_an_address_of_its_own() {
        let listen = |words: &str| {
            let flags = read::<WorkerArgs>(words).unwrap().flags();
            flags[0].value.to_string()
        };
        assert_eq!(listen("growth-ranking"), "127.0.0.1:50061");
        assert_eq!(listen("industry-division"), "127.0.0.1:50062");
        assert_eq!(listen("growth-ranking --listen 127.0.0.1:0"), "127.0.0.1:0");
        assert!(read::<WorkerArgs>("city-cluster").is_err());
        assert!(read::<WorkerArgs>("growth-ranking --listen nowhere").is_err());
    }
}
