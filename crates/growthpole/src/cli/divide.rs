//! `divide`: which region focuses on which industry, with the reasons, the price and the alternatives.

mod located;
mod people;
mod periods;
mod plan_file;
mod programs;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::Args;
use growthpole_contracts::v1::{
    CountBounds, DivisionBalance, DivisionEngine, DivisionFrontier, DivisionPair, DivisionReallocation, DivisionSearch,
    DivisionStability, DivisionValue, OutlookTerm, PairWeights, PeriodRange, ProposeDivisionRequest,
    ProposeDivisionResponse, RegionFocus, Selection, division_stability,
};

use super::Common;
use super::ask::Ask;
use super::selection::{CellArgs, title};
use super::values::{after, balance, bounds, names, number, outlook, pair, region_focus, weights, window};
use crate::failure::Failure;
use crate::output::{Format, tell};
use plan_file::PlanFile;

/// Proposes which region focuses on which industry; for several periods (--period 2005:2016) a plan for each, with what
/// changed from one to the next.
#[derive(Debug, Args)]
pub(super) struct DivideArgs {
    /// Plan file (TOML) with everything that may be asked for; options replace its keys
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID", required_unless_present = "plan", help_heading = "Which cells")]
    dataset: Option<String>,
    /// Indicator, for example employment_by_division
    #[arg(long, value_name = "CODE", required_unless_present = "plan", help_heading = "Which cells")]
    indicator: Option<String>,
    #[command(flatten)]
    cells: CellArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    beside: Beside,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "The plan")]
struct Wanted {
    /// Industries that a region focuses on, exactly (3) or from a least to a greatest number (2..4, 2.. or ..4); balanced when
    /// left out
    #[arg(long, value_name = "N|MIN..MAX", value_parser = bounds)]
    focus: Option<CountBounds>,
    /// Another number for one region; may be repeated
    #[arg(long, value_name = "REGION:N|REGION:MIN..MAX", value_parser = region_focus, value_delimiter = ',')]
    region_focus: Vec<RegionFocus>,
    /// Regions that an industry is given to; exactly 1 when left out
    #[arg(long, value_name = "N|MIN..MAX", value_parser = bounds)]
    homes: Option<CountBounds>,
    /// Multiplies values by the industry's share of the cluster
    #[arg(long)]
    importance: bool,
    /// Value of giving an industry to a region: ln LQ, or (LQ - 1)/(LQ + 1)
    #[arg(long, value_name = "log|symmetric", value_parser = names(&["log", "symmetric"]))]
    value: Option<String>,
    /// Adds relatedness density to the value, with this weight
    #[arg(long, value_name = "WEIGHT", allow_negative_numbers = true)]
    density: Option<f64>,
    /// Adds the benchmark's growth in a past window to the value, with this weight
    #[arg(long, value_name = "WEIGHT:FIRST:LAST", value_parser = outlook, allow_negative_numbers = true)]
    outlook: Option<OutlookTerm>,
    /// Pair that must be in the plan; may be repeated
    #[arg(long, value_name = "REGION:INDUSTRY", value_parser = pair, value_delimiter = ',')]
    pin: Vec<DivisionPair>,
    /// Pair that must not be in the plan; may be repeated
    #[arg(long, value_name = "REGION:INDUSTRY", value_parser = pair, value_delimiter = ',')]
    ban: Vec<DivisionPair>,
    /// Industry that may be left without a home; may be repeated
    #[arg(long, value_name = "INDUSTRY", value_delimiter = ',')]
    exit: Vec<String>,
    /// Balances regions by the activity, the value or the number of their focuses, up to a part of the even share
    #[arg(long, value_name = "BY:TOLERANCE", value_parser = balance, value_delimiter = ',')]
    balance: Vec<DivisionBalance>,
    /// Least share of the cluster's activity in an industry that a region must have to be given it, 0 to 1
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    minimum_presence: Option<f64>,
    /// Weight of friction where homes are shared
    #[arg(long, value_name = "LAMBDA", allow_negative_numbers = true)]
    friction: Option<f64>,
    /// Weights of pairs in that friction; every pair weighs 1 when left out
    #[arg(long, value_name = "neighbours|exponential:KM|gravity|equal", value_parser = weights)]
    weights: Option<PairWeights>,
    /// Seconds after which the best plan so far is answered; the service ends calls after its own
    /// `server.max_deadline_seconds`, 300 where it is not told otherwise
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    time_limit: Option<f64>,
    /// Engine that looks for the plan; highs is there only in a program that was built with it
    #[arg(
        long,
        value_name = "auto|own|microlp|highs",
        value_parser = names(&["auto", "own", "microlp", "highs"])
    )]
    engine: Option<String>,
    /// Leaves out what is lost without each pair, which takes longer than the plan itself where there is friction
    #[arg(long)]
    without_margins: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Beside the plan")]
