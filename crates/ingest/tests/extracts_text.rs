//! Small files of delimited forms, made for these tests: recognised by their first bytes, and read to the cell.

use std::path::Path;

use growthpole_domain::Aggregation;
use growthpole_ingest::{Format, Mapping, Options, Rule, Severity, Source};

use crate::collected::{Collected, collect, collect_bytes};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn extract(name: &str, options: &Options, format: Format) -> Collected {
    let found = collect(&mut Source::open(&folder().join(name)).unwrap(), options);
    assert_eq!((found.report.errors(), found.format), (0, Some(format)), "{name}: {}", found.report);
    found
}

#[test]
fn a_mapping_names_all_that_is_the_files_own() {
    let mapping = Mapping::parse(&std::fs::read_to_string(folder().join("mapped.toml")).unwrap()).unwrap();
    let found = extract("mapped.csv", &Options { mapping, ..Options::default() }, Format::Csv);
    let rows = [
        "employment 01001 SEC_A 2015 1234.5 A ",
        "employment 01001 SEC_B 2015 - Q ",
        "employment 01002 SEC_A 2015 - Q ",
        "employment 01002 SEC_B 2015 0 P p",
        "employment 01002 SEC_B 2016 - O ",
    ];
    assert_eq!(found.rows(), rows);
    assert_eq!((found.report.warnings(), found.report.records), (0, 5));
    let described = &found.described;
    assert_eq!(described.dataset.published, "2016-05");
    let region = &described.regions["01002"];
    assert_eq!((region.names.0["de"].as_str(), region.level.as_str()), ("Kiel", "DISTRICT"));
    let indicator = &described.indicators["employment"];
    assert_eq!((indicator.unit_multiplier, indicator.aggregation), (3, Aggregation::Sum));
    assert_eq!(indicator.classification, "NACE Rev. 2");
}

#[test]
fn a_wide_table_has_periods_of_any_form_as_columns() {
    let found = extract("wide.csv", &Options::default(), Format::WideCsv);
    let rows = [
        "gdp R1  2014 1.5 A ",
        "gdp R1  2015-Q1 2 A ",
        "gdp R1  2015-02 - O ",
        "jobs R1  2014 0 A ",
        "jobs R1  2015-Q1 -3 A ",
        "jobs R1  2015-02 400 A ",
        "gdp R  2014 7.25 A ",
        "gdp R  2015-Q1 - O ",
        "gdp R  2015-02 8 A ",
    ];
    assert_eq!(found.rows(), rows);
    assert_eq!(found.described.regions["R1"].parent, "R");
    assert_eq!(found.described.indicators["jobs"].unit, "persons");
}

#[test]
fn the_bureau_of_economic_analysis() {
    let found = extract("bea_cagdp.csv", &Options::default(), Format::Bea);
    let rows = found.rows();
    assert_eq!((rows.len(), found.report.suppressed, found.report.missing), (21, 2, 3));
    assert_eq!(rows[8], "CAGDP2 00000 3 2018 - O (NA)");
    assert_eq!(rows[18..], ["CAGDP2 35013 3 2016 - Q (D)", "CAGDP2 35013 3 2017 - Q (D)", "CAGDP2 35013 3 2018 0 A "]);
    assert_eq!(found.described.regions["35013"].names.display(), "Doña Ana, NM");
    let dataset = &found.described.dataset;
    assert_eq!(dataset.published, "2019-12-12");
    assert_eq!((dataset.main_level.as_str(), dataset.benchmark_region.as_str()), ("COUNTY", "00000"));
    assert_eq!(dataset.publisher, "US Bureau of Economic Analysis");
    let named = Options { indicator: Some("gdp".into()), ..Options::default() };
    assert_eq!(extract("bea_cagdp.csv", &named, Format::Bea).rows()[0], "gdp 00000 1 2016 1000 A ");
}

