//! What hangs on each sector: of the table itself, or of each region's.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::division::economic_base::{
    Extraction, InputOutput, Linkages, QuotientMethod, SectorKind, attribute, extract, ghosh_inverse, leontief_inverse,
    linkages, multipliers, regional_quotients, regional_table,
};
use growthpole_methods::division::location_quotient_cell;
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::refuse;
use v1::RegionalQuotient;

use super::activity::Activity;
use super::options::Options;
use super::table::Table;

const MOST_GROUPS: usize = 1_000;
/// Steps of all inverses together.
const MOST_STEPS: u128 = 10_000_000_000;
/// Cells of all matrices in the answer.
const MOST_CELLS: usize = 3_000_000;

/// Tables to analyse.
pub(super) struct Analyses {
    table: Option<Table>,
    /// The region of each table with its location quotients by sector, where tables are made of the request's.
    regions: Option<Vec<Regional>>,
    quotient: QuotientMethod,
    /// Sectors of each group that is taken out.
    extractions: Vec<(String, Vec<usize>)>,
    matrices: bool,
    without_activity: Vec<String>,
}

/// What a region's table is made with.
struct Regional {
    label: v1::RegionLabel,
    /// None for a region without activity.
    own: Option<Sectors>,
}

/// A region's place in each sector.
struct Sectors {
    /// Location quotients.
    quotients: Vec<f64>,
    /// Its share of each sector.
    shares: Vec<f64>,
    /// Its share of everything.
    share: f64,
}

impl Analyses {
    /// Finds the sectors of groups and the activity of regions, and refuses work beyond the limits.
    pub(super) fn of(activity: Option<&Activity>, table: Option<Table>, options: &Options) -> Result<Self, Refusal> {
        let mut own = Self {
            regions: None,
            quotient: method(options.quotient),
            extractions: Vec::new(),
            matrices: options.matrices,
            without_activity: Vec::new(),
            table: None,
        };
        let Some(table) = table else { return Ok(own) };
        own.extractions = groups(&table.sectors, &options.extractions)?;
        if let Some(activity) = activity.filter(|_| options.quotient.is_some()) {
            let members = members(activity, &table.sectors)?;
            own.without_activity = without_activity(activity, &table.sectors, &members);
            own.regions = Some(regions(activity, &members)?);
        }
        own.check_work(table.sectors.len())?;
        own.table = Some(table);
        Ok(own)
    }

    fn check_work(&self, n: usize) -> Result<(), Refusal> {
        let tables = self.regions.as_ref().map_or(1, Vec::len);
        let steps = (n as u128).pow(3) * tables as u128;
        if steps > MOST_STEPS {
            let sent = format!("{tables} regions of {n} sectors");
            return Err(Refusal::invalid("input_output", sent, "regions x sectors^3 up to 1e10"));
        }
        let cells = tables.saturating_mul(n * n).saturating_mul(3);
        if self.matrices && cells > MOST_CELLS {
            let sent = format!("matrices of {cells} cells");
            return Err(Refusal::invalid("input_output.matrices", sent, "up to 3000000 cells in all"));
        }
        Ok(())
    }

    /// Sectors of which the benchmark has nothing.
    pub(super) fn warning(&self) -> Option<Warning> {
        let codes = self.without_activity.clone();
        let text = format!("{} sectors have no activity in the benchmark: no region has them", codes.len());
        (!codes.is_empty()).then(|| Warning::new("SECTORS_WITHOUT_ACTIVITY", text).with_industries(codes))
    }

    /// Analyses every table.
    pub(super) fn run(&self, progress: &Progress) -> Result<Vec<v1::TableAnalysis>, Refusal> {
        let Some(table) = &self.table else { return Ok(Vec::new()) };
        let Some(regions) = &self.regions else {
            progress.expect(1);
            progress.advance(1).map_err(refuse::stopped)?;
            return Ok(vec![self.analysis(table, &table.table, None)?]);
        };
        progress.expect(regions.len());
        let mut analyses = Vec::with_capacity(regions.len());
        for region in regions {
            progress.advance(1).map_err(refuse::stopped)?;
            analyses.push(self.of_region(table, region)?);
        }
        Ok(analyses)
    }

    fn of_region(&self, table: &Table, region: &Regional) -> Result<v1::TableAnalysis, Refusal> {
        let label = Some(region.label.clone());
        let Some(own) = &region.own else {
            let reason = "EMPTY_REGION".to_owned();
            return Ok(v1::TableAnalysis { region: label, reason, ..Default::default() });
        };
        let contradicts = |error: &dyn std::fmt::Display| {
            let message = format!("{}: {error}, beside the benchmark", region.label.code);
            refuse::undefined(message, "region", &region.label.code)
        };
        let quotients =
            regional_quotients(self.quotient, &own.quotients, own.share).map_err(|own| contradicts(&own))?;
        let regional = regional_table(&table.table, &quotients, &own.shares).map_err(|own| contradicts(&own))?;
        let analysis = self.analysis(table, &regional, Some(own))?;
        Ok(v1::TableAnalysis { region: label, ..analysis })
    }

