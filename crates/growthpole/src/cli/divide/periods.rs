//! Plans for several periods: one after another, and what changed from one to the next.

mod people;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use bytes::Bytes;
use growthpole_contracts::Reason;
use growthpole_contracts::v1::{
    DivisionDifference, DivisionRegion, IndustryLabel, PeriodList, PeriodSelection, ProposeDivisionRequest,
    ProposeDivisionResponse, VintageSelector, Warning, period_selection, vintage_selector,
};
use growthpole_domain::Period;
use prost::Message as _;
use tonic::Status;
use tonic_types::StatusExt as _;

use super::programs;
use crate::cli::Common;
use crate::cli::ask::{Ask, fetch};
use crate::cli::selection::title;
use crate::failure::Failure;
use crate::output::{Format, View, json};
use crate::transport::Client;

/// Most periods of one command: each is a plan of its own.
const MOST: usize = 200;

/// A period, and its plan or why there is none.
#[derive(Debug)]
pub(super) struct Dated {
    pub(super) period: String,
    pub(super) found: Result<Planned, Missing>,
}

/// A plan.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) answer: ProposeDivisionResponse,
    encoded: Bytes,
    /// Against the last period before it that has a plan.
    pub(super) change: Option<Change>,
}

/// What a plan has more and less than the one before.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    /// Period of the one before.
    pub(super) against: String,
    /// Regions that differ.
    pub(super) regions: Vec<DivisionDifference>,
}

/// Why a period has no plan.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) reason: String,
    status: Box<Status>,
}

