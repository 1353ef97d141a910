//! Bytes that are no statistics, or were once: every one is answered with a report.

use growthpole_ingest::{Format, FormatChoice, Options, Rule};

use crate::collected::{Collected, collect_bytes};

const HEADER: &str = "indicator,region,period,value\n";

fn as_format(bytes: &[u8], format: Format) -> Collected {
    collect_bytes(bytes, &Options { format: FormatChoice::Named(format), ..Options::default() })
}

fn rules(bytes: &[u8]) -> Vec<(Rule, u64)> {
    let found = as_format(bytes, Format::Csv);
    found.report.findings.iter().map(|finding| (finding.rule, finding.line)).collect()
}

#[test]
fn what_is_no_text_is_in_no_format() {
    for bytes in [&b""[..], b"\0\x01\x02\x03", &[0xFF; 4096], b"\x7FELF\x02\x01\x01\0\0\0\0", b"a lonely line\n"] {
        let found = collect_bytes(bytes, &Options::default());
        assert!(found.report.errors() > 0 && found.cells.is_empty(), "{bytes:?}");
    }
}

#[test]
fn a_text_that_is_cut_off_says_where() {
    assert_eq!(rules(format!("{HEADER}a,b,2015").as_bytes()), [(Rule::WrongFieldCount, 2)]);
    assert_eq!(rules(format!("{HEADER}a,b,2015,1\na,\"b").as_bytes()), [(Rule::UnclosedQuote, 3)]);
    let missing = (Rule::MissingColumn, 1);
    assert_eq!(rules(b"indicator,regi"), [missing, missing, missing, (Rule::ColumnNotRead, 1)]);
}

#[test]
fn a_quote_out_of_place_does_not_swallow_the_rest() {
    let text = format!("{HEADER}a,5\" pipe,2015,1\na,b,2015,2\n\"a\"b,c,2015,3\n");
    assert_eq!(rules(text.as_bytes()), [(Rule::StrayQuote, 2), (Rule::StrayQuote, 4)]);
}

#[test]
fn nul_bytes_and_mixed_encodings_are_found_by_line() {
    let mixed =
        [HEADER.as_bytes(), "a,München,2015,1\n".as_bytes(), b"a,M\xFCnchen,2016,1\n", b"a,\0,2017,1\n"].concat();
    assert_eq!(rules(&mixed), [(Rule::UndecodableText, 3), (Rule::UndecodableText, 4)]);
}

#[test]
fn a_field_of_any_length_ends_the_reading_not_the_memory() {
    let long = [HEADER.as_bytes(), &vec![b'x'; 5 << 20]].concat();
    assert_eq!(rules(&long), [(Rule::RecordTooLong, 2)]);
    let quoted = [HEADER.as_bytes(), b"\"", &vec![b'\n'; 5 << 20]].concat();
    assert_eq!(rules(&quoted), [(Rule::UnclosedQuote, 2)]);
}

#[test]
fn a_report_does_not_grow_with_the_mistakes() {
    let mut text = HEADER.to_owned();
    for _ in 0..100_000 {
        text.push_str("a,b,2015,x\n");
    }
    let found = as_format(text.as_bytes(), Format::Csv);
    assert_eq!((found.report.errors(), found.report.findings.len()), (100_000, 100));
}

#[test]
fn the_wrong_format_by_name_is_an_error_in_every_reader() {
    for (format, _) in Format::ALL {
        for bytes in [&b"a,b\n1,2\n"[..], b"", b"\xFF\xFE\0\0", b"{}", b"\"\n"] {
            let found = as_format(bytes, format);
            assert!(found.report.errors() > 0 && found.cells.is_empty(), "{format} {bytes:?}");
        }
    }
}

#[test]
fn codes_and_marks_that_a_format_does_not_know_are_errors() {
    let bea = "GeoFIPS,GeoName,Region,TableName,LineCode,Description,Unit,2015\n";
    let cases = [
        (Format::Bea, format!("{bea}\"1001\",A,5,CAGDP2,1,All,Dollars,1\n"), Rule::BadCode),
        (Format::Bea, format!("{bea}\"01001\",A,5,CAGDP2,,All,Dollars,1\n"), Rule::BadCode),
        (Format::Bea, format!("{bea}\"01001\",A,5,CAGDP2,1,All,Dollars,(Z)\n"), Rule::BadNumber),
        (Format::Bea, format!("{bea}\"01001\",A,5,CAGDP2,1,All,Dollars,inf\n"), Rule::BadNumber),
        (Format::Nbs, "指标：人口(人)\n地区,2015年\n火星,1\n".to_owned(), Rule::UnknownRegionName),
        (Format::Nbs, "指标：人口(人)\n地区,2015年\n北京市,x\n".to_owned(), Rule::BadNumber),
        (Format::Nbs, "时间：1\n".repeat(50), Rule::NoHeader),
    ];
    for (format, text, rule) in cases {
        let found = as_format(text.as_bytes(), format);
        assert_eq!(found.report.counts.keys().collect::<Vec<_>>(), [&rule], "{text}");
    }
    let header = "area_fips,own_code,industry_code,size_code,year,qtr,disclosure_code,annual_avg_emplvl\n";
    for (record, rule) in [
        ("01000,7,10,0,2015,A,,1", Rule::BadCode),
        ("01000,0,10,0,15,A,,1", Rule::BadPeriod),
        ("01000,0,10,0,2015,5,,1", Rule::BadPeriod),
        ("01000,0,10,0,2015,A,?,1", Rule::UnknownStatus),
        (",0,10,0,2015,A,,1", Rule::EmptyRegion),
        ("01000,0,10,0,2015,A,,one", Rule::BadNumber),
        ("01000,0,10,0,2015,A,N,7", Rule::ValueWithMissingStatus),
    ] {
        let found = as_format(format!("{header}{record}\n").as_bytes(), Format::Qcew);
        assert_eq!(found.report.counts.keys().collect::<Vec<_>>(), [&rule], "{record}");
    }
}
