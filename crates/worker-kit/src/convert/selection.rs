//! Selections: message to domain and back.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, MissingPolicy, Period, PeriodChoice, RegionChoice, Selection, VintageChoice,
};

/// What a method means where the caller leaves something out.
#[derive(Debug, Clone)]
pub struct SelectionDefaults {
    /// What regions are measured against.
    pub benchmark: BenchmarkChoice,
    /// What to do about missing cells.
    pub missing: MissingPolicy,
}

/// A selection and its policy, which is applied after the panel was read.
#[derive(Debug, Clone)]
pub struct ParsedSelection {
    /// Which cells.
    pub selection: Selection,
    /// What to do about those without a value.
    pub missing: MissingPolicy,
}

impl ParsedSelection {
    /// The same, whose panels come with missing cells as 0 where the policy counts them so.
    #[must_use]
    pub fn filled(mut self) -> Self {
        self.selection.zero_for_missing = self.missing == MissingPolicy::AsZero;
        self
    }
}

/// Reads a request's selection.
///
/// # Errors
///
/// A refusal that names the field below `selection`.
pub fn parse(message: Option<v1::Selection>, defaults: SelectionDefaults) -> Result<ParsedSelection, Refusal> {
    let message = message.ok_or_else(|| Refusal::invalid("selection", "nothing", "a selection"))?;
    required("selection.dataset", &message.dataset, "the id of a data set, as ListDatasets gives it")?;
    required("selection.indicator", &message.indicator, "the code of an indicator, as ListIndicators gives it")?;
    Ok(ParsedSelection {
        selection: Selection {
            dataset: message.dataset,
            vintage: vintage(message.vintage, "selection.vintage")?,
            indicator: message.indicator,
            companions: Vec::new(),
            regions: regions(message.regions),
            industries: industries(message.industries, "selection.industries")?,
            periods: periods(message.periods, "selection.periods")?,
            benchmark: benchmark(message.benchmark, defaults.benchmark)?,
            zero_for_missing: false,
        },
        missing: missing(message.missing, defaults.missing)?,
    })
}

/// Refuses an empty text.
///
/// # Errors
///
/// A refusal that names the field.
pub fn required(field: &str, text: &str, allowed: &str) -> Result<(), Refusal> {
    if text.is_empty() { Err(Refusal::invalid(field, "nothing", allowed)) } else { Ok(()) }
}

/// Reads which vintage is meant.
///
/// # Errors
///
/// A refusal that names the field: a number below 1, or a text that is no day.
pub fn vintage(message: Option<v1::VintageSelector>, field: &str) -> Result<VintageChoice, Refusal> {
    match message.and_then(|selector| selector.by) {
        None => Ok(VintageChoice::Latest),
        Some(v1::vintage_selector::By::Number(number)) => match u32::try_from(number) {
            Ok(number) if number > 0 => Ok(VintageChoice::Number(number)),
            _ => Err(Refusal::invalid(&format!("{field}.number"), number, "the number of a vintage, from 1")),
        },
        Some(v1::vintage_selector::By::AsOf(text)) => match text.parse::<jiff::civil::Date>() {
            // Only the plain form: a parser that also takes times and zones would hide mistakes.
            Ok(date) if date.to_string() == text => Ok(VintageChoice::AsOf(date)),
            _ => {
                Err(Refusal::invalid(&format!("{field}.as_of"), format!("\"{text}\""), "a day in the form 2016-03-03"))
            }
        },
    }
}

/// Reads which regions are meant.
pub fn regions(message: Option<v1::RegionSelection>) -> RegionChoice {
    use v1::region_selection::By;
    match message.and_then(|regions| regions.by) {
        None => RegionChoice::Default,
        Some(By::Codes(codes)) => RegionChoice::Codes(codes.codes),
        Some(By::ChildrenOf(region)) => RegionChoice::ChildrenOf(region),
        Some(By::Level(level)) => RegionChoice::Level(level),
        Some(By::Group(group)) => RegionChoice::Group(group),
    }
}

/// Reads which industries are meant.
///
/// # Errors
///
/// A refusal of `all: false`, which would choose nothing.
pub fn industries(message: Option<v1::IndustrySelection>, field: &str) -> Result<IndustryChoice, Refusal> {
    use v1::industry_selection::By;
    match message.and_then(|industries| industries.by) {
        None | Some(By::All(true)) => Ok(IndustryChoice::All),
        Some(By::All(false)) => Err(Refusal::invalid(&format!("{field}.all"), "false", "true, or nothing")),
        Some(By::Codes(codes)) => Ok(IndustryChoice::Codes(codes.codes)),
        Some(By::Level(level)) => Ok(IndustryChoice::Level(level)),
    }
}

