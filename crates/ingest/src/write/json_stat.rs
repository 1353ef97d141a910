//! JSON-stat 2.0: one cube of indicators, regions, industries and periods, of which the cells that are there are written.
//!
//! A cell's position depends on all codes that occur, and values, statuses and texts stand apart from each other, so that
//! the observations are gone through several times, holding nothing but the codes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use growthpole_domain::{Names, Observation, ObservationStatus, Period};
use serde_json::{Value, json};

use super::{About, Batches, WriteError, number};
use crate::json_stat::{EXTENSION, TEXTS};

/// Positions up to here are numbers in every reader of JSON.
const MOST_CELLS: u64 = 1 << 53;

/// Codes that occur, in order.
#[derive(Default)]
struct Codes {
    indicators: BTreeSet<String>,
    regions: BTreeSet<String>,
    industries: BTreeSet<String>,
    periods: BTreeSet<Period>,
    /// Whether any observation has a flag, a note, a source.
    has_texts: [bool; 3],
    has_status: bool,
}

/// Positions of codes.
struct Cube {
    indicators: BTreeMap<String, u64>,
    regions: BTreeMap<String, u64>,
    industries: BTreeMap<String, u64>,
    periods: BTreeMap<Period, u64>,
}

/// Writes observations.
pub(super) fn write(about: About<'_>, batches: &mut dyn Batches, mut output: impl Write) -> Result<(), WriteError> {
    let mut codes = Codes::default();
    batches.each(&mut |observations| {
        observations.iter().for_each(|observation| codes.see(observation));
        Ok(())
    })?;
    let sizes = [codes.indicators.len(), codes.regions.len(), codes.industries.len(), codes.periods.len()];
    let cells = sizes.iter().try_fold(1_u64, |cells, size| cells.checked_mul(*size as u64));
    if cells.is_none_or(|cells| cells > MOST_CELLS) {
        return Err(WriteError::TooManyCells(sizes.map(|size| size.to_string()).join(" x ")));
    }
    let head = head(about, &codes).to_string();
    // The head is an object: its last brace comes at the end.
    output.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    let (has_texts, has_status) = (codes.has_texts, codes.has_status);
    let cube = Cube::new(codes);
    write_member(",\"value\":", &cube, batches, &mut output, |row| Some(value(row)))?;
    if has_status {
        write_member(",\"status\":", &cube, batches, &mut output, status)?;
    }
    write!(output, ",\"extension\":{{\"{EXTENSION}\":{{\"vintage\":{}", about.vintage.number)?;
    for (which, name) in TEXTS.iter().enumerate() {
        if has_texts.get(which) == Some(&true) {
            let text = |row: &Observation| text_of(row, which).map(|text| json!(text).to_string());
            write_member(&format!(",\"{name}\":"), &cube, batches, &mut output, text)?;
        }
    }
    output.write_all(b"}}}\n")?;
    Ok(output.flush()?)
}

impl Codes {
    fn see(&mut self, row: &Observation) {
        add(&mut self.indicators, &row.indicator);
        add(&mut self.regions, &row.region);
        add(&mut self.industries, &row.industry);
        self.periods.insert(row.period);
        self.has_status |= status(row).is_some();
        for (which, has_text) in self.has_texts.iter_mut().enumerate() {
            *has_text |= text_of(row, which).is_some();
        }
    }

    /// Whether there are industries: the code of indicators without them is empty.
    fn has_industries(&self) -> bool {
        self.industries.iter().any(|code| !code.is_empty())
    }
}

fn add(codes: &mut BTreeSet<String>, code: &str) {
    if !codes.contains(code) {
        codes.insert(code.to_owned());
    }
}

impl Cube {
    fn new(codes: Codes) -> Self {
        Self {
            indicators: codes.indicators.into_iter().zip(0..).collect(),
            regions: codes.regions.into_iter().zip(0..).collect(),
            industries: codes.industries.into_iter().zip(0..).collect(),
            periods: codes.periods.into_iter().zip(0..).collect(),
        }
    }

    /// Position of an observation: the last dimension varies first.
    fn position(&self, row: &Observation) -> u64 {
        let at = |codes: &BTreeMap<String, u64>, code: &str| codes.get(code).copied().unwrap_or_default();
        let mut position = at(&self.indicators, &row.indicator);
        position = position * self.regions.len() as u64 + at(&self.regions, &row.region);
        position = position * self.industries.len() as u64 + at(&self.industries, &row.industry);
        position * self.periods.len() as u64 + self.periods.get(&row.period).copied().unwrap_or_default()
    }
}

