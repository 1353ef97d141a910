//! MapRelatedness: how related industries are, how near regions are to them, and the network they form.

mod mapped;
mod options;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, PeriodChoice};
use growthpole_worker_kit::companions::Companions;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SourcedPanel};
use tonic::Status;

use crate::presence::{Structure, check_size};
use crate::reading::{DEFAULTS, check_indicator, columns_of, whole_of};
use mapped::Mapped;
use options::Options;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/MapRelatedness", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::MapRelatednessRequest,
    job: &Job,
) -> Result<v1::MapRelatednessResponse, Status> {
    let mut parsed = selection::parse(request.selection.take(), DEFAULTS)?.filled();
    let options = Options::read(request)?;
    parsed.selection.periods = ends(parsed.selection.periods);
    let companions = Companions::new([("presence.population_indicator", options.rule.population_indicator.as_str())]);
    parsed.selection = companions.with(&parsed.selection);

    let asked = panels.panel(&parsed.selection).await.map_err(|status| companions.rename(status))?;
    check_indicator(&asked.panel)?;
    check_size(&asked.panel)?;
    let last = last_period(&asked.panel)?;
    if last > 0 && !options.rule.given.is_empty() {
        return Err(Refusal::invalid("presence.given", "presences of two periods", "those of a single period").into());
    }
    let whole = whole_of(panels, &parsed.selection, &asked).await?;
    options.related.check(&whole.panel)?;
    options.rule.given.check(&whole.panel)?;
    let (panel, dropped) = resolve(&by_code(&whole.panel), parsed.missing)?;
    let population = options.rule.population(panels, &whole, &parsed.selection).await?;
    let shown = columns_of(&panel, &asked.panel);
    let statuses = status_warnings(&panel, None);

    let first = asked.panel.axes.periods.first().map(ToString::to_string).unwrap_or_default();
    let later = asked.panel.axes.periods.get(last).map(ToString::to_string).filter(|later| *later != first);
    let seed = options.seed;
    let policy = parsed.missing;
    // Neither the request nor the panels travel to the thread that computes.
    let further = population.clone();
    let mut response = job
        .compute(move |progress| {
            let heads = further.as_ref().map(|source| &*source.panel);
            let of = |period| Structure::of(&panel, period, &shown, &options.rule, policy, heads);
            let later = (last > 0).then(|| of(last)).transpose()?;
            let mapped = Mapped { structure: of(0)?, later, options };
            mapped.response(progress)
        })
        .await?;

    let own = std::mem::take(&mut response.warnings);
    let warnings = whole.panel.warnings.iter().chain(&dropped).chain(&statuses);
    response.warnings = message::warnings(warnings);
    response.warnings.extend(own);
    response.later_period = later.unwrap_or_default();
    let further: Vec<(&str, &SourcedPanel)> = population.iter().map(|source| ("population", source)).collect();
    response.provenance = Some(v1::Provenance { seed: Some(seed), ..METHOD.provenance(&whole, &further) });
    Ok(response)
}

/// The ends of a range, between which nothing is read.
fn ends(periods: PeriodChoice) -> PeriodChoice {
    match periods {
        PeriodChoice::Range(first, last) if first < last => PeriodChoice::List(vec![first, last]),
        other => other,
    }
}

/// Position of the last of one or two periods.
fn last_period(panel: &Panel) -> Result<usize, Refusal> {
    match panel.axes.periods.len() {
        count @ (1 | 2) => Ok(count - 1),
        count => Err(Refusal::invalid("selection.periods", format!("{count} periods"), "one period, or two")),
    }
}
