//! The computation, by positions of regions and industries.

use growthpole_contracts::Refusal;
use growthpole_methods::division::concentration::{
    CoagglomerationError, Colocation, ColocationError, ConcentrationCurve, ConcentrationTableError,
    IndustryConcentration, Location, PlantRegions, PlantSizes, cluster_index, coagglomeration, coagglomeration_pairs,
    colocation, concentration_curve, concentration_table, equal_base_curve, excess_colocation,
};
use growthpole_methods::{AmountRows, Matrix, Progress};
use growthpole_worker_kit::refuse;

use super::distances::Densities;
use super::input::{Input, PeriodInput};
use super::options::Options;
use super::tables::Rows;

const MOST_STEPS: usize = 5_000_000_000;
/// Pairs times draws whose results are held at once.
const MOST_RESULTS: usize = 20_000_000;
const MOST_PLANTS: f64 = 100_000.0;

/// What is computed.
pub(super) struct Task {
    pub(super) input: Input,
    pub(super) options: Options,
    /// Columns of each group of the request.
    groups: Vec<Vec<usize>>,
}

/// What came out.
pub(super) struct Results {
    pub(super) periods: Vec<PeriodResults>,
    pub(super) colocations: Vec<Colocation>,
    pub(super) distances: Densities,
}

/// Results of one period.
pub(super) struct PeriodResults {
    /// Amount of each industry in all regions, and in how many it is.
    pub(super) totals: Vec<(f64, usize)>,
    /// Number of plants of each industry, where they are counted.
    pub(super) counted: Option<Vec<f64>>,
    /// By industry.
    pub(super) table: Vec<Option<IndustryConcentration>>,
    pub(super) plants: Vec<Option<PlantSizes>>,
    /// Lorenz's curve and Hoover's of the shown industries, where they are wanted and the industry is somewhere.
    pub(super) curves: Vec<Option<(ConcentrationCurve, ConcentrationCurve)>>,
    /// Region by region.
    pub(super) cluster: Option<Vec<Option<f64>>>,
    pub(super) groups: Vec<Option<f64>>,
    /// Pairs, the strongest first.
    pub(super) pairs: Vec<(usize, usize, f64)>,
}

impl Task {
    /// Finds the industries of groups, and refuses work beyond the limits.
    pub(super) fn of(input: Input, options: Options) -> Result<Self, Refusal> {
        let groups = options.groups.iter().enumerate().map(|(at, group)| members(&input, at, &group.industries));
        let groups = groups.collect::<Result<_, _>>()?;
        let own = Self { input, options, groups };
        own.check_colocation()?;
        Ok(own)
    }

    /// Computes everything.
    pub(super) fn run(&self, progress: &Progress) -> Result<Results, Refusal> {
        let mut periods = Vec::with_capacity(self.input.periods.len());
        for period in &self.input.periods {
            periods.push(self.period(period, progress)?);
        }
        let distances = match self.options.distances {
            None => Densities::default(),
            Some(options) => Densities::of(&self.input, options, progress)?,
        };
        Ok(Results { periods, colocations: self.colocations(progress)?, distances })
    }

    fn period(&self, period: &PeriodInput, progress: &Progress) -> Result<PeriodResults, Refusal> {
        let rows = Rows::of(period)?;
        let (amounts, base) = (&rows.amounts, &period.base);
        let totals = amounts.industry_totals();
        let plants = self.plant_sizes(period, &rows, &totals)?;
        let table = concentration_table(amounts, base, &plants, progress).map_err(table_refusal)?;
        let cluster = match (&period.sizes, rows.counted()) {
            (Some((area, population)), Some(counts)) => {
                Some(cluster_index(amounts, counts, area, population).map_err(Refusal::internal)?)
            }
            _ => None,
        };
        let curves = self.input.shown.iter().map(|&industry| self.curves(&rows, base, &table, industry));
        let curves = curves.collect::<Result<_, _>>()?;
        let groups = self.groups.iter().map(|members| group(&rows, base, members)).collect::<Result<_, _>>()?;
        let pairs = self.pairs(&rows, base, &totals, progress)?;
        let present = |industry: usize| amounts.column(industry).filter(|amount| *amount > 0.0).count();
        Ok(PeriodResults {
            totals: totals.into_iter().enumerate().map(|(industry, total)| (total, present(industry))).collect(),
            counted: rows.counted().map(AmountRows::industry_totals),
            pairs,
            curves,
            groups,
            cluster,
            plants,
            table,
        })
    }

