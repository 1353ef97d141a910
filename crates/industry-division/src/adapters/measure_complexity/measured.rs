//! What is measured.

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::Panel;
use growthpole_methods::Progress;
use growthpole_methods::division::complexity::{
    Fitness, FitnessError, Recombination, Reflections, Subnational, Supermodularity, SupermodularityError,
    SupermodularityOptions, average_of_industries, average_of_regions, fitness, productivity_levels, recombination,
    reflections, subnational_complexity, supermodularity,
};
use growthpole_methods::division::relatedness::co_occurrence;
use growthpole_methods::division::{
    ComplexityError, ComplexityIndex, Components, Standardization, complexity_index, components,
};
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;

use super::options::Options;
use super::outlook::Outlooks;
use crate::presence::{Structure, values_of};

/// Components, and codes of each, that a refusal names at most.
const NAMED: usize = 20;

/// Complexity of what hangs together.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) structure: Structure,
    pub(super) index: ComplexityIndex,
    pub(super) outlooks: Outlooks,
    pub(super) beside: Beside,
}

/// What is measured beside the indices.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) fitness: Option<Fitness>,
    pub(super) reflections: Option<Reflections>,
    /// Levels of income of regions and of industries.
    pub(super) levels: Option<(Vec<f64>, Vec<f64>)>,
    pub(super) external: Option<Vec<Subnational>>,
    /// Outside complexities of regions and incomes of industries, by amounts.
    pub(super) external_by_amount: Option<Vec<Option<f64>>>,
    pub(super) income_by_amount: Option<Vec<Option<f64>>>,
    pub(super) combined: Recombination,
    pub(super) supermodularity: Option<Supermodularity>,
}

impl Measured {
    pub(super) fn of(
        mut structure: Structure,
        options: &Options,
        incomes: Option<&Panel>,
        external: Option<&[f64]>,
        progress: &Progress,
    ) -> Result<Self, Refusal> {
        let found = components(&structure.kept.presence);
        if found.count > 1 {
            if !options.largest_component {
                return Err(disconnected(&structure, &found));
            }
            structure.keep_component(&found);
        }
        let presence = &structure.kept.presence;
        let index =
            complexity_index(presence, options.scale, progress).map_err(|error| undefined(error, &structure))?;
        let near = options.related.of_industries(&structure, progress)?;
        let near = options.related.counted(&near, None);
        let plain = options.standardize_outlook.then(|| complexity_index(presence, Standardization::None, progress));
        let plain = plain.transpose().map_err(|error| undefined(error, &structure))?;
        let outlooks = Outlooks::of(&structure, &near, &index, plain.as_ref(), options, progress)?;
        let beside = Beside::of(&structure, &index, options, incomes, external, progress)?;
        Ok(Self { structure, index, outlooks, beside })
    }
}

impl Beside {
    fn of(
        structure: &Structure,
        index: &ComplexityIndex,
        options: &Options,
        incomes: Option<&Panel>,
        external: Option<&[f64]>,
        progress: &Progress,
    ) -> Result<Self, Refusal> {
        let (presence, columns) = (&structure.kept.presence, &structure.kept.columns);
        let iterated = options.fitness.map(|options| fitness(presence, options, progress)).transpose();
        let counts = co_occurrence(presence, progress).map_err(refuse::stopped)?;
        let own = |values: &[f64]| columns.iter().map(|&column| values[column]).collect::<Vec<f64>>();
        let of_regions = |incomes| values_of(incomes, &structure.panel, &structure.kept.regions);
        let incomes_of_regions = incomes.map(of_regions).transpose()?;
        Ok(Self {
            external_by_amount: external.map(|values| average_of_industries(&structure.amounts(), &own(values))),
            income_by_amount: incomes_of_regions.map(|values| average_of_regions(&structure.amounts(), &values)),
            fitness: iterated.map_err(|error| unfit(error, structure))?,
            reflections: options.reflection_steps.map(|steps| reflections(presence, steps)),
            levels: incomes.map(|incomes| levels(structure, incomes)).transpose()?,
            external: external.and_then(|values| subnational_complexity(presence, &own(values))),
            combined: recombination(presence, &counts),
            supermodularity: options.supermodularity.map(|of| compared(structure, index, of, progress)).transpose()?,
        })
    }
}

/// Levels of income of regions and of industries, from all amounts of what is kept.
fn levels(structure: &Structure, incomes: &Panel) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
    let (panel, kept) = (&structure.panel, &structure.kept);
    let values = values_of(incomes, panel, &kept.regions)?;
    let levels = productivity_levels(&structure.amounts(), &values)
        .map_err(|error| refuse::undefined(error.to_string(), "indicator", &incomes.indicator.code))?;
    Ok((levels.regions, levels.industries))
}

/// How far amounts are log-supermodular in the order of the indices.
fn compared(
    structure: &Structure,
    index: &ComplexityIndex,
    options: SupermodularityOptions,
    progress: &Progress,
) -> Result<Supermodularity, Refusal> {
    let amount = |region: usize, industry: usize| structure.amount(region, industry);
    supermodularity(amount, &index.regions, &index.industries, options, progress).map_err(|error| match error {
        SupermodularityError::Stopped(stopped) => refuse::stopped(stopped),
        SupermodularityError::InvalidIndex => Refusal::internal(error),
    })
}

/// The refusal of a network in parts, with the codes of each.
fn disconnected(structure: &Structure, found: &Components) -> Refusal {
    let count = found.count;
    let message = format!(
        "regions and industries fall into {count} components that share nothing, so that no scale orders them all; \
         largest_component measures the largest"
    );
    let mut refusal = Refusal::new(Reason::UndefinedOnData, message).with_metadata("components", count.to_string());
    for component in 0..count.min(NAMED) {
        let (regions, columns) = found.members(component);
        let (panel, kept) = (&structure.panel, &structure.kept);
        let regions = regions.iter().map(|&at| region_code(panel, kept.regions[at]));
        let industries = columns.iter().map(|&at| industry_code(panel, kept.columns[at]));
        let listed: Vec<&str> = regions.take(NAMED).chain(industries.take(NAMED)).collect();
        refusal = refusal.with_metadata(&format!("component_{}", component + 1), listed.join(" "));
    }
    refusal
}

fn undefined(error: ComplexityError, structure: &Structure) -> Refusal {
    let kept = &structure.kept;
    let (key, code) = match error {
        ComplexityError::Stopped(stopped) => return refuse::stopped(stopped),
        ComplexityError::EmptyRegion { region } => ("region", region_code(&structure.panel, kept.regions[region])),
        ComplexityError::AbsentIndustry { industry } => {
            ("industry", industry_code(&structure.panel, kept.columns[industry]))
        }
        ComplexityError::TooSmall { .. }
        | ComplexityError::Disconnected { .. }
        | ComplexityError::Degenerate { .. }
        | ComplexityError::NoSign
        | ComplexityError::NotConverged { .. } => ("indicator", structure.panel.indicator.code.as_str()),
    };
    refuse::undefined(error.to_string(), key, code)
}

fn unfit(error: FitnessError, structure: &Structure) -> Refusal {
    match error {
        FitnessError::Stopped(stopped) => refuse::stopped(stopped),
        FitnessError::OutOfRange { .. } => {
            refuse::undefined(error.to_string(), "indicator", &structure.panel.indicator.code)
        }
        FitnessError::EmptyRegion { .. } | FitnessError::AbsentIndustry { .. } => Refusal::internal(error),
    }
}