    fn analysis(
        &self,
        table: &Table,
        own: &InputOutput,
        region: Option<&Sectors>,
    ) -> Result<v1::TableAnalysis, Refusal> {
        let output: f64 = own.outputs().iter().sum();
        let (Ok(leontief), Ok(ghosh)) = (leontief_inverse(own), ghosh_inverse(own)) else {
            let reason = "NOT_PRODUCTIVE".to_owned();
            return Ok(v1::TableAnalysis { output, reason, ..Default::default() });
        };
        let inverses = Inverses { table: own, leontief: &leontief, ghosh: &ghosh, output };
        let mut sectors = Vec::with_capacity(own.n_sectors());
        for (sector, linked) in linkages(own, &leontief, &ghosh).iter().enumerate() {
            let label = &table.sectors[sector];
            sectors.push(v1::SectorAnalysis {
                location_quotient: region.map(|own| own.quotients[sector]),
                extraction: Some(inverses.loss(&inverses.without(&[sector])?)),
                ..sector_analysis(label, own.outputs()[sector], linked)
            });
        }
        let extractions = self.extractions.iter().map(|(name, group)| {
            let lost = inverses.without(group)?;
            let loss = Some(inverses.loss(&lost));
            Ok(v1::ExtractionResult { name: name.clone(), loss, by_sector: lost.total })
        });
        let extractions = extractions.collect::<Result<_, Refusal>>()?;
        let accounts = if region.is_none() { figures(table, &leontief, &mut sectors)? } else { Vec::new() };
        let matrix = |cells: &Matrix| if self.matrices { cells.cells().to_vec() } else { Vec::new() };
        Ok(v1::TableAnalysis {
            region: None,
            output,
            sectors,
            extractions,
            accounts,
            coefficients: matrix(&own.input_coefficients()),
            leontief: matrix(&leontief),
            ghosh: matrix(&ghosh),
            reason: String::new(),
        })
    }
}

/// A table with its inverses.
struct Inverses<'a> {
    table: &'a InputOutput,
    leontief: &'a Matrix,
    ghosh: &'a Matrix,
    output: f64,
}

impl Inverses<'_> {
    fn without(&self, sectors: &[usize]) -> Result<Extraction, Refusal> {
        extract(self.table, self.leontief, self.ghosh, sectors).map_err(Refusal::internal)
    }

    fn loss(&self, lost: &Extraction) -> v1::ExtractionLoss {
        let sum = |losses: &[f64]| losses.iter().sum::<f64>();
        v1::ExtractionLoss {
            total: sum(&lost.total),
            backward: sum(&lost.backward),
            forward: sum(&lost.forward),
            share: (self.output > 0.0).then(|| sum(&lost.total) / self.output),
        }
    }
}

/// Adds multipliers of the table's figures to the sectors, and gives the accounts by group.
fn figures(
    table: &Table,
    leontief: &Matrix,
    sectors: &mut [v1::SectorAnalysis],
) -> Result<Vec<v1::GroupAccount>, Refusal> {
    let mut accounts = Vec::new();
    households(table, sectors);
    for figure in &table.figures {
        let of = |inverse: &Matrix| multipliers(&table.table, inverse, &figure.values).map_err(Refusal::internal);
        let own = of(leontief)?;
        let closed = table.closed.as_ref().map(|closed| of(&closed.sectors)).transpose()?;
        for (sector, analysis) in sectors.iter_mut().enumerate() {
            analysis.figures.push(v1::FigureMultiplier {
                name: figure.name.clone(),
                direct: own.direct[sector],
                total: own.total[sector],
                type_one: own.type_one[sector],
                total_with_households: closed.as_ref().map(|closed| closed.total[sector]),
                // Total over direct by the inverse with households.
                type_two: closed.as_ref().and_then(|closed| closed.type_one[sector]),
            });
        }
        let (Some((names, groups)), Some(demand)) = (&table.groups, &table.demand) else { continue };
        let by_group = attribute(&own.direct, leontief, demand, groups).map_err(Refusal::internal)?;
        accounts.extend(names.iter().enumerate().map(|(group, name)| v1::GroupAccount {
            figure: figure.name.clone(),
            group: name.clone(),
            production: by_group.production[group],
            consumption: by_group.consumption[group],
            imports: by_group.imports[group],
            exports: by_group.exports[group],
        }));
    }
    Ok(accounts)
}

/// Adds what a unit of final demand calls for where households spend again what they earn.
fn households(table: &Table, sectors: &mut [v1::SectorAnalysis]) {
    let Some(closed) = &table.closed else { return };
    let outputs = closed.output_multipliers();
    for ((analysis, output), income) in sectors.iter_mut().zip(outputs).zip(&closed.incomes) {
        analysis.output_multiplier_with_households = Some(output);
        analysis.household_income = Some(*income);
    }
}

