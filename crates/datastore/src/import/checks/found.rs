//! What checks found: all of it counted, some of it in words.

use std::collections::BTreeMap;

use growthpole_ingest::{Labels, Report, Rule};

/// How many findings of a rule are told in words.
const EXAMPLES: usize = 20;

/// What checks found, by rule.
pub(crate) struct Found<'a> {
    labels: &'a Labels,
    indicator: u32,
    by_rule: BTreeMap<Rule, Findings>,
}

#[derive(Default)]
struct Findings {
    count: u64,
    examples: Vec<(u64, String)>,
}

impl<'a> Found<'a> {
    pub(super) fn new(labels: &'a Labels) -> Self {
        Self { labels, indicator: 0, by_rule: BTreeMap::new() }
    }

    /// What follows is about an indicator.
    pub(super) fn begin(&mut self, indicator: u32) {
        self.indicator = indicator;
    }

    /// Adds a finding about a region, or about all where there is none, and an industry. The line is 0 where it is about
    /// more than one record.
    pub(super) fn add(
        &mut self,
        rule: Rule,
        line: u64,
        place: (Option<u32>, Option<u32>),
        words: impl FnOnce() -> String,
    ) {
        let Labels { indicators, regions, industries, .. } = self.labels;
        let findings = self.by_rule.entry(rule).or_default();
        findings.count += 1;
        if findings.examples.len() >= EXAMPLES {
            return;
        }
        let region = place.0.map(|region| regions.text(region)).unwrap_or_default();
        let industry = place.1.map(|industry| industries.text(industry)).unwrap_or_default();
        let names: Vec<&str> =
            [indicators.text(self.indicator), region, industry].into_iter().filter(|name| !name.is_empty()).collect();
        findings.examples.push((line, format!("{}: {}", names.join(" "), words())));
    }

    /// The code of a region.
    pub(super) fn region(&self, region: u32) -> &'a str {
        self.labels.regions.text(region)
    }

    /// Counts findings that are not told.
    pub(super) fn count(&mut self, rule: Rule, findings: u64) {
        if findings > 0 {
            self.by_rule.entry(rule).or_default().count += findings;
        }
    }

    /// Adds a series that repeats another one.
    pub(super) fn add_pair(&mut self, rule: Rule, series: (u32, u32), other: (u32, u32)) {
        let other = self.named(other.0, other.1);
        self.add(rule, 0, (Some(series.0), Some(series.1)), || {
            format!("its values are those that {other} has one period later")
        });
    }

    /// Adds series that there was no room for.
    pub(super) fn count_unchecked(&mut self, series: u64) {
        if series > 0 {
            self.add(Rule::SeriesNotChecked, 0, (None, None), || format!("{series} series"));
            self.count(Rule::SeriesNotChecked, series - 1);
        }
    }

    fn named(&self, region: u32, industry: u32) -> String {
        let names = [self.labels.regions.text(region), self.labels.industries.text(industry)];
        names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Adds everything to a report.
    pub(super) fn report(self, report: &mut Report) {
        for (rule, Findings { count, examples }) in self.by_rule {
            let others = count - examples.len() as u64;
            for (line, words) in examples {
                match line {
                    0 => report.add_overall(rule, "", &words),
                    // The lines of cells are counted through all files of an archive.
                    line => report.add_at_cell(rule, line, "", &words),
                }
            }
            *report.counts.entry(rule).or_default() += others;
        }
    }
}
