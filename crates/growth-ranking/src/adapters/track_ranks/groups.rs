//! Rank mobility within and between groups of regions.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{
    Draws, GroupConcordance, Groups, RankPairs, RegionalTauError, Theta, ThetaError, regional_tau, theta,
};
use growthpole_worker_kit::{PanelSource, refuse};
use tonic::Status;

use super::super::named_regions::{self, partition};
use super::super::series::Series;
use super::correlation::refuse_pairs;
use super::inference::{long, permutation_test};
use super::{Tracked, check_complete};

const MOST_GROUPS: usize = 50;

/// Groups that hold all regions, by name.
pub(super) struct GroupMobility {
    names: Vec<String>,
    groups: Groups,
    draws: Draws,
}

impl GroupMobility {
    pub(super) async fn read(
        panels: &dyn PanelSource,
        series: &Series,
        options: &v1::GroupMobilityOptions,
        draws: Draws,
    ) -> Result<Self, Status> {
        const FIELD: &str = "group_mobility.groups";
        let sent = options.groups.len();
        if !(2..=MOST_GROUPS).contains(&sent) {
            let allowed = format!("2 to {MOST_GROUPS} groups");
            return Err(Refusal::invalid(FIELD, format!("{sent} groups"), &allowed).into());
        }
        let sets = named_regions::read(panels, series, &options.groups, FIELD).await?;
        let of_regions = partition(series, &sets, FIELD)?;
        check_complete(series, 0..series.periods.len(), "group_mobility")?;
        let groups = Groups::try_new(of_regions, sets.len()).map_err(Refusal::internal)?;
        Ok(Self { names: sets.into_iter().map(|set| set.name).collect(), groups, draws })
    }

    pub(super) fn compute(&self, tracked: &Tracked, progress: &Progress) -> Result<v1::GroupMobility, Refusal> {
        let thetas = theta(&tracked.values, &self.groups, self.draws, progress).map_err(|error| match error {
            ThetaError::Stopped(stopped) => refuse::stopped(stopped),
            ThetaError::NotFinite { period, region, value } => tracked.refuse_value(period, region, value),
            other => Refusal::internal(other),
        })?;
        let last = tracked.periods.len() - 1;
        let ranks = RankPairs::try_new(tracked.values.row(0), tracked.values.row(last))
            .map_err(|error| refuse_pairs(error, [tracked.period(0), tracked.period(last)]))?;
        let concordance = regional_tau(&ranks, &self.groups, self.draws, progress).map_err(|error| match error {
            RegionalTauError::Stopped(stopped) => refuse::stopped(stopped),
            other @ RegionalTauError::Groups(_) => Refusal::internal(other),
        })?;
        let n = tracked.regions.len() as u64;
        Ok(v1::GroupMobility {
            groups: self.names.clone(),
            steps: thetas.iter().enumerate().map(|(step, own)| theta_step(tracked, step, own)).collect(),
            most_rank_changes: long(n * n / 2),
            concordance: concordance.iter().map(|own| self.concordance(own)).collect(),
        })
    }

    fn concordance(&self, own: &GroupConcordance) -> v1::GroupConcordance {
        let name = |group: usize| self.names.get(group).cloned().unwrap_or_default();
        v1::GroupConcordance {
            first_group: name(own.first),
            second_group: name(own.second),
            pairs: long(own.pairs),
            tau: own.tau,
            test: own.test.as_ref().map(permutation_test),
        }
    }
}

fn theta_step(tracked: &Tracked, step: usize, own: &Theta) -> v1::ThetaStep {
    v1::ThetaStep {
        first_period: tracked.period(step),
        second_period: tracked.period(step + 1),
        rank_changes: own.rank_changes,
        theta: own.theta,
        test: own.test.as_ref().map(permutation_test),
    }
}