fn sector_analysis(label: &v1::Sector, output: f64, own: &Linkages) -> v1::SectorAnalysis {
    let kind = match own.kind {
        SectorKind::Key => v1::SectorKind::Key,
        SectorKind::Backward => v1::SectorKind::Backward,
        SectorKind::Forward => v1::SectorKind::Forward,
        SectorKind::Weak => v1::SectorKind::Weak,
    };
    v1::SectorAnalysis {
        code: label.code.clone(),
        name: label.name.clone(),
        output,
        direct_backward: own.direct_backward,
        direct_forward: own.direct_forward,
        output_multiplier: own.output_multiplier,
        supply_multiplier: own.supply_multiplier,
        backward: own.backward,
        forward: own.forward,
        sensitivity: own.sensitivity,
        backward_spread: own.backward_spread,
        forward_spread: own.forward_spread,
        kind: kind.into(),
        ..Default::default()
    }
}

fn method(quotient: Option<(RegionalQuotient, Option<f64>)>) -> QuotientMethod {
    let delta = quotient.and_then(|(_, delta)| delta).unwrap_or_default();
    match quotient.map(|(quotient, _)| quotient) {
        Some(RegionalQuotient::Slq) => QuotientMethod::Simple,
        Some(RegionalQuotient::Cilq) => QuotientMethod::CrossIndustry,
        Some(RegionalQuotient::Aflq) => QuotientMethod::AugmentedFlegg { delta },
        Some(RegionalQuotient::Flq | RegionalQuotient::Unspecified) | None => QuotientMethod::Flegg { delta },
    }
}

/// Positions of the sectors of each group.
fn groups(sectors: &[v1::Sector], sent: &[v1::SectorGroup]) -> Result<Vec<(String, Vec<usize>)>, Refusal> {
    if sent.len() > MOST_GROUPS {
        return Err(Refusal::invalid("input_output.extractions", format!("{} groups", sent.len()), "at most 1000"));
    }
    let mut groups = Vec::with_capacity(sent.len());
    for (at, group) in sent.iter().enumerate() {
        let field = format!("input_output.extractions[{at}].sectors");
        if group.sectors.is_empty() {
            return Err(Refusal::invalid(&field, "nothing", "at least one sector"));
        }
        let mut members = Vec::with_capacity(group.sectors.len());
        for (at, code) in group.sectors.iter().enumerate() {
            let known = sectors.iter().position(|own| own.code == *code).filter(|own| !members.contains(own));
            members.push(known.ok_or_else(|| {
                Refusal::invalid(&format!("{field}[{at}]"), format!("\"{code}\""), "sectors of the table, each once")
            })?);
        }
        groups.push((group.name.clone(), members));
    }
    Ok(groups)
}

/// Positions of the industries of each sector.
fn members(activity: &Activity, sectors: &[v1::Sector]) -> Result<Vec<Vec<usize>>, Refusal> {
    let of = |(at, sector): (usize, &v1::Sector)| {
        let position = |code: &String| {
            activity.industry(code).ok_or_else(|| {
                let field = format!("input_output.table.sectors[{at}].industries");
                Refusal::invalid(&field, format!("\"{code}\""), "industries that totals are over")
            })
        };
        if sector.industries.is_empty() {
            return Ok(vec![position(&sector.code)?]);
        }
        sector.industries.iter().map(position).collect()
    };
    sectors.iter().enumerate().map(of).collect()
}

fn sum(cells: &[f64], members: &[usize]) -> f64 {
    members.iter().map(|&industry| cells[industry]).sum()
}

fn without_activity(activity: &Activity, sectors: &[v1::Sector], members: &[Vec<usize>]) -> Vec<String> {
    let empty = sectors.iter().zip(members).filter(|(_, members)| sum(&activity.benchmark, members) == 0.0);
    empty.map(|(sector, _)| sector.code.clone()).collect()
}

/// The shown regions' places in each sector, by code, and those without activity.
fn regions(activity: &Activity, members: &[Vec<usize>]) -> Result<Vec<Regional>, Refusal> {
    let overall: f64 = activity.benchmark.iter().sum();
    let of = |&region: &usize| {
        let (row, total) = (activity.row(region), activity.totals[region]);
        let of_sector = |members: &Vec<usize>| (sum(row, members), sum(&activity.benchmark, members));
        let quotient = |(own, all): (f64, f64)| location_quotient_cell(own, total, all, overall).unwrap_or_default();
        let share = |(own, all): (f64, f64)| if all > 0.0 { own / all } else { 0.0 };
        let own = Sectors {
            quotients: members.iter().map(of_sector).map(quotient).collect(),
            shares: members.iter().map(of_sector).map(share).collect(),
            share: total / overall,
        };
        Regional { label: activity.regions[region].clone(), own: Some(own) }
    };
    let mut regions: Vec<Regional> = activity.shown_regions.iter().map(of).collect();
    regions.extend(activity.empty.iter().map(|label| Regional { label: label.clone(), own: None }));
    regions.sort_by(|a, b| a.label.code.cmp(&b.label.code));
    Ok(regions)
}
