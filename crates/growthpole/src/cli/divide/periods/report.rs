//! Plans of several periods for programs: messages in the protobuf JSON mapping, one period after another.

use prost::Message as _;
use serde::Serialize;
use serde_json::Value;

use super::{Dated, Planned};
use crate::cli::analysis::Analysis;
use crate::dynamic;
use crate::failure::Failure;
use crate::output::{error, json};
use growthpole_contracts::v1::{DivisionDifference, ProposeDivisionRequest};

/// All periods that were asked for, in order.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    periods: Vec<Entry>,
}

/// A period: with `answer`, a ProposeDivisionResponse, or with `error`, a google.rpc.Status.
#[derive(Debug, Default, Serialize)]
struct Entry {
    period: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
    /// The period that `changes`, each a DivisionDifference, are against.
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<Value>>,
}

pub(super) fn report(all: &[Dated]) -> Result<Report, Failure> {
    let entry = |own: &Dated| {
        let period = own.period.clone();
        Ok::<_, Failure>(match &own.found {
            Ok(planned) => Entry { period, ..entry(planned)? },
            Err(missing) => Entry { period, error: Some(error::value(&missing.status)?), ..Entry::default() },
        })
    };
    Ok(Report { periods: all.iter().map(entry).collect::<Result<_, _>>()? })
}

fn entry(planned: &Planned) -> Result<Entry, Failure> {
    let kind = dynamic::method(ProposeDivisionRequest::METHOD)?.output();
    let changes = planned.change.as_ref().map(|change| change.regions.iter().map(difference).collect::<Result<_, _>>());
    Ok(Entry {
        answer: Some(json::value(&kind, &planned.encoded)?),
        against: planned.change.as_ref().map(|change| change.against.clone()),
        changes: changes.transpose()?,
        ..Entry::default()
    })
}

fn difference(own: &DivisionDifference) -> Result<Value, Failure> {
    let kind = dynamic::contracts()?
        .get_message_by_name("growthpole.v1.DivisionDifference")
        .ok_or_else(|| anyhow::anyhow!("DivisionDifference is not among the descriptors"))?;
    json::value(&kind, &own.encode_to_vec())
}
