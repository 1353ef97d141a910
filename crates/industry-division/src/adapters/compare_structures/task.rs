//! The computation of an answer.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::Progress;
use growthpole_methods::division::{StructureMeasure, dissimilarities};

use super::compared::{Borders, Compared, split};
use super::convergence::Common;
use super::friction::PairFriction;
use super::options::Options;
use super::{clusters, pairs, refused};
use crate::pair_weights::PairWeights;

/// What is computed from.
#[derive(Debug)]
pub(super) struct Task {
    /// Regions and industries by code.
    pub(super) panel: Arc<Panel>,
    pub(super) policy: MissingPolicy,
    pub(super) options: Options,
    /// Nothing where there is no friction.
    pub(super) weights: Option<PairWeights>,
}

impl Task {
    /// Fills the fields of the answer that are computed from amounts.
    pub(super) fn run(&self, progress: &Progress) -> Result<v1::CompareStructuresResponse, Refusal> {
        let panel = &*self.panel;
        let last = panel.axes.periods.len().saturating_sub(1);
        let mut answer = v1::CompareStructuresResponse::default();
        let mut defined = Vec::new();
        for period in (0..=last).rev() {
            let (own, undefined) = split(panel, period, self.policy)?;
            answer.undefined.extend(undefined);
            defined.push(own);
        }
        // The last period comes first here, and first in the list of what is undefined.
        let common = Common::of(panel, &defined);
        let Some(regions) = defined.into_iter().next().filter(|regions| !regions.is_empty()) else { return Ok(answer) };
        let compared = Compared::of(panel, last, regions)?;
        let borders = Borders::of(panel);
        let krugman = dissimilarities(&compared.rows, StructureMeasure::Krugman, progress).map_err(refused)?;
        let friction =
            self.weights.map(|weights| PairFriction::of(&compared, weights, progress)).transpose()?.flatten();
        let changes =
            common.map(|common| common.changes(&self.options, self.weights, &borders, progress)).transpose()?;
        let changes = changes.flatten();

        let scope = pairs::Scope { compared: &compared, borders: &borders, options: &self.options };
        (answer.pair_count, answer.pairs) = scope.pairs(&krugman, friction.as_ref(), changes.as_ref())?;
        answer.regions = compared.against(self.options.reference)?;
        answer.friction = match friction {
            Some(friction) => Some(friction.message(&compared, &self.options.bands, progress)?),
            None => None,
        };
        answer.convergence = changes.map(|changes| changes.message);
        answer.clusters = match self.options.clusters {
            Some(asked) => Some(clusters::clusters(&compared, asked, krugman, progress)?),
            None => None,
        };
        Ok(answer)
    }
}
