//! CompareStructures: how alike regions are, pair by pair, against the reference, and in all.

mod compared;
mod options;
mod pairs;
#[cfg(test)]
mod tests;
mod tradable;

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_methods::division::{FrictionError, friction};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Method, PanelSource, SourcedPanel};
use tonic::Status;

use crate::pair_weights::PairWeights;
use crate::reading::{DEFAULTS, check_indicator, level_of_codes, single_period};
use compared::{Compared, split};
use options::Options;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/CompareStructures", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::CompareStructuresRequest,
) -> Result<v1::CompareStructuresResponse, Status> {
    let parsed = selection::parse(request.selection.take(), DEFAULTS)?;
    let options = Options::read(request)?;
    let period = single_period(&parsed.selection.periods)?;

    let source = panels.panel(&parsed.selection).await?;
    check_indicator(&source.panel)?;
    check_regions(&source.panel)?;
    level_of_codes(&parsed.selection.industries, &source.panel)?;
    let weights = options.weights_on(&source.panel)?;
    let mask = tradable::mask(panels, &parsed.selection, &source.panel, options.tradable_threshold).await?;
    let (panel, dropped) = resolve(&by_code(&mask.apply(&source.panel)?), parsed.missing)?;
    let (defined, undefined) = split(&panel, parsed.missing)?;
    let statuses = status_warnings(&panel, None);
    let results = if defined.is_empty() { Results::default() } else { Results::of(panel, defined, &options, weights)? };

    let warnings = source.panel.warnings.iter().chain(&mask.warnings).chain(&dropped).chain(&statuses);
    let unweighted = weights.is_none().then(no_pair_weights);
    let warnings = warnings.chain(&unweighted);
    let further: Vec<(&str, &SourcedPanel)> = mask.source.iter().map(|source| ("tradable", source)).collect();
    Ok(v1::CompareStructuresResponse {
        pairs: results.pairs,
        regions: results.regions,
        friction: results.friction,
        non_tradable: mask.non_tradable(&source.panel),
        undefined,
        krugman_reference: options::write_reference(options.reference).into(),
        period: period.to_string(),
        warnings: message::warnings(warnings),
        provenance: Some(METHOD.provenance(&source, &further)),
    })
}

/// What is computed from the regions that have a structure.
#[derive(Debug, Default)]
struct Results {
    pairs: Vec<v1::StructurePair>,
    regions: Vec<v1::RegionStructure>,
    friction: Option<v1::Friction>,
}

impl Results {
    fn of(
        panel: Arc<Panel>,
        regions: Vec<usize>,
        options: &Options,
        weights: Option<PairWeights>,
    ) -> Result<Self, Refusal> {
        let compared = Compared::of(panel, regions)?;
        Ok(Self {
            pairs: pairs::pairs(&compared, options)?,
            regions: compared.against(options.reference)?,
            friction: weights.map(|weights| friction_of(&compared, weights)).transpose()?.flatten(),
        })
    }
}

fn no_pair_weights() -> Warning {
    let text = "there is no friction: the data set holds no borders, and no other weights of pairs were asked for";
    Warning::new("NO_PAIR_WEIGHTS", text)
}

fn check_regions(panel: &Arc<Panel>) -> Result<(), Refusal> {
    match panel.axes.regions.len() {
        0 | 1 => Err(Refusal::invalid("selection.regions", "one region", "at least two regions")),
        _ => Ok(()),
    }
}

/// Friction over all pairs, also those that the scope leaves out; nothing where no pair has weight.
fn friction_of(compared: &Compared, weights: PairWeights) -> Result<Option<v1::Friction>, Refusal> {
    if compared.regions.len() < 2 {
        return Ok(None);
    }
    let sizes = compared.amounts.region_totals();
    let matrix = weights.matrix(&compared.panel, &compared.regions, sizes, "weights")?;
    match friction(&compared.shares, &matrix, None) {
        Ok(friction) => {
            let industries = compared.panel.axes.industries.iter().zip(&friction.by_industry);
            let parts = industries
                .map(|(industry, &part)| v1::FrictionPart { industry: Some(message::industry_label(industry)), part });
            Ok(Some(v1::Friction {
                index: friction.index,
                weights: weights.name().to_owned(),
                weight_sum: friction.weight_total,
                industries: parts.collect(),
            }))
        }
        Err(FrictionError::InvalidWeightSum { sum: 0.0 }) => Ok(None),
        Err(error) => Err(Refusal::internal(error)),
    }
}
