//! The effective configuration as TOML, and the reference file.

use std::fmt::Write as _;

use super::keys::{DIRECTORY, KEYS, WORKERS};
use super::{Effective, Settings};

/// The effective configuration, with where each value came from.
pub(crate) fn effective_toml(effective: &Effective) -> String {
    let mut text = String::new();
    for (section, keys) in sections() {
        let _infallible = writeln!(text, "{}[{section}]", if text.is_empty() { "" } else { "\n" });
        for path in keys {
            let name = path.rsplit('.').next().unwrap_or(path);
            let value = inline(&effective.settings, path);
            let _infallible = writeln!(text, "{name} = {value}  # {}", effective.origin(path));
        }
    }
    for worker in &effective.settings.workers {
        let _infallible = write!(text, "\n[[workers]]  # {}\n", effective.origin(WORKERS));
        let fields = toml::Table::try_from(worker).unwrap_or_default();
        let said = |value: &toml::Value| value.as_array().is_none_or(|list| !list.is_empty());
        for (name, value) in fields.iter().filter(|(_, value)| said(value)) {
            let _infallible = writeln!(text, "{name} = {value}");
        }
    }
    text
}

/// The sections in the order of the keys, with their keys.
fn sections() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for (section, path) in KEYS.iter().filter_map(|key| Some((key.path.split_once('.')?.0, key.path))) {
        match sections.last_mut() {
            Some((last, keys)) if *last == section => keys.push(path),
            _ => sections.push((section, vec![path])),
        }
    }
    sections
}

/// A value on one line.
fn inline(settings: &Settings, path: &str) -> String {
    let all = toml::Value::try_from(settings).unwrap_or(toml::Value::Boolean(false));
    match path.split('.').try_fold(&all, |value, name| value.get(name)) {
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// The reference file, which documents every key with its default and sets none.
pub(crate) fn reference() -> String {
    let mut text = String::from(
        "## Every key of growthpole.toml, with its default. Copy what you change and take the leading # away.\n\
         ##\n\
         ## Values come, the later ones winning, from the defaults, this file (growthpole.toml in the working directory, or\n\
         ## --config FILE, or GROWTHPOLE_CONFIG), the environment (GROWTHPOLE__SERVER__LISTEN for listen of [server]), and\n\
         ## flags. `growthpole config` shows what is in force and where each value came from.\n\
         ##\n\
         ## This file is written by a test of the crate growthpole.\n",
    );
    for (section, keys) in sections() {
        let _infallible = write!(text, "\n[{section}]\n");
        for path in keys {
            let value = match path {
                DIRECTORY => "\"/var/lib/growthpole\"".to_owned(),
                _ => inline(&Settings::default(), path),
            };
            let name = path.rsplit('.').next().unwrap_or(path);
            let _infallible = writeln!(text, "{}# {name} = {value}", comment(path));
        }
    }
    let _infallible = write!(
        text,
        "\n{}# [[workers]]\n# name = \"growth-ranking\"\n# endpoint = \"http://127.0.0.1:50061\"\n",
        comment(WORKERS)
    );
    text
}

/// The documentation of a key as comment lines.
fn comment(path: &str) -> String {
    const WIDTH: usize = 110;
    let doc = KEYS.iter().find(|key| key.path == path).map_or("", |key| key.doc);
    let mut lines = vec![String::from("#")];
    for word in doc.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("# {word}")),
        }
    }
    lines.iter().map(|line| format!("#{line}\n")).collect()
}

#[cfg(test)]
#[path = "show_tests.rs"]
mod tests;
