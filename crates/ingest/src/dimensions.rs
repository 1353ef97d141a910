//! What the dimensions of a source become: region, industry and period, and the indicator for all that remain.

use std::collections::BTreeMap;

use growthpole_domain::{Frequency, Period};

use crate::cells::Output;
use crate::describe::{self, Codes, Unit};
use crate::options::Options;
use crate::report::{Report, Rule};

/// What the caller says of a source's dimensions. Empty where the names that are known are to be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DimensionChoice {
    /// Code of the indicator, where the source has one; the first part of the codes where it has several.
    pub(crate) indicator: String,
    /// Dimension of the regions.
    pub(crate) region: String,
    /// Dimension of the industries.
    pub(crate) industry: String,
    /// Dimension of the periods.
    pub(crate) period: String,
}

impl From<&Options> for DimensionChoice {
    fn from(options: &Options) -> Self {
        let columns = &options.mapping.columns;
        let chosen = |name: &Option<String>| name.clone().unwrap_or_default();
        Self {
            indicator: chosen(&options.indicator.clone().or_else(|| options.mapping.constants.indicator.clone())),
            region: chosen(&columns.region),
            industry: chosen(&columns.industry),
            period: chosen(&columns.period),
        }
    }
}

/// Whether a code of the list CL_FREQ is the frequency of a period.
pub(crate) fn agrees(frequency: &str, period: Period) -> bool {
    match period.frequency() {
        Frequency::Year => frequency == "A",
        Frequency::HalfYear => matches!(frequency, "S" | "H"),
        Frequency::Quarter => frequency == "Q",
        Frequency::Month => frequency == "M",
        Frequency::Week => frequency == "W",
    }
}

/// What a dimension becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The region.
    Region,
    /// The industry.
    Industry,
    /// The period.
    Period,
    /// Nothing: every period says its frequency, and must agree with it.
    Frequency,
    /// A part of the indicator's code.
    Indicator,
    /// The indicator, or what is measured, by its own word.
    Measure,
}

impl DimensionChoice {
    /// What a dimension becomes: by the caller's word, else by names that have one meaning in SDMX, at Eurostat and in
    /// the files that are written here.
    pub(crate) fn role(&self, dimension: &str) -> Role {
        let name = dimension.to_ascii_lowercase();
        let is = |chosen: &str, known: &[&str]| {
            if chosen.is_empty() { known.contains(&name.as_str()) } else { chosen == dimension }
        };
        if is(&self.region, &["geo", "ref_area", "region"]) {
            Role::Region
        } else if is(&self.industry, &["nace_r1", "nace_r2", "nace_r21", "activity", "industry"]) {
            Role::Industry
        } else if is(&self.period, &["time", "time_period", "period"]) {
            Role::Period
        } else if name == "freq" {
            Role::Frequency
        } else if name == "indicator" {
            Role::Measure
        } else {
            Role::Indicator
        }
    }
}

/// A dimension that is a part of the indicator's code.
#[derive(Debug)]
struct Joined {
    dimension: usize,
    first: Option<String>,
    second: Option<String>,
}

/// Where a record belongs, by positions of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) indicator: u32,
    pub(crate) region: u32,
    pub(crate) industry: u32,
}

/// The dimensions of one source, and the indicator codes that they make.
#[derive(Debug)]
pub(crate) struct Dimensions {
    names: Vec<String>,
    roles: Vec<Role>,
    region: usize,
    industry: Option<usize>,
    joined: Vec<Joined>,
    /// First part of every indicator code.
    prefix: String,
    /// The code made last, and its position: neighbouring records mostly share it.
    last: Option<(String, u32)>,
    code: String,
    /// The dimension of units, where it is a part of the indicator's code.
    unit: Option<usize>,
    /// For each indicator that it made, the values of the dimensions that are joined in it.
    made: BTreeMap<u32, Vec<String>>,
}

