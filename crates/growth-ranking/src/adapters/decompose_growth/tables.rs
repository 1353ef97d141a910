//! The amounts that are decomposed: regions by industry in every period, and what the methods refuse of them.

use std::collections::BTreeSet;
use std::fmt::Display;

use growthpole_contracts::Refusal;
use growthpole_domain::{Panel, Period, Warning};
use growthpole_methods::growth::{Chain, ChainError, Comparison, NoPrediction, ShiftShareError};
use growthpole_methods::{Amounts, Progress};
use growthpole_worker_kit::amounts::amounts;
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;

use super::reference;

/// Amounts of the regions that have every cell.
pub(super) struct Tables<'p> {
    pub(super) panel: &'p Panel,
    /// Two or more, in order.
    pub(super) periods: &'p [Period],
    /// Positions in the panel of the regions that have every cell, at least one.
    pub(super) whole: &'p [usize],
    amounts: Vec<Amounts>,
}

impl<'p> Tables<'p> {
    pub(super) fn read(panel: &'p Panel, whole: &'p [usize], progress: &Progress) -> Result<Self, Refusal> {
        let periods = panel.axes.periods.as_slice();
        let of_period = |position: usize| {
            progress.check().map_err(refuse::stopped)?;
            amounts(panel, position, whole)
        };
        Ok(Self { panel, periods, whole, amounts: (0..periods.len()).map(of_period).collect::<Result<_, _>>()? })
    }

    /// Every period with the one before.
    pub(super) fn chain(&self) -> Result<Chain<'_>, Refusal> {
        let tables: Vec<&Amounts> = self.amounts.iter().collect();
        let references: Vec<&[f64]> = self.periods.iter().map(|&period| reference::cells(self.panel, period)).collect();
        Chain::try_new(&tables, &references).map_err(|error| match error {
            ChainError::Step { step, error } => self.not_compared(self.periods[step], error),
            ChainError::TooFewPeriods { .. } | ChainError::ReferencesDiffer { .. } => Refusal::internal(error),
        })
    }

    /// The last period with the first.
    pub(super) fn ends(&self) -> Result<Comparison<'_>, Refusal> {
        let (first, last) = (self.periods[0], self.periods[self.periods.len() - 1]);
        let [start, end] = self.end_amounts();
        let [from, to] = [first, last].map(|period| reference::cells(self.panel, period));
        Comparison::try_new(start, end, from, to).map_err(|error| self.not_compared(first, error))
    }

    /// Amounts of the first and the last period.
    pub(super) fn end_amounts(&self) -> [&Amounts; 2] {
        [&self.amounts[0], &self.amounts[self.amounts.len() - 1]]
    }

    /// Code of the region in a row.
    pub(super) fn region_code(&self, row: usize) -> &str {
        self.whole.get(row).map_or("", |&region| region_code(self.panel, region))
    }

    /// The warning that regions in these rows lack something, with the reason of the first of them.
    pub(super) fn undefined<E: Display>(
        &self,
        code: &'static str,
        what: &str,
        rows: impl Iterator<Item = (usize, E)>,
    ) -> Option<Warning> {
        let rows: Vec<(usize, String)> = rows.map(|(row, why)| (row, why.to_string())).collect();
        let (first, why) = rows.first()?;
        let regions = if rows.len() == 1 { "1 region has" } else { &format!("{} regions have", rows.len()) };
        let text = format!("{regions} no {what}; {}: {why}", self.region_code(*first));
        Some(Warning::new(code, text).with_regions(rows.iter().map(|(row, _)| self.region_code(*row).to_owned())))
    }

    /// Why there is no prediction, by the codes of industries.
    pub(super) fn no_prediction(&self, why: &NoPrediction) -> String {
        let code = |industry: usize| industry_code(self.panel, industry);
        match *why {
            NoPrediction::ZeroBase => why.to_string(),
            NoPrediction::OnlyHere { industry } => {
                format!("no other region of the benchmark has industry {} in the first period", code(industry))
            }
            NoPrediction::NotPart { industry } => {
                format!("it has more of industry {} than the benchmark, and is no part of it", code(industry))
            }
        }
    }

    /// What enters from zero, where a form has to assign it.
    pub(super) fn zero_bases(&self, chain: &Chain<'_>, progress: &Progress) -> Result<Option<Warning>, Refusal> {
        let (mut count, mut regions, mut industries) = (0_usize, BTreeSet::new(), BTreeSet::new());
        for step in chain.steps() {
            for (row, (start, end)) in step.start().regions().zip(step.end().regions()).enumerate() {
                progress.check().map_err(refuse::stopped)?;
                let entered = start.iter().zip(end).enumerate().filter(|(_, (from, to))| **from == 0.0 && **to > 0.0);
                for (column, _) in entered {
                    count += 1;
                    regions.insert(self.region_code(row).to_owned());
                    industries.insert(industry_code(self.panel, column).to_owned());
                }
            }
        }
        let cells =
            if count == 1 { "1 industry of a region enters" } else { &format!("{count} industries of regions enter") };
        let text = format!("{cells} from zero, which has no rate: it counts as an effect without specialisation");
        Ok((count > 0).then(|| Warning::new("ZERO_BASE", text).with_regions(regions).with_industries(industries)))
    }

    fn not_compared(&self, period: Period, error: ShiftShareError) -> Refusal {
        match error {
            ShiftShareError::EmptyReference => reference::empty(period),
            ShiftShareError::InvalidReference { industry, value } => {
                let code = industry_code(self.panel, industry);
                refuse::undefined(
                    format!("industry {code} of the benchmark: {value} is not an amount"),
                    "industry",
                    code,
                )
            }
            ShiftShareError::IndustryOutsideReference { region, industry } => {
                let (region, code) = (self.region_code(region), industry_code(self.panel, industry));
                let message =
                    format!("region {region} has industry {code} in {period}, which the benchmark does not have");
                refuse::undefined(message, "region", region).with_metadata("industry", code)
            }
            ShiftShareError::ShapesDiffer { .. } | ShiftShareError::ReferenceLengthDiffers { .. } => {
                Refusal::internal(error)
            }
        }
    }
}
