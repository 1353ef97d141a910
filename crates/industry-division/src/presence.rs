//! Which industries are present in which regions of a panel, as relatedness and complexity take them.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, MissingPolicy, Panel, Period, PeriodChoice, Selection, Warning,
};
use growthpole_methods::division::relatedness::PresenceError;
use growthpole_methods::division::{Components, Presence, QuotientBase, QuotientBaseError};
use growthpole_worker_kit::companions::read_other;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use crate::reading::{benchmark, benchmark_amounts, benchmark_message};

/// Pairs of region and industry that are taken at most.
pub(crate) const MOST_PAIRS: usize = 4_000_000;

/// Industries, and nodes of a network, that are taken at most.
pub(crate) const MOST_INDUSTRIES: usize = 3_000;

/// What makes an industry present.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) threshold: f64,
    /// Empty for location quotients.
    pub(crate) population_indicator: String,
}

impl Rule {
    pub(crate) fn read(message: Option<v1::PresenceRule>) -> Result<Self, Refusal> {
        let message = message.unwrap_or_default();
        let threshold = message.threshold.unwrap_or(1.0);
        if !threshold.is_finite() || threshold <= 0.0 {
            return Err(Refusal::invalid("presence.threshold", threshold, "a finite number above 0"));
        }
        Ok(Self { threshold, population_indicator: message.population_indicator })
    }

    /// The population of the first period, where amounts per head are compared.
    pub(crate) async fn population(
        &self,
        panels: &dyn PanelSource,
        main: &SourcedPanel,
        selection: &Selection,
    ) -> Result<Option<SourcedPanel>, Status> {
        let Some(&period) = main.panel.axes.periods.first().filter(|_| !self.population_indicator.is_empty()) else {
            return Ok(None);
        };
        let field = "presence.population_indicator";
        read_values(panels, main, selection, field, &self.population_indicator, period).await.map(Some)
    }
}

/// Refuses panels that are too large, by the regions and industries asked for.
pub(crate) fn check_size(panel: &Panel) -> Result<(), Refusal> {
    let (regions, industries) = (panel.axes.regions.len(), panel.axes.industries.len());
    if industries > MOST_INDUSTRIES {
        let allowed = format!("up to {MOST_INDUSTRIES} industries");
        return Err(Refusal::invalid("selection.industries", format!("{industries} industries"), &allowed));
    }
    if regions * industries > MOST_PAIRS {
        let sent = format!("{regions} regions of {industries} industries");
        return Err(Refusal::invalid("selection.regions", sent, &format!("up to {MOST_PAIRS} pairs")));
    }
    Ok(())
}

/// One value for each region of a panel, from an indicator without industries, of the same vintage.
pub(crate) async fn read_values(
    panels: &dyn PanelSource,
    main: &SourcedPanel,
    selection: &Selection,
    field: &str,
    indicator: &str,
    period: Period,
) -> Result<SourcedPanel, Status> {
    let whole = Selection { industries: IndustryChoice::All, benchmark: BenchmarkChoice::None, ..selection.clone() };
    let read = read_other(panels, main, &whole, indicator, PeriodChoice::List(vec![period])).await?;
    if read.panel.indicator.has_industries() {
        let sent = format!("\"{indicator}\"");
        return Err(Refusal::invalid(field, sent, "an indicator without industries").into());
    }
    Ok(read)
}

/// The value of each of some regions of `panel` in `values`; refused where one is missing.
pub(crate) fn values_of(values: &Panel, panel: &Panel, regions: &[usize]) -> Result<Vec<f64>, Refusal> {
    let value = |&region: &usize| {
        let code = region_code(panel, region);
        let row = values.axes.regions.iter().position(|known| known.code == code);
        row.and_then(|row| values.value(0, row, 0)).ok_or_else(|| {
            let indicator = &values.indicator.code;
            refuse::undefined(format!("region {code} has no {indicator}"), "region", code)
                .with_metadata("indicator", indicator)
        })
    };
    regions.iter().map(value).collect()
}

