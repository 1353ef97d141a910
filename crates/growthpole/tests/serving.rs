//! One process, or three: the answers are the same.

use std::io::{BufRead as _, Read as _};
use std::process::Stdio;

use crate::questions::{CALL, DIVIDE, RANK, SIMILARITY};
use crate::support::{Ran, Serving, ask, data, program, run_with};

fn same_answers(server: &str) {
    let refused = RANK.replace("china-provinces", "china-province");
    for line in [RANK, SIMILARITY, DIVIDE, CALL, &refused] {
        let (here, there) = (ask(line), run_with(line, &["--server", server]));
        assert_eq!((there.code, &there.stdout), (here.code, &here.stdout), "{line}: {}", there.stderr);
        assert_eq!(there.stderr, here.stderr, "{line}");
    }
}

#[test]
fn a_server_answers_as_one_in_process() {
    let mut server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--data", data()]);
    assert!(server.address.starts_with("http://127.0.0.1:"), "{}", server.address);
    let hints: Vec<String> =
        server.output.by_ref().lines().map(Result::unwrap).take_while(|line| !line.starts_with("Ctrl-C")).collect();
    assert!(hints.iter().any(|line| line.trim_start().starts_with("grpcurl -plaintext ")), "{hints:#?}");
    same_answers(&server.address);
    same_answers(server.address.trim_start_matches("http://"));
    commands_work_as_printed(&hints);
    assert_eq!(server.stop(), 0);
}

/// Runs what the greeting says, except what needs grpcurl.
fn commands_work_as_printed(hints: &[String]) {
    let own = env!("CARGO_BIN_EXE_growthpole");
    let commands: Vec<&String> = hints.iter().filter(|line| line.trim_start().starts_with(own)).collect();
    assert_eq!(commands.len(), 3, "{hints:#?}");
    for command in commands {
        let ran = std::process::Command::new("sh").args(["-c", command]).output().unwrap();
        Ran::of(ran).succeeded();
    }
}

#[test]
fn three_processes_answer_as_one() {
    let directory = tempfile::tempdir().unwrap();
    let socket = |name: &str| format!("unix:{}", directory.path().join(name).display());
    let [api, ranking, division] = [socket("api"), socket("ranking"), socket("division")];
    let workers = format!("growth-ranking={ranking},industry-division={division}");
    let ranking = Serving::start(&["worker", "growth-ranking", "--listen", &ranking, "--api", &api]);
    let division = Serving::start(&["worker", "industry-division", "--listen", &division, "--api", &api]);
    let server = Serving::start(&["serve", "--listen", &api, "--workers", &workers, "--data", data()]);
    let list = ["call", "growthpole.v1.WorkerService/ListWorkers", "--server", &server.address];
    let mut list = program(&list);
    for _ in 0..100 {
        let text = Ran::of(list.output().unwrap()).succeeded();
        if text.matches("WORKER_STATE_READY").count() == 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let text = Ran::of(list.output().unwrap()).succeeded();
    assert!(text.contains(&ranking.address) && text.contains(&division.address), "{text}");
    same_answers(&server.address);
    // Learnt by reflection: no contract of ours.
    let reflected = ["call", "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", r#"{"listServices":"*"}"#];
    let reflected = [&reflected[..], &["--server", &server.address]].concat();
    let text = Ran::of(program(&reflected).output().unwrap()).succeeded();
    assert!(text.contains("growthpole.v1.IndustryDivisionService"), "{text}");
    assert_eq!((server.stop(), ranking.stop(), division.stop()), (0, 0, 0));
}

#[test]
fn two_processes_may_start_on_one_directory() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let start = || {
        let mut command = program(&["datasets", "--data", data.to_str().unwrap()]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let (first, second) = (start(), start());
    for child in [first, second] {
        let text = Ran::of(child.wait_with_output().unwrap()).succeeded();
        assert!(text.contains("harbin-changchun"), "{text}");
    }
}

#[test]
fn an_address_that_is_taken_is_told() {
    let server = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--data", data()]);
    let address = server.address.trim_start_matches("http://");
    let stderr = Ran::of(program(&["serve", "--listen", address, "--data", data()]).output().unwrap()).failed(1);
    assert!(stderr.contains(address), "{stderr}");
}
