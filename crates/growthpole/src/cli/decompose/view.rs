//! A decomposition as people and programs see it.

use growthpole_contracts::v1::{DecomposeGrowthResponse, RegionShift};

use super::columns::{Column, Source, further};
use crate::cli::rank::measured_against;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, industry, or_nothing, region, words};
use crate::output::table::Table;

/// One line: a region as a whole, all regions together, one of their industries, or one of their steps.
struct Row<'a> {
    region: (String, String),
    industry: (String, String),
    first: &'a str,
    last: &'a str,
    /// Start, end, change, national share, industry mix, regional share; a step has no level.
    amounts: [Option<f64>; 6],
    source: Source<'a>,
}

/// What people read where a row is of all regions together; programs tell it by its lack of a code.
const TOGETHER: &str = "all together";

pub(super) fn view(what: &str, answer: &DecomposeGrowthResponse) -> View {
    let columns = further(answer);
    let DecomposeGrowthResponse { first_period, last_period, .. } = answer;
    let against = measured_against(answer.benchmark.as_ref());
    let form = words(answer.form().as_str_name(), "SHIFT_SHARE_FORM");
    let form = if form == "dunn" || form.is_empty() { String::new() } else { format!(" ({form})") };
    let step_by_step = if answer.dynamic { ", step by step" } else { "" };
    let title = format!("Growth in parts{form}, {what}, {first_period} to {last_period}{step_by_step}{against}");
    let mut parts = Table::new(title)
        .texts(["Code", "Region", "Industry"])
        .numbers(["Start", "End", "Change", "National share", "Industry mix", "Regional share"])
        .with_numbers(columns.iter().map(|column| column.title));
    let mut steps = Table::new("Step by step")
        .texts(["Code", "Region", "Periods"])
        .numbers(["Change", "National share", "Industry mix", "Regional share"])
        .with_numbers(columns.iter().map(|column| column.title));
    let mut records = records(&columns);
    for shift in answer.regions.iter().chain(&answer.total) {
        for row in rows(answer, shift) {
            parts.cells(row.people(&columns));
            records.cells(row.programs(&columns));
        }
        for row in step_rows(shift) {
            steps.cells(row.people_by_step(&columns));
            records.cells(row.programs(&columns));
        }
    }
    let mut tables = vec![parts];
    tables.extend(answer.dynamic.then_some(steps));
    tables.extend(undefined(answer, &columns, &mut records));
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn records(columns: &[Column]) -> Records {
    Records::new([
        "region",
        "region_name",
        "industry",
        "industry_name",
        "start",
        "end",
        "change",
        "national_share",
        "industry_mix",
        "regional_share",
        "undefined_reason",
        "first_period",
        "last_period",
    ])
    .with_columns(columns.iter().map(|column| column.field))
}

/// A region and the industries that came with it.
fn rows<'a>(answer: &'a DecomposeGrowthResponse, shift: &'a RegionShift) -> Vec<Row<'a>> {
    let (first, last) = (answer.first_period.as_str(), answer.last_period.as_str());
    let RegionShift { start, end, change, national_share, industry_mix, regional_share, .. } = *shift;
    let whole = Row {
        region: region(&shift.region),
        industry: Default::default(),
        first,
        last,
        amounts: [start, end, change, national_share, industry_mix, regional_share].map(Some),
        source: Source::Region(shift),
    };
    let of_industries = shift.industries.iter().map(|part| Row {
        region: region(&shift.region),
        industry: industry(&part.industry),
        first,
        last,
        amounts: [part.start, part.end, part.change, part.national_share, part.industry_mix, part.regional_share]
            .map(Some),
        source: Source::Industry(part),
    });
    std::iter::once(whole).chain(of_industries).collect()
}

fn step_rows(shift: &RegionShift) -> impl Iterator<Item = Row<'_>> {
    shift.steps.iter().map(|step| Row {
        region: region(&shift.region),
        industry: Default::default(),
        first: &step.first_period,
        last: &step.last_period,
        amounts: [
            None,
            None,
            Some(step.change),
            Some(step.national_share),
            Some(step.industry_mix),
            Some(step.regional_share),
        ],
        source: Source::Step(step),
    })
}

impl Row<'_> {
    /// Code and name of the region, for people.
    fn label(&self) -> [String; 2] {
        let (code, name) = &self.region;
        let name = if code.is_empty() && name.is_empty() { TOGETHER } else { name };
        [code.clone(), name.to_owned()]
    }

    fn people(&self, columns: &[Column]) -> Vec<String> {
        let [code, name] = self.label();
        let (industry, industry_name) = &self.industry;
        let industry = if industry.is_empty() { "all".to_owned() } else { format!("{industry} {industry_name}") };
        let texts = [code, name, industry];
        texts.into_iter().chain(self.numbers(0, columns)).collect()
    }

    fn people_by_step(&self, columns: &[Column]) -> Vec<String> {
        let [code, name] = self.label();
        let texts = [code, name, format!("{} to {}", self.first, self.last)];
        texts.into_iter().chain(self.numbers(2, columns)).collect()
    }

    /// Numbers for people, without the first few amounts.
    fn numbers(&self, skipped: usize, columns: &[Column]) -> impl Iterator<Item = String> {
        let amounts = self.amounts.iter().skip(skipped).map(|number| or_nothing(*number, amount));
        amounts.chain(columns.iter().map(|column| or_nothing((column.of)(self.source), column.show)))
    }

    fn programs(&self, columns: &[Column]) -> Vec<String> {
        let (region, region_name) = self.region.clone();
        let (industry, industry_name) = self.industry.clone();
        let texts = [region, region_name, industry, industry_name];
        let ends = [String::new(), self.first.to_owned(), self.last.to_owned()];
        let further = columns.iter().map(|column| exact((column.of)(self.source)));
        texts.into_iter().chain(self.amounts.map(exact)).chain(ends).chain(further).collect()
    }
}

