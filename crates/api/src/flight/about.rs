//! What clients of Flight SQL ask about the server: what its SQL can do, and of which types its columns are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use arrow_flight::sql::metadata::{
    SqlInfoData, SqlInfoDataBuilder, XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder,
};
use arrow_flight::sql::{
    Nullable, Searchable, SqlInfo, SqlNullOrdering, SqlOuterJoinsSupportLevel, SqlSupportedCaseSensitivity,
    SqlSupportedGroupBy, SqlSupportedResultSetConcurrency, SqlSupportedResultSetType, SqlSupportedSubqueries,
    SqlSupportedTransaction, SqlSupportedUnions, SqlTransactionIsolationLevel, SupportedSqlGrammar, XdbcDataType,
    XdbcDatetimeSubcode,
};
use growthpole_contracts::{Refusal, SOFTWARE_VERSION};
use tonic::Status;

use super::ticket::MOST_BYTES;

/// Functions by the kinds that tools show them in; those of a name that JDBC knows, and what is of use beside them.
const NUMERIC: &[&str] = &[
    "abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "cot", "degrees", "exp", "floor", "ln", "log", "log10",
    "log2", "pi", "power", "radians", "random", "round", "signum", "sin", "sqrt", "tan", "trunc",
];
const TEXT: &[&str] = &[
    "ascii",
    "btrim",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "initcap",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "octet_length",
    "regexp_replace",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "split_part",
    "strpos",
    "substr",
    "translate",
    "trim",
    "upper",
];
const TIMES: &[&str] = &[
    "current_date",
    "current_time",
    "date_bin",
    "date_part",
    "date_trunc",
    "from_unixtime",
    "now",
    "to_char",
    "to_date",
];
const SYSTEM: &[&str] = &["coalesce", "nullif", "nvl", "version"];

/// What the server is and can do. Everything that drivers of JDBC ask for is told, because they cache the list at once and
/// take what is not in it for a mistake; a length of 0 says that there is no limit.
static INFO: LazyLock<Result<SqlInfoData, String>> = LazyLock::new(|| {
    let mut info = SqlInfoDataBuilder::new();
    server(&mut info);
    names(&mut info);
    language(&mut info);
    absent(&mut info);
    lengths(&mut info);
    info.build().map_err(|error| error.to_string())
});

/// A set of values of an enum, as Flight SQL writes it: a bit each.
fn bits(values: &[i32]) -> i32 {
    values.iter().fold(0, |set, value| set | 1 << value)
}

/// One value of an enum. Flight SQL says that it is a short number; the drivers of JDBC and ODBC read a long one, and that of
/// JDBC fails on any other.
fn ordinal(value: i32) -> i64 {
    i64::from(value)
}

fn server(info: &mut SqlInfoDataBuilder) {
    info.append(SqlInfo::FlightSqlServerName, "Growthpole");
    info.append(SqlInfo::FlightSqlServerVersion, SOFTWARE_VERSION);
    info.append(SqlInfo::FlightSqlServerArrowVersion, "1.3");
    info.append(SqlInfo::FlightSqlServerReadOnly, true);
    info.append(SqlInfo::FlightSqlServerSql, true);
    info.append(SqlInfo::FlightSqlServerSubstrait, false);
    info.append(SqlInfo::FlightSqlServerTransaction, SqlSupportedTransaction::None as i32);
    info.append(SqlInfo::FlightSqlServerCancel, false);
    info.append(SqlInfo::FlightSqlServerBulkIngestion, false);
    info.append(SqlInfo::FlightSqlServerIngestTransactionsSupported, false);
    info.append(SqlInfo::FlightSqlServerTransactionTimeout, 0);
}

fn names(info: &mut SqlInfoDataBuilder) {
    info.append(SqlInfo::SqlIdentifierCase, ordinal(SqlSupportedCaseSensitivity::SqlCaseSensitivityLowercase as i32));
    info.append(SqlInfo::SqlIdentifierQuoteChar, "\"");
    let unknown = ordinal(SqlSupportedCaseSensitivity::SqlCaseSensitivityUnknown as i32);
    info.append(SqlInfo::SqlQuotedIdentifierCase, unknown);
    info.append(SqlInfo::SqlSearchStringEscape, "\\");
    info.append(SqlInfo::SqlExtraNameCharacters, "");
    info.append(SqlInfo::SqlSchemaTerm, "schema");
    info.append(SqlInfo::SqlProcedureTerm, "procedure");
    info.append(SqlInfo::SqlCatalogTerm, "catalog");
    info.append(SqlInfo::SqlCatalogAtStart, true);
    info.append(SqlInfo::SqlKeywords, &["EXCEPT", "EXPLAIN", "FILTER", "ILIKE", "OVER", "QUALIFY"] as &[&str]);
    info.append(SqlInfo::SqlNumericFunctions, NUMERIC);
    info.append(SqlInfo::SqlStringFunctions, TEXT);
    info.append(SqlInfo::SqlDatetimeFunctions, TIMES);
    info.append(SqlInfo::SqlSystemFunctions, SYSTEM);
}