/// Writes an object of what the observations have, by position.
fn write_member(
    key: &str,
    cube: &Cube,
    batches: &mut dyn Batches,
    output: &mut impl Write,
    json: impl Fn(&Observation) -> Option<String>,
) -> Result<(), WriteError> {
    output.write_all(key.as_bytes())?;
    let mut before = '{';
    batches.each(&mut |observations| {
        for row in observations {
            if let Some(json) = json(row) {
                write!(output, "{before}\"{}\":{json}", cube.position(row))?;
                before = ',';
            }
        }
        Ok(())
    })?;
    output.write_all(if before == '{' { b"{}" } else { b"}" })?;
    Ok(())
}

fn value(row: &Observation) -> String {
    row.value.map_or_else(|| "null".to_owned(), number)
}

/// The status, where it is not the one that a value, or a null, has by itself.
fn status(row: &Observation) -> Option<String> {
    let by_itself = if row.value.is_some() { ObservationStatus::NORMAL } else { ObservationStatus::MISSING };
    (row.status != by_itself).then(|| format!("\"{}\"", row.status))
}

/// A flag, note or source, where there is one.
fn text_of(row: &Observation, which: usize) -> Option<&str> {
    let text = [&row.flag, &row.note, &row.source].get(which).copied()?;
    (!text.is_empty()).then_some(text.as_str())
}

/// All members but those that have cells.
fn head(about: About<'_>, codes: &Codes) -> Value {
    let About { catalogue, vintage } = about;
    let indicator = |code: &str| catalogue.indicators.get(code);
    let of_indicator = |code: &str| name(indicator(code).map(|known| &known.names), code);
    let of_region = |code: &str| name(catalogue.regions.get(code).map(|known| &known.names), code);
    let of_industry = |code: &str| {
        let known = catalogue.industries.values().find(|industry| industry.code == code);
        name(known.map(|known| &known.names), code)
    };
    let unit = |code: &String| {
        let known = indicator(code)?;
        let unit = json!({"label": known.unit, "decimals": known.decimals, "multiplier": known.unit_multiplier});
        Some((code.clone(), unit))
    };
    let mut indicators = dimension("Indicator", codes.indicators.iter().cloned(), of_indicator);
    let units: serde_json::Map<String, Value> = codes.indicators.iter().filter_map(unit).collect();
    if let Some(category) = indicators.get_mut("category").and_then(Value::as_object_mut) {
        category.insert("unit".to_owned(), units.into());
    }
    let regions = dimension("Region", codes.regions.iter().cloned(), of_region);
    let industries = dimension("Industry", codes.industries.iter().cloned(), of_industry);
    let periods = dimension("Period", codes.periods.iter().map(Period::to_string), str::to_owned);
    let mut dimensions = vec![
        ("indicator", codes.indicators.len(), indicators),
        ("region", codes.regions.len(), regions),
        ("industry", codes.industries.len(), industries),
        ("period", codes.periods.len(), periods),
    ];
    dimensions.retain(|(id, ..)| *id != "industry" || codes.has_industries());
    json!({
        "version": "2.0",
        "class": "dataset",
        "label": catalogue.dataset.titles.display(),
        "source": catalogue.dataset.publisher,
        "updated": vintage.published.to_string(),
        "id": dimensions.iter().map(|(id, ..)| *id).collect::<Vec<_>>(),
        "size": dimensions.iter().map(|(_, size, _)| *size).collect::<Vec<_>>(),
        "role": {"metric": ["indicator"], "geo": ["region"], "time": ["period"]},
        "dimension": dimensions.into_iter().map(|(id, _, about)| (id.to_owned(), about)).collect::<serde_json::Map<_, _>>(),
    })
}

/// A dimension with its codes in order, and their names.
fn dimension(label: &str, codes: impl Iterator<Item = String>, name: impl Fn(&str) -> String) -> Value {
    let index: Vec<String> = codes.collect();
    let labels: BTreeMap<&String, String> = index.iter().map(|code| (code, name(code))).collect();
    json!({"label": label, "category": {"index": index, "label": labels}})
}

/// The name of a code; the code itself where there is none.
fn name(names: Option<&Names>, code: &str) -> String {
    let name = names.map(Names::display).filter(|name| !name.is_empty());
    name.unwrap_or(code).to_owned()
}
