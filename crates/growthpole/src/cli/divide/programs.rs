//! Divisions in records for programs: a row a pair, and further rows for what is answered beside the plan.

use growthpole_contracts::v1::{
    DivisionAlternative, DivisionCell, DivisionDifference, DivisionFrontierPoint, FrictionChange, IndustryLabel,
    ProposeDivisionResponse, ReallocatedCell, RegionLabel,
};

use super::periods::Dated;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{exact, industry, region};

pub(super) fn view(answer: &ProposeDivisionResponse) -> View {
    let mut rows = Rows { records: Records::new(COLUMNS), period: &answer.period };
    rows.answer(answer);
    View {
        records: rows.records,
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
        ..View::default()
    }
}

/// Plans of several periods. `part` is "period" where a row is about a plan as a whole, and "change" where it is about a pair
/// that the plan has more or less than the one before; `item` says whether it is proven, why there is none, or which was the
/// one before.
pub(super) fn records(periods: &[Dated]) -> Records {
    let mut records = Records::new(COLUMNS);
    for own in periods {
        let mut rows = Rows { records, period: &own.period };
        match &own.found {
            Ok(planned) => {
                rows.whole(&planned.answer);
                rows.answer(&planned.answer);
                if let Some(change) = &planned.change {
                    rows.differences(&change.regions, || Row {
                        part: "change",
                        item: change.against.clone(),
                        ..Row::default()
                    });
                }
            }
            Err(missing) => rows.add(Row { part: "period", item: missing.reason.clone(), ..Row::default() }),
        }
        records = rows.records;
    }
    records
}

/// The first ten are of pairs of the plan; `part` says what a row is: "plan", "term", "rival", "alternative", "frontier",
/// "friction", "friction_pair" or "friction_industry", and `item` which of them.
const COLUMNS: [&str; 21] = [
    "region",
    "region_name",
    "industry",
    "industry_name",
    "focus",
    "location_quotient",
    "value",
    "importance",
    "margin",
    "period",
    "margin_at_least",
    "forced",
    "stays",
    "before",
    "after",
    "part",
    "item",
    "other_region",
    "objective",
    "loss",
    "friction",
];

/// A row.
#[derive(Debug, Default)]
struct Row<'a> {
    region: Option<&'a RegionLabel>,
    industry: Option<&'a IndustryLabel>,
    focus: Option<bool>,
    location_quotient: Option<f64>,
    value: Option<f64>,
    importance: Option<f64>,
    margin: Option<f64>,
    margin_at_least: Option<f64>,
    forced: Option<bool>,
    stays: Option<f64>,
    before: Option<f64>,
    after: Option<f64>,
    part: &'a str,
    item: String,
    other_region: Option<&'a RegionLabel>,
    objective: Option<f64>,
    loss: Option<f64>,
    friction: Option<f64>,
}

struct Rows<'a> {
    records: Records,
    period: &'a str,
}

