//! The cluster, its location quotients, and the problem that is solved.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{Industry, Panel, Region};
use growthpole_methods::division::plan::{DivisionProblem, FrictionTerm};
use growthpole_methods::division::{location_quotient_cell, log_quotient, symmetric_quotient};
use growthpole_methods::{Amounts, Matrix};

use super::constraints::{Constraints, Options};
use crate::reading::{amounts, benchmark_amounts};

/// How many times the largest value the cost of one shared home may be.
const MOST_FRICTION: f64 = 1000.0;

/// Shares of the cluster's activity that differ by less than this part are equal.
const PRESENCE_TOLERANCE: f64 = 1e-12;

/// Regions and candidate industries by code, with what the plan is made from.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) regions: Vec<Region>,
    pub(crate) industries: Vec<Industry>,
    /// Location quotients against the benchmark, region by region; nothing where undefined.
    pub(crate) quotients: Vec<Option<f64>>,
    /// Values before importance, region by region; nothing where the pair cannot be chosen.
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) importance: Vec<f64>,
    /// Pairs in which the region has too little of the industry.
    below_presence: Vec<(usize, usize)>,
    friction: Option<FrictionTerm>,
}

impl Cluster {
    /// The regions of a panel of all industries, with the candidates in these columns.
    pub(crate) fn of(panel: &Panel, columns: Vec<usize>, options: &Options) -> Result<Self, Refusal> {
        let rows: Vec<usize> = (0..panel.axes.regions.len()).collect();
        let all = amounts(panel, 0, &rows)?;
        let whole = benchmark_amounts(panel, 0)?;
        let total: f64 = whole.iter().sum();
        let pairs = rows.iter().flat_map(|&row| columns.iter().map(move |&column| (row, column)));
        let quotients: Vec<Option<f64>> = pairs
            .map(|(row, column)| {
                location_quotient_cell(all.region(row)[column], all.region_totals()[row], whole[column], total)
            })
            .collect();
        let value = |quotient: &Option<f64>| match options.value {
            v1::DivisionValue::SymmetricQuotient => quotient.and_then(symmetric_quotient),
            v1::DivisionValue::LogQuotient | v1::DivisionValue::Unspecified => quotient.and_then(log_quotient),
        };
        Ok(Self {
            values: quotients.iter().map(value).collect(),
            quotients,
            importance: importance(&all, &columns, options.by_importance)?,
            below_presence: below_presence(&all, &columns, options.minimum_presence),
            friction: friction(panel, &all, &columns, options)?,
            industries: columns.iter().filter_map(|&column| panel.axes.industries.get(column).cloned()).collect(),
            regions: panel.axes.regions.clone(),
        })
    }

    pub(crate) fn region_codes(&self) -> Vec<&str> {
        self.regions.iter().map(|region| region.code.as_str()).collect()
    }

    pub(crate) fn industry_codes(&self) -> Vec<&str> {
        self.industries.iter().map(|industry| industry.code.as_str()).collect()
    }

    /// Position of a pair in what is kept region by region.
    pub(crate) fn pair(&self, region: usize, industry: usize) -> usize {
        region * self.industries.len() + industry
    }

    pub(crate) fn problem(&self, constraints: &Constraints) -> Result<DivisionProblem, Refusal> {
        self.check_friction()?;
        let values: Vec<f64> = self.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        let values = Matrix::try_new(values, self.industries.len())
            .map_err(|_| Refusal::new(Reason::EmptySelection, "no region or no candidate industry is left"))?;
        Ok(DivisionProblem {
            importance: self.importance.clone(),
            homes: constraints.homes.clone(),
            focuses: constraints.focuses.clone(),
            pins: constraints.pins.clone(),
            bans: constraints.bans.clone(),
            below_presence: self.below_presence.clone(),
            friction: self.friction.clone(),
            ..DivisionProblem::new(values)
        })
    }
}