    /// Sizes of plants by industry, where they are known.
    fn plant_sizes(
        &self,
        period: &PeriodInput,
        rows: &Rows<'_>,
        totals: &[f64],
    ) -> Result<Vec<Option<PlantSizes>>, Refusal> {
        let n = totals.len();
        if let Some(listed) = &self.input.plants {
            return Ok(listed.sizes_by_industry(n).iter().map(|sizes| PlantSizes::of_plants(sizes).ok()).collect());
        }
        let of = |industry: usize| {
            let Some(counts) = rows.counts_of(industry).filter(|_| totals[industry] > 0.0) else { return Ok(None) };
            let amounts: Vec<f64> = rows.amounts.column(industry).collect();
            PlantSizes::of_counts(&amounts, &counts).map(Some).map_err(|error| {
                let code = &self.input.industries[industry].code;
                refuse::undefined(format!("plants of industry {code} in {}: {error}", period.period), "industry", code)
            })
        };
        (0..n).map(of).collect()
    }

    fn curves(
        &self,
        rows: &Rows<'_>,
        base: &[f64],
        table: &[Option<IndustryConcentration>],
        industry: usize,
    ) -> Result<Option<(ConcentrationCurve, ConcentrationCurve)>, Refusal> {
        if !self.options.curves || table[industry].is_none() {
            return Ok(None);
        }
        let own: Vec<f64> = rows.amounts.column(industry).collect();
        let lorenz = equal_base_curve(&own).map_err(Refusal::internal)?;
        let location = Location::try_new(&own, base).map_err(Refusal::internal)?;
        Ok(Some((lorenz, concentration_curve(&location))))
    }

    /// The strongest pairs of shown industries that are somewhere.
    fn pairs(
        &self,
        rows: &Rows<'_>,
        base: &[f64],
        totals: &[f64],
        progress: &Progress,
    ) -> Result<Vec<(usize, usize, f64)>, Refusal> {
        let present: Vec<usize> = self.input.shown.iter().copied().filter(|&own| totals[own] > 0.0).collect();
        if self.options.pairs == 0 || present.len() < 2 {
            return Ok(Vec::new());
        }
        match coagglomeration_pairs(&rows.amounts, base, &present, progress) {
            Err(CoagglomerationError::Stopped(stopped)) => Err(refuse::stopped(stopped)),
            Err(CoagglomerationError::SingleRegion) => Ok(Vec::new()),
            found => Ok(strongest(&found.map_err(Refusal::internal)?, &present, self.options.pairs)),
        }
    }

    /// Region and industry of every plant, listed or counted, in the only period.
    fn plant_regions(&self) -> Result<(Vec<usize>, Vec<usize>), Refusal> {
        if let Some(listed) = &self.input.plants {
            return Ok((listed.regions.clone(), listed.industries.clone()));
        }
        let n = self.input.industries.len();
        let (mut regions, mut industries) = (Vec::new(), Vec::new());
        if let Some(period) = self.input.periods.first() {
            for (at, count) in Rows::of(period)?.all_counts().enumerate().filter(|(_, count)| *count > 0.0) {
                let plants = count as usize;
                regions.extend(std::iter::repeat_n(at / n, plants));
                industries.extend(std::iter::repeat_n(at % n, plants));
            }
        }
        Ok((regions, industries))
    }

    fn check_colocation(&self) -> Result<(), Refusal> {
        let Some(options) = self.options.colocation else { return Ok(()) };
        if self.input.periods.len() != 1 {
            let sent = format!("{} periods", self.input.periods.len());
            return Err(Refusal::invalid("selection.periods", sent, "one period for co-location"));
        }
        let plants = match (&self.input.plants, self.input.periods.first()) {
            (Some(listed), _) => listed.regions.len() as f64,
            (None, Some(period)) => Rows::of(period)?.all_counts().sum(),
            (None, None) => 0.0,
        };
        if !(2.0..=MOST_PLANTS).contains(&plants) {
            return Err(Refusal::invalid("colocation", format!("{plants} plants"), "2 to 100000 plants"));
        }
        let n = self.input.industries.len();
        let pairs = n * n.saturating_sub(1) / 2;
        let steps = (plants as usize).saturating_add(pairs.saturating_mul(self.input.regions.len()));
        if options.draws.saturating_mul(steps) > MOST_STEPS || options.draws.saturating_mul(pairs) > MOST_RESULTS {
            let sent = format!("{} draws of {plants} plants and {pairs} pairs of industries", options.draws);
            let allowed = "draws x (plants + regions x pairs) up to 5e9, and draws x pairs up to 2e7";
            return Err(Refusal::invalid("colocation.draws", sent, allowed));
        }
        Ok(())
    }

