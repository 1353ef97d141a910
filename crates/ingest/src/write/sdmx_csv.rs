//! SDMX-CSV 2.0: dimensions before the value, attributes behind it.

use std::io::Write;

use growthpole_domain::{Frequency, Period};

use super::csv::error;
use super::{About, Batches, WriteError, number};

/// Names of the columns: those of SDMX's own concepts where it has them.
const HEADER: [&str; 13] = [
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    "INDICATOR",
    "REF_AREA",
    "ACTIVITY",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "OBS_FLAG",
    "COMMENT_OBS",
    "SOURCE",
];

/// Writes observations. The structure is named after the data set, with the vintage as its version.
pub(super) fn write(about: About<'_>, batches: &mut dyn Batches, output: impl Write) -> Result<(), WriteError> {
    let structure = format!("GROWTHPOLE:{}({}.0)", about.catalogue.dataset.id, about.vintage.number);
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(HEADER).map_err(error)?;
    batches.each(&mut |observations| {
        for row in observations {
            let (period, status) = (row.period.to_string(), row.status.to_string());
            let value = row.value.map(number).unwrap_or_default();
            let record = [
                "dataflow",
                &structure,
                "I",
                frequency(row.period),
                &row.indicator,
                &row.region,
                &row.industry,
                &period,
                &value,
                &status,
                &row.flag,
                &row.note,
                &row.source,
            ];
            writer.write_record(record).map_err(error)?;
        }
        Ok(())
    })?;
    Ok(writer.flush()?)
}

/// The code of a period's frequency in the list CL_FREQ.
fn frequency(period: Period) -> &'static str {
    match period.frequency() {
        Frequency::Year => "A",
        Frequency::HalfYear => "S",
        Frequency::Quarter => "Q",
        Frequency::Month => "M",
        Frequency::Week => "W",
    }
}