/// Regions without a result, in a table of their own and at the end of the records.
fn undefined(answer: &DecomposeGrowthResponse, columns: &[Column], records: &mut Records) -> Option<Table> {
    let mut table = Table::new("Without a result").texts(["Code", "Region", "Why"]);
    for row in &answer.undefined {
        let (code, name) = region(&row.region);
        table.row([code.clone(), name.clone(), row.text.clone()]);
        let mut record: [String; 13] = Default::default();
        [record[0], record[1], record[10]] = [code, name, row.reason.clone()];
        [record[11], record[12]] = [answer.first_period.clone(), answer.last_period.clone()];
        records.cells(record.into_iter().chain(columns.iter().map(|_| String::new())).collect());
    }
    (!answer.undefined.is_empty()).then_some(table)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::{
        GerfinFactors, GrowthGap, GrowthPrediction, IndustryShift, RegionLabel, ShiftShareForm, ShiftShareStep,
        UnrankedRegion,
    };

    fn shift() -> RegionShift {
        RegionShift {
            region: Some(RegionLabel { code: "r1".into(), name: "Region".into() }),
            start: 1000.0,
            end: 1500.0,
            change: 500.0,
            ..Default::default()
        }
    }

    fn lines(answer: &DecomposeGrowthResponse) -> Vec<String> {
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", answer).records, None).unwrap();
        String::from_utf8(written).unwrap().lines().map(str::to_owned).collect()
    }

    fn text(answer: &DecomposeGrowthResponse) -> String {
        let mut written = Vec::new();
        view("jobs", answer).tables.iter().for_each(|table| table.write(&mut written).unwrap());
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn rows_come_as_they_are_answered() {
        let industries = vec![IndustryShift { start: 1000.0, ..Default::default() }];
        let answer = DecomposeGrowthResponse {
            regions: vec![RegionShift { industries, ..shift() }],
            undefined: vec![UnrankedRegion { reason: "MISSING_VALUE".into(), ..Default::default() }],
            total: Some(RegionShift { region: None, ..shift() }),
            ..Default::default()
        };
        let lines = lines(&answer);
        assert_eq!(lines[1], "r1,Region,,,1000,1500,500,0,0,0,,,");
        assert_eq!(lines[2], "r1,Region,,,1000,0,0,0,0,0,,,");
        assert_eq!(lines[3], ",,,,1000,1500,500,0,0,0,,,");
        assert_eq!(lines[4], ",,,,,,,,,,MISSING_VALUE,,");
        assert_eq!(lines.len(), 5);
        assert!(text(&answer).contains(TOGETHER));
    }

    #[test]
    fn forms_and_options_add_columns() {
        let gerfin = Some(GerfinFactors { structural: 0.875, locational: 0.5, regional: 0.4375 });
        let gap = Some(GrowthGap { growth: 0.5, gap: -0.25, relative_index: 0.8, required_rate: Some(0.0625) });
        let steps = vec![ShiftShareStep {
            first_period: "2014".into(),
            last_period: "2015".into(),
            change: 7.0,
            gerfin,
            ..Default::default()
        }];
        let answer = DecomposeGrowthResponse {
            regions: vec![RegionShift { gerfin, gap, predicted_growth: Some(0.75), steps, ..shift() }],
            form: ShiftShareForm::Gerfin.into(),
            prediction: GrowthPrediction::WholeBenchmark.into(),
            dynamic: true,
            ..Default::default()
        };
        let lines = lines(&answer);
        assert!(lines[0].ends_with(
            ",last_period,structural_factor,locational_factor,regional_factor,predicted_growth,growth,gap,\
             contribution_to_total_gap,relative_index,required_rate"
        ));
        assert_eq!(lines[1], "r1,Region,,,1000,1500,500,0,0,0,,,,0.875,0.5,0.4375,0.75,0.5,-0.25,,0.8,0.0625");
        assert_eq!(lines[2], "r1,Region,,,,,7,0,0,0,,2014,2015,0.875,0.5,0.4375,,,,,,");
        let text = text(&answer);
        for shown in ["Growth in parts (gerfin), jobs", "0.8750", "75.00 %", "-25.00", "6.25 %", "2014 to 2015"] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
    }
}
