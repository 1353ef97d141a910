//! Genuine files of the BEA and of the Chinese data bank, to the cell. Counts and sums were made by a program that
//! shares nothing with the readers: Python's csv module.

use std::collections::BTreeMap;

use growthpole_domain::{Aggregation, IndicatorKind, PriceBasis};
use growthpole_ingest::{Format, Options, Rule};

use crate::collected::{Collected, genuine};

fn read(path: &str, options: &Options, format: Format) -> Option<Collected> {
    let found = genuine(path, options)?;
    assert_eq!((found.report.errors(), found.format), (0, Some(format)), "{}", found.report);
    assert_eq!(found.cells.len() as u64, found.report.cells);
    Some(found)
}

/// Value of a cell; none where there is none or the cell is not there once.
fn value(found: &Collected, indicator: &str, region: &str, industry: &str, period: &str) -> Option<f64> {
    let labels = &found.labels;
    let mut cells = found.cells.iter().filter(|cell| {
        labels.regions.text(cell.region) == region
            && labels.indicators.text(cell.indicator) == indicator
            && labels.industries.text(cell.industry) == industry
            && cell.period.to_string() == period
    });
    let first = cells.next()?;
    assert!(cells.all(|cell| cell.value == first.value), "{region} {industry} {period}");
    Some(first.value)
}

#[test]
fn gross_domestic_product_by_county_to_the_cell() {
    let Some(found) = read("bea/CAGDP2_2001_2018.tar.gz", &Options::default(), Format::Bea) else { return };
    let report = &found.report;
    assert_eq!((report.records, report.cells, report.suppressed), (109_718, 1_974_924, 334_532));
    assert_eq!(report.missing, 334_532 + 4_378);
    assert_eq!(found.flags(true), BTreeMap::from([("(D)", 334_532), ("(NA)", 4_378)]));
    assert_eq!(found.sum(), 6_122_365_972_610.0);
    // Files of metropolitan areas, which overlap the counties, the footnotes and the definition.
    assert_eq!(report.counts, BTreeMap::from([(Rule::MemberNotRead, 6)]));
    assert_eq!((found.labels.regions.len(), found.labels.industries.len()), (3176, 34));

    let described = &found.described;
    let region = |code: &str| {
        let region = &described.regions[code];
        (region.level.as_str(), region.parent.as_str(), region.names.display())
    };
    assert_eq!(region("00000"), ("NATION", "", "United States"));
    assert_eq!(region("98000"), ("BEA_REGION", "00000", "Far West"));
    assert_eq!(region("35000"), ("STATE", "96000", "New Mexico"));
    assert_eq!(region("35013"), ("COUNTY", "35000", "Doña Ana, NM"));
    let levels = described.regions.values().fold(BTreeMap::new(), |mut counts, region| {
        *counts.entry(region.level.as_str()).or_insert(0) += 1;
        counts
    });
    assert_eq!(levels, BTreeMap::from([("BEA_REGION", 8), ("COUNTY", 3116), ("NATION", 1), ("STATE", 51)]));
    let indicator = &described.indicators["CAGDP2"];
    assert_eq!((indicator.unit.as_str(), indicator.unit_multiplier), ("USD", 3));
    assert_eq!((indicator.kind, indicator.price_basis), (IndicatorKind::Flow, PriceBasis::Current));
    assert_eq!(indicator.names.display(), "Gross domestic product (GDP) by county and metropolitan area");
    assert_eq!(described.dataset.published, "2019-12-12");
    let industry = |code: &str| &described.industries[&("BEA CAGDP2".to_owned(), code.to_owned())];
    assert_eq!((industry("13").parent.as_str(), industry("13").level.as_str()), ("12", "LEVEL_3"));
    assert_eq!((industry("12").parent.as_str(), industry("12").note.as_str()), ("2", "NAICS 31-33"));
    assert_eq!((industry("83").parent.as_str(), industry("91").level.as_str()), ("1", "ADDENDUM"));
}

