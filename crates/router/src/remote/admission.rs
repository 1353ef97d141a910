//! Whether what a worker offers can stand beside what is here.

use super::Offer;
use crate::endpoint::is_below;
use crate::view::{Base, RemoteWorker};

/// Why a worker's offer cannot be taken up; nothing when it can.
pub(crate) fn objection(base: &Base, remotes: &[RemoteWorker], position: usize, offer: &Offer) -> Option<String> {
    let Some(worker) = remotes.get(position) else { return Some("it is not configured any more".to_owned()) };
    if offer.services.is_empty() {
        return Some("it serves nothing but health and reflection".to_owned());
    }
    let others = || {
        let but_itself = remotes.iter().enumerate().filter(|(other, _)| *other != position);
        but_itself.map(|(_, other)| other).filter(|other| other.admitted.is_some())
    };
    if let Some(objection) = offer.services.iter().find_map(|service| {
        reserved(base, worker, service)
            .or_else(|| taken(base.server_of(service), service))
            .or_else(|| taken(others().find(|other| other.services.contains(service)).map(name), service))
    }) {
        // A built-in worker under a misspelt name finds its services reserved or taken.
        let nearest = worker.endpoint.nearest_built_in();
        let hint = nearest.map(|name| format!("; nearest built-in name: {name}")).unwrap_or_default();
        return Some(objection + &hint);
    }
    let mut index = base.index.clone();
    others().for_each(|other| index.add(other.admitted.as_deref().unwrap_or_default()));
    if let Some(conflict) = index.conflict(&offer.files) {
        return Some(conflict.to_string());
    }
    index.add(&offer.files);
    let undeclared = offer.services.iter().find(|service| !index.declares_service(service))?;
    Some(format!("its descriptors do not declare {undeclared}"))
}

fn name(worker: &RemoteWorker) -> &str {
    &worker.endpoint.name
}

fn taken(by: Option<&str>, service: &str) -> Option<String> {
    by.map(|other| format!("{service} is already served by {other}"))
}

fn reserved(base: &Base, worker: &RemoteWorker, service: &str) -> Option<String> {
    let package = service.rsplit_once('.').map_or("", |(package, _)| package);
    if let Some(root) = ["grpc", "google"].into_iter().find(|root| is_below(package, root)) {
        return Some(format!("{service}: the package {root} is reserved"));
    }
    let ours = worker.endpoint.is_built_in() || base.index.declares_service(service);
    if is_below(package, "growthpole") && !ours {
        return Some(format!("{service}: the package growthpole is reserved for its own workers"));
    }
    (!worker.endpoint.may_serve(service)).then(|| format!("{service} is not among what it may serve by configuration"))
}
