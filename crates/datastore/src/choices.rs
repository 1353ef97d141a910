//! What a caller's choices of regions, industries and periods mean in a vintage.

use std::collections::BTreeSet;

use growthpole_domain::nearest::nearest;
use growthpole_domain::{
    Catalogue, Coverage, Indicator, Industry, IndustryChoice, Period, PeriodChoice, QueryError, Region, RegionChoice,
    UnknownKind,
};

/// The most periods that a selection may name.
const MOST_PERIODS: usize = 4096;

/// The regions of a choice, by code; `None` where the caller leaves the choice to us.
pub(crate) fn regions<'a>(
    catalogue: &'a Catalogue,
    choice: &RegionChoice,
) -> Result<Option<Vec<&'a Region>>, QueryError> {
    let (mut regions, field) = match choice {
        RegionChoice::Default => return Ok(None),
        RegionChoice::Codes(codes) => (region_codes(catalogue, codes)?, "regions.codes.codes"),
        RegionChoice::ChildrenOf(parent) => {
            catalogue.region("regions.children_of", parent)?;
            (regions_where(catalogue, |region| region.parent == *parent), "regions.children_of")
        }
        RegionChoice::Level(level) => (regions_of_level(catalogue, "regions.level", level)?, "regions.level"),
        RegionChoice::Group(id) => (members(catalogue, id)?, "regions.group"),
    };
    if regions.is_empty() {
        return Err(QueryError::EmptySelection { field: field.to_owned() });
    }
    regions.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(Some(regions))
}

/// The regions of the main level, by code: what a panel holds when the caller chooses none.
pub(crate) fn main_regions(catalogue: &Catalogue) -> Result<Vec<&Region>, QueryError> {
    let regions = regions_where(catalogue, |region| region.level == catalogue.dataset.main_level);
    if regions.is_empty() { Err(QueryError::EmptySelection { field: "regions".to_owned() }) } else { Ok(regions) }
}

/// The regions of a level, by code.
pub(crate) fn regions_of_level<'a>(
    catalogue: &'a Catalogue,
    field: &str,
    level: &str,
) -> Result<Vec<&'a Region>, QueryError> {
    let regions = regions_where(catalogue, |region| region.level == level);
    if regions.is_empty() {
        let levels = catalogue.regions.values().map(|region| region.level.as_str()).collect();
        return Err(unknown_level(field, level, levels));
    }
    Ok(regions)
}

fn regions_where(catalogue: &Catalogue, holds: impl Fn(&Region) -> bool) -> Vec<&Region> {
    catalogue.regions.values().filter(|region| holds(region)).collect()
}

fn region_codes<'a>(catalogue: &'a Catalogue, codes: &[String]) -> Result<Vec<&'a Region>, QueryError> {
    let found = codes.iter().enumerate();
    let found = found.map(|(at, code)| catalogue.region(&format!("regions.codes.codes[{at}]"), code));
    let regions = found.collect::<Result<_, _>>()?;
    refuse_duplicates("regions.codes.codes", codes)?;
    Ok(regions)
}

fn members<'a>(catalogue: &'a Catalogue, id: &str) -> Result<Vec<&'a Region>, QueryError> {
    let group = catalogue.groups.get(id).ok_or_else(|| QueryError::Unknown {
        kind: UnknownKind::Group,
        field: "regions.group".to_owned(),
        sent: id.to_owned(),
        nearest: nearest(id, catalogue.groups.keys().map(String::as_str), 3),
    })?;
    group.members.iter().map(|member| catalogue.region("regions.group", &member.region)).collect()
}

/// The industries of a choice in an indicator's classification, by code. All means those that occur in the table; an
/// indicator without industries has none, and takes no choice.
pub(crate) fn industries<'a>(
    catalogue: &'a Catalogue,
    indicator: &Indicator,
    choice: &IndustryChoice,
    occurring: &[String],
) -> Result<Vec<&'a Industry>, QueryError> {
    if !indicator.has_industries() {
        return match choice {
            IndustryChoice::All => Ok(Vec::new()),
            IndustryChoice::Codes(_) | IndustryChoice::Level(_) => Err(takes_no_industries(choice, &indicator.code)),
        };
    }
    let classification = indicator.classification.as_str();
    let (mut industries, field) = match choice {
        IndustryChoice::All => {
            let found = occurring.iter().map(|code| catalogue.industry("industries", classification, code));
            (found.collect::<Result<Vec<_>, _>>()?, "industries")
        }
        IndustryChoice::Codes(codes) => {
            let found = codes.iter().enumerate();
            let found = found
                .map(|(at, code)| catalogue.industry(&format!("industries.codes.codes[{at}]"), classification, code));
            let industries = found.collect::<Result<Vec<_>, _>>()?;
            refuse_duplicates("industries.codes.codes", codes)?;
            (industries, "industries.codes.codes")
        }
        IndustryChoice::Level(level) => {
            (industries_of_level(catalogue, "industries.level", classification, level)?, "industries.level")
        }
    };
    if industries.is_empty() {
        return Err(QueryError::EmptySelection { field: field.to_owned() });
    }
    industries.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(industries)
}

pub(crate) fn takes_no_industries(choice: &IndustryChoice, indicator: &str) -> QueryError {
    let sent = match choice {
        IndustryChoice::All => String::new(),
        IndustryChoice::Codes(codes) => codes.join(", "),
        IndustryChoice::Level(level) => level.clone(),
    };
    QueryError::InvalidField {
        field: "industries".to_owned(),
        sent,
        allowed: format!("none: {indicator} has no industries"),
    }
}