#[test]
fn the_census_of_employment_and_wages() {
    let found = extract("qcew_annual.csv", &Options::default(), Format::Qcew);
    let rows = found.rows();
    assert_eq!((found.report.records, rows.len()), (10, 70));
    assert_eq!(rows[1], "annual_avg_emplvl.0 US000 10 2016 141000000 A ");
    // Withheld is not zero; a zero that is not withheld is one; establishments are never withheld.
    let of =
        |start: &str| -> Vec<&str> { rows.iter().filter(|row| row.starts_with(start)).map(String::as_str).collect() };
    assert_eq!(of("annual_avg_emplvl.5 06001 3112"), ["annual_avg_emplvl.5 06001 3112 2016 - Q N"]);
    assert_eq!(of("annual_avg_estabs.5 06001 3112"), ["annual_avg_estabs.5 06001 3112 2016 12 A "]);
    assert_eq!(of("annual_avg_emplvl.5 06001 3118"), ["annual_avg_emplvl.5 06001 3118 2016 0 A "]);
    assert_eq!((found.report.suppressed, found.report.counts[&Rule::DimensionJoined]), (6, 1));
    // Quotients and changes over the year are not read, and that is said.
    assert_eq!(found.report.counts[&Rule::ColumnNotRead], 23);
    let industry =
        |code: &str| found.described.industries[&("NAICS (QCEW)".to_owned(), code.to_owned())].parent.clone();
    assert_eq!((industry("3112"), industry("311"), industry("31-33")), ("311".into(), "31-33".into(), "1013".into()));
    assert_eq!(found.described.regions["06001"].parent, "06000");
    assert_eq!(found.described.indicators["total_annual_wages.5"].unit, "USD");

    let found =
        extract("qcew_quarter.csv", &Options { indicator: Some("qcew".into()), ..Options::default() }, Format::Qcew);
    let rows = found.rows();
    assert_eq!(rows[0], "qcew.qtrly_estabs.5 06001 10 2016-Q2 57000 A ");
    assert_eq!(
        rows[1..4],
        [
            "qcew.month_emplvl.5 06001 10 2016-04 638000 A ",
            "qcew.month_emplvl.5 06001 10 2016-05 640000 A ",
            "qcew.month_emplvl.5 06001 10 2016-06 643000 A ",
        ]
    );
    assert_eq!(rows[9], "qcew.month_emplvl.5 06001 311 2016-04 - Q N");
}

#[test]
fn the_chinese_data_bank() {
    let found = extract("nbs_provinces.csv", &Options::default(), Format::Nbs);
    let rows = found.rows();
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[2], "地区生产总值 110000  2016 - O ");
    assert_eq!(rows[8], "地区生产总值 140000  2016 0 A ");
    assert_eq!(found.report.warnings(), 0);
    // The nation is known, and yet nothing to compare with: no row is about it.
    let dataset = &found.described.dataset;
    assert_eq!((dataset.main_level.as_str(), dataset.benchmark_region.as_str()), ("PROVINCE", ""));
    assert_eq!(found.described.regions["100000"].level, "NATION");
    let found = extract("nbs_one_province.csv", &Options::default(), Format::Nbs);
    assert_eq!(found.rows()[3], "年末常住人口 610000  2017 - O ");
    assert_eq!(found.described.indicators["地区生产总值"].unit_multiplier, 8);
}

#[test]
fn what_nothing_reads_is_said() {
    let text = "region,period,value,indicator,sex\nR,2015,1,jobs,F\n";
    let found = of_text(text, &Options::default());
    let warnings = found.report.summaries(Severity::Warning);
    assert_eq!(warnings.len(), 1);
    assert_eq!((warnings[0].rule, warnings[0].count), (Rule::ColumnNotRead, 1));
    assert!(warnings[0].message.contains("\"sex\""), "{}", warnings[0].message);
    let ignoring = Mapping::parse("[columns]\nignore = [\"sex\"]").unwrap();
    assert_eq!(of_text(text, &Options { mapping: ignoring, ..Options::default() }).report.warnings(), 0);
}

#[test]
fn an_indicator_by_name_is_the_only_one_or_what_all_begin_with() {
    let options = Options { indicator: Some("x".into()), ..Options::default() };
    let rows = |text: &str| of_text(text, &options).rows();
    assert_eq!(rows("region,period,value\nR,2015,1\n"), ["x R  2015 1 A "]);
    assert_eq!(
        rows("region,period,value,indicator\nR,2015,1,a\nR,2015,2,b\n"),
        ["x.a R  2015 1 A ", "x.b R  2015 2 A "]
    );
}

#[test]
fn flags_are_statuses_where_nothing_else_tells_them() {
    let mapping = Mapping::parse("[values.statuses]\np = \"P\"\nc = \"Q\"").unwrap();
    let text = "region,period,value,indicator,flag\nR,2015,1,a,p\nR,2016,,a,c\nR,2017,1,a,\n";
    let found = of_text(text, &Options { mapping: mapping.clone(), ..Options::default() });
    assert_eq!(found.rows(), ["a R  2015 1 P p", "a R  2016 - Q c", "a R  2017 1 A "]);
    let unknown = of_text(&text.replace(",p\n", ",z\n"), &Options { mapping, ..Options::default() });
    assert_eq!(unknown.report.counts.keys().collect::<Vec<_>>(), [&Rule::UnknownStatus]);
}

