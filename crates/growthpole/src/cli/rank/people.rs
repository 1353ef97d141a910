//! A ranking as people read it.

use growthpole_contracts::v1::{
    AccelerationRanking, GrowthMeasure, IndicatorAgreement, RankGrowthResponse, RankUncertainty, RankUncertaintyMethod,
    RankedIndicator, RankedRegion, ShareOf,
};

use super::against;
use crate::output::View;
use crate::output::format::{amount, fixed, or_nothing, percent, points, rank, region, words};
use crate::output::table::Table;

/// A set of ranks, where there is one.
type Set = fn(&RankUncertainty) -> Option<(i32, i32)>;

/// A column of the ranking.
type Column<'a> = (&'static str, Box<dyn Fn(&RankedRegion) -> String + 'a>);

pub(super) fn people(what: &str, answer: &RankGrowthResponse) -> View {
    let against = against(answer.benchmark.as_ref(), growth(answer));
    let title = format!("{}, {what}{}, {}{against}", growth_of(answer), per(answer), span(answer));
    let columns = columns(answer);
    let names = columns.iter().map(|(name, _)| *name);
    let mut ranked = Table::new(title).numbers(["Rank"]).texts(["Code", "Region"]).with_numbers(names);
    for row in &answer.ranked {
        let (code, name) = region(&row.region);
        let shown = columns.iter().map(|(_, show)| show(row));
        ranked.cells([rank(row.rank), code, name].into_iter().chain(shown).collect());
    }
    let mut tables = vec![ranked];
    if !answer.unranked.is_empty() {
        let mut unranked = Table::new("Without a rank").texts(["Code", "Region", "Why", "Periods"]);
        for row in &answer.unranked {
            let (code, name) = region(&row.region);
            unranked.row([code, name, row.text.clone(), row.periods.join(", ")]);
        }
        tables.push(unranked);
    }
    tables.extend(answer.weighted.as_ref().map(|weighted| {
        let mean = growth(answer)(weighted.mean);
        Table::new(format!(
            "Mean growth of {} regions, weighted by {} of {}: {mean}",
            weighted.regions, weighted.weight_indicator, weighted.period
        ))
    }));
    tables.extend(answer.acceleration.as_ref().map(acceleration));
    tables.extend(answer.agreement.iter().flat_map(agreement));
    tables.extend(answer.uncertainty.as_ref().map(|method| Table::new(drawn(method))));
    View { tables, ..super::notes(answer) }
}

/// Growth as its measure is read: per cent, or an amount.
fn growth(answer: &RankGrowthResponse) -> fn(f64) -> String {
    if answer.measure() == GrowthMeasure::Change { amount } else { percent }
}

fn columns(answer: &RankGrowthResponse) -> Vec<Column<'_>> {
    let growth = growth(answer);
    let is_amount = answer.measure() == GrowthMeasure::Change;
    let (gap, of_gap): (&str, fn(f64) -> String) = if is_amount { ("Gap", amount) } else { ("Gap (pp)", points) };
    let mut columns: Vec<Column<'_>> = vec![
        ("Growth", Box::new(move |row| growth(row.growth))),
        (gap, Box::new(move |row| or_nothing(row.gap, of_gap))),
        ("Percentile", Box::new(|row| percent(row.percentile))),
    ];
    if answer.denominator_indicator.is_empty() && answer.share_of() == ShareOf::Unspecified {
        columns.push(("Contribution (pp)", Box::new(|row| or_nothing(row.contribution, points))));
    }
    if answer.ranked.iter().any(|row| row.share_before.is_some()) {
        columns.push(("Share before", Box::new(|row| or_nothing(row.share_before, percent))));
        columns.push(("Share last", Box::new(|row| or_nothing(row.share_last, percent))));
    }
    if answer.weighted.is_some() {
        columns.push(("Weighted percentile", Box::new(|row| or_nothing(row.weighted_percentile, percent))));
    }
    if answer.ranked.iter().any(|row| row.volatility.is_some()) {
        let deviation = |row: &RankedRegion| row.volatility.map(|own| own.standard_deviation);
        columns.push(("Deviation", Box::new(move |row| or_nothing(deviation(row), percent))));
    }
    if answer.uncertainty.is_some() {
        add_uncertainty(&mut columns, answer);
    }
    columns
}

