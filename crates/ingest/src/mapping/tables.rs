//! The tables of a mapping file.

use std::collections::BTreeMap;

use growthpole_domain::{Aggregation, Indicator, IndicatorKind, Names, PriceBasis};

/// `[columns]`: which column holds what. A part that is not named is looked for under its own name.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// Codes of regions.
    pub region: Option<String>,
    /// Codes of industries.
    pub industry: Option<String>,
    /// Codes of indicators.
    pub indicator: Option<String>,
    /// Periods.
    pub period: Option<String>,
    /// Statuses (CL_OBS_STATUS, or the marks of `values.statuses`).
    pub status: Option<String>,
    /// The source's own flags, kept verbatim.
    pub flag: Option<String>,
    /// Notes.
    pub note: Option<String>,
    /// Where figures were found.
    pub source: Option<String>,
    /// Values.
    pub value: Option<String>,
    /// Names of regions.
    pub region_name: Option<String>,
    /// Codes of the regions that regions lie in.
    pub region_parent: Option<String>,
    /// Levels of regions.
    pub region_level: Option<String>,
    /// Names of industries.
    pub industry_name: Option<String>,
    /// Codes of the industries that industries belong to.
    pub industry_parent: Option<String>,
    /// Levels of industries.
    pub industry_level: Option<String>,
    /// Names of indicators.
    pub indicator_name: Option<String>,
    /// Units of indicators.
    pub unit: Option<String>,
    /// Columns that are known and not read.
    pub ignore: Vec<String>,
}

impl Columns {
    /// The columns that may be constants instead.
    pub(super) fn named(&self) -> [(&'static str, &Option<String>); 8] {
        [
            ("region", &self.region),
            ("industry", &self.industry),
            ("indicator", &self.indicator),
            ("period", &self.period),
            ("status", &self.status),
            ("flag", &self.flag),
            ("note", &self.note),
            ("source", &self.source),
        ]
    }
}

/// `[constants]`: what holds for every record, in place of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Constants {
    /// Region.
    pub region: Option<String>,
    /// Industry.
    pub industry: Option<String>,
    /// Indicator.
    pub indicator: Option<String>,
    /// Period.
    pub period: Option<String>,
    /// Status.
    pub status: Option<String>,
    /// Flag.
    pub flag: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// Source.
    pub source: Option<String>,
    /// Classification, with its version, that industries are codes of.
    pub classification: Option<String>,
    /// Scheme, with its version, that regions are codes of, where it is not that of the data set's boundaries.
    pub region_scheme: Option<String>,
    /// Level of the regions.
    pub region_level: Option<String>,
    /// Language (BCP 47) that names are in; `en` where it is absent.
    pub language: Option<String>,
}

impl Constants {
    pub(super) fn named(&self) -> [(&'static str, &Option<String>); 8] {
        [
            ("region", &self.region),
            ("industry", &self.industry),
            ("indicator", &self.indicator),
            ("period", &self.period),
            ("status", &self.status),
            ("flag", &self.flag),
            ("note", &self.note),
            ("source", &self.source),
        ]
    }
}

/// `[values]`: how values are written.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Values {
    /// Decimal sign.
    pub decimal: Option<char>,
    /// Sign between groups of three digits.
    pub thousands: Option<char>,
    /// Texts that stand for a missing value, beside the empty one.
    pub missing: Vec<String>,
    /// Texts that stand for a value that was suppressed.
    pub suppressed: Vec<String>,
    /// What every value is multiplied by.
    pub multiplier: Option<f64>,
    /// What the texts of the status column mean, or of the flag column where there is no status column: codes of
    /// CL_OBS_STATUS.
    pub statuses: BTreeMap<String, String>,
}

/// `[periods]`: how periods are written, where that has to be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeriodForms {
    /// What six digits are.
    pub six_digits: SixDigits,
}

/// What a period of six digits is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SixDigits {
    /// No period.
    #[default]
    Refused,
    /// Year and month: `201503`.
    Month,
}

/// `[translate]`: codes of the input, and what they are in the data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Translations {
    /// Codes of regions.
    pub region: BTreeMap<String, String>,
    /// Codes of industries.
    pub industry: BTreeMap<String, String>,
    /// Codes of indicators.
    pub indicator: BTreeMap<String, String>,
    /// What becomes of codes that a table does not have.
    pub others: Others,
}

/// What becomes of codes that a translation table does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Others {
    /// They are errors.
    #[default]
    Refuse,
    /// They stay what they are.
    Keep,
}

/// `[indicators.CODE]`: what an indicator is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndicatorEntry {
    /// Names by language.
    pub names: Names,
    /// Unit.
    pub unit: String,
    /// Power of ten that values are to be multiplied by.
    pub unit_multiplier: i32,
    /// Kind.
    pub kind: IndicatorKind,
    /// Prices.
    pub price_basis: PriceBasis,
    /// How values of regions combine.
    pub aggregation: Aggregation,
    /// Decimals that the source publishes.
    pub decimals: u32,
    /// Industry classification; empty for indicators without industries.
    pub classification: String,
    /// Indicator whose rates chain this one's levels in real terms.
    pub growth_indicator: String,
    /// Indicator that means of this one are weighted by.
    pub aggregation_weight: String,
    /// What it is.
    pub description: String,
}

impl Default for IndicatorEntry {
    fn default() -> Self {
        Self {
            names: Names::default(),
            unit: String::new(),
            unit_multiplier: 0,
            kind: IndicatorKind::Level,
            price_basis: PriceBasis::None,
            aggregation: Aggregation::None,
            decimals: 0,
            classification: String::new(),
            growth_indicator: String::new(),
            aggregation_weight: String::new(),
            description: String::new(),
        }
    }
}

impl IndicatorEntry {
    /// The indicator of a code.
    pub fn described(&self, code: &str) -> Indicator {
        let entry = self.clone();
        Indicator {
            code: code.to_owned(),
            names: entry.names,
            unit: entry.unit,
            unit_multiplier: entry.unit_multiplier,
            kind: entry.kind,
            price_basis: entry.price_basis,
            aggregation: entry.aggregation,
            decimals: entry.decimals,
            classification: entry.classification,
            growth_indicator: entry.growth_indicator,
            aggregation_weight: entry.aggregation_weight,
            description: entry.description,
        }
    }

    /// The indicator of a code of which a format has said something: what the mapping leaves out of names, unit and
    /// classification stays as it was.
    pub fn over(&self, code: &str, known: Option<Indicator>) -> Indicator {
        let mut indicator = self.described(code);
        let Some(known) = known else { return indicator };
        if indicator.names.0.is_empty() {
            indicator.names = known.names;
        }
        if indicator.unit.is_empty() {
            indicator.unit = known.unit;
            if indicator.unit_multiplier == 0 {
                indicator.unit_multiplier = known.unit_multiplier;
            }
        }
        if indicator.decimals == 0 {
            indicator.decimals = known.decimals;
        }
        if indicator.classification.is_empty() {
            indicator.classification = known.classification;
        }
        indicator
    }
}

/// `[wide]`: which columns are periods.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wide {
    /// Their names; every column whose name is a period where there are none.
    pub periods: Vec<String>,
}

/// `[text]`: character set, delimiter, and lines that are no records.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layout {
    /// Character set, by a name of the WHATWG Encoding Standard.
    pub charset: Option<String>,
    /// What stands between fields.
    pub delimiter: Option<char>,
    /// Lines before the header.
    pub skip: u64,
    /// Beginnings of a record behind the last one: from there on nothing is read.
    pub footer: Vec<String>,
    /// Whether blanks at the ends of fields are no part of them.
    pub trim: bool,
}