/// Reads which periods are meant.
///
/// # Errors
///
/// A refusal that names the field and the forms that are allowed.
pub fn periods(message: Option<v1::PeriodSelection>, field: &str) -> Result<PeriodChoice, Refusal> {
    use v1::period_selection::By;
    match message.and_then(|periods| periods.by) {
        None => Ok(PeriodChoice::All),
        Some(By::Range(range)) => Ok(PeriodChoice::Range(
            period(&range.start, &format!("{field}.range.start"))?,
            period(&range.end, &format!("{field}.range.end"))?,
        )),
        Some(By::List(list)) => {
            let read = |(position, text): (usize, &String)| period(text, &format!("{field}.list.periods[{position}]"));
            Ok(PeriodChoice::List(list.periods.iter().enumerate().map(read).collect::<Result<_, _>>()?))
        }
    }
}

/// Reads a period.
///
/// # Errors
///
/// A refusal that names the field and the forms that are allowed.
pub fn period(text: &str, field: &str) -> Result<Period, Refusal> {
    text.parse().map_err(|_| {
        Refusal::invalid(field, format!("\"{text}\""), "a period such as 2015, 2015-S1, 2015-Q1, 2015-03 or 2015-W07")
    })
}

fn benchmark(message: Option<v1::Benchmark>, default: BenchmarkChoice) -> Result<BenchmarkChoice, Refusal> {
    use v1::benchmark::By;
    let named = |asked: bool, field: &str, choice: BenchmarkChoice| {
        if asked { Ok(choice) } else { Err(Refusal::invalid(field, "false", "true, or nothing")) }
    };
    match message.and_then(|benchmark| benchmark.by) {
        None => Ok(default),
        Some(By::Region(region)) => Ok(BenchmarkChoice::Region(region)),
        Some(By::SumOfLevel(level)) => Ok(BenchmarkChoice::SumOfLevel(level)),
        Some(By::DatasetRegion(asked)) => {
            named(asked, "selection.benchmark.dataset_region", BenchmarkChoice::DatasetRegion)
        }
        Some(By::SumOfMainLevel(asked)) => {
            named(asked, "selection.benchmark.sum_of_main_level", BenchmarkChoice::SumOfMainLevel)
        }
        Some(By::None(asked)) => named(asked, "selection.benchmark.none", BenchmarkChoice::None),
    }
}

fn missing(policy: i32, default: MissingPolicy) -> Result<MissingPolicy, Refusal> {
    let names = "FAIL, DROP_REGION, DROP_INDUSTRY, KEEP or AS_ZERO";
    match v1::MissingPolicy::try_from(policy) {
        Ok(v1::MissingPolicy::Unspecified) => Ok(default),
        Ok(v1::MissingPolicy::Fail) => Ok(MissingPolicy::Fail),
        Ok(v1::MissingPolicy::DropRegion) => Ok(MissingPolicy::DropRegion),
        Ok(v1::MissingPolicy::DropIndustry) => Ok(MissingPolicy::DropIndustry),
        Ok(v1::MissingPolicy::Keep) => Ok(MissingPolicy::Keep),
        Ok(v1::MissingPolicy::AsZero) => Ok(MissingPolicy::AsZero),
        Err(_) => Err(Refusal::invalid("selection.missing", policy, names)),
    }
}

/// Writes a selection, for a PanelService elsewhere. Companions have a field of their own in its request.
pub fn write(selection: &Selection) -> v1::Selection {
    v1::Selection {
        dataset: selection.dataset.clone(),
        vintage: write_vintage(selection.vintage),
        indicator: selection.indicator.clone(),
        regions: write_regions(&selection.regions),
        industries: write_industries(&selection.industries),
        periods: write_periods(&selection.periods),
        benchmark: write_benchmark(&selection.benchmark),
        missing: v1::MissingPolicy::Unspecified.into(),
    }
}

fn write_vintage(vintage: VintageChoice) -> Option<v1::VintageSelector> {
    use v1::vintage_selector::By;
    let by = match vintage {
        VintageChoice::Latest => return None,
        VintageChoice::Number(number) => By::Number(super::message::count(number)),
        VintageChoice::AsOf(date) => By::AsOf(date.to_string()),
    };
    Some(v1::VintageSelector { by: Some(by) })
}

fn write_regions(regions: &RegionChoice) -> Option<v1::RegionSelection> {
    use v1::region_selection::By;
    let by = match regions {
        RegionChoice::Default => return None,
        RegionChoice::Codes(codes) => By::Codes(v1::RegionCodes { codes: codes.clone() }),
        RegionChoice::ChildrenOf(region) => By::ChildrenOf(region.clone()),
        RegionChoice::Level(level) => By::Level(level.clone()),
        RegionChoice::Group(group) => By::Group(group.clone()),
    };
    Some(v1::RegionSelection { by: Some(by) })
}

