//! Rank paths and what is measured of ranks, in tables and records.

use growthpole_contracts::v1::{
    GroupMobility, LocalNeighbourConcordance, NeighbourConcordance, PermutationTest, RankOrder, RankPath,
    TrackRanksResponse,
};

use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, fixed, or_nothing, rank, region};
use crate::output::table::Table;

/// Which paths are shown, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) by_period: bool,
    /// Codes of regions; all where there are none.
    pub(super) only: &'a [String],
}

impl Shown<'_> {
    pub(super) fn shows(&self, code: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|own| own == code)
    }
}

/// First and last period.
pub(super) fn span(answer: &TrackRanksResponse) -> String {
    let end = |period: Option<&String>| period.cloned().unwrap_or_default();
    format!("{} to {}", end(answer.periods.first()), end(answer.periods.last()))
}

pub(super) fn paths(what: &str, answer: &TrackRanksResponse, shown: Shown<'_>) -> Table {
    let order = if answer.rank_order() == RankOrder::LowestFirst { "lowest" } else { "highest" };
    let unit = answer.series.as_ref().map(|series| series.unit.as_str()).unwrap_or_default();
    let title = format!("Ranks, {what} ({unit}), {}, the {order} first", span(answer));
    let periods: &[String] = if shown.by_period { &answer.periods } else { &[] };
    let mut table = Table::new(title)
        .texts(["Code", "Region"])
        .with_numbers(periods.iter().cloned())
        .numbers(["First", "Last", "Gained", "Best", "in", "Worst", "in", "Mean", "Moved"]);
    for path in &answer.paths {
        let (code, name) = region(&path.region);
        if !shown.shows(&code) {
            continue;
        }
        let mut row = vec![code, name];
        row.extend(periods.iter().map(|period| rank_in(path, Some(period))));
        row.extend([
            rank_in(path, answer.periods.first()),
            rank_in(path, answer.periods.last()),
            or_nothing(path.places_gained, |places| if places > 0.0 { format!("+{places}") } else { rank(places) }),
            or_nothing(path.best_rank, rank),
            path.best_period.clone(),
            or_nothing(path.worst_rank, rank),
            path.worst_period.clone(),
            or_nothing(path.mean_rank, |mean| fixed(mean, 1)),
            rank(path.places_moved),
        ]);
        table.cells(row);
    }
    table
}

fn rank_in(path: &RankPath, period: Option<&String>) -> String {
    let own = path.ranks.iter().find(|own| Some(&own.period) == period);
    or_nothing(own.map(|own| own.rank), rank)
}

/// Ranks by region and period.
pub(super) fn records(answer: &TrackRanksResponse, shown: Shown<'_>) -> Records {
    let mut records = Records::new(["region", "region_name", "period", "rank", "value", "class"]);
    for path in &answer.paths {
        let (code, name) = region(&path.region);
        for own in path.ranks.iter().filter(|_| shown.shows(&code)) {
            let class = own.class.map(|class| class.to_string()).unwrap_or_default();
            records.row([code.clone(), name.clone(), own.period.clone(), exact(own.rank), exact(own.value), class]);
        }
    }
    records
}

/// Summaries of ranks by region, where there are no ranks by period.
pub(super) fn summaries(answer: &TrackRanksResponse, shown: Shown<'_>) -> Records {
    let mut records = Records::new([
        "region",
        "region_name",
        "places_gained",
        "best_rank",
        "best_period",
        "worst_rank",
        "worst_period",
        "mean_rank",
        "places_moved",
    ]);
    for path in &answer.paths {
        let (code, name) = region(&path.region);
        if shown.shows(&code) {
            records.row([
                code,
                name,
                exact(path.places_gained),
                exact(path.best_rank),
                path.best_period.clone(),
                exact(path.worst_rank),
                path.worst_period.clone(),
                exact(path.mean_rank),
                exact(path.places_moved),
            ]);
        }
    }
    records
}

/// A probability with four decimals.
pub(super) fn probability(p: impl Into<Option<f64>>) -> String {
    or_nothing(p.into(), |p| fixed(p, 4))
}

/// The probability of a test, which is never told to be zero.
pub(super) fn significance(p: impl Into<Option<f64>>) -> String {
    or_nothing(p.into(), |p| if p < 0.0001 { "< 0.0001".to_owned() } else { fixed(p, 4) })
}

fn two_sided(test: Option<&PermutationTest>) -> String {
    significance(test.map(|test| test.p_two_sided))
}

pub(super) fn correlations(answer: &TrackRanksResponse) -> Option<Table> {
    let mut table = Table::new("Rank correlation").texts(["From", "To"]).numbers([
        "Regions",
        "Kendall's tau-b",
        "p",
        "Spearman's rho",
        "p",
    ]);
    for own in &answer.rank_correlations {
        table.row([
            own.first_period.clone(),
            own.second_period.clone(),
            own.regions.to_string(),
            fixed(own.kendall_tau_b, 4),
            significance(own.kendall_p),
            fixed(own.spearman, 4),
            significance(own.spearman_p),
        ]);
    }
    (!answer.rank_correlations.is_empty()).then_some(table)
}

pub(super) fn neighbours(own: &NeighbourConcordance, shown: Shown<'_>) -> Table {
    let title = format!(
        "Concordance of {} pairs of neighbours, {} to {}: tau {}, p {}",
        own.pairs,
        own.first_period,
        own.second_period,
        fixed(own.tau, 4),
        two_sided(own.test.as_ref()),
    );
    let mut table = Table::new(title).texts(["Code", "Region"]).numbers([
        "Neighbours",
        "With neighbours",
        "p",
        "In the neighbourhood",
        "p",
    ]);
    for local in &own.regions {
        let LocalNeighbourConcordance { neighbour_tau, neighbourhood_tau, .. } = *local;
        let (code, name) = region(&local.region);
        if shown.shows(&code) {
            table.row([
                code,
                name,
                local.neighbours.to_string(),
                or_nothing(neighbour_tau, |tau| fixed(tau, 4)),
                two_sided(local.neighbour_test.as_ref()),
                or_nothing(neighbourhood_tau, |tau| fixed(tau, 4)),
                two_sided(local.neighbourhood_test.as_ref()),
            ]);
        }
    }
    table
}

pub(super) fn groups(own: &GroupMobility) -> [Table; 2] {
    let mut steps = Table::new("Theta: do the regions of a group move together?").texts(["From", "To"]).numbers([
        "Ranks changed",
        "Theta",
        "Expected",
        "p",
    ]);
    for step in &own.steps {
        steps.row([
            step.first_period.clone(),
            step.second_period.clone(),
            rank(step.rank_changes),
            or_nothing(step.theta, |theta| fixed(theta, 4)),
            or_nothing(step.test.as_ref().map(|test| test.mean), |mean| fixed(mean, 4)),
            two_sided(step.test.as_ref()),
        ]);
    }
    let mut pairs =
        Table::new("Concordance within and between groups").texts(["Group", "Group"]).numbers(["Pairs", "Tau", "p"]);
    for pair in &own.concordance {
        let tau = pair.tau.map_or_else(|| NOTHING.to_owned(), |tau| fixed(tau, 4));
        let test = two_sided(pair.test.as_ref());
        pairs.row([pair.first_group.clone(), pair.second_group.clone(), pair.pairs.to_string(), tau, test]);
    }
    [steps, pairs]
}
