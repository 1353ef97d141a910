//! Plans of several periods in tables for people.

use growthpole_contracts::v1::{FrictionChange, ProposeDivisionResponse, RegionLabel};

use super::{Change, Dated, Planned};
use crate::cli::divide::people::differences;
use crate::cli::specialization::reference;
use crate::output::format::{NOTHING, fixed, or_nothing, percent, region};
use crate::output::table::Table;

pub(super) fn tables(what: &str, all: &[Dated]) -> Vec<Table> {
    vec![periods(what, all), focuses(all)]
}

fn plans(all: &[Dated]) -> impl Iterator<Item = &Planned> {
    all.iter().filter_map(|own| own.found.as_ref().ok())
}

/// A row a period.
fn periods(what: &str, all: &[Dated]) -> Table {
    let against = plans(all).next().map(|planned| reference(planned.answer.benchmark.as_ref())).unwrap_or_default();
    let moved = plans(all).any(|planned| planned.answer.reallocation.is_some());
    let drawn = plans(all).any(|planned| planned.answer.stability.is_some());
    let mut table = Table::new(format!("Divisions by period, {what}{against}"))
        .texts(["Period"])
        .numbers(["Objective", "Gap"])
        .with_numbers(moved.then_some(["Friction before", "After"]).into_iter().flatten())
        .numbers(["Smallest margin"])
        .with_numbers(drawn.then_some("Least stable stays"))
        .texts(["Against", "What changed, or why there is no plan"]);
    for own in all {
        let answer = own.found.as_ref().ok().map(|planned| &planned.answer);
        let number = |of: &dyn Fn(&ProposeDivisionResponse) -> Option<f64>| {
            or_nothing(answer.and_then(of), |number| fixed(number, 4))
        };
        let mut row =
            vec![own.period.clone(), number(&|answer| Some(answer.objective)), number(&|answer| Some(answer.gap))];
        if moved {
            row.push(number(&|answer| friction(answer).map(|friction| friction.before)));
            row.push(number(&|answer| friction(answer).map(|friction| friction.after)));
        }
        row.push(number(&|answer| answer.margin));
        let least = answer.and_then(|answer| answer.stability.as_ref()?.least);
        row.extend(drawn.then(|| or_nothing(least, percent)));
        row.extend(match &own.found {
            Ok(planned) => changed(planned.change.as_ref()),
            Err(missing) => [NOTHING.to_owned(), format!("{}: {}", missing.reason, missing.status.message())],
        });
        table.cells(row);
    }
    table
}

fn friction(answer: &ProposeDivisionResponse) -> Option<&FrictionChange> {
    answer.reallocation.as_ref()?.friction.as_ref()
}

fn changed(change: Option<&Change>) -> [String; 2] {
    match change {
        None => [NOTHING.to_owned(), NOTHING.to_owned()],
        Some(Change { against, regions }) if regions.is_empty() => [against.clone(), "nothing".to_owned()],
        Some(Change { against, regions }) => [against.clone(), differences(regions)],
    }
}

/// Who focuses on what, region by region: a row for as many periods in a row as it stays the same.
fn focuses(all: &[Dated]) -> Table {
    let mut regions: Vec<&Option<RegionLabel>> =
        plans(all).flat_map(|planned| planned.answer.regions.iter().map(|own| &own.region)).collect();
    regions.sort_by_key(|label| region(label).0);
    regions.dedup_by_key(|label| region(label).0);
    let mut table = Table::new("Who focuses on what").texts(["Code", "Region", "Periods", "Focuses on"]);
    for label in regions {
        let (code, name) = region(label);
        for (first, last, focuses) in runs(all, &code) {
            let periods = if first == last { first.to_owned() } else { format!("{first} to {last}") };
            table.row([code.clone(), name.clone(), periods, focuses]);
        }
    }
    table
}

/// First and last period of each run of the same focuses.
fn runs<'a>(all: &'a [Dated], code: &str) -> Vec<(&'a str, &'a str, String)> {
    let mut runs: Vec<(&str, &str, String)> = Vec::new();
    let mut unbroken = false;
    for own in all {
        let planned = own.found.as_ref().ok();
        let row = planned.and_then(|planned| planned.answer.regions.iter().find(|row| super::code_of(row) == code));
        let Some(row) = row else {
            unbroken = false;
            continue;
        };
        let codes: Vec<&str> = row.focuses.iter().map(|label| label.code.as_str()).collect();
        let focuses = if codes.is_empty() { NOTHING.to_owned() } else { codes.join(" ") };
        match runs.last_mut().filter(|run| unbroken && run.2 == focuses) {
            Some(run) => run.1 = &own.period,
            None => runs.push((&own.period, &own.period, focuses)),
        }
        unbroken = true;
    }
    runs
}
