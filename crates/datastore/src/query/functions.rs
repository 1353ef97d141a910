//! The functions that statements may call: those of the library, but for some that set aside as much as they are told to.
//!
//! What a function makes is not counted by the pool of memory, so that a short statement such as
//! `SELECT repeat('x', 2000000000)` would take what the whole machine has.

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::{Expr, LogicalPlan, Operator};

use super::SqlError;

/// Aggregates that keep every value that they are given.
const COLLECTING: [&str; 2] = ["array_agg", "string_agg"];

/// Functions of which an argument says how much they make: texts, lists, and types of any width.
const OF_ANY_SIZE: [&str; 7] =
    ["arrow_cast", "arrow_try_cast", "repeat", "array_repeat", "array_resize", "generate_series", "range"];

/// Aggregates of which an argument says how much they keep. `percentile_cont` and `approx_median` have none.
const AGGREGATES_OF_ANY_SIZE: [&str; 2] = ["approx_percentile_cont", "approx_percentile_cont_with_weight"];

/// Functions whose second argument is the length of the text that they make: zeros before a code, for example.
const PADDING: [&str; 2] = ["lpad", "rpad"];

/// The longest text that they may make.
const LONGEST: i64 = 1000;

/// Leaves out the functions that would set aside as much as a statement says.
pub(super) fn bounded(mut state: SessionStateBuilder) -> SessionStateBuilder {
    if let Some(functions) = state.scalar_functions() {
        functions.retain(|function| !OF_ANY_SIZE.contains(&function.name()));
    }
    if let Some(functions) = state.aggregate_functions() {
        functions.retain(|function| !AGGREGATES_OF_ANY_SIZE.contains(&function.name()));
    }
    state
}

/// Refuses calls whose results, or what is kept for them, no arguments bound: padding to a length that is not known from
/// the statement or too long, patterns that are made row by row, collections of whole windows for each of their rows.
pub(super) fn check_calls(plan: &LogicalPlan) -> Result<(), SqlError> {
    let mut refused = None;
    let visited = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                refused = padded_too_far(part).or_else(|| matches_anything(part)).or_else(|| collected_by_row(part));
                Ok(if refused.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
            })
        })
    });
    match (visited, refused) {
        (_, Some(message)) => Err(SqlError::Invalid { message, place: None }),
        (Err(error), None) => Err(SqlError::planning(&error)),
        (Ok(_), None) => Ok(()),
    }
}

/// Why a function pads too far, if it does.
fn padded_too_far(expression: &Expr) -> Option<String> {
    let Expr::ScalarFunction(call) = expression else { return None };
    let name = PADDING.iter().find(|name| **name == call.name())?;
    let is_short = call.args.get(1).and_then(length).is_some_and(|length| length <= LONGEST);
    (!is_short).then(|| format!("the length that {name} pads to has to be a number up to {LONGEST}"))
}

/// Why a text cannot be matched, if it is by a pattern that does not stand in the statement: each may take megabytes once
/// it is understood, and those of all rows of a batch are kept.
fn matches_anything(expression: &Expr) -> Option<String> {
    let (name, pattern) = match expression {
        Expr::ScalarFunction(call) if call.name().starts_with("regexp_") => (call.name(), call.args.get(1)?),
        Expr::BinaryExpr(operator) if is_match(operator.op) => ("~", operator.right.as_ref()),
        Expr::SimilarTo(similar) => ("SIMILAR TO", similar.pattern.as_ref()),
        _ => return None,
    };
    let is_known = matches!(pattern, Expr::Literal(..) | Expr::Placeholder(_));
    (!is_known).then(|| format!("the pattern of {name} has to be a text that stands in the statement"))
}

fn is_match(operator: Operator) -> bool {
    use Operator::{RegexIMatch, RegexMatch, RegexNotIMatch, RegexNotMatch};
    matches!(operator, RegexMatch | RegexIMatch | RegexNotMatch | RegexNotIMatch)
}

/// Why a window cannot be collected, if it is: every row would have a list of its own, of up to all rows.
fn collected_by_row(expression: &Expr) -> Option<String> {
    let Expr::WindowFunction(call) = expression else { return None };
    let name = COLLECTING.iter().find(|name| **name == call.fun.name())?;
    Some(format!("{name} does not go over a window, where every row would have a list of all: group by something"))
}

/// A whole number that stands in a statement.
fn length(expression: &Expr) -> Option<i64> {
    let Expr::Literal(value, _) = expression else { return None };
    let whole: Result<i64, DataFusionError> = match value {
        ScalarValue::Int64(Some(whole)) => Ok(*whole),
        other if other.data_type().is_integer() => {
            other.cast_to(&datafusion::arrow::datatypes::DataType::Int64).and_then(i64::try_from)
        }
        _ => return None,
    };
    whole.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_that_is_left_out_is_one_of_the_library() {
        let mut all = SessionStateBuilder::new_with_default_features();
        let scalar = all.scalar_functions().iter().flatten().map(|function| function.name().to_owned());
        let mut names: Vec<String> = scalar.collect();
        names.extend(all.aggregate_functions().iter().flatten().map(|function| function.name().to_owned()));
        for name in OF_ANY_SIZE.iter().chain(&AGGREGATES_OF_ANY_SIZE).chain(&PADDING) {
            assert!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
        }
    }
}
