//! Running the program.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// What a command gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Standard output of a command that succeeded.
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stdout
    }

    /// Standard error of a command that failed with `code`, without anything on standard output.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stderr
    }

    pub(crate) fn json(self) -> Value {
        let text = self.succeeded();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// A data directory for all tests, which hold the program to importing into it once.
pub(crate) fn data() -> &'static str {
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    let directory = DATA.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growthpole-data");
        // The bundled data may have changed since the last run.
        drop(std::fs::remove_dir_all(&directory));
        let first = program(&["datasets", "--data", directory.to_str().unwrap()]).output().unwrap();
        let first = Ran::of(first);
        assert!(first.stderr.contains("importing the bundled data sets"), "{}", first.stderr);
        first.succeeded();
        directory
    });
    directory.to_str().unwrap()
}

/// The program, with nothing of the surroundings: no variables, and no configuration file where it runs.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_growthpole"));
    command.args(arguments).env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

/// Runs a command line as it would be typed: words apart by blanks, quoted ones in '…'.
pub(crate) fn run(line: &str) -> Ran {
    run_with(line, &[])
}

/// Runs a command line with further arguments.
pub(crate) fn run_with(line: &str, further: &[&str]) -> Ran {
    let arguments: Vec<String> = words(line);
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    assert_eq!(arguments.remove(0), "growthpole");
    arguments.extend(further);
    Ran::of(program(&arguments).output().unwrap())
}

/// Asks in this process, over the shared data directory.
pub(crate) fn ask(line: &str) -> Ran {
    run_with(line, &["--data", data()])
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (position, part) in line.split('\'').enumerate() {
        if position % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// A process that serves, ended with the test.
pub(crate) struct Serving {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
    /// What it prints after the first line.
    pub(crate) output: BufReader<std::process::ChildStdout>,
}

impl Serving {
    /// Starts a command that serves and waits for its first line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = program(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let (_, address) = line.trim_end().split_once(" is serving on ").unwrap_or_else(|| panic!("{line:?}"));
        Self { child, address: address.to_owned(), output }
    }

    /// Tells it to stop and waits for its exit status.
    pub(crate) fn stop(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
