use super::*;
use crate::cli::probe::read;

fn parse(options: &str) -> Result<Selection, String> {
    let line = format!("--dataset d --indicator i {options}");
    read::<SelectionArgs>(&line).map(|selection| selection.message()).map_err(|error| error.to_string())
}

#[test]
fn nothing_said_is_nothing_sent() {
    let expected = Selection { dataset: "d".into(), indicator: "i".into(), ..Default::default() };
    assert_eq!(parse(""), Ok(expected));
}

#[test]
fn regions_are_chosen_in_one_of_four_ways() {
    use region_selection::By;
    let by = |options: &str| parse(options).unwrap().regions.unwrap().by.unwrap();
    assert_eq!(by("--regions 1,2"), By::Codes(RegionCodes { codes: vec!["1".into(), "2".into()] }));
    assert_eq!(by("--group g"), By::Group("g".into()));
    assert_eq!(by("--level L"), By::Level("L".into()));
    assert_eq!(by("--children-of r"), By::ChildrenOf("r".into()));
    assert!(parse("--regions 1 --group g").is_err());
}

#[test]
fn periods_are_one_some_or_a_range() {
    use period_selection::By;
    let by = |options: &str| parse(options).unwrap().periods.unwrap().by.unwrap();
    let range = By::Range(PeriodRange { start: "2008".into(), end: "2015".into() });
    assert_eq!(by("--period 2008:2015"), range);
    assert_eq!(by("--start 2008 --end 2015"), range);
    assert_eq!(by("--period 2015"), By::List(PeriodList { periods: vec!["2015".into()] }));
    assert_eq!(by("--periods 2008,2015"), By::List(PeriodList { periods: vec!["2008".into(), "2015".into()] }));
    for refused in ["--start 2008", "--end 2015", "--period 2015 --periods 2014", "--period 1 --start 1 --end 2"] {
        assert!(parse(refused).is_err(), "{refused}");
    }
}

#[test]
fn vintage_by_number_or_day() {
    use vintage_selector::By;
    let by = |options: &str| parse(options).unwrap().vintage.unwrap().by.unwrap();
    assert_eq!(by("--vintage 2"), By::Number(2));
    assert_eq!(by("--vintage -1"), By::Number(-1));
    assert_eq!(by("--as-of 2016-03-03"), By::AsOf("2016-03-03".into()));
    assert!(parse("--vintage 2 --as-of 2016-03-03").is_err());
}

#[test]
fn benchmarks_and_policies() {
    use benchmark::By;
    let by = |options: &str| parse(options).unwrap().benchmark.unwrap().by.unwrap();
    assert_eq!(by("--benchmark 100000"), By::Region("100000".into()));
    assert_eq!(by("--benchmark sum:PROVINCE"), By::SumOfLevel("PROVINCE".into()));
    assert_eq!(by("--benchmark sum"), By::SumOfMainLevel(true));
    assert_eq!(by("--benchmark dataset"), By::DatasetRegion(true));
    assert_eq!(by("--benchmark none"), By::None(true));
    let policies = ["fail", "drop-region", "drop-industry", "keep", "as-zero"];
    for (position, policy) in policies.iter().enumerate() {
        let sent = parse(&format!("--missing {policy}")).unwrap().missing;
        assert_eq!(usize::try_from(sent), Ok(position + 1), "{policy}");
    }
    assert!(parse("--missing guess").unwrap_err().contains("drop-region"));
}

#[test]
fn industries_by_code_or_level() {
    use industry_selection::By;
    let by = |options: &str| parse(options).unwrap().industries.unwrap().by.unwrap();
    assert_eq!(by("--industries C13,C36"), By::Codes(IndustryCodes { codes: vec!["C13".into(), "C36".into()] }));
    assert_eq!(by("--industry-level DIVISION"), By::Level("DIVISION".into()));
    assert!(parse("--industries C13 --industry-level DIVISION").is_err());
}

#[test]
fn a_selection_may_be_left_out_where_something_else_is_analysed() {
    let of = |line: &str, other| read::<OptionalSelectionArgs>(line).unwrap().message(other);
    let whole = of("--dataset d --indicator i --missing keep", Some("--table")).unwrap().unwrap();
    assert_eq!((whole.dataset.as_str(), whole.missing()), ("d", MissingPolicy::Keep));
    assert_eq!(of("", Some("--table")).unwrap(), None);
    // Options of cells without a data set would be lost.
    for (line, other) in [("", None), ("--period 2015", Some("--table")), ("--missing keep", Some("--table"))] {
        assert!(matches!(of(line, other), Err(Failure::Usage(_))), "{line}");
    }
    assert!(
        read::<OptionalSelectionArgs>("--dataset d").is_err()
            && read::<OptionalSelectionArgs>("--indicator i").is_err()
    );
}
