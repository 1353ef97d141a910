//! Damage that is found, and sound figures in which none is.

use growthpole_ingest::{FormatChoice, Mapping, Options, Rule, Source};
use jiff::civil::date;

use crate::import::{FileImport, ImportMode, ImportSettings, ImportWatch, ImportedFile};
use crate::{Datastore, StoreSettings};

const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

async fn imported(store: &Datastore, text: &str, mapping: &str) -> ImportedFile {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    let mapping = Mapping::parse(mapping).unwrap();
    let import = FileImport {
        dataset: "d".into(),
        source: Source::new(file, "file.csv").unwrap(),
        options: Options { format: FormatChoice::Auto, mapping, indicator: None },
        published: Some((date(2020, 1, 31), growthpole_domain::DatedPrecision::Day)),
        label: String::new(),
        note: String::new(),
        mode: ImportMode::Replace,
        writes: true,
    };
    store.import_file(import, &ImportSettings::default(), ImportWatch::default(), NOW).await.unwrap()
}

fn store() -> Datastore {
    Datastore::in_memory(StoreSettings::default())
}

/// What checks found: rule, count, and the words of the first finding.
fn findings(imported: &ImportedFile) -> Vec<(Rule, u64, String)> {
    let of_checks = [Rule::NotTheSum, Rule::SeriesShifted, Rule::CoverageDrop, Rule::UnitJump, Rule::ConstantRun];
    let first = |rule: Rule| {
        let found = imported.report.findings.iter().find(|finding| finding.rule == rule);
        found.map(|finding| finding.value.clone()).unwrap_or_default()
    };
    let count = |rule: Rule| imported.report.counts.get(&rule).copied().unwrap_or_default();
    of_checks.into_iter().filter(|rule| count(*rule) > 0).map(|rule| (rule, count(rule), first(rule))).collect()
}

async fn found(text: &str, mapping: &str) -> Vec<(Rule, u64, String)> {
    findings(&imported(&store(), text, mapping).await)
}

/// Jobs of twelve counties, four in each of three states, by three industries, 2008 to 2015, with the states' own totals.
/// `change` may change a value: county, industry, year and value.
fn jobs(change: impl Fn(u32, u32, u32, f64) -> Option<f64>) -> String {
    let mut text = String::from("region,indicator,industry,period,value,level,parent\n");
    for year in 2008..2016 {
        for industry in 0..3 {
            for state in 0..3 {
                let mut total = 0.0;
                for county in state * 4..state * 4 + 4 {
                    let value = value(county, industry, year);
                    total += value;
                    if let Some(value) = change(county, industry, year, value) {
                        text.push_str(&format!("c{county:02},jobs,i{industry},{year},{value},COUNTY,s{state}\n"));
                    }
                }
                text.push_str(&format!("s{state},jobs,i{industry},{year},{total},STATE,\n"));
            }
        }
    }
    text
}

/// Jobs that grow by a rate that differs between counties, industries and years.
fn value(county: u32, industry: u32, year: u32) -> f64 {
    let growth = 1.0 + 0.03 * f64::from(year - 2008) + f64::from((county * 7 + industry * 3 + year * 5) % 11) / 200.0;
    (1000.0 * f64::from(1 + county * 3 + industry) * growth).round()
}

const MAPPING: &str = "[columns]\nregion_level = \"level\"\nregion_parent = \"parent\"\n\
    [indicators.jobs]\naggregation = \"SUM\"\nclassification = \"I\"\n";

#[tokio::test]
async fn nothing_is_found_in_sound_figures() {
    assert_eq!(found(&jobs(|_, _, _, value| Some(value)), MAPPING).await, []);
    // Figures of a hundred regions that move a lot, without any order.
    let mut text = String::from("region,indicator,period,value\n");
    let mut random = 1_u64;
    for number in 0..3000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let value = f64::from((random >> 40) as u32 % 100_000) / 10.0;
        text.push_str(&format!("r{},x,{},{value}\n", number / 30, 1990 + number % 30));
    }
    assert_eq!(found(&text, "").await, []);
}

