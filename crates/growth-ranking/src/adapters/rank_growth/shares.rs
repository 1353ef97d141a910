//! Shares of a whole: growth relative to the benchmark, or to the selected regions together.

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Panel, Period, Warning};
use growthpole_methods::growth::ratio_rate;
use growthpole_worker_kit::reading::region_code;

use super::figures::{Cell, Figures, Gap, positions};
use super::growth::Rule;
use super::span::Basis;

/// The whole that shares are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    Benchmark,
    Selected,
}

/// The share of each region before the first period of growth and in the last, where both are known.
pub(crate) type Shares = Vec<Option<(f64, f64)>>;

impl Figures {
    /// Turns all figures into shares of the benchmark; `panel` says which regions they are of, and `levels` are those that
    /// rates carry on.
    pub(crate) fn share_of_benchmark(
        &mut self,
        rule: Rule,
        panel: &Panel,
        levels: Option<&Panel>,
    ) -> Result<Shares, Refusal> {
        let Some(benchmark) = self.benchmark.clone() else {
            return Err(Refusal::invalid("share_of", "BENCHMARK without a benchmark", "SELECTED, or a benchmark"));
        };
        let whole: Vec<f64> = (self.periods.iter().zip(&benchmark))
            .map(|(&period, cell)| cell.ok().filter(|value| self.is_whole(*value)).ok_or_else(|| no_whole(period)))
            .collect::<Result<_, _>>()?;
        self.relate(&whole);
        let base = levels.map(|levels| {
            let at = levels.period_position(rule.span.before(self.basis));
            let whole = at.and_then(|at| levels.benchmark_cells(at)?.first().copied());
            let start = levels_at(panel, levels, at);
            let share = |level: Option<f64>| Some(level? / whole.filter(|whole| *whole > 0.0)?);
            start.into_iter().map(share).collect::<Vec<_>>()
        });
        Ok(self.shares(rule, base.as_deref()))
    }

    /// Turns all figures into shares of the regions that have all of them, and names the others in a warning. Rates carry
    /// `levels` on from before the first period of growth.
    pub(crate) fn share_of_selected(
        &mut self,
        rule: Rule,
        panel: &Panel,
        levels: Option<&Panel>,
    ) -> Result<(Shares, Option<Warning>), Refusal> {
        // What the whole is worth as a share of itself says nothing of the benchmark.
        self.benchmark = None;
        let chained = match (self.basis, levels) {
            (Basis::Levels, _) => None,
            (Basis::Rates, Some(levels)) => Some(self.chain(rule, panel, levels)),
            (Basis::Rates, None) => {
                let allowed = "BENCHMARK, or levels that growth_indicator carries on: rates alone have no shares";
                return Err(Refusal::invalid("share_of", "SELECTED for growth rates", allowed));
            }
        };
        let rows: Vec<Vec<Cell>> = match &chained {
            Some(chained) => {
                chained.iter().map(|row| row.iter().copied().map(|cell| cell.ok_or(Gap::Level)).collect()).collect()
            }
            None => self.regions.clone(),
        };
        let complete: Vec<usize> = (0..rows.len())
            .filter(|&region| rows[region].iter().all(Result::is_ok) && self.regions[region].iter().all(Result::is_ok))
            .collect();
        let n_cells = rows.first().map_or(0, Vec::len);
        let total = |at: usize| complete.iter().filter_map(|&region| rows[region][at].ok()).sum::<f64>();
        let totals: Vec<f64> = (0..n_cells).map(total).collect();
        if complete.is_empty() || totals.iter().any(|total| *total <= 0.0) {
            let message = "the selected regions have no value together, so that there are no shares";
            return Err(Refusal::new(Reason::UndefinedOnData, message));
        }
        let whole = match self.basis {
            Basis::Levels => totals.clone(),
            Basis::Rates => totals.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect(),
        };
        self.relate(&whole);
        let mut is_complete = vec![false; rows.len()];
        complete.iter().for_each(|&region| is_complete[region] = true);
        for (region, row) in rows.iter().enumerate().filter(|(region, _)| !is_complete[*region]) {
            let gap =
                if self.basis == Basis::Rates && row.iter().all(Result::is_err) { Gap::Level } else { Gap::Whole };
            self.regions[region].iter_mut().filter(|cell| cell.is_ok()).for_each(|cell| *cell = Err(gap));
        }
        let base = chained.map(|rows| {
            let at = self.position(rule.span.first_of_growth(self.basis));
            let share = |row: &Vec<Option<f64>>| Some((*row.get(at?)?)? / totals.get(at?)?);
            rows.iter().map(share).collect::<Vec<_>>()
        });
        let shares = self.shares(rule, base.as_deref());
        Ok((shares, left_out(panel, &is_complete)))
    }