impl Dimensions {
    /// Dimensions by name, with what each becomes.
    ///
    /// Reports what is missing or there twice, and answers nothing then. `has_period` says whether the periods stand
    /// elsewhere, in the header for example.
    pub(crate) fn new(
        names: Vec<String>,
        roles: Vec<Role>,
        choice: &DimensionChoice,
        has_period: bool,
        report: &mut Report,
    ) -> Option<Self> {
        let header = report.header_line();
        let mut only = |role: Role, wanted: &str, is_needed: bool| {
            let mut with_role = roles.iter().enumerate().filter(|(_, found)| **found == role).map(|(at, _)| at);
            let first = with_role.next();
            if let Some(second) = with_role.next() {
                let name = names.get(second).map_or("", String::as_str);
                report.add(Rule::DuplicateColumn, header, name, wanted);
            }
            if first.is_none() && is_needed {
                report.add(Rule::MissingDimension, header, wanted, &names.join(","));
            }
            first
        };
        let region = only(Role::Region, "region", true);
        let industry = only(Role::Industry, "industry", !choice.industry.is_empty());
        let period = only(Role::Period, "period", !has_period);
        let joined: Vec<Joined> = roles
            .iter()
            .enumerate()
            .filter(|(_, role)| matches!(role, Role::Indicator | Role::Measure))
            .map(|(dimension, _)| Joined { dimension, first: None, second: None })
            .collect();
        if joined.is_empty() && choice.indicator.is_empty() {
            report.add(Rule::MissingDimension, header, "indicator", &names.join(","));
            return None;
        }
        if !has_period {
            period?;
        }
        if report.errors() > 0 {
            return None;
        }
        let region = region?;
        let is_unit = |name: &String| ["unit", "unit_measure"].iter().any(|unit| name.eq_ignore_ascii_case(unit));
        let unit = joined.iter().map(|joined| joined.dimension).find(|at| names.get(*at).is_some_and(is_unit));
        let prefix = choice.indicator.clone();
        let (last, code, made) = (None, String::new(), BTreeMap::new());
        Some(Self { names, roles, region, industry, joined, prefix, last, code, unit, made })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Dimension of a role, where there is one.
    pub(crate) fn find(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|found| *found == role)
    }

    /// Name of a dimension.
    pub(crate) fn name(&self, dimension: usize) -> &str {
        self.names.get(dimension).map_or("", String::as_str)
    }

    /// Where a record belongs whose dimensions have these values. Reports an empty region or indicator.
    pub(crate) fn place<'v>(
        &mut self,
        value: impl Fn(usize) -> &'v str,
        line: u64,
        output: &mut Output<'_>,
    ) -> Option<Place> {
        let indicator = self.indicator(&value, output);
        if indicator.is_none() {
            output.report.add(Rule::EmptyIndicator, line, "", "");
        }
        let region = value(self.region);
        if region.is_empty() {
            output.report.add(Rule::EmptyRegion, line, self.name(self.region), "");
            return None;
        }
        let industry = self.industry.map(&value).unwrap_or_default();
        Some(Place {
            indicator: indicator?,
            region: output.labels.regions.position(region),
            industry: output.labels.industries.position(industry),
        })
    }

    fn indicator<'v>(&mut self, value: &impl Fn(usize) -> &'v str, output: &mut Output<'_>) -> Option<u32> {
        self.code.clear();
        self.code.push_str(&self.prefix);
        let mut is_empty = self.prefix.is_empty();
        for (part, joined) in self.joined.iter_mut().enumerate() {
            let text = value(joined.dimension);
            is_empty &= text.is_empty();
            if part > 0 || !self.prefix.is_empty() {
                self.code.push('.');
            }
            self.code.push_str(text);
            joined.see(text);
        }
        if is_empty {
            return None;
        }
        if let Some((code, position)) = &self.last
            && *code == self.code
        {
            return Some(*position);
        }
        let position = output.labels.indicators.position(&self.code);
        self.made
            .entry(position)
            .or_insert_with(|| self.joined.iter().map(|joined| value(joined.dimension).to_owned()).collect());
        self.last = Some((self.code.clone(), position));
        Some(position)
    }

    /// Ends a source: warns of what became a part of the indicator's code, and describes all codes that occur.
    /// `codes` has what the source says of the codes of each dimension.
    pub(crate) fn finish(&self, codes: &[Codes], choice: &DimensionChoice, output: &mut Output<'_>) {
        self.warn_of_joined(&mut output.report);
        name_only_indicator(choice, output);
        let none = Codes::default();
        let of = |dimension: usize| codes.get(dimension).unwrap_or(&none);
        describe::regions(self.name(self.region), of(self.region), output);
        let classification =
            self.industry.map(|at| describe::industries(self.name(at), of(at), output)).unwrap_or_default();
        for (position, values) in &self.made {
            let parts = || self.joined.iter().map(|joined| joined.dimension).zip(values);
            let name = |(dimension, value): (usize, &String)| of(dimension).names.get(value).cloned();
            let names: Vec<String> = parts().filter_map(name).collect();
            let said = parts().find_map(|(dimension, value)| of(dimension).units.get(value)).cloned();
            let joined = || parts().find(|(dimension, _)| Some(*dimension) == self.unit).map(|(_, unit)| unit.clone());
            let unit = said.unwrap_or_else(|| Unit { name: joined().unwrap_or_default(), ..Unit::default() });
            describe::indicator(*position, &names.join(", "), &unit, &classification, output);
        }
    }

    fn warn_of_joined(&self, report: &mut Report) {
        let guessed = |joined: &&Joined| self.roles.get(joined.dimension) == Some(&Role::Indicator);
        for joined in self.joined.iter().filter(guessed) {
            if let (Some(first), Some(second)) = (&joined.first, &joined.second) {
                let name = self.name(joined.dimension);
                report.add(Rule::DimensionJoined, report.header_line(), name, &format!("{first}, {second}, …"));
            }
        }
    }
}

