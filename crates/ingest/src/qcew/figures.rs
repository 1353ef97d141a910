//! The figures of a record, and the indicators that they are.

use std::collections::{BTreeSet, HashMap};

use growthpole_domain::{Aggregation, IndicatorKind, ObservationStatus, PriceBasis};

use super::{Span, industries, number};
use crate::cells::{Cell, Output};
use crate::mapping::IndicatorEntry;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::table::{Header, named};
use crate::text::records::Record;

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Establishments, whose number is never withheld.
    Establishments,
    Jobs,
    /// Money that adds up.
    Wages,
    /// Money per head.
    Pay,
}

/// A column of figures.
#[derive(Debug, Clone, Copy)]
struct Figure {
    column: &'static str,
    /// What its indicators' codes begin with.
    code: &'static str,
    name: &'static str,
    measure: Measure,
    /// Month of the quarter.
    month: Option<u8>,
}

const fn figure(column: &'static str, name: &'static str, measure: Measure) -> Figure {
    Figure { column, code: column, name, measure, month: None }
}

const fn monthly(column: &'static str, month: u8) -> Figure {
    let (code, name, measure) = ("month_emplvl", "Employment in the month", Measure::Jobs);
    Figure { column, code, name, measure, month: Some(month) }
}

/// An older spelling in the files by area.
const fn count(column: &'static str, code: &'static str, name: &'static str) -> Figure {
    Figure { column, code, name, measure: Measure::Establishments, month: None }
}

const FIGURES: [Figure; 17] = [
    figure("annual_avg_estabs", "Establishments, average of the year", Measure::Establishments),
    count("annual_avg_estabs_count", "annual_avg_estabs", "Establishments, average of the year"),
    figure("annual_avg_emplvl", "Employment, average of the year", Measure::Jobs),
    figure("total_annual_wages", "Wages of the year", Measure::Wages),
    figure("taxable_annual_wages", "Taxable wages of the year", Measure::Wages),
    figure("annual_contributions", "Contributions of the year to unemployment insurance", Measure::Wages),
    figure("annual_avg_wkly_wage", "Weekly wage, average of the year", Measure::Pay),
    figure("avg_annual_pay", "Pay of the year per job", Measure::Pay),
    figure("qtrly_estabs", "Establishments in the quarter", Measure::Establishments),
    count("qtrly_estabs_count", "qtrly_estabs", "Establishments in the quarter"),
    monthly("month1_emplvl", 1),
    monthly("month2_emplvl", 2),
    monthly("month3_emplvl", 3),
    figure("total_qtrly_wages", "Wages of the quarter", Measure::Wages),
    figure("taxable_qtrly_wages", "Taxable wages of the quarter", Measure::Wages),
    figure("qtrly_contributions", "Contributions of the quarter to unemployment insurance", Measure::Wages),
    figure("avg_wkly_wage", "Weekly wage, average of the quarter", Measure::Pay),
];

/// Who owns the establishments, and how large they are: what a figure's indicator is told apart by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ownership {
    code: String,
    name: String,
}

impl Ownership {
    /// By its codes; none where they are not known.
    pub(super) fn of(ownership: &str, size: &str) -> Option<Self> {
        let name = match ownership {
            "0" => "all covered",
            "1" => "federal government",
            "2" => "state government",
            "3" => "local government",
            "4" => "international government",
            "5" => "private",
            "8" => "all government",
            "9" => "all but federal government",
            _ => return None,
        };
        match size {
            "0" => Some(Self { code: ownership.to_owned(), name: name.to_owned() }),
            size if size.len() == 1 && size.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(Self { code: format!("{ownership}.{size}"), name: format!("{name}, size class {size}") })
            }
            _ => None,
        }
    }
}

