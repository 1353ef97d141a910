//! What a reader of a roll-up should know.

use std::collections::BTreeSet;

use growthpole_domain::Warning;
use growthpole_domain::rollup::{Aggregate, Basis};

use super::{AggregateSet, ConversionReport};

/// Adds the warnings that the results give rise to; takes back upper bounds that lie below the lower ones.
pub(super) fn note(set: &mut AggregateSet) {
    let mut warnings = Vec::new();
    warnings.extend(left_out(set, "SUPPRESSED_CELLS_LEFT_OUT", "suppressed", |result| result.counts.suppressed));
    warnings.extend(left_out(set, "MISSING_CELLS_LEFT_OUT", "missing", |result| result.counts.missing));
    warnings.extend(left_out(set, "UNWEIGHTED_CELLS_LEFT_OUT", "unweighted", |result| result.counts.without_weight));
    warnings.extend(without_value(set));
    let published = set.iter().filter(|result| result.basis == Basis::Published).count();
    warnings.extend(some(published, "PUBLISHED_INSTEAD", |count| {
        format!("{count} results with cells that have no value are the published figures of their targets")
    }));
    warnings.extend(bounds(set));
    let industries = |warning: Warning, codes: Vec<String>| warning.with_industries(codes);
    let regions = |warning: Warning, codes: Vec<String>| warning.with_regions(codes);
    warnings.extend(conversion(set.conversion.as_ref(), "industries", industries));
    warnings.extend(conversion(set.region_conversion.as_ref(), "regions", regions));
    for result in set.results.iter_mut().flatten() {
        if contradicts(result) {
            result.upper = None;
        }
    }
    set.warnings.extend(warnings);
}

fn contradicts(result: &Aggregate) -> bool {
    result.lower.zip(result.upper).is_some_and(|(lower, upper)| upper < lower)
}

fn some(count: usize, code: &'static str, text: impl Fn(usize) -> String) -> Option<Warning> {
    (count > 0).then(|| Warning::new(code, text(count)))
}

/// Results that have a value although cells were left out of it.
fn left_out(set: &AggregateSet, code: &'static str, what: &str, count: fn(&Aggregate) -> u64) -> Option<Warning> {
    let is_partial = |result: &&Aggregate| result.basis == Basis::KnownOnly && count(result) > 0;
    let (mut results, mut cells, mut regions) = (0, 0, BTreeSet::new());
    for result in set.iter().filter(is_partial) {
        results += 1;
        cells += count(result);
        regions.insert(set.region(result));
    }
    let total = set.iter().count();
    let text =
        |results| format!("{what} cells are left out of {results} of {total} results, {cells} altogether (status D)");
    some(results, code, text).map(|warning| warning.with_regions(regions.into_iter().map(str::to_owned)))
}

fn without_value(set: &AggregateSet) -> Option<Warning> {
    let none: Vec<&Aggregate> = set.iter().filter(|result| result.value.is_none()).collect();
    let suppressed = none.iter().filter(|result| result.counts.suppressed > 0).count();
    let bounded = none.iter().filter(|result| result.lower.is_some()).count();
    let total = set.iter().count();
    let text = |count| {
        let bounds = if bounded > 0 { format!(", {bounded} of them bounds instead") } else { String::new() };
        let others = count - suppressed;
        format!(
            "{count} of {total} results have no value{bounds}: {suppressed} because cells are suppressed, {others} because \
             cells are missing"
        )
    };
    let regions: BTreeSet<&str> = none.iter().map(|result| set.region(result)).collect();
    let regions = regions.into_iter().map(str::to_owned);
    some(none.len(), "RESULTS_WITHOUT_VALUE", text).map(|warning| warning.with_regions(regions))
}

fn bounds(set: &AggregateSet) -> Vec<Warning> {
    let bounded = set.iter().filter(|result| result.lower.is_some()).count();
    let contradictory = set.iter().filter(|result| contradicts(result)).count();
    let assumed = some(bounded, "BOUNDS_ASSUME_NOT_NEGATIVE", |count| {
        format!("the bounds of {count} results take for granted that no hidden value is negative")
    });
    let contradicted = some(contradictory, "BOUNDS_CONTRADICTED", |count| {
        format!("{count} results have no upper bound, because what is published is less than what is known")
    });
    assumed.into_iter().chain(contradicted).collect()
}

fn conversion(
    report: Option<&ConversionReport>,
    what: &str,
    touching: fn(Warning, Vec<String>) -> Warning,
) -> Vec<Warning> {
    let Some(report) = report else { return Vec::new() };
    let found = &report.conversion;
    let named = |code: &'static str, codes: &[String], text: &str| {
        (!codes.is_empty()).then(|| touching(Warning::new(code, format!("{} {text}", codes.len())), codes.to_vec()))
    };
    let joined: Vec<String> = found.joined.keys().cloned().collect();
    let uncovered = format!("{what} are not in the table; their sum is the remainder");
    let divided = format!("{what} were divided by the table's shares");
    [
        named("CORRESPONDENCE_NOT_COVERED", &found.uncovered, &uncovered),
        named("CORRESPONDENCE_DIVIDED", &found.divided, &divided),
        named("CORRESPONDENCE_JOINED", &joined, "results stand for several new codes that cannot be told apart"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