impl Cluster {
    /// Refuses a friction that is so much larger than the values that these could not be told apart beside it: plans are
    /// equal within 1e-9 of the largest number in the objective.
    fn check_friction(&self) -> Result<(), Refusal> {
        let Some(term) = &self.friction else { return Ok(()) };
        let pairs = self.values.iter().zip(self.importance.iter().cycle());
        let largest_gain = pairs
            .filter_map(|(value, importance)| value.map(|value| (value * importance).abs()))
            .fold(0.0_f64, f64::max);
        let largest_weight = term.pair_weights.cells().iter().copied().fold(0.0_f64, f64::max);
        let largest_share = term.shares.cells().iter().copied().fold(0.0_f64, f64::max);
        let most = MOST_FRICTION * largest_gain / (largest_weight * largest_share);
        if term.lambda <= most || most.is_nan() {
            return Ok(());
        }
        let allowed = format!("up to {most:.3e} on these data; to forbid shared homes, say homes.max = 1");
        Err(Refusal::invalid("friction_weight", term.lambda, &allowed))
    }
}

/// The weights with a mean of 1, so that the weight of friction means the same whatever pairs are weighed by.
fn with_mean_one(weights: &Matrix) -> Matrix {
    let pairs = weights.n_rows() * weights.n_rows().saturating_sub(1);
    let mean = weights.cells().iter().sum::<f64>() / pairs.max(1) as f64;
    if mean > 0.0 { weights.map(|weight| weight / mean) } else { weights.clone() }
}

/// Amounts of the cluster in each of some industries.
fn cluster_totals(all: &Amounts, columns: &[usize]) -> Vec<f64> {
    columns.iter().map(|&column| all.industry_totals()[column]).collect()
}

/// Shares of the candidates in the cluster's total over them, or 1 each.
fn importance(all: &Amounts, columns: &[usize], weigh: bool) -> Result<Vec<f64>, Refusal> {
    let totals = cluster_totals(all, columns);
    let sum: f64 = totals.iter().sum();
    match (weigh, sum > 0.0) {
        (false, _) => Ok(vec![1.0; columns.len()]),
        (true, true) => Ok(totals.iter().map(|total| total / sum).collect()),
        (true, false) => {
            let message = "the regions have nothing of the candidate industries, so that none is of importance";
            Err(Refusal::new(Reason::UndefinedOnData, message))
        }
    }
}

/// Pairs whose region has less of the industry than the least share of the cluster's.
fn below_presence(all: &Amounts, columns: &[usize], least: f64) -> Vec<(usize, usize)> {
    let totals = cluster_totals(all, columns);
    let pairs = (0..all.n_regions()).flat_map(|row| (0..columns.len()).map(move |index| (row, index)));
    let is_below = |&(row, index): &(usize, usize)| {
        let amount = all.region(row)[columns[index]];
        // Nothing of nothing is no share that could reach the least one.
        least > 0.0 && (totals[index] == 0.0 || amount < least * totals[index] * (1.0 - PRESENCE_TOLERANCE))
    };
    pairs.filter(is_below).collect()
}

/// Friction where homes are shared, from shares of the regions' totals over all industries.
fn friction(
    panel: &Panel,
    all: &Amounts,
    columns: &[usize],
    options: &Options,
) -> Result<Option<FrictionTerm>, Refusal> {
    let Some((lambda, weights)) = options.friction else { return Ok(None) };
    let rows: Vec<usize> = (0..all.n_regions()).collect();
    let pair_weights = with_mean_one(&weights.matrix(panel, &rows, all.region_totals(), "pair_weights")?);
    let share = |row: usize, index: usize| match all.region_totals()[row] {
        total if total > 0.0 => all.region(row)[columns[index]] / total,
        _ => 0.0,
    };
    let shares = Matrix::from_fn(rows.len(), columns.len(), share);
    Ok(Some(FrictionTerm { lambda, pair_weights, shares }))
}
