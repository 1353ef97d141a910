//! How related industries are, and how near regions are to them, as requests ask for it.

mod given;

use std::borrow::Cow;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::relatedness::{
    DensityRows, Margins, Normalization, Presence, PresenceDensity, RelatednessError, WeightedDensity, co_occurrence,
    correlation_proximity, nearest_only, normalized, proximity,
};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::reading::industry_code;
use growthpole_worker_kit::refuse;
use v1::{DensityWeight, RelatednessMargins, RelatednessMeasure};

use crate::presence::Structure;
use given::Given;

/// What a request says of relatedness.
#[derive(Debug)]
pub(crate) struct SentRelatedness {
    pub(crate) measure: i32,
    pub(crate) margins: i32,
    pub(crate) given: Vec<v1::GivenRelatedness>,
    pub(crate) given_one_way: bool,
    pub(crate) nearest: Option<i32>,
    pub(crate) density_weight: i32,
}

/// How relatedness and densities are told.
#[derive(Debug, Clone)]
pub(crate) struct Relatedness {
    pub(crate) measure: RelatednessMeasure,
    /// How co-occurrences are normalised; nothing for correlations, and for what is given.
    normalization: Option<Normalization>,
    margins: Margins,
    given: Given,
    /// Of an industry to itself, where relatedness is given.
    given_own: f64,
    nearest: Option<usize>,
    weight: DensityWeight,
}

impl Relatedness {
    /// Reads the fields under a path, which is empty or ends with a dot.
    pub(crate) fn read(sent: SentRelatedness, path: &str, given_own: f64) -> Result<Self, Refusal> {
        let field = |name: &str| format!("{path}{name}");
        let given = Given::read(sent.given, sent.given_one_way, field("given"))?;
        let measure = measure(sent.measure, &given, path)?;
        Ok(Self {
            measure,
            normalization: normalization(measure),
            margins: margins(sent.margins, &field("margins"))?,
            given,
            given_own,
            nearest: nearest(sent.nearest, &field("nearest"))?,
            weight: weight(sent.density_weight, &field("density_weight"))?,
        })
    }

    pub(crate) fn is_given(&self) -> bool {
        !self.given.is_empty()
    }

    /// Refuses an industry that the data do not know.
    pub(crate) fn check(&self, panel: &Panel) -> Result<(), Refusal> {
        self.given.check(panel)
    }

    /// Relatedness of industries.
    pub(crate) fn of_industries(&self, structure: &Structure, progress: &Progress) -> Result<Matrix, Refusal> {
        if self.is_given() {
            let code = |&column: &usize| industry_code(&structure.panel, column);
            let codes: Vec<&str> = structure.kept.columns.iter().map(code).collect();
            return Ok(self.given.matrix(&codes, self.given_own));
        }
        match self.normalization {
            None => Ok(correlation_proximity(&structure.quotients())),
            Some(normalization) => self.normalized(&structure.kept.presence, normalization, progress),
        }
    }

    /// Relatedness of regions by the industries they share.
    pub(crate) fn of_regions(&self, structure: &Structure, progress: &Progress) -> Result<Matrix, Refusal> {
        match self.normalization {
            None => Ok(correlation_proximity(&structure.quotients_by_industry())),
            Some(normalization) => self.normalized(&structure.kept.presence.transposed(), normalization, progress),
        }
    }

    fn normalized(&self, presence: &Presence, how: Normalization, progress: &Progress) -> Result<Matrix, Refusal> {
        if how == Normalization::MinimumConditional {
            return proximity(presence, progress).map_err(refusal);
        }
        let counts = co_occurrence(presence, progress).map_err(refuse::stopped)?;
        Ok(normalized(&counts, how, self.margins))
    }

