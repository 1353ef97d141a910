//! What a plan reads beside the cluster's own amounts: relatedness, outlook, complexity, and further periods.

use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, MissingPolicy, Panel, Period, PeriodChoice, RegionChoice, Selection, Warning,
};
use growthpole_methods::{Amounts, Progress};
use growthpole_worker_kit::reading::{by_code, resolve};
use growthpole_worker_kit::{Job, PanelSource, SourcedPanel, refuse};
use tonic::Status;

use super::options::{DrawnBy, Options};
use super::related::{Density, complexity};
use super::rules::Codes;
use super::terms::{ComplexityOptions, OutlookOptions};
use crate::reading::{amounts, benchmark_amounts, check_indicator, counted_as_zero, level_of_benchmark};

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) density: Option<Density>,
    /// By candidate industry.
    pub(crate) outlook: Option<Vec<f64>>,
    /// By candidate industry.
    pub(crate) complexity: Option<Vec<f64>>,
    /// Amounts of all industries by period, with the benchmark in the last row.
    pub(crate) periods: Vec<Amounts>,
    /// Further panels, with their roles.
    pub(crate) sources: Vec<(&'static str, SourcedPanel)>,
    pub(crate) warnings: Vec<Warning>,
}

/// What the reading starts from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) selection: &'a Selection,
    pub(crate) missing: MissingPolicy,
    /// The cluster with all industries that totals are over.
    pub(crate) panel: &'a Arc<Panel>,
    /// Columns of the candidates.
    pub(crate) columns: &'a [usize],
    pub(crate) codes: &'a Codes<'a>,
}

