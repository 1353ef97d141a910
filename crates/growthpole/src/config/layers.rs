//! The layers of the configuration, where each value came from, and all mistakes at once.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use ::config::{Config, Environment, File, FileFormat, Map, Source as _, Value, ValueKind};

use super::{INNER_SERVICES, Settings, UNLIMITED_METHODS, keys};

const PREFIX: &str = "GROWTHPOLE";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl Origin {
    /// Where it stands among the layers; the later win.
    fn layer(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File(_) => 1,
            Self::Environment(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(variable) => write!(f, "env {variable}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// Which file to read.
#[derive(Debug, Clone)]
pub(crate) enum FileChoice {
    /// This one, which must be there.
    Named(PathBuf),
    /// This one, if it is there.
    IfPresent(PathBuf),
}

/// A value that a flag of the command line sets.
#[derive(Debug, Clone)]
pub(crate) struct Flag {
    /// The key that it sets.
    pub(crate) key: &'static str,
    /// The flag, `--listen`.
    pub(crate) flag: &'static str,
    /// The value.
    pub(crate) value: Value,
}

impl Flag {
    /// `flag` sets `key`.
    pub(crate) fn new(key: &'static str, flag: &'static str, value: impl Into<Value>) -> Self {
        Self { key, flag, value: value.into() }
    }
}

/// What the layers are made of.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The file.
    pub(crate) file: FileChoice,
    /// Variables that stand for the process's own; `None` reads those.
    pub(crate) environment: Option<Map<String, String>>,
    /// Flags.
    pub(crate) flags: Vec<Flag>,
}

/// Settings with where each came from.
#[derive(Debug)]
pub(crate) struct Effective {
    /// The settings.
    pub(crate) settings: Settings,
    /// By key; keys that are not there have their default.
    origins: BTreeMap<String, Origin>,
}

impl Effective {
    /// Where the value of `key` came from.
    pub(crate) fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }
}

/// One value that somebody set.
struct Setting {
    key: String,
    value: Value,
    origin: Origin,
}

/// Reads all layers.
///
/// # Errors
///
/// A sentence for every mistake in any layer.
pub(crate) fn load(sources: &Sources) -> Result<Effective, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut set: BTreeMap<String, Setting> = BTreeMap::new();
    for setting in collect(sources, &mut mistakes) {
        match check(&setting) {
            Ok(()) => drop(set.insert(setting.key.clone(), setting)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    let _outdone = one_place(&mut set).map_err(|mistake| mistakes.push(mistake));
    let origins: BTreeMap<String, Origin> =
        set.iter().map(|(key, setting)| (key.clone(), setting.origin.clone())).collect();
    let settings = build(set.into_values()).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        Settings::default()
    });
    let effective = Effective { settings, origins };
    mistakes.extend(effective.settings.mistakes().into_iter().map(|mistake| effective.with_origin(mistake)));
    if mistakes.is_empty() { Ok(effective) } else { Err(mistakes) }
}

/// A directory and a URL say the same: of two layers, the later one wins, and one layer says it once.
fn one_place(set: &mut BTreeMap<String, Setting>) -> Result<(), String> {
    let is_empty = |setting: &Setting| matches!(&setting.value.kind, ValueKind::String(text) if text.is_empty());
    set.retain(|key, setting| key != keys::URL || !is_empty(setting));
    let (Some(directory), Some(url)) = (set.get(keys::DIRECTORY), set.get(keys::URL)) else { return Ok(()) };
    let (of_directory, of_url) = (directory.origin.layer(), url.origin.layer());
    if of_directory == of_url {
        return Err(format!("{}: data.directory and data.url are both set: set one of them", url.origin));
    }
    set.remove(if of_directory < of_url { keys::DIRECTORY } else { keys::URL });
    Ok(())
}

impl Effective {
    /// A mistake's sentence starts with its key: says who set it.
    fn with_origin(&self, mistake: String) -> String {
        let key = mistake.split([' ', ':']).next().unwrap_or_default();
        match self.origin(key) {
            Origin::Default => mistake,
            origin => format!("{origin}: {mistake}"),
        }
    }
}

/// All values of all layers, the winning ones last.
fn collect(sources: &Sources, mistakes: &mut Vec<String>) -> Vec<Setting> {
    let mut settings = Vec::new();
    match &sources.file {
        FileChoice::IfPresent(path) if !path.exists() => {}
        FileChoice::Named(path) | FileChoice::IfPresent(path) => from_file(path, &mut settings, mistakes),
    }
    from_environment(sources.environment.clone(), &mut settings, mistakes);
    for Flag { key, flag, value } in sources.flags.iter().cloned() {
        settings.push(Setting { key: key.to_owned(), value, origin: Origin::Flag(flag) });
    }
    settings
}

fn from_file(path: &Path, settings: &mut Vec<Setting>, mistakes: &mut Vec<String>) {
    match File::from(path).format(FileFormat::Toml).collect() {
        Ok(table) => {
            let origin = Origin::File(path.to_owned());
            flatten("", table, &origin, settings, mistakes);
        }
        Err(error) => mistakes.push(format!("file {}: {}", path.display(), error.to_string().trim_end())),
    }
}

/// Takes the tables apart, down to keys.
fn flatten(
    prefix: &str,
    table: Map<String, Value>,
    origin: &Origin,
    settings: &mut Vec<Setting>,
    mistakes: &mut Vec<String>,
) {
    // Sorted, so that mistakes come in the same order every time.
    for (name, value) in table.into_iter().collect::<BTreeMap<_, _>>() {
        let path = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        if keys::is_key(&path) {
            settings.push(Setting { key: path, value, origin: origin.clone() });
        } else if !keys::is_section(&path) {
            mistakes.push(unknown(origin, &path));
        } else if let ValueKind::Table(inner) = value.kind {
            flatten(&path, inner, origin, settings, mistakes);
        } else {
            mistakes.push(format!("{origin}: {path} is a section: write [{path}] and its keys below"));
        }
    }
}

fn from_environment(variables: Option<Map<String, String>>, settings: &mut Vec<Setting>, mistakes: &mut Vec<String>) {
    let environment =
        Environment::with_prefix(PREFIX).prefix_separator("__").separator("__").ignore_empty(true).source(variables);
    let found = match environment.collect() {
        Ok(found) => found,
        Err(error) => return mistakes.push(format!("the environment: {error}")),
    };
    for (path, value) in found.into_iter().collect::<BTreeMap<_, _>>() {
        let variable = format!("{PREFIX}__{}", path.replace('.', "__").to_uppercase());
        let origin = Origin::Environment(variable);
        if keys::is_key(&path) {
            settings.push(Setting { key: path, value, origin });
        } else {
            mistakes.push(unknown(&origin, &path));
        }
    }
}

fn unknown(origin: &Origin, path: &str) -> String {
    let hint = match keys::nearest(path).first() {
        Some(nearest) => format!("; nearest: {nearest}"),
        None => "; there are server, data, compute, router, log and workers".to_owned(),
    };
    format!("{origin}: there is no key {path}{hint}")
}

/// Tries one value by itself, so that one mistake hides no other.
fn check(setting: &Setting) -> Result<(), String> {
    let Setting { key, value, origin } = setting;
    let alone = Setting { key: key.clone(), value: value.clone(), origin: origin.clone() };
    // Numbers are not rounded, and truth is not counted.
    if matches!(origin, Origin::File(_)) && !fits(key, &value.kind) {
        return Err(format!("{origin}: {key} = {value} is of the wrong type; an example: {}", example(key)));
    }
    build([alone]).map(drop).map_err(|mistake| format!("{origin}: {key} = {value}: {mistake}"))
}

fn build(settings: impl IntoIterator<Item = Setting>) -> Result<Settings, String> {
    // Said here too: a section that sets something takes the rest from its own type, which knows nothing of our services.
    let mut builder = Config::builder()
        .set_default("server.inner_services", INNER_SERVICES.to_vec())
        .and_then(|builder| builder.set_default("server.unlimited_methods", UNLIMITED_METHODS.to_vec()))
        .map_err(|error| error.to_string())?;
    for Setting { key, value, .. } in settings {
        builder = builder.set_override(key, value).map_err(|error| error.to_string())?;
    }
    builder.build().and_then(Config::try_deserialize).map_err(|error| error.to_string())
}

fn default_value(key: &str) -> Option<toml::Value> {
    let defaults = toml::Value::try_from(Settings::default()).ok()?;
    key.split('.').try_fold(&defaults, |value, name| value.get(name)).cloned()
}

fn fits(key: &str, kind: &ValueKind) -> bool {
    match default_value(key) {
        Some(toml::Value::Integer(_)) => matches!(kind, ValueKind::I64(_) | ValueKind::U64(_)),
        Some(toml::Value::Float(_)) => matches!(kind, ValueKind::I64(_) | ValueKind::Float(_)),
        Some(toml::Value::Boolean(_)) => matches!(kind, ValueKind::Boolean(_)),
        Some(toml::Value::String(_)) => matches!(kind, ValueKind::String(_)),
        _ => true,
    }
}

fn example(key: &str) -> String {
    default_value(key).map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
