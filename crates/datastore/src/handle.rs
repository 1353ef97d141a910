//! A data set in memory: its catalogue, its vintages, and which of them answers a question.

use std::sync::Arc;

use growthpole_domain::{Catalogue, DatedPrecision, QueryError, UnknownKind, VintageChoice, VintageInfo, Warning};
use jiff::civil::Date;

use crate::publication::{self, Dated, Published};

/// A data set.
#[derive(Debug)]
pub struct DatasetHandle {
    /// Catalogue of the latest vintage that was not retracted; of the latest of all where every one was.
    pub catalogue: Arc<Catalogue>,
    /// Vintages in the order of publication, oldest first, with those that were retracted; at least one.
    ///
    /// Numbers are in the order of commits. Where a vintage was taken in after a later publication, the two orders differ;
    /// where dates leave open which came first, the greater number is the later one.
    pub vintages: Vec<VintageInfo>,
    /// Catalogues, as many.
    catalogues: Vec<Arc<Catalogue>>,
}

/// The vintage that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedVintage<'a> {
    /// The vintage.
    pub vintage: &'a VintageInfo,
    /// The catalogue that goes with it.
    pub catalogue: &'a Arc<Catalogue>,
    /// What to know about the choice.
    pub warnings: Vec<Warning>,
}

impl DatasetHandle {
    /// Vintages with their catalogues, in any order; none when there is no vintage.
    pub(crate) fn new(vintages: Vec<(VintageInfo, Arc<Catalogue>)>) -> Option<Self> {
        let (vintages, catalogues): (Vec<_>, Vec<_>) = publication::in_order(vintages).into_iter().unzip();
        let latest = vintages.iter().rposition(is_live).or(vintages.len().checked_sub(1))?;
        let catalogue = Arc::clone(catalogues.get(latest)?);
        Some(Self { catalogue, vintages, catalogues })
    }

    /// The latest vintage that was not retracted.
    pub fn latest(&self) -> Option<&VintageInfo> {
        self.vintages.iter().rev().find(|vintage| is_live(vintage))
    }

    /// Chooses the vintage that answers a question about some indicators.
    ///
    /// - A number is taken as it is: that vintage, if it holds them all. One that was retracted gives the warning
    ///   `VINTAGE_RETRACTED`.
    /// - The latest, and the latest as of a day: the newest vintage that holds them all (published on or before the
    ///   day) and was not retracted. Vintages that are newer and lack one give the warning
    ///   `NEWER_VINTAGE_LACKS_INDICATOR`.
    ///
    /// A vintage whose publication is known to the month or year counts as published on the last day of it, so that no
    /// answer shows what may not have been known on its day.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unknown`] for a number there is none of; [`QueryError::IndicatorNotInVintage`], with the newest
    /// vintage that is in time where no number was given; [`QueryError::AsOfBeforeFirstVintage`] when none is in time,
    /// with the first day that would do; [`QueryError::AllRetracted`] when there is none but by number.
    pub fn resolve_vintage(
        &self,
        choice: VintageChoice,
        indicators: &[&str],
    ) -> Result<ResolvedVintage<'_>, QueryError> {
        match choice {
            VintageChoice::Latest => self.newest(None, indicators),
            VintageChoice::AsOf(day) => self.newest(Some(day), indicators),
            VintageChoice::Number(number) => self.numbered("vintage.number", number, indicators),
        }
    }

    /// The vintage of a number, if it holds all the indicators.
    pub(crate) fn numbered(
        &self,
        field: &str,
        number: u32,
        indicators: &[&str],
    ) -> Result<ResolvedVintage<'_>, QueryError> {
        let (vintage, catalogue) =
            self.with_catalogues().find(|(vintage, _)| vintage.number == number).ok_or_else(|| {
                QueryError::Unknown {
                    kind: UnknownKind::Vintage,
                    field: field.to_owned(),
                    sent: number.to_string(),
                    nearest: self.vintages.iter().map(|vintage| vintage.number.to_string()).collect(),
                }
            })?;
        match lacking(vintage, indicators).first() {
            Some(indicator) => Err(self.not_held(vintage, indicator)),
            None => Ok(ResolvedVintage { vintage, catalogue, warnings: retraction(vintage).into_iter().collect() }),
        }
    }

    fn newest(&self, as_of: Option<Date>, indicators: &[&str]) -> Result<ResolvedVintage<'_>, QueryError> {
        if self.latest().is_none() {
            return Err(self.all_retracted());
        }
        let in_time = |vintage: &VintageInfo| is_live(vintage) && as_of.is_none_or(|day| vintage.known_from() <= day);
        let holds_all = |vintage: &VintageInfo| lacking(vintage, indicators).is_empty();
        let mut warnings = Vec::new();
        for (vintage, catalogue) in self.with_catalogues().rev().filter(|(vintage, _)| in_time(vintage)) {
            let lacks = lacking(vintage, indicators);
            if lacks.is_empty() {
                return Ok(ResolvedVintage { vintage, catalogue, warnings });
            }
            let (number, label, published) = (vintage.number, &vintage.label, published(vintage));
            let text = format!(
                "vintage {number} ({label}, published {published}) is newer but does not hold {}",
                lacks.join(", ")
            );
            warnings.push(Warning::new("NEWER_VINTAGE_LACKS_INDICATOR", text));
        }
        if let Some(newest) = self.vintages.iter().rev().find(|vintage| in_time(vintage)) {
            return Err(self.lacked_by(newest, indicators));
        }
        let live = self.vintages.iter().filter(|vintage| is_live(vintage));
        let first = live.filter(|vintage| holds_all(vintage)).map(VintageInfo::known_from).min();
        match (first, as_of) {
            (Some(first), Some(as_of)) => Err(QueryError::AsOfBeforeFirstVintage { as_of, first }),
            _ => Err(self.held_by_none(indicators)),
        }
    }

    /// A vintage does not hold all of the indicators: names the first that it lacks.
    fn lacked_by(&self, vintage: &VintageInfo, indicators: &[&str]) -> QueryError {
        match lacking(vintage, indicators).first() {
            Some(indicator) => self.not_held(vintage, indicator),
            None => QueryError::EmptySelection { field: "vintage".to_owned() },
        }
    }

    /// No vintage holds all of the indicators: names the newest and the first that it lacks.
    fn held_by_none(&self, indicators: &[&str]) -> QueryError {
        match self.latest() {
            Some(newest) => self.lacked_by(newest, indicators),
            None => self.all_retracted(),
        }
    }

    fn all_retracted(&self) -> QueryError {
        let mut numbers: Vec<u32> = self.vintages.iter().map(|vintage| vintage.number).collect();
        numbers.sort_unstable();
        QueryError::AllRetracted { dataset: self.catalogue.dataset.id.clone(), numbers }
    }

    fn not_held(&self, vintage: &VintageInfo, indicator: &str) -> QueryError {
        QueryError::IndicatorNotInVintage {
            vintage: vintage.number,
            indicator: indicator.to_owned(),
            held_by: self.holding(indicator),
        }
    }

    /// Numbers of the vintages that hold an indicator and were not retracted.
    pub(crate) fn holding(&self, indicator: &str) -> Vec<u32> {
        let holds = |vintage: &&VintageInfo| is_live(vintage) && vintage.coverage_of(indicator).is_some();
        self.vintages.iter().filter(holds).map(|vintage| vintage.number).collect()
    }

    /// Checks that an indicator is known, in the latest catalogue or in any vintage.
    pub(crate) fn check_indicator(&self, field: &str, indicator: &str) -> Result<(), QueryError> {
        if self.catalogues.iter().any(|catalogue| catalogue.indicators.contains_key(indicator)) {
            return Ok(());
        }
        self.catalogue.indicator(field, indicator).map(|_| ())
    }

    fn with_catalogues(&self) -> impl DoubleEndedIterator<Item = (&VintageInfo, &Arc<Catalogue>)> {
        self.vintages.iter().zip(&self.catalogues)
    }
}