struct Beside {
    /// Says why each pair is in the plan: its terms, its margin, and who else could have the industry
    #[arg(long)]
    explain: bool,
    /// Number of further plans, best first
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    alternatives: Option<i32>,
    /// Further plans lose no more than this
    #[arg(long, value_name = "LOSS", allow_negative_numbers = true, requires = "alternatives")]
    within: Option<f64>,
    /// Plans for several weights of friction
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', num_args = 0..=1, default_missing_value = "0,0.1,0.2,0.5,1,2,5")]
    frontier: Vec<f64>,
    /// How activity could move towards the plan, when no cell moves by more than this part of it (and this amount)
    #[arg(long, value_name = "SHARE[:AMOUNT]", value_parser = after, num_args = 0..=1, default_missing_value = "0.2")]
    after: Option<DivisionReallocation>,
    /// How often pairs stay in the plan when the data are drawn anew so many times
    #[arg(long, value_name = "DRAWS", num_args = 0..=1, default_missing_value = "1000", allow_negative_numbers = true)]
    stability: Option<i32>,
    /// Draws multiply amounts by lognormal noise of this standard deviation; 0.1 when left out
    #[arg(
        long,
        value_name = "SIGMA",
        requires = "stability",
        conflicts_with = "resample",
        allow_negative_numbers = true
    )]
    noise: Option<f64>,
    /// Draws are means of periods of this window, drawn with replacement
    #[arg(long, value_name = "FIRST:LAST", value_parser = window, requires = "stability")]
    resample: Option<PeriodRange>,
    /// Seed of the draws
    #[arg(long, value_name = "N", requires = "stability")]
    seed: Option<u64>,
}

impl DivideArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let file = self.plan.as_deref().map(PlanFile::read).transpose()?;
        let (request, replaced) = self.request(file.as_ref());
        let answered = match periods::several(&request)? {
            Some(several) => periods::run(&self.ask, common, &request, &several).await,
            None => self.one(common, request).await,
        };
        if let (Err(Failure::Answer(status)), Some(file), false) = (&answered, &file, self.ask.wants_json()) {
            file.blamed(status, &replaced).iter().for_each(|line| tell(line));
        }
        answered
    }

    async fn one(&self, common: &Common, request: ProposeDivisionRequest) -> Result<(), Failure> {
        let title = request.selection.as_ref().map(title).unwrap_or_default();
        let by_people = self.ask.output == Format::Table;
        let view = |answer: &ProposeDivisionResponse| {
            if by_people { people::view(&title, answer) } else { programs::view(answer) }
        };
        self.ask.analyze(common, request, view).await
    }

    /// The request of the file under the options, and the keys of the file that options replaced.
    fn request(&self, file: Option<&PlanFile>) -> (ProposeDivisionRequest, Vec<&'static str>) {
        let mut request = file.map(|file| file.request.clone()).unwrap_or_default();
        let mut replaced = Replaced::default();
        self.select(request.selection.get_or_insert_default(), &mut replaced);
        self.wanted.put(&mut request, &mut replaced);
        self.beside.put(&mut request, &mut replaced);
        (request, replaced.0)
    }

    fn select(&self, selection: &mut Selection, replaced: &mut Replaced) {
        let own = self.cells.message();
        replaced.value("selection.dataset", self.dataset.clone(), &mut selection.dataset);
        replaced.value("selection.indicator", self.indicator.clone(), &mut selection.indicator);
        replaced.option("selection.vintage", own.vintage, &mut selection.vintage);
        replaced.option("selection.regions", own.regions, &mut selection.regions);
        replaced.option("selection.industries", own.industries, &mut selection.industries);
        replaced.option("selection.period", own.periods, &mut selection.periods);
        replaced.option("selection.benchmark", own.benchmark, &mut selection.benchmark);
        replaced.value("selection.missing", Some(own.missing).filter(|policy| *policy != 0), &mut selection.missing);
    }
}

