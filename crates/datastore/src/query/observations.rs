//! The table `observations`: all observations of all vintages, a Parquet object for each vintage and indicator.

use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray as _;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNode as _;
use datafusion::common::{DFSchema, Result, ScalarValue, Statistics, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::listing::helpers::expr_applicable_for_cols;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use super::STORE_URL;

/// Columns that are constant within an object, and therefore decide which objects are opened at all.
const CONSTANT: [&str; 3] = ["dataset", "vintage", "indicator"];

/// Columns of the table, in order.
const COLUMNS: [&str; 11] =
    ["dataset", "vintage", "indicator", "region", "industry", "period", "value", "status", "note", "source", "flag"];

/// One object of the table.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Data set.
    pub(crate) dataset: String,
    /// Number of the vintage.
    pub(crate) vintage: u32,
    /// Indicator.
    pub(crate) indicator: String,
    /// Path of the object.
    pub(crate) path: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// Its rows.
    pub(crate) rows: u64,
}

/// Columns as they are in the objects, then those that are constant in each, and where the columns of the table are among
/// them.
static LAYOUT: LazyLock<Layout> = LazyLock::new(Layout::new);

struct Layout {
    stored: TableSchema,
    schema: SchemaRef,
    positions: Vec<usize>,
}

impl Layout {
    fn new() -> Self {
        let text = label_type();
        let in_objects = COLUMNS.iter().filter(|name| !CONSTANT.contains(*name));
        let in_objects = in_objects.map(|name| match *name {
            "value" => Field::new("value", DataType::Float64, true),
            // Only objects with flags have the column.
            "flag" => Field::new("flag", text.clone(), true),
            other => Field::new(other, text.clone(), false),
        });
        let constant = CONSTANT.map(|name| Arc::new(Field::new(name, constant_type(name), false)) as FieldRef);
        let stored = TableSchema::builder(Arc::new(Schema::new(in_objects.collect::<Vec<_>>())))
            .with_table_partition_cols(constant.to_vec())
            .build();
        let positions = COLUMNS.iter().filter_map(|name| stored.table_schema().index_of(name).ok());
        let positions: Vec<usize> = positions.collect();
        let fields = positions.iter().filter_map(|at| stored.table_schema().fields().get(*at)).cloned();
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Self { stored, schema, positions }
    }
}

/// Texts are labels: each is stored once, and rows name it.
fn label_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn constant_type(name: &str) -> DataType {
    match name {
        "vintage" => DataType::Int32,
        _ => label_type(),
    }
}

/// The observations of some objects as a table. Objects are left out by data set, vintage and indicator before any of
/// them is opened; conditions on the other columns, and the choice of columns, go down into the reading of Parquet.
#[derive(Debug)]
pub(crate) struct ObservationsTable {
    parts: Vec<Part>,
}

impl ObservationsTable {
    pub(crate) fn new(parts: Vec<Part>) -> Self {
        Self { parts }
    }

    /// The objects that may hold rows for which all filters are true.
    fn kept(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&Part>> {
        let on_constants = filters.iter().filter(|filter| decides_by_constants(filter));
        let Some(filter) = conjunction(on_constants.cloned()) else {
            return Ok(self.parts.iter().collect());
        };
        let constants = self.constants()?;
        let schema = DFSchema::try_from(constants.schema().as_ref().clone())?;
        let found = state.create_physical_expr(filter, &schema)?.evaluate(&constants)?;
        let found: ArrayRef = found.into_array(self.parts.len())?;
        let found: &BooleanArray = found.as_boolean();
        Ok(self.parts.iter().zip(found).filter(|(_, keep)| *keep == Some(true)).map(|(part, _)| part).collect())
    }

    /// A row for every object.
    fn constants(&self) -> Result<RecordBatch> {
        let columns = CONSTANT.iter().enumerate().map(|(at, name)| {
            let values = self.parts.iter().filter_map(|part| part.constants().into_iter().nth(at));
            let column = match self.parts.is_empty() {
                true => arrow_array::new_empty_array(&constant_type(name)),
                false => ScalarValue::iter_to_array(values)?,
            };
            Ok((*name, column))
        });
        Ok(RecordBatch::try_from_iter(columns.collect::<Result<Vec<_>>>()?)?)
    }
}

/// Whether a filter can be decided for an object without opening it.
fn decides_by_constants(filter: &Expr) -> bool {
    let is_known = |expr: &Expr| {
        !matches!(
            expr,
            Expr::ScalarSubquery(_)
                | Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::SetComparison(_)
                | Expr::OuterReferenceColumn(..)
        )
    };
    expr_applicable_for_cols(&CONSTANT, filter) && !filter.exists(|expr| Ok(!is_known(expr))).unwrap_or(true)
}

impl Part {
    /// Values of the columns that are constant, in their order.
    fn constants(&self) -> [ScalarValue; 3] {
        let text = |text: &str| ScalarValue::Dictionary(Box::new(DataType::Int32), Box::new(ScalarValue::from(text)));
        let vintage = ScalarValue::Int32(i32::try_from(self.vintage).ok());
        [text(&self.dataset), vintage, text(&self.indicator)]
    }

    fn file(&self) -> PartitionedFile {
        let rows = usize::try_from(self.rows).map_or(Precision::Absent, Precision::Exact);
        let statistics = Statistics { num_rows: rows, ..Statistics::new_unknown(LAYOUT.stored.file_schema()) };
        let file = PartitionedFile::new(self.path.clone(), self.bytes).with_partition_values(self.constants().to_vec());
        // With the constants among them: what is learnt while a query runs leaves objects out as well.
        file.with_statistics(Arc::new(statistics))
    }
}

#[async_trait]
impl TableProvider for ObservationsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&LAYOUT.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let answer = |filter: &&Expr| match decides_by_constants(filter) {
            true => TableProviderFilterPushDown::Exact,
            // Pushed into the source with the physical plan, which says what it could not apply.
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(answer).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let kept = self.kept(state, filters)?;
        if kept.is_empty() {
            return Ok(Arc::new(EmptyExec::new(project_schema(&LAYOUT.schema, projection)?)));
        }
        let url = ObjectStoreUrl::parse(STORE_URL)?;
        let runtime = state.runtime_env();
        let readers = CachedParquetFileReaderFactory::new(
            runtime.object_store(&url)?,
            runtime.cache_manager.get_file_metadata_cache(),
        );
        let options = &state.config_options().execution.parquet;
        let mut source = ParquetSource::new(LAYOUT.stored.clone())
            .with_table_parquet_options(state.table_options().parquet.clone())
            .with_parquet_file_reader_factory(Arc::new(readers));
        if let Some(bytes) = options.metadata_size_hint {
            source = source.with_metadata_size_hint(bytes);
        }
        let rows: u64 = kept.iter().map(|part| part.rows).sum();
        let mut statistics = Statistics::new_unknown(LAYOUT.stored.table_schema());
        statistics.num_rows = usize::try_from(rows).map_or(Precision::Absent, Precision::Exact);
        let columns = projection.map_or_else(|| (0..COLUMNS.len()).collect(), Clone::clone);
        let columns: Vec<usize> = columns.iter().filter_map(|at| LAYOUT.positions.get(*at)).copied().collect();
        let files = FileGroup::new(kept.iter().map(|part| part.file()).collect());
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(files.split_files(state.config().target_partitions()))
            .with_statistics(statistics)
            .with_projection_indices(Some(columns))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