/// The columns of figures that a file has.
#[derive(Debug)]
pub(super) struct Figures {
    found: Vec<(usize, Figure)>,
    /// Positions of the indicators, by figure and ownership.
    indicators: HashMap<(&'static str, Ownership), u32>,
    /// The last ownership that was met, and all of them.
    owners: BTreeSet<Ownership>,
}

impl Figures {
    /// Finds the columns; a file without any is reported.
    pub(super) fn find(header: &mut Header, report: &mut Report) -> Self {
        let found: Vec<(usize, Figure)> =
            FIGURES.iter().filter_map(|figure| Some((header.find(None, figure.column, report)?.0, *figure))).collect();
        if found.is_empty() {
            header.report_missing("annual_avg_emplvl", report);
        }
        Self { found, indicators: HashMap::new(), owners: BTreeSet::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Reads one figure of a record into a copy of `cell`.
    pub(super) fn read(
        &mut self,
        at: usize,
        (record, owner, span, withheld): (&Record<'_>, &Ownership, Span, bool),
        cell: Cell,
        options: &Options,
        output: &mut Output<'_>,
    ) -> Option<Cell> {
        let (column, figure) = *self.found.get(at)?;
        let value = number(record, column, figure.column, &mut output.report)?;
        let indicator = self.indicator(figure, owner, options, output);
        let withheld = withheld && figure.measure != Measure::Establishments;
        if withheld && value != 0.0 && !value.is_nan() {
            // A file that withholds a figure and prints it is damaged.
            output.report.add(Rule::ValueWithMissingStatus, record.line, figure.column, record.text(column));
            return None;
        }
        let (value, status) = match withheld {
            true => (f64::NAN, ObservationStatus::SUPPRESSED),
            false if value.is_nan() => (value, ObservationStatus::MISSING),
            false => (value, ObservationStatus::NORMAL),
        };
        let flag = if withheld { output.labels.texts.position("N") } else { cell.flag };
        Some(Cell { value, status, indicator, flag, period: span.period(figure.month), ..cell })
    }

    fn indicator(&mut self, figure: Figure, owner: &Ownership, options: &Options, output: &mut Output<'_>) -> u32 {
        if let Some(position) = self.indicators.get(&(figure.code, owner.clone())) {
            return *position;
        }
        let prefix = options.indicator.as_ref().map(|prefix| format!("{prefix}.")).unwrap_or_default();
        let code = format!("{prefix}{}.{}", figure.code, owner.code);
        let entry = options.mapping.indicators.get(&code).cloned();
        let indicator = entry.unwrap_or_else(|| described(figure, owner)).described(&code);
        output.described.indicators.entry(code.clone()).or_insert(indicator);
        let position = output.labels.indicators.position(&code);
        self.owners.insert(owner.clone());
        self.indicators.insert((figure.code, owner.clone()), position);
        position
    }

    /// Reports that ownership and size class are in the indicators' codes, where there were several.
    pub(super) fn finish(&self, report: &mut Report) {
        if self.owners.len() > 1 {
            let owners: Vec<&str> = self.owners.iter().map(|owner| owner.code.as_str()).collect();
            report.add(Rule::DimensionJoined, 1, "own_code", &owners.join(", "));
        }
    }
}

/// What a figure of some owner is.
fn described(figure: Figure, owner: &Ownership) -> IndicatorEntry {
    let (unit, kind, aggregation, price_basis) = match figure.measure {
        Measure::Establishments => ("establishments", IndicatorKind::Level, Aggregation::Sum, PriceBasis::None),
        Measure::Jobs => ("jobs", IndicatorKind::Level, Aggregation::Sum, PriceBasis::None),
        Measure::Wages => ("USD", IndicatorKind::Flow, Aggregation::Sum, PriceBasis::Current),
        Measure::Pay => ("USD per job", IndicatorKind::Share, Aggregation::None, PriceBasis::Current),
    };
    let names = named("en", &format!("{}: {}", figure.name, owner.name));
    let (unit, classification) = (unit.to_owned(), industries::CLASSIFICATION.to_owned());
    IndicatorEntry { names, unit, kind, aggregation, price_basis, classification, ..IndicatorEntry::default() }
}
