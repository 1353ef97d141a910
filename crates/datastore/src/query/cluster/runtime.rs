//! What plans find on a process of the cluster: the store under its name, and nothing else.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry, ObjectStoreUrl};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use object_store::ObjectStore;

use crate::query::STORE_URL;

/// An environment in which a store is known by the name that plans give it. Files of the machine are not known, so that no
/// plan reads or writes them; what is sorted may go to `scratch`, where it is named.
pub(super) fn runtime(
    store: Arc<dyn ObjectStore>,
    footer_bytes: usize,
    scratch: Option<&str>,
) -> Result<Arc<RuntimeEnv>> {
    let registry = DefaultObjectStoreRegistry::new();
    registry.deregister_store(ObjectStoreUrl::local_filesystem().as_ref())?;
    registry.register_store(ObjectStoreUrl::parse(STORE_URL)?.as_ref(), store);
    let builder =
        RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(registry)).with_metadata_cache_limit(footer_bytes);
    match scratch {
        Some(path) => builder.with_temp_file_path(path).build_arc(),
        None => builder.build_arc(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    #[test]
    fn plans_find_the_store_and_no_files() {
        let runtime = runtime(Arc::new(InMemory::new()), 0, None).unwrap();
        assert!(runtime.object_store(ObjectStoreUrl::parse(STORE_URL).unwrap()).is_ok());
        assert!(runtime.object_store(ObjectStoreUrl::local_filesystem()).is_err());
        assert!(runtime.object_store(ObjectStoreUrl::parse("s3://other").unwrap()).is_err());
    }
}