impl Joined {
    fn see(&mut self, text: &str) {
        match (&self.first, &self.second) {
            (None, _) => self.first = Some(text.to_owned()),
            (Some(first), None) if first != text => self.second = Some(text.to_owned()),
            _ => {}
        }
    }
}

/// Calls the indicator by the caller's code alone where the source has only one. With several, the code is the first
/// part of each from the beginning on. Either way their order stays.
pub(crate) fn name_only_indicator(choice: &DimensionChoice, output: &mut Output<'_>) {
    if !choice.indicator.is_empty() && output.labels.indicators.len() == 1 {
        output.labels.indicators.rename_only(&choice.indicator);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::cells::{Cell, Labels, Sink};
    use std::ops::ControlFlow;

    struct Nothing;

    impl Sink for Nothing {
        fn cells(&mut self, _: &Labels, _: &[Cell]) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }

    fn dimensions(names: &[&str], choice: &DimensionChoice, report: &mut Report) -> Option<Dimensions> {
        let roles = names.iter().map(|name| choice.role(name)).collect();
        Dimensions::new(names.iter().map(|name| (*name).to_owned()).collect(), roles, choice, true, report)
    }

    fn codes(names: &[&str], indicator: &str, rows: &[&[&str]]) -> (Vec<String>, Report) {
        let choice = DimensionChoice { indicator: indicator.into(), ..DimensionChoice::default() };
        let mut sink = Nothing;
        let mut output = Output::new(&mut sink);
        let mut found = dimensions(names, &choice, &mut output.report).unwrap();
        for row in rows {
            found.place(|dimension| row[dimension], 2, &mut output);
        }
        found.finish(&[], &choice, &mut output);
        (output.labels.indicators.texts().map(str::to_owned).collect(), output.report)
    }

    #[test]
    fn remaining_dimensions_make_the_indicator_and_a_warning_where_they_differ() {
        let names = ["freq", "unit", "nace_r2", "sex", "geo"];
        let (made, report) = codes(&names, "", &[&["A", "THS", "C", "F", "AT"], &["A", "THS", "C", "M", "AT"]]);
        assert_eq!(made, ["THS.F", "THS.M"]);
        let joined: Vec<&str> = report.findings.iter().map(|finding| finding.column.as_str()).collect();
        assert_eq!((joined, report.warnings()), (vec!["sex"], 1));
    }

    #[test]
    fn a_chosen_code_stands_alone_or_first() {
        let names = ["unit", "geo"];
        assert_eq!(codes(&names, "gdp", &[&["EUR", "AT"], &["EUR", "DE"]]).0, ["gdp"]);
        assert_eq!(codes(&names, "gdp", &[&["EUR", "AT"], &["PPS", "AT"]]).0, ["gdp.EUR", "gdp.PPS"]);
        assert_eq!(codes(&["geo"], "gdp", &[&["AT"]]).0, ["gdp"]);
    }

    #[test]
    fn what_is_missing_or_ambiguous_is_refused() {
        let choice = DimensionChoice::default();
        for names in
            [&["unit", "sex"][..], &["geo"], &["unit", "geo", "region"], &["unit", "geo", "nace_r2", "activity"]]
        {
            let mut report = Report::default();
            assert!(dimensions(names, &choice, &mut report).is_none() && report.errors() > 0, "{names:?}");
        }
        let mut report = Report::default();
        let chosen = DimensionChoice { region: "land".into(), ..choice };
        let found = dimensions(&["land", "geo", "nace_r2"], &chosen, &mut report).unwrap();
        assert_eq!((found.find(Role::Region), found.find(Role::Industry)), (Some(0), Some(2)));
    }

    #[test]
    fn empty_regions_and_indicators_are_told_by_line() {
        let (_, report) = codes(&["unit", "geo"], "", &[&["", ""]]);
        let rules: Vec<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [Rule::EmptyIndicator, Rule::EmptyRegion]);
    }
}
