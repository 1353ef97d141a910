//! What a request asks for, checked.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::relatedness::LinkRule;
use v1::RelatednessSide;
use v1::link_rule::By;

use crate::presence::Rule;
use crate::relatedness::{Relatedness, SentRelatedness};

/// Links that nodes have on average where nothing else is asked for, and the step between thresholds.
const MEAN_DEGREE: f64 = 4.0;
const STEP: f64 = 0.05;

/// Runs of the search for communities at most, and where nothing else is asked for.
const MOST_RUNS: i32 = 1_000;
const RUNS: i32 = 10;

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) rule: Rule,
    pub(super) related: Relatedness,
    pub(super) include_self: bool,
    pub(super) related_from: Option<f64>,
    pub(super) of_regions: bool,
    pub(super) links: LinkRule,
    pub(super) resolution: f64,
    pub(super) runs: u64,
    pub(super) seed: u64,
    pub(super) with_matrix: bool,
    pub(super) with_densities: bool,
}

impl Options {
    pub(super) fn read(request: v1::MapRelatednessRequest) -> Result<Self, Refusal> {
        let sent = SentRelatedness {
            measure: request.measure,
            margins: request.margins,
            given: request.given,
            given_one_way: request.given_one_way,
            nearest: request.nearest,
            density_weight: request.density_weight,
        };
        let related = Relatedness::read(sent, "", 0.0)?;
        let of_regions = of_regions(request.side)?;
        if of_regions && related.is_given() {
            return Err(Refusal::invalid("side", "REGIONS, with relatedness of industries given", "INDUSTRIES"));
        }
        let communities = request.communities.unwrap_or_default();
        let resolution = communities.resolution.unwrap_or(1.0);
        positive("communities.resolution", resolution)?;
        let runs = communities.runs.unwrap_or(RUNS);
        if !(1..=MOST_RUNS).contains(&runs) {
            return Err(Refusal::invalid("communities.runs", runs, &format!("1 to {MOST_RUNS}")));
        }
        if let Some(related_from) = request.related_from.filter(|related_from| !related_from.is_finite()) {
            return Err(Refusal::invalid("related_from", related_from, "a finite number"));
        }
        Ok(Self {
            rule: Rule::read(request.presence)?,
            related,
            include_self: request.include_self,
            related_from: request.related_from,
            of_regions,
            links: links(request.links)?,
            resolution,
            runs: u64::from(runs.unsigned_abs()),
            seed: communities.seed,
            with_matrix: request.with_matrix,
            with_densities: request.with_densities,
        })
    }
}

fn of_regions(sent: i32) -> Result<bool, Refusal> {
    match RelatednessSide::try_from(sent) {
        Ok(side) => Ok(side == RelatednessSide::Regions),
        Err(_) => Err(Refusal::invalid("side", sent, "a RelatednessSide")),
    }
}

fn links(sent: Option<v1::LinkRule>) -> Result<LinkRule, Refusal> {
    match sent.and_then(|links| links.by) {
        None => Ok(LinkRule::MeanDegree { most: MEAN_DEGREE, step: STEP }),
        Some(By::Tree(_)) => Ok(LinkRule::TreeOnly),
        Some(By::AtLeast(least)) => {
            positive("links.at_least", least)?;
            Ok(LinkRule::AtLeast(least))
        }
        Some(By::MeanDegree(v1::MeanDegree { most, step })) => {
            let step = step.unwrap_or(STEP);
            positive("links.mean_degree.most", most)?;
            positive("links.mean_degree.step", step)?;
            Ok(LinkRule::MeanDegree { most, step })
        }
    }
}

fn positive(field: &str, sent: f64) -> Result<(), Refusal> {
    if sent.is_finite() && sent > 0.0 { Ok(()) } else { Err(Refusal::invalid(field, sent, "a finite number above 0")) }
}
