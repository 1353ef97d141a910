//! What a request asks for, checked.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::relatedness::{LinkRule, Margins, Normalization};
use v1::link_rule::By;
use v1::{DensityWeight, RelatednessMargins, RelatednessMeasure, RelatednessSide};

use super::given::Given;
use crate::presence::Rule;

/// Links that nodes have on average where nothing else is asked for, and the step between thresholds.
const MEAN_DEGREE: f64 = 4.0;
const STEP: f64 = 0.05;

/// Runs of the search for communities at most, and where nothing else is asked for.
const MOST_RUNS: i32 = 1_000;
const RUNS: i32 = 10;

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) rule: Rule,
    pub(super) measure: RelatednessMeasure,
    /// How co-occurrences are normalised; nothing for correlations, and for what is given.
    pub(super) normalization: Option<Normalization>,
    pub(super) margins: Margins,
    pub(super) given: Given,
    pub(super) nearest: Option<usize>,
    pub(super) include_self: bool,
    pub(super) weight: DensityWeight,
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
        let given = Given::read(request.given)?;
        let measure = measure(request.measure, &given)?;
        let of_regions = of_regions(request.side)?;
        if of_regions && !given.is_empty() {
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
            measure,
            normalization: normalization(measure),
            margins: margins(request.margins)?,
            given,
            nearest: nearest(request.nearest)?,
            include_self: request.include_self,
            weight: weight(request.density_weight)?,
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

fn nearest(sent: Option<i32>) -> Result<Option<usize>, Refusal> {
    let Some(sent) = sent else { return Ok(None) };
    let nearest = usize::try_from(sent).ok().filter(|nearest| *nearest > 0);
    nearest.map(Some).ok_or_else(|| Refusal::invalid("nearest", sent, "1 or more"))
}

fn measure(sent: i32, given: &Given) -> Result<RelatednessMeasure, Refusal> {
    match RelatednessMeasure::try_from(sent) {
        Ok(RelatednessMeasure::Unspecified | RelatednessMeasure::Given) if !given.is_empty() => {
            Ok(RelatednessMeasure::Given)
        }
        Ok(RelatednessMeasure::Given) => Err(Refusal::invalid("given", "nothing", "pairs of industries, with GIVEN")),
        Ok(measure) if !given.is_empty() => {
            Err(Refusal::invalid("measure", measure.as_str_name(), "GIVEN or nothing, with relatedness given"))
        }
        Ok(RelatednessMeasure::Unspecified) => Ok(RelatednessMeasure::MinimumConditional),
        Ok(measure) => Ok(measure),
        Err(_) => Err(Refusal::invalid("measure", sent, "a RelatednessMeasure")),
    }
}

fn normalization(measure: RelatednessMeasure) -> Option<Normalization> {
    match measure {
        RelatednessMeasure::Unspecified | RelatednessMeasure::MinimumConditional => {
            Some(Normalization::MinimumConditional)
        }
        RelatednessMeasure::Conditional => Some(Normalization::Conditional),
        RelatednessMeasure::Probability => Some(Normalization::Probability),
        RelatednessMeasure::Association => Some(Normalization::Association),
        RelatednessMeasure::Cosine => Some(Normalization::Cosine),
        RelatednessMeasure::Jaccard => Some(Normalization::Jaccard),
        RelatednessMeasure::ZScore => Some(Normalization::ZScore),
        RelatednessMeasure::CoOccurrence => Some(Normalization::Count),
        RelatednessMeasure::Correlation | RelatednessMeasure::Given => None,
    }
}

fn margins(sent: i32) -> Result<Margins, Refusal> {
    match RelatednessMargins::try_from(sent) {
        Ok(RelatednessMargins::Unspecified | RelatednessMargins::Others) => Ok(Margins::Others),
        Ok(RelatednessMargins::Ubiquity) => Ok(Margins::Ubiquity),
        Err(_) => Err(Refusal::invalid("margins", sent, "a RelatednessMargins")),
    }
}

fn weight(sent: i32) -> Result<DensityWeight, Refusal> {
    match DensityWeight::try_from(sent) {
        Ok(DensityWeight::Unspecified) => Ok(DensityWeight::Presence),
        Ok(weight) => Ok(weight),
        Err(_) => Err(Refusal::invalid("density_weight", sent, "a DensityWeight")),
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