impl Rows<'_> {
    fn answer(&mut self, answer: &ProposeDivisionResponse) {
        for cell in &answer.cells {
            self.cell(cell, answer);
        }
        for (at, other) in answer.alternatives.iter().enumerate() {
            self.alternative(at + 2, other);
        }
        for point in &answer.frontier {
            self.point(point);
        }
        if let Some(friction) = answer.reallocation.as_ref().and_then(|moved| moved.friction.as_ref()) {
            self.friction(friction);
        }
    }

    /// A plan as a whole.
    fn whole(&mut self, answer: &ProposeDivisionResponse) {
        self.add(Row {
            part: "period",
            item: if answer.proven { "proven" } else { "not_proven" }.to_owned(),
            objective: Some(answer.objective),
            value: Some(answer.value_sum),
            friction: Some(answer.friction_sum),
            loss: Some(answer.gap),
            margin: answer.margin,
            stays: answer.stability.as_ref().and_then(|stability| stability.least),
            ..Row::default()
        });
    }

    fn add(&mut self, row: Row<'_>) {
        let ((code, name), (industry, industry_name)) =
            (region(&row.region.cloned()), industry(&row.industry.cloned()));
        let truth = |truth: Option<bool>| truth.map_or_else(String::new, |truth| truth.to_string());
        self.records.row([
            code,
            name,
            industry,
            industry_name,
            truth(row.focus),
            exact(row.location_quotient),
            exact(row.value),
            exact(row.importance),
            exact(row.margin),
            self.period.to_owned(),
            exact(row.margin_at_least),
            truth(row.forced),
            exact(row.stays),
            exact(row.before),
            exact(row.after),
            row.part.to_owned(),
            row.item,
            row.other_region.map(|label| label.code.clone()).unwrap_or_default(),
            exact(row.objective),
            exact(row.loss),
            exact(row.friction),
        ]);
    }

    fn cell(&mut self, cell: &DivisionCell, answer: &ProposeDivisionResponse) {
        let (region, industry) = (cell.region.as_ref(), cell.industry.as_ref());
        let moved = answer.reallocation.as_ref().and_then(|moved| {
            moved.cells.iter().find(|own: &&ReallocatedCell| own.region == cell.region && own.industry == cell.industry)
        });
        self.add(Row {
            region,
            industry,
            focus: Some(cell.focus),
            location_quotient: cell.location_quotient,
            value: cell.value,
            importance: Some(cell.importance),
            margin: cell.margin,
            margin_at_least: cell.margin_at_least,
            forced: Some(cell.forced),
            stays: cell.stays,
            before: moved.map(|moved| moved.before),
            after: moved.map(|moved| moved.after),
            part: "plan",
            ..Row::default()
        });
        for term in &cell.terms {
            let item = term.term.to_lowercase();
            self.add(Row { region, industry, part: "term", item, value: term.part, ..Row::default() });
        }
        for rival in &cell.rivals {
            let (other_region, loss) = (rival.region.as_ref(), Some(rival.loss));
            self.add(Row { region, industry, part: "rival", other_region, value: rival.value, loss, ..Row::default() });
        }
    }

    fn alternative(&mut self, rank: usize, other: &DivisionAlternative) {
        let row = || Row {
            part: "alternative",
            item: rank.to_string(),
            objective: Some(other.objective),
            loss: Some(other.loss),
            ..Row::default()
        };
        self.differences(&other.differences, row);
    }

    fn point(&mut self, point: &DivisionFrontierPoint) {
        let row = || Row {
            part: "frontier",
            item: exact(point.friction_weight),
            value: Some(point.value_sum),
            objective: Some(point.objective),
            friction: Some(point.friction),
            ..Row::default()
        };
        self.add(row());
        self.differences(&point.differences, row);
    }

    /// A row for every pair that a plan has more or less.
    fn differences<'a>(&mut self, differences: &'a [DivisionDifference], row: impl Fn() -> Row<'a>) {
        for own in differences {
            let changes = own.gains.iter().map(|label| (label, true));
            for (label, focus) in changes.chain(own.gives_up.iter().map(|label| (label, false))) {
                let (region, industry) = (own.region.as_ref(), Some(label));
                self.add(Row { region, industry, focus: Some(focus), ..row() });
            }
        }
    }

    fn friction(&mut self, change: &FrictionChange) {
        let row = |part: &'static str, before: f64, after: f64| Row {
            part,
            item: change.weights.to_lowercase(),
            before: Some(before),
            after: Some(after),
            ..Row::default()
        };
        self.add(row("friction", change.before, change.after));
        for pair in &change.pairs {
            let (region, other_region) = (pair.first.as_ref(), pair.second.as_ref());
            self.add(Row { region, other_region, ..row("friction_pair", pair.before, pair.after) });
        }
        for own in &change.industries {
            let industry = own.industry.as_ref();
            self.add(Row { industry, ..row("friction_industry", own.before, own.after) });
        }
    }
}
