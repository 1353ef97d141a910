//! Compilation of a package into the objects and manifests that are stored of it.

use std::collections::BTreeMap;

use bytes::Bytes;
use growthpole_domain::{Catalogue, DatedPrecision, Observation, Period};
use jiff::civil::Date;

use super::catalogue::Sources;
use super::dates::dated;
use super::description::{DescribedVintage, Description};
use super::observations::{self, ByIndicator};
use super::{Package, catalogue};
use crate::StoreError;
use crate::catalogue_file;
use crate::digest::digest_of;
use crate::import::Encoded;
use crate::manifest::{ManifestContent, TableEntry};
use crate::tables;

/// A package as it is stored.
pub(crate) struct Compiled {
    pub(crate) dataset: String,
    pub(crate) catalogue: Encoded,
    /// Tables by digest.
    pub(crate) tables: BTreeMap<String, Bytes>,
    /// Vintages in the order of their numbers.
    pub(crate) vintages: Vec<ManifestContent>,
}

/// Checks a package and compiles it.
pub(crate) fn compile(package: &Package) -> Result<Compiled, StoreError> {
    let description = Description::read(package)?;
    let (catalogue, sources) = catalogue::read(package, &description)?;
    let encoded: Bytes = catalogue_file::encode(&catalogue)?.into();
    let digest = digest_of(&encoded);
    let mut compiler = Compiler {
        package,
        description: &description,
        catalogue: &catalogue,
        sources: &sources,
        files: BTreeMap::new(),
        entries: BTreeMap::new(),
        tables: BTreeMap::new(),
    };
    let mut vintages: Vec<ManifestContent> = Vec::new();
    for described in &description.vintages {
        let content = compiler.vintage(described, &digest)?;
        if vintages.last().is_some_and(|before| before.published > content.published) {
            let problem = format!("vintage {} was published before the one before it", content.number);
            return Err(description.problem(problem));
        }
        vintages.push(content);
    }
    let tables = compiler.tables;
    Ok(Compiled { dataset: description.id, catalogue: (digest, encoded), tables, vintages })
}

/// The parts that an indicator's table is made of: files, and the last period of each.
type Recipe = Vec<(String, Option<Period>)>;

struct Compiler<'a> {
    package: &'a Package,
    description: &'a Description,
    catalogue: &'a Catalogue,
    sources: &'a Sources,
    /// Files that were read.
    files: BTreeMap<String, ByIndicator>,
    /// Tables that were made, by indicator and recipe: vintages share most of theirs. None where nothing was left.
    entries: BTreeMap<(String, Recipe), Option<TableEntry>>,
    tables: BTreeMap<String, Bytes>,
}

impl Compiler<'_> {
    fn vintage(&mut self, described: &DescribedVintage, catalogue: &str) -> Result<ManifestContent, StoreError> {
        let (published, precision) = self.published(described)?;
        let mut tables = Vec::new();
        for (indicator, recipe) in self.recipes(described)? {
            tables.extend(self.table(indicator, recipe)?);
        }
        if tables.is_empty() {
            return Err(self.description.problem(format!("vintage {} holds nothing", described.number)));
        }
        Ok(ManifestContent {
            dataset: self.description.id.clone(),
            number: described.number,
            published,
            precision,
            label: described.label.clone(),
            note: described.note.clone(),
            catalogue: catalogue.to_owned(),
            tables,
        })
    }

    fn published(&self, described: &DescribedVintage) -> Result<(Date, DatedPrecision), StoreError> {
        dated(&described.published, &described.precision)
            .map_err(|problem| self.description.problem(format!("vintage {}: {problem}", described.number)))
    }

    /// What each indicator of a vintage is made of.
    fn recipes(&mut self, described: &DescribedVintage) -> Result<BTreeMap<String, Recipe>, StoreError> {
        let mut recipes: BTreeMap<String, Recipe> = BTreeMap::new();
        for part in &described.observations {
            let problem = |problem: String| {
                self.description.problem(format!("vintage {}, {}: {problem}", described.number, part.file))
            };
            let through = part.through().map_err(problem)?;
            if !self.files.contains_key(&part.file) {
                let path = format!("observations/{}", part.file);
                let read = observations::read(self.package, &path, self.catalogue, self.sources)?;
                self.files.insert(part.file.clone(), read);
            }
            let held: Vec<&String> = self.files.get(&part.file).into_iter().flat_map(BTreeMap::keys).collect();
            let chosen = part.indicators.as_ref().map_or_else(|| held.clone(), |listed| listed.iter().collect());
            for indicator in chosen {
                if !held.contains(&indicator) {
                    return Err(problem(format!("it does not hold {indicator}")));
                }
                recipes.entry(indicator.clone()).or_default().push((part.file.clone(), through));
            }
        }
        Ok(recipes)
    }

    fn table(&mut self, indicator: String, recipe: Recipe) -> Result<Option<TableEntry>, StoreError> {
        let key = (indicator, recipe);
        if let Some(known) = self.entries.get(&key) {
            return Ok(known.clone());
        }
        let rows = self.rows(&key.0, &key.1)?;
        let entry = match (rows.iter().map(|row| row.period).min(), rows.iter().map(|row| row.period).max()) {
            (Some(first), Some(last)) => {
                let bytes = tables::encode(&rows)?;
                let entry = TableEntry {
                    indicator: key.0.clone(),
                    digest: digest_of(&bytes),
                    observations: rows.len() as u64,
                    first: first.to_string(),
                    last: last.to_string(),
                    bytes: bytes.len() as u64,
                };
                self.tables.insert(entry.digest.clone(), bytes);
                Some(entry)
            }
            _ => None,
        };
        self.entries.insert(key, entry.clone());
        Ok(entry)
    }

    /// The observations of an indicator from all its parts, sorted; each once.
    fn rows(&self, indicator: &str, recipe: &Recipe) -> Result<Vec<Observation>, StoreError> {
        let mut rows = Vec::new();
        for (file, through) in recipe {
            let all = self.files.get(file).and_then(|read| read.get(indicator));
            for row in all.into_iter().flatten() {
                let taken = through.map_or(Some(true), |last| not_after(row.period, last));
                let problem = || format!("{file}: through is neither a year nor of the frequency of {}", row.period);
                if taken.ok_or_else(|| self.description.problem(problem()))? {
                    rows.push(row.clone());
                }
            }
        }
        rows.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        match rows.windows(2).find(|pair| matches!(pair, [a, b] if a.sort_key() == b.sort_key())) {
            Some([row, ..]) => {
                let (region, industry, period) = (&row.region, &row.industry, row.period);
                let problem = format!("{indicator} {region} {industry} {period} stands in two files of one vintage");
                Err(self.description.problem(problem))
            }
            _ => Ok(rows),
        }
    }
}

/// Whether a period is not after another; none where they cannot be compared: the other is part of a year and of another
/// frequency.
fn not_after(period: Period, last: Period) -> Option<bool> {
    if period.frequency() == last.frequency() {
        return Some(period <= last);
    }
    let is_year = last.frequency() == growthpole_domain::Frequency::Year;
    is_year.then(|| period.calendar_year() <= last.calendar_year())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_year_bounds_its_parts_too() {
        let not_after = |period: &str, last: &str| not_after(period.parse().unwrap(), last.parse().unwrap());
        assert_eq!(not_after("2015-S1", "2015"), Some(true));
        assert_eq!(not_after("2016-S1", "2015"), Some(false));
        assert_eq!(not_after("2015-S2", "2015-S1"), Some(false));
        assert_eq!(not_after("2015", "2015-S1"), None);
    }
}
