//! Values of options that clap does not know.

use clap::builder::PossibleValuesParser;
use growthpole_contracts::v1::{
    BalanceBy, CountBounds, DivisionBalance, DivisionPair, DivisionReallocation, EqualWeights, ExponentialWeights,
    GravityWeights, IndustryLink, NeighbourWeights, OutlookTerm, OutlookWindow, PairWeights, PeriodRange, RegionFocus,
    outlook_term, pair_weights,
};

use crate::output::format::words;

/// Parses the names of a protobuf enum's values, written in lower case with hyphens.
pub(super) fn names(names: &'static [&'static str]) -> PossibleValuesParser {
    PossibleValuesParser::new(names)
}

/// The names of all values of an enum but the unspecified one, as options write them; `name` tells the full name of a number.
pub(super) fn all_names(prefix: &str, name: impl Fn(i32) -> Option<&'static str>) -> String {
    let names = (1..).map_while(name).map(|full| words(full, prefix).replace(' ', "-"));
    names.collect::<Vec<String>>().join(", ")
}

/// The number of an enum's value: `year-on-year` with `GROWTH_MEASURE` is that of `GROWTH_MEASURE_YEAR_ON_YEAR`.
pub(super) fn number<E: Into<i32>>(name: Option<&String>, prefix: &str, find: impl Fn(&str) -> Option<E>) -> i32 {
    let full = |name: &String| format!("{prefix}_{}", name.to_uppercase().replace('-', "_"));
    name.and_then(|name| find(&full(name))).map_or(0, Into::into)
}

/// `3` is exactly three, `2..4` from two to four, `2..` two or more, `..4` at most four.
pub(super) fn bounds(text: &str) -> Result<CountBounds, String> {
    let number = |text: &str| match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| format!("\"{text}\" is no number: write 3, 2..4, 2.. or ..4")),
    };
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    let bounds = CountBounds { min: number(min)?, max: number(max.trim_start_matches('='))? };
    if bounds == CountBounds::default() {
        return Err("write 3, 2..4, 2.. or ..4".to_owned());
    }
    Ok(bounds)
}

/// `REGION:INDUSTRY`.
pub(super) fn pair(text: &str) -> Result<DivisionPair, String> {
    match text.split_once(':') {
        Some((region, industry)) if !region.is_empty() && !industry.is_empty() => {
            Ok(DivisionPair { region: region.to_owned(), industry: industry.to_owned() })
        }
        _ => Err("write REGION:INDUSTRY, for example 220000:C36".to_owned()),
    }
}

/// `FUNCTION:STAGE`.
pub(super) fn link(text: &str) -> Result<IndustryLink, String> {
    match text.split_once(':') {
        Some((function, stage)) if !function.is_empty() && !stage.is_empty() => {
            Ok(IndustryLink { function: function.to_owned(), stage: stage.to_owned() })
        }
        _ => Err("write FUNCTION:STAGE, for example C36:C34".to_owned()),
    }
}

/// `FIRST:LAST`, two periods.
pub(super) fn window(text: &str) -> Result<PeriodRange, String> {
    match text.split_once(':') {
        Some((start, end)) if !start.is_empty() && !end.is_empty() => {
            Ok(PeriodRange { start: start.to_owned(), end: end.to_owned() })
        }
        _ => Err("write FIRST:LAST, for example 2008:2012".to_owned()),
    }
}

/// `WEIGHT:FIRST:LAST`, the growth of the benchmark in a window with its weight.
pub(super) fn outlook(text: &str) -> Result<OutlookTerm, String> {
    let form = "write WEIGHT:FIRST:LAST, for example 0.5:2008:2012";
    let (weight, periods) = text.split_once(':').ok_or(form)?;
    let weight = weight.parse().map_err(|_| format!("\"{weight}\" is no weight: {form}"))?;
    let window = OutlookWindow { periods: Some(window(periods).map_err(|_| form)?), indicator: String::new() };
    Ok(OutlookTerm { weight, by: Some(outlook_term::By::Window(window)) })
}

/// `activity:0.2`, `value:0.2` or `count:0.2`.
pub(super) fn balance(text: &str) -> Result<DivisionBalance, String> {
    let form = "write activity:TOLERANCE, value:TOLERANCE or count:TOLERANCE, for example activity:0.2";
    let (by, tolerance) = text.split_once(':').ok_or(form)?;
    let by = match by {
        "activity" => BalanceBy::Activity,
        "value" => BalanceBy::Value,
        "count" => BalanceBy::Count,
        _ => return Err(format!("\"{by}\" cannot be balanced: {form}")),
    };
    let tolerance = tolerance.parse().map_err(|_| format!("\"{tolerance}\" is no number: {form}"))?;
    Ok(DivisionBalance { by: by.into(), tolerance })
}

