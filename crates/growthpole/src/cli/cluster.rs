//! `query-scheduler` and `query-executor`: the processes of a query cluster.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use growthpole_datastore::{Executor, ExecutorSettings, Scheduler, scheduler_address};
use growthpole_server::{HealthBoard, ListenAddress, Listener, serve};
use tonic::service::Routes;

use super::serve::told_to_stop;
use super::{Common, data_flag};
use crate::assemble;
use crate::config::{Flag, Settings};
use crate::failure::Failure;
use crate::output::print;

/// Time between two looks at whether the process can work.
const LOOK: Duration = Duration::from_millis(500);

/// Runs the scheduler of a query cluster, which cuts queries into tasks and hands them to executors.
///
/// It reads no data. It keeps its queries in memory: those that run end with it. Its health service says SERVING while an
/// executor is there.
#[derive(Debug, Args)]
pub(super) struct SchedulerArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50050")]
    listen: SocketAddr,
    /// Host under which executors reach it; without it the one that it listens on
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,
    /// Lets other machines connect although there is neither TLS nor authentication
    #[arg(long)]
    insecure: bool,
}

/// Runs an executor of a query cluster, which computes parts of queries over the data and keeps them until they are read.
///
/// The data are those of the service: the same --data or data.url, and credentials in the environment. query.threads and
/// query.memory_bytes bound what its tasks take together. Its health service says SERVING while the scheduler knows it.
#[derive(Debug, Args)]
pub(super) struct ExecutorArgs {
    /// The scheduler
    #[arg(long, value_name = "df://HOST:PORT", default_value = "df://127.0.0.1:50050")]
    scheduler: String,
    /// Where the service and other executors read results
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50052")]
    listen: SocketAddr,
    /// Port on which the scheduler hands in tasks, on the same address; without it the next after that of --listen
    #[arg(long, value_name = "PORT")]
    tasks_port: Option<u16>,
    /// Host under which the scheduler, the service and other executors reach it; without it the one that it listens on
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,
    /// Data directory, or the URL of a bucket (s3://bucket/prefix, gs://, az://): that of the service
    #[arg(long, value_name = "DIR|URL")]
    data: Option<PathBuf>,
    /// Folder of results and of what is sorted; without it a temporary one, removed at the end or by the next executor
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// Lets other machines connect although there is neither TLS nor authentication
    #[arg(long)]
    insecure: bool,
}

impl SchedulerArgs {
    /// Serves until it is told to stop.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let settings = common.start_working(flags(self.listen, self.insecure))?.settings;
        let shutdown = told_to_stop();
        let host = reachable(self.listen, self.advertise.as_deref())?;
        let listener =
            Listener::bind(&settings.server.listen).with_context(|| format!("cannot listen on {}", self.listen))?;
        let address = listener.local_address();
        let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(self.listen.port());
        let scheduler = Scheduler::start(&host, port).await.context("the scheduler cannot be started")?;
        let health = HealthBoard::new();
        health.set("", false);
        let watched = scheduler.clone();
        tokio::spawn(watch(health.clone(), move || watched.is_ready()));
        let routes = Routes::from(scheduler.routes()).add_service(health.clone().into_service()).into_axum_router();
        let _nobody_reads = print(&format!("growthpole query-scheduler is serving on {address}\n"));
        let report = serve(listener, routes, health, &settings.server, shutdown).await.context("serving ended")?;
        tracing::info!(finished = report.finished, aborted = report.aborted, took = ?report.took, "stopped");
        Ok(())
    }
}

impl ExecutorArgs {
    /// Works until it is told to stop.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let data = data_flag(self.data.as_ref());
        let flags = flags(self.listen, self.insecure).into_iter().chain(data).collect();
        let settings = common.start_working(flags)?.settings;
        let settings_of_executor = self.settings(&settings)?;
        let store = assemble::open(&settings)?;
        let health = HealthBoard::new();
        health.set("", false);
        let others = Routes::new(health.clone().into_service());
        let executor = Executor::new(&store, &settings_of_executor, others).await;
        let executor = executor.context("the executor cannot work")?;
        tokio::spawn(watch(health, executor.readiness()));
        let _nobody_reads = print(&format!("growthpole query-executor is serving on http://{}\n", self.listen));
        Ok(executor.run().await.context("the executor ended")?)
    }

    fn settings(&self, settings: &Settings) -> Result<ExecutorSettings, Failure> {
        let (host, port) = scheduler_address(&self.scheduler).ok_or_else(|| {
            Failure::Usage(format!("--scheduler: \"{}\" is no scheduler: write df://host:port", self.scheduler))
        })?;
        let port_after = || self.listen.port().checked_add(1);
        let tasks_port = self.tasks_port.or_else(port_after).filter(|port| *port != 0 && self.listen.port() != 0);
        let tasks_port = tasks_port.ok_or_else(|| {
            Failure::Usage("--listen: the ports of an executor must be named, as others are told of them".to_owned())
        })?;
        Ok(ExecutorSettings {
            scheduler: (host.to_owned(), port),
            listen: self.listen,
            tasks_port,
            advertise: reachable(self.listen, self.advertise.as_deref())?,
            scratch: self.scratch.clone(),
            threads: settings.query.threads,
            memory_bytes: settings.query.memory_bytes as u64,
            cache_bytes: settings.data.cache_bytes / 4,
        })
    }
}

fn flags(listen: SocketAddr, insecure: bool) -> Vec<Flag> {
    let insecure = insecure.then(|| Flag::new("server.insecure", "--insecure", true));
    let listen = ListenAddress::Tcp(listen).to_string();
    std::iter::once(Flag::new("server.listen", "--listen", listen)).chain(insecure).collect()
}

/// The host that others reach a process under.
fn reachable(listen: SocketAddr, advertised: Option<&str>) -> Result<String, Failure> {
    match advertised {
        Some(host) => Ok(host.to_owned()),
        None if listen.ip().is_unspecified() => {
            let text =
                "--advertise: the host under which others reach this process must be named, as it listens on all";
            Err(Failure::Usage(text.to_owned()))
        }
        None if listen.is_ipv6() => Ok(format!("[{}]", listen.ip())),
        None => Ok(listen.ip().to_string()),
    }
}

/// Tells callers of the health service whether a process can work, until the process ends.
async fn watch(health: HealthBoard, is_ready: impl Fn() -> bool) {
    loop {
        health.set("", is_ready());
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;

    fn settings(line: &str) -> Result<ExecutorSettings, String> {
        let args = read::<ExecutorArgs>(line).map_err(|error| error.to_string())?;
        args.settings(&Settings::default()).map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn executors_are_told_apart_by_their_ports() {
        let found = settings("--scheduler df://scheduler:50050 --listen 127.0.0.1:6000").unwrap();
        assert_eq!(found.scheduler, ("scheduler".to_owned(), 50050));
        assert_eq!((found.tasks_port, found.advertise.as_str()), (6001, "127.0.0.1"));
        let named = settings("--listen 0.0.0.0:6000 --tasks-port 7000 --advertise executor-1").unwrap();
        assert_eq!((named.tasks_port, named.advertise.as_str()), (7000, "executor-1"));
        let cases = [
            ("--listen 0.0.0.0:6000", "--advertise"),
            ("--listen 127.0.0.1:0", "--listen"),
            ("--listen 127.0.0.1:65535", "--listen"),
            ("--scheduler http://scheduler:50050", "--scheduler"),
        ];
        for (line, flag) in cases {
            let refused = settings(line).unwrap_err();
            assert!(refused.contains(flag), "{line}: {refused}");
        }
    }
}
