//! Columns that are periods.

use growthpole_domain::Period;

use super::Header;
use crate::mapping::Mapping;
use crate::report::{Report, Rule};
use crate::text::periods;

/// The columns that are periods: those that the mapping names, else those whose names are periods.
pub(crate) fn period_columns(header: &mut Header, mapping: &Mapping, report: &mut Report) -> Vec<(usize, Period)> {
    let mut columns = Vec::new();
    if mapping.wide.periods.is_empty() {
        let found = header.names().map(|(at, name)| (at, periods::parse(name.trim(), mapping.periods)));
        columns.extend(found.filter_map(|(at, period)| Some((at, period?))));
        if columns.is_empty() {
            header.report_missing("2015", report);
        }
    } else {
        for name in &mapping.wide.periods {
            let Some((at, _)) = header.find(Some(name), name, report) else { continue };
            match periods::parse(name.trim(), mapping.periods) {
                Some(period) => columns.push((at, period)),
                None => report.add(Rule::BadPeriod, header.line, name, name),
            }
        }
    }
    for (at, _) in &columns {
        header.take(*at);
    }
    columns
}