#[test]
fn errors_say_file_line_column_value_and_rule() {
    let found = of_text("region,period,value,indicator\nR,2015,1,jobs\nR,2016,1O,jobs\n", &Options::default());
    let finding = &found.report.findings[0];
    let place = (finding.line, finding.column.as_str(), finding.value.as_str(), finding.rule);
    assert_eq!(place, (3, "value", "1O", Rule::BadNumber));
    assert_eq!(finding.file, "bytes");
}

#[test]
fn a_guessed_character_set_is_a_warning_and_a_wrong_one_an_error() {
    let table = "Región;period;value;indicator\nCataluña;2015;1,5;población\nAragón;2015;2,5;población\n";
    let latin: Vec<u8> = table.chars().map(|letter| letter as u8).collect();
    let mapping = Mapping::parse("[columns]\nregion = \"Región\"").unwrap();
    let mut options = Options { mapping, ..Options::default() };
    let found = collect_bytes(&latin, &options);
    assert_eq!(found.rows()[0], "población Cataluña  2015 1.5 A ");
    assert_eq!(found.report.counts.keys().collect::<Vec<_>>(), [&Rule::CharacterSetGuessed]);
    options.mapping.text.charset = Some("utf-8".into());
    let found = collect_bytes(&latin, &options);
    assert!(found.report.counts[&Rule::UndecodableText] > 0);
}

fn of_text(text: &str, options: &Options) -> Collected {
    collect_bytes(text.as_bytes(), options)
}

#[test]
fn a_number_that_can_be_read_in_two_ways_is_told_by_its_column() {
    let found = collect_bytes(b"region\tindicator\t2014A\t2015A\nR\tgdp\t1\t1.234\n", &Options::default());
    let first = found.report.findings.first().unwrap();
    let told = (first.rule, first.line, first.column.as_str(), first.value.as_str());
    assert_eq!((found.format, told), (Some(Format::WideCsv), (Rule::AmbiguousNumber, 2, "2015A", "1.234")));
}

#[test]
fn lines_of_a_summary_of_the_bea_are_indicators() {
    let text = "GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit,2018\n\
        \"50001\",\"Addison, VT\",1,CAGDP1,1,...,Real GDP,Thousands of chained 2012 dollars,7\n\
        \"50001\",\"Addison, VT\",1,CAGDP1,2,...,Chain-type quantity indexes for real GDP,Quantity index,101.5\n\
        \"50001\",\"Addison, VT\",1,CAGDP1,3,...,Current-dollar GDP,Thousands of dollars,8\n";
    let found = collect_bytes(text.as_bytes(), &Options::default());
    assert_eq!(
        found.rows(),
        ["CAGDP1.1 50001  2018 7 A ", "CAGDP1.2 50001  2018 101.5 A ", "CAGDP1.3 50001  2018 8 A "]
    );
    let units: Vec<&str> = found.described.indicators.values().map(|indicator| indicator.unit.as_str()).collect();
    assert_eq!(units, ["USD, chained 2012", "Quantity index", "USD"]);
    // Industries of one table have one unit.
    let mixed = collect_bytes(text.replace("CAGDP1", "CAGDP9").as_bytes(), &Options::default());
    let found: Vec<(Rule, u64)> = mixed.report.findings.iter().map(|finding| (finding.rule, finding.line)).collect();
    assert_eq!(found, [(Rule::Inconsistent, 3), (Rule::Inconsistent, 4)]);
}

#[test]
fn columns_that_are_ignored_are_not_read_under_names_of_their_own() {
    let mapping = Mapping::parse("[columns]\nignore = [\"status\", \"note\"]\n").unwrap();
    let options = Options { mapping, ..Options::default() };
    for text in [
        "region,indicator,period,value,status,note\na,x,2015,1,final,n\n",
        "region,indicator,2015,2016,status,note\na,x,1,2,final,n\n",
    ] {
        let found = collect_bytes(text.as_bytes(), &options);
        assert_eq!((found.rows()[0].as_str(), found.report.findings.len()), ("x a  2015 1 A ", 0), "{}", found.report);
        assert_eq!(found.labels.texts.text(found.cells[0].note), "");
    }
}
