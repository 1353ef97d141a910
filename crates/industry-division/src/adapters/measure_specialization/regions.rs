//! How one-sided each region is.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::division::revealed_presence_cell;
use growthpole_methods::division::specialization::{
    IndustryGroups, OtherRegions, ReferenceStructure, SpecializationError, SpecializationProfile, krugman_of_others,
    specialization_profiles,
};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::period::PeriodData;
use super::{period_text, region_label};

/// The regions of a period, by code.
pub(super) fn regions(
    data: &PeriodData<'_>,
    groups: Option<&IndustryGroups>,
    threshold: f64,
    progress: &Progress,
) -> Result<Vec<v1::RegionSpecialization>, Refusal> {
    let (profiles, others) = measures(data, groups, progress)?;
    let one = |region: usize| {
        let (period, label) = (period_text(data.panel, data.period), region_label(data.panel, region));
        let shown = v1::RegionSpecialization { period, region: label, ..Default::default() };
        match data.defined.binary_search(&region).ok().and_then(|at| profiles.get(at).map(|profile| (at, profile))) {
            None => {
                let is_empty = data.totals[region] == Some(0.0) && data.benchmark.is_some();
                let reason = if is_empty { "EMPTY_REGION" } else { "MISSING_VALUE" }.to_owned();
                v1::RegionSpecialization { reason, ..shown }
            }
            Some((at, profile)) => {
                let present_industries = message::count(present(data, region, threshold));
                v1::RegionSpecialization { present_industries, ..filled(shown, profile, others.as_ref(), at) }
            }
        }
    };
    Ok((0..data.totals.len()).map(one).collect())
}

/// The measures of the regions that have a structure: none without a benchmark, and nothing against others where there is one.
fn measures(
    data: &PeriodData<'_>,
    groups: Option<&IndustryGroups>,
    progress: &Progress,
) -> Result<(Vec<SpecializationProfile>, Option<OtherRegions>), Refusal> {
    let (Some(rows), Some((industries, _))) = (data.rows()?, &data.benchmark) else { return Ok((Vec::new(), None)) };
    let reference = ReferenceStructure::try_new(industries).map_err(Refusal::internal)?;
    let profiles = specialization_profiles(&rows, &reference, groups, progress).map_err(refused)?;
    let others = match rows.n_regions() {
        1 => None,
        _ => Some(krugman_of_others(&rows, progress).map_err(refused)?),
    };
    Ok((profiles, others))
}

fn refused(error: SpecializationError) -> Refusal {
    match error {
        SpecializationError::Stopped(stopped) => refuse::stopped(stopped),
        error => Refusal::internal(error),
    }
}

/// Number of industries that count as present.
fn present(data: &PeriodData<'_>, region: usize, threshold: f64) -> usize {
    let (Some(total), Some((industries, whole))) = (data.totals[region], &data.benchmark) else { return 0 };
    let is_present = |(column, industry): (usize, &f64)| {
        let amount = data.panel.value(data.period, region, column)?;
        revealed_presence_cell(amount, total, *industry, *whole, threshold)
    };
    industries.iter().enumerate().filter(|cell| is_present(*cell) == Some(true)).count()
}

/// The measures of one region, the one at a position among those that have a structure.
fn filled(
    shown: v1::RegionSpecialization,
    profile: &SpecializationProfile,
    others: Option<&OtherRegions>,
    at: usize,
) -> v1::RegionSpecialization {
    let of_others = |which: fn(&OtherRegions) -> &[f64]| others.and_then(|others| which(others).get(at).copied());
    v1::RegionSpecialization {
        krugman: Some(profile.krugman),
        krugman_rest: of_others(|others| &others.rest),
        krugman_mean_of_others: of_others(|others| &others.mean_of_others),
        krugman_mean_of_pairs: of_others(|others| &others.mean_of_pairs),
        hoover: Some(profile.hoover),
        relative_diversity: profile.relative_diversity,
        gini: profile.gini,
        herfindahl: Some(profile.herfindahl.index),
        normalized_herfindahl: profile.herfindahl.normalized,
        equivalent_number: Some(profile.herfindahl.equivalent_number),
        entropy: Some(profile.entropy.nats),
        relative_entropy: profile.entropy.relative,
        average_quotient: profile.average_quotient,
        hachman: Some(profile.hachman),
        theil: profile.theil,
        related_variety: profile.variety.map(|variety| variety.related),
        unrelated_variety: profile.variety.map(|variety| variety.unrelated),
        ..shown
    }
}
