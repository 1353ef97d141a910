//! MeasureComplexity: how complex regions and industries are, and what would make regions more so.

mod measured;
mod options;
mod outlook;
mod response;
#[cfg(test)]
mod tests;

use growthpole_contracts::v1;
use growthpole_worker_kit::companions::Companions;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SourcedPanel};
use tonic::Status;

use crate::presence::{Structure, check_size, read_values};
use crate::reading::{DEFAULTS, check_indicator, columns_of, single_period, whole_of};
use measured::Measured;
use options::Options;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/MeasureComplexity", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::MeasureComplexityRequest,
    job: &Job,
) -> Result<v1::MeasureComplexityResponse, Status> {
    let mut parsed = selection::parse(request.selection.take(), DEFAULTS)?.filled();
    let options = Options::read(request)?;
    let period = single_period(&parsed.selection.periods)?;
    let named = [
        ("presence.population_indicator", options.rule.population_indicator.as_str()),
        ("income_indicator", options.income_indicator.as_str()),
    ];
    let companions = Companions::new(named);
    parsed.selection = companions.with(&parsed.selection);

    let asked = panels.panel(&parsed.selection).await.map_err(|status| companions.rename(status))?;
    check_indicator(&asked.panel)?;
    check_size(&asked.panel)?;
    let whole = whole_of(panels, &parsed.selection, &asked).await?;
    let (panel, dropped) = resolve(&by_code(&whole.panel), parsed.missing)?;
    let population = options.rule.population(panels, &whole, &parsed.selection).await?;
    let income = match options.income_indicator.as_str() {
        "" => None,
        code => Some(read_values(panels, &whole, &parsed.selection, "income_indicator", code, period).await?),
    };
    let external = options.external_by_column(&panel)?;
    options.related.check(&whole.panel)?;
    options.rule.given.check(&whole.panel)?;
    let seed = options.supermodularity.map(|options| options.seed);
    let shown = columns_of(&panel, &asked.panel);
    let statuses = status_warnings(&panel, None);

    let policy = parsed.missing;
    // Neither the request nor the panels travel to the thread that computes.
    let (heads, incomes) = (population.clone(), income.clone());
    let mut response = job
        .compute(move |progress| {
            let heads = heads.as_ref().map(|source| &*source.panel);
            let structure = Structure::of(&panel, 0, &shown, &options.rule, policy, heads)?;
            let incomes = incomes.as_ref().map(|source| &*source.panel);
            let measured = Measured::of(structure, &options, incomes, external.as_deref(), progress)?;
            measured.response(&options)
        })
        .await?;

    let own = std::mem::take(&mut response.warnings);
    response.warnings = message::warnings(whole.panel.warnings.iter().chain(&dropped).chain(&statuses));
    response.warnings.extend(own);
    let further = [("population", &population), ("income", &income)];
    let further: Vec<(&str, &SourcedPanel)> =
        further.into_iter().filter_map(|(role, source)| Some((role, source.as_ref()?))).collect();
    response.provenance = Some(v1::Provenance { seed, ..METHOD.provenance(&whole, &further) });
    Ok(response)
}
