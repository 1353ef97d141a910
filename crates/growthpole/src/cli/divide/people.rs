//! Divisions in tables for people.

use growthpole_contracts::v1::{
    DivisionCell, DivisionDifference, FrictionChange, IndustryLabel, ProposeDivisionResponse, ReallocationResult,
    RegionLabel,
};

use crate::cli::specialization::reference;
use crate::output::View;
use crate::output::format::{NOTHING, amount, fixed, industry, or_nothing, percent, region, yes};
use crate::output::table::Table;

pub(super) fn view(what: &str, answer: &ProposeDivisionResponse) -> View {
    let mut tables = vec![plan(what, answer)];
    if answer.cells.iter().any(|cell| !cell.terms.is_empty()) {
        tables.push(reasons(answer));
    } else {
        tables.push(cells(answer));
    }
    tables.extend((!answer.alternatives.is_empty()).then(|| alternatives(answer)));
    tables.extend((!answer.frontier.is_empty()).then(|| frontier(answer)));
    if let Some(moved) = &answer.reallocation {
        tables.push(regions_after(moved));
        tables.push(cells_after(moved));
        tables.extend(moved.friction.iter().flat_map(friction));
    }
    View { tables, provenance: answer.provenance.clone(), warnings: answer.warnings.clone(), ..View::default() }
}

fn plan(what: &str, answer: &ProposeDivisionResponse) -> Table {
    let against = reference(answer.benchmark.as_ref());
    let margin = or_nothing(answer.margin, |margin| fixed(margin, 4));
    let mut title = format!("Division, {what}, {}{against}; objective {}", answer.period, fixed(answer.objective, 4));
    if !answer.proven {
        title += &format!(" (at most {})", fixed(answer.bound, 4));
    }
    title += &format!(", margin {margin}");
    if let Some(stability) = &answer.stability {
        title += &format!(
            "; the least stable pair stays in {} of {} draws",
            or_nothing(stability.least, percent),
            stability.draws
        );
    }
    let mut table = Table::new(title).texts(["Code", "Region", "Focuses on"]);
    for row in &answer.regions {
        let (code, name) = region(&row.region);
        table.row([code, name, row.focuses.iter().map(full_name).collect::<Vec<_>>().join("; ")]);
    }
    table
}

fn full_name(label: &IndustryLabel) -> String {
    format!("{} {}", label.code, label.name)
}

fn cells(answer: &ProposeDivisionResponse) -> Table {
    let drawn = answer.stability.is_some();
    let mut table = Table::new("Every pair")
        .texts(["Code", "Region", "Industry", "Focus"])
        .numbers(["LQ", "Value", "Importance", "Margin"])
        .with_numbers(drawn.then_some("Stays"));
    for cell in &answer.cells {
        let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
        let importance = Some(cell.importance).filter(|_| answer.weighted_by_importance);
        let mut row = vec![
            code,
            name,
            format!("{industry} {industry_name}"),
            yes(cell.focus).to_owned(),
            or_nothing(cell.location_quotient, |number| fixed(number, 2)),
            or_nothing(cell.value, |number| fixed(number, 3)),
            or_nothing(importance, percent),
            margin(cell),
        ];
        row.extend(drawn.then(|| or_nothing(cell.stays, percent)));
        table.cells(row);
    }
    table
}

/// What the plan loses without the pair as it is: a figure, a bound, or the word that nothing else is possible.
fn margin(cell: &DivisionCell) -> String {
    match (cell.margin, cell.margin_at_least) {
        (Some(margin), _) => fixed(margin, 3),
        (None, Some(bound)) if bound > 0.0 => format!("≥ {}", fixed(bound, 3)),
        (None, Some(_)) => "not known".to_owned(),
        (None, None) if cell.forced => "forced".to_owned(),
        (None, None) => NOTHING.to_owned(),
    }
}

