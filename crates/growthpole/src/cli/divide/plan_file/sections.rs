//! The sections of a plan file.

mod request;

use std::collections::BTreeMap;
use std::fmt;

use growthpole_contracts::v1;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::cli::values::{bounds, link, pair, weights, window};

/// All sections; each may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sections {
    selection: Selection,
    value: Value,
    complexity: Complexity,
    homes: Homes,
    focuses: Focuses,
    pairs: Pairs,
    groups: Vec<Group>,
    friction: Friction,
    centres: Option<Centres>,
    search: Option<Search>,
    explain: bool,
    stability: Option<Stability>,
    after: Option<After>,
}

/// Which cells.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Selection {
    dataset: String,
    indicator: String,
    vintage: Option<i32>,
    as_of: Option<String>,
    regions: Option<Vec<String>>,
    group: Option<String>,
    level: Option<String>,
    children_of: Option<String>,
    industries: Option<Vec<String>>,
    industry_level: Option<String>,
    period: Option<String>,
    benchmark: Option<String>,
    missing: Option<Missing>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Missing {
    Fail,
    DropRegion,
    DropIndustry,
    Keep,
    AsZero,
}

/// What a pair is worth.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Value {
    quotient: Option<Quotient>,
    importance: bool,
    scale: Option<Scale>,
    quotient_weight: Option<f64>,
    density: Option<Density>,
    outlook: Option<Outlook>,
    complexity_weight: Option<f64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Quotient {
    Log,
    Symmetric,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Scale {
    AsIs,
    ZScore,
    Range,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Density {
    weight: f64,
    presence_threshold: Option<f64>,
    #[serde(default)]
    include_self: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outlook {
    weight: f64,
    periods: Option<Window>,
    #[serde(default)]
    indicator: String,
    given: Option<BTreeMap<String, f64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Complexity {
    given: Option<BTreeMap<String, f64>>,
    computed: bool,
    presence_threshold: Option<f64>,
}

/// How many homes industries have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Homes {
    each: Option<Number>,
    industries: BTreeMap<String, Number>,
    exits: Vec<String>,
    caps: BTreeMap<String, f64>,
}

/// How many focuses regions have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Focuses {
    each: Option<Number>,
    regions: BTreeMap<String, Number>,
    balances: Vec<Balance>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Balance {
    by: BalanceBy,
    tolerance: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BalanceBy {
    Activity,
    Value,
    Count,
}

/// Single pairs.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Pairs {
    pins: Vec<Pair>,
    bans: Vec<Pair>,
    minimum_presence: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    rule: GroupRule,
    industries: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum GroupRule {
    Together,
    Apart,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Friction {
    weight: f64,
    pairs: Option<Weights>,
    frontier: Option<Vec<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Centres {
    regions: Vec<String>,
    threshold: f64,
    #[serde(default)]
    links: Vec<Link>,
    within_km: Option<f64>,
    #[serde(default)]
    all: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Search {
    time_limit_seconds: Option<f64>,
    alternatives: i32,
    alternatives_within: Option<f64>,
    without_margins: bool,
    engine: Option<Engine>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Engine {
    Auto,
    Own,
    Microlp,
    Highs,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stability {
    draws: i32,
    seed: Option<u64>,
    sigma: Option<f64>,
    periods: Option<Window>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    max_share: f64,
    #[serde(default)]
    max_amount: f64,
}

/// `REGION:INDUSTRY`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Pair(v1::DivisionPair);

/// `FUNCTION:STAGE`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Link(v1::IndustryLink);

/// `FIRST:LAST`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Window(v1::PeriodRange);

/// `neighbours`, `exponential:KM`, `gravity` or `equal`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Weights(v1::PairWeights);

macro_rules! from_text {
    ($($name:ident by $parse:path;)+) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                $parse(&text).map(Self)
            }
        }
    )+};
}

from_text! {
    Pair by pair;
    Link by link;
    Window by window;
    Weights by weights;
}

/// `3`, or `"2..4"`.
#[derive(Debug, Clone, Copy)]
struct Number(v1::CountBounds);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bounds;

        impl Visitor<'_> for Bounds {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a text such as \"2..4\"")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                let number = i32::try_from(number).map_err(|_| E::custom("not beyond 2147483647"))?;
                Ok(Number(v1::CountBounds { min: Some(number), max: Some(number) }))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                bounds(text).map(Number).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Bounds)
    }
}