#[test]
fn parents_of_the_bea_add_up() {
    let Some(found) = read("bea/CAGDP2_2001_2018.tar.gz", &Options::default(), Format::Bea) else { return };
    let nation = |industry: &str| value(&found, "CAGDP2", "00000", industry, "2018").unwrap();
    for parent in ["1", "2", "12", "50"] {
        let children = found.described.industries.values().filter(|industry| industry.parent == parent);
        let sum: f64 = children.map(|industry| nation(&industry.code)).sum();
        // Figures of the nation are rounded to millions.
        assert!((sum - nation(parent)).abs() <= 3000.0, "{parent}: {sum} {}", nation(parent));
    }
    // FIPS codes that end in 000 are not counties: states are not counted twice where counties are summed.
    let sum_of = |level: &str, state: &str| -> f64 {
        let regions = found.described.regions.values();
        let codes = regions.filter(|region| region.level == level && region.parent == state);
        codes.filter_map(|region| value(&found, "CAGDP2", &region.code, "1", "2018")).sum()
    };
    let delaware = value(&found, "CAGDP2", "10000", "1", "2018").unwrap();
    assert!((sum_of("COUNTY", "10000") - delaware).abs() < 10.0);
}

#[test]
fn personal_income_has_an_indicator_for_each_line() {
    let Some(found) = read("bea/CAINC1__ALL_AREAS_1969_2018.csv.gz", &Options::default(), Format::Bea) else { return };
    let report = &found.report;
    assert_eq!((report.records, report.cells, report.missing, report.suppressed), (9_594, 479_700, 4_308, 0));
    assert_eq!(report.counts, BTreeMap::new());
    assert_eq!(found.sum(), 1_461_067_097_523.0);
    assert_eq!(found.labels.regions.len(), 3198);
    let indicator = |line: &str| &found.described.indicators[&format!("CAINC1.{line}")];
    assert_eq!((indicator("1").unit_multiplier, indicator("1").aggregation), (3, Aggregation::Sum));
    assert_eq!((indicator("2").unit.as_str(), indicator("2").names.display()), ("persons", "Population (persons)"));
    assert_eq!((indicator("3").kind, indicator("3").aggregation), (IndicatorKind::Share, Aggregation::Mean));
    assert_eq!(indicator("3").aggregation_weight, "CAINC1.2");
    assert_eq!(value(&found, "CAINC1.1", "01001", "", "1969"), Some(69_973.0));
    assert_eq!(found.described.dataset.published, "2019-11-14");
}

#[test]
fn exports_of_the_chinese_data_bank() {
    for (file, indicator, cells, missing, sum, unit) in [
        ("fsnd_0.csv", "地区生产总值", 589, 0, 14_206_680.3, ("CNY", 8)),
        ("fsnd_1.csv", "人口数(人口抽样调查)", 620, 93, 40_957_354.0, ("persons", 0)),
        ("fsnd_2.csv", "65岁及以上人口数(人口抽样调查)", 620, 93, 4_520_876.0, ("persons", 0)),
        ("fsnd_3.csv", "城镇单位就业人员", 620, 93, 275_500.6, ("persons", 4)),
    ] {
        let Some(found) = read(&format!("nbs/{file}"), &Options::default(), Format::Nbs) else { return };
        let report = &found.report;
        assert_eq!(
            (report.records, report.cells, report.missing, report.warnings()),
            (31, cells, missing, 0),
            "{file}"
        );
        assert!((found.sum() - sum).abs() < 1e-6, "{file}: {}", found.sum());
        assert_eq!(found.labels.indicators.texts().collect::<Vec<_>>(), [indicator]);
        let described = &found.described.indicators[indicator];
        assert_eq!((described.unit.as_str(), described.unit_multiplier), unit);
        assert_eq!(found.described.regions["610000"].names.0["zh"], "陕西省");
    }
    let named = Options { indicator: Some("gdp".into()), ..Options::default() };
    let Some(found) = read("nbs/fsnd_0.csv", &named, Format::Nbs) else { return };
    assert_eq!(value(&found, "gdp", "440000", "", "2015"), Some(75_820.8));
}
