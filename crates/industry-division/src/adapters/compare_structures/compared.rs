//! The regions that are compared, and those that cannot be.

use std::collections::BTreeSet;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{MissingPolicy, Panel};
use growthpole_methods::AmountRows;
use growthpole_methods::division::specialization::{
    ReferenceStructure, RegionStructure, SpecializationError, krugman_specialization,
};
use growthpole_methods::division::{KrugmanReference, krugman_against_rows, revealed_presence_cell};
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;

use super::region_label;
use crate::reading::{amount_rows, benchmark, benchmark_amounts};

/// Splits the regions of a panel into those that have a structure in a period and those that have none under the policy
/// KEEP.
pub(super) fn split(
    panel: &Panel,
    period: usize,
    policy: MissingPolicy,
) -> Result<(Vec<usize>, Vec<v1::UndefinedRegion>), Refusal> {
    let mut defined = Vec::new();
    let mut undefined = Vec::new();
    for region in 0..panel.axes.regions.len() {
        let is_missing = |column: &usize| panel.value(period, region, *column).is_none();
        let missing: Vec<usize> = (0..panel.axes.n_columns()).filter(is_missing).collect();
        let reason = if !missing.is_empty() {
            "MISSING_VALUE"
        } else if amount_rows(panel, period, &[region])?.first_empty().is_none() {
            defined.push(region);
            continue;
        } else if policy == MissingPolicy::Keep {
            "EMPTY_REGION"
        } else {
            let code = region_code(panel, region);
            let message = format!("region {code} is empty in the industries compared; KEEP would list it as undefined");
            return Err(refuse::undefined(message, "region", code));
        };
        undefined.push(v1::UndefinedRegion {
            region: region_label(panel, region),
            reason: reason.to_owned(),
            industries: missing.into_iter().map(|column| industry_code(panel, column).to_owned()).collect(),
            period: panel.axes.periods.get(period).map(ToString::to_string).unwrap_or_default(),
        });
    }
    Ok((defined, undefined))
}

/// Which regions share a border; none where the data set does not say.
pub(super) struct Borders(Option<BTreeSet<(usize, usize)>>);

impl Borders {
    pub(super) fn of(panel: &Panel) -> Self {
        let ordered = |&(a, b): &(usize, usize)| (a.min(b), a.max(b));
        Self(panel.borders.as_ref().map(|borders| borders.iter().map(ordered).collect()))
    }

    /// Whether two regions of the panel share one; the first comes before the second.
    pub(super) fn share(&self, first: usize, second: usize) -> Option<bool> {
        self.0.as_ref().map(|borders| borders.contains(&(first, second)))
    }
}

/// Regions that have a structure in a period. Rows are counted among them.
pub(super) struct Compared<'a> {
    /// Regions and industries by code.
    pub(super) panel: &'a Panel,
    pub(super) period: usize,
    /// Positions in the panel of the regions that are compared.
    pub(super) regions: Vec<usize>,
    pub(super) rows: AmountRows<'a>,
    /// The benchmark's amounts over the industries compared and their sum, where there is a benchmark.
    benchmark: Option<(Vec<f64>, f64)>,
}

impl<'a> Compared<'a> {
    /// The structures of these regions, at least one.
    pub(super) fn of(panel: &'a Panel, period: usize, regions: Vec<usize>) -> Result<Self, Refusal> {
        let rows = amount_rows(panel, period, &regions)?;
        let benchmark = panel.benchmark.is_some().then(|| benchmark_amounts(panel, period)).transpose()?;
        let benchmark = benchmark.map(|amounts| {
            let total = amounts.iter().sum();
            (amounts, total)
        });
        Ok(Self { panel, period, regions, rows, benchmark })
    }

    /// The shares of a row.
    pub(super) fn shares(&self, row: usize) -> Vec<f64> {
        let total = self.rows.region_totals()[row];
        self.rows.region(row).iter().map(|amount| amount / total).collect()
    }

    /// Whether a row has a location quotient of 1 or more against the benchmark over the industries compared, by industry;
    /// nothing without a benchmark.
    pub(super) fn specialised(&self, row: usize) -> Option<Vec<bool>> {
        let (industries, whole) = self.benchmark.as_ref()?;
        let total = self.rows.region_totals()[row];
        let is = |(amount, industry): (&f64, &f64)| {
            revealed_presence_cell(*amount, total, *industry, *whole, 1.0) == Some(true)
        };
        Some(self.rows.region(row).iter().zip(industries).map(is).collect())
    }

    /// Each region against the reference.
    pub(super) fn against(&self, reference: KrugmanReference) -> Result<Vec<v1::RegionStructure>, Refusal> {
        let indices = match reference {
            KrugmanReference::Whole => self.against_benchmark()?,
            KrugmanReference::Rest | KrugmanReference::MeanOfOthers => {
                krugman_against_rows(&self.rows, reference).map_err(|error| self.alone(error))?
            }
        };
        let shown = self.regions.iter().zip(indices);
        Ok(shown
            .map(|(&region, krugman)| v1::RegionStructure { region: region_label(self.panel, region), krugman })
            .collect())
    }

    fn against_benchmark(&self) -> Result<Vec<f64>, Refusal> {
        benchmark(self.panel)?;
        let whole = self.benchmark.as_ref().map(|(amounts, _)| amounts.as_slice()).unwrap_or_default();
        let reference = ReferenceStructure::try_new(whole).map_err(Refusal::internal)?;
        let one = |row: &[f64]| RegionStructure::try_new(row, &reference).map(|own| krugman_specialization(&own));
        self.rows.regions().map(one).collect::<Result<_, SpecializationError>>().map_err(Refusal::internal)
    }

    fn alone(&self, error: growthpole_methods::division::StructureError) -> Refusal {
        match error {
            growthpole_methods::division::StructureError::NoOtherRegion { region } => {
                let code = self.regions.get(region).map(|&region| region_code(self.panel, region)).unwrap_or_default();
                let message = format!("there is no other region to compare {code} with");
                refuse::undefined(message, "region", code)
            }
            error => Refusal::internal(error),
        }
    }
}
