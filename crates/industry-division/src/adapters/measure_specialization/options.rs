//! What a request asks for beside its selection.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkSource, Panel};
use growthpole_methods::division::QuotientBootstrap;
use growthpole_worker_kit::convert::message;

/// Cells of an answer, of which each carries its labels.
const MOST_CELLS: usize = 1_000_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    pub(super) threshold: f64,
    pub(super) bootstrap: Option<QuotientBootstrap>,
    pub(super) portfolio: Option<Reference>,
    pub(super) omit_absent: bool,
    pub(super) omit_cells: bool,
}

/// What growth is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    BenchmarkIndustry,
    BenchmarkTotal,
    Zero,
}

impl Options {
    pub(super) fn read(request: &v1::MeasureSpecializationRequest) -> Result<Self, Refusal> {
        Ok(Self {
            threshold: threshold(request.presence_threshold)?,
            bootstrap: request.bootstrap.as_ref().map(bootstrap).transpose()?,
            portfolio: request.portfolio.as_ref().map(|portfolio| reference(portfolio.reference)).transpose()?,
            omit_absent: request.omit_absent,
            omit_cells: request.omit_cells,
        })
    }

    /// Refuses what the panel cannot give, or only in an answer that is too large; `shown` are the columns of its cells.
    pub(super) fn check_against(&self, panel: &Panel, shown: &[usize]) -> Result<(), Refusal> {
        let periods = panel.axes.periods.len();
        if self.portfolio.is_some() && periods < 2 {
            return Err(Refusal::invalid("selection.periods", "one period", "two periods or more, for a portfolio"));
        }
        let source = panel.benchmark.as_ref().map(|benchmark| &benchmark.source);
        if let (Some(_), Some(BenchmarkSource::Region { code, .. })) = (self.bootstrap, source) {
            let allowed = "a sum as the benchmark, whose regions can be drawn";
            return Err(Refusal::invalid("bootstrap", format!("the published row of {code}"), allowed));
        }
        let rows = panel.values.chunks_exact(panel.axes.n_columns());
        let absent = |row: &[f64]| shown.iter().filter(|&&column| row.get(column) == Some(&0.0)).count();
        let absent: usize = if self.omit_absent { rows.map(absent).sum() } else { 0 };
        let cells = periods * panel.axes.regions.len() * shown.len() - absent;
        if !self.omit_cells && cells > MOST_CELLS {
            let allowed = format!("up to {MOST_CELLS} cells, or omit_cells");
            return Err(Refusal::invalid("selection", format!("{cells} cells"), &allowed));
        }
        Ok(())
    }
}

fn threshold(sent: Option<f64>) -> Result<f64, Refusal> {
    match sent.unwrap_or(1.0) {
        threshold if threshold.is_finite() && threshold > 0.0 => Ok(threshold),
        other => Err(Refusal::invalid("presence_threshold", other, "a finite number above 0")),
    }
}

fn bootstrap(sent: &v1::SpecializationBootstrap) -> Result<QuotientBootstrap, Refusal> {
    let number = sent.draws.unwrap_or(999);
    let draws = usize::try_from(number).ok().filter(|draws| (100..=100_000).contains(draws));
    let draws = draws.ok_or_else(|| Refusal::invalid("bootstrap.draws", number, "100 to 100000"))?;
    match sent.level.unwrap_or(0.95) {
        level if (0.5..1.0).contains(&level) => Ok(QuotientBootstrap { draws, level, seed: sent.seed }),
        other => Err(Refusal::invalid("bootstrap.level", other, "0.5 or more, below 1")),
    }
}

pub(super) fn bootstrap_message(how: QuotientBootstrap) -> v1::SpecializationBootstrap {
    v1::SpecializationBootstrap { draws: Some(message::count(how.draws)), level: Some(how.level), seed: how.seed }
}

fn reference(sent: i32) -> Result<Reference, Refusal> {
    use v1::PortfolioReference as Sent;
    match Sent::try_from(sent) {
        Ok(Sent::Unspecified | Sent::BenchmarkIndustry) => Ok(Reference::BenchmarkIndustry),
        Ok(Sent::BenchmarkTotal) => Ok(Reference::BenchmarkTotal),
        Ok(Sent::Zero) => Ok(Reference::Zero),
        Err(_) => {
            let allowed = "BENCHMARK_INDUSTRY, BENCHMARK_TOTAL, ZERO, or nothing";
            Err(Refusal::invalid("portfolio.reference", sent, allowed))
        }
    }
}