#[tokio::test]
async fn a_total_that_is_not_the_sum_is_found() {
    let text = jobs(|county, industry, year, value| {
        Some(if (county, industry, year) == (5, 1, 2012) { value + 90.0 } else { value })
    });
    let found = found(&text, MAPPING).await;
    assert_eq!((found.len(), found[0].0, found[0].1), (1, Rule::NotTheSum, 1));
    assert!(found[0].2.starts_with("jobs s1 i1: 2012 is "), "{}", found[0].2);
    // A part that is not there makes no total wrong.
    let missing = jobs(|county, industry, year, value| ((county, industry, year) != (5, 1, 2012)).then_some(value));
    assert_eq!(self::found(&missing, MAPPING).await, []);
}

#[tokio::test]
async fn totals_are_those_of_amounts_that_usually_add_up() {
    // Nothing says that they add up, and nearly all of them do.
    let unsaid = "[columns]\nregion_level = \"level\"\nregion_parent = \"parent\"\n";
    let damaged = jobs(|county, industry, year, value| {
        Some(if (county, industry, year) == (5, 1, 2012) { value + 90.0 } else { value })
    });
    assert_eq!(found(&damaged, unsaid).await.len(), 1);
    // Rates never do.
    let rates = "[columns]\nregion_level = \"level\"\nregion_parent = \"parent\"\n\
        [indicators.jobs]\nkind = \"RATE\"\nclassification = \"I\"\n";
    assert_eq!(found(&damaged, rates).await, []);
}

#[tokio::test]
async fn a_series_that_repeats_another_one_is_found() {
    let text = jobs(|county, industry, year, own| {
        Some(if (county, industry) == (7, 2) { value(6, 2, year + 1) } else { own })
    });
    let shifted: Vec<_> =
        found(&text, "").await.into_iter().filter(|(rule, ..)| *rule == Rule::SeriesShifted).collect();
    let words = "jobs c07 i2: its values are those that c06 i2 has one period later";
    assert_eq!(shifted, [(Rule::SeriesShifted, 1, words.to_owned())]);
}

#[tokio::test]
async fn a_region_whose_values_go_is_found() {
    let gone = jobs(|county, industry, year, value| (county != 3 || year < 2014 || industry == 0).then_some(value));
    // Three industries are too few to tell from one year to the next: the vintage before tells.
    let store = store();
    assert_eq!(findings(&imported(&store, &jobs(|_, _, _, value| Some(value)), MAPPING).await), []);
    let third = jobs(|county, industry, year, value| (county != 3 || (year < 2011 && industry == 0)).then_some(value));
    let words = "jobs c03: 3 values, after 24 in the vintage before";
    let report = imported(&store, &third, MAPPING).await.report;
    assert!(report.findings.iter().any(|finding| finding.value == words), "{report:?}");
    assert_eq!(found(&gone, MAPPING).await, []);
    // Beside the other counties it is found without one.
    let beside = self::found(&third, MAPPING).await;
    assert_eq!(beside[0].2, "jobs c03: 3 values, where most regions of its level have 24");
}

#[tokio::test]
async fn a_region_whose_values_go_from_one_period_to_the_next_is_found() {
    let mut text = String::from("region,indicator,industry,period,value\n");
    for (region, year, industry) in (0..6).flat_map(|r| (2010..2014).flat_map(move |y| (0..8).map(move |i| (r, y, i))))
    {
        if region != 2 || year < 2013 || industry < 2 {
            let value = value(region, industry, year);
            text.push_str(&format!("r{region},jobs,i{industry},{year},{value}\n"));
        }
    }
    let words = "jobs r2: 2 values in 2013, after 8 in the period before";
    assert_eq!(found(&text, "").await, [(Rule::CoverageDrop, 1, words.to_owned())]);
}

