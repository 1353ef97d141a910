//! The regions that are compared, and those that cannot be.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::division::{
    KrugmanReference, QuotientBase, StructureError, krugman, krugman_against, revealed_presence, shares,
};
use growthpole_methods::{Amounts, Matrix};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::region_code;
use growthpole_worker_kit::refuse;

use crate::reading::{amounts, benchmark, benchmark_amounts};

/// Splits the regions of a panel into those that have a structure and those that have none under the policy KEEP.
pub(crate) fn split(panel: &Panel, policy: MissingPolicy) -> Result<(Vec<usize>, Vec<v1::UndefinedRegion>), Refusal> {
    let mut defined = Vec::new();
    let mut undefined = Vec::new();
    for region in 0..panel.axes.regions.len() {
        let missing = panel.missing_of_region(region);
        let industries: Vec<String> = missing.into_iter().map(|issue| issue.industry).collect();
        let reason = if !industries.is_empty() {
            "MISSING_VALUE"
        } else if amounts(panel, 0, &[region])?.total() > 0.0 {
            defined.push(region);
            continue;
        } else if policy == MissingPolicy::Keep {
            "EMPTY_REGION"
        } else {
            let code = region_code(panel, region);
            let message = format!("region {code} is empty in the industries compared; KEEP would list it as undefined");
            return Err(refuse::undefined(message, "region", code));
        };
        let region = panel.axes.regions.get(region).map(message::region_label);
        undefined.push(v1::UndefinedRegion { region, reason: reason.to_owned(), industries });
    }
    Ok((defined, undefined))
}

/// Regions that have a structure. Rows are counted among them.
#[derive(Debug)]
pub(crate) struct Compared {
    /// Regions and industries by code.
    pub(crate) panel: Arc<Panel>,
    /// Positions in the panel of the regions that are compared.
    pub(crate) regions: Vec<usize>,
    pub(crate) amounts: Amounts,
    pub(crate) shares: Matrix,
    /// The benchmark's amounts over the industries compared, where there is a benchmark.
    benchmark: Option<Vec<f64>>,
    /// Whether the industry has a location quotient of 1 or more, region by region; nothing without a benchmark.
    specialised: Option<Vec<Option<bool>>>,
}

impl Compared {
    /// The structures of these regions, at least one.
    pub(crate) fn of(panel: Arc<Panel>, regions: Vec<usize>) -> Result<Self, Refusal> {
        let amounts = amounts(&panel, 0, &regions)?;
        let shares = shares(&amounts).map_err(Refusal::internal)?;
        let benchmark = panel.benchmark.is_some().then(|| benchmark_amounts(&panel, 0)).transpose()?;
        let specialised = benchmark.as_ref().map(|whole| specialised(&amounts, whole)).transpose()?;
        Ok(Self { panel, regions, amounts, shares, benchmark, specialised })
    }

    /// Whether at least one of two rows is specialised in an industry, by industry; nothing without a benchmark.
    pub(crate) fn specialised_in(&self, first: usize, second: usize) -> Option<Vec<bool>> {
        let specialised = self.specialised.as_ref()?;
        let columns = self.amounts.n_industries();
        let is = |row: usize, column: usize| specialised.get(row * columns + column).copied().flatten() == Some(true);
        Some((0..columns).map(|column| is(first, column) || is(second, column)).collect())
    }

    /// Each region against the reference.
    pub(crate) fn against(&self, reference: KrugmanReference) -> Result<Vec<v1::RegionStructure>, Refusal> {
        let indices = match reference {
            KrugmanReference::Whole => self.against_benchmark()?,
            KrugmanReference::Rest | KrugmanReference::MeanOfOthers => {
                krugman_against(&self.amounts, reference).map_err(|error| self.alone(error))?
            }
        };
        let shown = self.regions.iter().zip(indices).map(|(&region, krugman)| v1::RegionStructure {
            region: self.panel.axes.regions.get(region).map(message::region_label),
            krugman,
        });
        Ok(shown.collect())
    }

    fn against_benchmark(&self) -> Result<Vec<f64>, Refusal> {
        benchmark(&self.panel)?;
        let whole = self.benchmark.as_deref().unwrap_or_default();
        let total: f64 = whole.iter().sum();
        let structure: Vec<f64> = whole.iter().map(|amount| amount / total).collect();
        self.shares.rows().map(|row| krugman(row, &structure).map_err(Refusal::internal)).collect()
    }

    fn alone(&self, error: StructureError) -> Refusal {
        match error {
            StructureError::NoOtherRegion { region } => {
                let code = self.regions.get(region).map(|&region| region_code(&self.panel, region)).unwrap_or_default();
                let message = format!("there is no other region to compare {code} with");
                refuse::undefined(message, "region", code)
            }
            error => Refusal::internal(error),
        }
    }
}

/// Whether each industry of each region has a location quotient of 1 or more against the benchmark, over the industries
/// compared.
fn specialised(amounts: &Amounts, whole: &[f64]) -> Result<Vec<Option<bool>>, Refusal> {
    let base = QuotientBase::try_new(amounts.region_totals().to_vec(), whole.to_vec(), whole.iter().sum());
    let base = base.map_err(Refusal::internal)?;
    revealed_presence(amounts, &base, 1.0).map_err(Refusal::internal)
}
