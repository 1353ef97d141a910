//! ProposeDivision: which region focuses on which industry, by the exact plan.

mod conflict;
mod constraints;
mod problem;
mod response;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::division::plan::{PlanOptions, Watch};
use growthpole_methods::division::solve;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource};
use tonic::Status;

use crate::reading::{DEFAULTS, benchmark, benchmark_message, check_indicator, columns_of, single_period, whole_of};
use conflict::Asked;
use constraints::{Constraints, Options};
use problem::Cluster;

/// Largest number of regions that is answered.
const MAX_REGIONS: usize = 12;

/// Largest number of industries that is answered.
const MAX_INDUSTRIES: usize = 60;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/ProposeDivision", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::ProposeDivisionRequest,
    job: &Job,
) -> Result<v1::ProposeDivisionResponse, Status> {
    let parsed = selection::parse(request.selection.take(), DEFAULTS)?;
    let options = Options::read(&request)?;
    let period = single_period(&parsed.selection.periods)?;

    let asked = panels.panel(&parsed.selection).await?;
    check_indicator(&asked.panel)?;
    check_size(&asked.panel)?;
    let whole = whole_of(panels, &parsed.selection, &asked).await?;
    check_keep(&whole.panel, parsed.missing)?;
    let (panel, dropped) = resolve(&by_code(&whole.panel), parsed.missing)?;
    let against = benchmark_message(benchmark(&panel)?);

    let cluster = Cluster::of(&panel, columns_of(&panel, &asked.panel), &options)?;
    let constraints = Constraints::read(&request, &cluster)?;
    let problem = cluster.problem(&constraints)?;
    // Neither the request nor the panel travels to the thread that searches.
    let solved =
        job.compute(move |progress| Ok(solve(&problem, &PlanOptions::default(), &Watch::new(progress)))).await?;
    let context = Asked { request: &request, cluster: &cluster, constraints: &constraints };
    let plan = solved.map_err(|error| conflict::refusal(error, &context))?;
    if !plan.proven {
        return Err(conflict::work_limit().into());
    }

    let statuses = status_warnings(&panel, None);
    let (margin, unproven) = response::smallest_margin(&plan);
    let warnings = whole.panel.warnings.iter().chain(&dropped).chain(&statuses).chain(&unproven);
    Ok(v1::ProposeDivisionResponse {
        regions: response::regions(&cluster, &plan),
        cells: response::cells(&cluster, &plan),
        objective: plan.objective,
        value_sum: plan.value_part,
        friction_sum: plan.friction_part,
        margin,
        value: options.value.into(),
        weighted_by_importance: options.by_importance,
        period: period.to_string(),
        benchmark: Some(against),
        warnings: message::warnings(warnings),
        provenance: Some(METHOD.provenance(&whole, &[])),
    })
}

fn check_size(panel: &Panel) -> Result<(), Refusal> {
    let (regions, industries) = (panel.axes.regions.len(), panel.axes.industries.len());
    if regions <= MAX_REGIONS && industries <= MAX_INDUSTRIES {
        return Ok(());
    }
    let message = format!(
        "{regions} regions and {industries} industries; the exact plan takes up to {MAX_REGIONS} and {MAX_INDUSTRIES}"
    );
    let mut refusal = Refusal::new(Reason::DivisionTooLarge, message)
        .with_metadata("regions", regions.to_string())
        .with_metadata("industries", industries.to_string())
        .with_metadata("max_regions", MAX_REGIONS.to_string())
        .with_metadata("max_industries", MAX_INDUSTRIES.to_string());
    for (field, count, most) in
        [("selection.regions", regions, MAX_REGIONS), ("selection.industries", industries, MAX_INDUSTRIES)]
    {
        if count > most {
            refusal = refusal.with_violation(field, format!("{count} were sent; allowed: up to {most}"));
        }
    }
    Err(refusal)
}

/// A plan needs every cell: of the candidates for their values, and of all industries for the regions' totals.
fn check_keep(panel: &Panel, policy: MissingPolicy) -> Result<(), Refusal> {
    let holes = panel.values.iter().filter(|value| value.is_nan()).count();
    if policy != MissingPolicy::Keep || holes == 0 {
        return Ok(());
    }
    let sent = format!("KEEP with {holes} missing cells");
    Err(Refusal::invalid(
        "selection.missing",
        sent,
        "FAIL, DROP_REGION, DROP_INDUSTRY or AS_ZERO: a plan needs every cell",
    ))
}
