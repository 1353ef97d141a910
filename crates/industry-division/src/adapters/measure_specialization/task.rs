//! The computation of an answer.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::Progress;
use growthpole_methods::division::specialization::IndustryGroups;

use super::bootstrap::{DrawnRegions, cut_offs};
use super::cells::cells;
use super::options::Options;
use super::period::PeriodData;
use super::portfolio::portfolio;
use super::regions::regions;
use crate::reading::columns_of;

/// What is computed from.
#[derive(Debug)]
pub(super) struct Task {
    /// All industries, regions and industries by code.
    pub(super) panel: Arc<Panel>,
    /// The panel that was asked for, whose industries are shown.
    pub(super) shown: Arc<Panel>,
    pub(super) policy: MissingPolicy,
    pub(super) options: Options,
    pub(super) groups: Option<IndustryGroups>,
    pub(super) drawn: Option<DrawnRegions>,
}

/// What is computed.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) cells: Vec<v1::SpecializationCell>,
    pub(super) regions: Vec<v1::RegionSpecialization>,
    pub(super) cut_offs: Vec<v1::IndustryCutOff>,
    pub(super) portfolio: Vec<v1::PortfolioEntry>,
}

impl Task {
    /// Computes period by period, and then what joins periods.
    pub(super) fn run(&self, progress: &Progress) -> Result<Results, Refusal> {
        let columns = columns_of(&self.panel, &self.shown);
        let periods = 0..self.panel.axes.periods.len();
        let read = |period| PeriodData::read(&self.panel, period, self.policy);
        let periods: Vec<PeriodData<'_>> = periods.map(read).collect::<Result<_, _>>()?;
        let mut results = Results::default();
        for data in &periods {
            let draws = match (&self.drawn, self.options.bootstrap) {
                (Some(drawn), Some(how)) => drawn.bootstrap(data, how, progress)?,
                _ => None,
            };
            results.regions.extend(regions(data, self.groups.as_ref(), self.options.threshold, progress)?);
            results.cut_offs.extend(draws.iter().flat_map(|draws| cut_offs(data, &columns, draws)));
            if !self.options.omit_cells {
                results.cells.extend(cells(data, &columns, &self.options, draws.as_ref(), progress)?);
            }
        }
        if let Some(reference) = self.options.portfolio {
            results.portfolio = portfolio(&periods, &columns, &self.options, reference);
        }
        Ok(results)
    }
}
