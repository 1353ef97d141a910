//! Figures as answers show them: beside the peers, and drawn together.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::division::transition::{CompositeError, PeerComposite, Peers, peer_composite};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::figures::Figure;
use super::inputs::Inputs;
use super::options::{MEASURES, Options};
use super::stages::stage;

/// Levels and changes of a measure among the peers.
struct Among {
    levels: Peers,
    changes: Peers,
}

impl Among {
    fn of(inputs: &Inputs, figures: &[Figure]) -> Self {
        let of_peers = || inputs.peers.iter().filter_map(|&row| figures.get(row));
        Self {
            levels: Peers::of(of_peers().filter_map(|figure| figure.level.ok())),
            changes: Peers::of(of_peers().filter_map(Figure::change)),
        }
    }

    fn figure(&self, measure: v1::TransitionMeasure, figure: &Figure) -> v1::TransitionFigure {
        let reason = |outcome: super::Outcome| outcome.err().unwrap_or_default().to_owned();
        let change = figure.change();
        v1::TransitionFigure {
            measure: measure.into(),
            level: figure.level.ok(),
            base_level: figure.base_level.ok(),
            change,
            rank: figure.level.ok().map(|level| message::count(self.levels.rank(level))),
            change_rank: change.map(|change| message::count(self.changes.rank(change))),
            reason: reason(figure.level),
            base_reason: reason(figure.base_level),
        }
    }
}

/// Every measure among the peers.
pub(super) fn peers(inputs: &Inputs, figures: &[Vec<Figure>]) -> Vec<v1::TransitionPeers> {
    let row = |(measure, figures): (v1::TransitionMeasure, &Vec<Figure>)| {
        let among = Among::of(inputs, figures);
        v1::TransitionPeers {
            measure: measure.into(),
            count: message::count(among.levels.count()),
            median: among.levels.median(),
            change_count: message::count(among.changes.count()),
            median_change: among.changes.median(),
        }
    };
    MEASURES.into_iter().zip(figures).map(row).collect()
}

/// The regions that are assessed.
pub(super) fn regions(
    inputs: &Inputs,
    options: &Options,
    figures: &[Vec<Figure>],
    progress: &Progress,
) -> Result<Vec<v1::TransitionRegion>, Refusal> {
    progress.expect(inputs.assessed.len());
    let among: Vec<Among> = figures.iter().map(|figures| Among::of(inputs, figures)).collect();
    let composite = composite(options, figures)?;
    let ranked = composite
        .as_ref()
        .map(|composite| Peers::of(inputs.peers.iter().filter_map(|&row| *composite.values.get(row)?)));
    let region = |&row: &usize| {
        progress.advance(1).map_err(refuse::stopped)?;
        let own = MEASURES.into_iter().zip(&among).zip(figures);
        let figures_of_row = own.filter_map(|((measure, among), own)| Some(among.figure(measure, own.get(row)?)));
        let (stage, evidence, stage_reason) = match stage(inputs, options.rule, row) {
            Ok((stage, evidence)) => (stage, Some(evidence), ""),
            Err(reason) => (v1::ResourceStage::Unspecified, None, reason),
        };
        let value = composite.as_ref().and_then(|composite| *composite.values.get(row)?);
        Ok(v1::TransitionRegion {
            region: inputs.panel.axes.regions.get(row).map(message::region_label),
            figures: figures_of_row.collect(),
            stage: stage.into(),
            evidence,
            stage_reason: stage_reason.to_owned(),
            composite: value,
            composite_rank: value.zip(ranked.as_ref()).map(|(value, ranked)| message::count(ranked.rank(value))),
            parts: parts(options, figures, composite.as_ref(), row),
        })
    };
    inputs.assessed.iter().map(region).collect()
}

/// The composite of all rows; none where none was asked for, or where nobody has a value of one of its measures.
fn composite(options: &Options, figures: &[Vec<Figure>]) -> Result<Option<PeerComposite>, Refusal> {
    if options.weights.is_empty() {
        return Ok(None);
    }
    let levels = |(measure, _): &(usize, f64)| {
        figures.get(*measure).map(|own| own.iter().map(|figure| figure.level.ok()).collect()).unwrap_or_default()
    };
    let measures: Vec<Vec<Option<f64>>> = options.weights.iter().map(levels).collect();
    let measures: Vec<&[Option<f64>]> = measures.iter().map(Vec::as_slice).collect();
    let weights: Vec<f64> = options.weights.iter().map(|(_, weight)| *weight).collect();
    match peer_composite(&measures, &weights) {
        Ok(composite) => Ok(Some(composite)),
        Err(CompositeError::NoScale { .. }) => Ok(None),
        Err(error) => Err(Refusal::internal(error)),
    }
}

fn parts(
    options: &Options,
    figures: &[Vec<Figure>],
    composite: Option<&PeerComposite>,
    row: usize,
) -> Vec<v1::TransitionPart> {
    let size: f64 = options.weights.iter().map(|(_, weight)| weight.abs()).sum();
    let part = |(at, (measure, weight)): (usize, &(usize, f64))| {
        let level = figures.get(*measure).and_then(|own| own.get(row)?.level.ok());
        let scale = composite.and_then(|composite| composite.scales.get(at));
        let standardized = level.zip(scale).map(|(level, scale)| scale.standardize(level));
        let weight = weight / size;
        v1::TransitionPart {
            measure: MEASURES.get(*measure).copied().unwrap_or_default().into(),
            weight,
            standardized,
            part: standardized.map(|standardized| weight * standardized),
        }
    };
    options.weights.iter().enumerate().map(part).collect()
}