#[tokio::test]
async fn a_unit_that_changes_is_found() {
    let one = jobs(|county, industry, year, value| {
        Some(if (county, industry) == (4, 0) && year >= 2013 { value / 1000.0 } else { value })
    });
    let found = found(&one, "").await;
    let jump = found.iter().find(|(rule, ..)| *rule == Rule::UnitJump).unwrap();
    assert_eq!((jump.1, jump.2.as_str()), (1, "jobs c04 i0: values are 1/10^3 of those before, in 2013"));
    // A power of ten is enough where all values become it.
    let mut text = String::from("region,indicator,period,value\n");
    for (region, year) in (0..9).flat_map(|region| (2008..2016).map(move |year| (region, year))) {
        let value = value(region, 0, year) * if year == 2015 { 10.0 } else { 1.0 };
        text.push_str(&format!("r{region},gdp,{year},{value}\n"));
    }
    let words = "gdp: 9 of the series are 10^1 times what they were before, from 2015 on";
    assert_eq!(self::found(&text, "").await, [(Rule::UnitJump, 1, words.to_owned())]);
}

#[tokio::test]
async fn a_unit_that_changes_between_vintages_is_found() {
    let store = store();
    imported(&store, &jobs(|_, _, _, value| Some(value)), MAPPING).await;
    let revised = jobs(|county, _, year, value| {
        let value = if year > 2013 { (value * 1.004).round() } else { value };
        Some(if county == 9 { value / 10.0 } else { value })
    });
    let found = findings(&imported(&store, &revised, MAPPING).await);
    let words = "jobs c09: 24 values are 1/10^1 of those of the vintage before";
    assert!(found.iter().any(|(rule, _, first)| *rule == Rule::UnitJump && first == words), "{found:?}");
}

#[tokio::test]
async fn a_value_that_stands_still_is_found() {
    let filled = jobs(|county, industry, year, own| {
        Some(if (county, industry) == (2, 2) && year > 2010 { value(2, 2, 2010) } else { own })
    });
    let found = found(&filled, "").await;
    let run = found.iter().find(|(rule, ..)| *rule == Rule::ConstantRun).unwrap();
    assert!(run.2.starts_with("jobs c02 i2: ") && run.2.ends_with(" in 6 periods, one after the other"), "{}", run.2);
    // An area is what it is, and counts of few digits come again by chance.
    let mut text = String::from("region,indicator,period,value\n");
    for year in 2008..2016 {
        text.push_str(&format!("a,area,{year},1234.5\na,doctors,{year},{}\n", if year < 2010 { 11 } else { 12 }));
    }
    assert_eq!(self::found(&text, "").await, []);
}

#[tokio::test]
async fn figures_that_are_defined_in_another_way_make_no_total_wrong() {
    let with_status = |text: &str| text.replace("level,parent", "level,parent,status");
    let text = with_status(&jobs(|county, _, _, value| Some(if county == 5 { value + 90.0 } else { value })));
    let text: String = text
        .lines()
        .map(|line| match line {
            line if line.starts_with("region") => format!("{line}\n"),
            line if line.starts_with("c05") => format!("{line},D\n"),
            line => format!("{line},\n"),
        })
        .collect();
    assert_eq!(found(&text, MAPPING).await, []);
}

#[tokio::test]
async fn a_region_whose_parts_never_add_up_is_told_once_beside_the_others() {
    let text = jobs(|county, industry, year, value| {
        let one = (county, industry, year) == (1, 1, 2012);
        Some(if county == 5 || one { value + 90.0 } else { value })
    });
    let found = found(&text, MAPPING).await;
    assert_eq!((found.len(), found[0].0, found[0].1), (1, Rule::NotTheSum, 2), "{found:?}");
    let report = imported(&store(), &text, MAPPING).await.report;
    let told: Vec<&str> =
        report.findings.iter().filter(|f| f.rule == Rule::NotTheSum).map(|f| f.value.as_str()).collect();
    assert!(told.iter().any(|told| told.starts_with("jobs s1: 24 of 24 totals")), "{told:?}");
    assert!(told.iter().any(|told| told.starts_with("jobs s0 i1: 2012 is")), "{told:?}");
}

