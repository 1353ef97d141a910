//! The criteria of all pairs of region and industry in a year.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_methods::division::engines::{
    Criterion, CriterionValues, ResourceBurden, industry_outlook, resource_burden, spillover_potential,
};
use growthpole_methods::division::{
    ComplexityError, OutlookOptions, Presence, PresenceError, QuotientBase, RelatednessError, Standardization,
    complexity_index, complexity_outlook, location_quotient_cell, proximity, relatedness_density,
};
use growthpole_methods::stats::SpatialWeights;
use growthpole_methods::{AmountRows, FilledRows, Matrix, Progress, RowSource};
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;
use v1::EngineComplexity;

use super::options::{CRITERIA, N, Options, is_burden};
use super::space::Space;
use crate::pair_weights::PairWeights;
use crate::reading::{amount_rows, benchmark_amounts};

/// A correlation of complexity with diversity below which its direction is doubtful.
const DOUBTFUL: f64 = 0.3;

/// Regions whose pairs are weighed by distance, at most.
const MOST_BY_DISTANCE: usize = 2_000;

/// Values of a criterion.
enum Values {
    ByIndustry(Vec<f64>),
    ByPair(Matrix),
    Burden(ResourceBurden),
}

/// Structure of a year: who has what.
pub(super) struct Structure<'a> {
    /// Of the regions of the space, all industries that were read.
    rows: AmountRows<'a>,
    /// Columns of the industries of the space.
    columns: &'a [usize],
    pub(super) base: QuotientBase,
    pub(super) presence: Presence,
}

impl<'a> Structure<'a> {
    pub(super) fn of(space: &'a Space, year: i16, threshold: f64) -> Result<Self, Refusal> {
        let panel = &space.panel;
        let period = space.position(year)?;
        let columns = space.in_cells.industries.as_slice();
        let rows = amount_rows(&space.cells, period, &space.in_cells.regions)?;
        let reference = benchmark_amounts(panel, period)?;
        let total = reference.iter().sum();
        let of_region = |row: &[f64]| columns.iter().map(|&column| row[column]).sum();
        let totals = rows.regions().map(of_region).collect();
        let base = QuotientBase::try_new(totals, reference, total).map_err(Refusal::internal)?;
        let presence = if columns.len() == rows.n_industries() {
            Presence::revealed_of_rows(rows.regions(), &base, threshold)
        } else {
            Presence::revealed_of_columns(rows.regions(), columns, &base, threshold)
        };
        let presence = presence.map_err(|error| no_presence(panel, year, error))?;
        Ok(Self { rows, columns, base, presence })
    }

    /// The amounts of the space, a row at a time.
    fn amounts(&self) -> impl RowSource {
        FilledRows::new(self.rows.n_regions(), self.columns.len(), |region, cells: &mut [f64]| {
            let row = self.rows.region(region);
            cells.iter_mut().zip(self.columns).for_each(|(cell, &column)| *cell = row[column]);
        })
    }

    /// The location quotient of a pair.
    pub(super) fn quotient(&self, region: usize, industry: usize) -> Option<f64> {
        let amount = *self.rows.region(region).get(*self.columns.get(industry)?)?;
        let (total, reference) = (self.base.region_totals().get(region)?, self.base.reference_totals().get(industry)?);
        location_quotient_cell(amount, *total, *reference, self.base.reference_total())
    }
}

fn no_presence(panel: &Panel, year: i16, error: PresenceError) -> Refusal {
    match error {
        PresenceError::Undefined { region, industry } => {
            let (region, industry) = (region_code(panel, region), industry_code(panel, industry));
            let message = format!("{region} {industry}: there is no location quotient in {year}");
            refuse::undefined(message, "region", region).with_metadata("industry", industry)
        }
        other => Refusal::internal(other),
    }
}

/// The criteria of all pairs in a year.
pub(super) struct Snapshot<'a> {
    pub(super) structure: Structure<'a>,
    /// By position in [`CRITERIA`]; none where a criterion is not known.
    values: [Option<Values>; N],
    /// Stands for criteria that are not known.
    nothing: Vec<f64>,
    pub(super) warnings: Vec<Warning>,
}

