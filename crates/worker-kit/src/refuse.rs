//! Errors of the domain as refusals.

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Panel, PanelError, QueryError, UnknownKind};
use growthpole_methods::Stopped;
use tonic::Status;
use tonic_types::StatusExt;

use crate::reading::{industry_code, region_code};

/// The refusal of a query, with field paths below `prefix` ("selection", "filter", or empty).
pub fn query(error: QueryError, prefix: &str) -> Refusal {
    let path = |field: &str| match (prefix, field) {
        ("", field) => field.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, field) => format!("{prefix}.{field}"),
    };
    let message = error.to_string();
    match error {
        QueryError::Unknown { kind, field, sent, nearest } => {
            Refusal::unknown(unknown_reason(kind), kind.noun(), &path(&field), &sent, &nearest)
        }
        QueryError::AsOfBeforeFirstVintage { as_of, first } => {
            Refusal::new(Reason::AsOfBeforeFirstVintage, message.clone())
                .with_violation(path("vintage.as_of"), message)
                .with_metadata("as_of", as_of.to_string())
                .with_metadata("first_published", first.to_string())
        }
        QueryError::AllRetracted { dataset, numbers } => {
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            Refusal::new(Reason::AllVintagesRetracted, message.clone())
                .with_violation(path("vintage"), message)
                .with_metadata("dataset", dataset)
                .with_metadata("numbers", numbers.join(","))
        }
        QueryError::IndicatorNotInVintage { vintage, indicator, held_by } => {
            let held_by: Vec<String> = held_by.iter().map(u32::to_string).collect();
            Refusal::new(Reason::IndicatorNotInVintage, message.clone())
                .with_violation(path("vintage.number"), message)
                .with_metadata("vintage", vintage.to_string())
                .with_metadata("indicator", indicator)
                .with_metadata("held_by", held_by.join(","))
        }
        QueryError::InvalidField { field, sent, allowed } => Refusal::invalid(&path(&field), sent, &allowed),
        QueryError::EmptySelection { field } => {
            Refusal::new(Reason::EmptySelection, format!("{} chooses nothing", path(&field)))
                .with_violation(path(&field), "chooses nothing; at least one is needed")
        }
        QueryError::NoData { indicator, vintage, sent, first, last } => Refusal::new(Reason::NoData, message.clone())
            .with_violation(path("periods"), message)
            .with_metadata("indicator", indicator)
            .with_metadata("vintage", vintage.to_string())
            .with_metadata("sent", sent)
            .with_metadata("first_period", first.to_string())
            .with_metadata("last_period", last.to_string()),
        QueryError::Undefined { field, .. } => {
            Refusal::new(Reason::UndefinedOnData, message.clone()).with_violation(path(&field), message)
        }
        QueryError::Unavailable(_) => Refusal::new(Reason::StorageUnavailable, message),
        QueryError::Cluster(_) => Refusal::new(Reason::ClusterUnavailable, message),
        QueryError::Corrupt(_) => Refusal::new(Reason::DataCorrupt, message),
    }
}

fn unknown_reason(kind: UnknownKind) -> Reason {
    match kind {
        UnknownKind::Dataset => Reason::UnknownDataset,
        UnknownKind::Vintage => Reason::UnknownVintage,
        UnknownKind::Region => Reason::UnknownRegion,
        UnknownKind::Level => Reason::UnknownLevel,
        UnknownKind::Group => Reason::UnknownGroup,
        UnknownKind::Industry => Reason::UnknownIndustry,
        UnknownKind::Indicator => Reason::UnknownIndicator,
    }
}

/// The refusal of a panel that the policy for missing cells does not let through.
pub fn panel(error: PanelError) -> Refusal {
    let message = error.to_string();
    match error {
        PanelError::MissingCells { count, first } => {
            let cells: Vec<String> = first
                .iter()
                .map(|cell| match cell.industry.as_str() {
                    "" => format!("{} {}", cell.region, cell.period),
                    industry => format!("{} {industry} {}", cell.region, cell.period),
                })
                .collect();
            let listed = cells.join(", ");
            let message = format!(
                "{count} cells have no value: {listed}{}; another policy may be asked for in selection.missing",
                if count > cells.len() { ", …" } else { "" },
            );
            Refusal::new(Reason::MissingCells, message.clone())
                .with_violation("selection.missing", message)
                .with_metadata("count", count.to_string())
                .with_metadata("cells", listed)
        }
        PanelError::NothingLeft => {
            Refusal::new(Reason::MissingCells, message.clone()).with_violation("selection.missing", message)
        }
        PanelError::WrongSize { .. } => Refusal::internal(message),
    }
}

/// The data do not allow the method: `message` names the region or industry, `metadata` holds its code.
pub fn undefined(message: impl Into<String>, key: &str, code: &str) -> Refusal {
    Refusal::new(Reason::UndefinedOnData, message).with_metadata(key, code)
}

/// The refusal of a cell that holds what is not an amount, by the positions of region and industry in the panel.
pub fn not_an_amount(panel: &Panel, region: usize, industry: usize, value: f64) -> Refusal {
    let (region, industry) = (region_code(panel, region), industry_code(panel, industry));
    let message = format!("{region} {industry}: {value} is not an amount");
    undefined(message, "region", region).with_metadata("industry", industry)
}

/// The computation was stopped: nobody waits for the answer any more.
pub fn stopped(stopped: Stopped) -> Refusal {
    Refusal::new(Reason::Stopped, stopped.to_string())
}

/// The same status with the path `from` of its field violations, and paths below it, renamed to `to`.
///
/// For inputs that a request names outside its selection: a weight indicator that is not known is the fault of
/// `weight_indicator`, though it was looked up by a selection.
pub fn rename_field(status: Status, from: &str, to: &str) -> Status {
    let mut details = status.get_error_details();
    let Some(request) = details.bad_request().cloned() else { return status };
    let renamed: Vec<_> = request
        .field_violations
        .into_iter()
        .map(|mut violation| {
            if let Some(rest) =
                violation.field.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            {
                violation.field = format!("{to}{rest}");
            }
            violation
        })
        .collect();
    details.set_bad_request(renamed);
    Status::with_error_details_and_metadata(
        status.code(),
        status.message().replace(from, to),
        details,
        status.metadata().clone(),
    )
}