/// The periods that are asked for, where there are several.
pub(super) fn several(request: &ProposeDivisionRequest) -> Result<Option<Vec<String>>, Failure> {
    use period_selection::By;
    let selection = request.selection.as_ref();
    let periods = match selection.and_then(|selection| selection.periods.as_ref()?.by.as_ref()) {
        Some(By::Range(range)) => match (range.start.parse(), range.end.parse()) {
            (Ok(start), Ok(end)) => Period::range(start, end).iter().map(Period::to_string).collect(),
            // What is wrong about them, the service says.
            _ => Vec::new(),
        },
        Some(By::List(list)) => list.periods.clone(),
        None => Vec::new(),
    };
    if periods.len() > MOST {
        return Err(Failure::Usage(format!(
            "{} periods are more than the {MOST} that one command plans",
            periods.len()
        )));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = periods.iter().find(|period| !seen.insert(*period)) {
        return Err(Failure::Usage(format!("the period {twice} is named twice")));
    }
    Ok(Some(periods).filter(|periods| periods.len() > 1))
}

/// Asks for a plan for each period and prints all of them. Fails where no period has one.
pub(super) async fn run(
    ask: &Ask,
    common: &Common,
    request: &ProposeDivisionRequest,
    periods: &[String],
) -> Result<(), Failure> {
    let client = ask.client(common).await?;
    let mut request = request.clone();
    let mut all: Vec<Dated> = Vec::with_capacity(periods.len());
    for period in periods {
        let found = match planned(&client, &mut request, period).await? {
            Ok(planned) => Ok(Planned { change: change(&all, &planned.answer), ..planned }),
            Err(missing) => Err(missing),
        };
        all.push(Dated { period: period.clone(), found });
    }
    match all.iter().find_map(|own| own.found.as_ref().err()) {
        Some(missing) if all.iter().all(|own| own.found.is_err()) => Err((*missing.status).clone().into()),
        _ => print(ask.output, &request, &all),
    }
}

/// The plan of a period, or why its data have none. The vintage of the first plan is that of all the others, too.
async fn planned(
    client: &Client,
    request: &mut ProposeDivisionRequest,
    period: &str,
) -> Result<Result<Planned, Missing>, Failure> {
    let list = PeriodList { periods: vec![period.to_owned()] };
    let selection = request.selection.get_or_insert_default();
    selection.periods = Some(PeriodSelection { by: Some(period_selection::By::List(list)) });
    let encoded = match fetch(client, request.clone()).await {
        Ok(encoded) => encoded,
        Err(Failure::Answer(status)) => return missing(status).map(Err),
        Err(other) => return Err(other),
    };
    let answer = ProposeDivisionResponse::decode(encoded.clone())?;
    if let (Some(selection), Some(provenance)) = (&mut request.selection, &answer.provenance) {
        selection.vintage = Some(VintageSelector { by: Some(vintage_selector::By::Number(provenance.vintage)) });
    }
    Ok(Ok(Planned { answer, encoded, change: None }))
}

/// What is to blame on the data of one period; another period may have a plan all the same.
fn missing(status: Box<Status>) -> Result<Missing, Failure> {
    let reason = status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default();
    let of_the_data = [
        Reason::NoData,
        Reason::MissingCells,
        Reason::UndefinedOnData,
        Reason::ContradictoryConstraints,
        Reason::WorkLimit,
    ];
    match of_the_data.iter().any(|own| own.as_str() == reason) {
        true => Ok(Missing { reason, status }),
        false => Err(Failure::Answer(status)),
    }
}

fn change(before: &[Dated], answer: &ProposeDivisionResponse) -> Option<Change> {
    let last = before.iter().rev().find_map(|own| own.found.as_ref().ok())?;
    Some(Change { against: last.answer.period.clone(), regions: differences(&last.answer.regions, &answer.regions) })
}

/// Where plans differ, by code of the region; a region that only one of them has differs by all its focuses.
fn differences(before: &[DivisionRegion], after: &[DivisionRegion]) -> Vec<DivisionDifference> {
    let of = |regions: &[DivisionRegion], code: &str| -> Vec<IndustryLabel> {
        let own = regions.iter().find(|own| code_of(own) == code);
        own.map(|own| own.focuses.clone()).unwrap_or_default()
    };
    let only = |own: &[IndustryLabel], other: &[IndustryLabel]| -> Vec<IndustryLabel> {
        own.iter().filter(|label| !other.iter().any(|other| other.code == label.code)).cloned().collect()
    };
    let mut regions: Vec<&DivisionRegion> = after.iter().collect();
    regions.extend(before.iter().filter(|own| !after.iter().any(|other| code_of(other) == code_of(own))));
    regions.sort_by_key(|own| code_of(own));
    let shown = regions.into_iter().map(|region| {
        let (then, now) = (of(before, code_of(region)), of(after, code_of(region)));
        DivisionDifference { region: region.region.clone(), gains: only(&now, &then), gives_up: only(&then, &now) }
    });
    shown.filter(|own| !own.gains.is_empty() || !own.gives_up.is_empty()).collect()
}

fn code_of(region: &DivisionRegion) -> &str {
    region.region.as_ref().map_or("", |label| &label.code)
}

fn print(format: Format, request: &ProposeDivisionRequest, all: &[Dated]) -> Result<(), Failure> {
    if format == Format::Json {
        return json::plain(&report::report(all)?);
    }
    let what = request.selection.as_ref().map(title).unwrap_or_default();
    let first = all.iter().find_map(|own| own.found.as_ref().ok());
    let mut provenance = first.and_then(|planned| planned.answer.provenance.clone());
    if let Some(provenance) = &mut provenance {
        // Every period is a panel of its own.
        provenance.panel_digest.clear();
        provenance.further_inputs.clear();
    }
    let (tables, records) = match format {
        Format::Csv => (Vec::new(), programs::records(all)),
        Format::Table | Format::Json => (people::tables(&what, all), Default::default()),
    };
    View { tables, records, provenance, warnings: warnings(all) }.print(format)
}

/// Warnings with the periods that they are of, and one for every period without a plan.
fn warnings(all: &[Dated]) -> Vec<Warning> {
    let mut found: Vec<(Warning, Vec<&str>)> = Vec::new();
    let mut add = |warning: Warning, period| match found.iter_mut().find(|(other, _)| *other == warning) {
        Some((_, periods)) => periods.push(period),
        None => found.push((warning, vec![period])),
    };
    for own in all {
        match &own.found {
            Ok(planned) => planned.answer.warnings.iter().for_each(|warning| add(warning.clone(), &own.period)),
            Err(missing) => {
                let text = format!("there is no plan: {}", missing.status.message());
                add(Warning { code: missing.reason.clone(), text, ..Warning::default() }, &own.period);
            }
        }
    }
    let told = found.into_iter().map(|(warning, periods)| {
        let periods = if periods.len() == all.len() { "all periods".to_owned() } else { periods.join(", ") };
        Warning { text: format!("{periods}: {}", warning.text), ..warning }
    });
    told.collect()
}
