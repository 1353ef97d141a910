//! Tables that are too large to be decoded whole: which labels occur in them, and their rows of one period.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use datafusion::common::Result;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{SessionContext, col, lit};
use growthpole_domain::{Period, QueryError};

use super::observations::{ObservationsTable, Part};
use super::plain::{plain, plain_schema};
use super::{Engine, SqlError};
use crate::tables::Table;

/// Most regions that are named to the reader of Parquet: of more, nearly every page holds one.
const MOST_REGIONS: usize = 20;

/// Columns that the rows of a table are made of.
const COLUMNS: [&str; 9] = ["indicator", "region", "industry", "period", "value", "status", "note", "source", "flag"];

/// Those that its cells are made of.
const CELL_COLUMNS: [&str; 5] = ["region", "industry", "period", "value", "status"];

/// A table that is read in parts.
#[derive(Debug)]
pub(crate) struct LargeTable {
    engine: Arc<Engine>,
    part: Part,
}

impl LargeTable {
    pub(crate) fn new(engine: Arc<Engine>, part: Part) -> Self {
        Self { engine, part }
    }

    /// Its rows, as it was committed.
    pub(crate) fn n_rows(&self) -> u64 {
        self.part.rows
    }

    /// The table without its rows: which periods, regions and industries occur.
    pub(crate) async fn labels(&self) -> Result<Table, QueryError> {
        let mut texts = Vec::with_capacity(3);
        for column in ["period", "region", "industry"] {
            let batches = self.collect(move |frame| frame.select_columns(&[column])?.distinct()).await?;
            let mut found: Vec<String> = Vec::new();
            for batch in &batches {
                let batch = plain(batch, &plain_schema(&batch.schema())).map_err(|error| self.damaged(error))?;
                let column = batch.columns().first().and_then(|column| column.as_string_opt::<i32>());
                found.extend(column.into_iter().flatten().flatten().map(str::to_owned));
            }
            texts.push(found);
        }
        let (industries, regions, periods) = (texts.pop(), texts.pop(), texts.pop());
        let periods: Vec<Period> = periods
            .unwrap_or_default()
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()
            .map_err(|error: growthpole_domain::PeriodError| self.damaged(error))?;
        let indicator = self.part.indicator.clone();
        Ok(Table::without_rows(indicator, periods, regions.unwrap_or_default(), industries.unwrap_or_default()))
    }

    /// The rows of some periods, by positions in the labels of the whole table.
    pub(crate) async fn rows(
        &self,
        labels: &Table,
        periods: &[Period],
        regions: Option<&[String]>,
    ) -> Result<Table, QueryError> {
        self.read(labels, periods, regions, &COLUMNS).await
    }

    /// The same without notes, sources and flags.
    pub(crate) async fn cells(
        &self,
        labels: &Table,
        periods: &[Period],
        regions: Option<&[String]>,
    ) -> Result<Table, QueryError> {
        self.read(labels, periods, regions, &CELL_COLUMNS).await
    }

    async fn read(
        &self,
        labels: &Table,
        periods: &[Period],
        regions: Option<&[String]>,
        columns: &'static [&'static str],
    ) -> Result<Table, QueryError> {
        let periods: Vec<Expr> = periods.iter().map(|period| lit(period.to_string())).collect();
        let mut filter = col("period").in_list(periods, false);
        if let Some(few) = regions.filter(|regions| regions.len() <= MOST_REGIONS) {
            let few: Vec<Expr> = few.iter().map(|code| lit(code.as_str())).collect();
            filter = filter.and(col("region").in_list(few, false));
        }
        let batches = self.collect(move |frame| frame.filter(filter)?.select_columns(columns)).await?;
        labels.with_rows(&batches).map_err(|problem| self.damaged(problem))
    }

    async fn collect(
        &self,
        question: impl FnOnce(DataFrame) -> Result<DataFrame> + Send + 'static,
    ) -> Result<Vec<RecordBatch>, QueryError> {
        let table = ObservationsTable::new(vec![self.part.clone()]);
        let collected =
            self.engine.collect(move |context: SessionContext| question(context.read_table(Arc::new(table))?));
        collected.await.map_err(|error| match error {
            SqlError::Data(error) => error,
            // What is asked here is well formed, and needs no memory that is counted.
            SqlError::Memory { .. } | SqlError::Rows { .. } | SqlError::Timeout { .. } => {
                QueryError::Unavailable(error.to_string())
            }
            other => self.damaged(other),
        })
    }

    fn damaged(&self, problem: impl std::fmt::Display) -> QueryError {
        QueryError::Corrupt(format!("{} is damaged: {problem}", self.part.path))
    }
}
