//! The two axes of a roll-up: what the request's targets and choices mean in the catalogue.

use std::collections::BTreeSet;
use std::sync::Arc;

use growthpole_domain::nearest::nearest;
use growthpole_domain::rollup::{
    Axis, Conversion, Hierarchy, Parts, PartsError, Sources, Split, Target, TargetOf, parts,
};
use growthpole_domain::{Indicator, IndustryChoice, QueryError, UnknownKind, Warning};

use super::correspondence::{self, CorrespondenceTable, refused};
use super::{AggregateQuery, IndustryTargets, RegionTargets, Source};
use crate::choices;

/// Where observations go.
pub(super) struct Axes {
    pub(super) regions: Arc<Axis>,
    pub(super) industries: Arc<Axis>,
    pub(super) region_levels: Vec<String>,
    pub(super) industry_levels: Vec<String>,
    pub(super) conversion: Option<Conversion>,
    pub(super) region_conversion: Option<Conversion>,
    pub(super) warnings: Vec<Warning>,
}

impl Axes {
    pub(super) fn new(source: &Source) -> Result<Self, QueryError> {
        let AggregateQuery { regions_to, industries_to, .. } = &source.query;
        if regions_to.is_none() && industries_to.is_none() {
            return Err(invalid("regions_to", "nothing", "regions_to, industries_to or both".to_owned()));
        }
        let mut warnings = Vec::new();
        let (regions, region_levels, region_conversion) = regions(source, &mut warnings)?;
        let (industries, industry_levels, conversion) = industries(source, &mut warnings)?;
        let (regions, industries) = (Arc::new(regions), Arc::new(industries));
        Ok(Self { regions, industries, region_levels, industry_levels, conversion, region_conversion, warnings })
    }
}

/// An axis, the levels that are added up on it, and the conversion where codes are converted.
type Found = (Axis, Vec<String>, Option<Conversion>);

fn regions(source: &Source, warnings: &mut Vec<Warning>) -> Result<Found, QueryError> {
    let Source { query, catalogue, held, .. } = source;
    let tree = Hierarchy::of_regions(catalogue);
    let chosen = choices::regions(catalogue, &query.regions)?;
    let chosen: Option<BTreeSet<&str>> =
        chosen.map(|regions| regions.into_iter().map(|region| region.code.as_str()).collect());
    let observed: BTreeSet<&str> = held.head().regions.iter().map(String::as_str).collect();
    let Some(roll_up) = &query.regions_to else {
        return Ok((Axis::kept(chosen.unwrap_or(observed)), Vec::new(), None));
    };
    let level = checked_level(&tree, "regions_to.from_level", roll_up.from_level.as_deref())?;
    if let RegionTargets::Converted { split, .. } = &roll_up.to {
        let dimension = Dimension {
            field: correspondence::REGIONS,
            choice: "regions",
            roll_up: "regions_to",
            scheme: &catalogue.dataset.boundary_version,
        };
        let sources = Sources { chosen, level, observed };
        return converted(&tree, sources, source.region_correspondence.as_deref(), *split, &dimension);
    }
    let (field, targets) = region_targets(source, &tree, &roll_up.to)?;
    // All together means those that stand side by side: the main level, where the caller says nothing else.
    let together = matches!(roll_up.to, RegionTargets::Together(_)) && chosen.is_none();
    let main = Some(catalogue.dataset.main_level.as_str()).filter(|_| together);
    let sources = Sources { chosen, level: level.or(main), observed };
    let found = parts(&tree, targets, &sources).map_err(|error| unclear(error, field, "regions", "regions_to"))?;
    let axis = Axis::rolled_up(&tree, &found);
    let added = added(&found);
    let unlisted = added.iter().filter(|code| !sources.observed.contains(*code)).map(|code| (*code).to_owned());
    let unlisted: Vec<String> = unlisted.collect();
    if !unlisted.is_empty() {
        let text = format!(
            "{} of the regions that are added up have no observation of {}: their cells are missing",
            unlisted.len(),
            query.indicator
        );
        warnings.push(Warning::new("REGIONS_WITHOUT_OBSERVATIONS", text).with_regions(unlisted));
    }
    let outside = outside(&tree, &sources, &added);
    if !outside.is_empty() {
        let text = format!("{} of the chosen regions lie below no target and are not added to any", outside.len());
        warnings.push(Warning::new("REGIONS_OUTSIDE_TARGETS", text).with_regions(outside));
    }
    Ok((axis, levels(&tree, &added), None))
}

