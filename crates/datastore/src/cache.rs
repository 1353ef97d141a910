//! Caches that are bounded by bytes.

use std::hash::Hash;
use std::sync::Arc;

use moka::future::Cache;

use crate::observations::{self, ObservationKey, ObservationSet};
use crate::panel::{self, PanelKey, StoredPanel};
use crate::reader::Summary;
use crate::tables::{Scan, Table};

/// What was decoded or built. Every key holds a digest of what the value was made from, so nothing is ever stale.
#[derive(Debug, Clone)]
pub(crate) struct Caches {
    /// By digest.
    pub(crate) tables: Cache<String, Arc<Table>>,
    /// What is known of large tables, by digest.
    pub(crate) scans: Cache<String, Arc<Scan>>,
    pub(crate) panels: Cache<PanelKey, Arc<StoredPanel>>,
    pub(crate) observations: Cache<ObservationKey, Arc<ObservationSet>>,
    /// Labels of large tables, by digest.
    pub(crate) labels: Cache<String, Arc<Table>>,
    /// Of observations that are too many to be kept.
    pub(crate) summaries: Cache<ObservationKey, Arc<Summary>>,
}

impl Caches {
    /// Half of the bytes for tables and what is known of large ones, which the others are made from.
    pub(crate) fn new(bytes: u64) -> Self {
        Self {
            tables: bounded(bytes / 8 * 3, Table::weight),
            scans: bounded(bytes / 8, Scan::weight),
            panels: bounded(bytes / 4, panel::weight),
            observations: bounded(bytes / 8, observations::weight),
            labels: bounded(bytes / 16, Table::weight),
            summaries: bounded(bytes / 16, Summary::weight),
        }
    }
}

fn bounded<K, V>(bytes: u64, weight: fn(&V) -> usize) -> Cache<K, Arc<V>>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(bytes)
        .weigher(move |_, value: &Arc<V>| u32::try_from(weight(value)).unwrap_or(u32::MAX))
        .build()
}
