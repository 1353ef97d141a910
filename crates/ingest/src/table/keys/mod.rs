//! What a record says about its observations, beside periods and values.

use growthpole_domain::{ObservationStatus, Period};

use super::{Header, labelled::Labelled};
use crate::cells::{Cell, Output};
use crate::mapping::Mapping;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::text::numbers::Mark;
use crate::text::records::Record;

mod descriptions;

use descriptions::Descriptions;
pub(crate) use descriptions::{named, region};

/// Columns and constants that hold the key of an observation, and what is said about it.
#[derive(Debug)]
pub(crate) struct Keys<'m> {
    mapping: &'m Mapping,
    region: Labelled<'m>,
    industry: Labelled<'m>,
    indicator: Labelled<'m>,
    flag: Labelled<'m>,
    note: Labelled<'m>,
    source: Labelled<'m>,
    status: Option<(usize, String)>,
    /// The last status that was looked up.
    last_status: (Vec<u8>, Option<ObservationStatus>),
    descriptions: Descriptions,
}

/// What a record says about its observations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    line: u64,
    region: u32,
    industry: u32,
    indicator: u32,
    flag: u32,
    note: u32,
    source: u32,
    /// None where the record leaves it to the value.
    status: Option<ObservationStatus>,
}

impl<'m> Keys<'m> {
    /// Finds the columns, or reports what the header lacks.
    pub(crate) fn find(header: &mut Header, options: &'m Options, report: &mut Report) -> Option<Self> {
        let mapping = &options.mapping;
        let (columns, constants, translate) = (&mapping.columns, &mapping.constants, &mapping.translate);
        let mut part = |asked: &Option<String>, constant: &Option<String>, own: &str, report: &mut Report| {
            if let Some(constant) = constant {
                return Some(Labelled::constant(constant));
            }
            let (at, name) = header.find(asked.as_deref(), own, report)?;
            Some(Labelled::column(at, &name))
        };
        let region = part(&columns.region, &constants.region, "region", report);
        let asked = options.indicator.as_deref();
        let indicator = match part(&columns.indicator, &constants.indicator, "indicator", report) {
            // A column tells several indicators apart; their codes begin with what the caller asked for.
            Some(column) if column.is_column() => Some(column.prefixed(asked)),
            constant => asked.map(Labelled::constant).or(constant),
        };
        let industry = part(&columns.industry, &constants.industry, "industry", report);
        let flag = part(&columns.flag, &constants.flag, "flag", report);
        let note = part(&columns.note, &constants.note, "note", report);
        let source = part(&columns.source, &constants.source, "source", report);
        let status = match constants.status {
            Some(_) => None,
            None => header.find(columns.status.as_deref(), "status", report),
        };
        // Marks of the flag column are statuses where there is no other column for them.
        let flags_are_statuses = constants.flag.is_none() && !mapping.values.statuses.is_empty();
        let status = status.or_else(|| match flags_are_statuses {
            true => header.find(columns.flag.as_deref(), "flag", report),
            false => None,
        });
        if region.is_none() && columns.region.is_none() {
            header.report_missing("region", report);
        }
        if indicator.is_none() && columns.indicator.is_none() {
            report.add(Rule::NoIndicator, header.line, "indicator", "");
        }
        let empty = || Labelled::constant("");
        Some(Self {
            mapping,
            descriptions: Descriptions::find(header, mapping, report),
            region: region?.never_empty(Rule::EmptyRegion).translated(&translate.region, translate.others),
            indicator: indicator?.never_empty(Rule::EmptyIndicator).translated(&translate.indicator, translate.others),
            industry: industry.unwrap_or_else(empty).translated(&translate.industry, translate.others),
            flag: flag.unwrap_or_else(empty),
            note: note.unwrap_or_else(empty),
            source: source.unwrap_or_else(empty),
            status,
            last_status: Default::default(),
        })
    }

    /// Reads a record, or reports everything that is wrong with it.
    #[inline]
    pub(crate) fn read(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Option<Key> {
        let (labels, report) = (&mut output.labels, &mut output.report);
        let (regions, indicators) = (labels.regions.len(), labels.indicators.len());
        let industries = labels.industries.len();
        let indicator = self.indicator.position(record, &mut labels.indicators, report);
        let region = self.region.position(record, &mut labels.regions, report);
        let industry = self.industry.position(record, &mut labels.industries, report);
        let flag = self.flag.position(record, &mut labels.texts, report);
        let note = self.note.position(record, &mut labels.texts, report);
        let source = self.source.position(record, &mut labels.texts, report);
        let status = self.status(record, report);
        let key = Key {
            line: record.line,
            indicator: indicator?,
            region: region?,
            industry: industry?,
            flag: flag?,
            note: note?,
            source: source?,
            status: status.ok()?,
        };
        let is_new = regions < labels.regions.len()
            || indicators < labels.indicators.len()
            || industries < labels.industries.len();
        if is_new {
            self.descriptions.describe(record, self.mapping, key.codes(&output.labels), &mut output.described);
        }
        Some(key)
    }

    /// The status that a record names; an error that was reported otherwise.
    fn status(&mut self, record: &Record<'_>, report: &mut Report) -> Result<Option<ObservationStatus>, ()> {
        let Some((at, name)) = &self.status else {
            let constant = self.mapping.constants.status.as_deref().filter(|status| !status.is_empty());
            return constant.map(|text| self.parsed(text).ok_or(())).transpose();
        };
        let bytes = record.bytes(*at);
        if bytes.is_empty() {
            return Ok(None);
        }
        if self.last_status.0 != bytes {
            self.last_status = (bytes.to_vec(), self.parsed(record.text(*at)));
        }
        if self.last_status.1.is_none() {
            report.add(Rule::UnknownStatus, record.line, name, record.text(*at));
        }
        self.last_status.1.map(Some).ok_or(())
    }

    fn parsed(&self, text: &str) -> Option<ObservationStatus> {
        ObservationStatus::parse(self.mapping.values.statuses.get(text).map_or(text, String::as_str))
    }

    /// Name of the column that holds statuses.
    fn status_column(&self) -> &str {
        self.status.as_ref().map_or("status", |(_, name)| name)
    }

    /// The observation of a key, a period and a value.
    #[inline]
    pub(crate) fn cell(&self, key: Key, period: Period, mark: Mark, report: &mut Report) -> Cell {
        let Key { line, region, industry, indicator, flag, note, source, status } = key;
        let value = if let Mark::Number(value) = mark { value } else { f64::NAN };
        let status = match (mark, status) {
            (Mark::Number(_), None) => ObservationStatus::NORMAL,
            (Mark::Missing, None) => ObservationStatus::MISSING,
            (Mark::Suppressed, Some(status)) if status.is_missing() => status,
            (Mark::Suppressed, _) => ObservationStatus::SUPPRESSED,
            (Mark::Number(_), Some(status)) => {
                if status.is_missing() {
                    report.add(Rule::ValueWithMissingStatus, line, self.status_column(), &status.to_string());
                }
                status
            }
            (Mark::Missing, Some(status)) => {
                if status == ObservationStatus::NORMAL {
                    report.add(Rule::NormalStatusWithoutValue, line, self.status_column(), &status.to_string());
                }
                status
            }
        };
        Cell { line, value, indicator, region, industry, flag, note, source, period, status }
    }
}
