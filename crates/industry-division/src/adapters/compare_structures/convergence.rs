//! Whether structures become more alike over several periods.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::{
    StructureConvergence, StructureMeasure, dissimilarities, krugman_by_industry, krugman_change, structure_convergence,
};
use growthpole_methods::stats::Estimate;
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;

use super::compared::{Borders, Compared};
use super::friction::PairFriction;
use super::options::Options;
use super::{by_size, industry_label, refused};
use crate::pair_weights::PairWeights;

/// Changes that are no more than rounding.
const UNCHANGED: f64 = 1e-12;

/// The regions that have a structure in every period, two or more in two periods or more.
pub(super) struct Common<'a> {
    panel: &'a Panel,
    regions: Vec<usize>,
}

impl<'a> Common<'a> {
    /// `defined` are the regions that have a structure, by period.
    pub(super) fn of(panel: &'a Panel, defined: &[Vec<usize>]) -> Option<Self> {
        let everywhere = |region: &usize| defined.iter().all(|own| own.binary_search(region).is_ok());
        let regions: Vec<usize> = (0..panel.axes.regions.len()).filter(everywhere).collect();
        (regions.len() > 1 && defined.len() > 1).then_some(Self { panel, regions })
    }

    /// How the pairs of the scope change; nothing where it has none.
    pub(super) fn changes(
        self,
        options: &Options,
        weights: Option<PairWeights>,
        borders: &Borders,
        progress: &Progress,
    ) -> Result<Option<Changes<'a>>, Refusal> {
        let n = self.regions.len();
        let in_scope = |&(a, b): &(usize, usize)| {
            !options.neighbours_only || borders.share(self.regions[a], self.regions[b]) == Some(true)
        };
        let pairs = (0..n).flat_map(|first| (first + 1..n).map(move |second| (first, second)));
        let pairs: Vec<(usize, usize)> = pairs.filter(in_scope).collect();
        if pairs.is_empty() {
            return Ok(None);
        }
        let periods = 0..self.panel.axes.periods.len();
        let mut compared = Vec::with_capacity(periods.len());
        let (mut indices, mut frictions) = (Vec::with_capacity(periods.len() * pairs.len()), Vec::new());
        for period in periods {
            let own = Compared::of(self.panel, period, self.regions.clone())?;
            let krugman = dissimilarities(&own.rows, StructureMeasure::Krugman, progress).map_err(refused)?;
            indices.extend(pairs.iter().map(|&(first, second)| krugman.get(first, second)));
            let friction = weights.map(|weights| PairFriction::of(&own, weights, progress)).transpose()?.flatten();
            frictions.push(friction.map(|friction| friction.index()));
            compared.push(own);
        }
        let indices = Matrix::try_new(indices, pairs.len()).map_err(Refusal::internal)?;
        let times: Vec<f64> = self.panel.axes.periods.iter().map(|period| period.in_years()).collect();
        let found = structure_convergence(&times, &indices).map_err(Refusal::internal)?;
        let message = message(&compared, &pairs, &found, &frictions, progress)?;
        let first_indices = indices.row(0).to_vec();
        let last = compared.pop();
        let Some((first, last)) = compared.into_iter().next().zip(last) else { return Ok(None) };
        Ok(Some(Changes { first, last, pairs, first_indices, found, message }))
    }
}

/// How pairs change.
pub(super) struct Changes<'a> {
    first: Compared<'a>,
    last: Compared<'a>,
    /// Rows of the pairs of the scope, in order.
    pairs: Vec<(usize, usize)>,
    first_indices: Vec<f64>,
    found: StructureConvergence,
    pub(super) message: v1::StructureConvergence,
}

impl Changes<'_> {
    /// The change of the pair of two regions of the panel, with so many industries; nothing where one of the two lacks a
    /// structure in some period.
    pub(super) fn of_pair(&self, regions: (usize, usize), most: usize) -> Result<Option<v1::PairChange>, Refusal> {
        let row = |region: usize| self.first.regions.binary_search(&region).ok();
        let Some((a, b)) = row(regions.0).zip(row(regions.1)) else { return Ok(None) };
        let Ok(at) = self.pairs.binary_search(&(a, b)) else { return Ok(None) };
        let shares = |compared: &Compared<'_>| (compared.shares(a), compared.shares(b));
        let (before, after) = (shares(&self.first), shares(&self.last));
        let parts = krugman_change((&before.0, &before.1), (&after.0, &after.1)).map_err(Refusal::internal)?;
        Ok(Some(v1::PairChange {
            first_krugman: self.first_indices[at],
            change: self.found.changes[at],
            trend: self.found.pair_trends[at].map(trend_message),
            industries: changes_message(self.first.panel, &parts, most),
        }))
    }
}

fn message(
    compared: &[Compared<'_>],
    pairs: &[(usize, usize)],
    found: &StructureConvergence,
    frictions: &[Option<f64>],
    progress: &Progress,
) -> Result<v1::StructureConvergence, Refusal> {
    let (Some(first), Some(last)) = (compared.first(), compared.last()) else {
        return Ok(v1::StructureConvergence::default());
    };
    let period = |(at, own): (usize, &Compared<'_>)| v1::PeriodStructures {
        period: own.panel.axes.periods.get(own.period).map(ToString::to_string).unwrap_or_default(),
        mean_krugman: found.means[at],
        krugman_deviation: found.deviations[at],
        friction: frictions[at],
    };
    let by_industry = |own: &Compared<'_>| krugman_by_industry(&own.rows, pairs, progress).map_err(refused);
    let (before, after) = (by_industry(first)?, by_industry(last)?);
    let parts: Vec<f64> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
    let count = |holds: fn(f64) -> bool| found.changes.iter().filter(|change| holds(**change)).count() as i64;
    Ok(v1::StructureConvergence {
        regions: message::count(first.regions.len()),
        pairs: pairs.len() as i64,
        periods: compared.iter().enumerate().map(period).collect(),
        change: found.means[found.means.len() - 1] - found.means[0],
        trend: found.trend.map(trend_message),
        converging_pairs: count(|change| change < -UNCHANGED),
        diverging_pairs: count(|change| change > UNCHANGED),
        catching_up: found.catching_up.map(trend_message),
        industries: changes_message(first.panel, &parts, usize::MAX),
    })
}

fn changes_message(panel: &Panel, parts: &[f64], most: usize) -> Vec<v1::IndustryChange> {
    let columns = by_size(parts).into_iter().take(most);
    columns.map(|column| v1::IndustryChange { industry: industry_label(panel, column), part: parts[column] }).collect()
}

fn trend_message(estimate: Estimate) -> v1::StructureTrend {
    let Estimate { value: slope, standard_error, t, p } = estimate;
    v1::StructureTrend { slope, standard_error, t, p }
}
