//! The functions that statements may call: those of the library, but for some that set aside as much as they are told to.
//!
//! What a function makes is not counted by the pool of memory, so that a short statement such as
//! `SELECT repeat('x', 2000000000)` would take what the whole machine has.

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::SqlError;

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

/// Refuses padding to a length that is not known from the statement, or is too long.
pub(super) fn check_padding(plan: &LogicalPlan) -> Result<(), SqlError> {
    let mut refused = None;
    let visited = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                refused = padded_too_far(part);
                Ok(if refused.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
            })
        })
    });
    match (visited, refused) {
        (_, Some(name)) => {
            let message = format!("the length that {name} pads to has to be a number up to {LONGEST}");
            Err(SqlError::Invalid { message, place: None })
        }
        (Err(error), None) => Err(SqlError::planning(&error)),
        (Ok(_), None) => Ok(()),
    }
}

/// The name of a function that pads too far.
fn padded_too_far(expression: &Expr) -> Option<String> {
    let Expr::ScalarFunction(call) = expression else { return None };
    let name = PADDING.iter().find(|name| **name == call.name())?;
    let is_short = call.args.get(1).and_then(length).is_some_and(|length| length <= LONGEST);
    (!is_short).then(|| (*name).to_owned())
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