fn add_uncertainty<'a>(columns: &mut Vec<Column<'a>>, answer: &'a RankGrowthResponse) {
    let growth = growth(answer);
    let of = |row: &RankedRegion, show: &dyn Fn(&RankUncertainty) -> String| {
        row.uncertainty.as_ref().map_or_else(String::new, show)
    };
    columns.push(("Std. error", Box::new(move |row| of(row, &|own| growth(own.standard_error)))));
    columns.push(("Ranks", Box::new(move |row| of(row, &|own| ranks(own.rank_lower, own.rank_upper)))));
    let sets: [(&str, Set); 2] = [
        ("Set", |own| own.set_lower.zip(own.set_upper)),
        ("Set of all", |own| own.simultaneous_lower.zip(own.simultaneous_upper)),
    ];
    for (name, set) in sets {
        if answer.ranked.iter().flat_map(|row| &row.uncertainty).any(|own| set(own).is_some()) {
            let shown = move |own: &RankUncertainty| set(own).map_or_else(String::new, |(low, high)| ranks(low, high));
            columns.push((name, Box::new(move |row| of(row, &shown))));
        }
    }
    columns.push(("P(first)", Box::new(move |row| of(row, &|own| percent(own.probability_first)))));
    columns.push(("P(last)", Box::new(move |row| of(row, &|own| percent(own.probability_last)))));
    columns
        .push(("P(above)", Box::new(move |row| of(row, &|own| or_nothing(own.probability_above_benchmark, percent)))));
}

fn ranks(lower: impl std::fmt::Display, upper: impl std::fmt::Display) -> String {
    format!("{lower}–{upper}")
}

fn drawn(method: &RankUncertaintyMethod) -> String {
    let level = method.level * 100.0;
    let from = match method.block_length {
        0 => "of the standard errors".to_owned(),
        length => format!("of {} years in blocks of {length}", method.periods),
    };
    format!("Ranks at {level} %: {} draws {from}, seed {}", method.draws, method.seed)
}

fn acceleration(ranking: &AccelerationRanking) -> Table {
    let times = [
        (&ranking.earlier_first_period, &ranking.earlier_last_period),
        (&ranking.later_first_period, &ranking.later_last_period),
    ];
    let [earlier, later] =
        times.map(|(first, last)| if first == last { first.clone() } else { format!("{first} to {last}") });
    let benchmark = ranking.benchmark.map_or_else(String::new, |own| format!("; benchmark: {}", points(own)));
    let mut table = Table::new(format!("Acceleration, {later} after {earlier}{benchmark}"))
        .numbers(["Rank"])
        .texts(["Code", "Region"])
        .numbers(["Earlier", "Later", "Acceleration (pp)"]);
    for row in &ranking.ranked {
        let (code, name) = region(&row.region);
        let (earlier, later) = (percent(row.earlier_growth), percent(row.later_growth));
        table.row([rank(row.rank), code, name, earlier, later, points(row.acceleration)]);
    }
    table
}

/// The ranking by mean rank, and the correlations of its rankings.
fn agreement(found: &IndicatorAgreement) -> Vec<Table> {
    let name = |indicator: &RankedIndicator| match indicator.denominator_indicator.as_str() {
        "" => indicator.indicator.clone(),
        by => format!("{} per {by}", indicator.indicator),
    };
    let names: Vec<String> = found.indicators.iter().map(name).collect();
    let title = format!(
        "Agreement of {}: Kendall's W {}, p {}",
        names.join(", "),
        fixed(found.kendall_w, 3),
        fixed(found.p_value, 4)
    );
    let mut by_mean = Table::new(title).numbers(["Rank"]).texts(["Code", "Region"]).numbers(["Mean rank"]);
    by_mean = by_mean.texts(["Ranks"]);
    for row in &found.regions {
        let (code, name) = region(&row.region);
        let ranks = row.ranks.iter().map(|own| rank(*own)).collect::<Vec<_>>().join(", ");
        by_mean.row([rank(row.aggregate_rank), code, name, fixed(row.mean_rank, 2), ranks]);
    }
    let mut pairs = Table::new("Rank correlations").texts(["Indicator", "Indicator "]);
    pairs = pairs.numbers(["Kendall's tau", "p", "Spearman's rho"]);
    let at = |position: i32| usize::try_from(position).ok().and_then(|at| names.get(at)).cloned().unwrap_or_default();
    for pair in &found.correlations {
        pairs.row([
            at(pair.first),
            at(pair.second),
            fixed(pair.kendall_tau, 3),
            fixed(pair.kendall_p_value, 4),
            fixed(pair.spearman, 3),
        ]);
    }
    vec![by_mean, pairs]
}

/// What grows.
fn growth_of(answer: &RankGrowthResponse) -> &'static str {
    match answer.share_of() {
        ShareOf::Unspecified => "Growth",
        ShareOf::Benchmark => "Growth of shares of the benchmark",
        ShareOf::Selected => "Growth of shares of the selected regions",
    }
}

fn per(answer: &RankGrowthResponse) -> String {
    match answer.denominator_indicator.as_str() {
        "" => String::new(),
        by => format!(" per {by}"),
    }
}

fn span(answer: &RankGrowthResponse) -> String {
    let measure = words(answer.measure().as_str_name(), "GROWTH_MEASURE");
    if answer.first_period == answer.last_period {
        format!("{}, {measure}", answer.last_period)
    } else {
        format!("{} to {}, {measure}", answer.first_period, answer.last_period)
    }
}