/// What regions have in one period, and what was left out.
#[derive(Debug)]
pub(crate) struct Structure {
    pub(crate) panel: Arc<Panel>,
    /// Position of the period in the panel.
    pub(crate) period: usize,
    /// Regions and industries with data, by position in the panel.
    pub(crate) known: Kept,
    /// Those of them that are present somewhere.
    pub(crate) kept: Kept,
    /// What presences are measured by: totals of the regions with data and of all columns of the panel.
    region_totals: Vec<f64>,
    references: Vec<f64>,
    pub(crate) left_out: Vec<v1::LeftOut>,
}

/// Regions and industries, by position in the panel, and which are present where.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) regions: Vec<usize>,
    pub(crate) columns: Vec<usize>,
    pub(crate) presence: Presence,
}

impl Kept {
    /// Some of them, by position among them.
    pub(crate) fn some(&self, regions: &[usize], columns: &[usize]) -> Self {
        let pick = |from: &[usize], of: &[usize]| of.iter().map(|&at| from[at]).collect();
        Self {
            regions: pick(&self.regions, regions),
            columns: pick(&self.columns, columns),
            presence: self.presence.restricted(regions, columns),
        }
    }
}

impl Structure {
    /// What regions have of the shown columns in a period. Location quotients are taken over all columns.
    pub(crate) fn of(
        panel: &Arc<Panel>,
        period: usize,
        shown: &[usize],
        rule: &Rule,
        policy: MissingPolicy,
        population: Option<&Panel>,
    ) -> Result<Self, Refusal> {
        let mut left_out = Vec::new();
        let regions = with_data(panel, period, policy, &mut left_out);
        let reference = match population {
            // Amounts per head are compared with those of all regions selected.
            Some(_) => totals_of_columns(panel, period, &regions),
            None => benchmark_amounts(panel, period)?,
        };
        let columns: Vec<usize> = (0..reference.len()).filter(|&column| reference[column] > 0.0).collect();
        for &column in shown.iter().filter(|&&column| reference[column] == 0.0) {
            left_out.push(left_out_industry(panel, column, "EMPTY"));
        }
        let base = base(panel, period, &regions, &columns, &reference, population)?;
        let rows = Rows { panel, period, regions: &regions, columns: &columns };
        let all = Presence::revealed_of_rows(rows.cells().iter().map(|row| &**row), &base, rule.threshold)
            .map_err(|error| refusal(error, panel, &regions, &columns))?;
        let all = Kept { regions, columns, presence: all };
        let every: Vec<usize> = (0..all.regions.len()).collect();
        let shown: Vec<usize> = (0..all.columns.len()).filter(|&at| shown.contains(&all.columns[at])).collect();
        let known = if shown.len() == all.columns.len() { all } else { all.some(&every, &shown) };
        let kept = present_somewhere(panel, &known, &mut left_out);
        if kept.regions.is_empty() || kept.columns.is_empty() {
            let message = "no industry is present anywhere: nothing reaches the threshold";
            return Err(refuse::undefined(message, "indicator", &panel.indicator.code));
        }
        let region_totals = base.region_totals().to_vec();
        Ok(Self { panel: Arc::clone(panel), period, known, kept, region_totals, references: reference, left_out })
    }

    /// Location quotient of each kept industry in each kept region, or the amount per head over that of all.
    pub(crate) fn quotients(&self) -> Vec<f64> {
        let total: f64 = self.references.iter().sum();
        let of_region = |&region: &usize| {
            let base = self.known.regions.iter().position(|known| *known == region);
            let region_total = base.map_or(f64::NAN, |at| self.region_totals[at]);
            self.kept.columns.iter().map(move |&column| {
                let amount = self.panel.value(self.period, region, column).unwrap_or(f64::NAN);
                amount * total / (region_total * self.references[column])
            })
        };
        self.kept.regions.iter().flat_map(of_region).collect()
    }

    /// Amount of each kept industry in each kept region over the region's total in them.
    pub(crate) fn shares(&self) -> Vec<f64> {
        let of_region = |&region: &usize| {
            let amount = move |&column: &usize| self.panel.value(self.period, region, column).unwrap_or(f64::NAN);
            let total: f64 = self.kept.columns.iter().map(amount).sum();
            self.kept.columns.iter().map(move |column| amount(column) / total)
        };
        self.kept.regions.iter().flat_map(of_region).collect()
    }

