//! The cluster: what its amounts are worth, and the problem that is solved.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{Industry, Panel, Region};
use growthpole_methods::division::plan::{Balance, Cap, DivisionProblem, FrictionTerm, ValueTerm, value_of_terms};
use growthpole_methods::division::{location_quotient_cell, log_quotient, symmetric_quotient};
use growthpole_methods::{Amounts, Matrix};

use super::inputs::Inputs;
use super::options::Options;
use super::rules::Rules;

/// How many times the largest value the cost of one shared home may be.
const MOST_FRICTION: f64 = 1000.0;

/// Shares of the cluster's activity that differ by less than this part are equal.
const PRESENCE_TOLERANCE: f64 = 1e-12;

/// What stays as it is when amounts are drawn anew.
#[derive(Debug)]
pub(crate) struct Basis {
    pub(crate) regions: Vec<Region>,
    pub(crate) industries: Vec<Industry>,
    /// Columns of the candidates among all industries.
    pub(crate) columns: Vec<usize>,
    pub(crate) options: Options,
    pub(crate) rules: Rules,
    pub(crate) inputs: Inputs,
    /// Weights of pairs as they are, where friction counts or is reported.
    pub(crate) pair_weights: Option<Matrix>,
}

/// Amounts and what follows from them, region by region.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Of all industries that totals are over.
    pub(crate) amounts: Amounts,
    /// Location quotients against the benchmark; nothing where undefined.
    pub(crate) quotients: Vec<Option<f64>>,
    /// Values before importance; nothing where the pair cannot be chosen.
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) terms: Vec<Term>,
    pub(crate) importance: Vec<f64>,
    /// Pairs in which the region has too little of the industry.
    below_presence: Vec<(usize, usize)>,
    /// Where friction counts.
    shares: Option<Matrix>,
}

/// A term of the values.
#[derive(Debug)]
pub(crate) struct Term {
    pub(crate) name: &'static str,
    pub(crate) weight: f64,
    /// As it is, regions x candidates; NaN where undefined.
    pub(crate) cells: Matrix,
    /// Scaled and weighted.
    pub(crate) parts: Matrix,
}

impl Basis {
    pub(crate) fn n_industries(&self) -> usize {
        self.industries.len()
    }

    /// Position of a pair in what is kept region by region.
    pub(crate) fn pair(&self, region: usize, industry: usize) -> usize {
        region * self.industries.len() + industry
    }

    pub(crate) fn region_code(&self, region: usize) -> &str {
        self.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default()
    }

    pub(crate) fn industry_code(&self, industry: usize) -> &str {
        self.industries.get(industry).map(|industry| industry.code.as_str()).unwrap_or_default()
    }

    /// Amounts of the regions in all industries, against the benchmark's.
    pub(crate) fn cluster(&self, amounts: Amounts, whole: &[f64]) -> Result<Cluster, Refusal> {
        let total: f64 = whole.iter().sum();
        let pairs = (0..amounts.n_regions()).flat_map(|row| self.columns.iter().map(move |&column| (row, column)));
        let quotients: Vec<Option<f64>> = pairs
            .map(|(row, column)| {
                let of_region = amounts.region_totals()[row];
                location_quotient_cell(amounts.region(row)[column], of_region, whole[column], total)
            })
            .collect();
        let (terms, values) = self.terms(&amounts, whole, &quotients)?;
        Ok(Cluster {
            values,
            terms,
            quotients,
            importance: importance(&amounts, &self.columns, self.options.by_importance)?,
            below_presence: below_presence(&amounts, &self.columns, self.options.minimum_presence),
            shares: self.options.has_friction().then(|| shares(&amounts, &self.columns)),
            amounts,
        })
    }

    /// The terms that count, and the values that they add up to.
    fn terms(
        &self,
        amounts: &Amounts,
        whole: &[f64],
        quotients: &[Option<f64>],
    ) -> Result<(Vec<Term>, Vec<Option<f64>>), Refusal> {
        let asked = &self.options.terms;
        let (rows, columns) = (amounts.n_regions(), self.columns.len());
        let mut named = Vec::new();
        if asked.quotient != 0.0 {
            let cell = |row: usize, index: usize| self.value_of_quotient(quotients[row * columns + index]);
            named.push(("QUOTIENT", asked.quotient, Matrix::from_fn(rows, columns, cell)));
        }
        if let (Some(options), Some(density)) = (asked.density, &self.inputs.density) {
            named.push(("DENSITY", options.weight, density.cells(amounts, whole, &self.columns)?));
        }
        let by_industry = |numbers: &[f64]| Matrix::from_fn(rows, columns, |_, index| numbers[index]);
        if let (Some(options), Some(outlook)) = (&asked.outlook, &self.inputs.outlook) {
            named.push(("OUTLOOK", options.weight, by_industry(outlook)));
        }
        if let (true, Some(complexity)) = (asked.complexity != 0.0, &self.inputs.complexity) {
            named.push(("COMPLEXITY", asked.complexity, by_industry(complexity)));
        }
        let scale = asked.scale();
        let weighted: Vec<ValueTerm> =
            named.iter().map(|(_, weight, cells)| ValueTerm { weight: *weight, scale, cells: cells.clone() }).collect();
        let valued = value_of_terms(&weighted).map_err(|error| {
            Refusal::new(Reason::UndefinedOnData, error.to_string()).with_metadata("field", "terms")
        })?;
        let terms = named.into_iter().zip(valued.terms);
        let terms = terms.map(|((name, weight, cells), parts)| Term { name, weight, cells, parts }).collect();
        let defined = |value: &f64| Some(*value).filter(|value| !value.is_nan());
        Ok((terms, valued.total.cells().iter().map(defined).collect()))
    }

