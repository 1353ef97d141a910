//! Pairs of regions, most alike first.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::{
    StructureError, bray_curtis, complementarity, cosine, krugman, krugman_contributions, overlap,
};
use growthpole_methods::stats::{RankMethod, RankOrder, rank};
use growthpole_worker_kit::convert::message;

use super::compared::Compared;
use super::options::Options;
use crate::pair_weights::distance_km;

/// Two rows of the regions compared.
#[derive(Debug, Clone, Copy)]
struct Pair {
    first: usize,
    second: usize,
    /// Nothing where the data set holds no borders.
    neighbours: Option<bool>,
    krugman: f64,
}

/// The pairs of the scope, ranked.
pub(crate) fn pairs(compared: &Compared, options: &Options) -> Result<Vec<v1::StructurePair>, Refusal> {
    let mut pairs = in_scope(compared, options.neighbours_only).map_err(Refusal::internal)?;
    let keys: Vec<Option<f64>> = pairs.iter().map(|pair| Some(tie_key(pair.krugman))).collect();
    let ranks = rank(&keys, RankMethod::Competition, RankOrder::LowestFirst);
    let mut ranked: Vec<(Pair, f64)> = pairs.drain(..).zip(ranks.into_iter().flatten()).collect();
    // Stable, so that ties stay in the order of codes.
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let shown = ranked.into_iter().map(|(pair, rank)| show(compared, pair, rank, options.contributions));
    shown.collect::<Result<_, StructureError>>().map_err(Refusal::internal)
}

/// Indices that differ by rounding only are a tie.
fn tie_key(krugman: f64) -> f64 {
    (krugman * 1e12).round()
}

fn in_scope(compared: &Compared, neighbours_only: bool) -> Result<Vec<Pair>, StructureError> {
    let mut pairs = Vec::new();
    for first in 0..compared.regions.len() {
        for second in first + 1..compared.regions.len() {
            let neighbours = are_neighbours(compared, first, second);
            if neighbours_only && neighbours != Some(true) {
                continue;
            }
            let krugman = krugman(compared.shares.row(first), compared.shares.row(second))?;
            pairs.push(Pair { first, second, neighbours, krugman });
        }
    }
    Ok(pairs)
}

fn are_neighbours(compared: &Compared, first: usize, second: usize) -> Option<bool> {
    let (first, second) = (compared.regions[first], compared.regions[second]);
    let borders = compared.panel.borders.as_ref()?;
    Some(borders.contains(&(first, second)) || borders.contains(&(second, first)))
}

fn show(compared: &Compared, pair: Pair, rank: f64, contributions: usize) -> Result<v1::StructurePair, StructureError> {
    let Pair { first, second, neighbours, krugman } = pair;
    let (first_shares, second_shares) = (compared.shares.row(first), compared.shares.row(second));
    let label = |row: usize| compared.panel.axes.regions.get(compared.regions[row]).map(message::region_label);
    let complementarity = match compared.specialised_in(first, second) {
        Some(specialised) => complementarity(first_shares, second_shares, &specialised)?,
        None => None,
    };
    Ok(v1::StructurePair {
        rank: message::count(rank as i64),
        first: label(first),
        second: label(second),
        neighbours,
        krugman,
        cosine: cosine(first_shares, second_shares)?,
        overlap: overlap(first_shares, second_shares)?,
        bray_curtis: bray_curtis(compared.amounts.region(first), compared.amounts.region(second))?,
        complementarity,
        distance_km: distance_km(&compared.panel, compared.regions[first], compared.regions[second]),
        contributions: listed(compared, first, second, contributions)?,
    })
}

/// Industries by their contribution, the largest first and then by code.
fn listed(
    compared: &Compared,
    first: usize,
    second: usize,
    most: usize,
) -> Result<Vec<v1::StructureContribution>, StructureError> {
    let (first, second) = (compared.shares.row(first), compared.shares.row(second));
    let contributions = krugman_contributions(first, second)?;
    let mut columns: Vec<usize> = (0..contributions.len()).collect();
    columns.sort_by(|&a, &b| contributions[b].total_cmp(&contributions[a]));
    let shown = columns.into_iter().take(most).map(|column| v1::StructureContribution {
        industry: compared.panel.axes.industries.get(column).map(message::industry_label),
        first_share: first[column],
        second_share: second[column],
        contribution: contributions[column],
    });
    Ok(shown.collect())
}