fn industries(source: &Source, warnings: &mut Vec<Warning>) -> Result<Found, QueryError> {
    let Source { query, catalogue, held, .. } = source;
    let indicator = catalogue.indicator("indicator", &query.indicator)?;
    let observed: BTreeSet<&str> = held.head().industries.iter().map(String::as_str).collect();
    let chosen = chosen_industries(source, indicator)?;
    let Some(roll_up) = &query.industries_to else {
        return Ok((Axis::kept(chosen.unwrap_or(observed)), Vec::new(), None));
    };
    if !indicator.has_industries() {
        let allowed = format!("nothing: {} has no industries", indicator.code);
        return Err(invalid("industries_to", "a target", allowed));
    }
    let tree = Hierarchy::of_industries(catalogue, &indicator.classification);
    let level = checked_level(&tree, "industries_to.from_level", roll_up.from_level.as_deref())?;
    let sources = Sources { chosen, level, observed };
    if let IndustryTargets::Converted { split, .. } = &roll_up.to {
        let dimension = Dimension {
            field: correspondence::INDUSTRIES,
            choice: "industries",
            roll_up: "industries_to",
            scheme: &indicator.classification,
        };
        return converted(&tree, sources, source.correspondence.as_deref(), *split, &dimension);
    }
    let (field, targets) = industry_targets(source, indicator, &tree, &roll_up.to)?;
    let found =
        parts(&tree, targets, &sources).map_err(|error| unclear(error, field, "industries", "industries_to"))?;
    let added = added(&found);
    let outside = outside(&tree, &sources, &added);
    if !outside.is_empty() {
        let text = format!("{} of the chosen industries lie below no target and are not added to any", outside.len());
        warnings.push(Warning::new("INDUSTRIES_OUTSIDE_TARGETS", text).with_industries(outside));
    }
    Ok((Axis::rolled_up(&tree, &found), levels(&tree, &added), None))
}

/// What a dimension is called in requests and refusals.
struct Dimension<'a> {
    /// The field of its correspondence.
    field: &'static str,
    /// The field that chooses its codes.
    choice: &'static str,
    /// The field of its targets.
    roll_up: &'static str,
    /// Classification or scheme that its codes are of; may be empty.
    scheme: &'a str,
}

/// The axis of codes that a correspondence table converts.
fn converted<'a>(
    tree: &Hierarchy<'a>,
    mut sources: Sources<'a>,
    table: Option<&CorrespondenceTable>,
    split: Split,
    dimension: &Dimension<'_>,
) -> Result<Found, QueryError> {
    let Some(table) = table.map(|table| &table.table) else {
        return Err(QueryError::Corrupt("the correspondence was not read".to_owned()));
    };
    let old: BTreeSet<&str> = table.from_codes().collect();
    choose_by_table(tree, &mut sources, &old, dimension)?;
    let found = parts(tree, vec![Target { code: "", of: TargetOf::Chosen }], &sources);
    let found = found.map_err(|error| unclear(error, dimension.field, dimension.choice, dimension.roll_up))?;
    let added = added(&found);
    let conversion = table.convert(added.iter().copied(), split).map_err(|error| refused(&error, dimension.field))?;
    Ok((Axis::converted(&conversion), levels(tree, &added), Some(conversion)))
}

/// Codes that are added up to some target.
fn added<'a>(found: &[Parts<'a>]) -> BTreeSet<&'a str> {
    found.iter().flat_map(|parts| &parts.codes).copied().collect()
}

/// Chosen codes that are added up to no target.
fn outside(tree: &Hierarchy<'_>, sources: &Sources<'_>, added: &BTreeSet<&str>) -> Vec<String> {
    let chosen = sources.chosen.iter().flatten().copied();
    let of_level = |code: &&str| sources.level.is_none_or(|level| tree.level(code) == Some(level));
    chosen.filter(of_level).filter(|code| !added.contains(code)).map(str::to_owned).collect()
}

