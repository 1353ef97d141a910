//! The catalogue of an imported vintage: what the input says of its codes, what the vintage before said, and for codes
//! that neither describes what can be said of any code.

use std::collections::{BTreeMap, BTreeSet};

use growthpole_domain::{Aggregation, Catalogue, DatasetInfo, Indicator, IndicatorKind, Industry, Names, Region};
use growthpole_ingest::mapping::IndicatorEntry;
use growthpole_ingest::{Described, DescribedDataset, Labels, Report, Rule, place_of_region};

use super::merge::Merged;

/// Level of regions that nothing describes.
const REGION_LEVEL: &str = "REGION";
/// Level of industries that nothing describes.
const INDUSTRY_LEVEL: &str = "INDUSTRY";
/// Classification of industries that nothing describes.
const CLASSIFICATION: &str = "INDUSTRIES";

/// An indicator that occurs, and whether its cells have industries.
pub(crate) struct Occurring<'a> {
    pub(crate) code: &'a str,
    pub(crate) has_industries: bool,
}

/// All that a catalogue is made from.
pub(crate) struct CatalogueSource<'a> {
    pub(crate) dataset: &'a str,
    pub(crate) labels: &'a Labels,
    pub(crate) described: &'a Described,
    /// How many of the labels of regions are the input's own; those behind them are of the vintage before.
    pub(crate) own_regions: usize,
    pub(crate) merged: &'a Merged,
    pub(crate) indicators: Vec<Occurring<'a>>,
    /// Codes of the indicators that the mapping describes.
    pub(crate) stated: &'a BTreeSet<String>,
    /// What the mapping says of the data set: defaults that it states must be there, those of a format need not.
    pub(crate) stated_dataset: &'a DescribedDataset,
    /// The catalogue of the vintage before.
    pub(crate) before: Option<&'a Catalogue>,
}

