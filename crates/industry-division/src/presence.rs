//! Which industries are present in which regions of a panel, as relatedness and complexity take them.

mod against;
mod given;

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, MissingPolicy, Panel, Period, PeriodChoice, Selection, Warning,
};
use growthpole_methods::division::{Components, Presence};
use growthpole_methods::{FilledRows, RowSource};
use growthpole_worker_kit::companions::read_other;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::region_code;
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use against::{Against, row_of};
use given::GivenPresence;

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
    /// Location quotient that must be reached beside amounts per head.
    quotient_threshold: Option<f64>,
    pub(crate) given: GivenPresence,
}

impl Rule {
    pub(crate) fn read(message: Option<v1::PresenceRule>) -> Result<Self, Refusal> {
        let v1::PresenceRule { threshold, population_indicator, quotient_threshold, given } =
            message.unwrap_or_default();
        let given = GivenPresence::read(given)?;
        if !given.is_empty()
            && (threshold.is_some() || quotient_threshold.is_some() || !population_indicator.is_empty())
        {
            return Err(Refusal::invalid("presence.given", "presences beside another rule", "one of both"));
        }
        if population_indicator.is_empty()
            && let Some(sent) = quotient_threshold
        {
            let allowed = "a population indicator beside it: without one, threshold is of location quotients";
            return Err(Refusal::invalid("presence.quotient_threshold", sent, allowed));
        }
        let positive = |field: &str, sent: f64| match sent {
            sent if sent.is_finite() && sent > 0.0 => Ok(sent),
            sent => Err(Refusal::invalid(field, sent, "a finite number above 0")),
        };
        Ok(Self {
            threshold: positive("presence.threshold", threshold.unwrap_or(1.0))?,
            population_indicator,
            quotient_threshold: quotient_threshold
                .map(|sent| positive("presence.quotient_threshold", sent))
                .transpose()?,
            given,
        })
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
        let whole = |reference| Against { panel, period, regions: &regions, reference };
        let against = match population {
            // Amounts per head are compared with those of all regions selected.
            Some(_) => Against::of_those_selected(panel, period, &regions),
            None => whole(benchmark_amounts(panel, period)?),
        };
        let columns: Vec<usize> =
            (0..against.reference.len()).filter(|&column| against.reference[column] > 0.0).collect();
        for &column in shown.iter().filter(|&&column| against.reference[column] == 0.0) {
            left_out.push(left_out_industry(panel, column, "EMPTY"));
        }
        let base = against.base(&columns, population)?;
        // Cells that are no amounts are refused where presences are given, too.
        let mut all = against.presence(&columns, &base, rule.threshold)?;
        if !rule.given.is_empty() {
            all = rule.given.presence(panel, &regions, &columns)?;
        }
        if let Some(threshold) = rule.quotient_threshold {
            let quotients = whole(benchmark_amounts(panel, period)?);
            let own = quotients.presence(&columns, &quotients.base(&columns, None)?, threshold)?;
            all = all.and(&own).ok_or_else(|| Refusal::internal("presences of other regions or industries"))?;
        }
        let (region_totals, reference) = (base.region_totals().to_vec(), against.reference);
        let all = Kept { regions, columns, presence: all };
        let every: Vec<usize> = (0..all.regions.len()).collect();
        let shown: Vec<usize> = (0..all.columns.len()).filter(|&at| shown.contains(&all.columns[at])).collect();
        let known = if shown.len() == all.columns.len() { all } else { all.some(&every, &shown) };
        let kept = present_somewhere(panel, &known, &mut left_out);
        if kept.regions.is_empty() || kept.columns.is_empty() {
            let message = "no industry is present anywhere: nothing reaches the threshold";
            return Err(refuse::undefined(message, "indicator", &panel.indicator.code));
        }
        Ok(Self { panel: Arc::clone(panel), period, known, kept, region_totals, references: reference, left_out })
    }

    /// Location quotient of each kept industry in each kept region, or the amount per head over that of all, where it is asked
    /// for: no table is made.
    pub(crate) fn quotients(&self) -> impl RowSource {
        let quotient = self.quotient();
        FilledRows::new(self.kept.regions.len(), self.kept.columns.len(), move |region, cells: &mut [f64]| {
            cells.iter_mut().enumerate().for_each(|(industry, cell)| *cell = quotient(region, industry));
        })
    }

    /// The same with a row for each industry.
    pub(crate) fn quotients_by_industry(&self) -> impl RowSource {
        let quotient = self.quotient();
        FilledRows::new(self.kept.columns.len(), self.kept.regions.len(), move |industry, cells: &mut [f64]| {
            cells.iter_mut().enumerate().for_each(|(region, cell)| *cell = quotient(region, industry));
        })
    }

