//! The rows of an answer: regions, all of them together, and their industries.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::growth::{AdditiveParts, Factors, Gerfin, NoFactors, RegionGap, RegionShift, ShiftShare};
use growthpole_methods::{Amounts, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::extras::Extras;
use super::options::Options;
use super::parts::{Parts, factors};
use super::tables::Tables;

/// What is computed of the regions.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) regions: Vec<v1::RegionShift>,
    pub(super) total: Option<v1::RegionShift>,
    pub(super) warnings: Vec<Warning>,
    /// Growth of the benchmark in the years to close a gap in.
    pub(super) closing_benchmark_rate: Option<f64>,
}

/// What rows are made of, in one form.
pub(super) struct Source<'a, P> {
    pub(super) tables: &'a Tables<'a>,
    pub(super) options: &'a Options,
    pub(super) shift: ShiftShare<'a, P>,
    /// For the form GERFIN.
    pub(super) factors: Option<Gerfin<'a>>,
    pub(super) extras: Extras,
}

/// Amounts by industry in the first and the last period, and what belongs to them.
struct Cells<'a, P> {
    start: &'a [f64],
    end: &'a [f64],
    parts: Vec<P>,
    factors: Vec<Result<Factors, NoFactors>>,
    gap: Option<&'a RegionGap>,
}

impl<P: AdditiveParts> Source<'_, P>
where
    Parts: From<P>,
{
    pub(super) fn rows(&self, progress: &Progress) -> Result<Rows, Refusal> {
        let n_regions = if self.options.with_regions() { self.shift.regions().len() } else { 0 };
        let region = |row: usize| {
            progress.check().map_err(refuse::stopped)?;
            Ok(self.region(row))
        };
        Ok(Rows {
            regions: (0..n_regions).map(region).collect::<Result<_, Refusal>>()?,
            total: self.options.total.then(|| self.total(progress)).transpose()?,
            warnings: self.warnings(),
            closing_benchmark_rate: self.extras.benchmark_rate(),
        })
    }

    fn region(&self, row: usize) -> v1::RegionShift {
        let labels = &self.tables.panel.axes.regions;
        let gap = self.extras.gap_of_region(row);
        let [start, end] = self.tables.end_amounts().map(|amounts| amounts.region(row));
        let cells = || Cells {
            start,
            end,
            parts: self.shift.industries(row),
            factors: self.factors.as_ref().map(|factors| factors.industries(row)).unwrap_or_default(),
            gap,
        };
        let step = |step: usize| {
            let factors = self.factors.as_ref().map(|factors| factors.step(step)[row]);
            (self.shift.step(step)[row], factors)
        };
        v1::RegionShift {
            region: self.tables.whole.get(row).and_then(|&region| labels.get(region)).map(message::region_label),
            gerfin: self.factors.as_ref().and_then(|of| factors(of.region(row))),
            predicted_growth: self.extras.prediction_of_region(row),
            gap: gap.map(|gap| self.extras.gap_message(gap)),
            contribution_to_total_gap: self.extras.contribution(row),
            industries: self.industries(cells),
            steps: self.steps(step),
            ..amounts(&self.shift.regions()[row])
        }
    }

    fn total(&self, progress: &Progress) -> Result<v1::RegionShift, Refusal> {
        let gap = self.extras.gap_of_all();
        let [start, end] = self.tables.end_amounts().map(Amounts::industry_totals);
        let with_industries = self.options.with_industries();
        let parts =
            if with_industries { self.shift.by_industry(progress).map_err(refuse::stopped)? } else { Vec::new() };
        let cells = || Cells {
            start,
            end,
            parts,
            factors: self.factors.as_ref().map(Gerfin::total_industries).unwrap_or_default(),
            gap,
        };
        let step = |step: usize| {
            let factors = self.factors.as_ref().map(|factors| factors.total_step(step));
            (self.shift.total_step(step), factors)
        };
        Ok(v1::RegionShift {
            gerfin: self.factors.as_ref().and_then(|of| factors(of.total())),
            predicted_growth: self.extras.prediction_of_all(),
            gap: gap.map(|gap| self.extras.gap_message(gap)),
            industries: self.industries(cells),
            steps: self.steps(step),
            ..amounts(&self.shift.total())
        })
    }

    fn industries<'c>(&self, cells: impl FnOnce() -> Cells<'c, P>) -> Vec<v1::IndustryShift>
    where
        P: 'c,
    {
        if !self.options.with_industries() {
            return Vec::new();
        }
        let cells = cells();
        let labels = self.tables.panel.axes.industries.iter();
        let columns = labels.zip(cells.start.iter().zip(cells.end)).zip(&cells.parts).enumerate();
        let shown = columns.map(|(column, ((industry, (&start, &end)), &own))| {
            let parts = Parts::from(own);
            v1::IndustryShift {
                industry: Some(message::industry_label(industry)),
                start,
                end,
                change: end - start,
                national_share: parts.national_share,
                industry_mix: parts.industry_mix,
                regional_share: parts.regional_share,
                competitive_effect: parts.competitive_effect,
                allocation_effect: parts.allocation_effect,
                arcelus: parts.arcelus,
                gerfin: cells.factors.get(column).and_then(|of| factors(*of)),
                gap_contribution: cells.gap.and_then(|gap| gap.by_industry.get(column)).copied(),
            }
        });
        shown.collect()
    }

    /// The steps of a dynamic form; none of a static one.
    fn steps(&self, step: impl Fn(usize) -> (P, Option<Result<Factors, NoFactors>>)) -> Vec<v1::ShiftShareStep> {
        if !self.options.dynamic {
            return Vec::new();
        }
        let periods = self.tables.periods.iter().zip(self.tables.periods.iter().skip(1)).enumerate();
        let shown = periods.map(|(at, (first, last))| {
            let (own, of) = step(at);
            let parts = Parts::from(own);
            v1::ShiftShareStep {
                first_period: first.to_string(),
                last_period: last.to_string(),
                change: own.change(),
                national_share: parts.national_share,
                industry_mix: parts.industry_mix,
                regional_share: parts.regional_share,
                competitive_effect: parts.competitive_effect,
                allocation_effect: parts.allocation_effect,
                arcelus: parts.arcelus,
                gerfin: of.and_then(factors),
            }
        });
        shown.collect()
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Some(factors) = &self.factors {
            let why = (0..self.shift.regions().len()).filter_map(|row| Some((row, factors.region(row).err()?)));
            warnings.extend(self.tables.undefined("FACTORS_UNDEFINED", "factors", why));
        }
        warnings.extend(self.extras.warnings(self.tables));
        warnings
    }
}

/// The amounts and parts of a row.
fn amounts<P: AdditiveParts>(shift: &RegionShift<P>) -> v1::RegionShift
where
    Parts: From<P>,
{
    let parts = Parts::from(shift.parts);
    v1::RegionShift {
        start: shift.start_total,
        end: shift.end_total,
        change: shift.change,
        national_share: parts.national_share,
        industry_mix: parts.industry_mix,
        regional_share: parts.regional_share,
        net_total_shift: parts.industry_mix + parts.regional_share,
        competitive_effect: parts.competitive_effect,
        allocation_effect: parts.allocation_effect,
        arcelus: parts.arcelus,
        ..v1::RegionShift::default()
    }
}
