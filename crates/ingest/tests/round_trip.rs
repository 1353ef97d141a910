//! What is written as tidy CSV is read back as it was.

use growthpole_domain::{Observation, ObservationStatus, Period};
use growthpole_ingest::{ColumnMapping, tidy};
use proptest::prelude::*;

/// Anything that a cell may hold: letters of any script, quotes, commas and line ends.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[\"',;\r\n \\PC]{1,12}".prop_filter("line ends within a cell", |text| {
            // A lone carriage return ends a record in some readers; RFC 4180 knows it only before a line feed.
            !text.replace("\r\n", "").contains('\r')
        })
    ]
}

fn value_and_status() -> impl Strategy<Value = (Option<f64>, ObservationStatus)> {
    let present = (prop::num::f64::NORMAL | prop::num::f64::ZERO, prop::sample::select(b"ABDEFGIJKNPSTUVW".to_vec()))
        .prop_map(|(value, status)| (Some(value), status));
    let missing = prop::sample::select(b"HLMOQKN".to_vec()).prop_map(|status| (None, status));
    prop_oneof![present, missing].prop_map(|(value, status)| (value, ObservationStatus::from_code(status).unwrap()))
}

fn observations() -> impl Strategy<Value = Vec<Observation>> {
    let one = ("[a-z_]{1,8}", "[0-9]{6}", text(), value_and_status(), text(), text());
    prop::collection::vec(one, 0..20).prop_map(|rows| {
        // One year each, so that no key stands twice.
        let numbered = rows.into_iter().zip(1900i16..);
        let row = |((indicator, region, industry, (value, status), note, source), year)| Observation {
            indicator,
            region,
            industry,
            period: Period::year(year),
            value,
            status,
            note,
            source,
            flag: String::new(),
        };
        numbered.map(row).collect()
    })
}

fn write(observations: &[Observation], order: &[usize]) -> Vec<u8> {
    let names = ["indicator", "region", "industry", "period", "value", "status", "note", "source"];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(order.iter().map(|&at| names[at])).unwrap();
    for row in observations {
        let value = row.value.map(|value| value.to_string()).unwrap_or_default();
        let (period, status) = (row.period.to_string(), row.status.to_string());
        let cells = [&row.indicator, &row.region, &row.industry, &period, &value, &status, &row.note, &row.source];
        writer.write_record(order.iter().map(|&at| cells[at])).unwrap();
    }
    writer.into_inner().unwrap()
}

proptest! {
    #[test]
    fn reads_what_was_written(rows in observations(), order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle()) {
        let (read, report) = tidy::read(&write(&rows, &order), &ColumnMapping::default()).unwrap();
        prop_assert_eq!(read, rows);
        prop_assert_eq!(report.errors() + report.warnings(), 0);
    }

    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = tidy::read(&bytes, &ColumnMapping::default());
        let behind_a_header = [b"indicator,region,period,value\n".to_vec(), bytes].concat();
        let _ = tidy::read(&behind_a_header, &ColumnMapping::default());
    }
}