    /// Whether a figure can be the whole: something to divide by.
    fn is_whole(&self, value: f64) -> bool {
        match self.basis {
            Basis::Levels => value > 0.0,
            Basis::Rates => value > -1.0,
        }
    }

    /// Divides every figure by the whole of its period, rates by its growth.
    fn relate(&mut self, whole: &[f64]) {
        let basis = self.basis;
        for row in self.regions.iter_mut().chain(&mut self.benchmark) {
            for (cell, whole) in row.iter_mut().zip(whole) {
                *cell = cell.map(|value| match basis {
                    Basis::Levels => value / whole,
                    // A rate below -1 stays as it is: it is refused by its own name.
                    Basis::Rates => ratio_rate(value, *whole).unwrap_or(value),
                });
            }
        }
    }

    /// Levels of the regions from the period before the first figure to the last, carried by rates from a level.
    fn chain(&mut self, rule: Rule, panel: &Panel, levels: &Panel) -> Vec<Vec<Option<f64>>> {
        self.level = format!("{} for {}", levels.indicator.code, rule.span.before(self.basis));
        let start = levels_at(panel, levels, levels.period_position(rule.span.before(self.basis)));
        let from = self.position(rule.span.first_of_growth(self.basis)).unwrap_or_default();
        let row = |(region, rates): (usize, &Vec<Cell>)| {
            let mut row = vec![None; rates.len() + 1];
            row[from] = start[region].filter(|level| *level >= 0.0);
            for at in from..rates.len() {
                row[at + 1] = row[at].zip(rates[at].ok()).map(|(level, rate)| level * (1.0 + rate));
            }
            for at in (0..from).rev() {
                let back = |(level, rate): (f64, f64)| (rate > -1.0).then(|| level / (1.0 + rate));
                row[at] = row[at + 1].zip(rates[at].ok()).and_then(back);
            }
            row
        };
        self.regions.iter().enumerate().map(row).collect()
    }

    /// Shares before the first period of growth and in the last. Of rates they start from `base`, if that is known.
    fn shares(&self, rule: Rule, base: Option<&[Option<f64>]>) -> Shares {
        let (first, last) = (self.position(rule.span.first_of_growth(self.basis)), self.position(rule.span.last));
        let before = self.position(rule.span.before(self.basis));
        let of = |(region, row): (usize, &Vec<Cell>)| match self.basis {
            Basis::Levels => Some((row.get(before?)?.ok()?, row.get(last?)?.ok()?)),
            Basis::Rates => {
                let start = (*base?.get(region)?)?;
                let rates: Option<Vec<f64>> = row.get(first?..=last?)?.iter().map(|cell| cell.ok()).collect();
                Some((start, rates?.iter().fold(start, |share, rate| share * (1.0 + rate))))
            }
        };
        self.regions.iter().enumerate().map(of).collect()
    }
}

/// The levels of the regions of a panel in a period of another.
fn levels_at(panel: &Panel, levels: &Panel, period: Option<usize>) -> Vec<Option<f64>> {
    let known = positions(levels);
    let level = |region: usize| levels.value(period?, *known.get(region_code(panel, region))?, 0);
    (0..panel.axes.regions.len()).map(level).collect()
}

fn no_whole(period: Period) -> Refusal {
    let message = format!("the benchmark has no value for {period} that could be a whole, so that there are no shares");
    Refusal::new(Reason::UndefinedOnData, message).with_metadata("period", period.to_string())
}

/// Names the regions that the whole is without.
fn left_out(panel: &Panel, is_complete: &[bool]) -> Option<Warning> {
    let missing = is_complete.iter().enumerate().filter(|(_, complete)| !**complete);
    let missing: Vec<String> = missing.map(|(region, _)| region_code(panel, region).to_owned()).collect();
    if missing.is_empty() {
        return None;
    }
    let (all, complete) = (is_complete.len(), is_complete.len() - missing.len());
    let text = format!("the whole is of {complete} of {all} regions: the others lack a value");
    Some(Warning::new("SHARES_OF_SOME_REGIONS", text).with_regions(missing))
}
