//! Plans as they are sent to a cluster.

use std::sync::Arc;

use ballista_core::extension::{SessionConfigExt as _, SessionConfigHelperExt as _};
use ballista_core::optimizer::with_ballista_optimizer_rules;
use ballista_core::serde::BallistaPhysicalExtensionCodec;
use ballista_core::serde::protobuf::KeyValuePair;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::datasource::physical_plan::ParquetSource;
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::AsExecutionPlan as _;
use datafusion_proto::protobuf::PhysicalPlanNode;

use crate::SqlError;

/// A plan on its way to a cluster.
pub(crate) struct Sent {
    /// The plan as a message.
    pub(super) plan: Vec<u8>,
    /// How it is to be run.
    pub(super) settings: Vec<KeyValuePair>,
}

/// A plan for a cluster; none where it reads fewer than so many rows, or cannot be sent. What describes plans or this
/// process, and what goes round in circles (WITH RECURSIVE), is answered here.
pub(super) async fn plan(
    state: &SessionState,
    plan: &LogicalPlan,
    partitions: usize,
    least_rows: u64,
) -> std::result::Result<Option<Sent>, SqlError> {
    if matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)) {
        return Ok(None);
    }
    // Ballista's own choices: no filters that are learnt while a query runs, which cannot cross to another process, and
    // joins that may use a disk.
    let config = state.config().clone().upgrade_for_ballista().with_target_partitions(partitions);
    let settings = config.to_key_value_pairs();
    let state = SessionStateBuilder::new_from_existing(state.clone())
        .with_config(config)
        .with_optimizer_rules(with_ballista_optimizer_rules(state.optimizers()))
        .build();
    let physical = state.create_physical_plan(plan).await.map_err(|error| SqlError::planning(&error))?;
    if rows_read(&physical).map_err(|error| SqlError::planning(&error))? < least_rows {
        return Ok(None);
    }
    match encode(physical) {
        Ok(plan) => Ok(Some(Sent { plan, settings })),
        Err(error) => {
            tracing::info!(%error, "a plan that cannot be sent to the cluster is run here");
            Ok(None)
        }
    }
}

fn encode(plan: Arc<dyn ExecutionPlan>) -> Result<Vec<u8>> {
    let message = PhysicalPlanNode::try_from_physical_plan(plan, &BallistaPhysicalExtensionCodec::default())?;
    let mut bytes = Vec::new();
    message.try_encode(&mut bytes)?;
    // Whoever receives it reads messages up to a depth only.
    PhysicalPlanNode::try_decode(&bytes)?;
    Ok(bytes)
}

/// Rows of the objects that a plan reads, before any of them is left out by what it holds.
fn rows_read(plan: &Arc<dyn ExecutionPlan>) -> Result<u64> {
    let mut rows = 0_u64;
    plan.apply(|node| {
        let source = node.downcast_ref::<DataSourceExec>();
        if let Some((scan, _)) = source.and_then(DataSourceExec::downcast_to_file_source::<ParquetSource>) {
            let read = scan.statistics().num_rows.get_value().copied().unwrap_or_default();
            rows = rows.saturating_add(read as u64);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(rows)
}