    fn colocations(&self, progress: &Progress) -> Result<Vec<Colocation>, Refusal> {
        let Some(options) = self.options.colocation else { return Ok(Vec::new()) };
        let (regions, industries) = self.plant_regions()?;
        let (n_regions, n_industries) = (self.input.regions.len(), self.input.industries.len());
        let plants = PlantRegions::try_new(regions, industries, n_regions, n_industries).map_err(Refusal::internal)?;
        let mut pairs = if options.draws == 0 {
            colocation(&plants)
        } else {
            match excess_colocation(&plants, options.draws, options.seed, progress) {
                Err(ColocationError::Stopped(stopped)) => return Err(refuse::stopped(stopped)),
                other => other.map_err(Refusal::internal)?,
            }
        };
        let is_shown = |industry: &usize| self.input.shown.binary_search(industry).is_ok();
        pairs.retain(|pair| is_shown(&pair.first) && is_shown(&pair.second));
        pairs.sort_by(|a, b| b.excess().total_cmp(&a.excess()).then((a.first, a.second).cmp(&(b.first, b.second))));
        Ok(pairs)
    }
}

/// Columns of a group's industries.
fn members(input: &Input, at: usize, codes: &[String]) -> Result<Vec<usize>, Refusal> {
    let field = format!("coagglomeration_groups[{at}].industries");
    if codes.len() < 2 {
        return Err(Refusal::invalid(&field, format!("{} industries", codes.len()), "at least two"));
    }
    let mut columns = Vec::with_capacity(codes.len());
    for (at, code) in codes.iter().enumerate() {
        let known = input.shown.iter().copied().find(|&industry| input.industries[industry].code == *code);
        let column = known.filter(|column| !columns.contains(column)).ok_or_else(|| {
            let allowed = "industries that are measured, each once";
            Refusal::invalid(&format!("{field}[{at}]"), format!("\"{code}\""), allowed)
        })?;
        columns.push(column);
    }
    Ok(columns)
}

/// So many pairs of industries by what binds them, the strongest first and then by position.
fn strongest(pairs: &Matrix, industries: &[usize], most: usize) -> Vec<(usize, usize, f64)> {
    let order =
        |a: &(usize, usize, f64), b: &(usize, usize, f64)| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1)));
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    for (first, row) in pairs.rows().enumerate() {
        let others = industries.iter().zip(row).skip(first + 1);
        found.extend(others.map(|(&second, &gamma)| (industries[first], second, gamma)));
        // What is not among the strongest so far is not among those of all.
        if found.len() > 2 * most + industries.len() {
            found.sort_by(order);
            found.truncate(most);
        }
    }
    found.sort_by(order);
    found.truncate(most);
    found
}

/// Co-agglomeration of a group; nothing where an industry is nowhere, or for a single region.
fn group(rows: &Rows<'_>, base: &[f64], members: &[usize]) -> Result<Option<f64>, Refusal> {
    match coagglomeration(&rows.amounts, base, members) {
        Ok(gamma) => Ok(Some(gamma)),
        Err(CoagglomerationError::EmptyIndustry { .. } | CoagglomerationError::SingleRegion) => Ok(None),
        Err(other) => Err(Refusal::internal(other)),
    }
}

fn table_refusal(error: ConcentrationTableError) -> Refusal {
    match error {
        ConcentrationTableError::Stopped(stopped) => refuse::stopped(stopped),
        ConcentrationTableError::Inequality(error) => {
            Refusal::new(growthpole_contracts::Reason::UndefinedOnData, error.to_string())
        }
        other => Refusal::internal(other),
    }
}