fn write_industries(industries: &IndustryChoice) -> Option<v1::IndustrySelection> {
    use v1::industry_selection::By;
    let by = match industries {
        IndustryChoice::All => return None,
        IndustryChoice::Codes(codes) => By::Codes(v1::IndustryCodes { codes: codes.clone() }),
        IndustryChoice::Level(level) => By::Level(level.clone()),
    };
    Some(v1::IndustrySelection { by: Some(by) })
}

fn write_periods(periods: &PeriodChoice) -> Option<v1::PeriodSelection> {
    use v1::period_selection::By;
    let by = match periods {
        PeriodChoice::All => return None,
        PeriodChoice::Range(start, end) => {
            By::Range(v1::PeriodRange { start: start.to_string(), end: end.to_string() })
        }
        PeriodChoice::List(list) => By::List(v1::PeriodList { periods: list.iter().map(Period::to_string).collect() }),
    };
    Some(v1::PeriodSelection { by: Some(by) })
}

fn write_benchmark(benchmark: &BenchmarkChoice) -> Option<v1::Benchmark> {
    use v1::benchmark::By;
    let by = match benchmark {
        BenchmarkChoice::None => By::None(true),
        BenchmarkChoice::Region(region) => By::Region(region.clone()),
        BenchmarkChoice::SumOfLevel(level) => By::SumOfLevel(level.clone()),
        BenchmarkChoice::DatasetRegion => By::DatasetRegion(true),
        BenchmarkChoice::SumOfMainLevel => By::SumOfMainLevel(true),
    };
    Some(v1::Benchmark { by: Some(by) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn defaults() -> SelectionDefaults {
        SelectionDefaults { benchmark: BenchmarkChoice::DatasetRegion, missing: MissingPolicy::Fail }
    }

    fn selection(regions: RegionChoice, industries: IndustryChoice, periods: PeriodChoice) -> Selection {
        Selection {
            dataset: "d".into(),
            vintage: VintageChoice::Latest,
            indicator: "i".into(),
            companions: vec![],
            regions,
            industries,
            periods,
            benchmark: BenchmarkChoice::None,
            zero_for_missing: false,
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let years = |years: &[i16]| years.iter().map(|&year| Period::year(year)).collect::<Vec<_>>();
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let regions = [
            RegionChoice::Default,
            RegionChoice::Codes(texts(&["a", "b"])),
            RegionChoice::ChildrenOf("p".into()),
            RegionChoice::Level("L".into()),
            RegionChoice::Group("g".into()),
        ];
        let industries =
            [IndustryChoice::All, IndustryChoice::Codes(texts(&["C13"])), IndustryChoice::Level("SECTION".into())];
        let periods = [
            PeriodChoice::All,
            PeriodChoice::Range(Period::year(2008), Period::year(2015)),
            PeriodChoice::List(years(&[2015, 2013])),
        ];
        let vintages =
            [VintageChoice::Latest, VintageChoice::Number(3), VintageChoice::AsOf(jiff::civil::date(2016, 3, 3))];
        let benchmarks = [
            BenchmarkChoice::None,
            BenchmarkChoice::Region("100000".into()),
            BenchmarkChoice::SumOfLevel("PROVINCE".into()),
            BenchmarkChoice::DatasetRegion,
            BenchmarkChoice::SumOfMainLevel,
        ];
        for position in 0..5 {
            let written = Selection {
                vintage: vintages[position % 3],
                benchmark: benchmarks[position].clone(),
                ..selection(regions[position].clone(), industries[position % 3].clone(), periods[position % 3].clone())
            };
            let read = parse(Some(write(&written)), defaults()).unwrap();
            assert_eq!((read.selection, read.missing), (written, MissingPolicy::Fail));
        }
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let wrong = |message: v1::Selection| parse(Some(message), defaults()).unwrap_err().violations[0].field.clone();
        let right = write(&selection(RegionChoice::Default, IndustryChoice::All, PeriodChoice::All));
        assert_eq!(wrong(v1::Selection { dataset: String::new(), ..right.clone() }), "selection.dataset");
        assert_eq!(wrong(v1::Selection { missing: 99, ..right.clone() }), "selection.missing");
        for text in ["20160303", "2016-03-03T10:00", "2016-02-30", ""] {
            let by = Some(v1::vintage_selector::By::AsOf(text.into()));
            let message = v1::Selection { vintage: Some(v1::VintageSelector { by }), ..right.clone() };
            assert_eq!(wrong(message), "selection.vintage.as_of", "{text}");
        }
        let by = Some(v1::period_selection::By::List(v1::PeriodList { periods: vec!["2015".into(), "15".into()] }));
        let message = v1::Selection { periods: Some(v1::PeriodSelection { by }), ..right };
        assert_eq!(wrong(message), "selection.periods.list.periods[1]");
        assert_eq!(parse(None, defaults()).unwrap_err().violations[0].field, "selection");
    }
}