fn lacking<'a>(vintage: &VintageInfo, indicators: &[&'a str]) -> Vec<&'a str> {
    indicators.iter().copied().filter(|indicator| vintage.coverage_of(indicator).is_none()).collect()
}

fn is_live(vintage: &VintageInfo) -> bool {
    vintage.retracted.is_none()
}

/// What to know about a vintage that was taken back.
fn retraction(vintage: &VintageInfo) -> Option<Warning> {
    let retraction = vintage.retracted.as_ref()?;
    let (number, day) = (vintage.number, retraction.at.strftime("%Y-%m-%d"));
    let text = format!("vintage {number} ({}) was retracted on {day}: {}", vintage.label, retraction.reason);
    Some(Warning::new("VINTAGE_RETRACTED", text))
}

impl Dated for (VintageInfo, Arc<Catalogue>) {
    fn number(&self) -> u32 {
        self.0.number
    }

    fn published(&self) -> Published {
        Published::of(&self.0)
    }
}

/// The day of publication, as exactly as it is known.
fn published(vintage: &VintageInfo) -> String {
    let day = vintage.published.to_string();
    let length = match vintage.precision {
        DatedPrecision::Day => day.len(),
        DatedPrecision::Month => day.len().saturating_sub(3),
        DatedPrecision::Year => day.len().saturating_sub(6),
    };
    day.get(..length).unwrap_or(&day).to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use growthpole_domain::{Coverage, DatasetInfo, Names, Period};
    use jiff::civil::date;
    use std::collections::BTreeMap;

    fn catalogue() -> Arc<Catalogue> {
        Arc::new(Catalogue {
            dataset: DatasetInfo {
                id: "d".into(),
                titles: Names::default(),
                description: String::new(),
                publisher: String::new(),
                licence: String::new(),
                main_level: "PROVINCE".into(),
                benchmark_region: None,
                boundary_version: String::new(),
            },
            regions: BTreeMap::new(),
            industries: BTreeMap::new(),
            indicators: BTreeMap::new(),
            groups: BTreeMap::new(),
            events: vec![],
            borders: vec![],
        })
    }

    fn vintage(number: u32, published: Date, precision: DatedPrecision, indicators: &[&str]) -> VintageInfo {
        let coverage = |indicator: &&str| Coverage {
            indicator: (*indicator).to_owned(),
            first: Period::year(2000),
            last: Period::year(2015),
            observations: 1,
            table_digest: String::new(),
            table_bytes: 0,
        };
        let coverage = indicators.iter().map(coverage).collect();
        let label = format!("label {number}");
        let (note, digest) = (String::new(), String::new());
        VintageInfo { number, published, precision, label, note, digest, coverage, retracted: None }
    }

    /// Growth until the third vintage, GDP from the second on, targets in the first alone.
    fn handle() -> DatasetHandle {
        let vintages = vec![
            vintage(1, date(2016, 2, 29), DatedPrecision::Day, &["growth", "target"]),
            vintage(2, date(2018, 10, 1), DatedPrecision::Month, &["growth", "gdp"]),
            vintage(3, date(2021, 1, 1), DatedPrecision::Year, &["growth", "gdp"]),
            vintage(4, date(2026, 1, 1), DatedPrecision::Year, &["gdp"]),
        ];
        DatasetHandle::new(vintages.into_iter().map(|vintage| (vintage, catalogue())).collect()).unwrap()
    }

    #[test]
    fn chooses_by_this_table() {
        let as_of = |year, month, day| VintageChoice::AsOf(date(year, month, day));
        let cases: [(VintageChoice, &[&str], u32, usize); 15] = [
            (VintageChoice::Latest, &[], 4, 0),
            (VintageChoice::Latest, &["gdp"], 4, 0),
            (VintageChoice::Latest, &["growth"], 3, 1),
            (VintageChoice::Latest, &["target"], 1, 3),
            (VintageChoice::Latest, &["growth", "gdp"], 3, 1),
            (as_of(2016, 2, 29), &["growth"], 1, 0),
            (as_of(2018, 10, 30), &["growth"], 1, 0),
            (as_of(2018, 10, 31), &["growth"], 2, 0),
            (as_of(2021, 12, 30), &["growth"], 2, 0),
            (as_of(2021, 12, 31), &["growth"], 3, 0),
            (as_of(2021, 12, 31), &["target"], 1, 2),
            (as_of(2026, 12, 31), &["growth"], 3, 1),
            (as_of(2026, 12, 30), &[], 3, 0),
            (VintageChoice::Number(2), &["growth"], 2, 0),
            (VintageChoice::Number(1), &[], 1, 0),
        ];
        let handle = handle();
        for (choice, indicators, number, warnings) in cases {
            let resolved = handle.resolve_vintage(choice, indicators).unwrap();
            assert_eq!(
                (resolved.vintage.number, resolved.warnings.len()),
                (number, warnings),
                "{choice:?} {indicators:?}"
            );
        }
    }

    #[test]
    fn warning_names_what_the_newer_vintage_lacks() {
        let handle = handle();
        let warnings = handle.resolve_vintage(VintageChoice::Latest, &["growth"]).unwrap().warnings;
        assert_eq!(warnings[0].code, "NEWER_VINTAGE_LACKS_INDICATOR");
        assert_eq!(warnings[0].text, "vintage 4 (label 4, published 2026) is newer but does not hold growth");
    }

    #[test]
    fn refuses_by_this_table() {
        let handle = handle();
        let error = |choice, indicators: &[&str]| handle.resolve_vintage(choice, indicators).unwrap_err();
        let before = |as_of, first| QueryError::AsOfBeforeFirstVintage { as_of, first };
        let day = date(2016, 2, 28);
        assert_eq!(error(VintageChoice::AsOf(day), &[]), before(day, date(2016, 2, 29)));
        assert_eq!(error(VintageChoice::AsOf(day), &["growth"]), before(day, date(2016, 2, 29)));
        // The month of publication is known: only its last day is certain.
        assert_eq!(error(VintageChoice::AsOf(day), &["gdp"]), before(day, date(2018, 10, 31)));
        let not_held = |vintage, indicator: &str, held_by: &[u32]| QueryError::IndicatorNotInVintage {
            vintage,
            indicator: indicator.to_owned(),
            held_by: held_by.to_vec(),
        };
        // Something was published in time, though not that indicator.
        let day = VintageChoice::AsOf(date(2018, 10, 30));
        assert_eq!(error(day, &["gdp"]), not_held(1, "gdp", &[2, 3, 4]));
        assert_eq!(error(VintageChoice::Number(4), &["growth"]), not_held(4, "growth", &[1, 2, 3]));
        assert_eq!(error(VintageChoice::Latest, &["target", "gdp"]), not_held(4, "target", &[1]));
        assert_eq!(error(VintageChoice::Latest, &["nothing"]), not_held(4, "nothing", &[]));
        let unknown = QueryError::Unknown {
            kind: UnknownKind::Vintage,
            field: "vintage.number".into(),
            sent: "9".into(),
            nearest: ["1", "2", "3", "4"].map(str::to_owned).to_vec(),
        };
        assert_eq!(error(VintageChoice::Number(9), &[]), unknown);
    }
}
