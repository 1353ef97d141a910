//! Rank correlation between periods.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{RankPairs, RankPairsError, kendall, local_tau, spearman};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::Tracked;
use super::inference::long;

/// The first period with the last, then each with the next; two periods are one pair only.
pub(super) fn compute(tracked: &Tracked, progress: &Progress) -> Result<Vec<v1::RankCorrelation>, Refusal> {
    let last = tracked.periods.len() - 1;
    let steps = if last > 1 { last } else { 0 };
    progress.expect(steps + 1);
    let mut correlations = Vec::with_capacity(steps + 1);
    let ends = std::iter::once((0, last));
    for (first, second) in ends.chain((0..steps).map(|step| (step, step + 1))) {
        let (regions, pairs) = rank_pairs(tracked, first, second)?;
        let whole = correlations.is_empty();
        let local = if whole { local(tracked, &regions, &pairs) } else { Vec::new() };
        correlations.push(correlation(tracked, [first, second], &pairs, local));
        progress.advance(1).map_err(refuse::stopped)?;
    }
    Ok(correlations)
}

fn local(tracked: &Tracked, regions: &[usize], pairs: &RankPairs) -> Vec<v1::LocalTau> {
    let taus = regions.iter().zip(local_tau(pairs));
    taus.map(|(&region, tau)| v1::LocalTau { region: tracked.region(region), tau }).collect()
}

fn correlation(
    tracked: &Tracked,
    [first, second]: [usize; 2],
    pairs: &RankPairs,
    local: Vec<v1::LocalTau>,
) -> v1::RankCorrelation {
    let (tau, rho) = (kendall(pairs), spearman(pairs));
    v1::RankCorrelation {
        first_period: tracked.period(first),
        second_period: tracked.period(second),
        regions: message::count(pairs.n_regions()),
        concordant: long(tau.concordant),
        discordant: long(tau.discordant),
        equal_in_first: long(tau.equal_in_first),
        equal_in_second: long(tau.equal_in_second),
        equal_in_both: long(tau.equal_in_both),
        kendall_tau_b: tau.tau_b,
        kendall_tau_a: tau.tau_a,
        kendall_z: tau.z,
        kendall_p: tau.p,
        spearman: rho.rho,
        spearman_p: rho.p,
        local,
    }
}

/// The regions with values in both periods, and their rankings.
fn rank_pairs(tracked: &Tracked, first: usize, second: usize) -> Result<(Vec<usize>, RankPairs), Refusal> {
    let (before, after) = (tracked.values.row(first), tracked.values.row(second));
    let known: Vec<usize> =
        (0..before.len()).filter(|&region| !before[region].is_nan() && !after[region].is_nan()).collect();
    let of = |row: &[f64]| known.iter().map(|&region| row[region]).collect::<Vec<f64>>();
    match RankPairs::try_new(&of(before), &of(after)) {
        Ok(pairs) => Ok((known, pairs)),
        Err(error) => Err(refuse_pairs(error, [tracked.period(first), tracked.period(second)])),
    }
}

/// Refuses two periods whose ranks cannot be compared.
pub(super) fn refuse_pairs(error: RankPairsError, [first, second]: [String; 2]) -> Refusal {
    let (message, period) = match error {
        RankPairsError::AllEqual { which } => {
            let period = if which == "first" { first } else { second };
            (format!("all values of {period} are equal, so that they rank nothing"), period)
        }
        RankPairsError::TooFew { .. } | RankPairsError::LengthsDiffer { .. } => {
            (format!("fewer than two regions have values in both {first} and {second}"), second)
        }
        RankPairsError::NotFinite { value, .. } => (format!("{value} in {first} or {second} cannot be ranked"), second),
    };
    refuse::undefined(message, "period", &period)
}