/// What a snapshot is made of.
pub(super) struct Sources<'a> {
    pub(super) space: &'a Space,
    pub(super) options: &'a Options,
    /// Columns of resource industries, where they are known.
    pub(super) resource: Option<&'a [usize]>,
    /// Whether values that the caller gives belong to the year.
    pub(super) with_given: bool,
}

impl<'a> Sources<'a> {
    /// Computes the criteria in a year.
    pub(super) fn snapshot(&self, year: i16, progress: &Progress) -> Result<Snapshot<'a>, Refusal> {
        let structure = Structure::of(self.space, year, self.options.threshold)?;
        let mut warnings = Vec::new();
        let related = |error| no_relatedness(&self.space.panel, year, error);
        let proximities = proximity(&structure.presence, progress).map_err(related)?;
        let density = relatedness_density(&structure.presence, &proximities, false, progress).map_err(related)?;
        let complexity = self.complexity(&structure, &proximities, &density, progress, &mut warnings)?;
        let spillover = self.spillover(&density, &mut warnings)?;
        let burden = |set| resource_burden(&structure.amounts(), set).map(Values::Burden).map_err(Refusal::internal);
        let resource = self.resource.map(burden).transpose()?;
        let [overcapacity, emissions] = &self.options.given;
        Ok(Snapshot {
            values: [
                Some(Values::ByPair(density)),
                complexity,
                Some(Values::ByIndustry(self.outlook(&structure, year)?)),
                spillover,
                resource,
                self.given(&overcapacity.1),
                self.given(&emissions.1),
            ],
            nothing: vec![f64::NAN; structure.presence.n_industries()],
            structure,
            warnings,
        })
    }

    /// Complexity, or nothing with a warning where the structure has none.
    fn complexity(
        &self,
        structure: &Structure<'_>,
        proximities: &Matrix,
        density: &Matrix,
        progress: &Progress,
        warnings: &mut Vec<Warning>,
    ) -> Result<Option<Values>, Refusal> {
        let presence = &structure.presence;
        let diversity = presence.diversity();
        let rows: Vec<usize> = (0..diversity.len()).filter(|&row| diversity[row] > 0).collect();
        let columns: Vec<usize> = (0..presence.n_industries()).collect();
        let found = complexity_index(&presence.restricted(&rows, &columns), Standardization::OfRegions, progress);
        let index = match found {
            Ok(index) => index,
            Err(ComplexityError::Stopped(stopped)) => return Err(refuse::stopped(stopped)),
            Err(error) => {
                warnings.push(Warning::new("CRITERION_UNKNOWN", format!("complexity does not count: {error}")));
                return Ok(None);
            }
        };
        if let Some(correlation) = index.sign.with_diversity.filter(|correlation| correlation.abs() < DOUBTFUL) {
            let text = format!(
                "the complexity of regions correlates with their diversity by {correlation:.3} only, so that which end is \
                 complex is doubtful"
            );
            warnings.push(Warning::new("COMPLEXITY_DIRECTION_DOUBTFUL", text));
        }
        if self.options.complexity == EngineComplexity::Industry {
            return Ok(Some(Values::ByIndustry(index.industries)));
        }
        let options = OutlookOptions::default();
        let outlook = complexity_outlook(presence, proximities, density, &index.industries, options, progress);
        match outlook {
            Ok(outlook) => Ok(Some(Values::ByPair(outlook.gain))),
            Err(RelatednessError::Stopped(stopped)) => Err(refuse::stopped(stopped)),
            Err(error) => Err(Refusal::internal(error)),
        }
    }

    fn outlook(&self, structure: &Structure<'_>, year: i16) -> Result<Vec<f64>, Refusal> {
        let before = self.space.position(year - self.options.outlook)?;
        let before = self.space.panel.benchmark_cells(before).unwrap_or_default();
        let years = f64::from(self.options.outlook);
        industry_outlook(before, structure.base.reference_totals(), years).map_err(Refusal::internal)
    }

    /// Spillover by the weights asked for, or nothing with a warning where there are none.
    fn spillover(&self, density: &Matrix, warnings: &mut Vec<Warning>) -> Result<Option<Values>, Refusal> {
        let panel = &self.space.panel;
        let weights = match (self.options.spillover_distance, &panel.borders) {
            (Some(scale), _) => by_distance(panel, scale)?,
            (None, Some(borders)) => {
                SpatialWeights::from_pairs(panel.axes.regions.len(), borders).map_err(Refusal::internal)?
            }
            (None, None) => {
                let text = "spillover does not count: the data set holds no borders";
                warnings.push(Warning::new("CRITERION_UNKNOWN", text));
                return Ok(None);
            }
        };
        let islands: Vec<String> =
            weights.islands().into_iter().map(|region| region_code(panel, region).to_owned()).collect();
        if !islands.is_empty() {
            let text = "regions without neighbours have nobody to spill over to: their spillover is 0";
            warnings.push(Warning::new("NO_NEIGHBOURS", text).with_regions(islands));
        }
        let spillover = spillover_potential(density, &weights.row_standardized()).map_err(Refusal::internal)?;
        Ok(Some(Values::ByPair(spillover)))
    }

    fn given(&self, values: &BTreeMap<String, f64>) -> Option<Values> {
        if values.is_empty() || !self.with_given {
            return None;
        }
        let industries = self.space.panel.axes.industries.iter();
        let value = |code: &String| values.get(code).copied().unwrap_or(f64::NAN);
        Some(Values::ByIndustry(industries.map(|industry| value(&industry.code)).collect()))
    }
}