impl Reading<'_> {
    /// Reads what the options need.
    pub(crate) async fn inputs(
        self,
        panels: &dyn PanelSource,
        request: &v1::ProposeDivisionRequest,
        options: &Options,
        job: &Job,
    ) -> Result<Inputs, Status> {
        let mut inputs = Inputs { complexity: self.given_complexity(request)?, ..Inputs::default() };
        self.relate(panels, options, job, &mut inputs).await?;
        match &options.terms.outlook {
            Some(OutlookOptions { window: Some((first, last, indicator)), .. }) => {
                let (source, growth) = self.growth(panels, (*first, *last), indicator).await?;
                inputs.outlook = Some(growth);
                inputs.sources.push(("outlook", source));
            }
            Some(OutlookOptions { window: None, .. }) => inputs.outlook = self.given_outlook(request)?,
            None => {}
        }
        if let Some(DrawnBy::Periods(first, last)) = options.draws.map(|draws| draws.by) {
            let (source, periods) = self.periods(panels, (first, last)).await?;
            inputs.periods = periods;
            inputs.sources.push(("stability", source));
        }
        Ok(inputs)
    }

    /// What follows from presence in the same regions, over all of the benchmark's level.
    async fn relate(
        &self,
        panels: &dyn PanelSource,
        options: &Options,
        job: &Job,
        inputs: &mut Inputs,
    ) -> Result<(), Status> {
        let (density, computed) = (options.terms.density, options.complexity);
        if density.is_none() && computed.is_none() {
            return Ok(());
        }
        let (source, all, warning) = self.all_regions(panels).await?;
        inputs.warnings.extend(warning);
        inputs.sources.push(("relatedness", source));
        let (cluster, columns) = (Arc::clone(self.panel), self.columns.to_vec());
        let related = move |progress: &Progress| {
            let density = density.map(|options| Density::of(&all, &cluster, options, progress)).transpose()?;
            let computed = computed
                .map(|ComplexityOptions { threshold }| complexity(&all, &cluster, threshold, &columns, progress));
            Ok((density, computed.transpose()?))
        };
        let (density, computed) = job.compute(related).await?;
        inputs.density = density;
        inputs.complexity = computed.or(inputs.complexity.take());
        Ok(())
    }

    fn given_complexity(&self, request: &v1::ProposeDivisionRequest) -> Result<Option<Vec<f64>>, Refusal> {
        use v1::division_complexity::By;
        match request.complexity.as_ref().and_then(|sent| sent.by.as_ref()) {
            Some(By::Given(numbers)) => self.codes.numbers(numbers, "complexity.given").map(Some),
            Some(By::Computed(_)) | None => Ok(None),
        }
    }

    fn given_outlook(&self, request: &v1::ProposeDivisionRequest) -> Result<Option<Vec<f64>>, Refusal> {
        let outlook = request.terms.as_ref().and_then(|terms| terms.outlook.as_ref());
        match outlook.and_then(|outlook| outlook.by.as_ref()) {
            Some(v1::outlook_term::By::Given(numbers)) => self.codes.numbers(numbers, "terms.outlook.given").map(Some),
            _ => Ok(None),
        }
    }

    /// All regions of the benchmark's level, with the industries of the cluster's panel.
    async fn all_regions(
        &self,
        panels: &dyn PanelSource,
    ) -> Result<(SourcedPanel, Arc<Panel>, Option<Warning>), Status> {
        let selection = Selection {
            regions: level_of_benchmark(self.panel),
            industries: IndustryChoice::Codes(self.industry_codes()),
            benchmark: BenchmarkChoice::None,
            zero_for_missing: true,
            ..self.same_vintage()
        };
        let source = panels.panel(&selection).await?;
        let panel = by_code(&source.panel);
        let warning = counted_as_zero(&panel, "RELATEDNESS_WITH_MISSING_CELLS", "to tell what is present where");
        Ok((source, panel, warning))
    }

    /// Growth of the benchmark in each candidate industry, a period.
    async fn growth(
        &self,
        panels: &dyn PanelSource,
        (first, last): (Period, Period),
        indicator: &str,
    ) -> Result<(SourcedPanel, Vec<f64>), Status> {
        const FIELD: &str = "terms.outlook.window.indicator";
        let own = &self.selection.indicator;
        let another = !indicator.is_empty() && indicator != own;
        let selection = Selection {
            indicator: if another { indicator } else { own }.to_owned(),
            industries: if another { IndustryChoice::All } else { IndustryChoice::Codes(self.industry_codes()) },
            periods: PeriodChoice::List(vec![first, last]),
            regions: RegionChoice::Codes(self.codes.regions.iter().map(|code| (*code).to_owned()).collect()),
            ..self.same_vintage()
        };
        let blame = |status: Status| {
            let status = refuse::rename_field(status, "selection.indicator", FIELD);
            refuse::rename_field(status, "selection.periods", "terms.outlook.window.periods")
        };
        let source = panels.panel(&selection).await.map_err(blame)?;
        if another {
            check_indicator(&source.panel).map_err(|_| {
                Refusal::invalid(FIELD, format!("\"{indicator}\""), "an indicator with industries that adds up")
            })?;
        }
        let growth = growth_of_benchmark(&source.panel, first, last, &self.codes.industries, FIELD)?;
        Ok((source, growth))
    }

    /// Amounts of every period of a window, with the benchmark in the last row.
    async fn periods(
        &self,
        panels: &dyn PanelSource,
        (first, last): (Period, Period),
    ) -> Result<(SourcedPanel, Vec<Amounts>), Status> {
        const FIELD: &str = "stability.periods";
        let selection = Selection {
            industries: IndustryChoice::Codes(self.industry_codes()),
            periods: PeriodChoice::Range(first, last),
            regions: RegionChoice::Codes(self.codes.regions.iter().map(|code| (*code).to_owned()).collect()),
            ..self.same_vintage()
        };
        let blame = |status: Status| refuse::rename_field(status, "selection.periods", FIELD);
        let source = panels.panel(&selection).await.map_err(blame)?;
        // Regions and industries are settled, so that only holes that count as zero are let through.
        let policy = if self.missing == MissingPolicy::AsZero { MissingPolicy::AsZero } else { MissingPolicy::Fail };
        let (panel, _) = resolve(&by_code(&source.panel), policy)?;
        let rows: Vec<usize> = (0..panel.axes.regions.len()).collect();
        let stacked = |at: usize| {
            let own = amounts(&panel, at, &rows)?;
            let whole = benchmark_amounts(&panel, at)?;
            let cells = own.cells().cells().iter().copied().chain(whole).collect();
            Amounts::try_new(cells, own.n_industries()).map_err(Refusal::internal)
        };
        let periods = (0..panel.axes.periods.len()).map(stacked).collect::<Result<_, Refusal>>()?;
        Ok((source, periods))
    }

    fn industry_codes(&self) -> Vec<String> {
        self.panel.axes.industries.iter().map(|industry| industry.code.clone()).collect()
    }

    fn same_vintage(&self) -> Selection {
        Selection { vintage: self.panel.vintage_choice(), companions: Vec::new(), ..self.selection.clone() }
    }
}

/// (last/first)^(1/steps) - 1 of the benchmark, for these industries.
fn growth_of_benchmark(
    panel: &Panel,
    first: Period,
    last: Period,
    codes: &[&str],
    field: &str,
) -> Result<Vec<f64>, Refusal> {
    let steps = Period::range(first, last).len().saturating_sub(1).max(1) as f64;
    let cells = |period: Period| panel.period_position(period).and_then(|at| panel.benchmark_cells(at));
    let (from, to) = (cells(first).unwrap_or_default(), cells(last).unwrap_or_default());
    let growth = |code: &&str| {
        let Some(column) = panel.axes.industries.iter().position(|industry| industry.code == *code) else {
            let sent = format!("\"{}\"", panel.indicator.code);
            return Err(Refusal::invalid(field, sent, &format!("an indicator that has industry {code}")));
        };
        match (from.get(column), to.get(column)) {
            (Some(&from), Some(&to)) if from > 0.0 && to > 0.0 => Ok((to / from).powf(1.0 / steps) - 1.0),
            _ => {
                let message = format!("the benchmark of industry {code} has no growth from {first} to {last}");
                Err(Refusal::new(Reason::UndefinedOnData, message).with_metadata("industry", *code))
            }
        }
    };
    codes.iter().map(growth).collect()
}