    /// The quotient of a kept region and industry, by position among them.
    fn quotient(&self) -> impl Fn(usize, usize) -> f64 {
        let total: f64 = self.references.iter().sum();
        let place = |region: &usize| self.known.regions.binary_search(region).ok();
        let totals: Vec<f64> =
            self.kept.regions.iter().map(|own| place(own).map_or(f64::NAN, |at| self.region_totals[at])).collect();
        move |region, industry| {
            let reference = self.references[self.kept.columns[industry]];
            self.amount(region, industry) * total / (totals[region] * reference)
        }
    }

    /// Amount of each kept industry in each kept region over the region's total in them, where it is asked for.
    pub(crate) fn shares(&self) -> impl RowSource {
        let amounts = self.amounts();
        FilledRows::new(self.kept.regions.len(), self.kept.columns.len(), move |region, cells: &mut [f64]| {
            amounts.fill(region, cells);
            let total: f64 = cells.iter().sum();
            cells.iter_mut().for_each(|cell| *cell /= total);
        })
    }

    /// Amount of each kept industry in each kept region, where it is asked for.
    pub(crate) fn amounts(&self) -> impl RowSource {
        FilledRows::new(self.kept.regions.len(), self.kept.columns.len(), move |region, cells: &mut [f64]| {
            let row = self.row(region);
            cells.iter_mut().zip(&self.kept.columns).for_each(|(cell, &column)| *cell = row[column]);
        })
    }

    /// Amount of a kept industry in a kept region, by position among them.
    pub(crate) fn amount(&self, region: usize, industry: usize) -> f64 {
        self.row(region)[self.kept.columns[industry]]
    }

    /// All cells of a kept region, by position among them, as they lie in the panel.
    fn row(&self, region: usize) -> &[f64] {
        row_of(&self.panel, self.period, self.kept.regions[region])
    }

    pub(crate) fn base_message(&self, rule: &Rule) -> Result<v1::PresenceBase, Refusal> {
        let against = match rule.population_indicator.as_str() {
            _ if !rule.given.is_empty() => v1::StructureBenchmark::default(),
            "" => benchmark_message(benchmark(&self.panel)?),
            _ => v1::StructureBenchmark::default(),
        };
        let given = !rule.given.is_empty();
        Ok(v1::PresenceBase {
            threshold: if given { 0.0 } else { rule.threshold },
            region: against.region,
            sum_of_level: against.sum_of_level,
            population_indicator: rule.population_indicator.clone(),
            period: self.panel.axes.periods.get(self.period).map(Period::to_string).unwrap_or_default(),
            quotient_threshold: rule.quotient_threshold,
            given,
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
            self.left_out.push(v1::LeftOut { region, industry: None, reason: reason(), ..Default::default() });
        }
        for at in (0..self.kept.columns.len()).filter(|&at| found.of_industry[at] != largest) {
            let industry = self.industry(at);
            self.left_out.push(v1::LeftOut { region: None, industry, reason: reason(), ..Default::default() });
        }
        self.kept = self.kept.some(&regions, &columns);
    }

    /// What leaving regions or industries out warns of.
    pub(crate) fn warning(&self) -> Option<Warning> {
        left_out_warning(&self.left_out)
    }
}

/// What leaving regions or industries out warns of; nothing where none are.
pub(crate) fn left_out_warning(left_out: &[v1::LeftOut]) -> Option<Warning> {
    let regions = left_out.iter().filter_map(|left| Some(left.region.as_ref()?.code.clone()));
    let industries = left_out.iter().filter_map(|left| Some(left.industry.as_ref()?.code.clone()));
    let text = format!("{} regions or industries are left out; see left_out", left_out.len());
    let warning = Warning::new("LEFT_OUT", text).with_regions(regions).with_industries(industries);
    (!left_out.is_empty()).then_some(warning)
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
        left_out.push(v1::LeftOut { region, industry: None, reason: reason.to_owned(), ..Default::default() });
    }
    regions
}

/// Leaves out regions that have nothing and industries that are nowhere.
fn present_somewhere(panel: &Panel, known: &Kept, left_out: &mut Vec<v1::LeftOut>) -> Kept {
    let (diversity, ubiquity) = (known.presence.diversity(), known.presence.ubiquity());
    let some = |counts: &[u32]| -> Vec<usize> { (0..counts.len()).filter(|&at| counts[at] > 0).collect() };
    let (regions, columns) = (some(&diversity), some(&ubiquity));
    for at in (0..diversity.len()).filter(|&at| diversity[at] == 0) {
        let region = panel.axes.regions.get(known.regions[at]).map(message::region_label);
        left_out.push(v1::LeftOut { region, industry: None, reason: "ABSENT".to_owned(), ..Default::default() });
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
    v1::LeftOut { region: None, industry, reason: reason.to_owned(), ..Default::default() }
}
