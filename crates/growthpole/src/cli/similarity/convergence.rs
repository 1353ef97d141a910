//! Convergence of structures, as it is shown.

use growthpole_contracts::v1::{CompareStructuresResponse, IndustryChange, StructureConvergence, StructureTrend};

use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, fixed, industry, or_nothing, region};
use crate::output::table::Table;

pub(super) fn shown(what: &str, answer: &CompareStructuresResponse) -> (Vec<Table>, Records) {
    let mut records = Records::new(["period", "mean_krugman", "krugman_deviation", "friction"]);
    let Some(own) = &answer.convergence else {
        return (
            vec![Table::new(format!("Nothing to converge, {what}: two periods and two regions are needed"))],
            records,
        );
    };
    let title = format!(
        "Convergence of structures, {what}; {} pairs, of which {} became more alike and {} less",
        own.pairs, own.converging_pairs, own.diverging_pairs
    );
    let mut periods = Table::new(title).texts(["Period"]).numbers(["Krugman, mean", "Deviation", "Friction"]);
    for period in &own.periods {
        let four = |number: Option<f64>| or_nothing(number, |number| fixed(number, 4));
        let mean = fixed(period.mean_krugman, 4);
        periods.row([period.period.clone(), mean, four(period.krugman_deviation), four(period.friction)]);
        records.row([
            period.period.clone(),
            exact(period.mean_krugman),
            exact(period.krugman_deviation),
            exact(period.friction),
        ]);
    }
    (vec![periods, trends(own), pairs(answer), industries(own)], records)
}

fn trends(own: &StructureConvergence) -> Table {
    let mut table = Table::new("Trends").texts(["Of"]).numbers(["Slope a year", "Standard error", "t", "p"]);
    let named = [("the mean Krugman index", own.trend), ("change on the first index, by pair", own.catching_up)];
    for (name, trend) in named {
        let Some(StructureTrend { slope, standard_error, t, p }) = trend else { continue };
        let (t, p) = (or_nothing(t, |t| fixed(t, 2)), or_nothing(p, |p| fixed(p, 4)));
        table.row([name.to_owned(), fixed(slope, 4), fixed(standard_error, 4), t, p]);
    }
    table
}

fn listed(industries: &[IndustryChange]) -> String {
    industries.iter().take(3).map(|part| industry(&part.industry).1).collect::<Vec<_>>().join("; ")
}

fn pairs(answer: &CompareStructuresResponse) -> Table {
    let mut table = Table::new("By pair")
        .texts(["First", "Second"])
        .numbers(["Krugman, first", "Change", "Trend a year", "p"])
        .texts(["Changed most in"]);
    for pair in &answer.pairs {
        let Some(change) = &pair.change else { continue };
        let (slope, p) = match change.trend {
            Some(trend) => (fixed(trend.slope, 4), or_nothing(trend.p, |p| fixed(p, 4))),
            None => (NOTHING.to_owned(), NOTHING.to_owned()),
        };
        table.row([
            region(&pair.first).1,
            region(&pair.second).1,
            fixed(change.first_krugman, 4),
            fixed(change.change, 4),
            slope,
            p,
            listed(&change.industries),
        ]);
    }
    table
}

/// What industries add to the change of the mean.
fn industries(own: &StructureConvergence) -> Table {
    let mut table = Table::new("By industry: parts of the change of the mean").texts(["Industry"]).numbers(["Part"]);
    for change in own.industries.iter().take(10) {
        let (code, name) = industry(&change.industry);
        table.row([format!("{code} {name}"), fixed(change.part, 4)]);
    }
    table
}