#[tokio::test]
async fn figures_that_were_rounded_twice_make_no_total_wrong() {
    // Every part is up to one off, and so is the total.
    let text = jobs(|county, _, year, value| Some(if (county + year) % 2 == 0 { value + 1.0 } else { value }));
    assert_eq!(found(&text, MAPPING).await, []);
}

#[tokio::test]
async fn regions_that_others_take_the_place_of_are_told_together() {
    let mut text = String::from("region,indicator,industry,period,value\n");
    for (region, year, industry) in (0..12).flat_map(|r| (2010..2016).flat_map(move |y| (0..8).map(move |i| (r, y, i))))
    {
        let value = value(region, industry, year);
        let code = if region < 2 && year >= 2013 { format!("n{region}") } else { format!("r{region:02}") };
        text.push_str(&format!("{code},jobs,i{industry},{year},{value}\n"));
    }
    let drops: Vec<_> = found(&text, "").await.into_iter().filter(|(rule, ..)| *rule == Rule::CoverageDrop).collect();
    let words = "jobs: r00, r01 end before 2013, where n0, n1 begin: boundaries or codes changed";
    assert_eq!(drops, [(Rule::CoverageDrop, 1, words.to_owned())]);
}

#[tokio::test]
async fn what_the_source_marks_itself_is_no_loss() {
    let mapping = format!("[values]\nmissing = [\"NA\"]\n{MAPPING}");
    let marked = |mark: &str| {
        let text =
            jobs(|county, _, _, value| (county != 3).then_some(value)).replace("level,parent", "level,parent,flag");
        let mut text: String = text
            .lines()
            .map(|line| if line.starts_with("region") { format!("{line}\n") } else { format!("{line},\n") })
            .collect();
        for (year, industry) in (2008..2016).flat_map(|year| (0..3).map(move |industry| (year, industry))) {
            text.push_str(&format!("c03,jobs,i{industry},{year},NA,COUNTY,s0,{mark}\n"));
        }
        text
    };
    assert_eq!(found(&marked("(NA)"), &mapping).await, []);
    let lost = found(&marked(""), &mapping).await;
    assert_eq!(
        lost,
        [(Rule::CoverageDrop, 1, "jobs c03: 0 values, where most regions of its level have 24".to_owned())]
    );
}

#[tokio::test]
async fn a_table_that_slipped_by_a_period_since_the_vintage_before_is_found() {
    let slipped = |by: i32| {
        let mut text = String::from("region,indicator,industry,period,value\n");
        for (region, year) in (0..12).flat_map(|region| (2009..2017_u32).map(move |year| (region, year))) {
            let value = value(region, 0, year.saturating_add_signed(by));
            text.push_str(&format!("r{region},jobs,i0,{year},{value}\n"));
        }
        text
    };
    for (by, words) in [(-1, "one period earlier"), (1, "one period later")] {
        let store = store();
        imported(&store, &slipped(0), "").await;
        let found = findings(&imported(&store, &slipped(by), "").await);
        let shifted: Vec<_> = found.into_iter().filter(|(rule, ..)| *rule == Rule::SeriesShifted).collect();
        assert!(matches!(shifted.as_slice(), [(_, 1, told)] if told.ends_with(words)), "{by}: {shifted:?}");
    }
    // A revision is none, however much of it there is.
    let store = store();
    imported(&store, &jobs(|_, _, _, value| Some(value)), "").await;
    let revised = jobs(|_, _, _, value| Some((value * 1.01).round()));
    assert_eq!(findings(&imported(&store, &revised, "").await), []);
}