fn levels(tree: &Hierarchy<'_>, codes: &BTreeSet<&str>) -> Vec<String> {
    let levels: BTreeSet<&str> = codes.iter().filter_map(|code| tree.level(code)).collect();
    levels.into_iter().map(str::to_owned).collect()
}

/// The industries that the caller chose; none where that is left to us.
fn chosen_industries<'a>(source: &'a Source, indicator: &Indicator) -> Result<Option<BTreeSet<&'a str>>, QueryError> {
    let choice = &source.query.industries;
    if *choice == IndustryChoice::All {
        return Ok(None);
    }
    let found = choices::industries(&source.catalogue, indicator, choice, &[])?;
    Ok(Some(found.into_iter().map(|industry| industry.code.as_str()).collect()))
}

/// Where the caller chose no codes: those that are observed, of the levels that the table's old codes have.
fn choose_by_table<'a>(
    tree: &Hierarchy<'a>,
    sources: &mut Sources<'a>,
    old: &BTreeSet<&str>,
    dimension: &Dimension<'_>,
) -> Result<(), QueryError> {
    let known: BTreeSet<&str> = old.iter().filter_map(|code| tree.level(code)).collect();
    if known.is_empty() {
        let sent = old.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let of = if dimension.scheme.is_empty() { String::new() } else { format!(" of {}", dimension.scheme) };
        let allowed = format!("old codes that are {}{of}", dimension.choice);
        return Err(invalid(dimension.field, &sent, allowed));
    }
    if sources.chosen.is_none() {
        let of_table = |code: &&str| tree.level(code).is_some_and(|level| known.contains(level));
        sources.chosen = Some(sources.observed.iter().filter(|code| of_table(code)).copied().collect());
    }
    Ok(())
}

type Targets<'a> = (&'static str, Vec<Target<'a>>);

fn below(code: &str) -> Target<'_> {
    Target { code, of: TargetOf::Below(code) }
}

fn region_targets<'a>(
    source: &'a Source,
    tree: &Hierarchy<'a>,
    to: &'a RegionTargets,
) -> Result<Targets<'a>, QueryError> {
    let catalogue = &source.catalogue;
    Ok(match to {
        RegionTargets::Level(level) => {
            let field = "regions_to.level";
            let found = choices::regions_of_level(catalogue, field, level)?;
            (field, found.into_iter().map(|region| below(&region.code)).collect())
        }
        RegionTargets::ChildrenOf(parent) => {
            let field = "regions_to.children_of";
            catalogue.region(field, parent)?;
            (field, children(tree, field, parent)?)
        }
        RegionTargets::Codes(codes) => {
            let field = "regions_to.codes.codes";
            let each = codes.iter().enumerate();
            each.clone().try_for_each(|(at, code)| catalogue.region(&format!("{field}[{at}]"), code).map(|_| ()))?;
            (field, listed(field, codes)?)
        }
        RegionTargets::Groups(ids) => ("regions_to.groups.ids", groups(source, ids)?),
        RegionTargets::Together(code) => ("regions_to.together_as", together("regions_to.together_as", code)?),
        // Conversions have no targets among these regions.
        RegionTargets::Converted { .. } => (correspondence::REGIONS, Vec::new()),
    })
}

fn industry_targets<'a>(
    source: &'a Source,
    indicator: &'a Indicator,
    tree: &Hierarchy<'a>,
    to: &'a IndustryTargets,
) -> Result<Targets<'a>, QueryError> {
    let catalogue = &source.catalogue;
    let classification = indicator.classification.as_str();
    Ok(match to {
        IndustryTargets::Level(level) => {
            let field = "industries_to.level";
            let found = choices::industries_of_level(catalogue, field, classification, level)?;
            (field, found.into_iter().map(|industry| below(&industry.code)).collect())
        }
        IndustryTargets::ChildrenOf(parent) => {
            let field = "industries_to.children_of";
            catalogue.industry(field, classification, parent)?;
            (field, children(tree, field, parent)?)
        }
        IndustryTargets::Codes(codes) => {
            let field = "industries_to.codes.codes";
            for (at, code) in codes.iter().enumerate() {
                catalogue.industry(&format!("{field}[{at}]"), classification, code)?;
            }
            (field, listed(field, codes)?)
        }
        IndustryTargets::Together(code) => ("industries_to.together_as", together("industries_to.together_as", code)?),
        // Conversions have no targets in this classification.
        IndustryTargets::Converted { .. } => (correspondence::INDUSTRIES, Vec::new()),
    })
}

