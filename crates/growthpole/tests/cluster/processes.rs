//! The processes of a cluster, and their data.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::s3_server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};

/// How long a process may take to do what it should.
const PATIENCE: Duration = Duration::from_secs(90);

/// A bucket with two vintages of made-up statistics, and where files of the tests go.
pub(crate) struct Bucket {
    directory: tempfile::TempDir,
    server: Server,
}

/// The bucket that all tests read.
pub(crate) fn bucket() -> &'static Bucket {
    static BUCKET: OnceLock<Bucket> = OnceLock::new();
    BUCKET.get_or_init(Bucket::new)
}

impl Bucket {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::start(directory.path());
        let bucket = Self { directory, server };
        std::fs::create_dir(bucket.temporary()).unwrap();
        let mapping = bucket.file("mapping.toml", MAPPING);
        for (vintage, published) in [(1, "2021-03-01"), (2, "2022-03-01")] {
            let file = bucket.file(&format!("{vintage}.csv"), &statistics(vintage));
            let (file, mapping) = (file.to_str().unwrap(), mapping.to_str().unwrap());
            let arguments = [
                "import",
                file,
                "--dataset",
                "made-up",
                "--mapping",
                mapping,
                "--published",
                published,
                "--output",
                "json",
            ];
            let imported = bucket.program(&arguments, &[]).output().unwrap();
            assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
        }
        bucket
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The folder of temporary files of all processes over it.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.path().join("temporary")
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program over the bucket, with further variables.
    pub(crate) fn program(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = bare(arguments);
        command
            .env("GROWTHPOLE__DATA__URL", format!("s3://{BUCKET}/pole"))
            .env("TMPDIR", self.temporary())
            .env("AWS_ENDPOINT", &self.server.endpoint)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            // So that the tables of a test are large ones.
            .env("GROWTHPOLE__QUERY__LARGE_TABLE_ROWS", "1000")
            .env("GROWTHPOLE__QUERY__BALLISTA_PARTITIONS", "4")
            .env("GROWTHPOLE__QUERY__TIMEOUT_SECONDS", "240")
            .env("GROWTHPOLE__SERVER__DEFAULT_DEADLINE_SECONDS", "300")
            .envs(variables.iter().copied());
        command
    }

    /// A service over the bucket.
    pub(crate) fn serve(&self, variables: &[(&str, &str)]) -> Process {
        Process::start(self.program(&["serve", "--listen", "127.0.0.1:0"], variables))
    }

    /// A service over the bucket that queries large tables on a cluster.
    pub(crate) fn serve_by(&self, cluster: &Cluster) -> Process {
        self.serve(&[("GROWTHPOLE__QUERY__BALLISTA", &cluster.scheduler_url)])
    }
}

/// The program, with nothing of the surroundings.
pub(crate) fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_growthpole"));
    command.args(arguments).env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

/// Asks a service, or any other process that answers calls.
pub(crate) fn ask(address: &str, words: &[&str]) -> Output {
    bare(words).args(["--server", address]).output().unwrap()
}