/// Why each pair of the plan is in it.
fn reasons(answer: &ProposeDivisionResponse) -> Table {
    let drawn = answer.stability.is_some();
    let terms = answer.terms.iter().map(|term| term.term.to_lowercase());
    let mut table =
        Table::new("Why: what each pair is worth by term, what is lost without it, and who else could have it")
            .texts(["Code", "Region", "Industry"])
            .numbers(["LQ", "Value"])
            .with_numbers(terms)
            .numbers(["Margin"])
            .with_numbers(drawn.then_some("Stays"))
            .texts(["Who else, at what loss"]);
    for cell in answer.cells.iter().filter(|cell| cell.focus) {
        let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
        let mut row = vec![
            code,
            name,
            format!("{industry} {industry_name}"),
            or_nothing(cell.location_quotient, |number| fixed(number, 2)),
            or_nothing(cell.value, |number| fixed(number, 3)),
        ];
        row.extend(cell.terms.iter().map(|term| or_nothing(term.part, |part| fixed(part, 3))));
        row.push(margin(cell));
        row.extend(drawn.then(|| or_nothing(cell.stays, percent)));
        let rivals = cell.rivals.iter().take(3);
        let rivals: Vec<String> =
            rivals.map(|rival| format!("{} {}", name_of(&rival.region), fixed(rival.loss, 3))).collect();
        row.push(if rivals.is_empty() { NOTHING.to_owned() } else { rivals.join("; ") });
        table.cells(row);
    }
    table
}

fn name_of(label: &Option<RegionLabel>) -> String {
    region(label).1
}

fn alternatives(answer: &ProposeDivisionResponse) -> Table {
    let mut table = Table::new("Further plans").numbers(["Rank", "Objective", "Loss"]).texts(["Instead of the plan"]);
    for (at, other) in answer.alternatives.iter().enumerate() {
        let differs = differences(&other.differences);
        table.row([(at + 2).to_string(), fixed(other.objective, 4), fixed(other.loss, 4), differs]);
    }
    table
}

/// `Jilin + C13 − C14; …`
pub(super) fn differences(differences: &[DivisionDifference]) -> String {
    let list = |sign: &str, labels: &[IndustryLabel]| {
        labels.iter().map(|label| format!(" {sign} {}", label.code)).collect::<String>()
    };
    let shown = differences
        .iter()
        .map(|own| format!("{}{}{}", name_of(&own.region), list("+", &own.gains), list("−", &own.gives_up)));
    shown.collect::<Vec<_>>().join("; ")
}

fn frontier(answer: &ProposeDivisionResponse) -> Table {
    let mut table = Table::new("Plans by the weight of friction")
        .numbers(["Weight", "Value", "Friction", "Objective"])
        .texts(["Proven", "Instead of the plan"]);
    for point in &answer.frontier {
        table.row([
            fixed(point.friction_weight, 3),
            fixed(point.value_sum, 4),
            fixed(point.friction, 4),
            fixed(point.objective, 4),
            yes(point.proven).to_owned(),
            differences(&point.differences),
        ]);
    }
    table
}

fn regions_after(moved: &ReallocationResult) -> Table {
    let title = format!(
        "After: {} of activity moves; outside focuses {} before, {} after",
        amount(moved.moved),
        amount(moved.outside_before),
        amount(moved.outside_after),
    );
    let mut table =
        Table::new(title).texts(["Code", "Region"]).numbers(["Gained and given up", "In focuses before", "After"]);
    for own in &moved.regions {
        let (code, name) = region(&own.region);
        table.row([code, name, amount(own.moved), percent(own.focused_before), percent(own.focused_after)]);
    }
    table
}

fn cells_after(moved: &ReallocationResult) -> Table {
    let mut table =
        Table::new("What moves").texts(["Code", "Region", "Industry", "Focus"]).numbers(["Before", "After", "Change"]);
    for cell in &moved.cells {
        let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
        table.row([
            code,
            name,
            format!("{industry} {industry_name}"),
            yes(cell.focus).to_owned(),
            amount(cell.before),
            amount(cell.after),
            amount(cell.after - cell.before),
        ]);
    }
    table
}

/// Friction by pair, and by industry.
fn friction(change: &FrictionChange) -> [Table; 2] {
    let title = format!(
        "Friction, {}: {} before, {} after",
        change.weights.to_lowercase(),
        fixed(change.before, 4),
        fixed(change.after, 4)
    );
    let mut pairs = Table::new(title).texts(["First", "Second"]).numbers(["Weight", "Overlap before", "After"]);
    for pair in &change.pairs {
        let (first, second) = (name_of(&pair.first), name_of(&pair.second));
        pairs.row([first, second, percent(pair.weight), fixed(pair.before, 4), fixed(pair.after, 4)]);
    }
    let mut industries = Table::new("Friction by industry").texts(["Industry"]).numbers(["Before", "After", "Change"]);
    for part in &change.industries {
        let label = part.industry.as_ref().map(full_name).unwrap_or_default();
        let change = part.after - part.before;
        industries.row([label, fixed(part.before, 4), fixed(part.after, 4), fixed(change, 4)]);
    }
    [pairs, industries]
}
