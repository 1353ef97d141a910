//! What columns say about codes: names, levels, parents, units.

use growthpole_domain::{Industry, Names, Region};

use super::Key;
use crate::cells::Labels;
use crate::described::Described;
use crate::mapping::{IndicatorEntry, Mapping};
use crate::report::Report;
use crate::table::Header;
use crate::text::records::Record;

/// Columns that describe codes.
#[derive(Debug, Default)]
pub(super) struct Descriptions {
    region: [Option<usize>; 3],
    industry: [Option<usize>; 3],
    indicator_name: Option<usize>,
    unit: Option<usize>,
}

/// Codes of a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codes<'a> {
    region: &'a str,
    industry: &'a str,
    indicator: &'a str,
}

impl Key {
    /// Its codes.
    pub(super) fn codes<'a>(&self, labels: &'a Labels) -> Codes<'a> {
        Codes {
            region: labels.regions.text(self.region),
            industry: labels.industries.text(self.industry),
            indicator: labels.indicators.text(self.indicator),
        }
    }
}

impl Descriptions {
    /// Finds the columns.
    pub(super) fn find(header: &mut Header, mapping: &Mapping, report: &mut Report) -> Self {
        let columns = &mapping.columns;
        let mut at = |asked: &Option<String>, own: &str| header.find(asked.as_deref(), own, report).map(|(at, _)| at);
        Self {
            region: [
                at(&columns.region_name, "region_name"),
                at(&columns.region_level, "region_level"),
                at(&columns.region_parent, "region_parent"),
            ],
            industry: [
                at(&columns.industry_name, "industry_name"),
                at(&columns.industry_level, "industry_level"),
                at(&columns.industry_parent, "industry_parent"),
            ],
            indicator_name: at(&columns.indicator_name, "indicator_name"),
            unit: at(&columns.unit, "unit"),
        }
    }

    /// Describes the codes of a record of which one is new. What was described first stays.
    pub(super) fn describe(&self, record: &Record<'_>, mapping: &Mapping, codes: Codes<'_>, described: &mut Described) {
        let language = mapping.constants.language.as_deref().unwrap_or("en");
        let [name, level, parent] = self.region.map(|at| at.map_or("", |at| record.text(at)));
        let level =
            if level.is_empty() { mapping.constants.region_level.as_deref().unwrap_or_default() } else { level };
        let says_nothing = name.is_empty() && level.is_empty() && parent.is_empty();
        if !(says_nothing || described.regions.contains_key(codes.region)) {
            described.regions.insert(codes.region.to_owned(), region(codes.region, language, name, level, parent));
        }
        self.describe_indicator(record, mapping, codes.indicator, described);
        let classification = described.indicators.get(codes.indicator).map(|known| known.classification.clone());
        let key = (classification.unwrap_or_default(), codes.industry.to_owned());
        let [name, level, parent] = self.industry.map(|at| at.map_or("", |at| record.text(at)));
        let says_nothing = name.is_empty() && level.is_empty() && parent.is_empty();
        if !(codes.industry.is_empty() || says_nothing || described.industries.contains_key(&key)) {
            let industry = Industry {
                classification: key.0.clone(),
                code: codes.industry.to_owned(),
                level: level.to_owned(),
                parent: parent.to_owned(),
                names: named(language, name),
                tags: Vec::new(),
                note: String::new(),
            };
            described.industries.insert(key, industry);
        }
    }

    fn describe_indicator(&self, record: &Record<'_>, mapping: &Mapping, code: &str, described: &mut Described) {
        if described.indicators.contains_key(code) {
            return;
        }
        let text = |at: Option<usize>| at.map_or("", |at| record.text(at));
        let (name, unit) = (text(self.indicator_name), text(self.unit));
        let classification = mapping.constants.classification.as_deref().unwrap_or_default();
        let entry = mapping.indicators.get(code);
        if entry.is_none() && name.is_empty() && unit.is_empty() && classification.is_empty() {
            return;
        }
        let mut indicator = entry.cloned().unwrap_or_else(IndicatorEntry::default).described(code);
        if indicator.names.0.is_empty() {
            indicator.names = named(mapping.constants.language.as_deref().unwrap_or("en"), name);
        }
        if indicator.unit.is_empty() {
            unit.clone_into(&mut indicator.unit);
        }
        if indicator.classification.is_empty() {
            classification.clone_into(&mut indicator.classification);
        }
        described.indicators.insert(code.to_owned(), indicator);
    }
}

/// A name in a language; none where it is empty.
pub(crate) fn named(language: &str, name: &str) -> Names {
    let names = (!name.is_empty()).then(|| (language.to_owned(), name.to_owned()));
    Names(names.into_iter().collect())
}

/// A region with what a table says about it.
pub(crate) fn region(code: &str, language: &str, name: &str, level: &str, parent: &str) -> Region {
    Region {
        code: code.to_owned(),
        level: level.to_owned(),
        parent: parent.to_owned(),
        names: named(language, name),
        ..Region::default()
    }
}
