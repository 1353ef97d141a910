//! Chains among neighbours, directions and distances between paths, in tables.

use growthpole_contracts::v1::{
    ConditionalMarkovChain, DirectionalLisa, LisaMarkovChain, LisaPath, LocalTail, MoranMoments, Quadrant,
    SequenceDistances, SequenceMeasure, SpatialMarkovChain,
};

use super::ranks::{Shown, probability, significance};
use crate::output::format::{NOTHING, fixed, or_nothing, region, words};
use crate::output::table::Table;

pub(super) fn spatial_markov(own: &SpatialMarkovChain) -> [Table; 2] {
    let classes = own.all.as_ref().map_or(0, |all| all.states.len());
    let of =
        if own.categorical_lag.is_some() { "commonest class among the neighbours" } else { "class of the neighbours" };
    let title = format!("Transitions by the {of} where they start ({} regions)", own.regions);
    let mut table = Table::new(title)
        .texts(["Neighbours"])
        .numbers(["Class", "Transitions"])
        .with_numbers((1..=classes).map(|to| format!("to {to}")))
        .numbers(["Long run"]);
    for chain in own.by_lag.iter().chain(&own.all) {
        let name = if chain.lag_class == 0 { "all".to_owned() } else { format!("class {}", chain.lag_class) };
        for state in &chain.states {
            let total: i64 = state.transitions.iter().sum();
            let mut row = vec![name.clone(), state.class.to_string(), total.to_string()];
            row.extend((0..classes).map(|to| probability(state.probabilities.get(to).copied())));
            row.push(long_run(chain, state.class));
            table.cells(row);
        }
    }
    [table, homogeneity(own)]
}

/// The share of time in a class, where it does not depend on the start.
fn long_run(chain: &ConditionalMarkovChain, class: i32) -> String {
    let [only] = chain.ergodic.as_slice() else { return NOTHING.to_owned() };
    let own = only.classes.iter().position(|&own| own == class);
    fixed(own.and_then(|at| only.probabilities.get(at).copied()).unwrap_or(0.0), 4)
}

fn homogeneity(own: &SpatialMarkovChain) -> Table {
    let mut table = Table::new("Do transitions depend on the class of the neighbours?").texts(["Test"]).numbers([
        "Statistic",
        "Degrees",
        "p",
    ]);
    let test = own.homogeneity.clone().unwrap_or_default();
    for (name, test) in [("Q", test.q), ("Likelihood ratio", test.likelihood_ratio)] {
        let test = test.unwrap_or_default();
        let degrees = test.degrees_of_freedom.to_string();
        table.row([name.to_owned(), fixed(test.statistic, 3), degrees, significance(test.p)]);
    }
    if let Some(lag) = own.categorical_lag {
        let name = format!("Ties among neighbours: {} of {}, {} drawn", lag.tied, lag.known, lag.drawn);
        table.row([name, NOTHING.to_owned(), NOTHING.to_owned(), NOTHING.to_owned()]);
    }
    if let Some(drawn) = own.test {
        let name = format!("Q against {} permutations", drawn.permutations);
        let q = test.q.map(|q| q.statistic);
        table.row([name, or_nothing(q, |q| fixed(q, 3)), NOTHING.to_owned(), significance(drawn.p_upper)]);
    }
    table
}

/// A quadrant: the region, and then its neighbours.
fn quadrant(number: i32) -> String {
    words(Quadrant::try_from(number).unwrap_or_default().as_str_name(), "QUADRANT")
}

pub(super) fn lisa(own: &LisaMarkovChain, shown: Shown<'_>) -> Vec<Table> {
    let mut tables = vec![moran(own), quadrants(own)];
    tables.extend(spillover(own));
    let tail = if own.tail() == LocalTail::Smaller { "smaller tail" } else { "two-sided" };
    let title = format!("Paths through quadrants; significant up to p = {}, {tail}", own.significance_level);
    let mut paths = Table::new(title).texts(["Code", "Region", "First", "Last"]).numbers(["Moves", "Significant in"]);
    for path in &own.regions {
        let (code, name) = region(&path.region);
        if shown.shows(&code) {
            let [first, last] = [path.periods.first(), path.periods.last()]
                .map(|own| own.map_or_else(String::new, |own| quadrant(own.quadrant)));
            paths.row([code, name, first, last, moves(path), significant(path)]);
        }
    }
    tables.push(paths);
    tables
}

/// Whether neighbours are alike, period by period.
fn moran(own: &LisaMarkovChain) -> Table {
    let mut table = Table::new("Moran's I: are neighbours more alike than regions in general?")
        .texts(["Period"])
        .numbers(["I", "Expected", "p, normal", "p, moments of shuffles", "p, shuffles drawn"]);
    for period in &own.moran {
        let p = |own: Option<MoranMoments>| significance(own.map(|own| own.p_value));
        table.row([
            period.period.clone(),
            fixed(period.i, 4),
            fixed(period.expected, 4),
            p(period.normality),
            p(period.randomization),
            significance(period.test.map(|test| test.p_two_sided)),
        ]);
    }
    table
}