    pub(crate) fn base_message(&self, rule: &Rule) -> Result<v1::PresenceBase, Refusal> {
        let against = match rule.population_indicator.as_str() {
            "" => benchmark_message(benchmark(&self.panel)?),
            _ => v1::StructureBenchmark::default(),
        };
        Ok(v1::PresenceBase {
            threshold: rule.threshold,
            region: against.region,
            sum_of_level: against.sum_of_level,
            population_indicator: rule.population_indicator.clone(),
            period: self.panel.axes.periods.get(self.period).map(Period::to_string).unwrap_or_default(),
        })
    }

    pub(crate) fn region(&self, at: usize) -> Option<v1::RegionLabel> {
        let region = self.kept.regions.get(at)?;
        self.panel.axes.regions.get(*region).map(message::region_label)
    }

    pub(crate) fn industry(&self, at: usize) -> Option<v1::IndustryLabel> {
        let column = self.kept.columns.get(at)?;
        self.panel.axes.industries.get(*column).map(message::industry_label)
    }

    /// Keeps the largest component only, and lists the rest.
    pub(crate) fn keep_component(&mut self, found: &Components) {
        let largest = found.largest();
        let (regions, columns) = found.members(largest);
        let reason = || "OTHER_COMPONENT".to_owned();
        for at in (0..self.kept.regions.len()).filter(|&at| found.of_region[at] != largest) {
            let region = self.region(at);
            self.left_out.push(v1::LeftOut { region, industry: None, reason: reason() });
        }
        for at in (0..self.kept.columns.len()).filter(|&at| found.of_industry[at] != largest) {
            let industry = self.industry(at);
            self.left_out.push(v1::LeftOut { region: None, industry, reason: reason() });
        }
        self.kept = self.kept.some(&regions, &columns);
    }

    /// What leaving regions or industries out warns of.
    pub(crate) fn warning(&self) -> Option<Warning> {
        let regions = self.left_out.iter().filter_map(|left| Some(left.region.as_ref()?.code.clone()));
        let industries = self.left_out.iter().filter_map(|left| Some(left.industry.as_ref()?.code.clone()));
        let text = format!("{} regions or industries are left out; see left_out", self.left_out.len());
        let warning = Warning::new("LEFT_OUT", text).with_regions(regions).with_industries(industries);
        (!self.left_out.is_empty()).then_some(warning)
    }
}

/// Regions of which all cells are known and one is not 0.
fn with_data(panel: &Panel, period: usize, policy: MissingPolicy, left_out: &mut Vec<v1::LeftOut>) -> Vec<usize> {
    let columns = panel.axes.n_columns();
    let cells = panel.period_cells(period);
    let mut regions = Vec::new();
    for (region, row) in cells.chunks(columns).enumerate() {
        let reason = if policy == MissingPolicy::Keep && row.iter().any(|cell| cell.is_nan()) {
            "MISSING_VALUE"
        } else if row.iter().all(|cell| *cell == 0.0) {
            "EMPTY"
        } else {
            regions.push(region);
            continue;
        };
        let region = panel.axes.regions.get(region).map(message::region_label);
        left_out.push(v1::LeftOut { region, industry: None, reason: reason.to_owned() });
    }
    regions
}

fn totals_of_columns(panel: &Panel, period: usize, regions: &[usize]) -> Vec<f64> {
    let columns = panel.axes.n_columns();
    let mut totals = vec![0.0; columns];
    for &region in regions {
        let row = panel.period_cells(period).chunks(columns).nth(region).unwrap_or_default();
        totals.iter_mut().zip(row).for_each(|(total, cell)| *total += cell);
    }
    totals
}

