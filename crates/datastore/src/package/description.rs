//! `dataset.toml`: what a data set is, its indicators, and which files make which vintage.

use std::collections::BTreeMap;

use growthpole_domain::{Aggregation, DatasetInfo, Indicator, IndicatorKind, Names, Period, PriceBasis};
use serde::Deserialize;

use super::Package;
use crate::StoreError;

const FILE: &str = "dataset.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    pub(crate) id: String,
    title: Names,
    description: String,
    publisher: String,
    licence: String,
    boundary_version: String,
    main_level: String,
    benchmark_region: Option<String>,
    #[serde(default)]
    pub(crate) classifications: Vec<Classification>,
    indicators: Vec<DescribedIndicator>,
    pub(crate) vintages: Vec<DescribedVintage>,
    /// Name of the file in messages.
    #[serde(skip)]
    pub(crate) file: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Classification {
    pub(crate) id: String,
    // Read so that a title that is none is refused; the catalogue has no place for it.
    #[serde(rename = "title")]
    _title: Names,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DescribedIndicator {
    code: String,
    name_en: String,
    name_zh: String,
    unit: String,
    unit_multiplier: i32,
    kind: IndicatorKind,
    #[serde(default)]
    price_basis: PriceBasis,
    aggregation: Aggregation,
    decimals: u32,
    #[serde(default)]
    classification: String,
    #[serde(default)]
    growth_indicator: String,
    #[serde(default)]
    aggregation_weight: String,
    description: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DescribedVintage {
    pub(crate) number: u32,
    pub(crate) published: String,
    pub(crate) precision: String,
    pub(crate) label: String,
    pub(crate) note: String,
    pub(crate) observations: Vec<Part>,
}

/// A part of a vintage: some of the observations of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) file: String,
    /// Leave out later periods.
    through: Option<String>,
    /// Leave out other indicators.
    pub(crate) indicators: Option<Vec<String>>,
}

impl Description {
    pub(crate) fn read(package: &Package) -> Result<Self, StoreError> {
        let file = package.name_of(FILE);
        let text =
            std::str::from_utf8(package.file(FILE)?).map_err(|_| StoreError::package(&file, "it is not in UTF-8"))?;
        let mut description: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| 1 + before.matches('\n').count() as u64);
            StoreError::Package { file: file.clone(), line, problem: error.message().to_owned() }
        })?;
        description.file = file;
        description.check(package)?;
        Ok(description)
    }

    pub(crate) fn problem(&self, problem: impl Into<String>) -> StoreError {
        StoreError::package(&self.file, problem)
    }

    fn check(&self, package: &Package) -> Result<(), StoreError> {
        if self.id != package.id {
            return Err(self.problem(format!("the id is \"{}\", not \"{}\"", self.id, package.id)));
        }
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.id.is_empty() || !self.id.bytes().all(letters) {
            return Err(self.problem("the id is made of a-z, 0-9 and -"));
        }
        if self.vintages.is_empty() {
            return Err(self.problem("it has no vintage"));
        }
        for (vintage, number) in self.vintages.iter().zip(1u32..) {
            if vintage.number != number {
                return Err(self.problem(format!("vintage {} stands where {number} is expected", vintage.number)));
            }
        }
        Ok(())
    }

    pub(crate) fn info(&self) -> DatasetInfo {
        DatasetInfo {
            id: self.id.clone(),
            titles: self.title.clone(),
            description: self.description.clone(),
            publisher: self.publisher.clone(),
            licence: self.licence.clone(),
            main_level: self.main_level.clone(),
            benchmark_region: self.benchmark_region.clone(),
            boundary_version: self.boundary_version.clone(),
        }
    }

    /// The indicators by code.
    pub(crate) fn indicators(&self) -> Result<BTreeMap<String, Indicator>, StoreError> {
        let mut indicators = BTreeMap::new();
        for described in &self.indicators {
            let classification = &described.classification;
            if !classification.is_empty() && !self.classifications.iter().any(|known| known.id == *classification) {
                let problem = format!("{}: there is no classification \"{classification}\"", described.code);
                return Err(self.problem(problem));
            }
            if indicators.insert(described.code.clone(), described.indicator()).is_some() {
                return Err(self.problem(format!("the indicator {} stands twice", described.code)));
            }
        }
        for indicator in indicators.values() {
            let named = [&indicator.growth_indicator, &indicator.aggregation_weight];
            if let Some(unknown) = named.iter().find(|code| !code.is_empty() && !indicators.contains_key(**code)) {
                return Err(self.problem(format!("{}: there is no indicator \"{unknown}\"", indicator.code)));
            }
        }
        Ok(indicators)
    }
}

impl DescribedIndicator {
    fn indicator(&self) -> Indicator {
        Indicator {
            code: self.code.clone(),
            names: names(&self.name_en, &self.name_zh),
            unit: self.unit.clone(),
            unit_multiplier: self.unit_multiplier,
            kind: self.kind,
            price_basis: self.price_basis,
            aggregation: self.aggregation,
            decimals: self.decimals,
            classification: self.classification.clone(),
            growth_indicator: self.growth_indicator.clone(),
            aggregation_weight: self.aggregation_weight.clone(),
            description: self.description.clone(),
        }
    }
}

impl Part {
    /// The last period that the vintage takes from the file.
    pub(crate) fn through(&self) -> Result<Option<Period>, String> {
        let period = |text: &String| text.parse().map_err(|error: growthpole_domain::PeriodError| error.to_string());
        self.through.as_ref().map(period).transpose()
    }
}

/// Names in English and Chinese, as far as they are there.
pub(crate) fn names(english: &str, chinese: &str) -> Names {
    let both = [("en", english), ("zh", chinese)].into_iter().filter(|(_, name)| !name.is_empty());
    Names(both.map(|(language, name)| (language.to_owned(), name.to_owned())).collect())
}