/// The industries of a level of a classification, by code.
pub(crate) fn industries_of_level<'a>(
    catalogue: &'a Catalogue,
    field: &str,
    classification: &str,
    level: &str,
) -> Result<Vec<&'a Industry>, QueryError> {
    let found: Vec<&Industry> =
        catalogue.industries_of(classification).filter(|industry| industry.level == level).collect();
    if found.is_empty() {
        let levels = catalogue.industries_of(classification).map(|industry| industry.level.as_str()).collect();
        return Err(unknown_level(field, level, levels));
    }
    Ok(found)
}

/// A level is misspelt or not of this data set. Levels are few: where none is alike, all are offered.
pub(crate) fn unknown_level(field: &str, sent: &str, levels: BTreeSet<&str>) -> QueryError {
    let alike = nearest(sent, levels.iter().copied(), 3);
    QueryError::Unknown {
        kind: UnknownKind::Level,
        field: field.to_owned(),
        sent: sent.to_owned(),
        nearest: if alike.is_empty() { levels.into_iter().map(str::to_owned).collect() } else { alike },
    }
}

/// What a period choice is checked against: an indicator's coverage in a vintage and the periods of its table.
pub(crate) struct HeldPeriods<'a> {
    pub(crate) coverage: &'a Coverage,
    pub(crate) vintage: u32,
    pub(crate) periods: &'a [Period],
}

/// The periods of a choice, in order; all that the vintage has where the caller chooses none. At least one has data.
pub(crate) fn periods_with_data(choice: &PeriodChoice, held: &HeldPeriods<'_>) -> Result<Vec<Period>, QueryError> {
    let Some(periods) = periods(choice)? else {
        return Ok(held.periods.to_vec());
    };
    if periods.iter().any(|period| held.periods.binary_search(period).is_ok()) {
        return Ok(periods);
    }
    Err(no_data(choice, held))
}

/// None of the periods of a choice has data.
pub(crate) fn no_data(choice: &PeriodChoice, held: &HeldPeriods<'_>) -> QueryError {
    let sent = match choice {
        PeriodChoice::All => "all periods".to_owned(),
        PeriodChoice::Range(start, end) if start == end => start.to_string(),
        PeriodChoice::Range(start, end) => format!("{start} to {end}"),
        PeriodChoice::List(list) => list.iter().map(Period::to_string).collect::<Vec<_>>().join(", "),
    };
    QueryError::NoData {
        indicator: held.coverage.indicator.clone(),
        vintage: held.vintage,
        sent,
        first: held.coverage.first,
        last: held.coverage.last,
    }
}

/// The periods of a choice, in order; `None` where the caller leaves the choice to us.
pub(crate) fn periods(choice: &PeriodChoice) -> Result<Option<Vec<Period>>, QueryError> {
    match choice {
        PeriodChoice::All => Ok(None),
        PeriodChoice::Range(start, end) => range(*start, *end).map(Some),
        PeriodChoice::List(list) => listed(list).map(Some),
    }
}

fn range(start: Period, end: Period) -> Result<Vec<Period>, QueryError> {
    let invalid = |allowed: &str| QueryError::InvalidField {
        field: "periods.range".to_owned(),
        sent: format!("{start} to {end}"),
        allowed: allowed.to_owned(),
    };
    if start.frequency() != end.frequency() {
        return Err(invalid("a start and an end of one frequency"));
    }
    if end < start {
        return Err(invalid("a start that is not after the end"));
    }
    let mut periods = Vec::new();
    let mut period = start;
    while period <= end {
        if periods.len() == MOST_PERIODS {
            return Err(invalid(&format!("at most {MOST_PERIODS} periods")));
        }
        periods.push(period);
        period = period.next();
    }
    Ok(periods)
}

fn listed(list: &[Period]) -> Result<Vec<Period>, QueryError> {
    let invalid = |field: String, sent: String, allowed: &str| QueryError::InvalidField {
        field,
        sent,
        allowed: allowed.to_owned(),
    };
    let Some(first) = list.first() else {
        return Err(QueryError::EmptySelection { field: "periods.list.periods".to_owned() });
    };
    if list.len() > MOST_PERIODS {
        let allowed = format!("at most {MOST_PERIODS} periods");
        return Err(invalid("periods.list.periods".to_owned(), format!("{} periods", list.len()), &allowed));
    }
    if let Some(at) = list.iter().position(|period| period.frequency() != first.frequency()) {
        let sent = list.get(at).map(Period::to_string).unwrap_or_default();
        return Err(invalid(format!("periods.list.periods[{at}]"), sent, "periods of one frequency"));
    }
    let mut seen = BTreeSet::new();
    if let Some((at, period)) = list.iter().enumerate().find(|(_, period)| !seen.insert(**period)) {
        return Err(invalid(format!("periods.list.periods[{at}]"), period.to_string(), "each period once"));
    }
    Ok(seen.into_iter().collect())
}

/// Refuses a list that names one thing twice.
pub(crate) fn refuse_duplicates(field: &str, sent: &[String]) -> Result<(), QueryError> {
    let mut seen = BTreeSet::new();
    match sent.iter().enumerate().find(|(_, item)| !seen.insert(item.as_str())) {
        None => Ok(()),
        Some((at, item)) => Err(QueryError::InvalidField {
            field: format!("{field}[{at}]"),
            sent: item.clone(),
            allowed: "each once".to_owned(),
        }),
    }
}
