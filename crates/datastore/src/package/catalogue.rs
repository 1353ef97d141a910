//! The catalogue of a package: regions, industries, groups, events and borders from their CSV files.

use std::collections::BTreeMap;

use growthpole_domain::{Catalogue, Event, EventKind, Group, GroupKind, GroupMember, GroupRole, Industry, Region};
use serde::Deserialize;

use super::Package;
use super::dates::dated;
use super::description::{Description, names};
use super::records::{Record, Records, records};
use crate::StoreError;

/// Citations by the id of their source.
pub(crate) type Sources = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRecord {
    id: String,
    citation: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionRecord {
    /// Left out where all regions are of the data set's boundaries.
    #[serde(default)]
    scheme: String,
    code: String,
    level: String,
    parent: String,
    name_en: String,
    name_zh: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    other_codes: String,
    aliases: String,
    valid_from: String,
    valid_to: String,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndustryRecord {
    classification: String,
    code: String,
    level: String,
    parent: String,
    name_en: String,
    name_zh: String,
    tags: String,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRecord {
    id: String,
    kind: GroupKind,
    name_en: String,
    name_zh: String,
    number: String,
    date: String,
    date_precision: String,
    document: String,
    note: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberRecord {
    group: String,
    region: String,
    role: GroupRole,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventRecord {
    id: String,
    kind: EventKind,
    number: Option<u32>,
    name_en: String,
    name_zh: String,
    date: String,
    date_precision: String,
    document: String,
    regions: String,
    note: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BorderRecord {
    region_a: String,
    region_b: String,
    source: String,
}

/// Reads the catalogue of a package, and its sources.
pub(crate) fn read(package: &Package, description: &Description) -> Result<(Catalogue, Sources), StoreError> {
    let sources = sources(package)?;
    let regions = regions(package)?;
    let catalogue = Catalogue {
        dataset: description.info(),
        industries: industries(package, description)?,
        indicators: description.indicators()?,
        groups: groups(package, &regions, &sources)?,
        events: events(package, &regions, &sources)?,
        borders: borders(package, &regions, &sources)?,
        regions,
    };
    if !catalogue.regions.values().any(|region| region.level == catalogue.dataset.main_level) {
        let level = &catalogue.dataset.main_level;
        return Err(description.problem(format!("main_level: no region has the level \"{level}\"")));
    }
    let benchmark = catalogue.dataset.benchmark_region.as_ref();
    if let Some(code) = benchmark.filter(|code| !catalogue.regions.contains_key(*code)) {
        return Err(description.problem(format!("benchmark_region: there is no region \"{code}\"")));
    }
    Ok((catalogue, sources))
}

fn sources(package: &Package) -> Result<Sources, StoreError> {
    let file: Records<SourceRecord> = records(package, "sources.csv")?;
    file.check_unique(|source| source.id.clone(), |source| source.id.clone())?;
    Ok(file.records.into_iter().map(|record| (record.content.id, record.content.citation)).collect())
}

fn regions(package: &Package) -> Result<BTreeMap<String, Region>, StoreError> {
    let file: Records<RegionRecord> = records(package, "regions.csv")?;
    file.check_unique(|region| region.code.clone(), |region| region.code.clone())?;
    let mut regions = BTreeMap::new();
    for record in &file.records {
        let content = &record.content;
        if content.code.is_empty() || content.level.is_empty() {
            return Err(file.problem(record, "a region has a code and a level"));
        }
        let region = content.region().map_err(|problem| file.problem(record, problem))?;
        regions.insert(region.code.clone(), region);
    }
    for record in &file.records {
        check_region(&file, record, &regions, &record.content.parent, "parent")?;
    }
    Ok(regions)
}

impl RegionRecord {
    fn region(&self) -> Result<Region, String> {
        let coordinates = match (self.latitude, self.longitude) {
            (None, None) => None,
            (Some(latitude), Some(longitude)) if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
                Some((latitude, longitude))
            }
            _ => return Err("latitude and longitude are both empty, or degrees".into()),
        };
        let other_codes = list(&self.other_codes)
            .map(|pair| pair.split_once('=').ok_or_else(|| format!("\"{pair}\" is not like SCHEME=CODE")))
            .map(|pair| pair.map(|(scheme, code)| (scheme.to_owned(), code.to_owned())))
            .collect::<Result<_, _>>()?;
        let day = |text: &str, column: &str| match text {
            "" => Ok(None),
            text => dated(text, "").map(Some).map_err(|problem| format!("{column}: {problem}")),
        };
        let (from, to) = (day(&self.valid_from, "valid_from")?, day(&self.valid_to, "valid_to")?);
        if from.zip(to).is_some_and(|((from, _), (to, precision))| from > precision.last_day(to)) {
            return Err(format!("valid_from {} lies after valid_to {}", self.valid_from, self.valid_to));
        }
        Ok(Region {
            scheme: self.scheme.clone(),
            code: self.code.clone(),
            level: self.level.clone(),
            parent: self.parent.clone(),
            names: names(&self.name_en, &self.name_zh),
            aliases: list(&self.aliases).map(str::to_owned).collect(),
            coordinates,
            other_codes,
            valid_from: self.valid_from.clone(),
            valid_to: self.valid_to.clone(),
            note: self.note.clone(),
        })
    }
}

fn industries(
    package: &Package,
    description: &Description,
) -> Result<BTreeMap<(String, String), Industry>, StoreError> {
    let file: Records<IndustryRecord> = records(package, "industries.csv")?;
    file.check_unique(|i| (i.classification.clone(), i.code.clone()), |i| i.code.clone())?;
    let mut industries = BTreeMap::new();
    for record in &file.records {
        let content = &record.content;
        if !description.classifications.iter().any(|known| known.id == content.classification) {
            let problem = format!("there is no classification \"{}\"", content.classification);
            return Err(file.problem(record, problem));
        }
        if content.code.is_empty() || content.level.is_empty() {
            return Err(file.problem(record, "an industry has a code and a level"));
        }
        let mut tags: Vec<String> = list(&content.tags).map(str::to_owned).collect();
        tags.sort();
        let industry = Industry {
            classification: content.classification.clone(),
            code: content.code.clone(),
            level: content.level.clone(),
            parent: content.parent.clone(),
            names: names(&content.name_en, &content.name_zh),
            tags,
            note: content.note.clone(),
        };
        industries.insert((content.classification.clone(), content.code.clone()), industry);
    }
    for record in &file.records {
        let parent = (record.content.classification.clone(), record.content.parent.clone());
        if !parent.1.is_empty() && !industries.contains_key(&parent) {
            return Err(file.problem(record, format!("parent: there is no industry \"{}\"", parent.1)));
        }
    }
    Ok(industries)
}

fn groups(
    package: &Package,
    regions: &BTreeMap<String, Region>,
    sources: &Sources,
) -> Result<BTreeMap<String, Group>, StoreError> {
    let file: Records<GroupRecord> = records(package, "groups.csv")?;
    file.check_unique(|group| group.id.clone(), |group| group.id.clone())?;
    let mut groups = BTreeMap::new();
    for record in &file.records {
        let content = &record.content;
        let dated = Some(&content.date).filter(|date| !date.is_empty());
        let dated = dated.map(|date| dated_in(&file, record, date, &content.date_precision)).transpose()?;
        let group = Group {
            id: content.id.clone(),
            kind: content.kind,
            names: names(&content.name_en, &content.name_zh),
            date: dated.map(|(date, _)| date),
            precision: dated.map(|(_, precision)| precision),
            document: content.document.clone(),
            members: Vec::new(),
            note: numbered_note(&content.number, &content.note),
            source: citation(&file, record, sources, &content.source)?,
        };
        groups.insert(group.id.clone(), group);
    }
    add_members(package, regions, &mut groups)?;
    Ok(groups)
}

/// A group's number has no field of its own.
fn numbered_note(number: &str, note: &str) -> String {
    if number.is_empty() { note.to_owned() } else { format!("Number {number}. {note}").trim_end().to_owned() }
}

fn add_members(
    package: &Package,
    regions: &BTreeMap<String, Region>,
    groups: &mut BTreeMap<String, Group>,
) -> Result<(), StoreError> {
    let file: Records<MemberRecord> = records(package, "group_members.csv")?;
    file.check_unique(|member| (member.group.clone(), member.region.clone()), |member| member.region.clone())?;
    for record in &file.records {
        let content = &record.content;
        check_region(&file, record, regions, &content.region, "region")?;
        let Some(group) = groups.get_mut(&content.group) else {
            return Err(file.problem(record, format!("there is no group \"{}\"", content.group)));
        };
        group.members.push(GroupMember { region: content.region.clone(), role: content.role });
        if !content.note.is_empty() {
            let separator = if group.note.is_empty() { "" } else { " " };
            group.note.push_str(&format!("{separator}{}: {}", content.region, content.note));
        }
    }
    for group in groups.values_mut() {
        group.members.sort_by(|a, b| a.region.cmp(&b.region));
    }
    Ok(())
}

fn events(package: &Package, regions: &BTreeMap<String, Region>, sources: &Sources) -> Result<Vec<Event>, StoreError> {
    let file: Records<EventRecord> = records(package, "events.csv")?;
    file.check_unique(|event| event.id.clone(), |event| event.id.clone())?;
    let mut events = Vec::with_capacity(file.records.len());
    for record in &file.records {
        let content = &record.content;
        let (date, precision) = dated_in(&file, record, &content.date, &content.date_precision)?;
        for region in list(&content.regions) {
            check_region(&file, record, regions, region, "regions")?;
        }
        events.push(Event {
            id: content.id.clone(),
            kind: content.kind,
            number: content.number,
            names: names(&content.name_en, &content.name_zh),
            date,
            precision,
            document: content.document.clone(),
            regions: list(&content.regions).map(str::to_owned).collect(),
            note: content.note.clone(),
            source: citation(&file, record, sources, &content.source)?,
        });
    }
    events.sort_by(|a, b| (a.kind, a.date, a.number, &a.id).cmp(&(b.kind, b.date, b.number, &b.id)));
    Ok(events)
}

fn borders(
    package: &Package,
    regions: &BTreeMap<String, Region>,
    sources: &Sources,
) -> Result<Vec<(String, String)>, StoreError> {
    let file: Records<BorderRecord> = records(package, "borders.csv")?;
    let mut borders = Vec::with_capacity(file.records.len());
    for record in &file.records {
        let BorderRecord { region_a, region_b, source } = &record.content;
        check_region(&file, record, regions, region_a, "region_a")?;
        check_region(&file, record, regions, region_b, "region_b")?;
        citation(&file, record, sources, source)?;
        if region_a.is_empty() || region_b.is_empty() || region_a == region_b {
            return Err(file.problem(record, "a border has two regions"));
        }
        borders.push((region_a.min(region_b).clone(), region_a.max(region_b).clone()));
    }
    borders.sort();
    borders.dedup();
    Ok(borders)
}

/// Items of a list in one cell.
fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// Refuses a region that is named and not known.
fn check_region<T>(
    file: &Records<T>,
    record: &Record<T>,
    regions: &BTreeMap<String, Region>,
    code: &str,
    column: &str,
) -> Result<(), StoreError> {
    if code.is_empty() || regions.contains_key(code) {
        return Ok(());
    }
    Err(file.problem(record, format!("{column}: there is no region \"{code}\"")))
}

fn citation<T>(file: &Records<T>, record: &Record<T>, sources: &Sources, id: &str) -> Result<String, StoreError> {
    let found = sources.get(id).cloned();
    found.ok_or_else(|| file.problem(record, format!("there is no source \"{id}\"")))
}

fn dated_in<T>(
    file: &Records<T>,
    record: &Record<T>,
    date: &str,
    precision: &str,
) -> Result<(jiff::civil::Date, growthpole_domain::DatedPrecision), StoreError> {
    dated(date, precision).map_err(|problem| file.problem(record, problem))
}