fn children<'a>(tree: &Hierarchy<'a>, field: &str, parent: &str) -> Result<Vec<Target<'a>>, QueryError> {
    match tree.children(parent) {
        [] => Err(QueryError::EmptySelection { field: field.to_owned() }),
        children => Ok(children.iter().map(|code| below(code)).collect()),
    }
}

fn listed<'a>(field: &str, codes: &'a [String]) -> Result<Vec<Target<'a>>, QueryError> {
    if codes.is_empty() {
        return Err(QueryError::EmptySelection { field: field.to_owned() });
    }
    choices::refuse_duplicates(field, codes)?;
    Ok(codes.iter().map(|code| below(code)).collect())
}

fn together<'a>(field: &str, code: &'a str) -> Result<Vec<Target<'a>>, QueryError> {
    match code {
        "" => Err(invalid(field, "nothing", "a code for all together".to_owned())),
        code => Ok(vec![Target { code, of: TargetOf::Chosen }]),
    }
}

/// Groups by id; all of the catalogue where none is named.
fn groups<'a>(source: &'a Source, ids: &'a [String]) -> Result<Vec<Target<'a>>, QueryError> {
    let known = &source.catalogue.groups;
    let field = "regions_to.groups.ids";
    choices::refuse_duplicates(field, ids)?;
    let named = ids.iter().enumerate().map(|(at, id)| {
        known.get(id).ok_or_else(|| QueryError::Unknown {
            kind: UnknownKind::Group,
            field: format!("{field}[{at}]"),
            sent: id.clone(),
            nearest: nearest(id, known.keys().map(String::as_str), 3),
        })
    });
    let chosen: Vec<_> = match ids {
        [] => known.values().collect(),
        _ => named.collect::<Result<_, _>>()?,
    };
    if chosen.is_empty() {
        return Err(QueryError::EmptySelection { field: field.to_owned() });
    }
    let members = |group: &'a growthpole_domain::Group| group.members.iter().map(|member| member.region.as_str());
    let target = |group: &'a growthpole_domain::Group| Target {
        code: group.id.as_str(),
        of: TargetOf::Members(members(group).collect()),
    };
    Ok(chosen.into_iter().map(target).collect())
}

/// A level that some code has.
fn checked_level<'a>(tree: &Hierarchy<'a>, field: &str, sent: Option<&str>) -> Result<Option<&'a str>, QueryError> {
    let Some(sent) = sent else { return Ok(None) };
    let levels = tree.all_levels();
    match levels.get(sent) {
        Some(level) => Ok(Some(level)),
        None => Err(choices::unknown_level(field, sent, levels)),
    }
}

/// It is not clear what is to be added up: says which field would make it so.
fn unclear(error: PartsError, targets: &str, choice: &str, roll_up: &str) -> QueryError {
    match error {
        PartsError::Overlap { above, below } => invalid(
            choice,
            &format!("{above} together with {below}, which lies below it,"),
            format!(
                "{choice} that do not overlap, so that nothing is counted twice, or one level of them by {roll_up}.from_level"
            ),
        ),
        PartsError::SeveralLevels { levels } => {
            let allowed = format!("one level, for several have observations: {}", levels.join(", "));
            invalid(&format!("{roll_up}.from_level"), "nothing", allowed)
        }
        PartsError::Nothing => {
            invalid(targets, "what has nothing below it", format!("targets above {choice} that have observations"))
        }
    }
}

fn invalid(field: &str, sent: &str, allowed: String) -> QueryError {
    QueryError::InvalidField { field: field.to_owned(), sent: sent.to_owned(), allowed }
}
