//! The figures of a record, and the indicators that they are.

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
#[derive(Debug)]
struct Owner {
    /// Codes of ownership and size class.
    codes: [String; 2],
    /// Both codes, the second only where it is not that of all sizes.
    code: String,
    name: String,
    /// Positions of the indicators, by figure, as far as they are known.
    indicators: Vec<Option<u32>>,
}

impl Owner {
    /// By its codes; none where they are not known.
    fn of(ownership: &str, size: &str) -> Option<Self> {
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
        let (code, name) = match size.as_bytes() {
            b"0" => (ownership.to_owned(), name.to_owned()),
            [b'1'..=b'9'] => (format!("{ownership}.{size}"), format!("{name}, size class {size}")),
            _ => return None,
        };
        let codes = [ownership, size].map(str::to_owned);
        Some(Self { codes, code, name, indicators: vec![None; FIGURES.len()] })
    }
}

/// What a record says of all its figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// Position of its owner.
    pub(super) owner: usize,
    pub(super) span: Span,
    /// Whether all but establishments are withheld.
    pub(super) is_withheld: bool,
}

/// The columns of figures that a file has.
#[derive(Debug)]
pub(super) struct Figures {
    found: Vec<(usize, Figure)>,
    /// Owners that were met.
    owners: Vec<Owner>,
}

impl Figures {
    /// Finds the columns; a file without any is reported.
    pub(super) fn find(header: &mut Header, report: &mut Report) -> Self {
        let found: Vec<(usize, Figure)> =
            FIGURES.iter().filter_map(|figure| Some((header.find(None, figure.column, report)?.0, *figure))).collect();
        if found.is_empty() {
            header.report_missing("annual_avg_emplvl", report);
        }
        Self { found, owners: Vec::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Position of an owner by its codes; none where they are not known.
    pub(super) fn owner(&mut self, ownership: &str, size: &str) -> Option<usize> {
        // There are some dozens at most.
        if let Some(at) = self.owners.iter().position(|owner| owner.codes == [ownership, size]) {
            return Some(at);
        }
        self.owners.push(Owner::of(ownership, size)?);
        Some(self.owners.len() - 1)
    }

    /// Reads one figure of a record into a copy of `cell`.
    pub(super) fn read(
        &mut self,
        at: usize,
        record: &Record<'_>,
        about: About,
        cell: Cell,
        (options, output): (&Options, &mut Output<'_>),
    ) -> Option<Cell> {
        let (column, figure) = *self.found.get(at)?;
        let value = number(record, column, figure.column, &mut output.report)?;
        let is_withheld = about.is_withheld && figure.measure != Measure::Establishments;
        if is_withheld && value != 0.0 && !value.is_nan() {
            // A file that withholds a figure and prints it is damaged.
            output.report.add(Rule::ValueWithMissingStatus, record.line, figure.column, record.text(column));
            return None;
        }
        let (value, status) = match is_withheld {
            true => (f64::NAN, ObservationStatus::SUPPRESSED),
            false if value.is_nan() => (value, ObservationStatus::MISSING),
            false => (value, ObservationStatus::NORMAL),
        };
        let owner = self.owners.get_mut(about.owner)?;
        let known = owner.indicators.get(at).copied().flatten();
        let indicator = known.unwrap_or_else(|| indicator(figure, owner, options, output));
        if let Some(position) = owner.indicators.get_mut(at) {
            *position = Some(indicator);
        }
        let flag = if is_withheld { output.labels.texts.position("N") } else { cell.flag };
        Some(Cell { value, status, indicator, flag, period: about.span.period(figure.month), ..cell })
    }

    /// Reports that ownership and size class are in the indicators' codes, where there were several.
    pub(super) fn finish(&self, report: &mut Report) {
        if self.owners.len() > 1 {
            let owners: Vec<&str> = self.owners.iter().map(|owner| owner.code.as_str()).collect();
            report.add(Rule::DimensionJoined, 1, "own_code", &owners.join(", "));
        }
    }
}

/// Position of the indicator of a figure and an owner, which is described where it is new.
fn indicator(figure: Figure, owner: &Owner, options: &Options, output: &mut Output<'_>) -> u32 {
    let prefix = options.indicator.as_ref().map(|prefix| format!("{prefix}.")).unwrap_or_default();
    let code = format!("{prefix}{}.{}", figure.code, owner.code);
    let indicator = described(figure, &owner.name).described(&code);
    output.described.indicators.entry(code.clone()).or_insert(indicator);
    output.labels.indicators.position(&code)
}

/// What a figure of some owner is.
fn described(figure: Figure, owner: &str) -> IndicatorEntry {
    let (unit, kind, aggregation, price_basis) = match figure.measure {
        Measure::Establishments => ("establishments", IndicatorKind::Level, Aggregation::Sum, PriceBasis::None),
        Measure::Jobs => ("jobs", IndicatorKind::Level, Aggregation::Sum, PriceBasis::None),
        Measure::Wages => ("USD", IndicatorKind::Flow, Aggregation::Sum, PriceBasis::Current),
        Measure::Pay => ("USD per job", IndicatorKind::Share, Aggregation::None, PriceBasis::Current),
    };
    let names = named("en", &format!("{}: {}", figure.name, owner));
    let (unit, classification) = (unit.to_owned(), industries::CLASSIFICATION.to_owned());
    IndicatorEntry { names, unit, kind, aggregation, price_basis, classification, ..IndicatorEntry::default() }
}
