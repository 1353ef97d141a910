#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use super::*;
use crate::config::{FileChoice, Sources, load};

const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/growthpole.toml");

fn load_text(text: &str) -> Result<Effective, Vec<String>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    load(&Sources {
        file: FileChoice::Named(file.path().to_owned()),
        environment: Some(Default::default()),
        flags: vec![],
    })
}

#[test]
fn the_reference_file_is_up_to_date() {
    let expected = reference();
    if std::env::var_os("GROWTHPOLE_WRITE_REFERENCE").is_some() {
        std::fs::write(REFERENCE, &expected).unwrap();
    }
    let found = std::fs::read_to_string(REFERENCE).unwrap_or_default();
    assert!(
        found == expected,
        "deploy/growthpole.toml is not what the keys say: GROWTHPOLE_WRITE_REFERENCE=1 cargo test -p growthpole"
    );
}

#[test]
fn the_reference_file_sets_nothing_and_is_valid_with_everything_set() {
    let reference = reference();
    assert_eq!(load_text(&reference).unwrap().settings, Settings::default());
    let set = |line: &str| line.strip_prefix("# ").unwrap_or(line).to_owned() + "\n";
    let all: String = reference.lines().map(set).collect();
    let effective = load_text(&all).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{all}"));
    assert_eq!(effective.settings.workers.len(), 1);
    assert_eq!(effective.settings.server, Settings::default().server);
}

#[test]
fn every_setting_is_a_documented_key() {
    let defaults = toml::Value::try_from(Settings::default()).unwrap();
    let mut found = BTreeSet::new();
    for (section, keys) in defaults.as_table().unwrap() {
        match keys.as_table() {
            Some(keys) => found.extend(keys.keys().map(|name| format!("{section}.{name}"))),
            None => drop(found.insert(section.clone())),
        }
    }
    let documented: BTreeSet<String> = KEYS.iter().map(|key| key.path.to_owned()).collect();
    assert_eq!(documented, found);
    assert!(KEYS.iter().all(|key| key.doc.ends_with('.')));
}

#[test]
fn what_config_prints_can_be_read_back() {
    let text = "[server]\nlisten = \"127.0.0.1:7\"\n[[workers]]\nname = \"a\"\nendpoint = \"http://x:1\"\n\
                [server.method_deadlines]\n\"a.B/C\" = 1.5\n";
    let effective = load_text(text).unwrap();
    let printed = effective_toml(&effective);
    assert!(printed.contains("listen = \"127.0.0.1:7\"  # file "), "{printed}");
    assert!(printed.contains("max_connections = 1024  # default"), "{printed}");
    assert_eq!(load_text(&printed).unwrap().settings, effective.settings);
}
