//! The steps of the documentation, run as they are written.

use std::path::{Path, PathBuf};
use std::process::Command;

use growthpole_tests::process::{Growthpole, Shape, program};
use tempfile::TempDir;

/// A block of a page, by what stands behind its fence.
struct Block {
    kind: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(kind), None) => open = Some(Block { kind: kind.to_owned(), text: String::new() }),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "every block has an end");
    blocks
}

/// A folder in which the steps can be run: the repository's `docs` and `proto`, and nothing else.
struct Place {
    folder: TempDir,
    data: TempDir,
    path: String,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
        for name in ["docs", "proto"] {
            std::os::unix::fs::symlink(root.join(name), folder.path().join(name)).unwrap();
        }
        let programs: Vec<PathBuf> = std::iter::once(program().parent().unwrap().to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()))
            .collect();
        let path = std::env::join_paths(programs).unwrap().into_string().unwrap();
        Self { folder, data: tempfile::tempdir().unwrap(), path }
    }

    fn run(&self, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .env("GROWTHPOLE__DATA__DIRECTORY", self.data.path())
            .envs(variables.iter().copied())
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Runs a block, every line of which must succeed.
    fn shell(&self, text: &str) -> String {
        self.run("bash", &["-euo", "pipefail", "-c", text], &[])
    }
}

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/import.md")).unwrap()
}

#[test]
fn the_steps_of_an_import_run_as_written() {
    let place = Place::new();
    let mut printed = String::new();
    let mut steps = 0;
    for Block { kind, text } in blocks(&page()) {
        match kind.as_str() {
            "sh" => {
                printed = place.shell(&text);
                steps += 1;
            }
            "text" => assert_eq!(printed, text, "what is printed is what the page says"),
            _ => {}
        }
    }
    assert!(steps >= 6, "the page has steps");
    let vintages = place.shell("growthpole datasets --output csv");
    for dataset in ["my-jobs", "eurostat-gdp", "vermont"] {
        assert!(vintages.lines().any(|line| line.starts_with(&format!("{dataset},"))), "{vintages}");
    }
}

#[test]
fn the_steps_from_python_run_as_written() {
    let Ok(python) = std::env::var("GROWTHPOLE_PYTHON") else {
        println!("skipped: GROWTHPOLE_PYTHON does not name a Python with grpcio-tools; `.ci/run` installs them");
        return;
    };
    let mut place = Place::new();
    let folder = Path::new(&python).parent().unwrap().to_string_lossy().into_owned();
    place.path = format!("{folder}:{}", place.path);
    let data = place.data.path().to_string_lossy().into_owned();
    let growthpole = Growthpole::start_with(Shape::OneProcess, &[("GROWTHPOLE__DATA__DIRECTORY", &data)]);
    let address = growthpole.endpoint.trim_start_matches("http://").to_owned();
    let mut printed = String::new();
    for Block { kind, text } in blocks(&page()) {
        match kind.as_str() {
            "sh python" => drop(place.shell(&text)),
            "python" => printed = place.run(&python, &["-c", &text], &[("GROWTHPOLE_ADDRESS", &address)]),
            _ => {}
        }
    }
    assert_eq!(printed, "vintage 1: 32 cells, 1 of them suppressed\nfrom vintage 1, published 2021-03-01\n");
}

/// Names of the tests below a folder: functions with an attribute of a test above them.
fn tests_below(folder: &Path, names: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let named = lines.windows(2).filter(|two| two[0] == "#[test]" || two[0].starts_with("#[tokio::test"));
            let name = |two: &[&str]| two[1].split_once("fn ")?.1.split_once('(').map(|(name, _)| name.to_owned());
            names.extend(named.filter_map(name));
        }
    }
}

/// Every fault of a reference that the page lists has the tests that it names.
#[test]
fn faults_of_the_references_are_held_by_the_tests_that_are_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/division.md")).unwrap();
    let part = page.split("\n## ").find(|part| part.starts_with("Faults of the references")).unwrap();
    let mut known = std::collections::BTreeSet::new();
    tests_below(&root.join("crates"), &mut known);
    let rows: Vec<&str> = part.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 20, "{rows:?}");
    for row in rows {
        let tests = row.trim_end_matches(" |").rsplit_once(" | ").unwrap().1;
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{row}");
        for name in named {
            assert!(known.contains(name), "there is no test {name}, which holds: {row}");
        }
    }
}