/// `0.2`, or `0.2:1000`: the part of a cell that may move, and an amount beside it.
pub(super) fn after(text: &str) -> Result<DivisionReallocation, String> {
    let (share, amount) = text.split_once(':').unwrap_or((text, "0"));
    let number = |text: &str| text.parse().map_err(|_| format!("\"{text}\" is no number: write SHARE or SHARE:AMOUNT"));
    Ok(DivisionReallocation { max_share: number(share)?, max_amount: number(amount)? })
}

/// `REGION:3`, `REGION:2..4`, `REGION:2..` or `REGION:..4`.
pub(super) fn region_focus(text: &str) -> Result<RegionFocus, String> {
    let (region, numbers) = text.split_once(':').ok_or("write REGION:N or REGION:MIN..MAX, for example 220000:4")?;
    Ok(RegionFocus { region: region.to_owned(), bounds: Some(bounds(numbers)?) })
}

/// `neighbours`, `exponential:KM`, `gravity` or `equal`.
pub(super) fn weights(text: &str) -> Result<PairWeights, String> {
    use pair_weights::By;
    let by = match text.split_once(':') {
        None if text == "neighbours" => By::Neighbours(NeighbourWeights {}),
        None if text == "gravity" => By::Gravity(GravityWeights {}),
        None if text == "equal" => By::Equal(EqualWeights {}),
        Some(("exponential", distance)) => {
            let distance_km = distance.parse().map_err(|_| format!("\"{distance}\" is no distance in kilometres"))?;
            By::Exponential(ExponentialWeights { distance_km })
        }
        _ => return Err("write neighbours, exponential:KM, gravity or equal".to_owned()),
    };
    Ok(PairWeights { by: Some(by) })
}

/// `1..2`, two vintages.
pub(super) fn vintages(text: &str) -> Result<(i32, i32), String> {
    let numbers = text.split_once("..").and_then(|(older, newer)| Some((older.parse().ok()?, newer.parse().ok()?)));
    numbers.ok_or_else(|| "write OLDER..NEWER, for example 1..2".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::GrowthMeasure;

    #[test]
    fn reads_what_is_meant_and_refuses_the_rest() {
        let between = |min: Option<i32>, max: Option<i32>| Ok(CountBounds { min, max });
        assert_eq!(bounds("3"), between(Some(3), Some(3)));
        assert_eq!((bounds("0..2"), bounds("0..=2")), (between(Some(0), Some(2)), between(Some(0), Some(2))));
        assert_eq!((bounds("1.."), bounds("..4")), (between(Some(1), None), between(None, Some(4))));
        assert!(bounds("three").is_err() && bounds("").is_err() && bounds("..").is_err() && bounds("..x").is_err());
        assert_eq!(pair("220000:C36").unwrap().industry, "C36");
        assert!(pair("220000").is_err() && pair(":C36").is_err());
        assert!(region_focus("220000:x").is_err());
        assert_eq!(region_focus("220000:4").unwrap().bounds, Some(CountBounds { min: Some(4), max: Some(4) }));
        assert!(weights("exponential:250").is_ok() && weights("exponential").is_err() && weights("gravity:1").is_err());
        assert_eq!(link("C36:C34").unwrap().stage, "C34");
        assert!(link("C36").is_err() && link(":C34").is_err() && window("2008").is_err() && window("2008:").is_err());
        let outlook = outlook("0.5:2008:2012").unwrap();
        let Some(outlook_term::By::Window(window)) = outlook.by else { panic!("{outlook:?} has a window") };
        assert_eq!((outlook.weight, window.periods.unwrap().end.as_str()), (0.5, "2012"));
        assert!(super::outlook("x:2008:2012").is_err() && super::outlook("0.5:2008").is_err());
        assert_eq!(balance("value:0.2").unwrap().by(), BalanceBy::Value);
        assert!(balance("size:0.2").is_err() && balance("count").is_err() && balance("count:x").is_err());
        assert_eq!(after("0.2").unwrap(), DivisionReallocation { max_share: 0.2, max_amount: 0.0 });
        assert_eq!(after("0.2:50").unwrap().max_amount, 50.0);
        assert!(after("all").is_err() && after("0.2:x").is_err());
        assert_eq!(vintages("1..3"), Ok((1, 3)));
        assert!(vintages("1").is_err() && vintages("1..").is_err() && vintages("..2").is_err());
    }

    #[test]
    fn names_of_values_become_numbers() {
        let number = |name: &str| number(Some(&name.to_owned()), "GROWTH_MEASURE", GrowthMeasure::from_str_name);
        assert_eq!(number("year-on-year"), i32::from(GrowthMeasure::YearOnYear));
        assert_eq!(number("nonsense"), 0);
    }
}
