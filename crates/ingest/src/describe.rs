//! Entries of the catalogue for the codes that a reader found, from what the codes and the source say of them.

use std::collections::BTreeMap;

use growthpole_domain::{Aggregation, Indicator, IndicatorKind, Industry, Names, PriceBasis, Region};

use crate::cells::Output;
use crate::schemes::{nace, nuts};

/// What a source says of the codes of a dimension.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes {
    /// Names, in the language of the source.
    pub(crate) names: BTreeMap<String, String>,
    /// For a code, the one that it belongs to.
    pub(crate) parents: BTreeMap<String, String>,
    /// Units of the codes that are indicators.
    pub(crate) units: BTreeMap<String, Unit>,
}

/// A unit, as far as the source says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its name.
    pub(crate) name: String,
    /// Power of ten that values are to be multiplied by.
    pub(crate) multiplier: i32,
    /// Decimals that the source publishes.
    pub(crate) decimals: u32,
}

impl Codes {
    /// The name of a code; the code where the source gives none.
    fn named(&self, code: &str) -> Names {
        let name = self.names.get(code).map_or(code, String::as_str);
        Names(BTreeMap::from([("en".to_owned(), name.to_owned())]))
    }

    fn parent(&self, code: &str) -> &str {
        self.parents.get(code).map_or("", String::as_str)
    }

    /// The level of a code of a dimension that has levels of its own: the dimension's name, with a number where some
    /// codes belong to others.
    fn level(&self, dimension: &str, code: &str) -> String {
        /// A source may say that two codes belong to each other.
        const DEEPEST: usize = 64;
        if self.parents.is_empty() {
            return dimension.to_uppercase();
        }
        let above = std::iter::successors(Some(code), |code| self.parents.get(*code).map(String::as_str));
        format!("{}_{}", dimension.to_uppercase(), above.take(DEEPEST).count())
    }
}

/// Describes all regions that occur. Those of the dimension `geo` are NUTS and come with all that they lie in; those of
/// another are of a level that is named like it.
pub(crate) fn regions(dimension: &str, codes: &Codes, output: &mut Output<'_>) {
    let is_nuts = dimension.eq_ignore_ascii_case("geo") && codes.parents.is_empty();
    let found: Vec<String> = output.labels.regions.texts().map(str::to_owned).collect();
    for code in &found {
        let known = &mut output.described.regions;
        let mut above = code.as_str();
        while !above.is_empty() && !known.contains_key(above) {
            let (scheme, level, parent) = match is_nuts {
                true => (nuts::scheme(above), nuts::level(above).to_owned(), nuts::parent(above)),
                false => ("", codes.level(dimension, above), codes.parent(above)),
            };
            let described = region(scheme.to_owned(), above, level, parent, codes.named(above));
            known.insert(above.to_owned(), described);
            above = parent;
        }
    }
}

fn region(scheme: String, code: &str, level: String, parent: &str, names: Names) -> Region {
    Region { scheme, code: code.to_owned(), level, parent: parent.to_owned(), names, ..Region::default() }
}

/// Describes all industries that occur in a classification, with all that they belong to, and answers its name.
pub(crate) fn industries(dimension: &str, codes: &Codes, output: &mut Output<'_>) -> String {
    let classification = nace::classification(dimension);
    let is_nace = classification != dimension && codes.parents.is_empty();
    let found: Vec<String> = output.labels.industries.texts().map(str::to_owned).collect();
    for code in &found {
        let known = &mut output.described.industries;
        let mut above = code.as_str();
        while !above.is_empty() {
            let key = (classification.clone(), above.to_owned());
            if known.contains_key(&key) {
                break;
            }
            let (level, parent) = match is_nace {
                true => (nace::level(above).to_owned(), nace::parent(above)),
                false => (codes.level(dimension, above), codes.parent(above)),
            };
            let described = Industry {
                classification: classification.clone(),
                code: above.to_owned(),
                level,
                parent: parent.to_owned(),
                names: codes.named(above),
                tags: Vec::new(),
                note: String::new(),
            };
            known.insert(key, described);
            above = parent;
        }
    }
    classification
}

/// Describes the indicator at a position by its unit, which is all that the source says of it beside a name. It is not
/// added up over regions unless its unit is one that counts things.
pub(crate) fn indicator(position: u32, name: &str, unit: &Unit, classification: &str, output: &mut Output<'_>) {
    let code = output.labels.indicators.text(position).to_owned();
    let name = if name.is_empty() { &code } else { name };
    let (kind, aggregation) = kind_of_unit(&unit.name);
    let described = Indicator {
        code: code.clone(),
        names: Names(BTreeMap::from([("en".to_owned(), name.to_owned())])),
        unit: unit.name.clone(),
        unit_multiplier: unit.multiplier,
        kind,
        price_basis: PriceBasis::None,
        aggregation,
        decimals: unit.decimals,
        classification: classification.to_owned(),
        growth_indicator: String::new(),
        aggregation_weight: String::new(),
        description: String::new(),
    };
    output.described.indicators.insert(code, described);
}

/// Kind and aggregation by the unit's code in Eurostat's list.
fn kind_of_unit(unit: &str) -> (IndicatorKind, Aggregation) {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| unit.starts_with(prefix));
    let is_count = ["NR", "PER", "THS", "THS_PER", "THS_HW", "HW", "EMP", "SAL"].contains(&unit);
    let is_money = ["EUR", "NAC", "MIO_EUR", "MIO_NAC", "THS_EUR", "CP_MEUR", "CP_MNAC"].contains(&unit);
    if starts(&["PCH"]) {
        (IndicatorKind::Rate, Aggregation::None)
    } else if starts(&["I0", "I1", "I2", "I9"]) {
        (IndicatorKind::Index, Aggregation::None)
    } else if starts(&["PC", "RT"]) {
        (IndicatorKind::Share, Aggregation::None)
    } else if is_money {
        (IndicatorKind::Flow, Aggregation::Sum)
    } else {
        (IndicatorKind::Level, if is_count { Aggregation::Sum } else { Aggregation::None })
    }
}