fn language(info: &mut SqlInfoDataBuilder) {
    info.append(SqlInfo::SqlAllTablesAreSelectable, true);
    info.append(SqlInfo::SqlNullOrdering, ordinal(SqlNullOrdering::SqlNullsSortedHigh as i32));
    info.append(SqlInfo::SqlSupportsColumnAliasing, true);
    info.append(SqlInfo::SqlNullPlusNullIsNull, true);
    info.append(SqlInfo::SqlSupportsConvert, BTreeMap::<i32, Vec<i32>>::new());
    info.append(SqlInfo::SqlSupportsTableCorrelationNames, true);
    info.append(SqlInfo::SqlSupportsDifferentTableCorrelationNames, false);
    info.append(SqlInfo::SqlSupportsExpressionsInOrderBy, true);
    info.append(SqlInfo::SqlSupportsOrderByUnrelated, true);
    info.append(SqlInfo::SqlSupportedGroupBy, bits(&[SqlSupportedGroupBy::SqlGroupByBeyondSelect as i32]));
    info.append(SqlInfo::SqlSupportsLikeEscapeClause, false);
    info.append(SqlInfo::SqlSupportsNonNullableColumns, true);
    info.append(SqlInfo::SqlSupportedGrammar, bits(&[SupportedSqlGrammar::SqlMinimumGrammar as i32]));
    info.append(SqlInfo::SqlAnsi92SupportedLevel, 0);
    // As a set, though Flight SQL says one of them: so the drivers of JDBC and ODBC read it.
    let outer_joins = [SqlOuterJoinsSupportLevel::SqlLimitedOuterJoins, SqlOuterJoinsSupportLevel::SqlFullOuterJoins];
    info.append(SqlInfo::SqlOuterJoinsSupportLevel, bits(&outer_joins.map(|level| level as i32)));
    let subqueries = [
        SqlSupportedSubqueries::SqlSubqueriesInComparisons,
        SqlSupportedSubqueries::SqlSubqueriesInExists,
        SqlSupportedSubqueries::SqlSubqueriesInIns,
    ];
    info.append(SqlInfo::SqlSupportedSubqueries, bits(&subqueries.map(|kind| kind as i32)));
    info.append(SqlInfo::SqlCorrelatedSubqueriesSupported, true);
    let unions = [SqlSupportedUnions::SqlUnion, SqlSupportedUnions::SqlUnionAll];
    info.append(SqlInfo::SqlSupportedUnions, bits(&unions.map(|kind| kind as i32)));
}

/// What a server that changes nothing cannot do.
fn absent(info: &mut SqlInfoDataBuilder) {
    for ability in [
        SqlInfo::SqlDdlCatalog,
        SqlInfo::SqlDdlSchema,
        SqlInfo::SqlDdlTable,
        SqlInfo::SqlSupportsIntegrityEnhancementFacility,
        SqlInfo::SqlSelectForUpdateSupported,
        SqlInfo::SqlStoredProceduresSupported,
        SqlInfo::SqlMaxRowSizeIncludesBlobs,
        SqlInfo::SqlTransactionsSupported,
        SqlInfo::SqlDataDefinitionCausesTransactionCommit,
        SqlInfo::SqlDataDefinitionsInTransactionsIgnored,
        SqlInfo::SqlBatchUpdatesSupported,
        SqlInfo::SqlSavepointsSupported,
        SqlInfo::SqlNamedParametersSupported,
        SqlInfo::SqlLocatorsUpdateCopy,
        SqlInfo::SqlStoredFunctionsUsingCallSyntaxSupported,
    ] {
        info.append(ability, false);
    }
    info.append(SqlInfo::SqlSchemasSupportedActions, 0);
    info.append(SqlInfo::SqlCatalogsSupportedActions, 0);
    info.append(SqlInfo::SqlSupportedPositionedCommands, 0);
    let none = SqlTransactionIsolationLevel::SqlTransactionNone as i32;
    info.append(SqlInfo::SqlDefaultTransactionIsolation, ordinal(none));
    info.append(SqlInfo::SqlSupportedTransactionsIsolationLevels, bits(&[none]));
    let forward = SqlSupportedResultSetType::SqlResultSetTypeForwardOnly as i32;
    info.append(SqlInfo::SqlSupportedResultSetTypes, bits(&[forward]));
    let read_only = SqlSupportedResultSetConcurrency::SqlResultSetConcurrencyReadOnly as i32;
    info.append(SqlInfo::SqlSupportedConcurrenciesForResultSetUnspecified, 0);
    info.append(SqlInfo::SqlSupportedConcurrenciesForResultSetForwardOnly, bits(&[read_only]));
    info.append(SqlInfo::SqlSupportedConcurrenciesForResultSetScrollSensitive, 0);
    info.append(SqlInfo::SqlSupportedConcurrenciesForResultSetScrollInsensitive, 0);
}

