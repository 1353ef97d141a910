//! Tidy CSV: one observation a record (RFC 4180, UTF-8).

use std::io::Write;

use super::{Batches, WriteError, number};

/// Names of the columns.
const HEADER: [&str; 9] = ["indicator", "region", "industry", "period", "value", "status", "note", "source", "flag"];

/// Writes observations.
pub(super) fn write(batches: &mut dyn Batches, output: impl Write) -> Result<(), WriteError> {
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(HEADER).map_err(error)?;
    batches.each(&mut |observations| {
        for row in observations {
            let (period, status) = (row.period.to_string(), row.status.to_string());
            let value = row.value.map(number).unwrap_or_default();
            let record = [
                &row.indicator,
                &row.region,
                &row.industry,
                &period,
                &value,
                &status,
                &row.note,
                &row.source,
                &row.flag,
            ];
            writer.write_record(record).map_err(error)?;
        }
        Ok(())
    })?;
    Ok(writer.flush()?)
}

/// The only errors of writing records of equal length are those of the output.
pub(super) fn error(error: csv::Error) -> WriteError {
    WriteError::Output(error.into())
}