/// Keys of the plan file that options replaced.
#[derive(Debug, Default)]
struct Replaced(Vec<&'static str>);

impl Replaced {
    fn value<T>(&mut self, key: &'static str, given: Option<T>, field: &mut T) {
        if let Some(given) = given {
            *field = given;
            self.0.push(key);
        }
    }

    fn option<T>(&mut self, key: &'static str, given: Option<T>, field: &mut Option<T>) {
        self.value(key, given.map(Some), field);
    }

    fn list<T: Clone>(&mut self, key: &'static str, given: &[T], field: &mut Vec<T>) {
        self.value(key, Some(given.to_vec()).filter(|given| !given.is_empty()), field);
    }
}

impl Wanted {
    fn put(&self, request: &mut ProposeDivisionRequest, replaced: &mut Replaced) {
        let value = self.value.as_ref().map(|name| format!("{name}-quotient"));
        let value = number(value.as_ref(), "DIVISION_VALUE", DivisionValue::from_str_name);
        replaced.value("value.quotient", Some(value).filter(|value| *value != 0), &mut request.value);
        replaced.value("value.importance", self.importance.then_some(true), &mut request.weight_by_importance);
        if let Some(weight) = self.density {
            let density = request.terms.get_or_insert_default().density.get_or_insert_default();
            replaced.value("value.density.weight", Some(weight), &mut density.weight);
        }
        if let Some(outlook) = self.outlook.clone() {
            let terms = request.terms.get_or_insert_default();
            replaced.option("value.outlook", Some(outlook), &mut terms.outlook);
        }
        replaced.option("homes.each", self.homes, &mut request.homes);
        replaced.option("focuses.each", self.focus, &mut request.focuses);
        replaced.list("focuses.regions", &self.region_focus, &mut request.region_focuses);
        replaced.list("focuses.balances", &self.balance, &mut request.balances);
        replaced.list("pairs.pins", &self.pin, &mut request.pins);
        replaced.list("pairs.bans", &self.ban, &mut request.bans);
        replaced.list("homes.exits", &self.exit, &mut request.exits);
        replaced.value("pairs.minimum_presence", self.minimum_presence, &mut request.minimum_presence);
        replaced.value("friction.weight", self.friction, &mut request.friction_weight);
        replaced.option("friction.pairs", self.weights, &mut request.pair_weights);
        if let Some(seconds) = self.time_limit {
            let search = request.search.get_or_insert_default();
            replaced.option("search.time_limit_seconds", Some(seconds), &mut search.time_limit_seconds);
        }
        if self.engine.is_some() {
            let engine = number(self.engine.as_ref(), "DIVISION_ENGINE", DivisionEngine::from_str_name);
            let search = request.search.get_or_insert_default();
            replaced.value("search.engine", Some(engine), &mut search.engine);
        }
        if self.without_margins {
            let search = request.search.get_or_insert_default();
            replaced.value("search.without_margins", Some(true), &mut search.without_margins);
        }
    }
}

impl Beside {
    fn put(&self, request: &mut ProposeDivisionRequest, replaced: &mut Replaced) {
        replaced.value("explain", self.explain.then_some(true), &mut request.explain);
        if let Some(number) = self.alternatives {
            let search: &mut DivisionSearch = request.search.get_or_insert_default();
            replaced.value("search.alternatives", Some(number), &mut search.alternatives);
            replaced.option("search.alternatives_within", self.within, &mut search.alternatives_within);
        }
        if !self.frontier.is_empty() {
            let frontier = DivisionFrontier { friction_weights: self.frontier.clone() };
            replaced.option("friction.frontier", Some(frontier), &mut request.frontier);
        }
        replaced.option("after", self.after, &mut request.reallocation);
        if let Some(draws) = self.stability {
            use division_stability::By;
            let known = request.stability.take().unwrap_or_default();
            let own = self.noise.map(By::Sigma).or(self.resample.clone().map(By::Periods));
            let by = own.or(known.by).or(Some(By::Sigma(0.1)));
            let stability = DivisionStability { draws, seed: self.seed.or(known.seed), by };
            replaced.option("stability", Some(stability), &mut request.stability);
        }
    }
}
