//! Tickets and handles: the whole question, so that nothing has to be remembered.

use arrow_flight::sql::Any;
use growthpole_contracts::{Reason, Refusal, v1};
use prost::Message;

/// The longest statement in a ticket.
const MOST_BYTES: usize = 1 << 20;

/// What a ticket that is no Flight SQL asks for.
pub(super) enum Wanted {
    /// The panel of a selection.
    Panel(Box<v1::Selection>),
    /// Observations as they were published.
    Observations(Box<v1::ObservationFilter>),
}

/// The handle of a statement: its text.
pub(super) fn handle(statement: &str) -> Vec<u8> {
    statement.as_bytes().to_vec()
}

/// The statement of a handle.
pub(super) fn statement(handle: &[u8]) -> Result<String, Refusal> {
    let text = std::str::from_utf8(handle).ok().filter(|text| text.len() <= MOST_BYTES);
    text.map(str::to_owned).ok_or_else(|| {
        Refusal::invalid("statement_handle", format!("{} bytes", handle.len()), "a handle that this service gave")
    })
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
    fn handles_are_texts() {
        assert_eq!(statement(&handle("SELECT 1")).unwrap(), "SELECT 1");
        assert!(statement(&[0xff]).is_err());
        assert!(statement(&vec![b'a'; MOST_BYTES + 1]).is_err());
    }
}
