//! Connections between executors, one for each other executor: many calls share it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::client::BallistaClient;
use ballista_core::client_pool::{BallistaClientPool, PooledClient};
use ballista_core::error::Result;
use ballista_core::extension::BallistaConfigGrpcEndpoint;
use ballista_core::utils::GrpcClientConfig;
use tokio::sync::Mutex;

use super::fetch::patience;

/// Connections by address. One that breaks is made again when it is needed.
#[derive(Default)]
pub(super) struct Connections {
    known: Mutex<HashMap<(String, u16), BallistaClient>>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

#[async_trait]
impl BallistaClientPool for Connections {
    async fn acquire(
        &self,
        host: &str,
        port: u16,
        config: &GrpcClientConfig,
        _: Option<Arc<BallistaConfigGrpcEndpoint>>,
    ) -> Result<PooledClient> {
        let address = (host.to_owned(), port);
        let known = self.known.lock().await.get(&address).cloned();
        let client = match known {
            Some(client) => client,
            None => {
                let made = BallistaClient::try_new(
                    host,
                    port,
                    config.max_message_size,
                    config.use_tls,
                    Some(patience()),
                    config.io_retries_times,
                    config.io_retry_wait_time_ms,
                    config.initial_connection_window_size,
                    config.initial_stream_window_size,
                );
                let made = made.await?;
                self.known.lock().await.insert(address, made.clone());
                made
            }
        };
        // It stays here, whatever becomes of the copy.
        Ok(PooledClient::new(client, Box::new(drop)))
    }

    async fn evict_idle(&self) {
        self.known.lock().await.clear();
    }
}
