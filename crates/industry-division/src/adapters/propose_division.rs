//! ProposeDivision: which region focuses on which industry, with the reasons, the price and the alternatives.

mod cluster;
mod conflict;
mod inputs;
mod options;
mod reallocating;
mod related;
mod response;
mod rules;
mod solving;
mod terms;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel, Period, Warning};
use growthpole_worker_kit::convert::selection::ParsedSelection;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SourcedPanel};
use tonic::Status;

use crate::reading::{
    DEFAULTS, amounts, benchmark, benchmark_amounts, benchmark_message, check_indicator, columns_of, single_period,
    whole_of,
};
use cluster::{Basis, pair_weights};
use conflict::Asked;
use inputs::Reading;
use options::Options;
use rules::{Codes, Rules};
use solving::{Solved, Work};

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/ProposeDivision", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::ProposeDivisionRequest,
    job: &Job,
) -> Result<v1::ProposeDivisionResponse, Status> {
    let parsed = selection::parse(request.selection.take(), DEFAULTS)?;
    let options = Options::read(&request)?;
    let period = single_period(&parsed.selection.periods)?;
    let read = Read::of(panels, &parsed).await?;
    let work = Arc::new(read.work(panels, &request, options, &parsed, job).await?);
    // Neither the request nor the panels travel to the threads that search.
    let on_threads = Arc::clone(&work);
    let solved = job.compute(move |progress| Ok(on_threads.solve(progress))).await?;
    let solved = solved.map_err(|error| conflict::refusal(error, &Asked { request: &request, basis: &work.basis }))?;
    Ok(read.response(&work, &solved, period)?)
}

/// The panel that a plan is made from.
struct Read {
    /// With all industries that totals are over, as it was read.
    whole: SourcedPanel,
    /// The same by code and without missing cells.
    panel: Arc<Panel>,
    /// Columns of the candidates.
    columns: Vec<usize>,
    against: v1::StructureBenchmark,
    dropped: Vec<Warning>,
}

impl Read {
    async fn of(panels: &dyn PanelSource, parsed: &ParsedSelection) -> Result<Self, Status> {
        let asked = panels.panel(&parsed.selection).await?;
        check_indicator(&asked.panel)?;
        let whole = whole_of(panels, &parsed.selection, &asked).await?;
        check_keep(&whole.panel, parsed.missing)?;
        let (panel, dropped) = resolve(&by_code(&whole.panel), parsed.missing)?;
        let against = benchmark_message(benchmark(&panel)?);
        let columns = columns_of(&panel, &asked.panel);
        Ok(Self { whole, panel, columns, against, dropped })
    }

    /// What is to be computed.
    async fn work(
        &self,
        panels: &dyn PanelSource,
        request: &v1::ProposeDivisionRequest,
        options: Options,
        parsed: &ParsedSelection,
        job: &Job,
    ) -> Result<Work, Status> {
        let panel = &self.panel;
        let rows: Vec<usize> = (0..panel.axes.regions.len()).collect();
        let (own, whole) = (amounts(panel, 0, &rows)?, benchmark_amounts(panel, 0)?);
        let industries = self.columns.iter().filter_map(|&column| panel.axes.industries.get(column).cloned());
        let industries: Vec<_> = industries.collect();
        let codes = Codes {
            regions: panel.axes.regions.iter().map(|region| region.code.as_str()).collect(),
            industries: industries.iter().map(|industry| industry.code.as_str()).collect(),
        };
        let (selection, missing) = (&parsed.selection, parsed.missing);
        let reading = Reading { selection, missing, panel, columns: &self.columns, codes: &codes };
        let inputs = reading.inputs(panels, request, &options, job).await?;
        let rules = Rules::read(request, &codes, panel, inputs.complexity.as_deref())?;
        let pair_weights = pair_weights(panel, &own, &options)?;
        let (columns, regions) = (self.columns.clone(), panel.axes.regions.clone());
        let basis = Basis { regions, industries: industries.clone(), columns, options, rules, inputs, pair_weights };
        let cluster = basis.cluster(own, &whole)?;
        basis.check_friction(&cluster)?;
        Ok(Work { basis, cluster, whole })
    }

    fn response(&self, work: &Work, solved: &Solved, period: Period) -> Result<v1::ProposeDivisionResponse, Refusal> {
        let Work { basis, cluster, .. } = work;
        let plan = &solved.plan;
        let (margin, unproven) = response::smallest_margin(plan);
        let own = response::warnings(basis, solved);
        let statuses = status_warnings(&self.panel, None);
        let warnings = self.whole.panel.warnings.iter().chain(&self.dropped).chain(&basis.inputs.warnings);
        let warnings = warnings.chain(&statuses).chain(&unproven).chain(&own);
        let further: Vec<(&str, &SourcedPanel)> =
            basis.inputs.sources.iter().map(|(role, source)| (*role, source)).collect();
        let seed = basis.options.draws.map(|draws| draws.seed);
        Ok(v1::ProposeDivisionResponse {
            regions: response::regions(basis, plan),
            cells: response::cells(basis, cluster, solved),
            objective: plan.objective,
            value_sum: plan.value_part,
            friction_sum: plan.friction_part,
            margin,
            value: basis.options.value.into(),
            weighted_by_importance: basis.options.by_importance,
            period: period.to_string(),
            benchmark: Some(self.against.clone()),
            warnings: message::warnings(warnings),
            provenance: Some(v1::Provenance { seed, ..METHOD.provenance(&self.whole, &further) }),
            bound: plan.bound,
            gap: plan.gap(),
            proven: plan.proven,
            terms: response::terms_used(basis, cluster),
            alternatives: response::alternatives(basis, plan),
            stability: response::stability(basis, solved),
            frontier: response::frontier(basis, solved),
            reallocation: solved.reallocation.as_ref().map(|moved| moved.message(basis, plan)).transpose()?,
            engine: response::engine(plan).into(),
        })
    }
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