    /// The quotient as it counts; NaN where it does not.
    fn value_of_quotient(&self, quotient: Option<f64>) -> f64 {
        let value = match self.options.value {
            v1::DivisionValue::SymmetricQuotient => quotient.and_then(symmetric_quotient),
            v1::DivisionValue::LogQuotient | v1::DivisionValue::Unspecified => quotient.and_then(log_quotient),
        };
        value.unwrap_or(f64::NAN)
    }

    /// The problem with this weight of friction.
    pub(crate) fn problem(&self, cluster: &Cluster, friction_weight: f64) -> Result<DivisionProblem, Refusal> {
        let rules = &self.rules;
        let values: Vec<f64> = cluster.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        let values = Matrix::try_new(values, self.industries.len())
            .map_err(|_| Refusal::new(Reason::EmptySelection, "no region or no candidate industry is left"))?;
        let balance = |&(by, tolerance): &(v1::BalanceBy, f64)| Balance::even(self.balanced(cluster, by), tolerance);
        Ok(DivisionProblem {
            importance: cluster.importance.clone(),
            homes: rules.homes.clone(),
            focuses: rules.focuses.clone(),
            pins: rules.pins.clone(),
            bans: rules.bans.clone(),
            below_presence: cluster.below_presence.clone(),
            friction: self.friction(cluster, friction_weight).filter(|_| friction_weight > 0.0),
            exits: rules.exits.clone(),
            balances: rules.balances.iter().map(balance).collect(),
            caps: rules.caps.iter().map(|&(industry, share)| self.cap(cluster, industry, share)).collect(),
            together: rules.together.industries.clone(),
            apart: rules.apart.industries.clone(),
            centre_periphery: rules.centre_periphery.clone(),
            ..DivisionProblem::new(values)
        })
    }

    /// What is added up over the focuses of a region.
    fn balanced(&self, cluster: &Cluster, by: v1::BalanceBy) -> Matrix {
        let totals = cluster_totals(&cluster.amounts, &self.columns);
        let weight = |row: usize, index: usize| match by {
            v1::BalanceBy::Activity => totals[index],
            v1::BalanceBy::Value => cluster.quotients[self.pair(row, index)].unwrap_or(0.0) * cluster.importance[index],
            v1::BalanceBy::Count | v1::BalanceBy::Unspecified => 1.0,
        };
        Matrix::from_fn(self.regions.len(), self.industries.len(), weight)
    }

    fn cap(&self, cluster: &Cluster, industry: usize, share: f64) -> Cap {
        let column = self.columns[industry];
        let weights: Vec<f64> = cluster.amounts.regions().map(|row| row[column]).collect();
        Cap { industry, weights, most: share * cluster.amounts.industry_totals()[column] }
    }

    /// Friction with this weight, where friction counts in any plan that is asked for.
    pub(crate) fn friction(&self, cluster: &Cluster, lambda: f64) -> Option<FrictionTerm> {
        let (weights, shares) = (self.pair_weights.as_ref()?, cluster.shares.as_ref()?);
        Some(FrictionTerm { lambda, pair_weights: with_mean_one(weights), shares: shares.clone() })
    }

    /// Refuses a friction that is so much larger than the values that these could not be told apart beside it: plans are
    /// equal within 1e-9 of the largest number in the objective.
    pub(crate) fn check_friction(&self, cluster: &Cluster) -> Result<(), Refusal> {
        let frontier = self.options.frontier.iter().enumerate();
        let frontier = frontier.map(|(at, &weight)| (format!("frontier.friction_weights[{at}]"), weight));
        let own = ("friction_weight".to_owned(), self.options.friction_weight);
        let Some(term) = self.friction(cluster, self.options.friction_weight) else { return Ok(()) };
        let pairs = cluster.values.iter().zip(cluster.importance.iter().cycle());
        let largest_gain = pairs
            .filter_map(|(value, importance)| value.map(|value| (value * importance).abs()))
            .fold(0.0_f64, f64::max);
        let largest_weight = term.pair_weights.cells().iter().copied().fold(0.0_f64, f64::max);
        let largest_share = term.shares.cells().iter().copied().fold(0.0_f64, f64::max);
        let most = MOST_FRICTION * largest_gain / (largest_weight * largest_share);
        match std::iter::once(own).chain(frontier).find(|(_, weight)| *weight > most) {
            Some((field, weight)) => {
                let allowed = format!("up to {most:.3e} on these data; to forbid shared homes, say homes.max = 1");
                Err(Refusal::invalid(&field, weight, &allowed))
            }
            None => Ok(()),
        }
    }
}

/// The weights of pairs of a panel's regions, where they are needed.
pub(crate) fn pair_weights(panel: &Panel, amounts: &Amounts, options: &Options) -> Result<Option<Matrix>, Refusal> {
    if !options.has_friction() && options.reallocation.is_none() {
        return Ok(None);
    }
    let rows: Vec<usize> = (0..amounts.n_regions()).collect();
    options.pairs.matrix(panel, &rows, amounts.region_totals(), "pair_weights").map(Some)
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

/// Shares of the candidates in the regions' totals over all industries.
fn shares(all: &Amounts, columns: &[usize]) -> Matrix {
    let share = |row: usize, index: usize| match all.region_totals()[row] {
        total if total > 0.0 => all.region(row)[columns[index]] / total,
        _ => 0.0,
    };
    Matrix::from_fn(all.n_regions(), columns.len(), share)
}
