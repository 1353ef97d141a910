//! Tickets and handles: the whole question, so that nothing has to be remembered.

use arrow_flight::sql::Any;
use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_datastore::{SqlStatement, SqlValue};
use prost::{Message, Oneof};

/// The longest statement in a ticket.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// What a ticket that is no Flight SQL asks for.
pub(super) enum Wanted {
    /// The panel of a selection.
    Panel(Box<v1::Selection>),
    /// Observations as they were published.
    Observations(Box<v1::ObservationFilter>),
}

/// A statement with the values of its parameters, as a handle holds it.
#[derive(Clone, PartialEq, Message)]
struct Handle {
    #[prost(string, tag = "1")]
    statement: String,
    #[prost(message, repeated, tag = "2")]
    parameters: Vec<Parameter>,
}

/// The value of a parameter.
#[derive(Clone, PartialEq, Message)]
struct Parameter {
    /// Left out: nothing.
    #[prost(oneof = "Value", tags = "1, 2, 3, 4, 5")]
    value: Option<Value>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Value {
    #[prost(bool, tag = "1")]
    Boolean(bool),
    #[prost(sint64, tag = "2")]
    Integer(i64),
    #[prost(double, tag = "3")]
    Number(f64),
    #[prost(string, tag = "4")]
    Text(String),
    #[prost(sint32, tag = "5")]
    Day(i32),
}

/// The handle of a statement: all of it, with the values of its parameters.
///
/// # Errors
///
/// It would be longer than a ticket may be.
pub(super) fn handle(statement: &SqlStatement) -> Result<Vec<u8>, Refusal> {
    let parameter = |value: &SqlValue| Parameter {
        value: match value {
            SqlValue::Null => None,
            SqlValue::Boolean(value) => Some(Value::Boolean(*value)),
            SqlValue::Integer(value) => Some(Value::Integer(*value)),
            SqlValue::Number(value) => Some(Value::Number(*value)),
            SqlValue::Text(value) => Some(Value::Text(value.clone())),
            SqlValue::Day(value) => Some(Value::Day(*value)),
        },
    };
    let parameters = statement.parameters.iter().map(parameter).collect();
    let handle = Handle { statement: statement.text.clone(), parameters }.encode_to_vec();
    if handle.len() > MOST_BYTES {
        let message = format!("the statement and its parameters have {} bytes; allowed are {MOST_BYTES}", handle.len());
        return Err(Refusal::new(Reason::InvalidSql, message.clone()).with_violation("query", message));
    }
    Ok(handle)
}

/// The statement of a handle.
pub(super) fn statement(handle: &[u8]) -> Result<SqlStatement, Refusal> {
    let known = Some(handle).filter(|handle| handle.len() <= MOST_BYTES).and_then(|handle| Handle::decode(handle).ok());
    let known = known.filter(|handle| !handle.statement.is_empty());
    let Handle { statement, parameters } = known.ok_or_else(|| {
        Refusal::invalid("statement_handle", format!("{} bytes", handle.len()), "a handle that this service gave")
    })?;
    let value = |parameter: Parameter| match parameter.value {
        None => SqlValue::Null,
        Some(Value::Boolean(value)) => SqlValue::Boolean(value),
        Some(Value::Integer(value)) => SqlValue::Integer(value),
        Some(Value::Number(value)) => SqlValue::Number(value),
        Some(Value::Text(value)) => SqlValue::Text(value),
        Some(Value::Day(value)) => SqlValue::Day(value),
    };
    Ok(SqlStatement { text: statement, parameters: parameters.into_iter().map(value).collect() })
}

/// The command, and the ticket, that a filter is asked for by.
pub(super) fn of_filter(filter: &v1::ObservationFilter) -> Vec<u8> {
    let type_url = "type.googleapis.com/growthpole.v1.ObservationFilter".to_owned();
    Any { type_url, value: filter.encode_to_vec().into() }.encode_to_vec()
}

/// What a ticket asks for: a `growthpole.v1.Selection` or `growthpole.v1.ObservationFilter` in a `google.protobuf.Any`, or a
/// Selection as it is.
pub(super) fn wanted(packed: &Any, ticket: &[u8]) -> Result<Wanted, Refusal> {
    let kind = packed.type_url.rsplit_once('/').map(|(_, kind)| kind);
    let wanted = match kind {
        Some("growthpole.v1.Selection") => decode(&packed.value).map(Wanted::Panel),
        Some("growthpole.v1.ObservationFilter") => decode(&packed.value).map(Wanted::Observations),
        _ => decode(ticket).map(Wanted::Panel),
    };
    wanted.ok_or_else(|| {
        let allowed = "a growthpole.v1.Selection, or it or a growthpole.v1.ObservationFilter in a google.protobuf.Any";
        Refusal::new(Reason::InvalidField, format!("ticket: {} bytes were sent; allowed: {allowed}", ticket.len()))
            .with_violation("ticket", allowed)
    })
}

fn decode<M: Message + Default>(bytes: &[u8]) -> Option<Box<M>> {
    M::decode(bytes).ok().map(Box::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_needs_no_wrapping() {
        let selection = v1::Selection { dataset: "d".into(), indicator: "gdp".into(), ..Default::default() };
        let bytes = selection.encode_to_vec();
        let as_any = Any::decode(bytes.as_slice()).unwrap();
        assert!(matches!(wanted(&as_any, &bytes), Ok(Wanted::Panel(found)) if *found == selection));
        let packed = Any { type_url: "type.googleapis.com/growthpole.v1.Selection".into(), value: bytes.into() };
        assert!(matches!(wanted(&packed, &packed.encode_to_vec()), Ok(Wanted::Panel(found)) if *found == selection));
        let filter = v1::ObservationFilter { dataset: "d".into(), ..Default::default() };
        let type_url = "type.googleapis.com/growthpole.v1.ObservationFilter".to_owned();
        let packed = Any { type_url, value: filter.encode_to_vec().into() };
        assert!(matches!(wanted(&packed, &[]), Ok(Wanted::Observations(found)) if *found == filter));
        let broken = Any { type_url: "x/growthpole.v1.Selection".into(), value: vec![0xff].into() };
        assert!(wanted(&broken, &[]).is_err());
    }

    #[test]
    fn handles_hold_the_statement_and_its_values() {
        let parameters = vec![
            SqlValue::Null,
            SqlValue::Boolean(false),
            SqlValue::Integer(i64::MIN),
            SqlValue::Number(-0.0),
            SqlValue::Text("吉林".into()),
            SqlValue::Day(-1),
        ];
        let sent = SqlStatement { text: "SELECT ?".into(), parameters };
        assert_eq!(statement(&handle(&sent).unwrap()).unwrap(), sent);
        assert_eq!(statement(&handle(&"SELECT 1".into()).unwrap()).unwrap().parameters, []);
        for wrong in [&b""[..], b"\xff", b"SELECT 1", &vec![b'a'; MOST_BYTES + 1]] {
            assert!(statement(wrong).is_err(), "{wrong:?}");
        }
        let long = SqlStatement { text: "x".repeat(MOST_BYTES), parameters: Vec::new() };
        assert_eq!(handle(&long).unwrap_err().reason, Reason::InvalidSql);
    }
}
