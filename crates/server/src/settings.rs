//! The settings of a server, their defaults, and what is wrong with them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::ListenAddress;

const KIB: u32 = 1024;
const MIB: u32 = 1024 * KIB;
const DEFAULT_PORT: u16 = 50051;

/// The most that counts may be; more is a slip of the pen, and the semaphores have a ceiling.
const MAX_COUNT: usize = 1_000_000;
/// The longest time in seconds that a setting may name, thirty days.
const MAX_SECONDS: f64 = 30.0 * 86_400.0;
/// What HTTP/2 allows a flow-control window to be (RFC 9113, 6.9.1 and 6.9.2).
const WINDOW_BYTES: std::ops::RangeInclusive<u32> = 65_535..=i32::MAX as u32;

/// How a server listens and what it allows its callers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Where to listen: `127.0.0.1:50051`, `[::1]:0` or `unix:/path`.
    pub listen: ListenAddress,
    /// Whether other machines may connect although there is neither TLS nor authentication.
    pub insecure: bool,
    /// Connections served at a time; the next ones wait to be accepted.
    pub max_connections: usize,
    /// Calls at a time on one connection.
    pub max_concurrent_streams: u32,
    /// Calls at a time in the whole process; more are refused with RESOURCE_EXHAUSTED. Health and reflection do not count.
    pub max_concurrent_requests: usize,
    /// Full names of services that other calls here wait for, `package.Service`. Their calls are counted apart, with the same
    /// limit, so that calls that have been taken on are not refused what they need.
    pub inner_services: Vec<String>,
    /// Size of all headers of a call together.
    pub max_header_list_bytes: u32,
    /// Time in seconds for a call whose caller names none.
    pub default_deadline_seconds: f64,
    /// The most time in seconds that a caller may ask for.
    pub max_deadline_seconds: f64,
    /// Time in seconds per `package.Service/Method`, instead of both above; 0 leaves it to the caller alone.
    pub method_deadlines: BTreeMap<String, f64>,
    /// Full names of methods that take as long as their callers let them, unless `method_deadlines` has them: endless
    /// streams, and those as long as what is sent.
    pub unlimited_methods: Vec<String>,
    /// Time in seconds that running calls get to finish once the server is told to stop.
    pub drain_seconds: f64,
    /// Size of a received message; whoever builds the services hands it to them.
    pub max_message_bytes: usize,
    /// Whether flow-control windows follow the measured bandwidth; the two sizes below are then not used. Measuring costs
    /// a ping for every message received, which pays for large uploads over long ways only.
    pub adaptive_window: bool,
    /// Flow-control window of one call.
    pub stream_window_bytes: u32,
    /// Flow-control window of one connection.
    pub connection_window_bytes: u32,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: ListenAddress::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT))),
            insecure: false,
            max_connections: 1024,
            max_concurrent_streams: 256,
            max_concurrent_requests: 512,
            inner_services: Vec::new(),
            max_header_list_bytes: 16 * KIB,
            default_deadline_seconds: 30.0,
            max_deadline_seconds: 300.0,
            method_deadlines: BTreeMap::new(),
            unlimited_methods: Vec::new(),
            drain_seconds: 25.0,
            max_message_bytes: 4 * MIB as usize,
            adaptive_window: false,
            stream_window_bytes: MIB,
            connection_window_bytes: 4 * MIB,
        }
    }
}

impl ServerSettings {
    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// A sentence for every mistake, so that a person mends all of them at once.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let mut mistakes = Vec::new();
        self.check_listen(&mut mistakes);
        self.check_counts(&mut mistakes);
        self.check_windows(&mut mistakes);
        self.check_times(&mut mistakes);
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    fn check_listen(&self, mistakes: &mut Vec<String>) {
        if !self.insecure && !self.listen.is_local() {
            mistakes.push(format!(
                "listen = {:?} would let other machines in, and TLS and authentication are not built yet: set insecure = true \
                 to allow it all the same, or listen on 127.0.0.1, [::1] or unix:/path",
                self.listen.to_string()
            ));
        }
    }

    fn check_counts(&self, mistakes: &mut Vec<String>) {
        let streams = usize::try_from(self.max_concurrent_streams).unwrap_or(usize::MAX);
        for (name, count) in [
            ("max_connections", self.max_connections),
            ("max_concurrent_streams", streams),
            ("max_concurrent_requests", self.max_concurrent_requests),
        ] {
            if !(1..=MAX_COUNT).contains(&count) {
                mistakes.push(format!("{name} = {count} must lie between 1 and {MAX_COUNT}"));
            }
        }
        for service in &self.inner_services {
            if service.is_empty() || service.contains('/') {
                mistakes.push(format!("inner_services: {service:?} must be written package.Service"));
            }
        }
    }