fn lengths(info: &mut SqlInfoDataBuilder) {
    for unlimited in [
        SqlInfo::SqlMaxBinaryLiteralLength,
        SqlInfo::SqlMaxCharLiteralLength,
        SqlInfo::SqlMaxColumnNameLength,
        SqlInfo::SqlMaxColumnsInGroupBy,
        SqlInfo::SqlMaxColumnsInIndex,
        SqlInfo::SqlMaxColumnsInOrderBy,
        SqlInfo::SqlMaxColumnsInSelect,
        SqlInfo::SqlMaxColumnsInTable,
        SqlInfo::SqlMaxConnections,
        SqlInfo::SqlMaxCursorNameLength,
        SqlInfo::SqlMaxIndexLength,
        SqlInfo::SqlDbSchemaNameLength,
        SqlInfo::SqlMaxProcedureNameLength,
        SqlInfo::SqlMaxCatalogNameLength,
        SqlInfo::SqlMaxRowSize,
        SqlInfo::SqlMaxStatements,
        SqlInfo::SqlMaxTableNameLength,
        SqlInfo::SqlMaxTablesInSelect,
        SqlInfo::SqlMaxUsernameLength,
    ] {
        info.append(unlimited, 0i64);
    }
    info.append(SqlInfo::SqlMaxStatementLength, crate::convert::long(MOST_BYTES as u64));
}

/// What the server is and can do.
pub(super) fn info() -> Result<&'static SqlInfoData, Status> {
    INFO.as_ref().map_err(|error| Refusal::internal(error).into())
}

/// The types that columns of the tables and of answers have.
static TYPES: LazyLock<Result<XdbcTypeInfoData, String>> = LazyLock::new(|| {
    let mut types = XdbcTypeInfoDataBuilder::new();
    let number = |name: &str, data_type, digits, radix| XdbcTypeInfo {
        type_name: name.to_owned(),
        data_type,
        sql_data_type: data_type,
        column_size: Some(digits),
        num_prec_radix: Some(radix),
        unsigned_attribute: Some(false),
        searchable: Searchable::Basic,
        ..every()
    };
    types.append(number("BIGINT", XdbcDataType::XdbcBigint, 19, 10));
    types.append(number("INTEGER", XdbcDataType::XdbcInteger, 10, 10));
    types.append(number("DOUBLE", XdbcDataType::XdbcDouble, 53, 2));
    let quoted = |name: &str, data_type, size| XdbcTypeInfo {
        type_name: name.to_owned(),
        data_type,
        sql_data_type: data_type,
        column_size: size,
        literal_prefix: Some("'".to_owned()),
        literal_suffix: Some("'".to_owned()),
        ..every()
    };
    types.append(quoted("VARCHAR", XdbcDataType::XdbcVarchar, None));
    // Subcode 1 is that of a year and of a date: the enum has one name for both.
    let time = |name: &str, data_type, size, subcode| XdbcTypeInfo {
        sql_data_type: XdbcDataType::XdbcDatetime,
        datetime_subcode: Some(subcode),
        searchable: Searchable::Basic,
        case_sensitive: false,
        ..quoted(name, data_type, Some(size))
    };
    types.append(time("DATE", XdbcDataType::XdbcDate, 10, XdbcDatetimeSubcode::XdbcSubcodeYear));
    types.append(time("TIMESTAMP", XdbcDataType::XdbcTimestamp, 29, XdbcDatetimeSubcode::XdbcSubcodeTimestamp));
    types.append(XdbcTypeInfo {
        type_name: "BOOLEAN".to_owned(),
        data_type: XdbcDataType::XdbcBit,
        sql_data_type: XdbcDataType::XdbcBit,
        column_size: Some(1),
        searchable: Searchable::Basic,
        ..every()
    });
    types.build().map_err(|error| error.to_string())
});

/// What all types have in common.
fn every() -> XdbcTypeInfo {
    XdbcTypeInfo {
        nullable: Nullable::NullabilityNullable,
        case_sensitive: true,
        searchable: Searchable::Full,
        auto_increment: Some(false),
        ..XdbcTypeInfo::default()
    }
}

/// The types that columns of the tables and of answers have.
pub(super) fn types() -> Result<&'static XdbcTypeInfoData, Status> {
    TYPES.as_ref().map_err(|error| Refusal::internal(error).into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt as _;
    use growthpole_datastore::{Datastore, StoreSettings};

    #[tokio::test]
    async fn every_function_that_is_told_is_there() {
        let store = Datastore::in_memory(StoreSettings::default());
        for name in [NUMERIC, TEXT, TIMES, SYSTEM].concat() {
            let sql = format!("SELECT 1 FROM information_schema.routines WHERE routine_name = '{name}'");
            let batches: Vec<_> = store.sql(sql.as_str()).await.unwrap().batches.try_collect().await.unwrap();
            assert!(batches.iter().any(|batch| batch.num_rows() > 0), "{name}");
        }
    }
}
