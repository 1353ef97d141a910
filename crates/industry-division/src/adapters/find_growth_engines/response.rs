//! Candidates as answers show them.

use std::collections::BTreeSet;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_methods::Progress;
use growthpole_methods::division::engines::{Criterion, EngineScores};
use growthpole_methods::stats::Scale;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::industry_code;
use growthpole_worker_kit::refuse;

use super::options::CRITERIA;
use super::snapshot::{Snapshot, Structure, name};
use super::space::Space;

/// What candidates are shown from.
pub(super) struct Shown<'a> {
    pub(super) space: &'a Space,
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) criteria: &'a [Criterion<'a>],
    pub(super) found: &'a EngineScores,
    /// Structure of the outcome period, where one was asked for.
    pub(super) outcome: Option<&'a Structure<'a>>,
    /// 0 for all.
    pub(super) limit: usize,
}

impl Shown<'_> {
    /// The regions of the answer.
    pub(super) fn regions(&self, progress: &Progress) -> Result<Vec<v1::RegionEngines>, Refusal> {
        progress.expect(self.space.rows.len());
        let region = |&row: &usize| {
            progress.advance(1).map_err(refuse::stopped)?;
            Ok(self.region(row))
        };
        self.space.rows.iter().map(region).collect()
    }

    fn region(&self, row: usize) -> v1::RegionEngines {
        let is_shown = |column: &usize| self.space.columns.binary_search(column).is_ok();
        let ranked: Vec<usize> = self.found.ranked(row).into_iter().filter(is_shown).collect();
        let pareto = self.found.pareto(self.criteria, row, &ranked);
        let listed = if self.limit == 0 { ranked.len() } else { self.limit.min(ranked.len()) };
        let scores = self.found.scores.row(row);
        let mut rank = 0;
        let mut engines = Vec::with_capacity(listed);
        for (at, &column) in ranked.iter().take(listed).enumerate() {
            // Ties share the best rank.
            if at == 0 || scores[column] < scores[ranked[at - 1]] {
                rank = at + 1;
            }
            engines.push(self.engine(row, column, rank, pareto[at]));
        }
        let in_set = ranked.iter().zip(&pareto).filter(|(_, in_set)| **in_set);
        let unscored = self.found.unscored.iter().filter(|(own, column, _)| *own == row && is_shown(column));
        v1::RegionEngines {
            region: self.panel().axes.regions.get(row).map(message::region_label),
            candidates: message::count(ranked.len()),
            engines,
            pareto: in_set.filter_map(|(&column, _)| self.label(column)).collect(),
            unscored: unscored.map(|&(_, column, criterion)| self.unscored(column, criterion)).collect(),
        }
    }

    fn engine(&self, row: usize, column: usize, rank: usize, pareto: bool) -> v1::GrowthEngine {
        let outcome = self.outcome;
        v1::GrowthEngine {
            industry: self.label(column),
            rank: message::count(rank),
            score: self.found.scores.get(row, column),
            pareto,
            location_quotient: self.snapshot.structure.quotient(row, column).unwrap_or_default(),
            values: self.values(row, column),
            entered: outcome.map(|later| later.presence.is_present(row, column)),
            outcome_quotient: outcome.and_then(|later| later.quotient(row, column)),
        }
    }

    fn values(&self, row: usize, column: usize) -> Vec<v1::EngineValue> {
        let own = CRITERIA.into_iter().zip(self.criteria).zip(&self.found.scales);
        let value = |((criterion, own), scale): ((v1::EngineCriterion, &Criterion<'_>), &Option<_>)| {
            let (value, scale): (f64, &Scale) = (own.values.get(row, column), scale.as_ref()?);
            let standardized = scale.standardize(value);
            (!value.is_nan()).then(|| v1::EngineValue {
                criterion: criterion.into(),
                value,
                standardized,
                contribution: own.signed_weight() * standardized,
            })
        };
        own.filter_map(value).collect()
    }

    fn unscored(&self, column: usize, criterion: usize) -> v1::UnscoredCandidate {
        let criterion = CRITERIA.get(criterion).copied().unwrap_or_default();
        v1::UnscoredCandidate { industry: self.label(column), criterion: criterion.into() }
    }

    fn label(&self, column: usize) -> Option<v1::IndustryLabel> {
        self.panel().axes.industries.get(column).map(message::industry_label)
    }

    fn panel(&self) -> &Panel {
        &self.space.panel
    }

    /// Every criterion over the candidates of the space.
    pub(super) fn summaries(&self) -> Vec<v1::CriterionSummary> {
        let own = CRITERIA.into_iter().zip(self.criteria).zip(&self.found.scales);
        let summary = |((criterion, own), scale): ((v1::EngineCriterion, &Criterion<'_>), &Option<_>)| {
            let scale: Option<&Scale> = scale.as_ref();
            v1::CriterionSummary {
                criterion: criterion.into(),
                weight: own.weight,
                mean: scale.map(|scale| scale.mean),
                deviation: scale.map(|scale| scale.deviation),
            }
        };
        own.map(summary).collect()
    }

    /// What to know about the scores.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let counts = |at: usize| self.criteria.get(at).is_some_and(|own| own.weight != 0.0);
        let is_constant = |at: &usize| {
            counts(*at) && self.found.scales.get(*at).and_then(Option::as_ref).is_some_and(|own| own.deviation == 0.0)
        };
        let constant: Vec<&str> = (0..CRITERIA.len()).filter(is_constant).map(name).collect();
        if !constant.is_empty() {
            let text = format!("all candidates are alike in {}, which adds nothing to scores", constant.join(", "));
            warnings.push(Warning::new("CRITERION_CONSTANT", text));
        }
        let unscored = self.found.unscored.iter().filter(|(row, _, _)| self.space.rows.binary_search(row).is_ok());
        let columns: BTreeSet<usize> = unscored.map(|(_, column, _)| *column).collect();
        if !columns.is_empty() {
            let text = format!("{} industries have no score in some region, for want of a criterion", columns.len());
            let codes = columns.into_iter().map(|column| industry_code(self.panel(), column).to_owned());
            warnings.push(Warning::new("CANDIDATES_UNSCORED", text).with_industries(codes));
        }
        warnings
    }
}
