//! Statements: one question each, checked before it is planned and again as a plan.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr as ParsedExpr, FunctionArguments, ObjectName, Query, Statement as Parsed, Visit as _, Visitor,
    visit_expressions,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::functions::check_calls;
use super::{SqlError, SqlStatement, parameters};

/// Characters of the longest statement: planning takes time that cannot be interrupted.
const MOST_CHARACTERS: usize = 200_000;

/// Operators and keywords of the longest statement. A chain of them is nested as deeply as it is long, whatever the parser
/// counts, and must be planned in reasonable time on a stack that ends; lists of values do not count.
const MOST_JOINTS: usize = 1000;

/// How deeply a statement may be nested.
const DEPTH: usize = 50;

/// Tables and queries that the largest statement reads. What WITH names is planned wherever it is used, so that twenty short
/// lines, each of which uses the one before twice, would read a million, which nobody interrupts while they are planned.
const MOST_READS: usize = 1000;

/// Arguments of the longest call: what is said of a call grows with their square.
const MOST_ARGUMENTS: usize = 500;

/// Plans a statement that asks and changes nothing, with values in place of its parameters.
pub(crate) async fn plan(state: &SessionState, statement: &SqlStatement) -> Result<LogicalPlan, SqlError> {
    let plan = parameters::bind(unbound(state, &statement.text).await?, &statement.parameters)?;
    check_calls(&plan)?;
    Ok(plan)
}

/// Plans a statement that asks and changes nothing, as it is written.
pub(crate) async fn unbound(state: &SessionState, sql: &str) -> Result<LogicalPlan, SqlError> {
    let mut statement = one_question(sql)?;
    if let Some(parsed) = parsed(&mut statement) {
        parameters::number(parsed)?;
        check_arguments(parsed)?;
        check_reads(parsed)?;
    }
    let plan = state.statement_to_plan(statement).await.map_err(|error| SqlError::planning(&error))?;
    // What the words did not show: statements inside of statements.
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    match read_only.verify_plan(&plan) {
        Ok(()) => Ok(plan),
        Err(DataFusionError::Plan(what)) => Err(SqlError::NotAQuestion { what }),
        Err(other) => Err(SqlError::planning(&other)),
    }
}

/// The statement itself, where it is to be explained as well.
fn parsed(statement: &mut Statement) -> Option<&mut Parsed> {
    match statement {
        Statement::Statement(parsed) => Some(parsed.as_mut()),
        Statement::Explain(explained) => self::parsed(&mut explained.statement),
        _ => None,
    }
}

/// Counts what is read once all that WITH names is written out where it is used.
#[derive(Default)]
struct Reads {
    /// By the name that WITH gives.
    named: HashMap<String, usize>,
    /// Names of queries that are to come, by where they stand.
    names: HashMap<*const Query, String>,
    /// Of the queries that are being gone through, the innermost last.
    open: Vec<usize>,
    most: usize,
}

impl Visitor for Reads {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for named in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.names.insert(std::ptr::from_ref(named.query.as_ref()), named.alias.name.value.to_lowercase());
        }
        self.open.push(1);
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let name = relation.to_string().replace('"', "").to_lowercase();
        self.add(self.named.get(&name).copied().unwrap_or(1));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let reads = self.open.pop().unwrap_or_default();
        self.most = self.most.max(reads);
        match self.names.remove(&std::ptr::from_ref(query)) {
            Some(name) => {
                // A name that is given again within a query stands for the larger of both.
                let known = self.named.entry(name).or_default();
                *known = reads.max(*known);
            }
            None => self.add(reads),
        }
        ControlFlow::Continue(())
    }
}

impl Reads {
    fn add(&mut self, reads: usize) {
        if let Some(open) = self.open.last_mut() {
            *open = open.saturating_add(reads);
        }
    }
}

/// Refuses what becomes too large once it is written out.
fn check_reads(statement: &Parsed) -> Result<(), SqlError> {
    let mut reads = Reads::default();
    let _all = statement.visit(&mut reads);
    if reads.most <= MOST_READS {
        return Ok(());
    }
    let message = format!(
        "the statement reads more than {MOST_READS} tables once what WITH names is written out wherever it is used"
    );
    Err(SqlError::Invalid { message, place: None })
}

