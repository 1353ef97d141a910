//! Where a worker is, and what it may serve.

use serde::{Deserialize, Serialize};

/// Services of the built-in workers, by name of the worker: known before a worker was ever reached.
const BUILT_IN: [(&str, &[&str]); 2] = [
    ("growth-ranking", &["growthpole.v1.GrowthRankingService"]),
    ("industry-division", &["growthpole.v1.IndustryDivisionService"]),
];

/// A worker that runs in a process of its own, as configuration names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerEndpoint {
    /// Name, for example `growth-ranking`; each once.
    pub name: String,
    /// Where it listens: `http://host:port` or `unix:/path`.
    pub endpoint: String,
    /// Full names of the services it may serve. Empty: any. Calls to those named here are answered with
    /// WORKER_UNAVAILABLE, not with UNKNOWN_METHOD, while the worker was not reached yet.
    #[serde(default)]
    pub services: Vec<String>,
    /// Packages it may serve services of, for example `org.example`. Empty: any that is not reserved.
    #[serde(default)]
    pub packages: Vec<String>,
}

/// A worker that cannot be dialled as it is configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWorker {
    /// The name is empty.
    #[error("a worker has no name")]
    NoName,
    /// Two workers have the same name.
    #[error("two workers have the name \"{0}\"")]
    DuplicateName(String),
    /// The endpoint cannot be dialled.
    #[error("worker {name}: \"{endpoint}\" is no endpoint; allowed: http://host:port or unix:/path")]
    Endpoint {
        /// The worker.
        name: String,
        /// What was configured.
        endpoint: String,
    },
}

impl WorkerEndpoint {
    /// A worker that may serve whatever is not reserved.
    pub fn new(name: impl Into<String>, endpoint: impl Into<String>) -> Self {
        Self { name: name.into(), endpoint: endpoint.into(), services: Vec::new(), packages: Vec::new() }
    }

    /// Checks name and endpoint, without dialling.
    ///
    /// # Errors
    ///
    /// The first of them that is not usable.
    pub fn validate(&self) -> Result<(), InvalidWorker> {
        if self.name.is_empty() {
            return Err(InvalidWorker::NoName);
        }
        let wrong = || InvalidWorker::Endpoint { name: self.name.clone(), endpoint: self.endpoint.clone() };
        if let Some(path) = self.endpoint.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(()) } else { Err(wrong()) };
        }
        let uri: http::Uri = self.endpoint.parse().map_err(|_| wrong())?;
        let plain = uri.path_and_query().is_none_or(|rest| rest.as_str() == "/");
        if uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty()) && plain {
            Ok(())
        } else {
            Err(wrong())
        }
    }

    /// Services that are known to be this worker's before it was reached.
    pub(crate) fn expected_services(&self) -> Vec<String> {
        if !self.services.is_empty() {
            return self.services.clone();
        }
        let built_in = BUILT_IN.iter().find(|(name, _)| *name == self.name);
        built_in.into_iter().flat_map(|(_, services)| *services).map(|service| (*service).to_owned()).collect()
    }

    /// Whether it is one of the built-in workers, by its name.
    pub(crate) fn is_built_in(&self) -> bool {
        BUILT_IN.iter().any(|(name, _)| *name == self.name)
    }

    /// The name of a built-in worker that this one's may have been meant to be.
    pub(crate) fn nearest_built_in(&self) -> Option<&'static str> {
        const LEAST_LIKENESS: f64 = 0.5;
        if self.is_built_in() {
            return None;
        }
        let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&self.name, name);
        let names = BUILT_IN.iter().map(|(name, _)| (likeness(name), *name));
        let (likeness, name) = names.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (likeness >= LEAST_LIKENESS).then_some(name)
    }

    /// Whether configuration lets it serve `service`.
    pub(crate) fn may_serve(&self, service: &str) -> bool {
        let in_package = |package: &String| service.rsplit_once('.').is_some_and(|(of, _)| is_below(of, package));
        if self.services.is_empty() && self.packages.is_empty() {
            return true;
        }
        self.services.iter().any(|allowed| allowed == service) || self.packages.iter().any(in_package)
    }
}

/// Whether `package` is `root` or lies below it.
pub(crate) fn is_below(package: &str, root: &str) -> bool {
    package.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_can_be_dialled() {
        for good in ["http://127.0.0.1:50052", "http://[::1]:50052/", "http://worker:50052", "unix:/run/worker.sock"] {
            assert_eq!(WorkerEndpoint::new("w", good).validate(), Ok(()), "{good}");
        }
        for bad in ["", "worker:50052", "https://worker:1", "http://worker:1/path", "unix:relative", "http://"] {
            assert!(WorkerEndpoint::new("w", bad).validate().is_err(), "{bad}");
        }
        assert_eq!(WorkerEndpoint::new("", "http://a:1").validate(), Err(InvalidWorker::NoName));
    }

    #[test]
    fn packages_and_services_restrict() {
        let mut worker = WorkerEndpoint::new("w", "http://a:1");
        assert!(worker.may_serve("org.example.Anything"));
        worker.packages = vec!["org.example".into()];
        assert!(worker.may_serve("org.example.A") && worker.may_serve("org.example.v1.A"));
        assert!(!worker.may_serve("org.examples.A") && !worker.may_serve("A"));
        worker.services = vec!["other.B".into()];
        assert!(worker.may_serve("other.B") && !worker.may_serve("other.C"));
    }

    #[test]
    fn built_in_services_are_known_beforehand() {
        assert_eq!(
            WorkerEndpoint::new("growth-ranking", "http://a:1").expected_services(),
            ["growthpole.v1.GrowthRankingService"]
        );
        assert!(WorkerEndpoint::new("w", "http://a:1").expected_services().is_empty());
        let nearest = |name: &str| WorkerEndpoint::new(name, "http://a:1").nearest_built_in();
        assert_eq!(
            [nearest("growth-rankin"), nearest("industry_division"), nearest("echo"), nearest("growth-ranking")],
            [Some("growth-ranking"), Some("industry-division"), None, None]
        );
    }
}
