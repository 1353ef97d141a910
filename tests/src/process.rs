//! Real processes of the `growthpole` program, in both shapes.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

/// The two shapes that the same suite runs against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Everything in one process.
    OneProcess,
    /// The API and each worker in a process of its own.
    SeparateWorkers,
}

/// Both shapes.
pub const SHAPES: [Shape; 2] = [Shape::OneProcess, Shape::SeparateWorkers];

/// A running Growthpole. Its processes end with it.
#[derive(Debug)]
pub struct Growthpole {
    /// Endpoint of the API, `http://127.0.0.1:port`.
    pub endpoint: String,
    /// Processes: the API last.
    processes: Vec<Process>,
}

/// A process and its name; killed when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Growthpole {
    /// Starts a shape over a data directory that all tests of this program share.
    pub fn start(shape: Shape) -> Self {
        Self::start_with(shape, &[])
    }

    /// Starts a shape whose processes have these variables in their environment.
    pub fn start_with(shape: Shape, variables: &[(&str, &str)]) -> Self {
        match shape {
            Shape::OneProcess => {
                let (api, endpoint) = spawn(&["serve", "--listen", "127.0.0.1:0"], variables);
                Self { endpoint, processes: vec![api] }
            }
            Shape::SeparateWorkers => Self::with_workers(variables),
        }
    }

    fn with_workers(variables: &[(&str, &str)]) -> Self {
        let api_address = free_address();
        let api = format!("http://{api_address}");
        let worker = |name: &str| spawn(&["worker", name, "--listen", "127.0.0.1:0", "--api", &api], variables);
        let (growth, growth_endpoint) = worker("growth-ranking");
        let (division, division_endpoint) = worker("industry-division");
        let workers = format!("growth-ranking={growth_endpoint},industry-division={division_endpoint}");
        let (api, endpoint) = spawn(&["serve", "--listen", &api_address, "--workers", &workers], variables);
        Self { endpoint, processes: vec![growth, division, api] }
    }

    /// Process id of the API.
    pub fn id(&self) -> u32 {
        self.processes.last().map(|process| process.child.id()).expect("the API is running")
    }

    /// Kills one of the processes: "growth-ranking", "industry-division" or "serve".
    pub fn kill(&mut self, name: &str) {
        let before = self.processes.len();
        self.processes.retain(|process| process.name != name);
        assert_eq!(self.processes.len(), before - 1, "{name} was running");
    }

    /// Freezes one of the processes: it keeps its connections and does nothing.
    pub fn freeze(&self, name: &str) {
        let process = self.processes.iter().find(|process| process.name == name).expect("the process is running");
        let id = process.child.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &id]).status().unwrap().success());
    }

    /// Sends SIGTERM to the API and waits for its end; its exit status.
    pub fn terminate(&mut self) -> Option<i32> {
        let api = self.processes.last_mut().expect("the API is running");
        let id = api.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        for _ in 0..600 {
            if let Some(status) = api.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the API did not end within 30 seconds of SIGTERM");
    }
}

/// Starts the program and reads its endpoint from its first line.
fn spawn(arguments: &[&str], variables: &[(&str, &str)]) -> (Process, String) {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .env("GROWTHPOLE__DATA__DIRECTORY", data_directory())
        .env("GROWTHPOLE__LOG__LEVEL", "warn")
        // So that tests need not wait a quarter of a minute for a worker to be missed.
        .env("GROWTHPOLE__ROUTER__CHECK_INTERVAL_SECONDS", "0.5")
        .env("GROWTHPOLE__ROUTER__CHECK_SECONDS", "1.0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let name = if arguments[0] == "worker" { arguments[1] } else { arguments[0] }.to_owned();
    let process = Process { name, child };
    let first = lines.next().expect("the program says where it serves").unwrap();
    let endpoint = first.split_whitespace().last().unwrap().to_owned();
    assert!(endpoint.starts_with("http://"), "\"{first}\" ends with an endpoint");
    // Whatever else it prints is read, so that it never waits for a full pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    (process, endpoint)
}

/// The program, beside the directory of the test that runs.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(|deps| deps.parent()).unwrap().join("growthpole");
    assert!(program.exists(), "{} is not built: run `cargo test --workspace`", program.display());
    program
}

/// A data directory that all tests of this program share: vintages never change.
pub fn data_directory() -> PathBuf {
    static DIRECTORY: OnceLock<TempDir> = OnceLock::new();
    DIRECTORY.get_or_init(|| tempfile::tempdir().unwrap()).path().to_owned()
}

/// An address that nobody listens on right now.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