fn check_arguments(statement: &Parsed) -> Result<(), SqlError> {
    let most = visit_expressions(statement, |expression| {
        let arguments = match expression {
            ParsedExpr::Function(call) => match &call.args {
                FunctionArguments::List(list) => list.args.len(),
                FunctionArguments::None | FunctionArguments::Subquery(_) => 0,
            },
            _ => 0,
        };
        if arguments > MOST_ARGUMENTS { ControlFlow::Break(arguments) } else { ControlFlow::Continue(()) }
    });
    match most {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(arguments) => {
            let message = format!("a function is given {arguments} arguments; allowed are {MOST_ARGUMENTS}");
            Err(SqlError::Invalid { message, place: None })
        }
    }
}

fn one_question(sql: &str) -> Result<Statement, SqlError> {
    let length = sql.chars().count();
    if length > MOST_CHARACTERS {
        let message = format!("the statement has {length} characters; allowed are {MOST_CHARACTERS}");
        return Err(SqlError::Invalid { message, place: None });
    }
    let joints = joints(sql);
    if joints > MOST_JOINTS {
        let message = format!("the statement has {joints} operators and keywords; allowed are {MOST_JOINTS}");
        return Err(SqlError::Invalid { message, place: None });
    }
    let parser = DFParserBuilder::new(sql).with_dialect(&GenericDialect {}).with_recursion_limit(DEPTH).build();
    let statements = parser.and_then(|mut parser| parser.parse_statements());
    let mut statements = statements.map_err(|error| at_the_end(SqlError::planning(&error), sql))?;
    let (first, others) = (statements.pop_front(), statements.len());
    match first {
        None => Err(SqlError::Invalid { message: "the statement is empty".to_owned(), place: None }),
        Some(_) if others > 0 => Err(SqlError::NotAQuestion { what: format!("{} statements were sent", others + 1) }),
        Some(statement) => is_question(&statement).map(|()| statement),
    }
}

/// Counts operators and keywords. What cannot be split into words is left to the parser, which says where.
fn joints(sql: &str) -> usize {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().unwrap_or_default();
    let is_joint = |token: &&Token| match token {
        Token::Word(word) => word.keyword != Keyword::NoKeyword,
        Token::Comma | Token::Period | Token::LParen | Token::RParen => false,
        Token::Whitespace(_) | Token::Number(..) | Token::SingleQuotedString(_) => false,
        _ => true,
    };
    tokens.iter().filter(is_joint).count()
}

/// The parser does not say where a statement ends that ends too early.
fn at_the_end(error: SqlError, sql: &str) -> SqlError {
    match error {
        SqlError::Invalid { message, place: None } if message.ends_with("EOF") => {
            let last = sql.lines().last().unwrap_or_default();
            let place = (sql.lines().count() as u64, last.chars().count() as u64 + 1);
            SqlError::Invalid { message, place: Some(place) }
        }
        other => other,
    }
}

fn is_question(statement: &Statement) -> Result<(), SqlError> {
    let refused = |what: &str| Err(SqlError::NotAQuestion { what: what.to_owned() });
    match statement {
        Statement::Statement(parsed) => match parsed.as_ref() {
            Parsed::Query(_)
            | Parsed::Explain { .. }
            | Parsed::ExplainTable { .. }
            | Parsed::ShowTables { .. }
            | Parsed::ShowColumns { .. } => Ok(()),
            other => refused(&first_word(&other.to_string())),
        },
        Statement::Explain(explained) => is_question(&explained.statement),
        Statement::CopyTo(_) => refused("COPY"),
        Statement::CreateExternalTable(_) => refused("CREATE EXTERNAL TABLE"),
        Statement::Reset(_) => refused("RESET"),
    }
}

fn first_word(statement: &str) -> String {
    statement.split_whitespace().next().unwrap_or_default().to_owned()
}