/// Weights of every other region that fall exponentially with distance.
fn by_distance(panel: &Panel, scale: f64) -> Result<SpatialWeights, Refusal> {
    const FIELD: &str = "spillover_distance_km";
    let regions: Vec<usize> = (0..panel.axes.regions.len()).collect();
    if regions.len() > MOST_BY_DISTANCE {
        let sent = format!("{scale} for {} regions", regions.len());
        return Err(Refusal::invalid(FIELD, sent, &format!("a distance for up to {MOST_BY_DISTANCE} regions")));
    }
    // Sizes are of gravity alone.
    let weights = PairWeights::Exponential(scale).matrix(panel, &regions, &[], FIELD)?;
    let links: Vec<(usize, usize, f64)> = weights
        .rows()
        .enumerate()
        .flat_map(|(from, row)| row.iter().enumerate().map(move |(to, &weight)| (from, to, weight)))
        .filter(|(from, to, _)| from != to)
        .collect();
    SpatialWeights::from_links(regions.len(), &links).map_err(Refusal::internal)
}

fn no_relatedness(panel: &Panel, year: i16, error: RelatednessError) -> Refusal {
    match error {
        RelatednessError::Stopped(stopped) => refuse::stopped(stopped),
        RelatednessError::AbsentIndustry { industry } => {
            let code = industry_code(panel, industry);
            let message = format!(
                "no region reaches presence_threshold in industry {code} in {year}, so that nothing is known of what it is \
                 near to; a lower threshold may be asked for"
            );
            refuse::undefined(message, "industry", code)
        }
        other => Refusal::internal(other),
    }
}

impl Snapshot<'_> {
    /// Which criteria are known.
    pub(super) fn known(&self) -> [bool; N] {
        self.values.each_ref().map(Option::is_some)
    }

    /// The criteria with their weights.
    pub(super) fn criteria(&self, weights: &[f64; N]) -> [Criterion<'_>; N] {
        std::array::from_fn(|at| Criterion {
            values: match &self.values[at] {
                Some(Values::ByIndustry(values)) => CriterionValues::ByIndustry(values),
                Some(Values::ByPair(values)) => CriterionValues::ByPair(values),
                Some(Values::Burden(burden)) => CriterionValues::Burden(burden),
                None => CriterionValues::ByIndustry(&self.nothing),
            },
            weight: if self.values[at].is_some() { weights[at] } else { 0.0 },
            is_burden: is_burden(at),
        })
    }
}

/// Name of a criterion without the prefix of its enum.
pub(super) fn name(criterion: usize) -> &'static str {
    let name = CRITERIA.get(criterion).map(|criterion| criterion.as_str_name()).unwrap_or_default();
    name.strip_prefix("ENGINE_CRITERION_").unwrap_or(name)
}
