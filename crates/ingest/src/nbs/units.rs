//! Indicators and units as National Data writes them: `地区生产总值(亿元)`.

use growthpole_domain::{Aggregation, IndicatorKind, PriceBasis};

use crate::mapping::IndicatorEntry;
use crate::table::named;

/// Name and unit: the unit stands in the last brackets.
pub(super) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let inner = text.strip_suffix(')').or_else(|| text.strip_suffix('）'));
    let found = inner.and_then(|inner| inner.rsplit_once(['(', '（']));
    found.map_or((text, ""), |(name, unit)| (name.trim_end(), unit.trim()))
}

/// An indicator, as far as name and unit tell.
pub(super) fn described(name: &str, text: &str) -> IndicatorEntry {
    let (unit, unit_multiplier) = unit(text);
    // Ratios, index numbers and figures per head do not add up.
    let does_not_add = ["人均", "平均", "指数", "率", "比重", "密度"].iter().any(|word| name.contains(word));
    let kind = match unit {
        _ if name.contains("指数") => IndicatorKind::Index,
        "percent" => IndicatorKind::Share,
        "CNY" if name.contains("生产总值") || name.contains("增加值") => IndicatorKind::Flow,
        _ => IndicatorKind::Level,
    };
    let price_basis = if unit == "CNY" && !name.contains("指数") { PriceBasis::Current } else { PriceBasis::None };
    let adds = matches!(unit, "CNY" | "persons" | "households" | "tonnes") && !does_not_add;
    let aggregation = if adds { Aggregation::Sum } else { Aggregation::None };
    let (names, unit) = (named("zh", name), unit.to_owned());
    IndicatorEntry { names, unit, unit_multiplier, kind, price_basis, aggregation, ..IndicatorEntry::default() }
}

/// A unit as its base and power of ten; another one stays as it is.
fn unit(text: &str) -> (&str, i32) {
    let powers = [("亿", 8), ("百万", 6), ("万", 4), ("千", 3), ("百", 2)];
    let (rest, power) =
        powers.iter().find_map(|(prefix, power)| Some((text.strip_prefix(prefix)?, *power))).unwrap_or((text, 0));
    let base = match rest {
        "元" => "CNY",
        "人" => "persons",
        "户" => "households",
        "吨" => "tonnes",
        "%" | "％" => "percent",
        _ => return (text, 0),
    };
    (base, power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_in_the_last_brackets() {
        assert_eq!(split("地区生产总值(亿元)"), ("地区生产总值", "亿元"));
        assert_eq!(split("人口数(人口抽样调查)(人)"), ("人口数(人口抽样调查)", "人"));
        assert_eq!(split("地区生产总值指数(上年=100)"), ("地区生产总值指数", "上年=100"));
        assert_eq!((split("户数"), split(")")), (("户数", ""), (")", "")));
    }

    #[test]
    fn units_tell_powers_and_what_adds_up() {
        let of = |name: &str, text: &str| {
            let entry = described(name, text);
            (entry.unit, entry.unit_multiplier, entry.kind, entry.aggregation)
        };
        assert_eq!(of("地区生产总值", "亿元"), ("CNY".into(), 8, IndicatorKind::Flow, Aggregation::Sum));
        assert_eq!(of("人均地区生产总值", "元").3, Aggregation::None);
        assert_eq!(of("城镇单位就业人员", "万人"), ("persons".into(), 4, IndicatorKind::Level, Aggregation::Sum));
        assert_eq!(of("发电量", "亿千瓦小时"), ("亿千瓦小时".into(), 0, IndicatorKind::Level, Aggregation::None));
    }
}