    /// Relatedness as far as it counts in densities: of the nearest, from a value on, and not of what avoids each other.
    pub(crate) fn counted<'a>(&self, related: &'a Matrix, from: Option<f64>) -> Cow<'a, Matrix> {
        let nearest = match self.nearest {
            None => Cow::Borrowed(related),
            Some(nearest) => Cow::Owned(nearest_only(related, nearest)),
        };
        match (from, self.measure) {
            (Some(from), _) => Cow::Owned(nearest.map(|cell| f64::from(u8::from(cell >= from)))),
            (None, RelatednessMeasure::ZScore) => Cow::Owned(nearest.map(|cell| cell.max(0.0))),
            (None, _) => nearest,
        }
    }

    /// How near regions are to industries, by relatedness as far as it counts, some regions at a time.
    pub(crate) fn density_rows<'a>(
        &self,
        structure: &'a Structure,
        counted: &Matrix,
        include_self: bool,
    ) -> Result<Box<dyn DensityRows + 'a>, Refusal> {
        Ok(match self.weight {
            DensityWeight::Unspecified | DensityWeight::Presence => {
                let presence = &structure.kept.presence;
                Box::new(PresenceDensity::try_new(presence, counted, include_self).map_err(refusal)?)
            }
            DensityWeight::Share => {
                Box::new(WeightedDensity::try_new(structure.shares(), counted, include_self).map_err(refusal)?)
            }
            DensityWeight::Quotient => {
                Box::new(WeightedDensity::try_new(structure.quotients(), counted, include_self).map_err(refusal)?)
            }
        })
    }
}

/// The refusal of relatedness that is undefined, which what was kept has made impossible but for a call that is stopped.
pub(crate) fn refusal(error: RelatednessError) -> Refusal {
    match error {
        RelatednessError::Stopped(stopped) => refuse::stopped(stopped),
        RelatednessError::AbsentIndustry { .. } | RelatednessError::ShapesDiffer { .. } => Refusal::internal(error),
    }
}

fn nearest(sent: Option<i32>, field: &str) -> Result<Option<usize>, Refusal> {
    let Some(sent) = sent else { return Ok(None) };
    let nearest = usize::try_from(sent).ok().filter(|nearest| *nearest > 0);
    nearest.map(Some).ok_or_else(|| Refusal::invalid(field, sent, "1 or more"))
}

fn measure(sent: i32, given: &Given, path: &str) -> Result<RelatednessMeasure, Refusal> {
    match RelatednessMeasure::try_from(sent) {
        Ok(RelatednessMeasure::Unspecified | RelatednessMeasure::Given) if !given.is_empty() => {
            Ok(RelatednessMeasure::Given)
        }
        Ok(RelatednessMeasure::Given) => {
            Err(Refusal::invalid(&format!("{path}given"), "nothing", "pairs of industries, with GIVEN"))
        }
        Ok(measure) if !given.is_empty() => {
            let allowed = "GIVEN or nothing, with relatedness given";
            Err(Refusal::invalid(&format!("{path}measure"), measure.as_str_name(), allowed))
        }
        Ok(RelatednessMeasure::Unspecified) => Ok(RelatednessMeasure::MinimumConditional),
        Ok(measure) => Ok(measure),
        Err(_) => Err(Refusal::invalid(&format!("{path}measure"), sent, "a RelatednessMeasure")),
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

fn margins(sent: i32, field: &str) -> Result<Margins, Refusal> {
    match RelatednessMargins::try_from(sent) {
        Ok(RelatednessMargins::Unspecified | RelatednessMargins::Others) => Ok(Margins::Others),
        Ok(RelatednessMargins::Ubiquity) => Ok(Margins::Ubiquity),
        Err(_) => Err(Refusal::invalid(field, sent, "a RelatednessMargins")),
    }
}

fn weight(sent: i32, field: &str) -> Result<DensityWeight, Refusal> {
    match DensityWeight::try_from(sent) {
        Ok(DensityWeight::Unspecified) => Ok(DensityWeight::Presence),
        Ok(weight) => Ok(weight),
        Err(_) => Err(Refusal::invalid(field, sent, "a DensityWeight")),
    }
}