impl CatalogueSource<'_> {
    /// Builds the catalogue, and reports what had to be assumed or does not fit.
    pub(crate) fn build(&self, report: &mut Report) -> Catalogue {
        let indicators = self.indicators(report);
        let industries = self.industries(&indicators, report);
        let regions = self.regions(report);
        let dataset = self.dataset(&regions, report);
        let (groups, events, borders) = self
            .before
            .map(|before| (before.groups.clone(), before.events.clone(), before.borders.clone()))
            .unwrap_or_default();
        Catalogue { dataset, regions, industries, indicators, groups, events, borders }
    }

    fn indicators(&self, report: &mut Report) -> BTreeMap<String, Indicator> {
        let mut indicators = self.before.map(|before| before.indicators.clone()).unwrap_or_default();
        for Occurring { code, has_industries } in &self.indicators {
            let known = self.described.indicators.get(*code).or_else(|| indicators.get(*code));
            let mut indicator = known.cloned().unwrap_or_else(|| undescribed_indicator(code));
            // This is what readers say of an indicator of whose unit they know nothing.
            let is_assumed = indicator.kind == IndicatorKind::Level && indicator.aggregation == Aggregation::None;
            if is_assumed && !self.stated.contains(*code) {
                report.add_overall(
                    Rule::KindAssumed,
                    "",
                    &format!("{code}: an amount that is not added up over regions"),
                );
            }
            (*code).clone_into(&mut indicator.code);
            if indicator.names.0.is_empty() {
                indicator.names = name(code);
            }
            if *has_industries && indicator.classification.is_empty() {
                CLASSIFICATION.clone_into(&mut indicator.classification);
            } else if !has_industries {
                indicator.classification.clear();
            }
            indicators.insert((*code).to_owned(), indicator);
        }
        indicators
    }

    /// Industries that occur stand in the classification of every indicator that has industries: cells do not say which
    /// of them go together, and one too many does no harm.
    fn industries(
        &self,
        indicators: &BTreeMap<String, Indicator>,
        report: &mut Report,
    ) -> BTreeMap<(String, String), Industry> {
        let mut industries = self.before.map(|before| before.industries.clone()).unwrap_or_default();
        let occurring = self.indicators.iter().filter(|occurring| occurring.has_industries);
        let classifications: BTreeSet<&str> = occurring
            .filter_map(|occurring| indicators.get(occurring.code))
            .map(|indicator| indicator.classification.as_str())
            .collect();
        // What the input describes without a classification is of the one that all its indicators have.
        let unstated =
            classifications.first().filter(|_| classifications.len() == 1).copied().unwrap_or(CLASSIFICATION);
        for ((of, code), industry) in &self.described.industries {
            let of = if of.is_empty() { unstated } else { of };
            let key = (of.to_owned(), code.clone());
            let said = Industry { classification: of.to_owned(), ..industry.clone() };
            // What is not said now stays what was said before.
            let industry = match industries.remove(&key) {
                Some(before) => completed_industry(said, before),
                None => said,
            };
            industries.insert(key, industry);
        }
        for code in occurring_codes(self.labels.industries.texts(), &self.merged.industries) {
            let is_described =
                classifications.iter().any(|of| industries.contains_key(&((*of).to_owned(), code.to_owned())));
            // Of several classifications, those that describe none of their industries may hold any.
            for classification in classifications.iter().filter(|_| !is_described) {
                let key = ((*classification).to_owned(), code.to_owned());
                industries.insert(key, undescribed_industry(classification, code));
            }
        }
        let orphans: Vec<(String, String)> = industries
            .iter()
            .filter(|(key, industry)| {
                let parent = (key.0.clone(), industry.parent.clone());
                !industry.parent.is_empty() && !industries.contains_key(&parent)
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in orphans {
            if let Some(industry) = industries.get_mut(&key) {
                report.add_overall(
                    Rule::UnknownParent,
                    "",
                    &format!("industry {}: {}", industry.code, industry.parent),
                );
                industry.parent.clear();
            }
        }
        for Industry { code, names, level, .. } in industries.values_mut() {
            describe(code, names, (level, INDUSTRY_LEVEL));
        }
        industries
    }

    fn regions(&self, report: &mut Report) -> BTreeMap<String, Region> {
        let mut regions = self.regions_before();
        for (code, region) in &self.described.regions {
            // What is not said now stays what was said before.
            let before = regions.remove(code);
            regions.insert(code.clone(), before.map_or_else(|| region.clone(), |before| completed(region, before)));
        }
        for code in occurring_codes(self.labels.regions.texts(), &self.merged.regions) {
            regions.entry(code.to_owned()).or_insert_with(|| undescribed_region(code));
        }
        for code in self.labels.regions.texts().take(self.own_regions) {
            let is_silent = self.described.region_scheme.is_empty() || self.described.regions.contains_key(code);
            let place = place_of_region(&self.described.region_scheme, code);
            // A region above that does not occur is no region of this data set.
            let place = place.map(|(level, parent)| (level, Some(parent).filter(|above| regions.contains_key(above))));
            if let Some(region) = regions.get_mut(code).filter(|_| !is_silent) {
                region.scheme.clone_from(&self.described.region_scheme);
                // Nobody but the declared scheme says where it stands: so counties are not added to their state.
                if let Some((level, parent)) = place.filter(|_| region.level == REGION_LEVEL) {
                    level.clone_into(&mut region.level);
                    if region.parent.is_empty() {
                        region.parent = parent.unwrap_or_default();
                    }
                }
            }
        }
        let orphans: Vec<String> = regions
            .values()
            .filter(|region| !region.parent.is_empty() && !regions.contains_key(&region.parent))
            .map(|region| region.code.clone())
            .collect();
        for code in orphans {
            if let Some(region) = regions.get_mut(&code) {
                report.add_overall(Rule::UnknownParent, "", &format!("region {code}: {}", region.parent));
                region.parent.clear();
            }
        }
        for Region { code, names, level, .. } in regions.values_mut() {
            describe(code, names, (level, REGION_LEVEL));
        }
        regions
    }

    /// The regions of the vintage before. Where the boundaries of the data set change, those that had no scheme of their own
    /// stay of the old one.
    fn regions_before(&self) -> BTreeMap<String, Region> {
        let Some(before) = self.before else { return BTreeMap::new() };
        let stated = &self.described.dataset.boundary_version;
        let changes = !stated.is_empty() && *stated != before.dataset.boundary_version;
        let kept = |region: &Region| match changes {
            true => Region { scheme: before.scheme_of(region).to_owned(), ..region.clone() },
            false => region.clone(),
        };
        before.regions.iter().map(|(code, region)| (code.clone(), kept(region))).collect()
    }

    fn dataset(&self, regions: &BTreeMap<String, Region>, report: &mut Report) -> DatasetInfo {
        let said = &self.described.dataset;
        let before = self.before.map(|before| &before.dataset);
        let or_before = |said: &str, of: fn(&DatasetInfo) -> &str| {
            let before = before.map(of).unwrap_or_default();
            if said.is_empty() { before.to_owned() } else { said.to_owned() }
        };
        let titles = match (said.title.is_empty(), before) {
            (false, _) => name(&said.title),
            (true, Some(before)) => before.titles.clone(),
            (true, None) => name(self.dataset),
        };
        let benchmark_before = |info: &DatasetInfo| info.benchmark_region.clone();
        DatasetInfo {
            id: self.dataset.to_owned(),
            titles,
            description: or_before(&said.description, |info| &info.description),
            publisher: or_before(&said.publisher, |info| &info.publisher),
            licence: or_before(&said.licence, |info| &info.licence),
            main_level: self.main_level(regions, before, report),
            benchmark_region: self.benchmark(regions, before.and_then(benchmark_before), report),
            boundary_version: or_before(&said.boundary_version, |info| &info.boundary_version),
        }
    }

    /// The level that is stated; else that of the vintage before; else the one with most regions that have values.
    fn main_level(
        &self,
        regions: &BTreeMap<String, Region>,
        before: Option<&DatasetInfo>,
        report: &mut Report,
    ) -> String {
        let (stated, said) = (&self.stated_dataset.main_level, &self.described.dataset.main_level);
        let has_level = |level: &str| regions.values().any(|region| region.level == level);
        if !stated.is_empty() && !has_level(stated) {
            report.add_overall(Rule::UnknownDefault, "main_level", stated);
        }
        if has_level(said) {
            return said.clone();
        }
        if let Some(before) = before.filter(|before| has_level(&before.main_level)) {
            return before.main_level.clone();
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, has_value) in self.labels.regions.texts().zip(&self.merged.regions_with_values) {
            if let Some(region) = regions.get(code).filter(|_| *has_value) {
                *counts.entry(&region.level).or_default() += 1;
            }
        }
        // Of levels with as many, the last by name: what matters is that it is always the same.
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.map_or(REGION_LEVEL, |(level, _)| level).to_owned()
    }

    /// The region that is stated; else that of the vintage before; else the one at the top, where there is one only and
    /// others lie in it.
    fn benchmark(
        &self,
        regions: &BTreeMap<String, Region>,
        before: Option<String>,
        report: &mut Report,
    ) -> Option<String> {
        let (stated, said) = (&self.stated_dataset.benchmark_region, &self.described.dataset.benchmark_region);
        if !stated.is_empty() && !regions.contains_key(stated) {
            report.add_overall(Rule::UnknownDefault, "benchmark_region", stated);
        }
        if regions.contains_key(said) {
            return Some(said.clone());
        }
        if let Some(before) = before.filter(|before| regions.contains_key(before)) {
            return Some(before);
        }
        let mut top = regions.values().filter(|region| region.parent.is_empty());
        let (first, second) = (top.next()?, top.next());
        let has_parts = regions.values().any(|region| region.parent == first.code);
        (second.is_none() && has_parts).then(|| first.code.clone())
    }
}

/// Codes that occur.
fn occurring_codes<'a>(texts: impl Iterator<Item = &'a str>, occurs: &'a [bool]) -> impl Iterator<Item = &'a str> {
    texts.zip(occurs).filter(|(code, occurs)| !code.is_empty() && **occurs).map(|(code, _)| code)
}

/// A region as it is described now, with what was known before where nothing is said.
fn completed(said: &Region, before: Region) -> Region {
    let has_name = said.names.0.values().any(|name| *name != said.code);
    Region {
        scheme: if said.scheme.is_empty() { before.scheme } else { said.scheme.clone() },
        valid_from: if said.valid_from.is_empty() { before.valid_from } else { said.valid_from.clone() },
        valid_to: if said.valid_to.is_empty() { before.valid_to } else { said.valid_to.clone() },
        code: said.code.clone(),
        level: if said.level.is_empty() { before.level } else { said.level.clone() },
        parent: if said.parent.is_empty() { before.parent } else { said.parent.clone() },
        names: if has_name { said.names.clone() } else { before.names },
        aliases: if said.aliases.is_empty() { before.aliases } else { said.aliases.clone() },
        coordinates: said.coordinates.or(before.coordinates),
        other_codes: before.other_codes.into_iter().chain(said.other_codes.clone()).collect(),
        note: if said.note.is_empty() { before.note } else { said.note.clone() },
    }
}

/// The same for an industry.
fn completed_industry(said: Industry, before: Industry) -> Industry {
    let has_name = said.names.0.values().any(|name| *name != said.code);
    Industry {
        level: if said.level.is_empty() { before.level } else { said.level },
        parent: if said.parent.is_empty() { before.parent } else { said.parent },
        names: if has_name { said.names } else { before.names },
        tags: if said.tags.is_empty() { before.tags } else { said.tags },
        note: if said.note.is_empty() { before.note } else { said.note },
        ..before
    }
}

/// Gives a code that is described in part the name and the level of one that is not.
fn describe(code: &str, names: &mut Names, (level, usual): (&mut String, &str)) {
    if names.0.is_empty() {
        *names = name(code);
    }
    if level.is_empty() {
        usual.clone_into(level);
    }
}

/// A name in English, where nothing says of which language it is.
fn name(text: &str) -> Names {
    Names(BTreeMap::from([("en".to_owned(), text.to_owned())]))
}

fn undescribed_region(code: &str) -> Region {
    Region { code: code.to_owned(), level: REGION_LEVEL.to_owned(), names: name(code), ..Region::default() }
}

fn undescribed_industry(classification: &str, code: &str) -> Industry {
    Industry {
        classification: classification.to_owned(),
        code: code.to_owned(),
        level: INDUSTRY_LEVEL.to_owned(),
        parent: String::new(),
        names: name(code),
        tags: Vec::new(),
        note: String::new(),
    }
}

fn undescribed_indicator(code: &str) -> Indicator {
    Indicator { names: name(code), ..IndicatorEntry::default().described(code) }
}
