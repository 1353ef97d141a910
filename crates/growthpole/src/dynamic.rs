//! Methods by name: from the contracts, or learnt by reflection where a service knows more.

use std::sync::OnceLock;

use growthpole_contracts::DESCRIPTORS;
use growthpole_domain::nearest::nearest;
use prost_reflect::{DescriptorPool, MethodDescriptor};

use crate::failure::Failure;
use crate::reflection::Reflection;
use crate::transport::Client;

/// The descriptors that this program knows: the contracts, health, and the details of errors.
pub(crate) fn contracts() -> Result<&'static DescriptorPool, Failure> {
    static POOL: OnceLock<Result<DescriptorPool, String>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let mut pool = DescriptorPool::decode(DESCRIPTORS).map_err(|error| error.to_string())?;
        for set in [tonic_types::pb::FILE_DESCRIPTOR_SET, tonic_health::pb::FILE_DESCRIPTOR_SET] {
            pool.decode_file_descriptor_set(set).map_err(|error| error.to_string())?;
        }
        Ok(pool)
    });
    pool.as_ref().map_err(|error| Failure::Other(anyhow::anyhow!("the descriptors are damaged: {error}")))
}

/// The method `package.Service/Method` of the contracts.
pub(crate) fn method(name: &str) -> Result<MethodDescriptor, Failure> {
    find(contracts()?, name).ok_or_else(|| Failure::Other(anyhow::anyhow!("{name} is not among the contracts")))
}

/// The method that a person named, where the contracts have it; `elsewhere` says that a service elsewhere may know more.
pub(crate) fn known(name: &str, elsewhere: bool) -> Result<Option<MethodDescriptor>, Failure> {
    let name = normalized(name)?;
    let pool = contracts()?;
    let found = find(pool, &name);
    let service = name.split_once('/').map_or(name.as_str(), |(service, _)| service);
    if found.is_none() && (!elsewhere || pool.get_service_by_name(service).is_some()) {
        return Err(unknown(&name, methods(pool)));
    }
    Ok(found)
}

/// A method that only the service behind `client` knows.
pub(crate) async fn learnt(client: &Client, name: &str) -> Result<MethodDescriptor, Failure> {
    let name = normalized(name)?;
    let service = name.split_once('/').map_or(name.as_str(), |(service, _)| service);
    let mut reflection = Reflection::new(client);
    match reflection.pool_of(service).await? {
        Some(pool) => find(&pool, &name).ok_or_else(|| unknown(&name, methods(&pool))),
        None => Err(unknown_service(service, &reflection.services().await?)),
    }
}

/// `/package.Service/Method` and `package.Service.Method` are as good as `package.Service/Method`.
fn normalized(name: &str) -> Result<String, Failure> {
    let name = name.strip_prefix('/').unwrap_or(name);
    let parts = name.split_once('/').or_else(|| name.rsplit_once('.'));
    match parts {
        Some((service, method)) if !service.is_empty() && !method.is_empty() && !method.contains('/') => {
            Ok(format!("{service}/{method}"))
        }
        _ => Err(Failure::Usage(format!(
            "\"{name}\" is no method: write SERVICE/METHOD, for example growthpole.v1.CatalogService/ListRegions"
        ))),
    }
}

fn find(pool: &DescriptorPool, name: &str) -> Option<MethodDescriptor> {
    let (service, method) = name.split_once('/')?;
    pool.get_service_by_name(service)?.methods().find(|candidate| candidate.name() == method)
}

fn methods(pool: &DescriptorPool) -> Vec<String> {
    let of_service = |service: prost_reflect::ServiceDescriptor| {
        let service_name = service.full_name().to_owned();
        service.methods().map(move |method| format!("{service_name}/{}", method.name())).collect::<Vec<_>>()
    };
    pool.services().flat_map(of_service).collect()
}

fn unknown(name: &str, known: Vec<String>) -> Failure {
    let nearest = nearest(name, known.iter().map(String::as_str), 3);
    Failure::Usage(format!("there is no method {name}{}", hint(&nearest)))
}

fn unknown_service(service: &str, known: &[String]) -> Failure {
    let nearest = nearest(service, known.iter().map(String::as_str), 3);
    Failure::Usage(format!("there is no service {service}{}", hint(&nearest)))
}

fn hint(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; nearest: {}", nearest.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> String {
        match known(name, false) {
            Err(Failure::Usage(text)) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn finds_methods_however_they_are_written() {
        for name in [
            "growthpole.v1.CatalogService/ListRegions",
            "/growthpole.v1.CatalogService/ListRegions",
            "growthpole.v1.CatalogService.ListRegions",
            "grpc.health.v1.Health/Check",
        ] {
            assert!(matches!(known(name, false), Ok(Some(_))), "{name}");
        }
    }

    #[test]
    fn only_services_of_others_may_be_known_elsewhere() {
        assert!(matches!(known("org.example.Service/Method", true), Ok(None)));
        assert!(known("growthpole.v1.CatalogService/Nothing", true).is_err());
    }

    #[test]
    fn offers_the_nearest_names() {
        let text = refused("growthpole.v1.CatalogService/ListRegion");
        assert!(text.contains("nearest: growthpole.v1.CatalogService/ListRegion"), "{text}");
        let text = refused("growthpole.v1.CatalogueService/ListRegions");
        assert!(text.contains("growthpole.v1.CatalogService/ListRegions"), "{text}");
        assert!(refused("nonsense").contains("SERVICE/METHOD"));
    }
}