    fn check_windows(&self, mistakes: &mut Vec<String>) {
        if !(KIB..=MIB).contains(&self.max_header_list_bytes) {
            let bytes = self.max_header_list_bytes;
            mistakes.push(format!("max_header_list_bytes = {bytes} must lie between {KIB} and {MIB}"));
        }
        // Protocol buffers themselves end at 2 GiB.
        if !(1..=i32::MAX as usize).contains(&self.max_message_bytes) {
            let bytes = self.max_message_bytes;
            mistakes.push(format!("max_message_bytes = {bytes} must lie between 1 and {}", i32::MAX));
        }
        for (name, bytes) in [
            ("stream_window_bytes", self.stream_window_bytes),
            ("connection_window_bytes", self.connection_window_bytes),
        ] {
            if !WINDOW_BYTES.contains(&bytes) {
                let (least, most) = WINDOW_BYTES.into_inner();
                mistakes.push(format!("{name} = {bytes} must lie between {least} and {most}"));
            }
        }
    }

    fn check_times(&self, mistakes: &mut Vec<String>) {
        for (name, seconds) in [
            ("default_deadline_seconds", self.default_deadline_seconds),
            ("max_deadline_seconds", self.max_deadline_seconds),
        ] {
            if !(0.001..=MAX_SECONDS).contains(&seconds) {
                mistakes.push(format!("{name} = {seconds} must lie between 0.001 and {MAX_SECONDS}"));
            }
        }
        if self.default_deadline_seconds > self.max_deadline_seconds {
            mistakes.push(format!(
                "default_deadline_seconds = {} must not exceed max_deadline_seconds = {}",
                self.default_deadline_seconds, self.max_deadline_seconds
            ));
        }
        if !(0.0..=MAX_SECONDS).contains(&self.drain_seconds) {
            mistakes.push(format!("drain_seconds = {} must lie between 0 and {MAX_SECONDS}", self.drain_seconds));
        }
        for method in self.unlimited_methods.iter().filter(|method| !names_a_method(method)) {
            mistakes.push(format!("unlimited_methods: {method:?} must be written package.Service/Method"));
        }
        for (method, seconds) in &self.method_deadlines {
            if !names_a_method(method) {
                mistakes.push(format!("method_deadlines: {method:?} must be written package.Service/Method"));
            }
            if !(0.0..=MAX_SECONDS).contains(seconds) {
                mistakes.push(format!("method_deadlines: {method:?} = {seconds} must lie between 0 and {MAX_SECONDS}"));
            }
        }
    }
}

fn names_a_method(name: &str) -> bool {
    let parts = name.split_once('/');
    parts.is_some_and(|(service, method)| !service.is_empty() && !method.is_empty() && !method.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(ServerSettings::default().validate(), Ok(()));
    }

    #[test]
    fn other_machines_need_an_explicit_insecure() {
        let mut settings = ServerSettings { listen: "0.0.0.0:50051".parse().unwrap(), ..ServerSettings::default() };
        let mistakes = settings.validate().unwrap_err();
        assert!(mistakes[0].contains("insecure = true"), "{mistakes:?}");
        settings.insecure = true;
        assert_eq!(settings.validate(), Ok(()));
    }

    #[test]
    fn reports_all_mistakes_at_once() {
        let settings = ServerSettings {
            listen: "[::]:50051".parse().unwrap(),
            max_connections: 0,
            max_concurrent_requests: usize::MAX,
            stream_window_bytes: 1,
            default_deadline_seconds: f64::NAN,
            drain_seconds: -1.0,
            inner_services: vec!["a.B/C".to_owned(), "a.B".to_owned()],
            method_deadlines: BTreeMap::from([("nothing".to_owned(), f64::INFINITY)]),
            unlimited_methods: vec!["a.B".to_owned(), "a.B/C".to_owned()],
            ..ServerSettings::default()
        };
        let mistakes = settings.validate().unwrap_err();
        assert_eq!(mistakes.len(), 10, "{mistakes:#?}");
    }

    #[test]
    fn reads_toml_and_refuses_unknown_keys() {
        let text = "listen = \"unix:/run/x\"\nmethod_deadlines = { \"a.B/C\" = 120.0 }";
        let settings: ServerSettings = toml::from_str(text).unwrap();
        assert_eq!(settings.method_deadlines["a.B/C"], 120.0);
        let written = toml::to_string(&settings).unwrap();
        assert_eq!(toml::from_str::<ServerSettings>(&written).unwrap(), settings);
        assert!(toml::from_str::<ServerSettings>("lisen = \"127.0.0.1:1\"").is_err());
        assert!(toml::from_str::<ServerSettings>("listen = \"nowhere\"").is_err());
    }
}
