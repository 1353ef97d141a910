//! Errors that the service answered with: for people, or as google.rpc.Status for programs.

use std::collections::BTreeMap;
use std::io;

use prost::Message as _;
use tonic::Status;
use tonic_types::StatusExt as _;

use super::{json, tell};
use crate::failure::Failure;

/// Reports why a command failed, on standard error.
pub(crate) fn report(failure: &Failure, as_json: bool) {
    match failure {
        Failure::Closed => {}
        Failure::Usage(text) => tell(&format!("error: {text}")),
        Failure::Other(error) => tell(&format!("error: {error:#}")),
        Failure::Answer(status)
            if as_json && value(status).and_then(|value| json::pretty_value(&mut io::stderr(), &value)).is_ok() => {}
        Failure::Answer(status) => tell(&text(status)),
    }
}

/// The status as a google.rpc.Status in the protobuf JSON mapping.
pub(crate) fn value(status: &Status) -> Result<serde_json::Value, Failure> {
    let kind = crate::dynamic::contracts()?
        .get_message_by_name("google.rpc.Status")
        .ok_or_else(|| anyhow::anyhow!("google.rpc.Status is not among the descriptors"))?;
    let message = if status.details().is_empty() {
        tonic_types::Status { code: status.code().into(), message: status.message().to_owned(), details: vec![] }
            .encode_to_vec()
    } else {
        status.details().to_vec()
    };
    json::value(&kind, &message)
}

fn text(status: &Status) -> String {
    let mut lines = vec![format!("error: {}: {}", growthpole_server::code_name(status.code()), status.message())];
    let details = status.get_error_details();
    if let Some(info) = details.error_info() {
        lines.push(format!("  reason: {} ({})", info.reason, info.domain));
    }
    for violation in details.bad_request().into_iter().flat_map(|request| &request.field_violations) {
        lines.push(format!("  field {}: {}", violation.field, violation.description));
    }
    for violation in details.precondition_failure().into_iter().flat_map(|failure| &failure.violations) {
        lines.push(format!("  {} {}: {}", violation.r#type, violation.subject, violation.description));
    }
    if let Some(info) = details.error_info() {
        let metadata: BTreeMap<_, _> = info.metadata.iter().filter(|(_, value)| !value.is_empty()).collect();
        lines.extend(metadata.into_iter().map(|(key, value)| format!("  {key}: {value}")));
    }
    if let Some(delay) = details.retry_info().and_then(|retry| retry.retry_delay) {
        lines.push(format!("  try again in {} s", delay.as_secs_f64()));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::{Reason, Refusal};

    #[test]
    fn names_code_reason_fields_and_facts() {
        let refusal = Refusal::unknown(Reason::UnknownDataset, "data set", "dataset", "x", &["y".to_owned()]);
        let text = text(&refusal.into());
        let expected = [
            "error: NOT_FOUND: there is no data set \"x\"; nearest: y",
            "  reason: UNKNOWN_DATASET (growthpole)",
            "  field dataset: there is no data set \"x\"; nearest: y",
            "  nearest: y",
            "  sent: x",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }
}
