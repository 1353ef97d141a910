//! What is written in any format is read back as it was: values to the bit, statuses, flags, notes, sources and periods.

use std::collections::BTreeMap;

use growthpole_domain::{
    Catalogue, DatasetInfo, DatedPrecision, Names, Observation, ObservationStatus, Period, VintageInfo,
};
use growthpole_ingest::write::{About, Batches, ExportFormat, WriteError, write};
use growthpole_ingest::{Format, FormatChoice, Options, Rule};
use proptest::prelude::*;

use crate::collected::{Collected, collect_bytes};

/// Observations in batches of a size.
struct InBatches<'a>(&'a [Observation], usize);

impl Batches for InBatches<'_> {
    fn each(&mut self, take: &mut dyn FnMut(&[Observation]) -> Result<(), WriteError>) -> Result<(), WriteError> {
        self.0.chunks(self.1).try_for_each(take)
    }
}

fn catalogue() -> Catalogue {
    let dataset = DatasetInfo {
        id: "jobs".into(),
        titles: Names(BTreeMap::from([("en".to_owned(), "Jobs, \"all\"".to_owned())])),
        description: String::new(),
        publisher: "Office".into(),
        licence: String::new(),
        main_level: String::new(),
        benchmark_region: None,
        boundary_version: String::new(),
    };
    Catalogue {
        dataset,
        regions: BTreeMap::new(),
        industries: BTreeMap::new(),
        indicators: BTreeMap::new(),
        groups: BTreeMap::new(),
        events: Vec::new(),
        borders: Vec::new(),
    }
}

fn vintage() -> VintageInfo {
    VintageInfo {
        number: 3,
        published: "2019-12-12".parse().unwrap(),
        precision: DatedPrecision::Day,
        label: String::new(),
        note: String::new(),
        digest: String::new(),
        retracted: None,
        coverage: Vec::new(),
    }
}

fn written(format: ExportFormat, observations: &[Observation], batch: usize) -> Vec<u8> {
    let (catalogue, vintage) = (catalogue(), vintage());
    let about = About { catalogue: &catalogue, vintage: &vintage };
    let mut bytes = Vec::new();
    write(format, about, &mut InBatches(observations, batch), &mut bytes).unwrap();
    bytes
}

fn reader(format: ExportFormat) -> Format {
    match format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::SdmxCsv => Format::SdmxCsv,
        ExportFormat::JsonStat => Format::JsonStat,
        ExportFormat::Parquet => Format::Parquet,
        ExportFormat::Arrow => Format::Arrow,
    }
}

fn read_back(format: ExportFormat, bytes: &[u8]) -> Collected {
    collect_bytes(bytes, &Options { format: FormatChoice::Named(reader(format)), ..Options::default() })
}

/// Anything that a text may hold: letters of any script, quotes, commas, line ends, backslashes.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[\"',;:.\\\\\t\r\n \\PC]{1,12}"]
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{1,3}", text().prop_filter("a code", |text| !text.is_empty())]
}

fn period() -> impl Strategy<Value = Period> {
    let forms = ["", "-S2", "-Q3", "-07", "-W52"];
    (1i16..=9999, prop::sample::select(forms.to_vec()))
        .prop_map(|(year, part)| format!("{year:04}{part}").parse().unwrap())
}

fn value_and_status() -> impl Strategy<Value = (Option<f64>, ObservationStatus)> {
    let any = prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL;
    let values = prop_oneof![any, Just(0.0), -1e6..1e6];
    let present =
        (values, prop::sample::select(b"AABDEFGIJKNPSTUVW".to_vec())).prop_map(|(value, code)| (Some(value), code));
    let missing = prop::sample::select(b"HLMOQKNA".to_vec()).prop_map(|code| (None, code));
    prop_oneof![present, missing].prop_map(|(value, code)| (value, ObservationStatus::from_code(code).unwrap()))
}

fn observations() -> impl Strategy<Value = Vec<Observation>> {
    let key = (code(), period(), code(), prop_oneof![Just(String::new()), code()]);
    let said = (value_and_status(), text(), text(), text());
    prop::collection::btree_map(key, said, 1..24).prop_map(|rows| {
        let row = |((indicator, period, region, industry), ((value, status), flag, note, source))| Observation {
            indicator,
            region,
            industry,
            period,
            value,
            status,
            flag,
            note,
            source,
        };
        rows.into_iter().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_format_reads_back_what_it_writes(observations in observations(), batch in 1usize..9) {
        for (format, name) in ExportFormat::ALL {
            let bytes = written(format, &observations, batch);
            let found = read_back(format, &bytes);
            prop_assert_eq!(found.report.errors(), 0, "{}: {}", name, found.report);
            // A normal status without a value is worth a warning, and no other is given.
            prop_assert!(found.report.counts.keys().all(|rule| *rule == Rule::NormalStatusWithoutValue), "{}", found.report);
            let same_bits = found.observations().iter().map(|row| row.value.map(f64::to_bits)).eq(
                observations.iter().map(|row| row.value.map(f64::to_bits)));
            prop_assert_eq!(found.observations(), observations.clone(), "{}", name);
            prop_assert!(same_bits, "{}", name);
        }
    }
}

fn row(region: &str, industry: &str, period: &str, value: Option<f64>, status: u8, flag: &str) -> Observation {
    Observation {
        indicator: "jobs".into(),
        region: region.into(),
        industry: industry.into(),
        period: period.parse().unwrap(),
        value,
        status: ObservationStatus::from_code(status).unwrap(),
        flag: flag.into(),
        note: String::new(),
        source: String::new(),
    }
}

#[test]
fn every_format_is_recognised_and_the_same_each_time() {
    let rows = [row("AT", "C", "2015", Some(1.5), b'A', ""), row("DE", "C", "2015", None, b'Q', "c")];
    for (format, name) in ExportFormat::ALL {
        let bytes = written(format, &rows, 1);
        assert_eq!(bytes, written(format, &rows, 1), "{name}");
        let found = collect_bytes(&bytes, &Options::default());
        assert_eq!((found.format, found.observations().len()), (Some(reader(format)), 2), "{name}");
    }
}

#[test]
fn texts_stand_as_the_standards_have_them() {
    let rows = [row("AT", "", "2015-Q1", Some(1.5), b'E', "e"), row("AT", "", "2015-Q2", None, b'O', "")];
    let text = |format| String::from_utf8(written(format, &rows, 9)).unwrap();
    assert_eq!(
        text(ExportFormat::Csv),
        "indicator,region,industry,period,value,status,note,source,flag\n\
         jobs,AT,,2015-Q1,1.5,E,,,e\njobs,AT,,2015-Q2,,O,,,\n"
    );
    assert!(text(ExportFormat::SdmxCsv).ends_with(
        "OBS_STATUS,OBS_FLAG,COMMENT_OBS,SOURCE\n\
         dataflow,GROWTHPOLE:jobs(3.0),I,Q,jobs,AT,,2015-Q1,1.5,E,e,,\n\
         dataflow,GROWTHPOLE:jobs(3.0),I,Q,jobs,AT,,2015-Q2,,O,,,\n"
    ));
    let json: serde_json::Value = serde_json::from_str(&text(ExportFormat::JsonStat)).unwrap();
    assert_eq!(json["id"], serde_json::json!(["indicator", "region", "period"]));
    assert_eq!(json["value"], serde_json::json!({"0": 1.5, "1": null}));
    assert_eq!(
        (&json["status"], &json["extension"]["growthpole"]["flag"]),
        (&serde_json::json!({"0": "E"}), &serde_json::json!({"0": "e"}))
    );
}
