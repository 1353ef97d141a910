//! The cells of the answer, by region and industry.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::division::{
    Interval, QuotientDraws, QuotientIntervals, QuotientStandard, absolute_excess_cell, additive_quotient_cell,
    log_quotient, normalized_quotient_cell, revealed_presence_cell, symmetric_quotient, weighted_quotient,
};
use growthpole_methods::stats::Spread;

use super::bootstrap::Intervals;
use super::options::Options;
use super::period::PeriodData;
use super::{industry_label, period_text, region_label};

/// The cells of a period, of the columns that are shown.
pub(super) fn cells(
    data: &PeriodData<'_>,
    columns: &[usize],
    options: &Options,
    draws: Option<&QuotientDraws>,
    progress: &Progress,
) -> Result<Vec<v1::SpecializationCell>, Refusal> {
    let mut of_draws = draws.map(|draws| Intervals::of(data, draws, progress)).transpose()?.flatten();
    let standards: Vec<Standards> = columns.iter().map(|&column| Standards::of(data, column)).collect();
    let mut cells = Vec::new();
    for region in 0..data.totals.len() {
        let quotients = data.quotients_of(region);
        let weighted = weighted_quotient(&quotients);
        let intervals = match (data.defined.binary_search(&region), &mut of_draws) {
            (Ok(at), Some(of_draws)) => of_draws.of_region(at)?,
            _ => &[],
        };
        for (&column, standards) in columns.iter().zip(&standards) {
            let amount = data.panel.value(data.period, region, column);
            if options.omit_absent && amount == Some(0.0) {
                continue;
            }
            let quotient = quotients[column];
            cells.push(v1::SpecializationCell {
                standardized: standards.plain.zip(quotient).and_then(|(standard, own)| standard.score(own)),
                standardized_logarithmic: standards
                    .logarithmic
                    .zip(quotient.and_then(log_quotient))
                    .and_then(|(standard, own)| standard.score(own)),
                weighted: weighted[column],
                intervals: quotient
                    .and(intervals.get(column))
                    .map(|intervals| intervals_message(intervals, quotient, data.totals[region])),
                ..cell(data, region, column, quotient, options.threshold)
            });
        }
    }
    Ok(cells)
}

/// What the quotients of one industry are standardised by.
struct Standards {
    plain: Option<QuotientStandard>,
    logarithmic: Option<QuotientStandard>,
}

impl Standards {
    fn of(data: &PeriodData<'_>, column: usize) -> Self {
        let quotients: Vec<Option<f64>> = (0..data.totals.len()).map(|region| data.quotient(region, column)).collect();
        let plain = QuotientStandard::of(&quotients, Spread::Sample);
        Self { plain, logarithmic: QuotientStandard::of_logarithms(&quotients, Spread::Sample) }
    }
}

/// A cell with the forms of its quotient that need no others.
fn cell(
    data: &PeriodData<'_>,
    region: usize,
    column: usize,
    quotient: Option<f64>,
    threshold: f64,
) -> v1::SpecializationCell {
    let amount = data.panel.value(data.period, region, column);
    let mut cell = v1::SpecializationCell {
        period: period_text(data.panel, data.period),
        region: region_label(data.panel, region),
        industry: industry_label(data.panel, column),
        amount,
        reason: data.reason(region, column).to_owned(),
        ..v1::SpecializationCell::default()
    };
    let (Some(amount), Some(total), Some((industries, whole))) = (amount, data.totals[region], &data.benchmark) else {
        return cell;
    };
    let industry = industries[column];
    cell.share = (total > 0.0).then(|| amount / total);
    cell.location_quotient = quotient;
    cell.symmetric = quotient.and_then(symmetric_quotient);
    cell.logarithmic = quotient.and_then(log_quotient);
    cell.additive = additive_quotient_cell(amount, total, industry, *whole);
    cell.additive_of_industry = additive_quotient_cell(amount, industry, total, *whole);
    cell.excess = absolute_excess_cell(amount, total, industry, *whole);
    cell.normalized = normalized_quotient_cell(amount, total, industry, *whole);
    cell.present = revealed_presence_cell(amount, total, industry, *whole, threshold);
    cell
}

fn intervals_message(
    intervals: &QuotientIntervals,
    quotient: Option<f64>,
    total: Option<f64>,
) -> v1::SpecializationIntervals {
    let through = |form: fn(f64) -> Option<f64>| {
        let ends = intervals.quotient?;
        Some(v1::QuotientInterval { lower: form(ends.lower), upper: form(ends.upper) })
    };
    // The amount beyond the benchmark's share is the difference of shares times the region's total.
    let excess = total.map(|total| {
        let Interval { lower, upper } = intervals.additive;
        interval_message(Interval { lower: total * lower, upper: total * upper })
    });
    let is_present = quotient.is_some_and(|quotient| quotient > 0.0);
    v1::SpecializationIntervals {
        location_quotient: intervals.quotient.map(interval_message),
        symmetric: through(|end| if end == f64::INFINITY { Some(1.0) } else { symmetric_quotient(end) }),
        logarithmic: through(log_quotient).filter(|_| is_present),
        standardized: intervals.standardized.map(interval_message),
        additive: Some(interval_message(intervals.additive)),
        weighted: intervals.weighted.map(interval_message),
        standardized_logarithmic: intervals.standardized_logarithm.map(interval_message),
        excess,
        normalized: Some(interval_message(intervals.normalized)),
        additive_of_industry: intervals.additive_of_industry.map(interval_message),
    }
}

/// An interval as answers show it.
pub(super) fn interval_message(interval: Interval) -> v1::QuotientInterval {
    let finite = |end: f64| Some(end).filter(|end| end.is_finite());
    v1::QuotientInterval { lower: finite(interval.lower), upper: finite(interval.upper) }
}