fn moves(path: &LisaPath) -> String {
    path.periods.windows(2).filter(|step| step[0].quadrant != step[1].quadrant).count().to_string()
}

/// The number of periods in which it is; nothing where nothing was drawn.
fn significant(path: &LisaPath) -> String {
    if path.periods.iter().all(|own| own.p.is_none()) {
        return NOTHING.to_owned();
    }
    path.periods.iter().filter(|own| own.significant).count().to_string()
}

fn quadrants(own: &LisaMarkovChain) -> Table {
    let independence = own.independence.unwrap_or_default();
    let title = format!(
        "Transitions between quadrants (expected of independent moves; chi-squared {}, {} degrees, p {})",
        fixed(independence.statistic, 3),
        independence.degrees_of_freedom,
        significance(independence.p),
    );
    let mut table = Table::new(title)
        .texts(["Region and neighbours"])
        .with_numbers(own.states.iter().map(|to| format!("to {}", quadrant(to.class))))
        .numbers(["Long run"]);
    for (at, state) in own.states.iter().enumerate() {
        let mut row = vec![quadrant(state.class)];
        row.extend(state.transitions.iter().enumerate().map(|(to, count)| {
            let expected = own.expected.get(at).and_then(|expected| expected.transitions.get(to)).copied();
            format!("{count} ({})", or_nothing(expected, |expected| fixed(expected, 1)))
        }));
        row.push(match own.ergodic.as_slice() {
            [only] => {
                let at = only.classes.iter().position(|&class| class == state.class);
                fixed(at.and_then(|at| only.probabilities.get(at).copied()).unwrap_or(0.0), 4)
            }
            _ => NOTHING.to_owned(),
        });
        table.cells(row);
    }
    table
}

/// Steps in which a region joins a cluster.
fn spillover(own: &LisaMarkovChain) -> Option<Table> {
    let title = format!("Regions that join clusters of {} neighbours", quadrant(own.cluster_quadrant));
    let mut table = Table::new(title).texts(["From", "To"]).numbers(["Clusters", "Regions"]).texts(["Joined"]);
    for step in &own.spillover {
        table.row([
            step.first_period.clone(),
            step.second_period.clone(),
            step.clusters_after.to_string(),
            step.regions_after.to_string(),
            step.joined.join(", "),
        ]);
    }
    (!own.spillover.is_empty()).then_some(table)
}

pub(super) fn rose(own: &DirectionalLisa, shown: Shown<'_>) -> [Table; 2] {
    let title = format!("Directions of moves, {} to {}", own.first_period, own.second_period);
    let mut sectors = Table::new(title).numbers(["From", "To", "Regions", "Expected", "p"]);
    let degrees = |angle: f64| format!("{}°", fixed(angle.to_degrees(), 0));
    for sector in &own.sectors {
        sectors.row([
            degrees(sector.start),
            degrees(sector.end),
            sector.count.to_string(),
            or_nothing(sector.test.map(|test| test.mean), |mean| fixed(mean, 2)),
            significance(sector.p),
        ]);
    }
    let mut moves = Table::new("Moves of regions and of their neighbours' mean").texts(["Code", "Region"]).numbers([
        "Own",
        "Neighbours",
        "Direction",
    ]);
    for own in &own.moves {
        let (code, name) = region(&own.region);
        if shown.shows(&code) {
            moves.row([code, name, fixed(own.own, 4), fixed(own.lag, 4), or_nothing(own.angle, degrees)]);
        }
    }
    [sectors, moves]
}

/// How far each path is from the others, and which is nearest and farthest.
pub(super) fn sequences(own: &SequenceDistances, shown: Shown<'_>) -> Table {
    let measure = words(SequenceMeasure::try_from(own.measure).unwrap_or_default().as_str_name(), "SEQUENCE_MEASURE");
    let title = format!("Distances between paths through {} classes, {measure}", own.classes);
    let mut table = Table::new(title)
        .texts(["Code", "Region"])
        .numbers(["Mean"])
        .texts(["Nearest"])
        .numbers(["at"])
        .texts(["Farthest"])
        .numbers(["at"]);
    for (at, row) in own.rows.iter().enumerate() {
        let (code, name) = region(&row.region);
        if !shown.shows(&code) {
            continue;
        }
        let others = || row.distances.iter().enumerate().filter(|(other, _)| *other != at);
        let nearest = others().min_by(|a, b| a.1.total_cmp(b.1));
        // Of equally far ones the first, as of equally near ones.
        let farthest = others().rev().max_by(|a, b| a.1.total_cmp(b.1));
        let named = |found: Option<(usize, &f64)>| match found.and_then(|(at, far)| Some((own.rows.get(at)?, far))) {
            Some((other, far)) => [region(&other.region).1, fixed(*far, 2)],
            None => [NOTHING.to_owned(), NOTHING.to_owned()],
        };
        let mean = row.distances.iter().sum::<f64>() / others().count().max(1) as f64;
        let ([near, near_by], [far, far_by]) = (named(nearest), named(farthest));
        table.row([code, name, fixed(mean, 2), near, near_by, far, far_by]);
    }
    table
}
