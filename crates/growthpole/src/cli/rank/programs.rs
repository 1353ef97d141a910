//! A ranking as records for programs: a region a record, with columns for what was asked for.

use std::collections::BTreeMap;

use growthpole_contracts::v1::{RankGrowthResponse, RankUncertainty, RankedRegion, RegionAcceleration, RegionRanks};

use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{exact, rank, region};

const COLUMNS: [&str; 11] = [
    "rank",
    "region",
    "region_name",
    "growth",
    "gap",
    "percentile",
    "contribution",
    "tied_with",
    "unranked_reason",
    "first_period",
    "last_period",
];

/// What may be known of a region.
#[derive(Default)]
struct Known<'a> {
    ranked: Option<&'a RankedRegion>,
    acceleration: Option<&'a RegionAcceleration>,
    ranks: Option<&'a RegionRanks>,
}

/// A further column; empty where it is not known.
type Column = (&'static str, fn(&Known<'_>) -> Option<f64>);

pub(super) fn programs(answer: &RankGrowthResponse) -> View {
    let columns = columns(answer);
    let names = columns.iter().map(|(name, _)| *name);
    let mut records = Records::new(COLUMNS).with_columns(names);
    let known = known(answer);
    let further = |code: &str| -> Vec<String> {
        let nothing = Known::default();
        let known = known.get(code).unwrap_or(&nothing);
        columns.iter().map(|(_, value)| exact(value(known))).collect()
    };
    let (first, last) = (&answer.first_period, &answer.last_period);
    for row in &answer.ranked {
        let (code, name) = region(&row.region);
        let more = further(&code);
        let cells = [
            rank(row.rank),
            code,
            name,
            exact(row.growth),
            exact(row.gap),
            exact(row.percentile),
            exact(row.contribution),
            row.tied_with.join(";"),
            String::new(),
            first.clone(),
            last.clone(),
        ];
        records.cells(cells.into_iter().chain(more).collect());
    }
    for row in &answer.unranked {
        let (code, name) = region(&row.region);
        let more = further(&code);
        let nothing = String::new;
        let cells = [
            nothing(),
            code,
            name,
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            row.reason.clone(),
            first.clone(),
            last.clone(),
        ];
        records.cells(cells.into_iter().chain(more).collect());
    }
    View { records, ..super::notes(answer) }
}

/// What is known of each region, by code.
fn known(answer: &RankGrowthResponse) -> BTreeMap<&str, Known<'_>> {
    let mut known: BTreeMap<&str, Known<'_>> = BTreeMap::new();
    for row in &answer.ranked {
        known.entry(row.region.as_ref().map_or("", |region| &region.code)).or_default().ranked = Some(row);
    }
    for row in answer.acceleration.iter().flat_map(|ranking| &ranking.ranked) {
        known.entry(row.region.as_ref().map_or("", |region| &region.code)).or_default().acceleration = Some(row);
    }
    for row in answer.agreement.iter().flat_map(|agreement| &agreement.regions) {
        known.entry(row.region.as_ref().map_or("", |region| &region.code)).or_default().ranks = Some(row);
    }
    known
}

fn uncertainty(known: &Known<'_>, value: fn(&RankUncertainty) -> Option<f64>) -> Option<f64> {
    value(known.ranked?.uncertainty.as_ref()?)
}

/// The columns of what the answer holds beyond the ranking.
fn columns(answer: &RankGrowthResponse) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    if answer.ranked.iter().any(|row| row.share_before.is_some()) {
        columns.push(("share_before", |known| known.ranked?.share_before));
        columns.push(("share_last", |known| known.ranked?.share_last));
    }
    if answer.weighted.is_some() {
        columns.push(("weight", |known| known.ranked?.weight));
        columns.push(("weighted_percentile", |known| known.ranked?.weighted_percentile));
    }
    if answer.ranked.iter().any(|row| row.volatility.is_some()) {
        columns.push(("standard_deviation", |known| Some(known.ranked?.volatility?.standard_deviation)));
        columns.push(("mean_squared_successive_difference", |known| {
            Some(known.ranked?.volatility?.mean_squared_successive_difference)
        }));
    }
    if answer.uncertainty.is_some() {
        columns.push(("standard_error", |known| uncertainty(known, |own| Some(own.standard_error))));
        columns.push(("expected_rank", |known| uncertainty(known, |own| Some(own.expected_rank))));
        columns.push(("rank_lower", |known| uncertainty(known, |own| Some(own.rank_lower))));
        columns.push(("rank_upper", |known| uncertainty(known, |own| Some(own.rank_upper))));
        columns.push(("set_lower", |known| uncertainty(known, |own| own.set_lower.map(f64::from))));
        columns.push(("set_upper", |known| uncertainty(known, |own| own.set_upper.map(f64::from))));
        if answer.ranked.iter().flat_map(|row| &row.uncertainty).any(|own| own.simultaneous_lower.is_some()) {
            let (lower, upper) = ("simultaneous_lower", "simultaneous_upper");
            columns.push((lower, |known| uncertainty(known, |own| own.simultaneous_lower.map(f64::from))));
            columns.push((upper, |known| uncertainty(known, |own| own.simultaneous_upper.map(f64::from))));
        }
        columns.push(("probability_first", |known| uncertainty(known, |own| Some(own.probability_first))));
        columns.push(("probability_last", |known| uncertainty(known, |own| Some(own.probability_last))));
        columns
            .push(("probability_above_benchmark", |known| uncertainty(known, |own| own.probability_above_benchmark)));
    }
    if answer.acceleration.is_some() {
        columns.push(("earlier_growth", |known| Some(known.acceleration?.earlier_growth)));
        columns.push(("later_growth", |known| Some(known.acceleration?.later_growth)));
        columns.push(("acceleration", |known| Some(known.acceleration?.acceleration)));
        columns.push(("acceleration_rank", |known| Some(known.acceleration?.rank)));
    }
    if answer.agreement.is_some() {
        columns.push(("mean_rank", |known| Some(known.ranks?.mean_rank)));
        columns.push(("aggregate_rank", |known| Some(known.ranks?.aggregate_rank)));
    }
    columns
}
