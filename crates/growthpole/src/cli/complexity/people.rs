//! What people see of an answer.

use growthpole_contracts::v1::{MeasureComplexityResponse, RegionComplexity};

use super::Shown;
use super::records::records;
use crate::output::View;
use crate::output::format::{amount, fixed, industry, or_nothing, region, words};
use crate::output::table::Table;

pub(super) fn view(what: &str, answer: &MeasureComplexityResponse, shown: &Shown) -> View {
    let period = answer.base.as_ref().map(|base| base.period.as_str()).unwrap_or_default();
    let title = format!("Complexity, {what}, {period}");
    let tables = match shown.list.as_deref() {
        None => vec![regions(&title, answer, shown), industries(answer), spectrum(answer)],
        Some("industries") => vec![industries(answer), spectrum(answer)],
        Some("gains") => vec![gains(&title, answer, shown)],
        Some(_) => vec![regions(&title, answer, shown), spectrum(answer)],
    };
    let records = records(answer, shown);
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

/// Columns of regions that are there only when they were asked for.
fn further(row: &RegionComplexity) -> [(&'static str, Option<String>); 4] {
    let three = |number: Option<f64>| number.map(|number| fixed(number, 3));
    [
        ("Fitness", three(row.fitness)),
        ("Reflection", row.reflection.map(|number| fixed(number, 4))),
        ("Income level", row.income_level.map(|level| amount(level.round()))),
        ("By outside values", row.external_coverage.map(|_| or_nothing(row.external, |number| fixed(number, 3)))),
    ]
}

fn regions(title: &str, answer: &MeasureComplexityResponse, shown: &Shown) -> Table {
    let asked: Vec<&str> = answer
        .regions
        .first()
        .map(|row| further(row).into_iter().filter_map(|(name, cell)| cell.map(|_| name)).collect())
        .unwrap_or_default();
    let mut table = Table::new(title)
        .numbers(["Rank"])
        .texts(["Code", "Region"])
        .numbers(["Industries", "Index", "Outlook"])
        .with_numbers(asked)
        .texts(["Would gain most by"]);
    for row in &answer.regions {
        let (code, name) = region(&row.region);
        if !shown.regions.is_shown(&code) {
            continue;
        }
        let best: Vec<String> = row.best_gains.iter().map(|gain| industry(&gain.industry).1).collect();
        let (rank, diversity) = (row.rank.to_string(), row.diversity.to_string());
        let mut cells = vec![rank, code, name, diversity, fixed(row.index, 3), fixed(row.outlook, 3)];
        cells.extend(further(row).into_iter().filter_map(|(_, cell)| cell));
        cells.push(best.join("; "));
        table.cells(cells);
    }
    table
}

fn industries(answer: &MeasureComplexityResponse) -> Table {
    let with_income = answer.industries.iter().any(|row| row.income_level.is_some());
    let with_fitness = answer.industries.iter().any(|row| row.fitness_complexity.is_some());
    let further = [(with_fitness, "By fitness"), (with_income, "Income level")];
    let mut table = Table::new("Industries")
        .numbers(["Rank"])
        .texts(["Code", "Industry"])
        .numbers(["Regions", "Index"])
        .with_numbers(further.into_iter().filter_map(|(asked, name)| asked.then_some(name)));
    for row in &answer.industries {
        let (code, name) = industry(&row.industry);
        let mut cells = vec![row.rank.to_string(), code, name, row.ubiquity.to_string(), fixed(row.index, 3)];
        cells.extend(row.fitness_complexity.map(|value| fixed(value, 3)));
        cells.extend(row.income_level.map(|level| amount(level.round())));
        table.cells(cells);
    }
    table
}

/// One line on how well the indices are known.
fn spectrum(answer: &MeasureComplexityResponse) -> Table {
    let Some(spectrum) = &answer.spectrum else { return Table::new("") };
    let rule = words(spectrum.sign_rule().as_str_name(), "COMPLEXITY_SIGN_RULE");
    let third = or_nothing(spectrum.third_eigenvalue, |value| fixed(value, 4));
    let correlation = or_nothing(spectrum.diversity_correlation, |value| fixed(value, 2));
    let compared = answer.supermodularity.as_ref().map(|own| {
        let holds = or_nothing(own.holds, |share| fixed(share, 4));
        format!("; log-supermodular in {holds} of {} quadruples", own.compared)
    });
    Table::new(format!(
        "Eigenvalues {} and {third}; sign by {rule}, correlation with diversity {correlation}{}",
        fixed(spectrum.second_eigenvalue, 4),
        compared.unwrap_or_default()
    ))
}

/// Region, industry and gain of every cell.
pub(super) fn gain_cells<'a>(
    answer: &'a MeasureComplexityResponse,
    shown: &'a Shown,
) -> impl Iterator<Item = (String, &'a String, f64)> {
    let rows = answer.gains.iter().map(|row| (region(&row.region).0, row));
    let rows = rows.filter(|(code, _)| shown.regions.is_shown(code));
    rows.flat_map(|(code, row)| {
        answer.gain_industries.iter().zip(&row.values).map(move |(industry, &gain)| (code.clone(), industry, gain))
    })
}

fn gains(title: &str, answer: &MeasureComplexityResponse, shown: &Shown) -> Table {
    let mut table = Table::new(title).texts(["Region", "Industry"]).numbers(["Gain"]);
    for (code, industry, gain) in gain_cells(answer, shown) {
        table.row([code, industry.clone(), fixed(gain, 4)]);
    }
    table
}