/// Totals of regions and of the reference, over all industries; of regions their heads, where there is a population.
fn base(
    panel: &Panel,
    period: usize,
    regions: &[usize],
    columns: &[usize],
    reference: &[f64],
    population: Option<&Panel>,
) -> Result<QuotientBase, Refusal> {
    let total: f64 = reference.iter().sum();
    let region_totals: Vec<f64> = match population {
        None => {
            let cells: Vec<&[f64]> = panel.period_cells(period).chunks(panel.axes.n_columns()).collect();
            regions.iter().map(|&region| cells.get(region).map_or(0.0, |row| row.iter().sum())).collect()
        }
        Some(population) => {
            let heads = values_of(population, panel, regions)?;
            let all: f64 = heads.iter().sum();
            // In the unit of the amounts, so that both ratios are of like numbers.
            heads.iter().map(|head| head / all * total).collect()
        }
    };
    let references = columns.iter().map(|&column| reference[column]).collect();
    QuotientBase::try_new(region_totals, references, total).map_err(|error| match error {
        QuotientBaseError::InvalidRegionTotal { region, value } => {
            let code = regions.get(region).map(|&region| region_code(panel, region)).unwrap_or_default();
            refuse::undefined(format!("region {code}: {value} is not a total"), "region", code)
        }
        error => refuse::undefined(error.to_string(), "indicator", &panel.indicator.code),
    })
}

/// Rows of some regions and columns of a period.
struct Rows<'a> {
    panel: &'a Panel,
    period: usize,
    regions: &'a [usize],
    columns: &'a [usize],
}

impl Rows<'_> {
    /// The cells, row by row: as they lie in the panel, or copied where some columns are empty.
    fn cells(&self) -> Vec<std::borrow::Cow<'_, [f64]>> {
        let width = self.panel.axes.n_columns();
        let cells = self.panel.period_cells(self.period);
        let row = |&region: &usize| {
            let row = cells.get(region * width..(region + 1) * width).unwrap_or_default();
            if self.columns.len() == width {
                return std::borrow::Cow::Borrowed(row);
            }
            std::borrow::Cow::Owned(self.columns.iter().filter_map(|&column| row.get(column)).copied().collect())
        };
        self.regions.iter().map(row).collect()
    }
}

fn refusal(error: PresenceError, panel: &Panel, regions: &[usize], columns: &[usize]) -> Refusal {
    let of = |positions: &[usize], at: usize| positions.get(at).copied().unwrap_or(at);
    match error {
        PresenceError::InvalidCell { cell, industries, .. } => {
            let (region, column) = (of(regions, cell / industries), of(columns, cell % industries));
            let period_value = panel.value(0, region, column).unwrap_or(f64::NAN);
            refuse::not_an_amount(panel, region, column, period_value)
        }
        PresenceError::Undefined { region, industry } => {
            let (region, column) =
                (region_code(panel, of(regions, region)), industry_code(panel, of(columns, industry)));
            refuse::undefined(error.to_string(), "region", region).with_metadata("industry", column)
        }
        PresenceError::NotRectangular { .. } | PresenceError::Base(_) => {
            refuse::undefined(error.to_string(), "indicator", &panel.indicator.code)
        }
    }
}

/// Leaves out regions that have nothing and industries that are nowhere.
fn present_somewhere(panel: &Panel, known: &Kept, left_out: &mut Vec<v1::LeftOut>) -> Kept {
    let (diversity, ubiquity) = (known.presence.diversity(), known.presence.ubiquity());
    let some = |counts: &[u32]| -> Vec<usize> { (0..counts.len()).filter(|&at| counts[at] > 0).collect() };
    let (regions, columns) = (some(&diversity), some(&ubiquity));
    for at in (0..diversity.len()).filter(|&at| diversity[at] == 0) {
        let region = panel.axes.regions.get(known.regions[at]).map(message::region_label);
        left_out.push(v1::LeftOut { region, industry: None, reason: "ABSENT".to_owned() });
    }
    for at in (0..ubiquity.len()).filter(|&at| ubiquity[at] == 0) {
        left_out.push(left_out_industry(panel, known.columns[at], "ABSENT"));
    }
    if (regions.len(), columns.len()) == (diversity.len(), ubiquity.len()) {
        return known.clone();
    }
    known.some(&regions, &columns)
}

fn left_out_industry(panel: &Panel, column: usize, reason: &str) -> v1::LeftOut {
    let industry = panel.axes.industries.get(column).map(message::industry_label);
    v1::LeftOut { region: None, industry, reason: reason.to_owned() }
}