/// The same for an answer that is expected.
pub(crate) fn answer(address: &str, words: &[&str]) -> String {
    let output = ask(address, words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The same for an error that is expected.
pub(crate) fn refusal(address: &str, words: &[&str]) -> String {
    let output = ask(address, words);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{words:?} gave {}", String::from_utf8_lossy(&output.stdout));
    error
}

/// A process that serves; killed with the test.
pub(crate) struct Process {
    child: Child,
    /// Where it answers.
    pub(crate) address: String,
}

impl Process {
    /// Starts a command that serves, and waits for its first line.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (_, address) = line.trim_end().split_once(" is serving on ").unwrap_or_else(|| panic!("{line:?}"));
        Self { child, address: address.to_owned() }
    }

    /// Waits until its health service says that it can work.
    pub(crate) fn wait_until_ready(&self) {
        let begun = Instant::now();
        loop {
            let said = ask(&self.address, &["call", "grpc.health.v1.Health/Check"]);
            if String::from_utf8_lossy(&said.stdout).contains("\"SERVING\"") {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{} is not ready: {said:?}", self.address);
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; its exit status.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A scheduler and its executors.
pub(crate) struct Cluster {
    pub(crate) scheduler: Process,
    /// As `query.ballista` names it.
    pub(crate) scheduler_url: String,
    pub(crate) executors: Vec<Process>,
    /// One cluster at a time: tests that kill in the middle must know how long that takes.
    _only: MutexGuard<'static, ()>,
}

impl Cluster {
    /// A scheduler without executors.
    pub(crate) fn alone() -> Self {
        static ONLY: Mutex<()> = Mutex::new(());
        let only = ONLY.lock().unwrap_or_else(PoisonError::into_inner);
        let scheduler = Process::start(bare(&["query-scheduler", "--listen", "127.0.0.1:0"]));
        let scheduler_url = scheduler.address.replace("http://", "df://");
        Self { scheduler, scheduler_url, executors: Vec::new(), _only: only }
    }

    /// A scheduler and two executors over a bucket, all ready.
    pub(crate) fn of_two(bucket: &Bucket) -> Self {
        let mut cluster = Self::alone();
        for _ in 0..2 {
            cluster.add(|arguments| bucket.program(arguments, &[("GROWTHPOLE__QUERY__THREADS", "2")]));
        }
        cluster.scheduler.wait_until_ready();
        cluster
    }

    /// One more executor, ready.
    pub(crate) fn add(&mut self, program: impl Fn(&[&str]) -> Command) {
        let [listen, tasks] = free_ports();
        let (listen, tasks) = (format!("127.0.0.1:{listen}"), tasks.to_string());
        let arguments =
            ["query-executor", "--scheduler", &self.scheduler_url, "--listen", &listen, "--tasks-port", &tasks];
        let executor = Process::start(program(&arguments));
        executor.wait_until_ready();
        self.executors.push(executor);
    }
}

/// Two ports that are free now: executors tell others of theirs, so that the system cannot choose them later.
pub(crate) fn free_ports() -> [u16; 2] {
    let held = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

const MAPPING: &str = "columns = { region_level = \"level\", region_parent = \"state\" }\n\
    constants = { indicator = \"jobs\" }\n\
    dataset = { title = \"Made-up jobs of counties\", main_level = \"STATE\" }\n\
    indicators.jobs = { names = { en = \"Jobs\" }, unit = \"persons\", kind = \"LEVEL\", aggregation = \"SUM\", \
    classification = \"made up\" }\n";

/// Some 30 000 figures: 20 states of 20 counties, 12 industries, ten years, of which some are absent, suppressed or zero.
/// They are whole numbers, so that sums do not depend on the order in which they are added up.
fn statistics(vintage: u64) -> String {
    let mut text = String::from("region,level,state,industry,period,value,status\n");
    for state in 1..=20 {
        for industry in 0..12 {
            for year in 2010..2020 {
                writeln!(text, "{state:02}000,STATE,,I{industry:02},{year},{},A", state * 1000 + industry).unwrap();
                for county in 1..=20_u64 {
                    let drawn = mixed(((state * 20 + county) * 12 + industry) * 4096 + year);
                    let revised = u64::from(vintage == 2 && drawn.is_multiple_of(89));
                    let (value, status) = match drawn % 10 {
                        0..4 => continue,
                        4 => (String::new(), "Q"),
                        5 => ("0".to_owned(), "A"),
                        _ => (((drawn >> 8) % 100_000 + revised).to_string(), "A"),
                    };
                    writeln!(text, "{state:02}{county:03},COUNTY,{state:02}000,I{industry:02},{year},{value},{status}")
                        .unwrap();
                }
            }
        }
    }
    text
}

/// The finaliser of SplitMix64: neighbours in, unrelated numbers out.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
