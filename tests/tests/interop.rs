//! Clients in other languages, made from `proto/` with their own tools. They need Python with grpcio-tools and Node with
//! @grpc/grpc-js, which `.ci/run` installs; elsewhere these tests are skipped, with the reason.

use std::path::Path;
use std::process::Command;

use growthpole_tests::process::{Growthpole, Shape};

/// Runs a script of `tests/interop` against a running server, in the environment that `variable` names.
fn run(variable: &str, script: &str) {
    let Ok(interpreter) = std::env::var(variable) else {
        println!("skipped: {variable} does not name an interpreter with the gRPC packages; `.ci/run` installs them");
        return;
    };
    for shape in [Shape::OneProcess, Shape::SeparateWorkers] {
        let growthpole = Growthpole::start(shape);
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        let output = Command::new(&interpreter)
            .arg(directory.join(script))
            .arg(growthpole.endpoint.trim_start_matches("http://"))
            .current_dir(directory)
            .output()
            .unwrap_or_else(|error| panic!("{interpreter}: {error}"));
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.trim_end().ends_with("all checks passed"), "{text}");
    }
}

#[test]
fn python_client() {
    run("GROWTHPOLE_PYTHON", "python/check.py");
}

#[test]
fn python_clients_of_arrow_flight() {
    run("GROWTHPOLE_PYTHON", "python/flight.py");
}

#[test]
fn node_client() {
    run("GROWTHPOLE_NODE", "node/check.js");
}

#[test]
fn python_reads_exports_of_every_format() {
    run("GROWTHPOLE_PYTHON", "python/exports.py");
}

#[test]
fn python_client_calls_every_method() {
    run("GROWTHPOLE_PYTHON", "python/every_method.py");
}

#[test]
fn node_client_calls_every_method() {
    run("GROWTHPOLE_NODE", "node/every_method.js");
}
