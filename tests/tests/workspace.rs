//! The rules of the workspace: who may depend on whom, what stands at the top, and that every contract is documented.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use growthpole_contracts::DESCRIPTORS;
use prost_reflect::DescriptorPool;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The platform that this runs on: crates of others may not have been downloaded.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &host()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[test]
fn crates_depend_only_on_what_they_are_allowed_to() {
    let rules: toml::Table = std::fs::read_to_string(root().join("tests/allowed_edges.toml")).unwrap().parse().unwrap();
    let allowed: BTreeMap<&str, BTreeSet<&str>> = rules
        .iter()
        .filter_map(|(name, edges)| {
            Some((name.as_str(), edges.as_array()?.iter().map(|edge| edge.as_str().unwrap()).collect()))
        })
        .collect();
    let metadata = metadata();
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let packages: Vec<&Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| members.contains(text(package, "id")))
        .collect();
    let names: BTreeSet<&str> = packages.iter().map(|package| text(package, "name")).collect();
    let listed: BTreeSet<&str> = allowed.keys().copied().collect();
    assert_eq!(names, listed, "the list names exactly the members");
    for package in packages {
        let name = text(package, "name");
        let edges: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| text(dependency, "name"))
            .filter(|dependency| names.contains(dependency))
            .collect();
        if !allowed[name].contains("*") {
            let beyond: Vec<&&str> = edges.difference(&allowed[name]).collect();
            assert!(beyond.is_empty(), "{name} may not depend on {beyond:?}");
        }
    }
}

#[test]
fn no_crate_reaches_what_it_must_never_reach() {
    let rules: toml::Table = std::fs::read_to_string(root().join("tests/allowed_edges.toml")).unwrap().parse().unwrap();
    let metadata = metadata();
    let id_to_name: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (text(package, "id"), text(package, "name")))
        .collect();
    let nodes: BTreeMap<&str, &Value> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| (text(node, "id"), node)).collect();
    for (name, forbidden) in rules["never"].as_table().unwrap() {
        let start = id_to_name.iter().find(|(_, known)| *known == name).expect("a member").0;
        let reached = reach(start, &nodes);
        let reached: BTreeSet<&str> = reached.iter().map(|id| id_to_name[id]).collect();
        for library in forbidden.as_array().unwrap() {
            assert!(!reached.contains(library.as_str().unwrap()), "{name} reaches {library}");
        }
    }
}

/// Everything that a package's normal dependencies lead to.
fn reach<'a>(start: &'a str, nodes: &BTreeMap<&'a str, &'a Value>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![start];
    while let Some(id) = next.pop() {
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let is_normal = dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
            let id = text(dependency, "pkg");
            if is_normal && reached.insert(id) {
                next.push(id);
            }
        }
    }
    reached
}

#[test]
fn the_top_level_holds_what_it_is_to_hold() {
    let output = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    let Ok(output) = output else {
        println!("skipped: git is not there");
        return;
    };
    if !output.status.success() {
        println!("skipped: this is not a git checkout");
        return;
    }
    let listing = String::from_utf8(output.stdout).unwrap();
    let top: BTreeSet<&str> = listing.lines().map(|path| path.split('/').next().unwrap()).collect();
    let allowed = [
        "ARCHITECTURE.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "crates",
        "deploy",
        "docs",
        "proto",
        "tests",
        "clippy.toml",
        "deny.toml",
        "rustfmt.toml",
    ];
    for entry in top {
        assert!(entry.starts_with('.') || allowed.contains(&entry), "{entry} does not belong at the top");
    }
}

#[test]
fn every_contract_is_documented() {
    let pool = DescriptorPool::decode(DESCRIPTORS).unwrap();
    let mut bare = Vec::new();
    for file in pool.files().filter(|file| file.package_name() == "growthpole.v1") {
        let proto = file.file_descriptor_proto();
        let documented: BTreeSet<Vec<i32>> = proto
            .source_code_info
            .iter()
            .flat_map(|info| &info.location)
            .filter(|location| location.leading_comments.as_ref().is_some_and(|text| !text.trim().is_empty()))
            .map(|location| location.path.clone())
            .collect();
        for path in elements(proto) {
            if !documented.contains(&path) {
                bare.push(format!("{} {path:?}", file.name()));
            }
        }
    }
    assert!(bare.is_empty(), "without a comment: {bare:#?}");
}

/// Source paths of every service, rpc, message, field, enum and value of a file (field numbers of descriptor.proto).
fn elements(file: &prost_reflect::prost_types::FileDescriptorProto) -> Vec<Vec<i32>> {
    let at = |position: usize| i32::try_from(position).unwrap();
    let mut paths = Vec::new();
    for (m, message) in file.message_type.iter().enumerate() {
        paths.push(vec![4, at(m)]);
        paths.extend((0..message.field.len()).map(|f| vec![4, at(m), 2, at(f)]));
        assert!(message.nested_type.is_empty(), "messages are not nested here");
    }
    for (e, kind) in file.enum_type.iter().enumerate() {
        paths.push(vec![5, at(e)]);
        paths.extend((0..kind.value.len()).map(|v| vec![5, at(e), 2, at(v)]));
    }
    for (s, service) in file.service.iter().enumerate() {
        paths.push(vec![6, at(s)]);
        paths.extend((0..service.method.len()).map(|m| vec![6, at(s), 2, at(m)]));
    }
    paths
}
