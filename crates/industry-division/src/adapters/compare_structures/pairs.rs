//! Pairs of regions, most alike first.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::{
    Dissimilarities, StructureError, bray_curtis, complementarity, correlation, cosine, euclidean, hellinger,
    jensen_shannon, krugman, krugman_contributions, overlap, presence_jaccard,
};
use growthpole_worker_kit::convert::message;

use super::compared::{Borders, Compared};
use super::convergence::Changes;
use super::friction::PairFriction;
use super::options::Options;
use super::{by_size, industry_label, region_label};
use crate::pair_weights::distance_km;

/// Which pairs are listed, and how.
pub(super) struct Scope<'a> {
    pub(super) compared: &'a Compared<'a>,
    pub(super) borders: &'a Borders,
    pub(super) options: &'a Options,
}

/// Two rows of the regions compared, in the order of likeness.
struct Ranked {
    /// Krugman index without what is rounding: indices that differ by less are a tie.
    key: f64,
    first: u32,
    second: u32,
}

impl Scope<'_> {
    /// Number of the pairs of the scope, and as many of them as are asked for.
    pub(super) fn pairs(
        &self,
        indices: &Dissimilarities,
        friction: Option<&PairFriction>,
        changes: Option<&Changes>,
    ) -> Result<(i64, Vec<v1::StructurePair>), Refusal> {
        let mut ranked = self.ranked(indices);
        let count = ranked.len();
        let most = self.options.most_pairs_of(count)?;
        // By code where they are tied: pairs are in that order, and equal keys stay in it.
        ranked.sort_by(|a, b| a.key.total_cmp(&b.key));
        let mut rank = 0;
        let mut shown = Vec::with_capacity(most);
        for (at, pair) in ranked.iter().take(most).enumerate() {
            if at == 0 || ranked[at - 1].key < pair.key {
                rank = at + 1;
            }
            let mut own = self.show(pair.first as usize, pair.second as usize).map_err(Refusal::internal)?;
            own.rank = message::count(rank);
            if let Some(friction) = friction {
                let (weight, part) = friction.of_pair(pair.first as usize, pair.second as usize, own.overlap);
                (own.friction_weight, own.friction_part) = (Some(weight), Some(part));
            }
            own.change = self.change(pair, changes)?;
            shown.push(own);
        }
        Ok((count as i64, shown))
    }

    fn ranked(&self, indices: &Dissimilarities) -> Vec<Ranked> {
        let n = self.compared.regions.len();
        let in_scope =
            |first: usize, second: usize| !self.options.neighbours_only || self.neighbours(first, second) == Some(true);
        let pairs = (0..n).flat_map(|first| (first + 1..n).map(move |second| (first, second)));
        let pairs = pairs.filter(|&(first, second)| in_scope(first, second));
        // Requests are limited to few thousand regions.
        let ranked = pairs.map(|(first, second)| Ranked {
            key: (indices.get(first, second) * 1e12).round(),
            first: first as u32,
            second: second as u32,
        });
        ranked.collect()
    }

    fn neighbours(&self, first: usize, second: usize) -> Option<bool> {
        self.borders.share(self.compared.regions[first], self.compared.regions[second])
    }

    fn change(&self, pair: &Ranked, changes: Option<&Changes>) -> Result<Option<v1::PairChange>, Refusal> {
        let Some(changes) = changes else { return Ok(None) };
        let regions = (self.compared.regions[pair.first as usize], self.compared.regions[pair.second as usize]);
        changes.of_pair(regions, self.options.contributions)
    }

    fn show(&self, first: usize, second: usize) -> Result<v1::StructurePair, StructureError> {
        let compared = self.compared;
        let (own, other) = (compared.shares(first), compared.shares(second));
        let specialised = compared.specialised(first).zip(compared.specialised(second));
        let (complementarity, jaccard) = match specialised {
            None => (None, None),
            Some((a, b)) => {
                let either: Vec<bool> = a.iter().zip(&b).map(|(a, b)| *a || *b).collect();
                (complementarity(&own, &other, &either)?, presence_jaccard(&a, &b)?)
            }
        };
        let (first_region, second_region) = (compared.regions[first], compared.regions[second]);
        Ok(v1::StructurePair {
            first: region_label(compared.panel, first_region),
            second: region_label(compared.panel, second_region),
            neighbours: self.neighbours(first, second),
            krugman: krugman(&own, &other)?,
            cosine: cosine(&own, &other)?,
            overlap: overlap(&own, &other)?,
            bray_curtis: bray_curtis(compared.rows.region(first), compared.rows.region(second))?,
            complementarity,
            distance_km: distance_km(compared.panel, first_region, second_region),
            contributions: self.listed(&own, &other)?,
            correlation: correlation(&own, &other)?,
            euclidean: euclidean(&own, &other)?,
            hellinger: hellinger(&own, &other)?,
            jensen_shannon: jensen_shannon(&own, &other)?,
            jaccard,
            ..v1::StructurePair::default()
        })
    }

    /// Industries by their contribution, the largest first and then by code.
    fn listed(&self, first: &[f64], second: &[f64]) -> Result<Vec<v1::StructureContribution>, StructureError> {
        let contributions = krugman_contributions(first, second)?;
        let columns = by_size(&contributions).into_iter().take(self.options.contributions);
        let shown = columns.map(|column| v1::StructureContribution {
            industry: industry_label(self.compared.panel, column),
            first_share: first[column],
            second_share: second[column],
            contribution: contributions[column],
        });
        Ok(shown.collect())
    }
}
